// SPDX-License-Identifier: GPL-2.0-only
/*
 * The prompt on the simulated sysfs: its commands, completion, undo, other drivers, and that it is
 * offered where no mount can be made.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test, type Test } from "tap";
import { load_driver } from "../../../tools/lib/lab/loader.ts";
import { play } from "../../../tools/lib/play/play.ts";
import type { op } from "../../../tools/lib/scenario/model.ts";
import { parse_host_text, parse_scenarios } from "../../../tools/lib/scenario/parse.ts";
import { prompt } from "../../../tools/shell/prompt.ts";
import { session } from "../../../tools/shell/session.ts";

const EXECUTABLE = fileURLToPath(new URL("../../../tools/vfio-ap", import.meta.url));
const UUID = "0dafb3b7-42b1-4504-b52d-7d8c4833b941";
const MATRIX = "/sys/devices/vfio_ap/matrix";
const ALL_IDS = Array.from({ length: 256 }, (_, id) => id);

await load_driver("v6.12");

function open_prompt(t: Test): (line: string) => Promise<{ out: string; error: string }> {
	const host = parse_host_text("adapters 04 05 domains 0004 0047");
	const opened = new session({ host, apmask: ALL_IDS, aqmask: ALL_IDS, memory: "zero" },
		"v6.12", () => {});
	const asked = new prompt(opened, () => {});

	t.teardown(() => opened.shutdown());
	return (line) => asked.run(line);
}

async function all(
	run: (line: string) => Promise<{ out: string; error: string }>, ...lines: string[]
): Promise<string> {
	let said = "";

	for (const line of lines) {
		const { out, error } = await run(line);

		said += out + error;
	}
	return said;
}

test("prompt: ls, cat, cd, echo, and errors as a shell says them", async (t) => {
	const run = open_prompt(t);

	t.equal(await all(run, "echo -5 > /sys/bus/ap/apmask; cd /sys/devices/vfio_ap/matrix",
		`echo "${UUID}" > mdev_supported_types/vfio_ap-passthrough/create`,
		`cd ${UUID}; pwd`,
		"echo 5 > assign_adapter; echo -n 0x47 > assign_domain; cat matrix  # a comment"),
	`${MATRIX}/${UUID}\n05.0047\n`);
	t.equal(await all(run, "echo 0x300 > assign_domain; echo not reached"),
		"echo: write error: No such device\n");
	t.equal(await all(run, "cat matrix nothing matrix"),
		"05.0047\ncat: nothing: No such file or directory\n");
	t.match(await all(run, "cat assign_domain"), /^cat: assign_domain: Permission denied/);
	t.match(await all(run, "echo 1 > new"), /^new: Permission denied/);
	t.match(await all(run, "cd matrix"), /^cd: matrix: Not a directory/);
	t.match(await all(run, "ls nothing"), /^ls: cannot access 'nothing': No such file/);
	t.match(await all(run, "ls -l /sys/bus/ap/devices ."),
		/^lrwxrwxrwx 04.0004 -> (.*\n)+--w------- assign_adapter\n(.*\n)*lrwxrwxrwx mdev_type -> /);
	t.equal(await all(run, "ls matrix; echo a 'b > c'"), "matrix\na b > c\n");
	t.equal(await all(run,
		`UUID=${UUID}; cat ${MATRIX}/$UUID/matrix "${MATRIX}/\${UUID}/matrix"`),
		"05.0047\n05.0047\n");
	t.equal(await all(run, "cat $M/matrix"), "$M is not set: M=VALUE sets it\n");
	t.match(await all(run, "nonsense"), /^unknown command "nonsense", see sim help/);
	t.match(await all(run, "echo 1 >"), /^echo: expected one file behind >/);
	t.match(await all(run, "help"), /^ls \[-l\](.|\n)*sim guest start UUID/);
});

test("prompt: sim's commands, undo, switch, save", async (t) => {
	const run = open_prompt(t);
	const file = join(mkdtempSync(join(tmpdir(), "vfio-ap-test-")), "typed.scn");

	t.teardown(() => rmSync(join(file, ".."), { recursive: true }));
	t.equal(await all(run, "undo"), "nothing has been done yet\n");
	await all(run, "echo -5 > /sys/bus/ap/apmask",
		`echo ${UUID} > ${MATRIX}/mdev_supported_types/vfio_ap-passthrough/create`,
		`echo 5 > ${MATRIX}/${UUID}/assign_adapter; echo 0x47 > ${MATRIX}/${UUID}/assign_domain`);
	t.match(await all(run, "sim guest start m0; guest status"), /guest +05.0047\n/);
	t.match(await all(run, "guest run m0 'tapq 05.0047; tapq 04.0004'"),
		/^tapq 05.0047: cc 0, .*\ntapq 04.0004: cc 3, response code 01, /);
	t.match(await all(run, "host remove adapter 5; guest status"), /guest +none\n/);
	t.match(await all(run, "switch v6.0"),
		/from v6.12 to v6.0:\nsim host remove adapter 5\n +guest of m0: -, now 05.0047/);
	t.equal(await all(run, "undo"), "undone: sim host remove adapter 5\n");
	t.match(await all(run, "host remove domain 47; guest status; undo; guest status"),
		/shadow +none\n.*\nundone: sim host remove domain 47\n(.*\n)+ +shadow +05.0047\n/);
	t.match(await all(run, "drivers"), /v6.12/);
	t.equal(await all(run, `save ${file}`), "");
	t.match(readFileSync(file, "utf8"),
		/open m0 = 0\nrun m0 tapq 05.0047 = 0 .*\nrun m0 tapq 04.0004 = 1 /);
	const { status, stdout } = spawnSync(EXECUTABLE, ["replay", file, "--driver", "v6.0"],
		{ encoding: "utf8" });

	t.equal(status, 0, stdout);
	t.equal(await all(run, `echo 1 > ${MATRIX}/${UUID}/remove; ls /sys/bus/mdev/devices`), "",
		"the guest gives it back at once");
});

test("session: undo takes with a close what has waited for it", async (t) => {
	const host = parse_host_text("adapters 04 domains 0004");
	const stop_guest = (): void => {
		t.equal(opened.busy!.op[0], "destroy");
		opened.run(["close", "m0"]);
	};
	const opened = new session({ host, apmask: [], aqmask: [], memory: "zero" },
		"v6.12", stop_guest);

	for (const op of [["create", "m0"], ["open", "m0"], ["destroy", "m0"]] as op[])
		opened.run(op);
	t.equal(opened.busy, null);
	t.strictSame(opened.steps.map(({ op, result }) => [op[0], result]),
		[["create", 0], ["open", 0], ["destroy", "waits"], ["close", 0]]);
	t.strictSame(opened.undo().map(({ op }) => op[0]), ["close", "destroy"]);
	t.ok(opened.lab.users.guest("m0"), "the guest has the mdev");
	t.strictSame(opened.switch_to("v6.12"), [], "all of it once more is the same");
	opened.shutdown();
});

test("session: time, a checkstop and any file are kept, and replay alike", async (t) => {
	const run = open_prompt(t);
	const QUEUE = "/sys/devices/ap/card05/05.0004";

	const said = await all(run, "echo -4 > /sys/bus/ap/apmask", "sim card checkstop 5",
		"sim advance 31s", "echo 0 > /sys/bus/ap/drivers_autoprobe", `cat ${QUEUE}/chkstop`,
		`cat /sys/bus/ap/drivers_autoprobe`);

	t.equal(said, "1\n0\n");
	const text = (await run("save")).out;

	t.match(text, /\ncheckstop 05 = 0 .*\nadvance 31s = 0 .*\nstore \S+ "0\\n" = 2 /);
	const [scenario] = parse_scenarios(text, "saved.scn");
	const { steps } = play(scenario!, "v6.12");

	t.strictSame(steps.filter(({ verdict }) => verdict !== "holds"), []);
	t.match(await all(run, "sim card off 7", "sim host add adapter 5", "sim advance 99h"),
		/^the host has no adapter 07.*\nthe host has adapter 5 already\n.* no time up to a day/);
});

test("session: what passes by itself is one line until something is done", async (t) => {
	const host = parse_host_text("adapters 04 domains 0004");
	const opened = new session({ host, apmask: [], aqmask: [], memory: "zero" },
		"v6.12", () => {});
	const kept = (): op[] => opened.steps.map(({ op }) => op);

	for (let i = 0; i < 600; i++)
		opened.pass(100);
	opened.pass(700);
	t.equal(opened.steps.length, 1);
	opened.run(["create", "m0"]);
	opened.pass(1500);
	opened.run(["open", "m0"]);
	t.strictSame(kept(),
		[["advance", 60000], ["create", "m0"], ["advance", 2200], ["open", "m0"]]);
	opened.shutdown();
});

test("prompt: completion of commands and paths", async (t) => {
	const opened = new session({
		host: parse_host_text("adapters 04 domains 0004"), apmask: [], aqmask: [],
		memory: "zero",
	}, "v6.12", () => {});
	const asked = new prompt(opened, () => {});

	t.strictSame(asked.complete("sw"), [["switch"], "sw"]);
	t.strictSame(asked.complete("cat /sys/bus/ap/apm"),
		[["/sys/bus/ap/apmask"], "/sys/bus/ap/apm"]);
	t.strictSame(asked.complete("echo 1 >/sys/bus/m"),
		[["/sys/bus/matrix/", "/sys/bus/mdev/"], "/sys/bus/m"]);
	t.strictSame(asked.complete("ls b"), [["bus/"], "b"]);
	opened.shutdown();
});

test("shell --prompt: lines from standard input, the last one's status", async (t) => {
	const run = (input: string, ...args: string[]): {
		status: number | null; stdout: string; stderr: string;
	} =>
		spawnSync(EXECUTABLE, ["shell", ...args], { encoding: "utf8", input });

	t.match(run("cd /sys/bus/ap\ncat ap_max_domain_id\nexit\ncat apmask\n", "--prompt"),
		{ status: 0, stdout: "255\n" });
	t.match(run("cat x", "--prompt"),
		{ status: 1, stderr: "cat: x: No such file or directory\n" });
	t.match(run("", "--prompt", "--", "ls"),
		{ status: 2, stderr: /--prompt takes no command/ });
});

test("shell: where a mount cannot be made, a prompt; for a command, exit code 4 and one line",
		async (t) => {
	const run = (...args: string[]): {
		status: number | null; stdout: string; stderr: string;
	} =>
		spawnSync(process.execPath, [EXECUTABLE, "shell", ...args],
			{ encoding: "utf8", input: "cat /sys/bus/ap/ap_max_domain_id\n",
				env: { PATH: "/nonexistent" } });

	t.match(run(), {
		status: 0, stdout: "255\n",
		stderr: /^vfio-ap: shell: no .*; a prompt instead, see help\n$/,
	});
	t.match(run("--", "true"),
		{ status: 4, stdout: "", stderr: /^vfio-ap: shell: no [^\n]*\n$/ });
});
