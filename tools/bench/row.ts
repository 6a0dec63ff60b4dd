// SPDX-License-Identifier: GPL-2.0-only

/** How long to measure: once and tiny, one of several rounds, for a person who waits, long. */
export type effort = "smoke" | "round" | "quick" | "long";

/**
 * struct row - one figure
 * @suite: of which suite
 * @driver: what was measured: a driver, a contestant, "C" for the driver's own C, or "limit" for
 *	    our imitation of its algorithms
 * @case: what it did
 * @queues: size of the matrix it did that on, where there is one
 * @value: median per operation, in @unit
 * @unit: "ns", "ops/s", "MB", "ms" or "times"
 * @fold: what came out, folded into a number, so that nothing could be left out
 * @note: what else there is to say
 * @round: in which run; figures of one round were taken one after the other
 */
export interface row {
	suite: string;
	driver: string;
	case: string;
	queues?: number;
	value: number;
	unit: "ns" | "ops/s" | "MB" | "ms" | "times";
	fold: number;
	note?: string;
	round?: number;
}

/**
 * struct suite - measurements that belong together
 * @name: as it is called on the command line
 * @about: what it measures, a line
 * @subjects: what it measures it of; a fresh process each
 * @once: in the first round only: it takes long, or is the same in every one
 * @any_driver: besides, any driver that somebody names
 * @run: measures one subject
 */
export interface suite {
	name: string;
	about: string;
	subjects: readonly string[];
	once?: true;
	any_driver?: true;
	run(subject: string, effort: effort): Iterable<row> | AsyncIterable<row>;
}
