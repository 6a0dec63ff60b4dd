// SPDX-License-Identifier: GPL-2.0-only
/*
 * The canonical form of a state is a few small numbers. Two states have the same form exactly if
 * one becomes the other by renaming adapters, domains, control domains or mdevs. The form is the
 * least of all renamings.
 */
import {
	anything, renamings, type identified, type machine_size, type renaming,
} from "./space.ts";
import { FIRST_HOOK, VFIO_AP, type mask_set, type observation } from "./world.ts";

/** The first fields, this many, are not about queues and mdevs. */
export const HOST_FIELDS = 11;
/** How many fields an mdev has, behind those and one for each queue. */
export const MDEV_FIELDS = 13;

/* Response codes by the order in which they were first met. */
const RESET_CODES = [0x00, 0x03, 0x04, 0x01, 0x02, 0x05, 0x06, 0x07, 0x0a];

/**
 * class canonicaliser
 * @renamings: all of them; their numbers are those of renaming_of()
 */
export class canonicaliser {
	renamings: renaming[];
	#ages: boolean;
	#per_order: number;
	#queue_at: Int32Array[];
	#best: Uint16Array;
	#image: Uint16Array;
	#chosen = 0;

	constructor(size: machine_size, identify: identified = anything) {
		const length = HOST_FIELDS + size.adapters * size.domains +
			MDEV_FIELDS * size.mdevs;

		this.renamings = renamings(size, identify);
		this.#ages = identify.ages;
		this.#per_order = this.renamings.length / factorial(size.mdevs);
		this.#best = new Uint16Array(length);
		this.#image = new Uint16Array(length);
		this.#queue_at = this.renamings.map((r) => Int32Array.from(
			{ length: size.adapters * size.domains }, (_, q) => HOST_FIELDS +
				r.apids[Math.floor(q / size.domains)] * size.domains +
					r.apqis[q % size.domains]));
	}

	/** fields - how many numbers a canonical form has */
	get fields(): number {
		return this.#best.length;
	}

	/** key - the canonical form, good until the next call */
	key(s: observation): Uint16Array {
		const [first, end] = this.#allowed(s);
		let image = this.#image;

		this.#write(s, first, this.#best);
		this.#chosen = first;
		for (let r = first + 1; r < end; r++) {
			this.#write(s, r, image);
			if (is_less(image, this.#best)) {
				[this.#best, image] = [image, this.#best];
				this.#image = image;
				this.#chosen = r;
			}
		}
		return this.#best;
	}

	/**
	 * cause - what should decide what the guests have, and what they have
	 *
	 * Return: two strings, the least of all images: states that differ in names only have the
	 * same.
	 */
	cause(s: observation): [cause: string, guest: string] {
		const [first, end] = this.#allowed(s);
		let best: [string, string] | null = null;

		for (let r = first; r < end; r++) {
			const pair = cause_of(s, this.renamings[r], this.#queue_at[r]);

			if (best === null || pair[0] < best[0] ||
				(pair[0] === best[0] && pair[1] < best[1]))
				best = pair;
		}
		return best!;
	}

	/** chosen - the number of the renaming that made the last key */
	get chosen(): number {
		return this.#chosen;
	}

	/* The renamings that a state may be seen under, from one number to before another. */
	#allowed(s: observation): [first: number, end: number] {
		if (this.#ages)
			return [0, this.renamings.length];
		const first = this.#order(s) * this.#per_order;

		return [first, first + this.#per_order];
	}

	/* Mdevs are told apart by their age: the newest is first, as in the driver's list. */
	#order(s: observation): number {
		const { mdevs } = s;

		if (mdevs.length === 1)
			return 0;
		const ranks = mdevs.map((m, i) => mdevs.filter((o, j) =>
			o.born > m.born || (o.born === m.born && j < i)).length);

		return this.renamings.findIndex((r) => r.mdevs.every((to, i) => to === ranks[i])) /
			this.#per_order;
	}

	#write(s: observation, number: number, to: Uint16Array): void {
		const r = this.renamings[number];
		const queue_at = this.#queue_at[number];
		let at = HOST_FIELDS + s.queues.length;

		to[0] = r.apid_mask[s.host.apm];
		to[1] = r.apqi_mask[s.host.aqm];
		to[2] = r.cdom_mask[s.host.adm];
		to[3] = r.apid_mask[s.defaults.apm];
		to[4] = r.apqi_mask[s.defaults.aqm];
		write_masks(to, write_masks(to, 5, s.adding, r), s.known, r);
		for (let i = 0; i < s.queues.length; i++) {
			const q = s.queues[i];
			const link = q.link > 0 && q.link <= r.mdevs.length ? 1 +
				r.mdevs[q.link - 1] : q.link;

			to[queue_at[i]] = q.driver | link << 2 | q.chained << 5 |
				Number(q.isc) << 7 |
				Number(q.iova) << 8 | Number(q.irq) << 9 |
				reset_code(q.reset) << 10;
		}
		for (let i = 0; i < s.mdevs.length; i++) {
			const m = s.mdevs[i];

			at = HOST_FIELDS + s.queues.length + MDEV_FIELDS * r.mdevs[i];
			to[at] = Number(m.born !== 0) | Number(m.guest) << 1 | Number(m.kvm) << 2 |
				hook_field(m.hook, r) << 3 | sign(m.pins) << 6 | sign(m.iscs) << 8 |
				m.strays << 10 | r.mdev_mask[m.shares] << 12;
			at = write_masks(to, at + 1, m.matrix, r);
			at = write_masks(to, at, m.shadow, r);
			at = write_masks(to, at, m.apcb, r);
			write_masks(to, at, m.adding, r);
		}
	}

	/** decode - what a canonical form says of bindings, host, assignments and guests */
	decode(key: Uint16Array, into: observation): void {
		[into.host.apm, into.host.aqm, into.host.adm] = key;
		into.queues.forEach((q, i) => {
			const field = key[HOST_FIELDS + i];

			q.driver = field & 3;
			q.reset = RESET_CODES[field >>> 10];
		});
		into.mdevs.forEach((m, i) => {
			const at = HOST_FIELDS + into.queues.length + MDEV_FIELDS * i;

			m.born = (key[at] & 1) * (into.mdevs.length - i);
			m.guest = (key[at] >>> 1 & 1) !== 0;
			[m.matrix.apm, m.matrix.aqm, m.matrix.adm] = key.subarray(at + 1);
			[m.apcb.apm, m.apcb.aqm, m.apcb.adm] = key.subarray(at + 7);
		});
	}
}

function cause_of(s: observation, r: renaming, queue_at: Int32Array): [string, string] {
	const host = [r.apid_mask[s.host.apm], r.apqi_mask[s.host.aqm], r.cdom_mask[s.host.adm]];
	const queues: number[] = [];
	const mdevs = new Array<number>(4 * s.mdevs.length);
	const guests = new Array<number>(3 * s.mdevs.length);

	s.queues.forEach((q, i) => {
		queues[queue_at[i] - HOST_FIELDS] = (q.driver === VFIO_AP ? 1 : 0) |
			reset_code(q.reset) << 1;
	});
	s.mdevs.forEach((m, i) => {
		const at = 4 * r.mdevs[i];

		mdevs[at] = Number(m.born !== 0) | Number(m.guest) << 1;
		mdevs.splice(at + 1, 3, ...masks_of(m.matrix, r));
		guests.splice(3 * r.mdevs[i], 3, ...masks_of(queues_given(m.apcb), r));
	});
	return [String.fromCharCode(...host, ...queues, ...mdevs), String.fromCharCode(...guests)];
}

function masks_of(m: mask_set, r: renaming): number[] {
	return [r.apid_mask[m.apm], r.apqi_mask[m.aqm], r.cdom_mask[m.adm]];
}

/* A guest gets nothing from adapters without domains, nor from domains without adapters. */
function queues_given(m: mask_set): mask_set {
	return m.apm === 0 || m.aqm === 0 ? { apm: 0, aqm: 0, adm: m.adm } : m;
}

function factorial(n: number): number {
	return n <= 1 ? 1 : n * factorial(n - 1);
}

function is_less(a: Uint16Array, b: Uint16Array): boolean {
	for (let i = 0; i < a.length; i++)
		if (a[i] !== b[i])
			return a[i] < b[i];
	return false;
}

function hook_field(hook: number, { mdevs }: renaming): number {
	return hook < FIRST_HOOK ? hook : FIRST_HOOK + mdevs[hook - FIRST_HOOK];
}

/* 0: none, 1: too many, 2: too few. The number does not matter for what follows. */
function sign(n: number): number {
	return n === 0 ? 0 : n > 0 ? 1 : 2;
}

function reset_code(code: number): number {
	const at = RESET_CODES.indexOf(code);

	return at < 0 ? RESET_CODES.length : at;
}

function write_masks(to: Uint16Array, at: number, m: mask_set, r: renaming): number {
	to[at] = r.apid_mask[m.apm];
	to[at + 1] = r.apqi_mask[m.aqm];
	to[at + 2] = r.cdom_mask[m.adm];
	return at + 3;
}
