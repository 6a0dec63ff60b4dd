// SPDX-License-Identifier: GPL-2.0-only
/*
 * What commands print, and what it says: the lines behind one that was typed at a shell.
 */
import { mask_ids, parse_queue } from "../../scenario/ids.ts";
import { tells_more } from "./harmless.ts";
import type { fact } from "../sentence/phrases.ts";
import { NOT_KNOWN, type said } from "./said.ts";

/** queue_lines - the queues that are listed, by their names or their paths, each once */
export function queue_lines(lines: string[]): string[] {
	const all = lines.flatMap((l) => l.split(/[\s,]+/)).flatMap((path) => {
		const w = path.slice(path.lastIndexOf("/") + 1);
		const q = parse_queue(w);

		return q === null || !/\./.test(w) ? [] : [q];
	});

	return [...new Set(all)];
}

/** mask_shown - what cat says of a mask of the bus */
export function mask_shown(mask: "apmask" | "aqmask", [line = ""]: string[]): fact[] {
	const ids = mask_ids(line.trim());

	return ids === null ? [] : [{ fact: "mask", mask, ids }];
}

/** text_shown - what cat says of any other file: that this is in it */
export function text_shown(lines: string[]): fact[] {
	const text = lines.map((l) => `${l}\n`).join("");

	if (/^\w+: .*: [A-Z]/.test(lines[0] ?? "")) /* the command says why it shows nothing */
		return NOT_KNOWN;
	return text === "" ? [] : [{ fact: "expect", expect: { what: "out", text } }];
}

const DEFAULT_DRIVER = /^(?:cex\d\w*(?:queue|card)|zcrypt\w*)$/i;

/** is_default_driver - whether a driver of the AP bus is one of zcrypt's */
export function is_default_driver(name: string): boolean {
	return DEFAULT_DRIVER.test(name);
}

const OF_VFIO = /\b(?:unassigned|assigned|in use)\b/i;

function tells_driver(row: string): boolean {
	return OF_VFIO.test(row) ||
		row.trim().split(/\s+/).some((w) => w === "vfio_ap" || is_default_driver(w));
}

/** Whose a row of lszcrypt is: by its driver, else by its status; null if neither tells. */
function owner_of(row: string): "vfio_ap" | "default" | null {
	const words = row.trim().split(/\s+/);

	if (words.includes("vfio_ap") || OF_VFIO.test(row))
		return "vfio_ap";
	return words.some(is_default_driver) || words.includes("online") ? "default" : null;
}

/**
 * crypt_rows - rows of lszcrypt, in any order of columns: the queues, and whose each is. Without a
 * driver, and without a status that only one of them has, they may as well be a guest's.
 */
export function crypt_rows(lines: string[]): fact[] {
	const rows = lines.flatMap((row) => {
		const queue = row.trim().split(/\s+/).find((w) => /\./.test(w) &&
			parse_queue(w) !== null);

		return queue === undefined ? []
			: [{ queue: parse_queue(queue)!, owner: owner_of(row), row }];
	});
	const of = (owner: string | null): string[] =>
		rows.filter((r) => r.owner === owner).map((r) => r.queue);
	const told = rows.some((r) => r.owner !== null);

	if (rows.length > 0 && !lines.some(tells_driver))
		return NOT_KNOWN;
	const status = rows.flatMap(({ queue, owner, row }): fact[] => {
		const text = OF_VFIO.exec(row)?.[0].toLowerCase();

		return owner !== "vfio_ap" || text === undefined ? []
			: [{ fact: "status", queue, text }];
	});
	return [
		...of("default").length === 0 ? []
			: [{ fact: "missing", queues: of("default"), default: true } as const],
		...told ? [{ fact: "bound", queues: of("vfio_ap") } as const] : [],
		...of(null).length > 0 ? [{ fact: "there", queues: of(null) } as const] : [],
		...status,
	];
}

/** exit_code - what echo says of the last command: what it returned */
export function exit_code(lines: string[]): fact[] {
	const code = /(?:^|[\s=:])(\d{1,3})$/.exec(lines[0] ?? "")?.[1];

	return lines.length !== 1 || code === undefined
		? [] : [{ fact: "rc", rc: code === "0" ? "ok" : "error" }];
}

/** unless_more - what a command says that shows nothing of the mdevs, by what it printed */
export function unless_more(lines: string[]): fact[] {
	return lines.some(tells_more) ? NOT_KNOWN : [];
}

/** not_there - whether there is no such file */
export function not_there(lines: string[]): boolean {
	return lines.some((l) => /: No such (?:file or directory|device)$/i.test(l));
}

const HEAD = /^==> (.+) <==$/;
const OF_FILE = /^([^\s:]+):(.*)$/;
/** which cannot be read, or is no file */
const NO_FILE =
	/^(?:grep|head|tail|cat): .+: (?:permission denied|is a directory|invalid argument)$|^\(standard input\)/i;

/**
 * by_file - what is shown of several files, each line with its file's name or under it
 * @show: what the content of a file says; null if nobody knows
 */
export function by_file(lines: string[], show: (path: string) => said | null): fact[] {
	const of = new Map<string, string[]>();
	const rest: string[] = [];
	let head: string | null = null;

	for (const line of lines.filter((l) => !NO_FILE.test(l))) {
		const [, file, text] = head === null ? OF_FILE.exec(line) ?? [] : [];

		head = HEAD.exec(line)?.[1] ?? head;
		if (HEAD.test(line))
			of.set(head!, []);
		else if (head !== null || file !== undefined)
			of.set(head ?? file!, [...of.get(head ?? file!) ?? [],
				head === null ? text! : line]);
		else
			rest.push(line);
	}
	const said = [...of].map(([path, text]) => {
		const s = show(path);

		return s?.output === undefined ? unless_more(text)
			: [...s.facts, ...s.output(text)];
	});
	return rest.some(tells_more) ? NOT_KNOWN : said.flat();
}

/** some_of - what the output says, of which only some lines are shown: there may be more */
export function some_of(lines: string[], output: (lines: string[]) => fact[]): fact[] {
	return lines.length === 0 ? NOT_KNOWN : output(lines).map(of_some);
}

/** a part of a queue's name, or where it begins or ends */
const PART_OF_NAME = /^\^?(?:[0-9a-f]{1,2}(?:\\?\.[0-9a-f]{0,4})?|(?:\\?\.)?[0-9a-f]{1,4})\$?$/i;

/**
 * some_or_none - the same; where nothing is shown, none of what the guest has is like that
 * @like: what is looked for, null if that is no matter of names
 */
export function some_or_none(lines: string[], output: (lines: string[]) => fact[],
		like: string | null): fact[] {
	const [f, ...more] = lines.length > 0 ? [] : output([]);
	const of = f?.fact === "of" ? f.of : f;

	if (of?.fact !== "guest" || more.length > 0 || like === null || !PART_OF_NAME.test(like))
		return some_of(lines, output);
	const lacks: fact = { fact: "guest_lacks", like: like.toLowerCase() };

	return [f!.fact === "of" ? { ...f!, of: lacks } : lacks];
}

function of_some(f: fact): fact {
	if (f.fact === "of")
		return { ...f, of: of_some(f.of) };
	if (f.fact === "bound")
		return { ...f, whole: false, some: true };
	return f.fact === "assigned" || f.fact === "define" ? { fact: "unknown" }
		: f.fact === "guest" ? { ...f, gained: true } : f;
}

/** What programs print that says nothing about queues. */
const CHATTER = new RegExp("^(?:" + [
	"traceback \\(most recent call last\\):(?: file .*)?",
	"file \"[^\"]*\", line \\d+(?:, in \\S+)?",
	"(?:ap|ap bus|cex\\S{0,20}|device \\S{1,20}) (?:already )?(?:de)?configured",
	"(?:ap|adjunct processor \\(ap\\))(?: device)? type (?:de)?configured",
	"\\[\\d\\](?: \\d{1,8}|\\+ done\\b.{0,80})", "!/\\S{1,60}(?: -\\w+)*",
	"\\d+\\+\\d+ records (?:in|out)",
	"\\d+ bytes? (?:\\([^()]*\\) )?copied.*",
	"(?:real|user|sys)\\s+\\d+m\\d+[.,]\\d+s", "[\\d.]+user [\\d.]+system .{0,80}",
	"\\d+inputs\\+\\d+outputs .{0,60}", "(?:network|pool|volume) \\S{1,60} started",
	"script (?:started|done) on .{0,160}", "exit|logout", "[\\w.-]+@[\\w.-]+:[~/]\\S{0,160}",
	"(?:~|/\\S{0,120})(?: (?:~|/\\S{0,120}))+",
	"\\S{1,60} \\S{1,40} vfio_ap-passthrough(?: (?:manual|auto))?(?: \\((?:active|defined)\\))?",
].join("|") + ")$", "i");

/** is_chatter - whether a line is what a program prints that says nothing about queues */
export function is_chatter(text: string): boolean {
	return CHATTER.test(text);
}
