// SPDX-License-Identifier: GPL-2.0-only
/*
 * The workers of a campaign are threads, each with a machine of its own. Each block of walks goes
 * to one worker. All workers search a space together.
 */
import { Piscina } from "piscina";
import { loader_args, module_url } from "../lib/texts/tree.ts";
import {
	found_lines, is_search, search_of, space_lines, type job, type line,
} from "./campaign.ts";
import { SEARCH_MS, type checkpoint } from "./checkpoint.ts";
import type { finding, progress, search, search_result } from "./search.ts";
import type { walk_report } from "./walker.ts";
import type { task } from "./worker.ts";

/** Is told of the progress of a job. */
export type watcher = (j: job, p: progress) => void;

/** How often progress is reported while the workers work. */
const TELL_MS = 250;
/** How often what was found is told while a space is searched. */
const FOUND_MS = 10_000;

/** What is done while the workers pause, and how often, in milliseconds. */
interface pauses {
	every: number;
	act(s: search): void | Promise<void>;
}

/** Tells of each property and operation once, the first time that it is among the findings. */
function tell_news(j: job, early: (lines: line[]) => void): (found: finding[]) => Promise<void> {
	const told = new Set<string>();

	return async (found) => {
		const news = found.filter(({ property, kind }) => !told.has(`${property} ${kind}`));

		news.forEach(({ property, kind }) => told.add(`${property} ${kind}`));
		early(await found_lines(news, j));
	};
}

/**
 * class workshop - workers that wait for jobs
 */
export class workshop {
	#pool: Piscina;
	#workers: number;
	/* workers on walks look at the first; the second is the search that all workers do */
	#stop = new Int32Array(new SharedArrayBuffer(4));
	#search: search | null = null;

	/**
	 * @undoing: whether machines keep a journal; a search needs it, a walk does not
	 */
	constructor(workers: number, undoing: boolean) {
		this.#workers = workers;
		this.#pool = new Piscina({
			filename: module_url("tools/explore/thread.ts"), execArgv: loader_args(),
			minThreads: workers, maxThreads: workers, workerData: { undoing },
		});
	}

	/** search - search a space on all workers; reports, and pauses at intervals */
	async search(s: search, pauses: pauses | null = null): Promise<search_result> {
		const ticker = setInterval(() => s.tell(), TELL_MS);
		const pauser = pauses === null ? undefined
			: setInterval(() => s.pause(), pauses.every);

		try {
			return await s.run((round, plan, memory) => Promise.all(
				Array.from({ length: this.#workers },
						(_, me): Promise<walk_report> => {
					const part: task = {
						do: "round", plan, memory, round, me,
						workers: this.#workers,
					};

					return this.#pool.run(part);
				})), () => pauses?.act(s));
		} finally {
			clearInterval(ticker);
			clearInterval(pauser);
		}
	}

	/** stop - end early; a job that no worker has begun gives no result */
	stop(): void {
		Atomics.store(this.#stop, 0, 1);
		this.#search?.stop();
	}

	/**
	 * run - do jobs; returns all results in the order of the jobs, walks before spaces
	 * @tell: gets the results of each job, in the same order, as soon as possible
	 * @early: gets what a search finds long before its end; a shorter way may follow
	 */
	async run(
		jobs: job[], watch: watcher, kept: checkpoint | null = null,
		tell: (lines: line[]) => void = () => {},
		early: ((lines: line[]) => void) | null = null,
	): Promise<line[]> {
		const [walks, spaces] = [jobs.filter((j) => !is_search(j)), jobs.filter(is_search)];
		const walked = walks.map((j) => this.#walk(j, kept));
		const lines: line[] = [];
		const take = (more: line[]): void => {
			lines.push(...more);
			tell(more);
		};

		/* a failure is reported by the await below */
		Promise.all(walked).catch(() => {});
		for (const some of walked)
			take(await some);
		for (const j of spaces)
			if (Atomics.load(this.#stop, 0) === 0)
				take(await this.#space(j, watch, kept, early));
		return lines;
	}

	async #space(
		j: job, watch: watcher, kept: checkpoint | null,
		early: ((lines: line[]) => void) | null,
	): Promise<line[]> {
		const done = kept?.done(j.number);

		if (done !== undefined)
			return done;
		const s = await search_of(j, (p) => watch(j, p));

		this.#search = s;
		kept?.resume(j.number, s);
		const tell = early === null ? null : tell_news(j, early);
		const pauses = kept === null && tell === null ? null : {
			every: tell === null ? SEARCH_MS : Math.min(SEARCH_MS, FOUND_MS),
			act: async () => {
				kept?.save(j.number, s);
				await tell?.(s.found());
			},
		};
		const lines = await space_lines(j, await this.search(s, pauses));

		this.#search = null;
		if (Atomics.load(this.#stop, 0) === 0)
			kept?.add(j.number, lines, true);
		return lines;
	}

	async #walk(j: job, kept: checkpoint | null): Promise<line[]> {
		const part: task = { do: "walks", job: j, stop: this.#stop };
		const lines = kept?.done(j.number) ?? await this.#pool.run(part) as line[];

		const whole = Atomics.load(this.#stop, 0) === 0;

		if (whole && kept !== null && kept.done(j.number) === undefined)
			kept.add(j.number, lines, false);
		return lines;
	}

	/** close - end the workers */
	async close(): Promise<void> {
		await this.#pool.destroy();
	}
}

/**
 * run_jobs - do jobs on that many workers
 *
 * At SIGINT it ends early and calls @stopped. The next SIGINT ends the process.
 */
export async function run_jobs(
	jobs: job[], workers: number, watch: watcher, kept: checkpoint | null = null,
	tell: (lines: line[]) => void = () => {}, stopped: () => void = () => {},
	early: ((lines: line[]) => void) | null = null,
): Promise<line[]> {
	if (jobs.length === 0)		/* of more shards than there are jobs */
		return [];
	const searches = jobs.some((j) => j.plan.walks === 0);
	const shop = new workshop(searches ? workers : Math.min(workers, jobs.length), searches);
	const stop = (): void => {
		stopped();
		shop.stop();
	};

	process.once("SIGINT", stop);
	try {
		return await shop.run(jobs, watch, kept, tell, early);
	} finally {
		process.off("SIGINT", stop);
		await shop.close();
	}
}
