// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { agreement, check_file, type file_result } from "../../../tools/crossread/check.ts";
import type { port } from "../../../tools/crossread/ports.ts";
import { falls_below, text_report } from "../../../tools/crossread/report.ts";
import { ts_skeleton } from "../../../tools/crossread/ts_skeleton.ts";
import { c_skeleton } from "./skeletons.ts";

async function compare(c: string, ts: string): Promise<file_result> {
	return check_file("x.c", await c_skeleton(c), await ts_skeleton(ts));
}

async function compare_bodies(c: string, ts: string) {
	const c_text = `int f(void)\n{\n${c}\n}\n`;
	const file = await compare(c_text, `export function f() {\n${ts}\n}\n`);
	return file.functions[0]!;
}

const port: port = { driver: "x", skeleton: "x.json", directory: "d", whole: true };

const found_in = ({ findings }: file_result) => (
	findings.map(({ name, what, reason }) => [name, what, reason]));

test("check: the same thing in two languages", async (t) => {
	const fn = await compare_bodies(
		"\tif (x)\n\t\tgoto done;\n\teach(i, m)\n\t\ta(i);\ndone:\n\treturn -EIO;",
		"done: {\n if (x)\n  break done;\n for (const i of each(m))\n  a(i);\n"
			+ "} /* done: */\nreturn -EIO;");
	t.same(fn.differences, []);
	t.equal(fn.aligned, 7);
	t.equal(agreement(fn), 100);
});

const mutants: [what: string, c: string, ts: string, tokens: string[]][] = [
	["calls swapped", "\ta();\n\tb();", "b();\na();", ["a()", "a()"]],
	["call dropped", "\ta();\n\tb();", "a();", ["b()"]],
	["call added", "\ta();", "a();\nb();", ["b()"]],
	["errno changed", "\treturn -EIO;", "return -EINVAL;", ["EIO", "EINVAL"]],
	["break skipped", "\tswitch (x) {\n\tcase 1:\n\t\tbreak;\n\t}",
		"switch (x) {\ncase 1:\n}", ["break"]],
	["else dropped", "\tif (x)\n\t\ta();\n\telse\n\t\tb();", "if (x)\n a();\nb();", ["else"]],
];

for (const [what, c, ts, tokens] of mutants) {
	test(`check: ${what} -> found`, async (t) => {
		const fn = await compare_bodies(c, ts);
		t.same(fn.differences.map(({ token }) => token).sort(), tokens.sort());
		t.ok(agreement(fn) < 100);
	});
}

test("check: a reason explains what stands at its line, and no more", async (t) => {
	const fn = await compare_bodies("\ta();\n\tb();\n\tc();",
		"a();\nx(); /* PORT: x is ours */\ny();\nb();\n/* PORT: c is not here */");
	t.same(fn.differences, [
		{ token: "x()", what: "not in C", c_line: 3, port_line: 3, reason: "x is ours" },
		{ token: "y()", what: "not in C", c_line: 3, port_line: 4, reason: null },
		{
			token: "c()", what: "not in the port", c_line: 5, port_line: 5,
			reason: "c is not here",
		},
	]);
	t.equal(agreement(fn), 80);
});

test("check: of two like tokens the one with a reason is the surplus one", async (t) => {
	for (const lines of ["f();\nf(); /* PORT: twice */", "f(); /* PORT: twice */\nf();"]) {
		const fn = await compare_bodies("\tf();", lines);
		t.same(fn.differences.map(({ reason }) => reason), ["twice"]);
	}
});

test("check: the capitals before a ternary's colon are no label", async (t) => {
	const fn = await compare_bodies("\treturn x ?\n\t\tAP_SM_WAIT : AP_SM_DONE;",
		"return x ? AP_SM_WAIT : AP_SM_DONE;");
	t.same(fn.differences, []);
});

test("check: functions missing, extra, out of order", async (t) => {
	const c = "int a(void)\n{\n}\nint b(void)\n{\n}\nint c(void)\n{\n}\nint d(void)\n{\n}\n";
	const ts = [
		"export function c() {}", "export function a() {}", "export function b() {}",
		"function helper() {}",
	].join("\n");
	t.same(found_in(await compare(c, ts)), [
		["d", "missing", null], ["helper", "extra", null], ["c", "out of order", null],
	]);
});

test("check: functions missing and extra, with reasons", async (t) => {
	const c = "int a(void)\n{\n}\n";
	const ts = "/* PORT: a(): not needed */\n\n/* PORT: a macro in C */\nfunction b() {}\n";
	t.same(found_in(await compare(c, ts)), [
		["a", "missing", "not needed"], ["b", "extra", "a macro in C"],
	]);
});

test("check: static is not exported", async (t) => {
	const c = "static int a(void)\n{\n}\nint b(void)\n{\n}\nstatic int c(void)\n{\n}\n";
	t.same(found_in(await compare(c,
		"export function a() {}\nfunction b() {}\nfunction c() {}\nexport { c };\n")), [
		["a", "static in C", null],
		["b", "not static in C", null],
		["c", "static in C", null],
	]);
	t.same(found_in(await compare(c,
		"function a() {}\nexport function b() {}\nfunction c() {}\n"
		+ "export { a }; /* module_init */\nexport { c }; /* VISIBLE_IF_KUNIT */\n")), []);
});

test("report: names function, token, both lines; sums up the file", async (t) => {
	const file = await compare("int f(void)\n{\n\ta();\n\tb();\n}\nint g(void)\n{\n}\n",
		"export function f() {\n a();\n}\n");
	t.same(text_report([{ port, files: [file] }]).split("\n"), [
		"d/x.ts: g: missing (x.c:6)",
		"d/x.ts:2: f: b() is not in the port (x.c:4)",
		"driver  C file  functions  aligned  explained  differ  agreement",
		"x       x.c           1/2        1          0       1      50.0%",
		"",
	]);
});

test("report: what falls below the limit", async (t) => {
	const file = await compare("int f(void)\n{\n\ta();\n\tb();\n}\n",
		"export function f() {\n a();\n}\n");
	t.equal(falls_below({ port, files: [file] }, 100), true);
	t.equal(falls_below({ port, files: [file] }, 50), false);
	t.equal(falls_below({ port: { ...port, whole: false }, files: [file] }, 100), false);
});
