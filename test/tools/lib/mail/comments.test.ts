// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { steps } from "./steps_of.ts";

const SET_UP = "bound: 0a.0001 0a.0002\n";
const MADE = ["bound 0a.0001 0a.0002", "mdev m0", "assign_adapter m0 10 = ok",
	"assign_domain m0 1 = ok"];
const ASSIGNS = "# echo 10 > assign_adapter\n# echo 1 > assign_domain\n";

test("comments: what announces the commands below it", async (t) => {
	for (const [text, more] of [
		[`# Let's begin with one queue:\n# now assign the card\n${ASSIGNS}`, []],
		[`${ASSIGNS}# Next, start the guest\n# virsh start g\n`, ["open m0 = ok"]],
		[`# assign adapter and domain\n${ASSIGNS}# look at it\n# cat matrix\n0a.0001\n`,
			["matrix m0 0a.0001"]],
		[`${ASSIGNS}# ok, unbind the other one\n# echo 0a.0002 > /sys/bus/ap/drivers/vfio_ap/unbind\n`,
			["unbind 0a.0002 = ok"]],
	] as const)
		t.strictSame(await steps(SET_UP + text), [...MADE, ...more], text);
	for (const comment of ["# start the guest", "# unbind the other one",
		"# now the guest is running", "# 0a.0002 is not bound", "# assign it, if it works"])
		t.match((await steps(
			`${SET_UP}${ASSIGNS}${comment}\n# cat guest_matrix\n0a.0001\n`))[0],
			/line 4 is not read/, comment);
});

test("comments: a script that shows nothing claims nothing", async (t) => {
	const script = "M=/sys/devices/vfio_ap/matrix/$U\nls $M\necho 10 > $M/assign_adapter\n" +
		"for d in 1; do\n\techo $d > $M/assign_domain\ndone\ncat $M/matrix\nvirsh start g\n" +
		"cat $M/guest_matrix\necho 1 > $M/unassign_domain\ncat $M/guest_matrix\n";

	t.strictSame(await steps(SET_UP + script),
		[...MADE, "open m0 = ok", "unassign_domain m0 1 = ok"]);
});

test("comments: who types where, and how else it is shown", async (t) => {
	const done = [...MADE, "open m0 = ok", "guest m0 0a.0001"];

	for (const [text, more] of [
		["Terminal 2:\n# cat guest_matrix\n0a.0001\nTerminal 1:\n# echo 1 > unassign_domain\n",
			["guest m0 0a.0001", "unassign_domain m0 1 = ok"]],
		["# watch -n 1 cat guest_matrix\n\nEvery 1.0s: cat guest_matrix   lp5: Mon Nov 30\n\n0a.0001\n",
			["guest m0 0a.0001"]],
		["# watch -n 1 cat guest_matrix\n# watch date\n# echo 1 > unassign_domain\n",
			["unassign_domain m0 1 = ok"]],
		["# virsh qemu-monitor-command g --hmp 'info qtree'\n# virsh domstate g\nrunning\n" +
			"# virsh qemu-monitor-command g --hmp 'device_del hostdev0'\n",
				["close m0 = ok"]],
		["# if ! echo 2 > assign_domain; then echo failed; fi\n",
			["assign_domain m0 2 = ok"]],
		["# if ! echo 2 > assign_domain; then echo failed; fi\nfailed\n",
			["assign_domain m0 2", "rc error"]],
		["root@lp5:/sys/devices/vfio_ap\n# echo 2 > assign_domain\n" +
			"-bash: echo: Schreibfehler: Das Ger\u00e4t oder die Ressource ist belegt\n",
			["assign_domain m0 2", "rc -EBUSY"]],
	] as const)
		t.strictSame(await steps(`${SET_UP}${ASSIGNS}# virsh start g\n${text}`),
			[...done.slice(0, -1), ...more], text);
	t.strictSame((await steps(
		"# driverctl -b ap list-devices\n0a.0001 vfio_ap\n0a.0002 cex4queue\n" +
		ASSIGNS))[0], "bound 0a.0001");
});

test("comments: what is only printed is not done, nor what a remark says of a list", async (t) => {
	const told = "bound: 0a.0001 0b.0001\nmatrix: 0a.0001\nThe guest is running.\n";

	for (const said of ["echo 11 > assign_adapter", "Now: echo 11 > assign_adapter"])
		t.strictSame((await steps(
			`${told}# echo "${said}"\n${said}\n# cat guest_matrix\n0a.0001\n`))
			.slice(3), ["guest m0 0a.0001"], said);
	t.strictSame((await steps(
		`${told}guest_matrix:\n0a.0001\n0b.0001\n(after assigning adapter 0b)\n`))
			.slice(0, 2),
	["line 4 is not read", "line 5 is not read"]);
	t.strictSame((await steps(
		`${told}# echo 11 > assign_adapter\n# cat guest_matrix\n0a.0001\n` +
		"0b.0001\n(after assigning adapter 0b)\n")).slice(4),
	["assign_adapter m0 11 = ok", "guest m0 0a.0001 0b.0001",
		"unread \"(after assigning adapter 0b)\""]);
});

test("comments: more of what people type", async (t) => {
	const L = "/sys/bus/ap/drivers/vfio_ap";
	const assigns = "# echo 10 > assign_adapter; sync\n# echo 1 > assign_domain\n# cat matrix\n0a.0001\n";
	const row = "0a.0001  CEX7C CCA-Coproc  in use  -  vfio_ap\n";

	for (const text of [`# (cd ${L} && ls -d ??.????)\n0a.0001\n`,
		`# echo ${L}/*.*\n${L}/0a.0001\n`,
		`# lszcrypt -V | fgrep vfio_ap\n${row}`,
		`# lszcrypt -V | sed -n '/vfio_ap/p'\n${row}`,
		`From lszcrypt -V:\n${row}`])
		t.strictSame((await steps(text + assigns)).slice(0, 1), ["bound 0a.0001"], text);
	t.strictSame((await steps(`${SET_UP}# echo 10 > assign_adapter\n` +
		"# for d in 1 2; do sudo sh -c \"echo $d > assign_domain\"; done\n" +
		`# Q=0a.0002; echo $Q > ${L}/unbind\n# cat matrix | tee before\n0a.0001\n0a.0002\n`)).slice(2),
	["assign_adapter m0 10 = ok", "assign_domain m0 1 = ok", "assign_domain m0 2 = ok",
		"unbind 0a.0002 = ok", "matrix m0 0a.0001 0a.0002"]);
});
