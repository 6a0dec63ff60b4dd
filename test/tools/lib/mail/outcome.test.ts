// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { result_told } from "../../../../tools/lib/mail/typed/outcome.ts";
import { steps } from "./steps_of.ts";

const TOLD = "bound: 0a.0001 0b.0001\nmatrix: 0a.0001 0b.0001\nThe guest is running.\n";

test("outcome: what is said on a command's line of what comes of it", async (t) => {
	for (const told of ["=> busy", "-> EBUSY", "# => Device or resource busy", "(EBUSY)",
		"(fails with EBUSY)", "<-- -EBUSY", "# returns -EBUSY", "-- EBUSY", ": EBUSY",
		"// busy", "[-16]", "=> error: Device or resource busy", "fails with error EBUSY.",
		"=> bash: echo: write error: Device or resource busy", "# still fails with -EBUSY"])
		t.strictSame((await steps(`${TOLD}# echo 11 > unassign_adapter ${told}\n`))
			.slice(3),
			["unassign_adapter m0 11", "rc -EBUSY"], told);
	for (const told of ["<-- fails", "=> error", "# refused", "... fails", "=> rc=1", "FAILS",
		"(rejected)", "=> does not work"])
		t.strictSame((await steps(`${TOLD}# echo 11 > unassign_adapter ${told}\n`))
			.slice(3),
			["unassign_adapter m0 11", "rc error"], told);
	for (const told of ["=> ok", "# works", "(works)", "-> fine", "=> rc=0", "# the card",
		"<-- ok"])
		t.strictSame((await steps(`${TOLD}# echo 11 > unassign_adapter ${told}\n`))
			.slice(3),
			["unassign_adapter m0 11 = ok"], told);
	for (const told of ["# should fail", "(why?)", "=> 1", "| EBUSY",
		"# may fail with EBUSY", "=> the guest loses it", "-> not busy"])
		t.equal((await steps(`${TOLD}# echo 11 > unassign_adapter ${told}\n`))[0],
			"line 4 is not read", told);
	t.strictSame((await steps(`${TOLD}# mdevctl stop -u $U <- hangs\n`)).slice(3),
		["destroy m0 = waits"]);
	t.match(await steps(
		`${TOLD}# echo 1 > unassign_domain; echo 2 > assign_domain => EBUSY\n`),
	["line 4 is not read"], "of which nobody knows");
});

test("outcome: what a command is said to print", async (t) => {
	for (const told of ["=> 0a.0001", "# => only 0a.0001", "(0a.0001)", "<-- 0a.0001 only",
		"# still 0a.0001", ": 0a.0001", "shows 0a.0001", "==> 0a.0001", "= 0a.0001"])
		t.strictSame((await steps(`${TOLD}# cat guest_matrix ${told}\n`)).slice(3),
			["guest m0 0a.0001"], told);
	for (const told of ["=> empty", "-> (empty)", "(none)", "<-- nothing", "=> \"\"", "= []",
		"# no output", "is empty", "--> empty!"])
		t.strictSame((await steps(`${TOLD}# cat guest_matrix ${told}\n`)).slice(3),
			["guest m0 -"], told);
	for (const told of ["# 0a.0001 is gone", "=> not empty", "-> 0a.0001 and what else?",
		"(not 0a.0001)"])
		t.equal((await steps(`${TOLD}# cat guest_matrix ${told}\n`))[0],
			"line 4 is not read", told);
});

test("outcome: on a line of its own", async (t) => {
	for (const [line, rc] of [["=> busy", "rc -EBUSY"], ["--> fails with EBUSY", "rc -EBUSY"],
		["-> refused", "rc error"]] as const)
		t.strictSame((await steps(`${TOLD}# echo 11 > unassign_adapter\n${line}\n`))
			.slice(3),
			["unassign_adapter m0 11", rc], line);
});

test("outcome: a few words, and no others", async (t) => {
	for (const [told, rc] of [["EBUSY", -16], ["-98", -98], ["returns error -EINVAL", -22],
		["fails as expected", "error"], ["works now", "ok"], ["exit code 1", "error"],
		["blocks forever", "waits"], ["not refused", null], ["no error", null],
		["fails or works", null], ["busy guest", null], ["16", null], ["", null]] as const)
		t.equal(result_told(told), rc, told);
});
