// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { steps } from "./steps_of.ts";

const TOLD = "bound: 0a.0001 0b.0001\nmatrix: 0a.0001 0b.0001\nThe guest is running.\n";
const BEHIND = "# echo 11 > unassign_adapter\n# cat guest_matrix\n0a.0001\n";
const DONE = ["unassign_adapter m0 11 = ok", "guest m0 0a.0001"];

test("reads: the many ways to show a file", async (t) => {
	for (const typed of [
		"for q in $(cat guest_matrix); do echo $q; done",
		"for q in `cat guest_matrix`; do echo \"$q\"; done",
		"while read -r q; do echo ${q}; done < guest_matrix", "less guest_matrix",
		"sed -n p guest_matrix", "awk '{print $1}' guest_matrix", "tail -n +1 guest_matrix",
		"sort < guest_matrix",
	])
		t.strictSame((await steps(`${TOLD}# ${typed}\n0a.0001\n0b.0001\n${BEHIND}`))
			.slice(3),
			["guest m0 0a.0001 0b.0001", ...DONE], typed);
	for (const typed of ["echo $(cat guest_matrix)", "paste -sd' ' guest_matrix",
		"xargs < guest_matrix"])
		t.strictSame((await steps(`${TOLD}# ${typed}\n0a.0001 0b.0001\n${BEHIND}`))
			.slice(3),
			["guest m0 0a.0001 0b.0001", ...DONE], typed);
	t.strictSame((await steps(
		`${TOLD}# cat -n guest_matrix\n     1\t0a.0001\n     2\t0b.0001\n` +
		`# cat -A guest_matrix\n0a.0001$\n0b.0001$\n${BEHIND}`)).slice(3),
	["guest m0 0a.0001 0b.0001", "guest m0 0a.0001 0b.0001", ...DONE]);
});

test("reads: how many there are, where that can only be all or none", async (t) => {
	for (const [typed, shown] of [["cat matrix | wc -l", "2"], ["wc -l < matrix", "2"],
		["wc -l matrix", "2 matrix"], ["grep -c . matrix", "2"]])
		t.strictSame((await steps(`${TOLD}# ${typed}\n${shown}\n${BEHIND}`)).slice(3),
			["matrix m0 0a.0001 0b.0001", ...DONE], typed);
	t.strictSame((await steps(`${TOLD}# echo 11 > unassign_adapter && cat matrix | wc -l\n1\n` +
		"# wc -l < guest_matrix\n1\n")).slice(3),
	["unassign_adapter m0 11 = ok", "matrix m0 0a.0001", "guest m0 0a.0001"]);
	for (const typed of ["wc -l < guest_matrix", "cat matrix | wc -l"])
		t.equal((await steps(`${TOLD}# ${typed}\n1\n`)).at(-1), `unread "# ${typed}"`);
});

test("reads: what says nothing of an mdev opens nothing", async (t) => {
	for (const [file, shown] of [["/sys/bus/ap/ap_max_domain_id", "84"],
		["/sys/bus/ap/ap_control_domain_mask", "0xffff"],
		["/sys/class/mdev_bus/x/mdev_supported_types/y/available_instances", "65535"],
		["/sys/bus/ap/devices/card0a/config", "1"], ["/etc/machine-id", "abcdef"],
		["/sys/bus/ap/devices/0a.0001/uevent", "DEV_TYPE=000D\nDRIVER=vfio_ap"],
		["guest_matirx", "cat: guest_matirx: No such file or directory"]])
		t.strictSame((await steps(`${TOLD}# cat ${file}\n${shown}\n${BEHIND}`))
			.slice(3), DONE,
			file);
	for (const [file, shown] of [["/tmp/notes", "todo 0b.0001"],
		["x/matrix y/guest_matrix", "0a.0001"]])
		t.equal((await steps(`${TOLD}# cat ${file}\n${shown}\n${BEHIND}`))[0],
			"line 4 is not read", file);
});

test("reads: what is shown below a lead-in, and in a guest", async (t) => {
	const rows = "CARD.DOM TYPE  MODE        STATUS  REQUESTS  DRIVER\n" +
		"--------------------------------------------------\n" +
		"0a       CEX7C CCA-Coproc  online         0  cex4card\n" +
		"0a.0001  CEX7C CCA-Coproc  in use         -  vfio_ap\n";
	const of_guest = rows.replace(/ {2}\S+$/gm, "").replace("in use", "online");

	for (const head of ["Output of lszcrypt -V:", "The output of `lszcrypt -V`:",
		"Excerpt of lszcrypt -V:", "\"lszcrypt -V\" lists:", "lszcrypt -V gives:\n",
		"# lszcrypt -V (on the host)", "The output of lszcrypt -V is:",
		"Here's lszcrypt -V:",
		"'lszcrypt -V' says:", "This is what lszcrypt -V shows:", "Queues (lszcrypt -V):",
		"Relevant part of lszcrypt -V:", "On the host, lszcrypt -V shows:"])
		t.strictSame(await steps(
			`${head}\n${rows}APQNs assigned to the mdev: 0a.0001\nThe guest is running.\n` +
			"# echo 1 > unassign_domain\n"), ["bound 0a.0001",
			"mdev m0 adapters 0a domains 0001", "open m0 = ok",
			"unassign_domain m0 1 = ok"], head);
	for (const head of ["# lszcrypt (in the guest)", "[guest]# lszcrypt", "In the guest:"])
		t.strictSame((await steps(`${TOLD}${head}\n${of_guest}${BEHIND}`)).slice(3),
			["guest m0 0a.0001", ...DONE], head);
	for (const [dir, shows] of [["/sys/bus/ap/devices", "guest m0 0a.0001"],
		["/sys/bus/ap/drivers/cex4queue", "guest m0 0a.0001"],
		["/sys/devices/ap/card0a", "guest m0 has 0a.0001"]])
		t.strictSame((await steps(`${TOLD}guest# ls ${dir}\n0a.0001  uevent\n${BEHIND}`))
			.slice(3),
			[shows, ...DONE], dir);
});

test("reads: what a shell refused was not done", async (t) => {
	for (const [typed, refused] of [
		["ehco 5 > unassign_domain", "bash: ehco: command not found"],
		["lszcrytp -V", "-bash: lszcrytp: command not found"],
		["foo", "sh: 1: foo: not found"],
		["ehco 5", "zsh: command not found: ehco"],
		["echo 1 > unasign_domain", "bash: unasign_domain: No such file or directory"],
		["sudo echo 1 > unassign_domain", "-bash: unassign_domain: Permission denied"],
		["echo 1 > $M/unassign_domain",
			"dash: 1: cannot create /sys/x/unassign_domain: Permission denied"]])
		t.strictSame((await steps(`${TOLD}# ${typed}\n${refused}\n${BEHIND}`))
			.slice(3), DONE,
			refused);
	t.strictSame((await steps(`${TOLD}# echo 1 > unassign_domain\n` +
		`bash: echo: write error: Permission denied\n${BEHIND}`)).slice(3, 5),
	["unassign_domain m0 1", "rc -EACCES"], "which is the driver's doing");
});

test("reads: a queue whose status is shown is there, and vfio_ap has it", async (t) => {
	t.strictSame((await steps("# cat /sys/bus/ap/devices/0a.0001/status\nassigned\n" +
		"# cat matrix\n0a.0001\n# echo 10 > unassign_adapter\n")).slice(0, 4),
	["bound 0a.0001", "mdev m0 adapters 0a domains 0001", "read 0a.0001 status = ok",
		"out \"assigned\\n\""]);
});
