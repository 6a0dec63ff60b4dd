// SPDX-License-Identifier: GPL-2.0-only
/* Mails that have the shape of some of the list's; every word and number in them is our own. */
import { test } from "tap";
import { scenarios, steps } from "./steps_of.ts";

const UUID = "0d4b1c9a-1b1e-4a55-9f0c-1d5f5a2b3c4d";

test("like the list: an mdev of another driver, and a parameter alone, are no scenario",
		async (t) => {
	t.strictSame(await scenarios("The graphics card has two of them:\n" +
		"# uuidgen > card0-GVT_V5_2/create\n" +
		`# echo 1 > card0-GVT_V5_2/devices/${UUID}/remove\n`), []);
	t.strictSame(await scenarios("libvirt gives QEMU a parameter like this one:\n\n-device " +
		`'{"driver":"vfio-ap","id":"hostdev1","sysfsdev":"/sys/bus/mdev/devices/${UUID}"}'\n`),
	[]);
	t.strictSame(await scenarios("# uuidgen > vfio_ap-passthrough/create\n" +
		"# cat matrix\n#\n"), [["bound -", "create m0 = ok",
		"matrix m0 -"]]);
});

test("like the list: what its own line says of a message counts, too", async (t) => {
	const said = "Two things do this: an assignment, or a change of apmask.\n\n";
	const message = `${UUID}: Userspace may not re-assign queue 02.0011 already assigned to ${UUID}\n`;
	const deeds = async (text: string): Promise<string[]> =>
		(await scenarios(said + text + message))[0]!.slice(-5, -2);

	t.match((await deeds("In either case the assignment fails, and the kernel says\n")).join(),
		"assign_adapter m1 0x2 = error");
	t.match((await deeds("The change of the mask fails, and the kernel says\n")).join(),
		"apmask_store +2 = error");
});

test("like the list: what may be so, and what somebody thinks of it, opens nothing",
		async (t) => {
	const example = "> Queues bound to vfio_ap:\n> 0a.0001\n> 0a.0002\n> 0b.0001\n>\n" +
		"> Adapters/domains assigned to the matrix mdev:\n> 0a 0001\n>    0002\n" +
		"> 0b 0001\n>    0002\n>\n> APQNs assigned to APCB:\n> 0a.0001\n> 0a.0002\n\n";
	const read = [
		"bound 0a.0001 0a.0002 0b.0001", "mdev m0 adapters 0a 0b domains 0001 0002",
		"open m0 = ok", "guest m0 0a.0001 0a.0002",
	];

	for (const remark of [
		"With this guest_matrix can also differ from matrix where no guest runs.",
		"The subject is misleading. It implies that the guest apcb was wrong up\nto now. That is not so.",
	])
		t.strictSame(await steps(`${example}${remark}\n`), read, remark);
	t.match((await steps(`${example}But 0a.0002 may be missing in the guest_matrix.\n`))[0],
		"not read");
	t.equal((await steps(`${example}But guest_matrix must be empty here.\n`)).at(-1),
		"guest m0 -");
});

test("like the list: what is concluded behind the last of several ways opens none of them",
		async (t) => {
	const ways = "We have an empty (nothing assigned) mdev and the following queues are\n" +
		"bound to the vfio_ap driver:\n2.2\n2.3\n3.2\nIf then we do\n" +
		"assign_adapter 2\nassign_domain 2\nassign_domain 3\nassign_adapter 3\n" +
		"We end up with the guest_matrix\n2.2\n2.3\n\n" +
		"That is a different result compared to\nassign_adapter 2\nassign_domain 2\n" +
		"assign_adapter 3\nassign_domain 3\n\n";
	const remark = "For one set-up (driver, matrix) there is more than one result\n" +
		"(guest_matrix), since it depends on the order.\n";

	t.strictSame(await scenarios(ways + remark), await scenarios(ways));
	t.equal((await scenarios(ways)).length, 2);
	t.match((await scenarios(`${ways}(guest_matrix) depends on 3.3.\n`)).join("\n"),
		"unread");
});
