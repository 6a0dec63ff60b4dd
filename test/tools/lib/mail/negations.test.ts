// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sentences that deny, restrict or repeat, behind a set-up and its guest: what each claims, and
 * that what may be meant otherwise is not read.
 */
import { test } from "tap";
import { steps } from "./steps_of.ts";

const TOLD = "0a.0001, 0a.0002 and 0b.0001 are bound to vfio_ap. Adapters 0a and 0b and domains " +
	"0001 and 0002 are assigned to the mdev. The guest is started.\n\n";
const READ = ["bound 0a.0001 0a.0002 0b.0001", "mdev m0 adapters 0a 0b domains 0001 0002",
	"open m0 = ok"];

/** behind - what is read of a sentence or two behind the set-up */
async function behind(text: string): Promise<string[]> {
	const list = await steps(`${TOLD}${text}\n`);

	return list.slice(READ.length);
}

test("negations: how things are is told of the queue that it is said of", async (t) => {
	for (const [text, ...read] of [
		["Queue 0b.0002 is bound to vfio_ap. 0a.0001 is still bound to vfio_ap.",
			"bind 0b.0002 = ok", "is_bound 0a.0001"],
		["Queue 0b.0002 is bound to vfio_ap. 0a.0001 is bound, so is 0a.0002.",
			"bind 0b.0002 = ok", "is_bound 0a.0001 0a.0002"],
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
