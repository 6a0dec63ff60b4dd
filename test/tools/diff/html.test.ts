// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page of diff: what the unified diff has, changed first, and colours that lose no letter.
 */
import { test } from "tap";
import { driver_by_label } from "../../../drivers/s390/crypto/history/index.ts";
import { colouring } from "../../../tools/lib/page/code.ts";
import { compare_drivers, hunks_of } from "../../../tools/diff/compare.ts";
import { diff_page } from "../../../tools/diff/html.ts";
import { is_different } from "../../../tools/diff/report.ts";

const [old, now] = ["v11", "v12"].map((label) => driver_by_label(label)!);
const changes = compare_drivers(old!, now!);
const page = await diff_page({ old: old!, now: now!, changes });

function plain(markup: string): string {
	return markup.replace(/<[^>]*>/g, "").replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) =>
		({ "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" })[entity]!);
}

test("diff page: changed, new and gone, in this order; the unchanged are counted", async (t) => {
	const fates = [...page.matchAll(/<section[^>]*><h2>.*? <small>(\w+)</g)]
		.map(([, fate]) => fate!);
	const count = (fate: string): number => changes.filter((c) => c.fate === fate).length;

	t.strictSame(fates,
		["changed", "new", "gone"].flatMap((fate) => Array(count(fate)).fill(fate)));
	t.match(page, `<summary>${count("unchanged")} unchanged</summary>`);
});

test("diff page: the lines of the unified diff, each with its number", async (t) => {
	const shown = (kind: string): string[] => [...page.matchAll(new RegExp(
		`<div class="l ${kind}"><span class="n" data-n="(\\d+)"[^>]*></span><code>(.*?)</code></div>`, "g"))]
		.map(([, n, code]) => `${n} ${plain(code!)}`).sort();
	const wanted = (mark: string): string[] => changes.filter(is_different).flatMap(hunks_of)
			.flatMap((hunk) => {
		let line = mark === "-" ? hunk.oldStart : hunk.newStart;

		return hunk.lines.flatMap((text) => {
			const counts = text.startsWith(mark) || text.startsWith(" ");

			line += counts ? 1 : 0;
			return text.startsWith(mark) ? [`${line - 1} ${text.slice(1)}`] : [];
		});
	}).sort();

	t.strictSame(shown("gone"), wanted("-"));
	t.strictSame(shown("added"), wanted("+"));
});

test("diff page: each place that differs is one to stop at", async (t) => {
	t.ok((page.match(/<tr class="differs">/g) ?? []).length >= changes.filter(
		is_different).length);
	t.match(page, /script-src 'sha256-/);
});

test("colouring: keywords, texts and comments, and not a letter is lost", async (t) => {
	const lines = [
		"\tif (strcmp(a, \"/* no comment */\")) /* one", " * that goes on <b>",
		"\tend */ return 0x10UL; // rest",
		"const s = `a ${b} \\` c`;", "#define X 'y'",
	];
	const code = new colouring();
	const coloured = lines.map((line) => code.line(line).text);

	t.strictSame(coloured.map(plain), lines);
	t.match(coloured[0], '<i class="word">if</i>');
	t.match(coloured[0], `<i class="comment">/* one</i>`);
	t.match(coloured[1], /^<i class="comment">.*&lt;b&gt;<\/i>$/);
	t.match(coloured[2],
		'</i> <i class="word">return</i> 0x10UL; <i class="comment">// rest</i>');
});
