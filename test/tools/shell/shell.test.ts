// SPDX-License-Identifier: GPL-2.0-only
/*
 * Real programs on the mounted tree. Where a mount cannot be made, or a program is not installed,
 * the test says what is missing.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { test, type Test } from "tap";
import { missing_for_mount } from "../../../tools/shell/mount.ts";

const EXECUTABLE = fileURLToPath(new URL("../../../tools/vfio-ap", import.meta.url));
const UUID = "12345678-1234-4123-8123-123456789abc";
const MDEV = `/sys/bus/mdev/devices/${UUID}`;
const CREATE = "/sys/devices/vfio_ap/matrix/mdev_supported_types/vfio_ap-passthrough/create";
const TO_VFIO_AP = "echo 0x0 > /sys/bus/ap/apmask";

const LIMIT_MS = 60000;

function shell(
	options: string[], script: string,
): { status: number | null; out: string; err: string } {
	const { status, stdout, stderr } =
		spawnSync(EXECUTABLE, ["shell", ...options, "--", "bash", "-c", script],
		{ encoding: "utf8", timeout: LIMIT_MS });

	return { status, out: stdout, err: stderr };
}

function installed(program: string): boolean {
	return spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
}

/* Why there is no mount here, or false. */
function no_mount(): string | false {
	const missing = missing_for_mount(true);

	if (missing !== null)
		return missing;
	const { status, err } = shell([], "true");

	return status === 4 ? err.trim() : false;
}

const skip = no_mount();

function without(program: string): string | false {
	return skip || (installed(program) ? false : `${program} is not installed`);
}

function folder(t: Test): string {
	const path = mkdtempSync(join(tmpdir(), "vfio-ap-test-"));

	t.teardown(() => rmSync(path, { recursive: true, force: true }));
	return path;
}

test("shell: exit codes are passed on, and /sys is as it was", { skip }, async (t) => {
	t.equal(shell([], "exit 7").status, 7);
	t.equal(shell([], "kill -9 $$").status, 137);
	t.equal(shell([], "(sleep 0.3; exit 1) & exit 3").status, 3,
		"what is left running is waited for");
	t.notMatch(readFileSync("/proc/mounts", "utf8"), "vfio-ap");
	t.equal(spawnSync(EXECUTABLE, ["shell", "--driver", "v0"], { encoding: "utf8" }).status, 2);
});

test("shell: reads, writes, and the kernel's errors as a shell says them", { skip }, async (t) => {
	const { out, err } = shell([], `
		${TO_VFIO_AP}
		echo ${UUID} > ${CREATE}
		echo 5 > ${MDEV}/assign_adapter
		echo 0x47 > ${MDEV}/assign_domain
		cat ${MDEV}/matrix
		echo 4x > ${MDEV}/assign_domain
		echo 300 > ${MDEV}/assign_domain
		echo ${UUID} > ${CREATE}
		mkdir /sys/devices/ap/new
		touch /sys/devices/ap/new
		find /sys/devices/ap -name '05.0047' | wc -l`);

	t.equal(out, "05.0047\n1\n");
	t.match(err,
		/Invalid argument\n.*No such device\n.*File exists\n.*not permitted\n.*denied\n$/s);
});

test("sim: guests, the host, time, other drivers", { skip }, async (t) => {
	const { out, status, err } = shell([], `
		${TO_VFIO_AP}
		echo ${UUID} > ${CREATE}
		echo 5 > ${MDEV}/assign_adapter
		echo 0x47 > ${MDEV}/assign_domain
		sim guest start ${UUID} && sim guest status
		sim guest run ${UUID} "tapq 05.0047; tapq 06.0047"
		sim host remove adapter 5 && sim guest status
		sim switch v11
		sim nonsense`);

	t.match(out, /assigned +05.0047\n +shadow +05.0047\n +guest +05.0047\n/);
	t.match(out, /tapq 05.0047: cc 0, .*\ntapq 06.0047: cc 3, response code 01/);
	t.match(out, /guest +none\n/);
	t.match(out,
		/from v6.12 to v11:\n.*sim host remove adapter 5\n +guest of m0: -, now 05.0047\n/s,
		"v11 leaves the last adapter in the guest");
	t.equal(status, 2);
	t.match(err, /sim: unknown command "nonsense", see sim help/);
});

test("a removal waits for the guest; only its writer does", { skip }, async (t) => {
	const { out } = shell([], `
		${TO_VFIO_AP}
		echo ${UUID} > ${CREATE}
		sim guest start ${UUID}
		(echo 1 > ${MDEV}/remove; echo removed) &
		sleep 0.2
		cat /sys/bus/ap/ap_max_domain_id
		echo stopping
		sim guest stop ${UUID}
		wait
		ls /sys/bus/mdev/devices`);

	t.equal(out, "255\nstopping\nremoved\n");
});

test("--record: what was done replays with the same results", { skip }, async (t) => {
	const file = join(folder(t), "recorded.scn");

	shell(["--record", file], `
		${TO_VFIO_AP}
		echo ${UUID} > ${CREATE}
		echo 5 > ${MDEV}/assign_adapter
		echo 0x47 > ${MDEV}/assign_domain
		echo 0x300 > ${MDEV}/assign_domain
		sim guest start ${UUID}
		echo 05.0047 > /sys/bus/ap/drivers/vfio_ap/unbind
		sim host remove domain 4`);
	const text = readFileSync(file, "utf8");
	const { status, stdout } =
		spawnSync(EXECUTABLE, ["replay", file, "--driver", "v6.12", "--format", "json"],
		{ encoding: "utf8" });

	t.match(text, /assign_domain m0 "0x300\\n" = -ENODEV/);
	t.match(text, /unbind 05.0047 = 0/);
	t.equal(status, 0, stdout);
	const { holds, steps } = JSON.parse(stdout) as { holds: number; steps: unknown[] };

	/* time that passes by itself may be a step more */
	t.ok(holds >= 8);
	t.equal(holds, steps.length);
});

test("signals: SIGTERM ends the command, SIGKILL of the server its mount", { skip }, async (t) => {
	for (const signal of ["SIGTERM", "SIGKILL"] as const) {
		const child = spawn(EXECUTABLE, ["shell", "--", "sleep", "30"],
			{ stdio: "ignore" });
		const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));

		await setTimeout(1500);
		child.kill(signal);
		await ended;
	}
	await setTimeout(200);
	t.notMatch(readFileSync("/proc/mounts", "utf8"), "vfio-ap");
});

test("mdevctl: an mdev from definition to end", { skip: without("mdevctl") }, async (t) => {
	const { out, err } = shell([], `
		${TO_VFIO_AP}
		mdevctl types
		mdevctl define -u ${UUID} -p matrix -t vfio_ap-passthrough
		mdevctl modify -u ${UUID} --addattr=assign_adapter --value=5
		mdevctl modify -u ${UUID} --addattr=assign_domain --value=0x47
		mdevctl start -u ${UUID} && cat ${MDEV}/matrix
		mdevctl list
		mdevctl stop -u ${UUID}
		mdevctl modify -u ${UUID} --addattr=assign_domain --value=0x1000
		mdevctl start -u ${UUID}
		ls /sys/bus/mdev/devices | wc -l`);

	t.match(out, /vfio_ap-passthrough\n +Available instances: 65536\n +Device API: vfio-ap\n/);
	t.match(out, `05.0047\n${UUID} matrix vfio_ap-passthrough manual (defined)\n\n0\n`);
	t.match(err, /assign_domain(.|\n)*No such device \(os error 19\)/);
});

test("udevadm: uevents, within a network namespace", { skip: without("udevadm") }, async (t) => {
	const { out } = shell(["--uevents"], `
		timeout 2 udevadm monitor --kernel --property &
		sleep 0.7
		echo -5 > /sys/bus/ap/apmask
		wait`);

	t.match(out,
		/ACTION=bind\nDEVPATH=\/devices\/ap\/card05\/05.0004\nSUBSYSTEM=ap\n(.*\n)*DRIVER=vfio_ap\n/);
});

for (const [program, script, expected] of [
	["tar", "tar -cf - /sys/bus/ap 2>/dev/null | tar -tf - | grep -c apmask", "1\n"],
	["grep", "grep -r 0xff /sys/bus/ap/apmask | head -c 24", "0xffffffffffffffffffffff"],
	["tree", "tree /sys/devices/ap | tail -1 | grep -c 'directories'", "1\n"],
	["rsync", "rsync -a --no-perms --inplace /sys/bus/ap/ $(mktemp -d) 2>/dev/null; echo $?",
		/^(0|23)\n/],
] as const)
	test(`${program} on the tree`, { skip: without(program) }, async (t) => {
		const { out } = shell([], script);

		if (typeof expected === "string")
			t.equal(out, expected);
		else
			t.match(out, expected);
	});
