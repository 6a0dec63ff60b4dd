// SPDX-License-Identifier: GPL-2.0-only
/*
 * The port's side: a driver on the simulated machine, whose own allocations can be made to fail.
 */
import { fail_nth, trace_alloc } from "#linux/slab.h";
import {
	VFIO_DEVICE_GET_INFO, VFIO_DEVICE_GET_IRQ_INFO, VFIO_DEVICE_SET_IRQS, vfio_device_info,
	vfio_irq_info, vfio_irq_set,
} from "#linux/vfio.h";
import type { driver } from "../../../drivers/s390/crypto/history/index.ts";
import { mask_ids } from "../../lib/lab/names.ts";
import type { masks } from "../../lib/scenario/model.ts";
import type { trace_header, trace_op } from "../../lib/trace/format.ts";
import { player } from "../../lib/trace/play.ts";
import type { driver_view } from "./generator.ts";

/**
 * An operation of a trace; or: the n-th allocation of the driver fails in the next one; or: a call
 * on an open device, its argument in words of 32 bits.
 */
export type fuzz_op = trace_op["op"] | ["fail_nth", number]
	| ["ioctl", string, ioctl_name, number[]];

/** The calls there are, and one that no driver knows. */
export type ioctl_name = "info" | "irq_info" | "set_irqs" | "unknown";

type ioctl_arg = vfio_device_info | vfio_irq_info | vfio_irq_set;

const IOCTLS: Record<ioctl_name, [cmd: number, arg: new () => ioctl_arg]> = {
	info: [VFIO_DEVICE_GET_INFO, vfio_device_info],
	irq_info: [VFIO_DEVICE_GET_IRQ_INFO, vfio_irq_info],
	set_irqs: [VFIO_DEVICE_SET_IRQS, vfio_irq_set],
	unknown: [-1, vfio_irq_info],
};

/* The fields of an argument, in their order. */
function fields_of(arg: ioctl_arg): string[] {
	return (arg.constructor as typeof vfio_irq_set).layout.map(([name]) => name);
}

function filled(arg: ioctl_arg, words: readonly number[]): ioctl_arg {
	return Object.assign(arg,
		Object.fromEntries(fields_of(arg).map((name, i) => [name, words[i]])));
}

/*
 * Whether the allocation that is about to happen is one that the C's driver has as well. What the
 * kernel around it allocates is another matter.
 */
function is_drivers_own(): boolean {
	const frames = (new Error().stack ?? "").split("\n").slice(1);
	const caller = frames.find((frame) => !/\/include\/|\/oracle\/fuzz\//.test(frame)) ?? "";

	return /\/vfio_ap_\w+\.[jt]s/.test(caller) || caller.includes("vfio_alloc_device");
}

/** Makes the n-th allocation fail while something is done. */
function failing<T>(n: number, fn: () => T): T {
	let left = n;
	const end = trace_alloc.register(() => {
		if (is_drivers_own() && --left === 0)
			fail_nth(1);
	});

	try {
		return fn();
	} finally {
		end();
		fail_nth(0);
	}
}

/**
 * class port - a trace on the port, as it is made
 */
export class port implements driver_view {
	#player: player;
	#open = new Set<string>();
	#fails = 0;
	crashed = false;

	constructor(header: trace_header, driver: driver) {
		this.#player = new player(header, driver);
	}

	mdevs(): string[] {
		return [...this.#player.lab.mdevs.keys()];
	}

	matrix(mdev: string): masks {
		const { apm, aqm, adm } = this.#player.lab.mdevs.get(mdev)!.state.matrix;

		return { apm: mask_ids(apm), aqm: mask_ids(aqm), adm: mask_ids(adm) };
	}

	open(): string[] {
		return [...this.#open];
	}

	streams(mdev: string): boolean[] {
		return this.#player.lab.migration.streams(mdev).map((file) => file !== null);
	}

	carried(mdev: string): string {
		return this.#player.lab.carried.get(mdev) ?? "";
	}

	/**
	 * play - do an operation; returns the line of the trace
	 *
	 * A bare error of JavaScript, which a port must not have, ends the trace as a crash does.
	 */
	play(op: fuzz_op): string {
		try {
			return this.#play(op);
		} catch (error) {
			this.crashed = true;
			return JSON.stringify({ op, crash: String(error) });
		}
	}

	#play(op: fuzz_op): string {
		const text = JSON.stringify(op);

		if (op[0] === "fail_nth") {
			this.#fails = op[1];
			return `{"op":${text},"rc":0}`;
		}
		const nth = this.#fails;

		this.#fails = 0;
		if (op[0] === "ioctl")
			return `{"op":${text}${this.#ioctl(op[1], op[2], op[3])}`;
		const played = nth === 0 ? this.#player.play(op)
			: failing(nth, () => this.#player.play(op));

		this.crashed = played.crash !== undefined;
		this.#follow(op, played.rc);
		return `{"op":${text}${played.rest()}`;
	}

	/* How the line goes on. Locks are the only thing that such a call shows. */
	#ioctl(mdev: string, name: ioctl_name, words: readonly number[]): string {
		const [cmd, cls] = IOCTLS[name];
		const { lab } = this.#player;

		if (!this.#open.has(mdev))
			return `,"rc":-19}`;
		const arg = filled(new cls(), words);
		const count = fields_of(arg).length;

		lab.rec.start(false);
		const rc = lab.users.ioctl(mdev, cmd, arg, words.slice(count));
		const after = [...fields_of(arg)
			.map((field) => (arg as unknown as Record<string, number>)[field]),
			...words.slice(count).map((word) => word >>> 0)];

		return `,"rc":${rc},"out":"${after.join(" ")}","lk":"${lab.rec.locks.join(" ")}"}`;
	}

	end(): void {
		this.#player.end();
	}

	#follow([name, mdev]: trace_op["op"], rc: number): void {
		if (name === "open" && rc === 0)
			this.#open.add(mdev);
		else if (name === "close" || name === "destroy")
			this.#open.delete(mdev);
	}
}

/** play_all - the lines of a whole trace, up to a crash */
export function play_all(header: trace_header, ops: readonly fuzz_op[], driver: driver): string[] {
	const machine = new port(header, driver);
	const lines = [];

	for (const op of ops) {
		lines.push(machine.play(op));
		if (machine.crashed)
			break;
	}
	machine.end();
	return lines;
}
