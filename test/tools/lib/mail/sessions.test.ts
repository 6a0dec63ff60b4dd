// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { only_shows } from "../../../../tools/lib/mail/typed/harmless.ts";
import { pick_drivers, play } from "../../../../tools/lib/play/play.ts";
import { print_scenario } from "../../../../tools/lib/scenario/print.ts";
import { is_typed } from "../../../../tools/lib/mail/typed/shell.ts";
import { read, steps } from "./steps_of.ts";

await pick_drivers("v6.12");

const SET_UP = "bound: 0a.0001 0a.0002\n";
const MADE = ["bound 0a.0001 0a.0002", "mdev m0", "assign_adapter m0 10 = ok",
	"assign_domain m0 1 = ok"];
const RUNS = "# echo 10 > assign_adapter\n# echo 1 > assign_domain\n# virsh start g\n";
const RUNNING = [...MADE, "open m0 = ok"];

test("sessions: what a shell asks for with its second prompt is typed", async (t) => {
	for (const script of [
		"# for d in 1; do\n> echo 10 > assign_adapter\n> echo $d > assign_domain\n> done\n",
		"# sudo bash <<EOF\n> echo 10 > assign_adapter\n> echo 1 > assign_domain\n> EOF\n",
		"root@z:~# echo 10 \\\n>   > assign_adapter\nroot@z:~# echo 1 > assign_domain\n",
		"# set_to() {\n> echo $1 > $2\n> }\n# set_to 10 assign_adapter\n# set_to 1 assign_domain\n",
	])
		t.strictSame(await steps(`${SET_UP}${script}# cat matrix\n0a.0001\n`),
			[...MADE, "matrix m0 0a.0001"], script);
	t.match(await steps(
		`${SET_UP}${RUNS}# if test -e x; then\n> echo 2 > assign_domain\n> fi\n` +
		"# cat guest_matrix\n0a.0001\n"), ["line 5 is not read", "line 6 is not read"]);
});

test("sessions: what set -x shows", async (t) => {
	t.strictSame(await steps(
		`${SET_UP}+ echo 10\n+ tee assign_adapter\n10\n+ sudo tee assign_domain\n` +
		"+ echo 1\n1\n+ virsh start g\n"), RUNNING);
	t.match(await steps(
		`${SET_UP}+ echo 10\n+ echo 1\n+ virsh start g\n+ cat guest_matrix\n0a.0001\n`),
		["line 2 is not read", "line 3 is not read"], "where it went is not shown");
});

test("sessions: what only shows something changes nothing, unless it shows more", async (t) => {
	const behind = (noise: string): Promise<string[]> =>
		steps(`${SET_UP}${RUNS}${noise}# cat guest_matrix\n0a.0001\n`);

	for (const noise of [
		"# uname -r\n6.12.0\n# date\nTue Dec 1 09:00:00 CET 2026\n",
		"[root@z ~]# lsmod | grep vfio\nvfio_ap   65536  2\n[root@z ~]# lscss -u\n0.0.c001 0.0.0002  1732/04\n",
		"# dmesg | tail -1\n[   10.1] vfio_ap matrix: MDEV: Registered\n",
		"# lszcrypt -b\nap_domain=0x1\npoll_thread is disabled\n", "# chzcrypt -t 100000\n",
		"# ls /sys/devices/vfio_ap/matrix/$U\nassign_adapter  guest_matrix  matrix\n",
		"# virsh list --all\n Id   Name   State\n-----------------\n -    h      shut off\n\n",
		"# chzdev -p ap apmask=+10\nAP configured\n", "# cat /etc/os-release > /tmp/x\n",
	])
		t.strictSame(await behind(noise), [...RUNNING, "guest m0 0a.0001"], noise);
	for (const noise of [
		"# modprobe -r vfio_ap\n", "# reboot\n", "# systemctl restart libvirtd\n",
		"# ./prepare\n",
		"# journalctl -n 1\nqueue 0a.0001 is gone\n",
		"# lszcrypt -d\nDOMAIN 00 01\n    00  .  B\n",
		"# find /sys -name x -exec rm {} +\n", "# virsh save g /tmp/g\n",
		"# git checkout main\n",
	])
		t.match(await behind(noise), ["line 5 is not read"], noise);
	t.strictSame(["which queues are bound", "more of them", "date", "find . -name x",
		"git am x",
		"dmesg | tail -2", "uptime; reboot", "stat $(cat x)", "ps aux > /dev/sda"]
			.filter(only_shows),
	["date", "find . -name x", "dmesg | tail -2"]);
});

test("sessions: what is shown of several files", async (t) => {
	const done = [...MADE, "open m0 = ok", "matrix m0 0a.0001", "guest m0 0a.0001"];

	for (const shown of [
		"# grep . matrix guest_matrix\nmatrix:0a.0001\nguest_matrix:0a.0001\n",
		"# grep . *\ngrep: assign_adapter: Permission denied\nmatrix:0a.0001\nguest_matrix:0a.0001\nuevent:DRIVER=x\n",
		"# head *matrix\n==> matrix <==\n0a.0001\n\n==> guest_matrix <==\n0a.0001\n",
	])
		t.strictSame(await steps(SET_UP + RUNS + shown), done, shown);
	t.match(await steps(`${SET_UP}${RUNS}# cat matrix guest_matrix features\n0a.0001\n`),
		["line 5 is not read"], "which is which nobody knows");
	t.match(await steps(`${SET_UP}${RUNS}# cat matrix; cat guest_matrix\n0a.0001\n0a.0001\n`),
		["line 5 is not read"], "nor here");
});

test("sessions: a guest that is rebooted is reset; what goes to a file is done", async (t) => {
	t.strictSame(await steps(`${SET_UP}${RUNS}# virsh reboot g\n`),
		[...RUNNING, "reset m0 = ok"]);
	t.strictSame(await steps(`${SET_UP}${RUNS.replace("start g", "start g > /tmp/log")}`),
		RUNNING);
	t.strictSame((await steps(`${SET_UP}${RUNS}# chzcrypt -c off 0a\n`)).at(-1),
		"config 0a off = ok");
	t.match(await steps(`${SET_UP}${RUNS}# ls /sys/bus/ap/drivers/vfio_ap/0a.0001\n` +
		"ls: cannot access '/sys/bus/ap/drivers/vfio_ap/0a.0001': No such file or directory\n"),
	[...RUNNING, "not_bound 0a.0001"]);
});

test("sessions: a script shows nothing but what its comments say", async (t) => {
	const script = (shown: string): Promise<string[]> => steps(`${SET_UP}#!/bin/sh -e\n` +
		`echo 10 > assign_adapter   # the card\necho 1 > assign_domain\n${shown}\nvirsh start g\n`);

	t.strictSame(await script("cat matrix"), RUNNING);
	t.strictSame((await script("cat matrix   # shows 0a.0001")).slice(4),
		["matrix m0 0a.0001", "open m0 = ok"]);
	t.strictSame((await script("cat matrix  # nothing")).slice(4),
		["matrix m0 -", "open m0 = ok"]);
	t.match(await script("cat matrix  # which has both queues"), ["line 5 is not read"]);
	t.strictSame((await script("echo 2 > assign_domain  # fails with EBUSY")).slice(4),
		["assign_domain m0 2", "rc -EBUSY", "open m0 = ok"]);
	t.match(await script("echo 2 > assign_domain  # should fail here"), ["line 5 is not read"]);
});

test("sessions: what is not there any more", async (t) => {
	const M = "/sys/devices/vfio_ap/matrix/$U";

	for (const shown of [`# cat ${M}/matrix\ncat: ${M}/matrix: No such file or directory\n`,
		`# ls ${M}\nls: cannot access '${M}': No such file or directory\n`]) {
		t.strictSame(
			(await steps(`${SET_UP}# mdevctl start -u $U -t vfio_ap-passthrough\n# mdevctl stop -u $U\n` +
			shown)).slice(2), ["destroy m0 = ok", "read m0 matrix", "rc -ENODEV"],
				shown);
		t.match(await steps(`${SET_UP}matrix: 0a.0001\n${shown}# virsh start g\n`),
			["bound 0a.0001 0a.0002", /^unread /], shown);
	}
});

test("sessions: a list of all that is bound leaves out what is not", async (t) => {
	const D = "/sys/bus/ap/drivers/vfio_ap";
	const list = (typed: string): Promise<string[]> =>
		steps(`${SET_UP}${RUNS}# echo 0a.0002 > ${D}/unbind\n${typed}\n0a.0001  bind  uevent\n`);

	for (const typed of [`# ls ${D}`, `# ls -1 ${D} | grep -v -e bind -e uevent`])
		t.strictSame((await list(typed)).slice(6),
			["is_bound 0a.0001", "not_bound 0a.0002"], typed);
	t.strictSame((await list(`# ls ${D}/0a.0001`)).slice(6), ["is_bound 0a.0001"],
		"one of them");
});

test("sessions: a guest that runs before it has the mdev", async (t) => {
	t.strictSame(
		await steps(`${SET_UP}matrix: 0a.0001\n# cat dev.xml\n<hostdev type='mdev'>\n</hostdev>\n# virsh start g\n` +
		"Domain 'g' started\n\n# virsh attach-device g dev.xml\nDevice attached successfully\n\n" +
		"# virsh detach-device g dev.xml\n# virsh destroy g\n"),
	["bound 0a.0001 0a.0002", "mdev m0 adapters 0a domains 0001", "open m0 = ok",
		"close m0 = ok"]);
});

test("sessions: what a guest has at first is what it was given", async (t) => {
	t.strictSame(
		await steps(`bound: 0a.0001 0b.0001\n# cat guest_matrix\n0a.0001\n# echo 11 > assign_adapter\n` +
		"# cat guest_matrix\n0a.0001\n0b.0001\n"),
	["bound 0a.0001 0b.0001", "mdev m0 adapters 0a domains 0001",
		"guest m0 0a.0001",
		"assign_adapter m0 11 = ok", "guest m0 0a.0001 0b.0001"]);
});

test("sessions: grep shows what it was asked for", async (t) => {
	t.equal((await steps(`${SET_UP}${RUNS}# grep -c . guest_matrix\n2\n`)).at(-1),
		"unread \"# grep -c . guest_matrix\"");
	t.ok((await steps(`${SET_UP}${RUNS}# grep 0b guest_matrix\n# virsh destroy g\n`))
		.includes("unread \"# grep 0b guest_matrix\""), "of nothing that there is");
	t.strictSame((await steps(`${SET_UP}${RUNS}# grep 0a guest_matrix\n0a.0001\n`)).at(-1),
		"guest m0 has 0a.0001");
	t.strictSame((await steps(`${SET_UP}${RUNS}# grep . guest_matrix\n0a.0001\n`)).at(-1),
		"guest m0 0a.0001");
});

test("sessions: lszcrypt in a guest", async (t) => {
	t.strictSame(
		(await steps(`${SET_UP}${RUNS}In the guest:\n# lszcrypt\nCARD.DOM TYPE  MODE        STATUS  REQUESTS\n` +
		"0a       CEX8P EP11-Coproc online         0\n0a.0001  CEX8P EP11-Coproc online         0\n")).at(-1),
	"guest m0 0a.0001");
});

test("sessions: a matrix shown behind a store to the driver was there before", async (t) => {
	t.strictSame(
		(await steps("# echo 0a.0001 > /sys/bus/ap/drivers/vfio_ap/unbind\n# cat matrix\n0a.0001\n0a.0002\n" +
		"# cat guest_matrix\n#\n")).slice(1),
	["mdev m0 adapters 0a domains 0001 0002", "unbind 0a.0001 = ok",
		"matrix m0 0a.0001 0a.0002", "guest m0 -"]);
});

test("sessions: ap_config is all that an mdev has", async (t) => {
	t.strictSame(
		(await steps(`${SET_UP}# echo 0x0020,0x40,0x0 > ap_config\n# cat matrix\n0a.0001\n# virsh start g\n`))
		.slice(1), ["mdev m0", "write m0 ap_config 0x0020,0x40,0x0 = ok",
			"matrix m0 0a.0001", "open m0 = ok"]);
});

test("sessions: a table with a queue a row", async (t) => {
	for (const table of [
		"| queue | driver | assigned to |\n|---|---|---|\n| 0a.0001 | vfio_ap | mdev1 |\n| 0a.0002 | cex4queue | mdev1 |\n",
		"APQN     bound   mdev\n0a.0001  yes     x\n0a.0002  no      x\n",
	])
		t.strictSame(await steps(`${table}\nThe guest is started.\nguest_matrix: empty\n`),
			["bound 0a.0001", "mdev m0 adapters 0a domains 0001 0002", "open m0 = ok",
				"guest m0 -"], table);
	t.strictSame(
		await steps("APQN\tdriver\tmatrix\tguest\n0a.0001\tvfio_ap\tyes\tyes\n0a.0002\tvfio_ap\tyes\tyes\n"),
		["bound 0a.0001 0a.0002", "mdev m0 adapters 0a domains 0001 0002", "open m0 = ok",
			"guest m0 0a.0001 0a.0002"]);
	t.match(
		await steps(`queue    driver    mdev\n0a.0001  vfio_ap   perhaps\n\n${RUNS}`),
		[/is not read/], "a word that nobody knows");
});

test("sessions: what only another mdev can do, with one mdev", async (t) => {
	const shown =
		"# echo 11 > assign_adapter\nbash: echo: write error: Address already in use\n";

	const alone = (await read(`${SET_UP}matrix: 0a.0001\n${shown}`)).scenarios[0]!;

	t.same(alone.choices.filter((c) => c.what === "taken"),
		[{ what: "taken", queue: "0b.0001" }]);
	t.match(play(alone, "v6.12").steps.at(-1), { verdict: "depends",
		because: "holds if another mdev has 0b.0001, differs else" });
	t.match((await steps(`${SET_UP}matrix empty\n${shown}`)).at(-1), /^unread /,
		"there is no queue to share");
	t.strictSame((await steps(`${SET_UP}mdev1: 0a.0001\nmdev2: 0b.0001\n` +
		`${shown.replace("assign", "mdev1/assign")}`)).at(-1), "rc -EADDRINUSE");
});

test("sessions: SuSE's prompt; a guest that did not start", async (t) => {
	t.strictSame(await steps(
		"z:~ # ls /sys/bus/ap/drivers/vfio_ap\n0a.0001  0a.0002  bind\nz:/sys/devices # " +
		`${RUNS.replaceAll("\n# ", "\nz:/sys/devices # ").slice(2)}`), RUNNING);
	t.match(await steps(
		`${SET_UP}${RUNS}error: Failed to start domain 'g'\nerror: internal error: no\n`),
		["line 5 is not read"]);
});

test("sessions: a label in front of the command that shows it says nothing of its own",
		async (t) => {
	const labelled = RUNS.replace("# virsh", "Now start the guest:\n\n# virsh");

	t.strictSame(await steps(`vfio_ap has these queues:\n\n# ls /sys/bus/ap/drivers/vfio_ap\n` +
		`0a.0001 0a.0002\n\n${labelled}The guest has now:\n\n# cat guest_matrix\n0a.0001\n`),
	[...RUNNING, "guest m0 0a.0001"]);
	t.match(await steps(
		`${SET_UP}${RUNS}In the other guest:\n# lszcrypt\n0a.0001 CEX8C CCA-Coproc online\n` +
		"# cat guest_matrix\n0a.0001\n"), ["line 5 is not read"]);
	t.match(await steps(
		`${SET_UP}${RUNS}guest_matrix is empty:\n# cat guest_matrix\n0a.0001\n`),
		[...RUNNING, "guest m0 -", "guest m0 0a.0001"], "a claim is one");
});

test("sessions: no guest runs yet", async (t) => {
	for (const said of [
		"No guest yet.", "The guest is not started yet.", "No guest is running.",
	])
		t.strictSame(await steps(`${SET_UP}mdev: adapter 0a, domain 0001\n${said}\n` +
			"# cat guest_matrix\n0a.0001\n# virsh start g\n"),
		["bound 0a.0001 0a.0002", "mdev m0 adapters 0a domains 0001", "guest m0 0a.0001",
			"open m0 = ok"], said);
});

test("sessions: a mask that is busy, of an mdev's queue that is not said to be bound",
		async (t) => {
	const { scenarios } = await read("mdev3 has APQN 07.0012 assigned.\n\n" +
		"# echo +0x07 > /sys/bus/ap/apmask\n" +
		"-bash: echo: write error: Device or resource busy\n");

	t.match(play(scenarios[0]!, "v6.12").steps.at(-1),
		{ verdict: "depends", because: "holds if aqmask is all ones, differs else" });
});

test("sessions: each directory is an mdev, and popd goes back to one", async (t) => {
	const both = (typed: string): Promise<string[]> =>
		steps(`bound: 0a.0001 0b.0001\n${typed}`);
	const done = ["assign_adapter m0 10 = ok", "assign_domain m0 1 = ok", "mdev m1",
		"assign_adapter m1 11 = ok", "matrix m0 0a.0001"];

	for (const [first, second, back] of [
		["cd mdev1", "cd ../mdev2", "cd -"],
		["cd /root/a/one", "cd /root/a/two", "cd ../one"],
		["pushd /sys/devices/vfio_ap/matrix/$U1", "pushd /sys/devices/vfio_ap/matrix/$U2",
			"popd"],
	])
		t.strictSame((await both(
			`# ${first}\n# echo 10 > assign_adapter\n# echo 1 > assign_domain\n` +
			`# ${second}\n# echo 11 > assign_adapter\n# ${back}\n# cat matrix\n0a.0001\n`))
			.slice(2), done, first);
	t.strictSame((await both(
		"# echo 10 > a/assign_adapter\n# echo 1 > ./a/assign_domain\n" +
		"# echo 11 > b/assign_adapter\n# cat a/matrix\n0a.0001\n")).slice(2), done);
	t.match(await both(
		"# cd mdev1\n# echo 10 > assign_adapter\n# cd ../mdev2\n# echo 11 > assign_adapter\n" +
		"# popd\n# cat matrix\n0a.0001\n"),
	["line 7 is not read"], "where that is nobody knows");
	t.strictSame((await both(
		"# cd /sys/bus/ap/drivers/vfio_ap\n# echo 0b.0001 > unbind\n# cd -\n" +
		"# echo 10 > assign_adapter\n")).slice(2),
	["unbind 0b.0001 = ok", "assign_adapter m0 10 = ok"]);
});

test("sessions: the trace of what was typed is done once", async (t) => {
	t.strictSame(await steps(
		`${SET_UP}# set -x\n# echo 10 > assign_adapter\n+ echo 10\n` +
		"# for d in 1; do echo $d > assign_domain; done\n+ for d in 1\n+ echo 1\n" +
		"# cat matrix\n+ cat matrix\n0a.0001\n"), [...MADE, "matrix m0 0a.0001"]);
	t.match(await steps(
		`${SET_UP}# echo 10 > assign_adapter\n+ echo 11\n# cat matrix\n0a.0001\n`),
		["line 3 is not read"], "not of this one");
});

test("sessions: what stands beside what is shown, and what goes elsewhere", async (t) => {
	const RUNNING_MATRIX = [...RUNNING, "guest m0 0a.0001"];

	for (const shown of [
		"# cat guest_matrix; echo\n0a.0001\n", "# grep -n . guest_matrix\n1:0a.0001\n",
		"# grep -H . guest_matrix\nguest_matrix:0a.0001\n",
		"# head -v guest_matrix\n==> guest_matrix <==\n0a.0001\n",
		"z14% sudo cat guest_matrix\n0a.0001\n",
	])
		t.strictSame(await steps(SET_UP + RUNS + shown), RUNNING_MATRIX, shown);
	t.match(await steps(`${SET_UP}${RUNS}# cat guest_matrix\n1:0a.0001\n`),
		["line 6 is not read"], "which is no list of queues, and not none");
	for (const typed of ["{ echo 10 > assign_adapter; } 2>&1", "(echo 10 > assign_adapter)",
		"echo 10 > assign_adapter 2>&1 | tee -a log"])
		t.strictSame(await steps(`${SET_UP}# ${typed}\n# echo 1 > assign_domain\n`), MADE,
			typed);
	t.match(await steps(`${SET_UP}${RUNS}# (cd $M && echo 2 > assign_domain)\n`),
		["line 5 is not read"]);
});

test("sessions: the log behind what failed has the reason, and is no example of its own",
		async (t) => {
	const log = (failed: string): Promise<string[]> => steps(
		"bound: 0a.0001 0b.0001\n# echo 10 > a/assign_adapter\n# echo 1 > a/assign_domain\n" +
		`# echo 1 > b/assign_domain\n# echo 10 > b/assign_adapter\n${failed}# dmesg | tail -1\n` +
		"[  81.5] vfio_ap matrix: Userspace may not re-assign queue 0a.0001 already assigned to " +
		"7d3a2f10-1111-4222-8333-123456789abc\n# echo 11 > b/assign_adapter\n");

	t.strictSame((await log("bash: echo: write error: Address already in use\n")).slice(6),
		["assign_adapter m1 10", "rc -EADDRINUSE", "log \"queue 0a.0001\"",
			"log \"already assigned to\"", "assign_adapter m1 11 = ok"]);
	t.match(await log(""), ["line 7 is not read"], "of what that is nobody knows");
});

test("sessions: nothing is written, numbers are handed in, the monitor is asked", async (t) => {
	t.strictSame(await steps(
		`${SET_UP}# echo > assign_adapter\nbash: echo: write error: Invalid argument\n` +
		"# echo 10 > assign_adapter\n"),
	["bound 0a.0001 0a.0002", "mdev m0 domains 0001 0002", "assign_adapter m0 \"\\n\"",
		"rc -EINVAL",
		"assign_adapter m0 10 = ok"]);
	t.strictSame(await steps(
		`${SET_UP}# echo 10 > assign_adapter\n` +
		"# seq 1 2 | xargs -I{} sh -c 'echo {} > assign_domain'\n# cat matrix\n0a.0001\n0a.0002\n"),
	[...MADE, "assign_domain m0 2 = ok", "matrix m0 0a.0001 0a.0002"]);
	t.strictSame(await steps(
		`${SET_UP}${RUNS}(qemu) info status\n# cat guest_matrix\n0a.0001\n`),
		[...RUNNING, "guest m0 0a.0001"]);
	for (const list of [
		"ls /sys/bus/ap/drivers/vfio_ap | grep [0-9]\n0a.0001\n0a.0002\n",
		"lszcrypt | grep -v cex\n0a.0001 CEX7C CCA-Coproc unassigned 0\n" +
			"0a.0002 CEX7C CCA-Coproc unassigned 0\n",
	])
		t.strictSame((await steps(`# ${list}${RUNS}`)).slice(0, 2),
			["bound 0a.0001 0a.0002", "mdev m0"], list);
});

test("sessions: the code behind an error says it again", async (t) => {
	const told = (code: string): Promise<string[]> => steps(
		`${SET_UP}# echo 10 > assign_adapter; echo $?\n0\n# echo 0x100 > assign_domain; echo $?\n` +
		`bash: echo: write error: No such device\n${code}\n# echo 1 > assign_domain\n`);

	t.strictSame(await told("1"), ["bound 0a.0001 0a.0002", "mdev m0", "assign_adapter m0 10",
		"rc ok", "assign_domain m0 0x100", "rc -ENODEV", "assign_domain m0 1 = ok"]);
	t.match(await told("0"), ["line 6 is not read"], "not that, though");
});

test("sessions: a card that is configured off is in the host, or may be", async (t) => {
	const host = async (text: string): Promise<string[]> =>
		print_scenario((await read(text)).scenarios[0]!).split("\n")
			.filter((l) => /^host |^either adapter/.test(l));

	t.strictSame(await host("# chzcrypt --config-off 0b\n# cat guest_matrix\n0a.0001\n"),
		["host adapters 0a 0b domains 0001"]);
	t.strictSame(await host(`${SET_UP}${RUNS}# chzcrypt --config-off 0b\n`),
		["host adapters 0a 0b domains 0001 0002", "either adapter 0b"]);
});

test("sessions: nothing behind the last look is nothing seen, or nothing pasted", async (t) => {
	const looks = `${SET_UP}${RUNS}# cat guest_matrix\n0a.0001\n# echo 1 > unassign_domain\n`;
	const seen = [...RUNNING, "guest m0 0a.0001", "unassign_domain m0 1 = ok"];
	const open = (line: number): string => `line ${line} is not read`;

	for (const end of ["", "\nThanks,\nTony\n", "-- \nJane\n"])
		t.strictSame(await steps(`${looks}# cat guest_matrix\n${end}`),
			[open(8), ...seen, "unread \"# cat guest_matrix\""], end);
	for (const end of ["#\n", "root@lp5:~#\n", "bash-5.1# \n", "\nIt has nothing.\n"])
		t.strictSame(await steps(`${looks}# cat guest_matrix\n${end}`),
			[...seen, "guest m0 -"], end);
	t.strictSame(await steps(`${SET_UP}${RUNS}# cat guest_matrix\n0a.0001\n` +
		"# echo 1 > unassign_domain; cat guest_matrix\n"),
	[open(7), ...seen, "unread \"# echo 1 > unassign_domain; cat guest_matrix\""]);
	t.strictSame(await steps(`${looks}# cat guest_matrix\n# cat matrix\n`),
		[open(9), ...seen, "guest m0 -", "unread \"# cat matrix\""]);
	t.strictSame(await steps(`${SET_UP}${RUNS}# cat guest_matrix\n`), RUNNING,
		"where nothing is shown");
	t.strictSame(await steps(`${SET_UP}${RUNS.replaceAll("# ", "")}` +
		"echo 1 > unassign_domain; cat guest_matrix\n"),
	[...RUNNING, "unassign_domain m0 1 = ok"], "nor by a script");
});

test("sessions: whatever a shell prints in front", async (t) => {
	for (const prompt of ["# ", "bash-5.1# ", "sh-4.4# ", "-bash-4.2# ", "[root@lp5 $UUID]# ",
		"root@lp:/sys/devices/vfio_ap/matrix/$UUID# ", "root@lp:/x/${U}/y $ ", "L1 # ",
		"kvm-host $ ", "[14:05:12] # ", "14:05:12 root@lp5:~# ", "lp5 ~ # ", "$UUID # ",
		"[root@lp5 ~]#", "(venv) root@lp5:~# ", "[host ~]# ", "host(root)# ", "\u279c  ~ ",
		"\u276f "])
		t.strictSame(await steps(`bound: 0a.0001 0a.0002\n${[
			"echo 10 > assign_adapter", "echo 1 > assign_domain", "cat matrix",
			"\n0a.0001", "echo 1 > unassign_domain", "cat matrix", "",
		].map((typed) => typed.startsWith("\n") ? typed.slice(1) : prompt + typed)
			.join("\n")}\n`), [...MADE, "matrix m0 0a.0001",
			"unassign_domain m0 1 = ok", "matrix m0 -"], prompt);
	for (const said of ["We are root@lp5:~ and see # of queues", "An IBM # of lines",
		"[see 14:05:12] # this"])
		t.notOk(is_typed(said), said);
});
