// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is in the host, where the mail does not say.
 */
import { test } from "tap";
import { read } from "./steps_of.ts";

const BOUND = "Queues bound to vfio_ap: 0a.0001\n";
const ASSIGNED = "Adapter 0a and domain 0001 are assigned to the mdev.\n";

test("what is named only where there is no such device may not be there", async (t) => {
	const typed = await read(`${BOUND}# echo 0a.0009 > /sys/bus/ap/drivers/vfio_ap/bind
-bash: echo: write error: No such device
`);
	const told = await read(`${BOUND}${ASSIGNED}Binding 0b.0009 fails with -ENODEV.\n`);
	const there = await read(`The host has adapter 0a and domains 0001 and 0009.
${BOUND}Binding 0a.0009 fails with -ENODEV.
`);
	const of_host = ({ scenarios }: typeof typed): unknown[] =>
		scenarios[0]!.choices.filter(({ what }) => what === "adapter" || what === "domain");

	t.same(of_host(typed), [{ what: "domain", id: 9 }]);
	t.same(of_host(told), [{ what: "adapter", id: 0xb }, { what: "domain", id: 9 }]);
	t.same(of_host(there), []);
});
