// SPDX-License-Identifier: GPL-2.0-only
/*
 * The alignment of a C function's tokens with its port's: as many as possible side by side, and
 * among equally good alignments the one whose differences stand where the port gives a reason.
 */

import type { skeleton_function, skeleton_token } from "./skeleton.ts";

/** One row of an alignment; a side that has no counterpart is null. */
export interface aligned_row {
	c: skeleton_token | null;
	port: skeleton_token | null;
	/** The port's reason for a row with one side only; null where it gives none. */
	reason: string | null;
	/** The port has it where a part of the C is not at hand: no difference. */
	outside: boolean;
}

/** What steers an alignment where tokens alone leave a choice. */
export interface guide {
	/** Indices of C tokens (and their number) before which C text may be missing. */
	gaps: ReadonlySet<number>;
	/**
	 * 0 (the same words) to 3: how little the statements around two like tokens have in common.
	 */
	distance(c: skeleton_token, port: skeleton_token): number;
}

const no_guide: guide = { gaps: new Set(), distance: () => 0 };

/** Costs of a token without a counterpart; far above the distances of a whole function. */
const explained = 1_000_000;
const unexplained = 1_001_000;

/** What the alignment of two functions works on. */
interface pair {
	c: readonly skeleton_token[];
	port: readonly skeleton_token[];
	/** By index of a port token: the reason at its line. */
	reason_at: (string | null)[];
	/** By index of a port token: the reason between it and the token before it. */
	reason_before: (string | null)[];
	by: guide;
}

function first_reason(reasons: ReadonlyMap<number, string>, from: number, to: number) {
	for (let line = from; line <= to; line++) {
		const reason = reasons.get(line);
		if (reason !== undefined)
			return reason;
	}
	return null;
}

function make_pair(
	c: readonly skeleton_token[],
	fn: skeleton_function,
	reasons: ReadonlyMap<number, string>,
	by: guide,
): pair {
	const port = fn.tokens;
	const reason_before: (string | null)[] = [];
	for (let j = 0; j <= port.length; j++) {
		const from = port[j - 1]?.line ?? fn.line;
		const to = port[j]?.line ?? fn.last_line;
		reason_before.push(first_reason(reasons, from, to));
	}
	const reason_at = port.map((token) => reasons.get(token.line) ?? null);
	return { c, port, reason_at, reason_before, by };
}

function cost(reason: string | null): number {
	return reason === null ? unexplained : explained;
}

/*
 * costs[i][j]: of the best alignment of the C tokens from i on with the port's from j on.
 */
function cost_table({ c, port, reason_at, reason_before, by }: pair): Float64Array[] {
	const width = port.length + 1;
	const costs = Array.from({ length: c.length + 1 }, () => new Float64Array(width));
	for (let i = c.length; i >= 0; i--) {
		for (let j = port.length; j >= 0; j--) {
			if (i === c.length && j === port.length)
				continue;
			let best = Number.MAX_SAFE_INTEGER;
			if (i < c.length)
				best = costs[i + 1][j] + cost(reason_before[j]);
			if (j < port.length) {
				const surplus = by.gaps.has(i) ? 0 : cost(reason_at[j]);
				best = Math.min(best, costs[i][j + 1] + surplus);
			}
			if (i < c.length && j < port.length && c[i].text === port[j].text)
				best = Math.min(best,
					costs[i + 1][j + 1] + by.distance(c[i], port[j]));
			costs[i][j] = best;
		}
	}
	return costs;
}

/**
 * align - put the tokens of a C function and of its port side by side
 *
 * @c: the C function's tokens
 * @fn: the port's function
 * @reasons: the port's reasons by line
 * @by: what decides between equally good alignments, and where C text is missing
 *
 * Return: the rows, in order
 */
export function align(
	c: readonly skeleton_token[],
	fn: skeleton_function,
	reasons: ReadonlyMap<number, string>,
	by: guide = no_guide,
): aligned_row[] {
	const both = make_pair(c, fn, reasons, by);
	const { port, reason_at, reason_before } = both;
	const costs = cost_table(both);
	const rows: aligned_row[] = [];
	for (let i = 0, j = 0; i < c.length || j < port.length;) {
		const here = costs[i][j];
		if (c[i]?.text === port[j]?.text
			&& here === costs[i + 1][j + 1] + by.distance(c[i], port[j])) {
			rows.push({ c: c[i++], port: port[j++], reason: null, outside: false });
		} else if (i < c.length && here === costs[i + 1][j] + cost(reason_before[j])) {
			const reason = reason_before[j];
			rows.push({ c: c[i++], port: null, reason, outside: false });
		} else {
			const outside = by.gaps.has(i);
			const reason = outside ? null : reason_at[j];
			rows.push({ c: null, port: port[j++], reason, outside });
		}
	}
	return rows;
}
