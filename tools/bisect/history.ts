// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where along the history a verdict turns: a scenario is played on every driver, oldest first,
 * and where two neighbours part, on every patch that led to the later one.
 */
import { drivers } from "../../drivers/s390/crypto/history/index.ts";
import { load_driver } from "../lib/lab/loader.ts";
import { decisions_behind } from "../lib/play/why.ts";
import { play, type report, type step, type verdict } from "../lib/play/play.ts";
import type { scenario } from "../lib/scenario/model.ts";
import { base_of, patched_postings, patches_of } from "../lib/series/patches.ts";
import { heads_in, origin_of } from "../lib/texts/origins.ts";
import { find_series, type series_patch } from "../lib/texts/series.ts";

/**
 * struct flip - a verdict that is another one in the next driver
 * @from, @to: the two drivers
 * @n: the patch of @to's series that turned it; null where its patches are not here, or where
 *     it was so already in what the series was made on
 * @base: what that was, if it was so there already
 * @row: the verdicts along the series, from what it was made on
 * @deciding: the function that decided, and what its head says it is from
 */
export interface flip {
	from: string;
	to: string;
	was: verdict;
	is: verdict;
	n: series_patch | null;
	base: string | null;
	row: verdict[];
	deciding: { name: string; origin: string } | null;
}

/** struct bisected_step - a claim of the scenario along the history */
export interface bisected_step {
	n: string;
	line: number;
	verdicts: verdict[];
	flips: flip[];
}

/** struct bisected - a scenario along the history */
export interface bisected {
	scenario: scenario;
	labels: string[];
	steps: bisected_step[];
}

/* What is claimed of all drivers; the claims of some would say nothing about the others. */
function for_all({ ...sc }: scenario): scenario {
	return { ...sc, statements: sc.statements.filter((s) => s.drivers === null), verdicts: [] };
}

function play_on(sc: scenario, label: string): report {
	return play(sc, label);
}

/** HISTORY - the labels of all drivers that somebody posted or released, oldest first */
export const HISTORY: readonly string[] =
	drivers.map(({ label }) => label).filter((label) => label !== "v6.12-masks");

/** history_from - the labels of the drivers from one to another, oldest first */
export function history_from(from: string, to: string): string[] {
	return HISTORY.slice(HISTORY.indexOf(from), HISTORY.indexOf(to) + 1);
}

/* The texts along a posting's series, from what it was made on to itself. */
function series_labels(label: string): string[] {
	return [base_of(label).label, ...patches_of(label).slice(0, -1).map(({ n }) => `${label}@${n}`), label];
}

/**
 * class along - a scenario, played as far as somebody asks
 */
class along {
	#sc: scenario;
	#reports = new Map<string, report>();

	constructor(sc: scenario) {
		this.#sc = sc;
	}

	async report(label: string): Promise<report> {
		let found = this.#reports.get(label);

		if (found === undefined) {
			await load_driver(label);
			found = play_on(this.#sc, label);
			this.#reports.set(label, found);
		}
		return found;
	}

	async step(label: string, i: number): Promise<step> {
		return (await this.report(label)).steps[i]!;
	}
}

/* What came of a step, which can change where its verdict does not. */
function outcome({ verdict, crash, rc, actual }: step): string {
	return `${verdict} ${crash ?? rc} ${actual}`;
}

/* The place in a series behind which the outcome is what it is at the end; 0: all along. */
function turning_point(row: string[]): number {
	const last = row.at(-1);
	let at = row.length - 1;

	while (at > 0 && row[at - 1] === last)
		at--;
	return at;
}

/* The function of an attribute that an operation stores to. */
function store_of({ s: { body } }: step): string {
	return body.kind === "op" && body.op[0] === "write" ? `${body.op[2]}_store` : "";
}

/*
 * The function whose decision the verdict rests on: one that the patch changed, if there is one;
 * for an operation that stores, its own if the patch changed it.
 */
function deciding_function(
	st: step, label: string, patch: series_patch | null,
): flip["deciding"] {
	const changed = Object.values(patch?.functions ?? {}).flat();
	const decided = decisions_behind(st).map(({ d }) => d.func);
	const name = decided.findLast((func) => changed.includes(func)) ??
		changed.find((func) => func === store_of(st)) ?? decided.at(-1);

	return name === undefined ? null : { name, origin: origin_text(label, name) };
}

function origin_text(label: string, name: string): string {
	const { path } = drivers.find((driver) => driver.label === label)!;
	const { posting, patch } = origin_of(label, name, heads_in(`${path}/vfio_ap_ops.ts`).get(name));

	return patch === null ? posting : `${posting} ${patch.n} ${patch.message_id}`;
}

async function flip_at(
	played: along, i: number, from: string, to: string,
): Promise<flip> {
	const st = await played.step(to, i);
	const flip: flip = {
		from, to, was: (await played.step(from, i)).verdict, is: st.verdict,
		n: null, base: null, row: [], deciding: null,
	};

	if (patched_postings().includes(to)) {
		const labels = series_labels(to);

		const steps = await Promise.all(labels.map((label) => played.step(label, i)));
		const at = turning_point(steps.map(outcome));

		flip.row = steps.map(({ verdict }) => verdict);

		if (at === 0)
			flip.base = labels[0]!;
		else
			flip.n = find_series(to).patches[patches_of(to)[at - 1]!.n - 1]!;
	}
	flip.deciding = deciding_function(st, to, flip.n);
	return flip;
}

async function bisect_step(played: along, i: number, labels: string[]): Promise<bisected_step> {
	const verdicts: verdict[] = [];
	const flips: flip[] = [];
	const { s } = await played.step(labels[0]!, i);

	for (const [at, label] of labels.entries()) {
		verdicts.push((await played.step(label, i)).verdict);
		if (at > 0 && verdicts[at] !== verdicts[at - 1])
			flips.push(await flip_at(played, i, labels[at - 1]!, label));
	}
	return { n: s.n, line: s.line, verdicts, flips };
}

/**
 * bisect - a scenario along the history
 * @wanted: the number of the only step that is of interest, or null
 *
 * Every driver is played: verdicts turn back.
 */
export async function bisect(
	sc: scenario, labels: string[], wanted: string | null = null,
): Promise<bisected> {
	const played = new along(for_all(sc));
	const count = (await played.report(labels[0]!)).steps.length;
	const steps: bisected_step[] = [];

	for (let i = 0; i < count; i++) {
		const { s } = await played.step(labels[0]!, i);

		if (wanted === null || s.n === wanted)
			steps.push(await bisect_step(played, i, labels));
	}
	return { scenario: sc, labels, steps: steps.filter(is_claim) };
}

/* An operation that says what it returns is one as well. */
function is_claim({ verdicts }: bisected_step): boolean {
	return verdicts.some((verdict) => verdict !== "ran");
}
