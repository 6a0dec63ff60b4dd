// SPDX-License-Identifier: GPL-2.0-only
declare module "fastbitset" {
	/** As much of it as is measured. */
	export default class FastBitSet {
		constructor(ids: Iterable<number>);
		has(id: number): boolean;
		forEach(fn: (id: number) => void): void;
		intersection(other: FastBitSet): this;
		equals(other: FastBitSet): boolean;
		isEmpty(): boolean;
	}
}
