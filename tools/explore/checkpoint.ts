// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file with the work of a shard so far: the campaign, the results of finished jobs, and the
 * search that is under way. A shard that was killed continues from this file.
 */
import { existsSync } from "node:fs";
import { read_bytes } from "../lib/cli/lines.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { write_file } from "../lib/cli/output.ts";
import { same_campaign, type campaign, type line } from "./campaign.ts";
import type { saved_search, search } from "./search.ts";

/* How often the file is written. */
const WALKS_MS = 10_000;
export const SEARCH_MS = Number(process.env["VFIO_AP_CHECKPOINT_MS"] ?? 40_000);

/** struct work - the file's first line; the bytes of a graph follow */
interface work {
	campaign: campaign;
	done: [job: number, line[]][];
	search: ({ job: number } & Omit<saved_search, "graph">) | null;
}

/** class checkpoint - the file, and what is in it */
export class checkpoint {
	#file: string;
	#work: work;
	#graph: Uint8Array = new Uint8Array(0);
	#written = performance.now();

	/** Throws usage_error if the file belongs to another campaign. */
	constructor(file: string, of: campaign) {
		this.#file = file;
		this.#work = { campaign: of, done: [], search: null };
		if (existsSync(file))
			this.#read(of);
		else
			write_file(file, `${JSON.stringify(this.#work)}\n`);
	}

	#read(of: campaign): void {
		const bytes = read_bytes(this.#file);
		const end = bytes.indexOf("\n");
		const unusable =
			new usage_error(
				`${this.#file}:1: no checkpoint of this campaign and shard, ` +
			"expected the same arguments as before, or another file");

		try {
			this.#work = JSON.parse(bytes.toString("utf8", 0, end)) as work;
		} catch {
			throw unusable;
		}
		if (!same_campaign(this.#work.campaign, of) || !Array.isArray(this.#work.done))
			throw unusable;
		this.#graph = bytes.subarray(end + 1);
	}

	/** done - the results of a job, or undefined if it is not finished */
	done(job: number): line[] | undefined {
		return this.#work.done.find(([number]) => number === job)?.[1];
	}

	/** add - note a finished job; that of a block of walks is written within ten seconds */
	add(job: number, lines: line[], at_once: boolean): void {
		this.#work.done.push([job, lines]);
		if (this.#work.search?.job === job)
			this.#work.search = null;
		if (at_once || performance.now() - this.#written > WALKS_MS)
			this.#write([]);
	}

	/** save - write a search down between two rounds */
	save(job: number, s: search): void {
		const { graph, ...rest } = s.saved();

		this.#work.search = { job, ...rest };
		this.#write(graph);
	}

	/** resume - if a search was saved, continue it from there */
	resume(job: number, s: search): void {
		const saved = this.#work.search;

		if (saved?.job === job && !s.restore({ ...saved, graph: [] }, this.#graph))
			throw new usage_error(`${this.#file}: a checkpoint that is cut off, expected another file`);
	}

	#write(graph: Uint8Array[]): void {
		write_file(this.#file,
			Buffer.concat([Buffer.from(`${JSON.stringify(this.#work)}\n`), ...graph]));
		this.#written = performance.now();
	}
}
