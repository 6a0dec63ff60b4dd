// SPDX-License-Identifier: GPL-2.0-only
/* Mails that have the shape of some of the list's; every word and number in them is our own. */
import { test } from "tap";
import { pick_drivers, play } from "../../../../tools/lib/play/play.ts";
import { read_mail } from "../../../../tools/lib/mail/read.ts";
import { read, scenarios, steps } from "./steps_of.ts";

await pick_drivers("v6.12");

const UUID = "0d4b1c9a-1b1e-4a55-9f0c-1d5f5a2b3c4d";

test("like the list: an mdev of another driver, and a parameter alone, are no scenario",
		async (t) => {
	t.strictSame(await scenarios("The graphics card has two of them:\n" +
		"# uuidgen > card0-GVT_V5_2/create\n" +
		`# echo 1 > card0-GVT_V5_2/devices/${UUID}/remove\n`), []);
	t.strictSame(await scenarios("1. Make one of the sample's:\n\n" +
		`   # echo ${UUID} > /sys/devices/virtual/sample/mdev_supported_types/sample-2/create\n\n` +
		`2. Start the VM.\n\n3. Remove it:\n\n   # echo 1 > /sys/bus/mdev/devices/${UUID}/remove\n`),
	[], "whatever is done with it then");
	t.strictSame(await scenarios("libvirt gives QEMU a parameter like this one:\n\n-device " +
		`'{"driver":"vfio-ap","id":"hostdev1","sysfsdev":"/sys/bus/mdev/devices/${UUID}"}'\n`),
	[]);
	t.strictSame(await scenarios("# uuidgen > vfio_ap-passthrough/create\n" +
		"# cat matrix\n#\n"), [["bound -", "create m0 = ok",
		"matrix m0 -"]]);
});

test("like the list: what its own line says of a message counts, too", async (t) => {
	const said = "Two things do this: an assignment, or a change of apmask.\n\n";
	const message =
		`${UUID}: Userspace may not re-assign queue 02.0011 already assigned to ${UUID}\n`;
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
	const claims = [
		"bound 0a.0001 0a.0002 0b.0001", "mdev m0 adapters 0a 0b domains 0001 0002",
		"open m0 = ok", "guest m0 0a.0001 0a.0002",
	];

	for (const remark of [
		"With this guest_matrix can also differ from matrix where no guest runs.",
		"The subject is misleading. It implies that the guest apcb was wrong up\nto now. That is not so.",
	])
		t.strictSame(await steps(`${example}${remark}\n`), claims, remark);
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

const WAYS = [
	"Hm, so it matters which of the two is assigned first.",
	"",
	"Suppose we have the queues",
	"2.1 2.2",
	"3.1",
	"bound to vfio_ap, i.e. 3.2 is missing for some reason other than",
	"belonging to the default drivers (which one, no idea).",
	"",
	"Let's suppose we started with the matrix containing only adapter",
	"2 (2.) and domain 1 (.1).",
	"",
	"After echo 3 > assign_adapter && echo 2 > assign_domain we end up with",
	"matrix:",
	"2.1 2.2",
	"3.1 3.2",
	"guest_matrix:",
	"2.1 2.2",
	"while after echo 2 > assign_domain && echo 3 > assign_adapter we end up",
	"with:",
	"matrix:",
	"2.1 2.2",
	"3.1 3.2",
	"guest_matrix:",
	"2.1",
	"3.1",
	"",
	"That means, what is bound and what is assigned does not determine",
	"what is passed through.",
	"",
	"Now let's say we have the same situation regarding the bound queues as",
	"above but we start with the empty matrix, and do all the assignments",
	"while the guest is running.",
	"",
	"Consider the following sequence of actions.",
	"",
	"1) echo 1 > assign_domain",
	"2) echo 2 > assign_domain",
	"3) echo 3 > assign_adapter",
	"4) echo 2 > assign_adapter",
	"5) echo 3 > unassign_adapter",
	"",
	"Thus at the end we would have",
	"matrix:",
	"2.1 2.2",
	"guest_matrix:",
	"2.1",
	"",
	"And if we add in an adapter 4. into the mix with the queues 4.1 and 4.2",
	"then after",
	"6) echo 4 > assign_adapter",
	"we get",
	"matrix:",
	"2.1 2.2",
	"4.1 4.2",
	"guest_matrix:",
	"2.1",
	"4.1",
	"",
	"This looks odd to me. Did I misread it?",
];

test("like the list: two ways from one set-up, and once more from an empty mdev", async (t) => {
	const set_up = ["bound 02.0001 02.0002 03.0001", "mdev m0 adapters 02 domains 0001"];
	const all = "matrix m0 02.0001 02.0002 03.0001 03.0002";

	t.strictSame(await scenarios(`${WAYS.join("\n")}\n`), [
		[...set_up, "assign_adapter m0 3 = ok", "assign_domain m0 2 = ok", all,
			"guest m0 02.0001 02.0002"],
		[...set_up, "assign_domain m0 2 = ok", "assign_adapter m0 3 = ok", all,
			"guest m0 02.0001 03.0001"],
		["bound 02.0001 02.0002 03.0001", "mdev m0", "open m0 = ok",
			"assign_domain m0 1 = ok", "assign_domain m0 2 = ok",
			"assign_adapter m0 3 = ok", "assign_adapter m0 2 = ok",
			"unassign_adapter m0 3 = ok", "matrix m0 02.0001 02.0002",
			"guest m0 02.0001", "bind 04.0001 = ok", "bind 04.0002 = ok",
			"assign_adapter m0 4 = ok",
			"matrix m0 02.0001 02.0002 04.0001 04.0002",
			"guest m0 02.0001 04.0001"],
	]);
	t.strictSame((await read(`${WAYS.join("\n")}\n`)).slips, []);
});

test("like the list: what is not read in a set-up opens every way from it", async (t) => {
	const text = WAYS.join("\n").replace("2 (2.) and", "2 (for want of a nail), then");
	const [first, second] = await scenarios(`${text}\n`);

	for (const way of [first!, second!])
		t.equal(way.findIndex((step) => step.startsWith("unread")), 1);
});

test("like the list: what a claim says of a step that it names", async (t) => {
	const claim =
		"I see that at 3), because bitmap_empty(m->shadow_apcb.aqm) we end up with\n" +
		"a shadow aqm containing just domain 1, as queue 3.2 ain't bound to us.\n";
	const text = WAYS.map((l) => l.startsWith("Thus at") ? `${claim}\n${l}` : l).join("\n");
	const third = (await scenarios(`${text}\n`))[2]!;

	t.strictSame(third.slice(5, 9), ["assign_adapter m0 3 = ok", "guest m0 domains 0001",
		"not_bound 03.0002", "assign_adapter m0 2 = ok"]);
});

/** Queues, a line each. */
function listed(label: string, ...queues: string[]): string {
	return [label, ...queues, ""].join("\n");
}

const FIRST = listed("bound queues:", "2.1", "2.2", "", "3.1", "");
const DONE = "scenario:\necho 1 > assign_domain\necho 2 > assign_domain\n" +
	`echo 3 > assign_adapter\n\n${listed("matrix:", "3.1", "3.2")}`;
const STEPS = ["assign_domain m0 1 = ok", "assign_domain m0 2 = ok", "assign_adapter m0 3 = ok",
	"matrix m0 03.0001 03.0002"];

test("like the list: each heading of the same kind begins the steps anew", async (t) => {
	const one =
		`algorithm: filter at each assignment\n${DONE}${listed("guest_matrix:", "3.1")}`;
	const other = `algorithm: what lacks a queue is not plugged\n${DONE}` +
		listed("guest_matrix:", "no bits set");
	const set_up = ["bound 02.0001 02.0002 03.0001", "mdev m0"];

	t.strictSame(await scenarios(`${FIRST}${one}\n${other}`), [
		[...set_up, ...STEPS, "guest m0 03.0001"], [...set_up, ...STEPS, "guest m0 -"],
	]);
	t.equal((await scenarios(`${FIRST}${one}`))[0]!.filter((it) =>
		it.startsWith("unread")).length, 1);
});

test("like the list: a list under no label is the matrix where it is what is assigned",
		async (t) => {
	const taken = (queues: string[]): string => `${FIRST}${DONE}` +
		`${listed("guest_matrix:", "no bits set")}\necho 2 > assign_adapter\n` +
		listed("matrix:", "2.1", "2.2", "3.1", "3.2") +
		`${listed("guest_matrix:", "2.1", "2.2")}\necho 3 > unassign_adapter\n` +
		`${queues.map((q) => `${q}\n`).join("")}${listed("guest_matrix:", "2.1", "2.2")}`;

	t.strictSame((await scenarios(taken(["2.1", "2.2"])))[0]!.slice(-3),
		["unassign_adapter m0 3 = ok", "matrix m0 02.0001 02.0002",
			"guest m0 02.0001 02.0002"]);
	t.match((await scenarios(taken(["2.1"])))[0]!.join("\n"), 'unread 2.1');
});

test("like the list: what each matrix is, between somebody's steps", async (t) => {
	const thread = "> Suppose we have the queues\n> 2.1 2.2\n> 3.1\n> bound to vfio_ap.\n\n" +
		"I'm not sure what you mean by having queues. I will assume you mean\n" +
		"those queues are bound to the vfio_ap device driver. The only way this\n" +
		"could happen is if somebody unbinds queue 3.2.\n\n" +
		"> We start with an empty mdev that is tied to a running guest:\n" +
		"> 1) echo 1 > assign_domain\n\nmatrix:            .1\nguest_matrix: no APQNs\n\n" +
		"> 2) echo 2 > assign_domain\n\nmatrix:            .1, .2\nguest_matrix: no APQNs\n\n" +
		"> 3) echo 3 > assign_adapter\n\nmatrix:           3.1, 3.2\nguest_matrix: 3.1\n\n" +
		"> 4) echo 2 > assign_adapter\n> Opinions?\n\n" +
		"I'd say that after adding adapter 2, we should end up with guest matrix:\n2.1, 2.2\n";

	const both = "> Queues bound to vfio_ap: 2.1\n> APQNs assigned to matrix_mdev: 2.1\n" +
		"> The guest is started.\n> echo 3 > assign_adapter\n> guest_matrix: 2.1\n\n" +
		"guest_matrix: 2.1, 3.1\n";
	const names = (await read_mail(Buffer.from(both), "mail", null))
		.flatMap((r) => r.scenarios.map((s) => s.name));

	t.strictSame(names, ["line-1", "line-1-answered"]);
	t.strictSame((await scenarios(thread)).at(-1), [
		"bound 02.0001 02.0002 03.0001", "mdev m0", "open m0 = ok",
		"assign_domain m0 1 = ok", "matrix m0 adapters - domains 0001", "guest m0 -",
		"assign_domain m0 2 = ok", "matrix m0 adapters - domains 0001 0002", "guest m0 -",
		"assign_adapter m0 3 = ok", "matrix m0 03.0001 03.0002", "guest m0 03.0001",
		"assign_adapter m0 2 = ok", "guest m0 02.0001 02.0002",
	]);
});

test("like the list: changes that name locks are no two processors", async (t) => {
	const told = async (text: string): Promise<boolean> =>
		(await read_mail(Buffer.from(text), "mail", null)).some((r) => r.actors);

	t.notOk(await told("The patch has these changes:\n\n" +
		"1. Removes the flag and its wait queue. Both were there since matrix_dev->lock\n" +
		"   is given up; now it is held all the time, so nobody has to wait.\n\n" +
		"2. No longer takes matrix_dev->lock where PQAP is handled, since the rwsem\n" +
		"   is held there.\n"));
	t.notOk(await told("What I thought of:\n\n" +
		"1) A read-write lock for matrix_dev->lock; but waiting writers block while it is\n" +
		"held.\n2) To take mdevs_lock later; then the order is not that of guests_lock.\n"));
	t.ok(await told("It goes like this:\n\n" +
		"1) aqmask_store() takes ap_perms_mutex\n" +
		"2) assign_domain_store() takes matrix_dev->lock\n" +
		"3) aqmask_store() calls the callback, which waits for matrix_dev->lock\n" +
		"4) assign_domain_store() waits for ap_perms_mutex\n"));
});

test("like the list: what would be filtered if a queue were not bound", async (t) => {
	const condition = "If queue 02.0011 is not bound to the vfio_ap device driver, then the\n" +
		"filtering code will filter APID 02.\n";
	const reasons = "\nIs it their order that you object to?\n\n" +
		"A queue can go away from the vfio_ap device driver for two reasons:\n\n" +
		"1. A change of the apmask can result in a queue device being unbound.\n\n" +
		"2. A queue device can be manually unbound from vfio_ap.\n";
	const assigned = "Suppose the following APQNs are assigned to the matrix mdev:\n\n" +
		"02.0001\n02.0011\n\n";

	t.strictSame(await steps(assigned + condition + reasons), ["bound 02.0001",
		"mdev m0 adapters 02 domains 0001 0011", "open m0 = ok",
		"filtered m0 adapter 02 because 02.0011"]);
	const other = await steps("Queues bound to vfio_ap:\n02.0001\n02.0011\n" +
		"Assigned to the mdev: adapter 02, domains 0001 and 0011.\n" +
		`The guest is started.\n${condition}The guest has 02.0001 and 02.0011.\n`);
	t.notOk(other.some((step) => step.startsWith("not_bound")), "another case than this one");
	t.equal(other.filter((step) => step.startsWith("unread")).length, 1);
});

/** A patch of a document that adds these lines, each a hunk of its own if there are several. */
function patch_of(...hunks: string[]): string {
	return `diff --git a/Documentation/x.rst b/Documentation/x.rst\n` +
		"--- a/Documentation/x.rst\n+++ b/Documentation/x.rst\n" +
		hunks.map((text) => `@@ -1,4 +1,9 @@ Masks of the host and of its guests\n` +
			`${text.replace(/^/gm, "+")}\n`).join("");
}

test("like the list: in a document a long heading, and the next hunk, are of another matter",
		async (t) => {
	const message = "   If it is refused, the log has:\n\n" +
		`   Userspace may not re-assign queue 02.0011 already assigned to ${UUID}\n`;
	const next = "How to reserve all that we need\n-------------------------------\n" +
		"To reserve the queues of these two cards::\n\n   echo -2,-3 > /sys/bus/ap/apmask";
	const [first, second] =
		await scenarios(patch_of(`The apmask is changed.\n\n${message}\n${next}`));

	t.equal(first!.at(-1), 'log "already assigned to m0"');
	t.match(second!.at(-1), "apmask_store -2,-3");
	t.notOk((await steps(patch_of("   echo 2 > assign_adapter", "   of the second card.")))
		.some((step) => step.includes("Masks of the host")));
});

test("like the list: a table of what things are for claims nothing", async (t) => {
	const shown =
		"For example:\n\ncat /sys/bus/matrix/devices/matrix/features\nguest_matrix\n\n" +
		"These are the features:\n\n";
	const row = (cells: string): string => `${cells}\n+------+------+\n`;

	t.strictSame(await steps(
		`${shown}${row("| guest_matrix | the attribute of that name exists |")}`),
		["bound -", "read matrix features = ok", 'out "guest_matrix\\n"']);
	t.match((await steps(
		`${shown}${row("| guest_matrix | has 02.0011 in the third example |")}`))[0],
		"not read");
});

test("like the list: what each mask is, whose the queues are, and again behind a store",
		async (t) => {
	const mask = (digits: string): string => `0x${digits.padEnd(64, "0")}`;
	const text = (last: string): string =>
		"The apmask and aqmask are configured as follows:\n\n" +
		`   apmask: ${mask("6")}\n   aqmask: ${mask("08")}\n\n` +
		"   owned by zcrypt:\n      01.0004\n      02.0004\n\n" +
		"The matrix assigned to the mediated matrix device $uuid is:\n\n" +
		"   01.0006\n   02.0006\n\nIf we execute the following:\n\n   echo +8 > aqmask\n\n" +
		"This will result in the following new masks:\n\n" +
		`   apmask: ${mask("6")}\n   aqmask: ${mask(last)}\n\n` +
		"   owned by zcrypt:\n      01.0004\n      01.0008\n";

	t.strictSame(await steps(text("088")), ["bound 01.0006 01.0008 02.0006 02.0008",
		"mdev m0 adapters 01 02 domains 0006", "aqmask_store +8 = ok", "read bus apmask",
		`out "${mask("6")}\\n"`, "read bus aqmask", `out "${mask("088")}\\n"`,
		"not_bound 01.0004 01.0008"]);
	const [s] = (await read(text("088"))).scenarios;
	t.strictSame([s!.apmask, s!.aqmask], [[1, 2], [4]]);
	t.strictSame(play(s!, "v6.12").steps.filter((step) => step.verdict === "differs"), []);
	const wrong = play((await read(text("08"))).scenarios[0]!, "v6.12");
	t.equal(wrong.steps.filter((step) => step.verdict === "differs").length, 1);
	t.notOk((await steps(`echo -5 > apmask\ncat apmask\n${mask("7")}\n`))
		.some((step) => step.startsWith("read")), "nobody knows what it was");
});

test("like the list: a way that may be the next step is not read", async (t) => {
	const opens = async (from: string, to: string): Promise<boolean> =>
		(await scenarios(`${WAYS.join("\n").replace(from, to)}\n`)).flat()
			.some((step) => step.startsWith("unread"));
	const second = "while after echo 2 > assign_domain && echo 3 > assign_adapter";

	t.notOk(await opens(second, second));
	t.notOk(await opens("After echo 3", "The guest is started.\n\nAfter echo 3"));
	t.ok(await opens(second, "while after echo 2 > assign_domain && echo 4 > assign_adapter"));
	t.ok(await opens(second, "while after echo 2 > assign_domain"));
	t.ok(await opens("That means, what", "Then 3.1 is unbound. That means, what"));
});

test("like the list: a picture of the driver's directory shows what is bound", async (t) => {
	const picture = (last: string): string =>
		"The sysfs directory for the vfio_ap device driver will now contain symbolic\n" +
		"links to the AP queue devices bound to it:\n\n   /sys/bus/ap\n   ... [drivers]\n" +
		`   ...... [vfio_ap]\n   ......... [02.0001]\n   ......... [02.0011]\n${last}\n`;
	const done = "   echo 2 > assign_adapter\n   echo 3 > assign_adapter\n" +
		"   echo 1 > assign_domain\n   echo 0x11 > assign_domain\n\n" +
		"The guest is started. It has 02.0001 and 02.0011.\n";

	t.strictSame(await steps(picture("   ......... [03.0001]\n") + done),
		["bound 02.0001 02.0011 03.0001", "mdev m0", "assign_adapter m0 2 = ok",
			"assign_adapter m0 3 = ok", "assign_domain m0 1 = ok",
			"assign_domain m0 0x11 = ok", "open m0 = ok", "guest m0 02.0001 02.0011"]);
	t.strictSame((await steps(picture("   ...... [other]\n   ......... [03.0001]\n") + done))
		.filter((step) => step.startsWith("bound")), ["bound 02.0001 02.0011"]);
});

test("like the list: a result that is said in front of its command is of that command",
		async (t) => {
	const set_up = "Queues bound to vfio_ap:\n0a.0001\n0a.0002\n\n" +
		"0a.0001 and 0a.0002 are assigned to the mdev, the guest runs.\n\n";
	const last = async (text: string, n: number): Promise<string[]> =>
		(await steps(`${set_up}${text}`)).slice(-n);
	const [one, other] = ["echo 0xb > assign_adapter", "echo 0xc > assign_adapter"];
	const done = (id: string): string => `assign_adapter m0 0x${id} = ok`;

	for (const said of ["The following command fails:", "This store will fail:",
		"So the following aqmask operation would fail if attempted:",
		"The next store to aqmask is refused:"])
		t.strictSame(await last(`${said}\n\n   echo +2 > /sys/bus/ap/aqmask\n`, 2),
			["aqmask_store +2", "rc error"], said);
	t.strictSame(await last(`The next store fails with -EBUSY:\n\n  ${one}\n  ${other}\n`, 3),
		["assign_adapter m0 0xb", "rc -EBUSY", done("c")]);
	t.strictSame(await last(`The following fails:\n\n  ${one}\n  ${other}\n`, 3),
		['unread "The following fails:"', done("b"), done("c")], "which of the two?");
	t.strictSame(await last(`# ${one}\nThis fails:\n# ${other}\n`, 3),
		["assign_adapter m0 0xb", 'unread "This fails:"', done("c")],
		"the one above or the one below?");
});

test("like the list: a step that stands there unread is not said to be missing", async (t) => {
	const list = (await scenarios("1. Whoever has libvirt unplugs the device with this:\n\n" +
		"      virsh detach-device some-guest ~/some-device.xml\n\n" +
		"2. In the monitor of QEMU it is unplugged as well:\n\n      (qemu) device_del dev0\n"));

	t.notMatch(list.flat().join("\n"), /missing/);
});

test("like the list: what a patch takes out of a document leaves no gap in its sentences",
		async (t) => {
	const patch = "diff --git a/Documentation/cards.rst b/Documentation/cards.rst\n" +
		"--- a/Documentation/cards.rst\n+++ b/Documentation/cards.rst\n" +
		"@@ -10,5 +10,5 @@ Cards\n To keep the queues 0a.0001 and 0a.0002 for the vfio_ap driver,\n" +
		"-the masks are changed::\n-by the administrator\n" +
		"+they are taken out of the masks with this::\n \n    echo -10 > /sys/bus/ap/apmask\n";

	t.strictSame(await scenarios(patch), [["bound -", "apmask_store -10 = ok"]]);
});

test("like the list: what a file has, whose path says of which mdev it is", async (t) => {
	const dir = "/sys/devices/vfio_ap/matrix";

	t.strictSame(await scenarios("The links in /sys/bus/ap/drivers/vfio_ap are:\n0a.0003\n" +
		`0a.0004\n0b.0003\n\nContents of ${dir}/$UUID1/matrix:\n0a.0003\n0a.0004\n\n` +
		`Queues in ${dir}/$UUID2/matrix:\n0b.0003\n\n` +
		`APQNs in ${dir}/$UUID1/guest_matrix:\n0a.0003\n0a.0004\n`),
	[["bound 0a.0003 0a.0004 0b.0003", "mdev m0 adapters 0a domains 0003 0004",
		"mdev m1 adapters 0b domains 0003", "guest m0 0a.0003 0a.0004"]]);
});

test("like the list: a step's number is decimal where those of the queues are", async (t) => {
	t.strictSame((await scenarios(
		"The host has adapter 7 and domains 10 and 11. All queues are " +
		"bound to vfio_ap. The mdev is empty and a guest uses it.\n\nassign_adapter 7\n" +
		"assign_domain 10\nassign_domain 11\n\nAll of these succeed. There is no commit.\n\n" +
		"guest_matrix: 07.000a 07.000b\n"))[0]!.slice(-5),
	["assign_domain m0 0xa = ok", "assign_domain m0 0xb", "rc ok", "updates m0 0",
		"guest m0 07.000a 07.000b"]);
});
