// SPDX-License-Identifier: GPL-2.0-only
/*
 * A campaign: what is to be searched, cut into jobs that need nothing of one another. A shard
 * takes every n-th of them, a worker one at a time; the results are lines that can be put
 * together again whoever made them.
 */
import { ported, older_than } from "../../drivers/s390/crypto/history/index.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { driver_of, load_driver } from "../lib/lab/loader.ts";
import { pick_drivers } from "../lib/play/play.ts";
import { counterexample_of, scenario_text, type counterexample } from "./counterexample.ts";
import { properties, type property } from "./properties.ts";
import { search, type finding, type progress, type search_result } from "./search.ts";
import { machine_of, op_kinds, type machine_size, type op_kind } from "./space.ts";
import type { space_plan } from "./tables.ts";
import { random_walks, type walk_result } from "./walks.ts";

/**
 * struct plan - what the command line asks for
 * @drivers: labels
 * @walks: random walks instead of a search of the whole space, this many; 0 for none
 * @block: walks that make a job
 */
export interface plan {
	drivers: string[];
	adapters: number;
	domains: number;
	cdoms: number;
	mdevs: number;
	kinds: op_kind[];
	properties: string[];
	faults: boolean;
	depth: number;
	max_states: number;
	stop_at_first: boolean;
	identify: boolean;
	walks: number;
	block: number;
	steps: number;
	seed: number;
}

/** struct job - a part of a plan: one driver's space, or a block of walks on one driver */
export interface job {
	number: number;
	driver: string;
	plan: plan;
	seed: number;
	walks: number;
}

/** A result's first line says what was done, the lines behind it what was found. */
export type line =
	| ({ result: "space"; job: number; machine: string } & Omit<search_result, "findings">)
	| ({ result: "walks"; job: number; machine: string; driver: string; seed: number } &
		Omit<walk_result, "findings">)
	| ({ result: "counterexample"; job: number; scenario: string } & Omit<counterexample, "scenarios">)
	| { result: "unconfirmed"; job: number; driver: string; property: string; operation: string };

/** jobs_of - a plan's jobs, in order; the same plan has the same jobs everywhere */
export function jobs_of(p: plan): job[] {
	const parts = p.walks === 0 ? [0] :
		Array.from({ length: Math.ceil(p.walks / p.block) }, (_, i) => i * p.block);

	return p.drivers.flatMap((label) => parts.map((at) => ({ label, at })))
		.map(({ label, at }, number) => ({
			number, driver: label, plan: p, seed: p.seed + at, walks: Math.min(p.block, p.walks - at),
		}));
}

/** shard_of - the jobs of the i-th of n shards, counted from 1 */
export function shard_of(jobs: job[], i: number, n: number): job[] {
	return jobs.filter((j) => j.number % n === i - 1);
}

function properties_of(p: plan): property[] {
	return properties.filter((it) => p.properties.includes(it.name));
}

function size_of(p: plan): machine_size {
	return machine_of(p.adapters, p.domains, p.cdoms, p.mdevs);
}

function machine_text(p: plan): string {
	return `${p.adapters} adapters, ${p.domains} domains, ${p.cdoms} control domains, ${
		p.mdevs} mdevs`;
}

/* A driver without an attribute answers every write to it alike. */
function kinds_of(p: plan, label: string): op_kind[] {
	const at = ported.findIndex((d) => d.label === label);
	const has_ap_config = at < 0 || !older_than(ported[at], "6.10");

	return op_kinds.filter((k) => p.kinds.includes(k) && (k !== "ap_config" || has_ap_config));
}

/* A counterexample is tried on every driver. */
async function found(findings: finding[], size: machine_size, j: job): Promise<line[]> {
	if (findings.length !== 0)
		await pick_drivers("all");
	return findings.map((f): line => {
		const c = counterexample_of(f, size, driver_of(j.driver));

		if (c === null)
			return {
				result: "unconfirmed", job: j.number, driver: j.driver, property: f.property,
				operation: f.kind,
			};
		const {
			driver, property, operation, length, expected, actual, functions, shared_by, mail, count,
		} = c;

		return {
			result: "counterexample", job: j.number, driver, property, operation, length, expected, actual,
			functions, shared_by, count, scenario: scenario_text(c), mail,
		};
	});
}

/** walk_lines - do a block of walks */
export async function walk_lines(j: job): Promise<line[]> {
	const size = size_of(j.plan);
	const { findings, ...rest } = random_walks({
		driver: await load_driver(j.driver), size, kinds: kinds_of(j.plan, j.driver), faults: j.plan.faults,
		properties: properties_of(j.plan), seed: j.seed, walks: j.walks, steps: j.plan.steps,
	});

	return [{
		result: "walks", job: j.number, machine: machine_text(j.plan), driver: j.driver, seed: j.seed,
		...rest,
	}, ...await found(findings, size, j)];
}

/** plan_of_space - the space that a job searches */
export function plan_of_space({ plan: p, driver }: job): space_plan {
	return {
		driver, size: size_of(p), kinds: kinds_of(p, driver), faults: p.faults,
		properties: p.properties, identify: p.identify,
	};
}

/** search_of - the search that a job is */
export async function search_of(j: job, show: (p: progress) => void): Promise<search> {
	const { depth, max_states, stop_at_first } = j.plan;

	return new search(
		{ ...plan_of_space(j), depth, max_states, stop_at_first, progress: show },
		await load_driver(j.driver));
}

/** space_lines - what came of a search */
export async function space_lines(
	j: job, { findings, ...rest }: search_result,
): Promise<line[]> {
	return [{ result: "space", job: j.number, machine: machine_text(j.plan), ...rest },
		...await found(findings, size_of(j.plan), j)];
}

/** The fields that say what a search took, not what it found. */
const EFFORT = ["seconds", "executed", "boots"];

/** lines_text - results as JSON Lines */
export function lines_text(lines: line[]): string {
	return lines.map((l) => JSON.stringify(l) + "\n").join("");
}

/** parse_lines - read them back */
export function parse_lines(file: string, text: string): line[] {
	return text.split("\n").flatMap((row, i) => {
		if (row === "")
			return [];
		try {
			const l = JSON.parse(row) as line;

			if (typeof l.job === "number" && typeof l.result === "string")
				return [l];
		} catch {
			/* said below */
		}
		throw new usage_error(`${file}:${i + 1}: no result of a shard, right would be: a file that ` +
			"vfio-ap explore --format json wrote");
	});
}

/**
 * merge - the results of shards, as one run would have given them
 *
 * A job that is there twice, since its shard was killed and run again, counts once.
 */
export function merge(lists: line[][]): line[] {
	const by_job = new Map<number, line[]>();

	for (const list of lists)
		for (const job of new Set(list.map((l) => l.job)))
			by_job.set(job, list.filter((l) => l.job === job));
	return [...by_job.keys()].toSorted((a, b) => a - b).flatMap((job) => by_job.get(job)!);
}

/** without_effort - a result without what differs from run to run */
export function without_effort(l: line): Record<string, unknown> {
	return Object.fromEntries(Object.entries(l).filter(([name]) => !EFFORT.includes(name)));
}
