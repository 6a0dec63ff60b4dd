// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is said to be bound, or not.
 */
import { test } from "tap";
import { steps } from "./steps_of.ts";

const SET_UP = `Queues bound to vfio_ap: 0a.0001, 0b.0001
Adapters 0a and 0b and domain 0001 are assigned to the mdev.
`;

test("what is missing where a guest runs may be missing in the guest", async (t) => {
	const told = async (text: string): Promise<string | undefined> =>
		(await steps(`${SET_UP}The guest is started.\nUnbind 0a.0001.\n${text}\n`)).at(-1);

	t.match(await told("0a.0001 and 0b.0001 are missing."), /^unread/);
	t.equal(await told("0a.0001 is missing in vfio_ap."), "not_bound 0a.0001");
	t.equal((await steps(`${SET_UP}Unbind 0a.0001.\n0a.0001 is missing.\n`)).at(-1),
		"not_bound 0a.0001");
});
