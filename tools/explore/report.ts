// SPDX-License-Identifier: GPL-2.0-only
/*
 * Results for people, and as KTAP.
 */
import { plural } from "../lib/cli/plural.ts";
import { MIGRATED, property_names, type line } from "./campaign.ts";
import { properties } from "./properties.ts";

type space = Extract<line, { result: "space" }>;
type walks = Extract<line, { result: "walks" }>;
type shown = Extract<line, { result: "counterexample" }>;

/* The report must say what was not searched. Otherwise "nothing found" means nothing. */
const BOUNDS: Record<string, string> = {
	states: "NOT COMPLETE: --max-states was reached, there may be counterexamples beyond",
	memory: "NOT COMPLETE: --max-memory was reached, there may be counterexamples beyond",
	depth: "not complete: longer ways than --depth were not tried",
	signal: "NOT COMPLETE: ended by a signal, there may be counterexamples beyond",
	first: "not complete: ended at the first counterexample",
};

function space_text(s: space): string {
	const rate = Math.round(s.transitions / s.seconds);

	return [
		`${s.driver}: ${s.machine}`,
		`  ${plural(s.states, "state")}, ${plural(s.transitions, "transition")}, depth ${
			s.depth}, ${s.seconds.toFixed(1)} s, ${rate} transitions/s`,
		`  ${plural(s.executed, "operation")} done, ${plural(s.boots, "boot")}`,
		...(s.ends === 0 ? [] :
			[`  ${plural(s.ends, "transition")} not gone on from: a crash, or links or pages ` +
			"beyond telling"]),
		`  ${s.bound === null ? "complete" : BOUNDS[s.bound]}`,
	].join("\n") + "\n";
}

function walks_text(w: walks): string {
	return `${w.driver}: ${w.machine}\n  ${plural(w.walks, "random walk")} from seed ` +
		`${w.seed}, ${plural(w.transitions, "transition")}\n`;
}

function indented(text: string): string {
	return text.split("\n").map((l) => l === "" ? "" : `    ${l}`).join("\n");
}

function shown_text(c: shown): string {
	return `\n${c.property} by ${c.operation} on ${c.driver}: ` +
		`${plural(c.length, "operation")}, ${plural(c.count, "such transition")}\n${indented(c.scenario)}\n${indented(c.mail)}`;
}

function line_text(l: line): string {
	switch (l.result) {
	case "space":
		return space_text(l);
	case "walks":
		return walks_text(l);
	case "counterexample":
		return shown_text(l);
	default:
		return `\n${l.property} by ${l.operation} on ${l.driver}: ` +
			"a machine that boots does not show it\n";
	}
}

/** is_complete - whether no search ended at a bound (random walks have no end to come to) */
export function is_complete(lines: readonly line[]): boolean {
	return lines.every((l) => l.result !== "space" || l.bound === null);
}

/** count_text - the last line: how many counterexamples, and whether there may be more */
export function count_text(lines: readonly line[]): string {
	const count = lines.filter((l) => l.result === "counterexample").length;
	const some = lines.some((l) => l.result === "walks")
		? "; random walks try some ways, not all" : "";

	return plural(count, "counterexample") +
		`${is_complete(lines) ? some : "; the search is not complete"}\n`;
}

/**
 * summary_lines - what was searched and which findings could not be confirmed, without the
 * counterexamples
 */
export function summary_lines(lines: readonly line[]): string {
	return lines.filter((l) => l.result !== "counterexample").map(line_text).join("") +
		count_text(lines);
}

/** lines_report - results as text */
export function lines_report(lines: readonly line[]): string {
	return lines.map(line_text).join("");
}

/** ktap_text - results as KTAP version 1: a test for each driver and property */
export function ktap_text(lines: line[]): string {
	const labels = [...new Set(lines.flatMap((l) =>
		l.result === "space" || l.result === "walks" ? [l.driver] : []))];
	const names_of = (driver: string): readonly string[] => lines.some((l) =>
		(l.result === "space" || l.result === "walks") && l.driver === driver &&
			l.machine.endsWith(MIGRATED)) ?
		property_names : properties.map(({ name }) => name);
	const tests = labels.flatMap((driver) => names_of(driver).map((name) => {
		const found = lines.filter((l) => l.result === "counterexample" &&
			l.driver === driver &&
			l.property === name) as shown[];
		const notes = found.flatMap(
			(c) => c.mail.trimEnd().split("\n").map((l) => `# ${l}`));

		return { name: `${driver} ${name}`, ok: found.length === 0, notes };
	}));
	const rows = tests.flatMap((t, i) =>
		[...t.notes, `${t.ok ? "ok" : "not ok"} ${i + 1} ${t.name}`]);

	return ["KTAP version 1", `1..${tests.length}`, ...rows].join("\n") + "\n";
}
