// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jobs side by side, a worker thread each.
 */
import { MessageChannel } from "node:worker_threads";
import { Piscina } from "piscina";
import { run_job, type job, type line } from "./campaign.ts";
import type { progress } from "./search.ts";

/** Told of the progress of a job. */
export type watcher = (j: job, p: progress) => void;

async function run_in(pool: Piscina, j: job, watch: watcher): Promise<line[]> {
	const { port1, port2 } = new MessageChannel();

	port1.on("message", (p: progress) => watch(j, p));
	return await pool.run({ job: j, port: port2 }, { transferList: [port2] }) as line[];
}

/**
 * run_jobs - do jobs on several workers; in this thread where one worker is enough
 * @workers: how many
 *
 * Return: all results, in order of the jobs.
 */
export async function run_jobs(jobs: job[], workers: number, watch: watcher): Promise<line[]> {
	const threads = Math.min(workers, jobs.length);

	if (threads <= 1)
		return jobs.flatMap((j) => run_job(j, (p) => watch(j, p)));
	const pool = new Piscina({
		filename: new URL("worker.mjs", import.meta.url).href, maxThreads: threads, minThreads: threads,
	});

	try {
		return (await Promise.all(jobs.map((j) => run_in(pool, j, watch)))).flat();
	} finally {
		await pool.destroy();
	}
}
