// SPDX-License-Identifier: GPL-2.0-only
/* Mails that have the shape of some of the list's; every word and number in them is our own. */
import { test } from "tap";
import { scenarios } from "./steps_of.ts";

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
