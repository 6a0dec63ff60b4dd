// SPDX-License-Identifier: GPL-2.0-only
/*
 * What may be said of adapters, queues and guests, in every way that a few words can be put
 * together: verb by voice by order by list by cause. What each must mean is known without reading
 * it, so that it is counted how much is read and that nothing is read as something else.
 */
import { test } from "tap";
import { read_frame } from "../../../../tools/lib/mail/english/read_frame.ts";
import type { fact } from "../../../../tools/lib/mail/sentence/phrases.ts";
import { print_step } from "../../../../tools/lib/scenario/print.ts";

function said(f: fact): string {
	switch (f.fact) {
	case "missing":
		return `${f.default === true ? "default" : "missing"} ${f.queues.join(" ")}`;
	case "bound":
	case "assigned":
		return `${f.fact} ${f.queues === "all" ? "all" : f.queues.join(" ")}`;
	case "guest":
		return `${f.gained === true ? "gains" : "guest"} ${f.queues.join(" ")}`;
	case "assign":
		return `${f.verb} ${f.unit} ${f.id}`;
	case "bind":
	case "unbind":
		return `${f.fact} ${f.queue}`;
	case "rc":
		return `rc ${f.rc}`;
	case "expect":
		return print_step({
			line: 0, label: null, n: "", drivers: null, note: null,
			body: { kind: "expect", expect: f.expect },
		});
	default:
		return f.fact;
	}
}

/** What a sentence is read as, null if it is not. */
function meaning(text: string): string | null {
	return read_frame(text)?.facts([]).map(said).join("; ") ?? null;
}

/** Every way to pick one of each. */
function each_of(...lists: readonly (readonly string[])[]): string[][] {
	return lists.reduce<string[][]>(
		(ways, list) => ways.flatMap((w) => list.map((it) => [...w, it])), [[]]);
}

function sentences(...lists: readonly (readonly string[])[]): string[] {
	return each_of(...lists).map((parts) => parts.filter((it) => it !== "").join(" "));
}

const LISTS = ["0a.0001 0a.0002 0b.0001", "0a.0001, 0a.0002, 0b.0001",
	"0a.0001, 0a.0002 and 0b.0001",
	"0A.0001, 0A.0002, and 0B.0001"];
const THREE = "0a.0001 0a.0002 0b.0001";
const QUEUES = ["", "queues", "the queues", "APQNs"];
const DRIVER = ["vfio_ap", "the vfio_ap driver", "the vfio_ap device driver"];
const GUEST = ["the guest", "the KVM guest", "the VM"];
const MDEV = ["the mdev", "matrix_mdev", "the mediated device", "the mdev's matrix"];
const ADAPTER = ["adapter 0b", "Adapter 0x0b", "APID 0b", "card 0b"];
const BUT_QUEUE = ["0b.0002", "queue 0b.0002", "the queue 0b.0002", "APQN 0b.0002"];
const NOT_BOUND = ["is not bound", "isn't bound to vfio_ap", "is missing", "is no longer bound"];

const said_in: [means: string, ways: string[]][] = [
	[`bound ${THREE}`, [
		...sentences(QUEUES, LISTS,
			["are bound to", "are now bound to", "have been bound to"], DRIVER),
		...sentences(DRIVER, ["has", "owns", "drives", "is bound to"], QUEUES, LISTS),
		...sentences(["Queues bound to", "bound to", "Reserved for", "In use by"],
			DRIVER.map((d) => `${d}:`), LISTS),
		...sentences(["we have bound"], QUEUES, LISTS, ["to"], DRIVER),
	]],
	["missing 0b.0002", [
		...sentences(BUT_QUEUE, NOT_BOUND.slice(0, 2)),
		...sentences(["all queues", "everything", "all of the queues"], ["but", "except"],
			BUT_QUEUE, ["are bound to"], DRIVER),
	]],
	["assigned 0a.0001 0a.0002", [
		...sentences([
			"adapter 0a and domains 0001 and 0002", "APID 0a and APQIs 0001, 0002",
		],
			["are assigned to", "have been assigned to", "were added to"], MDEV),
		...sentences(MDEV, ["has", "contains", "is configured with"],
			["adapter 0a, domains 0001 and 0002", "adapter 0a and domains 1 and 2",
				"0a.0001, 0a.0002", "0a.0001 and 0a.0002"]),
	]],
	["assign adapter 11", [
		...sentences(["assign", "add", "assigning", "the admin assigns", "we then add",
			"I give"], ADAPTER, ["to"], MDEV),
		...sentences(ADAPTER, ["is", "gets", "is then", "is now"],
			["assigned to", "added to"], MDEV),
		...sentences(["assign", "add", "the admin assigns"], ADAPTER),
		...sentences(["plug", "hot plug", "hotplug"], ADAPTER, ["into"], MDEV),
	]],
	["unassign domain 2", [
		...sentences(["unassign", "remove", "the admin removes", "drop"],
			["domain 0002", "APQI 0002", "domain 2"], ["from"], MDEV),
		...sentences(["domain 0002", "APQI 2"], ["is", "gets"],
			["unassigned from", "removed from", "taken from"], MDEV),
		...sentences(MDEV, ["loses"], ["domain 0002"]),
	]],
	["bind 0b.0002", [
		...sentences(["bind", "the admin binds", "userspace binds"], BUT_QUEUE, ["to"],
			DRIVER),
		...sentences(BUT_QUEUE, ["gets bound to", "becomes bound to"], DRIVER),
		...sentences(DRIVER, ["gets", "gains"], BUT_QUEUE),
	]],
	["unbind 0b.0002", [
		...sentences(["unbind", "the admin unbinds", "unbinding", "take", "remove"],
			BUT_QUEUE, ["from"], DRIVER),
		...sentences(BUT_QUEUE, ["is", "gets"],
			["unbound from", "removed from", "taken away from"], DRIVER),
		...sentences(DRIVER, ["loses"], BUT_QUEUE),
	]],
	["start", [
		...sentences(["start", "boot", "launch"], GUEST),
		...sentences(GUEST, ["is", "gets", "is now"], ["started", "booted", "launched"]),
		...sentences(GUEST, ["is"], ["running", "up", "up and running"]),
		...sentences(MDEV.slice(0, 3), ["is attached to"], GUEST),
	]],
	["stop", [
		...sentences(["stop", "shut down", "terminate", "power off"], GUEST),
		...sentences(GUEST, ["is"], ["stopped", "shut down", "terminated"]),
		...sentences(["detach", "unplug", "remove"], MDEV.slice(0, 3), ["from"], GUEST),
	]],
	[`guest ${THREE}`, [
		...sentences(GUEST, [
			"has", "still has", "sees", "keeps", "can use", "ends up with", "only has",
		], QUEUES, LISTS),
		...sentences(["guest_matrix", "shadow_apcb", "the guest's matrix"],
			["is", "contains", "still has", "now:"], LISTS),
		...sentences(["only"], QUEUES, LISTS,
			["are passed through to", "are visible in", "are available to"], GUEST),
	]],
	["guest ", [
		...sentences(GUEST, ["has", "is left with", "ends up with", "sees"],
			["no queues", "nothing", "no APQNs"]),
		...sentences(["guest_matrix", "shadow_apcb", "the guest's matrix"],
			["is empty", "is now empty"]),
		...sentences(GUEST, ["loses"], ["all queues", "everything", "all its queues"]),
		...sentences(["no queues", "nothing"], ["are passed through to", "is visible in"],
			GUEST),
	]],
	["gains 0b.0001 0b.0002", [
		...sentences(["0b.0001 and 0b.0002", "queues 0b.0001, 0b.0002"],
			["are plugged into", "show up in", "appear in", "are added to"], GUEST),
		...sentences(GUEST, ["gets", "gains", "is given", "receives"],
			["0b.0001 and 0b.0002"]),
	]],
	["guest m0 lacks 0a.0002", [
		...sentences(["0a.0002", "queue 0a.0002"],
			["is removed from", "is unplugged from", "disappears from", "is missing in",
			"is not visible in", "is no longer passed through to"], GUEST),
		...sentences(GUEST, ["loses", "does not have", "no longer has", "doesn't see",
			"cannot use"], ["0a.0002", "queue 0a.0002"]),
	]],
	["plugged m0 adapter 0b", [
		...sentences(ADAPTER, [
			"is plugged into", "gets hot plugged into", "appears in", "shows up in",
			"is passed through to",
		], GUEST),
		...sentences(GUEST, ["gets", "sees", "gains"], ADAPTER),
	]],
	["filtered m0 adapter 0b", [
		...sentences(ADAPTER, ["is filtered", "gets filtered out", "is not passed through",
			"is withheld from the guest",
			"does not show up in the guest", "is left out of the guest",
				"is not plugged in"]),
		...sentences(GUEST, ["loses", "does not get", "doesn't see"], ADAPTER),
	]],
	["filtered m0 adapter 0b because 0b.0002", [
		...sentences(ADAPTER,
			["is filtered", "is not passed through", "is not plugged into the guest"],
			["because", "since", "as", "as long as"],
			BUT_QUEUE.slice(0, 3), NOT_BOUND),
		...sentences(["because", "since", "as"], BUT_QUEUE.slice(0, 3),
			NOT_BOUND.map((n) => `${n},`),
				["adapter 0b is filtered", "the guest does not get adapter 0b"]),
		...sentences(BUT_QUEUE, NOT_BOUND.map((n) => `${n},`), ["so", "therefore", "hence"],
			["adapter 0b is filtered", "adapter 0b isn't passed through"]),
		...sentences(["adapter 0b is filtered"],
			BUT_QUEUE.flatMap((q) => [`(${q} is not bound)`, `: ${q} is not bound`]))
				.map((t) => t.replace(" :", ":")),
	]],
	["unchanged m0", [
		...sentences(["guest_matrix", "shadow_apcb", "the guest's matrix"],
			["is unchanged", "stays the same", "does not change", "is not changed",
				"is the same as before"]),
		...sentences(["nothing changes", "no change", "nothing happens"],
			["", "in the guest", "for the guest"]),
	]],
	["rc -98", [
		...sentences(["", "this", "the assignment", "the write", "it"],
			["fails with", "is rejected with", "is refused with", "returns", "gives"],
			["-EADDRINUSE", "EADDRINUSE", "address already in use"]),
		"-EADDRINUSE", "=> -EADDRINUSE", "error: EADDRINUSE", "I get -EADDRINUSE",
	]],
	["rc ok", sentences(["this", "the assignment", "the write", "it"],
		["works", "succeeds", "is accepted"])],
];

const CAPITALS = (text: string): string => text[0]!.toUpperCase() + text.slice(1);

for (const [means, ways] of said_in)
	test(`variants: ${means}`, async (t) => {
		const read = ways.flatMap((text) => [text, `${CAPITALS(text)}.`])
			.map((text): [string, string | null] => [text, meaning(text)]);
		const is_read = read.filter(([, m]) => m !== null);

		t.strictSame(is_read.filter(([, m]) => m !== means), [],
			"nothing is read as something else");
		t.equal(is_read.length, read.length,
			`not read: ${read.find(([, m]) => m === null)?.[0]}`);
	});

test("variants: what is asked, wished, thought of or denied is not done and not so", async (t) => {
	for (const text of ["Does the guest have 0a.0001?", "Is adapter 0b plugged in?",
		"Why is adapter 0b filtered?",
		"If adapter 0b were assigned, the guest would have 0b.0001.",
		"If we had bound 0b.0002, adapter 0b would be plugged.",
		"We do not assign adapter 0b.", "Do not bind 0b.0002 yet.",
		"Unless 0b.0002 is bound, adapter 0b is filtered.",
		"Before adapter 0b is assigned the guest has 0a.0001.",
		"The guest might have 0b.0001 or it might have 0b.0002.",
		"Somebody has removed an adapter from the mdev.",
		"Once the card is back, the guest sees 0b.0001.",
		"Either 0a.0001 or 0a.0002 is bound to vfio_ap.", "The guest almost has 0a.0001."])
		t.equal(meaning(text), null, text);
});

test("variants: what is wished, foreseen, forbidden or quoted is not read", async (t) => {
	for (const text of ["If only 0b.0002 were bound!",
		"Later I will assign adapter 0b as well.",
		"Try unbinding 0a.0001.", "Try to unassign adapter 0a, too.",
		"In case 0b.0002 is bound, the guest has 0b.0001.",
		"For the guest to have 0b.0001, 0b.0002 has to be bound.",
		"After unbinding 0a.0001 the guest would be empty.", "I failed to bind 0b.0002.",
		"Unbinding 0a.0001 is forbidden here.", "It is forbidden to unbind 0a.0001.",
		"The guest's own driver unbinds 0a.0001.",
		"Note that 0b.0002 was bound all the time.",
		"The documentation says: adapter 0b is not passed through.",
		"Without domain 0001 the guest has nothing.",
		"The guest has 0a.0002 only after domain 0002 is assigned.",
		"Adapter 0b is not filtered because of 0b.0001, but because of 0b.0002.",
		"Adapter 0b, but not adapter 0a, is filtered."])
		t.equal(meaning(text), null, text);
	t.equal(meaning("Try to assign adapter 0b: -EBUSY"), "assign adapter 11; rc -16");
});

const A = "0a.0001", B = "0a.0002", C = "0b.0001";

test("variants: each clause has a polarity of its own", async (t) => {
	for (const [text, means] of [
		[`${A} does not belong to vfio_ap, but ${B} and ${C} do.`,
			`missing ${A}; bound ${B} ${C}`],
		[`${A} is not bound to vfio_ap; ${B} and ${C} are.`,
			`missing ${A}; bound ${B} ${C}`],
		[`${A} is bound, ${B} and ${C} are not.`, `bound ${A}; missing ${B} ${C}`],
		[`The guest does not have ${A}, but ${B} and ${C} it does.`,
			`guest m0 lacks ${A}; guest m0 has ${B} ${C}`],
		["Nothing of adapter 0a reaches the guest, while adapter 0b does.",
			"filtered m0 adapter 0a; plugged m0 adapter 0b"],
		[`The guest does not only have ${A}, but also ${B}.`, `guest m0 has ${A} ${B}`],
		[`The guest has not lost ${A}.`, `guest m0 has ${A}`],
		[`The guest is not without ${A}.`, `guest m0 has ${A}`],
		[`The guest can use ${A}.`, `guest m0 has ${A}`],
		[`The guest can only use ${A}.`, `guest ${A}`],
		[`The guest loses ${A}, but not ${B}.`, `guest m0 lacks ${A}; guest m0 has ${B}`],
		[`The guest has ${A}, but not ${B}, 0b.0003 or ${C}.`,
			`guest m0 has ${A}; guest m0 lacks ${B} 0b.0003 ${C}`],
		[`It is ${A} that is bound to vfio_ap, not ${B}, 0b.0003 or ${C}.`,
			`bound ${A}; missing ${B} 0b.0003 ${C}`],
		[`${A} is missing in the guest, ${B} is there.`,
			`guest m0 lacks ${A}; gains ${B}`],
		[`The guest did not have ${A} before, but now it has.`, null],
		[`The guest has both ${A} and ${B}.`, `guest m0 has ${A} ${B}`],
		[`${A} is there, ${B} is missing.`, null],
		[`${A} is yet to be bound, ${B} and ${C} are bound to vfio_ap.`,
			`missing ${A}; bound ${B} ${C}`],
		["The guest loses nothing.", null],
		[`The guest gets adapter 0b, i.e., ${C} and 0b.0002 are plugged in.`, null],
		[`The guest has no queues but ${A} and ${B}.`, `guest ${A} ${B}`],
		[`I bind the missing queue ${A} to vfio_ap.`, `bind ${A}`],
		["The command hangs until the guest is shut down.", "rc waits"],
		["The echo does not return until the guest is shut down.", "rc waits"],
		["Adapter 0b will be assigned later.", null],
		[`${A} is not bound, but ${B} and ${C}.`, null],
		[`The guest does not have ${A} but ${B}.`, null],
	] as const)
		t.equal(meaning(text), means, text);
});

test("variants: whose a queue is that vfio_ap has not", async (t) => {
	const theirs = ["cex4queue", "the cex4queue driver", "zcrypt", "the default driver",
		"the host", "another driver"];

	for (const text of [
		...sentences([A], ["is bound to", "belongs to", "is driven by", "is with"], theirs),
		...sentences([A], ["is not bound to vfio_ap but to"], ["cex4queue", "zcrypt"]),
		`cex4queue has ${A}`, `The default drivers have ${A}`, `cex4queue: ${A}`,
		`${A}: cex4queue`, `${A} has the default driver`,
	])
		t.equal(meaning(`${text}.`), `default ${A}`, text);
	t.equal(meaning(`${A} is not bound to cex4queue.`), null);
	t.equal(meaning(`${A} is bound to cex4queue, ${B} and ${C} are bound to vfio_ap.`),
		`default ${A}; bound ${B} ${C}`);
	t.equal(meaning(`Adapter 0a is filtered because ${A} is bound to cex4queue.`),
		`filtered m0 adapter 0a because ${A}`);
});
