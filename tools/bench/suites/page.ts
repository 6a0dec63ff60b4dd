// SPDX-License-Identifier: GPL-2.0-only
/*
 * The playground in headless Chromium, where there is one.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { ported } from "../../../drivers/s390/crypto/history/index.ts";
import { browser_page, find_chromium } from "../../lib/page/chromium.ts";
import { playground_page } from "../../playground/html.ts";
import { corpus } from "../../playground/main.ts";
import { median } from "../measure.ts";
import type { effort, row, suite } from "../row.ts";

const OPENED: Record<effort, number> = { smoke: 1, round: 1, quick: 5, long: 15 };
const STEPS: Record<effort, number> = { smoke: 4, round: 40, quick: 100, long: 400 };
const LONG = "v11-long-example-host-has-0053";

const base = { suite: "page", driver: "playground" } as const;

/* Up and down the long example on five drivers, layout included: milliseconds a step. */
async function redraw(page: browser_page, steps: number): Promise<number> {
	await page.evaluate(`document.querySelector('[data-open="${LONG}"]').click()`);
	return median(await page.evaluate<number[]>(`Array.from({ length: ${steps} }, (_, i) => {
		const begin = performance.now();
		document.body.dispatchEvent(new KeyboardEvent("keydown", { key: i % 40 < 20 ? "k" : "j", bubbles: true }));
		document.body.offsetHeight;
		return performance.now() - begin;
	})`));
}

/* The corpus on all drivers of the page: how many replays, and how long they took. */
async function replays(
	page: browser_page, labels: readonly string[],
): Promise<{ count: number; ms: number }> {
	return await page.evaluate(`(() => {
		const { corpus } = JSON.parse(document.getElementById("data").textContent);
		const begin = performance.now();
		for (const [, text] of corpus)
			vfio_ap.play_on(vfio_ap.read_text(text).scenario, ${JSON.stringify(labels)});
		return { count: corpus.length * ${labels.length}, ms: performance.now() - begin };
	})()`);
}

async function* in_browser(program: string, file: string, labels: readonly string[],
	effort: effort):
		AsyncGenerator<row> {
	const marks = { drawn: [] as number[], ready: [] as number[] };
	let page: browser_page | null = null;

	for (let i = 0; i < OPENED[effort]; i++) {
		await page?.close();
		page = new browser_page(program);
		await page.open(pathToFileURL(file).href);
		await page.until("performance.getEntriesByName('ready').length > 0");
		for (const [name, list] of Object.entries(marks))
			list.push(await page.evaluate(
				`performance.getEntriesByName('${name}')[0].startTime`));
	}
	const ms = { ...base, unit: "ms" as const };

	const { drawn, ready } = marks;

	yield { ...ms, case: "first picture", value: median(drawn), fold: drawn.length };
	yield { ...ms, case: "all five drivers", value: median(ready), fold: ready.length };
	yield {
		...ms, case: "a step redrawn, five drivers",
		value: await redraw(page!, STEPS[effort]), fold: STEPS[effort],
	};
	const { count, ms: took } = await replays(page!, labels);

	await page!.close();
	yield {
		...ms, case: "the corpus replayed", value: took, fold: count,
		note: `${count} replays, with reasons`,
	};
}

async function* run(_subject: string, effort: effort): AsyncGenerator<row> {
	const drivers = ported.filter((d) => d.default);
	const text = await playground_page(drivers, corpus(drivers));
	const size = gzipSync(text, { level: 9 }).length;
	const program = find_chromium();
	const folder = mkdtempSync(join(tmpdir(), "vfio-ap-bench-"));
	const file = join(folder, "page.html");

	yield {
		...base, case: "size, gzipped", value: size / 1e6, unit: "MB", fold: text.length,
		note: `${size} bytes, ${text.length} before; five drivers and the corpus`,
	};
	if (program === null) {
		yield {
			...base, case: "first picture", value: NaN, unit: "ms", fold: 0,
			note: "no Chromium here",
		};
		return;
	}
	try {
		writeFileSync(file, text);
		yield* in_browser(program, file, drivers.map(({ label }) => label), effort);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

export const page: suite = {
	name: "page",
	about: "the playground in headless Chromium",
	subjects: ["playground"],
	run,
};
