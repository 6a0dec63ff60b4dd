// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { nearest } from "../../../../tools/lib/cli/nearest.ts";
import { scenarios_in } from "../../../../tools/lib/mail/input.ts";
import { pick_drivers, play, type step } from "../../../../tools/lib/play/play.ts";
import { difference_text, state_text } from "../../../../tools/lib/play/say.ts";
import { reasons } from "../../../../tools/lib/play/why.ts";
import { parse_scenarios } from "../../../../tools/lib/scenario/parse.ts";
import { print_step } from "../../../../tools/lib/scenario/print.ts";

await pick_drivers("v11,v12,v6.0,v6.12");

const HOST = "scenario x\nhost adapters 0a 0b domains 0001 0002\n";

function steps(body: string, driver = "v6.12", header = ""): step[] {
	return play(parse_scenarios(`${HOST}${header}${body}`, "f")[0]!, driver).steps;
}

function verdicts(body: string, driver = "v6.12", header = ""): string[] {
	return steps(body, driver, header).map((st) => st.verdict);
}

function errors_of(text: string): string[] {
	try {
		scenarios_in(text, "f.scn");
		return [];
	} catch (error) {
		return (error as Error).message.split("\n");
	}
}

const SET_UP = "bound all\nmdev m0 adapters 0a domains 0001\nopen m0 = 0\n";

test("play: an operation without a claim ran, what stands behind something unread is open",
		async (t) => {
	t.strictSame(
		verdicts(`${SET_UP}read m0 guest_matrix\nunread "frob"\nassign_adapter m0 0xb = 3\nguest m0 -`),
		["ran", "ran", "holds", "ran", "open", "open", "open"]);
	t.match(steps(`${SET_UP}unread x\nguest m0 -`).at(-1)!.because, /line 6 was not read/);
});

test("play: in a few words what differs, and the decision that made it so", async (t) => {
	const said = steps(
		"bound 0a.0001 0a.0002 0b.0001\nmdev m0 adapters 0a domains 0001 0002\n" +
		"open m0 = 0\nassign_adapter m0 0xb = 3\nguest m0 lacks 0a.0001\n" +
		"guest m0 has 0b.0001\nguest m0 not 0a.0001 0a.0002\nfiltered m0 adapter 0a\n" +
		"plugged m0 adapter 0b\nmatrix m0 0a.0001\nnot_bound 0a.0001\naqic 0a.0001\n" +
		"all_bound m0\n").slice(4).map((st) =>
		[difference_text(st), ...reasons(st).map((r) => r.replace(/ \(.*/, ""))]);
	const plugged = "in step 2, adapter 0a plugged: it is assigned and in the host's AP " +
		"configuration";
	const filtered = "adapter 0b filtered: 0b.0002 is not bound";

	t.strictSame(said, [
		["has 0a.0001", plugged, "in step 2, domain 0001 plugged: its queues are bound"],
		["lacks 0b.0001", filtered],
		["is 0a x 0001 0002", filtered],
		["adapter 0a is in shadow_apcb", plugged],
		["adapter 0b is not in shadow_apcb", filtered],
		["has 0a.0002 0b.0001 0b.0002 as well"],
		["0a.0001 bound"], ["no aqic was issued"], ["0b.0002 not bound"],
	]);
});

test("play: a destroy that waits for the guest, while other lines go on", async (t) => {
	const body = `${SET_UP}1: destroy m0 = waits\n2: eventfd m0 req 1\n3: guest m0 0a.0001\n4: close m0 = 0\n5: create m0 = 0`;

	t.strictSame(verdicts(body).slice(3), ["holds", "holds", "holds", "holds", "holds"]);
	t.strictSame(verdicts(body, "v6.0").slice(3, 5), ["holds", "differs"],
		"no request eventfd before 6.5");
	t.strictSame(verdicts("bound all\nmdev m0 adapters 0a\ndestroy m0 = waits").at(-1),
		"differs");
	t.strictSame(errors_of(HOST + body), []);
});

test("play: a card that is off until it is on again", async (t) => {
	const [, , , off, first, second, on, third] =
		steps(`${SET_UP}config 0a off\nreset m0\nreset m0\nconfig 0a on\nreset m0 = 0`);

	t.strictSame([off!.verdict, on!.verdict, third!.verdict], ["ran", "ran", "holds"]);
	t.strictSame([first!.rc, second!.rc], [first!.rc, first!.rc],
		"the second reset finds it as the first did");
	t.not(first!.rc, 0);
});

test("play: a reason holds only if the driver decided for it", async (t) => {
	const body =
		"bound 0a.0001 0b.0002\nmdev m0 adapters 0a 0b domains 0001 0002\nopen m0 = ok\n";
	const claims = "filtered m0 adapter 0a because 0a.0002\nfiltered m0 domain 0001 because 0b.0001\nfiltered m0 adapter 0a because 0b.0001";

	t.strictSame(verdicts(body + claims, "v11").slice(3), ["holds", "differs", "differs"]);
});

test("play: the cause of an empty guest is first of all that nothing is assigned", async (t) => {
	const [, , , , claim] =
		steps("bound all\nmdev m0\nopen m0 = 0\nassign_adapter m0 0xa\nguest m0 0a.0001");

	t.strictSame(reasons(claim!), ["no domain is assigned to m0"]);
});

test("play: a guest's start is no update where steps follow it", async (t) => {
	const start = "bound 0a.0001\nmdev m0 adapters 0a domains 0001\nopen m0 = 0\n";

	t.strictSame(verdicts(`${start}updates m0 1`, "v6.12").slice(-1), ["holds"]);
	t.strictSame(verdicts(`${start}assign_adapter m0 0xb = ok\nupdates m0 0`, "v12").slice(-1),
		["holds"]);
	t.strictSame(verdicts(`${start}assign_adapter m0 0xb = ok\nupdates m0 1`, "v12").slice(-1),
		["differs"]);
});

test("readings: what is left open is tried", async (t) => {
	const hole = "bound 0a.0001 0a.0002 0b.0001\nmdev m0 adapters 0a 0b domains 0001 0002\nopen m0 = 0\nguest m0 0a.0001 0a.0002";
	const last = (driver: string, header: string, body = hole): step =>
		steps(body, driver, header).at(-1)!;

	t.match(last("v6.12", "either order\n"),
		{ verdict: "holds", because: "whatever the order" });
	t.match(last("v6.0", "either order\n"),
		{ verdict: "depends", because: /^holds if .* come?s? last, differs else$/ });
	t.match(last("v6.12", "either bound 0b.0002\n"),
		{ verdict: "depends", because: "holds if 0b.0002 is not bound, differs else" });
	t.match(last("v6.12", "either guest\n",
		"bound all\nmdev m0 adapters 0a domains 0001\napcb m0 0a.0001"),
		{ verdict: "depends", because: "holds if a guest runs, differs else" });
	for (const [driver, because] of [["v12", "whatever the guest"],
		["v11", "with a guest, without which nothing is shown"]] as const)
		t.match(last(driver, "either guest\n",
			"bound all\nmdev m0\nassign_adapter m0 0xa = ok\nassign_domain m0 1 = ok\n" +
			"guest m0 0a.0001"), { verdict: "holds", because }, driver);
	t.match(last("v12", "either adapter 0b\n",
		"bound 0a.0001\nmdev m0 adapters 0a domains 0001\nassign_adapter m0 0xb = 3"),
		{ verdict: "holds", because: null });
});

test("readings: what a claim met in one reading is not said of all", async (t) => {
	const met = (claim: string): string | null => steps("bound 0a.0001\nmdev m0 adapters 0a " +
		`domains 0001\nopen m0 = 0\nassign_domain m0 2 = ok\n${claim}`,
		"v6.12", "either domain 0002\n").at(-1)!.because;

	t.equal(met("guest m0 0a.0002"), "so if the host has domain 0002, in another way else");
	t.equal(met("guest m0 has 0b.0002"), "so if the host has domain 0002, in another way else");
	t.equal(met("matrix m0 0a.0002"), "whatever the host's configuration");
});

test("readings: what an mdev has assigned is no default driver's at first", async (t) => {
	const last = (body: string): step =>
		steps(`${body}\nrc -EBUSY`, "v6.12", "either bound 0a.0001\neither masks\n")
			.at(-1)!;
	const bound = "bound 0a.0001\n";

	t.match(last(`${bound}mdev m0 adapters 0a domains 0001\napmask_store "+0xa"`),
		{ verdict: "depends", because: "holds if aqmask is all ones, differs else" });
	t.match(last(`${bound}mdev m0 adapters 0b domains 0001\n` +
		'mdev m1 adapters 0a domains 0002\naqmask_store "+2"'),
		{ verdict: "depends", because: "holds if apmask is all ones, differs else" });
	t.match(last(`${bound}mdev m0\nassign_adapter m0 0xa = ok\nassign_domain m0 1 = ok\n` +
		'apmask_store "+0xa"'), {
		verdict: "depends",
		because: "holds if aqmask is all ones with room for what is assigned later, " +
			"differs else",
	}, "nor is what steps assign, as they say");
	t.match(last(`${bound}mdev m0 adapters 0a domains 0001\napmask_store "+0xb"`),
		{ verdict: "differs" }, "another adapter is in nobody's use");
});

test("readings: \"whatever the order\" is said only if every order was tried", async (t) => {
	const header = "scenario x\nhost adapters 0a 0b 0c 0d domains 0001 0002 0003 0004 0005\neither order\nbound all\n";
	const played = (assigned: string): step[] => play(parse_scenarios(
		`${header}mdev m0 ${assigned}\nopen m0 = 0\nguest m0 has 0a.0001\nguest m0 -`,
			"f")[0]!, "v6.12").steps;
	const eight = played("adapters 0a 0b 0c 0d domains 0001 0002 0003 0004");
	const nine = played("adapters 0a 0b 0c 0d domains 0001 0002 0003 0004 0005");

	t.match(eight.at(-2), { verdict: "holds", because: "whatever the order" });
	t.match(eight.at(-1), { verdict: "differs", because: "whatever the order" });
	t.strictSame(nine.map((st) => st.verdict), ["ran", "ran", "open", "open", "open"]);
	t.match(nine.at(-1), { because: "11 of 362880 readings tried, differs in all of these" });
});

test("readings: with other things open, fewer orders are proven", async (t) => {
	const queues = ["0a", "0b", "0c"].flatMap((a) => ["0001", "0002"].map((d) => `${a}.${d}`));
	const sc = `scenario x\nhost adapters 0a 0b 0c domains 0001 0002\neither order\n` +
		`${queues.map((q) => `either bound ${q}\n`).join("")}bound ${queues.join(" ")}\n` +
		"mdev m0 adapters 0a 0b 0c domains 0001 0002\nopen m0 = 0\nlinked m0 -";
	const last = play(parse_scenarios(sc, "f")[0]!, "v6.12").steps.at(-1)!;

	t.match(last, {
		verdict: "depends",
		because: /^\d+ of 7680 readings tried, holds in \d+ of \d+, for instance if /,
	});
});

test("notation: what does not exist is not used by accident, and all errors come at once",
		async (t) => {
	t.match(errors_of(`${HOST}verdict v11,v99 holds\nopne m0`),
		[/^f\.scn:3: there is no driver "v99"/,
		/^f\.scn:4: "opne" is no operation and no expectation, expected open$/]);
	for (const [line, message] of [["open m1", /there is no m1 here; there is m0/],
		["open m0", /m0 is open already/],
		["bind 0c.0001", /the host has no queue 0c\.0001/],
		["on v14x: guest m0 -", /there is no driver "v14x"/],
		["create m0", /m0 is there already/], ["guest m2 -", /there is no m2/],
			["config 0c on", /the host has no adapter 0c/]] as const)
		t.match(errors_of(`${HOST}${SET_UP}${line}`), [message], line);
	t.strictSame(errors_of(`${HOST}${SET_UP}bind 0c.0001 = -ENODEV\ndestroy m1 = -ENODEV`), []);
	t.match(errors_of(`${HOST}apmask all\naqmask 0xff00\nunbind 0a.0001`),
		[
			/0a\.0001 is the default drivers' by apmask and aqmask, expected apmask_store -0xa/]);
});

/* What is not there, and what the operation returns for that; null: nothing that says so. */
const missing: [line: string, message: RegExp, gives: string | null][] = [
	["pins m6 0", /there is no m6 here; there is m0/, null],
	["gisc m6 0", /there is no m6/, null],
	["updates m6 0", /there is no m6/, null],
	["eventfd m6 cfg 0", /there is no m6/, null],
	["feature m7", /there is no m7/, "-ENODEV"],
	["migrate m7 STOP_COPY", /there is no m7/, "-ENODEV"],
	["read-stream m7 24", /there is no m7/, "-EBADF"],
	["write-stream m7 nothing", /there is no m7/, "-EBADF"],
	["open m7", /there is no m7/, "-ENODEV"],
	["write m7 assign_adapter 5", /there is no m7/, "-ENODEV"],
	["open m0", /m0 is open already, expected close m0/, "-EBUSY"],
	["create m0", /m0 is there already, expected another name, such as m1/, "-EEXIST"],
	["run m0 nqap 0c.0001", /the host has no queue 0c\.0001/, "1"],
	["bind 0c.0001", /the host has no queue 0c\.0001/, "-ENODEV"],
	["unbind 0c.0001", /the host has no queue 0c\.0001/, "-ENODEV"],
	["read 0c.0001 status", /the host has no queue 0c\.0001/, "-ENOENT"],
	["driver_override 0c.0001 vfio_ap", /the host has no queue 0c\.0001/, "-ENOENT"],
	["hw 0c.0001 zapq 02", /the host has no queue 0c\.0001/, null],
	["config 0c off", /the host has no adapter 0c, expected/, "-ENOENT"],
	["checkstop 0c", /the host has no adapter 0c, expected/, null],
	["in_use adapters 0c domains 0001", /the host has no adapter 0c, and no mdev/, "0"],
	["in_use adapters 0a domains 0009", /the host has no domain 0009, and no mdev/, "0"],
	["plugged m0 adapter 0c", /the host has no adapter 0c, and no mdev has it/, null],
	["plugged m0 domain 0009", /the host has no domain 0009, and no mdev has it/, null],
	["filtered m0 adapter 0c", /the host has no adapter 0c, and no mdev has it/, null],
	["filtered m0 adapter 0a because 0a.0009", /the host has no domain 0009, and/, null],
	["read m0 guest_matirx", /no attribute "guest_matirx" \(did you mean "guest_matrix"\?\), /,
		"-ENOENT"],
	["write m0 nosuch 5", /an mdev has no attribute "nosuch", expected one of /, "-ENOENT"],
	["read 0a.0001 statsu", /a queue has no attribute "statsu".*expected status/, "-ENOENT"],
	["store /sys/bus/ap/dirvers_autoprobe 0",
		/nothing in sysfs is called "dirvers_autoprobe" \(did you mean "drivers_autoprobe"/,
		"-ENOENT"],
];

test("notation: what is missing is an error, unless the line expects what comes of it",
		async (t) => {
	for (const [line, message, gives] of missing) {
		const text = `${HOST}${SET_UP}${line}`;

		t.match(errors_of(text), [message], line);
		t.equal(errors_of(text).length, 1, line);
		if (gives === null)
			continue;
		t.match(errors_of(text), [`or = ${gives} behind the operation`], line);
		t.strictSame(errors_of(`${text} = ${gives}`), [], line);
		t.match(errors_of(`${text} = -EPERM`), [message], line);
		t.match(steps(`${SET_UP}${line} = ${gives}`).at(-1), { verdict: "holds" }, line);
	}
});

test("notation: what was there, or was assigned, may be spoken of", async (t) => {
	for (const lines of ["close m0\ndestroy m0\npins m0 0\nupdates m0 0",
		"assign_adapter m0 12\nfiltered m0 adapter 0c because 0c.0001\n" +
			"in_use adapters 0c domains 0001",
		"assign_adapter m0 014\nfiltered m0 adapter 0c\nplugged m0 adapter 0c",
		"cfg adapters 0a\nplugged m0 adapter 0b\nrun m0 tapq 0b.0001"])
		t.strictSame(errors_of(`${HOST}${SET_UP}${lines}`), [], lines);
	t.match(errors_of(`${HOST}${SET_UP}open m2\nopen m3`), [
		/:6: there is no m2 here; there is m0, /,
			/:7: there is no m3 here; there is m0, /]);
	const masks = "apmask 0a\naqmask 0001\n";

	t.match(errors_of(`${HOST}${masks}unbind 0a.0001`),
		[
			/0a\.0001 is the default drivers' by apmask and aqmask, expected apmask_store -0xa on/]);
	t.match(errors_of(`${HOST}${masks}bound 0a.0001`),
		[/expected bound without 0a\.0001, or apmask_store -0xa on a line before it$/]);
	t.strictSame(errors_of(
		`${HOST}${masks}apmask_store -0xa\nbound 0a.0001\nunbind 0a.0001`), []);
	t.match(steps("apmask_store -0xa\nunbind 0a.0001 = 0", "v6.12", masks).at(-1),
		{ verdict: "holds" }, "the advice can be followed");
});

test("notation: nonsense is told behind a mistyped first line, too", async (t) => {
	const typo = HOST.replace("scenario", "scenrio");

	t.match(errors_of(`${typo}${SET_UP}bind 0c.0001\nguset -`),
		[/:1: .*did you mean "scenario"/, /:6: the host has no queue/, /:7: .*guest$/]);
});

const no_set_up: [header: string, body: string, message: RegExp][] = [
	["", "mdev m0 adapters 0a domains 0001\nmdev m1 adapters 0a domains 0001 0002",
		/^f\.scn:4: m1 cannot have 0a\.0001, which m0 has/],
	["apmask 0a\naqmask 0001\n", "mdev m0 adapters 0a domains 0001",
		/^f\.scn:5: m0 cannot have 0a\.0001, which is the default drivers'/],
	["apmask 0a\naqmask 0001\n", "bound 0a.0001",
		/^f\.scn:5: 0a\.0001 is the default drivers' by apmask and aqmask/],
	["", "bound all\nmdev m0\nopen m0\nbound 0a.0001",
		/^f\.scn:6: bound behind an operation, although it is set-up, expected bind or unbind/],
];

test("notation: a set-up that cannot be is unusable, not different", async (t) => {
	for (const [header, body, message] of no_set_up)
		t.match(errors_of(HOST + header + body), [message], body);
	t.match(errors_of(
		"scenario x\nhost adapters 0a domains 0001 max 0a 01\nmdev m0 adapters 0b\n"),
		[/^f\.scn:3: m0 has an id above the host's max/]);
	t.match(errors_of("scenario x\nhost adapters 0a domains 0001 old 0a\nbound 0a.0001\n"),
		[/^f\.scn:3: 0a\.0001 is of an adapter too old for vfio_ap/]);
	t.match(errors_of("scenario x\nmdev m0 adapters 0a\n"),
		[/^f\.scn:1: scenario x has no host, expected a line such as: host adapters/]);
	t.match(errors_of(`${HOST}${SET_UP}guest m0 0c.0001`),
		[/^f\.scn:6: the host has no queue 0c/]);
	t.strictSame(errors_of(
		`${HOST}${SET_UP}guest m0 not 0c.0001\non v11: guest m0 0c.0001`), []);
	t.strictSame(errors_of("From: a@b\nDate: 1 Dec 2026\n\nHi,\n"),
		["f.scn:1: this looks like a mail, expected it under a name without .scn"]);
	t.strictSame(errors_of("host adapters 0a\nbound all\n").length, 1);
	t.strictSame(errors_of(`${HOST}mdev m0 adapters 0a domains 0001\nunassign_domain m0 1\n` +
		"mdev m1 adapters 0a domains 0001"), [], "m0 gave it away");
	t.strictSame(errors_of(`${HOST}apmask 0a\naqmask 0001\napmask_store -10\n` +
		"mdev m0 adapters 0a domains 0001"), [], "it is nobody's by then");
});

test("play: behind the close that ends a destroy nothing of the mdev is left", async (t) => {
	for (const [driver, what] of [["v6.0", "destroy m0"], ["v6.12", "destroy m0"],
		["v11", "destroy m0"], ["v6.12", "unbind m0"]] as const) {
		const body = `${SET_UP}${what} = waits\nguest m0 0a.0001\nclose m0 = 0`;
		const list = steps(body, driver);
		const [close, before] = [list.at(-1)!, list.at(-2)!];

		t.strictSame([close.mdevs.size, close.guest, close.apcb], [0, null, null], driver);
		t.equal(before.mdevs.size, 1, driver);
		t.equal(state_text(close, before), "", `${driver}: no guest, no masks`);
	}
});

test("play: an mdev that removed itself is gone", async (t) => {
	const removal = "mdev m0 adapters 0a domains 0001\nwrite m0 remove 1 = 1";

	for (const driver of ["v6.0", "v6.12", "v11"]) {
		const { verdict, guest, mdevs } = steps(removal, driver).at(-1)!;

		t.strictSame([verdict, guest, mdevs.size], ["holds", null, 0], driver);
	}
	t.match(errors_of(`${HOST}${removal}\nguest m0 -`), [/there is no m0 here/]);
});

test("play: nothing is plugged in a guest without queues", async (t) => {
	const body = "bound 0a.0001 0b.0001\nmdev m0 adapters 0a 0b domains 0001\nopen m0\n" +
		"assign_domain m0 2\nguest m0 -\nplugged m0 domain 0002";

	t.match(steps(body).at(-1), { verdict: "differs", actual: "the guest has no queues" });
	t.match(steps(`${SET_UP}plugged m0 domain 0001\nplugged m0 adapter 0a`).slice(-2),
		[{ verdict: "holds" }, { verdict: "holds" }]);
});

test("play: how queues notify, and how long the hardware takes", async (t) => {
	const on = `${SET_UP}run m0 aqic-on 0a.0001`;

	t.match(steps(`${on} 3 0x2000 = 0\npins m0 1\ngisc m0 1`).slice(-3),
		[{ verdict: "holds" }, { verdict: "holds" }, { verdict: "holds" }]);
	t.match(steps(`${on} 3 0x5000 = 0\nunmap m0 0x5000 0x1000\npins m0 0`).at(-1),
		{ verdict: "holds" }, "that page is the one");
	t.match(steps(`${on} = 0\nunmap m0 0x5000 0x1000\npins m0 1`).at(-1),
		{ verdict: "holds" });
	t.match(steps(`${SET_UP}service_time 5ms\nrun m0 nqap 0a.0001 = 0\nadvance 3ms\n` +
		"run m0 dqap 0a.0001").at(-1)!.out, /response code 10/, "no reply after 4 ms");
	t.match(steps(`${SET_UP}run m0 nqap 0a.0001 = 0\nadvance 3ms\nrun m0 dqap 0a.0001`)
		.at(-1)!.out, /response code 00/);
	t.match(errors_of(HOST + on + " 9 0x2000"), [/"9" is no interruption subclass/]);
});

test("play: of a long log its last line is told", async (t) => {
	t.match(difference_text(steps(`${SET_UP}create m1\ncreate m2\nlog "frob"`).at(-1)!),
		/^not in the log, whose last line is "[^"]{1,120}"$/);
});

test("play: where no allocation failed, what follows is open, and how many there are is said",
		async (t) => {
	const body = "create m0 (fail_nth: 99)\nopen m0";
	const [create, open] = steps(body);
	const [, count] = /^no allocation failed: there are (\d+) allocations$/
		.exec(create!.because!)!;

	t.strictSame([create!.verdict, open!.verdict], ["open", "open"]);
	t.match(steps(`create m0 = -ENOMEM (fail_nth: ${count})`), [{ verdict: "holds" }]);
	t.match(steps(`create m0 (fail_nth: ${Number(count) + 1})`), [{ verdict: "open" }]);
	t.match(steps("scan (fail_nth: 1)"), [{ because: /there are 0 allocations/ }]);
});

test("notation: it reads what reports print", async (t) => {
	const [s] =
		parse_scenarios(`${HOST}bound 0a 0b x 0001 0002\nmdev adapters 0a\nopen\nguest 0a x 0001 0002\nread guest_matrix`, "f");

	t.strictSame(s!.statements.map(print_step),
		["bound 0a.0001 0a.0002 0b.0001 0b.0002", "mdev m0 adapters 0a", "open m0",
		"guest m0 0a.0001 0a.0002", "read m0 guest_matrix"]);
	const shown = parse_scenarios(`${HOST}mdev adapters 0a domains 0001 control 0002\n` +
		"apcb 0a 0b x 0001 0002, control 0002\nguest 0a.0001, control 0001 0002", "f");

	t.strictSame(shown[0]!.statements.slice(1).map(print_step),
		["apcb m0 adapters 0a 0b domains 0001 0002 control 0002",
		"guest m0 adapters 0a domains 0001 control 0001 0002"]);
	t.match(errors_of(`${HOST}mdev adapters 0a\nguest -, control 0002`)[0],
		/^f\.scn:4: control domains behind no product .* expected adapters /);
});

test("did you mean: the nearest word, if one is near", async (t) => {
	t.equal(nearest("opne", ["open", "close"]), "open");
	t.equal(nearest("asign_adapter", ["assign_adapter", "unassign_adapter"]), "assign_adapter");
	t.equal(nearest("frobnicate", ["open", "close"]), null);
});

test("play: what is open from the start is played once, whatever is left open", async (t) => {
	const header = "either bound 0a.0001\neither bound 0a.0002\neither order\n";
	const body = "bound 0a.0001 0a.0002\nunread x\n" +
		"mdev m0 adapters 0a domains 0001 0002\nopen m0 = ok\nguest m0 0a.0001";
	const list = steps(body, "v6.12", header);

	t.strictSame(list.map((st) => st.verdict), ["ran", "open", "open", "open", "open"]);
	t.equal(list.at(-1)!.because, "line 7 was not read");
});

test("play: another mdev's queue comes in front of an operation, not of its result", async (t) => {
	const [sc] = parse_scenarios("scenario s\nhost adapters 04 05 domains 0004\n" +
		"either taken 05.0004\nbound all\n1: create m0\n2: rc 0\n3: assign_domain m0 4 = ok\n" +
		"4: assign_adapter m0 5\n5: rc -EADDRINUSE\n", "f");
	const told = play(sc!, "v6.12").steps;
	const of = (n: string) => told.find((st) => st.s.n === n)!;

	t.equal(of("2").verdict, "holds");
	t.match(of("5"), { verdict: "depends",
		because: "holds if another mdev has 05.0004, differs else" });
});
