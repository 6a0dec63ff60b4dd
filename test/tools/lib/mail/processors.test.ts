// SPDX-License-Identifier: GPL-2.0-only
/* Two processors at once: said so, never replayed, and the start of a litmus test of them. */
import { test } from "tap";
import { what_to_do } from "../../../../tools/lib/mail/instead.ts";
import { read_mail, type reading } from "../../../../tools/lib/mail/read.ts";
import { parse_litmus } from "../../../../tools/litmus/parse.ts";

async function read(body: string): Promise<reading[]> {
	const mail = `From: a@example.org\nSubject: a race\n\n${body}`;

	return await read_mail(Buffer.from(mail), "a.eml", null);
}

/* What each of the two does, by the litmus test that is offered. */
async function offered(body: string): Promise<string[]> {
	const readings = await read(body);
	const lines = what_to_do({
		file: "a.eml", scenarios: [], readings, mails: [], not_read: [], left_out: [],
	}).slice(1).map((it) => it.trim());

	if (readings.length !== 1 || !readings[0]!.actors || readings[0]!.scenarios.length > 0)
		throw new Error(`not two processors: ${JSON.stringify(readings)}`);
	return lines.slice(lines.findIndex((it) => it.startsWith("actor ")), -1);
}

const COLUMNS = `Look at this:

        CPU3                       CPU7
        ----                       ----
   mutex_lock(&first_lock);
                                   mutex_lock(&second_lock);
                                   echo 0x11 > assign_adapter
   echo -0x11 > /sys/bus/ap/apmask

  *** DEADLOCK ***

0b.0013 is then in the guest.
`;

test("columns: each line is its processor's", async (t) => {
	t.strictSame(await offered(COLUMNS), [
		"actor cpu3", "# mutex_lock(&first_lock);", "apmask_store -0x11",
		"actor cpu7", "# mutex_lock(&second_lock);", "assign_adapter m0 0x11",
	]);
	t.strictSame(await offered(COLUMNS.replace(/^/gm, "> ").replace(/^> $/gm, ">")),
		await offered(COLUMNS));
	t.strictSame(await offered("thread 1 | thread 2\necho 7 > assign_domain | takes a lock\n"),
		["actor thread1", "assign_domain m0 7", "actor thread2", "# takes a lock",
			"# the operation that does this, as in: unassign_adapter m0 0x4"]);
});

test("sentences: what each of the two does", async (t) => {
	const does = ["assign_domain m0 0x13", "apmask_store -0xb"];

	for (const [text, one, other] of [
		["Task A writes 0x13 to assign_domain, while task B stores -0xb to apmask.",
			"taska", "taskb"],
		["An admin writes 0x13 to assign_domain and in parallel another admin writes -0xb " +
			"to apmask.", "admin", "admin"],
		["1. Bound: 0b.0013\n2a. echo 0x13 > assign_domain\n2b. meanwhile: echo -0xb > apmask\n" +
			"3. guest_matrix: 0b.0013", "one", "other"],
		["Simultaneously, shell 1 does \"echo 0x13 > assign_domain\" and shell 2 does " +
			"\"echo -0xb > apmask\".", "shell1", "shell2"],
	] as const)
		t.strictSame(await offered(`${text}\n`), one === other ?
			["actor one", does[0], "actor other", does[1]] :
			[`actor ${one}`, does[0], `actor ${other}`, does[1]], text);
});

test("what each of the two is in, holds and waits for", async (t) => {
	for (const [text, one, other] of [
		["Task 1 runs assign_domain_store() and holds the mdev's lock.\n" +
			"Task 2 is in the guest's close and waits for that lock.\n" +
			"Task 1 waits for the other's lock.\n", "task1", "task2"],
		["Process B is in remove() and waits until the guest is gone, process C is " +
			"blocked in assign_adapter_store().\n", "processb", "processc"],
	] as const)
		t.match((await offered(text)).filter((l) => l.startsWith("actor")),
			[`actor ${one}`, `actor ${other}`], text);
	t.notOk((await read("Thread 1 has the answer. Thread 2 has another guest.\n"))
		.some((r) => r.actors), "threads of a list");
});

test("columns: a column of times in front of the two", async (t) => {
	const done = ["actor cpu0", "assign_domain m0 0x13", "actor cpu1", "unbind 0b.0013"];

	for (const text of [
		"time   CPU 0                       CPU 1\n" +
			" 0 ms  echo 0x13 > assign_domain\n" +
			" 1 ms                              echo 0b.0013 > unbind\n",
		"| t  | CPU 0                      | CPU 1                  |\n" +
			"|----|----------------------------|------------------------|\n" +
			"| t0 | echo 0x13 > assign_domain  |                        |\n" +
			"| t1 |                            | echo 0b.0013 > unbind  |\n",
	])
		t.strictSame(await offered(text), done, text);
});

test("what is no write is an operation too", async (t) => {
	t.strictSame(await offered("Thread 1 unbinds 0b.0013 from vfio_ap while thread 2 assigns " +
		"domain 0014 to the mdev.\n"),
	["actor thread1", "unbind 0b.0013", "actor thread2", "assign_domain m0 0x14"]);
});

test("what stands around it is no sequence either", async (t) => {
	const readings = await read("1. Bound: 0b.0013 0b.0014\n\n" +
		"2. mdev: adapter 0b, domain 0013\n\n3. Guest running.\n\n" +
		"4. Concurrently, user 1 writes 0x14 to assign_domain and user 2 writes -0xb to " +
		"apmask.\n\n5. The guest has 0b.0013 and 0b.0014.\n");

	t.ok(readings.length > 0);
	t.strictSame(readings.flatMap((r) => r.scenarios), []);
});

test("one who does two things at the same time is one", async (t) => {
	const [r] = await read("1. Bound: 0b.0013 0b.0014\n2. mdev: adapter 0b, domain 0013\n" +
		"3. Guest running.\n4. Domain 0014 is assigned.\n5. guest_matrix: 0b.0013 0b.0014\n\n" +
		"Another user asked me at the same time for this.\n");

	t.equal(r!.actors, false);
	t.equal(r!.scenarios.length, 1);
});

test("the test that is offered is one", async (t) => {
	const [r] = await read(COLUMNS);
	const [test_of] = parse_litmus(`${r!.litmus.join("\n")}\n`, "a.lit");

	t.strictSame(test_of!.actors.map(({ name }) => name), ["cpu3", "cpu7"]);
});

test("named on each line, by letters, and as lockdep reports it", async (t) => {
	const deeds = async (text: string): Promise<string[]> =>
		(await offered(text)).map((it) => it.replace(/^# the op.*/, ""))
			.filter((it) => it !== "");

	t.strictSame(
		await deeds(" CPU A: assign_domain_store(domain 0x20)\n CPU B: the bus scans\n CPU A: sets a bit in the APCB"),
		["actor cpua", "assign_domain m0 0x20", "# sets a bit in the APCB",
			"actor cpub", "# the bus scans"]);
	t.strictSame(await deeds(
		"While the bus is scanning, another process assigns domain 6:\n\n" +
		"1a. f() takes guests_lock\n1b. g() waits for guests_lock\n2b. domain 6 is assigned"),
	["actor one", "# f() takes guests_lock", "actor other", "# g() waits for guests_lock",
		"assign_domain m0 0x6"]);
	t.strictSame(await deeds("mdevctl/1234 is trying to acquire lock:\n" +
		"00000000abcd (&matrix_dev->guests_lock){+.+.}-{3:3}, at: f+0x40/0x80\nbut task is already holding lock:\n" +
		"00000000abce (&matrix_dev->mdevs_lock){+.+.}-{3:3}, at: g+0x60/0x200"),
	["actor mdevctl1234", "# g() takes matrix_dev->mdevs_lock",
		"# f() takes matrix_dev->guests_lock", "actor other",
		"# takes matrix_dev->guests_lock", "# takes matrix_dev->mdevs_lock"]);
});

async function skeleton(text: string): Promise<string[]> {
	const [r] = await read_mail(new TextEncoder().encode(text), "mail", null);

	return r?.actors === true ? r.litmus : [];
}

test("processors: lockdep's report as the kernel log has it, with its picture", async (t) => {
	const [r, ...more] = await read_mail(new TextEncoder().encode(
		"[   12.100001] WARNING: possible circular locking dependency detected\n" +
		"[   12.100002] CPU 1/KVM/77 is trying to acquire lock:\n" +
		"[   12.100003] 00000000aa (matrix_dev->lock){+.+.}-{3:3}, at: handle_pqap+0x1/0x2 [vfio_ap]\n" +
		"[   12.100004] but task is already holding lock:\n" +
		"[   12.100005] 00000000bb (&vcpu->mutex){+.+.}-{3:3}, at: kvm_vcpu_ioctl+0x1/0x2 [kvm]\n\n" +
		"[   12.100006]        CPU0                    CPU1\n" +
		"[   12.100007]        ----                    ----\n" +
		"[   12.100008]   lock(&vcpu->mutex);\n" +
		"[   12.100009]                                lock(matrix_dev->lock);\n"), "mail",
			null);

	t.strictSame([r!.actors, more.length], [true, 0]);
	t.strictSame(r!.counts.actor, [1, 2, 3, 4, 5, 7, 9, 10]);
	t.match(r!.litmus.filter((l) => l.startsWith("actor")), ["actor cpu0", "actor cpu1"]);
});

test("processors: two that are named in front of what they do, or one while the other",
		async (t) => {
	t.strictSame(
		await skeleton("T1: echo 0xb > assign_adapter\nT2: echo 0b.0003 > /sys/bus/ap/drivers/vfio_ap/unbind\n"),
		["litmus NAME", "host adapters 0b domains 0003", "bound 0b.0003",
			"mdev m0 domains 0003",
			"actor t1", "assign_adapter m0 0xb", "actor t2", "unbind 0b.0003",
			"result never end=deadlock"]);
	t.match(await skeleton(
		"The guest starts on one CPU while another CPU takes adapter 0b away.\n" +
		"The first holds kvm->lock and waits for guests_lock, the other the other way round.\n"),
	["litmus NAME", "host adapters 0b domains 0004"]);
});

test("processors: each holds what the other one waits for", async (t) => {
	for (const who of ["Thread", "Task"])
		t.same((await read([
			`${who} 1 calls assign_adapter_store() and holds matrix_dev->mdevs_lock.`,
			`${who} 2 calls close_device() and holds kvm->lock.`,
			`${who} 1 waits for kvm->lock, ${who.toLowerCase()} 2 for mdevs_lock.`,
		].join("\n"))).map((r) => r.actors), [true], who);
	t.same(await read(
		"Thread 1 calls assign_adapter_store(). Thread 2 reads the guest_matrix."),
		[]);
});
