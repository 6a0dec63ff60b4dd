// SPDX-License-Identifier: GPL-2.0-only
/* Ordinary sentences of a set-up and of what comes of it, each as a mail of its own. */
import { test } from "tap";
import { scenarios } from "./steps_of.ts";

const BOUND = "0a.0001 and 0a.0002 are bound to vfio_ap. ";
const ASSIGNED = "Adapter 0a and domains 0001 and 0002 are assigned to the mdev. ";
const READ = ["bound 0a.0001 0a.0002", "mdev m0 adapters 0a domains 0001 0002", "open m0 = ok",
	"guest m0 0a.0001 0a.0002"];
const HAS = "The guest is started. The guest has 0a.0001 and 0a.0002.";

test("ordinary: a set-up and its guest, put in another way", async (t) => {
	for (const text of [
		`We have queues 0x0a.0x0001 and 0x0a.0x0002 bound to vfio_ap and assigned to an mdev. ${HAS}`,
		`Host has 0a.0001 and 0a.0002 bound to vfio_ap. ${ASSIGNED}${HAS}`,
		`Queues which are bound to vfio_ap:\n0a.0001\n0a.0002\n\n${ASSIGNED}${HAS}`,
		`${BOUND}The mdev's adapter is 0a, its domains are 0001 and 0002. ${HAS}`,
		`${BOUND}${ASSIGNED}Nobody is using the mdev yet. ${HAS}`,
		`${BOUND}${ASSIGNED}The guest comes up with 0a.0001 and 0a.0002.`,
		"1. Adapter 0a and domains 0001 and 0002 are in the host's AP configuration.\n" +
			`2. Both queues are bound to vfio_ap and assigned to an mdev.\n3. ${HAS}`,
	])
		t.strictSame((await scenarios(`${text}\n`))[0]!.map((s) => s.replace(/^\d: /, "")),
			READ, text);
});

test("ordinary: mdevs and guests that are called M1 and G1", async (t) => {
	const text = `${BOUND}\ncreate an mdev, M1\nassign adapter 0a and domains 0001 and 0002 to M1\n` +
		"G1 uses M1\nstart G1\nG1 has 0a.0001 and 0a.0002\n";

	t.strictSame(await scenarios(text), [["bound 0a.0001 0a.0002", "mdev m0",
		"assign_adapter m0 0xa = ok", "assign_domain m0 0x1 = ok",
		"assign_domain m0 0x2 = ok", "open m0 = ok", "guest m0 0a.0001 0a.0002"]]);
});

test("ordinary: what stays as it is, and what comes back at once", async (t) => {
	for (const [text, ...read] of [
		["With card 0x0a configured off, 0a.0001 stays bound.", "config 0a off = ok",
			"is_bound 0a.0001"],
		["Remove the mdev. It returns at once.", "destroy m0", "rc ok"],
	] as const)
		t.strictSame((await scenarios(`${BOUND}${ASSIGNED}${HAS} ${text}\n`))[0],
			[...READ, ...read], text);
});
