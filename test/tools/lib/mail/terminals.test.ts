// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { without_sequences } from "../../../../tools/lib/mail/lines/terminal_text.ts";
import { steps } from "./steps_of.ts";

const SET_UP = "bound: 0a.0001 0a.0002\n";
const MADE = ["bound 0a.0001 0a.0002", "mdev m0", "assign_adapter m0 10 = ok",
	"assign_domain m0 1 = ok", "matrix m0 0a.0001"];

test("terminals: what script(1) writes down, or what is left of it", async (t) => {
	const typed = (before: string, behind: string): string =>
		["echo 10 > assign_adapter", "echo 1 > assign_domain", "cat matrix"]
			.map((it) => `${before}[root@lp5 ~]# ${it}${behind}\n`).join("");
	const ends = "Script done on 2026-11-30 10:01:00+01:00 [COMMAND_EXIT_CODE=\"0\"]\n";

	for (const [before, behind, output] of [
		["\u001b[?2004h", "", "\u001b[?2004l"], ["^[[?2004h", "", "^[[?2004l"],
		["[?2004h", "", "[?2004l"], ["\u001b]0;root@lp5:~\u0007", "\r", ""],
		["^[]0;root@lp5:~^G", "^M", ""], ["\u001b[01;32m", "\u001b[0m", ""],
	] as const)
		t.strictSame(await steps(`${SET_UP}Script started on 2026-11-30 10:00:00+01:00\n` +
			`${typed(before, behind)}${output}0a.0001${behind}\n[root@lp5 ~]# exit\nexit\n${ends}`),
		MADE, before);
	t.equal(without_sequences("ech\u0008ho 5\u0007"), "echo 5");
	t.equal(without_sequences("a ^[ b"), "a ^[ b");
});

test("terminals: what the tools of a shell print around it", async (t) => {
	const done =
		"# echo 10 > assign_adapter\n# echo 1 > assign_domain\n# cat matrix\n0a.0001\n";

	for (const noise of ["# time true\n\nreal\t0m0,004s\nuser\t0m0.000s\nsys\t0m0.003s\n",
		"# pushd /sys/devices/vfio_ap/matrix/$U\n/sys/devices/vfio_ap/matrix/$U ~\n",
		"$ sudo -i\n", "$ su -\n", "# udevadm settle\n",
		"# udevadm info /sys/bus/ap/devices/0a.0001\nE: DEVPATH=/devices/ap/card0a/0a.0001\n",
		"# virsh net-start default\nNetwork default started\n",
		"# virsh start g\nerror: Failed to start domain 'g'\n" +
			"error: Requested operation is not valid: network 'default' is not active\n"])
		t.strictSame(await steps(SET_UP + noise + done), MADE, noise);
	t.strictSame(await steps(
		`${SET_UP}$ echo 0a1b2c3d-0000-4000-8000-000000000001 | sudo tee create\n` +
		`0a1b2c3d-0000-4000-8000-000000000001\n${done}`),
	["bound 0a.0001 0a.0002", "create m0 = ok", ...MADE.slice(2)], "tee says what it writes");
	t.strictSame(await steps(`${SET_UP}# M=/sys/devices/vfio_ap/matrix/$(cat uuid)\n` +
		done.replaceAll("> ", "> $M/").replace("cat m", "cat $M/m")), MADE);
	t.match((await steps(`${SET_UP}# virsh start g\nerror: Failed to start domain 'g'\n` +
		`error: device vfio-ap is busy\n${done}`))[0], /line [34] is not read/);
});

test("terminals: QEMU's errors start no guest", async (t) => {
	const device = "-device vfio-ap,sysfsdev=/sys/devices/vfio_ap/matrix/$U";
	const start = `# qemu-system-s390x -m 1G ${device}`;

	t.strictSame((await steps(`${SET_UP}matrix: 0a.0001\n${start} &\n[1] 333\n${start}\n` +
		`qemu-system-s390x: ${device}: vfio $U: error getting device from group 3: ` +
		"Device or resource busy\n")).slice(2), ["open m0 = ok", "open m0", "rc -EBUSY"]);
	t.equal((await steps(`${SET_UP}matrix: 0a.0001\n${start}\n` +
		`qemu-system-s390x: ${device}: no such device\n`))[0], "line 4 is not read");
});

test("terminals: what a guest prints while it boots", async (t) => {
	const login = "[    0.1] Linux version 6.12\nvm login: root\nPassword:\n";
	const rows = "0a       CEX7C CCA-Coproc  online  1\n0a.0001  CEX7C CCA-Coproc  online  1\n";

	for (const to of ["virsh start vm --console", "virsh start vm\n# virsh console vm"])
		t.strictSame((await steps(`${SET_UP}matrix: 0a.0001\n# ${to}\n${login}` +
			`[root@vm ~]# lszcrypt\n${rows}[root@vm ~]# ^]\n# echo 1 > unassign_domain\n`))
			.slice(2), ["open m0 = ok", "guest m0 0a.0001",
				"unassign_domain m0 1 = ok"], to);
});
