// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may mount: root, and anyone where user namespaces are allowed. Whoever may not, or lacks
 * something, is told in one line, with exit code 4.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "tap";
import { missing_for_mount } from "../../../tools/shell/mount.ts";

const EXECUTABLE = fileURLToPath(new URL("../../../tools/vfio-ap", import.meta.url));
/* Without what tap has its own child processes do. */
const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", "-i",
	`PATH=${process.env["PATH"]}`, "HOME=/tmp"];
const UUID = "12345678-1234-4123-8123-123456789abc";

type outcome = { status: number | null; stdout: string; stderr: string };

function run(before: readonly string[], ...args: string[]): outcome {
	const [program, ...rest] = [...before, process.execPath, EXECUTABLE, "shell", ...args];

	return spawnSync(program!, rest, { encoding: "utf8", timeout: 60000 });
}

/* What a script makes of /dev, in a mount namespace, before the command runs. */
function with_dev(script: string, ...before: string[]): string[] {
	return [
		"unshare", "-m", "sh", "-c", `mount --make-rprivate / && ${script} && exec "$@"`,
		"sh", ...before,
	];
}

function works(command: readonly string[]): boolean {
	return spawnSync(command[0]!, [...command.slice(1), "true"]).status === 0;
}

const no_root = process.geteuid?.() !== 0 ? "not root" : works(with_dev("true"))
	? false : "no mount namespace";
const no_nobody = no_root || missing_for_mount(false) ||
	(works([...NOBODY, "unshare", "-Urm"]) ? false
	: "no user namespaces") ||
	(works([...NOBODY, process.execPath, "-e", "0"]) ? false : "nobody cannot run node");

test("a user without rights has the same machine", { skip: no_nobody }, async (t) => {
	const { status, stdout } = run(NOBODY, "--", "bash", "-c", `
		id -u; echo 0x0 > /sys/bus/ap/apmask
		echo ${UUID} > /sys/devices/vfio_ap/matrix/mdev_supported_types/vfio_ap-passthrough/create
		echo 5 > /sys/bus/mdev/devices/${UUID}/assign_adapter
		echo 0x47 > /sys/bus/mdev/devices/${UUID}/assign_domain
		cat /sys/bus/mdev/devices/${UUID}/matrix
		exit 7`);

	t.equal(stdout, "0\n05.0047\n");
	t.equal(status, 7);
});

/* A folder with these programs alone, for PATH. */
function programs(links: Record<string, string>): string {
	const folder = mkdtempSync(join(tmpdir(), "vfio-ap-test-"));

	chmodSync(folder, 0o755);
	for (const [name, target] of Object.entries(links))
		symlinkSync(target, join(folder, name));
	process.on("exit", () => rmSync(folder, { recursive: true }));
	return folder;
}

const REFUSALS: [what: string, before: string[], options: string[], said: RegExp][] = [
	["no /dev/fuse", with_dev("mount -t tmpfs none /dev && mknod -m 666 /dev/null c 1 3"), [],
		/no \/dev\/fuse: load the module fuse/],
	["/dev/fuse is root's",
		with_dev("touch /tmp/vfio-ap-fuse && chmod 600 /tmp/vfio-ap-fuse && mount --bind /tmp/vfio-ap-fuse /dev/fuse && rm -f /tmp/vfio-ap-fuse || true", ...NOBODY),
		[], /\/dev\/fuse may not be opened: chmod 666 \/dev\/fuse as root/],
	["/dev/fuse is something else", with_dev("mount --bind /dev/null /dev/fuse"), [],
		/mount: not permitted here/],
	["no user namespaces", [...NOBODY, "env", `PATH=${programs({ unshare: "/bin/false" })}`], [],
		/no user namespace: allow them \(sysctl user\.max_user_namespaces\)/],
	["no perl", ["env", `PATH=${programs({ unshare: "/usr/bin/unshare" })}`], ["--uevents"],
		/no perl to send uevents: install perl-base/],
	["no unshare", ["env", "PATH=/nonexistent"], [], /no unshare: install util-linux/],
];

for (const [what, before, options, said] of REFUSALS)
	test(`${what}: exit code 4 and one line`,
			{ skip: no_root || missing_for_mount(false) || false }, async (t) => {
		const { status, stdout, stderr } = run(before, ...options, "--", "true");

		t.equal(status, 4, stderr);
		t.equal(stdout, "");
		const line = stderr.split("\n").filter((text) => text.startsWith("vfio-ap:"));

		t.equal(line.length, 1, stderr);
		t.match(line[0], said);
	});
