// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is done to migrate a guest: states, and streams that are read and written as they should
 * be and otherwise, while other threads are at work.
 */
import type { besides, op } from "../../lib/scenario/model.ts";
import type { driver_view } from "./generator.ts";
import type { stream_action } from "./profiles.ts";
import type { random } from "./random.ts";

/**
 * struct stream_source - what a trace that is made up can offer
 * @mdevs: all names that were ever given
 * @open_one: an mdev, mostly one that is open
 * @queue: a queue, mostly one that is there; its number
 * @queues_of: the queues that an mdev has, or might get
 * @other: an operation of another thread
 */
export interface stream_source {
	mdevs: () => string[];
	open_one: () => string;
	queue: () => number;
	queues_of: (mdev: string) => number[];
	other: () => op;
}

const STATES = [
	...new Array<string>(8).fill("RESUMING"), ...new Array<string>(7).fill("STOP_COPY"),
	...new Array<string>(5).fill("STOP"), ...new Array<string>(5).fill("RUNNING"),
	"ERROR", "RUNNING_P2P", "PRE_COPY", "PRE_COPY_P2P", 0, 1, 3, 4, 8, 99, 0xffffffff,
];

/* What TAPQ says of queues: as usual; bound; other classes, types, facilities. */
const INFO = 0xf28000000e0f0008n;
const INFOS = [
	INFO, INFO, 0xf2800000090f0008n, 0xf28040000e0f0008n, 0xf280c0000e0f0008n,
	0xf24000000e0f0008n, 0xf21000000e0f0008n, 0xf28000000d0f0008n, 0xf28000000f0f0008n,
	0xf38000000e0f0008n, 0x728000000e0f0008n, 0xe28000000e0f0008n, 0xf28000000e0a0003n, 0n,
];

const COUNTS = [0, 1, 5, 8, 16, 17, 24, 32, 48, 100, 4096, 4096, 4096];

/* Not so many that it takes long to go through them where nobody watches the memory. */
const MOST_QUEUES = 256;

function hex(n: number | bigint, bytes: number): string {
	return n.toString(16).padStart(2 * bytes, "0");
}

function info(rnd: random): bigint {
	if (rnd.chance(75))
		return INFO;
	const flip = 1n << BigInt(rnd.below(64));

	return rnd.chance(50) ? rnd.pick(INFOS) : rnd.chance(70)
		? INFO ^ flip : BigInt(rnd.word()) << 32n | BigInt(rnd.word());
}

function queue_count(rnd: random, right: number): number {
	return rnd.chance(92) ? right
		: rnd.pick([0, 1, Math.max(0, right - 1), right + 1, MOST_QUEUES, 65536, 65537,
			0xffffffff]);
}

function size_field(rnd: random, queues: number): bigint {
	if (rnd.chance(70))
		return 0n;
	return rnd.pick([BigInt(16 + 16 * queues), 16n, 32n, 15n, 1n, BigInt(rnd.word())]);
}

function data_of(rnd: random, queues: readonly number[]): string {
	const count = queue_count(rnd, queues.length);
	const junk = (bytes: number): string =>
		hex(rnd.chance(95) ? 0 : rnd.below(256), bytes);

	return hex(count, 4) + junk(4) + hex(size_field(rnd, count), 8) +
		queues.map((qid) => hex(info(rnd), 8) + hex(qid, 2) + junk(6)).join("");
}

/* A few queues of another kind than an mdev could have. */
function changed(rnd: random, queues: readonly number[], source: stream_source): number[] {
	const kind = rnd.below(6);

	if (kind === 0)
		return rnd.some(queues, 50);
	if (kind === 1)
		return [...queues, source.queue()];
	if (kind === 2 && queues.length > 0)
		return [...queues, rnd.pick(queues)];
	if (kind === 3)
		return queues.toReversed();
	return kind === 4 ? [] : [source.queue()];
}

/* What is sent: what was read somewhere, or what would be read of such queues; or nearly. */
function sent_data(rnd: random, mdev: string, source: stream_source, view: driver_view): string {
	const carried = source.mdevs().map((name) => view.carried(name))
		.filter((bytes) => bytes !== "");

	if (carried.length > 0 && rnd.chance(30))
		return rnd.pick(carried);
	const queues = source.queues_of(rnd.chance(70) ? mdev : rnd.pick(source.mdevs()));

	return data_of(rnd, (rnd.chance(60) ? queues : changed(rnd, queues, source))
		.slice(0, MOST_QUEUES));
}

/* Data shorter than a header are used as they are, however many queues they speak of. */
function bearable(data: string): string {
	return data.length < 32 ? `${"0".repeat(6)}${data.slice(6)}`.slice(0, data.length) : data;
}

function cut(rnd: random, data: string): string {
	const kind = rnd.below(20);

	if (kind === 0)
		return "";
	if (kind < 3)
		return data.slice(0, 2 * rnd.below(data.length / 2 + 1));
	if (kind === 3)
		return data.slice(0, 2 * rnd.pick([1, 2, 4, 8, 15, 16, 24, 31, 32]));
	if (kind === 4)
		return data.slice(32);
	return kind === 5 ? `${data}${"00".repeat(rnd.pick([1, 8, 16, 100]))}` : data;
}

function happens<K extends keyof besides>(what: K, value: besides[K]): besides {
	return { [what]: value };
}

function meanwhile(rnd: random, data: string, source: stream_source): besides {
	const kind = rnd.below(10);

	if (kind < 2)
		return happens("fault", rnd.pick([1, 2] as const));
	if (kind < 5)
		return happens("then", `${hex(rnd.below(MOST_QUEUES), 4)}${data.slice(8)}`);
	return happens("mid", kind === 5 ? "hold" : source.other());
}

/* The rest of an operation on a stream: nothing for the newest one, and nothing besides. */
function rest(
	rnd: random, mdev: string, view: driver_view, beside: number, make: () => besides,
): [] | [number] | [number, besides] {
	const { length } = view.streams(mdev);
	const nth = rnd.chance(85) ? Math.max(0, length - 1) : rnd.below(length + 1);

	if (rnd.chance(beside))
		return [nth, make()];
	return rnd.chance(80) ? [] : [nth];
}

/* An mdev whose newest stream is open, if there is one. */
function with_stream(rnd: random, source: stream_source, view: driver_view): string {
	const open = source.mdevs().filter((name) => view.streams(name).at(-1) === true);

	return open.length > 0 && rnd.chance(92) ? rnd.pick(open) : rnd.pick(source.mdevs());
}

/**
 * stream_operation - the next operation of a migration, or null if there is no mdev yet
 * @beside: percentage of transfers while something else happens
 */
export function stream_operation(
	rnd: random, action: stream_action, source: stream_source, view: driver_view,
	beside: number,
): op | null {
	if (source.mdevs().length === 0)
		return null;
	const mdev = with_stream(rnd, source, view);

	switch (action) {
	case "mig_state":
		return ["mig_state", source.open_one(), rnd.pick(STATES)];
	case "mig_ask":
		return [rnd.pick(
			["mig_get", "mig_size", "mig_get", "mig_size", "mig_feature"] as const),
			source.open_one()];
	case "mig_read":
		return ["mig_read", mdev, rnd.pick(COUNTS), ...rest(rnd, mdev, view, beside,
			() => meanwhile(rnd, data_of(rnd, []), source))];
	case "mig_write": {
		const data = bearable(cut(rnd, sent_data(rnd, mdev, source, view)));

		return ["mig_write", mdev, data, ...rest(rnd, mdev, view, beside,
			() => meanwhile(rnd, data, source))];
	}
	case "mig_close":
		return ["mig_close", mdev, ...rest(rnd, mdev, view, 0, () => ({})) as []];
	case "kmem":
		return ["kmem"];
	}
}

/** hardware_info - what a queue says of itself from now on */
export function hardware_info(rnd: random): { tapq_gr2?: string; tapq_async?: 0 | 1 } {
	return {
		...rnd.chance(70) && { tapq_gr2: `0x${info(rnd).toString(16)}` },
		...rnd.chance(40) && { tapq_async: rnd.pick([0, 1] as const) },
	};
}
