// SPDX-License-Identifier: GPL-2.0-only
/* What is answered to a question, and what a mail says against a claim, its own or another's. */
import { test } from "tap";
import { read, scenarios, steps } from "./steps_of.ts";

const TOLD = "> 0a.0001, 0a.0002 and 0b.0001 are bound to vfio_ap. Adapters 0a and 0b and " +
	"domains 0001 and 0002 are assigned to the mdev. The guest is started.\n>\n";
const READ = ["bound 0a.0001 0a.0002 0b.0001", "mdev m0 adapters 0a 0b domains 0001 0002",
	"open m0 = ok"];

/** answers - what is read of a sentence that is quoted, and of another below it */
async function answers(quoted: string, answer: string): Promise<string[]> {
	const list = await scenarios(`${TOLD}> ${quoted}\n\n${answer}\n`);

	return list.at(-1)!.slice(READ.length);
}

test("denials: a yes or no is a claim of what was asked", async (t) => {
	for (const [question, answer, claim] of [
		["Does the guest have 0b.0001?", "No.", "guest m0 lacks 0b.0001"],
		["Doesn't the guest see 0b.0001?", "No.", "guest m0 lacks 0b.0001"],
		["Does the guest not have 0a.0001?", "It does.", "guest m0 has 0a.0001"],
		["Is 0a.0001 in the guest?", "Yes.", "guest m0 has 0a.0001"],
		["Are 0a.0001 and 0a.0002 in the guest?", "They are.",
			"guest m0 has 0a.0001 0a.0002"],
		["Is adapter 0b filtered?", "Yes.", "filtered m0 adapter 0b"],
		["Isn't adapter 0a filtered?", "It isn't.", "plugged m0 adapter 0a"],
		["The guest does not have 0b.0001, does it?", "No.", "guest m0 lacks 0b.0001"],
		["So adapter 0b is filtered?", "Exactly.", "filtered m0 adapter 0b"],
		["Is 0b.0002 bound?", "No.", "not_bound 0b.0002"],
	] as const)
		t.strictSame(await answers(question, answer), [claim], `${question} ${answer}`);
});

test("denials: an answer that may be meant both ways is not read, and does not vanish",
	async (t) => {
		for (const [question, answer] of [
			["Is adapter 0a not filtered?", "Yes."],
			["Does the guest have 0b.0001 and 0b.0002?", "No."],
			["Are adapters 0a and 0b passed through?", "No."],
			["Is adapter 0a or adapter 0b filtered?", "The latter."],
			["Does the guest have two or four queues?", "Two."],
			["Does the guest have 0b.0001?", "I don't think so."],
			["Which adapter is filtered?", "0b."],
			["Has anything changed?", "No."],
			["Which queues has the guest lost?", "0b.0001."],
			["Which queues does the mdev have?", "0a.0001 and 0b.0001."],
		] as const)
			t.strictSame(await answers(question, answer),
				[`unread ${/ /.test(answer) ? JSON.stringify(answer) : answer}`],
				`${question} ${answer}`);
	});

test("denials: a list is what was asked for", async (t) => {
	const both = "0b.0001 and 0b.0002.", lacks = "guest m0 lacks 0b.0001 0b.0002";

	for (const question of ["Which queues does the guest not have?",
		"Which queues are missing in the guest?", "What does the guest lack?",
		"Which queues are not in guest_matrix?", "Which queues aren't there?"])
		t.strictSame(await answers(question, both), [lacks], question);
	t.strictSame(await answers("Which queue is not bound?", "0b.0002."),
		["not_bound 0b.0002"]);
	t.strictSame(await answers("Which queues does the guest see?", "0a.0001, 0a.0002."),
		["guest m0 0a.0001 0a.0002"]);
});

test("denials: a claim that who answers does not share is open", async (t) => {
	for (const answer of ["I disagree.", "Not on v6.12.", "Really? I don't see it.",
		"That can't be right.", "Only before v11.", "I beg to differ.",
		"You forgot 0b.0002.",
		"It does not happen here."])
		t.match(await answers("The guest has 0b.0001.", answer),
			[/^unread "line 5 speaks against line 3: /, "guest m0 0b.0001"], answer);
	for (const answer of [
		"Fine.", "Yes, right.", "Thanks for the test!", "ACK to both.", "That is a bug.",
	])
		t.strictSame(await answers("The guest has 0b.0001.", answer), ["guest m0 0b.0001"],
			answer);
});

test("denials: what is denied does not stand beside what is claimed instead", async (t) => {
	for (const [claim, answer, is] of [
		["The guest has 0b.0001.", "It doesn't.", "guest m0 lacks 0b.0001"],
		["The guest does not have 0a.0001.", "Sure it does.", "guest m0 has 0a.0001"],
		["The guest has nothing.", "I see 0a.0001 and 0a.0002.",
			"guest m0 0a.0001 0a.0002"],
	] as const)
		t.strictSame(await answers(claim, answer), [is], `${claim} ${answer}`);
	t.strictSame(await answers("Now 0b.0002 is bound. Nothing changes.",
		"Wrong, the guest gets adapter 0b."),
	["bind 0b.0002 = ok", "plugged m0 adapter 0b"]);
});

const STEPS = ["1. bound: 0a.0001 0a.0002 0b.0001", "2. Adapters 0a and 0b and domains 0001 and " +
	"0002 are assigned to the mdev.", "3. The guest is started: it has 0a.0001, 0b.0001",
"4. Queue 0b.0002 is bound: it has all four queues", ""];

test("denials: an answer that names a step opens it, or takes its claim's place", async (t) => {
	const quoted = STEPS.map((l) => `> ${l}\n`).join("");

	for (const answer of ["3. is wrong.", "4 is right, 3 is not.", "Steps 1, 2 and 4 are fine.",
		"All steps but the third are fine.",
		"There is one queue too many in 3.", "Please drop 0b.0001 from step 3.",
		"0b.0001 comes in step 4, not earlier.", "Number 3 can't be right.",
		"3: 0a.0001 and 0a.0002"]) {
		const [first, ...more] = await scenarios(`${quoted}\n${answer}\n`);

		t.strictSame(more, [], answer);
		t.match(first!.slice(READ.length), [/^unread "line 7 speaks against line 3: /,
			"guest m0 0a.0001 0b.0001", "bind 0b.0002 = ok"], answer);
	}
	t.strictSame((await scenarios(
		`${quoted}\nIn step 3 the guest does not have 0b.0001.\n`)).at(-1),
	[...READ, "guest m0 lacks 0b.0001", "bind 0b.0002 = ok"]);
	t.strictSame((await steps(`${quoted}\nWithout step 4 the guest keeps 0a.0001.\n`))
		.slice(-1), ["unread \"Without step 4 the guest keeps 0a.0001.\""]);
});

test("denials: what its author takes back is open", async (t) => {
	for (const [back, at] of [["Step 3 should read: it has 0a.0001.", READ.length - 2],
		["Oops, I looked at the wrong guest in step 3.", READ.length - 2],
		["Sorry, I meant 0a.0002 in step 4.", READ.length + 1],
		["Scratch that, it was another kernel.", READ.length + 2]] as const) {
		const read_steps = (await scenarios(`${STEPS.join("\n")}\n${back}\n`))[0]!;

		t.equal(read_steps.findIndex((step) =>
			step.startsWith("unread \"line 6 speaks")), at,
			back);
	}
});

test("denials: what is wrong in a patch, or said in front of an example, opens nothing",
	async (t) => {
		for (const said of ["This is not possible.", "The comment in the patch is wrong.",
			"The commit message should say so."])
			t.strictSame((await read(`${said}\n\n${STEPS.join("\n")}\n`)).counts.unread,
				[],
				said);
	});

test("denials: what is said of a case that is asked of is no claim", async (t) => {
	for (const asked of ["What about binding 0b.0002?", "And if you bind 0b.0002?"])
		for (const said of ["The guest should have all four.",
			"Then the guest has all four.",
			"It should get all four."]) {
			const quoted = await scenarios(`${TOLD}\n${asked} ${said}\n`);

			t.equal(quoted.length, 1, said);
			t.match(quoted[0]!.at(-1), /^unread /, said);
			t.match((await scenarios(
				`${TOLD.replace(/^> ?/gm, "")}\n${asked} ${said}\n`))[0]!.at(-1),
			/^unread /, said);
		}
	t.match((await answers("Now 0b.0002 is bound. What happens?",
		"The guest gets adapter 0b.")),
		["bind 0b.0002 = ok", "plugged m0 adapter 0b"]);
});

test("denials: one above the steps that it names", async (t) => {
	t.match((await steps(
		`Number 3 can't be right.\n\n${STEPS.map((l) => `> ${l}\n`).join("")}`)),
		["line 1 is not read", ...READ.slice(0, 2), "open m0 = ok",
			/^unread "line 1 speaks against line 5: /]);
});
