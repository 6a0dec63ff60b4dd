// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { steps } from "./steps_of.ts";

const TOLD = "bound: 0a.0001 0b.0001\nmatrix: 0a.0001 0b.0001\nThe guest is running.\n";
const SHOWN = "# cat guest_matrix\n0a.0001\n0b.0001\n";

test("elsewhere: what another machine does, or this one later, is not read", async (t) => {
	for (const typed of [
		"ssh otherhost 'echo 11 > unassign_adapter'",
		"ssh -t root@lp2 echo 11 > unassign_adapter",
		"ssh otherhost", "virsh -c qemu+ssh://lp2/system destroy g",
		"virsh --connect=qemu+tcp://lp2/system destroy g",
		"sleep 10; echo 11 > unassign_adapter &", "sleep 9 && virsh destroy g &",
		"(sleep 5; echo 11 > unassign_adapter) &", "nohup echo 11 > unassign_adapter &",
		"sh -c 'sleep 5; echo 11 > unassign_adapter' &", "echo 1 > remove &",
		"echo 10 > unassign_adapter & echo 11 > unassign_adapter &",
		"echo 'echo 11 > unassign_adapter' | at now", "podman exec c cat guest_matrix",
		"nsenter -t 47 -m echo 11 > unassign_adapter", ": echo 11 > unassign_adapter",
		"echo would run: echo 11 > unassign_adapter",
	])
		t.match((await steps(`${TOLD}# echo 1 > unassign_domain\n# ${typed}\n${SHOWN}`))[0],
			/^line 5 is not read$/, typed);
	for (const file of ["/mnt/lp2/sys/x/unassign_adapter", "/var/tmp/unassign_adapter"])
		t.strictSame((await steps(`${TOLD}# echo 11 > ${file}\n${SHOWN}`)).slice(3),
			["guest m0 0a.0001 0b.0001"], file);
});

test("elsewhere: what is begun has no result that anybody has seen", async (t) => {
	t.strictSame((await steps(
		`${TOLD}# echo 11 > unassign_adapter &\n[1] 4711\n# cat guest_matrix\n0a.0001\n` +
		"[1]+  Done                    echo 11 > unassign_adapter\n")).slice(3),
	["unassign_adapter m0 11", "guest m0 0a.0001"]);
	t.strictSame((await steps("bound: 0a.0001\nmatrix: 0a.0001\n" +
		"# cd /tmp; nohup qemu-system-s390x -device vfio-ap,sysfsdev=/sys/x/$U &\n" +
		"# cat guest_matrix\n0a.0001\n")).slice(2), ["open m0 = ok", "guest m0 0a.0001"]);
});

test("elsewhere: the only machine that is sent something is the host", async (t) => {
	const done = ["unassign_adapter m0 11 = ok", "guest m0 0a.0001"];

	for (const typed of [
		"$ ssh root@lp7 'echo 11 > unassign_adapter'\n$ ssh root@lp7 cat guest_matrix\n0a.0001\n",
		"$ ssh lp7 \"echo 11 > unassign_adapter\"\nroot@lp7:~# cat guest_matrix\n0a.0001\n",
		"1. ssh lp7 sudo sh -c 'echo 11 > unassign_adapter'\n2. ssh lp7 cat guest_matrix\n0a.0001\n",
		"$ ssh lp7\n# echo 11 > unassign_adapter\n# cat guest_matrix\n0a.0001\n# exit\n",
	])
		t.strictSame((await steps(TOLD + typed)).slice(3), done, typed);
});

test("elsewhere: what is typed in a guest shows what the guest has", async (t) => {
	const rows = "0a       CEX7C CCA-Coproc  online  1  cex4card\n" +
		"0a.0001  CEX7C CCA-Coproc  online  1  cex4queue\n";
	const behind = `# echo 11 > unassign_adapter\n`;

	for (const typed of [
		`# virsh console g\n[root@fedora ~]# lszcrypt -V\n${rows}[root@fedora ~]# exit\n`,
		`# virsh console g\nConnected to domain 'g'\n# lszcrypt\n${rows}^]\n`,
		`# ssh root@192.168.122.4\n[root@fedora ~]# uname -r\n6.12\n` +
			`[root@fedora ~]# lszcrypt\n${rows}Connection to 192.168.122.4 closed.\n`,
		`# ssh 192.168.122.4 lszcrypt\n${rows}`, `# ssh vm1 'lszcrypt -V'\n${rows}`,
		`# virsh reboot fedora39\n# ssh fedora39\n# lszcrypt\n${rows}# exit\n`,
	])
		t.strictSame((await steps(`${TOLD}${typed}${behind}`)).slice(3)
			.filter((s) => s !== "reset m0 = ok"),
		["guest m0 0a.0001", "unassign_adapter m0 11 = ok"], typed);
});
