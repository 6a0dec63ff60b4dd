// SPDX-License-Identifier: GPL-2.0-only
/*
 * What traces are made of: which operations, how often, on what machines. Each profile leans on
 * one side of the driver, "mix" on none.
 */

/** An operation by which a guest is migrated. */
export type stream_action =
	"mig_state" | "mig_ask" | "mig_read" | "mig_write" | "mig_close" | "kmem";

/** An operation, or a store to an attribute, by which a trace goes on. */
export type action =
	| stream_action
	| "create" | "destroy" | "open" | "close" | "bind" | "unbind" | "cfg" | "in_use" | "pqap"
	| "reset" | "unmap" | "hw" | "read" | "fail_nth" | "ioctl"
	| "assign_adapter" | "unassign_adapter" | "assign_domain" | "unassign_domain"
	| "assign_control_domain" | "unassign_control_domain" | "ap_config";

/**
 * struct profile
 * @weights: how often each operation is chosen
 * @ops: how long traces are, at least and at most
 * @adapters, @domains: how many of them the host has, at least and at most
 * @mdevs: how many there may be at a time
 * @collide: ids are chosen so that queues share a bucket of the hash table
 * @strange: percentage of texts that are written in unusual or wrong ways
 * @edges: percentage of ids at or beyond the machine's limits
 * @narrow: percentage of machines with 64 adapters and 16 domains
 * @again: percentage of assignments of what is assigned, and the like
 * @reserved: percentage of machines on which default drivers own queues
 * @old: percentage of machines of which some adapters are older than the driver takes
 * @coming: percentage of queues that answer otherwise of which the host has not got all
 * @migrates: only for drivers that can migrate a guest: memory is watched, or filled, on some
 *	      machines, and queues say other things of themselves
 * @beside: percentage of reads and writes of streams during which something else happens
 */
export interface profile {
	about: string;
	weights: Readonly<Partial<Record<action, number>>>;
	ops: readonly [number, number];
	adapters: readonly [number, number];
	domains: readonly [number, number];
	mdevs: number;
	collide: boolean;
	strange: number;
	edges: number;
	narrow: number;
	again: number;
	reserved: number;
	old: number;
	coming: number;
	migrates: boolean;
	beside: number;
}

const USUAL: Record<action, number> = {
	create: 5, destroy: 2, open: 6, close: 3, bind: 5, unbind: 8, cfg: 6, in_use: 2, pqap: 7,
	reset: 3,
	unmap: 2, hw: 4, read: 5, fail_nth: 0, ioctl: 1,
	assign_adapter: 16, unassign_adapter: 6, assign_domain: 16, unassign_domain: 6,
	assign_control_domain: 3, unassign_control_domain: 2, ap_config: 6,
	mig_state: 0, mig_ask: 0, mig_read: 0, mig_write: 0, mig_close: 0, kmem: 0,
};

/* Where a guest is migrated, besides. */
const MIGRATING: profile["weights"] = {
	mig_state: 30, mig_ask: 4, mig_read: 12, mig_write: 16, mig_close: 8, kmem: 1, create: 12,
	open: 14, bind: 10, unbind: 5, ap_config: 3, ioctl: 0,
};

function profile(
	about: string, change: Partial<profile>, weights: profile["weights"] = {},
): profile {
	return {
		about, ops: [20, 90], adapters: [1, 4], domains: [1, 4], mdevs: 4, collide: false,
		strange: 5, edges: 3, narrow: 15, again: 10, reserved: 40, old: 20, coming: 30,
		migrates: false, beside: 0, ...change, weights: { ...USUAL, ...weights },
	};
}

/** profiles - by name */
export const profiles: ReadonlyMap<string, profile> = new Map([
	["mix", profile("a little of everything", {})],
	["tiny", profile("one or two adapters and domains: every state is reached soon", {
		adapters: [1, 2], domains: [1, 2], mdevs: 2, reserved: 15,
	})],
	["text", profile("what is written: numbers, masks, errors", { strange: 70, edges: 15 }, {
		ap_config: 20, assign_control_domain: 10, unassign_control_domain: 6,
	})],
	["apconfig", profile("whole matrices by ap_config", { strange: 10 }, {
		ap_config: 60, assign_adapter: 8, assign_domain: 8,
	})],
	["fault", profile("queues that answer with other response codes", {}, {
		hw: 30, unbind: 14, reset: 12, pqap: 14, open: 10, close: 6,
	})],
	["irq", profile("interrupts: AQIC, indicators, unmapping", { reserved: 10 }, {
		pqap: 60, unmap: 14, hw: 14, reset: 8, open: 12, ap_config: 10,
	})],
	["answers",
			profile("a queue or two, whose interrupts are turned on and off while it answers otherwise", {
		adapters: [1, 1], domains: [1, 2], mdevs: 1, reserved: 0, narrow: 0, edges: 0,
		strange: 0, again: 0, coming: 0,
	}, {
		create: 20, destroy: 1, open: 20, close: 1, bind: 6, unbind: 4, cfg: 1, in_use: 0,
		pqap: 60, reset: 10,
		unmap: 4, hw: 50, read: 1, ioctl: 0, unassign_adapter: 1, unassign_domain: 1,
		ap_config: 1,
		assign_control_domain: 0, unassign_control_domain: 0,
	})],
	["burst", profile("changes of the host's configuration, one upon another", {}, {
		cfg: 45, bind: 10, unbind: 12,
	})],
	["old", profile("adapters of an old type that come and go", {
		old: 70, adapters: [1, 3], domains: [1, 3], mdevs: 1, reserved: 0, narrow: 0,
		edges: 0, strange: 0, again: 0,
		ops: [60, 120],
	}, {
		cfg: 60, create: 12, destroy: 1, open: 4, close: 1, unassign_domain: 14,
		unassign_adapter: 3, pqap: 1,
		unbind: 10, reset: 1, hw: 12, read: 0, ioctl: 0, in_use: 0, ap_config: 2, unmap: 0,
		assign_control_domain: 0, unassign_control_domain: 0,
	})],
	["share", profile("mdevs that want the same, guests that open several", { mdevs: 8 }, {
		create: 12, destroy: 8, open: 20, close: 9, in_use: 10, pqap: 10,
	})],
	["limits", profile("the least and the greatest numbers", {
		edges: 40, narrow: 50, strange: 15,
	})],
	["wide", profile("many adapters and domains", {
		adapters: [6, 14], domains: [6, 16], ops: [20, 50],
	}, { ap_config: 14 })],
	["big", profile("machines of hundreds of queues", {
		adapters: [12, 40], domains: [8, 40], ops: [10, 25], reserved: 15,
	}, { ap_config: 20 })],
	["hash", profile("queues that share a bucket of the hash table", {
		collide: true, adapters: [2, 5], domains: [2, 5], reserved: 10, narrow: 0,
	}, { reset: 8, unbind: 12, bind: 10 })],
	["crowd", profile("many mdevs",
			{ mdevs: 300, ops: [40, 120], adapters: [1, 3], domains: [1, 3] }, {
		create: 60,
	})],
	["stale", profile("again what was done, undone what was not", { again: 60, reserved: 10 }, {
		bind: 14, unbind: 16, destroy: 6,
	})],
	["alloc", profile("allocations of the driver that fail", { reserved: 10 }, {
		fail_nth: 20, create: 10, destroy: 6, bind: 14, unbind: 14, ap_config: 14, cfg: 12,
	})],
	["order", profile("opening, closing and removing in any order", { mdevs: 5 }, {
		open: 25, close: 18, destroy: 10, create: 14, pqap: 12,
	})],
	["migrate", profile("guests that are migrated: states, and what is in streams",
		{ migrates: true, beside: 3, strange: 2, edges: 1, reserved: 15, narrow: 5 },
		MIGRATING)],
	["resume", profile("one guest to which configurations are sent, right and wrong ones", {
		migrates: true, beside: 2, mdevs: 2, strange: 0, edges: 0, reserved: 5, old: 5,
		adapters: [1, 3], domains: [1, 3],
	}, {
		...MIGRATING, mig_write: 60, mig_read: 4, hw: 8, unbind: 3, cfg: 3, close: 1,
		destroy: 1, pqap: 4, unassign_adapter: 2, unassign_domain: 2,
	})],
	["beside", profile(
			"streams while other threads are at work, and pages that are not there", {
		migrates: true, beside: 70, strange: 0, edges: 0, reserved: 5, narrow: 0,
		adapters: [1, 3], domains: [1, 2], mdevs: 3, ops: [15, 50],
	}, { ...MIGRATING, mig_write: 30, mig_read: 25 })],
	["migalloc", profile("guests that are migrated while allocations fail",
		{ migrates: true, reserved: 5, strange: 0, edges: 0 },
		{ ...MIGRATING, fail_nth: 30, mig_write: 30, mig_read: 20 })],
]);

/** profiles_for - the names of those that a driver can do */
export function profiles_for(migrates: boolean): string[] {
	return [...profiles].filter(([, it]) => migrates || !it.migrates).map(([name]) => name);
}
