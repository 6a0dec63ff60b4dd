// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { equivalences } from "../../../tools/crossread/equivalences.ts";
import { ts_skeleton } from "../../../tools/crossread/ts_skeleton.ts";
import { skeleton_text } from "./skeletons.ts";

const bodies: [what: string, body: string, skeleton: string][] = [
	["calls in text order", "a(b(1), c());", "a() b() c()"],
	["call of a member", "x.ops!.go(x); x.go!(x); x.go?.(x); x.go.call(y, x);",
		"go() go() go() go()"],
	["call on a call's value", "to_ap_queue(dev).release();", "to_ap_queue() release()"],
	["call of an element has no name", "table[i]!(x);", ""],
	["errno", "return -EINVAL;", "return EINVAL"],
	["positive errno", "return EINVAL;", "return"],
	["ternary", "return f(x) ? -EFAULT : 0;", "return f() EFAULT"],
	["else if", "if (x) a(); else if (y) b(); else c();", "if a() else if b() else c()"],
	["do while", "do { a(); } while (--n);", "do a() while"],
	["while", "while (true) { a(); continue; }", "while a() continue"],
	["endless for", "for (;;) a();", "for a()"],
	["goto forward", "done: {\n if (x) break done;\n a();\n} /* done: */\nb();",
		"if goto a() done: b()"],
	["goto forward, label not shown", "done: {\n if (x) break done;\n}\nb();", "if goto b()"],
	["goto forward, other label shown", "a: {\n break a;\n} /* b: */", "goto"],
	["goto out of nested blocks", "a: {\n b: {\n  break a;\n } /* b: */\n x();\n} /* a: */",
		"goto b: x() a:"],
	["break of a switch in a labelled block",
		"a: {\n switch (x) { case 1: break; default: break a; }\n} /* a: */",
		"switch case break default goto a:"],
	["goto backward",
		"again: for (;;) {\n a();\n if (x) continue again;\n break again;\n}\nb();",
		"again: a() if goto b()"],
	["goto backward, plain break at the end", "again: for (;;) {\n a();\n break;\n}",
		"again: a()"],
	["jump out of the middle of a backward goto",
		"again: for (;;) {\n if (x) break again;\n a();\n break again;\n}",
		"again: if goto a()"],
	["labelled while has no counterpart", "x: while (y) { continue x; }",
		"x: while continue x"],
	["loop macro", "for (const q of list_for_each_entry<foo>(head(x), \"node\")) a(q);",
		"list_for_each_entry() head() a()"],
	["for of an array", "for (const q of queues) a(q);", "for a()"],
	["loop macro written out",
		"for (let i = a1(m); i < n; i = a2(i)) { /* for_each_set_bit_inv() */\n a(i);\n}",
		"for_each_set_bit_inv() a()"],
	["other comment behind a for", "for (let i = 0; i < n; i++) { /* all of them */\n a(i);\n}",
		"for a()"],
	["new", "const m = new ap_matrix(f(x));", "f()"],
	["out parameter", "const apid = out(0); kstrtoul(buf, 0, apid);", "kstrtoul()"],
	["sizeof and offsetofend", "f(sizeof(x), offsetofend(y, \"z\"));", "f() offsetofend()"],
	["conversions", "f(Number(a), BigInt(g(b)), BigInt.asUintN(64, c), String(d), Boolean(e));",
		"f() g()"],
	["no other call vanishes", "a.slice(0); b.toString(); Math.max(c, d);",
		"slice() toString() max()"],
	["exceptions count", "try { a(); } catch { throw b; }", "try a() catch throw"],
	["words in comments and strings", "/* if (x) */ a(\"return b()\"); // goto", "a()"],
	["types", "const x: ReturnType<typeof f> = g<typeof h>(y as number);", "g()"],
];

for (const [what, body, skeleton] of bodies) {
	test(`ts_skeleton: ${what}`, async (t) => {
		const file = await ts_skeleton(`function f(x: number) {\n${body}\n}\n`);
		t.same(file.unreadable, []);
		t.equal(skeleton_text(file.functions[0]!), skeleton);
	});
}

test("ts_skeleton: each token knows its row of the table", async (t) => {
	const rows = new Set(equivalences.map(({ name }) => name));
	const code = bodies.map(([, body], i) => `function f${i}() {\n${body}\n}\n`).join("");
	const { functions } = await ts_skeleton(code);
	const tokens = functions.flatMap((fn) => fn.tokens);
	const used = new Set(tokens.flatMap(({ via }) => via ?? []));
	t.same([...used].filter((name) => !rows.has(name)), []);
	t.ok(used.has("forward goto") && used.has("loop macro") && used.has("indirect call"));
});

test("ts_skeleton: functions and how they are exported", async (t) => {
	const file = await ts_skeleton([
		"export function a() {}",
		"function b() {}",
		"const c = () => 0;",
		"export const d = 1;",
		"export { b }; /* VISIBLE_IF_KUNIT */",
	].join("\n"));
	t.same(file.functions.map(({ name, is_static, line }) => [name, is_static, line]),
		[["a", false, 1], ["b", true, 2]]);
	t.same([...file.closing_exports], [["b", "VISIBLE_IF_KUNIT"]]);
});

test("ts_skeleton: lines the reasons cover", async (t) => {
	const file = await ts_skeleton([
		"a(); /* PORT: at its line */",
		"/* PORT: of the next",
		" * line */",
		"",
		"b();",
		"c();",
		"d(); // PORT: short",
		"e(); /* PORT: */",
		"/* PORT: gone(), also_gone(): why */",
	].join("\n"));
	t.same([...file.reasons.lines].filter(([line]) => line < 9), [
		[1, "at its line"],
		[2, "of the next line"], [3, "of the next line"], [4, "of the next line"],
		[5, "of the next line"],
		[7, "short"],
	]);
	t.same([...file.reasons.left_out], [["gone", "why"], ["also_gone", "why"]]);
});

test("ts_skeleton: a text that is not TypeScript", async (t) => {
	const file = await ts_skeleton("function a() {\n}\nfunction ) {\n");
	t.ok(file.unreadable.length > 0);
});
