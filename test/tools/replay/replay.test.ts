// SPDX-License-Identifier: GPL-2.0-only
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type Test } from "tap";
import { laboratory } from "../../../tools/lib/lab/lab.ts";
import { main as import_main } from "../../../tools/import/main.ts";
import { json_line } from "../../../tools/replay/json.ts";
import { ktap_text } from "../../../tools/replay/ktap.ts";
import { main } from "../../../tools/replay/main.ts";
import { pick_drivers, play as play_scenario, type report } from "../../../tools/lib/play/play.ts";
import { outcome_table, scenario_text } from "../../../tools/replay/text.ts";
import { parse_scenarios } from "../../../tools/lib/scenario/parse.ts";
import { output_of } from "../output_of.ts";
import { every_level, parse_ktap } from "./ktap_grammar.ts";

const SET_UP = `host adapters 0a 0b domains 0001 0002
1: bound 0a.0001 0a.0002 0b.0001
2: mdev m0 adapters 0a 0b domains 0001 0002
3: open m0 = 0
`;
const [newest] = await pick_drivers("v6.12");

function play(body: string, header = ""): report {
	const [s] = parse_scenarios(`scenario x\n${header}${SET_UP}${body}`, "x.scn");

	return play_scenario(s!, newest!.label);
}

function verdicts(r: report): string[] {
	return r.steps.slice(3).map((st) => `${st.s.n} ${st.verdict}`);
}

function in_folder(t: Test, files: Record<string, string>): string {
	const folder = mkdtempSync(join(tmpdir(), "vfio-ap-"));

	t.teardown(() => rmSync(folder, { recursive: true }));
	for (const [name, text] of Object.entries(files))
		writeFileSync(join(folder, name), text);
	return folder;
}

const cases: [what: string, body: string, outcome: string[]][] = [
	["an adapter with a hole",
		"4: guest m0 0a.0001 0a.0002\n5: filtered m0 adapter 0b because 0b.0002",
		["4 holds", "5 holds"]],
	["what is not so", "4: guest m0 -\n5: filtered m0 adapter 0a\n6: filtered m0 domain 0001",
		["4 differs", "5 differs", "6 differs"]],
	["a reason that is none", "4: filtered m0 adapter 0b because 0b.0001", ["4 differs"]],
	["forms of masks",
		"4: guest m0 has 0a.0001\nguest m0 lacks 0b.0001\nguest m0 not 0a.0001\n" +
		"guest m0 adapters 0a domains 0001 0002 control -\nguest m0 adapters 0a 0b\nguest m0 has 0b.0001",
	["4 holds", "4.1 holds", "4.2 holds", "4.3 holds", "4.4 differs", "4.5 differs"]],
	["shadow, CRYCB and matrix",
		"4: apcb m0 0a.0001 0a.0002\n5: matrix m0 0a.0001 0a.0002 0b.0001 0b.0002\n" +
		"6: linked m0 0a.0001 0a.0002 0b.0001", ["4 holds", "5 holds", "6 holds"]],
	["results",
		"4: assign_adapter m0 0x0c = 4\n5: assign_adapter m0 300 = -ENODEV\n6: assign_adapter m0 x = error\n" +
		"7: assign_adapter m0 0x0d = 3\n8: bind 0b.0002\n9: rc 0\nrc ok\nrc error",
	["4 holds", "5 holds", "6 holds", "7 differs", "8 ran", "9 holds", "9.1 holds",
		"9.2 differs"]],
	["what is bound",
		"4: is_bound 0a.0001\n5: not_bound 0b.0002\n6: all_bound m0\n7: bind 0b.0002\n8: all_bound m0",
		["4 holds", "5 holds", "6 differs", "7 ran", "8 holds"]],
	["counts begin anew behind a block of expectations",
		"4: updates m0 1\n5: bind 0b.0002\n6: unbind 0a.0001\n" +
		"7: updates m0 2\nzapq 0a.0001 0a.0002\n8: updates m0 2\n9: reset m0\n10: updates m0 0\nunchanged m0",
	["4 holds", "5 ran", "6 ran", "7 holds", "7.1 holds", "8 holds", "9 ran", "10 holds",
		"10.1 holds"]],
	["unchanged", "4: warn 0\n5: bind 0b.0002\n6: unchanged m0",
		["4 holds", "5 ran", "6 differs"]],
	["unchanged by the last operation, if nothing was expected before",
		"4: bind 0b.0002\n5: assign_domain m0 3\n6: unchanged m0\n7: unchanged m0 2",
		["4 ran", "5 ran", "6 holds", "7 differs"]],
	["an attribute's text",
		"4: read m0 guest_matrix\n5: out \"0a.0001\\n0a.0002\\n\"\n6: status 0a.0001 \"in use\"\n" +
		"7: status 0b.0001 assigned\n8: status 0b.0002 x",
			["4 ran", "5 holds", "6 holds", "7 holds", "8 differs"]],
	["locks", "4: assign_domain m0 3\n5: locks a+ ... km0+ ... a-\n6: locks g+ ...",
		["4 ran", "5 holds", "6 differs"]],
	["interrupts",
		"4: pqap m0 0x3000a01 0x800000000003 0x1000\n5: pins m0 1\ngisc m0 1\naqic 0a.0001\n" +
		"6: unmap m0 0x1000 0x1000\n7: pins m0 0\ngisc m0 0",
		["4 ran", "5 holds", "5.1 holds", "5.2 holds",
		"6 ran", "7 holds", "7.1 holds"]],
	["a request for the device", "4: destroy m0 = 0\n5: eventfd m0 req 1\neventfd m0 cfg 0",
		["4 holds", "5 holds",
		"5.1 holds"]],
	["lines of the kernel log",
		"4: create m1 = 0\nassign_adapter m1 0xa = 3\nassign_domain m1 1 = -EADDRINUSE\n" +
		"5: log \"already assigned to m0\"\n6: assign_domain m1 3 = 1\n7: log \"already assigned to m0\"",
	["4 holds", "4.1 holds", "4.2 holds", "5 holds", "6 holds", "7 differs"]],
	["a line that was not read", "4: unread \"frobnicate\"", ["4 open"]],
	["lines for other drivers are not played",
		"4: on v11: guest m0 -\n5: on v11,v6.12: guest m0 lacks 0b.0001",
		["5 holds"]],
];

test("play: expectations and their verdicts", async (t) => {
	for (const [what, body, outcome] of cases)
		t.strictSame(verdicts(play(body)), outcome, what);
});

test("play: the outcome is compared with the verdict line", async (t) => {
	const body = "4: guest m0 -\n5: guest m0 lacks 0b.0001";

	t.equal(play(body).as_recorded, false, "no verdict line: everything is to hold");
	t.equal(play(body, "verdict v6.12 differs 4\n").as_recorded, true);
	t.equal(play(body, "verdict v6.12 differs 4 5\n").as_recorded, false, "5 holds after all");
	t.equal(play(body, "verdict v6.12 holds\n").as_recorded, false);
	t.equal(play("4: on v6.12: guest m0 -", "verdict v6.12 holds\n").as_recorded, false,
		"a record is to hold in any case");
	t.equal(play("4: unread x").open, true, "what is not read is no success");
});

test("play: a failed allocation", async (t) => {
	const [s] = parse_scenarios(
		"scenario x\nhost adapters 0a domains 0001\ncreate m0 = -ENOMEM (fail_nth: 1)\n" +
		"create m0 = 0", "x.scn");
	const r = play_scenario(s!, newest!.label);

	t.strictSame(r.steps.map((st) => st.verdict), ["holds", "holds"]);
});

test("play: a machine is left as it was found", async (t) => {
	for (let i = 0; i < 3; i++)
		t.ok(play("4: guest m0 0a.0001 0a.0002").as_recorded);
});

test("drivers: by label, all, those of the default, or an error that lists them", async (t) => {
	t.strictSame((await pick_drivers(undefined)).map((d) => d.label),
		["v11", "v12", "v13", "v6.0", "v6.12"]);
	t.strictSame(await pick_drivers("all"), laboratory.drivers());
	t.strictSame((await pick_drivers("v11,v6.12-masks,v11")).map((d) => d.label),
		["v11", "v6.12-masks"]);
	await t.rejects(pick_drivers("v6.12,v1l"),
		{ name: "usage_error",
			message: /^unknown driver 'v1l' \(did you mean "v11"\?\), expected one of .*v11, v12, .*v6\.12-masks, v7\.3-fixes$/ });
});

test("text: a table of steps, and what differs below it", async (t) => {
	const r = play("4: guest m0 0a.0001 0b.0001 0b.0002\n5: unread \"fro\\u001b[31mb\"");
	const text = scenario_text(r.scenario, [r], ["lines 3-9"]);

	t.match(text,
		/^ {2}4 {5}guest 0a\.0001 0b\.0001 0b\.0002\n {8}differs: lacks 0b x 0001 0002 and has 0a\.0002 as well$/m);
	t.match(text, /^ {2}v6\.12: 1 holds, 2 ran, 1 differs \(4\), 1 open \(5\)$/m);
	t.match(text, /^ {2}5 {5}.* open: this line was not read$/m);
	t.match(text,
		/expected +actual\n +0001 0002 +0001 0002\n +0a +x +\. +0a +x +x\n +0b +x +x +0b +\. +\./);
	t.notMatch(text, "\u001b", "nothing of it steers a terminal");
	t.match(outcome_table([[r]]),
		/x +differs 1\n\n.*1 scenario, 1 outcome: 1 differs from what is claimed/);
	t.match(outcome_table([[play("4: guest m0 -", "verdict v6.12 holds\n")]]),
		/x +differs 1 !\n/);
});

test("ktap: to the letter, a difference that is recorded is an XFAIL", async (t) => {
	const differs = play("4: guest m0 -\n5: out \"#1\"\n6: unread x",
		"verdict v6.12 differs 4\n");
	const [test1, test2] =
		parse_ktap(ktap_text([[differs], [play("4: guest m0 0a.0001 0a.0002")]]));
	const steps = test1!.subtests[0]!.subtests;

	t.strictSame([test1!.ok, test1!.description, test2!.ok], [false, "x", true]);
	t.equal(test1!.subtests[0]!.description, "v6.12");
	t.strictSame(steps.map((s) => [s.ok, s.directive?.split(" ")[0] ?? null]),
		[[true, null], [true, null], [true, null], [true, "XFAIL"], [false, null],
			[true, "SKIP"]]);
	t.equal(steps[4]!.description, "5: out \"\\x231\"", "no hash in a description");
});

test("json: one object a line, of the documented shape", async (t) => {
	const r = play("4: guest m0 0a.0001 0a.0002\n5: guest m0 -", "source <1@example.org>\n");
	const line = json_line(r);
	const it = JSON.parse(line);

	t.match(line, /^[^\n]*\n$/);
	t.match(it, {
		scenario: "x", source: "<1@example.org>", driver: "v6.12", holds: 2, differs: 1,
		ran: 2, open: 0, depends: 0, unread: 0,
	});
	t.match(it.steps[2], {
		n: "3", kind: "op", op: ["open", "m0"], rc: 0, expected: ["0"], verdict: "holds",
	});
	t.match(it.steps[3], { n: "4", line: 7, kind: "expect", guest: ["0a.0001", "0a.0002"],
		apcb: ["0a.0001", "0a.0002"], expected: ["0a.0001", "0a.0002"], verdict: "holds" });
	t.match(it.steps[4], {
		expected: [], op: null, rc: null, verdict: "differs",
		why: /^actual: 0a\.0001 0a\.0002; /,
	});
	t.strictSame(Object.keys(it),
		["scenario", "source", "driver", "steps", "holds", "differs", "ran", "open",
		"depends", "unread"]);
	for (const step of it.steps)
		t.strictSame(Object.keys(step),
			["n", "line", "text", "kind", "op", "rc", "out", "mdev", "guest", "apcb",
			"matrix", "masks", "bound", "expected", "verdict", "why"]);
});

test("command: the corpus comes out on v6.0 as its files say, a line for each step", async (t) => {
	const { code, out } = await output_of(t,
		() => main(["--driver", "v6.0", "--format", "ktap"]));
	const failed = every_level(parse_ktap(out)).filter((r) => !r.ok && r.subtests.length === 0);

	t.strictSame(failed.map((r) => r.description), []);
	t.equal(code, 0);
});

test("command: without a file the corpus, as its files say; the first table is of what is under review",
		async (t) => {
	const { code, out } = await output_of(t, () => main([]));
	const [table] = out.split(/^\d+ scenarios, /m, 1);

	t.strictSame(out.split("\n").filter((line) => /\w !/.test(line)), [], "!: not as recorded");
	t.equal(code, 0);
	t.match(out, /^Under review: migration-v4, .*\n<\d+\S+>\n/);
	t.match(table, /^scenario +migration-v4$/m);
	t.match(table, /^M12-two-readers +holds$/m);
});

test("command: the corpus on drivers that few of its scenarios are for", async (t) => {
	t.capture(process.stderr, "write");
	for (const label of ["rfc2017", "v7.3-fixes", "migration-v4"]) {
		const { code, out } = await output_of(t, () => main(["--driver", label]));

		t.equal(code, 0, label);
		t.match(out, new RegExp(`^scenario +${label}$`, "m"), label);
		t.match(out, / every outcome is the one its scenario gives\n/, label);
		t.notMatch(out, /Under review:/, label);
	}
});

test("command: of the corpus, what is not for a driver is left out, with a word", async (t) => {
	const told = t.capture(process.stderr, "write");
	const { code } = await output_of(t,
		() => main(["--driver", "v6.12", "--format", "ktap"]));

	t.equal(code, 0);
	t.match(told.args().flat().join(""),
		/skipped on v6\.12: \d+ scenarios that need devices that can be migrated/);
});

test("command: a replay of which all was skipped says so, and ends with 4", async (t) => {
	const told = t.capture(process.stderr, "write");
	const folder = in_folder(t, { "a.scn": "scenario x\nhost adapters 0a domains 0001\n" +
		"mdev m0 adapters 0a domains 0001\nmigrate m0 STOP_COPY\n" });

	for (const format of ["text", "ktap", "json", "html"])
		t.equal((await output_of(t, () => main([folder, "--driver", "v6.12", "--format",
			format]))).code, 4, format);
	t.match(told.args().flat()[0], "vfio-ap: skipped on v6.12: 1 scenario that needs devices");
});

test("command: what is open is not as the file's verdict says", async (t) => {
	const text = (verdict: string): string => `scenario x\nverdict v6.12 ${verdict}\n` +
		"host adapters 0a domains 0001\nmdev m0 adapters 0a domains 0001\n" +
		'1: open m0 = 0\n2: unread "x"\n3: guest m0 0a.0001\n';

	for (const verdict of ["holds", "differs 3", "differs 2 3"]) {
		const folder = in_folder(t, { "a.scn": text(verdict) });
		const { code, out } = await output_of(t, () => main([folder, "--driver", "v6.12"]));

		t.equal(code, 3, verdict);
		t.match(out, `2 open (2 3); the scenario's verdict says ${verdict}`);
	}
});

test("command: mails, exit codes and errors", async (t) => {
	const folder = in_folder(t, {
		"a.txt": "1. Queues bound to vfio_ap:\n0a.0001\n2. APQNs assigned to matrix_mdev:\n0a.0001\n3. shadow_apcb:\n0a.0001\n",
		"b.txt": "nothing to see\n", "c.scn": "scenario x\nguest m0\n",
	});
	const holds = await output_of(t, () => main([join(folder, "a.txt"), "--driver", "v6.12"]));

	t.equal(holds.code, 0);
	t.match(holds.out,
		"lines    1-6: 4 set-up and operations, 2 expectations, 0 prose, 0 not read");
	await t.rejects(main([join(folder, "a.txt"), "--host", "adapters 0b domains 0001"]),
		/a\.txt:1: the host given by --host has no queue 0a\.0001, .*; \S+ is left out/);
	t.equal((await output_of(t, () => main([join(folder, "a.txt"), "--driver", "v6.12",
		"--host", "adapters 0a 0b domains 0001"]))).code, 0);
	await t.rejects(main([join(folder, "b.txt")]),
		/b\.txt: no scenario found\n.*scenarios\.md\n.*replay test\/mails\/adapter-with-a-hole/);
	await t.rejects(main([join(folder, "c.scn")]), /c\.scn:2: a list of queues is empty/);
	await t.rejects(main([join(folder, "a.txt"), "--format", "xml"]),
		/--format xml: no such format/);
	await t.rejects(main([join(folder, "none.txt")]), { code: "ENOENT" });
});

test("command: import prints the notation, and a scenario as a mail", async (t) => {
	const folder = in_folder(t,
		{ "a.txt": "> 1. No queues bound to vfio_ap\n> 2. Frob\n> 3. Guest started\n> 4. shadow_apcb:\n> <empty>\n" });
	const file = join(folder, "a.txt");
	const notation = await output_of(t, () => import_main([file]));

	t.equal(notation.code, 3, "a line was not read");
	t.match(notation.out,
		/^# lines 1: set-up\n# lines 3: operations\n# lines 4-5: expectations\n# lines 2: NOT READ\n/);
	t.match(notation.out, "2: unread Frob  # line 2: Frob\n");
	const scenario = join(folder, "b.scn");
	writeFileSync(scenario,
		"scenario x\nhost adapters 0a domains 0001\nbound 0a.0001\nmdev m0 adapters 0a domains 0001\n" +
		"open m0 = 0\nguest m0 0a.0001\n");
	const mail = await output_of(t, () => import_main(["--as-mail", scenario]));
	t.equal(mail.out,
		"Scenario x, 5 lines:\nhost adapters 0a domains 0001\n- Queues bound to vfio_ap: 0a.0001\n" +
		"- mdev m0 adapters 0a domains 0001\n- open m0 = 0\n- The guest has 0a.0001.\nEnd of x, 5 lines.\n");
});
