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

const FOUR = `Queues bound to vfio_ap: 0a.0001, 0a.0002, 0b.0001, 0b.0002
Adapters 0a and 0b and domains 0001 and 0002 are assigned to the mdev. The guest is started.
`;

test("both queues of an adapter are done something to, or are so", async (t) => {
	const told = async (text: string): Promise<string[]> =>
		(await steps(`${FOUR}${text}\n`)).slice(3);

	t.same(await told("Both queues of adapter 0b are unbound."),
		["unbind 0b.0001 = ok", "unbind 0b.0002 = ok"]);
	t.same(await told("Both queues of adapter 0b are bound."), ["is_bound 0b.0001 0b.0002"]);
	t.same((await told("Unbind 0b.0002.\nThe guest has 0a.0001, 0a.0002.\nBind 0b.0002.\n" +
		"All four queues are back.")).slice(-1),
			["guest m0 0a.0001 0a.0002 0b.0001 0b.0002"]);
	t.same((await told("Unbind 0b.0002.\nBind 0b.0002.\n" +
		"Both queues of adapter 0b are in the guest.")).slice(-1),
		["guest m0 has 0b.0001 0b.0002"]);
});

test("what goes or comes back by itself may do so in the host", async (t) => {
	const told = async (text: string): Promise<string> =>
		(await steps(`${FOUR}${text}\n`)).at(-1)!;

	t.equal(await told("0b.0002 disappears."), 'unread "0b.0002 disappears."');
	t.equal(await told("Unbind 0b.0002. 0b.0001 disappears."), "guest m0 lacks 0b.0001");
	t.equal(await told("0b.0002 disappears from the guest."), "guest m0 lacks 0b.0002");
	t.equal(await told("Unbind 0b.0002. 0b.0002 is back."), 'unread "0b.0002 is back."');
	t.equal(await told("Unbind 0b.0002. Bind 0b.0002. 0b.0002 is back in the guest."),
		"guest m0 has 0b.0002");
});
