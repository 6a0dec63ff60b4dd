// SPDX-License-Identifier: GPL-2.0-only
/* Queues that are in one place and not in another, behind a guest's start and in front of it. */
import { test } from "tap";
import { scenarios } from "./steps_of.ts";

const TOLD = "0a.0001, 0a.0002 and 0b.0001 are bound to vfio_ap. Adapters 0a and 0b and domains " +
	"0001 and 0002 are assigned to the mdev. The guest is started.\n\n";
const SET_UP = 3;

const [BOUND, NOT_BOUND] = ["is_bound 0b.0001", "not_bound 0b.0001"];
const [ASSIGNED, NOT_ASSIGNED] = ["matrix m0 has 0b.0001", "matrix m0 lacks 0b.0001"];
const NOT_PASSED = "guest m0 lacks 0b.0001";

test("whereabouts: each place has its own not", async (t) => {
	for (const [text, ...read] of [
		["0b.0001 is bound and assigned, but not in the guest.", BOUND, ASSIGNED,
			NOT_PASSED],
		["0b.0001 is assigned, but not bound.", ASSIGNED, NOT_BOUND],
		["0b.0001 is bound to vfio_ap, but it is not assigned to the mdev.", BOUND,
			NOT_ASSIGNED],
		["0b.0001 is neither assigned nor bound.", NOT_ASSIGNED, NOT_BOUND],
		["0b.0001 is both assigned and bound.", ASSIGNED, BOUND],
		["0b.0001 is still assigned, though not in the guest.", ASSIGNED, NOT_PASSED],
		["Although assigned, 0b.0001 is not in the guest.", ASSIGNED, NOT_PASSED],
		["0b.0001 is not in the guest although it is assigned.", NOT_PASSED, ASSIGNED],
		["0b.0001 is in matrix, it is not in guest_matrix.", ASSIGNED, NOT_PASSED],
		["matrix has 0b.0001, guest_matrix does not.", ASSIGNED, NOT_PASSED],
		["The mdev still has 0b.0001, the guest doesn't.", ASSIGNED, NOT_PASSED],
		["matrix has 0b.0001, guest_matrix only 0a.0001 and 0a.0002.", ASSIGNED,
			"guest m0 0a.0001 0a.0002"],
		["0b.0002 is bound, but not in the guest.", "bind 0b.0002 = ok",
			"guest m0 lacks 0b.0002"],
	] as const)
		t.strictSame((await scenarios(`${TOLD}${text}\n`)).at(-1)!.slice(SET_UP), read,
			text);
});

test("whereabouts: what may be meant otherwise, or sets up, is no claim", async (t) => {
	const unclear = "0b.0001 is not assigned and bound.";

	t.match((await scenarios(`${TOLD}${unclear}\n`)).at(-1)!.slice(SET_UP)[0], /^unread /);
	t.strictSame((await scenarios("0a.0001 is bound and assigned to the mdev. " +
		"The guest is started. The guest has 0a.0001.\n"))[0],
	["bound 0a.0001", "mdev m0 adapters 0a domains 0001", "open m0 = ok",
		"guest m0 0a.0001"]);
});
