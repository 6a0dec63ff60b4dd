// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest that is only named beside what is said.
 */
import { test } from "tap";
import { read, steps } from "./steps_of.ts";

const BOUND = "Queues bound to vfio_ap: 0a.0001, 0b.0001\n";
const ASSIGNED = "Adapter 0a and domain 0001 are assigned to the mdev";

async function opens(text: string): Promise<number> {
	return (await steps(BOUND + text)).filter((s) => s.startsWith("open m0")).length;
}

test("a guest that is said to run in passing runs", async (t) => {
	for (const of_guest of ["of a running guest", "in use by a guest", "used by a running VM"])
		t.equal(await opens(`${ASSIGNED} ${of_guest}.\n# mdevctl stop -u $UUID\n`), 1,
			of_guest);
	for (const done of ["Assign adapter 0b while the guest is running.",
		"Assign adapter 0b to the mdev of the running guest.",
		"Remove the mdev while the guest is running."])
		t.equal(await opens(`${ASSIGNED}.\n${done}\n`), 1, done);
});

test("it is started once, and not where none runs", async (t) => {
	t.equal(await opens(`${ASSIGNED} of a running guest. The guest is running.\n` +
		"# mdevctl stop -u $UUID\n"), 1);
	t.equal(await opens(`${ASSIGNED}, in use by a guest.\nThe guest is started.\n` +
		"guest_matrix: 0a.0001\n"), 1);
	t.equal(await opens(`${ASSIGNED} of the guest.\n# mdevctl stop -u $UUID\n`), 0);
});

test("a guest_matrix that is shown says of no guest that it runs", async (t) => {
	const told = `${BOUND}${ASSIGNED}.\n`;
	const of = async (text: string): Promise<string[]> =>
		(await read(told + text)).scenarios[0]!.choices.map(({ what }) => what);

	t.ok((await of("# cat guest_matrix\n0a.0001\n")).includes("guest"));
	t.ok((await of("guest_matrix: 0a.0001\n# mdevctl stop -u $UUID\n")).includes("guest"));
	t.notOk((await of("The guest has 0a.0001.\n")).includes("guest"));
	t.notOk((await of("# virsh start g\n# cat guest_matrix\n0a.0001\n")).includes("guest"));
	t.equal(await opens(`${ASSIGNED}.\n# cat guest_matrix\n0a.0001\n`), 0);
	t.equal(await opens(`${ASSIGNED}.\n# cat /sys/bus/ap/devices/0a.0001/status\nin use\n` +
		"# cat guest_matrix\n0a.0001\n"), 1);
});
