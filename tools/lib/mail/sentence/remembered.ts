// SPDX-License-Identifier: GPL-2.0-only
/*
 * A line is asked about several times: by itself, with the one before it, as a sentence, quoted.
 */

const MOST = 4096;

/**
 * remembered - a function of a text that does not forget what it last found
 * @fn: gives the same each time
 */
export function remembered<T>(fn: (text: string) => T): (text: string) => T {
	const found = new Map<string, T>();

	return (text) => {
		const known = found.get(text);

		if (known !== undefined)
			return known;
		const made = fn(text);

		if (found.size >= MOST)
			found.clear();
		found.set(text, made);
		return made;
	};
}
