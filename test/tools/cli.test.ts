// SPDX-License-Identifier: GPL-2.0-only
import { spawnSync } from "node:child_process";
import { mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { test } from "tap";
import type { command } from "../../tools/commands.ts";
import { describe_failure, dispatch } from "../../tools/main.ts";
import { parse_args } from "../../tools/lib/cli/options.ts";
import { printable, wants_colour } from "../../tools/lib/cli/terminal.ts";
import { usage_error } from "../../tools/lib/cli/usage_error.ts";

const EXECUTABLE = fileURLToPath(new URL("../../tools/vfio-ap", import.meta.url));

function thrown_by(action: () => unknown): unknown {
	try {
		action();
	} catch (error) {
		return error;
	}
	throw new Error("nothing was thrown");
}

function echo_table(seen: string[][]): Map<string, command> {
	const main = async (argv: string[]) => {
		seen.push(argv);
		return 1;
	};

	return new Map([["echo", { summary: "repeats", load: async () => ({ main }) }]]);
}

test("dispatch: a command gets the arguments behind its name and decides the status", async (t) => {
	const seen: string[][] = [];

	t.equal(await dispatch(["echo", "a", "--b"], echo_table(seen)), 1);
	t.equal(await dispatch(["help", "echo"], echo_table(seen)), 1);
	t.same(seen, [["a", "--b"], ["--help"]]);
});

test("dispatch: a name that is no command -> usage_error", async (t) => {
	await t.rejects(dispatch(["ecko"], echo_table([])),
		new usage_error("unknown command 'ecko', expected one of echo"));
	await t.rejects(dispatch(["--ecko"], echo_table([])),
		new usage_error("unknown option --ecko, see vfio-ap --help"));
});

test("options: a value is given once; what looks like two options is told", async (t) => {
	const parse = (...args: string[]) => parse_args({
		args, options: {
			driver: { type: "string" }, depth: { type: "string", short: "d" },
			all: { type: "boolean" },
		},
	}).values;

	t.match(parse("--driver", "v11", "--all", "--all"), { driver: "v11", all: true });
	t.throws(() => parse("--driver", "v11", "--driver=v12"),
		{ message: "--driver v12: --driver was v11 already, expected it once" });
	t.throws(() => parse("--depth", "-1"),
		{ message: /^--depth -1: expected a value, one .* as --depth=-1$/ });
});

test("describe_failure: what the user gave -> 2, a missing package -> 4, else 70", async (t) => {
	const bad_line = new usage_error("a.litmus:3: no such adapter, 00 to ff");
	const bad_option = thrown_by(() => parseArgs({ args: ["--nope"] }));
	const no_package = Object.assign(new Error("Cannot find package 'tap' imported from x"),
		{ code: "ERR_MODULE_NOT_FOUND" });
	const no_file = Object.assign(new Error("ENOENT"),
		{ code: "ENOENT", errno: -2, syscall: "open", path: "a.litmus" });

	t.same(describe_failure(bad_line), { code: 2, line: bad_line.message });
	t.same(describe_failure(bad_option, "replay"),
		{ code: 2, line: "Unknown option '--nope', see vfio-ap replay --help" });
	t.same(describe_failure(no_file),
		{ code: 2, line: "a.litmus: no such file or directory" });
	t.match(describe_failure(no_package, "bench"), { code: 4, line: /^bench needs .* tap,/ });
	t.match(describe_failure(new TypeError("x")), { code: 70, line: /TypeError: x/ });
	t.match(describe_failure("a string"), { code: 70, line: /a string/ });
	t.match(describe_failure(Object.assign(new Error("exit status"), { code: 1 })),
		{ code: 70, line: /exit status/ });
});

test("vfio-ap: runs from any directory and through a symbolic link", async (t) => {
	const directory = mkdtempSync(join(tmpdir(), "vfio-ap-"));
	const link = join(directory, "vfio-ap");

	symlinkSync(EXECUTABLE, link);
	const { status, stdout, stderr } = spawnSync(link, ["--version"],
		{ cwd: directory, encoding: "utf8" });
	t.match({ status, stderr }, { status: 0, stderr: "" });
	t.match(stdout, /^vfio-ap \d+\.\d+\.\d+\n$/);
});

test("vfio-ap: unknown command -> status 2, one harmless line on stderr", async (t) => {
	const { status, stdout, stderr } = spawnSync(EXECUTABLE, ["re\x1b[31mplay\n"],
		{ encoding: "utf8" });

	t.match({ status, stdout }, { status: 2, stdout: "" });
	t.match(stderr,
		/^vfio-ap: unknown command 're\\x1b\[31mplay\\n', expected one of [a-z, ]*\n$/);
});

test("vfio-ap: no command -> status 2 and the help on stderr", async (t) => {
	const { status, stderr } = spawnSync(EXECUTABLE, [], { encoding: "utf8" });

	t.equal(status, 2);
	t.match(stderr, /^usage: vfio-ap COMMAND/);
});

test("printable: what could steer a terminal becomes visible", async (t) => {
	t.equal(printable("04.0047 über"), "04.0047 über");
	t.equal(printable("a\tb\r\nc\0\x1b[2J\x7f\x9b"), "a\\tb\\r\\nc\\x00\\x1b[2J\\x7f\\x9b");
	t.equal(printable("\u202e\u200b\ufeff\u2028\u{e0001}\ud800"),
		"\\u202e\\u200b\\ufeff\\u2028\\u{e0001}\\ud800");
});

test("wants_colour: only on a terminal, and NO_COLOR wins", async (t) => {
	const restore = { ...process.env };

	t.teardown(() => {
		process.env = restore;
	});
	delete process.env["NO_COLOR"];
	process.env["TERM"] = "xterm";
	t.equal(wants_colour({ isTTY: true }), true);
	t.equal(wants_colour({}), false);
	process.env["NO_COLOR"] = "1";
	t.equal(wants_colour({ isTTY: true }), false);
	delete process.env["NO_COLOR"];
	process.env["TERM"] = "dumb";
	t.equal(wants_colour({ isTTY: true }), false);
});
