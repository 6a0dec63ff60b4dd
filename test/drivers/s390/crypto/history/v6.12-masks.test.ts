// SPDX-License-Identifier: GPL-2.0-only
/*
 * The variant v6.12-masks gives what 6.12 gives: for every small matrix, for
 * every recorded trace and for random histories of operations, and its masks are
 * at any time what the table of queues says.
 */
import { deepStrictEqual } from "node:assert";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import t from "tap";
import {
	queue_changed, vfio_ap_mdev_filter_matrix as filter_by_masks,
} from "../../../../../drivers/s390/crypto/history/v6.12-masks/vfio_ap_drv.ts";
import {
	_queue_passable, seam, vfio_ap_mdev_filter_matrix as filter_by_walk, vfio_ap_mdev_link_queue,
} from "../../../../../drivers/s390/crypto/vfio_ap_ops.ts";
import { ap_matrix_mdev, vfio_ap_queue } from "../../../../../drivers/s390/crypto/vfio_ap_private.h.ts";
import { machine_lab } from "../../../../../tools/lib/lab/lab.ts";
import { driver_of, load_driver } from "../../../../../tools/lib/lab/loader.ts";
import { mask_of } from "../../../../../tools/lib/lab/names.ts";
import type { lab_result } from "../../../../../tools/lib/lab/model.ts";
import type { op } from "../../../../../tools/lib/scenario/model.ts";
import { check_trace } from "../../../../../tools/lib/trace/check.ts";
import { read_traces, trace_files } from "../../../../../tools/lib/trace/format.ts";

await Promise.all(["v6.12", "v6.12-masks"].map(load_driver));

const TRACES = fileURLToPath(new URL("../../../../traces/v6.12/", import.meta.url));
const LABEL = "v6.12-masks";

const HOST = { apxa: 1 as const, na: 255, nd: 255, apm: [0, 1, 2, 3], aqm: [0, 1, 2, 3], adm: [], old: [] };

function boot(label: string): machine_lab {
	const lab = new machine_lab({ host: HOST, apmask: [], aqmask: [], memory: "zero" }, driver_of(label));

	if (lab.load().rc !== 0)
		throw new Error(`${label} does not load`);
	return lab;
}

t.test("v6.12-masks: every v6.12 trace, no divergence", async (t) => {
	let traces = 0;

	for (const file of trace_files([TRACES])) {
		for (const trace of read_traces(file)) {
			traces++;
			const { divergences } = check_trace(trace, LABEL);

			if (divergences.length !== 0)
				t.fail(`${file}:${trace.line}`, { divergences });
		}
	}
	t.ok(traces > 400, `${traces} traces`);
});

t.test("v6.12-masks: loaded, the seam is used; unloaded or after a boot, it is not", async (t) => {
	const lab = boot(LABEL);

	t.equal(seam.filter_matrix, filter_by_masks);
	lab.shutdown();
	t.strictSame({ ...seam }, { filter_matrix: null, queue_changed: null });
	boot(LABEL).rec.stop();
	boot("v6.12").shutdown();
	t.strictSame({ ...seam }, { filter_matrix: null, queue_changed: null });
});

/* A response code that a guest may have, one that it may not, no queue. */
const STATES = [0x00, 0x02, null] as const;

const SIDE = 2;
const CELLS = SIDE * SIDE;

/* What a filter made of an mdev. */
function outcome(
	mdev: ap_matrix_mdev, filter: typeof filter_by_walk, before: [number, number],
): number[] {
	const filtered = mask_of([255]);

	mdev.shadow_apcb.apm[0] = before[0];
	mdev.shadow_apcb.aqm[0] = before[1];
	const changed = filter(mdev, filtered);

	return [Number(changed), mdev.shadow_apcb.apm[0], mdev.shadow_apcb.aqm[0], ...filtered];
}

/* The leftmost bits of a mask, as a number with bit 0 rightmost has them. */
function leftmost(bits: number): number {
	return ((bits & 1) << 31 | (bits & 2) << 29) >>> 0;
}

function mdev_of(states: readonly (number | null)[], apm: number, aqm: number): ap_matrix_mdev {
	const mdev = new ap_matrix_mdev();

	for (const matrix of [mdev.matrix, mdev.shadow_apcb])
		matrix.apm_max = matrix.aqm_max = matrix.adm_max = 255;
	mdev.matrix.apm[0] = leftmost(apm);
	mdev.matrix.aqm[0] = leftmost(aqm);
	states.forEach((state, i) => {
		if (state === null)
			return;
		const q = new vfio_ap_queue();

		q.apqn = Math.floor(i / SIDE) << 8 | i % SIDE;
		vfio_ap_mdev_link_queue(mdev, q);
		q.reset_status.response_code = state;
		queue_changed(q);
	});
	return mdev;
}

t.test("v6.12-masks: filter: every matrix of 2x2, every state of its queues", async (t) => {
	const lab = boot("v6.12");
	const all = 1 << SIDE;
	let compared = 0, differ = 0;

	for (let code = 0; code < STATES.length ** CELLS; code++) {
		const states = Array.from({ length: CELLS }, (_, i) =>
			STATES[Math.floor(code / STATES.length ** i) % STATES.length]);

		for (let masks = 0; masks < all ** 4; masks++) {
			const [apm, aqm, was_apm, was_aqm] = [0, 1, 2, 3].map((i) => masks >> SIDE * i & all - 1);
			const mdev = mdev_of(states, apm, aqm);
			const before: [number, number] = [leftmost(was_apm), leftmost(was_aqm)];
			const walked = outcome(mdev, filter_by_walk, before);

			compared++;
			if (walked.join() !== outcome(mdev, filter_by_masks, before).join())
				differ++;
		}
	}
	t.equal(compared, 81 * 256);
	t.equal(differ, 0);
	lab.shutdown();
});

const any_id = fc.nat(3);
const mdev_name = fc.constantFrom("a", "b");
const any_queue = fc.tuple(any_id, any_id).map(([apid, apqi]) => `0${apid}.000${apqi}`);
const some_ids = fc.subarray([0, 1, 2, 3]);
const code = fc.constantFrom(0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x42);

const operation: fc.Arbitrary<op> = fc.oneof(
	fc.record({ name: mdev_name, id: any_id, what: fc.constantFrom("assign", "unassign"),
		unit: fc.constantFrom("adapter", "domain", "control_domain") })
		.map(({ name, id, what, unit }): op => ["write", name, `${what}_${unit}`, String(id)]),
	any_queue.map((queue): op => ["bind", queue]),
	any_queue.map((queue): op => ["unbind", queue]),
	mdev_name.map((name): op => ["open", name]),
	mdev_name.map((name): op => ["close", name]),
	mdev_name.map((name): op => ["reset", name]),
	fc.tuple(some_ids, some_ids, some_ids).map(([apm, aqm, adm]): op => ["cfg", { apm, aqm, adm }]),
	fc.tuple(any_queue, fc.array(code, { maxLength: 3 })).map(([queue, zapq]): op => ["hw", queue, { zapq }]),
	fc.tuple(any_queue, fc.array(code, { maxLength: 3 })).map(([queue, tapq]): op => ["hw", queue, { tapq }]),
	fc.constantFrom("0x0", "0x8", "+1", "-1").map((mask): op => ["apmask_store", `${mask}\n`]),
	fc.constantFrom("create", "destroy").chain((what) =>
		mdev_name.map((name): op => [what as "create" | "destroy", name])),
);

interface seen {
	results: Omit<lab_result, "decisions">[];
	states: unknown[];
}

/* Everything that can be seen of a history of operations. */
function play(label: string, ops: readonly op[], look: (lab: machine_lab) => void): seen {
	const lab = boot(label);
	const seen: seen = { results: [], states: [] };

	for (const o of [["create", "a"], ["create", "b"], ...ops] as op[]) {
		const { rc, crash, out, ev, lk } = lab.run(o);

		seen.results.push({ rc, crash, out, ev, lk });
		if (crash !== null)
			break;
		for (const name of ["a", "b"])
			seen.states.push([lab.matrix(name), lab.shadow(name), lab.apcb(name), lab.linked(name)]);
		look(lab);
	}
	lab.shutdown();
	return seen;
}

/* The masks, made anew from the table of queues. */
function masks_of(mdev: ap_matrix_mdev): Uint32Array {
	const masks = new Uint32Array(256 * 8);

	for (const chain of mdev.qtable.queues) {
		for (let n = chain.first; n !== null; n = n.next) {
			const q = n.container as vfio_ap_queue;

			if (_queue_passable(q))
				masks[(q.apqn >>> 8) * 8 + (q.apqn >>> 5 & 7)] |= 0x80000000 >>> (q.apqn & 31);
		}
	}
	return masks;
}

t.test("v6.12-masks: a random history gives what 6.12 gives, and the masks are right", async (t) => {
	let checked = 0;

	fc.assert(fc.property(fc.array(operation, { minLength: 5, maxLength: 60 }), (ops) => {
		const walked = play("v6.12", ops, () => {});
		const masked = play(LABEL, ops, (lab) => {
			for (const { state } of lab.mdevs.values()) {
				const { passable } = (state as ap_matrix_mdev).qtable;

				checked++;
				if (passable !== null)
					deepStrictEqual(passable, masks_of(state as ap_matrix_mdev));
			}
		});

		deepStrictEqual(masked, walked);
	}), { numRuns: 300 });
	t.ok(checked > 1000, `${checked} tables`);
});
