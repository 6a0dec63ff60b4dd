// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two sequences side by side, each in its order.
 */

/** Which item of the left stands beside which of the right: pairs of indices, -1 for none. */
export type pairing = [left: number, right: number][];

/**
 * pair_up - the pairs that are worth most together
 *
 * @left, @right: how many items there are
 * @value: what a pair is worth; 0 if it is none
 *
 * Return: every item once, in order; of what stands alone, the left first
 */
export function pair_up(
	left: number,
	right: number,
	value: (i: number, j: number) => number,
): pairing {
	const best = Array.from({ length: left + 1 }, () => new Float64Array(right + 1));
	for (let i = left - 1; i >= 0; i--) {
		for (let j = right - 1; j >= 0; j--) {
			const both = value(i, j);
			best[i][j] = Math.max(best[i + 1][j], best[i][j + 1],
				both > 0 ? best[i + 1][j + 1] + both : 0);
		}
	}
	const pairs: pairing = [];
	for (let i = 0, j = 0; i < left || j < right;) {
		const both = i < left && j < right ? value(i, j) : 0;
		if (both > 0 && best[i][j] === best[i + 1][j + 1] + both)
			pairs.push([i++, j++]);
		else if (j === right || i < left && best[i][j] === best[i + 1][j])
			pairs.push([i++, -1]);
		else
			pairs.push([-1, j++]);
	}
	return pairs;
}
