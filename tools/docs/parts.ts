// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that is generated and can be made anew at any time: `npm run docs` does, and a test says
 * what is not as it should be. A new one is a line here.
 */
import { drivers_markdown, drivers_short } from "../drivers/list.ts";
import { phrases_text, card } from "./scenario_card.ts";
import { crossref_text, equivalences_text, explained_text } from "./crossref.ts";
import type { part } from "./document.ts";
import { claims_table } from "./migration_claims.ts";
import { expectations } from "../lib/scenario/expectations.ts";
import { operations } from "../lib/scenario/operations.ts";
import { patched_postings } from "../lib/series/patches.ts";
import { check_series } from "../series/check.ts";
import { picture } from "./picture.ts";
import { trace_tables } from "./trace_tables.ts";

async function checked_table(label: string): Promise<string> {
	return `\`\`\`\n${(await check_series(label)).table}\`\`\`\n`;
}

/*
 * What takes too long to be made anew by a test, which looks at some of it: npm run docs makes it.
 */
export const slow_parts: readonly part[] = patched_postings().map((label) => (
	{ path: "Documentation/series.md", name: `${label} checked`,
		make: () => checked_table(label) }));

/** parts - in any order */
export const parts: readonly part[] = [
	{ path: "Documentation/long-example.svg", name: null, make: picture },
	{ path: "Documentation/scenarios.md", name: "operations", make: () => card(operations) },
	{ path: "Documentation/scenarios.md", name: "expectations",
		make: () => card(expectations) },
	{ path: "Documentation/scenarios.md", name: "phrases", make: phrases_text },
	...trace_tables,
	{ path: "README.md", name: "drivers", make: drivers_short },
	{ path: "Documentation/drivers.md", name: "drivers", make: drivers_markdown },
	{ path: "Documentation/migration.md", name: "claims", make: claims_table },
	{ path: "Documentation/porting.md", name: "equivalences", make: equivalences_text },
	{ path: "Documentation/crossref.md", name: null, make: crossref_text },
	{ path: "test/skeletons/explained.json", name: null, make: explained_text },
];
