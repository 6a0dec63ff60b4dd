// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-ap trace check: files of recorded traces on all processors. What is printed is what one
 * thread would print that takes them in their order.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { exit_code } from "../lib/cli/exit_code.ts";
import { plural } from "../lib/cli/plural.ts";
import { inline_less } from "../lib/lab/inlining.ts";
import { loader_args, module_url } from "../lib/texts/tree.ts";
import { trace_files } from "../lib/trace/format.ts";
import { no_outcome, type check_request, type file_outcome } from "./outcome.ts";
import { portions_of, threads_for } from "./portions.ts";
import type { report, work } from "./work.ts";

/**
 * struct check_options
 * @jobs: how many threads; null: as many as the files are worth, one for each processor at most
 * @speed: say how fast it was
 */
export interface check_options extends check_request {
	jobs: number | null;
	speed: boolean;
}

/** What a thread has done. */
interface pace {
	ops: number;
	ms: number;
}

/*
 * Prints outcomes in the order of the files. One that is null is found out here, so that whatever
 * is wrong with the file is thrown here, behind what is printed of the ones before.
 */
class printer {
	totals = no_outcome();
	#files: readonly string[];
	#request: check_request;
	#known = new Map<number, file_outcome | null>();
	#next = 0;

	constructor(files: readonly string[], request: check_request) {
		this.#files = files;
		this.#request = request;
	}

	/** take - an outcome that is known now */
	take({ file, outcome }: report): void {
		this.#known.set(file, outcome);
	}

	/** print - what can be printed by now */
	async print(): Promise<void> {
		const next = () => this.#known.get(this.#next);

		for (let known = next(); known !== undefined; known = next()) {
			const file = this.#next++;

			if (known === null)
				await this.#again(this.#files[file]);
			else
				this.#add(known);
		}
	}

	async #again(file: string): Promise<void> {
		const { check_file } = await import("./check_file.ts");
		const outcome = no_outcome();

		try {
			await check_file(file, this.#request, outcome);
		} finally {
			this.#add(outcome);
		}
	}

	#add({ traces, ops, divergences, shown }: file_outcome): void {
		const { totals } = this;

		process.stdout.write(
			shown.slice(0, Math.max(0, this.#request.limit - totals.divergences))
				.join(""));
		totals.traces += traces;
		totals.ops += ops;
		totals.divergences += divergences;
	}
}

/* A thread of its own; it ends when no portion is left. */
function begin_thread(
	work: work, tell: (told: report) => void,
): { worker: Worker; ended: Promise<void> } {
	const worker = new Worker(
		new URL(module_url("tools/trace/worker.ts")),
			{ workerData: work, execArgv: loader_args() });
	const ended = new Promise<void>((resolve, reject) => {
		worker.on("message", tell);
		worker.on("error", reject);
		worker.on("exit", () => resolve());
	});

	return { worker, ended };
}

/* Does the work with that many threads, this one among them. */
async function do_work(work: work, threads: number, prints: printer): Promise<pace[]> {
	const paces = Array.from({ length: threads }, (): pace => ({ ops: 0, ms: 0 }));
	const begin = performance.now();
	const tell = (thread: number) => (told: report): void => {
		prints.take(told);
		paces[thread].ops += told.outcome?.ops ?? 0;
		paces[thread].ms = performance.now() - begin;
	};
	const others = paces.slice(1).map((_, i) => begin_thread(work, tell(i + 1)));
	let printing = Promise.resolve();
	const tell_mine = (told: report): void => {
		tell(0)(told);
		printing = printing.then(() => prints.print());
		/* the error itself is awaited below */
		printing.catch(() => Atomics.store(work.taken, 0, work.portions.length));
	};

	try {
		/* reads the kernel, as the other threads do meanwhile */
		const { do_portions } = await import("./work.ts");

		await do_portions(work, tell_mine);
		await Promise.all([printing, ...others.map(({ ended }) => ended)]);
		await prints.print();
	} finally {
		await Promise.all(others.map(({ worker }) => worker.terminate()));
	}
	return paces;
}

function speed_text(paces: readonly pace[], ms: number): string {
	const line = (who: string, p: pace): string =>
		`${who}: ${p.ops} ops in ${(p.ms / 1000).toFixed(2)} s, ${Math.round(p.ops / p.ms * 1000)} ops/s\n`;
	const all = paces.reduce((sum, { ops }) => sum + ops, 0);

	return paces.map((p, i) => line(`thread ${i + 1}`, p)).join("") +
		line("in all", { ops: all, ms });
}

/** check_paths - play the traces that paths name, and tell what differs */
export async function check_paths(
	paths: readonly string[], { jobs, speed, ...request }: check_options,
): Promise<number> {
	const files = trace_files(paths);
	const threads = jobs ?? threads_for(files, availableParallelism());
	const prints = new printer(files, request);
	const portions = portions_of(files, request.label, threads);
	const begin = performance.now();

	inline_less();
	const paces = await do_work({
		files, request, portions, taken: new Int32Array(new SharedArrayBuffer(4)),
	}, Math.min(threads, Math.max(1, portions.length)), prints);
	const { traces, ops, divergences } = prints.totals;

	if (divergences > request.limit)
		process.stdout.write(`... and ${divergences - request.limit} more\n`);
	process.stdout.write(`${plural(traces, "trace")}, ${plural(ops, "op")}, ` +
		`${plural(divergences, "divergence")}\n`);
	if (speed)
		process.stdout.write(speed_text(paces, performance.now() - begin));
	return divergences === 0 ? exit_code.holds : exit_code.differs;
}
