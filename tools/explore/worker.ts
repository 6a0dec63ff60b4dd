// SPDX-License-Identifier: GPL-2.0-only
/*
 * A worker of the pool: a thread with a machine of its own, which does one job at a time.
 */
import { run_job, type job, type line } from "./campaign.ts";
import type { progress } from "./search.ts";
import type { MessagePort } from "node:worker_threads";

/** The task of a worker: a job, and where to say how far it is. */
export interface task {
	job: job;
	port: MessagePort;
}

export default function work({ job, port }: task): line[] {
	try {
		return run_job(job, (p: progress) => port.postMessage(p));
	} finally {
		port.close();
	}
}
