// SPDX-License-Identifier: GPL-2.0-only
/*
 * The picture of README: one step of a scenario on several drivers, as grids, from a real run.
 */
import { readFileSync } from "node:fs";
import { escape_html } from "../lib/page/markup.ts";
import {
	axes_of, BOUND, cell_word, grids_of, type axes, type mdev_grid,
} from "../lib/play/grid.ts";
import { pick_drivers, play, type report, type step } from "../lib/play/play.ts";
import { what_text } from "../lib/play/say.ts";
import { adapter_name, domain_name } from "../lib/scenario/ids.ts";
import { parse_scenarios } from "../lib/scenario/parse.ts";

const SCENARIO = "test/scenarios/v11-long-example-host-has-0053.scn";
const STEP = "9";
const DRIVERS = "v11,v12,v13,v6.0,v6.12";

const CELL = 38, ROW = 26, LEFT = 24, GAP = 16, TOP = 92;

const STYLE =
	`text{font:12px ui-monospace,monospace;fill:#222}.t{font:bold 14px system-ui,sans-serif}
.s{font:12px system-ui,sans-serif}.q{fill:#666}.bad{fill:#b3261e;font-weight:bold}
rect{fill:#fff;stroke:#bbb}.guest{fill:#bfe6bf}.filtered{stroke:#b3261e;stroke-dasharray:3 2}.unbound{fill:#f6c9c5}
.bg{stroke:none}@media(prefers-color-scheme:dark){text{fill:#ddd}.q{fill:#a6a6a6}rect{fill:#1c1c1c;stroke:#555}
.guest{fill:#1d4d26}.unbound{fill:#5a1d18}.bad{fill:#ff8a80}.filtered{stroke:#ff8a80}}`;

const LETTERS: ReadonlyMap<string,
	string> = new Map([["guest", "G"], ["filtered", "F"], ["would", "g"]]);

function text(x: number, y: number, cls: string, content: string): string {
	return `<text x="${x}" y="${y}"${cls === "" ? "" : ` class="${cls}"`}>${escape_html(content)}</text>`;
}

function cell(x: number, y: number, bits: number, running: boolean): string {
	const word = cell_word(bits, running);
	const bound = (bits & BOUND) !== 0;
	const wrong = word === "guest" && !bound ? " unbound" : "";

	return `<rect class="${word}${wrong}" x="${x}" y="${y}" width="${CELL}" height="${ROW}"/>` +
		text(x + 11, y + 17, "", `${LETTERS.get(word) ?? " "}${bound ? "●" : "○"}`);
}

function drawn({ cells, running }: mdev_grid, { apm, aqm }: axes, x: number): string {
	const heads = aqm.map(
		(id, j) => text(x + LEFT + j * CELL + 5, TOP - 6, "q", domain_name(id)));
	const rows = cells.map((row, i) => text(x, TOP + i * ROW + 17, "q", adapter_name(apm[i]!)) +
		row.map((bits, j) => cell(x + LEFT + j * CELL, TOP + i * ROW, bits, running))
			.join(""));

	return heads.join("") + rows.join("");
}

function step_of({ steps }: report): step {
	return steps.find(({ s }) => s.n === STEP)!;
}

/** picture - Documentation/long-example.svg */
export async function picture(): Promise<string> {
	const file = new URL(`../../${SCENARIO}`, import.meta.url);
	const [scenario] = parse_scenarios(readFileSync(file, "utf8"), SCENARIO);
	const drivers = await pick_drivers(DRIVERS);
	const reports = drivers.map(({ label }) => play(scenario!, label, { explain: false }));
	const axes = axes_of(reports);
	const width = LEFT + axes.aqm.length * CELL + GAP;
	const height = TOP + axes.apm.length * ROW + 44;
	const claim = step_of(reports[0]!).s;
	const columns = reports.map((r, i) => {
		const st = step_of(r);
		const x = 12 + i * width;

		return text(x, 52, "t", r.driver.label) +
			text(x, 68, st.verdict === "holds" ? "s" : "s bad", st.verdict) +
			drawn(grids_of(st, null, axes)[0]!, axes, x);
	});

	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${12 + reports.length * width} ${height}" role="img">
<title>${escape_html(`Step ${STEP} of ${scenario!.name} on ${DRIVERS}`)}</title>
<style>${STYLE}</style>
<rect class="bg" width="100%" height="100%"/>
${text(12, 24, "s", `step ${STEP} of a mail of November 2020 claims: ${what_text(claim)}`)}
${columns.join("\n")}
${text(12, height - 16, "s q", "Adapters down, domains across. G: the guest has the queue, F: filtered. ● bound to vfio_ap, ○ not bound.")}
</svg>
`;
}
