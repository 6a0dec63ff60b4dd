// SPDX-License-Identifier: GPL-2.0-only
/*
 * SIGINT and SIGTERM end every command that works for long, at once and by the signal: no process
 * of its own is left, and a file that it was to write is what it was, or whole. What is not in the
 * table below is over before anybody can press a key; the test says so.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test, type Test } from "tap";
import { commands } from "../../tools/commands.ts";
import { parse_part } from "../../tools/explore/campaign.ts";
import { real_oracle } from "./oracle/real_source.ts";

const EXECUTABLE = fileURLToPath(new URL("../../tools/vfio-ap", import.meta.url));
const SOURCES = fileURLToPath(new URL("../../tools/sources.mjs", import.meta.url));
const FUZZ = fileURLToPath(new URL("../fuzz/main.ts", import.meta.url));
const TRACES = fileURLToPath(new URL("../traces/", import.meta.url));
const SIGNALS = ["SIGINT", "SIGTERM"] as const;
const SPACE = ["--adapters", "3", "--domains", "2"];

/* A process that goes on for longer after a signal hangs; a machine may be busy. */
const MOST_MS = 15_000;
const TICK_MS = 20;

/**
 * struct row - a command at work
 * @argv: behind the executable's name; of node itself where @program is one
 * @at_work: what is there once it is: seconds of processor time, or a process that it started
 * @others: whether others work for it
 * @only: at the other one it does more than to end
 * @file: what it is to write
 * @pipe: a name for which there is a pipe that nobody writes to
 * @cache: whether it is to find an empty cache
 */
interface row {
	command: string;
	argv: string[];
	program?: string;
	at_work: number | "a child";
	others?: boolean;
	only?: "SIGTERM";
	file?: string;
	pipe?: string;
	cache?: boolean;
	skip?: string | false;
}

const { skip } = await real_oracle("v6.12");
const no_proc = existsSync("/proc/self/environ") ? false : "no /proc";
const xz = spawnSync("xz", ["--version"]).status === 0 ? false : "no xz";
const cc = spawnSync("cc", ["--version"]).status === 0 ? false : "no cc";

const rows: row[] = [
	{ command: "replay", argv: ["replay", "--driver", "all", "--format", "html", "-o", "out"],
		at_work: 1, file: "out" },
	{ command: "replay", argv: ["replay", "-"], at_work: 0.1 },
	{ command: "import", argv: ["import", "mails"], at_work: 0.1, pipe: "mails" },
	{ command: "litmus", argv: ["litmus", "--runs", "100000", "--format", "html", "-o", "out"],
		at_work: 1, file: "out" },
	{ command: "explore", argv: ["explore", ...SPACE, "--jobs", "2", "--checkpoint", "out"],
		at_work: 2, file: "out", only: "SIGTERM" },
	{ command: "trace", argv: ["trace", "check", TRACES, "--jobs", "2"], at_work: 1,
		others: true },
	{ command: "trace", argv: ["trace", "run", "t.jsonl"], at_work: 0.1, pipe: "t.jsonl" },
	{ command: "bisect", argv: ["bisect", "--property", "queue-bound", ...SPACE], at_work: 1 },
	{ command: "series", argv: ["series", "v13", "--check"], at_work: 1 },
	{ command: "crossread", argv: ["crossread", "x.tar"], at_work: 0.1, pipe: "x.tar" },
	{ command: "crossread", argv: ["crossread", "x.tar.xz"], at_work: "a child",
		pipe: "x.tar.xz", skip: xz },
	{ command: "playground", argv: ["playground", "--driver", "all", "-o", "out"],
		at_work: "a child", file: "out" },
	{ command: "bench", argv: ["bench", "sysfs", "--driver", "v6.12"], at_work: "a child",
		others: true },
	{ command: "bench", argv: ["bench", "bits"], at_work: "a child", others: true, skip: cc },
	{ command: "oracle", argv: ["oracle", "build"], at_work: "a child", others: true,
		cache: true, skip },
	{ command: "oracle", argv: ["oracle", "fuzz", "--driver", "v6.12", "--seconds", "100"],
		at_work: 1, skip },
	{ command: "oracle", argv: ["oracle", "masks", "--random", "9000000"], at_work: 1, skip },
	{ command: "fuzz", argv: ["--import", SOURCES, FUZZ], program: process.execPath,
		at_work: 1 },
];

const AT_ONCE = new Set(["export", "drivers", "diff"]);
/* it mounts, and test/tools/shell has how it ends */
const ELSEWHERE = new Set(["shell"]);

test("every command is in the table, or said not to work for long", async (t) => {
	const known = new Set([...rows.map(({ command }) => command), ...AT_ONCE, ...ELSEWHERE]);

	t.same([...commands.keys()].filter((name) => !known.has(name)), []);
});

/* The processes that have a word in their environment: what was started, however far away. */
function marked(mark: string): number[] {
	const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);

	return pids.filter((pid) => {
		try {
			return readFileSync(`/proc/${pid}/environ`, "latin1").includes(mark);
		} catch {
			return false;
		}
	});
}

function processor_seconds(pid: number): number {
	try {
		const [user, system] = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]!
			.split(" ").slice(11, 13).map(Number);

		return (user! + system!) / 100;
	} catch {
		return Infinity;
	}
}

async function until(what: () => boolean, most_ms: number): Promise<boolean> {
	for (const end = performance.now() + most_ms; performance.now() < end;) {
		if (what())
			return true;
		await new Promise((resolve) => setTimeout(resolve, TICK_MS));
	}
	return what();
}

/* Without what tap has node load, which waits for signals itself. */
function start(of: row, folder: string, mark: string): ChildProcess {
	const { argv, program = EXECUTABLE, file, pipe, cache = false } = of;

	mkdirSync(folder, { recursive: true });
	mkdirSync(join(folder, "tmp"));
	if (pipe !== undefined)
		spawnSync("mkfifo", [join(folder, pipe)]);
	if (file === "out" && !argv.includes("--checkpoint"))
		writeFileSync(join(folder, file), "as it was");
	return spawn("env", ["-u", "NODE_OPTIONS", program, ...argv], {
		cwd: folder, detached: true, stdio: ["pipe", "pipe", "pipe"], env: {
			...process.env, SIGNALS_TEST: mark, TMPDIR: join(folder, "tmp"),
			VFIO_AP_CHECKPOINT_MS: "100",
			...cache ? { XDG_CACHE_HOME: join(folder, "cache") } : {},
		},
	});
}

function check_file(t: Test, { file, argv }: row, folder: string): void {
	if (file === undefined)
		return;
	const path = join(folder, file);

	if (argv.includes("--checkpoint"))
		t.ok(readdirSync(folder).length === 1 || readFileSync(path, "utf8").endsWith("\n"));
	else
		t.equal(readFileSync(path, "utf8"), "as it was");
}

async function end_it(t: Test, of: row, signal: NodeJS.Signals, folder: string): Promise<void> {
	const mark = `${process.pid}-${performance.now()}-${signal}`;
	const child = start(of, folder, mark);
	let said = "";

	child.stdout!.resume();
	child.stderr!.setEncoding("utf8").on("data", (text: string) => (said += text));
	const closed = once(child, "close") as Promise<[number | null, string | null]>;

	const works = await until(() => child.exitCode !== null || (of.at_work === "a child" ?
		marked(mark).length > 1 : processor_seconds(child.pid!) >= of.at_work), 60_000);

	t.ok(works && child.exitCode === null, `at work: ${said}`);
	const begin = performance.now();

	child.kill(signal);
	const [code, by] = await closed;

	t.same([code, by], [null, signal], said);
	t.ok(performance.now() - begin < MOST_MS, "at once");
	t.ok(await until(() => marked(mark).length === 0, MOST_MS), "no process is left");
	check_file(t, of, folder);
	t.same(readdirSync(join(folder, "tmp"))
		.filter((name) => /^(vfio-ap-(?!cache$)|cc)/.test(name)), [],
		"nor anything for the time being");
}

/* Each signal for who has others at work, one of them for who is alone. */
for (const [i, of] of rows.entries()) {
	const signals = of.others ? SIGNALS : [of.only ?? SIGNALS[i % 2]!];

	const name = `${of.argv.slice(0, 2).join(" ").slice(-30)}: ${signals.join(", ")}`;

	void test(name, { skip: of.skip || no_proc }, async (t) => {
		const folder = t.testdir();

		await Promise.all(signals.map((signal) =>
			end_it(t, of, signal, join(folder, signal))));
	});
}

test("explore: at SIGINT it tells what it has found, and ends by it", { skip: no_proc },
		async (t) => {
	const folder = t.testdir();
	const argv = ["explore", "--driver", "v6.0", "--walks", "100000", "--steps", "15",
		"--jobs", "1", "--format", "json", "--output", "found"];
	const child = start({ command: "explore", argv, at_work: 0 }, join(folder, "run"), "");
	const found = join(folder, "run", "found");
	let out = "";

	child.stdout!.setEncoding("utf8").on("data", (text: string) => (out += text));
	t.ok(await until(() => existsSync(found) && readdirSync(found).length > 0, 60_000),
		"written as it is found");
	child.kill("SIGINT");
	t.same(await once(child, "close"), [null, "SIGINT"]);
	const part = parse_part("out", out)!;

	t.notOk(part.whole);
	t.ok(part.lines.some(({ result }) => result === "counterexample"));
});
