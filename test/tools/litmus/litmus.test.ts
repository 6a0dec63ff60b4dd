// SPDX-License-Identifier: GPL-2.0-only
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "tap";
import { ported, type driver } from "../../../drivers/s390/crypto/history/index.ts";
import { load_driver } from "../../../tools/lib/lab/loader.ts";
import { read_mail } from "../../../tools/lib/mail/read.ts";
import { pick_drivers, play } from "../../../tools/lib/play/play.ts";
import { print_step } from "../../../tools/lib/scenario/print.ts";
import { explore, judge, sample, state_text } from "../../../tools/litmus/explore.ts";
import { litmus_page } from "../../../tools/litmus/html.ts";
import { main } from "../../../tools/litmus/main.ts";
import type { litmus } from "../../../tools/litmus/model.ts";
import { parse_litmus } from "../../../tools/litmus/parse.ts";
import { happening_text, run_schedule } from "../../../tools/litmus/run.ts";

await Promise.all(ported.map(load_driver));

const CORPUS = fileURLToPath(new URL("../../scenarios/litmus/", import.meta.url));

const TEST = `litmus x
host adapters 04 domains 0004
mdev m0 adapters 04 domains 0004
actor a
  bind 04.0004
actor b
  guest_aqic m0 04.0004 off # a remark
depth 1
on v11,v12: result never end=deadlock a.1~EB
`;

test("parse_litmus: the parts of a test", async (t) => {
	const [lit] = parse_litmus(TEST, "x.lit");

	t.match(lit, {
		name: "x", depth: 1, setup: { host: { apm: [4], aqm: [4] } },
		actors: [
			{ name: "a", ops: [{
				line: 5, text: "bind 04.0004", op: ["bind", "04.0004"],
			}] },
			{ name: "b", ops: [{
				text: "guest_aqic m0 04.0004 off",
				op: ["guest_aqic", "m0", "04.0004", 0, null],
			}] },
		],
		claims: [{
			line: 9, how: "never", drivers: ["v11", "v12"],
			all: [
				{ key: "end", contains: false, value: "deadlock" },
				{ key: "a.1", contains: true, value: "EB" },
			],
		}],
	});
});

test("parse_litmus: what is wrong, where, and what is expected", async (t) => {
	const wrong: [string, string, RegExp][] = [
		["end=deadlock", "deadlock",
			/^x\.lit:9: "deadlock" says nothing of a final state, expected/],
		["never", "rarely", /^x\.lit:9: "rarely" is no frequency, expected/],
		["actor b", "actor B", /^x\.lit:6: "B" cannot be an actor/],
		["bind 04.0004", "bind 04.000g", /^x\.lit:5: "04\.000g" is no queue/],
		["bind 04.0004", "grab 04.0004", /^x\.lit:5: "grab" is no operation/],
		["off", "3 2000", /^x\.lit:7: "2000" is no address/],
		["depth 1", "depth", /^x\.lit:8: the line ends too early/],
		["actor b\n  guest_aqic m0 04.0004 off # a remark\n", "",
			/^x\.lit:1: x needs two actors/],
		["on v11,v12: result never end=deadlock a.1~EB\n", "",
			/^x\.lit:1: x claims nothing/],
		["host adapters 04", "host adapters 4x", /^x\.lit:2: /],
		["litmus x", "mdev m0", /^x\.lit:1: "mdev" before any test/],
		["a.1~EB", "a.2~EB",
			/^x\.lit:\d+: "a\.2" is no key of a final state \(did you mean "a\.1"\?\)/],
		["a.1~EB", "guest.m1=-", /^x\.lit:\d+: "guest\.m1" is no key/],
		["end=deadlock", "end=dead",
			/^x\.lit:\d+: "dead" is no value of end, expected one of ok/],
		["on v11,v12:", "on v11,v99:", /^x\.lit:\d+: there is no driver "v99"/],
		["on v11,v12:", "not", /^x\.lit:\d+: not what\?, expected not on v5\.9:/],
	];

	for (const [from, to, message] of wrong)
		t.throws(() => parse_litmus(TEST.replace(from, to), "x.lit"), { message }, to);
	t.throws(() => parse_litmus("\n", "x.lit"), /x\.lit:1: no test in it/);
});

/* A deep test has too many schedules for each: those that a claim names, and the newest. */
function drivers_for({ depth, claims }: litmus): readonly driver[] {
	const named = claims.flatMap((claim) => claim.drivers ?? []);

	return depth <= 2 ? ported
		: ported.filter((d) => named.includes(d.label) || d === ported.at(-1));
}

for (const name of readdirSync(CORPUS)) {
	const tests = parse_litmus(readFileSync(`${CORPUS}${name}`, "utf8"), name);

	for (const lit of tests) {
		test(`${lit.name}: every claim, on every driver`, async (t) => {
			for (const { label } of drivers_for(lit)) {
				const found = explore(lit, label);

				t.notOk(found.truncated);
				for (const { claim, count, verdict } of judge(lit, found))
					t.equal(verdict, "holds",
						`${label}, line ${claim.line}: ${claim.how}: ${count} of ${found.schedules}`);
			}
		});
	}
}

test("a schedule that is run again comes to the same", async (t) => {
	const [lit] = parse_litmus(readFileSync(`${CORPUS}masks-against-assign.lit`, "utf8"),
		"m.lit");

	for (const { state, choices } of explore(lit, "v11").states) {
		const again = run_schedule(lit, "v11", choices);

		t.ok([...state].every(([key, value]) => (again.state.get(key) ?? "-") === value),
			state_text(state));
	}
});

test("the witness of the deadlock of October 2020", async (t) => {
	const [lit] = parse_litmus(readFileSync(`${CORPUS}masks-against-assign.lit`, "utf8"),
		"m.lit");
	const deadlock =
		explore(lit, "v11").states.find(({ state }) => state.get("end") === "deadlock")!;

	t.same(deadlock.witness.map(happening_text), [
		"masks: apmask_store +4 ...",
		"  at ap_perms_mutex+: assign: assign_adapter m0 4 would block on ap_perms_mutex",
		"masks waits for matrix_dev->lock, which the other holds",
	]);
});

test("operations on what is not there are answered, not crashed by", async (t) => {
	const [lit] = parse_litmus(TEST.replace("mdev m0", "create m1\nmdev m0")
		.replace("bind 04.0004",
			"guest_tapq m9 04.0004\n  open m9\n  guest_dqap m1 04.0004\n  service 1"),
	"x.lit");
	const [{ state }] = explore({ ...lit, claims: [{
		...lit.claims[0], all: ["a.1", "a.2", "a.3", "a.4", "b.1"]
			.map((key) => ({ key, contains: false, value: "" })),
	}] }, "v6.12").states;

	t.same([...state.values()], ["ok", "-ENODEV", "-ENODEV", "-ENODEV", "ok", "-ENODEV"]);
});

test("depth 0: no operation runs in the middle of another", async (t) => {
	const [lit] = parse_litmus(readFileSync(`${CORPUS}status-read-during-probe.lit`, "utf8"),
		"s.lit");
	const found = explore({ ...lit, depth: 0 }, "v6.0");

	t.equal(found.schedules, 2);
	t.ok(found.states.every(({ state }) => state.get("end") === "ok"));
});

test("sample: random schedules find no state that there is not, the same for a seed", async (t) => {
	const [lit] = parse_litmus(readFileSync(`${CORPUS}masks-against-assign.lit`, "utf8"),
		"m.lit");
	const all = new Set(explore(lit, "v12").states.map(({ state }) => state_text(state)));
	const some = sample(lit, "v12", 60, 7);

	t.ok(some.states.every(({ state }) => all.has(state_text(state))));
	t.ok(some.states.length > 1);
	t.same(sample(lit, "v12", 60, 7), some);
});

let code = -1;

/* What the command writes to standard output; its exit code is in @code. */
async function output(argv: string[]): Promise<string> {
	const { write } = process.stdout;
	let text = "";

	process.stdout.write = ((part: string) => {
		text += part;
		return true;
	}) as typeof process.stdout.write;
	try {
		code = await main(argv);
	} finally {
		process.stdout.write = write;
	}
	return text;
}

test("Documentation/litmus.md: the test and the output it shows are these", async (t) => {
	const doc = readFileSync(new URL("../../../Documentation/litmus.md", import.meta.url),
		"utf8");
	const [, source, , shown] = doc.split(/^```$/m);
	const corpus = readFileSync(`${CORPUS}masks-against-assign.lit`, "utf8").split("\n");
	const printed = await output([`${CORPUS}masks-against-assign.lit`, "--driver", "v11"]);

	t.same(source.trim().split("\n").filter((line) => line !== "" &&
		!corpus.includes(line)), []);
	t.match(shown, /^\n\$ \.\/tools\/vfio-ap litmus/);
	t.same(shown.trim().split("\n").slice(1)
		.filter((line) => !printed.split("\n").includes(line)), []);
});

test("main: exit codes", async (t) => {
	await output([`${CORPUS}status-read-during-probe.lit`, "--driver", "v6.0,v6.12"]);
	t.equal(code, 0);
	const some = await output(
		[`${CORPUS}masks-against-assign.lit`, "--driver", "v6.12", "--runs", "1"]);

	t.match(some, /: 1 schedule, more not run\n/);
	t.match(some, /^  open    line \d+: never .* \(0 of 1\)$/m, "another schedule may do it");
	t.equal(code, 3);
	await t.rejects(main(["--format", "xml"]), /one of text, json/);
	await t.rejects(main(["--runs", "x"]), /--runs x: expected a number/);
	await t.rejects(main(["--driver", "v99"]), /unknown driver 'v99'/);
	const lines = (await output([CORPUS, "--driver", "v12", "--format", "json"])).trim()
		.split("\n");

	t.ok(lines.length > readdirSync(CORPUS).length);
	t.ok(lines.every((line) =>
		JSON.parse(line).claims.every((c: { verdict: string }) => c.verdict === "holds")));
});

test("what is printed is read back: a schedule that is a sequence is a scenario that holds, another is known as none", async (t) => {
	await pick_drivers("v12");
	const printed = await output(["--driver", "v12"]);
	const list = await read_mail(Buffer.from(printed.replace(/^/gm, "> ")), "m", null);
	const scenarios = list.flatMap((r) => r.scenarios);
	const outcomes = scenarios.map((s) => play(s, "v12").steps);
	const states = printed.match(/^ +\d+ {2}end=/gm)!.length;

	t.equal(list.length, printed.match(/ schedules\b/g)!.length);
	t.strictSame(outcomes.flat().filter((st) => st.verdict === "differs")
		.map((st) => st.expected), []);
	t.strictSame(list.flatMap((r) => r.counts.unread), [], "all of it");
	t.ok(outcomes.every(
		(steps) => steps.every((st) => st.verdict === "holds" || st.verdict === "ran")));
	t.ok(scenarios.length > 0 && scenarios.length < states, `${scenarios.length} of ${states}`);
	t.ok(list.some((r) => r.counts.actor.length > 0));
	for (const r of list)
		t.ok(r.scenarios.length > 0 || r.counts.actor.length > 0, `line ${r.first}`);
});

test("each operation of litmus tests is one of the notation, or not read", async (t) => {
	const lines = ["service 5", "reset_time 50", "wait 10 -> ok", "guest_tapq m0 04.0004 -> 0a",
		"guest_aqic m0 04.0004 off -> 00", "guest_aqic m0 04.0004 3 0x2000 -> -ENODEV",
		"adapter 04 checkstopped -> ok", "read 04.0004 status -> in use",
		"read m0 guest_matrix -> 04.0004", "guest_dqap m0 04.0004 -> 00"];
	const printed =
		"a-test on v12: 1 schedule\n  host adapters 04 domains 0004\n  bound all\n" +
		"  mdev m0 adapters 04 domains 0004\n  open m0\n" +
		lines.slice(0, 2).map((line) => `  ${line}\n`).join("") + "      1  end=ok\n" +
		lines.slice(2).map((line) => `           guest: ${line}\n`).join("") +
		"  open    line 15: never end=deadlock (0 of 1)\n";
	const [found] = await read_mail(Buffer.from(printed), "m", null);
	const steps = found!.scenarios[0]!.statements.map(print_step);

	t.strictSame(steps.slice(3), ["service_time 5ms", "reset_time 50ms", "advance 10ms = ok",
		"run m0 tapq 04.0004 = 10", "run m0 aqic-off 04.0004 = 0",
		"run m0 aqic-on 04.0004 3 0x2000 = -ENODEV", "checkstop 04 = ok",
		'status 04.0004 "in use"', "guest m0 04.0004",
		'unread "guest: guest_dqap m0 04.0004 -> 00"']);
});

test("the page has each state, its schedules by driver, and the claims", async (t) => {
	const text = readFileSync(`${CORPUS}masks-against-assign.lit`, "utf8")
		.replace("about An", "about <script>alert(1)</script> An");
	const [lit] = parse_litmus(text, "m.lit");
	const results = ["v11", "v12"].map((label) => {
		const found = explore(lit, label);

		return { test: lit, found, judgements: judge(lit, found) };
	});
	const page = await litmus_page(results);

	for (const { found } of results)
		for (const { state, count } of found.states) {
			t.ok(page.includes(`<code>${state_text(state)}</code>`), state_text(state));
			t.ok(page.includes(`<td class="mark">${count}</td>`),
				`${count} on ${found.driver}`);
		}
	t.match(page, /at ap_perms_mutex\+<\/small><br><code>assign_adapter m0 4 would block/);
	t.match(page, /<code>end=deadlock<\/code><\/th><td class="mark holds"/);
	t.notMatch(page, /<script>alert/);
});
