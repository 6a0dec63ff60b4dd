// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is not read in front of an example opens it, or is none of it.
 */
import { test } from "tap";
import { read, steps } from "./steps_of.ts";

test("what is told in front of lines of the notation is before them", async (t) => {
	const lines = "mdev m0 adapters 0a domains 0001\nopen m0 = ok\nguest m0 -\n";

	t.same((await steps(`bound 0a.0002\n${lines}`)).slice(0, 2),
		["bound 0a.0002", "mdev m0 adapters 0a domains 0001"]);
	t.ok((await steps(`Queue 0a.0001 gets a new firmware.\n${lines}`))
		.includes('unread "Queue 0a.0001 gets a new firmware."'));
});

test("a message of the kernel log is an example of its own", async (t) => {
	const { counts, scenarios: [sc] } = await read(
		`If queue 0a.0040 is assigned to one mdev and adapter 0a to another one that has
domain 0x40, too, the following is written to the kernel log:

vfio_ap_mdev 0d1a3f4b-1111-4222-8333-444455556666: Userspace may not assign queue 0a.0040 to
mdev: already assigned to 5f6e7d8c-1111-4222-8333-444455556666
`);

	t.same(counts.unread, []);
	t.same(counts.prose, [1, 2]);
	t.ok(sc!.statements.every(({ body }) => body.kind !== "unread"));
});
