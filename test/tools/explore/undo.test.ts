// SPDX-License-Identifier: GPL-2.0-only
/*
 * A machine that did everything and undid it is the machine that did nothing: what it does from
 * then on is compared, result for result, with one that never did anything else.
 */
import { register } from "node:module";
import { test } from "tap";

register("../../../tools/explore/hooks.ts", import.meta.url);
const { drivers: all_drivers, older_than } =
	await import("../../../drivers/s390/crypto/history/index.ts");
const { kmemleak } = await import("#linux/slab.h");
const { live_kobjects } = await import("#linux/kobject.h");
const { free_held_locks } = await import("#linux/rwsem.h");
const { journal_length, undo } = await import("../../../tools/explore/journal.ts");
const { all_ops, machine_of, op_kinds } = await import("../../../tools/explore/space.ts");
const { load_driver } = await import("../../../tools/lib/lab/loader.ts");
const { applicable, empty_observation, world } = await import("../../../tools/explore/world.ts");

/* The search knows nothing of the design of 2017. */
const drivers = all_drivers.filter(({ forwards }) => !forwards);

await Promise.all(drivers.map(load_driver));

type machine = InstanceType<typeof world>;
type space_op = ReturnType<typeof all_ops>[number];

const SIZE = machine_of(2, 2, 1, 2);
const STEPS = 40;

/* A number below @n, the same ones every time. */
function dice(): (n: number) => number {
	let seed = 1;

	return (n) => (seed = seed * 48271 % 0x7fffffff) % n;
}

function step(machine: machine, o: space_op): string {
	const { rc, crash, ev, lk, out } = machine.run(o);
	const seen = empty_observation(SIZE);

	if (crash === null)
		machine.observe(seen);
	return JSON.stringify([o.kind, rc, crash, ev, lk, out, seen]);
}

/* What is allocated and what there is in sysfs, whatever the order. */
function held(): string[] {
	return [...kmemleak().map(({ what }) => what),
		...live_kobjects().map(({ path, refcount }) => `${path} ${refcount}`)].toSorted();
}

function trial(machine: machine, o: space_op): string {
	const notes = journal_length();
	const text = step(machine, o);

	undo(notes);
	free_held_locks();
	return text;
}

for (const driver of drivers) {
	test(`${driver.label}: every operation, undone, on a way of ${STEPS}`, async (t) => {
		const ops = all_ops(SIZE,
			op_kinds.filter((k) => k !== "ap_config" || !older_than(driver, "6.10")),
				true);
		const roll = dice();
		const machine = new world(SIZE, driver);
		const way: space_op[] = [], results: string[] = [];
		const before = empty_observation(SIZE);
		let tried = 0;

		for (let i = 0; i < STEPS; i++) {
			machine.observe(before);
			const can = ops.filter((o) => applicable(o, before, SIZE.domains));
			const first = can.map((o) => trial(machine, o));

			t.strictSame(can.map((o) => trial(machine, o)), first,
				`step ${i}: the same a second time`);
			tried += can.length;
			const sound = can.filter((_, at) => JSON.parse(first[at]!)[2] === null);
			const next = sound[roll(sound.length)]!;

			way.push(next);
			results.push(step(machine, next));
		}
		const left = held();

		machine.end();
		const plain = new world(SIZE, driver);

		t.strictSame(way.map((o) => step(plain, o)), results,
			"a machine that did nothing else does the same");
		t.strictSame(held(), left, "and holds the same");
		plain.end();
		t.ok(tried > 20 * STEPS, `${tried} operations were undone`);
	});
}
