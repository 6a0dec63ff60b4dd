// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import type { Node } from "web-tree-sitter";
import {
	driver_by_label, drivers, ported, type driver,
} from "../../../drivers/s390/crypto/history/index.ts";
import { usage_error } from "../../../tools/lib/cli/usage_error.ts";
import { parse } from "../../../tools/crossread/tree.ts";
import {
	compare_drivers, DRIVER_FILES, driver_file, hunks_of,
} from "../../../tools/diff/compare.ts";
import { main } from "../../../tools/diff/main.ts";
import { tokens_of, units_of } from "../../../tools/diff/text.ts";
import { output_of } from "../output_of.ts";

const v11 = driver_by_label("v11")!;
const v12 = driver_by_label("v12")!;

function each_file(fn: (driver: driver, file: string, text: string) => void): void {
	for (const driver of ported)
		for (const file of DRIVER_FILES)
			fn(driver, file, driver_file(driver, file));
}

const COMMENTED = `/*
 * A file.
 */
import { x } from "y";

/**
 * one - the first
 */
export function one(
	a: number, b: string,
): number {
	/* says */
	return "/*" === b ? a : 1; // nothing
}

class two {
	three = new x(this);
}
`;

test("units_of: functions and structs, each with its head", async (t) => {
	const [one, two] = units_of(COMMENTED);

	t.match(one, { kind: "function", name: "one", line: 6 });
	t.match(one!.text, /^\/\*\*\n \* one - the first\n \*\/\nexport function one\([^]*\n\}\n$/);
	t.match(two, {
		kind: "struct", name: "two", line: 16, text: /^class two \{\n\tthree[^\n]*\n\}\n$/,
	});
});

test("tokens_of: comments do not count, strings do", async (t) => {
	t.strictSame(tokens_of(units_of(COMMENTED)[0]!.text).slice(-15), [
		":", "number", "{",
		"return", "\"/*\"", "=", "=", "=", "b", "?", "a", ":", "1", ";", "}",
	]);
	t.strictSame(tokens_of("x /* a */ + `b // ${c}` // d\n=> -1n"),
		["x", "+", "`b // ${c}`", "=>", "-", "1n"]);
});

function declaration_in(node: Node): Node | null {
	const declaration = node.type === "export_statement"
		? node.childForFieldName("declaration") : node;
	const types = ["function_declaration", "class_declaration"];

	return types.includes(declaration?.type ?? "") ? declaration : null;
}

function name_of(node: Node): string {
	return declaration_in(node)!.childForFieldName("name")!.text;
}

/* The text of a syntax tree without comments and white space. */
function bare(node: Node): string {
	if (node.type === "comment")
		return "";
	if (node.childCount === 0 || node.type === "string" || node.type === "template_string")
		return node.text;
	return node.children.map((child) => bare(child!)).join("");
}

test("units_of, tokens_of: of every driver what a parser of TypeScript finds", async (t) => {
	const files: [string, string][] = [];

	each_file((driver, file, text) => files.push([`${driver.label} ${file}`, text]));
	for (const [name, text] of files) {
		const tree = await parse("typescript", text);
		const nodes = tree.rootNode.namedChildren
			.filter((node) => declaration_in(node!) !== null);
		const found = units_of(text);

		t.strictSame(found.map((unit) => unit.name), nodes.map((n) => name_of(n!)), name);
		t.strictSame(found.map((unit) => unit.tokens.join("")),
			nodes.map((n) => bare(n!)), name);
		tree.delete();
	}
});

function names(of: { name: string }[]): string[] {
	return of.map(({ name }) => name);
}

test("compare_drivers: every function of both, in the new text's order", async (t) => {
	for (const [i, now] of ported.entries()) {
		const old = ported[Math.max(0, i - 1)]!;
		const changes = compare_drivers(old, now);

		for (const file of DRIVER_FILES) {
			const here = changes.filter((change) => change.file === file);
			const after = here.filter((change) => change.after !== null);
			const before = here.filter((change) => change.before !== null);

			t.strictSame(names(after), names(units_of(driver_file(now, file))));
			t.strictSame(names(before).toSorted(),
				names(units_of(driver_file(old, file))).toSorted());
		}
	}
});

test("hunks_of: the lines are where the hunks say", async (t) => {
	const lines = (d: driver, file: string): string[] => driver_file(d, file).split("\n");

	for (const change of compare_drivers(v11, v12)) {
		const { file, name, before, after } = change;

		for (const hunk of hunks_of(change)) {
			const { oldStart, oldLines, newStart, newLines } = hunk;
			const without = (mark: string): string[] =>
				hunk.lines.filter((l) => l[0] !== mark).map((l) => l.slice(1));
			const from = (d: driver, start: number, count: number): string[] =>
				lines(d, file).slice(start - 1, start - 1 + count);

			if (before !== null)
				t.strictSame(without("+"), from(v11, oldStart, oldLines), name);
			if (after !== null)
				t.strictSame(without("-"), from(v12, newStart, newLines), name);
		}
	}
});

test("diff: a table, then a unified diff of each function that differs", async (t) => {
	const { code, out } = await output_of(t, () => main(["v11", "v12"]));

	t.equal(code, 1);
	t.match(out, /^v11 \(<20201022171209[^)]*\) -> v12 \(<20201124214016/);
	t.match(out, /^gone +vfio_ap_mdev_filter_guest_matrix +vfio_ap_ops\.ts +\+0 -\d+$/m);
	t.match(out, /^new +vfio_ap_assign_apid_to_apcb +vfio_ap_ops\.ts +\+\d+ -0$/m);
	t.match(out, /^unchanged +handle_pqap +vfio_ap_ops\.ts$/m);
	t.match(out, /^unchanged +struct ap_matrix_mdev +vfio_ap_private\.h\.ts$/m);
	t.match(out, "--- drivers/s390/crypto/history/v11/vfio_ap_ops.ts\n" +
		"+++ drivers/s390/crypto/history/v12/vfio_ap_ops.ts\n");
	t.match(out, /^@@ -\d+,\d+ \+\d+,\d+ @@ assign_adapter_store$/m);
	t.match(out, /^--- \/dev\/null$/m);
	t.notMatch(out, "\u001b", "no colour but on a terminal");
});

test("diff FUNCTION: of this one only", async (t) => {
	const { code, out } = await output_of(t, () =>
		main(["v11", "v12", "vfio_ap_mdev_resource_in_use"]));
	const same = await output_of(t, () => main(["v11", "v12", "handle_pqap"]));

	t.equal(code, 1);
	t.match(out, /^--- drivers/);
	t.strictSame(new Set(out.match(/@@ \w+$/gm)), new Set(["@@ vfio_ap_mdev_resource_in_use"]));
	t.match(out, /^\+\tif \(!mutex_trylock\(matrix_dev\.lock\)\)$/m);
	t.strictSame(same, { code: 0, out: "" });
});

test("diff: a driver and itself -> 0, all unchanged", async (t) => {
	const { code, out } = await output_of(t, () => main(["v13", "v13"]));

	t.equal(code, 0);
	t.match(out, /^0 new, 0 changed, \d+ unchanged, 0 gone$/m);
});

test("diff --stat --format markdown: tables and fenced diffs", async (t) => {
	const markdown = ["v12", "v13", "--format", "markdown"];
	const stat = await output_of(t, () => main([...markdown, "--stat"]));

	t.match(stat.out, /^# v12 and v13\n/);
	t.match(stat.out, /^\|  \| name \| file \| lines \|\n\|---\|---\|---\|---\|\n/m);
	t.match(stat.out,
		/^\| new \| `vfio_ap_mdev_filter_apcb` \| vfio_ap_ops\.ts \| \+\d+ -0 \|$/m);
	t.notMatch(stat.out, "```");
	const one = await output_of(t, () => main([...markdown, "assign_domain_store"]));

	t.match(one.out, /^## `assign_domain_store`: changed\n\n```diff\n[^]*\n```\n$/);
});

test("diff: what cannot be used is an error of one line", async (t) => {
	await t.rejects(main(["v11"]), new usage_error(
		"diff needs two drivers and at most one function, e.g. diff v11 v12"));
	await t.rejects(main(["v11", "v99"]), new usage_error(
		`unknown driver 'v99', expected one of ${drivers.map(({ label }) => label).join(", ")}`));
	await t.rejects(main(["v11", "v12", "frob"]), new usage_error(
		"no 'frob' in v11 or v12, vfio-ap diff v11 v12 --stat lists what there is"));
	await t.rejects(main(["v11", "v12", "--format", "pdf"]), /expected one of text, markdown/);
});

test("diff: says where the patches of the later text are listed", async (t) => {
	const stat = async (old: string, now: string): Promise<string> =>
		(await output_of(t, () => main([old, now, "--stat"]))).out;

	t.match(await stat("v11", "v12"),
		/patches of v12: \.\/tools\/vfio-ap crossread --series v12\n$/);
	t.match(await stat("v13", "v6.0"),
		/crossread --series v6\.0, \.\/tools\/vfio-ap crossread --series v20\n$/);
	t.notMatch(await stat("v6.0", "v6.12"), /patches of/);
});

test("diff v13@7 v13@8: what is said of the patch between, if it is one", async (t) => {
	const stat = async (old: string, now: string): Promise<string> =>
		(await output_of(t, () => main([old, now, "--stat"]))).out;

	t.match(await stat("v13@7", "v13@8"),
		/^ {4}Subject: \[v13 08\/15\] .*\n[^]*^ {4}Review:\n/m);
	t.match(await stat("v5.9", "v13@1"), /^ {4}Subject: \[v13 01\/15\] /m);
	t.match(await stat("v13@13", "v13"), /^ {4}Subject: \[v13 14\/15\] /m);
	for (const [old, now] of [["v13@7", "v13@9"], ["v13@9", "v13@10"], ["v12@7", "v13@8"]])
		t.notMatch(await stat(old!, now!), "Subject:");
});
