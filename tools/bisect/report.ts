// SPDX-License-Identifier: GPL-2.0-only
/*
 * What bisect has found, for people and for programs.
 */
import { printable } from "../lib/cli/terminal.ts";
import type { verdict } from "../lib/play/play.ts";
import { patches_of } from "../lib/series/patches.ts";
import type { bisected, bisected_step, flip } from "./history.ts";

/** LETTERS - a letter for each verdict */
export const LETTERS: { [of in verdict]: string } = {
	holds: "h", differs: "d", ran: "r", open: "o", depends: "p",
};

/** row_of - verdicts as a row of letters, "hhddhh" */
export function row_of(verdicts: readonly verdict[]): string {
	return verdicts.map((verdict) => LETTERS[verdict]).join("");
}

/** where_text - the patch that turned a verdict, or why none is named */
export function where_text({ to, n, base }: flip): string {
	if (n !== null)
		return `in ${n.n} ${n.message_id}`;
	return base === null ? `by ${to}, whose patches are not here`
		: `${to} was made on ${base}, where it is so already`;
}

/* The verdicts along a series: "v5.9 to 08 holds, 09 to 14 differs". */
function series_text({ to, texts, row }: flip): string {
	const numbers = patches_of(to).map(({ n }) => String(n).padStart(2, "0"));
	const names = [texts[0]!, ...numbers];
	const starts = row.flatMap((verdict, i) => verdict === row[i - 1] ? [] : [i]);

	return starts.map((at, i) => {
		const end = (starts[i + 1] ?? row.length) - 1;

		return `${names[at]!}${at === end ? "" : ` to ${names[end]!}`} ${row[at]!}`;
	}).join(", ");
}

function flip_lines(flip: flip): string[] {
	const { from, to, was, is, row, deciding } = flip;

	return [
		`${from} -> ${to}, ${where_text(flip)}: ${was} -> ${is}`,
		...row.length === 0 ? [] : [`  along ${to}: ${series_text(flip)}`],
		...deciding === null
			? [] : [`  decided by ${deciding.name}(), C: ${deciding.origin}`],
	];
}

function step_text(step: bisected_step): string[] {
	return [
		`  ${row_of(step.verdicts)}  ${step.n}: ${printable(step.text)}`,
		...step.flips.flatMap(flip_lines).map((line) => `      ${line}`),
	];
}

/** bisect_text - the rows of all steps, and each flip below its row */
export function bisect_text(results: readonly bisected[]): string {
	return results.map((result) => {
		const flips = result.steps.filter(({ flips: found }) => found.length > 0);

		return [
			`${printable(result.scenario.name)}: ${result.labels.join(" ")}`,
			...result.steps.flatMap(step_text),
			flips.length === 0 ? "  no verdict turns"
				: `  ${flips.length} of ${result.steps.length} claims turn`,
			"",
		].join("\n");
	}).join("\n");
}

/** bisect_json - an object for each step, as JSON Lines */
export function bisect_json(results: readonly bisected[]): string {
	return results.flatMap(({ scenario, labels, steps }) => steps.map((step) => `${JSON.stringify({
		scenario: scenario.name, drivers: labels, n: step.n, line: step.line,
		text: step.text,
		verdicts: step.verdicts,
		flips: step.flips.map(({ n, ...flip }) => ({
			...flip, patch: n?.n ?? null, subject: n?.subject ?? null,
			message_id: n?.message_id ?? null,
		})),
	})}\n`)).join("");
}

/** bisect_ktap - a test for each step: whether no verdict of it turns */
export function bisect_ktap(results: readonly bisected[]): string {
	const tests = results.flatMap(({ scenario, steps }) => steps.map((step, i) => ({
		name: `${scenario.name} ${step.n}: ${row_of(step.verdicts)}`, step, i,
	})));
	const lines = tests.flatMap(({ name, step }, i) => [
		...step.flips.flatMap(flip_lines).map((line) => `# ${printable(line)}`),
		`${step.flips.length === 0 ? "ok" : "not ok"} ${i + 1} ${printable(name).replaceAll("#", "\\x23")}`,
	]);

	return `${["KTAP version 1", `1..${tests.length}`, ...lines].join("\n")}\n`;
}
