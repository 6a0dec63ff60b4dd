// SPDX-License-Identifier: GPL-2.0-only
/* What is answered to steps that are quoted: it is read, or it is not and says so. */
import { test } from "tap";
import { scenarios, steps } from "./steps_of.ts";

const QUOTED = ["1. bound: 0a.0001 0a.0002", "2. matrix: 0a.0001 0a.0002", "3. guest started"];
const READ = ["bound 0a.0001 0a.0002", "mdev m0 adapters 0a domains 0001 0002", "open m0 = ok"];

function quoted(depth: number, ...lines: string[]): string {
	return lines.map((l) => `${">".repeat(depth)} ${l}\n`).join("");
}

test("answers: to a question, without a name", async (t) => {
	const both = "guest m0 0a.0001 0a.0002", none = "guest m0 -";

	for (const depth of [1, 2])
		for (const [ask, then] of [["What does the guest have?", "And now?"],
			["Which queues are in guest_matrix?", "And after that?"],
			["What will be in guest_matrix?", "What's in guest_matrix now?"]])
			for (const [all, nothing] of [["Both.", "None."],
				["0a.0001 and 0a.0002.", "Nothing."],
				["0a.0001 and 0a.0002, of course.", "None, I think."]])
				t.strictSame(await steps([
					quoted(depth, ...QUOTED), quoted(1, ask!), `${all}\n`,
					quoted(depth, "4. unbind 0a.0001"), quoted(1, then!),
					nothing,
				].join("\n")), [...READ, both, "unbind 0a.0001 = ok", none],
				`${ask} ${all} ${then} ${nothing} ${depth}`);
});

test("answers: a few words that are not read keep their place", async (t) => {
	for (const words of ["And we're back to one.", "Both, I'd say.",
		"It stays the same, I think.",
		"None that I know."])
		t.strictSame(await steps([
			quoted(1, ...QUOTED, "4. unbind 0a.0001"), `${words}\n`,
			quoted(1, "5. bind 0a.0001"), "The guest has 0a.0001 and 0a.0002.",
		].join("\n")), [
			"line 6 is not read", ...READ, "unbind 0a.0001 = ok",
			`unread ${JSON.stringify(words)}`, "bind 0a.0001 = ok",
			"guest m0 0a.0001 0a.0002",
		]);
});

test("answers: one that names the last step again, or one more, goes on with what it answers",
	async (t) => {
		const again = "After 0a.0001 is unbound, the guest has no queues.";

		t.strictSame(await steps(
			`${quoted(1, ...QUOTED, "4. unbind 0a.0001")}\n${again}\n`),
		[...READ, "unbind 0a.0001 = ok", "guest m0 -"]);
		t.strictSame(await steps(`${quoted(1, ...QUOTED)}\n${again}\n`),
			[...READ, "unbind 0a.0001 = ok", "guest m0 -"]);
	});

test("answers: the claim for a step that is named, from further away", async (t) => {
	t.strictSame(await steps([
		quoted(3, ...QUOTED, "4. unbind 0a.0001", "5. bind 0a.0001"),
		quoted(2, "Hm, are you sure?"),
		quoted(1, "That is what the text says, as I read it.",
			"But I have not tried that."),
		"Right, guest_matrix is empty after step 4.",
	].join("\n")), [...READ, "unbind 0a.0001 = ok", "guest m0 -", "bind 0a.0001 = ok"]);
});

test("answers: a kernel is no queue", async (t) => {
	for (const release of ["6.12", "6.1", "5.14"]) {
		const read = await steps(
			`${QUOTED.join("\n")}\n4. unbind 0a.0001\nOn ${release} the guest has 0a.0002.\n`);

		t.strictSame(read.filter((l) => /\b0[56]\b|0[56]\.00/.test(l)), [], release);
	}
});

const STORY = ["bound 0a.0001 0a.0002", "mdev m0 adapters 0a domains 0001 0002", "open m0 = ok"];

test("answers: one queue that is bound behind a step begins nothing", async (t) => {
	for (const said of ["0a.0003 is bound.", "Queue 0a.0003 is bound to vfio_ap.",
		"0a.0003 is bound to the vfio_ap device driver."])
		for (const join of [" ", "\n", "\n\n", "\n- "])
			t.strictSame(await steps([
				"vfio_ap has 0a.0001, 0a.0002.",
				"The mdev has adapter 0a and domains 0001 and 0002.",
				"The guest is started.", "Queue 0a.0002 is unbound from vfio_ap.",
				"The guest has no queues.", said, "The guest has no queues.",
			].join(join)), [
				...STORY, "unbind 0a.0002 = ok", "guest m0 -", "bind 0a.0003 = ok",
				"guest m0 -",
			], JSON.stringify(join + said));
});

test("answers: the whole state again begins another example", async (t) => {
	const { length } = await scenarios([
		"0a.0001 and 0a.0002 are bound to vfio_ap.",
		"The mdev has adapter 0a, domain 0001.",
		"The guest is started.", "The guest has 0a.0001.", "Bound: 0b.0001, 0b.0002",
		"The mdev has adapter 0b, domain 0001.", "The guest is started.",
		"The guest has 0b.0001.",
	].join("\n"));

	t.equal(length, 2);
});

test("answers: what is bound but one is not the one that is bound later", async (t) => {
	t.match(await steps([
		"1. Bound: everything except 0b.0002",
		"2. mdev: adapters 0a and 0b, domains 0001 and 0002",
		"3. Guest started", "4. guest_matrix has 0a.0001 and 0a.0002",
		"5. 0b.0002 is bound",
	].join("\n")), ["bound 0a.0001 0a.0002 0b.0001",
		"mdev m0 adapters 0a 0b domains 0001 0002", "open m0 = ok",
		"guest m0 0a.0001 0a.0002",
		"bind 0b.0002 = ok"]);
});

test("answers: the heading of what comes next is none", async (t) => {
	t.strictSame(await steps(
		`${QUOTED.join("\n")}\n4. unbind 0a.0001\n5. guest_matrix is empty\n\n` +
		"Filtering of the domains:\n"), [...READ, "unbind 0a.0001 = ok", "guest m0 -"]);
});

test("answers: queues for the step that is named", async (t) => {
	t.strictSame(await steps([
		quoted(2, ...QUOTED, "4. unbind 0a.0002"),
		quoted(1, "What does guest_matrix look like after step 3, and after step 4?"),
		"After step 3: 0a.0001, 0a.0002", "After step 4: nothing",
	].join("\n")), [
		...READ, "guest m0 0a.0001 0a.0002", "unbind 0a.0002 = ok", "guest m0 -",
	]);
});

test("answers: a step that claims something itself is answered where it stands", async (t) => {
	for (const no of ["Not OK: it has nothing.", "No, it has nothing.",
		"Hm, no, that's wrong: it should be empty.",
		"This isn't right, guest_matrix must be empty here."])
		t.strictSame(await steps([
			quoted(1, ...QUOTED.slice(0, 2),
				"3. start guest, it has 0a.0001 and 0a.0002"),
			"OK", quoted(1, "4. unbind 0a.0002, guest has 0a.0001"), no,
			quoted(1, "5. bind 0a.0002, guest has 0a.0001 and 0a.0002"), "OK",
		].join("\n")), [
			...READ, "guest m0 0a.0001 0a.0002", "unbind 0a.0002 = ok",
			"guest m0 -", "bind 0a.0002 = ok",
			"guest m0 0a.0001 0a.0002",
		], no);
});

test("answers: a question does nothing; one that begins with \"if\" may", async (t) => {
	const asked = (question: string): string => [
		quoted(1, ...QUOTED, "4. unbind 0a.0002"), question,
		quoted(1, "5. bind 0a.0002"), "The guest has 0a.0001 and 0a.0002.",
	].join("\n");
	const read = [
		...READ, "unbind 0a.0002 = ok", "bind 0a.0002 = ok", "guest m0 0a.0001 0a.0002",
	];

	for (const question of ["Why is 0a.0001 not in there?",
		"Shouldn't 0a.0001 be in the guest?", "Which driver has the queue then?"])
		t.strictSame(await steps(asked(question)), read, question);
	t.match(await steps(asked("Why would it, if 0a.0001 is unbound?")),
		["line 6 is not read", ...READ]);
});

test("answers: a command that is asked for was not typed", async (t) => {
	t.strictSame((await scenarios([
		quoted(1, ...QUOTED, "4. unbind 0a.0002"),
		"The guest has nothing. What do you get for",
		"", "  cat /sys/bus/ap/drivers/vfio_ap/0a.0002/status", "", "?",
	].join("\n"))).flat().filter((step) => /^(?:read|status|out)/.test(step)), []);
});

test("answers: what is done behind a quoted session is not done to an empty mdev", async (t) => {
	const session = quoted(1, "mdev1 has APQNs 0a.0001 and 0a.0002 assigned.", "",
		"# echo +0x0a > /sys/bus/ap/apmask",
			"-bash: echo: write error: Device or resource busy");
	const typed =
		"# echo 0x0a > $MDEV/unassign_adapter\n# echo +0x0a > /sys/bus/ap/apmask\n#\n";

	for (const [said, unread] of [["Once it is empty:", "Once it is empty:"],
		["", "what there is at first is not said"]])
		t.match((await scenarios(`${session}\n${said}\n\n${typed}`)).at(-1)!.join("\n"),
			`unread ${JSON.stringify(unread)}`, said);
	t.notMatch((await scenarios(`${session}\nOn a new one:\n\n` +
		`# echo $UUID > create\n${typed}`)).at(-1)!.join("\n"), "unread \"On a new one");
});
