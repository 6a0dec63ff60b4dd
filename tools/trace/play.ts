// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the ops of a trace on a driver, and says what could be seen: what the
 * recorder of the compiled C wrote, written again.
 */
import { machine_lab, driver_of } from "../lab/lab.ts";
import type { mdev_view } from "../lab/mdev.ts";
import { mask_ids, apqn_name } from "../lab/names.ts";
import type { lab_result } from "../replay/lab.ts";
import type { mdev_state, trace_header, trace_op } from "./format.ts";

const MASK_WORDS = 8;
const MASKS = 6;

function same_numbers(a: readonly number[], b: readonly number[]): boolean {
	return a.length === b.length && a.every((n, i) => n === b[i]);
}

/**
 * class snapshot - what was seen of an mdev last
 *
 * Kept as words, so that an mdev that did not change costs a comparison only.
 */
class snapshot {
	#words = new Uint32Array(MASKS * MASK_WORDS);
	#kvm = false;
	#linked: number[] = [];
	#fresh = true;

	/** update - look again; returns whether something changed */
	update(view: mdev_view): boolean {
		const { matrix, shadow_apcb, kvm } = view.state;
		let changed = this.#fresh;

		this.#fresh = false;
		changed = this.#mask(0, matrix.apm) || changed;
		changed = this.#mask(1, matrix.aqm) || changed;
		changed = this.#mask(2, matrix.adm) || changed;
		changed = this.#mask(3, shadow_apcb.apm) || changed;
		changed = this.#mask(4, shadow_apcb.aqm) || changed;
		changed = this.#mask(5, shadow_apcb.adm) || changed;
		changed = this.#queues(view) || changed;
		if (this.#kvm !== (kvm !== null)) {
			this.#kvm = kvm !== null;
			changed = true;
		}
		return changed;
	}

	state(): mdev_state {
		return {
			apm: this.#ids(0), aqm: this.#ids(1), adm: this.#ids(2),
			g: { apm: this.#ids(3), aqm: this.#ids(4), adm: this.#ids(5) },
			kvm: this.#kvm ? 1 : 0,
			q: this.#linked.toSorted((a, b) => a - b).map(apqn_name),
		};
	}

	#ids(index: number): number[] {
		return mask_ids(this.#words, index * MASK_WORDS, MASK_WORDS);
	}

	#mask(index: number, mask: Uint32Array): boolean {
		const at = index * MASK_WORDS;
		let changed = false;

		for (let i = 0; i < MASK_WORDS; i++) {
			if (this.#words[at + i] !== mask[i]) {
				this.#words[at + i] = mask[i];
				changed = true;
			}
		}
		return changed;
	}

	#queues(view: mdev_view): boolean {
		const before = this.#linked;

		if (view.is_linked(before))
			return false;
		this.#linked = view.linked();
		return !same_numbers(before, this.#linked);
	}
}

/**
 * class player - a machine and driver that a trace is played on
 */
export class player {
	#lab: machine_lab;
	#seen = new Map<string, snapshot>();

	/** boots; the driver is loaded by the op "init" */
	constructor(header: trace_header, label: string) {
		const { host, apmask, aqmask } = header;

		this.#lab = new machine_lab(
			{ host: { ...host, old: host.old ?? [] }, apmask, aqmask, memory: "zero" },
			driver_of(label));
	}

	/** play - do an op; returns its line, all fields in */
	play(op: trace_op["op"]): trace_op {
		const r: lab_result = op[0] === "init" ? this.#lab.load() : this.#lab.run(op);

		return {
			op,
			rc: r.rc,
			crash: r.crash ?? undefined,
			out: r.out ?? undefined,
			ev: r.ev,
			lk: r.lk,
			st: r.crash === null ? this.#changes() : {},
		};
	}

	/** crash_text - what ended the machine, in words */
	crash_text(): string {
		return this.#lab.crash?.message ?? "";
	}

	/** end - unload the driver */
	end(): void {
		this.#lab.shutdown();
	}

	#changes(): Record<string, mdev_state | null> {
		const changes: Record<string, mdev_state | null> = {};

		for (const name of this.#seen.keys()) {
			if (!this.#lab.mdevs.has(name)) {
				this.#seen.delete(name);
				changes[name] = null;
			}
		}
		for (const [name, view] of this.#lab.mdevs) {
			let seen = this.#seen.get(name);

			if (seen === undefined) {
				seen = new snapshot();
				this.#seen.set(name, seen);
			}
			if (seen.update(view))
				changes[name] = seen.state();
		}
		return changes;
	}
}
