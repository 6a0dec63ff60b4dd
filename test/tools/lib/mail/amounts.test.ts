// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sentence that leaves open which of its queues are meant is not read, and a "not" put anywhere
 * into a sentence that is read says something else or is not read.
 */
import { test } from "tap";
import { frames } from "../../../../tools/lib/mail/english/frames.ts";
import { look_up } from "../../../../tools/lib/mail/sentence/look_up.ts";

const A = "0a.0006", B = "0a.0015", C = "0b.0006";

function meaning(text: string): string | null {
	const row = look_up(text);

	return row === null ? null : row.kind === "prose" ? "prose"
		: JSON.stringify(row.facts(row.list ? ["fe.fffe"] : [], []));
}

test("amounts: which of them is open", async (t) => {
	for (const text of [
		`One of ${A} and ${B} is bound to vfio_ap.`,
		`Two of the queues ${A}, ${B} and ${C} are bound.`,
		`Any of ${A}, ${B} is bound.`, `The guest sees only one of ${A} and ${B}.`,
		`The guest has some of ${A} and ${B}.`, `The guest loses one of ${A} and ${B}.`,
		`The guest has ${A} or ${B}.`, `${A}, ${B} and/or ${C} are bound to vfio_ap.`,
		"One of adapters 0a and 0b is assigned to the mdev.",
		"The mdev has one of the adapters 0a and 0b.",
		"Assign adapter 0a or 0b to the mdev.",
		`Unbind one of ${A} and ${B}.`, `The guest has ${A} and others.`,
		`The guest has ${A}, ${B} and so on.`, `The guest has ${A} ...`,
		`The guest has queues such as ${A}.`, `The guest's queues include ${A}.`,
		`One of the guest's queues is ${A}.`, `guest_matrix ends with ${A}.`,
		`The guest has ${A} to ${C}.`, `The guest has ${A}, for example.`,
		`guest_matrix shows ${A} (and three more).`, "The mdev has at least adapter 0a.",
		"Adapter 0a, for instance, and domain 0006 are assigned to the mdev.",
		`${A}, ${B} and two more are bound to vfio_ap.`, `${A} is bound to nothing.`,
	])
		t.equal(meaning(text), null, text);
});

test("amounts: a sentence that counts another number than it names", async (t) => {
	for (const text of [
		`The guest has three queues, ${A} and ${B}.`, `Both ${A}, ${B} and ${C} are bound.`,
		`All three queues ${A}, ${B}, ${C} and 0b.0015 are bound.`,
		"The mdev has both adapters 0a, 0b and 0c.",
	])
		t.equal(meaning(text), null, text);
	for (const text of [
		`The guest has two queues, ${A} and ${B}.`, `Both ${A} and ${B} are bound.`,
		`All three queues ${A}, ${B} and ${C} are bound.`,
		`Both of ${A} and ${B} are bound.`,
		"The mdev has both adapters 0a and 0b and the two domains 0006 and 0015.",
		`One queue, ${A}, is unbound.`, `The guest has neither ${A} nor ${B}.`,
		`The guest does not have ${A} or ${B}.`,
	])
		t.not(meaning(text), null, text);
});

test("amounts: what is excepted, and what is not", async (t) => {
	for (const text of [
		`Apart from 0b.0015, ${A}, ${B} and ${C} are bound to vfio_ap.`,
		`${A}, ${B} and ${C} are bound to vfio_ap, except for 0b.0015.`,
		"The guest has the same queues or not.",
		"The guest's view does not change together with adapter 3f.",
	])
		t.equal(meaning(text), null, text);
	for (const text of ["All queues but 0b.0015 are bound.",
		"Except for 0b.0015, all queues of adapters 0a and 0b in domains 6 and 15 are bound."])
		t.match(meaning(text), /"missing","queues":\["0b.0015"\]/, text);
});

test("amounts: how a queue is, and what was so once", async (t) => {
	for (const text of [`${A} is still unbound.`, `${A} is unbound at that point.`,
		`While ${A} is unbound, the guest has ${B}.`]) {
		t.match(meaning(text), /"missing"/, text);
		t.notMatch(meaning(text), /"unbind"/, text);
	}
	for (const text of [`Previously the guest had ${A}.`, `${A} was formerly bound to vfio_ap.`,
		`${A} was bound to vfio_ap before.`, `vfio_ap has ${A} and ${B} unbound.`])
		t.equal(meaning(text), null, text);
});

test("amounts: none of them is a not of each", async (t) => {
	const pairs = [
		[`None of ${A} and ${B} is bound to vfio_ap.`,
			`${A} and ${B} are not bound to vfio_ap.`],
		[`Neither of the queues ${A} and ${B} is in the guest.`,
			`${A} and ${B} are not in the guest.`],
		[`The guest sees none of ${A} and ${B}.`, `The guest does not have ${A} and ${B}.`],
	] as const;

	for (const [one, other] of pairs) {
		t.not(meaning(one), null, one);
		t.equal(meaning(one), meaning(other), one);
	}
});

/** The sentence with "not" behind each of its words, one at a time. */
function denials_of(text: string): string[] {
	const words = text.split(" ");

	return words.slice(1).map((_, i) =>
		[...words.slice(0, i + 1), "not", ...words.slice(i + 1)].join(" "));
}

test("amounts: no frame passes over a not", async (t) => {
	const examples = frames.flatMap((f) => f.examples);
	const read = [...examples, "The guest has the same queues as before."]
		.filter((text) => ![null, "prose"].includes(meaning(text)));

	t.ok(read.length > 50);
	for (const text of read)
		t.same(denials_of(text).filter((denied) => meaning(denied) === meaning(text)), [],
			text);
});
