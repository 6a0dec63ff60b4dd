// SPDX-License-Identifier: GPL-2.0-only
/*
 * A campaign is a search that is cut into independent jobs. A shard takes every n-th job, a worker
 * one job at a time. Results are lines of text, which can be merged whoever made them.
 */
import { older_than } from "../../drivers/s390/crypto/history/index.ts";
import { excerpt } from "../lib/cli/excerpt.ts";
import { plural } from "../lib/cli/plural.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import {
	fault_of, is_object, needed, text, written, type field, type fields, type kind,
} from "../lib/trace/values.ts";
import { driver_of, load_driver } from "../lib/lab/loader.ts";
import { pick_drivers } from "../lib/play/play.ts";
import { counterexample_of, scenario_text, type counterexample } from "./counterexample.ts";
import { counterexample_of_breach } from "./migration/lines.ts";
import { yard_of, type yard } from "./migration/operations.ts";
import { rule_names } from "./migration/rules.ts";
import { migration_space, migration_walks, type breach, type ground } from "./migration/search.ts";
import { properties, type property } from "./properties.ts";
import { search, type finding, type progress, type search_result } from "./search.ts";
import { machine_of, op_kinds, type machine_size, type op_kind } from "./space.ts";
import type { space_plan } from "./tables.ts";
import { random_walks, type walk_result } from "./walks.ts";

/** MIGRATED - the end of the text of a machine whose guest is migrated */
export const MIGRATED = ", a guest that is migrated";

/* How many walks of a migration belong to the search of a whole space. */
const MIGRATION_WALKS = 100;

/** plan_kinds - what --ops takes: operations, and "migration" for all operations of a migration */
export const plan_kinds = [...op_kinds, "migration"] as const;

type plan_kind = (typeof plan_kinds)[number];

/** property_names - what --property takes */
export const property_names: readonly string[] =
	[...new Set([...properties.map(({ name }) => name), ...rule_names])];

/**
 * struct plan - what the command line asks for
 * @drivers: labels
 * @walks: the number of random walks; 0 for a search of the whole space instead
 * @block: the number of walks in a job
 */
export interface plan {
	drivers: string[];
	adapters: number;
	domains: number;
	cdoms: number;
	mdevs: number;
	kinds: plan_kind[];
	properties: string[];
	faults: boolean;
	depth: number;
	max_states: number;
	max_memory: number;
	stop_at_first: boolean;
	identify: boolean;
	commute: boolean;
	walks: number;
	block: number;
	steps: number;
	seed: number;
}

/**
 * struct job - a part of a plan: one driver's space, or a block of walks on one driver
 * @what: whether it is about the machine's own operations or about a guest that is migrated
 */
export interface job {
	number: number;
	driver: string;
	what: "machine" | "migration space" | "migration walks";
	plan: plan;
	seed: number;
	walks: number;
}

/** The first line of a result says what was done. The lines after it say what was found. */
export type line =
	| ({ result: "space"; job: number; machine: string } & Omit<search_result, "findings">)
	| ({ result: "walks"; job: number; machine: string; driver: string; seed: number } &
		Omit<walk_result, "findings">)
	| ({ result: "counterexample"; job: number; scenario: string } & Omit<counterexample,
		"scenarios">)
	| { result: "unconfirmed"; job: number; driver: string; property: string;
		operation: string };

/** is_search - whether all workers share a job */
export function is_search({ what, plan: { walks } }: job): boolean {
	return what === "machine" && walks === 0;
}

function blocks(p: plan, walks: number): { seed: number; walks: number }[] {
	return Array.from({ length: Math.ceil(walks / p.block) }, (_, i) =>
		({ seed: p.seed + i * p.block, walks: Math.min(p.block, walks - i * p.block) }));
}

function migrates(label: string): boolean {
	return driver_of(label).migrates === true;
}

type job_part = Pick<job, "what" | "seed" | "walks">;

/*
 * A machine is searched, or walked on. If guests can be migrated, the smallest such machine is
 * searched as well, and a larger one is walked on.
 */
function parts_of(p: plan, label: string): job_part[] {
	const own: job_part[] = p.kinds.every((it) => it === "migration") ? [] :
		(p.walks === 0 ? [{ seed: p.seed, walks: 0 }] : blocks(p, p.walks))
			.map((it) => ({ what: "machine", ...it }));

	if (!migrates(label) || !p.kinds.includes("migration"))
		return own;
	return [
		...own, ...(p.walks === 0
			? [{ what: "migration space" as const, seed: p.seed, walks: 0 }] : []),
		...blocks(p, p.walks === 0 ? MIGRATION_WALKS : p.walks)
			.map((it): job_part => ({ what: "migration walks", ...it })),
	];
}

/** jobs_of - the jobs of a plan, in order; the same plan gives the same jobs everywhere */
export function jobs_of(p: plan): job[] {
	return p.drivers.flatMap((label) => parts_of(p, label).map((it) => ({ label, it })))
		.map(({ label, it }, number) => ({ number, driver: label, plan: p, ...it }));
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
	return [
		plural(p.adapters, "adapter"), plural(p.domains, "domain"),
		plural(p.cdoms, "control domain"), plural(p.mdevs, "mdev"),
	].join(", ");
}

/* If a driver lacks an attribute, every write to it gives the same. */
function kinds_of(p: plan, label: string): op_kind[] {
	const has_ap_config = !older_than(driver_of(label), "6.10");

	return op_kinds.filter((k) => p.kinds.includes(k) && (k !== "ap_config" || has_ap_config));
}

/** found_lines - the results for what was found; each counterexample is tried on every driver */
export async function found_lines(
	findings: finding[], j: job, size = size_of(j.plan),
): Promise<line[]> {
	if (findings.length !== 0)
		await pick_drivers("all");
	return findings.map((f): line => {
		const c = counterexample_of(f, size, driver_of(j.driver));

		if (c === null)
			return {
				result: "unconfirmed", job: j.number, driver: j.driver,
				property: f.property,
				operation: f.kind,
			};
		const {
			driver, property, operation, length, expected, actual, functions, shared_by,
			mail, count,
		} = c;

		return {
			result: "counterexample", job: j.number, driver, property, operation,
			length, expected, actual,
			functions, shared_by, count, scenario: scenario_text(c), mail,
		};
	});
}

function migration_text({ apids, apqis, mdevs }: yard): string {
	return `${plural(apids.length, "adapter")}, ${plural(apqis.length, "domain")}, ` +
		plural(mdevs.length, "mdev") + MIGRATED;
}

async function ground_of(j: job, y: yard, faults: boolean): Promise<ground> {
	return { yard: y, driver: await load_driver(j.driver), rules: j.plan.properties, faults };
}

/* The breaches of a migration, the shortest path first. */
async function broken(breaches: breach[], j: job, g: ground): Promise<line[]> {
	const lines: line[] = [];

	await load_driver(j.driver);
	for (const b of breaches.toSorted((one, other) => one.path.length - other.path.length)) {
		const c = await counterexample_of_breach(b, g.yard, g.driver);
		const { scenarios: _, ...rest } = c;

		lines.push({
			result: "counterexample", job: j.number, ...rest,
			scenario: scenario_text(c),
		});
	}
	return lines;
}

async function migration_space_lines(j: job): Promise<line[]> {
	const g = await ground_of(j, yard_of(1, 1, 1), j.plan.faults);
	const begun = performance.now();
	const { breaches, complete, states, transitions, boots, depth } =
		migration_space(g, j.plan.max_states, j.plan.depth ?? Infinity);

	return [{
		result: "space", job: j.number, machine: migration_text(g.yard), driver: j.driver,
		states, transitions, depth,
		executed: transitions, seconds: (performance.now() - begun) / 1000, boots, ends: 0,
		bound: complete ? null : states >= j.plan.max_states ? "states" : "depth",
	}, ...await broken(breaches, j, g)];
}

async function migration_walk_lines(j: job): Promise<line[]> {
	const { adapters, domains, mdevs, steps } = j.plan;
	const g = await ground_of(j, yard_of(adapters, domains, Math.max(2, mdevs)), true);
	const { transitions, breaches } = migration_walks(g, j.walks, steps, j.seed);

	return [{
		result: "walks", job: j.number, machine: migration_text(g.yard), driver: j.driver,
		seed: j.seed,
		walks: j.walks, transitions,
	}, ...await broken(breaches, j, g)];
}

/**
 * walk_lines - do a job that belongs to one worker
 * @stopped: whether to end early
 */
export async function walk_lines(
	j: job, stopped: () => boolean = () => false,
): Promise<line[]> {
	if (j.what === "migration space")
		return await migration_space_lines(j);
	if (j.what === "migration walks")
		return await migration_walk_lines(j);
	const size = size_of(j.plan);
	const { findings, ...rest } = random_walks({
		driver: await load_driver(j.driver), size, kinds: kinds_of(j.plan, j.driver),
		faults: j.plan.faults,
		properties: properties_of(j.plan), seed: j.seed, walks: j.walks,
		steps: j.plan.steps, stopped,
	});

	return [{
		result: "walks", job: j.number, machine: machine_text(j.plan), driver: j.driver,
		seed: j.seed,
		...rest,
	}, ...await found_lines(findings, j, size)];
}

/** plan_of_space - the space that a job searches */
export function plan_of_space({ plan: p, driver }: job): space_plan {
	return {
		driver, size: size_of(p), kinds: kinds_of(p, driver), faults: p.faults,
		properties: p.properties, identify: p.identify, commute: p.commute,
	};
}

/** search_of - the search that does a job */
export async function search_of(j: job, show: (p: progress) => void): Promise<search> {
	const { depth, max_states, max_memory, stop_at_first } = j.plan;

	return new search(
		{ ...plan_of_space(j), depth: depth ?? Infinity, max_states, max_memory,
			stop_at_first, progress: show },
		await load_driver(j.driver));
}

/** space_lines - the results of a search */
export async function space_lines(
	j: job, { findings, ...rest }: search_result,
): Promise<line[]> {
	return [{ result: "space", job: j.number, machine: machine_text(j.plan), ...rest },
		...await found_lines(findings, j)];
}

/** lines_text - results as JSON Lines */
export function lines_text(lines: line[]): string {
	return lines.map((l) => JSON.stringify(l) + "\n").join("");
}

/**
 * struct campaign - the first line of a file of results: the campaign and the part of it
 * @shard: the number of the part, and of how many
 */
export interface campaign {
	result: "campaign";
	version: string;
	plan: plan;
	shard: [i: number, n: number];
}

/** begin_text - the first line of a shard's file, before the results */
export function begin_text(of: campaign): string {
	return `${JSON.stringify(of)}\n`;
}

/** end_text - the last line of that file, after all results */
export function end_text({ shard }: campaign): string {
	return `${JSON.stringify({ result: "end", shard })}\n`;
}

/** same_campaign - whether two files are the same part of one campaign */
export function same_campaign(a: campaign, b: campaign): boolean {
	return JSON.stringify(a) === JSON.stringify(b);
}

const number: kind = { form: "1", about: "a number", is: (value) => typeof value === "number" };
const texts: kind = {
	form: "[]", about: "texts",
	is: (value) => Array.isArray(value) && value.every((it) => typeof it === "string"),
};

/* The members of each line, by its result. */
const MEMBERS: Record<line["result"], fields> = {
	space: new Map<string, field>([
		...["machine", "driver"].map((name) => [name, needed(text)] as [string, field]),
		...["states", "transitions", "executed", "depth", "seconds", "boots", "ends"]
			.map((name) => [name, needed(number)] as [string, field]),
		["bound", needed({
			form: "null", about: "why it ended before the space did",
			is: (value) => [null, "depth", "states", "memory", "first", "signal"]
				.includes(value as string),
		})],
	]),
	walks: new Map<string, field>([
		...["machine", "driver"].map((name) => [name, needed(text)] as [string, field]),
		...["seed", "walks", "transitions"]
			.map((name) => [name, needed(number)] as [string, field]),
	]),
	counterexample: new Map<string, field>([
		...["driver", "property", "operation", "expected", "actual", "scenario", "mail"]
			.map((name) => [name, needed(text)] as [string, field]),
		...["length", "count"].map((name) => [name, needed(number)] as [string, field]),
		["functions", needed(texts)], ["shared_by", needed(texts)],
	]),
	unconfirmed: new Map<string, field>(["driver", "property", "operation"].map((name) =>
		[name, needed(text)] as [string, field])),
};

function refuse(file: string, at: number, what: string, right: string): never {
	throw new usage_error(`${file}:${at}: ${what}, expected ${right}`);
}

function parse_row(file: string, at: number, row: string): Record<string, unknown> {
	let value: unknown;

	try {
		value = JSON.parse(row);
	} catch {
		refuse(file, at, `not JSON: ${excerpt(row)}`,
			"a file that vfio-ap explore --format json wrote, whole");
	}
	if (!is_object(value))
		refuse(file, at, `no result: ${excerpt(row)}`,
			"a file that vfio-ap explore --format json wrote");
	return value;
}

function check_line(file: string, at: number, value: Record<string, unknown>): line {
	const { result, job, ...rest } = value;

	if (typeof result !== "string" || !Object.hasOwn(MEMBERS, result))
		refuse(file, at, `result ${written(result)}`,
			`one of ${Object.keys(MEMBERS).join(" ")}`);
	if (!Number.isInteger(job) || (job as number) < 0)
		refuse(file, at, `job ${written(job)}`, "the number of a job");
	const fault = fault_of(`a line of ${result}`, rest, MEMBERS[result as line["result"]]);

	if (fault !== null)
		refuse(file, at, fault.what, fault.right);
	return value as unknown as line;
}

/** parse_lines - read results back */
export function parse_lines(file: string, content: string, from = 1): line[] {
	return content.split("\n").flatMap((row, i) =>
		row === "" ? [] : [check_line(file, i + from, parse_row(file, i + from, row))]);
}

/**
 * struct part - a file of results
 * @whole: whether it has its end
 */
export interface part {
	file: string;
	campaign: campaign;
	lines: line[];
	whole: boolean;
}

function check_campaign(file: string, value: Record<string, unknown>): campaign {
	const { result, plan, shard, version } = value;
	const [i, n] = Array.isArray(shard) ? shard as unknown[] : [];

	if (result !== "campaign" || !is_object(plan) || typeof version !== "string" ||
		!Number.isInteger(i) ||
	    !Number.isInteger(n) || (i as number) < 1 || (i as number) > (n as number))
		refuse(file, 1, "it does not say of which campaign it is",
			"a file that vfio-ap explore --format json wrote, from its first line");
	if (!Array.isArray(plan["drivers"]) || !Number.isInteger(plan["walks"]) ||
		!Number.isInteger(plan["block"]))
		refuse(file, 1, "the plan has no drivers, walks and block",
			"a plan as vfio-ap explore writes it");
	return value as unknown as campaign;
}

/* What end_text() begins with, cut off or not. */
const END = '{"result":"end"';

/** parse_part - read a file of results; null if it is empty, as when a shard was killed early */
export function parse_part(file: string, content: string): part | null {
	if (content.trim() === "")
		return null;
	const rows = content.split("\n");
	const first = check_campaign(file, parse_row(file, 1, rows[0]!));
	const last = rows.findLastIndex((row) => row !== "");
	const ends = last > 0 && rows[last]!.startsWith(END);

	return {
		file, campaign: first, whole: ends && `${rows[last]}\n` === end_text(first),
		lines: parse_lines(file, rows.slice(1, ends ? last : last + 1).join("\n"), 2),
	};
}

/* Why the parts are not the whole of one campaign. */
function missing(parts: readonly part[], [first]: readonly part[]): string[] {
	const n = first!.campaign.shard[1];
	const unfinished = parts.filter((p) => !p.whole)
		.map((p) => `shard ${p.campaign.shard[0]} (${p.file}) is not finished`);
	const there = new Set(parts.map((p) => p.campaign.shard[0]));
	const gone = Array.from({ length: n }, (_, i) => i + 1).filter((i) => !there.has(i))
		.map((i) => `shard ${i} of ${n} is missing`);
	const jobs = new Set(parts.flatMap((p) => p.lines.map((l) => l.job)));
	const left = jobs_of(first!.campaign.plan).filter((j) => !jobs.has(j.number) &&
		there.has(j.number % n + 1));

	return [...gone, ...unfinished, ...left.length === 0 || unfinished.length > 0 ? [] :
		[`${left.length} jobs have no result, such as ${left[0].number}`]];
}

function check_same(parts: readonly part[]): void {
	const of = ({ campaign: { shard: [, n], ...rest } }: part): string =>
		JSON.stringify([rest, n]);
	const other = parts.find((p) => of(p) !== of(parts[0]!));

	if (other !== undefined)
		refuse(other.file, 1, `another campaign than ${parts[0]!.file}'s`,
			"files of one version with the same options but --shard");
}

/** struct merged - merged results; @missing: what is missing, in words */
export interface merged {
	campaign: campaign;
	lines: line[];
	missing: string[];
}

/**
 * merge_parts - the results of shards, as a single run would give them
 *
 * Throws usage_error for files that are not of one campaign.
 */
export function merge_parts(parts: readonly part[]): merged {
	check_same(parts);
	const { campaign: first } = parts[0]!;

	return {
		campaign: { ...first, shard: [1, 1] },
		lines: merge(parts.map(({ lines }) => lines)),
		missing: missing(parts, parts),
	};
}

function groups_of(list: line[]): Map<number, line[]> {
	const groups = new Map<number, line[]>();

	for (const l of list)
		(groups.get(l.job) ?? groups.set(l.job, []).get(l.job)!).push(l);
	return groups;
}

/**
 * merge - merge the lines of results
 *
 * A shard that was killed and run again can give the results of a job twice. They count once.
 */
export function merge(lists: line[][]): line[] {
	const by_job = new Map<number, line[]>();

	for (const list of lists)
		for (const [job, lines] of groups_of(list))
			by_job.set(job, lines);
	return [...by_job.keys()].toSorted((a, b) => a - b).flatMap((job) => by_job.get(job)!);
}
