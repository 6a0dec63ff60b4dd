// SPDX-License-Identifier: GPL-2.0-only
/* Forms in which the same is written: marks of steps, headings, labels, results behind a step. */
import { test } from "tap";
import { steps } from "./steps_of.ts";

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
