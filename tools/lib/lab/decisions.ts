// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a driver decides about a guest's matrix, watched as a debugger would: breakpoints where a
 * bit of a mask is set or cleared, watchpoints on an mdev's queue table and masks, the stack for
 * the function, driver memory for the queue. Costs, so only a lab that is asked to explain does it.
 *
 * A queue is looked up by its place in the hash table: the watchpoint sees the chain, and of the
 * queues assigned to the mdev mostly one belongs to a chain; where it is two, what was decided
 * next says which was meant.
 */
import { trace_clear_bit_inv, trace_set_bit_inv } from "#asm/bitops.h";
import type { ap_config_info } from "#asm/ap.h";
import { hash_32 } from "#linux/hash.h";
import type { hlist_head } from "#linux/list.h";
import { sysfs_lookup } from "../../../drivers/base/sysfs.ts";
import { outside } from "../../../drivers/s390/sim/syscall.ts";
import type { decision } from "./model.ts";
import type { op } from "../scenario/model.ts";
import { chains_of, type matrix_view, type mdev_view } from "./mdev.ts";
import { mask_ids, apqn_name } from "./names.ts";
import { arguments_of, driver_frames, function_of, type frame } from "../texts/source_text.ts";

const LOOK_UP = "vfio_ap_mdev_get_queue";

type unit = "adapter" | "domain";
type mask_name = "apm" | "aqm";

/** struct sought - a queue of the chain, and what there was of it in driver memory */
interface sought {
	apqn: number;
	linked: boolean;
	reset_rc: number;
}

/** struct look_up - a chain of an mdev's queue table was gone through for a queue */
interface look_up {
	mdev: string;
	queues: sought[];
	at: frame;
}

/** struct writer - who had an mdev's masks, after how many look-ups */
interface writer {
	at: frame;
	look_ups: number;
}

/**
 * struct event - a bit was set or cleared, by whom, and the last look-up by then
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

function copy_of(m: matrix_view): matrix_view {
	return { apm: m.apm.slice(), aqm: m.aqm.slice(), adm: m.adm.slice() };
}

function same_mask(a: Uint32Array, b: Uint32Array): boolean {
	return a.every((word, i) => word === b[i]);
}

function same_queues(a: matrix_view, b: matrix_view): boolean {
	return same_mask(a.apm, b.apm) && same_mask(a.aqm, b.aqm);
}

function queues_by_chain({ apm, aqm }: matrix_view): Map<number, number[]> {
	const apqns = mask_ids(apm).flatMap((apid) => mask_ids(aqm).map((apqi) => apid << 8 | apqi));
	const chains = new Map<number, number[]>();

	for (const apqn of apqns) {
		const chain = hash_32(apqn, 8);

		chains.set(chain, [...chains.get(chain) ?? [], apqn]);
	}
	return chains;
}

/** struct watched - an mdev, and its guest's masks as they were last seen */
class watched {
	view: mdev_view;
	chains: hlist_head[];
	before: matrix_view | null = null;
	seen: matrix_view | null = null;
	writer: writer | null = null;
	#assigned: matrix_view | null = null;
	#by_chain = new Map<number, number[]>();

	constructor(view: mdev_view) {
		this.view = view;
		this.chains = chains_of(view.state);
	}

	/** of_chain - the queues assigned that belong to a chain */
	of_chain(chain: number): number[] {
		const { matrix } = this.view.state;

		if (this.#assigned === null || !same_queues(this.#assigned, matrix)) {
			this.#assigned = copy_of(matrix);
			this.#by_chain = queues_by_chain(matrix);
		}
		return this.#by_chain.get(chain) ?? [];
	}
}

const MASK: Record<unit, mask_name> = { adapter: "apm", domain: "aqm" };
const UNITS: unit[] = ["adapter", "domain"];

function has(mask: Uint32Array, id: number): boolean {
	return (mask[id >>> 5]! & 0x80000000 >>> (id & 31)) !== 0;
}

/** The host's AP configuration as the driver last heard of it. */
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
 * class decision_recorder - watches a driver's mediated devices
 */
export class decision_recorder {
	#mdevs = new Map<string, watched>();
	#current: watched | null = null;
	#op: op = ["scan"];
	#events: event[] = [];
	#look_ups: look_up[] = [];
	#writers = new Map<string, writer>();
	#silent = true;
	#matrix_dir: string;
	#end: (() => void)[];

	/** @matrix_dir: the matrix device's directory */
	constructor(matrix_dir: string) {
		this.#matrix_dir = matrix_dir;
		this.#end = [
			trace_clear_bit_inv.register((nr, mask) => outside(() => this.#bit(nr, mask, false))),
			trace_set_bit_inv.register((nr, mask) => outside(() => this.#bit(nr, mask, true))),
		];
	}

	/** watch - a new mdev; a driver without a shadow APCB decides nothing */
	watch(view: mdev_view): void {
		const { shadow_apcb } = view.state;

		if (shadow_apcb === undefined)
			return;
		const w = new watched(view);

		this.#mdevs.set(view.name, w);
		w.seen = copy_of(shadow_apcb);
		w.before = copy_of(shadow_apcb);
		w.chains.forEach((head, chain) => this.#watch_chain(w, head, chain));
		this.#watch_field(w, "matrix", () => {
			this.#current = w;
		});
		this.#watch_field(w, "shadow_apcb", () => {
			this.#current = w;
			this.#compare(w);
			const at = driver_frames()[0];
			w.writer = at === undefined ? null : { at, look_ups: this.#look_ups.length };
		});
	}

	/** start - an operation begins */
	start(o: op): void {
		this.#op = o;
		this.#events = [];
		this.#look_ups = [];
		this.#writers.clear();
		for (const w of this.#mdevs.values()) {
			w.before = copy_of(w.seen!);
			w.writer = null;
		}
		this.#silent = false;
	}

	/**
	 * take - what was decided since start()
	 * @bound: says which queues are bound to the driver by now
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

	#watch_chain(w: watched, head: hlist_head, chain: number): void {
		let { first } = head;

		Object.defineProperty(head, "first", {
			get: () => {
				if (!this.#silent)
					outside(() => this.#looked_up(w, chain));
				return first;
			},
			set: (node: typeof first) => {
				first = node;
			},
		});
	}

	/** What is not the driver's doing is not to be seen. */
	#quietly<T>(fn: () => T): T {
		const before = this.#silent;

		this.#silent = true;
		const value = fn();
		this.#silent = before;
		return value;
	}

	#find(w: watched, apqn: number): queue_view | null {
		return this.#quietly(() => {
			let steps = 0;

			for (let n = w.chains[hash_32(apqn, 8)]!.first; n !== null && steps < 256; n = n.next) {
				if ((n.container as queue_view).apqn === apqn)
					return n.container as queue_view;
				steps++;
			}
			return null;
		});
	}

	#look_at(w: watched, apqn: number): sought {
		const q = this.#find(w, apqn);

		return {
			apqn, linked: q !== null,
			reset_rc: q?.reset_status?.response_code ?? q?.reset_rc ?? 0,
		};
	}

	#looked_up(w: watched, chain: number): void {
		const [callee, at] = driver_frames();

		if (callee?.func !== LOOK_UP || at === undefined)
			return;
		const queues = this.#quietly(() => w.of_chain(chain)).map((apqn) => this.#look_at(w, apqn));
		this.#look_ups.push({ mdev: w.view.name, queues, at });
	}

	/** An mdev's own mask? */
	#own_mask(mask: Uint32Array): { w: watched; unit: unit } | null {
		return this.#quietly(() => {
			for (const w of this.#mdevs.values())
				for (const unit of UNITS)
					if (w.view.state.shadow_apcb![MASK[unit]] === mask)
						return { w, unit };
			return null;
		});
	}

	/** By the call's text a local copy of one? */
	#local_mask(at: frame): { w: watched; unit: unit } | null {
		const text = arguments_of(at).at(-1) ?? "";
		const name = /^shadow_apcb\.(apm|aqm)$/.exec(text)?.[1];
		if (name === undefined || this.#current === null)
			return null;
		return { w: this.#current, unit: name === "apm" ? "adapter" : "domain" };
	}

	#bit(id: number, mask: Uint32Array, set: boolean): void {
		if (this.#silent)
			return;
		const own = this.#own_mask(mask);
		if (own === null && set)
			return;
		const at = driver_frames()[0];
		const found = own ?? (at === undefined ? null : this.#local_mask(at));
		if (found === null || at === undefined)
			return;
		this.#events.push({
			mdev: found.w.view.name, unit: found.unit, id, set, at,
			last: this.#look_ups.at(-1) ?? null,
		});
	}

	/** What changed since the masks were last seen was done by who had them then. */
	#compare(w: watched): void {
		const now = this.#quietly(() => w.view.state.shadow_apcb!);

		for (const unit of UNITS) {
			const name = MASK[unit];

			for (let word = 0; word < now[name].length; word++) {
				const changed = (now[name][word]! ^ w.seen![name][word]!) >>> 0;

				if (changed === 0)
					continue;
				for (const bit of mask_ids(Uint32Array.of(changed)))
					if (w.writer !== null)
						this.#writers.set(`${w.view.name} ${unit} ${word << 5 | bit}`, w.writer);
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

	/** The queue that made the driver clear a bit, if one did. */
	#decisive(e: event): sought | null {
		const { last } = e;

		if (last === null || last.mdev !== e.mdev || last.at.func !== e.at.func)
			return null;
		return last.queues.find((q) => unit_of(e.unit, q.apqn) === e.id &&
			(!q.linked || q.reset_rc !== 0)) ?? null;
	}

	/** The first assigned queue of an adapter or domain that is not linked to the mdev. */
	#hole(w: watched, unit: unit, id: number): number | null {
		const others = mask_ids(w.seen![MASK[unit === "adapter" ? "domain" : "adapter"]]);

		for (const other of others) {
			const apqn = queue_of(unit, id, other);

			if (this.#find(w, apqn) === null)
				return apqn;
		}
		return null;
	}

	/** @since: the number of look-ups before it was plugged */
	#plugged_cause(w: watched, unit: unit, id: number, since: number): string {
		const others = mask_ids(w.seen![MASK[unit === "adapter" ? "domain" : "adapter"]]);
		const hole = this.#hole(w, unit, id);

		if (others.length === 0)
			return "it is assigned and in the host's AP configuration";
		if (hole === null)
			return "its queues are bound";
		const looked = this.#look_ups.slice(since).some((l) => l.queues.some((q) => q.apqn === hole));
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
		const verdict = has(w.before![MASK[e.unit]], e.id) ? "unplugged" : "withheld";
		if (decisive !== null)
			return this.#make(e.at, {
				...part, verdict, queue: apqn_name(decisive.apqn),
				cause: this.#queue_cause(decisive, e.mdev, bound),
			});
		return this.#make(e.at, { ...part, verdict, ...this.#gone_cause(w, e.unit, e.id) });
	}

	/** Functions that asked for a queue, did not find it and answered no (v12's). */
	#rejections(): (decision | null)[] {
		return this.#look_ups.map((l) => {
			const missing = l.queues.find((q) => !q.linked);
			const info = function_of(l.at);
			const [unit, ...more] = UNITS.filter((u) =>
				info?.params.includes(u === "adapter" ? "apid" : "apqi"));

			if (missing === undefined || info?.predicate !== true || unit === undefined ||
			    more.length > 0)
				return null;
			const name = apqn_name(missing.apqn);
			return this.#make(l.at, {
				mdev: l.mdev, unit, id: unit_of(unit, missing.apqn), verdict: "withheld", queue: name,
				cause: `${name} is not bound`,
			});
		});
	}

	/** Those that were not overtaken by what came later. */
	#kept(list: decision[]): decision[] {
		return list.filter((d) => {
			const there = has(this.#mdevs.get(d.mdev)!.seen![MASK[d.unit]], d.id);

			return there === (d.verdict === "plugged");
		});
	}

	/** Whole masks are copied, too: what changed with no bit set or cleared. */
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
