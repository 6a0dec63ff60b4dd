// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes traces up: a machine, and operations on it one after the other, each chosen by what the
 * driver has made of the ones before.
 */
import { apqn_name } from "../../lib/lab/names.ts";
import { product } from "../../lib/scenario/ids.ts";
import type { masks, op } from "../../lib/scenario/model.ts";
import type { trace_header } from "../../lib/trace/format.ts";
import type { fuzz_op } from "./port.ts";
import type { action, profile } from "./profiles.ts";
import type { random } from "./random.ts";
import { hardware_info, stream_operation, type stream_source } from "./streams.ts";
import { config_text, number_text } from "./texts.ts";

/**
 * struct driver_view - what the generator knows of the driver
 * @mdevs: by name, what is assigned to them
 * @open: those that a guest has open
 * @streams: an mdev's, in the order they were opened; whether each is still open
 * @carried: what was read of an mdev's last stream, hexadecimal digits
 */
export interface driver_view {
	mdevs(): string[];
	matrix(mdev: string): masks;
	open(): string[];
	streams(mdev: string): boolean[];
	carried(mdev: string): string;
}

const IDS = 256;
const BUCKETS = 256;

/* The bucket of an APQN in the driver's hash table. */
function bucket_of(apid: number, apqi: number): number {
	return Math.imul(apid << 8 | apqi, 0x61c88647) >>> 24 & BUCKETS - 1;
}

function ascending(ids: Iterable<number>): number[] {
	return [...new Set(ids)].sort((a, b) => a - b);
}

/* Guest page frames: there; with a slot and nothing behind it; without one. */
const FRAMES = [1, 1, 2, 2, 3, 5, 0x7ffe, 0x7fff, 0x7fff, 0x8000, 0xffff, 0x10000, 0x123456];
const CODES = [0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0x0a, 0x0b, 0x10, 0x35, 0x36, 0x42, 0xff];
const WAITS = [2, 2, 5, 5, 0x0a];
/* What TAPQ says of queues that are there. */
const STATES = [0, 2, 3, 4, 5];

/* "04.0047" as 0x447 */
function queue_number(name: string): number {
	return Number.parseInt(name.replace(".00", ""), 16);
}

function hex(n: bigint | number): string {
	return `0x${n.toString(16)}`;
}

/* What other threads do while a stream is read or written. */
const OTHERS: profile["weights"] = {
	mig_state: 10, mig_ask: 2, mig_read: 8, mig_write: 4, mig_close: 10, close: 8, destroy: 6,
	reset: 6, open: 3, unbind: 6, bind: 4, cfg: 4, assign_adapter: 4, unassign_adapter: 6,
	assign_domain: 4, unassign_domain: 6, ap_config: 4, pqap: 3, read: 2, in_use: 1,
};

/**
 * class generator - one trace
 */
export class generator {
	#rnd: random;
	#profile: profile;
	#apids: number[];		/* the ids that the trace plays with */
	#apqis: number[];
	#host: masks;
	#limits: [na: number, nd: number];
	#created = 0;
	#scripted: string[] = [];	/* queues that answer otherwise, the last one first */
	#header: trace_header;

	constructor(rnd: random, profile: profile, driver: string, seed: number) {
		this.#rnd = rnd;
		this.#profile = profile;
		const narrow = rnd.chance(profile.narrow);
		const na = this.#limit([0, 3, 9, 15, 23, 63, 84, 255]);
		const nd = this.#limit([0, 3, 9, 15, 23, 63, 84, 255]);

		this.#limits = narrow ? [63, 15] : [na, nd];
		[this.#apids, this.#apqis] = this.#pools();
		this.#host = {
			apm: this.#subset(this.#apids, profile.adapters),
			aqm: this.#subset(this.#apqis, profile.domains),
			adm: rnd.some(this.#apqis, 50),
		};
		this.#header = {
			trace: 1, driver, seed,
			host: { apxa: narrow ? 0 : 1, na, nd, ...this.#host, old: this.#old() },
			apmask: rnd.chance(profile.reserved) ? rnd.some(this.#apids, 40) : [],
			aqmask: rnd.chance(profile.reserved) ? rnd.some(this.#apqis, 40) : [],
			...profile.migrates && this.#memory(),
		};
		if (profile.migrates && rnd.chance(2))
			this.#header.host.se = 1;
	}

	get header(): trace_header {
		return this.#header;
	}

	/** next - the next operation */
	next(view: driver_view): fuzz_op {
		for (;;) {
			const op = this.#operation(this.#rnd.weighted(this.#profile.weights), view);

			if (op !== null)
				return op;
		}
	}

	#limit(usual: number[]): number {
		const wanted = Math.max(...this.#profile.adapters, ...this.#profile.domains) * 2;

		return Math.max(this.#rnd.pick(usual),
			this.#profile.edges < 20 ? Math.min(wanted, IDS - 1) : 0);
	}

	#old(): number[] {
		return this.#rnd.chance(this.#profile.old) ? this.#rnd.some(this.#apids, 40) : [];
	}

	/* What becomes of memory that is not to be used. */
	#memory(): Partial<trace_header> {
		return {
			...this.#rnd.chance(50) && { kasan: 1 as const },
			...this.#rnd.chance(40) && { low0: 1 as const },
			...this.#rnd.chance(10) && { dlock: 1 as const },
			...this.#rnd.chance(15) && { autoinit: "pattern" as const },
		};
	}

	#pools(): [number[], number[]] {
		const { adapters, domains, collide } = this.#profile;

		if (collide)
			return this.#colliding();
		const pool = ([, most]: readonly [number, number], limit: number): number[] =>
			ascending(Array.from({ length: most + 2 },
				() => this.#rnd.below(Math.min(limit, 4 * most + 20) + 1)));

		return [pool(adapters, this.#limits[0]), pool(domains, this.#limits[1])];
	}

	/* Ids of which several queues are in one bucket. */
	#colliding(): [number[], number[]] {
		const [na, nd] = this.#limits;
		const bucket = this.#rnd.below(BUCKETS);
		const queues: [number, number][] = [];

		for (let tries = 0; tries < 4000 && queues.length < 5; tries++) {
			const [apid, apqi] = [this.#rnd.below(na + 1), this.#rnd.below(nd + 1)];

			if (bucket_of(apid, apqi) === bucket)
				queues.push([apid, apqi]);
		}
		queues.push([0, 0]);
		return [
			ascending(queues.map(([apid]) => apid)),
			ascending(queues.map(([, apqi]) => apqi)),
		];
	}

	#subset(ids: readonly number[], [least, most]: readonly [number, number]): number[] {
		const count = this.#rnd.between(least, most);

		if (this.#rnd.chance(2))
			return [];
		const left = [...ids];

		while (left.length > count)
			left.splice(this.#rnd.below(left.length), 1);
		return left;
	}

	#id(pool: readonly number[], limit: number): number {
		if (this.#rnd.chance(this.#profile.edges))
			return this.#rnd.pick([
				0, limit, limit + 1, Math.max(0, limit - 1), IDS - 1, IDS, 63, 64,
				15, 16,
			]);
		return this.#rnd.pick(pool);
	}

	/* A queue for an instruction: one of the mdev's, or one that will not answer as usual. */
	#queue_of(mdev: string, view: driver_view): string {
		const { apm, aqm } = view.mdevs().includes(mdev) ? view.matrix(mdev)
			: { apm: [], aqm: [] };

		if (this.#scripted.length > 0 && this.#rnd.chance(40))
			return this.#rnd.pick(this.#scripted);
		if (apm.length > 0 && aqm.length > 0 && this.#rnd.chance(70))
			return apqn_name(this.#rnd.pick(apm) << 8 | this.#rnd.pick(aqm));
		return this.#queue();
	}

	#queue(): string {
		const { apm, aqm } = this.#host;
		const inside = this.#rnd.chance(85) && apm.length > 0 && aqm.length > 0;
		const apid = this.#rnd.pick(inside ? apm : this.#apids);
		const apqi = this.#rnd.pick(inside ? aqm : this.#apqis);

		return apqn_name(apid << 8 | apqi);
	}

	/* A queue of which the host has not got the adapter, the domain, or both. */
	#queue_to_come(): string {
		const pick = (pool: readonly number[], now: readonly number[]): number => {
			const missing = pool.filter((id) => !now.includes(id));

			return this.#rnd.pick(missing.length > 0 && this.#rnd.chance(70)
				? missing : pool);
		};

		return apqn_name(pick(this.#apids, this.#host.apm) << 8 |
			pick(this.#apqis, this.#host.aqm));
	}

	/* An mdev; rarely one that does not exist. */
	#mdev(view: driver_view): string | null {
		const names = view.mdevs();

		if (names.length === 0 || this.#rnd.chance(1))
			return this.#created === 0
				? null : `m${this.#rnd.below(this.#created + 1)}`;
		return this.#rnd.chance(60) ? this.#rnd.pick(names.slice(-4))
			: this.#rnd.pick(names);
	}

	#operation(action: action, view: driver_view): fuzz_op | null {
		const mdev = this.#mdev(view);

		switch (action) {
		case "create":
			return this.#create(view);
		case "bind":
		case "unbind":
			return [action, this.#queue()];
		case "cfg":
			return ["cfg", this.#change()];
		case "in_use":
			return [
				"in_use", this.#rnd.some(this.#apids, 40),
				this.#rnd.some(this.#apqis, 40),
			];
		case "hw":
			return this.#hw(mdev, view);
		case "fail_nth":
			return ["fail_nth", this.#rnd.pick([1, 1, 1, 2, 3])];
		case "read":
			return this.#read(mdev);
		case "mig_state":
		case "mig_ask":
		case "mig_read":
		case "mig_write":
		case "mig_close":
		case "kmem":
			return stream_operation(this.#rnd, action, this.#source(view), view,
				this.#profile.beside);
		default:
			return mdev === null ? null : this.#on_mdev(action, mdev, view);
		}
	}

	#source(view: driver_view): stream_source {
		const mdevs = Array.from({ length: this.#created }, (_, i) => `m${i}`);
		return {
			mdevs: () => mdevs,
			open_one: () => this.#open_one(this.#rnd.pick(mdevs), view),
			queue: () => queue_number(this.#queue()),
			queues_of: (mdev) => this.#queues_of(mdev, view),
			other: () => this.#of_other(view),
		};
	}

	/* All of what an mdev has; or, often, what it could be given. */
	#queues_of(mdev: string, view: driver_view): number[] {
		const { apm, aqm } = view.mdevs().includes(mdev) && this.#rnd.chance(60)
			? view.matrix(mdev) : this.#host;

		return product(this.#rnd.some(apm, 75), this.#rnd.some(aqm, 75)).map(queue_number);
	}

	/* What another thread does meanwhile: anything but making mdevs and breaking memory. */
	#of_other(view: driver_view): op {
		for (;;) {
			const next = this.#operation(this.#rnd.weighted<action>(OTHERS), view);

			if (next !== null && next[0] !== "fail_nth" && next[0] !== "ioctl" &&
				next[0] !== "init")
				return next;
		}
	}

	#hw(mdev: string | null, view: driver_view): fuzz_op {
		const queue = this.#queue_to_script(mdev, view);

		this.#scripted = [queue, ...this.#scripted].slice(0, 2);
		if (!this.#profile.migrates || this.#rnd.chance(40))
			return ["hw", queue, this.#script()];
		return ["hw", queue, {
			...hardware_info(this.#rnd),
			...this.#rnd.chance(30) && { tapq: [this.#rnd.pick(CODES)] },
		}];
	}

	#queue_to_script(mdev: string | null, view: driver_view): string {
		if (this.#rnd.chance(this.#profile.coming))
			return this.#queue_to_come();
		return mdev === null ? this.#queue() : this.#queue_of(mdev, view);
	}

	#create(view: driver_view): fuzz_op | null {
		const names = view.mdevs();

		if (names.length >= this.#profile.mdevs)
			return null;
		if (names.length > 0 && this.#rnd.chance(2))
			return ["create", this.#rnd.pick(names)];
		if (this.#profile.migrates && this.#rnd.chance(1))
			return ["create", `m${this.#created++}`, { register: -12 }];
		return ["create", `m${this.#created++}`];
	}

	#on_mdev(action: action, mdev: string, view: driver_view): fuzz_op | null {
		switch (action) {
		case "destroy":
		case "reset":
		case "close":
			return [action, action === "destroy" ? mdev : this.#open_one(mdev, view)];
		case "open":
			return this.#rnd.chance(this.#profile.mdevs > 4 ? 40 : 20) ?
				["open", mdev, this.#open_one(mdev, view)] : ["open", mdev];
		case "pqap":
			return this.#pqap(this.#open_one(mdev, view), view);
		case "ioctl":
			return this.#ioctl(this.#open_one(mdev, view));
		case "unmap":
			return ["unmap", this.#open_one(mdev, view), ...this.#range()];
		case "ap_config":
			return ["write", mdev, "ap_config", this.#config(mdev, view)];
		default:
			return ["write", mdev, action, this.#number(action, mdev, view)];
		}
	}

	#open_one(mdev: string, view: driver_view): string {
		const open = view.open();

		return open.length > 0 && this.#rnd.chance(95) ? this.#rnd.pick(open) : mdev;
	}

	/* A number for an attribute: mostly one that changes something. */
	#number(attr: string, mdev: string, view: driver_view): string {
		const { apm, aqm, adm } = view.mdevs().includes(mdev) ? view.matrix(mdev)
			: { apm: [], aqm: [], adm: [] };
		const [assigned, pool, limit] = attr.endsWith("_adapter")
			? [apm, this.#apids, this.#limits[0]] :
			[attr.endsWith("control_domain") ? adm : aqm, this.#apqis, this.#limits[1]];
		const is_assign = !attr.startsWith("un");
		const again = this.#rnd.chance(this.#profile.again);
		const wanted = is_assign === again
			? assigned : pool.filter((id) => !assigned.includes(id));

		return number_text(this.#rnd, this.#id(wanted.length > 0 ? wanted : pool, limit),
			this.#profile.strange);
	}

	#config(mdev: string, view: driver_view): string {
		const now = view.mdevs().includes(mdev) ? view.matrix(mdev)
			: { apm: [], aqm: [], adm: [] };
		const mask = (ids: readonly number[], pool: readonly number[],
				limit: number): number[] => {
			const chosen = this.#rnd.chance(40)
				? ids : this.#rnd.some(pool, this.#rnd.pick([20, 50, 80]));

			return ascending(
				[...chosen, ...this.#rnd.chance(this.#profile.edges)
					? [this.#id(pool, limit)] : []])
				.filter((id) => id < IDS);
		};

		return config_text(this.#rnd, [
			mask(now.apm, this.#apids, this.#limits[0]),
			mask(now.aqm, this.#apqis, this.#limits[1]),
			mask(now.adm, this.#apqis, this.#limits[1]),
		], this.#profile.strange);
	}

	#read(mdev: string | null): fuzz_op | null {
		if (this.#rnd.chance(25))
			return [
				"read", this.#queue(),
				this.#rnd.chance(95) ? "status" : "assign_adapter",
			];
		if (this.#rnd.chance(5))
			return ["read", "matrix", this.#rnd.chance(90) ? "features" : "matrix"];
		return mdev === null ? null : ["read", mdev, this.#rnd.pick([
			"matrix", "matrix", "guest_matrix", "guest_matrix", "control_domains",
			"ap_config", "nothing",
			"assign_adapter",
		])];
	}

	/* The host gains and loses some; the ids stay below its limits. */
	#change(): Partial<masks> {
		const next = (now: readonly number[], pool: readonly number[]): number[] => {
			const kind = this.#rnd.below(10);

			if (kind < 4)
				return ascending(this.#rnd.some(now, 70));
			if (kind < 8)
				return ascending([...now, ...this.#rnd.some(pool, 40)]);
			return kind === 8 ? [] : this.#rnd.some(pool, 50);
		};
		const change: Partial<masks> = {};

		if (this.#rnd.chance(55))
			change.apm = next(this.#host.apm, this.#apids);
		if (this.#rnd.chance(45))
			change.aqm = next(this.#host.aqm, this.#apqis);
		if (this.#rnd.chance(30))
			change.adm = next(this.#host.adm, this.#apqis);
		if (this.#scripted.length > 0 && this.#rnd.chance(20))
			this.#come(change, queue_number(this.#scripted[0]));
		Object.assign(this.#host, change);
		return change;
	}

	/* A queue that answers otherwise comes, its adapter and its domain at once. */
	#come(change: Partial<masks>, queue: number): void {
		const { apm, aqm } = this.#host;

		change.apm = ascending([...change.apm ?? apm, queue >> 8]);
		change.aqm = ascending([...change.aqm ?? aqm, queue & 0xff]);
	}

	#script(): { zapq?: number[]; tapq?: number[]; aqic?: number[] } {
		const codes = (): number[] => [
			...Array.from({ length: this.#rnd.chance(30) ? this.#rnd.below(10) : 0 },
				() => this.#rnd.pick(WAITS)),
			...Array.from({ length: this.#rnd.between(0, 3) },
				() => this.#rnd.pick(CODES)),
		];
		const script: { zapq?: number[]; tapq?: number[]; aqic?: number[] } = {};

		for (const name of ["zapq", "tapq", "aqic"] as const)
			if (this.#rnd.chance(50))
				script[name] = codes();
		/* rare by chance: nothing changed; busy for longer than the driver waits */
		if (this.#rnd.chance(12))
			script.aqic = this.#rnd.chance(50)
				? [7] : new Array<number>(8).fill(this.#rnd.pick(WAITS));
		if (this.#rnd.chance(5))
			script.tapq = new Array<number>(8).fill(5);
		if (this.#rnd.chance(20))
			script.tapq = [this.#rnd.pick(STATES), ...script.tapq ?? []];
		return script;
	}

	#pqap(mdev: string, view: driver_view): fuzz_op {
		const qid = queue_number(this.#queue_of(mdev, view));
		const gr0 = this.#rnd.chance(90) ? 0x3000000 | qid : this.#rnd.word();
		const isc = BigInt(this.#rnd.below(8));
		const enable = this.#rnd.chance(70) ? 1n << 47n : 0n;
		const junk = this.#rnd.chance(10) ? BigInt(this.#rnd.word()) << 32n |
			BigInt(this.#rnd.word()) : 0n;
		const nib = BigInt(this.#rnd.pick(FRAMES)) << 12n |
			BigInt(this.#rnd.below(4) * 0x123);

		return [
			"pqap", mdev, hex(gr0), hex(enable | isc | junk),
			hex(this.#rnd.chance(4) ? 0n : nib),
		];
	}

	#ioctl(mdev: string): fuzz_op {
		const name = this.#rnd.pick(
			["info", "irq_info", "set_irqs", "set_irqs", "unknown"] as const);
		const argsz = this.#rnd.pick([24, 24, 24, 16, 20, 15, 19, 0]);
		const few = (): number => this.#rnd.pick([0, 0, 0, 1, 2, 0xffffffff]);
		const flags = this.#rnd.pick(
			[0x24, 0x24, 0x24, 0x22, 0x21, 0x20, 0x0c, 0x64, 0, 0x26]);

		if (name === "set_irqs")
			return ["ioctl", mdev, name,
				[argsz, flags, few(), few(),
					this.#rnd.pick([1, 1, 1, 0, 2, 0xffffffff]),
				this.#rnd.pick([-1, -2, 9999])]];
		if (name === "info")
			return ["ioctl", mdev, name, [argsz, 0, 7, 7, 0, 0]];
		return ["ioctl", mdev, name, [argsz, 0, few(), 7]];
	}

	/* Begins, or ends, where a notification byte may be. */
	#range(): [string, string] {
		const frame = BigInt(this.#rnd.pick(FRAMES)) << 12n;
		const length = this.#rnd.pick([
			0n, 1n, 4096n, 8192n, 1n << 20n, 1n << 40n, 2n ** 64n - 4096n,
			2n ** 64n - 1n,
		]);
		const place = this.#rnd.chance(20) ? BigInt.asUintN(64, frame - length) : frame;
		const iova = this.#rnd.chance(80)
			? place : this.#rnd.pick([0n, 1n, 2n ** 64n - 4096n, 0x7fffffn]);

		return [hex(iova), hex(length)];
	}
}
