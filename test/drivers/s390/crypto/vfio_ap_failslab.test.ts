// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every allocation of an operation fails once, on Linux 6.12's driver: the
 * operation says -ENOMEM, or what the C says, and once the driver is unloaded
 * nothing is left.
 */
import { test } from "tap";
import { EINVAL, ENOMEM } from "#linux/errno.h";
import { machine_lab } from "../../../../tools/lib/lab/lab.ts";
import { load_driver } from "../../../../tools/lib/lab/loader.ts";
import { inventory } from "../../../../tools/lib/lab/leftovers.ts";
import type { op } from "../../../../tools/lib/scenario/model.ts";

const v6_12 = await load_driver("v6.12");

const HOST = { apxa: 1 as const, na: 255, nd: 255, apm: [4], aqm: [4, 5], adm: [4], old: [] };

/*
 * What the C returns besides -ENOMEM. Nobody looks at what dev_set_name()
 * returns, and a device without a name is refused. A queue that cannot be probed
 * while the driver is being loaded stays unbound, and the driver is loaded. The
 * driver core does without some files and links (bind, uevent, mdev_bus), or
 * without the attributes of the matrix device's driver, and says so in the log.
 */
const OTHER_RESULTS: Record<string, Set<string>> = {
	"load": new Set([`${-EINVAL}`, "0", "0, one queue not bound"]),
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
	{ name: "probe", before: [...created, ["unbind", "04.0004"]],
		run: op_of(["bind", "04.0004"]) },
	{ name: "open", before: created, run: op_of(["open", "m0"]) },
	{ name: "ap_config", before: created,
		run: op_of(["write", "m0", "ap_config", "0x08,0x0c,0"]) },
];

/** struct failure - what the operation returned, and what was left after unloading */
interface failure {
	result: string;
	left: string[];
}

/**
 * fail_once - boot, and run the operation with its n-th allocation failing
 *
 * Return: null when it has fewer than n allocations.
 */
function fail_once({ name, before, run }: sweep, n: number): failure | null {
	const lab = new machine_lab({ host: HOST, apmask: [], aqmask: [], memory: "zero" },
		v6_12);
	const clean = new inventory();

	if (name !== "load")
		lab.load();
	for (const o of before)
		lab.run(o);
	const rc = run(lab, n);
	const failed = lab.allocations === null;
	const result = rc === 0 && lab.bound().length === 1 ? "0, one queue not bound" : `${rc}`;

	lab.shutdown();
	return failed ? { result, left: clean.leftovers() } : null;
}

for (const sweep of sweeps) {
	test(`${sweep.name}: the n-th allocation fails`, async (t) => {
		const others = new Set<string>();
		let n = 1;

		for (let failure = fail_once(sweep, n); failure !== null;
		     failure = fail_once(sweep, ++n)) {
			if (failure.result !== `${-ENOMEM}`)
				others.add(failure.result);
			t.same(failure.left, [],
				`allocation ${n}: ${failure.result}, nothing is left`);
		}
		t.same(others, OTHER_RESULTS[sweep.name] ?? new Set(),
			"results other than -ENOMEM");
		t.ok(n > 1, `${n - 1} allocations`);
	});
}
