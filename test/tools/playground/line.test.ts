// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is typed at the playground's prompt, as steps of the notation.
 */
import { test } from "tap";
import { mdev_uuid } from "../../../tools/lib/lab/names.ts";
import { parse_scenarios } from "../../../tools/lib/scenario/parse.ts";
import { read_line } from "../../../tools/playground/live/line.ts";

const [sc] = parse_scenarios(`scenario mine
host adapters 04 05 domains 0004 0047
create m0
create m1
`, "mine.scn");
const M1 = "/sys/devices/vfio_ap/matrix/m1";

const READ: [line: string, steps: string[]][] = [
	["", []],
	["open m0", ["open m0"]],
	["guest m0 04.0004", ["guest m0 04.0004"]],
	["echo 4 > assign_domain; echo 0x47 > assign_domain",
		["assign_domain m0 4", "assign_domain m0 0x47"]],
	[`echo 5 > ${M1}/assign_adapter && cat ${M1}/matrix`,
		["assign_adapter m1 5", "read m1 matrix"]],
	["cat guest_matrix", ["read m0 guest_matrix"]],
	["cat /sys/bus/ap/devices/04.0004/status", ["read 04.0004 status"]],
	["echo -n 0 > /sys/bus/ap/drivers_autoprobe",
		["store /sys/bus/ap/drivers_autoprobe \"0\""]],
	["echo '-5' > /sys/bus/ap/apmask", ["apmask_store -5"]],
	["chzcrypt --config-off 4", ["config 04 off"]],
	["mdevctl stop -u $UUID", ["destroy m0"]],
	["mdevctl stop --uuid=m1", ["destroy m1"]],
	[`mdevctl stop -u ${mdev_uuid("m1")}`, ["destroy m1"]],
	["mdevctl start -u $UUID", ["create m2"]],
	["mdevctl modify -u m1 --live --addattr=assign_adapter --value=5",
		["assign_adapter m1 5"]],
	["virsh start guest", ["open m0"]],
	["root@host:~# echo 5 > assign_adapter  # the card", ["assign_adapter m0 5"]],
	["sudo sh -c 'echo 5 > assign_adapter'", ["assign_adapter m0 5"]],
	["echo 0x47 | tee assign_domain", ["assign_domain m0 0x47"]],
];

const WRONG: [line: string, message: RegExp][] = [
	["echo 5 > asign_adapter", /no file "asign_adapter" \(did you mean "assign_adapter"\?\)/],
	["mdevctl list", /^"mdevctl list" does nothing here, expected a write/],
	["lszcrypt -V", /^"lszcrypt -V" does nothing here/],
	["ls /sys/bus/ap/drivers/vfio_ap", /^"ls \S+" does nothing here/],
	["cat /sys/bus/ap/apmask", /^an mdev has no file "apmask".*expected matrix guest_matrix/],
	["cat martix", /no file "martix" \(did you mean "matrix"\?\)/],
	["echo 4 > assign_domain; undo", /^"undo" does nothing here/],
	["asign_adapter m0 5", /"asign_adapter" is no operation.*assign_adapter/],
];

test("prompt of the playground: writes, questions and steps", async (t) => {
	for (const [line, steps] of READ)
		t.strictSame(read_line(line, sc!), { steps }, line);
	for (const [line, message] of WRONG)
		t.match(read_line(line, sc!), { wrong: message }, line);
});
