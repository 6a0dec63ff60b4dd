// SPDX-License-Identifier: GPL-2.0-only
/*
 * What tests ask of a page in a browser.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { browser_page } from "../../tools/lib/page/chromium.ts";

export { browser_page, find_chromium } from "../../tools/lib/page/chromium.ts";

/**
 * barriers - what axe-core finds that is serious, or critical, for those who do not see or point
 */
export async function barriers(page: browser_page): Promise<string[]> {
	const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

	await page.evaluate(`{ ${readFileSync(axe, "utf8")} } 0`);
	return await page.evaluate(`axe.run().then(({ violations }) => violations
		.filter(({ impact }) => impact === "serious" || impact === "critical")
		.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + " " + target + ": " + failureSummary)))`);
}
