// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a sentence ends on a line.
 */
import { test } from "tap";
import { steps } from "./steps_of.ts";

const SET_UP = `Queues bound to vfio_ap: 0a.0001, 0a.0002
APQNs assigned to the mdev: 0a.0001, 0a.0002
The guest is running.
`;

test("a label inside a line ends the sentence before it", async (t) => {
	const told = await steps(`${SET_UP}Detach the mdev from the guest. ` +
		"matrix: 0a.0001, 0a.0002; guest_matrix: nothing\n");

	t.same(told.slice(-3), ["close m0 = ok", "matrix m0 0a.0001 0a.0002", "guest m0 -"]);
	t.same((await steps(`${SET_UP}Unbind 0a.0002. bound queues: 0a.0001\n`)).slice(-2),
		["unbind 0a.0002 = ok", "is_bound 0a.0001"]);
});

test("what the mdev has is not what the guest loses with it", async (t) => {
	const told = await steps(`${SET_UP}Detach the mdev from the guest - ` +
		"matrix: 0a.0001, 0a.0002\n");

	t.match(told.at(-1), /^unread /);
});
