// SPDX-License-Identifier: GPL-2.0-only
/*
 * The graph of a search: the states found so far, and where each operation leads from them. It is
 * in memory that all workers share. A state that one worker finds is known to all at once, and no
 * worker repeats what another has done.
 *
 * A hash table with open addressing finds a state by its canonical form. A slot goes from EMPTY to
 * CLAIMED to the number of a state, and never back. The worker that claims a slot writes the state
 * down before it publishes the number.
 */

/** Where an operation leads, if to no state. */
export const UNTRIED = -1;
/** It cannot be done there. */
export const NOT_HERE = -2;
/** A hash chain has become a cycle, or a walk through one did not end. */
export const ENDLESS = -3;
/** The kernel crashed. */
export const CRASH = -4;
/** Something points to freed memory, or is held without a user. */
export const CORRUPT = -5;

const EMPTY = 0;
const CLAIMED = -1;
/* Workers notice only late that no room is left. */
const MARGIN = 1024;
const WAIT_MS = 1;
const BYTES_MAX = 2 ** 32 - 1;
/* Parts of a space; more than there are processors in a machine. */
const PARTS = 256;

const COUNTERS = ["states", "left", "transitions", "executed", "boots", "full", "pause"] as const;

/** The counters of a graph: what all workers have done together. */
export type counter = (typeof COUNTERS)[number];

/**
 * struct graph_shape - how big a graph may become
 * @max_states: states, at most
 * @ops: operations of the space
 * @fields: 16-bit numbers of a canonical form
 */
export interface graph_shape {
	max_states: number;
	ops: number;
	fields: number;
}

/** struct graph_memory - where it is; a worker gets the same */
export interface graph_memory {
	shape: graph_shape;
	keys: SharedArrayBuffer;
	slots: SharedArrayBuffer;
	edges: SharedArrayBuffer;
	turns: SharedArrayBuffer;
	deeds: SharedArrayBuffer;
	rules: SharedArrayBuffer;
	parts: SharedArrayBuffer;
	counters: SharedArrayBuffer;
	left: SharedArrayBuffer;
}

/** bytes_for - the most memory that a state takes, with its place in the hash table */
export function bytes_for(ops: number, fields: number): number {
	return 2 * fields + 4 * 4 + 6 * ops + 4 + 1;
}

/** fits - whether there may be a graph of that many states and operations */
export function fits(max_states: number, ops: number): boolean {
	return (max_states + MARGIN) * ops * 4 <= BYTES_MAX;
}

/** graph_memory_of - memory for a graph; memory that is not used costs nothing */
export function graph_memory_of(shape: graph_shape): graph_memory {
	const room = shape.max_states + MARGIN;

	return {
		shape,
		keys: new SharedArrayBuffer(2 * room * shape.fields),
		slots: new SharedArrayBuffer(4 * 2 ** Math.ceil(Math.log2(2 * room))),
		edges: new SharedArrayBuffer(4 * room * shape.ops),
		turns: new SharedArrayBuffer(room * shape.ops),
		deeds: new SharedArrayBuffer(room * shape.ops),
		rules: new SharedArrayBuffer(4 * room),
		parts: new SharedArrayBuffer(room),
		counters: new SharedArrayBuffer(4 * COUNTERS.length),
		left: new SharedArrayBuffer(4 * PARTS),
	};
}

function hash_of(key: Uint16Array, length: number): number {
	let hash = 0x811c9dc5;

	for (let i = 0; i < length; i++)
		hash = Math.imul(hash ^ key[i], 0x01000193);
	return (hash ^ hash >>> 15) >>> 0;
}

/**
 * class state_graph - the graph, as one thread sees it
 * @edges: for each state and operation where it leads, a state or one of the words above
 * @turns: for each of these, what is renamed besides: from the names that the one state's canonical
 *         form uses to the other's
 * @rules: for each state the properties that do not hold there, a bit each
 */
export class state_graph {
	memory: graph_memory;
	edges: Int32Array;
	turns: Uint8Array;
	rules: Int32Array;
	#ops: number;
	#fields: number;
	#room: number;
	#keys: Uint16Array;
	#slots: Int32Array;
	#deeds: Uint8Array;
	#parts: Uint8Array;
	#counters: Int32Array;
	#left: Int32Array;

	constructor(memory: graph_memory) {
		this.memory = memory;
		this.#ops = memory.shape.ops;
		this.#fields = memory.shape.fields;
		this.#room = memory.shape.max_states;
		this.edges = new Int32Array(memory.edges);
		this.turns = new Uint8Array(memory.turns);
		this.#deeds = new Uint8Array(memory.deeds);
		this.rules = new Int32Array(memory.rules);
		this.#keys = new Uint16Array(memory.keys);
		this.#slots = new Int32Array(memory.slots);
		this.#parts = new Uint8Array(memory.parts);
		this.#counters = new Int32Array(memory.counters);
		this.#left = new Int32Array(memory.left);
	}

	/** count - the value of a counter */
	count(of: counter): number {
		return Atomics.load(this.#counters, COUNTERS.indexOf(of));
	}

	/** add - more of what a counter counts */
	add(of: counter, more: number): void {
		Atomics.add(this.#counters, COUNTERS.indexOf(of), more);
	}

	/** stopped - whether workers are to stop: there is no room, or the graph is to be saved */
	stopped(): boolean {
		return this.count("full") !== 0 || this.count("pause") !== 0;
	}

	/** set_pause - make workers stop soon, or let the next ones go on */
	set_pause(value: 0 | 1): void {
		Atomics.store(this.#counters, COUNTERS.indexOf("pause"), value);
	}

	/* What has something for each state: the array, and how many there are for one. */
	#columns(): [Uint8Array, number][] {
		const bytes = (of: ArrayBufferView): Uint8Array => new Uint8Array(of.buffer);

		return [[bytes(this.#keys), 2 * this.#fields], [bytes(this.edges), 4 * this.#ops],
			[this.turns, this.#ops], [this.#deeds, this.#ops], [bytes(this.rules), 4],
			[this.#parts, 1],
			[bytes(this.#counters), 0], [bytes(this.#left), 0]];
	}

	/** saved - the graph as bytes, while nobody works on it */
	saved(): Uint8Array[] {
		const states = this.count("states");

		return this.#columns().map(([bytes, each]) => Uint8Array.from(
			each === 0 ? bytes : bytes.subarray(0, each * states)));
	}

	/** restore - the graph as it was saved; returns whether that is all of one of this shape */
	restore(saved: Uint8Array, states: number): boolean {
		let at = 0;

		for (const [bytes, each] of this.#columns()) {
			const length = each === 0 ? bytes.length : each * states;

			if (length > bytes.length || at + length > saved.length)
				return false;
			bytes.set(saved.subarray(at, at + length));
			at += length;
		}
		for (let state = 0; state < states; state++)
			this.#slots[~this.#look_up(this.key_of(state))] = state + 1;
		return at === saved.length && this.count("states") === states;
	}

	/**
	 * wait_for_work - until another worker may have met a new state; false if there is nothing
	 * left
	 */
	wait_for_work(): boolean {
		const left = this.count("left");

		if (left === 0 || this.stopped())
			return false;
		Atomics.wait(this.#counters, COUNTERS.indexOf("left"), left, WAIT_MS);
		return true;
	}

	/** worker_of - whose state it is, of that many workers */
	worker_of(state: number, workers: number): number {
		return this.#parts[state] % workers;
	}

	/** left_for - the operations that are left in the states of a worker, of that many */
	left_for(worker: number, workers: number): number {
		let left = 0;

		for (let part = worker; part < PARTS; part += workers)
			left += Atomics.load(this.#left, part);
		return left;
	}

	/** key_of - a state's canonical form */
	key_of(state: number): Uint16Array {
		return this.#keys.subarray(state * this.#fields, (state + 1) * this.#fields);
	}

	/**
	 * find_or_add - the number of a state by its canonical form
	 * @host: how many fields, from the first, say nothing of mdevs: with them the parts are
	 * made
	 * @fill: called with a new state's number, to fill in its edges and rules; says how many of
	 *        the edges are UNTRIED
	 */
	find_or_add(key: Uint16Array, host: number, fill: (state: number) => number): number {
		for (;;) {
			const found = this.#look_up(key);

			if (found >= 0)
				return found;
			if (Atomics.compareExchange(this.#slots, ~found, EMPTY, CLAIMED) === EMPTY)
				return this.#add(~found, key, host, fill);
		}
	}

	#add(at: number, key: Uint16Array, host: number, fill: (state: number) => number): number {
		const state = Atomics.add(this.#counters, 0, 1);

		if (state + 1 >= this.#room)
			Atomics.store(this.#counters, COUNTERS.indexOf("full"), 1);
		this.#keys.set(key, state * this.#fields);
		this.#parts[state] = hash_of(key, host) % PARTS;
		const left = fill(state);

		this.add("left", left);
		Atomics.add(this.#left, this.#parts[state], left);
		Atomics.store(this.#slots, at, state + 1);
		return state;
	}

	/* The state of that form; or the complement of the slot where it would belong. */
	#look_up(key: Uint16Array): number {
		const mask = this.#slots.length - 1;

		for (let at = hash_of(key, key.length) & mask;; at = (at + 1) & mask) {
			let slot = Atomics.load(this.#slots, at);

			while (slot === CLAIMED)
				slot = Atomics.load(this.#slots, at);
			if (slot === EMPTY)
				return ~at;
			if (this.#is(slot - 1, key))
				return slot - 1;
		}
	}

	#is(state: number, key: Uint16Array): boolean {
		const at = state * this.#fields;

		for (let i = 0; i < key.length; i++)
			if (this.#keys[at + i] !== key[i])
				return false;
		return true;
	}

	/** edge - where an operation leads from a state */
	edge(state: number, op: number): number {
		return this.edges[state * this.#ops + op];
	}

	/** turn - what is renamed by going there */
	turn(state: number, op: number): number {
		return this.turns[state * this.#ops + op];
	}

	/** deed - what else the operation did */
	deed(state: number, op: number): number {
		return this.#deeds[state * this.#ops + op];
	}

	/**
	 * settle - write down where an operation led
	 * @turn: of several that are right, another worker may write another
	 * @deed: what it did; every worker says the same
	 *
	 * Return: UNTRIED if nobody did before, else where it led then.
	 */
	settle(state: number, op: number, to: number, turn: number, deed: number): number {
		const at = state * this.#ops + op;

		if (this.edges[at] === UNTRIED) {
			this.turns[at] = turn;
			this.#deeds[at] = deed;
		}
		const before = Atomics.compareExchange(this.edges, at, UNTRIED, to);

		if (before === UNTRIED) {
			this.add("left", -1);
			Atomics.sub(this.#left, this.#parts[state], 1);
			this.add("transitions", 1);
		}
		return before;
	}
}
