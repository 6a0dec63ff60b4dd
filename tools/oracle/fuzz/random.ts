// SPDX-License-Identifier: GPL-2.0-only

/**
 * class random - numbers that a seed determines
 *
 * splitmix32: each output is a mixed counter, so that seeds next to each other have nothing in
 * common.
 */
export class random {
	#state: number;

	constructor(seed: number) {
		this.#state = seed | 0;
	}

	/** word - 32 bits */
	word(): number {
		this.#state = this.#state + 0x9e3779b9 | 0;
		let z = this.#state;

		z = Math.imul(z ^ z >>> 16, 0x21f0aaad);
		z = Math.imul(z ^ z >>> 15, 0x735a2d97);
		return (z ^ z >>> 15) >>> 0;
	}

	/** below - 0 to @n - 1 */
	below(n: number): number {
		return Math.floor(this.word() / 0x100000000 * n);
	}

	/** between - @least to @most */
	between(least: number, most: number): number {
		return least + this.below(most - least + 1);
	}

	/** chance - true in @percent of 100 cases */
	chance(percent: number): boolean {
		return this.word() / 0x100000000 * 100 < percent;
	}

	/** pick - an element of a list that has some */
	pick<T>(list: readonly T[]): T {
		return list[this.below(list.length)];
	}

	/** some - each element with a chance of @percent, in their order */
	some<T>(list: readonly T[], percent: number): T[] {
		return list.filter(() => this.chance(percent));
	}

	/** weighted - one of the names, as often as its weight says */
	weighted<K extends string>(weights: Readonly<Partial<Record<K, number>>>): K {
		const entries = Object.entries(weights) as [K, number][];
		let at = this.below(entries.reduce((sum, [, weight]) => sum + weight, 0));

		for (const [name, weight] of entries) {
			if (at < weight)
				return name;
			at -= weight;
		}
		return entries[0][0];
	}
}
