// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a command runs: with no home, another locale, a dumb terminal, in a folder in which nothing
 * can be made, and beside another one.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test, type Test } from "tap";
import { describe_failure, dispatch } from "../../tools/main.ts";
import { output_of } from "./output_of.ts";

const TOP = fileURLToPath(new URL("../../", import.meta.url));
const SCENARIO = join(TOP, "test/scenarios/v12-guest-apcb-example.scn");
const LITMUS = join(TOP, "test/scenarios/litmus/masks-against-assign.lit");

const COMMANDS = [
	["drivers"],
	["replay", SCENARIO, "--driver", "v12"],
	["replay", SCENARIO, "--driver", "v13@8", "--format", "html"],
	["series", "v13", "3"],
	["bisect", SCENARIO, "--from", "v13", "--to", "v14"],
	["litmus", LITMUS, "--driver", "v11"],
	["trace", "check", join(TOP, "test/traces/v13/long-example-host-has-0053.jsonl"),
		"--jobs", "2"],
	["import", join(TOP, "test/mails/adapter-with-a-hole.eml")],
	["explore", "--driver", "v6.12", "--adapters", "1", "--domains", "1", "--depth", "1",
		"--jobs", "1", "--format", "json"],
];

interface outcome {
	status: number | null;
	out: string;
	err: string;
}

function run(argv: readonly string[], cwd: string, env: NodeJS.ProcessEnv): outcome {
	const { status, stdout, stderr } = spawnSync(join(TOP, "tools/vfio-ap"), argv,
		{ cwd, env, encoding: "utf8", maxBuffer: 1 << 26 });

	return { status, out: stdout, err: stderr };
}

/* In this process: to start one takes longer than most commands do. */
async function at_home(t: Test, argv: readonly string[]): Promise<outcome> {
	const { code, out } = await output_of(t, () => dispatch([...argv]));

	return { status: code, out, err: "" };
}

/* What it took differs from run to run. */
function without_seconds({ out, ...rest }: outcome): outcome {
	return { ...rest, out: out.replace(/"seconds":[\d.]+/g, "") };
}

for (const argv of COMMANDS) {
	test(`surroundings: vfio-ap ${argv.map((word) => word.replace(TOP, "")).join(" ")}`,
			async (t) => {
		const { HOME: _, ...env } = process.env;
		const here = await at_home(t, argv);
		const abroad = run(argv, "/proc", {
			...env, LC_ALL: "C", LANG: "C", TERM: "dumb",
		});

		t.ok([0, 1, 3].includes(here.status!));
		t.same(without_seconds(abroad), without_seconds(here));
	});
}

test("surroundings: the working folder is gone", async (t) => {
	/* the test runner's own hooks need a folder */
	const { status, stdout } = spawnSync("sh",
		["-c", 'unset NODE_OPTIONS; rmdir "$PWD"; "$@"', "sh",
			join(TOP, "tools/vfio-ap"), "drivers"],
		{ cwd: t.testdir(), encoding: "utf8", timeout: 60_000 });

	t.equal(status, 0);
	t.equal(stdout, (await at_home(t, ["drivers"])).out);
});

test("surroundings: a device has no end, and a folder's pipe nobody who writes", async (t) => {
	const folder = t.testdir({ kernel: { drivers: { s390: { crypto: {} } } }, traces: {} });
	const source = join(folder, "kernel/drivers/s390/crypto/vfio_ap_ops.c");

	t.equal(spawnSync("mkfifo",
		[source, join(folder, "traces/a.jsonl"), join(folder, "traces/a.lit")]).status, 0);
	for (const [argv, message] of [
		[["replay", "/dev/zero"], /\/dev\/zero: a device, expected a file or a pipe/],
		[["litmus", "/dev/zero"], /\/dev\/zero: a device/],
		[["crossread", join(folder, "kernel")], /vfio_ap_ops\.c: no regular file/],
		[["trace", "check", join(folder, "traces")], /a\.jsonl: no regular file/],
		[["litmus", join(folder, "traces")], /a\.lit: no regular file/],
		[["explore", "--driver", "v12", "--checkpoint", folder], /: illegal operation on/],
	] as const) {
		const { code, line } = await dispatch([...argv]).then(
			() => ({ code: 0, line: "" }), (error) => describe_failure(error));

		t.equal(code, 2, argv.join(" "));
		t.match(line, message);
		t.notMatch(line, "\n", "one line");
	}
});

test("surroundings: two runs in a folder leave what one leaves", async (t) => {
	const folder = t.testdir();
	const page = ["replay", SCENARIO, "--driver", "v12", "--format", "html"];
	const { status, stderr } = spawnSync("sh", ["-c",
		'"$@" -o page.html & "$@" -o page.html && wait $!', "sh",
		join(TOP, "tools/vfio-ap"), ...page], { cwd: folder, encoding: "utf8" });

	t.same([status, stderr], [0, ""]);
	t.strictSame(readdirSync(folder), ["page.html"]);
	t.equal(readFileSync(join(folder, "page.html"), "utf8"),
		(await at_home(t, page)).out);
});
