// SPDX-License-Identifier: GPL-2.0-only

/**
 * grouped - things by their key, in the order in which each key comes first: Map.groupBy() of Node
 * 21
 */
export function grouped<K, T>(things: Iterable<T>, key_of: (thing: T) => K): Map<K, T[]> {
	const groups = new Map<K, T[]>();

	for (const thing of things) {
		const key = key_of(thing);
		const group = groups.get(key);

		if (group === undefined)
			groups.set(key, [thing]);
		else
			group.push(thing);
	}
	return groups;
}
