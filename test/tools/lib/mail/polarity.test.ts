// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is denied is never read as what is claimed: a sentence with its negation in and out says two
 * things or is not read, and two negations turn each other back or are not read.
 */
import { test } from "tap";
import { look_up } from "../../../../tools/lib/mail/sentence/look_up.ts";

const A = "0a.0001", B = "0b.0002";

/** What a sentence is read as, null if it is not. */
function meaning(text: string): string | null {
	const facts = look_up(text)?.facts([], []);

	return facts === undefined ? null : JSON.stringify(facts);
}

/** the same with "not" in it and without */
const PAIRS: [string, string][] = [
	[`The guest has ${A}.`, `The guest does not have ${A}.`],
	[`The guest sees ${A}.`, `The guest never sees ${A}.`],
	[`${A} is in the guest.`, `${A} is not in the guest.`],
	[`The guest is without ${A}.`, `The guest is not without ${A}.`],
	[`The guest remains without ${A}.`, `The guest has ${A}.`],
	[`The guest goes without ${A}.`, `The guest never goes without ${A}.`],
	[`${A} is missing in the guest.`, `${A} is not missing in the guest.`],
	[`${A} and ${B} are absent.`, `Neither ${A} nor ${B} is absent.`],
	[`The guest lacks ${A}.`, `The guest does not lack ${A}.`],
	[`${A} is filtered.`, `${A} is not filtered.`],
	[`The guest loses ${A}.`, `The guest does not lose ${A}.`],
	[`${A} and ${B} are filtered.`, `Neither ${A} nor ${B} is filtered.`],
	[`The guest has to do without ${A}.`, `The guest does not have to do without ${A}.`],
	[`${A} is bound to vfio_ap.`, `${A} is not bound to vfio_ap.`],
];

test("polarity: with its negation a sentence is not read as without it", async (t) => {
	for (const [one, other] of PAIRS) {
		const read = meaning(one);

		t.ok(read === null || read !== meaning(other), `${one} / ${other}`);
	}
});

const NOTS = ["does not", "doesn't", "no longer has to", "need not", "does not have to"];
const BY_THEMSELVES = ["do without", "lack", "miss", "go without"];

test("polarity: two negations are not read as one", async (t) => {
	for (const not of NOTS)
		for (const verb of BY_THEMSELVES)
			t.notMatch(meaning(`The guest ${not} ${verb} ${A}.`) ?? "", /lacks|missing/,
				`${not} ${verb}`);
	for (const state of ["missing", "absent", "withheld", "filtered"])
		t.equal(meaning(`Neither ${A} nor ${B} is ${state}.`), null, state);
});

test("polarity: a list behind what denies it never joins the list before it", async (t) => {
	for (const text of [
		`guest_matrix without ${B}: ${A}`, `guest_matrix: ${A} without ${B}`,
		`No ${B} in the guest, only ${A}.`, `The guest has ${A} rather than ${B}.`,
		`The guest has ${A} instead of ${B}.`, `guest_matrix: ${A}, ${B} missing`,
		`shadow_apcb lacks ${B}, 0a.0002 and ${A} are there.`,
		`${B}: not in the guest. ${A}: in the guest.`,
		`Gone or never there: ${A}, ${B}.`,
	])
		t.equal(meaning(text), null, text);
});

test("polarity: a verb that does not say it all is no whole", async (t) => {
	for (const text of [`The guest does see ${A}.`, `The guest does hold ${A}.`,
		`${A} is new in the guest.`]) {
		t.match(meaning(text), /"form":"has"/, text);
		t.notMatch(meaning(text), /"fact":"guest"/, text);
	}
	t.match(meaning(`The guest remains without ${A}.`), /"form":"lacks"/);
});
