// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is left after a command on the mounted tree, however it ends: nothing. And what a mount
 * under load answers: what a kernel may.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { test, type Test } from "tap";
import { missing_for_mount } from "../../../tools/shell/mount.ts";
import { hammer, mount_often, mounts_of_ours } from "./hammer.ts";

const EXECUTABLE = fileURLToPath(new URL("../../../tools/vfio-ap", import.meta.url));
const PATIENCE_MS = 20000;

function no_mount(): string | false {
	const missing = missing_for_mount(false);

	if (missing !== null)
		return missing;
	const { status, stderr } = spawnSync(EXECUTABLE, ["shell", "--", "true"],
		{ encoding: "utf8" });

	return status === 4 ? stderr.trim() : false;
}

const skip = no_mount();

/* A temporary folder that the command alone uses, so that what it leaves there is seen. */
function folder(t: Test): string {
	const path = mkdtempSync(join(tmpdir(), "vfio-ap-test-"));

	t.teardown(() => rmSync(path, { recursive: true, force: true }));
	return path;
}

/* The processes whose environment has the mark. */
function processes(mark: string): number[] {
	return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number)
			.filter((pid) => {
		try {
			return readFileSync(`/proc/${pid}/environ`, "latin1").includes(mark);
		} catch {
			return false;
		}
	});
}

async function until(what: () => boolean): Promise<boolean> {
	for (const end = performance.now() +
		PATIENCE_MS; performance.now() < end; await setTimeout(50))
		if (what())
			return true;
	return false;
}

function start(
	tmp: string, script: string, mark: string,
): { child: ChildProcess; ended: Promise<unknown> } {
	const child = spawn(process.execPath, [EXECUTABLE, "shell", "--", "bash", "-c", script],
		{ stdio: ["ignore", "pipe", "ignore"],
			env: { ...process.env, TMPDIR: tmp, MARK: mark }, detached: true });

	return { child, ended: new Promise((resolve) => child.on("exit", resolve)) };
}

/* A removal waits for a guest that nobody stops. */
const WAITS = `
U=0dafb3b7-42b1-4504-b52d-7d8c4833b941
cd /sys/devices/vfio_ap/matrix
echo $U > mdev_supported_types/vfio_ap-passthrough/create
sim guest start $U
(sleep 0.5; echo up) &
echo 1 > $U/remove
sleep 60`;

const ENDS: [what: string, script: string, how: (pid: number) => void][] = [
	["a normal end", "echo up; exit 0", () => {}],
	["a failing command", "echo up; exit 3", () => {}],
	["a daemon left behind", "echo up; (setsid sleep 1 &) ; exit 0", () => {}],
	["Ctrl-C", "echo up; sleep 60", (pid) => process.kill(-pid, "SIGINT")],
	["SIGTERM", "echo up; sleep 60", (pid) => process.kill(pid, "SIGTERM")],
	["Ctrl-C while a removal waits", WAITS, (pid) => process.kill(-pid, "SIGINT")],
	["SIGTERM while a removal waits", WAITS, (pid) => process.kill(pid, "SIGTERM")],
	["SIGTERM while others run and read",
		"(sleep 60 &) ; (sim dmesg -w > /dev/null &) ; echo up; sleep 60",
		(pid) => process.kill(pid, "SIGTERM")],
	["kill -9 of the server while others run", "(sleep 60 &) ; echo up; sleep 60",
		(pid) => process.kill(pid, "SIGKILL")],
	["kill -9 of the command", "echo up; kill -9 $$", () => {}],
	["kill -9 of a client that reads",
		"echo up; (while :; do cat /sys/bus/ap/apmask; done > /dev/null) & sleep 0.3; kill -9 $!; exit 0", () => {}],
	["kill -9 of the server",
		"echo up; while cat /sys/bus/ap/apmask; do sleep 0.05; done > /dev/null",
			(pid) => process.kill(pid, "SIGKILL")],
];

for (const [what, script, how] of ENDS)
	test(`${what}: no mount, process or file is left`, { skip }, async (t) => {
		const tmp = folder(t), mark = `mark-${process.pid}-${what.length}-${Date.now()}`;
		const { child, ended } = start(tmp, script, mark);

		await new Promise((resolve) => child.stdout!.once("data", resolve));
		how(child.pid!);
		await ended;
		t.ok(await until(() => processes(mark).length === 0), "no process");
		t.equal(mounts_of_ours(), 0, "no mount");
		t.strictSame(readdirSync(tmp).filter((name) => name.startsWith("vfio-ap-")), [],
			"no file");
	});

test("mounts in a row: nothing leaks", { skip }, async (t) => {
	const { first, last, mounts } = await mount_often(20);

	t.equal(mounts, 0);
	/* one may be closing still; a leak would be one for each of the 20 */
	t.ok(last.fds < first.fds + 10, `${first.fds} descriptors, then ${last.fds}`);
	t.ok(last.mb < first.mb + 40, `${first.mb} MB, then ${last.mb} MB`);
});

test("8 clients at once: no wrong error, nothing torn", { skip }, async (t) => {
	const { wrong, operations, status, usage } = await hammer(8, 2);

	t.strictSame(wrong, []);
	t.equal(status, 0);
	t.ok(operations > 100, `${operations} operations`);
	t.ok(usage.every(({ fds }) => fds < 100), "descriptors");
});
