// SPDX-License-Identifier: GPL-2.0-only
/* Forms in which the same is written: marks of steps, headings, labels, results behind a step. */
import { test } from "tap";
import { read as read_text, steps } from "./steps_of.ts";

const STEPS = [
	"bound: 0a.0001 0a.0002 0b.0001", "matrix: 0a.0001 0a.0002", "guest started",
	"assign adapter 0b", "guest_matrix is unchanged", "bind 0b.0002",
	"guest_matrix: 0a.0001 0a.0002 0b.0001 0b.0002",
];
const READ = [
	"bound 0a.0001 0a.0002 0b.0001", "mdev m0 adapters 0a domains 0001 0002", "open m0 = ok",
	"assign_adapter m0 0xb = ok", "unchanged m0", "bind 0b.0002 = ok",
	"guest m0 0a.0001 0a.0002 0b.0001 0b.0002",
];
const ROMAN = ["i", "ii", "iii", "iv", "v", "vi", "vii"];

test("forms: whatever stands in front of a step", async (t) => {
	const marks: [string, (i: number) => string][] = [
		["1.", (i) => `${i + 1}.`], ["1.)", (i) => `${i + 1}.)`],
		["i)", (i) => `${ROMAN[i]})`], ["(i)", (i) => `(${ROMAN[i]})`],
		["#1", (i) => `#${i + 1}`], ["#1:", (i) => `#${i + 1}:`], ["#.", () => "#."],
		["[1]", (i) => `[${i + 1}]`], ["a)", (i) => `${"abcdefg"[i]})`],
		["Step 1 -", (i) => `Step ${i + 1} -`], ["step 1:", (i) => `step ${i + 1}:`],
	];

	for (const [name, mark] of marks)
		t.strictSame(await steps(STEPS.map((s, i) => `${mark(i)} ${s}`).join("\n")), READ,
			name);
});

test("forms: a mark that none follows is none", async (t) => {
	const text = `${STEPS.slice(0, 4).join("\n")}\n#4711 is about that\n`;

	t.strictSame(await steps(text), READ.slice(0, 4));
});

test("forms: a report on a bug, whatever its headings look like", async (t) => {
	for (const head of [
		(s: string) => `---${s}---`, (s: string) => `${s}:`, (s: string) => `== ${s} ==`,
		(s: string) => `**${s}**`, (s: string) => `### ${s}`,
	])
		t.strictSame(await steps([
			head("Preconditions"), ...STEPS.slice(0, 3), "", head("Steps to Reproduce"),
			"1. assign adapter 0b", "", head("Expected Result(s)"),
			"guest_matrix is unchanged", "", head("Action"), "bind 0b.0002", "",
			head("Actual Result"), STEPS[6],
		].join("\n")), READ, head("Actual Result"));
});

test("forms: queues behind an arrow or \"Expected:\" are the guest's, once there is one",
	async (t) => {
		for (const arrow of ["->", "=>", "→"])
			t.strictSame(await steps(
				`1. bound: 0a.0001 0b.0001\n2. mdev: 0a.0001\n3. guest started ${arrow} 0a.0001\n` +
				`4. assign adapter 0b ${arrow} 0a.0001 0b.0001\n5. unbind 0b.0001 ${arrow} 0a.0001\n` +
				`6. unbind 0a.0001 ${arrow} nothing\n`), [
				"bound 0a.0001 0b.0001", "mdev m0 adapters 0a domains 0001",
				"open m0 = ok",
				"guest m0 0a.0001", "assign_adapter m0 0xb = ok",
				"guest m0 0a.0001 0b.0001",
				"unbind 0b.0001 = ok", "guest m0 0a.0001", "unbind 0a.0001 = ok",
				"guest m0 -",
			]);
		t.strictSame(await steps(
			"bound: 0a.0001 0b.0001\nmdev: 0a.0001\nguest started\nassign adapter 0b\n\n" +
			"Expected: 0a.0001, 0b.0001\nActual:   0a.0001\n"), [
			"bound 0a.0001 0b.0001", "mdev m0 adapters 0a domains 0001", "open m0 = ok",
			"assign_adapter m0 0xb = ok", "guest m0 0a.0001 0b.0001",
			"guest m0 0a.0001",
		]);
		t.match(await steps(
			"bound: 0a.0001 0b.0001\nmdev: 0a.0001\nassign adapter 0b -> 0a.0001 0b.0001\n"),
		["line 3 is not read"]);
	});

test("forms: labels with their list below them", async (t) => {
	for (const mark of ["", "- ", "   ", "* "])
		for (const [label, absent] of [["Guest:", "Not bound:"],
			["The guest's APCB after filtering:", "Queues not bound to vfio_ap:"]])
			t.strictSame(await steps([
				"Bound to vfio_ap:", "0a.0001", "0a.0002", "0b.0001", "", absent,
				"0b.0002", "",
				"Assigned:", "0a.0001", "0a.0002", "0b.0001", "0b.0002", "", label,
				"0a.0001",
				"0a.0002",
			].map((l) => l!.startsWith("0") ? mark + l : l).join("\n")), [
				"bound 0a.0001 0a.0002 0b.0001",
				"mdev m0 adapters 0a 0b domains 0001 0002", "open m0 = ok",
				"guest m0 0a.0001 0a.0002",
			], `${label} with "${mark}"`);
});

test("forms: a line with a head, or with a bullet, begins a sentence", async (t) => {
	const state = "bound: 0a.0001, 0a.0002\nmdev: 0a.0001, 0a.0002\nguest started";
	const read = [
		"bound 0a.0001 0a.0002", "mdev m0 adapters 0a domains 0001 0002", "open m0 = ok",
		"guest m0 0a.0001 0a.0002", "unbind 0a.0002 = ok", "guest m0 -",
	];

	for (const [before, action, after] of [["Before", "Action", "After"],
		["Expected", "Test 2", "Result"]])
		t.strictSame(await steps(`${state}\n${before}: guest_matrix is 0a.0001, 0a.0002\n` +
			`${action}: unbind 0a.0002\n${after}: guest_matrix is empty\n`), read,
				action);
	t.match(await steps(`${state.replaceAll(/^/gm, "- ")}\n- fiddle with the guest's queues\n` +
		"- unbind 0a.0002\n- guest_matrix: empty\n"), [
		"line 4 is not read", ...read.slice(0, 3), /^unread/, "unbind 0a.0002 = ok",
		"guest m0 -",
	]);
});

test("forms: a claim for each step that a sentence names", async (t) => {
	const state = "1. bound: 0a.0001, 0a.0002\n2. mdev: 0a.0001, 0a.0002\n3. guest started\n" +
		"4. unbind 0a.0002\n5. bind 0a.0002\n6. unassign domain 0002\n";
	const done = ["unbind 0a.0002 = ok", "bind 0a.0002 = ok", "unassign_domain m0 0x2 = ok"];
	const read = [
		"bound 0a.0001 0a.0002", "mdev m0 adapters 0a domains 0001 0002", "open m0 = ok",
	];

	t.strictSame(await steps(
		`${state}After step 4 the guest has nothing, after step 5 the guest ` +
		"has 0a.0001 and 0a.0002, and after step 6 it has 0a.0001.\n"), [
		...read, done[0], "guest m0 -", done[1], "guest m0 0a.0001 0a.0002", done[2],
		"guest m0 0a.0001",
	]);
	for (const said of ["After step 4 the guest has nothing, after step 7 it has 0a.0001.",
		"After step 4 the guest has nothing, after step 5 it is the other way."])
		t.match(await steps(`${state}${said}\n`),
			["line 7 is not read", ...read, ...done, /^unread/], said);
});

test("forms: letters and moments as marks of steps", async (t) => {
	for (const [name, mark] of [
		["A:", (i: number) => `${"ABCDEFG"[i]}:`], ["T0:", (i: number) => `T${i}:`],
		["t1:", (i: number) => `t${i + 1}:`],
	] as const)
		t.strictSame(await steps(STEPS.map((s, i) => `${mark(i)} ${s}`).join("\n")), READ,
			name);
});

const ACROSS = ["0a.0001", "0a.0002", "0b.0001", "0b.0002"];

/* A table with these queues across, and marks in its rows. */
function across(rows: readonly [string, string][], barred: boolean, yes: string, no: string):
		string[] {
	const cell = (text: string): string => barred ? ` ${text.padEnd(9)}|` : text.padEnd(11);
	const row = (label: string, cells: readonly string[]): string =>
		(barred ? `| ${label.padEnd(10)}|` : label.padEnd(12)) + cells.map(cell).join("");

	return [
		row("", ACROSS), ...barred ? ["|-----------|" + "----------|".repeat(4)] : [],
		...rows.map(([label, marks]) =>
			row(label, [...marks].map((m) => m === "y" ? yes : no))),
	].map((l) => l.trimEnd());
}

test("forms: a table with a queue a column", async (t) => {
	for (const barred of [true, false])
		for (const [yes, no] of [["x", "-"], ["y", "n"], ["yes", "no"],
			["x", ""]] as const)
			t.strictSame(await steps([
				...across([["bound", "yyyn"], ["assigned", "yyyy"],
					["in guest", "yynn"]], barred, yes, no),
				"", "Then bind 0b.0002.", "",
				across([["guest", "yyyy"]], barred, yes, no).at(-1),
			].join("\n")), [
				"bound 0a.0001 0a.0002 0b.0001",
				"mdev m0 adapters 0a 0b domains 0001 0002", "open m0 = ok",
				"guest m0 0a.0001 0a.0002", "bind 0b.0002 = ok",
				"guest m0 0a.0001 0a.0002 0b.0001 0b.0002",
			], `${yes} ${no} ${barred}`);
	t.match(await steps([
		"bound: 0a.0001", "matrix: 0a.0001", "unbind 0a.0001",
		...across([["guest", "n?nn"]], true, "y", "maybe"),
	].join("\n")), [4, 5, 6].map((n) => `line ${n} is not read`), "what is no mark");
});

test("forms: a table of steps", async (t) => {
	const rows = [
		["(start)", "", "0a.0001", "0a.0001"],
		["assign adapter 0b", "0", "0a.0001, 0b.0001", "0a.0001"],
		["bind 0b.0001", "0", "0a.0001, 0b.0001", "0a.0001, 0b.0001"],
		["assign domain 0003", "-EADDRNOTAVAIL", "0a.0001, 0b.0001", "0a.0001, 0b.0001"],
		["unassign adapter 0a", "", "0b.0001", "0b.0001"],
		["unbind 0b.0001", "", "0b.0001", "none"],
	];
	const read = [
		"bound 0a.0001", "mdev m0 adapters 0a domains 0001", "open m0 = ok",
		"guest m0 0a.0001", "assign_adapter m0 0xb = ok", "matrix m0 0a.0001 0b.0001",
		"guest m0 0a.0001", "bind 0b.0001 = ok", "matrix m0 0a.0001 0b.0001",
		"guest m0 0a.0001 0b.0001", "assign_domain m0 0x3", "rc -EADDRNOTAVAIL",
		"matrix m0 0a.0001 0b.0001", "guest m0 0a.0001 0b.0001",
		"unassign_adapter m0 0xa = ok", "matrix m0 0b.0001", "guest m0 0b.0001",
		"unbind 0b.0001 = ok", "matrix m0 0b.0001", "guest m0 -",
	];
	const row = (cells: readonly string[]): string =>
		`| ${cells.map((c) => c.padEnd(20)).join(" | ")} |`;

	for (const head of [["operation", "rc", "matrix", "guest_matrix"],
		["Step", "return code", "mdev", "guest"],
			["Action", "errno", "matrix", "in guest"]])
		for (const rule of ["+----------+-----+", "|----------|-----|"])
			t.strictSame(await steps(["bound: 0a.0001", "", row(head), rule,
				...rows.map(row), rule].join("\n")), read, head[0]);
	t.match(await steps([
		"bound: 0a.0001", row(["operation", "rc", "matrix", "who knows"]), ...rows.map(row),
	].join("\n")), [/^line \d+ is not read/], "a column of nobody knows what");
});

test("forms: a claim for a step that is named in front", async (t) => {
	t.strictSame(await steps("1. bound: 0a.0001, 0a.0002\n2. mdev: 0a.0001, 0a.0002\n" +
		"3. guest started\n4. bind 0a.0002\n5. unbind 0a.0002\n\n" +
		"Actual result: step 4 returns EBUSY\nExpected result: step 5 works\n"), [
		"bound 0a.0001 0a.0002", "mdev m0 adapters 0a domains 0001 0002", "open m0 = ok",
		"bind 0a.0002", "rc -EBUSY", "unbind 0a.0002", "rc ok",
	]);
});

test("forms: the guest as it is before the first step", async (t) => {
	const read = [
		"mdev m0 adapters 0a domains 0001 0002", "open m0 = ok",
		"unbind 0a.0002 = ok", "guest m0 -",
	];
	const steps_told = "Queue 0a.0002 is unbound. The guest has no queues.";

	for (const state of [
		"The guest has adapter 0a and domains 0001 and 0002, all bound.",
		"Assume a running guest with an mdev that has adapter 0a and domains 0001 and 0002, " +
			"both bound to vfio_ap.",
		"Guest with an mdev with 0a.0001 and 0a.0002 (all queues are bound).",
	])
		t.strictSame(await steps(`${state}\n${steps_told}\n`),
			["bound 0a.0001 0a.0002", ...read], state);
	for (const state of ["The guest has 0a.0001 and 0a.0002.",
		"Suppose a running guest with 0a.0001 and 0a.0002.",
		"A guest which is running with 0a.0001 and 0a.0002."])
		t.strictSame(await steps(`${state}\n${steps_told}\n`), [
			"bound 0a.0001 0a.0002", ...read.slice(0, 2), "guest m0 0a.0001 0a.0002",
			...read.slice(2),
		], state);
	t.match(await steps("The guest has 0a.0001 and 0a.0002.\n\n" +
		"1. bound: 0a.0001 0a.0002\n2. mdev: 0a.0001\n3. guest started\n" +
		"4. assign domain 0002\n"), ["line 1 is not read"], "as it is in the end");
});

test("forms: what is said of the queues of a step beside it", async (t) => {
	t.strictSame(await steps("1. Assign adapter 0a and domain 0001 to a vfio_ap mdev " +
		"(0a.0001 is bound to vfio_ap)\n2. start a guest with the mdev\n" +
		"3. assign domain 0002 (0a.0002 is not bound yet)\n4. guest_matrix: empty\n")
		.then((list) => list.filter((it) => !it.startsWith("either"))), [
		"bound 0a.0001", "mdev m0", "assign_adapter m0 0xa = ok",
		"assign_domain m0 0x1 = ok",
		"open m0 = ok", "not_bound 0a.0002", "assign_domain m0 0x2 = ok", "guest m0 -",
	]);
	t.strictSame(await steps("The host has adapters 0a, 0b and domain 0001, all bound to " +
		"vfio_ap. The mdev has all adapters and domains. A guest is started. Unbind 0b.0001. " +
		"Adapter 0b is missing because 0b.0001 is not bound.\n"), [
		"bound all", "mdev m0 adapters 0a 0b domains 0001", "open m0 = ok",
		"unbind 0b.0001 = ok", "filtered m0 adapter 0b because 0b.0001",
	]);
	t.strictSame(await steps("mdev1: 0a.0001. mdev2: 0b.0001. All bound. Both guests are " +
		"started.\nUnbind 0a.0001: guest 1 has nothing, guest 2 still has 0b.0001.\n"), [
		"bound all", "mdev m0 adapters 0a domains 0001", "mdev m1 adapters 0b domains 0001",
		"open m0 = ok", "open m1 = ok", "unbind 0a.0001 = ok", "guest m0 -",
		"guest m1 0b.0001",
	]);
	t.strictSame(await steps("- mdev: adapters 0a, 0b, domain 0001; both queues bound; " +
		"guest running.\n- unassign adapter 0b. guest_matrix: 0a.0001\n"), [
		"bound 0a.0001 0b.0001", "mdev m0 adapters 0a 0b domains 0001", "open m0 = ok",
		"unassign_adapter m0 0xb = ok", "guest m0 0a.0001",
	]);
});

test("forms: results below their headings are of what was shown last", async (t) => {
	for (const what of ["guest_matrix", "matrix"])
		t.strictSame((await steps("1. bound: 0a.0001 0a.0002\n2. matrix: 0a.0001\n" +
			"3. start guest\n4. echo 2 > assign_domain\n" +
			`5. cat /sys/devices/vfio_ap/matrix/$UUID/${what}\n\nActual results:\n0a.0001\n\n` +
			"Expected results:\n0a.0001\n0a.0002\n")).slice(-2), [
			`${what.replace("_matrix", "")} m0 0a.0001`,
			`${what.replace("_matrix", "")} m0 0a.0001 0a.0002`,
		], what);
});

test("forms: a column of adapters and one of domains, of different lengths", async (t) => {
	const setup = (...rows: string[]): Promise<string[]> => steps(
		"1. Queues bound to vfio_ap:\n   0a.0001\n   0b.0001\n" +
		`2. ${rows.join("\n   ")}\n3. Guest started:\n   guest_matrix:\n   0a.0001\n`);
	const start = ["open m0 = ok", "guest m0 0a.0001"];
	const told = "Adapters and domains assigned to the mdev:";

	for (const [rows, mdev] of [
		[["0a 0001", "0b"], "adapters 0a 0b domains 0001"],
		[["0a 0001", "0b 0002"], "adapters 0a 0b domains 0001 0002"],
		[["0a 0001", "   0002"], "adapters 0a domains 0001 0002"],
	] as const)
		t.strictSame(await setup(told, ...rows),
			["bound 0a.0001 0b.0001", `mdev m0 ${mdev}`, ...start], rows.join());
	t.strictSame((await read_text(`1. ${told}\n   0a 0001\n   0b 0002\n2. Start the guest.\n` +
		"   The guest has no queues.\n")).slips, []);
	t.strictSame((await steps("1. Queues bound to vfio_ap:\n   0a 0001\n   0b\n" +
		"2. Assign adapter 0a and domain 0001.\n3. Start the guest.\n" +
		"   guest_matrix:\n   0a.0001\n")).slice(0, 3),
		["line 1 is not read", "line 2 is not read", "line 3 is not read"],
		"an adapter alone is no queue");
});

test("forms: how things are before anything is done, and what of another guest is not known", async (t) => {
	const rest = "Adapters 0a and 0b and domains 0001 and 0002 are assigned to the mdev. " +
		"The guest is started.\n";
	const begun = ["mdev m0 adapters 0a 0b domains 0001 0002", "open m0 = ok"];

	for (const told of ["0a.0001 and 0b.0001 are bound to vfio_ap; 0b.0002 is unbound.",
		"0b.0002 is unbound, 0a.0001 and 0b.0001 are bound to vfio_ap.",
		"0a.0001 and 0b.0001 are bound to vfio_ap. 0b.0002 is unbound.",
		"0a.0001 and 0b.0001 are bound to vfio_ap, 0b.0002 is yet to be bound."])
		t.strictSame(await steps(`${told}\n${rest}`), ["bound 0a.0001 0b.0001", ...begun], told);
	t.strictSame((await steps(`0a.0001 and 0b.0001 are bound to vfio_ap.\n${rest}` +
		"0b.0001 is unbound.\n")).at(-1), "unbind 0b.0001 = ok", "that is done");
	t.strictSame((await steps(`0a.0001 and 0b.0001 are bound to vfio_ap.\n${rest}` +
		"Another guest has 0b.0001.\n")).at(-1), "unread \"Another guest has 0b.0001.\"");
	t.strictSame((await steps("0a.0001 and 0b.0001 are bound to vfio_ap.\n" +
		"Adapter 0a and domain 0001 are assigned to the mdev. The guest is started.\n" +
		"Adapter 0b is not passed through.\n")).at(-1), "guest m0 lacks 0b.0001",
		"what is not assigned is not filtered");
});

test("forms: a queue of a default driver is in the host's masks", async (t) => {
	for (const theirs of ["0b.0002 is bound to cex4queue, ", "0b.0002 belongs to the host, "]) {
		const [s] = (await read_text(`${theirs}0a.0001 and 0b.0001 are bound to vfio_ap.\n` +
			"Adapter 0a and domains 0001 and 0002 are assigned to the mdev.\n" +
			"Assign adapter 0b.\n")).scenarios;

		t.strictSame([s!.apmask, s!.aqmask], [[0x0b], [2]], theirs);
	}
});

test("forms: masks that cannot be as they are told are tried", async (t) => {
	const [s] = (await read_text("Queues bound to vfio_ap: 0a.0001, 0a.0002\n" +
		"0a.0003 and 0b.0001 are bound to the zcrypt drivers.\n" +
		"Assign adapters 0a and 0b and domain 0001 to the mdev.\n" +
		"Start the guest.\nguest_matrix: 0a.0001\n")).scenarios;

	t.strictSame([s!.apmask, s!.aqmask], [[], []]);
	t.ok(s!.choices.some((c) => c.what === "masks"), "not dropped without a word");
	t.match(s!.assumptions.join("\n"), /would be theirs/);
});

test("forms: what is whose, with more mdevs or guests than one", async (t) => {
	const bound = "0a.0001, 0a.0002, 0b.0001 and 0b.0002 are bound to vfio_ap.\n";
	const two = `${bound}mdev1 has adapter 0a and domain 0001, mdev2 has adapter 0b and domain 0001.\n`;

	for (const [text, last] of [
		[`${bound}The mdev has adapter 0a and domain 0001. The guest is started.\n` +
			"A second mdev gets adapter 0b and domain 0002. The guest still has 0a.0001.\n",
		"guest m0 0a.0001"],
		[`${bound}The mdev has adapter 0a and domain 0001.\nDomain 0001 is assigned to another ` +
			"mdev.\nAssigning adapter 0a to it fails with -EADDRINUSE.\n",
		"unread \"Assigning adapter 0a to it fails with -EADDRINUSE.\""],
		[`${two}The guest uses mdev2.\nThe guest has 0b.0001.\n`,
			"unread \"The guest has 0b.0001.\""],
		[`${two}Guest 1 uses mdev1, guest 2 uses mdev2.\nBoth guests are started.\n`,
			"open m1 = ok"],
		[`${two}Domain 0002 is assigned to both.\n`,
			"unread \"Domain 0002 is assigned to both.\""],
		[`${two}The guests are started.\n`, "unread \"The guests are started.\""],
	] as const)
		t.equal((await steps(text)).at(-1), last, text);
	t.strictSame((await steps(`${bound}The mdev has adapter 0a and domain 0001.\nA second mdev ` +
		"is created and adapter 0b and domain 0002 are assigned to it.\n" +
		"Unbind 0a.0001.\n")).slice(2),
		["mdev m1 adapters 0b domains 0002", "unbind 0a.0001 = ok"]);
	t.equal((await steps(`${two}Guest 1 uses mdev1, guest 2 uses mdev2.\n` +
		"Both guests are started.\n")).filter((s) => s.startsWith("open")).length, 2);
});

test("forms: what is said of something that is not there is not read", async (t) => {
	const told = "0a.0001, 0a.0002 and 0b.0001 are bound to vfio_ap.\nAdapters 0a and 0b and domains " +
		"0001 and 0002 are assigned to the mdev.\nThe guest is started.\n";

	const fails = "The assignment fails: -EADDRINUSE";

	t.strictSame((await steps(told + fails)).at(-1), `unread ${JSON.stringify(fails)}`);
	t.strictSame((await steps(`${told}0b.0001 is in matrix, but not in guest_matrix.`))
		.slice(-2), ["matrix m0 has 0b.0001", "guest m0 lacks 0b.0001"]);
	t.equal((await read_text(`${told}0b.0001 is bound and assigned, but not in the guest.\n`))
		.scenarios.length, 1, "one queue is no whole state");
	for (const [done, text] of [
		["Adapter 0b is removed from the host.", "Adapter 0b is put back."],
		["The mdev is unplugged from the guest.", "The guest has nothing."]])
		t.strictSame((await steps(`${told}${done}\n${text}\n`)).at(-1),
			`unread ${JSON.stringify(text)}`);
});

test("forms: what stands in front of the first step is unread, if it is not read", async (t) => {
	t.strictSame((await read_text("All queues are bound to vfio_ap and assigned to the mdev of a " +
		"running guest.\n\nUnbind 04.0002. The guest has nothing.\n")).counts.unread, [1]);
	t.equal((await steps(`${STEPS.slice(0, 3).join("\n")}\nThe command hangs until the guest ` +
		"is shut down.\n")).at(-1),
		"unread \"The command hangs until the guest is shut down.\"", "no start does");
});
