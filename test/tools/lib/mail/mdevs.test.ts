// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether an mdev is there, by what is done to it.
 */
import { test } from "tap";
import { pick_drivers, play } from "../../../../tools/lib/play/play.ts";
import { read, steps } from "./steps_of.ts";

const BOUND = "Queues bound to vfio_ap: 0a.0001\n";
const ASSIGN = "# echo 0xa > assign_adapter\n# echo 1 > assign_domain\n";
const EXISTS = "# mdevctl start -u $UUID\nDevice $UUID already exists\n";

test("an mdev that was used, or exists already, is there at first", async (t) => {
	t.same(await steps(BOUND + ASSIGN + EXISTS), ["bound 0a.0001", "mdev m0",
		"assign_adapter m0 0xa = ok", "assign_domain m0 1 = ok", "create m0",
			"rc -EEXIST"]);
	t.same(await steps(`${BOUND}# cat matrix\n0a.0001\n${EXISTS}`), ["bound 0a.0001",
		"mdev m0 adapters 0a domains 0001", "create m0", "rc -EEXIST"]);
	t.same((await steps(`${BOUND}# mdevctl stop -u $UUID\n# mdevctl start -u $UUID\n`))
		.slice(1), ["mdev m0", "destroy m0 = ok", "create m0 = ok"]);
});

test("one that is not there yet has no attributes", async (t) => {
	t.same(await steps(`${BOUND}# echo 0xa > $UUID/assign_adapter
bash: $UUID/assign_adapter: No such file or directory
# mdevctl start -u $UUID
# echo 0xa > $UUID/assign_adapter
`), ["bound 0a.0001", "assign_adapter m0 0xa", "rc -ENODEV", "create m0 = ok",
		"assign_adapter m0 0xa = ok"]);
});

test("a guest that may run is not started between a step and its result", async (t) => {
	const { scenarios: [sc] } = await read(`${BOUND}# mdevctl start -u $UUID\n${EXISTS}`);

	await pick_drivers("v6.12");
	t.same(play(sc!, "v6.12").steps.map((st) => st.verdict).slice(-3),
		["holds", "ran", "holds"]);
});
