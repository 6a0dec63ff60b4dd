// SPDX-License-Identifier: GPL-2.0-only
/* What is not read is said so, and no half of a sentence is read. */
import { test } from "tap";
import { read_mail, type reading } from "../../../../tools/lib/mail/read.ts";
import { print_step } from "../../../../tools/lib/scenario/print.ts";

const EXAMPLE = `1. Queues bound to vfio_ap: 0c.0003 0c.0021 0d.0003
2. APQNs assigned to matrix_mdev: 0c.0003 0c.0021
3. Guest started
4. guest_matrix: 0c.0003 0c.0021
`;

function quoted(text: string): string {
	return text.trimEnd().replace(/^/gm, "> ");
}

async function read(text: string): Promise<reading[]> {
	return await read_mail(Buffer.from(text), "f", null);
}

function steps({ scenarios: [s] }: reading): string[] {
	return s!.statements.map(print_step);
}

test("rest: an answer below a quoted example is a line of it", async (t) => {
	for (const [answer, count] of [["Only 0c.0003.", 2],
		["Wrong, guest_matrix is empty then.", 1],
		["The guest has no queues here, since we look at adapters.", 2]] as const) {
		const list = await read(`${EXAMPLE.replace(/^/gm, "> ")}\n${answer}\n`);

		t.equal(list.map((r) => r.counts.unread.length + r.counts.expectation.length)
			.reduce((sum, n) => sum + n), count, answer);
	}
});

test("rest: what a mail says of a scenario in the notation is not read", async (t) => {
	const notation = "scenario s\nhost adapters 0c domains 0003 0021\nbound 0c.0003\n" +
		"mdev m0 adapters 0c domains 0003 0021\n1: open m0 = ok\n2: guest m0 -\n" +
		"3: bind 0c.0021 = ok\n";
	const [below] = await read(`${notation}\nI would expect 0c.0003 in step 2.\n`);
	const [above] = await read(`In step 2 I would expect 0c.0003:\n\n${notation}`);
	const [before, after] = notation.split(/(?<=- *\n)/);
	const [between] = await read(
		`${quoted(before!)}\n\nNo, the guest has 0c.0003.\n\n${quoted(after!)}\n`);
	const [thanks] = await read(`Hi,\n\n${notation}\nThanks for looking at this.\n`);
	const places = [below, above, between, thanks].map((r) =>
		steps(r!).map((step) => step.includes("unread")).lastIndexOf(true));

	t.strictSame(places, [5, 5, 4, -1]);
	t.strictSame([below, above, between, thanks].map((r) => r!.counts.unread.length),
		[1, 1, 1, 0]);
});

test("rest: what speaks of queues is not read, however far away; what does not is nothing",
		async (t) => {
	const far = "\n".repeat(30);
	const [r] = await read(
		`${EXAMPLE}${far}I am away until Monday.${far}Adapter 0d is mine.\n`);

	t.strictSame(r!.counts.unread, [65]);
	t.strictSame([r!.first, r!.last], [1, 4], "the example is where it is");
	t.equal(steps(r!).at(-1), "unread \"Adapter 0d is mine.\"");
});

test("rest: bullets, rows of words, and lines between steps", async (t) => {
	for (const line of ["* Fiddle with adapter 0d", "adapter 0d   bound   unbound",
		"xyzzy queue 0c.0021!", "| 000c | B | B |"]) {
		const [r] = await read(EXAMPLE.replace("3. G", `${line}\n3. G`));

		t.ok(r!.counts.unread.includes(3), line);
		t.equal(r!.last, 5, line);
	}
});

test("rest: a sentence is read as a whole or not at all", async (t) => {
	for (const said of ["bound: 0c.0003, 0c.0021, 0d.0003 (not 0d.0021)",
		"vfio_ap doesn't have 0d.0021, just 0c.0003, 0c.0021 and 0d.0003"]) {
		const [listed] = await read(EXAMPLE.replace(/^1\. .*/, `1. ${said}`));

		t.equal(steps(listed!)[0], "bound 0c.0003 0c.0021 0d.0003", said);
	}
	const [kept] = await read(
		`${EXAMPLE}5. The guest has 0c.0003 and 0c.0021, but not 0d.0003.\n`);
	t.strictSame(steps(kept!).slice(-2), ["guest m0 has 0c.0003 0c.0021",
		"guest m0 lacks 0d.0003"]);
	for (const said of ["Hot plug adapter 0d", "Adapter 0d can be assigned now",
		"Wait a bit", "This used to fail with -EADDRINUSE",
		"The guest had 0c.0003 and 0c.0021 before"]) {
		const [r] = await read(`${EXAMPLE}5. ${said}\n6. guest_matrix: 0c.0003\n`);

		t.strictSame(r!.counts.unread, [5], said);
	}
});

test("rest: a line with a label begins anew; one queue that is bound is no new state",
		async (t) => {
	const [r] = await read("bound to vfio_ap: 0c.0003, 0c.0021\n" +
		"assigned to mdev: 0c.0003, 0c.0021\nguest gets: 0c.0003, 0c.0021\n");
	const [again, ...more] = await read(`${EXAMPLE}5. unbind 0c.0021\n6. guest_matrix: none\n` +
		"7. bound 0c.0021\n");

	t.strictSame(steps(r!), ["bound 0c.0003 0c.0021", "mdev m0 adapters 0c domains 0003 0021",
		"open m0 = ok", "guest m0 0c.0003 0c.0021"]);
	t.strictSame(more, []);
	t.match(steps(again!).at(-1)!, "bind 0c.0021");
});

test("rest: an apostrophe is one, however it is typed", async (t) => {
	const [r] = await read(`${EXAMPLE}5. Assign adapter 0d\n` +
		"6. Adapter 0d isn’t passed through because 0d.0021 isn’t bound\n");

	t.strictSame(steps(r!).slice(-1), ["filtered m0 adapter 0d because 0d.0021"]);
});

test("rest: what happens to the machine is no prose, in whatever words", async (t) => {
	const below = (said: string): string =>
		EXAMPLE.replace("started", `started.\n   ${said}`);
	const step = (said: string): string =>
		`${EXAMPLE}5. ${said}\n6. Unbind 0c.0021.\n7. guest_matrix: none\n`;

	for (const said of ["The guest dumps core.", "vfio_ap is reinstalled.", "Freeze the guest.",
		"The masks are tweaked.", "All of it is rolled back.", "We replugged the card.",
		"Then somebody reseats the card.", "The guest freezes.", "The matrix is cleared.",
		"The guest hangs.", "libvirtd is restarted."]) {
		const [r] = await read(step(said));
		const [other] = await read(below(said));

		t.strictSame([r!.counts.unread, other!.counts.unread], [[5], [4]], said);
	}
	for (const said of ["So far this looks as it should.", "This was all on a z16."])
		t.strictSame((await read(below(said)))[0]!.counts.unread, [], said);
	t.match(steps((await read(step("Reboot the guest.")))[0]!)[4], "reset m0 = ok");
	t.match(steps((await read(step("The guest is restarted.")))[0]!).slice(4, 6),
		["close m0 = ok", "open m0 = ok"]);
});

test("rest: what stands behind an arrow is a sentence of its own", async (t) => {
	const [r] = await read(`${EXAMPLE}5. 0d.0021 becomes bound => ` +
		"only 0c.0003, 0c.0021 are passed through\n");

	t.strictSame(steps(r!).slice(-2), ["bind 0d.0021 = ok", "guest m0 0c.0003 0c.0021"]);
});

test("rest: amid an example only talk is prose, and its last words are of it", async (t) => {
	const told =
		"The queues 0c.0003 and 0c.0021 are bound. The mdev has adapter 0c and domains " +
		"0003 and 0021. The guest is started. It has 0c.0003 and 0c.0021. ";

	for (const [said, unread] of [["We tried the same with the other card.", [1]],
		["Let's undo that.", [1]], ["I don't think so.", []],
			["Why is that?", []]] as const)
		t.strictSame((await read(
			`${told}${said} Then 0c.0021 is unbound.\nguest_matrix: none\n`))[0]!
			.counts.unread, unread, said);
	for (const [said, unread] of [["no new queues for the guest", [3]], ["Still there.", [3]],
		["Both queues are there.", [3]], ["Is this a bug?", []],
			["Cheers, Jo", []]] as const)
		t.strictSame((await read(`${told}0c.0021 is unbound.\n\n${said}\n`))[
			0]!.counts.unread,
			unread, said);
});

test("rest: what a clause names beside its queues is not dropped", async (t) => {
	const behind = async (said: string): Promise<string[]> =>
		steps((await read(
			`${said}\nThe guest is started. It has 0c.0003 and 0d.0003.\n`))[0]!);
	const bound = "bound 0c.0003 0c.0021 0d.0003";

	t.match((await behind(
		"Both adapters and domain 0003 are assigned, 0c.0003 and 0d.0003 are bound."))[1],
	/^unread/);
	t.strictSame((await behind("0c.0003 and 0d.0003 are bound. Both adapters and domain 0003 " +
		"are assigned to the mdev.")).slice(0, 2),
	["bound 0c.0003 0d.0003", "mdev m0 adapters 0c 0d domains 0003"]);
	t.match((await behind(
		"All queues of adapter 0c (domains 0003 and 0021) and queue 0d.0003 " +
		"are bound.\nmdev: adapters 0c, 0d, domain 0003"))[1], /^unread/);
	t.strictSame((await behind(
		"Assume adapters 0c and 0d and domain 0003 are assigned to the\n" +
		"matrix mdev in use by a guest, and the queues 0c.0003, 0c.0021 and 0d.0003\n" +
		"are bound to the vfio_ap driver."))[0], bound);
});

test("rest: one queue that is bound amid what happens begins nothing", async (t) => {
	const list = await read(
		"vfio_ap has 0c.0003, 0d.0003. The mdev has adapters 0c and 0d and " +
		"domain 0003. The guest is started.\nQueue 0d.0003 is unbound.\n0e.0003 is bound by the " +
		"admin.\nThe guest has 0c.0003.\n0c.0003 is not bound any more.\nThe guest has nothing.\n");

	t.equal(list.length, 1);
	t.strictSame(steps(list[0]!).slice(3), ["unbind 0d.0003 = ok", "bind 0e.0003 = ok",
		"guest m0 0c.0003", "unbind 0c.0003 = ok", "guest m0 -"]);
});

test("rest: what nobody assigned is no slip, and what is taken first was there", async (t) => {
	const [r] = await read("Bind 0c.0003, 0c.0021 and 0d.0003 to vfio_ap.\n" +
		"matrix: 0c.0003 0c.0021\nStart the guest.\nguest_matrix: 0c.0003 0c.0021\n");
	const [other] = await read("After domain 0021 is unassigned, the guest has 0c.0003.\n");

	t.strictSame([r!.slips, r!.counts.unread], [[], []]);
	t.match(steps(other!), ["bound 0c.0003 0c.0021", "mdev m0 adapters 0c domains 0003 0021"]);
});

test("rest: a queue that is bound later is not meant in place of its neighbour", async (t) => {
	const [r] = await read(
		"0c.0003, 0c.0021, 0e.0021 and 0d.0003 are bound to vfio_ap. The mdev has " +
		"adapters 0c and 0d and domains 0003 and 0021.\nThe guest is started. It has 0c.0003 and " +
		"0c.0021.\n0d.0021 is bound.\nThe guest has 0c.0003, 0c.0021, 0d.0003 and 0d.0021.\n");

	t.strictSame([r!.slips, r!.scenarios.length], [[], 1]);
	t.ok(steps(r!).includes("bind 0d.0021 = ok"));
});

test("rest: \"not\" is of its own queues", async (t) => {
	const told = async (bound: string,
			claim = "It has 0c.0003 and 0c.0021."): Promise<string[]> =>
		steps((await read(
			`${bound} The mdev has adapters 0c and 0d and domains 0003 and 0021. ` +
			`The guest is started. ${claim}\n`))[0]!);

	for (const bound of ["0c.0003, 0c.0021 and 0d.0003, but not 0d.0021, are bound to vfio_ap.",
		"0c.0003, 0c.0021 and 0d.0003 are bound (0d.0021 is not).",
		"Queues 0c.0003, 0c.0021, 0d.0003 (but not 0d.0021) are bound to vfio_ap."])
		t.equal((await told(bound))[0], "bound 0c.0003 0c.0021 0d.0003", bound);
	t.match((await told("0d.0021 unbound, all others (0c.0003, 0c.0021, 0d.0003) bound."))[1],
		/^unread/);
	t.strictSame((await told("All queues are bound.",
		"guest_matrix shows 0c.0003 and 0c.0021, but not 0d.0003.")).slice(3),
	["guest m0 has 0c.0003 0c.0021", "guest m0 lacks 0d.0003"]);
});

test("rest: what was there when the guest started is told behind that, too", async (t) => {
	const [r] = await read("The guest is started, and all queues are bound to vfio_ap:\n\n" +
		"   cat matrix\n   0c.0003\n   0d.0003\n   echo 0d.0003 > /sys/bus/ap/drivers/vfio_ap/unbind\n" +
		"   cat guest_matrix\n   0c.0003\n");
	const [half] = await read(
		"The guest is started, and 0c.0003 is bound. Assign domain 0003. " +
		"The guest has 0c.0003.\n");

	t.strictSame(steps(r!), ["bound all", "mdev m0 adapters 0c 0d domains 0003", "open m0 = ok",
		"matrix m0 0c.0003 0d.0003", "unbind 0d.0003 = ok", "guest m0 0c.0003"]);
	t.match(half!.scenarios[0]!.choices, [{ what: "assigned", unit: "adapter", id: 0x0c }]);
});

test("rest: a correction is a claim or is not read", async (t) => {
	const below = (said: string): Promise<reading[]> =>
		read(`${quoted(`${EXAMPLE}5. unbind 0c.0021\n6. guest_matrix: 0c.0003`)}\n\n${said}\n`);

	for (const said of ["That's not true, with v12 it is hot plugged right away.",
		"No, this is wrong: a queue is left there.", "Nope, it stays empty.",
		"It is not filtered at all.",
				"The guest must really be without it."]) {
		const [r] = await below(said);

		t.strictSame(r!.counts.unread, [8], said);
	}
	for (const said of ["Hm, no, that's wrong: it should be empty.",
		"This isn't right, guest_matrix must be empty here."]) {
		const list = await below(said);

		t.ok(list.some((r) => steps(r).at(-1) === "guest m0 -"), said);
	}
	t.strictSame((await below("I don't think that's right."))[0]!.counts.unread, [8]);
});

test("rest: why something is so is asked, and nothing is done by it", async (t) => {
	const amid = (said: string): Promise<reading[]> =>
		read(`${quoted(EXAMPLE)}\n\n${said}\n\n${quoted("5. unbind 0c.0021\n" +
			"6. guest_matrix: -")}\n`);

	for (const said of ["Why is 0d.0003 not in there?",
			"How can the guest have 0c.0021 here?"]) {
		const [r] = await amid(said);

		t.strictSame([r!.counts.unread, r!.counts.prose], [[], [6]], said);
	}
	for (const said of ["Why, if 0c.0003 is unbound then?", "What if 0c.0003 is unbound then?"])
		t.strictSame((await amid(said))[0]!.counts.unread, [6], said);
});

test("rest: what somebody is asked to type is not typed", async (t) => {
	const asked =
		"\n  # echo 0c.0021 > /sys/bus/ap/drivers/vfio_ap/unbind\n  # cat guest_matrix\n\n";

	for (const [said, end] of [["What do you get for", "?"],
		["OK so far. Could you please try", "and tell me what you see?"]]) {
		const list = await read(`${quoted(EXAMPLE)}\n\n${said}\n${asked}${end}\n`);

		t.equal(list.length, 1, said);
		t.strictSame([list[0]!.counts.unread, steps(list[0]!).length], [[], 4], said);
	}
	t.ok(steps((await read(`${EXAMPLE}\nThen I did\n${asked}and it was empty.\n`))[0]!)
		.includes("unbind 0c.0021 = ok"));
});

test("rest: a kernel is no queue", async (t) => {
	for (const kernel of ["This is 6.12:", "On 6.12:", "The kernel is 7.1, on z16."]) {
		const [r] = await read(`${kernel}\n\n# echo 0x100 > assign_adapter\n` +
			"-bash: echo: write error: No such device\n");

		t.strictSame(r!.counts.unread, [], kernel);
	}
});

test("rest: what a driver's filtering is like is not what a guest lacks", async (t) => {
	for (const said of ["Ah, so you filter the entire card.", "We are filtering all of it.",
		"The whole domain is then filtered.", "Since v13 they filter everything.",
		"With filtering by domain the guest gets 0c.0003 and 0c.0021.",
		"After filtering the guest has 0c.0003 and 0c.0021."]) {
		const [r] = await read(`${EXAMPLE}5. unbind 0c.0021\n\n${said}\n`);

		t.notOk(steps(r!).some((step) => /^guest m0 (?:-|lacks)/.test(step)), said);
		t.strictSame(r!.counts.unread, [7], said);
	}
	for (const [said, step] of [["The whole adapter 0c is filtered.", "filtered m0 adapter 0c"],
		["All queues are filtered.", "guest m0 -"],
		["Filtering takes 0c.0021 from the guest.", "guest m0 lacks 0c.0021"]]) {
		const [r] = await read(`${EXAMPLE}5. unbind 0c.0021\n\n${said}\n`);

		t.equal(steps(r!).at(-1), step, said);
	}
});

test("rest: \"only\" begins what the next clause speaks of", async (t) => {
	for (const said of ["When 0c.0021 gets bound, only 0c.0003 and 0c.0021 are passed through.",
		"0c.0021 is bound, and just 0c.0003 and 0c.0021 are in the guest.",
		"0c.0021 is bound, and in the guest only 0c.0003 and 0c.0021 are visible."]) {
		const [r] = await read(`${EXAMPLE}5. unbind 0c.0021\n6. ${said}\n`);

		t.strictSame(steps(r!).slice(-2),
			["bind 0c.0021 = ok", "guest m0 0c.0003 0c.0021"], said);
	}
});

test("rest: half a list is not read", async (t) => {
	const [r] = await read(`${EXAMPLE}5. Guest APQNs: 0c.0003; 0c.0021\n`);

	t.match(steps(r!).at(-1), /unread "Guest APQNs: 0c\.0003; 0c\.0021"$/);
});

test("rest: in front of an example, what names an attribute or a tool and says nothing is prose",
		async (t) => {
	const GENERAL = "This is meant for tools such as mdevctl.\n\n";
	const WEATHER = "Rain, and more rain.\n\n".repeat(5);
	const [r] = await read(GENERAL + WEATHER + EXAMPLE);

	t.strictSame([r!.counts.unread, r!.counts.prose], [[], [1]]);
});
