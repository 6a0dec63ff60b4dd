// SPDX-License-Identifier: GPL-2.0-only
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type Test } from "tap";
import { main } from "../../../tools/crossread/main.ts";
import type { view_row } from "../../../tools/crossread/rows.ts";
import type { file_pair, two_diffs } from "../../../tools/crossread/two_diffs.ts";
import { diff_of, patched_postings, patches_of } from "../../../tools/lib/series/patches.ts";
import { find_series } from "../../../tools/lib/texts/series.ts";

async function crossread(t: Test, ...argv: string[]): Promise<string> {
	const written: string[] = [];
	const { restore } = t.intercept(process.stdout, "write", {
		value: (text: string) => written.push(text) > 0,
	});

	const code = await main(argv);

	restore();
	t.equal(code, 0);
	return written.join("");
}

async function pairs_of(t: Test, ...argv: string[]): Promise<two_diffs[]> {
	const out = await crossread(t, ...argv, "--format", "json");

	return out.trimEnd().split("\n").map((line) => JSON.parse(line) as two_diffs);
}

/* The port's own diff stands for the C: it has the names, and every line its like. */
function c_diff(label: string, n: number): string {
	const patch = patches_of(label).find((it) => it.n === n)!;

	return diff_of(patch).replaceAll(/\.(h\.)?ts$/gm, (_, h) => h === undefined ? ".c" : ".h");
}

function header(label: string, n: number, re = ""): string {
	const { n: number, subject } = find_series(label).patches[n - 1]!;

	return `From: A Reader <a.reader@example.org>\nSubject: ${re}[PATCH ${label} ${number}] ${subject}\n` +
		"Date: Mon, 30 Nov 2020 10:00:00 +0000\nMessage-Id: <pair@example.org>\n\n";
}

function file_in(t: Test, content: string): string {
	const path = join(t.testdir(), "mail.eml");

	writeFileSync(path, content);
	return path;
}

function rows_of(files: readonly file_pair[]): view_row[] {
	return files.flatMap(({ hunks }) => hunks).flatMap(({ rows }) => rows);
}

/* A side as the diff that it was. */
function column(rows: readonly view_row[], side: "c" | "port"): string[] {
	return rows.flatMap(({ state, [side]: lines }) => lines.map((line) =>
		state === "hunk" ? line.text : "mark" in line ? line.mark + line.text : line.text));
}

function hunk_lines(diff: string): string[] {
	return diff.replace(/\n$/, "").split("\n")
		.filter((line) => !/^(?:---|\+\+\+) (?:[ab]\/|\/dev\/null$)/.test(line));
}

test("crossread MAIL: both diffs, no line more or less, each in its order", async (t) => {
	for (const label of patched_postings()) {
		for (const { n } of patches_of(label).slice(0, 4)) {
			const mail = file_in(t,
				`${header(label, n)}Text.\n\n---\n${c_diff(label, n)}`);
			const [pair] = await pairs_of(t, mail);
			const rows = rows_of(pair!.files);
			const patch = patches_of(label).find((it) => it.n === n)!;

			t.equal(pair!.driver, `${label}@${n}`);
			t.same(column(rows, "c"), hunk_lines(c_diff(label, n)), `${label}@${n}: C`);
			t.same(column(rows, "port"), hunk_lines(diff_of(patch)),
				`${label}@${n}: port`);
			t.ok(rows.every(({ c, port }) => c.length === port.length),
				"each beside its like");
		}
	}
});

/* The numbers of a hunk's lines, old and new, as its head has them. */
function numbers_in(hunk: string): string[] {
	const [, before, after] = /^@@ -(\d+)\S* \+(\d+)/.exec(hunk)!;
	let [old, now] = [Number(before), Number(after)];

	return hunk.trimEnd().split("\n").slice(1).map((line) => {
		const numbers = [line.startsWith("+") ? "" : old, line.startsWith("-") ? "" : now];

		old += line.startsWith("+") ? 0 : 1;
		now += line.startsWith("-") ? 0 : 1;
		return numbers.join(" ");
	});
}

test("crossread MAIL: on a page a line has its numbers before and after the patch", async (t) => {
	const mail = file_in(t, `${header("v13", 8)}Text.\n\n---\n${c_diff("v13", 8)}`);
	const page = await crossread(t, mail, "--format", "html");
	const shown = [...page.matchAll(
		/data-n="(\d*)" data-m=""><\/span><span class="n" data-n="(\d*)"/g)]
		.map(([, old, now]) => `${old} ${now}`).filter((numbers) => numbers !== " ");
	const hunks = diff_of(patches_of("v13").find(({ n }) => n === 8)!).split(/^(?=@@ )/m)
		.slice(1).map((hunk) => hunk.replace(/^diff --git[^]*/m, ""));
	const wanted = hunks.flatMap(numbers_in);

	/* the port's own diff stands on both sides */
	t.same(shown.toSorted(), [...wanted, ...wanted].toSorted());
	t.ok(wanted.some((numbers) => numbers.startsWith(" ")));
	t.ok(wanted.some((numbers) => numbers.endsWith(" ")));
});

test("crossread MAIL: a hunk that only the port has, of comments and imports, is one line",
		async (t) => {
	const [head, ...hunks] = c_diff("v13", 8).split(/^(?=@@ )/m);
	const code = hunks.filter((hunk) => /^\+.*vfio_ap_mdev_matrix_show\(/m.test(hunk));
	const mail = file_in(t, `${header("v13", 8)}Text.\n\n---\n${head}${code.join("")}`);
	const text = await crossread(t, mail);

	t.ok(code.length > 0 && code.length < hunks.length);
	t.match(text, /^ +@@ -\d+,\d+ \+\d+,\d+ @@ only here: comments, imports$/m);
	t.notMatch(text, "C: drivers/s390/crypto/vfio_ap_ops.c");
	t.match(text, /\| +\d+ \+function vfio_ap_mdev_matrix_show\(/);
	t.match(text, "guest_matrix_show", "what is more than that stays");
});

test("crossread MAIL: an answer's remark stands at its line, what it left out is there",
		async (t) => {
	const lines = c_diff("v13", 9).split("\n");
	const from = lines.findIndex((line) => line.includes("vfio_ap_mdev_filter_apcb("));
	const head = lines.findLastIndex((line, i) => i < from && line.startsWith("@@"));
	const said = [
		...lines.slice(head, from + 1).map((line) => `> ${line}`), "Why <i>here</i>?", "",
	];
	const mail = file_in(t, `${header("v13", 9, "Re: ")}${said.join("\n")}`);
	const [pair] = await pairs_of(t, mail);
	const rows = rows_of(pair!.files);
	const at = rows.findIndex(({ state }) => state === "remark");

	t.same(rows[at]!.remarks, ["— A Reader:", "Why <i>here</i>?"]);
	t.match(rows[at - 1]!.c[0]!.text, "vfio_ap_mdev_filter_apcb(");
	t.match(rows[at - 1]!.port[0]!.text, "vfio_ap_mdev_filter_apcb(");
	t.same(column(rows, "port"),
		hunk_lines(diff_of(patches_of("v13").find(({ n }) => n === 9)!)));
	t.match(await crossread(t, mail),
		/vfio_ap_mdev_filter_apcb\([^]*\n {6}> Why <i>here<\/i>\?\n/);
	const html = await crossread(t, mail, "--format", "html");
	t.match(html, "Why &lt;i&gt;here&lt;/i&gt;?");
	t.notMatch(html, "<i>here");
});

test("crossread MAIL: a page that cuts the diff off, or has none", async (t) => {
	const patch = patches_of("v12").find(({ n }) => n === 10)!;
	const lines = c_diff("v12", 10).split("\n");

	for (const kept of [lines.slice(0, 14), lines.slice(0, -4), []]) {
		const mail = file_in(t, `${header("v12", 10, "Re: ")}Text.\n${kept.join("\n")}\n`);
		const [pair] = await pairs_of(t, mail);

		t.same(column(rows_of(pair!.files), "port"), hunk_lines(diff_of(patch)));
		t.equal(await crossread(t, mail, "--patch"), await crossread(t, "--patch", mail));
		t.match(await crossread(t, mail), kept.length === 0 ? "which the mail does not show"
			: "vfio_ap_ops.c beside vfio_ap_ops.ts");
	}
});

test("crossread MAIL: what the mail changes besides the driver is named", async (t) => {
	const bus = "--- a/drivers/s390/crypto/ap_bus.c\n+++ b/drivers/s390/crypto/ap_bus.c\n" +
		"@@ -1,2 +1,3 @@ int bus(void)\n a();\n+b();\n c();\n";
	const mail = file_in(t, `${header("v11", 11)}Text.\n\n---\n${c_diff("v11", 11)}${bus}`);

	t.same((await pairs_of(t, mail))[0]!.elsewhere, ["ap_bus.c"]);
	t.match(await crossread(t, mail),
		"the mail also changes ap_bus.c, nothing of the driver\n");
});

test("crossread MAIL --driver v13: the C beside the posting's port, as ever", async (t) => {
	const mail = file_in(t, `${header("v13", 8)}Text.\n\n---\n${c_diff("v13", 8)}`);

	t.match(await crossread(t, mail, "--driver", "v13"),
		/vfio_ap_ops\.c beside \S+ \(v13, as asked for\)/);
});
