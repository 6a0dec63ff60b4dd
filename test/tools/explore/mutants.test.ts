// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each property is broken on purpose, and the search must find it.
 */
import { test } from "tap";
import { counterexample_of } from "../../../tools/explore/counterexample.ts";
import { properties } from "../../../tools/explore/properties.ts";
import { search } from "../../../tools/explore/search.ts";
import { machine_of, op_kinds, type op_kind } from "../../../tools/explore/space.ts";
import { shop } from "./fixture.ts";
import { mutant_of, type change } from "./mutant.ts";

type row = [property: string, changes: change[],
	more?: { adapters?: number; mdevs?: number; without?: op_kind[] }];

const UPDATE = "vfio_ap_mdev_update_guest_apcb(matrix_mdev);";

const LINK = "hash_add(matrix_mdev.qtable.queues, q.mdev_qnode, q.apqn);";

const mutants: row[] = [
	["queue-bound", [["!_queue_passable(vfio_ap_mdev_get_queue(matrix_mdev, apqn))", "false"]]],
	["within-host",
		[[
			"if (bitmap_intersects(matrix_mdev.shadow_apcb.apm, aprem, AP_DEVICES))",
			"if (false)",
		]]],
	["within-matrix",
		[[
			"clear_bit_inv(apid, matrix_mdev.shadow_apcb.apm);\n\t\t\tapcb_update",
			"apcb_update",
		]]],
	["no-sharing", [["return -EADDRINUSE;", "return 0;"]],
		{ mdevs: 2, without: [
			"ap_config", "aqic_on", "aqic_off", "apmask", "aqmask", "host_control",
		] }],
	["apcb-is-shadow",
		[[`${UPDATE}\n\t\t\t\treset_queues_for_apid(`, "reset_queues_for_apid("]]],
	["maximal", [["if (!_queue_passable(", "if (apid !== 12 || !_queue_passable("]]],
	["reset-before-reuse", [["vfio_ap_mdev_reset_qlist(qlist);\n", "\n"]]],
	["one-update", [[
		`if (do_hotplug)\n\t\t${UPDATE}`, `if (do_hotplug) {\n\t\t${UPDATE} ${UPDATE} }`,
	]]],
	["no-needless-update",
		[["ret = count;\n\t} /* done: */", `${UPDATE} ret = count;\n\t} /* done: */`]]],
	["nothing-left", [["vfio_unpin_pages(q.matrix_mdev!.vdev, q.saved_iova, 1);", ""]]],
	["links-sound", [["hash_del(q.mdev_qnode);", ""]]],
	["no-warn", [["if (do_hotplug)\n", "WARN_ON(do_hotplug);\n\tif (do_hotplug)\n"]]],
	["no-hang", [[LINK, `${LINK} ${LINK}`]]],
	["no-oops", [[
		"if (matrix_mdev.kvm)\n\t\tkvm_arch_crypto_set_masks(matrix_mdev.kvm,",
		"kvm_arch_crypto_set_masks(matrix_mdev.kvm!,",
	]]],
	["no-inversion",
		[[
			"mutex_lock(ap_perms_mutex);\n\tget_update_locks_for_mdev(matrix_mdev);",
			"get_update_locks_for_mdev(matrix_mdev);\n\tmutex_lock(ap_perms_mutex);",
		]]],
	["errno-pure", [[
		"clear_bit_inv(apid.v, matrix_mdev.matrix.apm);\n\t\t\tbreak done;", "break done;",
	]]],
];

const BROKEN_STATES = 3000;

for (const [property, changes, more = {}] of mutants) {
	test(`a driver without ${property} is found out`, async (t) => {
		const { driver, url } = await mutant_of(t, changes);
		const size = machine_of(more.adapters ?? 1, 1, 1, more.mdevs ?? 1);
		const { findings } = await shop.search(new search({
			driver: { like: "v6.12", label: driver.label, url }, size,
			kinds: op_kinds.filter((k) => !(more.without ?? []).includes(k)),
			faults: false,
			properties: [property], depth: Infinity, max_states: BROKEN_STATES,
			max_memory: Infinity, stop_at_first: true,
			identify: true, commute: true, progress: () => {},
		}, driver));

		t.match(findings.map((f) => f.property), [property]);
		const shown = counterexample_of(findings[0]!, size, driver);

		t.ok(shown, "a machine that boots shows it");
		t.equal(shown?.property, property);
	});
}

test("the driver the mutants are made of has none of this", async (t) => {
	const names = new Set(mutants.map(([property]) => property));

	t.strictSame([...names],
		properties.map((p) => p.name).filter((name) => name !== "history-free"));
});
