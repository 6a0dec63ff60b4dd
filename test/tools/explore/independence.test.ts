// SPDX-License-Identifier: GPL-2.0-only
/*
 * What independent operations lead to is concluded: the search says what it says without, with
 * less done.
 */
import { test } from "tap";
import { HOST_FIELDS, MDEV_FIELDS, canonicaliser } from "../../../tools/explore/canon.ts";
import { jobs_of, search_of } from "../../../tools/explore/campaign.ts";
import { independence } from "../../../tools/explore/independence.ts";
import {
	all_ops, anything, machine_of, make, op_kinds, type op_kind, type space_op,
} from "../../../tools/explore/space.ts";
import { FIRST_HOOK, empty_observation, world } from "../../../tools/explore/world.ts";
import { load_driver } from "../../../tools/lib/lab/loader.ts";
import { grouped } from "../../../tools/lib/grouped.ts";
import { everything, found, kinds_of, shop, without_effort } from "./fixture.ts";

const size = machine_of(2, 2, 1, 2);
const ops = all_ops(size, op_kinds, false);
const canon = new canonicaliser(size, { ...anything, ages: false });
const rule = new independence(ops, size, false);
const control_apart = new independence(ops, size, true);

/* Two mdevs, the newer one first, with these adapters and domains; the first has a guest. */
function key_of(first: [number, number], second: [number, number], hook = FIRST_HOOK): Uint16Array {
	const s = empty_observation(size);

	s.mdevs.forEach((m, i) => {
		m.born = 2 - i;
		[m.matrix.apm, m.matrix.aqm] = i === 0 ? first : second;
	});
	Object.assign(s.mdevs[0]!, { guest: true, kvm: true, hook });
	return canon.key(s).slice();
}

function number_of(o: space_op): number {
	const number = ops.findIndex((it) => JSON.stringify(it) === JSON.stringify(o));

	t_must(number >= 0);
	return number;
}

function holds(key: Uint16Array, a: space_op, b: space_op): boolean {
	const [x, y] = [number_of(a), number_of(b)];

	return rule.holds(key, x, y) && rule.holds(key, y, x);
}

function t_must(is: boolean): void {
	if (!is)
		throw new Error("no such operation");
}

test("operations of different mdevs are independent, unless sharing is at stake", async (t) => {
	/* the same ids of both adapters and both domains: renaming changes nothing */
	const apart = key_of([0, 0], [0, 0]);
	const full = key_of([3, 3], [0, 0]);
	const by = (m: number): space_op => make("assign_adapter", { m, id: 0 });

	t.ok(holds(apart, by(0), by(1)), "adapters without domains");
	t.ok(holds(apart, make("close", { m: 0 }), make("assign_domain", { m: 1, id: 1 })));
	t.notOk(holds(apart, by(0), make("assign_domain", { m: 0, id: 0 })), "of one mdev");
	t.notOk(holds(full, make("unassign_adapter", { m: 0, id: 0 }),
		make("ap_config", { m: 1, masks: [3, 3, 1] })));
	t.notOk(holds(apart, make("ap_config", { m: 0, masks: [3, 3, 1] }),
		make("ap_config", { m: 1, masks: [3, 3, 1] })));
	t.ok(holds(full, make("reset", { m: 0 }), make("ap_config", { m: 1, masks: [3, 3, 1] })),
		"it is refused before and after");
	t.notOk(holds(apart, make("host_adapter", { id: 0 }), by(0)), "the host is everybody's");
	t.notOk(holds(apart, make("open", { m: 0, with: 1 }), by(1)), "a guest of two");
	t.notOk(holds(key_of([0, 0], [0, 0], FIRST_HOOK + 1), by(0), by(1)), "the other's hook");
});

test("unassigning touches what an mdev has not got, too", async (t) => {
	const key = key_of([1, 0], [0, 1]);
	const unassign = make("unassign_domain", { m: 0, id: 0 });

	t.notOk(holds(key_of([1, 0], [1, 1]), unassign, make("reset", { m: 1 })),
		"the other's queue");
	t.notOk(holds(key, unassign, make("unassign_adapter", { m: 1, id: 0 })), "the same queue");
	t.notOk(holds(key, unassign, make("bind", { apid: 0, apqi: 0 })));
	t.ok(holds(key, unassign, make("bind", { apid: 1, apqi: 1 })));
	t.ok(holds(key, unassign, make("unassign_adapter", { m: 1, id: 1 })));
});

test("which mdevs share a guest is part of a state", async (t) => {
	const small = machine_of(1, 1, 0, 2);
	const v13 = await load_driver("v13");
	/* v13 has no KVM pointer for the second mdev of a guest, nor once the first has another. */
	const key_behind = (last: space_op[]): Uint16Array => {
		const machine = new world(small, v13);
		const seen = empty_observation(small);

		for (const o of [make("create"), make("create", { m: 1 }), make("open"),
			make("open", { m: 1, with: 0 }), ...last])
			machine.run(o);
		machine.observe(seen);
		machine.end();
		return new canonicaliser(small).key(seen).slice();
	};

	t.not(key_behind([]).join(), key_behind([make("close"), make("open")]).join());
});

test("binding a queue concerns the mdev that has it, or will have it", async (t) => {
	const full = key_of([3, 3], [0, 0]);
	const bind = make("bind", { apid: 0, apqi: 0 });

	t.notOk(holds(full, bind, make("reset", { m: 0 })));
	t.ok(holds(full, bind, make("assign_adapter", { m: 1, id: 0 })));
	t.notOk(holds(full, bind, make("ap_config", { m: 1, masks: [3, 3, 1] })),
		"if it were given");
	t.notOk(holds(full, bind, make("aqic_off", { m: 1, apid: 0, apqi: 0 })));
	t.notOk(holds(full, bind, make("unbind", { apid: 1, apqi: 1 })), "one mdev has both");
	t.ok(holds(key_of([0, 0], [0, 0]), bind, make("unbind", { apid: 1, apqi: 1 })),
		"nobody has");
});

test("control domains are apart from the rest, but not from a guest", async (t) => {
	const key = key_of([3, 3], [0, 0]);
	const is = (of: independence, a: space_op, b: space_op): boolean =>
		of.ever(number_of(a), number_of(b)) && of.holds(key, number_of(a), number_of(b));
	const control = [
		make("assign_control_domain", { m: 0 }), make("assign_control_domain", { m: 1 }),
		make("unassign_control_domain", { m: 0 }), make("host_control"),
	];

	for (const a of control)
		for (const b of [make("unbind"), make("unassign_adapter", { m: 0 }),
			make("host_adapter"), make("aqmask"), make("create", { m: 1 })]) {
			t.ok(is(control_apart, a, b) && is(control_apart, b, a),
				`${a.kind} ${a.m}, ${b.kind}`);
			t.notOk(b.kind !== "unbind" && b.kind !== "unassign_adapter" &&
				is(rule, a, b), "not on each driver");
		}
	const [mine] = control;
	const open = make("open", { m: 0 });

	t.ok(is(control_apart, open, mine!), "a guest is set up once");
	t.notOk(is(control_apart, mine!, open), "with a guest, its masks are set");
	t.notOk(is(control_apart, make("host_control"), mine!));
	t.notOk(is(control_apart, make("host_control"), make("destroy", { m: 0 })));
	t.notOk(is(control_apart, make("ap_config", { m: 0 }), mine!),
		"it sets the guest's masks or not");
	t.notOk(control_apart.absorbs(number_of(make("ap_config", { m: 1 })), number_of(mine!)));
	for (const a of [make("ap_config", { m: 1 }), make("destroy", { m: 1 })]) {
		t.ok(is(control_apart, a, make("assign_control_domain", { m: 1 })), "no guest");
		t.ok(control_apart.absorbs(number_of(a),
			number_of(make("assign_control_domain", { m: 1 }))), a.kind);
	}
});

test("two mdevs: the same states, transitions and findings, and a third less to do", async (t) => {
	const machine = { adapters: 1, domains: 1, cdoms: 0, mdevs: 2 };
	const less = await found(machine);
	const all = await found({ ...machine, commute: false });

	t.same(without_effort(less), without_effort(all));
	t.match(all, { bound: null, states: 1046 });
	t.ok(less.executed < 0.7 * all.executed, `${less.executed} of ${all.executed}`);
});

/* Two adapters on one of the two: their rule is the same. */
for (const [driver, adapters, states] of [["v6.12", 2, 4528], ["v7.3", 1, 738]] as const)
	test(`control domains apart on ${driver}: the same, with much less to do`, async (t) => {
		const machine = { drivers: [driver], adapters, domains: 1, cdoms: 1, mdevs: 1 };
		const less = await found(machine);
		const all = await found({ ...machine, commute: false });

		t.same(without_effort(less), without_effort(all));
		t.match(all, { bound: null, states });
		t.ok(less.executed < 0.7 * all.executed, `${less.executed} of ${all.executed}`);
	});

/* Where a canonical form speaks of control domains, and where of which mdevs and guests exist. */
const queues = 1;
const mdev_at = HOST_FIELDS + queues;
const CONTROL = [2, 7, 10, ...[3, 6, 9, 12].map((i) => mdev_at + i)];

/* Of each state: what exists, what is said of control domains, and the rest. */
async function states_of(driver: string): Promise<[string, string, string][]> {
	const [job] = jobs_of({ ...everything, drivers: [driver] });
	const searched = await search_of(job!, () => {});
	const { states } = await shop.search(searched);
	const fields = mdev_at + MDEV_FIELDS;
	const [bytes] = searched.saved().graph;
	const keys = new Uint16Array(bytes!.buffer, 0, states * fields);

	return Array.from({ length: states }, (_, state) => {
		const key = keys.subarray(state * fields, (state + 1) * fields);
		const part = (control: boolean): string =>
			key.filter((_field, i) => CONTROL.includes(i) === control).join();

		return [String(key[mdev_at]), part(true), part(false)];
	});
}

for (const driver of ["v6.12", "v7.3"])
	test(`the states of ${driver} are a product of control domains and the rest`, async (t) => {
		const by_life = grouped(await states_of(driver), ([life]) => life);

		t.equal(by_life.size, 3, "no mdev, an mdev, a guest");
		for (const [life, states] of by_life) {
			const [controls, rests] = [1, 2].map((i) =>
				new Set(states.map((parts) => parts[i])).size);

			t.ok(controls! > 1 && rests! > 1);
			t.equal(states.length, controls! * rests!, life);
		}
	});

const SOME: op_kind[] = [
	"create", "destroy", "open", "assign_adapter", "assign_domain", "unbind", "host_adapter",
];

for (const [driver, kinds, whole] of [["v6.12", op_kinds, 1762], ["v6.0", SOME, 468]] as const)
	test(`two mdevs: which is older does not matter on ${driver}`, async (t) => {
		const machine = {
			drivers: [driver], kinds: [...kinds], adapters: 1, domains: 1, cdoms: 0,
			mdevs: 2,
		};
		const [alike, apart] = [
			await found(machine), await found({ ...machine, identify: false }),
		];

		t.strictSame(kinds_of(alike), kinds_of(apart));
		t.match(apart, { bound: null, states: whole });
		t.ok(alike.states < 0.65 * whole, `${alike.states} of ${whole}`);
	});
