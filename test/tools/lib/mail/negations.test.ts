// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sentences that deny, restrict or repeat, behind a set-up and its guest: what each claims, and
 * that what may be meant otherwise is not read.
 */
import { test } from "tap";
import { scenarios } from "./steps_of.ts";

const TOLD = "0a.0001, 0a.0002 and 0b.0001 are bound to vfio_ap. Adapters 0a and 0b and domains " +
	"0001 and 0002 are assigned to the mdev. The guest is started.\n\n";
const READ = ["bound 0a.0001 0a.0002 0b.0001", "mdev m0 adapters 0a 0b domains 0001 0002",
	"open m0 = ok"];

/** behind - what is read of a sentence or two behind the set-up */
async function behind(text: string): Promise<string[]> {
	const list = await scenarios(`${TOLD}${text}\n`);

	return list.at(-1)!.slice(READ.length);
}

test("negations: how things are is told of the queue that it is said of", async (t) => {
	for (const [text, ...read] of [
		["Queue 0b.0002 is bound to vfio_ap. 0a.0001 is still bound to vfio_ap.",
			"bind 0b.0002 = ok", "is_bound 0a.0001"],
		["Queue 0b.0002 is bound to vfio_ap. 0a.0001 is bound, so is 0a.0002.",
			"bind 0b.0002 = ok", "is_bound 0a.0001 0a.0002"],
		["Queue 0b.0002 is bound to vfio_ap. vfio_ap still holds 0a.0001.",
			"bind 0b.0002 = ok", "is_bound 0a.0001"],
	] as const)
		t.strictSame(await behind(text), read, text);
});

test("negations: what has left the host is not bound, and nobody unbinds it", async (t) => {
	const leaves = "Adapter 0b is removed from the host's AP configuration. ";
	const left = "cfg adapters 0a domains 0001 0002 = ok";

	for (const [text, ...read] of [
		["Neither 0b.0001 nor 0b.0002 is bound to vfio_ap.", "not_bound 0b.0001 0b.0002"],
		["0a.0001 is bound, so is 0a.0002.", "is_bound 0a.0001 0a.0002"],
		["vfio_ap no longer has 0b.0001.", "not_bound 0b.0001"],
		["0b.0002 has yet to be bound to vfio_ap.", "not_bound 0b.0002"],
	] as const)
		t.strictSame(await behind(leaves + text), [left, ...read], text);
});

test("negations: a queue in the guest is one of those that are there", async (t) => {
	for (const text of ["0a.0001 is still in the guest.", "0a.0001 is now in the guest.",
		"0a.0001 stays in the guest.", "0a.0001 is back in the guest.",
		"0a.0001 ends up in the guest."])
		t.strictSame(await behind(text), ["guest m0 has 0a.0001"], text);
	for (const text of ["0a.0001 and 0a.0002 are both in the guest.",
		"0a.0001 stays in the guest, and so does 0a.0002."])
		t.strictSame(await behind(text), ["guest m0 has 0a.0001 0a.0002"], text);
	for (const text of ["Only 0a.0001 is in the guest.",
		"0a.0001 is the only queue in the guest."])
		t.strictSame(await behind(text), ["guest m0 0a.0001"], text);
});

test("negations: the second of two is denied as the first", async (t) => {
	for (const text of ["0b.0001 is not in the guest, and neither is 0b.0002.",
		"0b.0001 is not in the guest, nor is 0b.0002."])
		t.strictSame(await behind(text), ["guest m0 lacks 0b.0001 0b.0002"], text);
	for (const text of ["0b.0001 is not in the guest, 0b.0002 is not either.",
		"0b.0001 isn't in the guest and 0b.0002 isn't either."])
		t.strictSame(await behind(text),
			["guest m0 lacks 0b.0001", "guest m0 lacks 0b.0002"], text);
});

test("negations: what only, but, both and neither stand in front of", async (t) => {
	const only = ["guest m0 lacks 0b.0001", "guest m0 0a.0001 0a.0002"];

	for (const [text, ...read] of [
		["The guest does not yet have 0b.0001, only 0a.0001 and 0a.0002.", ...only],
		["The guest no longer has 0b.0001, just 0a.0001 and 0a.0002.", ...only],
		["The guest has all four queues but 0b.0002.", "guest m0 0a.0001 0a.0002 0b.0001"],
		["Both queues of adapter 0a are in the guest.", "guest m0 has 0a.0001 0a.0002"],
		["Both adapters are in the guest.", "plugged m0 adapter 0a",
			"plugged m0 adapter 0b"],
		["Neither adapter is filtered.", "plugged m0 adapter 0a", "plugged m0 adapter 0b"],
	] as const)
		t.strictSame(await behind(text), read, text);
	const domain = "unassign_domain m0 0x2 = ok";
	for (const text of ["Both queues of adapter 0a are in the guest.",
		"The guest has all four queues but 0b.0001."])
		t.strictSame(await behind(`Domain 0002 is unassigned from the mdev.\n\n${text}`),
			[domain, `unread ${JSON.stringify(text)}`], text);
});

test("negations: a queue that is named once more than it is read is read as neither", async (t) => {
	for (const text of [
		"Not all of 0a.0001, 0a.0002 and 0b.0001 are in the guest: 0b.0001 is not.",
		"Not all of 0a.0001 and 0b.0001 are in the guest.",
		"The guest went from 0a.0001 and 0b.0001 to 0a.0001.",
	])
		t.strictSame(await behind(text), [`unread ${JSON.stringify(text)}`], text);
});

test("negations: ordinary words for what is had, lost and left", async (t) => {
	for (const [text, ...read] of [
		["The guest does not have either of 0b.0001 and 0b.0002.",
			"guest m0 lacks 0b.0001 0b.0002"],
		["What the guest has left is 0a.0001.", "guest m0 0a.0001"],
		["So far so good: the guest has 0a.0001 and 0a.0002.", "guest m0 0a.0001 0a.0002"],
		["In turn, the guest loses 0b.0001.", "guest m0 lacks 0b.0001"],
		["0b.0001 has not made it to the guest so far.", "guest m0 lacks 0b.0001"],
		["0a.0001 returns to the guest.", "guest m0 has 0a.0001"],
		["The guest sees adapter 0a, not adapter 0b.", "plugged m0 adapter 0a",
			"filtered m0 adapter 0b"],
		["Only adapter 0a is plugged into the guest.", "guest m0 adapters 0a"],
		["Adapter 0b is unassigned from the mdev, all else stays assigned.",
			"unassign_adapter m0 0xb = ok"],
		["0b.0002 gets bound to vfio_ap instead of its default driver.",
			"bind 0b.0002 = ok"],
		["We unbind 0a.0002, but leave 0a.0001 bound.", "unbind 0a.0002 = ok",
			"is_bound 0a.0001"],
		["We configure adapter 0a off.", "config 0a off = ok"],
	] as const)
		t.strictSame(await behind(text), read, text);
});

test("negations: of those that are named the others are not", async (t) => {
	t.strictSame(await behind("Of 0a.0001 and 0b.0001, only 0a.0001 is in the guest."),
		["guest m0 has 0a.0001", "guest m0 lacks 0b.0001"]);
	for (const text of ["Of 0a.0001 and 0b.0001, only 0a.0001 is bound to vfio_ap.",
		"bound queues: 0a.0001; unbound: 0b.0001.",
		"0a.0001 is ours, i.e. bound to vfio_ap; 0b.0001 is not.",
		"vfio_ap has got 0a.0001, but it has not got 0b.0001."])
		t.strictSame((await scenarios(`${text} Adapters 0a and 0b and domain 0001 are ` +
			"assigned to the mdev. The guest is started. The guest has 0a.0001.\n"))[0],
		["bound 0a.0001", "mdev m0 adapters 0a 0b domains 0001", "open m0 = ok",
			"guest m0 0a.0001"], text);
});

test("negations: what is not assigned is no set-up, a claim, or unassigned", async (t) => {
	const bound = "0a.0001, 0a.0002 and 0b.0001 are bound to vfio_ap. ";
	const [first] = READ, mdev = "mdev m0 adapters 0a domains 0001 0002";

	for (const text of [
		"Adapter 0a and domains 0001 and 0002 are assigned to the mdev, adapter 0b is not.",
		"The mdev has adapter 0a and domains 0001 and 0002, but not adapter 0b.",
		"Adapter 0b is not assigned yet. The mdev has adapter 0a, domains 0001 and 0002.",
	])
		t.strictSame((await scenarios(`${bound}${text} The guest is started.\n`))[0],
			[first, mdev, "open m0 = ok"], text);
	for (const [text, ...read] of [
		["Adapter 0b is not assigned.", "matrix m0 lacks 0b.0001 0b.0002"],
		["Adapter 0b is no longer assigned.", "unassign_adapter m0 0xb = ok"],
		["Adapter 0b is unassigned from the mdev.\n\nThe mdev no longer has adapter 0b.",
			"unassign_adapter m0 0xb = ok", "matrix m0 lacks 0b.0001 0b.0002"],
	] as const)
		t.strictSame(await behind(text), read, text);
});
