// SPDX-License-Identifier: GPL-2.0-only
import { deepStrictEqual } from "node:assert";
import { readFileSync, readdirSync } from "node:fs";
import * as fc from "fast-check";
import { test } from "tap";
import { check_scenario } from "../../../../tools/lib/scenario/check.ts";
import { usage_error } from "../../../../tools/lib/cli/usage_error.ts";
import type { scenario } from "../../../../tools/lib/scenario/model.ts";
import { only_scenario } from "../../../../tools/lib/scenario/only.ts";
import {
	parse_host_text, parse_scenarios, read_notation,
} from "../../../../tools/lib/scenario/parse.ts";
import { print_host, print_scenario, print_step } from "../../../../tools/lib/scenario/print.ts";
import { arbitrary_scenario } from "./arbitrary.ts";

const CORPUS = new URL("../../../scenarios/", import.meta.url);

function message_of(text: string): string {
	try {
		parse_scenarios(text, "f.scn");
		return "no error";
	} catch (error) {
		return error instanceof usage_error ? error.message
			: `not a usage_error: ${String(error)}`;
	}
}

/** fast-check's records have no prototype */
function plain(value: unknown): unknown {
	return JSON.parse(JSON.stringify(value));
}

const errors: [what: string, text: string, message: RegExp][] = [
	["nothing", "", /^f\.scn:1: no scenario in it/],
	["a step first", "bound all",
		/^f\.scn:1: "bound" before any scenario, expected .*scenario NAME/],
	["a scenario that does nothing", "scenario x\nhost adapters 04",
		/^f\.scn:1: scenario x does nothing/],
	["unknown word", "scenario x\nassing_domain m0 4",
		/^f\.scn:2: "assing_domain" is no operation.*assign_domain/],
	["no queue", "scenario x\nbind 04-0047",
		/^f\.scn:2: "04-0047" is no queue, expected 04\.0047/],
	["queue out of range", "scenario x\nbind 04.0100", /^f\.scn:2: "04\.0100" is no queue/],
	["no time", "scenario x\nadvance 30",
		/^f\.scn:2: "30" is no time up to a day, expected 30s/],
	["too long", "scenario x\nadvance 25h", /^f\.scn:2: "25h" is no time up to a day/],
	["no file", "scenario x\nstore poll_timeout 1",
		/^f\.scn:2: "poll_timeout" is no file of sysfs, expected a path that begins with/],
	["no mdev", "scenario x\nopen 04.0004",
		/^f\.scn:2: "04\.0004" is no mdev, expected m and up to 7 digits, as in m0/],
	["an errno with a letter left out", "scenario x\nopen m0 = -EADRINUSE",
		/^f\.scn:2: "-EADRINUSE" is no result, expected -EADDRINUSE$/],
	["an errno without its minus", "scenario x\nopen m0 = EBUSY",
		/^f\.scn:2: "EBUSY" is no result, expected -EBUSY$/],
	["what sysfs calls it", "scenario x\nguset_matrix 04.0004",
		/^f\.scn:2: "guset_matrix" is no operation and no expectation, expected guest$/],
	["what mails call it", "scenario x\nbound_to 04.0004",
		/^f\.scn:2: "bound_to" is .*, expected bound or is_bound$/],
	["a number without its colon", "scenario x\n10 guest m0 -",
		/^f\.scn:2: "10" is no operation.*, expected 10: where it is a step's number$/],
	["one adapter", "scenario x\nmdev m0 adapter 04",
		/^f\.scn:2: "adapter" is no part .* \(did you mean "adapters"\?\)/],
	["one adapter, expected", "scenario x\nguest m0 adapter 04",
		/^f\.scn:2: "adapter" is no queue \(did you mean "adapters"\?\)/],
	["unknown errno", "scenario x\nopen m0 = -EFOO", /^f\.scn:2: "-EFOO" is no result/],
	["no result", "scenario x\nopen m0 =", /^f\.scn:2: the line ends too early/],
	["a word too many", "scenario x\nopen m0 m1 = 0", /^f\.scn:2: "m1" is too much/],
	["open text", "scenario x\nwrite m0 ap_config \"0x0",
		/^f\.scn:2: a text that begins with "/],
	["bad escape", "scenario x\nout \"\\q\"", /^f\.scn:2: "\\q" is no text/],
	["empty list", "scenario x\nguest m0", /^f\.scn:2: a list of queues is empty/],
	["empty ids", "scenario x\nmdev m0 adapters domains 4",
		/^f\.scn:2: a list of ids is empty/],
	["no id", "scenario x\nhost adapters 04 100",
		/^f\.scn:2: "100" is no id, expected hexadecimal ids from 00 to ff/],
	["header late", "scenario x\nscan\nhost adapters 04",
		/^f\.scn:3: "host" after the first step/],
	["label twice", "scenario x\n1: scan\n1: scan", /^f\.scn:3: step 1 is already on line 2/],
	["verdict without steps", "scenario x\nverdict v11 differs\nscan",
		/^f\.scn:2: differs does not say where/],
	["verdict on a missing step", "scenario x\nverdict v11 differs 7\n1: scan",
		/^f\.scn:1: .*step 7.*steps are 1/],
	["verdict unknown", "scenario x\nverdict v11 maybe\nscan",
		/^f\.scn:2: "maybe" is no outcome/],
	["drivers without colon", "scenario x\non v11 scan",
		/^f\.scn:2: "v11" is no list of drivers, expected on v11:/],
	["instruction unknown", "scenario x\nhw 04.0004 nqap 01",
		/^f\.scn:2: "nqap" is no AP instruction/],
	["no code", "scenario x\nhw 04.0004 zapq", /^f\.scn:2: no response codes behind zapq/],
	["memory unknown", "scenario x\nmemory twos\nscan", /^f\.scn:2: "twos" is no filling/],
	["a mask with too many digits", `scenario x\napmask 0x${"f".repeat(65)}\nscan`,
		/^f\.scn:2: "0xf+" is no mask, expected 0x and at most 64 hexadecimal digits/],
	["a mask with a wrong digit", "scenario x\naqmask 0xfg\nscan",
		/^f\.scn:2: "0xfg" is no mask, expected 0x and at most 64/],
	["a register that is too large", "scenario x\npqap m0 0x10000000000000000 0 0",
		/^f\.scn:2: "0x10000000000000000" has more than 64 bits/],
	["a number of letters and digits", "scenario x\n1e300: scan",
		/^f\.scn:2: "1e300:" is no step's number, expected 4:, 4a:/],
	["an mdev with too many digits", "scenario x\nopen m12345678",
		/^f\.scn:2: "m12345678" is no mdev, expected m and up to 7 digits/],
	["allocation number 0", "scenario x\nscan (fail_nth: 0)",
		/^f\.scn:2: "\(fail_nth: 0\)" names no allocation, expected \(fail_nth: 1\)/],
	["an allocation in the middle", "scenario x\nscan (fail_nth: 1) = 0",
		/^f\.scn:2: "\(fail_nth: 1\) = 0" names no allocation/],
	["allocations of an expectation", "scenario x\nwarn 0 (fail_nth: 1)",
		/^f\.scn:2: an expectation allocates nothing/],
];

test("notation: 0 is a register as good as 0x0", async (t) => {
	const [s] = parse_scenarios("scenario x\npqap m0 0x3000404 0 0\n", "f.scn");

	t.match(s!.statements[0]!.body, { op: ["pqap", "m0", "0x3000404", "0x0", "0x0"] });
});

test("notation: a scenario that says withheld is read as one that says filtered", async (t) => {
	const of = (word: string) => "scenario x\nhost adapters 04 domains 0004\n" +
		`mdev m0 adapters 04 domains 0004\n${word} m0 adapter 04\n`;

	t.strictSame(parse_scenarios(of("withheld"), "f.scn"),
		parse_scenarios(of("filtered"), "f.scn"));
});

test("notation: an error names file, line and what is expected", async (t) => {
	for (const [what, text, message] of errors)
		t.match(message_of(text), message, what);
});

test("notation: behind a first line that is wrong all errors are told", async (t) => {
	for (const first of ["scenrio typo", "scenario", "host adapters 04 domains 0004"])
		t.match(read_notation(`${first}\nfrob\nbound all\nguset m0 -\n`, "f").errors,
			[/^f:1: /, /^f:2: "frob" is no/, /^f:4: .*, expected guest$/], first);
	t.match(read_notation("Hello,\nthis is\nno scenario\n", "f").errors.length, 1);
});

test("notation: printing and parsing are inverse", async (t) => {
	fc.assert(fc.property(arbitrary_scenario, (s: scenario) => {
		const back = parse_scenarios(print_scenario(s), "f")[0]!;
		const same = {
			...back, line: 0,
			statements: back.statements.map((st) => ({ ...st, line: 0 })),
		};

		deepStrictEqual(plain(same), plain(s));
	}), { numRuns: 500 });
});

test("notation: any text parses or is refused in one line", async (t) => {
	const words = fc.constantFrom("scenario", "x", "bound", "m0", "04.0004", "1:", "on",
		"v11:", "=",
		"-EBUSY", "guest", "\"", "#", "host", "adapters", "-", "hw", "(fail_nth:", "2)",
			"\n", "unread");
	const texts = fc.array(fc.oneof(words, fc.string({ unit: "binary", maxLength: 5 })),
		{ maxLength: 20 });

	fc.assert(fc.property(texts,
		(list) => !message_of(list.join(" ")).startsWith("not a usage_error")),
		{ numRuns: 2000 });
});

test("notation: steps without a number are called by the one before", async (t) => {
	const [a] = parse_scenarios("scenario x\nscan\n4: scan\nwarn 0\nwarn 1\n5': scan", "f");
	const [b] = parse_scenarios("scenario x\nscan\nscan", "f");

	t.strictSame(a!.statements.map((s) => s.n), ["0.1", "4", "4.1", "4.2", "5'"]);
	t.strictSame(b!.statements.map((s) => s.n), ["1", "2"]);
});

test("notation: ids as people write them", async (t) => {
	const [s] = parse_scenarios(
		"scenario x\nbound 4.47 0x04.0x54\nassign_domain m0 0x54 = 4", "f");

	t.strictSame(s!.statements.map(print_step),
		["bound 04.0047 04.0054", "assign_domain m0 0x54 = 4"]);
	t.equal(print_host(parse_host_text("domains 47 4 adapters 0x5 4")),
		"adapters 04 05 domains 0004 0047");
	t.throws(() => parse_host_text("adaptors 04"), usage_error);
});

test("corpus: a file holds one scenario, of its name, with source and two sentences at most",
		async (t) => {
	const files = readdirSync(CORPUS).filter((f) => f.endsWith(".scn"));

	t.ok(files.length > 50, "there is a corpus");
	for (const file of files) {
		const list = parse_scenarios(readFileSync(new URL(file, CORPUS), "utf8"), file);
		const [s] = list;

		t.equal(list.length, 1, file);
		t.equal(`${s!.name}.scn`, file);
		t.match(s!.source, /<.+@.+>|^commit [0-9a-f]{40}/, `${file}: source`);
		t.ok(s!.about.length >= 1 && s!.about.length <= 2, `${file}: about`);
	}
});

test("corpus: the README names every file", async (t) => {
	const readme = readFileSync(new URL("README.md", CORPUS), "utf8");
	const named = [...readme.matchAll(/\*\*(-?[a-z0-9-]+)\*\*/g)].map((m) => m[1]!);

	for (const file of readdirSync(CORPUS).filter((f) => f.endsWith(".scn"))) {
		const name = file.replace(/\.scn$/, "");

		t.ok(named.some((n) => n.startsWith("-") ? name.endsWith(n) : n === name), name);
	}
});

test("notation: what a header says twice, or what cannot be, is refused", async (t) => {
	const host = "host adapters 04 05 domains 0004";

	for (const [lines, at, said] of [
		[[host, host], 3, /host is on line 2 already/],
		[["verdict v11,v12 holds", "verdict v12 differs 2"], 3,
			/the verdict of v12 is on line 2 already/],
		[["memory ones", host, "memory zero"], 4, /memory is on line 2 already/],
		[[`${host} max 04 ff`], 2, /adapter 05 is above max 04/],
		[[`${host} control 0009 max ff 05`], 2, /domain 0009 is above max 0005/],
	] as const) {
		const { errors: wrong } =
			read_notation(`scenario a\n${lines.join("\n")}\nbound all\n`, "f");

		t.equal(wrong.length, 1);
		t.match(wrong[0], said);
		t.match(wrong[0], `f:${at}: `);
	}
});

test("notation: what may be assigned at first is of an mdev of the set-up", async (t) => {
	const head = "scenario s\nhost adapters 04 domains 0004\neither assigned adapter 04\n";
	const wrong = (set_up: string) =>
		check_scenario(parse_scenarios(`${head}bound all\n${set_up}`, "f")[0]!);

	t.match(wrong("create m0\n1: unassign_adapter m0 4\n"),
		["f:1: either assigned adapter 04 is of no mdev, " +
			"expected a line with it such as: mdev m0 adapters 04"]);
	t.same(wrong("mdev m0 adapters 04 domains 0004\n"), []);
});

test("notation: a scenario whose name is wrong is one fault, not one for each line", async (t) => {
	const { scenarios, errors: wrong } = read_notation("scenario a\u202eb\n" +
		"host adapters 04 domains 0004\nbound all\nscenario c\nbound all\n", "f");

	t.equal(wrong.length, 1);
	t.same(scenarios.map(({ name }) => name), ["c"]);
});

test("notation: a machine that nobody can know is none", async (t) => {
	const head = "scenario s\nhost adapters 04 domains 0004\nbound all\n";
	const of = (text: string) => only_scenario(parse_scenarios(text, "f"), "f");

	t.equal(of(head).name, "s");
	t.throws(() => of(`${head}unread "shake the box"\n`),
		{ message: /^f:4: "shake the box" was not read, expected / });
	t.throws(() => of(`${head}\n${head.replace(" s", " r")}`),
		{ message: "f: 2 scenarios, expected one" });
});
