// SPDX-License-Identifier: GPL-2.0-only

/** class number_list - a list of numbers that grows; @items has room behind @length */
export class number_list {
	items = new Int32Array(256);
	length = 0;

	/** push - append a number */
	push(n: number): void {
		if (this.length === this.items.length) {
			const items = new Int32Array(2 * this.length);

			items.set(this.items);
			this.items = items;
		}
		this.items[this.length++] = n;
	}
}
