// SPDX-License-Identifier: GPL-2.0-only
/*
 * A thread of trace check.
 */
import { parentPort, workerData } from "node:worker_threads";
import { do_portions, type report, type work } from "./work.ts";

await do_portions(workerData as work, (told: report) => parentPort!.postMessage(told, []));
