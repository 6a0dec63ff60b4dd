// SPDX-License-Identifier: GPL-2.0-only
/*
 * mdevctl, with s390-tools' ap-check as its callout where that is in PATH: the same sequence on
 * every driver, what it prints, and what is recorded of it.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test, type Test } from "tap";
import { ported } from "../../../drivers/s390/crypto/history/index.ts";
import { missing_for_mount } from "../../../tools/shell/mount.ts";

const EXECUTABLE = fileURLToPath(new URL("../../../tools/vfio-ap", import.meta.url));
const UUID = "12345678-1234-4123-8123-123456789abc";
const OTHER = "22345678-1234-4123-8123-123456789abc";
const LIMIT_MS = 100000;

function shell(
	options: string[], script: string,
): { status: number | null; stdout: string; stderr: string } {
	return spawnSync(EXECUTABLE, ["shell", ...options, "--", "bash", "-c", script],
		{ encoding: "utf8", timeout: LIMIT_MS });
}

function installed(program: string): boolean {
	return spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
}

/* Why it cannot be tried here, or false. */
function without(...programs: string[]): string | false {
	const missing = missing_for_mount(false);
	const program = programs.find((name) => !installed(name));

	if (missing !== null || program !== undefined)
		return missing ?? `${program} is not installed`;
	const { status, stderr } = shell([], "true");

	return status === 4 ? stderr.trim() : false;
}

function folder(t: Test): string {
	const path = mkdtempSync(join(tmpdir(), "vfio-ap-test-"));

	t.teardown(() => rmSync(path, { recursive: true, force: true }));
	return path;
}

/*
 * On each driver: the mdev is started and defined, gets adapter and domain, starts anew; then a
 * domain that no host has, then an adapter that is the default drivers'.
 */
const SEQUENCE = `
	U=${UUID}
	echo -5 > /sys/bus/ap/apmask
	for driver in "$@"; do
		sim switch $driver > /dev/null || exit
		type=$(basename /sys/class/mdev_bus/matrix/mdev_supported_types/*passthrough)
		echo "== $driver $type"
		mdevctl types | sed -n 's/.*Device API: //p' | head -1
		mdevctl start -u $U -p matrix -t $type && mdevctl define -u $U
		mdevctl modify -u $U --addattr=assign_adapter --value=5
		mdevctl modify -u $U --addattr=assign_domain --value=0x47
		mdevctl stop -u $U
		mdevctl start -u $U && cat /sys/bus/mdev/devices/$U/matrix
		mdevctl list
		mdevctl stop -u $U
		mdevctl modify -u $U --addattr=assign_domain --value=0x1000
		mdevctl start -u $U 2>&1 | tail -1
		ls /sys/bus/mdev/devices | wc -l
		mdevctl modify -u $U --delattr --index=2
		mdevctl modify -u $U --addattr=assign_adapter --value=4
		mdevctl start -u $U 2>&1 | tail -1
		ls /sys/bus/mdev/devices | wc -l
		cat /sys/class/mdev_bus/matrix/mdev_supported_types/$type/available_instances
		mdevctl stop -u $U 2> /dev/null
		mdevctl undefine -u $U
	done`;

/* What it prints; the last line is the number of instances that are left. */
const PRINTED = (label: string): string[] => [
	`== ${label} vfio_ap-passthrough`, "vfio-ap", "05.0047",
	`${UUID} matrix vfio_ap-passthrough manual (defined)`, "",
	"    No such device (os error 19)", "0",
	"    Cannot assign requested address (os error 99)", "0",
];

/*
 * The design of 2017 knows no masks of the bus, and refuses a domain that is none with another
 * errno.
 */
const PRINTED_2017 = [
	"== rfc2017 vfio_ap_matrix-passthrough", "vfio-ap", "05.0047:05.0047",
	`${UUID} matrix vfio_ap_matrix-passthrough manual (defined)`, "",
	"    Invalid argument (os error 22)", "0", "1",
];

test("mdevctl: the sequence on every driver, with what it prints", { skip: without("mdevctl") },
		async (t) => {
	/* that of 2017 last: what it lets be done leads elsewhere on the others */
	const labels = ported.map(({ label }) => label)
		.sort((a, b) => Number(a === "rfc2017") - Number(b === "rfc2017"));
	const { stdout, stderr } =
		spawnSync(EXECUTABLE, ["shell", "--", "bash", "-c", SEQUENCE, "sh", ...labels],
		{ encoding: "utf8", timeout: LIMIT_MS });
	const blocks = stdout.split(/(?=^== )/m).map((block) => block.trimEnd().split("\n"));

	t.equal(stderr, "");
	t.equal(blocks.length, labels.length);
	for (const [i, label] of labels.entries()) {
		const printed = blocks[i]!.slice(0, -1), left = Number(blocks[i]!.at(-1));

		if (label === "rfc2017") {
			t.strictSame(printed, PRINTED_2017);
			continue;
		}
		t.strictSame(printed, PRINTED(label), label);
		/* v12 never gives back the instance of an mdev that is removed; v13 mended it */
		t.equal(left === 65536, label !== "v12", `${label}: ${left} instances are left`);
	}
});

test("mdevctl, --record: replays with the same results and the same guest",
		{ skip: without("mdevctl") }, async (t) => {
	const file = join(folder(t), "mdevctl.scn");
	const { stdout } = shell(["--record", file], `
		echo -5,-6 > /sys/bus/ap/apmask
		mdevctl define -u ${UUID} -p matrix -t vfio_ap-passthrough
		mdevctl modify -u ${UUID} --addattr=assign_adapter --value=5
		mdevctl modify -u ${UUID} --addattr=assign_domain --value=0x47
		mdevctl start -u ${UUID}
		sim guest start ${UUID}
		sim guest run ${UUID} "aqic-on 05.0047; zapq 05.0047"
		echo 6 > /sys/bus/mdev/devices/${UUID}/assign_adapter
		echo 06.0047 > /sys/bus/ap/drivers/vfio_ap/unbind
		cat /sys/bus/mdev/devices/${UUID}/guest_matrix`);
	const { status, stdout: json } =
		spawnSync(EXECUTABLE, ["replay", file, "--driver", "v6.12", "--format", "json"],
		{ encoding: "utf8" });
	const { steps, holds } = JSON.parse(json) as {
		steps: { guest: string[] }[]; holds: number;
	};

	t.equal(status, 0, json);
	t.match(readFileSync(file, "utf8"),
		/^run m0 aqic-on 05.0047 = 0 .*\nrun m0 zapq 05.0047 = 0 /m);
	t.equal(holds, steps.length, "each step has a result that holds");
	t.strictSame(steps.at(-1)!.guest,
		stdout.split("\n").filter((line) => /^\d\d\./.test(line)));
	t.strictSame(steps.at(-1)!.guest, ["05.0047"]);
});

test("ap-check: refuses what another mdev has, and what is the host's",
		{ skip: without("mdevctl", "ap-check") }, async (t) => {
	const { stderr } = shell([], `
		cp $(command -v ap-check) /etc/mdevctl.d/scripts.d/callouts/
		echo -5 > /sys/bus/ap/apmask
		for u in ${UUID} ${OTHER}; do
			mdevctl define -u $u -p matrix -t vfio_ap-passthrough
			mdevctl modify -u $u --addattr=assign_adapter --value=5
			mdevctl modify -u $u --addattr=assign_domain --value=0x47
		done
		mdevctl start -u ${UUID}
		mdevctl start -u ${OTHER}
		mdevctl modify -u ${OTHER} --delattr --index=0
		mdevctl modify -u ${OTHER} --addattr=assign_adapter --value=6
		mdevctl start -u ${OTHER}`);

	t.match(stderr, `ap-check: APQN 5.71 already in use by ${UUID}\n`);
	t.match(stderr,
		/ap-check: APQN 6.71 is not allowed for vfio_ap-passthrough use by the active ap bus mask/);
});
