// SPDX-License-Identifier: GPL-2.0-only
import { deepStrictEqual, ok } from "node:assert";
import * as fc from "fast-check";
import { test } from "tap";
import { read_mail, type reading } from "../../../../tools/lib/mail/read.ts";
import { mail_text } from "../../../../tools/lib/mail/write.ts";
import { phrases } from "../../../../tools/lib/mail/phrases.ts";
import { ascending, product, sorted_queues } from "../../../../tools/lib/scenario/ids.ts";
import {
	empty_host, number_steps, type op, type scenario, type statement,
} from "../../../../tools/lib/scenario/model.ts";
import { parse_scenarios } from "../../../../tools/lib/scenario/parse.ts";
import { print_scenario, print_step } from "../../../../tools/lib/scenario/print.ts";

async function read(text: string): Promise<reading[]> {
	return read_mail(Buffer.from(text), "f", null);
}

/** Whatever is found is a scenario of the notation, and each of its lines is of the mail. */
function check_reading(r: reading, lines: number): void {
	const counted = Object.values(r.counts).flat();

	ok(r.first >= 1 && r.last <= lines, "lines of the mail");
	ok(new Set(counted).size === counted.length, "each line counted once");
	for (const s of r.scenarios) {
		const back = parse_scenarios(print_scenario(s), "f")[0]!;

		deepStrictEqual(back.statements.map(print_step), s.statements.map(print_step));
		ok(r.counts.unread.length === 0 || s.name.includes("-") &&
			r.scenarios.some((it) => it.statements.some((st) => st.body.kind === "unread")),
			"what is not read is in the scenario");
	}
}

const example = fc.constantFrom(...phrases.flatMap((p) => p.examples));
const marks = fc.constantFrom("", "", "", "> ", ">> ", "> > ");
const number = fc.constantFrom("", "", "1. ", "2. ", "7) ", "a. ", "16. ");
const queue_line = fc.constantFrom("0a.0001", "    0a.0002", "0b.0001", "0a 0001 0a.0001", "0002", "<empty>",
	"Adapters Domains -> Queues", "1-2");
const noise = fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.string({ maxLength: 40 }),
	fc.constantFrom("", "", "Or:", "---", "Regards,", "From: x", "From x 2020", "On Thu, x wrote:",
		"[PATCH v11 08/14] x", "because of that"));
const line = fc.tuple(marks, fc.oneof(fc.tuple(number, example).map(([n, e]) => n + e), queue_line, noise))
	.map(([m, l]) => m + l);
const text = fc.array(line, { maxLength: 30 }).map((l) => l.join("\n"));

test("properties: any text is read without a crash, and nothing in it is dropped", async (t) => {
	await fc.assert(fc.asyncProperty(text, async (it) => {
		const lines = it.split("\n").length;

		for (const r of await read(it))
			check_reading(r, lines);
	}), { numRuns: 1000 });
});

test("properties: any bytes are read without a crash", async (t) => {
	await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
		await read_mail(bytes, "f", null);
	}), { numRuns: 500 });
});

const small_id = fc.constantFrom(4, 5, 0x47, 0x54);
const ids = fc.uniqueArray(small_id, { minLength: 1, maxLength: 3 }).map(ascending);
type action = { what: "assign" | "unassign"; unit: "adapter" | "domain"; id: number } |
	{ what: "bind" | "unbind"; at: number } | { what: "guest"; mask: number } | { what: "unchanged" };
const action: fc.Arbitrary<action> = fc.oneof(
	fc.record({
		what: fc.constantFrom("assign", "unassign"), unit: fc.constantFrom("adapter", "domain"), id: small_id,
	}),
	fc.record({ what: fc.constantFrom("bind", "unbind"), at: fc.nat(20) }),
	fc.record({ what: fc.constant("guest"), mask: fc.nat(15) }),
	fc.record({ what: fc.constant("unchanged") }),
) as fc.Arbitrary<action>;

function statement(body: statement["body"]): statement {
	return { line: 0, label: null, n: "", drivers: null, body, note: null };
}

function operation(o: op): statement {
	return statement({ kind: "op", op: o, rc: "ok", fail_nth: 0 });
}

/** An action as a statement; guest lists are products, so that they are no slips. */
function statement_of(a: action, apm: number[], aqm: number[]): statement {
	const all = product(apm, aqm);

	switch (a.what) {
	case "assign":
	case "unassign":
		return operation(["write", "m0", `${a.what}_${a.unit}`, `0x${a.id.toString(16)}`]);
	case "bind":
	case "unbind":
		return operation([a.what, all[a.at % all.length]!]);
	case "guest":
		return statement({ kind: "expect", expect: {
			what: "masks", of: "guest", mdev: "m0",
			is: { form: "queues", queues: sorted_queues(product(apm.slice(0, a.mask & 3), aqm.slice(0, a.mask >> 2))) },
		} });
	default:
		return statement({ kind: "expect", expect: { what: "unchanged", mdev: "m0" } });
	}
}

const sayable: fc.Arbitrary<scenario> = fc.tuple(ids, ids, fc.array(action, { minLength: 1, maxLength: 6 }))
	.map(([apm, aqm, actions]) => {
		const statements = [
			operation(["bound", product(apm, aqm)]), operation(["mdev", "m0", { apm, aqm, adm: [] }]),
			operation(["open", "m0"]),
			statement_of({ what: "guest", mask: 15 }, apm, aqm),
			...actions.map((a) => statement_of(a, apm, aqm)),
		];

		number_steps(statements);
		return {
			file: "f", line: 0, name: "x", source: null, about: [], assumptions: [], slips: [], verdicts: [],
			host: empty_host(), apmask: [], aqmask: [], memory: "zero", choices: [], statements,
		};
	});

function bare_steps(s: scenario): string[] {
	return s.statements.map((st) => print_step(st).replace(/ = ok$/, ""));
}

test("properties: a scenario said in a mail's words is read as the same scenario", async (t) => {
	await fc.assert(fc.asyncProperty(sayable, fc.constantFrom("", "> ", ">> "), async (s, mark) => {
		const said = mail_text(s).replace(/^(?=.)/gm, mark);
		const list = await read(said);

		deepStrictEqual(list.length, 1);
		deepStrictEqual(bare_steps(list[0]!.scenarios.at(-1)!), bare_steps(s));
	}), { numRuns: 500 });
});
