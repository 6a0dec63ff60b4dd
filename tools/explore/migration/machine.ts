// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine that the search runs: the lab's machine, a view of its mdevs, queues and streams, and
 * what the userspace that migrates has read and written so far.
 */
import { trace_warn } from "#linux/bug.h";
import { dev_get_drvdata, put_device } from "#linux/device.h";
import type { file } from "#linux/fs.h";
import { lockdep_inversions } from "#linux/lockdep.h";
import { dmesg } from "#linux/printk.h";
import { free_held_locks } from "#linux/rwsem.h";
import { kmem_charged, type flexible_struct } from "#linux/slab.h";
import { ap_get_qdev } from "../../../drivers/s390/crypto/ap_bus.h.ts";
import type { driver } from "../../../drivers/s390/crypto/history/index.ts";
import { kernel_function } from "../../../drivers/s390/sim/syscall.ts";
import { machine_lab } from "../../lib/lab/lab.ts";
import { inventory } from "../../lib/lab/leftovers.ts";
import type { boot_options, lab_result } from "../../lib/lab/model.ts";
import { apqn_name, apqn_of } from "../../lib/lab/names.ts";
import { product } from "../../lib/scenario/ids.ts";
import { MIGRATION_STATES, type masks, type op } from "../../lib/scenario/model.ts";
import { forget } from "../journal.ts";
import { carried_class, position_class, read_class, sent_class } from "./classes.ts";
import { HWINFO, besides_of, bytes_due, data_of, type deed, type yard } from "./operations.ts";

/** watches - the ways to set up the machine's memory and its guest */
export const watches = {
	plain: {},
	watched: { kasan: true, low_memory: "fault" },
	pattern: { memory: "pattern" },
	secure: { secure_execution: true },
} as const satisfies Record<string, Partial<boot_options>>;

export type watch = keyof typeof watches;

/* The driver's struct vfio_ap_migration_data, as far as it is looked at. */
interface migration_data {
	mig_state: number;
	resuming_mig_state: { filp: file | null; ap_config: flexible_struct | null };
	stop_copy_mig_file: file | null;
}

/**
 * struct stream_seen - an open stream
 * @out: whether the stream is for reading
 * @latest: whether the mdev's data point to this stream
 * @pos: its position, in bytes
 */
export interface stream_seen {
	out: boolean;
	latest: boolean;
	pos: number;
}

/**
 * struct mdev_seen - an mdev
 * @matrix: what is assigned
 * @shadow: the shadow APCB
 * @apcb: the guest's APCB, or null without a guest
 * @linked: the queues in its table
 * @state: its migration state, or null if the device is not open
 * @kept: the configuration that came in: "none", "live", or "freed" if the pointer dangles
 * @resuming: whether it has a stream for writing
 */
export interface mdev_seen {
	matrix: masks;
	shadow: masks;
	apcb: masks | null;
	linked: string[];
	state: string | null;
	kept: "none" | "live" | "freed";
	resuming: boolean;
}

/**
 * struct queue_seen - a queue that is bound to the driver
 * @owner: its mdev; "gone" if that mdev is freed, null for none
 * @reset: the response code of its last reset
 * @irq: whether it has an interruption subclass
 */
interface queue_seen {
	owner: string | null;
	reset: number;
	irq: boolean;
}

/**
 * struct seen - everything that is looked at
 * @mdevs: the mdevs, by name
 * @queues: the bound queues, by name
 * @streams: the open streams of each mdev, oldest first
 * @orphans: the allocations charged to userspace to which no mdev points
 */
export interface seen {
	mdevs: Map<string, mdev_seen>;
	queues: Map<string, queue_seen>;
	streams: Map<string, stream_seen[]>;
	orphans: number;
}

/**
 * struct memory - what userspace remembers of an mdev's newest stream
 * @image: what the stream should give, fixed at the first read
 * @source: the mdev's matrix at the first read
 * @got: the data read from it
 * @sent: the data written to it
 * @resumed: how many times complete data were written since the device was opened
 * @raced: whether another thread read or wrote, too
 */
export interface memory {
	image: string | null;
	source: masks | null;
	got: string;
	sent: string;
	resumed: number;
	raced: boolean;
}

const NOTHING: memory = { image: null, source: null, got: "", sent: "", resumed: 0, raced: false };

/**
 * struct done - an operation, with the states before and after it
 * @deed: the operation
 * @result: its result
 * @before: the state before it
 * @after: the state after it
 * @was: what userspace remembered of the mdev's newest stream
 * @crash: how the kernel stopped, or null
 * @inversions: the pairs of locks that this operation took in the other order
 * @bad_unlock: whether a thread unlocked what another one had locked
 * @scripted: whether the hardware was told what to answer
 * @image: what the mdev's newest stream should give
 * @source: the source's matrix when the carried data were read, or null
 * @warned: the functions in which a WARN fired
 * @info_of: a queue's hardware information, from TAPQ's register 2
 */
export interface done {
	deed: deed;
	result: lab_result;
	before: seen;
	after: seen;
	was: memory;
	crash: Error | null;
	inversions: string[];
	bad_unlock: boolean;
	scripted: boolean;
	image: string;
	source: masks | null;
	warned: string[];
	info_of: (queue: string) => bigint;
}

/** mdev_of - the mdev that an operation works on, or null */
export function mdev_of([name, ...rest]: op): string | null {
	if (name === "mig_carry")
		return rest[1] as string;
	return ["bind", "unbind", "cfg", "hw", "kmem"].includes(name) ? null : rest[0] as string;
}

/** struct saved - what save() keeps of a machine; the journal keeps what the kernel writes */
export interface saved {
	host: masks;
	infos: Map<string, string>;
	seen: seen;
	memories: Map<string, memory>;
	kept: Map<string, { source: masks; queues: string }>;
}

/** class migration_machine - a machine after boot, with all queues bound to vfio_ap */
export class migration_machine {
	lab: machine_lab;
	yard: yard;
	host: masks;
	infos = new Map<string, string>();
	seen: seen;
	#memories = new Map<string, memory>();
	#inversions = 0;
	#there: inventory;
	#kept: saved["kept"] = new Map();
	#lines = 0;

	constructor(y: yard, on: watch, driver: driver) {
		this.yard = y;
		this.host = { apm: y.apids, aqm: y.apqis, adm: y.apqis };
		this.lab = new machine_lab({
			host: { apxa: 1, na: 255, nd: 255, ...this.host, old: [] }, apmask: [],
			aqmask: [], memory: "zero",
			...watches[on],
		}, driver);
		this.#there = new inventory();
		this.lab.load();
		this.seen = this.#look();
		forget();
	}

	/** save - copy what restore() needs */
	save(): saved {
		return {
			host: this.host, infos: new Map(this.infos), seen: this.seen,
			memories: new Map(this.#memories),
			kept: new Map(this.#kept),
		};
	}

	/** restore - go back to what was saved, after undo() has put the kernel's memory back */
	restore({ host, infos, seen, memories, kept }: saved): void {
		this.host = host;
		this.infos = new Map(infos);
		this.seen = seen;
		this.#memories = new Map(memories);
		this.#kept = new Map(kept);
		free_held_locks();
	}

	/** memory_of - what userspace remembers of an mdev's newest stream */
	memory_of = (m: string): memory => this.#memories.get(m) ?? NOTHING;

	/**
	 * source_of - the matrix that an mdev had when the data that it carries were read
	 *
	 * Return: the matrix, or null if the data are incomplete.
	 */
	source_of(m: string): masks | null {
		const kept = this.#kept.get(m);

		return kept !== undefined && kept.queues === this.lab.carried.get(m) ? kept.source
			: null;
	}

	/** run - run an operation and look at the state after it */
	run(d: deed): done {
		const before = this.seen;
		const m = mdev_of(d.op) ?? "";
		const was = this.memory_of(m);
		const image = was.image ?? (before.mdevs.has(m) ? this.image_of(m) : "");
		const source = d.op[0] === "mig_carry" ? this.source_of(d.op[1]) : null;
		const infos = new Map(this.infos);

		if (d.hw !== null)
			this.lab.machine.script(...d.hw);
		const warned: string[] = [];
		const end = trace_warn.register(() => warned.push(kernel_function()));
		const result = this.lab.run(d.op, d.nth);

		end();
		if (d.hw !== null)
			this.lab.machine.script(d.hw[0], { tapq: [], tapq_async: 0 });
		const crashed = result.crash !== null || this.lab.touches_freed_memory();
		const { crash } = this.lab;

		if (!crashed)
			this.seen = this.#look();
		this.#remember(d.op, result, m, was);
		return {
			deed: d, result, before, after: this.seen, was,
			crash: crashed ? crash : null,
			inversions: this.#new_inversions(),
			bad_unlock: this.#new_lines()
				.some(({ text }) => text.includes("bad unlock")),
			scripted: d.hw !== null,
			image, source, warned,
			info_of: (q) => BigInt(`0x${infos.get(q) ?? HWINFO}`),
		};
	}

	/** end - switch the machine off; return what the driver leaves behind, or its crash */
	end(): string[] | Error {
		const crashed = this.lab.crash !== null;

		this.lab.shutdown();
		if (this.lab.crash !== null)
			return crashed ? [] : this.lab.crash;
		return this.#there.leftovers();
	}

	/** key - the state as text; machines with the same key behave alike (classes.ts) */
	key(): string {
		const { mdevs, queues, streams, orphans } = this.seen;
		const size = (m: string): number => mdevs.has(m) ? this.image_of(m).length / 2 : 0;

		return JSON.stringify([
			this.host, [...this.infos].filter(([, info]) => info !== HWINFO),
			[...mdevs], [...queues], orphans,
			[...streams].map(([m, open]) => open.map(({ out, latest, pos }) =>
				[out, latest, position_class(pos, size(m))])),
			[...this.#memories]
				.map(([m, memory]) => [m, ...this.#memory_class(m, memory)]),
			[...this.lab.carried].map(([m, bytes]) =>
				[m, carried_class(bytes), this.source_of(m) !== null]),
		]);
	}

	#memory_class(
		m: string, { image, got, sent, resumed, raced }: memory,
	): (string | boolean)[] {
		const is_now = this.seen.mdevs.has(m) && image === this.image_of(m);
		const { apids, apqis } = this.yard;

		return [
			image === null ? "none" : is_now ? "as now" : "other",
			read_class(got, image), resumed > 0, raced,
			sent_class(sent, ({ apqn, info }) => apids.includes(apqn >> 8) &&
				apqis.includes(apqn & 0xff) &&
				info === this.#info_of(apqn_name(apqn))),
		];
	}

	#info_of(queue: string): bigint {
		return BigInt(`0x${this.infos.get(queue) ?? HWINFO}`);
	}

	/** image_of - the data that an mdev would send now */
	image_of(m: string): string {
		const { shadow } = this.seen.mdevs.get(m)!;

		return data_of(product(shadow.apm, shadow.aqm), (q) => this.infos.get(q) ?? HWINFO);
	}

	#new_lines(): readonly { text: string }[] {
		const log = dmesg();
		const fresh = log.slice(this.#lines);

		this.#lines = log.length;
		return fresh;
	}

	#new_inversions(): string[] {
		const found = lockdep_inversions();
		const fresh = found.slice(this.#inversions)
			.map(({ taken, held }) => `${held} and ${taken}`);

		this.#inversions = found.length;
		return fresh;
	}

	#remember(o: op, r: lab_result, m: string, was: memory): void {
		const raced = was.raced || besides_of(o) !== undefined;

		switch (o[0]) {
		case "cfg":
			this.host = { ...this.host, ...o[1] };
			break;
		case "hw":
			this.infos.set(o[1], o[2].tapq_gr2!.slice(2));
			break;
		case "open": case "close": case "destroy":
			if (r.rc === 0)
				this.#memories.set(m, NOTHING);
			break;
		case "mig_state":
			if (r.rc === 0 && r.out !== null)
				this.#memories.set(m, { ...NOTHING, resumed: was.resumed });
			break;
		case "mig_read":
			this.#remember_read(r, m, was, raced);
			break;
		case "mig_write": case "mig_carry":
			if (r.rc > 0)
				this.#remember_written(m, was,
					was.sent + this.#written(o).slice(0, 2 * r.rc), raced);
			break;
		default:
			break;
		}
	}

	/* If two threads read, the one that was served first comes first. */
	#remember_read(r: lab_result, m: string, was: memory, raced: boolean): void {
		const mid = r.ev.find(([name]) => name === "mid")?.[2] as string | undefined;

		if (!this.seen.mdevs.has(m))
			return;
		const image = was.image ?? this.image_of(m);
		const source = was.source ?? this.seen.mdevs.get(m)!.matrix;
		const got = was.got + (mid ?? "") + (r.out ?? "");

		this.#memories.set(m, { ...was, image, source, got, raced });
		if (got === this.lab.carried.get(m) && got.length === image.length)
			this.#kept.set(m, { source, queues: got });
	}

	#remember_written(m: string, was: memory, sent: string, raced: boolean): void {
		const whole = bytes_due(sent) === sent.length / 2;

		this.#memories.set(m,
			{ ...was, sent, raced, resumed: was.resumed + (whole ? 1 : 0) });
	}

	#written(o: op): string {
		return o[0] === "mig_write" ? o[2] : o[0] === "mig_carry"
			? this.lab.carried.get(o[1]) ?? "" : "";
	}

	#look(): seen {
		const live = new Map(
			[...this.lab.mdevs].map(([name, { state }]) => [state as object, name]));
		const kept = new Set<flexible_struct>();
		const mdevs = new Map(
			[...this.lab.mdevs.keys()].toSorted().map((m) => [m, this.#mdev(m, kept)]));

		return {
			mdevs, queues: new Map(this.lab.bound().map((q) => [q, queue_of(q, live)])),
			streams: new Map(this.yard.mdevs.map((m) => [m, this.#streams(m)])),
			orphans: kmem_charged().filter((it) => !kept.has(it)).length,
		};
	}

	#data(m: string): migration_data | null {
		const state = this.lab.mdevs.get(m)?.state as { mig_data?: migration_data | null }
			| undefined;

		return state?.mig_data ?? null;
	}

	#mdev(m: string, kept: Set<flexible_struct>): mdev_seen {
		const data = this.#data(m);
		const config = data?.resuming_mig_state.ap_config ?? null;

		if (config !== null)
			kept.add(config);
		return {
			matrix: this.lab.matrix(m)!, shadow: this.lab.shadow(m)!,
			apcb: this.lab.apcb(m),
			linked: this.lab.linked(m),
			state: data === null ? null : MIGRATION_STATES[data.mig_state] ?? "?",
			kept: config === null ? "none" : config.freed ? "freed" : "live",
			resuming: (data?.resuming_mig_state.filp ?? null) !== null,
		};
	}

	#streams(m: string): stream_seen[] {
		const data = this.#data(m);

		return this.lab.migration.streams(m).filter((it) => it !== null).map((it) => ({
			out: it.f_op?.read !== undefined, pos: it.f_pos.v,
			latest: it === data?.stop_copy_mig_file ||
				it === data?.resuming_mig_state.filp,
		}));
	}
}

/* Look at a queue that is bound to vfio_ap. */
function queue_of(name: string, live: Map<object, string>): queue_seen {
	const aq = ap_get_qdev(apqn_of(name))!;
	const q = dev_get_drvdata<{
		matrix_mdev: object | null; saved_isc: number;
		reset_status: { response_code: number };
	}>(aq.ap_dev.device);

	put_device(aq.ap_dev.device);
	return {
		owner: q.matrix_mdev === null ? null : live.get(q.matrix_mdev) ?? "gone",
		reset: q.reset_status.response_code, irq: q.saved_isc !== 0xff,
	};
}
