// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every allocation of an operation fails once, on Linux 6.12's driver: the
 * operation says -ENOMEM, or what the C says, and once the driver is unloaded
 * nothing is left.
 */
import t from "tap";
import { EINVAL, ENOMEM } from "#linux/errno.h";
import { driver_of, machine_lab } from "../../../../tools/lab/lab.ts";
import { inventory } from "../../../../tools/lab/leftovers.ts";
import type { op } from "../../../../tools/scenario/model.ts";

const HOST = { apxa: 1 as const, na: 255, nd: 255, apm: [4], aqm: [4, 5], adm: [4], old: [] };

/*
 * What the C returns besides -ENOMEM, and how often: nobody looks at what
 * dev_set_name() returns, and a device without a name is refused.
 */
const OTHER_ERRORS: Record<string, number[]> = {
	"load": [-EINVAL],
};

/**
 * struct sweep - an operation whose allocations fail one after the other
 * @before: operations that it needs
 * @run: the operation, its n-th allocation failing; returns what it returned
 */
interface sweep {
	name: string;
	before: op[];
	run: (lab: machine_lab, n: number) => number;
}

const op_of = (o: op) => (lab: machine_lab, n: number): number => lab.run(o, n).rc;
const created: op[] = [["create", "m0"], ["write", "m0", "assign_adapter", "4"],
	["write", "m0", "assign_domain", "4"]];

const sweeps: sweep[] = [
	{ name: "load", before: [], run: (lab, n) => lab.load(n).rc },
	{ name: "create", before: [], run: op_of(["create", "m0"]) },
	{ name: "probe", before: [...created, ["unbind", "04.0004"]], run: op_of(["bind", "04.0004"]) },
	{ name: "open", before: created, run: op_of(["open", "m0"]) },
	{ name: "ap_config", before: created, run: op_of(["write", "m0", "ap_config", "0x08,0x0c,0"]) },
];

/**
 * fail_once - boot, and run the operation with its n-th allocation failing
 *
 * Return: what it returned and what was left after unloading; null when it has
 * fewer than n allocations.
 */
function fail_once({ name, before, run }: sweep, n: number): { rc: number; left: string[] } | null {
	const lab = new machine_lab({ host: HOST, apmask: [], aqmask: [], memory: "zero" },
		driver_of("v6.12"));
	const clean = new inventory();

	if (name !== "load")
		lab.load();
	for (const o of before)
		lab.run(o);
	const rc = run(lab, n);
	const { failed } = lab;

	lab.shutdown();
	return failed ? { rc, left: clean.leftovers() } : null;
}

for (const sweep of sweeps) {
	t.test(`${sweep.name}: the n-th allocation fails`, async (t) => {
		const others: number[] = [];
		let n = 1;

		for (let result = fail_once(sweep, n); result !== null; result = fail_once(sweep, ++n)) {
			if (result.rc !== -ENOMEM)
				others.push(result.rc);
			t.same(result.left, [], `allocation ${n}: rc ${result.rc}, nothing is left`);
		}
		t.same(others, OTHER_ERRORS[sweep.name] ?? [], "errors other than -ENOMEM");
		t.ok(n > 1, `${n - 1} allocations`);
	});
}
