// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is typed at a shell, with the prompt or without: writes to attributes, what shows them, and
 * the tools of s390-tools, mdevctl and libvirt. A line is commands, each a list of words; a table
 * says what a command or a file's name means.
 */
import { errno_by_name } from "#linux/errno.h";
import { nearest } from "../cli/nearest.ts";
import { parse_queue } from "../scenario/ids.ts";
import type { op } from "../scenario/model.ts";
import type { frame_match } from "./frames.ts";
import type { domain, fact } from "./phrases.ts";
import { remembered } from "./remembered.ts";
import { STRERROR } from "./strerror.ts";

/**
 * struct command - one command: its words, and where its output goes
 * @to: the file behind > or >>, null without one
 */
interface command {
	words: string[];
	to: string | null;
}

/** TYPED - the name of rows of commands */
export const TYPED = "typed at a shell";

/** struct said - what a command states; output lines may follow it */
interface said {
	kind: frame_match["kind"];
	facts: fact[];
	/** what the lines of its output say */
	output?: (lines: string[]) => fact[];
}

const PROMPT =
	/^(?:\[?[\w.-]+@[\w.-]+[^#$]{0,120}[#$]|[#$%]|[\w-]{1,20}[#$>]|\+{1,2}(?= (?:ls|cat|lszcrypt|virsh|mdevctl|chzcrypt)\b))\s+|^(?:[#$])(?=\S)/;
/** the prompt of a guest's shell */
const IN_GUEST = /^(?:\[?[\w.-]+@)?(?:guest|vm)[\w-]{0,20}\b[^#$>]{0,60}[#$>]\s+/i;
const TOOLS = ["echo", "printf", "cat", "ls", "lszcrypt", "chzcrypt", "chzdev", "lszdev", "mdevctl",
	"virsh",
	"modprobe", "tee", "dmesg", "cd", "export", "sh", "bash", "for"];
const ATTRIBUTES = ["assign_adapter", "unassign_adapter", "assign_domain", "unassign_domain",
	"assign_control_domain", "unassign_control_domain", "ap_config"];

/** The words of a line; quotes are taken off, operators are words of their own. */
function words_of(text: string): string[] {
	return [...text.matchAll(/"([^"]*)"|'([^']*)'|(>>|>|&&|\|\||[;|])|([^\s"'>;|&]+)/g)]
		.map((m) => m[1] ?? m[2] ?? m[3] ?? m[4]!);
}

function commands_of(text: string): command[] {
	const list: command[] = [];
	let c: command = { words: [], to: null };
	const words = words_of(text);

	for (let i = 0; i < words.length; i++) {
		const w = words[i]!;

		if (w === ";" || w === "&&") {
			list.push(c);
			c = { words: [], to: null };
		} else if (w === ">" || w === ">>") {
			c.to = words[++i] ?? "";
		} else if (w === "|" && words[i + 1] === "sudo" && words[i + 2] === "tee") {
			[c.to, i] = [words[i + 3] ?? "", i + 3];
		} else if (w === "|" && /^e?grep$/.test(words[i + 1] ?? "")) {
			i += words.slice(i + 1).findIndex((it) => /^(?:;|&&|\|)$/.test(it)) >= 0
				? words.slice(i + 1).findIndex((it) => /^(?:;|&&|\|)$/.test(it))
				: words.length;
		} else if (w === "|" && words[i + 1] === "tee") {
			[c.to, i] = [words[i + 2] ?? "", i + 2];
		} else if (w !== "sudo" || c.words.length > 0) {
			c.words.push(w);
		}
	}
	return [...list, c].filter((it) => it.words.length > 0);
}

/** The mdev that a path goes through: its UUID, or the variable that stands for it. */
function mdev_in(path: string): string | null {
	return (/(?:^|\/)(\$\{?\w+\}?|<?uuid>?|[0-9a-f]{8}-[0-9a-f-]{27})(?:\/|$)/i.exec(path) ??
		/(?:^|\/)matrix\/([\w-]+)\/\w+$/.exec(path) ??
		/^(mdev\d)\/\w+$/i.exec(path))?.[1] ?? null;
}

/** "$UUID1" and "mdev1" are the same one. */
function number_of(name: string): string {
	return /^\$?\{?[a-z_]+_?(\d)\}?$/i.exec(name)?.[1] ?? name;
}

function operation(o: op, who: string | null = null): said {
	return {
		kind: "operation",
		facts: [{ fact: "op", op: o, who: who === null ? null : number_of(who), rc: "ok" }],
	};
}

/** A store: the file's name says what it does. */
function store(value: string, path: string): said | null {
	const name = path.slice(path.lastIndexOf("/") + 1);
	const queue = parse_queue(value);
	const driver = /drivers\/([\w-]+)\/(?:un)?bind$/.exec(path)?.[1];

	if (ATTRIBUTES.includes(name))
		return operation(["write", "m0", name, value], mdev_in(path));
	if (name === "apmask" || name === "aqmask")
		return operation([`${name}_store`, value]);
	if ((name === "bind" || name === "unbind") && queue !== null &&
		(driver ?? "vfio_ap") === "vfio_ap")
		return operation([name, queue]);
	if (name === "unbind" && driver?.includes("mdev") === true)
		return operation(["unbind", "m0"], value);
	if (name === "create")
		return operation(["create", "m0"], value);
	if (name === "remove")
		return operation(["destroy", "m0"], mdev_in(path));
	const card = /card([0-9a-f]{2})\/config$/i.exec(path)?.[1];
	if (card !== undefined && (value === "0" || value === "1"))
		return operation(["config", parseInt(card, 16), value === "1" ? "on" : "off"]);
	const device = path.endsWith("/driver_override") ? parse_queue(path.split("/").at(-2)!)
		: null;
	return device === null ? null : operation(["driver_override", device, value]);
}

function queue_lines(lines: string[]): string[] {
	return lines.flatMap((l) => l.split(/[\s,]+/)).flatMap((w) => {
		const q = parse_queue(w);

		return q === null || !/\./.test(w) ? [] : [q];
	});
}

function list_of(kind: said["kind"], of: (queues: string[]) => fact): said {
	return { kind, facts: [], output: (lines) => [of(queue_lines(lines))] };
}

/** What is shown: the output is the claim, without output it is an operation. */
function show(path: string): said | null {
	const name = path.slice(path.lastIndexOf("/") + 1);
	const who = mdev_in(path);
	const queue = parse_queue(path.split("/").at(-2) ?? "");
	const text_of = (lines: string[]): string => lines.map((l) => `${l}\n`).join("");
	const reading = (of: string): said => ({
		kind: "operation",
		facts: [{
			fact: "op", op: ["read", of, name],
			who: of !== "m0" || who === null ? null : number_of(who), rc: "ok",
		}],
		output: (lines) => lines.length === 0
			? [] : [{ fact: "expect", expect: { what: "out", text: text_of(lines) } }],
	});

	const named = (f: fact): fact => who === null
		? f : { fact: "of", who: number_of(who), of: f };

	if (name === "matrix")
		return list_of("set-up", (queues) => named({ fact: "assigned", queues }));
	if (name === "guest_matrix")
		return list_of("expectation", (queues) => named({ fact: "guest", queues }));
	if (queue !== null)
		return reading(queue);
	if (["features", "flags"].includes(name))
		return reading("matrix");
	return ["control_domains", "ap_config"].includes(name) ? reading("m0") : null;
}

/** The last column is the driver; without it, what only vfio_ap says of a queue. */
function is_bound_row(row: string[]): boolean {
	const driver = row.at(-1)!;

	return driver === "vfio_ap" || !/^(?:cex|zcrypt)/.test(driver) &&
		/\b(?:in use|assigned|unassigned)\b/.test(row.join(" "));
}

/** Rows of lszcrypt: each is of a queue, and of which driver's. */
function crypt_rows(lines: string[]): fact[] {
	const rows = lines.map((l) => l.trim().split(/\s+/))
		.filter((r) => parse_queue(r[0]!) !== null && r[0]!.includes(".") &&
			!r.includes("deconfig"));
	const of = (mine: boolean): string[] =>
		rows.filter((r) => is_bound_row(r) === mine).map((r) => parse_queue(r[0]!)!);

	const theirs = of(false);

	return rows.length === 0 ? [] : [
		...theirs.length === 0
			? [] : [{ fact: "missing", queues: theirs, default: true } as const],
		{ fact: "bound", queues: of(true) },
	];
}

/** What the last command returned. */
function exit_code(lines: string[]): fact[] {
	return lines.length !== 1
		? [] : [{ fact: "rc", rc: lines[0]!.trim() === "0" ? "ok" : "error" }];
}

function chzcrypt(words: string[]): said | null {
	const to = words.includes("--config-off") ? "off" : words.includes("--config-on")
		? "on" : null;
	const ids = words.filter((w) => /^(?:0x)?[0-9a-f]{1,2}$/i.test(w))
		.map((w) => parseInt(w.replace(/^0x/, ""), 16));

	return to === null || ids.length === 0 ? null : {
		kind: "operation",
		facts: ids.map((
			id) => ({ fact: "op", op: ["config", id, to], who: null, rc: "ok" })),
	};
}

function chzdev(words: string[]): said | null {
	const stores = words.map((w) => /^(apmask|aqmask)=(.+)$/.exec(w)).filter((m) => m !== null);

	return stores.length === 0 ? null : {
		kind: "operation",
		facts: stores.map((m) => ({
			fact: "op", op: [
				m[1] === "apmask" ? "apmask_store" : "aqmask_store", m[2]!,
			], who: null, rc: "ok",
		})),
	};
}

/** The value of an option: "--value=5", "--value 5", "-u UUID". */
function option(words: string[], ...names: string[]): string | null {
	for (const [i, w] of words.entries()) {
		const name = names.find((n) => w === n || w.startsWith(`${n}=`));

		if (name !== undefined)
			return w === name ? words[i + 1] ?? "" : w.slice(name.length + 1);
	}
	return null;
}

function mdevctl(words: string[]): said | null {
	const who = option(words, "-u", "--uuid");
	const attribute = option(words, "--addattr");
	const value = option(words, "--value");

	switch (words[0]) {
	case "start":
		return operation(["create", "m0"], who);
	case "stop":
	case "undefine":
		return words[0] === "stop" ? operation(["destroy", "m0"], who)
			: { kind: "prose", facts: [] };
	case "define":
		return { kind: "prose", facts: [] };
	case "list":
	case "types":
		return words.slice(1).every((w) => w.startsWith("-") || w === who)
			? { kind: "prose", facts: [] } : null;
	case "modify":
		if (attribute === null || value === null || !ATTRIBUTES.includes(attribute))
			return null;
		return operation(["write", "m0", attribute, value], who);
	default:
		return null;
	}
}

/** "vm2 mdev2.xml": the guest's number is its mdev's, unless the file has another. */
function domain_of(words: string[]): domain | undefined {
	const [name, file] = words.filter((w) => !w.startsWith("-"));
	const number = /(\d)$/.exec(name ?? "")?.[1] ?? null;
	const other = /(\d)(?:\.xml)?$/.exec(file ?? "")?.[1] ?? number;

	return name === undefined ? undefined : { name, who: number === other ? number : null };
}

/** The command behind virsh's own options. */
function virsh(words: string[]): said | null {
	const at = words.findIndex((w, i) => !w.startsWith("-") &&
		!["-c", "--connect", "-d", "--debug"].includes(words[i - 1] ?? ""));
	const verb = words[at];
	const domain = domain_of(words.slice(at + 1));
	const which = domain === undefined ? {} : { domain };

	switch (verb) {
	case "start":
	case "attach-device":
		return { kind: "operation", facts: [{ fact: "start", ...which }] };
	case "destroy":
	case "shutdown":
	case "detach-device":
		return { kind: "operation", facts: [{ fact: "stop", ...which }] };
	default:
		return null;
	}
}

function ls(words: string[]): said | null {
	const path = words.find((w) => w.includes("/"));

	if (path === undefined || !/\/drivers\/(?:vfio_ap|cex\d?[a-z]*)\/?$/.test(path))
		return null;
	return list_of("set-up", (queues) => path.includes("vfio_ap") ? { fact: "bound", queues }
		: { fact: "missing", queues, default: true });
}

function tool_of(word: string): string | null {
	const name = word.slice(word.lastIndexOf("/") + 1);

	if (TOOLS.includes(name) || name.startsWith("qemu"))
		return name;
	return name.length > 4 && /^[a-z]+$/.test(name) &&
		(name.startsWith("mdev") || name.startsWith("mdv") || name.includes("zcrypt")) ?
		nearest(name, TOOLS) : null;
}

function run_tool(tool: string, words: string[]): said | null {
	switch (tool) {
	case "cat":
		return words.length === 1 ? show(words[0]!) : null;
	case "ls":
		return ls(words);
	case "lszcrypt":
		return words.some((w) => w.startsWith("guest")) ?
			list_of("expectation", (queues) => ({ fact: "guest", queues })) :
			{ kind: "set-up", facts: [], output: crypt_rows };
	case "chzcrypt":
		return chzcrypt(words);
	case "chzdev":
		return chzdev(words);
	case "mdevctl":
		return mdevctl(words);
	case "virsh":
		return virsh(words);
	case "cd":
	case "export":
		return words.length <= 1 ? { kind: "prose", facts: [] } : null;
	case "echo":
		return words.join(" ") === "$?" ? { kind: "prose", facts: [], output: exit_code }
			: null;
	case "modprobe":
	case "dmesg":
	case "lszdev":
		return { kind: "prose", facts: [] };
	default:
		return tool.startsWith("qemu") && words.some((w) => w.startsWith("vfio-ap")) ?
			{ kind: "operation", facts: [{ fact: "start" }] } : null;
	}
}

function read_command({ words, to }: command): said | null {
	const [first, ...rest] = words;
	const tool = tool_of(first!);

	if (to !== null) {
		const values = tool === "echo" || tool === "printf" ?
			rest.filter((w) => !/^(?:-[ne]+|%s(?:\\n)?)$/.test(w)) : words;

		return values.length === 1 ? store(values[0]!.replace(/\\n$/, ""), to) : null;
	}
	if (first === "-device" || first?.startsWith("vfio-ap,"))
		return words.some((w) => w.startsWith("vfio-ap")) ? run_tool("qemu", words) : null;
	return tool === null ? null : run_tool(tool, rest);
}

/** "bash: echo: write error: Device or resource busy", and an errno's own text */
function read_error(text: string): said | null {
	const words = /(?:write error|error|cannot \w+)?: ([A-Z][A-Za-z /]+)\.?$/.exec(text)?.[1]
		?.toLowerCase();
	const named = /: -?(E[A-Z0-9]{3,20})(?: \(-?\d{1,3}\))?\.?$/.exec(text)?.[1];
	const name = words === undefined || STRERROR[words] === undefined ? named : STRERROR[words];

	if (name === undefined || errno_by_name(name) === undefined ||
		!/^-?(?:ba|da|z|k)?sh\b|write error|^(?:echo|tee|printf|error)\b/i.test(text))
		return null;
	return { kind: "expectation", facts: [{ fact: "rc", rc: -errno_by_name(name)! }] };
}

/** typed_lines - lines that are read, one of each kind; a test tries them */
export const typed_lines: readonly string[] = [
	"root@host:~# echo 0x5 > /sys/devices/vfio_ap/matrix/$UUID/assign_adapter",
	"echo 4 > assign_domain; echo 0x47 > assign_domain && echo 5 > assign_adapter",
	"5 > assign_adapter",
	"echo 04.0047 > /sys/bus/ap/drivers/vfio_ap/unbind", "echo -5,-6 > /sys/bus/ap/apmask",
	"cat guest_matrix", "cat /sys/bus/ap/devices/04.0047/status",
	"ls /sys/bus/ap/drivers/vfio_ap",
	"lszcrypt -V", "chzcrypt --config-off 04", "chzdev ap apmask=-5", "mdevctl start -u $UUID",
	"mdevctl modify -u $UUID --addattr=assign_adapter --value=5", "mdevctl stop -u $UUID",
	"virsh start guest", "virsh detach-device guest hostdev.xml",
	"qemu-system-s390x -device vfio-ap,sysfsdev=/sys/devices/vfio_ap/matrix/$UUID",
	"bash: echo: write error: Device or resource busy",
];

const LOOKS_TYPED =
	new RegExp(`^(?:sudo )?(?:${TOOLS.join("|")}|qemu\\S*|md[a-z]{2,8}tl|-device|\\S+ >>? ?\\S*[a-z_]+$)`, "i");

const LOOP = /^for (\w+) in ([\w. ,-]+); ?do (.+?);? ?done$/;
const OF_SHELL = /^(?:sudo )?(?:ba)?sh -c (["'])(.+)\1$/;

/** "for d in 4 0x47; do ...; done", "sh -c '...'" as the commands that they run */
function spread(text: string): string {
	const quoted = OF_SHELL.exec(text)?.[2] ?? text;
	const [, name, values, body] = LOOP.exec(quoted) ?? [];

	if (name === undefined)
		return quoted;
	const variable = new RegExp(`\\$\\{?${name}\\b\\}?`, "g");
	return values!.trim().split(/ +/).map((value) => body!.replace(variable, value)).join("; ");
}

/** What is typed in a guest: lszcrypt shows its queues there. */
function in_guest(typed: string, text: string): string {
	return IN_GUEST.test(text) ? typed.replace(/^lszcrypt\b.*$/, "lszcrypt guest") : typed;
}

/**
 * read_shell - the commands of a line
 * @text: as it stands, white space squeezed
 *
 * Return: what they state; null if the line is none that was typed, or one of them is not known.
 */
export const read_shell: (text: string) => frame_match | null = remembered((text) => {
	const typed = in_guest(spread(text.replace(PROMPT, "")), text).replace(/<(\w[\w-]{0,40})>/g,
		"$1");
	const error = read_error(typed);

	if (error !== null)
		return {
			name: "an error a shell prints", kind: "expectation", list: false,
			facts: () => error.facts,
		};
	if (text.length > 400 || !LOOKS_TYPED.test(typed) && typed === text)
		return null;
	const list = commands_of(typed.replace(/,? (?:where|which|so that|#) .*$/s, "")
		.replace(/[.:]$/, "").replace(/ (?:shows|prints|says|gives)$/, ""));
	const read = list.map(read_command);
	if (list.length === 0 || read.some((r) => r === null))
		return null;
	const last = read.at(-1)!;
	return {
		name: TYPED,
		kind: read.some((r) => r!.kind === "operation") ? "operation" : read[0]!.kind,
		list: last.output !== undefined,
		facts: (lines) =>
			[...read.flatMap((r) => r!.facts), ...(last.output?.(lines) ?? [])],
	};
});

/** expects_output - whether the lines behind a line are a command's output, whatever they are */
export function expects_output(text: string): boolean {
	const typed = text.replace(PROMPT, "");

	return /^(?:sudo )?(?:cat|ls|lszcrypt)\b|\| ?(?:sudo )?tee\b|^echo \$\?/.test(typed) ||
		/\blszcrypt\b/i.test(typed) &&
		/\b(?:shows|says|lists|prints|gives):?$/i.test(typed);
}
