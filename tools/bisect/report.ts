// SPDX-License-Identifier: GPL-2.0-only
/*
 * What bisect has found, for people and for programs.
 */
import { plural } from "../lib/cli/plural.ts";
import { printable } from "../lib/cli/terminal.ts";
import type { verdict } from "../lib/play/play.ts";
import { patches_of } from "../lib/series/patches.ts";
import { is_open, type bisected, type bisected_step, type flip } from "./history.ts";

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

/** summary_of - how many claims turn, and which ones may for all that is known */
export function summary_of({ steps }: bisected): string {
	const turning = steps.filter(({ flips }) => flips.length > 0).length;
	const open = steps.filter((step) => step.flips.length === 0 && is_open(step));

	return (turning === 0 ? "no verdict turns"
		: `${turning} of ${plural(steps.length, "claim")} turn${turning === 1 ? "s" : ""}`) +
		(open.length === 0 ? "" : `; not judged on all: ${open.map(({ n }) => n).join(" ")}`);
}

/** bisect_text - the rows of all steps, and each flip below its row */
export function bisect_text(results: readonly bisected[]): string {
	return results.map((result) => [
		`${printable(result.scenario.name)}: ${result.labels.join(" ")}`,
		...result.steps.flatMap(step_text),
		`  ${summary_of(result)}`,
		"",
	].join("\n")).join("\n");
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

const NOT_JUDGED = " # SKIP not judged on all";

/** bisect_ktap - a test for each step: whether no verdict of it turns */
export function bisect_ktap(results: readonly bisected[]): string {
	const tests = results.flatMap(({ scenario, steps }) => steps.map((step, i) => ({
		name: `${scenario.name} ${step.n}: ${row_of(step.verdicts)}`, step, i,
	})));
	const lines = tests.flatMap(({ name, step }, i) => [
		...step.flips.flatMap(flip_lines).map((line) => `# ${printable(line)}`),
		`${step.flips.length === 0 ? "ok" : "not ok"} ${i + 1} ` +
			printable(name).replaceAll("#", "\\x23") +
			(step.flips.length === 0 && is_open(step) ? NOT_JUDGED : ""),
	]);

	return `${["KTAP version 1", `1..${tests.length}`, ...lines].join("\n")}\n`;
}
