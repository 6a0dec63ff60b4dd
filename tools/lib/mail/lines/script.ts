// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is typed over several lines, as commands a line each: loops, functions, here documents,
 * variables, and where the shell is. Lines keep their places; one that has become part of another
 * says "true".
 */
import { defined_in } from "../typed/mdevctl_output.ts";
import type { mail_line } from "../message/message.ts";
import { OF_SCRIPT, PROMPT, TRACED } from "../typed/prompt.ts";
import { OF_DEVICE } from "../typed/said.ts";
import { read_error } from "../typed/shell_errors.ts";

const NOTHING = "true";
const MAX_LINES = 40;
const MAX_RUNS = 64;
const MAX_TEXT = 2000;

const LOOP = /(?:^|[;{] ?|\bdo )for (\w+) in ((?:(?!\bfor \w)[^;]){1,200}); ?do\b/;
const RANGE = /^\{(\d{1,3})\.\.(\d{1,3})\}$/;
const SEQ = /\$\(seq (\d{1,3}) (\d{1,3})\)|`seq (\d{1,3}) (\d{1,3})`/g;

function numbers(first: string, last: string): string[] {
	const from = Number(first);

	return Array.from({ length: Math.max(0, Number(last) - from + 1) }, (_, i) =>
		String(from + i));
}

/** "4 0x47", "{4..6}", "$(seq 4 6)"; null if they are not all known */
function values_of(text: string): string[] | null {
	const list = text.replace(SEQ, (_whole, a?: string, b?: string, c?: string, d?: string) =>
		numbers(a ?? c!, b ?? d!).join(" ")).trim().split(/\s+/).flatMap((w) => {
		const [, from, to] = RANGE.exec(w) ?? [];

		return from === undefined ? [w.replace(/^(["'])(.*)\1$/, "$2")]
			: numbers(from, to!);
	});

	return list.every((w) => /^[\w.,+:=-]+$/.test(w)) ? list : null;
}

/** "${f#*:}" of "adapter:5", and what is in front of the colon */
function part_of(value: string, how: string, mark: string): string {
	const at = how === "##" || how === "%" ? value.lastIndexOf(mark) : value.indexOf(mark);

	return at < 0 ? value : how.startsWith("#") ? value.slice(at + 1) : value.slice(0, at);
}

function with_variable(text: string, name: string, value: string): string {
	return text.replace(new RegExp(`\\$(?:\\{${name}\\}|${name}\\b)`, "g"), () => value)
		.replace(new RegExp(
			`\\$\\{${name}(?:(##?)\\*([:=.,/_-])|(%%?)([:=.,/_-])\\*)\\}`, "g"),
			(_whole, front?: string, after?: string, back?: string, before?: string) =>
			part_of(value, front ?? back!, after ?? before!));
}

/** Where the "done" of a loop stands, its body beginning at @from. */
function end_of(text: string, from: number): number {
	const word = /\b(?:do|done)\b/g;
	let open = 1;

	word.lastIndex = from;
	for (let m = word.exec(text); m !== null; m = word.exec(text)) {
		open += m[0] === "do" ? 1 : -1;
		if (open === 0)
			return m.index;
	}
	return -1;
}

/**
 * spread - "for d in 4 0x47; do ...; done" as the commands that it runs
 *
 * Return: the text itself if there is no loop in it, or one that is not understood.
 */
export function spread(text: string): string {
	const loop = text.length > MAX_TEXT ? null : LOOP.exec(text);
	const values = loop === null ? null : values_of(loop[2]!);

	if (loop === null || values === null || values.length > MAX_RUNS)
		return text;
	const begin = loop.index + loop[0].length;
	const end = end_of(text, begin);
	if (end < 0)
		return text;
	const body = text.slice(begin, end).trim().replace(/;$/, "");
	const start = loop.index + loop[0].indexOf("for ");
	const runs = values.map((value) => with_variable(body, loop[1]!, value)).join("; ");
	return spread(`${text.slice(0, start)}${runs}${text.slice(end + "done".length)}`);
}

/**
 * struct shell - what the lines so far have left behind
 * @where: the directory it is in, null if that is not known
 * @before: the one it was in before that
 * @left: those that popd goes back to
 * @dirs: whether it is in several, so that it matters
 * @files: definitions of mdevs, by the name of the file they stand in
 * @devices: the mdevs that libvirt's devices are, by their files
 * @mdevs: how many are called by their UUIDs
 */
interface shell {
	files: Map<string, string>;
	devices: Map<string, string>;
	mdevs: number;
	variables: Map<string, string>;
	functions: Map<string, string>;
	where: string | null;
	before: string | null;
	left: (string | null)[];
	dirs: boolean;
}

/** struct run - lines that are one, and what they come to */
interface run {
	length: number;
	text: string;
}

const HERE = /<<-? ?(["']?)([A-Za-z]\w{0,20})\1/;

/** A here document with one line, or with commands for a shell. */
function here_document(texts: readonly string[]): run | null {
	const word = HERE.exec(texts[0]!)?.[2];
	const end = word === undefined ? -1 : texts.findIndex((t, i) => i > 0 && t.trim() === word);

	if (end < 0)
		return null;
	const inside = texts.slice(1, end).map((t) => t.trim());
	if (/^(?:sudo )?(?:ba|da|k|z)?sh\b[^<>|]*<</.test(texts[0]!))
		return { length: end + 1, text: inside.join("; ") };
	return inside.length !== 1 ? null :
		{ length: end + 1, text: texts[0]!.replace(HERE, () => `<<< '${inside[0]!}'`) };
}

const IN_FILE = / --jsonfile[ =]["']?([\w./~-]+)["']?/g;
const SHOWN = /^(?:sudo )?cat ([\w./~-]{1,100})$/;
const WRITTEN = /^(?:sudo )?(?:cat|tee)(?: >|) ?([\w./~-]{1,100}) ?<</;

function file_name(path: string): string {
	return path.slice(path.lastIndexOf("/") + 1);
}

/** The lines from one on that are JSON: as many as it takes until its last bracket is closed. */
function json_length(texts: readonly string[]): number {
	let open = 0;

	for (const [i, text] of texts.entries()) {
		open += (text.match(/[{[]/g)?.length ?? 0) - (text.match(/[}\]]/g)?.length ?? 0);
		if (open <= 0)
			return /[}\]]/.test(text) ? i + 1 : 0;
	}
	return 0;
}

/** A definition that is shown or written down, and that mdevctl is given later. */
function definition_file(texts: readonly string[], later: () => string, sh: shell): run | null {
	const [, written] = WRITTEN.exec(texts[0]!) ?? [];
	const [, shown] = SHOWN.exec(texts[0]!) ?? [];
	const name = file_name(written ?? shown ?? "");
	const length = name === "" ? 0 : json_length(texts.slice(1));
	const set = length === 0 ? null : defined_in(texts.slice(1, length + 1));

	if (set === null || ![...later().matchAll(IN_FILE)]
		.some((m) => file_name(m[1]!) === name))
		return null;
	sh.files.set(name, set);
	return { length: length + (written === undefined ? 1 : 2), text: NOTHING };
}

const XML = /^<.*>$/;
const SOURCE = /<address\b[^<>]*\buuid=["']([0-9a-f]{8}-[0-9a-f-]{27})["']/i;

/** A device of a guest's, as libvirt is given it later: which mdev that is. */
function device_file(texts: readonly string[], sh: shell): run | null {
	const written = WRITTEN.exec(texts[0]!)?.[1], shown = SHOWN.exec(texts[0]!)?.[1];
	const name = written ?? shown ?? "";
	const rows = !name.endsWith(".xml") ? 0
		: texts.slice(1).findIndex((t) => !XML.test(t.trim()));
	const length = rows < 0 ? texts.length - 1 : rows;
	const uuid = SOURCE.exec(texts.slice(1, length + 1).join(" "))?.[1];

	if (uuid === undefined || written !== undefined &&
		texts[length + 1]?.trim() !== HERE.exec(texts[0]!)?.[2])
		return null;
	if (sh.mdevs > 1)
		sh.devices.set(file_name(name), uuid);
	return { length: length + (written === undefined ? 1 : 2), text: NOTHING };
}

const UUIDS = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b/gi;
const OF_GUEST = /^(?:sudo )?virsh\b.*\b(?:at|de)tach-device /;
const XML_FILE = /(?<![\w./~-])[\w./~-]+\.xml\b/;

/** Whose device libvirt is given, where there are several mdevs. */
function with_device(text: string, { devices }: shell): string {
	const uuid = !OF_GUEST.test(text) ? undefined
		: devices.get(file_name(XML_FILE.exec(text)?.[0] ?? ""));

	return uuid === undefined ? text : `${text} ${OF_DEVICE}=${uuid}`;
}

/** What the file has that mdevctl is given. */
function with_files(text: string, { files }: shell): string {
	return files.size === 0 ? text : text.replace(IN_FILE, (whole, path: string) => {
		const set = files.get(file_name(path));

		return set === undefined ? whole : ` --set=${set}`;
	});
}

/** "for ..." and "do" on lines of their own */
function joined(texts: readonly string[]): string {
	return texts.map((t) => t.trim()).reduce((a, b) =>
		`${a}${/(?:\bdo|[{;])$/.test(a) ? "" : ";"} ${b}`).replace(/;? do; /g, "; do ");
}

/** A loop, or a function's text: as many lines as it takes until it ends. */
function block(texts: readonly string[], is_end: (text: string) => boolean): run | null {
	for (let length = 1; length <= texts.length; length++) {
		const text = joined(texts.slice(0, length));

		if (is_end(text))
			return { length, text };
	}
	return null;
}

function count(text: string, word: RegExp): number {
	return text.match(word)?.length ?? 0;
}

/** A loop over several lines, with what it runs. */
function loop_in(texts: readonly string[]): run | null {
	const all = !/^for \w+ in /.test(texts[0]!.trim()) ? null : block(texts, (text) =>
		/\bdone\b/.test(text) && count(text, /\bdo\b/g) === count(text, /\bdone\b/g));
	const text = all === null ? "" : spread(all.text);

	return all === null || text === all.text ? null : { ...all, text };
}

const MAY_BE_DONE: [begin: RegExp, end: RegExp][] = [
	[/^if .*(?:;|\bthen$)/, /^fi\b/], [/^(?:while|until) .*(?:;|\bdo$)/, /^done\b/],
	[/^case .* in$/, /^esac\b/],
];

/** Lines that a shell runs only if something is so: how many, 0 if there are none. */
function conditional_length(texts: readonly string[]): number {
	const [, end] = MAY_BE_DONE.find(([begin]) => begin.test(texts[0]!)) ?? [];

	return end === undefined ? 0 : texts.findIndex((t) => end.test(t.trim())) + 1;
}

const FUNCTION = /^(?:function )?(\w{1,40}) ?\(\) ?\{ ?(.*?);? ?\}$/;

/** "assign() { echo $1 > assign_adapter; }" is remembered. */
function definition(texts: readonly string[], sh: shell): run | null {
	const all = !/^(?:function )?\w{1,40} ?\(\) ?\{/.test(texts[0]!.trim()) ? null :
		block(texts, (text) => text.endsWith("}"));
	const [, name, body] = FUNCTION.exec(all?.text ?? "") ?? [];

	if (name === undefined)
		return null;
	sh.functions.set(name, body!);
	return { length: all!.length, text: NOTHING };
}

const VALUE =
	/(?:^|[ ;]) ?(?:export |local |declare (?:-\w )?)?([A-Za-z_]\w*)=("[^"]*"|'[^']*'|(?:\$\([^()]*\)|`[^`]*`|\$(?!\()|[^\s;"'`()$])+)/g;
const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i;

/** "A=5; D=0x47": nothing else stands there, and something later has use for it */
function assignment(text: string, later: () => string, sh: shell): boolean {
	const all = [...text.matchAll(VALUE)];
	const used = (name: string): boolean => new RegExp(`\\$\\{?${name}\\b`).test(later());

	if (all.length === 0 || text.replace(VALUE, "").replace(/[\s;]/g, "") !== "" ||
		!all.every((m) => used(m[1]!)))
		return false;
	for (const [, name, value] of all) {
		const bare = with_variables(value!.replace(/^(["'])(.*)\1$/, "$2"), sh);

		if (!UUID.test(bare) && !/`|\$\(/.test(bare)) /* its name will do */
			sh.variables.set(name!, bare);
	}
	return true;
}

const IN_FRONT = /^(?:[A-Za-z_]\w*=(?:"[^"$`]*"|'[^']*'|[^\s;"'`()$]+); ?)+(?=\S)/;

/** "Q=05.0004; echo $Q > unbind": what is typed behind, where that has use for all of it */
function set_in_front(text: string, sh: shell): string {
	const front = IN_FRONT.exec(text)?.[0] ?? "";
	const rest = text.slice(front.length);

	return front !== "" && assignment(front.replace(/; ?$/, ""), () => rest, sh) ? rest : text;
}

function with_variables(text: string, { variables }: shell): string {
	return [...variables].reduce((t, [name, value]) => with_variable(t, name, value), text);
}

/** A function that is called, with as many words as it takes, as its text. */
function called(text: string, { functions }: shell): string {
	const [name, ...given] = text.split(/\s+/);
	const body = functions.get(name!);
	const takes = Math.max(0, ...(body ?? "").match(/(?<=\$\{?)\d/g)?.map(Number) ?? []);

	return body === undefined || takes !== given.length && !/\$[@*]/.test(body) ? text
		: given.reduce((t, value, i) =>
		with_variable(t, String(i + 1), value),
			body.replace(/"?\$[@*]"?/g, given.join(" ")));
}

const HERE_ATTRIBUTE =
	/(?<=(?:^|[;&|] ?)(?:cat|tee(?: -a)?) |>{1,2} ?)(?=["']?(?:\w*assign_\w+|ap_config|(?:guest_)?matrix|control_domains|remove)\b)/g;

const HERE_BIND = /(?<=(?:[;&|] ?tee(?: -a)?|>{1,2}) ?)(?=["']?(?:un)?bind\b)/g;
const HERE_LISTED =
	/((?:^|[;&|] ?)(?:sudo )?ls(?: -\w+){0,4})(?: (?!-)(?![\w-]*\/)([\w.*?[\]-]+))?(?= ?(?:$|[;&|]))/g;

/**
 * Where the shell is in one of several directories, an attribute's name is one in that; where it
 * is a driver's or the like, so is what it lists there.
 */
function in_directory(text: string, { where, dirs }: shell): string {
	if (where === SOMEWHERE)
		return text.search(HERE_ATTRIBUTE) < 0 ? text : `${SOMEWHERE} ${text}`;
	if (where === null)
		return text;
	const listed = text.replace(HERE_LISTED,
		(_whole, list: string, name = "") => `${list} ${where}/${name}`);
	const bound = /\bdrivers\//.test(where) ? listed.replace(HERE_BIND, `${where}/`) : listed;

	return dirs ? bound.replace(HERE_ATTRIBUTE, `${where}/`) : bound;
}

/** where a shell is that is nobody knows where */
const SOMEWHERE = "somewhere";

function change_directory(text: string, sh: shell): void {
	const [, how, to = ""] =
		/^(cd|pushd|popd)(?: ["']?([^\s"';&|]+)|(?= ?[;&]|$))/.exec(text) ?? [];
	const { where, before } = sh;

	if (how === undefined)
		return;
	if (how === "popd" || to === "-")
		sh.where = (how === "popd" ? sh.left.pop() : before) ??
			(sh.dirs ? SOMEWHERE : null);
	else if (to !== "" && where !== SOMEWHERE || /^[/$~]/.test(to))
		sh.where = /^[/$~]|^drivers\//.test(to) || where === null ? to
			: to.startsWith("../") ? `${where.replace(/\/[^/]*$/, "")}${to.slice(2)}`
			: `${where}/${to}`;
	if (how === "pushd")
		sh.left.push(where);
	sh.before = where;
}

/** A command with what the shell would have put in. */
function expanded(text: string, sh: shell): string {
	return with_device(with_files(
		in_directory(spread(with_variables(called(text, sh), sh)), sh), sh), sh);
}

/** in front of what is typed as a step */
const NUMBER = /^\s*\(?\d{1,3}[.)] (?=[#$] |cd \S)/;

function typed_in(text: string): string {
	return text.replace(NUMBER, "").trim().replace(PROMPT, "").replace(/^\+{1,3} (?=\w+=)/, "");
}

const CONTINUED = /\s\\$/;
const COMMAND = /^(?:sudo )?(?:echo|printf|mdevctl|virsh|chzdev|chzcrypt|\/usr\/bin\/\w|qemu-\w)/;

/** A command that goes on behind a "\" at the end of its line. */
function continued(texts: readonly string[]): run | null {
	const end = COMMAND.test(texts[0]!) ? texts.findIndex((t) => !CONTINUED.test(t)) : 0;

	return end <= 0 ? null : { length: end + 1,
		text: texts.slice(0, end + 1).map((t) => t.replace(CONTINUED, "").trim())
			.join(" ") };
}

const TRACED_ECHO = /^\+{1,3} echo (?:-n )?(\S+)$/;
const TRACED_TEE = /^\+{1,3} (?:sudo )?tee (?:-a )?(\S+)$/;

const ANY_TRACE = /^\+{1,3} (.+)$/;

/** How many lines behind a command are its trace: each begins one of what it runs. */
function trace_length([typed, ...behind]: readonly string[], sh: shell): number {
	const runs = spread(with_variables(typed_in(typed!), sh)).split(/ ?(?:;|&&|\|\||\|) ?/)
		.map((run) => run.replace(/["']/g, ""));
	const of_it = (text: string): boolean => {
		const shown = ANY_TRACE.exec(text)?.[1]!.replace(/["']/g, "");

		return shown !== undefined && (/^for \w+ in /.test(shown) &&
			typed_in(typed!).startsWith("for ") ||
			runs.some((run) => `${run} `.startsWith(`${shown} `)));
	};
	const end = behind.findIndex((text) => !of_it(text.trim()));

	return ANY_TRACE.test(typed!) || !PROMPT.test(typed!) ? 0
		: end < 0 ? behind.length : end;
}

/** "+ echo 5" and "+ tee assign_adapter": set -x has a line for each end of a pipe */
function traced([first, second = ""]: readonly string[]): run | null {
	const [echo, tee] = TRACED_ECHO.test(first!) ? [first!, second] : [second, first!];
	const value = TRACED_ECHO.exec(echo)?.[1];
	const file = TRACED_TEE.exec(tee)?.[1];

	return value === undefined || file === undefined ? null
		: { length: 2, text: `echo ${value} | tee ${file}` };
}

const ASKS_CODE = /; ?echo ["']?\$\?["']?$/;

/** "echo 5 > assign_adapter; echo $?", the error, and "1", which says the same again */
function without_codes(lines: readonly mail_line[]): mail_line[] {
	const text = (i: number): string => lines[i]?.text.trim().slice(0, MAX_LINE) ?? "";

	return lines.map((l, i) => /^[1-9]\d{0,2}$/.test(text(i)) && ASKS_CODE.test(text(i - 2)) &&
		PROMPT.test(text(i - 2)) && read_error(text(i - 1)) !== null
		? { ...l, text: `$ ${NOTHING}` } : l);
}

/** Nothing of a shell stands in most mails. */
const OF_SHELL =
	/^(?:(?:for \w+ in|if |while |until |case )|cd |pushd |(?:function )?\w+ ?\(\) ?\{|(?:export )?\w+=\S)|<<|\s\\$|--jsonfile\b|\.xml\b/;
/** nobody types more */
const MAX_LINE = 400;

/** A command behind a prompt: one of a shell's, or of a script, which prints what nobody sees. */
function as_typed(given: string, made: string): string {
	const number = NUMBER.exec(given)?.[0] ?? "";

	return number === "" && !PROMPT.test(given.trim()) ? `${OF_SCRIPT}${made}`
		: `${number}$ ${made}`;
}

/**
 * with_scripts - lines of one depth, with what is typed over several of them a line each
 */
export function with_scripts(given: readonly mail_line[]): mail_line[] {
	const lines = without_codes(given);
	const texts = lines.map((l) => l.text.length > MAX_LINE ? "" : typed_in(l.text));

	if (!texts.some((t, i) => OF_SHELL.test(t) || TRACED.test(lines[i]!.text)))
		return lines;
	const dirs = new Set(texts.flatMap((t) =>
		/^(?:cd|pushd) (?!-|\S*\bdrivers\b)(\S+)/.exec(t)?.[1] ?? []));
	const sh: shell = {
		variables: new Map(), functions: new Map(), files: new Map(), devices: new Map(),
		mdevs: new Set(texts.flatMap((t) => t.match(UUIDS) ?? [])).size,
		where: null, before: null, left: [],
		dirs: dirs.size > 1,
	};
	const out: mail_line[] = [];

	for (let i = 0; i < lines.length;) {
		const some = texts.slice(i, i + MAX_LINES);
		const conditional = conditional_length(some);

		if (conditional > 1) {
			for (const l of lines.slice(i, i + conditional))
				out.push({ ...l, text: `$ then ${typed_in(l.text)}` });
			i += conditional;
			continue;
		}
		const later = (): string => texts.slice(i + 1).join("\n");
		const pair = traced(lines.slice(i, i + 2).map((l) => l.text));
		const trace = trace_length(lines.slice(i, i + MAX_LINES).map((l) => l.text), sh);
		const found = pair ?? (trace > 0 ? { length: trace + 1, text: some[0]! } : null) ??
			definition_file(some, later, sh) ??
			device_file(some, sh) ?? here_document(some) ??
			continued(some) ?? loop_in(some) ??
			definition(some, sh);
		const sets = found === null && assignment(some[0]!, later, sh);
		const text = found?.text ?? (sets ? NOTHING : some[0]!);

		const behind = found === null && !sets ? set_in_front(text, sh) : text;

		change_directory(behind, sh);
		const made = expanded(behind, sh);
		const length = found?.length ?? 1;
		/* what it prints stands behind it */
		const last = pair === null && trace === 0 ? 0 : length - 1;

		for (let k = 0; k < length; k++)
			out.push(k !== last ? { ...lines[i + k]!, text: `$ ${NOTHING}` }
				: made === some[0] ? { ...lines[i + k]!, text: lines[i]!.text }
				: { ...lines[i + k]!,
					text: as_typed(lines[i]!.text, made) });
		i += length;
	}
	return out;
}

/** Whether a shell would go on asking behind a line. */
function is_unfinished(text: string): boolean {
	const bare = text.replace(/\\["']|'[^']*'|"[^"]*"/g, "");
	const here = HERE.exec(text);

	return CONTINUED.test(text) || text.endsWith("\\") || /["']/.test(bare) ||
		count(bare, /\bdo\b/g) > count(bare, /\bdone\b/g) ||
		/(?:^|[;&|] ?)(?:for|while|until)\b/.test(bare) && !/\bdone\b/.test(bare) ||
		/(?:^|[;&|] ?)if\b/.test(bare) && !/\bfi\b/.test(bare) ||
		/\) ?\{/.test(bare) && !/\}/.test(bare) ||
		here !== null && !new RegExp(`\\n${here[2]!}$`).test(text);
}

/** diff marks lines with "> " as well */
const COMPARES = /^(?:sudo )?diff\b/;
const COMPARED = /^(?:< \S+|[\d,]+[acd][\d,]+|---|[0-9a-f]{2}\.[0-9a-f]{4})$/i;

/** The lines of diff's output behind a line. */
function compared(lines: readonly mail_line[], at: number): number {
	let i = at + 1;

	while (lines[i]?.line === lines[i - 1]!.line + 1 && COMPARED.test(lines[i]!.text.trim()))
		i++;
	return i - at - 1;
}

/** How many quoted lines behind a line are what a shell asked for with "> " */
function asked_for(lines: readonly mail_line[], at: number): number {
	const { line, depth } = lines[at]!;
	let text = typed_in(lines[at]!.text);

	for (let length = 0; length < MAX_LINES; length++) {
		const next = lines[at + length + 1];

		if (!is_unfinished(text))
			return length;
		if (next?.line !== line + length + 1 || next.depth !== depth + 1)
			return 0;
		text += `\n${next.text}`;
	}
	return 0;
}

const BEGINS_MORE =
	/^(?:sudo )?(?:for|while|until|if|cat|tee|echo|printf|mdevctl|virsh|(?:function )?\w+ ?\(\) ?\{|(?:ba|k|z)?sh|chzdev|qemu-\w)/;

/**
 * without_asking - what is typed behind a shell's second prompt, "> ", is nobody's quotation
 */
export function without_asking(lines: readonly mail_line[]): mail_line[] {
	const out = [...lines];

	for (const [i, l] of lines.entries()) {
		if (l.text.length > MAX_LINE || !PROMPT.test(l.text))
			continue;
		const typed = typed_in(l.text);
		const output = COMPARES.test(typed) ? compared(lines, i) : 0;
		const length = BEGINS_MORE.test(typed) ? asked_for(lines, i) : 0;

		for (let k = i + 1; k <= i + output; k++)
			if (lines[k]!.depth === l.depth + 1)
				out[k] = { ...lines[k]!, depth: l.depth,
					text: `> ${lines[k]!.text.trim()}` };

		for (let k = 1; k <= length; k++)
			out[i + k] = { ...out[i + k]!, depth: l.depth };
	}
	return out;
}
