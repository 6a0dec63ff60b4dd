// SPDX-License-Identifier: GPL-2.0-only
/*
 * One or two commands of a session, as answers quote them, and what came of them: what was so
 * before nobody says, so no claim differs for want of it.
 */
import { test } from "tap";
import { load_driver } from "../../../../tools/lib/lab/loader.ts";
import { play } from "../../../../tools/lib/play/play.ts";
import { read } from "./steps_of.ts";

await load_driver("v6.12");

const ASSIGN = "# echo 0xc > assign_adapter\n";
const BOTH = "0b.0003\n0c.0003\n";

/** The last line's verdict, and the slips, of the only scenario of a text. */
async function last_of(text: string): Promise<[string, number]> {
	const { scenarios, slips } = await read(text);

	return [play(scenarios[0]!, "v6.12").steps.at(-1)!.verdict, slips.length];
}

test("excerpts: what the mdev has at first is not said", async (t) => {
	for (const text of [
		"# echo 0xc > unassign_adapter\n# cat guest_matrix\n0b.0003\n",
		`${ASSIGN}# cat guest_matrix\n${BOTH}`,
		`${ASSIGN}# cat matrix\n${BOTH}`,
		`# echo 0c.0003 > /sys/bus/ap/drivers/vfio_ap/bind\n# cat guest_matrix\n${BOTH}`,
		"# chzcrypt --config-off 0c\n# cat guest_matrix\n0b.0003\n",
		"After adapter 0c is unassigned the guest has 0b.0003.\n",
		"After 0c.0003 is bound the guest has 0b.0003 and 0c.0003.\n",
	])
		t.strictSame(await last_of(text), ["depends", 0], text);
});

test("excerpts: an error whose cause is not told", async (t) => {
	for (const text of [
		`${ASSIGN}bash: echo: write error: Cannot assign requested address\n`,
		`${ASSIGN}bash: echo: write error: No such device\n`,
		`${ASSIGN}bash: echo: write error: Address already in use\n`,
		"# echo +0xc > /sys/bus/ap/apmask\nbash: echo: write error: Device or resource busy\n",
	])
		t.strictSame(await last_of(text), ["open", 0], text);
});

test("excerpts: an mdev that is made in them has nothing at first", async (t) => {
	const made = "# echo 0xc > assign_adapter\n# echo 3 > assign_domain\n# cat matrix\n";

	t.strictSame(await last_of(`${made}0c.0003\n`), ["holds", 0]);
	t.strictSame((await last_of(`${made}0b.0003\n0c.0003\n`))[0], "differs");
});

test("excerpts: which control domains an mdev has at first is not said", async (t) => {
	const set_up = "bound: 0c.0003\nAdapter 0c and domain 0003 are assigned to the mdev.\n";

	t.equal((await last_of(`${set_up}# cat control_domains\n0003\n`))[0], "open");
	t.equal((await last_of(
		`${set_up}# echo 2 > assign_control_domain\n# cat control_domains\n0002\n`))[0],
		"holds");
});

test("excerpts: an mdev that a session creates has nothing, whatever is unassigned", async (t) => {
	const text = "# ls /sys/bus/ap/drivers/vfio_ap\n0b.0003 0c.0003\n" +
		"# echo $UUID > /sys/devices/vfio_ap/matrix/mdev_supported_types/vfio_ap-passthrough/create\n" +
		"# echo 0xc > /sys/devices/vfio_ap/matrix/$UUID/unassign_adapter\n";
	const { scenarios } = await read(text);

	t.same(scenarios[0]!.choices.filter((c) => c.what === "assigned"), []);
	t.equal(play(scenarios[0]!, "v6.12").steps.at(-1)!.verdict, "holds");
});
