// SPDX-License-Identifier: GPL-2.0-only
/* A step and what comes of it on a line: the queues behind the mark are none of the step's own. */
import { test } from "tap";
import { steps } from "./steps_of.ts";

const SET_UP = "0a.0001, 0a.0002, 0b.0001 and 0b.0002 are bound to vfio_ap. Adapters 0a and 0b " +
	"and domains 0001 and 0002 are assigned to the mdev. The guest is started.\n\n";

async function behind(line: string): Promise<string[]> {
	return (await steps(`${SET_UP}${line}\n`)).slice(3);
}

test("bare results: queues behind a step's mark are what the guest has", async (t) => {
	const unbind = ["unbind 0b.0001 = ok", "guest m0 0a.0001 0a.0002"];

	for (const line of ["unbind 0b.0001: 0a.0001, 0a.0002",
		"- 0b.0001 unbound: 0a.0001 0a.0002",
		"0b.0001 unbound => 0a.0001, 0a.0002", "After unbinding 0b.0001: 0a.0001, 0a.0002",
		"unbinding 0b.0001 leaves 0a.0001 and 0a.0002",
		"unbind 0b.0001, left: 0a.0001, 0a.0002"])
		t.same(await behind(line), unbind, line);
	t.same(await behind("unassign domain 0002: 0a.0001, 0b.0001"),
		["unassign_domain m0 0x2 = ok", "guest m0 0a.0001 0b.0001"]);
	t.same(await behind("- unbind 0b.0001\n- bind 0b.0001: all four"),
		["unbind 0b.0001 = ok", "bind 0b.0001 = ok",
			"guest m0 0a.0001 0a.0002 0b.0001 0b.0002"]);
	t.same(await behind("unassign adapter 0a -> 0b.0001, 0b.0002\nunbind 0b.0001 -> none"),
		["unassign_adapter m0 0xa = ok", "guest m0 0b.0001 0b.0002",
			"unbind 0b.0001 = ok", "guest m0 -"]);
});

test("bare results: what may be the step's own, or says nothing certain, is unread", async (t) => {
	for (const line of ["0b.0001 is unbound; 0a.0001, 0a.0002", "unbind 0b.0001: half of them",
		"0b.0001 unbound, 0a.0001 and 0a.0002 still there"])
		t.match((await behind(line)).at(-1), /^unread /, line);
	t.same(await behind("Unbind: 0b.0001, 0b.0002"),
		["unbind 0b.0001 = ok", "unbind 0b.0002 = ok"]);
});

test("bare results: an item of a list, or a step with its result, begins anew", async (t) => {
	const told = ["unbind 0b.0001 = ok", "guest m0 0a.0001 0a.0002", "bind 0b.0001 = ok",
		"guest m0 0a.0001 0a.0002 0b.0001 0b.0002"];

	t.same(await behind("* Unbind 0b.0001 again: 0a.0001, 0a.0002\n" +
		"* I bind 0b.0001: now the guest has 0a.0001, 0a.0002, 0b.0001 and 0b.0002"), told);
	t.same(await behind("Unbinding 0b.0001 -> 0a.0001, 0a.0002\n" +
		"Queue 0b.0001 is bound to vfio_ap; the guest has all four queues"), told);
	t.same(await behind("Unassign adapter 0a from the mdev ; guest: 0b.0001 0b.0002\n" +
		"Unassign adapter 0b from the mdev ; guest: -").then((list) => list.slice(1)),
	["guest m0 0b.0001 0b.0002", "unassign_adapter m0 0xb = ok", "guest m0 -"]);
});

test("bare results: its matrix is that of what was spoken of last, and a name below is none",
		async (t) => {
	const set_up = "0a.0001, 0a.0002, 0b.0001 and 0b.0002 are bound to vfio_ap.\n" +
		"Adapter 0a and domains 0001 and 0002 are assigned to the mdev.\n";
	const mail = "From: Jo Tester <jo@example.com>\nSubject: s\nMessage-Id: <a@b>\n\n" +
		`Setup: ${set_up}The guest is started. Its AP matrix is:\n0a.0001\n0a.0002\n\n` +
		"Adapter 0b is assigned. Its matrix is:\n0a.0001\n0a.0002\n0b.0001\n0b.0002\n\n" +
		"Unassign domain 0001. guest_matrix: 0a.0002, 0b.0002\n" +
		"Unassign domain 0002. guest_matrix: <empty>\n\nJo\n";

	t.same((await steps(mail)).slice(2), ["open m0 = ok", "guest m0 0a.0001 0a.0002",
		"assign_adapter m0 0xb = ok", "matrix m0 0a.0001 0a.0002 0b.0001 0b.0002",
		"unassign_domain m0 0x1 = ok", "guest m0 0a.0002 0b.0002",
		"unassign_domain m0 0x2 = ok", "guest m0 -"]);
});

test("bare results: a result that is not read is the step's, and it has no other", async (t) => {
	const two =
		"0a.0001 and 0b.0001 are bound to vfio_ap. mdev1 has adapter 0a and domain 0001, " +
		"mdev2 has adapter 0b and domain 0001.\n\nAssign adapter 0a to mdev2.";

	for (const said of [" The error is EADDRINUSE.", " The return code is -EADDRINUSE.",
		" This isn't possible.", " That's not allowed: -EADDRINUSE."]) {
		const told = await steps(`${two}${said}\n`);

		t.ok(told.includes("assign_adapter m1 0xa"), said);
		t.match(told.at(-1), /^unread /, said);
	}
});
