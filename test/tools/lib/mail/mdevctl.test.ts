// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { steps } from "./steps_of.ts";

test("mdevctl: a definition is what the mdev has once it is started", async (t) => {
	const told = (more: string): Promise<string[]> =>
		steps("bound: 0a.0001\nmdevctl define -u $U -p matrix -t vfio_ap-passthrough\n" +
			`mdevctl modify -u $U --addattr=assign_adapter --value=10\n${more}`);
	const start = "mdevctl start -u $U\n";

	t.strictSame((await told(
		"mdevctl modify -u $U --addattr assign_domain --value 1 --index 0\n" +
		"mdevctl list -d\n$U matrix vfio_ap-passthrough manual\nAttrs:\n@{0}: {\"assign_domain\":\"1\"}\n@{1}: {\"assign_adapter\":\"10\"}\n" +
		start)).slice(1),
	["create m0 = ok", "assign_domain m0 1 = ok", "assign_adapter m0 10 = ok"]);
	t.strictSame((await told(`mdevctl modify -u $U --addattr=assign_domain --value=1\n` +
		`mdevctl modify -u $U --delattr --index=0\n${start}`)).slice(1),
	["create m0 = ok", "assign_domain m0 1 = ok"]);
	t.strictSame((await told(
		`${start}mdevctl modify -u $U --addattr=assign_domain --value=1 --live\n`))
		.slice(1),
	["create m0 = ok", "assign_adapter m0 10 = ok", "assign_domain m0 1 = ok"]);
	t.strictSame((await told(
		`${start}mdevctl modify -u $U --addattr=assign_domain --value=1\n` +
		`mdevctl stop -u $U\n${start}cat matrix\n0a.0001\n`)).slice(1),
	["create m0 = ok", "assign_adapter m0 10 = ok", "destroy m0 = ok", "create m0 = ok",
		"assign_adapter m0 10 = ok", "assign_domain m0 1 = ok", "matrix m0 0a.0001"]);
});

test("mdevctl: what it lists is what the definition has, or the mdev that is there",
		async (t) => {
	const attrs = "\"attrs\": [\n{\n\"assign_adapter\": \"10\"\n},\n{\n\"assign_domain\": \"0x1\"\n}\n]\n}\n";

	t.strictSame(
		(await steps("bound: 0a.0001\n# mdevctl list -u $U --dumpjson\n{\n\"mdev_type\": \"vfio_ap-passthrough\",\n" +
		`${attrs}# mdevctl modify -u $U --addattr=assign_adapter --value=11\n# cat matrix\n0a.0001\n`)).slice(1),
	["mdev m0", "assign_adapter m0 10", "assign_domain m0 0x1", "matrix m0 0a.0001"]);
	t.strictSame((await steps(
		"# mdevctl list -d\n$U matrix vfio_ap-passthrough auto\n    attrs: {0}\n" +
		"      @{0}: {\"assign_adapter\":\"0xa\"}\n      @{1}: {\"assign_domain\":\"0x1\"}\n# mdevctl start -u $U\n" +
		"# cat matrix\n0a.0001\n")).slice(1),
	["create m0 = ok", "assign_adapter m0 0xa = ok", "assign_domain m0 0x1 = ok",
		"matrix m0 0a.0001"]);
});

const [U1, U2] = ["0e1f2a3b-1111-4222-8333-444455556666", "0e1f2a3b-1111-4222-8333-444455557777"];
const DEFINITION = "{\n  \"mdev_type\": \"vfio_ap-passthrough\",\n  \"start\": \"auto\",\n" +
	"  \"attrs\": [\n    { \"assign_adapter\": \"10\" },\n    { \"assign_domain\": \"1\" }\n  ]\n}\n";

test("mdevctl: a listing of several says what each has", async (t) => {
	const of = (uuid: string, domain: number): string =>
		`      {\n        "${uuid}": {\n          "start": "manual",\n          "attrs": [\n` +
		`            { "assign_adapter": "10" },\n            { "assign_domain": "${domain}" }\n` +
		"          ]\n        }\n      }";

	t.strictSame(await steps(
		"bound: 0a.0001 0a.0002\n# mdevctl list --dumpjson\n[\n  {\n    \"matrix\": [\n" +
		`${of(U1, 1)},\n${of(U2, 2)}\n    ]\n  }\n]\n# cat ${"/sys/devices/vfio_ap/matrix/"}${U2}/matrix\n0a.0002\n`),
	["bound 0a.0001 0a.0002", "mdev m0", "assign_adapter m0 10", "assign_domain m0 1",
		"mdev m1", "assign_adapter m1 10", "assign_domain m1 2", "matrix m1 0a.0002"]);
});

test("mdevctl: control domains count; what is not known of a listing leaves it unread",
		async (t) => {
	const list = (attribute: string): Promise<string[]> =>
		steps("bound: 0a.0001\n# mdevctl list -d\n" +
		`${U1} matrix vfio_ap-passthrough auto (active)\n  Attrs:\n    @{0}: {"assign_adapter":"10"}\n` +
		`    @{1}: {"assign_domain":"1"}\n    @{2}: {"${attribute}":"2"}\n# virsh start g\n# cat matrix\n0a.0001\n`);

	t.strictSame(await list("assign_control_domain"),
		["bound 0a.0001", "mdev m0", "assign_adapter m0 10", "assign_domain m0 1",
			"assign_control_domain m0 2", "open m0 = ok", "matrix m0 0a.0001"]);
	t.match(await list("assign_wonder"), ["line 2 is not read"]);
});

test("mdevctl: a file of a definition is read where the mail shows what is in it", async (t) => {
	const use = "# mdevctl define -u $U -p matrix --jsonfile /root/ap.json\n# mdevctl start -u $U\n" +
		"# cat matrix\n0a.0001\n";
	const done = ["bound 0a.0001", "create m0 = ok", "assign_adapter m0 10 = ok",
		"assign_domain m0 1 = ok", "matrix m0 0a.0001"];

	for (const shown of [
		`# cat ap.json\n${DEFINITION}`, `# cat > /root/ap.json << EOF\n${DEFINITION}EOF\n`,
	])
		t.strictSame(await steps(`bound: 0a.0001\n${shown}${use}`), done, shown);
	t.strictSame(await steps(
		`bound: 0a.0001\n# cat /etc/mdevctl.d/matrix/${U1}\n${DEFINITION}` +
		`# mdevctl start -u ${U1}\n# cat matrix\n0a.0001\n`), done,
			"where mdevctl keeps it");
	t.match(await steps(`bound: 0a.0001\n${use}`), ["line 2 is not read"], "not shown");
	t.match(
		await steps("bound: 0a.0001\n# mdevctl start -u $U --jsonfile ap.json\n" +
		"# virsh start g\n# cat matrix\n0a.0001\n"),
		["line 2 is not read"], "not shown");
	t.match(
		await steps(`bound: 0a.0001\n# cat ap.json\n${DEFINITION.replace("assign_adapter", "assign_wonder")}${use}`),
		["line 2 is not read"], "not known");
});

test("mdevctl: what is started has what was defined, shown or not", async (t) => {
	t.match(await steps("bound: 0a.0001\n# mdevctl start -u $U\n# cat matrix\n0a.0001\n"),
		["bound 0a.0001", "create m0 = ok", "unread \"# cat matrix\""]);
	t.strictSame(await steps(
		"bound: 0a.0001\n# mdevctl start -u $U\n# echo 10 > assign_adapter\n" +
		"# echo 1 > assign_domain\n# cat matrix\n0a.0001\n"),
	["bound 0a.0001", "create m0 = ok", "assign_adapter m0 10 = ok", "assign_domain m0 1 = ok",
		"matrix m0 0a.0001"]);
	t.match((await steps(
		"bound: 0a.0001\n# mdevctl start -u $U -p matrix -t vfio_ap-passthrough\n" +
		"# cat matrix\n0a.0001\n")).at(-1), "matrix m0 0a.0001");
});

test("mdevctl: what it could not do was not done", async (t) => {
	t.match(await steps("bound: 0a.0001\nmatrix: 0a.0001\n# virsh start g\n" +
		`# mdevctl modify -u ${U1} --live --addattr=assign_domain --value=2\n` +
		"Unable to modify live device attribute: not supported\n# cat guest_matrix\n0a.0001\n"),
	["line 4 is not read", "line 5 is not read"]);
});
