// SPDX-License-Identifier: GPL-2.0-only
/*
 * The workers of a campaign: threads, each with a machine of its own. Blocks of walks are dealt
 * out, one to a worker; on a space all workers walk together.
 */
import { Piscina } from "piscina";
import { search_of, space_lines, type job, type line } from "./campaign.ts";
import type { progress, search, search_result } from "./search.ts";
import type { walk_report } from "./walker.ts";
import type { task } from "./worker.ts";

/** Told of the progress of a job. */
export type watcher = (j: job, p: progress) => void;

/* How often the graph is looked at while others work on it. */
const TELL_MS = 250;

/**
 * class workshop - workers that are ready to work
 */
export class workshop {
	#pool: Piscina;
	#workers: number;

	/** @undoing: whether machines keep a journal, which a search needs and a walk has no use for */
	constructor(workers: number, undoing: boolean) {
		this.#workers = workers;
		this.#pool = new Piscina({
			filename: new URL("worker.mjs", import.meta.url).href, minThreads: workers, maxThreads: workers,
			workerData: { undoing },
		});
	}

	/** search - a space on all workers; told how far it is, now and then */
	async search(s: search): Promise<search_result> {
		const ticker = setInterval(() => s.tell(), TELL_MS);

		try {
			return await s.run((round, plan, memory) => Promise.all(
				Array.from({ length: this.#workers }, (_, me): Promise<walk_report> => {
					const part: task = { do: "round", plan, memory, round, me, workers: this.#workers };

					return this.#pool.run(part);
				})));
		} finally {
			clearInterval(ticker);
		}
	}

	/** run - do jobs; returns all results, in order of the jobs, walks before spaces */
	async run(jobs: job[], watch: watcher): Promise<line[]> {
		const [walks, spaces] = [jobs.filter((j) => j.plan.walks > 0), jobs.filter((j) => j.plan.walks === 0)];
		const lines = (await Promise.all(walks.map((j) => this.#walk(j)))).flat();

		for (const j of spaces)
			lines.push(...await this.#space(j, watch));
		return lines;
	}

	async #space(j: job, watch: watcher): Promise<line[]> {
		return await space_lines(j, await this.search(await search_of(j, (p) => watch(j, p))));
	}

	async #walk(j: job): Promise<line[]> {
		const part: task = { do: "walks", job: j };

		return await this.#pool.run(part) as line[];
	}

	/** close - the workers go */
	async close(): Promise<void> {
		await this.#pool.destroy();
	}
}

/** run_jobs - do jobs on that many workers */
export async function run_jobs(jobs: job[], workers: number, watch: watcher): Promise<line[]> {
	const searches = jobs.some((j) => j.plan.walks === 0);
	const shop = new workshop(searches ? workers : Math.min(workers, jobs.length), searches);

	try {
		return await shop.run(jobs, watch);
	} finally {
		await shop.close();
	}
}
