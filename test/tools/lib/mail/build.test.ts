// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is not read in front of an example opens it, or is none of it.
 */
import { test } from "tap";
import { read, scenarios, steps } from "./steps_of.ts";

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

test("a label begins a line of its own, also behind one that is not read", async (t) => {
	const stated = `Queues bound to vfio_ap: 0a.0001, 0a.0002
APQNs assigned to matrix_mdev: 0a.0001, 0a.0002
`;
	const told = await scenarios(`${stated}Guest started
The card is yanked out by a colleague.
guest_matrix: 0a.0001
${stated}guest_matrix: 0a.0001, 0a.0002
`);

	t.equal(told.length, 2);
	t.same(told[1], ["bound 0a.0001 0a.0002", "mdev m0 adapters 0a domains 0001 0002",
		"guest m0 0a.0001 0a.0002"]);
	t.same((await steps(`${stated}Guest started
guest_matrix: 0a.0001, 0a.0002
zcrypt complains afterwards about 0a.0002.
`)).slice(-2), ["guest m0 0a.0001 0a.0002", 'unread "zcrypt complains afterwards about 0a.0002."']);
});

test("what is unbound was bound; what the guest has first may be assigned then", async (t) => {
	const of = async (text: string): Promise<unknown[]> =>
		(await read(text)).scenarios[0]!.choices.filter(({ what }) => what !== "order");

	t.same(await of("The mdev has adapter 0a and domains 0001, 0002. The guest is started.\n" +
		"Queue 0a.0002 is unbound.\nguest_matrix is empty\n"),
		[{ what: "bound", queue: "0a.0001" }]);
	t.same((await of("The mdev has adapter 0a and domains 0001, 0002. The guest is started.\n" +
		"Unbinding 0a.0002 fails with -ENODEV.\nguest_matrix is empty\n")).length, 2);
	t.ok((await of("Queues bound to vfio_ap: 0a.0001, 0a.0002\nGuest started\n" +
		"guest_matrix: 0a.0001\nAssign adapter 0b, domain 0002 and domain 0001\n" +
		"guest_matrix: 0a.0001\n")).some((c) => JSON.stringify(c) ===
		JSON.stringify({ what: "assigned", unit: "domain", id: 1 })));
});
