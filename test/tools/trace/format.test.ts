// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the reader of traces refuses, from the table of operations and those of the fields: each
 * refusal is one line with file, line, what is wrong and what is expected.
 */
import { test } from "tap";
import { usage_error } from "../../../tools/lib/cli/usage_error.ts";
import { parse_traces } from "../../../tools/lib/trace/format.ts";
import { header_fields, host_fields, result_fields } from "../../../tools/lib/trace/header.ts";
import { example_of, trace_operations } from "../../../tools/lib/trace/operations.ts";

const HEADER = '{"trace":1,"driver":"v6.12","seed":0,"host":{"apxa":1,"na":255,"nd":255,' +
	'"apm":[4],"aqm":[71],"adm":[]},"apmask":[],"aqmask":[]}';
const INIT = '{"op":["init"],"rc":0}';

function read(...lines: string[]): void {
	for (const { ops } of parse_traces("a.jsonl", lines.join("\n")))
		for (const op of ops)
			op.read();
}

/* The line that is wrong, where a text is refused in one harmless line; 0 where it is not. */
function refused_at(...lines: string[]): number {
	try {
		read(...lines);
	} catch (error) {
		if (!(error instanceof usage_error))
			throw error;
		/* eslint-disable-next-line no-control-regex */
		const m = /^a\.jsonl:(\d+): [^\n\u0000-\u001f]+, expected \S.*$/.exec(
			error.message);

		if (m === null || error.message.length > 500)
			throw new Error(`not a message: ${error.message}`, { cause: error });
		return Number(m[1]);
	}
	return 0;
}

function op_line(op: unknown[]): string {
	return `{"op":${JSON.stringify(op)},"rc":0}`;
}

/* No argument of any operation may be one of these. */
const NEVER: unknown[] = [
	null, true, 0.5, -1, 2 ** 53, "\u001b[31m\u009b", "m 0", "x".repeat(4000),
	"0x1".padEnd(40, "f"),
	[256], [4, 4], [-1], [0.5], ["4"], [[]], { apm: [256] }, { nothing: [1] }, { zapq: ["x"] },
];

for (const [name, { args }] of trace_operations) {
	test(`trace: ${name}: as the table says, and not otherwise`, async (t) => {
		const whole = JSON.parse(example_of(name, true)) as unknown[];
		const before = name === "init" ? [HEADER] : [HEADER, INIT];
		const at = before.length + 1;
		const of = (op: unknown[]): number => refused_at(...before, op_line(op));

		t.equal(of(whole), 0, "the example");
		t.equal(of(JSON.parse(example_of(name)) as unknown[]), 0, "the short example");
		t.equal(of([...whole, 1]), at, "an argument too many");
		args.forEach((arg, i) => {
			if (!arg.optional)
				t.equal(of(whole.slice(0, i + 1)), at, `without ${arg.name}`);
			for (const value of NEVER.filter(
				(v) => !(arg.name === "text" && typeof v === "string")))
				t.equal(of(whole.with(i + 1, value)), at,
					`${arg.name} ${JSON.stringify(value).slice(0, 40)}`);
		});
	});
}

const fields = [
	["header", header_fields,
		(v: object) => [JSON.stringify({ ...JSON.parse(HEADER), ...v }), INIT]],
	["host", host_fields, (v: object) => {
		const header = JSON.parse(HEADER);

		return [JSON.stringify({ ...header, host: { ...header.host, ...v } }), INIT];
	}],
	["results", result_fields, (v: object) => [HEADER, JSON.stringify({ op: ["init"], ...v })]],
] as const;

for (const [what, known, lines] of fields) {
	test(`trace: ${what}: each field as the table says`, async (t) => {
		for (const [name, { form, optional }] of known) {
			t.equal(refused_at(...lines({ [name]: JSON.parse(form) })), 0,
				`${name} ${form}`);
			for (const value of [null, [], {}, true, 1.5]
				.filter((v) => !known.get(name)!.is(v)))
				t.not(refused_at(...lines({ [name]: value })), 0,
					`${name} ${JSON.stringify(value)}`);
			if (!optional)
				t.not(refused_at(...lines({ [name]: undefined })), 0, `no ${name}`);
		}
		t.not(refused_at(...lines({ "\u009bnonsense": 1 })), 0);
	});
}

const CREATE = op_line(["create", "m0"]);
const CRASH = '{"op":["create","m0"],"crash":"hang"}';

const orders: [what: string, at: number, ...lines: string[]][] = [
	["nothing at all", 1, ""],
	["an operation before any header", 1, INIT],
	["an operation before init", 2, HEADER, CREATE],
	["init twice", 3, HEADER, INIT, INIT],
	["a header alone", 1, HEADER],
	["a header behind a header", 1, HEADER, HEADER, INIT],
	["something behind a crash", 4, HEADER, INIT, CRASH, CREATE],
	["a crash with a result", 2, HEADER, '{"op":["init"],"rc":0,"crash":"hang"}'],
	["a cut-off header", 1, HEADER.slice(0, -9)],
	["a cut-off operation", 3, HEADER, INIT, CREATE.slice(0, -20)],
	["no object", 2, HEADER, "[1]"],
	["no operation", 2, HEADER, '{"rc":0}'],
	["an operation that is no list", 2, HEADER, '{"op":"init","rc":0}'],
	["a long line", 2, HEADER, `{"op":["init"],"rc":0,"out":"${"x".repeat(1 << 20)}"}`],
	["a deep line", 3, HEADER, INIT,
		`{"op":["cfg",${"[".repeat(1e5)}${"]".repeat(1e5)}],"rc":0}`],
	["a deep mid", 3, HEADER, INIT,
		`{"op":${'["mig_write","m0","",0,{"mid":'.repeat(3000)}"hold"${"}]".repeat(3000)},"rc":0}`],
];

for (const [what, at, ...lines] of orders) {
	test(`trace: ${what} -> line ${at}`, async (t) => {
		t.equal(refused_at(...lines), at);
	});
}

test("trace: empty lines and several traces", async (t) => {
	t.equal(refused_at("", HEADER, INIT, "", CRASH, HEADER, INIT, CREATE, ""), 0);
});
