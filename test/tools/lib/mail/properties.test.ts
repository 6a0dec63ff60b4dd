// SPDX-License-Identifier: GPL-2.0-only
import { deepStrictEqual, ok } from "node:assert";
import { readFileSync, readdirSync } from "node:fs";
import * as fc from "fast-check";
import { test } from "tap";
import { read_mail, type reading } from "../../../../tools/lib/mail/read.ts";
import { mail_text } from "../../../../tools/lib/mail/write.ts";
import { phrases } from "../../../../tools/lib/mail/sentence/phrases.ts";
import { pick_drivers, play } from "../../../../tools/lib/play/play.ts";
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
			r.scenarios.some(
				(it) => it.statements.some((st) => st.body.kind === "unread")),
			"what is not read is in the scenario");
	}
}

const example = fc.constantFrom(...phrases.flatMap((p) => p.examples));
const marks = fc.constantFrom("", "", "", "> ", ">> ", "> > ");
const number = fc.constantFrom("", "", "1. ", "2. ", "7) ", "a. ", "16. ");
const queue_line = fc.constantFrom("0a.0001", "    0a.0002", "0b.0001", "0a 0001 0a.0001", "0002",
	"<empty>",
	"Adapters Domains -> Queues", "1-2");
const noise = fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.string({ maxLength: 40 }),
	fc.constantFrom("", "", "Or:", "---", "Regards,", "From: x", "From x 2020",
		"On Thu, x wrote:",
		"[PATCH v11 08/14] x", "because of that"));
const line = fc.tuple(marks,
	fc.oneof(fc.tuple(number, example).map(([n, e]) => n + e), queue_line, noise))
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
	{ what: "bind" | "unbind"; at: number } | { what: "guest"; mask: number }
		| { what: "unchanged" };
const action: fc.Arbitrary<action> = fc.oneof(
	fc.record({
		what: fc.constantFrom("assign", "unassign"),
		unit: fc.constantFrom("adapter", "domain"), id: small_id,
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
			is: {
				form: "queues",
				queues: sorted_queues(
					product(apm.slice(0, a.mask & 3),
						aqm.slice(0, a.mask >> 2))),
			},
		} });
	default:
		return statement({ kind: "expect", expect: { what: "unchanged", mdev: "m0" } });
	}
}

const sayable: fc.Arbitrary<scenario> =
	fc.tuple(ids, ids, fc.array(action, { minLength: 1, maxLength: 6 }))
	.map(([apm, aqm, actions]) => {
		const statements = [
			operation(["bound", product(apm, aqm)]),
			operation(["mdev", "m0", { apm, aqm, adm: [] }]),
			operation(["open", "m0"]),
			statement_of({ what: "guest", mask: 15 }, apm, aqm),
			...actions.map((a) => statement_of(a, apm, aqm)),
		];

		number_steps(statements);
		return {
			file: "f", line: 0, name: "x", source: null, about: [], assumptions: [],
			slips: [], verdicts: [],
			host: { ...empty_host(), apm: [4, 5, 0x47, 0x54], aqm: [4, 5, 0x47, 0x54] },
			apmask: [], aqmask: [], memory: "zero", choices: [], statements,
		};
	});

function bare_steps(s: scenario): string[] {
	return s.statements.map((st) => print_step(st).replace(/ = ok$/, ""));
}

test("properties: a scenario said in a mail's words is read as the same scenario", async (t) => {
	await fc.assert(
			fc.asyncProperty(sayable, fc.constantFrom("", "> ", ">> "),
					async (s, mark) => {
		const said = mail_text(s).replace(/^(?=.)/gm, mark);
		const list = await read(said);

		deepStrictEqual(list.length, 1);
		deepStrictEqual(bare_steps(list[0]!.scenarios.at(-1)!), bare_steps(s));
	}), { numRuns: 500 });
});

const CORPUS = new URL("../../../scenarios/", import.meta.url);
const corpus = readdirSync(CORPUS).filter((f) => f.endsWith(".scn"))
	.map((f) => parse_scenarios(readFileSync(new URL(f, CORPUS), "utf8"), f)[0]!);

await pick_drivers("v12,v6.0,v6.12");

/** The steps of a mail behind a line of it that are judged. */
async function judged_behind(mail: string, at: number): Promise<string[]> {
	const scenarios = (await read(mail)).flatMap((r) => r.scenarios);

	return scenarios.flatMap((s) => play(s, "v6.12", { explain: false }).steps)
		.filter((st) => st.s.line > at &&
			["holds", "differs", "depends"].includes(st.verdict))
		.map((st) => `${st.s.line} ${st.verdict}`);
}

const spoil = fc.constantFrom((l: string) => `~${l}`, (l: string) => l.replace(/[a-z]/gi, "q"),
	(l: string) => l.replace(/^\S+ ?\S+/, "xyzzy"), (l: string) => `${l.slice(0, 3)}?!`);

test("properties: a line that cannot be read leaves open what stands behind it, one that is missing all", async (t) => {
	await fc.assert(fc.asyncProperty(fc.constantFrom(...corpus), fc.nat(), spoil,
			async (s, nth, how) => {
		const lines = mail_text(s).trimEnd().split("\n");
		const prose = /^(?:source|about|assume|slip) /;
		const at = nth % lines.length;
		const spoilt = how(lines[at]!);

		deepStrictEqual(await judged_behind(lines.toSpliced(at, 1).join("\n"), 0), [],
			`without: ${lines[at]}`);
		if (!prose.test(spoilt) && spoilt !== lines[at])
			deepStrictEqual(await judged_behind(lines.with(at, spoilt).join("\n"),
				at + 1), [], spoilt);
	}), { numRuns: 150 });
});

/** Every order in which the two lists can be dealt with, as steps of a mail. */
function orders<T>(list: readonly T[]): T[][] {
	return list.length === 0
		? [[]] : list.flatMap(
			(it, i) => orders(list.toSpliced(i, 1)).map((rest) => [it, ...rest]));
}

test("properties: what a mail leaves open decides nothing: one verdict if all orders share it, else it depends", async (t) => {
	const queues = product([4, 5], [6, 7]);
	const pick = fc.subarray(queues);
	const claim = fc.constantFrom("no APQNs",
		...[[4], [5], [4, 5]]
			.flatMap((a) => [[6], [7], [6, 7]].map((d) => product(a, d).join(" "))));

	await fc.assert(fc.asyncProperty(pick, claim, fc.constantFrom("v12", "v6.0", "v6.12"),
		fc.shuffledSubarray(queues, { minLength: 4 }),
		async (bound, guest, driver, matrix) => {
			const mail = (assigned: string): string =>
				`1. ${bound.length === 0 ? "No queues bound to vfio_ap" :
				`Queues bound to vfio_ap: ${bound.join(" ")}`}\n2. ${assigned}\n3. Guest started:\n4. guest_matrix: ${guest}\n`;
			const host = { ...empty_host(), apm: [4, 5], aqm: [6, 7] };
			const verdict_of = async (said: string): Promise<string> => {
				const [r] = await read_mail(Buffer.from(said), "f", host);

				return play(r!.scenarios.at(-1)!, driver,
					{ explain: false }).steps.at(-1)!.verdict;
			};
			const told = orders(
					["assign_adapter 4", "assign_adapter 5", "assign_domain 6",
							"assign_domain 7"]).map((o) =>
				o.map((a) => `echo ${a.split(" ")[1]} > ${a.split(" ")[0]}`)
					.join(" && "));
			const each = new Set<string>();

			for (const o of told)
				each.add(await verdict_of(mail(o)));
			deepStrictEqual(
				await verdict_of(
					mail(`APQNs assigned to matrix_mdev:\n${matrix.join("\n")}`)),
				each.size > 1 ? "depends" : [...each][0]);
		}), { numRuns: 25 });
});
