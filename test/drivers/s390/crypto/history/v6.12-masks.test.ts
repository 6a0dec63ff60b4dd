// SPDX-License-Identifier: GPL-2.0-only
/*
 * The variant v6.12-masks gives what 6.12 gives: for every small matrix, for
 * every recorded trace and for random histories of operations, and its masks are
 * at any time what the table of queues says.
 */
import { deepStrictEqual } from "node:assert";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { test } from "tap";
import * as masks_ops from "../../../../../drivers/s390/crypto/history/v6.12-masks/vfio_ap_ops.ts";
import * as masks_h from "../../../../../drivers/s390/crypto/history/v6.12-masks/vfio_ap_private.h.ts";
import * as walk_ops from "../../../../../drivers/s390/crypto/vfio_ap_ops.ts";
import * as walk_h from "../../../../../drivers/s390/crypto/vfio_ap_private.h.ts";
import { DRIVER_FILES, driver_file } from "../../../../../tools/diff/compare.ts";
import { units_of } from "../../../../../tools/diff/text.ts";
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

const HOST = {
	apxa: 1 as const, na: 255, nd: 255, apm: [0, 1, 2, 3], aqm: [0, 1, 2, 3], adm: [], old: [],
};

function boot(label: string): machine_lab {
	const lab = new machine_lab({ host: HOST, apmask: [], aqmask: [], memory: "zero" },
		driver_of(label));

	if (lab.load().rc !== 0)
		throw new Error(`${label} does not load`);
	return lab;
}

test("v6.12-masks: every v6.12 trace, no divergence", async (t) => {
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

/* What the patch changes, and what it adds. */
const CHANGED = [
	"ap_queue_table", "vfio_ap_mdev_filter_matrix", "vfio_ap_mdev_link_queue",
	"vfio_ap_unlink_queue_fr_mdev", "apq_reset_check", "vfio_ap_mdev_reset_queue",
];
const ADDED = ["VFIO_AP_DBF_WARN", "vfio_ap_queue_changed", "adapter_passes"];

test("v6.12-masks: token by token 6.12, but for the named functions", async (t) => {
	const changed: string[] = [], added: string[] = [];

	for (const file of DRIVER_FILES) {
		const of_6_12 =
			new Map(units_of(driver_file(driver_of("v6.12"), file))
				.map((u) => [u.name, u.tokens]));
		const names: string[] = [];

		for (const { name, tokens } of units_of(driver_file(driver_of(LABEL), file))) {
			const before = of_6_12.get(name);

			if (before === undefined)
				added.push(name);
			else
				names.push(name);
			if (before !== undefined && before.join(" ") !== tokens.join(" "))
				changed.push(name);
		}
		t.strictSame(names, [...of_6_12.keys()], `${file}: all of them, in their order`);
	}
	t.strictSame(changed, CHANGED);
	t.strictSame(added, ADDED);
});

/* A response code that a guest may have, one that it may not, no queue. */
const STATES = [0x00, 0x02, null] as const;

const SIDE = 2;
const CELLS = SIDE * SIDE;

/* A driver's text, as far as it is needed here. */
interface text {
	h: {
		ap_matrix_mdev: new () => masks_h.ap_matrix_mdev;
		vfio_ap_queue: new () => masks_h.vfio_ap_queue;
	};
	link(mdev: masks_h.ap_matrix_mdev, q: masks_h.vfio_ap_queue): void;
	filter(mdev: masks_h.ap_matrix_mdev, filtered: Uint32Array): boolean;
}

const masks: text = {
	h: masks_h,
	link(mdev, q) {
		masks_ops.vfio_ap_mdev_link_queue(mdev, q);
		masks_ops.vfio_ap_queue_changed(q);
	},
	filter: masks_ops.vfio_ap_mdev_filter_matrix,
};
/* Its table has no masks, which its text does not look for. */
const walk = {
	h: walk_h, link: walk_ops.vfio_ap_mdev_link_queue,
	filter: walk_ops.vfio_ap_mdev_filter_matrix,
} as unknown as text;

/* The leftmost bits of a mask, as a number with bit 0 rightmost has them. */
function leftmost(bits: number): number {
	return ((bits & 1) << 31 | (bits & 2) << 29) >>> 0;
}

/* What a filter makes of an mdev with those queues, matrix and shadow. */
function outcome(
	{ h, link, filter }: text, states: readonly (number | null)[],
	[apm, aqm, was_apm, was_aqm]: readonly number[],
): number[] {
	const mdev = new h.ap_matrix_mdev();
	const filtered = mask_of([255]);

	for (const matrix of [mdev.matrix, mdev.shadow_apcb])
		matrix.apm_max = matrix.aqm_max = matrix.adm_max = 255;
	mdev.matrix.apm[0] = leftmost(apm);
	mdev.matrix.aqm[0] = leftmost(aqm);
	states.forEach((state, i) => {
		if (state === null)
			return;
		const q = new h.vfio_ap_queue();

		q.apqn = Math.floor(i / SIDE) << 8 | i % SIDE;
		q.reset_status.response_code = state;
		link(mdev, q);
	});
	mdev.shadow_apcb.apm[0] = leftmost(was_apm);
	mdev.shadow_apcb.aqm[0] = leftmost(was_aqm);
	const changed = filter(mdev, filtered);

	return [Number(changed), mdev.shadow_apcb.apm[0], mdev.shadow_apcb.aqm[0], ...filtered];
}

test("v6.12-masks: filter: every matrix of 2x2, every state of its queues", async (t) => {
	const labs = [boot("v6.12"), boot(LABEL)];
	const all = 1 << SIDE;
	let compared = 0, differ = 0;

	for (let code = 0; code < STATES.length ** CELLS; code++) {
		const states = Array.from({ length: CELLS }, (_, i) =>
			STATES[Math.floor(code / STATES.length ** i) % STATES.length]);

		for (let of_masks = 0; of_masks < all ** 4; of_masks++) {
			const words = [0, 1, 2, 3].map((i) => of_masks >> SIDE * i & all - 1);

			compared++;
			if (outcome(walk, states, words).join() !== outcome(masks, states, words)
				.join())
				differ++;
		}
	}
	t.equal(compared, 81 * 256);
	t.equal(differ, 0);
	labs[1].shutdown();
});

const any_id = fc.nat(3);
const mdev_name = fc.constantFrom("a", "b");
const any_queue = fc.tuple(any_id, any_id).map(([apid, apqi]) => `0${apid}.000${apqi}`);
const some_ids = fc.subarray([0, 1, 2, 3]);
const code = fc.constantFrom(0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x42);

const operation: fc.Arbitrary<op> = fc.oneof(
	fc.record({ name: mdev_name, id: any_id, what: fc.constantFrom("assign", "unassign"),
		unit: fc.constantFrom("adapter", "domain", "control_domain") })
		.map(({ name, id, what, unit }): op =>
			["write", name, `${what}_${unit}`, String(id)]),
	any_queue.map((queue): op => ["bind", queue]),
	any_queue.map((queue): op => ["unbind", queue]),
	mdev_name.map((name): op => ["open", name]),
	mdev_name.map((name): op => ["close", name]),
	mdev_name.map((name): op => ["reset", name]),
	fc.tuple(some_ids, some_ids, some_ids)
		.map(([apm, aqm, adm]): op => ["cfg", { apm, aqm, adm }]),
	fc.tuple(any_queue, fc.array(code, { maxLength: 3 }))
		.map(([queue, zapq]): op => ["hw", queue, { zapq }]),
	fc.tuple(any_queue, fc.array(code, { maxLength: 3 }))
		.map(([queue, tapq]): op => ["hw", queue, { tapq }]),
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
			seen.states.push([
				lab.matrix(name), lab.shadow(name), lab.apcb(name),
				lab.linked(name),
			]);
		look(lab);
	}
	lab.shutdown();
	return seen;
}

/* The masks, made anew from the table of queues. */
function masks_of(mdev: masks_h.ap_matrix_mdev): Uint32Array {
	const bits = new Uint32Array(256 * 8);

	for (const chain of mdev.qtable.queues) {
		for (let n = chain.first; n !== null; n = n.next) {
			const q = n.container as masks_h.vfio_ap_queue;

			if (masks_ops._queue_passable(q))
				bits[(q.apqn >>> 8) * 8 +
					(q.apqn >>> 5 & 7)] |= 0x80000000 >>> (q.apqn & 31);
		}
	}
	return bits;
}

test("v6.12-masks: a random history gives what 6.12 gives, and the masks are right", async (t) => {
	let checked = 0;

	fc.assert(fc.property(fc.array(operation, { minLength: 5, maxLength: 60 }), (ops) => {
		const walked = play("v6.12", ops, () => {});
		const masked = play(LABEL, ops, (lab) => {
			for (const { state } of lab.mdevs.values()) {
				const { passable } = (state as masks_h.ap_matrix_mdev).qtable;

				checked++;
				if (passable !== null)
					deepStrictEqual(passable,
						masks_of(state as masks_h.ap_matrix_mdev));
			}
		});

		deepStrictEqual(masked, walked);
	}), { numRuns: 300 });
	t.ok(checked > 1000, `${checked} tables`);
});
