// SPDX-License-Identifier: GPL-2.0-only
/*
 * The notation of litmus tests: a scenario's header and set-up, then
 *
 *	actor admin
 *	  unbind 04.0004
 *	actor guest
 *	  guest_tapq m0 04.0004
 *	depth 2
 *	result sometimes guest.1=01 late=yes
 *	on v6.12: result never end=deadlock
 *
 * Operations are a scenario's and those of the table below.
 */
import { usage_error } from "../lib/cli/usage_error.ts";
import { unknown_drivers } from "../lib/scenario/check.ts";
import { lex, line_fault } from "../lib/scenario/lexer.ts";
import { parse_operation } from "../lib/scenario/operations.ts";
import { parse_scenarios } from "../lib/scenario/parse.ts";
import { words_of, type reader } from "../lib/scenario/reader.ts";
import { check_claims } from "./keys.ts";
import type { claim, condition, guest_op, litmus, litmus_op } from "./model.ts";

/** struct guest_row - an operation of a guest: how it is written, and what it is */
export interface guest_row {
	form: string;
	brief: string;
	parse(r: reader): guest_op;
}

function decimal(r: reader, what: string): number {
	const { text } = r.word(what);

	if (!/^[0-9]+$/.test(text))
		r.fail(`"${text}" is no number`, what);
	return Number(text);
}

function on_queue(
	name: "guest_tapq" | "guest_zapq" | "guest_nqap" | "guest_dqap", brief: string,
): guest_row {
	return { form: `${name} m0 04.0004`, brief, parse: (r) => [name, r.mdev(), r.queue()] };
}

function msecs(name: "service" | "reset_time" | "wait", brief: string): [string, guest_row] {
	return [name, {
		form: `${name} 10`, brief,
		parse: (r) => [name, decimal(r, "milliseconds, as in 10")],
	}];
}

function parse_aqic(r: reader): guest_op {
	const mdev = r.mdev();
	const queue = r.queue();

	if (r.peek() === "off")
		return r.next(), ["guest_aqic", mdev, queue, 0, null];
	const isc = decimal(r, "off, or subclass and NIB, as in 3 0x2000");
	const { text } = r.word("the NIB's guest address, as in 0x2000");

	if (!/^0x[0-9a-f]+$/.test(text))
		r.fail(`"${text}" is no address`, "0x2000");
	return ["guest_aqic", mdev, queue, isc, BigInt(text)];
}

const CONDITIONS = ["normal", "checkstopped", "deconfigured"] as const;

function parse_adapter(r: reader): guest_op {
	const [apid, ...more] = r.ids();
	const { text } = r.word(CONDITIONS.join(", "));
	const condition = CONDITIONS.find((word) => word === text);

	if (condition === undefined || more.length !== 0)
		return r.fail(`"${text}" is no condition of an adapter`, CONDITIONS.join(", "));
	return ["adapter", apid!, condition];
}

function fault(name: "busy" | "state_change", brief: string): [string, guest_row] {
	return [name, {
		form: `${name} 04.0004 20`, brief,
		parse: (r) => [name, r.queue(), decimal(r, "milliseconds, as in 20")],
	}];
}

/** guest_operations - what there is besides a scenario's operations */
export const guest_operations: ReadonlyMap<string, guest_row> = new Map<string, guest_row>([
	["guest_tapq", on_queue("guest_tapq", "the guest tests a queue")],
	["guest_zapq", on_queue("guest_zapq", "the guest resets a queue")],
	["guest_nqap", on_queue("guest_nqap", "the guest sends a message")],
	["guest_dqap", on_queue("guest_dqap", "the guest fetches a reply")],
	["guest_aqic", {
		form: "guest_aqic m0 04.0004 3 0x2000",
		brief: "the guest asks for interrupts: subclass, NIB (also: off)",
		parse: parse_aqic,
	}],
	["adapter", {
		form: "adapter 04 checkstopped",
		brief: "the adapter's condition (also: deconfigured, normal)", parse: parse_adapter,
	}],
	fault("busy", "the queue is busy (05) for that many milliseconds"),
	fault("state_change", "the queue's state is changing (0a) for that many milliseconds"),
	msecs("service", "adapters take that many milliseconds for a message from now on"),
	msecs("reset_time", "resets take that many milliseconds from now on"),
	msecs("wait", "that many milliseconds pass"),
]);

const ACTOR = /^[a-z][a-z0-9_]*$/;
const CONDITION = /^([a-z][a-z0-9_.]*)([=~])(\S+)$/;
const HOW = ["never", "sometimes", "always"] as const;

interface partial extends Omit<litmus, "setup"> {
	setup_lines: string[];
}

function begin(r: reader, file: string, before: number): partial {
	const name = r.name("a name, as in nib-after-gone");

	r.end();
	return {
		file, line: r.line, name, before: [], actors: [], depth: 2, claims: [],
		setup_lines: [...Array.from({ length: before }, () => ""), `scenario ${name}`],
	};
}

function parse_condition(r: reader, text: string): condition {
	const parts = CONDITION.exec(text);

	if (parts === null)
		return r.fail(`"${text}" says nothing of a final state`,
			"KEY=VALUE, as in end=deadlock");
	return { key: parts[1]!, contains: parts[2] === "~", value: parts[3]! };
}

function parse_claim(r: reader, of: Pick<claim, "drivers" | "but">): claim {
	const { text: how } = r.word("never, sometimes or always");
	const found = HOW.find((word) => word === how);

	if (found === undefined)
		return r.fail(`"${how}" is no frequency`, "never, sometimes or always");
	const all: condition[] = [];

	for (let w = r.next(); w !== null; w = r.next())
		all.push(parse_condition(r, w.text));
	if (all.length === 0)
		r.fail("a claim about nothing", "result never end=deadlock");
	return { line: r.line, how: found, ...of, all };
}

function without_comment(text: string): string {
	const at = text.search(/\s#/);

	return (at < 0 ? text : text.slice(0, at)).trim();
}

function parse_op(r: reader, text: string): litmus_op {
	const row = guest_operations.get(r.peek());
	const base = { line: r.line, text: without_comment(text) };

	if (row === undefined)
		return { ...base, kind: "scenario", op: parse_operation(r) };
	r.next();
	const op = row.parse(r);

	r.end();
	return { ...base, kind: "guest", op };
}

/* "on v11,v12:" or "not on v5.9:" before a claim; null for none. */
function parse_drivers(r: reader): Pick<claim, "drivers" | "but"> | null {
	const not = r.peek() === "not";

	if (not)
		r.next();
	if (r.peek() !== "on")
		return not ? r.fail("not what?", "not on v5.9: result never end=deadlock") : null;
	r.next();
	const { text } = r.word("drivers and a colon, as in on v11,v12:");
	const labels = text.slice(0, -1).split(",");

	if (!text.endsWith(":"))
		r.fail(`"${text}" is no list of drivers`, "on v11,v12: result never end=deadlock");
	for (const wrong of unknown_drivers(labels))
		throw new usage_error(`${r.file}:${r.line}: ${wrong}`);
	return not ? { drivers: null, but: labels } : { drivers: labels, but: [] };
}

function parse_body(r: reader, text: string, test: partial): void {
	const drivers = parse_drivers(r);
	const first = r.peek();

	if (first === "result") {
		r.next();
		test.claims.push(parse_claim(r, drivers ?? { drivers: null, but: [] }));
	} else if (drivers !== null) {
		r.fail("drivers in front of no claim", "on v11,v12: result never end=deadlock");
	} else if (first === "depth") {
		r.next();
		test.depth = decimal(r, "how often one may interrupt the other, as in 2");
		r.end();
	} else if (first === "actor") {
		r.next();
		const { text: name } = r.word("a name, as in admin");

		if (!ACTOR.test(name) || test.actors.length === 2)
			r.fail(`"${name}" cannot be an actor`, "two actors with lower-case names");
		test.actors.push({ name, ops: [] });
		r.end();
	} else if (test.actors.length > 0) {
		test.actors.at(-1)!.ops.push(parse_op(r, text));
	} else if (guest_operations.has(first)) {
		test.before.push(parse_op(r, text));
	} else {
		test.setup_lines[r.line - 1] = text;
	}
}

function finish(test: partial): litmus {
	const { setup_lines, ...rest } = test;
	const [setup] = parse_scenarios(setup_lines.join("\n"), test.file);

	if (test.actors.length !== 2 || test.actors.some(({ ops }) => ops.length === 0))
		throw new usage_error(
			`${test.file}:${test.line}: ${test.name} needs two actors with an ` +
			"operation each, expected actor admin, unbind 04.0004");
	if (test.claims.length === 0)
		throw new usage_error(
			`${test.file}:${test.line}: ${test.name} claims nothing, expected ` +
			"result never end=deadlock");
	const found = { ...rest, setup: setup! };

	check_claims(found, [
		...setup_lines, ...[...rest.before, ...rest.actors.flatMap(({ ops }) => ops)]
			.map(({ text }) => text),
	].join("\n"));
	return found;
}

/**
 * parse_litmus - the tests of a file
 * @text: the file's text
 * @file: its name, for messages
 *
 * Return: the tests in order; throws usage_error for the first line that is wrong.
 */
export function parse_litmus(text: string, file: string): litmus[] {
	const list: partial[] = [];

	text.split(/\r?\n/).forEach((line, i) => {
		const prose = /^\s*(about|source|assume|slip)\b/.test(line);
		const { words, error } = prose
			? { words: [{ text: "prose", quoted: false }], error: null } :
			lex(line);
		const r = words_of({ file, line: i + 1 }, words);
		const wrong = line_fault(line);
		const test = list.at(-1);

		if (wrong !== null)
			r.fail(...wrong);
		if (error !== null)
			r.fail(error, 'escapes as in JSON: \\" \\n \\\\');
		if (words.length === 0)
			return;
		if (r.peek() === "litmus")
			list.push((r.next(), begin(r, file, i)));
		else if (test === undefined)
			r.fail(`"${words[0]!.text}" before any test`,
				"a first line such as: litmus NAME");
		else
			parse_body(r, line, test);
	});
	if (list.length === 0)
		throw new usage_error(`${file}:1: no test in it, expected litmus NAME`);
	return list.map(finish);
}
