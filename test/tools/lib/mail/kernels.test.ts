// SPDX-License-Identifier: GPL-2.0-only
/* What is said of different kernels in one mail. */
import { test } from "tap";
import { read_mail } from "../../../../tools/lib/mail/read.ts";
import { scenarios } from "./steps_of.ts";

const SET_UP = "Queues 0a.0001 and 0b.0001 are bound to vfio_ap. Adapters 0a and 0b and domain " +
	"0001 are assigned to the mdev. The guest is started.\n";
const STARTED = ["bound 0a.0001 0b.0001", "mdev m0 adapters 0a 0b domains 0001", "open m0 = ok"];
const STEP = [...STARTED, "unbind 0b.0001 = ok"];

test("kernels: what is claimed of another one is not judged", async (t) => {
	for (const [another, own] of [
		["Without your patches:", "With your patches:"], ["Before the patch:", "After:"],
		["On an unpatched kernel:", "On the patched kernel:"],
	]) {
		t.strictSame(await scenarios(`${SET_UP}Unbind 0b.0001.\n\n${another}\n` +
			`guest_matrix: 0a.0001 0b.0001\n\n${own}\nguest_matrix: 0a.0001\n`), [
			[...STEP, 'unread "guest_matrix: 0a.0001 0b.0001"'],
			[...STEP, "guest m0 0a.0001"],
		], another);
		t.strictSame(await scenarios(`${another}\n\n${SET_UP}1. Unbind 0b.0001\n` +
			`   guest_matrix: 0a.0001 0b.0001\n\n${own}\n1. Unbind 0b.0001\n` +
			"   guest_matrix: 0a.0001\n"), [
			[...STEP, 'unread "guest_matrix: 0a.0001 0b.0001"'],
			[...STEP, "guest m0 0a.0001"],
		], `${another} and all`);
	}
});

test("kernels: a release that there is a driver of, and one that there is none of", async (t) => {
	for (const [first, second] of [
		["v6.4:\nguest_matrix: 0a.0001 0b.0001", "v6.12:\nguest_matrix: 0a.0001"],
		["v6.4: guest_matrix: 0a.0001 0b.0001", "v6.12: 0a.0001"],
		["On Linux v6.4:\nguest_matrix: 0a.0001 0b.0001",
			"On v6.12:\nguest_matrix: 0a.0001"],
	])
		t.strictSame(await scenarios(
				`${SET_UP}Unbind 0b.0001.\n\n${first}\n\n${second}\n`), [
			[...STEP, 'unread "guest_matrix: 0a.0001 0b.0001"'],
			[...STEP, "guest m0 0a.0001"],
		], second);
	const text = `${SET_UP}Unbind 0b.0001.\n\nv6.4:\nguest_matrix: 0b.0001\n\n` +
		"v6.12:\nguest_matrix: 0a.0001\n";
	const [, r] = await read_mail(new TextEncoder().encode(text), "mail", null);

	t.strictSame(r!.scenarios[0]!.statements.at(-1)!.drivers, ["v6.12"]);
});
