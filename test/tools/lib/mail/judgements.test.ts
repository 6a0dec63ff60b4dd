// SPDX-License-Identifier: GPL-2.0-only
/* What a sentence says of what was said: that it is so or not, of which steps, or that it was meant
 * otherwise. */
import { test } from "tap";
import { judgements_of, steps_named } from "../../../../tools/lib/mail/examples/judgements.ts";

function judged(text: string): string[] {
	return judgements_of(text).map(({ by, so, steps }) =>
		[by, so ? "so" : "not so", ...steps].join(" "));
}

test("judgements: each with its negation is the other one", async (t) => {
	for (const [is, is_not] of [
		["That is right.", "That isn't right."], ["This is wrong.", "This is not wrong."],
		["The last claim is true.", "The last claim is never true."],
		["It is so.", "It is no longer so."],
		["They are correct.", "They can't be correct."],
		["Which is the case.", "Which is just not the case."],
		["What I wrote is still true.", "What I wrote is no longer true."],
		["Step 3 looks fine.", "Step 3 doesn't look fine."],
	] as const) {
		const [one, other] = [judgements_of(is), judgements_of(is_not)];

		t.match([one, other], [[{ by: "anyone" }], [{ by: "anyone" }]], is);
		t.not(one[0]!.so, other[0]!.so, is_not);
	}
});

test("judgements: what only one who answers can deny", async (t) => {
	for (const text of ["No.", "Nope, it has nothing.", "Not here.", "I disagree.",
		"Well, I must strongly object.", "I don't think so.", "I can't confirm that.",
		"I do not see it.", "It never happens.", "It does not happen here.",
		"Doesn't reproduce.", "Only before v11.", "It depends.", "Far from it.",
		"I beg to differ."])
		t.strictSame(judged(text), ["answer not so"], text);
	for (const text of ["No queue is bound.", "I see 0a.0001.", "Not only that.",
		"The patch is wrong.", "After 5 minutes the guest has 0a.0001.",
		"5. Queue 0a.0001 is unbound: it has 0a.0002"])
		t.strictSame(judged(text), [], text);
});

test("judgements: what its author takes back", async (t) => {
	for (const text of ["Oops.", "Scratch that.", "Sorry, that was another kernel.",
		"I was wrong.", "I misread it.", "I must have mixed them up.", "I mean, 0a.0002.",
		"You must have meant 0a.0002.", "It should read 0a.0002.", "My mistake.",
		"I looked at the wrong guest.", "Ignore what I said.", "Never mind."])
		t.strictSame(judged(text), ["author not so"], text);
	t.strictSame(judged("I meant to ask which one."), []);
});

test("judgements: the steps that they are of", async (t) => {
	for (const [text, ...list] of [
		["4 is right, 3 is not.", "anyone so 4", "anyone not so 3"],
		["Steps 1, 2 and 4 are fine.", "anyone so 1 2 4"],
		["3. is wrong.", "anyone not so 3"], ["Number 3a can't be right.",
			"anyone not so 3a"],
		["In 3 and 4 I was wrong.", "author not so 3 4"],
		["But #3 isn't.", "anyone not so 3"],
	] as const)
		t.strictSame(judged(text), list, text);
	t.strictSame(steps_named("In step 3 it has 0a.0001, after step 4 none."), ["3", "4"]);
	t.strictSame(steps_named("3: 0a.0001 and 0a.0002"), ["3"]);
	t.strictSame(steps_named("On 6.12 at 10:30, after 2 minutes, from 3 queues"), []);
});
