// SPDX-License-Identifier: GPL-2.0-only
/*
 * The notation's parser: text in, scenarios out, or one usage_error that names file and line,
 * what is wrong and what is expected. print.ts is the inverse.
 */
import { did_you_mean, nearest } from "../cli/nearest.ts";
import { collecting, usage_error, usage_errors } from "../cli/usage_error.ts";
import { begins_expectation, parse_expectation } from "./expectations.ts";
import {
	adapter_name, ascending, domain_name, mask_ids, parse_id, parse_queue,
} from "./ids.ts";
import { lex, line_fault, type word } from "./lexer.ts";
import {
	empty_host,
	MACHINE_WORDS,
	type choice,
	number_steps,
	type result,
	type scenario,
	type statement,
	type verdict,
} from "./model.ts";
import { operations, parse_operation } from "./operations.ts";
import { words_of, type reader } from "./reader.ts";
import { parse_result } from "./result.ts";

const LABEL = /^([0-9]+[a-z]*(?:\.(?:[0-9]+[a-z]*|[a-z]+))*'*):$/;
const DRIVERS = /^[0-9a-z.@-]+(,[0-9a-z.@-]+)*$/;
const HEADER = new Set([
	"scenario", "source", "about", "assume", "slip", "verdict", "host", "apmask", "aqmask",
	"memory", "machine", "either",
]);
/** header lines of which a scenario has one at most */
const ONCE = new Set(["source", "host", "apmask", "aqmask", "memory", "machine"]);
/** header lines whose text is prose: not looked at word by word */
const PROSE = new Set(["source", "about", "assume", "slip"]);
const PROSE_LINE = { words: [], comment: null, error: null };

function new_scenario(file: string, line: number, name: string): scenario {
	return {
		file, line, name, source: null, about: [], assumptions: [], slips: [], verdicts: [],
		host: empty_host(), apmask: [], aqmask: [], memory: "zero",
		choices: [], statements: [],
	};
}

/** The text after a header line's first word, as it stands. */
function rest_of(text: string): string {
	return text.trim().replace(/^\S+\s*/, "");
}

function parse_verdict(r: reader): verdict {
	const drivers = r.word("the drivers, as in v11,v12").text;

	if (!DRIVERS.test(drivers))
		r.fail(`"${drivers}" is no list of drivers`, "v11 or v11,v12");
	const outcome = r.word("holds, or differs and the steps that differ").text;
	if (outcome !== "holds" && outcome !== "differs")
		r.fail(`"${outcome}" is no outcome`, "holds, or differs and the steps that differ");
	const differs_at = r.rest().map((w) => w.text);
	if (outcome === "differs" && differs_at.length === 0)
		r.fail("differs does not say where", "verdict v12 differs 9 11");
	if (outcome === "holds" && differs_at.length > 0)
		r.fail("a step that does not hold behind holds", "verdict v12 differs 9 11");
	return {
		line: r.line, drivers: drivers.split(","), holds: outcome === "holds", differs_at,
	};
}

function parse_limit(r: reader): number {
	const w = r.word("the greatest number, as in ff");
	const id = parse_id(w.text);

	if (id === null)
		r.fail(`"${w.text}" is no greatest id`, "a hexadecimal number up to ff");
	return id;
}

const HOST_WORDS = ["adapters", "domains", "control", "old", "apxa", "max"];

function parse_host(r: reader, s: scenario): void {
	const host = empty_host();

	for (let w = r.next(); w !== null; w = r.next()) {
		if (w.text === "adapters")
			host.apm = r.ids();
		else if (w.text === "domains")
			host.aqm = r.ids();
		else if (w.text === "control")
			host.adm = r.ids();
		else if (w.text === "old")
			host.old = r.ids();
		else if (w.text === "apxa" && ["0", "1"].includes(r.peek()))
			host.apxa = r.word("0 or 1").text === "0" ? 0 : 1;
		else if (w.text === "max")
			[host.na, host.nd] = [parse_limit(r), parse_limit(r)];
		else
			r.fail(`"${w.text}" says nothing about a host` +
				did_you_mean(w.text, HOST_WORDS),
				"host adapters 04 05 domains 0004 0047 control 0004");
	}
	const above = host.apm.find((id) => id > host.na);
	const beyond = [...host.aqm, ...host.adm].find((id) => id > host.nd);

	if (above !== undefined)
		r.fail(`adapter ${adapter_name(above)} is above max ${adapter_name(host.na)}`,
			"adapters up to the greatest number");
	if (beyond !== undefined)
		r.fail(`domain ${domain_name(beyond)} is above max ${domain_name(host.nd)}`,
			"domains up to the greatest number");
	s.host = host;
}

/** "all", a mask as sysfs has it (0xff00: the first eight), or ids. */
function parse_mask(r: reader): number[] {
	const text = r.peek();
	const ids = text === "all" ? [...Array(256).keys()] : mask_ids(text);

	if (ids === null && /^0x/i.test(text) && parse_id(text) === null)
		r.fail(`"${text}" is no mask`, "0x and at most 64 hexadecimal digits, all, or ids");
	if (ids === null) {
		const list = ascending(r.ids());

		r.end();
		return list;
	}
	r.next();
	r.end();
	return ids;
}

const CHOICES = ["order", "guest", "masks", "assigned", "taken", "bound", "adapter", "domain"];

function parse_choice(r: reader): choice {
	const what = r.word(`what is left open: ${CHOICES.slice(0, -1).join(", ")} or domain`).text;

	if (what === "order" || what === "guest" || what === "masks") {
		r.end();
		return { what };
	}
	if (what === "assigned") {
		const of = parse_choice(r);

		return of.what === "adapter" || of.what === "domain"
			? { what, unit: of.what, id: of.id }
			: r.fail(`"${of.what}" is not assigned`, "either assigned adapter 05");
	}
	if (what !== "bound" && what !== "taken" && what !== "adapter" && what !== "domain")
		r.fail(`"${what}" cannot be left open` + did_you_mean(what, CHOICES),
			"either order, either guest, either bound 04.0047, either domain 0047");
	const { text } = r.word("which one");
	const [queue, id] = [parse_queue(text), parse_id(text)];
	r.end();
	const of_queue = what === "bound" || what === "taken";
	if (of_queue ? queue === null : id === null)
		r.fail(`"${text}" is no ${of_queue ? "queue" : what}`,
			"either bound 04.0047, either domain 0047");
	return of_queue ? { what, queue: queue! } : { what, id: id! };
}

function parse_machine(r: reader, s: scenario): void {
	for (let w = r.next(); w !== null; w = r.next()) {
		if (w.text === "kasan")
			s.kasan = true;
		else if (w.text === "null_faults")
			s.low_memory = "fault";
		else if (w.text === "secure_execution")
			s.secure_execution = true;
		else
			r.fail(`"${w.text}" is nothing that a machine can be asked for` +
				did_you_mean(w.text, MACHINE_WORDS),
					`machine ${MACHINE_WORDS.join(" ")}`);
	}
}

function parse_header(r: reader, word: string, text: string, s: scenario): void {
	switch (word) {
	case "source":
		s.source = rest_of(text);
		break;
	case "about":
		s.about.push(rest_of(text));
		break;
	case "assume":
		s.assumptions.push(rest_of(text));
		break;
	case "slip":
		s.slips.push(rest_of(text));
		break;
	case "verdict":
		s.verdicts.push(parse_verdict(r));
		break;
	case "host":
		parse_host(r, s);
		break;
	case "apmask":
		s.apmask = parse_mask(r);
		break;
	case "aqmask":
		s.aqmask = parse_mask(r);
		break;
	case "either":
		s.choices.push(parse_choice(r));
		break;
	case "machine":
		parse_machine(r, s);
		break;
	default: {
		const fill = r.word("zero, ones or pattern").text;

		if (fill !== "zero" && fill !== "ones" && fill !== "pattern")
			r.fail(`"${fill}" is no filling of uninitialised memory`,
				"zero, ones or pattern");
		s.memory = fill;
		r.end();
	}
	}
}

/** Take "= RESULT" off the end of an operation's words. */
function split_result(r: reader, words: word[]): { before: word[]; rc: result } {
	const at = words.findLastIndex((w) => w.text === "=" && !w.quoted);

	if (at < 0)
		return { before: words, rc: null };
	return { before: words.slice(0, at), rc: parse_result(words_of(r, words.slice(at + 1))) };
}

interface prefix {
	label: string | null;
	drivers: string[] | null;
}

function parse_prefix(r: reader): prefix {
	let label: string | null = null;
	const m = LABEL.exec(r.peek());

	if (m !== null) {
		label = m[1]!;
		r.next();
	} else if (/^[0-9][^:]*:$/.test(r.peek())) {
		r.fail(`"${r.peek()}" is no step's number`, "4:, 4a:, 4.1: or 4':");
	} else if (/^[0-9]+[a-z]?'*[.)]?$/.test(r.peek())) {
		r.fail(`"${r.peek()}" is no operation and no expectation`,
			`${r.peek().replace(/[.)]$/, "")}: where it is a step's number`);
	}
	if (r.peek() !== "on")
		return { label, drivers: null };
	r.next();
	const list = r.word("the drivers, as in v11:").text;
	if (!list.endsWith(":") || !DRIVERS.test(list.slice(0, -1)))
		r.fail(`"${list}" is no list of drivers`, "on v11: or on v11,v12:");
	return { label, drivers: list.slice(0, -1).split(",") };
}

function parse_unread(r: reader): string {
	r.next();
	const { text } = r.word("the text that was not read");

	r.end();
	return text;
}

function parse_statement(r: reader, line: number, comment: string | null, fail_nth: number):
		statement {
	const { label, drivers } = parse_prefix(r);

	return { line, label, n: "", drivers, note: comment, body: parse_body(r, fail_nth) };
}

/** begins_header - whether a word is a keyword of a scenario's header */
export function begins_header(word: string): boolean {
	return HEADER.has(word) && word !== "scenario";
}

/** begins_statement - whether a word is a keyword of a scenario's body */
export function begins_statement(word: string): boolean {
	return operations.has(word) || begins_expectation(word) || word === "unread";
}

/**
 * parse_body - what a line of a scenario's body says, without label and drivers
 */
export function parse_body(r: reader, fail_nth = 0): statement["body"] {
	const expect = parse_expectation(r);

	if (r.peek() === "unread")
		return { kind: "unread", text: parse_unread(r) };
	if (expect !== null) {
		if (fail_nth !== 0)
			r.fail("an expectation allocates nothing",
				"(fail_nth: N) behind an operation");
		return { kind: "expect", expect };
	}
	const { before, rc } = split_result(r, r.rest());
	const op = parse_operation(words_of(r, before));
	return { kind: "op", op, rc, fail_nth };
}

function check_labels(s: scenario): void {
	const seen = new Map<string, number>();

	for (const { label, line } of s.statements) {
		const first = label === null ? undefined : seen.get(label);

		if (first !== undefined)
			throw new usage_error(
				`${s.file}:${line}: step ${label} is already on line ` +
				`${first}; a repeated number is written ${label}':`);
		if (label !== null)
			seen.set(label, line);
	}
}

/** @partly: lines of it could not be read */
function finish(s: scenario, partly: boolean): void {
	check_labels(s);
	number_steps(s.statements);
	if (partly)
		return;
	if (s.statements.length === 0)
		throw new usage_error(`${s.file}:${s.line}: scenario ${s.name} does nothing; ` +
			"it needs at least one operation or expectation");
	const steps = new Set(s.statements.map((st) => st.n));
	for (const n of s.verdicts.flatMap((v) => v.differs_at))
		if (!steps.has(n))
			throw new usage_error(
				`${s.file}:${s.line}: a verdict names step ${n}, which ` +
				`is not there; the steps are ${[...steps].join(" ")}`);
}

/** Take "(fail_nth: N)" off the end of a line's words. */
function split_fail_nth(r: reader, words: word[]): { words: word[]; fail_nth: number } {
	const at = words.findIndex((w) => w.text === "(fail_nth:" && !w.quoted);
	const nth = /^([1-9][0-9]{0,8})\)$/.exec(words[at + 1]?.text ?? "");

	if (at < 0)
		return { words, fail_nth: 0 };
	if (nth === null || at + 2 < words.length)
		r.fail(`"${words.slice(at).map((w) => w.text).join(" ")}" names no allocation`,
			"(fail_nth: 1) or a greater number, at the end of the line");
	return { words: words.slice(0, at), fail_nth: Number(nth[1]) };
}

function begin_scenario(r: reader, list: scenario[]): void {
	const name = r.name("a name, as in v11-long-example");

	r.end();
	list.push(new_scenario(r.file, r.line, name));
}

/** What the header of the scenario that is being read has said, and on which lines. */
type said = Map<string, number>;

function say_once(r: reader, what: string, said: said): void {
	const before = said.get(what);

	if (before !== undefined)
		r.fail(`${what} is on line ${before} already`, `one line for ${what}`);
	said.set(what, r.line);
}

function say_verdict(r: reader, s: scenario, said: said): void {
	for (const driver of s.verdicts.at(-1)!.drivers)
		say_once(r, `the verdict of ${driver}`, said);
}

function parse_line(
	text: string, file: string, line: number, list: scenario[], said: said,
): void {
	const fault = line_fault(text);

	if (fault !== null)
		return words_of({ file, line }, []).fail(...fault);
	const first = /^\s*([^\s#]+)/.exec(text)?.[1];
	const s = list.at(-1);
	const prose = first !== undefined && PROSE.has(first);
	const { words: all, comment, error } = prose ? PROSE_LINE : lex(text);
	const at = { file, line };
	const { words, fail_nth } = split_fail_nth(words_of(at, []), all);
	const r = words_of(at, words);

	if (first === undefined)
		return;
	if (error !== null)
		return r.fail(error, "escapes as in JSON: \\\" \\n \\\\");
	if (first === "scenario")
		return said.clear(), r.next(), begin_scenario(r, list);
	if (s === undefined)
		return r.fail(`"${first}" before any scenario` + did_you_mean(first, ["scenario"]),
			"a first line such as: scenario NAME");
	if (!HEADER.has(first)) {
		s.statements.push(parse_statement(r, line, comment, fail_nth));
		return;
	}
	if (s.statements.length > 0)
		return r.fail(`"${first}" after the first step`,
			"a scenario's header stands before its steps");
	if (ONCE.has(first))
		say_once(r, first, said);
	r.next();
	parse_header(r, first, text, s);
	if (first === "verdict")
		say_verdict(r, s, said);
}

/** struct parsed - what could be read of a text, and all that is wrong with it */
interface parsed {
	scenarios: scenario[];
	/** those whose first line could not be read */
	nameless: scenario[];
	/** lines that could not be read */
	broken: number[];
	errors: string[];
}

/** What to say of a text without a scenario: one thing, however many lines it has. */
function nothing_in(text: string, file: string, errors: readonly string[]): string {
	if (/^(?:From |(?:From|To|Date|Subject|Message-I[dD]|Received|Return-Path):)/.test(text))
		return `${file}:1: this looks like a mail, expected it under a name without .scn`;
	return errors[0] ??
		`${file}:1: no scenario in it; its first line would be: scenario NAME`;
}

/**
 * Whether a line that is wrong begins a scenario all the same, so that the lines behind it are
 * read too. The first line of a text does with any word of the notation, or with one near to
 * "scenario".
 */
function begins_scenario(line: string, first: boolean): boolean {
	const [word = ""] = line.trim().split(/\s+/);

	return word === "scenario" || first && (nearest(word, ["scenario"]) !== null ||
		begins_header(word) || begins_statement(word));
}

/**
 * read_notation - a text of the notation
 * @text: the text
 * @file: its name, for messages
 */
export function read_notation(text: string, file: string): parsed {
	const list: scenario[] = [];
	const broken: number[] = [];
	const errors: string[] = [];
	const said: said = new Map();
	/* whose first line is wrong: what follows belongs to them, and to no one else */
	const nameless = new Set<scenario>();

	text.split(/\r?\n/).forEach((line, i) => {
		const read = (): true => (parse_line(line, file, i + 1, list, said), true);

		if (collecting(errors, read) !== null)
			return;
		broken.push(i + 1);
		if (!begins_scenario(line, list.length === 0))
			return;
		list.push(new_scenario(file, i + 1, "nameless"));
		nameless.add(list.at(-1)!);
	});
	if (list.length === 0)
		errors.splice(0, Infinity, nothing_in(text, file, errors));
	const scenarios = list.filter((s) => !nameless.has(s));

	for (const s of scenarios)
		collecting(errors, () => finish(s, broken.some((n) => n > s.line)));
	return { scenarios, nameless: [...nameless], broken, errors };
}

/**
 * parse_scenarios - the scenarios of a file
 *
 * Return: the scenarios in order; throws usage_errors with every line that is wrong.
 */
export function parse_scenarios(text: string, file: string): scenario[] {
	const { scenarios, errors } = read_notation(text, file);

	if (errors.length > 0)
		throw new usage_errors(errors);
	return scenarios;
}

/**
 * parse_host_text - the host of a --host option
 * @text: "adapters 04 05 domains 0004 0047"
 */
export function parse_host_text(text: string): scenario["host"] {
	const s = new_scenario("--host", 1, "host");

	parse_host(words_of({ file: "--host", line: 1 }, lex(text).words), s);
	return s.host;
}
