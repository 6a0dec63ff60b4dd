// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a module writes is written back: every way to write, in modules made for it.
 */
import { existsSync } from "node:fs";
import { test } from "tap";
import { instrumented } from "../../../tools/explore/instrument.ts";
import { is_noted, journal_import, PASSING, UNNOTED } from "../../../tools/explore/marks.ts";
import { forget, journal_length, undo } from "../../../tools/explore/journal.ts";

const TOP = new URL("../../../", import.meta.url);

/* A module: what is there, and what is done to it. */
type row = [way: string, state: string, change: string];

const rows: row[] = [
	["a member", "const s = { a: 1 };", "s.a = 2; s.a += 3; s.a++; --s.a;"],
	["a member that may be there", "const s = { a: null, b: 0, c: 1 };",
		"s.a ??= 2; s.b ||= 3; s.c &&= 4;"],
	["a member of a member", "const s = { a: { b: { c: 1 } } };", "s.a.b.c = 2; s.a.b = null;"],
	["a member of what a call gives", "const s = { a: 1 }; const get = () => s;",
		"get().a = 2;"],
	["members at once", "const s = { a: 1, b: 2, c: [3, 4] };",
		"[s.a, s.b] = [s.b, s.a]; ({ x: s.c[0] } = { x: 5 });"],
	["members that only the call knows", "const s = { a: { b: 1 } };",
		"s.a = Object.assign(s.a, { b: 2 });"],
	["a private member",
		"const s = new class C { #x = 1; set() { this.#x = 2; this.#x++; } toJSON() { return this.#x; } }();", "s.set();"],
	["an element", "const s = [1, 2, 3];", "s[1] = 5; s[0]++; const i = 2; s[i] -= 1;"],
	["elements that grow", "const s = [1];",
		"s[1] = 2; s[2] = 3; s.push(4, 5); s[s.length] = 6;"],
	["an element by a number that changes", "const s = { a: [1, 2, 3], n: 0 };",
		"s.a[s.n++] = 7; s.a[s.n++] = 8;"],
	["the length", "const s = [1, 2, 3];", "s.length = 1; s.length = 0; s.push(9);"],
	["an array by its methods", "const s = [3, 1, 2];",
		"s.pop(); s.unshift(7, 8); s.shift(); s.sort(); s.reverse(); s.splice(1, 1, 5, 6); s.fill(0, 2);"],
	["words", "const s = new Uint32Array([1, 2, 0xffffffff]);",
		"s[2] &= ~1; s[0] = 9; s.set([7, 7], 1); s.fill(3);"],
	["words of 64 bits",
		"const w = new BigUint64Array([1n, 2n]); const s = { toJSON: () => String(w) };",
			"w[1] = 5n; w[0] += 1n;"],
	["an object by names", "const s = { a: 1 }; const name = 'a';",
		"s[name] = 2; s[`${name}`]++;"],
	["a map", "const m = new Map([[1, 'a']]); const s = { toJSON: () => [...m] };",
		"m.set(2, 'b'); m.set(1, 'c'); m.delete(2); m.delete(1); m.set(3, 'd');"],
	["a map that is cleared",
		"const m = new Map([[1, 'a'], [2, 'b']]); const s = { toJSON: () => [...m] };",
			"m.clear(); m.set(3, 'c');"],
	["a map with an order",
		"const s = { klist_devices: new Map([[1, 'a'], [2, 'b'], [3, 'c']]), toJSON() { return [...this.klist_devices]; } };",
		"s.klist_devices.delete(1); s.klist_devices.set(1, 'd');"],
	["a set", "const m = new Set([1]); const s = { toJSON: () => [...m].sort() };",
		"m.add(2); m.add(1); m.delete(1);"],
	["a weak map",
		"const k = {}; const m = new WeakMap(); const s = { toJSON: () => m.get(k) ?? 'none' };", "m.set(k, 1); m.set(k, 2); m.delete(k); m.set(k, 3);"],
	["where there may be nothing", "const s = { a: null, b: [1] };",
		"s.a?.push(1); s.b?.push(2); s.a?.x.set(1, 2);"],
	["a variable of the module", "let n = 1, o = null; const s = { toJSON: () => [n, o] };",
		"n++; n += 2; o ??= 5; [n] = [8];"],
	["a variable of a function that is over",
		"const counter = () => { let n = 0; return { up() { n++; }, toJSON: () => n }; }; const s = counter(); s.up();", "s.up(); s.up();"],
	["an argument called as something made inside",
		"const s = [1]; const fill = (a) => { a.push(2); { const a = []; a.push(3); } };",
			"fill(s);"],
	["masks", "const s = new Uint32Array(8); const bitmap_copy = (dst, src) => dst.set(src);",
		"bitmap_copy(s, [1, 2, 3]);"],
];

async function loaded([, state, change]: row): Promise<{ s: unknown; change: () => void }> {
	const text = instrumented(
		`${state}\nexport { s };\nexport function change() { ${change} }\n`, "row");

	return await import(`data:text/javascript,${encodeURIComponent(journal_import + text)}`) as {
		s: unknown; change: () => void;
	};
}

test("what is written is written back", async (t) => {
	for (const it of rows) {
		const { s, change } = await loaded(it);
		const before = JSON.stringify(s);

		for (let time = 0; time < 2; time++) {
			forget();
			change();
			t.not(JSON.stringify(s), before, `${it[0]}: is changed`);
			undo(0);
			t.equal(JSON.stringify(s), before, `${it[0]}: is as it was`);
		}
	}
});

test("back to a note in between", async (t) => {
	const { s, change } = await loaded(["", "const s = [];", "s.push(s.length);"]);

	forget();
	change();
	const notes = journal_length();

	change();
	undo(notes);
	t.strictSame(s, [0]);
	undo(0);
	t.strictSame(s, []);
});

test("what a function makes itself is not noted", async (t) => {
	const { change } =
		await loaded(["", "const s = 1; class C { constructor() { this.a = 1; } }",
		"let n = 0; const a = []; a.push(1); a[0] = 2; n += a.length; const o = { b: 1 }; o.b = 2; new C();"]);

	forget();
	change();
	t.equal(journal_length(), 0);
});

test("lines stay where they are, and what is not known is refused", async (t) => {
	const text = "let n = 0;\nexport function f(o) {\n\to.a = 1;\n\tn++;\n}\n";
	const lines = instrumented(text, "m").split("\n");

	t.match(lines[2], /o\)\.a = 1;$/);
	t.match(lines[3], /n\+\+\);$/);
	t.throws(() => instrumented("export function f(o) {\n\tdelete o.a;\n}\n", "m.ts"),
		{ message: "m.ts:2: UnaryExpression: what it writes cannot be noted" });
	t.throws(() => instrumented("let x;\nexport function f(o) {\n\tfor (x of o);\n}\n", "m.ts"),
		{ message: "m.ts:3: ForOfStatement: what it writes cannot be noted" });
});

test("names of the machine's text that a list of marks has are there", async (t) => {
	for (const path of [...UNNOTED, ...PASSING.keys()])
		t.ok(existsSync(new URL(path, TOP)), `${path}, named in tools/explore/marks.ts`);
	t.throws(() => instrumented("let within = 0;\n", "drivers/s390/sim/syscall.ts"),
		{
			message: /^drivers.s390.sim.syscall\.ts: no variable busy any more, see tools.explore.marks\.ts$/ });
	t.notOk(is_noted("tools/explore/world.ts"), "what explores is no machine");
	t.notOk(is_noted(""), "nor what is elsewhere");
	t.ok(is_noted("tools/lib/lab/lab.ts"), "the laboratory is a part of one");
	t.ok(is_noted("test/tools/explore/.mutant-1/vfio_ap_ops.ts"), "and any driver");
});
