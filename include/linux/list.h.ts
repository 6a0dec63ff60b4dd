/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's doubly linked lists (list_head) and the singly headed ones of
 * hash tables (hlist_head, hlist_node), with the same pointer moves, so that a
 * list used wrongly breaks here as it breaks there.
 *
 * A walk that comes back to where it was is endless: the watchdog reports a hang.
 * A long one is not: there may be as many objects as fit into memory.
 *
 * Source: include/linux/list.h, Linux 6.12.
 */
import { kernel_crash } from "./bug.h.ts";
import { early_initcall } from "./init.h.ts";
import type { embedded } from "./types.h.ts";

/* More things than a list can hold: a body that adds what it walks never comes to an end. */
const TOO_MANY = 1 << 24;

/* What a walk follows. */
interface link {
	next: link | null;
}

/* Whether following the links from @pos leads back to it, past no @end. */
function comes_back(pos: link, end: link | null): boolean {
	let at = pos.next;

	for (let steps = 0; at !== end && at !== null && steps < TOO_MANY; steps++) {
		if (at === pos)
			return true;
		at = at.next;
	}
	return false;
}

/**
 * class list_watchdog - gives up a walk that cannot end
 * @what: what is walked, in words
 * @end: where the walk would end
 *
 * A walk tells where it is now and then: at every 64th step, which costs the other
 * 63 nothing. Those places repeat if all do, and Brent's method finds that: one
 * place is remembered for twice as long as the one before it. A body may have moved
 * what was there, so a walk that meets it again is endless only if the links, as they
 * are now, lead round.
 */
export class list_watchdog {
	#what: string;
	#end: link | null;
	#seen: link | null = null;
	#looks = 0;
	#renew = 1;

	constructor(what: string, end: link | null) {
		this.#what = what;
		this.#end = end;
	}

	/** at - the walk has come to @pos, and has not ended */
	at(pos: link): void {
		if (pos === this.#seen && comes_back(pos, this.#end) ||
			this.#looks >= TOO_MANY >>> 6)
			throw new kernel_crash("hang", `endless walk of a ${this.#what}`);
		if (++this.#looks === this.#renew) {
			this.#seen = pos;
			this.#renew *= 2;
		}
	}
}

/**
 * class list_head - a list, or a member's place in one
 * @container: the struct it is embedded in, null for a list itself
 */
export class list_head implements embedded {
	next: list_head;
	prev: list_head;
	container: object | null;

	constructor(container: object | null = null) {
		this.next = this;
		this.prev = this;
		this.container = container;
	}
}

export function INIT_LIST_HEAD(list: list_head): void {
	list.next = list;
	list.prev = list;
}

function __list_add(entry: list_head, prev: list_head, next: list_head): void {
	next.prev = entry;
	entry.next = next;
	entry.prev = prev;
	prev.next = entry;
}

/** list_add - insert @entry as the first of @head */
export function list_add(entry: list_head, head: list_head): void {
	__list_add(entry, head, head.next);
}

/** list_add_tail - insert @entry as the last of @head */
export function list_add_tail(entry: list_head, head: list_head): void {
	__list_add(entry, head.prev, head);
}

/* What a deleted entry points at, so that a walk from it is noticed. */
const LIST_POISON = new list_head();

/** list_del - take @entry out; it must not be used as an entry afterwards */
export function list_del(entry: list_head): void {
	entry.next.prev = entry.prev;
	entry.prev.next = entry.next;
	entry.next = LIST_POISON;
	entry.prev = LIST_POISON;
}

/** list_del_init - take @entry out and make it an empty list */
export function list_del_init(entry: list_head): void {
	entry.next.prev = entry.prev;
	entry.prev.next = entry.next;
	INIT_LIST_HEAD(entry);
}

/** list_move_tail - take @entry out of its list and make it the last of @head */
export function list_move_tail(entry: list_head, head: list_head): void {
	entry.next.prev = entry.prev;
	entry.prev.next = entry.next;
	list_add_tail(entry, head);
}

/** list_splice_init - move all entries of @list to the front of @head */
export function list_splice_init(list: list_head, head: list_head): void {
	if (list_empty(list))
		return;
	const first = list.next;
	const last = list.prev;

	last.next = head.next;
	head.next.prev = last;
	first.prev = head;
	head.next = first;
	INIT_LIST_HEAD(list);
}

export function list_empty(head: list_head): boolean {
	return head.next === head;
}

/** list_entry - the struct of class @_type that @ptr is embedded in */
export function list_entry<T extends object>(
	ptr: list_head, _type: abstract new (...args: never[]) => T, _member: keyof T,
): T {
	return ptr.container as T;
}

/*
 * The walks, each its own result. `safe` ones look up the successor before the
 * body runs.
 */
class list_iterator<T> implements IterableIterator<T> {
	#head: list_head;
	#pos: list_head;
	#ahead: list_head | null;
	#steps = 0;
	#watchdog: list_watchdog | null = null;
	value!: T;
	done = false;

	constructor(head: list_head, safe: boolean) {
		this.#head = head;
		this.#pos = head;
		this.#ahead = safe ? head.next : null;
	}

	[Symbol.iterator](): this {
		return this;
	}

	next(): this {
		const pos = this.#ahead ?? this.#pos.next;

		this.#pos = pos;
		if (pos === this.#head) {
			this.done = true;
			return this;
		}
		if (pos === LIST_POISON)
			throw new kernel_crash("oops", "walk through a deleted list entry");
		if ((++this.#steps & 63) === 0)
			(this.#watchdog ??= new list_watchdog("list", this.#head)).at(pos);
		if (this.#ahead !== null)
			this.#ahead = pos.next;
		this.value = pos.container as T;
		return this;
	}
}

/**
 * list_for_each_entry - walk the structs of a list
 * @head: the list
 * @_member: the list_head's name in the struct, as C needs it
 */
export function list_for_each_entry<T extends object>(
	head: list_head, _member: keyof T,
): IterableIterator<T> {
	return new list_iterator<T>(head, false);
}

/** list_for_each_entry_safe - the same where the body may delete the entry */
export function list_for_each_entry_safe<T extends object>(
	head: list_head, _member: keyof T,
): IterableIterator<T> {
	return new list_iterator<T>(head, true);
}

/*
 * PORT: a hash table's chains once more, as numbers. A lookup in a table of many queues waits for
 * memory at each node; here a step of it is two loads from arrays that fit the caches. The
 * pointers are what counts: whatever changes one of them writes its number here as well.
 *
 * A place is a bucket's or a node's, from 1 on; 0 is no place.
 */
const PLACES = 1024;

/**
 * hash_links - what the places hold
 * @next: the place of the first node of a bucket, or of the node behind a node
 * @key: what a node is filed under; the place of its table's first bucket where a bucket is
 * @node: the node; none where a bucket is
 */
export const hash_links = {
	next: new Int32Array(PLACES),
	key: new Int32Array(PLACES),
	node: new Array<hlist_node | undefined>(PLACES),
};

/* How many places are taken; 0 is. */
let places = 1;

/* Tables that modules make when they are read stay; the others, and all nodes, go with a boot. */
let kept_places = 0;

early_initcall(() => {
	finds.slots = null;
	finds.trusted = true;
	kept_places ||= places;
	hash_links.node.fill(undefined, kept_places, places);
	hash_links.next.fill(0, 0, places);
	places = kept_places;
});

/*
 * PORT: what a look-up has found behind many nodes, by chain and key. It stays right while nodes
 * that are in no chain are added, and nodes are deleted that their neighbours lead to. Whatever
 * else is done to a chain, nothing is known of any until the next boot.
 *
 * A slot has the place of a node, which is the one if @bucket and its key are those asked for.
 * Keys that follow one another in a table have slots that do: look-ups come in such rows, and
 * do not wait for memory then.
 */
const SLOTS = 1 << 18;
const finds = { slots: null as Int32Array | null, bucket: new Int32Array(0), trusted: true };

function slot_of(bucket: number, key: number): number {
	return (Math.imul(hash_links.key[bucket], 0x61c88647) ^ key) & SLOTS - 1;
}

/** hlist_found - the place of the first node of a key in a chain; 0 if that is not known */
export function hlist_found(bucket: number, key: number): number {
	const place = finds.slots === null ? 0 : finds.slots[slot_of(bucket, key)];

	return place !== 0 && finds.bucket[place] === bucket && hash_links.key[place] === key
		? place : 0;
}

/** hlist_find - let it be known that a node is the first of its key in a chain */
export function hlist_find(bucket: number, place: number): void {
	if (!finds.trusted)
		return;
	if (place >= finds.bucket.length) {
		const { bucket: known } = finds;

		finds.bucket = new Int32Array(hash_links.next.length);
		finds.bucket.set(known);
	}
	finds.slots ??= new Int32Array(SLOTS);
	finds.bucket[place] = bucket;
	finds.slots[slot_of(bucket, hash_links.key[place])] = place;
}

/** hlist_distrust - chains are changed in a way that leaves nothing known of them */
export function hlist_distrust(): void {
	finds.slots = null;
	finds.trusted = false;
}

/* A node that is about to be deleted is found no more. */
function hlist_lose(n: hlist_node): void {
	const { slots, bucket } = finds;

	if (hash_links.next[n.pprev!.place] !== n.place || n.next !== null && n.next.pprev !== n)
		return hlist_distrust();
	const slot = slot_of(bucket[n.place] ?? 0, n.key);

	if (slots !== null && slots[slot] === n.place)
		slots[slot] = 0;
}

/* Room for @more places. */
function grow(more: number): void {
	const { next, key, node } = hash_links;
	const size = 2 * (places + more);
	const nodes = new Array<hlist_node | undefined>(size);

	hash_links.next = new Int32Array(size);
	hash_links.next.set(next);
	hash_links.key = new Int32Array(size);
	hash_links.key.set(key);
	for (let i = 0; i < places; i++)
		nodes[i] = node[i];
	hash_links.node = nodes;
}

/* The first of @n places in a row. */
function take_places(n: number): number {
	const place = places;

	if (place + n > hash_links.next.length)
		grow(n);
	places = place + n;
	return place;
}

/** class hlist_head - a hash bucket: the first node of a chain */
export class hlist_head {
	first: hlist_node | null;
	place: number;

	constructor(place: number) {
		this.first = null;
		this.place = place;
	}
}

/** hlist_heads - @n buckets */
export function hlist_heads(n: number): hlist_head[] {
	const heads = new Array<hlist_head>(n);
	const place = take_places(n);

	for (let i = 0; i < n; i++)
		heads[i] = new hlist_head(place + i);
	hash_links.key.fill(place, place, place + n);
	return heads;
}

/**
 * class hlist_node - a member's place in a chain
 * @next: the next node
 * @pprev: who points at this node: the bucket or the node before; null when it
 *	   is in no chain
 * @key: what hash_add() filed it under
 * @place: in hash_links
 * @container: the struct it is embedded in; a struct that inherits from it is its own
 */
export class hlist_node implements embedded {
	next: hlist_node | null = null;
	key = 0;	/* PORT: beside the pointer that a walk follows */
	place = 0;	/* PORT: from the first time it is hashed on */
	pprev: hlist_head | hlist_node | null = null;
	container: object | null;

	constructor(container: object | null = null) {
		this.container = container ?? this;
	}
}

function INIT_HLIST_NODE(n: hlist_node): void {
	n.next = null;
	hash_links.next[n.place] = 0;
	n.pprev = null;
}

/** hlist_set_key - what lookups find @n under */
export function hlist_set_key(n: hlist_node, key: number): void {
	if (n.pprev !== null)
		hlist_distrust();
	if (hash_links.node[n.place] !== n) {
		n.place = take_places(1);
		hash_links.node[n.place] = n;
	}
	n.key = key;
	hash_links.key[n.place] = key;
}

/** hlist_changes - how often chains were changed; while it stays, all are as they were */
export let hlist_changes = 0;

/** hlist_unhashed - whether @n is in no chain */
export function hlist_unhashed(n: hlist_node): boolean {
	return n.pprev === null;
}

/** hlist_add_head - insert @n as the first of @h */
export function hlist_add_head(n: hlist_node, h: hlist_head): void {
	const first = h.first;

	hlist_changes++;
	if (finds.slots !== null)
		hlist_find(h.place, n.place);
	n.next = first;
	hash_links.next[n.place] = hash_links.next[h.place];
	if (first !== null)
		first.pprev = n;
	h.first = n;
	hash_links.next[h.place] = n.place;
	n.pprev = h;
}

/** hlist_del_init - take @n out of its chain, if it is in one */
export function hlist_del_init(n: hlist_node): void {
	const pprev = n.pprev;

	if (pprev === null)
		return;
	hlist_changes++;
	hlist_lose(n);
	hash_links.next[pprev.place] = hash_links.next[n.place];
	if (pprev instanceof hlist_head)
		pprev.first = n.next;
	else
		pprev.next = n.next;
	if (n.next !== null)
		n.next.pprev = pprev;
	INIT_HLIST_NODE(n);
}
