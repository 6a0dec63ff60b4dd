// SPDX-License-Identifier: GPL-2.0-only
/*
 * Watches what a driver decides about a guest's matrix, as a debugger would. There are breakpoints
 * where a bit of a mask is set or cleared, and watchpoints on the queue table and the masks of an
 * mdev. The stack names the function, the driver's memory the queue. This takes time, so only a lab
 * that is asked to explain does it.
 *
 * A watchpoint on the queue table sees only the chain that is walked. Mostly one of the queues
 * assigned to the mdev belongs to that chain. If there are two, the next decision says which one
 * was meant. If a guest has many queues, a driver walks through chains millions of times, and reads
 * masks that do not change as often. So the stack is read only where a queue of the chain is
 * missing or was not reset. In a loop that only reads masks, it is read seldom.
 */
import { trace_clear_bit_inv, trace_set_bit_inv } from "#asm/bitops.h";
import type { ap_config_info } from "#asm/ap.h";
import { hash_32 } from "#linux/hash.h";
import { hash_links, hlist_changes, hlist_found, hlist_head, type hlist_node } from "#linux/list.h";
import { sysfs_lookup } from "../../../drivers/base/sysfs.ts";
import { trace_ap_insn } from "../../../drivers/s390/sim/ap_hardware.ts";
import { outside } from "../../../drivers/s390/sim/syscall.ts";
import type { decision } from "./model.ts";
import type { op } from "../scenario/model.ts";
import { chains_of, type matrix_view, type mdev_view } from "./mdev.ts";
import { mask_ids, apqn_name } from "./names.ts";
import { LOCAL_MASK } from "../texts/calls.ts";
import { arguments_of, driver_frames, function_of, type frame } from "../texts/source_text.ts";

const LOOK_UP = "vfio_ap_mdev_get_queue";
/* the chains of a queue table; a walk of more than STEPS nodes goes in a circle */
const CHAINS = 256;
const STEPS = 1024;
/* after MANY reads with nothing else between them, only each SELDOM-th is looked at */
const MANY = 32;
const SELDOM = 1024;

type unit = "adapter" | "domain";
type mask_name = "apm" | "aqm";

/** struct sought - a queue that belongs to a chain and is missing there or was not reset */
interface sought {
	apqn: number;
	linked: boolean;
	reset_rc: number;
}

/**
 * struct look_up - a walk through a chain of an mdev's queue table in search of a queue
 *
 * Not all of them are kept, see class watched.
 */
interface look_up {
	mdev: string;
	queues: sought[];
	at: frame;
}

/** struct writer - the function that had an mdev's masks, and the number of look-ups before that */
interface writer {
	at: frame;
	look_ups: number;
}

/**
 * struct event - a bit was set or cleared: the function that did it, and the last look-up before it
 */
interface event {
	mdev: string;
	unit: unit;
	id: number;
	set: boolean;
	at: frame;
	last: look_up | null;
}

interface queue_view {
	apqn: number;
	reset_rc?: number;
	reset_status?: { response_code: number };
}

function has(mask: Uint32Array, id: number): boolean {
	return (mask[id >>> 5]! & 0x80000000 >>> (id & 31)) !== 0;
}

/** The chain to which a queue belongs. */
function chain_of(apqn: number): number {
	return hash_32(apqn, 8);
}

function copy_of(m: matrix_view): matrix_view {
	return { apm: m.apm.slice(), aqm: m.aqm.slice(), adm: m.adm.slice() };
}

function same_mask(a: Uint32Array, b: Uint32Array): boolean {
	for (let i = 0; i < a.length; i++)
		if (a[i] !== b[i])
			return false;
	return true;
}

function same_queues(a: matrix_view, b: matrix_view): boolean {
	return same_mask(a.apm, b.apm) && same_mask(a.aqm, b.aqm);
}

function queues_by_chain({ apm, aqm }: matrix_view): number[][] {
	const chains = Array.from({ length: CHAINS }, (): number[] => []);

	for (const apid of mask_ids(apm))
		for (const apqi of mask_ids(aqm))
			chains[chain_of(apid << 8 | apqi)]!.push(apid << 8 | apqi);
	return chains;
}

function count_by_chain({ apm, aqm }: matrix_view): Int32Array {
	const counts = new Int32Array(CHAINS);
	const apqis = mask_ids(aqm);

	for (const apid of mask_ids(apm))
		for (const apqi of apqis)
			counts[chain_of(apid << 8 | apqi)]!++;
	return counts;
}

function reset_rc_of(q: queue_view): number {
	return q.reset_status?.response_code ?? q.reset_rc ?? 0;
}

/** Whether a function may look a queue up to decide about a bit. Others only link and unlink it. */
function decides(at: frame): boolean {
	const info = function_of(at);

	return info === null || info.predicate || info.writes_bits;
}

/** The number of AP instructions so far. Each may have changed a response code. */
let instructions = 0;

/* by queue: @instructions + 1 at the time when it was last seen to be reset */
const seen_reset = new Int32Array(1 << 16);

function is_reset(apqn: number, node: hlist_node): boolean {
	if (seen_reset[apqn] === instructions + 1)
		return true;
	if (reset_rc_of(node.container as queue_view) !== 0)
		return false;
	seen_reset[apqn] = instructions + 1;
	return true;
}

/**
 * class watched - an mdev, and the masks of its guest as they were last seen
 * @at, @since: the function that had these masks last, and the number of look-ups before that
 * @reads: how often the masks were read with nothing else between
 * @looked: the last look-up in each chain
 */
class watched {
	view: mdev_view;
	chains: hlist_head[];
	before: matrix_view | null = null;
	seen: matrix_view | null = null;
	at: frame | null = null;
	since = 0;
	reads = 0;
	looked = new Int32Array(CHAINS);
	#assigned: matrix_view | null = null;
	#to_check = true;			/* the matrix may have changed */
	#counts: Int32Array = new Int32Array(CHAINS);
	#queues: number[][] | null = null;
	#passable: boolean[] = [];		/* by chain, if known */
	/* hlist_changes at the time when the first of them was judged */
	#known_at = -1;
	#instructions = -1;			/* instructions at that time */

	constructor(view: mdev_view) {
		this.view = view;
		this.chains = chains_of(view.state);
	}

	/** matrix_taken - a function has the matrix and may write it */
	matrix_taken(): void {
		this.#to_check = true;
	}

	/** The assigned queues that belong to a chain. */
	#of_chain(chain: number): number[] {
		this.#look_at_matrix();
		this.#queues ??= queues_by_chain(this.#assigned!);
		return this.#queues[chain]!;
	}

	/** is_known - whether all_passable() was true and nothing has changed since */
	is_known(chain: number): boolean {
		return !this.#to_check && this.#known_at === hlist_changes &&
			this.#instructions === instructions && this.#passable[chain] === true;
	}

	/**
	 * all_passable - whether all assigned queues of a chain are linked and reset
	 *
	 * The answer holds until a chain, the matrix or a response code changes.
	 */
	all_passable(chain: number): boolean {
		this.#look_at_matrix();
		if (this.#known_at !== hlist_changes || this.#instructions !== instructions) {
			this.#passable = [];
			this.#known_at = hlist_changes;
			this.#instructions = instructions;
		}
		return this.#passable[chain] ??= this.#judge(chain);
	}

	/**
	 * not_passable - the assigned queues of a chain that are not linked or not reset
	 */
	not_passable(chain: number): sought[] {
		const there = new Map<number, queue_view>();
		let steps = 0;

		for (let n = this.chains[chain]!.first; n !== null && steps < STEPS; n = n.next,
				steps++) {
			const q = n.container as queue_view;

			if (!there.has(q.apqn))
				there.set(q.apqn, q);
		}
		return this.#of_chain(chain).flatMap((apqn) => {
			const q = there.get(apqn);
			const reset_rc = q === undefined ? 0 : reset_rc_of(q);

			return q === undefined || reset_rc !== 0
				? [{ apqn, linked: q !== undefined, reset_rc }] : [];
		});
	}

	#look_at_matrix(): void {
		if (!this.#to_check)
			return;
		const { matrix } = this.view.state;

		this.#to_check = false;
		if (this.#assigned !== null && same_queues(this.#assigned, matrix))
			return;
		this.#assigned = copy_of(matrix);
		this.#counts = count_by_chain(matrix);
		this.#queues = null;
		this.#passable = [];
	}

	/**
	 * Whether the chain holds exactly the queues that are assigned.
	 */
	#judge(chain: number): boolean {
		const { apm, aqm } = this.#assigned!;
		const { next, key, node } = hash_links;
		let left = this.#counts[chain]!;

		for (let at = next[this.chains[chain]!.place]!; at !== 0; at = next[at]!) {
			const apqn = key[at]!;

			if (left-- === 0 || !has(apm, apqn >>> 8) || !has(aqm, apqn & 0xff) ||
			    !is_reset(apqn, node[at]!))
				return false;
		}
		return left === 0;
	}
}

const MASK: Record<unit, mask_name> = { adapter: "apm", domain: "aqm" };
const UNITS: unit[] = ["adapter", "domain"];

/**
 * class watched_head - stands for a chain head of an mdev's queue table
 *
 * It takes the place of the head that the driver made. A getter for each single head would need as
 * much memory as the rest of the machine.
 */
class watched_head {
	place: number;
	#chain: number;
	#looked_up: (chain: number) => void;
	#first: hlist_node | null = null;

	constructor(head: hlist_head, chain: number, looked_up: (chain: number) => void) {
		this.place = head.place;
		this.#chain = chain;
		this.#looked_up = looked_up;
		this.first = head.first;
		if (this.#first !== null)
			this.#first.pprev = this;
	}

	get first(): hlist_node | null {
		this.#looked_up(this.#chain);
		return this.#first;
	}

	set first(node: hlist_node | null) {
		this.#first = node;
	}
}

/* The constructor of hlist_head makes a field, which would hide a getter of the class. */
Object.setPrototypeOf(watched_head.prototype, hlist_head.prototype);

/** The host's AP configuration as the driver knows it. */
function host_of(matrix_dir: string): ap_config_info {
	const dev = sysfs_lookup(matrix_dir)!.container as { container: unknown };
	const matrix_dev = dev.container as { info?: ap_config_info; config_info?: ap_config_info };

	return (matrix_dev.info ?? matrix_dev.config_info)!;
}

/** The adapter, or the domain, of a queue. */
function unit_of(unit: unit, apqn: number): number {
	return unit === "adapter" ? apqn >>> 8 : apqn & 0xff;
}

function queue_of(unit: unit, id: number, other: number): number {
	return unit === "adapter" ? id << 8 | other : other << 8 | id;
}

/**
 * class decision_recorder - watches the mediated devices of a driver
 */
export class decision_recorder {
	#mdevs = new Map<string, watched>();
	#current: watched | null = null;
	#op: op = ["scan"];
	#events: event[] = [];
	#look_ups: look_up[] = [];
	#last: look_up | null = null;
	#count = 0;				/* the number of look-ups */
	#writers = new Map<string, writer>();
	#silent = true;
	#matrix_dir: string;
	#end: (() => void)[];

	/** @matrix_dir: the directory of the matrix device */
	constructor(matrix_dir: string) {
		this.#matrix_dir = matrix_dir;
		instructions++;			/* the queues of another machine are others */
		this.#end = [
			trace_clear_bit_inv.register(
				(nr, mask) => outside(() => this.#bit(nr, mask, false))),
			trace_set_bit_inv.register(
				(nr, mask) => outside(() => this.#bit(nr, mask, true))),
			trace_ap_insn.register(() => {
				instructions++;
				this.#done();
			}),
		];
	}

	/** watch - watch a new mdev, unless its driver has no shadow APCB and so decides nothing */
	watch(view: mdev_view): void {
		const { shadow_apcb } = view.state;

		if (shadow_apcb === undefined)
			return;
		const w = new watched(view);

		this.#mdevs.set(view.name, w);
		w.seen = copy_of(shadow_apcb);
		w.before = copy_of(shadow_apcb);
		const looked_up = (chain: number): void => {
			if (!this.#silent)
				this.#looked_up(w, chain);
		};
		w.chains.forEach((head, chain) => {
			w.chains[chain] = new watched_head(head, chain, looked_up);
		});
		this.#watch_field(w, "matrix", () => {
			this.#current = w;
			w.matrix_taken();
		});
		this.#watch_field(w, "shadow_apcb", () => {
			this.#current = w;
			this.#taken(w, shadow_apcb);
		});
	}

	/** start - an operation begins */
	start(o: op): void {
		this.#op = o;
		this.#events = [];
		this.#look_ups = [];
		this.#last = null;
		this.#count = 0;
		this.#writers.clear();
		for (const w of this.#mdevs.values()) {
			w.before = copy_of(w.seen!);
			w.at = null;
			w.reads = 0;
			w.looked.fill(0);
			w.matrix_taken();
		}
		this.#silent = false;
	}

	/**
	 * take - returns what was decided since start()
	 * @bound: returns the queues that are bound to the driver now
	 */
	take(bound: () => string[]): decision[] {
		this.#silent = true;
		for (const w of this.#mdevs.values())
			this.#compare(w);
		const list = [
			...this.#rejections(), ...this.#events.map((e) => this.#of_event(e, bound)),
		].filter((d) => d !== null);

		const kept = this.#kept(list);
		return [...kept, ...this.#undecided(kept)];
	}

	/** stop - stop watching, for good */
	stop(): void {
		for (const end of this.#end)
			end();
	}

	#watch_field(w: watched, field: "matrix" | "shadow_apcb", seen: () => void): void {
		const value = w.view.state[field];

		Object.defineProperty(w.view.state, field, {
			get: () => {
				if (!this.#silent)
					outside(seen);
				return value;
			},
		});
	}

	/** A function has the masks. It may write them until another function has them. */
	#taken(w: watched, masks: matrix_view): void {
		if (!same_queues(masks, w.seen!)) {
			this.#compare(w);
			w.reads = 0;
		}
		w.since = this.#count;
		if (w.reads++ < MANY || w.reads % SELDOM === 0)
			w.at = driver_frames()[0] ?? null;
	}

	/** Something was done. The next reader may be another function. */
	#done(): void {
		for (const w of this.#mdevs.values()) {
			w.reads = 0;
			w.matrix_taken();
		}
	}

	/** Do something that is not the driver's doing, and do not watch it. */
	#quietly<T>(fn: () => T): T {
		const before = this.#silent;

		this.#silent = true;
		const value = fn();
		this.#silent = before;
		return value;
	}

	#is_linked(w: watched, apqn: number): boolean {
		const head = w.chains[chain_of(apqn)]!;

		return hlist_found(head.place, apqn) !== 0 || this.#quietly(() => {
			let steps = 0;

			for (let n = head.first; n !== null && steps < STEPS; n = n.next) {
				if ((n.container as queue_view).apqn === apqn)
					return true;
				steps++;
			}
			return false;
		});
	}

	#looked_up(w: watched, chain: number): void {
		if (w.is_known(chain))
			this.#found(w, chain);
		else
			outside(() => this.#looked_for(w, chain));
	}

	/** The queue was there, whatever the look-up was for. */
	#found(w: watched, chain: number): void {
		w.looked[chain] = ++this.#count;
		this.#last = null;
	}

	#looked_for(w: watched, chain: number): void {
		this.#silent = true;
		const passable = w.all_passable(chain);
		this.#silent = false;

		if (passable)
			return this.#found(w, chain);
		const [callee, at] = driver_frames();

		if (callee?.func !== LOOK_UP || at === undefined)
			return;
		if (!decides(at))
			return this.#found(w, chain);
		w.looked[chain] = ++this.#count;
		this.#last = {
			mdev: w.view.name, queues: this.#quietly(() => w.not_passable(chain)), at,
		};
		this.#look_ups.push(this.#last);
	}

	/** The mdev that owns a mask, or null. */
	#own_mask(mask: Uint32Array): { w: watched; unit: unit } | null {
		return this.#quietly(() => {
			for (const w of this.#mdevs.values())
				for (const unit of UNITS)
					if (w.view.state.shadow_apcb![MASK[unit]] === mask)
						return { w, unit };
			return null;
		});
	}

	/** The mdev of whose mask this is a local copy, judged by the text of the call, or null. */
	#local_mask(at: frame): { w: watched; unit: unit } | null {
		const text = arguments_of(at).at(-1) ?? "";
		const name = LOCAL_MASK.exec(text)?.[1];
		if (name === undefined || this.#current === null)
			return null;
		return { w: this.#current, unit: name === "apm" ? "adapter" : "domain" };
	}

	#bit(id: number, mask: Uint32Array, set: boolean): void {
		if (this.#silent)
			return;
		this.#done();
		const own = this.#own_mask(mask);
		if (own === null && set)
			return;
		const at = driver_frames()[0];
		const found = own ?? (at === undefined ? null : this.#local_mask(at));
		if (found === null || at === undefined)
			return;
		this.#events.push({
			mdev: found.w.view.name, unit: found.unit, id, set, at,
			last: this.#last,
		});
	}

	/** The function that had the masks made all changes since they were last seen. */
	#compare(w: watched): void {
		const now = this.#quietly(() => w.view.state.shadow_apcb!);

		for (const unit of UNITS) {
			const name = MASK[unit];

			for (let word = 0; word < now[name].length; word++) {
				const changed = (now[name][word]! ^ w.seen![name][word]!) >>> 0;

				if (changed === 0)
					continue;
				for (const bit of mask_ids(Uint32Array.of(changed)))
					if (w.at !== null)
						this.#writers.set(
							`${w.view.name} ${unit} ${word << 5 | bit}`,
							{ at: w.at, look_ups: w.since });
			}
			w.seen![name].set(now[name]);
		}
	}

	#make(at: frame, d: Omit<decision, "func" | "file" | "patch" | "message_id">): decision {
		const info = function_of(at);

		return {
			...d, func: at.func, file: at.file,
			patch: info?.patch ?? "", message_id: info?.id ?? null,
		};
	}

	#queue_cause(q: sought, mdev: string, bound: () => string[]): string {
		const name = apqn_name(q.apqn);

		if (q.linked)
			return `the last reset of ${name} ended with response code ` +
				q.reset_rc.toString(16).padStart(2, "0");
		return bound().includes(name) ? `${name} is bound but not linked to ${mdev}` :
			`${name} is not bound`;
	}

	/** The queue that made the driver clear a bit, or null. */
	#decisive(e: event): sought | null {
		const { last } = e;

		if (last === null || last.mdev !== e.mdev || last.at.func !== e.at.func)
			return null;
		return last.queues.find((q) => unit_of(e.unit, q.apqn) === e.id) ?? null;
	}

	/** The first assigned queue of an adapter or domain that is not linked to the mdev. */
	#hole(w: watched, unit: unit, id: number): number | null {
		const others = mask_ids(w.seen![MASK[unit === "adapter" ? "domain" : "adapter"]]);

		for (const other of others) {
			const apqn = queue_of(unit, id, other);

			if (!this.#is_linked(w, apqn))
				return apqn;
		}
		return null;
	}

	/** Why something was plugged. @since is the number of look-ups before that. */
	#plugged_cause(w: watched, unit: unit, id: number, since: number): string {
		const others = mask_ids(w.seen![MASK[unit === "adapter" ? "domain" : "adapter"]]);
		const hole = this.#hole(w, unit, id);

		if (others.length === 0)
			return "it is assigned and in the host's AP configuration";
		if (hole === null)
			return "its queues are bound";
		const looked = w.looked[chain_of(hole)]! > since;
		return `${apqn_name(hole)} is not bound` + (looked ? "" : " and was not looked at");
	}

	#gone_cause(w: watched, unit: unit, id: number): { queue: string | null; cause: string } {
		const name = MASK[unit];

		if (!has(this.#quietly(() => w.view.state.matrix)[name], id))
			return { queue: null, cause: "it is no longer assigned" };
		if (!has(host_of(this.#matrix_dir)[name], id))
			return { queue: null, cause: "it is not in the host's AP configuration" };
		const [op_name, queue] = this.#op;
		if (op_name === "close" || op_name === "destroy")
			return { queue: null, cause: "the guest closes the device" };
		if (op_name === "unbind" && unit === "adapter")
			return { queue, cause: `${queue} is being unbound` };
		const other = unit === "adapter" ? "domain" : "adapter";
		if (mask_ids(w.seen![MASK[other]]).length === 0)
			return { queue: null, cause: `no ${other} is left` };
		const hole = this.#hole(w, unit, id);
		if (hole !== null)
			return { queue: apqn_name(hole), cause: `${apqn_name(hole)} is not bound` };
		return { queue: null, cause: "one of its queues was not passable" };
	}

	#of_event(e: event, bound: () => string[]): decision | null {
		const w = this.#mdevs.get(e.mdev)!;
		const part = { mdev: e.mdev, unit: e.unit, id: e.id };
		const decisive = this.#decisive(e);

		if (e.set)
			return this.#make(e.at, {
				...part, verdict: "plugged", queue: null,
				cause: this.#plugged_cause(w, e.unit, e.id, 0),
			});
		const verdict = has(w.before![MASK[e.unit]], e.id) ? "unplugged" : "filtered";
		if (decisive !== null)
			return this.#make(e.at, {
				...part, verdict, queue: apqn_name(decisive.apqn),
				cause: this.#queue_cause(decisive, e.mdev, bound),
			});
		return this.#make(e.at, { ...part, verdict, ...this.#gone_cause(w, e.unit, e.id) });
	}

	/**
	 * Decisions of functions that look for a queue, do not find it and answer no (v12 has
	 * these).
	 */
	#rejections(): (decision | null)[] {
		return this.#look_ups.map((l) => {
			const missing = l.queues.find((q) => !q.linked);
			const info = function_of(l.at);
			const [unit, ...more] = UNITS.filter((u) =>
				info?.params.includes(u === "adapter" ? "apid" : "apqi"));

			if (missing === undefined || info?.predicate !== true ||
				unit === undefined ||
			    more.length > 0)
				return null;
			const name = apqn_name(missing.apqn);
			return this.#make(l.at, {
				mdev: l.mdev, unit, id: unit_of(unit, missing.apqn),
				verdict: "filtered", queue: name,
				cause: `${name} is not bound`,
			});
		});
	}

	/** The decisions that no later decision has reversed. */
	#kept(list: decision[]): decision[] {
		return list.filter((d) => {
			const there = has(this.#mdevs.get(d.mdev)!.seen![MASK[d.unit]], d.id);

			return there === (d.verdict === "plugged");
		});
	}

	/** What changed without a bit being set or cleared, because a whole mask was copied. */
	#undecided(list: decision[]): decision[] {
		const out: decision[] = [];

		for (const [key, { at, look_ups }] of this.#writers) {
			const [mdev, unit, text] = key.split(" ") as [string, unit, string];
			const id = Number(text);
			const w = this.#mdevs.get(mdev)!;
			const there = has(w.seen![MASK[unit]], id);

			if (there === has(w.before![MASK[unit]], id) ||
			    list.some((d) => d.mdev === mdev && d.unit === unit && d.id === id))
				continue;
			const part = there ? {
				verdict: "plugged" as const, queue: null,
				cause: this.#plugged_cause(w, unit, id, look_ups),
			} : { verdict: "unplugged" as const, ...this.#gone_cause(w, unit, id) };
			out.push(this.#make(at, { mdev, unit, id, ...part }));
		}
		return out;
	}
}
