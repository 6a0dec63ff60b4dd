// SPDX-License-Identifier: GPL-2.0-only

/**
 * exponent - the k of y = c x^k that fits best, on logarithmic scales
 * @points: at least two of different x
 */
export function exponent(points: readonly (readonly [x: number, y: number])[]): number {
	const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
	const mean = (of: 0 | 1): number => logs.reduce((sum, p) => sum + p[of], 0) / logs.length;
	const mx = mean(0), my = mean(1);
	let xy = 0, xx = 0;

	for (const [x, y] of logs) {
		xy += (x - mx) * (y - my);
		xx += (x - mx) ** 2;
	}
	return xy / xx;
}
