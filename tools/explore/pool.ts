// SPDX-License-Identifier: GPL-2.0-only
/*
 * The workers of a campaign: threads, each with a machine of its own. Blocks of walks are dealt
 * out, one to a worker; on a space all workers walk together.
 */
import { Piscina } from "piscina";
import { loader_args, module_url } from "../lib/texts/tree.ts";
import { is_search, search_of, space_lines, type job, type line } from "./campaign.ts";
import { SEARCH_MS, type checkpoint } from "./checkpoint.ts";
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

	/**
	 * @undoing: whether machines keep a journal, which a search needs and a walk has no use for
	 */
	constructor(workers: number, undoing: boolean) {
		this.#workers = workers;
		this.#pool = new Piscina({
			filename: module_url("tools/explore/thread.ts"), execArgv: loader_args(),
			minThreads: workers, maxThreads: workers, workerData: { undoing },
		});
	}

	/** search - a space on all workers; told how far it is, now and then, and saved */
	async search(s: search, save: ((s: search) => void) | null = null): Promise<search_result> {
		const ticker = setInterval(() => s.tell(), TELL_MS);
		const saver = save === null ? undefined : setInterval(() => s.pause(), SEARCH_MS);

		try {
			return await s.run((round, plan, memory) => Promise.all(
				Array.from({ length: this.#workers },
						(_, me): Promise<walk_report> => {
					const part: task = {
						do: "round", plan, memory, round, me,
						workers: this.#workers,
					};

					return this.#pool.run(part);
				})), () => save?.(s));
		} finally {
			clearInterval(ticker);
			clearInterval(saver);
		}
	}

	/** run - do jobs; returns all results, in order of the jobs, walks before spaces */
	async run(jobs: job[], watch: watcher, kept: checkpoint | null = null): Promise<line[]> {
		const [walks, spaces] = [jobs.filter((j) => !is_search(j)), jobs.filter(is_search)];
		const lines = (await Promise.all(walks.map((j) => this.#walk(j, kept)))).flat();

		for (const j of spaces)
			lines.push(...await this.#space(j, watch, kept));
		return lines;
	}

	async #space(j: job, watch: watcher, kept: checkpoint | null): Promise<line[]> {
		const done = kept?.done(j.number);

		if (done !== undefined)
			return done;
		const s = await search_of(j, (p) => watch(j, p));

		kept?.resume(j.number, s);
		const save = kept === null ? null : () => kept.save(j.number, s);
		const lines = await space_lines(j, await this.search(s, save));

		kept?.add(j.number, lines, true);
		return lines;
	}

	async #walk(j: job, kept: checkpoint | null): Promise<line[]> {
		const part: task = { do: "walks", job: j };
		const lines = kept?.done(j.number) ?? await this.#pool.run(part) as line[];

		if (kept !== null && kept.done(j.number) === undefined)
			kept.add(j.number, lines, false);
		return lines;
	}

	/** close - the workers go */
	async close(): Promise<void> {
		await this.#pool.destroy();
	}
}

/** run_jobs - do jobs on that many workers */
export async function run_jobs(
	jobs: job[], workers: number, watch: watcher, kept: checkpoint | null = null,
): Promise<line[]> {
	const searches = jobs.some((j) => j.plan.walks === 0);
	const shop = new workshop(searches ? workers : Math.min(workers, jobs.length), searches);

	try {
		return await shop.run(jobs, watch, kept);
	} finally {
		await shop.close();
	}
}
