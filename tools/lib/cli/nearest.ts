// SPDX-License-Identifier: GPL-2.0-only
/*
 * "Did you mean": the word nearest to one that is not known.
 */

/**
 * How many letters to change, add, leave out or swap with the next, to get from one to the other.
 */
function distance(a: string, b: string): number {
	let before: number[] = [];
	let last = [...Array(b.length + 1).keys()];

	for (let i = 1; i <= a.length; i++) {
		const row = [i];

		for (let j = 1; j <= b.length; j++) {
			const change = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
			const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] &&
				a[i - 2] === b[j - 1];

			row.push(Math.min(change, last[j]! + 1, row[j - 1]! + 1,
				swapped ? before[j - 2]! + 1 : Infinity));
		}
		[before, last] = [last, row];
	}
	return last[b.length]!;
}

/**
 * nearest - the word that was probably meant
 * @word: what was written
 * @words: what could have been written
 *
 * Return: the nearest one, null if none is near: a third of its letters may be wrong.
 */
export function nearest(word: string, words: Iterable<string>): string | null {
	let best: string | null = null;
	let least = Math.max(1, Math.floor(Math.min(word.length, 24) / 3)) + 1;

	for (const w of words) {
		const d = Math.abs(w.length - word.length) < least ? distance(word.slice(0, 40), w)
			: least;

		if (d < least)
			[best, least] = [w, d];
	}
	return best;
}

/** did_you_mean - ' (did you mean "bound"?)', or nothing */
export function did_you_mean(word: string, words: Iterable<string>): string {
	const near = nearest(word, words);

	return near === null ? "" : ` (did you mean "${near}"?)`;
}
