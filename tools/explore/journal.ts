// SPDX-License-Identifier: GPL-2.0-only
/*
 * The journal of a thread: the values that its machine has overwritten, so that they can be written
 * back.
 *
 * The simulated kernel does not know of it. When explore loads the kernel, it makes each place that
 * writes note the old value first (instrument.ts).
 */

/** Writes an old value back: @o: the object, @was: the value. */
export type restorer = (o: never, was: never) => void;

/*
 * Notes side by side: whose it is, what was there, and which member or element it is or who writes
 * it back.
 */
const objects: unknown[] = [];
const were: unknown[] = [];
const keys: (string | number | restorer)[] = [];
let length = 0;

/* Noting the words of a mask one by one is faster than a copy. */
const MASK_WORDS = 8;

/** note - a member of @o, or what @key writes back, is about to be overwritten */
export function note(o: unknown, was: unknown, key: string | number | restorer): void {
	objects[length] = o;
	were[length] = was;
	keys[length++] = key;
}

/** journal_length - how many notes there are */
export function journal_length(): number {
	return length;
}

/**
 * wrote_nothing - whether all is surely as it was when there were @notes; then there are so many
 * again
 */
export function wrote_nothing(notes: number): boolean {
	for (let at = length - 1; at >= notes; at--) {
		const key = keys[at];

		if (typeof key === "function" ||
			(objects[at] as Record<string, unknown>)[key] !== were[at])
			return false;
	}
	length = notes;
	return true;
}

/** undo - write everything back, the last first, until there are only @notes */
export function undo(notes: number): void {
	for (let at = length - 1; at >= notes; at--) {
		const key = keys[at];

		if (typeof key === "string")
			(objects[at] as Record<string, unknown>)[key] = were[at];
		else if (typeof key === "number")
			put_element(objects[at] as unknown[], key, were[at]);
		else
			key(objects[at] as never, were[at] as never);
	}
	length = notes;
}

/** forget - keep what was written */
export function forget(): void {
	length = 0;
}

/* Most notes are of masks, and V8 is faster if all are. */
function put_element(o: unknown[] | Uint32Array, at: number, was: unknown): void {
	if (o instanceof Uint32Array)
		o[at] = was as number;
	else
		o[at] = was;
}

function put_length(o: unknown[], was: number): void {
	while (o.length > was)
		o.pop();
}

function put_array(o: unknown[], was: unknown[]): void {
	o.length = 0;
	o.push(...was);
}

function put_bytes(o: Uint8Array, was: Uint8Array): void {
	o.set(was);
}

function put_entry(o: Map<unknown, unknown>, [key, value]: [unknown, unknown]): void {
	o.set(key, value);
}

function drop_entry(o: Map<unknown, unknown>, key: unknown): void {
	o.delete(key);
}

function put_member(o: Set<unknown>, member: unknown): void {
	o.add(member);
}

function put_map(o: Map<unknown, unknown>, was: [unknown, unknown][]): void {
	o.clear();
	for (const [key, value] of was)
		o.set(key, value);
}

function put_set(o: Set<unknown>, was: unknown[]): void {
	o.clear();
	for (const member of was)
		o.add(member);
}

/** An entry that is gone, and the keys there were. */
interface gone {
	key: unknown;
	value: unknown;
	order: unknown[];
}

/* Back to its place: those that were behind it come behind it again. */
function put_between(o: Map<unknown, unknown>, { key, value, order }: gone): void {
	o.set(key, value);
	for (let i = order.indexOf(key) + 1; i < order.length; i++) {
		const later = o.get(order[i]);

		o.delete(order[i]);
		o.set(order[i], later);
	}
}

/** noted_element - @o, one of whose elements is about to be written */
export function noted_element<T>(o: T, key: string | number): T {
	if (o instanceof Uint32Array)
		note(o, o[key as number], key);
	else if (Array.isArray(o) && (key as number) >= o.length)
		note(o, o.length, put_length);
	else
		note(o, (o as Record<string, unknown>)[key], key);
	return o;
}

function note_words(o: Uint32Array): void {
	for (let i = 0; i < o.length; i++)
		note(o, o[i], i);
}

function note_members(o: object): void {
	for (const [name, was] of Object.entries(o))
		note(o, was, name);
}

/** noted_whole - @o, any of which is about to be written by what is called */
export function noted_whole<T>(o: T): T {
	if (Array.isArray(o))
		note(o, [...o], put_array);
	else if (o instanceof Uint32Array && o.length <= MASK_WORDS)
		note_words(o);
	else if (ArrayBuffer.isView(o))
		note(o, (o as unknown as Uint8Array).slice(), put_bytes);
	else if (o instanceof Map)
		note(o, [...o], put_map);
	else if (o instanceof Set)
		note(o, [...o], put_set);
	else if (typeof o === "object" && o !== null)
		note_members(o);
	return o;
}

/** noted_end - @o, to which elements are about to be added */
export function noted_end<T>(o: T): T {
	if (Array.isArray(o))
		note(o, o.length, put_length);
	return o;
}

/**
 * noted_key - @o, of which an entry is about to be written or removed by one of its methods
 *
 * An entry that comes back comes last.
 */
export function noted_key<T>(o: T, key: unknown): T {
	if (o instanceof Map || o instanceof WeakMap) {
		if (o.has(key as object))
			note(o, [key, o.get(key as object)], put_entry);
		else
			note(o, key, drop_entry);
	} else if (o instanceof Set || o instanceof WeakSet) {
		note(o, key, o.has(key as object) ? put_member : drop_entry);
	} else {
		noted_whole(o);
	}
	return o;
}

/** noted_place - @o, whose entries have an order, and of which one is about to be removed */
export function noted_place<T>(o: T, key: unknown): T {
	if (o instanceof Map && o.has(key))
		note(o, { key, value: o.get(key), order: [...o.keys()] }, put_between);
	else
		noted_whole(o);
	return o;
}
