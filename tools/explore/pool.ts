// SPDX-License-Identifier: GPL-2.0-only
/*
 * The workers of a campaign: threads, each with a machine of its own. Blocks of walks are dealt
 * out, one to a worker; on a space all workers walk together.
 */
import { Piscina } from "piscina";
import { run_job, search_of, space_lines, type job, type line } from "./campaign.ts";
import type { progress } from "./search.ts";
import type { walk_report } from "./walker.ts";
import type { task } from "./worker.ts";

/** Told of the progress of a job. */
export type watcher = (j: job, p: progress) => void;

/* How often the graph is looked at while others work on it. */
const TELL_MS = 250;

function thread_pool(threads: number): Piscina {
	return new Piscina({
		filename: new URL("worker.mjs", import.meta.url).href, maxThreads: threads, minThreads: threads,
	});
}

/* A space on all workers. */
async function search_on(pool: Piscina, workers: number, j: job, watch: watcher): Promise<line[]> {
	const s = search_of(j, (p) => watch(j, p));
	const ticker = setInterval(() => s.tell(), TELL_MS);

	try {
		return space_lines(j, await s.run_on((round, plan, memory) => Promise.all(
			Array.from({ length: workers }, (_, me): Promise<walk_report> => {
				const part: task = { do: "round", plan, memory, round, me, workers };

				return pool.run(part);
			}))));
	} finally {
		clearInterval(ticker);
	}
}

async function walk_on(pool: Piscina, j: job): Promise<line[]> {
	const part: task = { do: "walks", job: j };

	return await pool.run(part) as line[];
}

/**
 * run_jobs - do jobs on several workers; in this thread where one worker is enough
 * @workers: how many
 *
 * Return: all results, in order of the jobs.
 */
export async function run_jobs(jobs: job[], workers: number, watch: watcher): Promise<line[]> {
	const [walks, spaces] = [jobs.filter((j) => j.plan.walks > 0), jobs.filter((j) => j.plan.walks === 0)];
	const threads = spaces.length > 0 ? workers : Math.min(workers, jobs.length);

	if (threads <= 1)
		return jobs.flatMap((j) => run_job(j, (p) => watch(j, p)));
	const pool = thread_pool(threads);

	try {
		const lines = (await Promise.all(walks.map((j) => walk_on(pool, j)))).flat();

		for (const j of spaces)
			lines.push(...await search_on(pool, threads, j, watch));
		return lines;
	} finally {
		await pool.destroy();
	}
}
