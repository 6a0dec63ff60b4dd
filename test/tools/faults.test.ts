// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every command, with each of its formats and into each file that it writes, while each of its
 * writes fails once: it ends with status 2 and one line, or its output is whole. What a command
 * says itself of its formats and files is in the table, or these tests fail.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawnSync } from "node:child_process";
import { test, type Test } from "tap";
import { commands } from "../../tools/commands.ts";
import { run_failing, type failing, type run } from "./failing_writes.ts";

const EXECUTABLE = fileURLToPath(new URL("../../tools/vfio-ap", import.meta.url));
const SCENARIOS = fileURLToPath(new URL("../scenarios/", import.meta.url));
const SCENARIO = `${SCENARIOS}v12-guest-apcb-example.scn`;
const TRACE = fileURLToPath(new URL("../traces/v12/errors.jsonl.gz", import.meta.url));
const EXPLORE = ["explore", "--driver", "v6.0", "--adapters", "1", "--domains", "1", "--depth", "2",
	"--jobs", "1"];
const PATCH = join(mkdtempSync(join(tmpdir(), "vfio-ap-patch-")), "a.patch");
const LITMUS = PATCH.replace("a.patch", "a.lit");
const folder = mkdtempSync(join(tmpdir(), "vfio-ap-faults-"));

writeFileSync(PATCH, `--- a/drivers/s390/crypto/vfio_ap_ops.c
+++ b/drivers/s390/crypto/vfio_ap_ops.c
@@ -1,3 +1,3 @@ static int vfio_ap_mdev_reset_queue(void)
 static int vfio_ap_mdev_reset_queue(struct vfio_ap_queue *q)
 {
-	return 0;
+	return 1;
`);
writeFileSync(LITMUS, `litmus a
host adapters 04 domains 0004
mdev m0 adapters 04 domains 0004
actor a
  bind 04.0004
actor b
  scan
result never end=deadlock
`);

/* What stands for a file and a folder that a run is to write. */
const FILE = join(folder, "file");
const DIR = join(folder, "dir");

function in_formats(argv: string[], ...formats: string[]): string[][] {
	return [argv, ...formats.map((format) => [...argv, "--format", format])];
}

const WALK = ["explore", "--driver", "v6.0", "--adapters", "1", "--domains", "1", "--walks", "1",
	"--steps", "4", "--jobs", "1"];
const DIFF = ["diff", "v12", "v13", "vfio_ap_mdev_reset_queue"];
const TO_FILE = ["-o", FILE];

const rows: { [command: string]: string[][] } = {
	replay: [...in_formats(["replay", SCENARIO], "json", "ktap", "html"),
		["replay", SCENARIO, "--format", "html", ...TO_FILE]],
	import: [["import", SCENARIO], ["import", "--as-mail", SCENARIO]],
	export: [["export", "--umockdev", SCENARIO]],
	litmus: [...in_formats(["litmus", LITMUS, "--driver", "v6.12"], "json", "html"),
		["litmus", LITMUS, "--driver", "v6.12", "--format", "html", ...TO_FILE]],
	/* its folder has a test below; write_file() writes a checkpoint as all the others */
	explore: in_formats(WALK, "json", "ktap", "html"),
	trace: [["trace", "run", SCENARIO, "--driver", "v12"],
		["trace", "run", SCENARIO, "--driver", "v12", "--format", "text"],
		["trace", "run", TRACE], ["trace", "check", TRACE]],
	/* it needs a compiler and the kernel's sources */
	oracle: [["oracle", "--help"]],
	drivers: in_formats(["drivers"], "json", "markdown"),
	diff: [...in_formats(DIFF, "markdown", "html"), [...DIFF, "--format", "html", ...TO_FILE]],
	series: [["series", "v12"], ["series", "v12", "8"],
		["series", "v12", "--materialise", DIR]],
	bisect: in_formats(["bisect", SCENARIO, "--from", "v11", "--to", "v12"], "html", "json",
		"ktap"),
	crossread: [...in_formats(["crossread", PATCH], "json", "html"),
		["crossread", PATCH, "--format", "html", ...TO_FILE],
		["crossread", "--origin", "vfio_ap_mdev_reset_queue"]],
	/* its prompt reads standard input */
	shell: [["shell", "--help"]],
	playground: [["playground", "--driver", "v12", ...TO_FILE]],
	bench: [["bench", "hotplug", "--driver", "v12", "--smoke"]],
};

/*
 * Formats and files that are not tried: files that are read, figures of which no two are the same,
 * what changes the tree itself, and what needs sources or standard input.
 */
const LEFT_OUT: { [command: string]: string[] } = {
	bench: ["markdown", "json", "plot", "linux-source"],
	explore: ["merge", "output", "checkpoint"],
	oracle: ["linux-source", "out"], replay: ["oracle"], series: ["in"],
	shell: ["record", "scenario"],
};

/* The formats that a command names where it is asked for another, but the first, the usual one. */
async function formats_of(argv: string[]): Promise<string[]> {
	const { line } = await run_failing([...argv, "--format", "x"], 0, "none");
	const [, named] = /--format x: [^,]+, expected (?:one of )?(.*)$/.exec(line ?? "") ?? [];

	return named?.split(/, | or /).slice(1) ?? [];
}

test("every command, each of its formats and each file that it writes is in the table",
		async (t) => {
	t.same(Object.keys(rows).sort(), [...commands.keys()].sort());
	for (const [command, argvs] of Object.entries(rows)) {
		const { out } = await run_failing([command, "--help"], 0, "none");
		const files = [...out.matchAll(/--([a-z-]+) (?:FILE|DIR)\b/g)]
			.map(([, name]) => name!);
		const tried = new Set([...argvs.flat().map((word) => word.replace(/^--/, "")),
			...argvs.flat().includes("-o") ? ["output"] : [],
				...LEFT_OUT[command] ?? []]);

		t.same([...new Set([...files, ...await formats_of(argvs[0]!)])]
			.filter((name) => !tried.has(name)), [], command);
	}
});

/* What was written, by path; what lies aside is none of it. */
function written(): { [path: string]: string } {
	const entries = readdirSync(folder, { recursive: true, withFileTypes: true });

	return Object.fromEntries(entries.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) => join(parentPath, name))
		.map((path) => [path.slice(folder.length), readFileSync(path, "utf8")]));
}

interface tried extends run {
	files: { [path: string]: string };
}

async function try_it(argv: string[], n: number, how: failing):
		Promise<tried> {
	rmSync(folder, { recursive: true });
	mkdirSync(folder);
	return { ...await run_failing(argv, n, how), files: written() };
}

const MOST_WRITES = 4;
/* All take the same way out, so one meets every fault, and who takes long one of them. */
const HOWS = ["ENOSPC", "short", "EIO", "EAGAIN"] as const;
const SLOW = new Set(["explore", "playground", "bench", "series"]);

function hows_of([command]: string[]): readonly failing[] {
	return command === "drivers" ? HOWS : HOWS.slice(0, SLOW.has(command!) ? 1 : 2);
}

async function fail_each_write(t: Test, argv: string[], how: failing, whole: tried): Promise<void> {
	for (let n = 1; n <= MOST_WRITES; n++) {
		const it = await try_it(argv, n, how);
		const what = `write ${n}: ${how}`;

		if (!it.reached) {
			t.ok(n > 1, "there was a write");
			return;
		}
		if (how === "short" || how === "EAGAIN") {
			t.same([it.code, it.out, it.files], [whole.code, whole.out, whole.files],
				what);
			continue;
		}
		t.match(it, { code: 2, line: /^(standard output|\/\S+): [^\n]+$/ }, what);
		t.ok(whole.out.startsWith(it.out), `${what}: as far as it came`);
		t.match(whole.files, it.files, `${what}: each file that is there is whole`);
	}
}

for (const argv of Object.values(rows).flat()) {
	const name = argv.join(" ").replaceAll(SCENARIOS, "").replaceAll(folder, "")
		.replaceAll(/\/\S+\//g, "");

	test(`failing writes: ${name}`, async (t) => {
		const whole = await try_it(argv, 0, "none");

		t.match(whole, { line: null, out: argv.includes(FILE) ? "" : /\n$/ });
		t.equal(Object.keys(whole.files).length > 0,
			argv.includes(FILE) || argv.includes(DIR));
		for (const how of hows_of(argv))
			await fail_each_write(t, argv, how, whole);
	});
}

test("failing writes: no file is left half written or aside", async (t) => {
	const argv = [...EXPLORE, "--output", folder, "--format", "json"];

	/* the campaign's line comes first, then a file */
	t.match(await run_failing(argv, 3, "ENOSPC"), {
		code: 2, line: /^\/\S+: cannot be written, no space/,
		out: /^\{"result":"campaign"[^\n]*\n$/,
	});
	t.equal(readdirSync(folder).length, 1);
	t.match(await run_failing(argv, 3, "short"), { code: 1 });
	t.ok(readdirSync(folder).every((name) => !name.startsWith(".") && name.endsWith(".scn")));
	for (const name of readdirSync(folder))
		t.match(readFileSync(join(folder, name), "utf8"), /\n$/);
	rmSync(folder, { recursive: true });
});

test("a full disk, a reader who went, a folder that cannot be: at once, as real as it gets",
		async (t) => {
	const shell = (line: string) => spawnSync("bash", ["-c", line, EXECUTABLE],
		{ encoding: "utf8" });
	const full = shell('"$0" drivers > /dev/full');

	t.match(full, {
		status: 2, stderr: /^vfio-ap: standard output: no space left on device[^\n]*\n$/,
	});
	t.match(shell('{ "$0" drivers; echo $? >&2; } | true'), { stderr: /^(0|141)\n$/ });
	t.match(shell('timeout 60 "$0" explore --output /proc/nodir'),
		{ status: 2, stderr: "vfio-ap: /proc/nodir: no such file or directory\n" });
});
