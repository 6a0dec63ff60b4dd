/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lockdep: learns the order in which classes of locks are taken and reports the
 * first time two orders contradict each other, whether or not anybody had to
 * wait.
 */
import { early_initcall } from "./init.h.ts";
import { printk } from "./printk.h.ts";
import { current, type task_struct } from "./sched.h.ts";
import { WARN } from "./bug.h.ts";
import { tracepoint } from "./tracepoint.h.ts";

/** What happened to a lock; "!" is a trylock that failed. */
export type lock_op = "+" | "-" | "!";

/** What lockdep needs to know of a lock, whatever its kind. */
export interface lock_instance {
	name: string;
	dep_class: lock_class | null;
}

/** trace_lock - a lock was taken, released, or tried in vain */
export const trace_lock = new tracepoint<[lock: lock_instance, op: lock_op]>();

/**
 * class lock_class - all locks that were initialised at the same place
 * @nr: its number
 * @after: the classes taken since boot while one of this class was held, in order
 * @seen: by number of such a class: the boot at which that was seen last. What is
 *	  asked for at every lock is asked of this one.
 * @note: what who listens to trace_lock keeps for the class; undefined at first
 */
class lock_class {
	name: string;
	nr: number;
	after: lock_class[] = [];
	seen: number[] = [];
	note: unknown = undefined;

	constructor(name: string, nr: number) {
		this.name = name;
		this.nr = nr;
	}
}

export type { lock_class };

/**
 * class inversion - two chains of locks that contradict each other
 * @taken: the class that was about to be taken
 * @held: the class held at that moment
 * @chain: how @held was earlier taken under @taken: class names, first to last
 * @where: per link of both chains, the function that took the lock
 */
export class inversion {
	taken: string;
	held: string;
	chain: string[];
	where: string[];

	constructor(taken: string, held: string, chain: string[], where: string[]) {
		this.taken = taken;
		this.held = held;
		this.chain = chain;
		this.where = where;
	}

	/** the report, a line each */
	lines(): string[] {
		const links = this.chain.slice(1).map((name, i) =>
			`  earlier: ${name} taken under ${this.chain[i]} in ${this.where[i]}`);

		return [
			"possible circular locking dependency detected",
			`  now: ${this.taken} taken under ${this.held} in ${this.where.at(-1)}`,
			...links,
		];
	}
}

/* Classes stay, as places in a text do; the orders are forgotten at every boot. */
const classes = new Map<string, lock_class>();
let inversions: inversion[] = [];
let boot = 0;

/** lockdep_reset - forget all orders, the places they were seen at, and reports */
export function lockdep_reset(): void {
	forget_orders();
	sites = new Map();
}

function forget_orders(): void {
	boot++;
	for (const cls of classes.values())
		if (cls.after.length !== 0)
			cls.after = [];
	inversions = [];
}

early_initcall(forget_orders);

/** lockdep_inversions - the reports since boot (or lockdep_reset()) */
export function lockdep_inversions(): readonly inversion[] {
	return inversions;
}

/** lockdep_orders - every order seen, as [first, second] class names */
export function lockdep_orders(): [string, string][] {
	return [...classes.values()].flatMap((c) =>
		c.after.map((next): [string, string] => [c.name, next.name]));
}

function class_of(lock: lock_instance): lock_class {
	let cls = classes.get(lock.name);

	if (cls === undefined) {
		cls = new lock_class(lock.name, classes.size);
		classes.set(lock.name, cls);
	}
	lock.dep_class = cls;
	return cls;
}

/* The ported function nearest to where an order was seen. */
function function_in(site: Error): string {
	for (const line of (site.stack ?? "").split("\n").slice(1)) {
		const name = /at (?:\w+\.)*(\w+) (?:\[as \w+\] )?\(/.exec(line)?.[1];

		if (name !== undefined && !line.includes("/include/linux/"))
			return name;
	}
	return "?";
}

/* A path of orders from one class to another, shortest first, or null. */
function path(from: lock_class, to: lock_class): lock_class[] | null {
	const came_from = new Map<lock_class, lock_class | null>([[from, null]]);

	for (const cls of came_from.keys()) {
		if (cls === to) {
			const chain: lock_class[] = [];

			for (let c: lock_class | null = cls; c !== null; c = came_from.get(c)!)
				chain.unshift(c);
			return chain;
		}
		for (const next of cls.after)
			if (!came_from.has(next))
				came_from.set(next, cls);
	}
	return null;
}

function report(held: lock_class, taken: lock_class, chain: lock_class[]): void {
	const where = chain.slice(1).map((cls, i) => function_in(site_of(chain[i], cls)));
	const found = new inversion(taken.name, held.name, chain.map((c) => c.name),
		[...where, function_in(site_of(held, taken))]);

	inversions.push(found);
	for (const line of found.lines())
		printk("warn", "%s", [line]);
}

/*
 * Where each order was first seen. A stack costs more than everything else that
 * is done for a lock, so one is taken per order and driver, not per boot.
 */
let sites = new Map<string, Map<string, Error>>();

function site_of(held: lock_class, taken: lock_class): Error {
	let under = sites.get(held.name);

	if (under === undefined)
		sites.set(held.name, under = new Map());
	let site = under.get(taken.name);

	if (site === undefined)
		under.set(taken.name, site = new Error());
	return site;
}

/* Nothing leads on from a class under which nothing was taken: most are such. */
function learn(held: lock_class, taken: lock_class): void {
	const chain = taken.after.length !== 0 || taken === held ? path(taken, held) : null;

	site_of(held, taken);
	held.after.push(taken);
	held.seen[taken.nr] = boot;
	if (chain !== null)
		report(held, taken, chain);
}

/**
 * lock_acquire - a task takes a lock
 * @lock: the lock
 * @trylock: whether it would not have waited: then nothing can be learned of
 *	     what came before
 */
export function lock_acquire(lock: lock_instance, trylock: boolean): void {
	const cls = lock.dep_class ?? class_of(lock);
	const held = current.held;

	if (!trylock) {
		for (let i = 0; i < held.length; i++) {
			const before = held[i].dep_class!;

			if (before.seen[cls.nr] !== boot)
				learn(before, cls);
		}
	}
	held.push(lock);
	if (trace_lock.enabled)
		trace_lock.emit(lock, "+");
}

/** lock_release - a task gives a lock back, in whatever order */
export function lock_release(lock: lock_instance): void {
	const held = current.held;

	if (held[held.length - 1] === lock)
		held.pop();
	else
		held.splice(held.lastIndexOf(lock), 1);
	if (trace_lock.enabled)
		trace_lock.emit(lock, "-");
}

/** lock_bad_balance - a lock is given back that nobody holds */
export function lock_bad_balance(lock: lock_instance): void {
	printk("err", "bad unlock balance: %s releases %s, which nobody holds",
		[current.comm, lock.name]);
	if (trace_lock.enabled)
		trace_lock.emit(lock, "-");
}

/** lock_release_foreign - a lock is given back by a task that does not hold it */
export function lock_release_foreign(lock: lock_instance, owner: task_struct): void {
	printk("err", "bad unlock: %s releases %s, which %s holds",
		[current.comm, lock.name, owner.comm]);
	owner.held.splice(owner.held.lastIndexOf(lock), 1);
	if (trace_lock.enabled)
		trace_lock.emit(lock, "-");
}

/** lock_is_held - whether the current task holds @lock */
export function lock_is_held(lock: lock_instance): boolean {
	return current.held.includes(lock);
}

/** lockdep_assert_held - warn if the current task does not hold @lock */
export function lockdep_assert_held(lock: lock_instance): void {
	WARN(!lock_is_held(lock), "%s not held", lock.name);
}
