// SPDX-License-Identifier: GPL-2.0-only
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { executable, root } from "../../lib/texts/tree.ts";
import { missing_for_mount, needs_user_namespace } from "../../shell/mount.ts";
import { median } from "../measure.ts";
import type { effort, row, suite } from "../row.ts";

const BATCHES: Record<effort, number> = { smoke: 1, round: 5, quick: 20, long: 100 };
const BATCH = 100;
const MOUNTED = "vfio-ap shell";

/*
 * What runs on the mount, and beside it: opens, reads and closes a file, stats it, reads a
 * directory, in batches; prints milliseconds for each batch.
 */
const CLIENT = `
const fs = require("node:fs");
const [file, dir, batches] = process.argv.slice(1);
const buffer = Buffer.alloc(4096);
const cases = {
	"open, read, close": () => {
		const fd = fs.openSync(file);
		const bytes = fs.readSync(fd, buffer);
		fs.closeSync(fd);
		return bytes;
	},
	"stat": () => fs.statSync(file).mode & 1,
	"readdir": () => fs.readdirSync(dir).length,
};
const result = {};
for (const [name, fn] of Object.entries(cases)) {
	result[name] = { ms: [], fold: 0 };
	for (let i = -1; i < Number(batches); i++) {
		const begin = performance.now();
		for (let n = 0; n < ${BATCH}; n++)
			result[name].fold += fn();
		if (i >= 0)
			result[name].ms.push((performance.now() - begin) / ${BATCH});
	}
}
process.stdout.write(JSON.stringify(result));
`;

type figures = Record<string, { ms: number[]; fold: number }>;

function client(before: readonly string[], file: string, dir: string, effort: effort): figures {
	const { status, stdout, stderr } = spawnSync(process.execPath,
		[...before, "-e", CLIENT, file, dir, String(BATCHES[effort])],
			{ cwd: root, encoding: "utf8" });

	if (status !== 0)
		throw new Error(`${file}: exit status ${status}: ${stderr}`);
	return JSON.parse(stdout) as figures;
}

/* The same bytes in a file of a tmpfs, in a folder with as many names. */
function on_tmpfs(effort: effort): figures {
	const folder = mkdtempSync(
		join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "vfio-ap-bench-"));

	for (let i = 0; i < 20; i++)
		writeFileSync(join(folder, `file${i}`), `0x${"f".repeat(64)}\n`);
	try {
		return client([], join(folder, "file0"), folder, effort);
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function on_mount(effort: effort): figures {
	return client([executable, "shell", "--time", "0", "--", process.execPath],
		"/sys/bus/ap/apmask", "/sys/bus/ap", effort);
}

function can_mount(): boolean {
	const namespace = needs_user_namespace() ? "-Urm" : "-m";

	return missing_for_mount(false) === null &&
		spawnSync("unshare",
			[namespace, "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;
}

function* run(subject: string, effort: effort): Generator<row> {
	const results = subject === MOUNTED ? on_mount(effort) : on_tmpfs(effort);

	for (const [name, { ms, fold }] of Object.entries(results))
		yield {
			suite: "shell", driver: subject, case: name, value: median(ms),
			unit: "ms", fold,
		};
}

export const shell: suite = {
	name: "shell",
	about: "the mounted sysfs, one client, beside a file of the same size on tmpfs",
	subjects: can_mount() ? [MOUNTED, "tmpfs"] : ["tmpfs"],
	run,
};
