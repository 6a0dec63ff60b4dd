// SPDX-License-Identifier: GPL-2.0-only
import { readdirSync, readFileSync } from "node:fs";

import { ported, type driver } from "../../drivers/s390/crypto/history/index.ts";
import { exit_code } from "../lib/cli/exit_code.ts";
import { parse_args } from "../lib/cli/options.ts";
import { write_text } from "../lib/cli/output.ts";
import { root } from "../lib/texts/tree.ts";
import { driver_of } from "../lib/lab/loader.ts";
import { playground_page } from "./html.ts";

const HELP = `usage: vfio-ap playground [--driver v11,v12|all] [-o FILE]

Builds one page in which the machine runs: choose drivers, the host and its masks; click a cell to
bind or unbind a queue, a row or column to assign it, a card to take it away; or type writes, shell
lines and steps. What was done is a scenario, to be copied and sent; the page's address has it, too.
The page needs no network and no other file.

  --driver LIST      the drivers that are in it, separated by commas, or all; v13@8 is v13
                     after its patch 8 (default: v11,v12,v13,v6.0,v6.12)
  -o, --output FILE  write there, not to standard output
`;
const CORPUS = `${root}test/scenarios/`;

/* Whether a scenario says something of one of the drivers, or of none in particular. */
function is_about(text: string, labels: ReadonlySet<string>): boolean {
	const named = [...text.matchAll(/^verdict (\S+)/gm)]
		.flatMap(([, list]) => list!.split(","));

	return named.length === 0 || named.some((label) => labels.has(label));
}

/* Without the line of its licence, and what holds on drivers that the page has not. */
function for_page(text: string, labels: ReadonlySet<string>): string {
	return text.replace(/^# SPDX-.*\n/, "")
		.replace(/^verdict (\S+) (.*)\n/gm, (_line, list: string, verdict: string) => {
			const here = list.split(",").filter((label) => labels.has(label));

			return here.length === 0 ? "" : `verdict ${here.join(",")} ${verdict}\n`;
		});
}

/** corpus - the scenarios of the corpus that are about some of the drivers */
export function corpus(about: readonly driver[]): [name: string, text: string][] {
	const files = readdirSync(CORPUS, { recursive: true }) as string[];
	/* of a driver after a patch what is said of its posting may hold, too */
	const labels = new Set(about.map(({ label }) => label.replace(/@\d+$/, "")));

	return files.filter((f) => f.endsWith(".scn")).sort()
		.map((f): [string, string] =>
			[f.slice(0, -4), readFileSync(`${CORPUS}${f}`, "utf8")])
		.filter(([, text]) => is_about(text, labels))
		.map(([name, text]): [string, string] => [name, for_page(text, labels)]);
}

function drivers_for(wanted: string | undefined): readonly driver[] {
	if (wanted === undefined)
		return ported.filter((d) => d.default);
	return wanted === "all" ? ported : [...new Set(wanted.split(",").map(driver_of))];
}

/** main - the command "playground" */
export async function main(argv: string[]): Promise<number> {
	const { values } = parse_args({
		args: argv,
		options: {
			driver: { type: "string" }, output: { type: "string", short: "o" },
			help: { type: "boolean", short: "h" },
		},
	});

	if (values.help) {
		process.stdout.write(HELP);
		return exit_code.holds;
	}
	const wanted = drivers_for(values.driver);
	const text = await playground_page(wanted, corpus(wanted));

	write_text(text, values.output);
	return exit_code.holds;
}
