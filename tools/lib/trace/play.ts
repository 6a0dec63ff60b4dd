// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the ops of a trace on a driver, and says what could be seen: what the
 * recorder of the compiled C wrote, written again.
 */
import { hlist_changes } from "#linux/list.h";
import type { driver } from "../../../drivers/s390/crypto/history/index.ts";
import { machine_lab } from "../lab/lab.ts";
import { driver_of } from "../lab/loader.ts";
import type { mdev_view } from "../lab/mdev.ts";
import { apqn_name, mask_ids, sort_apqns } from "../lab/names.ts";
import type { boot_options, lab_event, lab_result } from "../lab/model.ts";
import { json_text } from "../scenario/lexer.ts";
import type { mdev_state, trace_header, trace_op } from "./format.ts";

const MASK_WORDS = 8;

function new_mask(): Uint32Array {
	return new Uint32Array(MASK_WORDS);
}

function same_numbers(a: readonly number[], b: readonly number[]): boolean {
	if (a.length !== b.length)
		return false;
	for (let i = 0; i < a.length; i++)
		if (a[i] !== b[i])
			return false;
	return true;
}

/* Texts as JSON.stringify() makes them; it takes several times as long. */

function ids_text(mask: Uint32Array): string {
	let text = "";

	for (let word = 0; word < mask.length; word++) {
		for (let bits = mask[word]; bits !== 0;) {
			const bit = Math.clz32(bits);

			text += text === "" ? word << 5 | bit : `,${word << 5 | bit}`;
			bits &= ~(0x80000000 >>> bit);
		}
	}
	return `[${text}]`;
}

function masks_text(apm: Uint32Array, aqm: Uint32Array, adm: Uint32Array): string {
	return `"apm":${ids_text(apm)},"aqm":${ids_text(aqm)},"adm":${ids_text(adm)}`;
}

function queues_text(apqns: readonly number[]): string {
	let text = "";

	for (let i = 0; i < apqns.length; i++)
		text += i === 0 ? `"${apqn_name(apqns[i])}"` : `,"${apqn_name(apqns[i])}"`;
	return `[${text}]`;
}

/**
 * class snapshot - what was seen of an mdev last
 *
 * Kept as words, so that an mdev that did not change costs a comparison only.
 */
class snapshot {
	#masks = [new_mask(), new_mask(), new_mask(), new_mask(), new_mask(), new_mask()];
	#kvm = false;
	#linked: number[] = [];		/* in order of the chains */
	#looked = -1;			/* hlist_changes at that time */
	#queues: number[] = [];		/* the same, ascending */
	#fresh = true;
	#has_shadow = true;

	/** update - look again; returns whether something changed */
	update(view: mdev_view): boolean {
		const { matrix, shadow_apcb, kvm } = view.state;
		let changed = this.#fresh;

		this.#fresh = false;
		changed = this.#mask(0, matrix.apm) || changed;
		changed = this.#mask(1, matrix.aqm) || changed;
		changed = this.#mask(2, matrix.adm) || changed;
		this.#has_shadow = shadow_apcb !== undefined;
		if (shadow_apcb !== undefined) {
			changed = this.#mask(3, shadow_apcb.apm) || changed;
			changed = this.#mask(4, shadow_apcb.aqm) || changed;
			changed = this.#mask(5, shadow_apcb.adm) || changed;
		}
		changed = this.#links(view) || changed;
		if (this.#kvm !== (kvm !== null)) {
			this.#kvm = kvm !== null;
			changed = true;
		}
		return changed;
	}

	/** text - the state as it stands in a line of a trace */
	text(): string {
		const [apm, aqm, adm, g_apm, g_aqm, g_adm] = this.#masks;

		const g = this.#has_shadow ? `"g":{${masks_text(g_apm, g_aqm, g_adm)}},` : "";

		return `{${masks_text(apm, aqm, adm)},${g}` +
			`"kvm":${this.#kvm ? 1 : 0},"q":${queues_text(this.#queues)}}`;
	}

	/** state - the same, read */
	state(): mdev_state {
		return {
			apm: this.#ids(0), aqm: this.#ids(1), adm: this.#ids(2),
			...this.#has_shadow && {
				g: { apm: this.#ids(3), aqm: this.#ids(4), adm: this.#ids(5) },
			},
			kvm: this.#kvm ? 1 : 0,
			q: this.#queues.map(apqn_name),
		};
	}

	#ids(index: number): number[] {
		return mask_ids(this.#masks[index]);
	}

	#mask(index: number, mask: Uint32Array): boolean {
		const seen = this.#masks[index];
		let changed = false;

		for (let i = 0; i < MASK_WORDS; i++) {
			if (seen[i] !== mask[i]) {
				seen[i] = mask[i];
				changed = true;
			}
		}
		return changed;
	}

	#links(view: mdev_view): boolean {
		if (this.#looked === hlist_changes && view.state.qtable !== undefined)
			return false;
		const linked = view.linked();

		this.#looked = hlist_changes;
		if (same_numbers(this.#linked, linked))
			return false;
		const queues = sort_apqns(linked.slice());
		const changed = !same_numbers(this.#queues, queues);

		this.#linked = linked;
		this.#queues = queues;
		return changed;
	}
}

/** An mdev that is not as it was: as it is now, or null for one that is no more. */
interface change {
	mdev: string;
	now: snapshot | null;
}

const NO_CHANGES: change[] = [];

/**
 * class played_op - what could be seen of an op that was done
 *
 * The states of the mdevs are kept as they were noted, so it is to be looked at before the
 * next op is done.
 */
export class played_op implements trace_op {
	op: trace_op["op"];
	rc: number;
	crash: trace_op["crash"];
	out: string | undefined;
	ev: lab_event[];
	lk: string;
	#changes: change[];

	constructor(op: trace_op["op"], r: lab_result, changes: change[]) {
		this.op = op;
		this.rc = r.rc;
		this.crash = r.crash ?? undefined;
		this.out = r.out ?? undefined;
		this.ev = r.ev;
		this.lk = r.lk;
		this.#changes = changes;
	}

	/** rest - how a line of a trace goes on behind the op; what is empty is left out */
	rest(): string {
		if (this.crash !== undefined)
			return `,"crash":"${this.crash}"}`;
		return `,"rc":${this.rc}` +
			(this.out === undefined ? "" : `,"out":${json_text(this.out)}`) +
			(this.ev.length === 0 ? "" : `,"ev":${JSON.stringify(this.ev)}`) +
			(this.lk === "" ? "" : `,"lk":"${this.lk}"`) +
			(this.#changes.length === 0 ? "" : `,"st":{${this.#states_text()}}`) + "}";
	}

	#states_text(): string {
		let text = "";

		for (const { mdev, now } of this.#changes) {
			const comma = text === "" ? "" : ",";

			text += `${comma}${JSON.stringify(mdev)}:${now === null ? "null" : now.text()}`;
		}
		return text;
	}

	/** the states, read */
	get st(): Record<string, mdev_state | null> {
		return Object.fromEntries(this.#changes.map(({ mdev, now }) =>
			[mdev, now === null ? null : now.state()]));
	}

}

/** boot_options_of - the machine that a trace was recorded on */
export function boot_options_of(header: trace_header): boot_options {
	const { host, apmask, aqmask } = header;
	const { apxa, na, nd, apm, aqm, adm, old = [] } = host;

	return {
		host: { apxa, na, nd, apm, aqm, adm, old }, apmask, aqmask,
		memory: header.autoinit ?? "zero", low_memory: header.low0 === 1 ? "zero" : "fault",
		dev_set_locks: header.dlock === 1, kasan: header.kasan === 1,
		secure_execution: host.se === 1,
	};
}

/**
 * class player - a machine and driver that a trace is played on
 */
export class player {
	#lab: machine_lab;
	#seen = new Map<string, snapshot>();

	/** boots; the driver, by its label or itself, is loaded by the op "init" */
	constructor(header: trace_header, which: string | driver) {
		this.#lab = new machine_lab(boot_options_of(header),
			typeof which === "string" ? driver_of(which) : which);
	}

	/** play - do an op */
	play(op: trace_op["op"]): played_op {
		const r: lab_result = op[0] === "init" ? this.#lab.load() : this.#lab.run(op);

		if (r.crash === null && this.#lab.touches_freed_memory())
			r.crash = "fault";
		return new played_op(op, r, r.crash === null ? this.#changes() : NO_CHANGES);
	}

	/** the machine */
	get lab(): machine_lab {
		return this.#lab;
	}

	/** crash_text - what ended the machine, in words */
	crash_text(): string {
		return this.#lab.crash?.message ?? "";
	}

	/** end - unload the driver */
	end(): void {
		this.#lab.shutdown();
	}

	/** power_off - switch the machine off: no recording says what unloading does */
	power_off(): void {
		this.#lab.power_off();
	}

	#changes(): change[] {
		let changes = this.#seen.size > this.#lab.mdevs.size ? this.#forget_removed()
			: NO_CHANGES;

		for (const view of this.#lab.mdevs.values()) {
			const { name } = view;
			let now = this.#seen.get(name);

			if (now === undefined) {
				now = new snapshot();
				this.#seen.set(name, now);
			}
			if (now.update(view)) {
				if (changes === NO_CHANGES)
					changes = [];
				changes.push({ mdev: name, now });
			}
		}
		return changes;
	}

	#forget_removed(): change[] {
		const changes: change[] = [];

		for (const mdev of this.#seen.keys()) {
			if (!this.#lab.mdevs.has(mdev)) {
				this.#seen.delete(mdev);
				changes.push({ mdev, now: null });
			}
		}
		return changes;
	}
}
