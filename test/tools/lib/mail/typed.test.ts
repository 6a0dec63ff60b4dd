// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { read_error } from "../../../../tools/lib/mail/typed/shell_errors.ts";
import { print_scenario } from "../../../../tools/lib/scenario/print.ts";
import { read, steps } from "./steps_of.ts";

/** The lines about the machine. */
async function machine(text: string): Promise<string[]> {
	return print_scenario((await read(text)).scenarios[0]!).split("\n")
		.filter((l) => /^(?:host|apmask|aqmask|either) /.test(l));
}

const M = "/sys/devices/vfio_ap/matrix";

test("typed: loops, functions and variables over several lines", async (t) => {
	const done = ["bound 0a.0001 0a.0002", "mdev m0", "assign_domain m0 1 = ok",
		"assign_domain m0 0x2 = ok", "assign_adapter m0 10 = ok",
			"matrix m0 0a.0001 0a.0002"];
	const end = "# cat matrix\n0a.0001\n0a.0002\n";
	const begin = "bound: 0a.0001 0a.0002\n";

	for (const script of [
		"# for d in 1 0x2; do\n#   echo $d > assign_domain\n# done\n# echo 10 > assign_adapter\n",
		"for d in 1 0x2\ndo\n\techo $d > assign_domain\ndone\necho 10 > assign_adapter\n",
		"A=10; M=/sys/devices/vfio_ap/matrix/$UUID\nfor d in 1 0x2; do echo $d | sudo tee $M/assign_domain; done\n" +
			"echo $A > $M/assign_adapter\n",
		"set_to() { echo \"$1\" > ${2}; }\nset_to 1 assign_domain\nset_to 0x2 assign_domain\n" +
			"set_to 10 assign_adapter2\n".replace("2\n", "\n"),
		"cat > assign_domain <<EOF\n1\nEOF\ntee assign_domain <<< 0x2\n0x2\nsudo sh -c 'echo 10 > assign_adapter'\n",
		"sudo bash <<'EOF'\necho 1 > assign_domain\necho 0x2 > assign_domain\necho 10 > assign_adapter\nEOF\n",
		"printf '%s\\n' 1 > assign_domain\necho 0x2 | dd of=assign_domain\n0+1 records in\n" +
			"python3 -c \"open('assign_adapter', 'w').write('10')\"\n",
	])
		t.strictSame(await steps(begin + script + end), done, script);
	t.strictSame((await steps(
		`${begin}for d in $ALL; do echo $d > assign_domain; done\n${end}`))[0],
		"line 2 is not read", "values that nobody knows");
	t.strictSame((await steps(`${begin}echo $A > assign_adapter\n${end}`))[0],
		"line 2 is not read");
});

test("typed: where the shell is", async (t) => {
	t.strictSame((await steps(
		`bound: 0a.0001 0a.0002\n# cd ${M}/$UUID1\n# echo 10 > assign_adapter\n` +
		"# cd ../$UUID2\n# echo 10 > assign_adapter; cat matrix\n"))
			.filter((l) => /assign/.test(l)),
	["assign_adapter m0 10 = ok", "assign_adapter m1 10 = ok"]);
});

test("typed: what is piped shows some of it", async (t) => {
	const told = "bound: 0a.0001 0b.0001\nmatrix: 0a.0001 0b.0001\nvirsh start g\n";

	t.strictSame((await steps(`${told}# cat guest_matrix | grep ^0a\n0a.0001\n`)).slice(3),
		["guest m0 has 0a.0001"]);
	t.strictSame((await steps(`${told}# cat guest_matrix | sort\n0a.0001\n0b.0001\n`)).slice(3),
		["guest m0 0a.0001 0b.0001"]);
	t.equal((await steps(`${told}# cat guest_matrix | wc -l\n1\n`)).at(-1),
		"unread \"# cat guest_matrix | wc -l\"", "which one that is");
});

const HEAD = "CARD.DOM TYPE  MODE        STATUS  REQUESTS  DRIVER\n-----------------------------\n";
const ROWS = "0a       CEX7C CCA-Coproc  online         -  cex4card\n" +
	"0a.0001  CEX7C CCA-Coproc  in use         -  vfio_ap\n" +
	"0a.0002  CEX7C CCA-Coproc  online         0  cex4queue\n";
const AFTER = "# echo 10 > assign_adapter\n# echo 1 > assign_domain\n# echo 2 > assign_domain\n" +
	"bash: echo: write error: Cannot assign requested address\n";

test("typed: rows of lszcrypt say whose a queue is, whatever the order of the columns",
		async (t) => {
	const host = ["host adapters 0a domains 0001 0002", "apmask 0a", "aqmask 0002"];

	for (const table of [
		`# lszcrypt -V\n${HEAD}${ROWS}`, HEAD + ROWS,
		`# lszcrypt\n${HEAD.replace("  DRIVER", "")}${ROWS.replace(/ {2}\w+\n/g, "\n")}`,
		"# lszcrypt -V\nDRIVER CARD.DOM TYPE\n--------\ncex4card 0a CEX7C\nvfio_ap 0a.0001 CEX7C\ncex4queue 0a.0002 CEX7C\n",
		"# ls /sys/bus/ap/drivers/cex4queue\n0a.0002  bind  module  uevent  unbind\n# ls /sys/bus/ap/drivers/vfio_ap\n" +
			"0a.0001  bind  module  uevent  unbind\n",
	]) {
		t.strictSame((await machine(table + AFTER)).slice(0, 3), host, table);
		t.strictSame(await steps(table + AFTER), ["bound 0a.0001", "mdev m0",
			"assign_adapter m0 10 = ok", "assign_domain m0 1 = ok",
			"assign_domain m0 2", "rc -EADDRNOTAVAIL"], table);
	}
});

test("typed: the masks at first, as they are shown or as a store takes something away",
		async (t) => {
	t.strictSame(
		(await machine("# cat /sys/bus/ap/apmask\n0xffdfffff\n# ls /sys/bus/ap/drivers/vfio_ap\n0a.0001\n" +
		"# echo 10 > assign_adapter; echo 1 > assign_domain; echo 11 > assign_adapter\n" +
		"bash: echo: write error: Cannot assign requested address\n")).slice(0, 3),
	["host adapters 0a 0b domains 0001", "apmask 0b", "aqmask 0001"]);
	t.strictSame((await machine(
		"# chzdev ap apmask=-10\n# echo 10 > assign_adapter\n# echo 1 > assign_domain\n" +
		"# virsh start g\n# cat guest_matrix\n0a.0001\n")),
	["host adapters 0a domains 0001", "apmask all", "aqmask all"]);
});

test("typed: each shell's and language's words for an error", async (t) => {
	for (const [text, rc] of [
		["-bash: line 3: echo: write error: Device or resource busy", -16],
		["zsh: write error: address already in use", -98],
		["ksh: echo: write to 1 failed [No such device]", -19],
		["tee: /sys/x/assign_adapter: Invalid argument", -22],
		["OSError: [Errno 99] Cannot assign requested address", -99],
		["PermissionError: [Errno 1] Operation not permitted: '/sys/x'", -1],
		["Error: Device or resource busy (os error 16)", -16],
		["EBUSY: resource busy or locked, write", -16],
		["print: Device or resource busy at - line 1.", -16],
		["write error: EADDRINUSE (98)", -98], ["dash: 1: echo: echo: I/O error", "error"],
		["bash: echo: write error: Invalid argument, which is right.", null],
		["Error: nobody knows", null], ["We see: Device or resource busy", null],
	] as const)
		t.equal(read_error(text), rc, text);
});

test("typed: what is not read behind a command may be what it printed", async (t) => {
	t.match(
		await steps("bound: 0a.0001\n# echo 0x100 > assign_adapter\nfrobnicate: assign_adapter 0x100 gone\n"),
		["line 3 is not read", "bound 0a.0001", "mdev m0", "assign_adapter m0 0x100"]);
});

test("typed: a guest of QEMU's is that of the mdev it is given", async (t) => {
	const device = (uuid: string): string =>
		`qemu-system-s390x -device vfio-ap,id=d0,sysfsdev=${M}/${uuid}\n`;

	t.strictSame(
		(await steps(`bound: 0a.0001 0b.0001\nmdev1: 0a.0001\nmdev2: 0b.0001\n${device("$UUID2")}${device("$UUID1")}`))
		.slice(3), ["open m1 = ok", "open m0 = ok"]);
	t.strictSame(
		(await steps(`bound: 0a.0001\nmatrix: 0a.0001\n${device("$U")}guest_matrix: 0a.0001\n`)).slice(2),
		["open m0 = ok", "guest m0 0a.0001"]);
});

test("typed: what is stopped has run before", async (t) => {
	t.strictSame(
		(await steps("# virsh list\n Id   Name      State\n-------------------------\n 1    g1    running\n\n" +
		"bound: 0a.0001\nmatrix: 0a.0001\n# virsh destroy g1\nDomain 'g1' destroyed\n\n# virsh start g1\n")).slice(2),
	["open m0 = ok", "close m0 = ok", "open m0 = ok"]);
});

test("typed: a list behind something that changes it does not say what was so at first",
		async (t) => {
	const told = "# echo 0a.0001 > /sys/bus/ap/drivers/vfio_ap/unbind\n# ls /sys/bus/ap/drivers/vfio_ap\n0a.0002\n";

	t.match(await machine(told), ["host adapters 0a domains 0001 0002",
		"either bound 0a.0002"], "0a.0001 was bound, or it would say so");
	t.strictSame((await steps(
		"# mdevctl start -u $U\n# mdevctl stop -u $U\n# ls /sys/bus/ap/drivers/vfio_ap\n" +
		"/sys/bus/ap/drivers/vfio_ap/0a.0001\n"))[0], "bound 0a.0001");
	t.strictSame(
		(await machine("matrix: 0a.0001\n# virsh start g\n# chzcrypt --config-off 0a\n# lszcrypt 0a.0001\n" +
		`${HEAD.replace("  DRIVER", "")}0a.0001  CEX8P EP11-Coproc deconfig  -\n`))
		.filter((l) => /bound/.test(l)), ["either bound 0a.0001"]);
});

test("typed: what a session shows first is what there was, whatever was unbound before",
		async (t) => {
	const before = ["bound 0a.0001 0b.0001", "mdev m0 adapters 0a 0b domains 0001"];
	const unbind = "# echo 0b.0001 > /sys/bus/ap/drivers/vfio_ap/unbind\n";

	for (const [text, more, open] of [
		[`${unbind}# cat matrix\n0a.0001\n0b.0001\n# cat guest_matrix\n0a.0001\n`,
			["unbind 0b.0001 = ok", "matrix m0 0a.0001 0b.0001", "guest m0 0a.0001"],
			["either order", "either guest"]],
		[`# virsh start g\n# cat guest_matrix\n0a.0001\n0b.0001\n${unbind}# cat guest_matrix\n0a.0001\n`,
			["open m0 = ok", "guest m0 0a.0001 0b.0001", "unbind 0b.0001 = ok",
				"guest m0 0a.0001"], ["either order"]],
		["# cat /sys/bus/ap/devices/0a.0001/status\nin use\n# cat guest_matrix\n0a.0001\n0b.0001\n",
			["open m0 = ok", "read 0a.0001 status = ok", "out \"in use\\n\"",
				"guest m0 0a.0001 0b.0001"], ["either order"]],
	] as const) {
		t.strictSame(await steps(text), [...before, ...more], text);
		t.strictSame((await read(text)).slips, [], text);
		t.strictSame((await machine(text)).slice(1), open, text);
	}
	t.match(await machine(
		`${unbind}bash: echo: write error: No such device\n# cat guest_matrix\n0a.0001\n`),
		["host adapters 0a 0b domains 0001", "either bound 0b.0001"],
		"what failed tells nothing");
});

test("typed: what a script binds was not bound, unless it was unbound before", async (t) => {
	const text = "matrix: 0a.0001\necho 0a.0001 > unbind\necho 0a.0001 > bind\n" +
		"echo 0b.0001 > bind\nThe guest has 0a.0001.\n";

	t.match(await machine(text), ["host adapters 0a 0b domains 0001", "either bound 0a.0001"]);
	t.notOk((await machine(text)).includes("either bound 0b.0001"));
});

test("typed: ap_config and the start of a definition are no slips", async (t) => {
	const text = "bound: 0a.0001 0b.0001\n# echo 0x002,0x4,0x0 > ap_config\n" +
		"# echo 0x003,0x4,0x0 > ap_config\n";

	t.strictSame((await read(`${text}# cat matrix\n0a.0001\n0b.0001\n`)).slips, []);
	t.match((await read(`${text}# cat matrix\n0b.0001\n`)).slips,
		[{ text: /by the steps before it is 0a.0001 0b.0001/ }]);
	t.strictSame((await read(
		"bound: 0a.0001 0b.0001\n# mdevctl define -u $U -p matrix -t vfio_ap-passthrough\n" +
		"# mdevctl modify -u $U --addattr=assign_domain --value=1\n" +
		"# mdevctl modify -u $U --addattr=assign_adapter --value=0xa\n# mdevctl start -u $U\n" +
		"# mdevctl stop -u $U\n# mdevctl modify -u $U --delattr --index 1\n" +
		"# mdevctl modify -u $U --addattr=assign_adapter --value=0xb\n# mdevctl start -u $U\n" +
		"# cat matrix\n0b.0001\n")).slips, []);
});

/** Two of three queues are bound, the guest has one, and a step follows. */
const TOLD = "bound: 0a.0001 0b.0001\nmatrix: 0a.0001 0b.0001\nvirsh start g\n";

test("typed: whatever lists the driver's queues", async (t) => {
	const L = "/sys/bus/ap/drivers/vfio_ap";
	const row = (q: string): string => `lrwxrwxrwx. 1 root root 0 Nov 30 10:02 ${q} -> ` +
		`../../../../devices/ap/card${q.slice(0, 2)}/${q}\n`;

	for (const text of [
		`$ find ${L}/ -name '*.*' -printf '%f\\n'\n0a.0001\n0b.0001\n`,
		`$ cd ${L}; ls -d *.*\n0a.0001  0b.0001\n`,
		`# cd ${L}\n# ls\n0a.0001 0b.0001 bind unbind\n`,
		"# cd /sys/bus/ap\n# ls drivers/vfio_ap\n0a.0001 0b.0001 bind module uevent unbind\n",
		`$ for q in ${L}/*.*; do basename $q; done\n0a.0001\n0b.0001\n`,
		`$ ls -l ${L} | grep '^l'\n${row("0a.0001")}${row("0b.0001")}`,
		`$ ls -l ${L}\ntotal 0\n${row("0a.0001")}${row("0b.0001")}--w------- 1 root root 4096 Nov 30 10:02 bind\n`,
		"$ lszcrypt -V | awk '/vfio_ap/ {print $1}'\n0a.0001\n0b.0001\n",
		`$ lszcrypt -V | grep -v cex4card\n${HEAD}0a.0001 CEX7C CCA-Coproc in use - vfio_ap\n` +
			"0b.0001 CEX7C CCA-Coproc in use - vfio_ap\n",
		`root: ls ${L} | grep '\\.'\n0a.0001\n0b.0001\n`,
	])
		t.strictSame((await steps(`${text}# echo 10 > assign_adapter\n# echo $?\n0\n`))[0],
			"bound 0a.0001 0b.0001", text);
	t.match(await machine(`# ls ${L} | grep ^0a\n0a.0001\n# cat matrix\n0a.0001\n0b.0001\n` +
		"# echo 2 > assign_domain\n# echo $?\n0\n"),
		["host adapters 0a 0b domains 0001 0002",
		"either bound 0a.0002", "either bound 0b.0001"],
			"what grep takes away may be bound");
	t.strictSame((await steps(
		"$ readlink /sys/bus/ap/devices/0a.0001/driver\n../../../../bus/ap/drivers/vfio_ap\n" +
		"$ basename $(readlink /sys/bus/ap/devices/0b.0001/driver)\ncex4queue\n" +
		"# echo 10 > assign_adapter\n# echo $?\n0\n"))[0], "bound 0a.0001");
});

test("typed: what a command prints, and how a line says whether it worked", async (t) => {
	for (const [text, more] of [
		["# diff matrix guest_matrix\n# echo $?\n0\n", ["guest m0 0a.0001 0b.0001"]],
		["# diff guest_matrix matrix\n1a2\n> 0b.0001\n", ["guest m0 0a.0001"]],
		["# cat guest_matrix | head -1\n0a.0001\n", ["guest m0 has 0a.0001"]],
		["# cat guest_matrix | tr '\\n' ' '\n0a.0001 0b.0001\n",
			["guest m0 0a.0001 0b.0001"]],
		["# cat guest_matrix | wc -l\n0\n", ["guest m0 -"]],
		["# grep -c . guest_matrix\n0\n", ["guest m0 -"]],
		["# grep . $M/{matrix,guest_matrix}\n$M/matrix:0a.0001\n$M/matrix:0b.0001\n$M/guest_matrix:0a.0001\n",
			["matrix m0 0a.0001 0b.0001", "guest m0 0a.0001"]],
		["# echo matrix; cat matrix; echo guest; cat guest_matrix\nmatrix\n0a.0001\nguest\n",
			["matrix m0 0a.0001", "guest m0 -"]],
		["- cat guest_matrix: 0a.0001 and 0b.0001\n- cat guest_matrix -> empty\n",
			["guest m0 0a.0001 0b.0001", "guest m0 -"]],
		["# echo 9 > assign_adapter || echo failed\nfailed\n",
			["assign_adapter m0 9", "rc error"]],
		["# echo 9 > assign_adapter || echo failed\n# echo 9 > unassign_adapter && echo fine\nfine\n",
			["assign_adapter m0 9 = ok", "unassign_adapter m0 9 = ok"]],
		["# echo 9 > assign_adapter; echo rc=$?\nrc=1\n",
			["assign_adapter m0 9", "rc error"]],
		["# echo $((0x9)) > assign_adapter\n# printf '0x%02x\\n' 9 > assign_adapter\n",
			["assign_adapter m0 9 = ok", "assign_adapter m0 0x09 = ok"]],
		["# echo 9 | tee assign_adapter; echo 0x2 | tee assign_domain\n9\n0x2\n",
			["assign_adapter m0 9 = ok", "assign_domain m0 0x2 = ok"]],
		["# echo 0a.0002 | sudo tee /sys/bus/ap/drivers/vfio_ap/bind\n0a.0002\n",
			["bind 0a.0002 = ok"]],
		["$ ssh guest3 lszcrypt\n0a CEX7C CCA-Coproc online\n0a.0001 CEX7C CCA-Coproc online\n",
			["guest m0 0a.0001"]],
		["(guest)# lszcrypt\n0a.0001 CEX7C CCA-Coproc online 0\n", ["guest m0 0a.0001"]],
		["/ # echo 9 > assign_adapter\n[host] # echo 9 > unassign_adapter\nhost: echo 7 > assign_adapter\n",
			["assign_adapter m0 9 = ok", "unassign_adapter m0 9 = ok",
				"assign_adapter m0 7 = ok"]],
		["(qemu) device_del ap0\n(qemu) device_add vfio-ap,sysfsdev=$M,id=ap0\n",
			["close m0 = ok", "open m0 = ok"]],
	] as [string, string[]][])
		t.strictSame((await steps(TOLD + text)).slice(3), more, text);
});

test("typed: what nobody could know from what is shown", async (t) => {
	for (const text of [
		"# grep 0b guest_matrix\n", "# grep -v 0b guest_matrix\n# echo $?\n1\n",
		"# cat guest_matrix | grep '[0b]'\n# echo $?\n1\n",
		"# diff matrix guest_matrix\n2a3\n> 0c.0001\n",
		"# cmp matrix guest_matrix\ndiffer: byte 9\n",
		"# cat m/matrix n/guest_matrix\n0a.0001\n0a.0001\n",
		"# cat matrix guest_matrix\n0b.0001\n0a.0001\n0a.0001\n",
		"# find $M -name '*' -delete\n",
		"# cat guest_matrix; echo done\n0a.0001\n",
		"$ ssh lnx5 lszcrypt\n0a.0001 CEX7C online\n",
		"# echo $((1 + 2)) > assign_adapter\n",
	])
		t.equal((await steps(TOLD + text))[0], "line 4 is not read", text);
});

test("typed: a session that begins with what the guest has", async (t) => {
	t.strictSame(await steps("# cat guest_matrix\n0a.0001\n0b.0001\n# virsh shutdown g\n" +
		"# echo 0xb > unassign_adapter\n# virsh start g\n# cat guest_matrix\n0a.0001\n"),
	["bound 0a.0001 0b.0001", "mdev m0 adapters 0a 0b domains 0001", "open m0 = ok",
		"guest m0 0a.0001 0b.0001", "close m0 = ok", "unassign_adapter m0 0xb = ok",
		"open m0 = ok", "guest m0 0a.0001"]);
});

test("typed: where a driver's attributes are written to", async (t) => {
	t.strictSame((await steps(
		`${TOLD}# cd /sys/bus/ap/drivers/vfio_ap\n# echo 0b.0001 > unbind\n`))
		.slice(3), ["unbind 0b.0001 = ok"]);
	t.strictSame((await steps(
		`${TOLD}# cd /sys/bus/ap/drivers/cex4queue\n# echo 0c.0001 > unbind\n`))[0],
		"line 5 is not read", "another driver's");
});

test("typed: what a tool prints has no slips of the pen, and a row without a driver tells none",
		async (t) => {
	const rows = "# lszcrypt -V\n0a.0001 CEX7C CCA-Coproc in use - vfio_ap\n" +
		"0a.0002 CEX7C CCA-Coproc in use - vfio_ap\n0b.0001 CEX7C CCA-Coproc unassigned - vfio_ap\n";
	const text = `${rows}# cat matrix\n0a.0001\n0a.0002\n# echo 0xb > assign_adapter\n` +
		"# cat guest_matrix\n0a.0001\n0a.0002\n# echo 0b.0002 > /sys/bus/ap/drivers/vfio_ap/bind\n" +
		"# cat guest_matrix\n0a.0001\n0a.0002\n0b.0001\n0b.0002\n";

	t.strictSame((await read(text)).slips, []);
	t.equal((await read(text)).scenarios.length, 1);
	t.strictSame((await steps(`${TOLD}Here it is fine. But in the guest:\n\n# lszcrypt\n` +
		"0a.0001 CEX7C CCA-Coproc online 0\n")).slice(3), ["guest m0 0a.0001"]);
	t.strictSame((await steps(`${TOLD}# lszcrypt\n0a.0001 CEX7C CCA-Coproc online 0\n`))[0],
		"line 4 is not read", "the host's or a guest's");
});

test("typed: masks of nothing are shown as well", async (t) => {
	const zero = `0x${"0".repeat(64)}`;

	t.strictSame(await machine(
		`# cat /sys/bus/ap/apmask /sys/bus/ap/aqmask\n${zero}\n${zero}\n` +
		"# cat matrix\n0a.0001\n# ls /sys/bus/ap/drivers/vfio_ap\n0a.0001\n" +
		"# echo +10 > /sys/bus/ap/apmask\n# cat /sys/bus/ap/apmask\n"),
	["host adapters 0a domains 0001", "either order"]);
});

test("typed: an error is its command's", async (t) => {
	t.strictSame((await steps(
		`${TOLD}# echo 9 > assign_adapter\n\ncat: guest_matrix: No such device\n`))[0],
		"line 6 is not read");
	t.strictSame((await steps(`${TOLD}# cat /sys/bus/ap/devices/0a.0001/status\n` +
		"cat: /sys/bus/ap/devices/0a.0001/status: No such file or directory\n"))[0],
	"line 4 is not read");
	t.strictSame((await steps(`${TOLD}# cat <<< 9 > assign_adapter\n` +
		"cat: write error: Device or resource busy\n")).slice(3),
	["assign_adapter m0 9", "rc -EBUSY"]);
});

test("typed: one mdev by its UUID and a variable, several guests started one behind the other",
		async (t) => {
	const U = "0a1b2c3d-0000-4000-8000-000000000001";

	t.strictSame((await steps(
		`bound: 0a.0001\n# mdevctl start -u ${U} -p matrix -t vfio_ap-passthrough\n` +
		`# echo 0xa > ${M}/$UUID/assign_adapter\n# echo 9 > ${M}/$UUID/assign_domain\n`))
			.slice(1),
	["create m0 = ok", "assign_adapter m0 0xa = ok", "assign_domain m0 9 = ok"]);
	const two = `# cat ${M}/$A/matrix\n0a.0001\n# cat ${M}/$B/matrix\n0b.0001\n# virsh start red\n` +
		"# virsh start blue\n";

	t.strictSame((await steps(
		`bound: 0a.0001 0b.0001\n${two}# echo 0xb > ${M}/$A/assign_adapter\n` +
		"bash: echo: write error: Address already in use\n"))
		.filter((l) => /^open|not read/.test(l)), ["open m0 = ok", "open m1 = ok"]);
	t.strictSame((await steps(`bound: 0a.0001 0b.0001\n${two}# virsh destroy red\n` +
		`# cat ${M}/$A/guest_matrix\n0a.0001\n`))
			.filter((l) => l.includes("not read")).length, 3);
});

test("typed: a list of the driver's queues that is empty later", async (t) => {
	t.match(await steps(
		"# chzdev ap apmask=-10 aqmask=-1\n# ls /sys/bus/ap/drivers/vfio_ap\n0a.0001\n" +
		"# echo 0a.0001 > /sys/bus/ap/drivers/vfio_ap/unbind\n# ls /sys/bus/ap/drivers/vfio_ap\n" +
		"bind module uevent unbind\n"), ["bound -", String, String, "is_bound 0a.0001",
		"unbind 0a.0001 = ok", "not_bound 0a.0001"]);
});

test("typed: what a session shows of ap_config first is what there was", async (t) => {
	t.strictSame(
		(await steps(`# cat ap_config\n0x002${"0".repeat(61)},0x4${"0".repeat(63)},0x${"0".repeat(64)}\n` +
		"# cat matrix\n0a.0001\n# echo 0xb > assign_adapter\n# cat matrix\n0a.0001\n0b.0001\n"))
		.filter((l) => l.includes("m0")),
	["mdev m0 adapters 0a domains 0001", "read m0 ap_config = ok", "matrix m0 0a.0001",
		"assign_adapter m0 0xb = ok", "matrix m0 0a.0001 0b.0001"]);
});

test("typed: a label above the command that shows it, or does it, is no more than that",
		async (t) => {
	const commands = ["# ls /sys/bus/ap/drivers/vfio_ap\n0a.0001  0b.0001  bind  unbind\n",
		"# cat matrix\n0a.0001\n0b.0001\n", "# virsh start g\n",
		"# echo 0b.0001 > /sys/bus/ap/drivers/vfio_ap/unbind\n",
			"# cat guest_matrix\n0a.0001\n"];
	const session = (at: number, label: string): string =>
		commands.map((c, i) => i === at ? `${label}\n${c}` : c).join("");
	const done = await steps(commands.join(""));

	t.equal(done.length, 5);
	for (const [at, labels] of [
		[0, ["Queues bound to vfio_ap:", "Bound queues:", "vfio_ap has now:"]],
		[1, ["The mdev's matrix:", "matrix:"]],
		[3, ["Unbind a queue:", "Let's unbind it now:"]],
		[4, ["guest_matrix is now:", "The guest has:", "Result:"]],
	] as const)
		for (const label of labels)
			t.strictSame(await steps(session(at, label)), done, label);
	for (const [at, label] of [[4, "The guest crashed:"], [4, "If all goes well:"],
		[3, "Bind a queue:"], [3, "Unbind card 0c:"], [4, "With adapter 0c:"]] as const)
		t.not((await steps(session(at, label))).join(), done.join(), label);
	t.ok((await steps(
		`${TOLD}${commands[0]!}Unbind 0b.0001 now.\n# cat guest_matrix\n0a.0001\n`))
		.some((l) => l === "unbind 0b.0001 = ok" || l.includes("not read")),
	"a sentence behind ls is none of its rows");
});

test("typed: where it is typed, until somebody says otherwise", async (t) => {
	const rows = "# lszcrypt -V\n0a.0001 CEX8P EP11-Coproc online 0 cex4queue\n";
	const unbind = "# echo 0b.0001 > /sys/bus/ap/drivers/vfio_ap/unbind\n";

	for (const label of ["In the guest (SE, 6.12):", "That's the host. But in my guest now:",
		"Inside the KVM guest I see:", "Guest:"])
		t.strictSame((await steps(
			`${TOLD}${label}\n\n${rows}\nOn the host I then do\n\n${unbind}`))
			.slice(3), ["guest m0 0a.0001", "unbind 0b.0001 = ok"], label);
	t.strictSame((await steps(`${TOLD}In the guest:\n${rows}${unbind}`)).slice(3),
		["guest m0 0a.0001", "unbind 0b.0001 = ok"], "no guest has that");
	t.strictSame((await steps(`${TOLD}In the guest:\n${rows.replace("-V", "| grep 0a")}`))
		.slice(3),
		["guest m0 has 0a.0001"]);
	for (const typed of ["# cat /sys/bus/ap/apmask\n0x0\n", "# chzcrypt -d 0a\n",
		"# ls /sys/bus/ap/drivers/vfio_ap\n0a.0001\n"])
		t.equal((await steps(`${TOLD}In the guest:\n${typed}`))[0], "line 5 is not read",
			typed);
	t.strictSame(
		(await steps(`bound: 0a.0001\nmatrix: 0a.0001\nThe guest is started. Inside the guest:\n${rows}`))
		.slice(2), ["open m0 = ok", "guest m0 0a.0001"]);
	t.notOk((await steps(
		`I plug a domain into a running guest. My setup on 6.6:\n# lszcrypt -V\n` +
		"0a.0001 CEX8P EP11-Coproc in use 0 vfio_ap\n# cat matrix\n0a.0001\n# virsh reboot g\n"))
		.some((l) => l.startsWith("guest")), "that is no place");
	t.equal((await steps(`${TOLD}In the guest:\n${rows.replace("cex4queue", "vfio_ap")}`))[0],
		"line 5 is not read", "nor is that a guest's");
	t.strictSame((await steps(`${TOLD}root@guest:~${rows}`)).slice(3), ["guest m0 0a.0001"]);
	t.equal((await steps(`${TOLD}(guest)# cat /sys/bus/ap/apmask\n0x0\n`))[0],
		"line 4 is not read");
	t.equal((await steps(
		`${TOLD}Unbind 0b.0001 and look at it in the guest:\n${rows}${unbind}`))[0],
	"line 4 is not read", "a deed is no label");
	t.strictSame((await steps(
		`${TOLD}In the guest:\n[root@g1 ~]${rows}[root@lp ~]# lszcrypt -V\n` +
		"0a.0001 CEX8P EP11-Coproc in use vfio_ap\n")).slice(3),
		["guest m0 0a.0001", "is_bound 0a.0001", "status 0a.0001 \"in use\""]);
});

test("typed: what QEMU and libvirt are refused, and whose an error is", async (t) => {
	const started = (error: string): Promise<string[]> =>
		steps(`bound: 0a.0001\nmatrix: 0a.0001\n# virsh attach-device g d.xml\n${error}\n`);

	for (const error of [
		"error: internal error: unable to execute QEMU command 'device_add': vfio x: error getting device from group 3: Permission denied",
		"error: internal error: qemu unexpectedly closed the monitor: vfio: Cannot allocate memory",
		"error: Failed to open file '/dev/vfio/0': Permission denied",
	]) {
		t.strictSame(await started(error), ["line 4 is not read", "bound 0a.0001",
			"mdev m0 adapters 0a domains 0001", "open m0", `unread "${error}"`], error);
	}
	t.notOk((await started("error: Failed to attach device from d.xml\n" +
		"error: internal error: unable to execute QEMU command 'x': Permission denied"))
		.includes("open m0 = ok"), "whatever else is said of it");
	t.equal((await started(
		"error: unable to execute QEMU command 'device_add': Device or resource busy"))
		.at(-1), "rc -EBUSY");
	for (const typed of ["echo 9 > assign_adapter; echo 2 > assign_domain",
		"for d in 2 3; do echo $d > assign_domain; done",
		"echo 9 > assign_adapter && echo 2 > assign_domain"]) {
		const all = await steps(
			`${TOLD}# ${typed}\nbash: echo: write error: No such device\n`);

		t.equal(all[0], "line 5 is not read", typed);
		t.notOk(all.some((l) => /^assign.* = ok|^rc /.test(l)), typed);
	}
	t.strictSame((await steps(
		`${TOLD}# echo 9 > assign_adapter; echo 2 > assign_domain\n# echo $?\n1\n`))
			.slice(3),
	["assign_adapter m0 9 = ok", "assign_domain m0 2", "rc error"]);
	for (const [shown, last] of [["0a.0001", true], ["09.0001\n0a.0001", false]] as const)
		t.equal((await steps("The host has adapter 0a and domain 0001.\n" +
			`bound: 0a.0001\n# echo 10 > assign_adapter && echo 1 > assign_domain && echo 9 > assign_adapter\n` +
			`bash: echo: write error: No such device\n# cat matrix\n${shown}\n`))
				.includes("rc -ENODEV"), last, "what is shown then tells");
	t.equal(read_error("echo: write error: address not available"), -99,
		"the prompt of vfio-ap shell in older sessions");
});

test("typed: \"#echo\" is a comment where other commands are typed otherwise", async (t) => {
	const text = `${TOLD.replace(/^virsh/m, "# virsh")}#echo 0xb > unassign_adapter\n# cat guest_matrix\n0a.0001\n`;

	t.equal((await steps(text))[0], "line 4 is not read");
	t.strictSame((await steps(text.replace(/^# /gm, "#"))).slice(2),
		["open m0 = ok", "unassign_adapter m0 0xb = ok", "guest m0 0a.0001"]);
});

test("typed: what mdevctl refuses is not done", async (t) => {
	const remove = "# mdevctl modify -u $U --live --delattr --index=0\n";

	t.strictSame((await steps(
		`${TOLD}${remove}Error: 'delattr' is not supported with 'live'\n# cat guest_matrix\n0a.0001\n`))
		.slice(3), ["guest m0 0a.0001"]);
	t.equal((await steps(`${TOLD}${remove}# cat guest_matrix\n0a.0001\n`))[0],
		"line 4 is not read", "without an answer");
});

test("typed: the status of a queue, in its file and in lszcrypt's column", async (t) => {
	const status = "# cat /sys/bus/ap/devices/0a.0001/status\n";

	t.notOk((await machine(
		`${status}unassigned\n# echo 10 > assign_adapter; echo 1 > assign_domain\n` +
		`${status}assigned\n# virsh start g\n${status}in use\n`))
		.some((l) => l.startsWith("either bound")));
	t.ok(
		(await machine(`matrix: 0a.0001\n# echo +10 > /sys/bus/ap/apmask\n# virsh start g\n${status}in use\n`))
		.includes("either bound 0a.0001"), "what the masks did nobody knows");
	const row = (text: string): string =>
		`# lszcrypt -V\n0a.0001 CEX7C CCA-Coproc ${text} - vfio_ap\n`;

	t.strictSame((await steps(
		`${row("unassigned")}# echo 10 > assign_adapter; echo 1 > assign_domain\n` +
		`${row("assigned")}# virsh start g\n${row("in use")}# virsh destroy g\n${row("assigned")}`))
		.filter((l) => /^(?:status|open|close)/.test(l)),
	["status 0a.0001 assigned", "open m0 = ok", "status 0a.0001 \"in use\"", "close m0 = ok",
		"status 0a.0001 assigned"]);
	const never = `${row("assigned")}# echo 11 > assign_adapter\n${row("in use")}`;

	t.notOk((await steps(never)).some((l) => /^(?:open|status)/.test(l)),
		"that starts no guest of which nobody speaks");
});

test("typed: what grep does not find, and two files one behind the other", async (t) => {
	const then = "# cat guest_matrix\n0a.0001\n";

	for (const grep of ["grep 0b guest_matrix", "cat guest_matrix | grep ^0b",
		"grep '0b\\.' guest_matrix"])
		t.strictSame((await steps(`${TOLD}# ${grep}\n${then}`)).slice(3),
			["guest m0 lacks 0b.0001", "guest m0 0a.0001"], grep);
	t.strictSame((await steps(`${TOLD}# grep 0b guest_matrix\n# echo $?\n1\n`)).slice(3),
		["guest m0 lacks 0b.0001"]);
	t.strictSame((await steps(`${TOLD}# grep 0b guest_matrix\n# echo $?\n0\n`))[0],
		"line 5 is not read");
	t.equal((await steps(`${TOLD}# grep 0c guest_matrix\n${then}`))[0] ?? "",
		"bound 0a.0001 0b.0001");
	for (const [files, lines, matrix, guest] of [
		["matrix guest_matrix", "0a.0001\n0b.0001\n0a.0001\n", "0a.0001 0b.0001",
			"0a.0001"],
		["guest_matrix matrix", "0a.0001\n0a.0001\n0b.0001\n", "0a.0001 0b.0001",
			"0a.0001"],
		["$M/{matrix,guest_matrix}", "0a.0001\n0b.0001\n", "0a.0001 0b.0001", "-"],
	] as const)
		t.strictSame((await steps(`${TOLD}# cat ${files}\n${lines}`)).slice(3),
			[`matrix m0 ${matrix}`, `guest m0 ${guest}`], files);
});

test("typed: a label of another thing than what is shown below it", async (t) => {
	for (const label of ["The mdev has:", "matrix:", "Bound to vfio_ap:"])
		t.equal((await steps(
			`${TOLD}# echo 0b.0001 > /sys/bus/ap/drivers/vfio_ap/unbind\n` +
			`${label}\n# cat guest_matrix\n0a.0001\n`))[0], "line 5 is not read",
				label);
});

test("typed: columns of lszcrypt's, and never a text that the mail does not have", async (t) => {
	const rows =
		"CARD.DOM DRIVER\n--------------- ---------------\n0a cex4card\n0a.0001 vfio_ap\n";

	t.strictSame((await steps(`${TOLD}# lszcrypt -V | awk '{print $1, $NF}'\n${rows}`))
		.slice(3),
		["is_bound 0a.0001"]);
	const unknown = `${TOLD}# lszcrypt -V | awk '{print $1, $3}'\n${rows}`;

	for (const line of (await steps(unknown)).slice(4))
		if (line.startsWith("unread"))
			t.ok(unknown.replace(/\n/g, " ")
				.includes(/^unread "?(.*?)"?$/.exec(line)![1]!), line);
});

test("typed: an mdev by the name that libvirt has for it", async (t) => {
	const [A, B] = [
		"0a1b2c3d-0000-4000-8000-000000000001", "0a1b2c3d-0000-4000-8000-000000000002",
	];
	const node = (uuid: string): string => `mdev_${uuid.replaceAll("-", "_")}_matrix`;

	t.strictSame((await steps(`bound: 0a.0001\n# virsh nodedev-define m.xml\n` +
		`Node device '${node(A)}' defined from 'm.xml'\n# virsh nodedev-start ${node(A)}\n` +
		`Device ${node(A)} started\n# echo 10 > ${M}/${A}/assign_adapter\n` +
		`# virsh nodedev-destroy ${node(A)}\nDestroyed node device '${node(A)}'\n`))
			.slice(1),
	["create m0 = ok", "assign_adapter m0 10 = ok", "destroy m0 = ok"]);
	t.strictSame((await steps(`bound: 0a.0001\n# virsh nodedev-dumpxml ${node(A)}\n<device>\n` +
		"<attr name='assign_adapter' value='0x0a'/>\n<attr name='assign_domain' value='1'/>\n" +
		`</device>\n# virsh nodedev-start ${node(A)}\n# cat ${M}/${A}/matrix\n0a.0001\n`))
			.slice(1),
	["create m0 = ok", "assign_adapter m0 0x0a = ok", "assign_domain m0 1 = ok",
		"matrix m0 0a.0001"]);
	t.strictSame((await steps(`bound: 0a.0001 0b.0001\n# cat ${M}/${A}/matrix\n0a.0001\n` +
		`# cat ${M}/${B}/matrix\n0b.0001\n# cat d.xml\n<hostdev mode='subsystem' type='mdev'>\n` +
		`  <source>\n    <address uuid='${B}'/>\n  </source>\n</hostdev>\n` +
		"# virsh attach-device g d.xml\nDevice attached successfully\n# virsh destroy g\n"))
			.filter((l) => /^(?:open|close)|not read/.test(l)),
				["open m1 = ok", "close m1 = ok"]);
});

test("typed: what shows other devices than AP's is harmless", async (t) => {
	t.strictSame((await steps(
		`${TOLD}# lscss\nDevice   Subchan.  DevType\n0.0.1900 0.0.0000  3390/0c\n` +
		"# lsreipl\nRe-IPL type: ccw\nDevice:      0.0.1900\n# uname -r\n6.12.0-17.s390x\n" +
		"# cat guest_matrix\n0a.0001\n")).slice(3), ["guest m0 0a.0001"]);
});

test("typed: words behind a command say what comes of it, or it is not read", async (t) => {
	const set_up = "Queues bound to vfio_ap: 0a.0001\nAdapter 0a and domain 0001 are assigned to the mdev.\n" +
		"The guest is running.\n";

	for (const line of ["virsh start guest does not work.",
		"virsh detach-device guest dev.xml returns an error",
		"chzcrypt --config-off 0a takes ages",
		"virsh destroy guest, then mdevctl stop -u $UUID fails.",
		"qemu-system-s390x -m 1G -device vfio-ap,sysfsdev=/sys/x/$UUID refuses to start",
		"After virsh destroy guest it completes."])
		t.match((await steps(`${set_up}${line}\n`))[0], /^line 4 is not read$/, line);
	for (const [line, step] of [["# mdevctl stop -u $UUID", "destroy m0 = ok"],
		["# mdevctl stop $UUID", "destroy m0 = ok"],
		["mdevctl stop -u $UUID blocks.", "destroy m0 = waits"],
		["# mdevctl stop -u $UUID    <- hangs", "destroy m0 = waits"],
		["ls /sys/bus/ap/drivers/vfio_ap is empty", "not_bound 0a.0001"],
		["# virsh detach-device guest dev.xml --live", "close m0 = ok"],
		["# chzcrypt --config-off -V 0a", "config 0a off = ok"],
		["# chzdev -a ap apmask=+10", "apmask_store +10 = ok"]] as const)
		t.equal((await steps(`${set_up}${line}\n`)).at(-1), step, line);
});

test("typed: a few words of what comes of a step are no prose", async (t) => {
	const text = "bound: 0a.0001\nThe mdev has adapter 0a and domain 0001.\nThe guest is running.\n" +
		"1. Unassign domain 0001.\n";

	for (const said of ["The guest has no queus.", "No queue in guest", "the mdev is no more",
		"We get a hang here.", "This one oopses."])
		t.equal((await steps(`${text}${said}\n`))[0], "line 5 is not read", said);
	for (const said of ["That makes sense.", "Thanks for the guest.", "Regards,"])
		t.notMatch((await steps(`${text}${said}\n`))[0], /not read/, said);
});
