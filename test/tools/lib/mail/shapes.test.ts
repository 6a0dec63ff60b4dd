// SPDX-License-Identifier: GPL-2.0-only
/* Shapes in which mails tell of something, made up for these tests. */
import { readFileSync, readdirSync } from "node:fs";
import { test } from "tap";
import { pick_drivers, play } from "../../../../tools/lib/play/play.ts";
import { read_mail, type reading } from "../../../../tools/lib/mail/read.ts";
import { mail_text } from "../../../../tools/lib/mail/write.ts";
import { parse_scenarios } from "../../../../tools/lib/scenario/parse.ts";
import { print_scenario, print_step } from "../../../../tools/lib/scenario/print.ts";

const CORPUS = new URL("../../../scenarios/", import.meta.url);

async function read(text: string): Promise<reading[]> {
	return await read_mail(Buffer.from(text), "f", null);
}

async function steps(text: string): Promise<string[][]> {
	return (await read(text)).flatMap((r) => r.scenarios)
		.map((s) => s.statements.map(print_step));
}

test("shapes: quoted steps with the answers between them", async (t) => {
	t.strictSame(
		await steps("> Queues bound to vfio_ap:\n>   0a.0001\n>   0b.0001\n> APQNs assigned to matrix_mdev:\n>   0a.0001\n" +
		"> Guest started:\n> Assign adapter 0b to matrix_mdev\n\nguest_matrix:\n  0a.0001\n  0b.0001\n"),
	[["bound 0a.0001 0b.0001", "mdev m0 adapters 0a domains 0001", "open m0 = ok",
		"assign_adapter m0 0xb = ok",
		"guest m0 0a.0001 0b.0001"]]);
});

test("shapes: an example that is quoted with its claims keeps its author", async (t) => {
	const list =
		await steps("> 1. Queues bound to vfio_ap: 0a.0001\n> 2. APQNs assigned to matrix_mdev: 0a.0001\n" +
		"> 3. Guest started:\n> 4. guest_matrix: 0a.0001\n\nThat is what I see as well.\n");

	t.equal(list.length, 1);
	t.strictSame(list[0]!.at(-1), "guest m0 0a.0001");
});

test("shapes: a table of pairs, APIDs across, and ways of filtering of which one is chosen",
		async (t) => {
	const table = "suppose the matrix of APQNs is structured as follows:\n\n            APIDs\n         6      7\n" +
		"    0  (6,0)  (7,0)\nAPQIs 1  (6,1)  (7,1)\n\nNow suppose APQN (7,1) does not reference a queue device bound to the\n" +
		"vfio_ap device driver. If we filter APID 7, the APQNs (7,0) and (7,1)\nwill be removed.";
	const set_up = [
		"bound 06.0000 06.0001 07.0000", "mdev m0 adapters 06 07 domains 0000 0001",
		"open m0 = ok",
	];

	t.strictSame(await steps(table), [[...set_up, "guest m0 lacks 07.0000 07.0001"]]);
	t.strictSame(
		await steps(`${table} Similarly, if we filter domain 1, APQNs (6,1)\nand (7,1) will be removed.\n\n` +
		"To resolve this dilemma, the choice was made to filter the APID - in\nthis case 7 - from the guest's APCB.\n"),
	[[...set_up, "guest m0 lacks 07.0000 07.0001", "filtered m0 adapter 07"]]);
});

test("shapes: the notation, pasted or quoted, up to where it ends", async (t) => {
	const scenario = "scenario x\nabout a text\nhost adapters 0a domains 0001\n\nbound all\n1: create m0 = 0\n2: assign_adapter m0 0xa = 3\n";

	for (const mark of ["", "> ", "> > "]) {
		const [r, ...more] =
			await read(`Hi,\n\nthis is it:\n\n${scenario.replace(/^/gm, mark)}\n\nRegards,\nJ\n`);

		t.equal(more.length, 0);
		t.equal(print_scenario(r!.scenarios[0]!),
			print_scenario(parse_scenarios(scenario, "f")[0]!), mark);
	}
	const broken = await steps(scenario.replace("create m0", "craete m0"));
	t.strictSame(broken[0]!.slice(0, 2), ["bound all", 'unread "1: craete m0 = 0"']);
});

test("shapes: added lines of a document, not those of C", async (t) => {
	t.strictSame(
		await steps("+++ b/Documentation/x.rst\n+Example:\n+cat /sys/bus/matrix/devices/matrix/features\n+flags : dyn\n+\n+Presently it is one.\n"),
		[["bound -", "read matrix features = ok", 'out "flags : dyn\\n"']]);
	t.strictSame(await steps(
		"+	if (!matrix_mdev)\n+		return -ENOMEM;\n+	}\n"), []);
});

test("shapes: a message of the kernel log says what must have been done", async (t) => {
	const [a, b] = [
		"0fe903a0-a323-44db-9daf-134c68627d61", "62177883-f1bb-47f0-914d-32a22e3a8804",
	];
	const [first] =
		await steps(`It says:\n\nvfio_ap_mdev ${a}: Userspace may not assign\nqueue 0a.0001 to mdev: already assigned to \\\n${b}\n`);
	const [second] =
		await steps(`vfio_ap_mdev ${a}: Can not reserve queue\n0a.0001 for host driver: in use by mdev\n`);

	t.strictSame(first!.slice(3), ["assign_adapter m1 0xa = error", 'log "queue 0a.0001"',
		'log "already assigned to m0"',
		'log "m1: Userspace may not"']);
	t.strictSame(second!.slice(2, 3), ["apmask_store +10 = error"]);
	const [reserved] = (await read(
		`vfio_ap_mdev ${a}: Can not reserve queue\n0a.0001 for host driver: in use by mdev\n`))[0]!
		.scenarios;
	for (const { label: driver } of await pick_drivers("v6.12,v7.3"))
		t.strictSame(play(reserved!, driver).steps.map((st) => st.verdict),
			["ran", "ran", "holds", "holds"], `${driver}: nothing stands in its way`);
});

test("shapes: a message that drivers have for two cases is of the one that the text in front of it tells", async (t) => {
	const [a, b] = [
		"0fe903a0-a323-44db-9daf-134c68627d61", "62177883-f1bb-47f0-914d-32a22e3a8804",
	];
	const message = (queue: string, uuid: string): string =>
		`Userspace may not re-assign queue ${queue} already assigned to ${uuid}`;
	const listed = [" A store to apmask that takes APQNs from a mediated device they are",
		" assigned to fails. The output of dmesg has, for example:", "",
		` ${message("0a.0001", a)}`, ` ${message("0b.0001", b)}`, ""]
			.map((l, i) => `   ${340 + i}${l === "" ? "" : `\t${l}`}`).join("\n");
	const stores = (list: string[]): string[] => list.filter((it) => /_store/.test(it));
	const [first, second, ...more] = await steps(listed);

	t.strictSame(more, []);
	t.strictSame(stores(first!), ["apmask_store +10 = error"]);
	t.strictSame(stores(second!), ["apmask_store +11 = error"]);
	t.strictSame(second!.slice(-2),
		['log "re-assign queue 0b.0001"', 'log "already assigned to m0"']);
	const [third] =
		await steps(`The masks are as they were. Assigning what another mdev has gives\n\n${message("0a.0001", a)}\n`);
	t.match(third!.join(), /assign_adapter m1 0xa = error/);
});

test("shapes: why it was designed so is prose, what is done is not", async (t) => {
	const told = "Queues bound to vfio_ap: 0a.0001\nmatrix: 0a.0001 0a.0002\nGuest started:\nThe guest loses adapter 0a.\n";
	const why = "The reason for this is that an adapter is a real device, which can be plugged, removed and\nenabled by hand.";

	t.strictSame((await read(told + why))[0]!.counts.unread, []);
	t.strictSame(
		(await read(`${told}Somebody has removed an adapter from the mdev since then.`))[
			0]!.counts.unread.length, 1);
});

test("shapes: who saw something, and with what, changes nothing", async (t) => {
	const [again] =
		await steps("1. mdevctl start -u <uuid>\n2. start the guest\n3. mdevctl stop -u <uuid>\n4. the device is detached from the guest\n" +
		"5. Using a libvirt with commit 0123456789ab I also checked that the mdev can be started again\n   and re-attached to the guest without any problem.");

	t.strictSame(again!.slice(-2), ["create m0 = ok", "open m0 = ok"]);
});

test("shapes: an mdev that is stopped while a guest has it", async (t) => {
	t.strictSame(
		await steps("Before:\n1. mdevctl start -u <uuid>, where <uuid> is a vfio-ap mdev\n2. start a qemu guest with <uuid> attached\n" +
		"3. mdevctl stop -u <uuid>\n4. -mdevctl will now hang forever-\n\nAfter:\n1. mdevctl start -u <uuid>\n2. start the guest\n" +
		"3. mdevctl stop -u <uuid>\n4. -device is detached from the guest and stopped-\n"),
				[
		["bound -", "create m0 = ok", "open m0 = ok", "destroy m0 = waits",
			"eventfd m0 req 0"],
		["bound -", "create m0 = ok", "open m0 = ok", "destroy m0 = ok", "rc ok",
			"eventfd m0 req 1"],
	]);
});

test("shapes: two processors at once are recognised as such", async (t) => {
	const [r] =
		await read("consider:\n\n1. The administrator assigns an adapter; the driver takes the matrix_dev->guests_lock.\n" +
		"2. At the same time, another one stores to apmask:\n   a. The bus takes the ap_perms_mutex.\n" +
		"   b. The callback waits for the matrix_dev->guests_lock.\n3. The driver waits for the ap_perms_mutex.\n");

	t.equal(r!.actors, true);
	t.strictSame(r!.scenarios, []);
});

test("shapes: the sample mail is read without a gap", async (t) => {
	const [r, ...more] =
		await read(readFileSync(new URL("../../../mails/adapter-with-a-hole.eml",
			import.meta.url), "utf8"));

	t.equal(more.length, 0);
	t.strictSame(r!.counts.unread, []);
	t.strictSame(r!.slips, []);
	t.strictSame(r!.scenarios[0]!.statements.map(print_step), ["bound 04.0004 04.0047 05.0004",
		"mdev m0 adapters 04 domains 0004 0047", "open m0 = ok", "guest m0 04.0004 04.0047",
		"assign_adapter m0 5 = ok",
		"filtered m0 adapter 05 because 05.0047", "guest m0 04.0004 04.0047"]);
});

test("shapes: every scenario of the corpus as a mail, and back", async (t) => {
	for (const file of readdirSync(CORPUS).filter((f) => f.endsWith(".scn"))) {
		const [s] = parse_scenarios(readFileSync(new URL(file, CORPUS), "utf8"), file);
		const back =
			(await read(`Hi,\n\n${mail_text(s!).replace(/^/gm, "> ")}\nRegards,\nJ\n`))
				.flatMap((r) => r.scenarios);

		t.equal(back.length, 1, file);
		t.equal(print_scenario(back[0]!), print_scenario(s!), file);
	}
});

test("shapes: a picture of sysfs is prose, so is what a file is for; what is typed behind it is read", async (t) => {
	const [r, ...more] =
		await read("/sys/devices/vfio_ap/matrix/\n--- [mdev_supported_types]\n------ [$uuid]\n--------- assign_adapter\n--------- assign_domain\n\n" +
		"Using the assign_adapter file, one can assign an adapter to it. For example, to assign\nadapters 3 and 22:\n\n" +
		"echo 3 > assign_adapter\necho 0x16 > assign_adapter\n\nThe driver then would:\n1. Look at all of the queues that there are\n2. Return the result to the caller\n");

	t.strictSame(more, []);
	t.strictSame(r!.counts.unread, []);
	t.strictSame(r!.scenarios[0]!.statements.map(print_step).slice(-2),
		["assign_adapter m0 3 = ok", "assign_adapter m0 0x16 = ok"]);
});

test("shapes: a listing's numbers are not those of a table's rows", async (t) => {
	const [rows] =
		await steps("Queues bound to vfio_ap: 0a.0001\nAdapters/domains assigned to the matrix mdev:\n0a 0001\n0002\n0003\n0b 0001\n\nGuest started:\nguest_matrix: 0a.0001\n");

	t.match(rows!.join("\n"), /mdev m0 adapters 0a 0b domains 0001 0002 0003/);
});

test("shapes: a claim right behind the example does not vanish", async (t) => {
	const told = "Queues bound to vfio_ap: 0a.0001\nmatrix: 0a.0001 0a.0002\nGuest started:\nguest_matrix: -\n".replace("-", "no APQNs");

	t.strictSame((await read(`${told}\nI frobnicate that 0a.0002 is xyzzy.\n`))[
		0]!.counts.unread, [6]);
	t.strictSame(
		(await read(`${told}\nWhat do you think of it? I am all for it.\n\nI frobnicate that 0a.0002 is xyzzy.\n`))[0]!.counts.unread, [8]);
});

test("shapes: behind something unread it begins again where the whole state is stated",
		async (t) => {
	const before = "1. Queues bound to vfio_ap: 0a.0001 0a.0002 0b.0001\n2. APQNs assigned to matrix_mdev:\n  0a.0001\n  0a.0002\n" +
		"3. Guest started:\n4. The guest has 0a.0001 0a.0002\n5. Somebody frobnicates adapter 0b.\n6. The guest has 0a.0001\n";
	const bound = "7. Queues bound to vfio_ap: 0a.0001 0b.0001\n",
		matrix = "8. APQNs assigned to matrix_mdev:\n  0a.0001\n  0b.0001\n";
	const after = "9. The guest has 0a.0001 0b.0001\n10. assign domain 2\n";
	const [r] = await read(before + bound + matrix + after);

	t.strictSame(r!.slips, []);
	t.strictSame(r!.scenarios.map((s) => s.statements.some((st) => st.body.kind === "unread")),
		[true, false]);
	t.strictSame(r!.scenarios[1]!.statements.map(print_step),
		["bound 0a.0001 0b.0001", "mdev m0 adapters 0a 0b domains 0001",
		"open m0 = ok", "guest m0 0a.0001 0b.0001", "assign_domain m0 0x2 = ok"]);
	for (const part of [bound + after, matrix + after, `${bound}8. assign domain 2\n${matrix}`])
		t.equal((await read(before + part))[0]!.scenarios.length, 1, part);
});

test("shapes: what is announced and then typed is done once", async (t) => {
	const mail =
		(
			typed: string): string => "1. Queues bound to vfio_ap: 0a.0001\n2. matrix: 0a.0001\n3. Guest started:\n   # virsh start g\n" +
		`4. Assign adapter 0b and domain 2:\n${typed}5. guest_matrix: 0a.0001\n`;
	const [both] = await steps(
		mail("   # echo 0xb > assign_adapter\n   # echo 2 > assign_domain\n"));
	const [r] = await read(mail("   # echo 0xb > assign_adapter\n"));

	t.strictSame(both!.slice(2),
		["open m0 = ok", "assign_adapter m0 0xb = ok", "assign_domain m0 2 = ok",
			"guest m0 0a.0001"]);
	t.strictSame(r!.counts.unread, [5], "the domain was announced and never assigned");
});

test("shapes: a sentence with two verbs is two, each with its own denial", async (t) => {
	const told =
		(
			last: string): string => `1. Queues bound to vfio_ap: 0a.0001 0a.0002\n2. matrix: 0a.0001 0a.0002\n3. Guest started:\n4. ${last}\n`;

	t.strictSame((await steps(told("The guest keeps 0a.0001 and does not see adapter 0b.")))[
		0]!.slice(3),
		["guest m0 0a.0001", "filtered m0 adapter 0b"]);
	t.strictSame((await steps(told("The guest is stopped and started again.")))[0]!.slice(3),
		["close m0 = ok", "open m0 = ok"]);
	t.strictSame((await read(told("The guest keeps 0a.0001 and does not xyzzy adapter 0b.")))[
		0]!.counts.unread, [4]);
});

test("shapes: of a patch, what a document says then; nothing of C; answers between its lines stay",
		async (t) => {
	const patch = ["diff --git a/drivers/x.c b/drivers/x.c", "--- a/drivers/x.c",
		"+++ b/drivers/x.c", "@@ -1,3 +1,3 @@", " /* Queues bound to vfio_ap: 0a.0009",
		"- * guest_matrix: 0a.0009 */", "+ * guest_matrix: - */",
		"diff --git a/Documentation/x.rst b/Documentation/x.rst",
		"--- a/Documentation/x.rst",
		"+++ b/Documentation/x.rst", "@@ -5,6 +5,6 @@",
		" 1. Queues bound to vfio_ap: 0a.0001", " 2. matrix: 0a.0001", "-3. unbind 0a.0001",
		"+3. Guest started:",
		" 4. guest_matrix: 0a.0001"];

	for (const mark of ["", "> "])
		t.strictSame(await steps(patch.map((l) => `${mark}${l}`).join("\n")),
			[[
				"bound 0a.0001", "mdev m0 adapters 0a domains 0001", "open m0 = ok",
				"guest m0 0a.0001",
			]], mark);
	t.strictSame((await steps([...patch.slice(0, 4).map((l) => `> ${l}`), "> +	foo();",
		"1. Queues bound to vfio_ap: 0a.0001", "2. matrix: 0a.0001",
		"3. unbind 0a.0001"].join("\n"))).at(-1)!.at(-1), "unbind 0a.0001 = ok");
});

test("shapes: several mdevs by their numbers or UUIDs", async (t) => {
	const [numbered] =
		await steps("Bound to vfio_ap: 0a.0001, 0a.0002, 0b.0002\n\nmdev1 has adapter 0a and domain 0001.\nmdev2 has adapter 0b and domain 0002.\n\n" +
		"1. Assign adapter 0a to mdev2\n   -EADDRINUSE\n2. Assign domain 0002 to mdev1\n   guest 1 has 0a.0001 and 0a.0002\n");
	const [typed] =
		await steps("# cat /sys/devices/vfio_ap/matrix/$UUID1/matrix\n0a.0001\n# cat /sys/devices/vfio_ap/matrix/$UUID2/matrix\n0b.0001\n" +
		"# echo 0xa > /sys/devices/vfio_ap/matrix/$UUID2/assign_adapter\nbash: echo: write error: Address already in use\n");

	t.strictSame(numbered!.slice(1),
		["mdev m0 adapters 0a domains 0001", "mdev m1 adapters 0b domains 0002",
			"assign_adapter m1 0xa",
		"rc -EADDRINUSE", "open m0 = ok", "assign_domain m0 0x2 = ok",
			"guest m0 0a.0001 0a.0002"]);
	t.strictSame(typed!.slice(1),
		["mdev m0 adapters 0a domains 0001", "mdev m1 adapters 0b domains 0001",
			"assign_adapter m1 0xa", "rc -EADDRINUSE"]);
});

test("shapes: a set-up in one sentence, steps by letters, what would happen if", async (t) => {
	const set_up = [
		"bound 0a.0001 0a.0002 0b.0001", "mdev m0 adapters 0a domains 0001 0002",
		"open m0 = ok",
	];

	t.strictSame(
		await steps("> So if I have 0a.0001, 0a.0002 and 0b.0001 bound to vfio_ap, adapter 0a and domains 0001 and 0002\n" +
		"> assigned to the mdev and the guest running:\n>\n> a) assign adapter 0b\n\nNothing changes for the guest, since 0b.0002 is not bound.\n\n" +
		"> b) bind 0b.0002\n\nNow the guest has 0a.0001, 0a.0002, 0b.0001 and 0b.0002.\n"),
	[[
		...set_up, "assign_adapter m0 0xb = ok", "unchanged m0",
		"not_bound 0b.0002",
		"bind 0b.0002 = ok", "guest m0 0a.0001 0a.0002 0b.0001 0b.0002",
	]]);
	t.strictSame(
		await steps("Let's say queues 0a.0001, 0a.0002 and 0b.0001 are bound to the vfio_ap driver, 0b.0002 is not. The mdev\n" +
		"has adapter 0a and domains 0001 and 0002 assigned, and a guest using it is running. If the admin now\nassigns adapter 0b, adapter 0b is not " +
		"passed through because 0b.0002 is not bound, so the guest\nstill has 0a.0001 and 0a.0002.\n"),
	[[
		...set_up, "assign_adapter m0 0xb = ok", "filtered m0 adapter 0b because 0b.0002",
		"guest m0 0a.0001 0a.0002",
	]]);
});

test("shapes: a heading behind which no list was read does not say that there is none",
		async (t) => {
	const [r] =
		await read("Bound queues:\n    0001 0002\n0a   x    ?\n0b   x    x\n\nmatrix: 0a.0001\n\nGuest started:\nguest_matrix: 0a.0001\n");

	t.ok(r!.counts.unread.includes(1), "a mark that nobody knows");
	t.notOk(r!.scenarios[0]!.statements.map(print_step).includes("bound -"));
});

test("shapes: an mdev is removed while its guest runs; what a definition has, it has once it is started", async (t) => {
	t.strictSame(
		(await steps("1. The mdev is created\n2. Adapter 0a and domain 0001 are assigned to it\n3. The guest is started\n" +
		"4. The mdev is removed while the guest is running: the command hangs\n5. The guest is shut down\n"))[0]!.slice(1),
	["mdev m0 adapters 0a domains 0001", "open m0 = ok", "destroy m0 = waits",
		"close m0 = ok"]);
	t.strictSame(
		(await steps("mdevctl define -u $UUID -p matrix -t vfio_ap-passthrough\nmdevctl modify -u $UUID --addattr=assign_adapter --value=10\n" +
		"mdevctl start -u $UUID\nlszcrypt -V\n0a.0001 CEX7C CCA-Coproc in use - - 13 08 S--D--N-- vfio_ap\n"))[0]!.slice(1),
	["create m0 = ok", "assign_adapter m0 10 = ok", "is_bound 0a.0001"]);
});

test("shapes: the result of an operation that was not read is not that of the one before",
		async (t) => {
	const [list] =
		await steps("1. Queues bound to vfio_ap: 0a.0001\n2. matrix: 0a.0001\n3. Guest started:\n4. Frobnicate adapter 0b\n   -EBUSY\n");

	t.strictSame(list!.slice(2, 4), ["open m0 = ok", 'unread "Frobnicate adapter 0b"']);
});

test("shapes: an archive's page, with entities, tags over lines, and what is quoted in spans",
		async (t) => {
	const page = "<html><head><title>x</title></head><body><pre>From: J &lt;j@example.org&gt;\nSubject: Re: [PATCH v12 12/17] x\nMessage-ID: &lt;<a\n" +
		" href=\"x\">1@example.org</a>&gt;\n\n<span class=\"q\">&gt; 1. Queues bound to vfio_ap: 0a.0001 0a.0002 0b.0001\n&gt; 2. matrix: 0a.0001, 0a.0002\n" +
		"&gt; 3. Guest started\n&gt; 4. # echo 0xb &gt; assign_adapter\n</span>\nAdapter 0b isn&#39;t passed through because 0b.0002 is not bound.\n</pre></body></html>";
	const [r, ...more] = await read(page);

	t.strictSame(more, []);
	t.match(r!.mail, { subject: "Re: [PATCH v12 12/17] x" });
	t.strictSame(r!.scenarios[0]!.statements.map(print_step),
		["bound 0a.0001 0a.0002 0b.0001", "mdev m0 adapters 0a domains 0001 0002",
		"open m0 = ok", "assign_adapter m0 0xb = ok",
			"filtered m0 adapter 0b because 0b.0002"]);
	t.equal(r!.scenarios[0]!.statements.at(-1)!.line, 11, "lines are the page's");
});

test("shapes: pairs are decimal where a mail uses them throughout", async (t) => {
	const mail =
		(
			last: string): string => "Bound are 0.10, 0.11 and 1.10.\n\n1) start the guest with an empty mdev\n2) echo 0 > assign_adapter\n" +
		`3) echo 10 > assign_domain\nguest_matrix: 0.10\n4) assign domain 11\n${last}`;

	t.strictSame((await steps(mail("")))[0],
		["bound 00.000a 00.000b 01.000a", "mdev m0", "open m0 = ok",
			"assign_adapter m0 0 = ok",
		"assign_domain m0 10 = ok", "guest m0 00.000a", "assign_domain m0 0xb = ok"]);
	t.strictSame((await steps(mail("guest_matrix: 00.000a\n")))[0]![0],
		"bound 00.0010 00.0011 01.0010", "sysfs's form beside it");
});

test("shapes: tables of marks and of drivers, bullets, and what \"it\" is", async (t) => {
	const rest =
		"\n\nmatrix: 0a.0001 0a.0002\nGuest started.\nAssign adapter 0b to the mdev\n" +
		"It is filtered because 0b.0002 is not bound.\n";
	const last = ["mdev m0 adapters 0a domains 0001 0002", "open m0 = ok",
		"assign_adapter m0 0xb = ok",
		"filtered m0 adapter 0b because 0b.0002"];

	for (const table of [
		"Queues bound to vfio_ap:\n       0001  0002\n  0a    x     x\n  0b    x     -",
		"Queues bound to vfio_ap:\n       0001  0002\n  0a    yes   yes\n  0b    yes",
		"| queue   | driver    |\n|---------|-----------|\n| 0a.0001 | vfio_ap   |\n| 0a.0002 | vfio_ap   |\n" +
			"| 0b.0001 | vfio_ap   |\n| 0b.0002 | cex8queue |",
		"bound:\n- card 0a: domains 0001, 0002\n- card 0b: domain 0001"])
		t.strictSame(await steps(table + rest),
			[["bound 0a.0001 0a.0002 0b.0001", ...last]], table);
});

test("shapes: a remark above the quoted example is not lost, a command only named claims nothing",
		async (t) => {
	const told = "> 1. Queues bound to vfio_ap: 0a.0001\n> 2. matrix: 0a.0001\n> 3. Guest started:\n> 4. guest_matrix: 0a.0001\n";
	const [r] = await read(`No, after step 3 the guest has nothing.\n\n${told}`);

	t.strictSame(r!.counts.expectation, [1, 6]);
	t.strictSame(r!.scenarios[0]!.statements.map(print_step).slice(3),
		["guest m0 -", "guest m0 0a.0001"]);
	t.notOk(
		(await steps("Bound: 0a.0001\nmatrix: 0a.0001\nGuest started.\n# cat guest_matrix\n\nand tell me what you see.\n"))
		.flat().includes("guest m0 -"));
});

test("shapes: a story in the past tense, an mdev by the name in its path", async (t) => {
	t.strictSame(
		await steps("Queues bound: 0a.0001 0a.0002 0b.0001\nmatrix: 0a.0001 0a.0002\nThe guest was started.\n" +
		"0a.0002 was unbound.\nNothing was left for the guest.\n0a.0002 was bound again.\nThe guest has 0a.0001 and 0a.0002.\n"),
	[[
		"bound 0a.0001 0a.0002 0b.0001", "mdev m0 adapters 0a domains 0001 0002",
		"open m0 = ok", "unbind 0a.0002 = ok", "guest m0 -", "bind 0a.0002 = ok",
		"guest m0 0a.0001 0a.0002",
	]]);
	t.strictSame(
		await steps("bound: 0a.0001 0a.0002\nmdev1: adapter 0a, domain 0001\n" +
		"echo 0xa > /sys/devices/vfio_ap/matrix/mdev2/assign_adapter\necho 2 > mdev2/assign_domain\nEADDRINUSE (98)\n"),
	[[
		"bound 0a.0001 0a.0002", "mdev m0 adapters 0a domains 0001", "mdev m1",
		"assign_adapter m1 0xa = ok", "assign_domain m1 2", "rc -EADDRINUSE",
	]]);
});

test("shapes: what failed assigned nothing, bound and not bound is a slip", async (t) => {
	const slips = async (text: string): Promise<string[]> =>
		(await read(text)).flatMap((r) => r.slips.map((s) => s.text));
	const rest = "echo 0xa > assign_adapter\necho 1 > assign_domain\ncat matrix\n0a.0001\n";
	const end = "matrix: 0a.0001\nGuest started.\nguest_matrix: 0a.0001\n";
	const failed = "bash: echo: write error: No such device\n";

	t.strictSame(await slips(
		`bound: 0a.0001\necho 0x2b > assign_adapter\n${failed}${rest}`), []);
	t.match(await slips(`bound: 0a.0001\necho 0x2b > assign_adapter\n${rest}`),
		[/0a\.0001 2b\.0001/]);
	t.strictSame(
		await slips(
			"bound: 0a.0001\nmatrix: 0a.0001\nGuest started.\n1. Assign adapter 0b\n" +
		"2. Assigning adapter 0b fails with -EBUSY\n3. matrix: 0a.0001\n"), []);
	t.match(await slips(
		"bound: 0a.0001 0a.0002\n0a.0002 is not bound to vfio_ap.\n" + end),
		[/line 2: 0a\.0002 is said to be bound and not to be/]);
	t.match(await slips(
		"0a.0002 is not bound to vfio_ap.\nbound: 0a.0001 0a.0002\n" + end),
		[/line 2: 0a\.0002 is said to be bound and not to be/]);
	t.strictSame(
		await slips("bound: 0a.0001 0a.0002\nmatrix: 0a.0001\nunbind 0a.0002\n0a.0002 is not bound.\n"),
		[]);
});

test("shapes: several guests of libvirt's, each of the mdev with its number", async (t) => {
	const told = "bound: 0a.0001 0b.0002\nmdev1: 0a.0001\nmdev2: 0b.0002\n";
	const [steps_of] = await steps(
		`${told}virsh start kvm1\nvirsh start kvm2\nvirsh destroy kvm1\nguest 2 has 0b.0002\n`);

	t.strictSame(steps_of!.slice(3),
		["open m0 = ok", "open m1 = ok", "close m0 = ok", "guest m1 0b.0002"]);
	const [r] = await read(`${told}virsh start kvm1\nvirsh start other\n`);
	t.strictSame(r!.counts.unread, [5], "whose guest it is nobody knows");
	const [crossed] =
		await read(`${told}virsh start kvm1\nvirsh attach-device kvm2 mdev1.xml\n`);
	t.strictSame(crossed!.counts.unread, [5]);
});

const TYPE = "/sys/devices/vfio_ap/matrix/mdev_supported_types/vfio_ap-passthrough";
const SHARED = "> Queues bound to vfio_ap: 0a.0001, 0a.0002, 0b.0001\n" +
	"> APQNs assigned to matrix_mdev: 0a.0001, 0a.0002\n> Guest started:\n>\n";

test("shapes: an answer below a quoted step shows both matrices", async (t) => {
	t.strictSame(await steps(`${SHARED}> Assign adapter 0b to matrix_mdev\n\n` +
		"matrix: 0a.0001, 0a.0002, 0b.0001, 0b.0002\nguest_matrix: 0a.0001, 0a.0002\n\n" +
		"> unassign adapter 0a\n\nmatrix: 0b.0001, 0b.0002\nguest_matrix: empty\n"), [[
		"bound 0a.0001 0a.0002 0b.0001", "mdev m0 adapters 0a domains 0001 0002",
		"open m0 = ok", "assign_adapter m0 0xb = ok",
		"matrix m0 0a.0001 0a.0002 0b.0001 0b.0002", "guest m0 0a.0001 0a.0002",
		"unassign_adapter m0 0xa = ok", "matrix m0 0b.0001 0b.0002", "guest m0 -",
	]]);
});

test("shapes: a step that is announced, and the command that does it, however it is called",
		async (t) => {
	const list = await steps("1. Queues bound to vfio_ap: 0a.0001\n" +
		"2. APQNs assigned to matrix_mdev: 0a.0001\n3. Start Guest1:\n\n" +
		"   qemu-system-s390x -device vfio-ap,sysfsdev=/sys/devices/vfio_ap/matrix/$uuid1\n\n" +
		"4. guest_matrix: 0a.0001\n");

	t.strictSame(list[0]!.filter((it) => it.startsWith("open")), ["open m0 = ok"]);
});

test("shapes: a sentence is not parted behind a number", async (t) => {
	const list = await steps(`${SHARED.replace(/^> ?/gm, "")}` +
		"And if we now add in an adapter 0b. into the mix, with its queues, then after\n" +
		"echo 3 > assign_domain\nguest_matrix:\n0a.0001\n0a.0002\n");

	t.match(list[0]!.find((it) => it.startsWith("unread")), /^unread "And if we now add/);
	t.notOk(list[0]!.some((it) => it.startsWith("assign_adapter")));
});

test("shapes: what is so at first is no prose", async (t) => {
	const list = await steps(
		"Let's suppose we started with the mdev containing only adapter\n" +
		"a (0a.) and domain 1 (.1), whatever the reason for it was.\n\n" +
		"Queues bound to vfio_ap: 0a.0001, 0b.0001\n\n" +
		"echo 0xb > assign_adapter\nguest_matrix:\n0a.0001\n0b.0001\n");

	t.match(list[0]!.find((it) => it.startsWith("unread")), /suppose we started with/);
});

test("shapes: mdevs without a name are not one", async (t) => {
	const create = async (names: string[]): Promise<string[]> =>
		(await steps(names.map((n) => `${n} > ${TYPE}/create\n`).join("")))[0]!.slice(1);

	t.match(await create(["uuidgen", "uuidgen"]), ["create m0 = ok", /^unread "uuidgen > /]);
	t.strictSame(await create(["echo $uuid1", "echo $uuid2"]),
		["create m0 = ok", "create m1 = ok"]);
});

test("shapes: a queue that is said not to be bound twice", async (t) => {
	const [r] = await read("suppose the matrix of APQNs is structured as follows:\n\n" +
		"            APIDs\n         6      7\n    0  (6,0)  (7,0)\nAPQIs 1  (6,1)  (7,1)\n\n" +
		"Now suppose APQN (7,1) does not reference a queue device bound to the\n" +
		"vfio_ap device driver. If we filter APID 7, the APQNs (7,0) and (7,1)\nwill be removed.\n" +
		"APQN (7,1) does not reference a queue device bound to the vfio_ap device driver.\n");

	t.ok(r!.scenarios[0]!.assumptions
		.includes("bound are all queues but 07.0001, since the mail names only these"));
});

test("shapes: what matrix shows where there are domains and no adapter, or the like", async (t) => {
	const session = "# ls /sys/bus/ap/drivers/vfio_ap\n0a.0001 0a.0002\n" +
		"# echo 1 > assign_domain\n# echo 2 > assign_domain\n# cat matrix\n.0001\n.0002\n" +
		"# echo 0xa > assign_adapter\n# echo 1 > unassign_domain\n# echo 2 > unassign_domain\n" +
		"# cat matrix\n0a.\n";

	t.strictSame((await steps(session))[0], [
		"bound 0a.0001 0a.0002", "mdev m0", "assign_domain m0 1 = ok",
		"assign_domain m0 2 = ok", "matrix m0 adapters - domains 0001 0002",
		"assign_adapter m0 0xa = ok", "unassign_domain m0 1 = ok",
		"unassign_domain m0 2 = ok", "matrix m0 adapters 0a domains -",
	]);
	t.match((await steps("# ls /sys/bus/ap/drivers/vfio_ap\n0a.0001\n# cat matrix\n0a.\n" +
		"# echo 1 > assign_domain\n# cat guest_matrix\n0a.0001\n"))[0]!
		.find((it) => it.startsWith("unread")), /cat matrix/,
		"what it was given is not said");
});

test("shapes: a step with a number and nothing else stands on its line", async (t) => {
	const [r] = await read("1. Queues bound to vfio_ap: 0a.0001\n" +
		"2. APQNs assigned to matrix_mdev: 0a.0001\n3. Guest started:\n4.\n5. unbind 0a.0001\n");

	t.strictSame([r!.first, r!.last, r!.counts.unread], [1, 5, [4]]);
});

test("shapes: what a patch is going to do, behind an example, is none of it", async (t) => {
	const example = "1. Queues bound to vfio_ap: 0a.0001, 0a.0002\n" +
		"2. APQNs assigned to matrix_mdev: 0a.0001, 0a.0002\n3. Guest started:\n" +
		"4. guest_matrix: 0a.0001 0a.0002\n\n";
	const unread = async (behind: string): Promise<number> =>
		(await read(example + behind)).flatMap((r) => r.counts.unread).length;

	t.equal(await unread("Let's look up the guest's masks to tell whether the guest has a\n" +
		"queue before the attribute says that the guest is using it.\n"), 0);
	t.equal(await unread("Let's check guest_matrix: the guest has both queues.\n"), 1);
	t.equal(await unread("Let's make both queues unbound.\n"), 1);
});
