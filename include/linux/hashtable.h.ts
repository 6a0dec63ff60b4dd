/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hash tables of a fixed number of chains.
 *
 * C picks the hash by the size of the key's type, hash_32() for an int and
 * hash_64() for a long; here it is hash_32(), unless a text whose keys are longs
 * says otherwise where it looks one up.
 *
 * Source: include/linux/hashtable.h, Linux 6.12.
 */
import { hash_32 } from "./hash.h.ts";
import {
	hash_links, hlist_add_head, hlist_del_init, hlist_distrust, hlist_find, hlist_found,
	hlist_heads, hlist_set_key, list_watchdog, type hlist_head, type hlist_node,
} from "./list.h.ts";

export type hashtable = hlist_head[];

/** DECLARE_HASHTABLE - a table of 2^@bits empty chains */
export function DECLARE_HASHTABLE(bits: number): hashtable {
	return hlist_heads(1 << bits);
}

/** hash_init - empty a table; what was in it is not told */
export function hash_init(table: hashtable): void {
	for (let i = 0; i < table.length; i++) {
		if (hash_links.next[table[i].place] !== 0)
			hlist_distrust();
		table[i].first = null;
		hash_links.next[table[i].place] = 0;
	}
}

/* The number of the chain that @key belongs to. */
function hash_min(table: hashtable, key: number): number {
	return hash_32(key, 31 - Math.clz32(table.length));
}

/** hash_chain - the chain that @key belongs to, for a walk written out */
export function hash_chain(table: hashtable, key: number): hlist_head {
	return table[hash_min(table, key)];
}

/** hash_add - insert @node as the first of its chain */
export function hash_add(table: hashtable, node: hlist_node, key: number): void {
	hlist_set_key(node, key);
	hlist_add_head(node, hash_chain(table, key));
}

/** hash_del - take @node out of its chain, if it is in one */
export function hash_del(node: hlist_node): void {
	hlist_del_init(node);
}

/* The first node from a place on that @key was filed under, or null; the chain may be a cycle. */
function node_of_key(place: number, key: number): hlist_node | null {
	const { next, key: keys, node } = hash_links;
	let watchdog: list_watchdog | null = null;

	for (let steps = 0; place !== 0; place = next[place]) {
		if (keys[place] === key)
			return node[place]!;
		if ((++steps & 63) === 0)
			(watchdog ??= new list_watchdog("hash chain", null)).at(node[place]!);
	}
	return null;
}

/* What is found in fewer steps is found again as fast as it is remembered. */
const SHORT = 4;

/* The first node of a chain that @key was filed under, or null. */
function first_of_key(bucket: number, key: number): hlist_node | null {
	const { next, key: keys, node } = hash_links;
	const known = hlist_found(bucket, key);

	if (known !== 0)
		return node[known]!;
	let place = next[bucket];

	for (let steps = 0; place !== 0; place = next[place]) {
		if (keys[place] === key)
			return node[place]!;
		if (++steps === SHORT)
			break;
	}
	if (place === 0)
		return null;
	const found = node_of_key(next[place], key);

	if (found !== null)
		hlist_find(bucket, found.place);
	return found;
}

/**
 * hash_first - begin to walk the structs of a key: hash_for_each_possible(), written out
 * @table: the table; its structs inherit from their nodes
 * @key: the key; others of its chain, which C's body skips, are skipped here
 * @hash: hash_32, or hash_64 where C's key is a long
 *
 * For a lookup: an iterator costs more than the walk of a short chain.
 *
 * Return: the struct, or null.
 */
export function hash_first<T extends hlist_node>(
	table: hashtable, key: number, hash = hash_32,
): T | null {
	const head = table[hash(key, 31 - Math.clz32(table.length))];
	const { first } = head;

	if (first === null || first.key === key)
		return first as T | null;
	return first_of_key(head.place, key) as T | null;
}

/** hash_next - the next struct of a key behind @obj, or null */
export function hash_next<T extends hlist_node>(obj: T, key: number): T | null {
	return node_of_key(hash_links.next[obj.place], key) as T | null;
}

/*
 * Walks the chains @first to @last; a node's successor is looked up after the body. Its own result.
 */
class hash_iterator<T> implements IterableIterator<T> {
	#table: hashtable;
	#chain: number;
	#last: number;
	#pos: hlist_node | null;
	#started = false;
	#steps = 0;
	#watchdog: list_watchdog | null = null;
	value!: T;
	done = false;

	constructor(table: hashtable, first: number, last: number) {
		this.#table = table;
		this.#chain = first;
		this.#last = last;
		this.#pos = null;
	}

	[Symbol.iterator](): this {
		return this;
	}

	next(): this {
		let pos: hlist_node | null;

		if (!this.#started) {
			this.#started = true;
			pos = this.#table[this.#chain].first;
		} else {
			pos = this.#pos!.next;
		}
		while (pos === null && this.#chain < this.#last) {
			pos = this.#table[++this.#chain].first;
			this.#steps = 0;
			this.#watchdog = null;
		}
		this.#pos = pos;
		if (pos === null) {
			this.done = true;
		} else {
			if ((++this.#steps & 63) === 0)
				(this.#watchdog ??= new list_watchdog("hash chain", null)).at(pos);
			this.value = pos.container as T;
		}
		return this;
	}
}

/** hash_for_each - walk all structs, chain by chain */
export function hash_for_each<T extends object>(
	table: hashtable, _member: keyof T,
): IterableIterator<T> {
	return new hash_iterator<T>(table, 0, table.length - 1);
}

/** hash_for_each_possible - walk the structs in the chain of @key */
export function hash_for_each_possible<T extends object>(
	table: hashtable, _member: keyof T, key: number,
): IterableIterator<T> {
	const chain = hash_min(table, key);

	return new hash_iterator<T>(table, chain, chain);
}
