// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where along the history a verdict turns: a scenario is played on every driver, oldest first,
 * and where two neighbours part, on every patch that led to the later one.
 */
import { ported } from "../../drivers/s390/crypto/history/index.ts";
import { compare_drivers } from "../diff/compare.ts";
import { watch_functions } from "../explore/counterexample.ts";
import { driver_of, load_driver } from "../lib/lab/loader.ts";
import { decisions_under } from "../lib/play/why.ts";
import { play, type step, type verdict } from "../lib/play/play.ts";
import type { scenario } from "../lib/scenario/model.ts";
import { print_step } from "../lib/scenario/print.ts";
import { base_of, patched_postings, patches_of } from "../lib/series/patches.ts";
import { heads_in, origin_of } from "../lib/texts/origins.ts";
import { find_series, type series_patch } from "../lib/texts/series.ts";

/**
 * struct flip - a verdict that is another one in the next driver
 * @from, @to: the two drivers
 * @n: the patch of @to's series that turned it; null where its patches are not here, or where
 *     it was so already in what the series was made on
 * @base: what that was, if it was so there already
 * @texts: the texts along the series, from what it was made on to @to
 * @row: the verdicts along them
 * @deciding: the function that decided, and what its head says it is from
 */
export interface flip {
	from: string;
	to: string;
	was: verdict;
	is: verdict;
	n: series_patch | null;
	base: string | null;
	texts: string[];
	row: verdict[];
	deciding: { name: string; origin: string } | null;
}

/**
 * struct judged - what came of a claim on a driver
 * @outcome: what can change where the verdict does not
 * @functions: those that decided, the last one last
 * @store: the function of the attribute that an operation stores to, or ""
 */
interface judged {
	verdict: verdict;
	outcome: string;
	functions: string[];
	store: string;
}

/**
 * struct claim - what is bisected
 * @n, @line: its number, and its line in the scenario
 * @text: itself
 * @judge: what comes of it on a driver
 * @entered: the functions that the driver goes through until there, the last one last; for where
 *	     no decision of its is known
 */
export interface claim {
	n: string;
	line: number;
	text: string;
	judge(label: string): Promise<judged>;
	entered(label: string): Promise<string[]>;
}

/** struct bisected_step - a claim along the history */
export interface bisected_step {
	n: string;
	line: number;
	text: string;
	verdicts: verdict[];
	flips: flip[];
}

/** is_open - whether a claim was not judged on some driver, so that it may turn there */
export function is_open({ verdicts }: bisected_step): boolean {
	return verdicts.some((verdict) => verdict === "open" || verdict === "depends");
}

/** struct bisected - a scenario along the history */
export interface bisected {
	scenario: scenario;
	labels: readonly string[];
	steps: bisected_step[];
}

/* What is claimed of all drivers; the claims of some would say nothing about the others. */
function for_all({ ...sc }: scenario): scenario {
	return { ...sc, statements: sc.statements.filter((s) => s.drivers === null), verdicts: [] };
}

/** HISTORY - the labels of all drivers whose C somebody posted or released, oldest first */
export const HISTORY: readonly string[] =
	ported.map(({ label }) => label).filter((label) => label !== "v6.12-masks" &&
		label !== "v7.3-fixes");

/** history_from - the labels of the drivers from one to another, oldest first */
export function history_from(from: string, to: string): string[] {
	return HISTORY.slice(HISTORY.indexOf(from), HISTORY.indexOf(to) + 1);
}

/* The texts along a posting's series, from what it was made on to itself. */
function series_labels(label: string): string[] {
	return [
		base_of(label).label,
		...patches_of(label).slice(0, -1).map(({ n }) => `${label}@${n}`), label,
	];
}

/**
 * class along - a scenario, played as far as somebody asks
 *
 * Of a report it keeps the judgements: a report has every event, and there are as many as texts.
 */
class along {
	#sc: scenario;
	#judged = new Map<string, judged[]>();

	constructor(sc: scenario) {
		this.#sc = sc;
	}

	async judged(label: string): Promise<judged[]> {
		let found = this.#judged.get(label);

		if (found === undefined) {
			await load_driver(label);
			found = play(this.#sc, label).steps.map(judged_of);
			this.#judged.set(label, found);
		}
		return found;
	}

	/** entered - the functions that a driver goes through up to step @at, the last one last */
	async entered(at: number, label: string): Promise<string[]> {
		const names = new Set<string>();
		const stop = watch_functions((name) => {
			names.delete(name);
			names.add(name);
		});

		await load_driver(label);
		play({ ...this.#sc, statements: this.#sc.statements.slice(0, at + 1) }, label);
		stop();
		return [...names];
	}

	/** claims - each step */
	claims(): claim[] {
		return this.#sc.statements.map((st, i) => ({
			n: st.n, line: st.line, text: print_step(st),
			judge: async (on) => (await this.judged(on))[i]!,
			entered: async (on) => await this.entered(i, on),
		}));
	}
}

/* That nobody decided is another outcome than the same by a decision. */
function judged_of(st: step): judged {
	const { verdict, crash, rc, actual } = st;
	const functions = decisions_under(st).map(({ d }) => d.func);
	const decided = functions.length > 0 ? "decided" : "";

	return {
		verdict, outcome: `${verdict} ${crash ?? rc} ${actual} ${decided}`, functions,
		store: store_of(st),
	};
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

const apart = new Map<string, string[]>();

/* What is not in both drivers alike. */
function functions_apart(from: string, to: string): string[] {
	const key = `${from} ${to}`;
	const names = apart.get(key) ?? compare_drivers(driver_of(from), driver_of(to))
		.filter(({ kind, fate }) => kind === "function" && fate !== "unchanged")
		.map(({ name }) => name);

	apart.set(key, names);
	return names;
}

/*
 * The function that the verdict rests on, one that the patch changed if there is one: that
 * decided; for an operation that stores, its own; else the last that was gone through.
 */
async function deciding_function(
	claim: claim, { from, to, n: patch }: flip,
): Promise<flip["deciding"]> {
	const { functions, store } = await claim.judge(to);
	const changed = patch === null ? functions_apart(from, to)
		: Object.values(patch.functions).flat();
	const is_changed = (name: string): boolean => changed.includes(name);
	const name = functions.findLast(is_changed) ?? changed.find((it) => it === store) ??
		(await claim.entered(to)).findLast(is_changed) ?? functions.at(-1);

	return name === undefined ? null : { name, origin: origin_text(to, name) };
}

const heads = new Map<string, Map<string, string>>();

function origin_text(label: string, name: string): string {
	const path = `${driver_of(label).path}/vfio_ap_ops.ts`;
	const of_text = heads.get(path) ?? heads_in(path);
	const { posting, patch } = origin_of(label, name, of_text.get(name));

	heads.set(path, of_text);
	return patch === null ? posting : `${posting} ${patch.n} ${patch.message_id}`;
}

async function flip_at(claim: claim, from: string, to: string): Promise<flip> {
	const now = await claim.judge(to);
	const flip: flip = {
		from, to, was: (await claim.judge(from)).verdict, is: now.verdict,
		n: null, base: null, texts: [], row: [], deciding: null,
	};

	if (patched_postings().includes(to)) {
		const texts = series_labels(to);
		const along_series: judged[] = [];

		for (const label of texts)
			along_series.push(await claim.judge(label));
		const at = turning_point(along_series.map(({ outcome }) => outcome));

		flip.texts = texts;
		flip.row = along_series.map(({ verdict }) => verdict);
		if (at === 0)
			flip.base = texts[0]!;
		else
			flip.n = find_series(to).patches[patches_of(to)[at - 1]!.n - 1]!;
	}
	flip.deciding = await deciding_function(claim, flip);
	return flip;
}

async function bisect_claim(claim: claim, labels: readonly string[]): Promise<bisected_step> {
	const { n, line, text } = claim;
	const verdicts: verdict[] = [];
	const flips: flip[] = [];

	for (const [at, label] of labels.entries()) {
		verdicts.push((await claim.judge(label)).verdict);
		if (at > 0 && verdicts[at] !== verdicts[at - 1])
			flips.push(await flip_at(claim, labels[at - 1]!, label));
	}
	return { n, line, text, verdicts, flips };
}

/**
 * bisect - a scenario along the history
 * @wanted: the number of the only claim that is of interest, or null
 * @more: claims besides its own
 *
 * Every driver is played: verdicts turn back.
 */
export async function bisect(
	sc: scenario, labels: readonly string[], wanted: string | null = null,
	more: readonly claim[] = [],
): Promise<bisected> {
	const claims = [...new along(for_all(sc)).claims(), ...more];
	const steps: bisected_step[] = [];

	for (const claim of claims)
		if (wanted === null || claim.n === wanted)
			steps.push(await bisect_claim(claim, labels));
	return { scenario: sc, labels, steps: steps.filter(is_claim) };
}

/* An operation that says what it returns is one as well. */
function is_claim({ verdicts }: bisected_step): boolean {
	return verdicts.some((verdict) => verdict !== "ran");
}
