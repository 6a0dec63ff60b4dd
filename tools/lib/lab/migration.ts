// SPDX-License-Identifier: GPL-2.0-only
/*
 * Userspace that migrates a guest. It sets the migration states of the guest's devices, and reads
 * and writes the streams that it gets for them. A stream stays open until userspace closes it, even
 * if its mdev is gone.
 */
import { EBADF } from "#linux/errno.h";
import { close_fd, fd_file } from "#linux/file.h";
import { ksys_read, ksys_write, type file } from "#linux/fs.h";
import { trace_lock, type lock_instance } from "#linux/lockdep.h";
import { mutex_lock, mutex_unlock, type mutex } from "#linux/mutex.h";
import { run_as, task_struct } from "#linux/sched.h";
import { kmem_charged } from "#linux/slab.h";
import { set_user_page, type user_page, type user_struct } from "#linux/uaccess.h";
import {
	VFIO_DEVICE_FEATURE, VFIO_DEVICE_FEATURE_GET, VFIO_DEVICE_FEATURE_MIGRATION,
	VFIO_DEVICE_FEATURE_MIG_DATA_SIZE, VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE,
	VFIO_DEVICE_FEATURE_SET,
} from "#linux/vfio.h";
import { syscall } from "../../../drivers/s390/sim/syscall.ts";
import { user_alloc, user_free, user_memory_at } from "../../../drivers/s390/sim/user_memory.ts";
import { MIGRATION_STATES, type besides, type op } from "../scenario/model.ts";
import { is_store, opens, recorded, type recorder } from "./recorder.ts";
import type { lab_result } from "./model.ts";
import type { userspace } from "./userspace.ts";

/* The greatest length of a stream: 65,536 queues. Userspace has no larger buffer. */
const BUFFER_MAX = (1 << 20) + 16;

const MDEVS_LOCK = "matrix_dev->mdevs_lock";

/* A struct vfio_device_feature and the struct that follows it. */
class feature implements user_struct {
	argsz = 16;
	flags: number;
	high = 0;
	low = 0;

	static readonly layout = [
		["argsz", 0, 4], ["flags", 4, 4], ["high", 8, 4], ["low", 12, 4],
	] as const;

	constructor(which: number, flag: number, high = 0) {
		this.flags = which | flag;
		this.high = high;
	}
}

/* An open stream. */
interface stream {
	fd: number;
	file: file;
}

function bytes_of(hex: string): Uint8Array {
	return Uint8Array.from(hex.match(/../g) ?? [], (digits) => parseInt(digits, 16));
}

function hex_of(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * class page - a page of userspace at which a copy stops, and what happens then
 * @copies: how many copies the operation makes
 */
class page implements user_page {
	#besides: besides;
	#copies: number;
	#buffer: bigint;
	#meanwhile: () => void;
	#nth = 0;

	constructor(what: besides, copies: number, buffer: bigint, meanwhile: () => void) {
		this.#besides = what;
		this.#copies = copies;
		this.#buffer = buffer;
		this.#meanwhile = meanwhile;
	}

	arrive(): boolean {
		this.#nth++;
		if (this.#besides.mid !== undefined && this.#nth === this.#copies)
			this.#meanwhile();
		return this.#besides.fault !== this.#nth;
	}

	leave(): void {
		const { then } = this.#besides;

		if (then === undefined || this.#nth !== 1)
			return;
		const bytes = bytes_of(then);

		user_memory_at(this.#buffer, bytes.length)?.bytes(bytes.length).set(bytes);
	}
}

/**
 * class migration - the streams of a lab, and the calls on them
 * @carried: for each mdev, what was read from its streams since its last migration began
 */
export class migration {
	#users: userspace;
	#rec: recorder;
	#operate: (o: op, result: lab_result) => number;
	#streams = new Map<string, (stream | null)[]>();
	carried = new Map<string, string>();

	/** @operate: does the operation of another thread */
	constructor(
		users: userspace, rec: recorder, operate: (o: op, result: lab_result) => number,
	) {
		this.#users = users;
		this.#rec = rec;
		this.#operate = operate;
	}

	/** flags - which parts of migration the device supports */
	flags(mdev: string, result: lab_result): number {
		const asked = new feature(VFIO_DEVICE_FEATURE_MIGRATION, VFIO_DEVICE_FEATURE_GET);

		return this.#ask(mdev, asked, () => {
			result.out =
				`0x${(BigInt(asked.high) << 32n | BigInt(asked.low)).toString(16)}`;
		});
	}

	/** state - the name of its migration state */
	state(mdev: string, result: lab_result): number {
		const asked = new feature(VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE,
			VFIO_DEVICE_FEATURE_GET);

		return this.#ask(mdev, asked, () => {
			result.out = MIGRATION_STATES[asked.high] ?? String(asked.high);
		});
	}

	/** size - how many bytes a stream would have */
	size(mdev: string, result: lab_result): number {
		const asked = new feature(VFIO_DEVICE_FEATURE_MIG_DATA_SIZE,
			VFIO_DEVICE_FEATURE_GET);

		return this.#ask(mdev, asked, () => {
			result.out = String(asked.high * 2 ** 32 + asked.low);
		});
	}

	/** go_to - set its migration state; the text names a new stream by its number */
	go_to(mdev: string, state: string | number, result: lab_result): number {
		const number = typeof state === "number" ? state : MIGRATION_STATES.indexOf(state);
		const asked = new feature(VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE,
			VFIO_DEVICE_FEATURE_SET, number);

		return this.#ask(mdev, asked, () => {
			const fd = asked.low | 0;
			const opened = fd < 0 ? null : fd_file(fd);

			if (opened !== null)
				result.out = String(this.#add(mdev, { fd, file: opened }));
		});
	}

	/** read - read() from a stream, by default from the newest */
	read(
		mdev: string, count: number, nth: number | undefined, what: besides | undefined,
		result: lab_result,
	): number {
		const found = this.#stream(mdev, nth);

		if (found === null)
			return -EBADF;
		const buffer = user_alloc(Math.min(count, BUFFER_MAX));
		/* report what the kernel copied, not what another thread made of it since */
		const { then: _, ...rest } = what ?? {};
		const rc = this.#while_copying(what === undefined ? undefined : rest, 1,
				buffer, () =>
			syscall(() => `read of ${mdev}'s stream`,
				() => ksys_read(found.file, buffer, count)));

		if (rc > 0) {
			result.out = hex_of(user_memory_at(buffer, rc)!.bytes(rc));
			this.carried.set(mdev, (this.carried.get(mdev) ?? "") + result.out);
		}
		user_free(buffer);
		return rc;
	}

	/** write - write() to a stream; @hex: the bytes in hexadecimal */
	write(
		mdev: string, hex: string, nth: number | undefined, what: besides | undefined,
	): number {
		const found = this.#stream(mdev, nth);

		if (found === null)
			return -EBADF;
		const bytes = bytes_of(hex);
		const buffer = user_alloc(bytes.length);

		user_memory_at(buffer, bytes.length)!.bytes(bytes.length).set(bytes);
		const rc = this.#while_copying(what, found.file.f_pos.v === 0 ? 2 : 1, buffer, () =>
			syscall(() => `write to ${mdev}'s stream`,
				() => ksys_write(found.file, buffer, bytes.length)));

		user_free(buffer);
		return rc;
	}

	/** close - close a stream for the last time; returns what its release callback returns */
	close(mdev: string, nth?: number): number {
		const found = this.#stream(mdev, nth);

		if (found === null)
			return -EBADF;
		const of_mdev = this.#streams.get(mdev)!;

		of_mdev[of_mdev.indexOf(found)] = null;
		return syscall(() => `close of ${mdev}'s stream`, () => close_fd(found.fd));
	}

	/** close_all - close all streams, as at the end of the process */
	close_all(): void {
		for (const [mdev, streams] of this.#streams)
			streams.forEach((found, i) => {
				if (found !== null)
					this.close(mdev, i);
			});
	}

	/** streams - the files of an mdev's streams in the order of opening; null if closed */
	streams(mdev: string): (file | null)[] {
		return (this.#streams.get(mdev) ?? []).map((it) => it?.file ?? null);
	}

	/**
	 * charged - the memory that is charged to userspace: the number of allocations, and bytes
	 */
	charged(result: lab_result): number {
		const live = kmem_charged();

		result.out = String(live.reduce((sum, { memory }) => sum + memory.length, 0));
		return live.length;
	}

	#ask(mdev: string, asked: feature, answered: () => void): number {
		const rc = this.#users.ioctl(mdev, VFIO_DEVICE_FEATURE, asked, []);

		if (rc === 0)
			answered();
		return rc;
	}

	/** carry - write to a stream what was read from a stream of another mdev */
	carry(from: string, to: string): number {
		return this.write(to, this.carried.get(from) ?? "", undefined, undefined);
	}

	#add(mdev: string, found: stream): number {
		this.carried.delete(mdev);
		const streams = this.#streams.get(mdev) ?? [];

		this.#streams.set(mdev, streams);
		return streams.push(found) - 1;
	}

	#stream(mdev: string, nth: number | undefined): stream | null {
		const streams = this.#streams.get(mdev) ?? [];

		return streams[nth ?? streams.length - 1] ?? null;
	}

	#while_copying(
		what: besides | undefined, copies: number, buffer: bigint, fn: () => number,
	): number {
		if (what === undefined)
			return fn();
		const holder = new lock_holder(this.#rec);
		const meanwhile = what.mid === "hold" ? () => holder.hold() : () =>
			this.#other(what.mid as op);

		set_user_page(new page(what, copies, buffer, meanwhile));
		try {
			return fn();
		} finally {
			set_user_page(null);
			holder.let_go();
		}
	}

	/* Do a whole operation of another thread. */
	#other(o: op): void {
		const result = new recorded();
		const { bus_locks, dev_set_locks, shows_dev_set } = this.#rec;

		this.#rec.bus_locks = is_store(o);
		this.#rec.dev_set_locks = shows_dev_set && opens(o);
		const rc = run_as(new task_struct("other"), () => this.#operate(o, result));

		this.#rec.bus_locks = bus_locks;
		this.#rec.dev_set_locks = dev_set_locks;
		this.#rec.note("mid", rc, ...(result.out === null ? [] : [result.out]));
	}
}

/* Another thread takes mdevs_lock and holds it for a while. */
class lock_holder {
	#rec: recorder;
	#task = new task_struct("other");
	#lock: mutex | null = null;
	#held = false;
	#end: () => void;

	constructor(rec: recorder) {
		this.#rec = rec;
		this.#end = trace_lock.register((lock: lock_instance) => {
			if (lock.name === MDEVS_LOCK)
				this.#lock = lock as mutex;
		});
	}

	hold(): void {
		run_as(this.#task, () => mutex_lock(this.#lock!));
		this.#held = true;
		this.#rec.note("other", "m+");
	}

	let_go(): void {
		this.#end();
		if (!this.#held)
			return;
		const has_it = this.#lock!.owner === this.#task;

		if (has_it)
			run_as(this.#task, () => mutex_unlock(this.#lock!));
		this.#rec.note("other", has_it ? "m-" : "m- not held");
	}
}
