// SPDX-License-Identifier: GPL-2.0-only
/* One step of a mail in other words: what import makes of it. Made up for these tests. */
import { test } from "tap";
import { frames } from "../../../../tools/lib/mail/english/frames.ts";
import { read_frame } from "../../../../tools/lib/mail/english/read_frame.ts";
import { read_shell, typed_lines } from "../../../../tools/lib/mail/typed/shell.ts";
import { read_mail } from "../../../../tools/lib/mail/read.ts";
import { print_step } from "../../../../tools/lib/scenario/print.ts";

const STEPS = [
	"Queues bound to vfio_ap:\n  0a.0001\n  0a.0002\n  0b.0001",
	"APQNs assigned to matrix_mdev:\n  0a.0001\n  0a.0002",
	"Guest started:", "shadow_apcb:\n  0a.0001\n  0a.0002", "Assign adapter 0b to matrix_mdev",
	"shadow_apcb remains\n  0a.0001\n  0a.0002",
];

async function read_with(at: number, wording: string): Promise<string[]> {
	const text = STEPS.with(at, wording).map((t, i) => `${i + 1}. ${t}`).join("\n\n");
	const list = (await read_mail(Buffer.from(text), "f", null)).flatMap((r) => r.scenarios);

	return list.flatMap((s) =>
		s.statements.filter((st) => st.n.split(".")[0] === String(at + 1)).map(print_step));
}

const QUEUES = "0a.0001 0a.0002 0b.0001";
const BOTH = ["0a.0001 0a.0002"];

const wordings: [at: number, wording: string, steps: string[]][] = [
	[0, "Bound to vfio_ap: 0a.0001, 0a.0002, 0b.0001", [`bound ${QUEUES}`]],
	[0, "The vfio_ap driver owns 0a.0001, 0a.0002 and 0b.0001", [`bound ${QUEUES}`]],
	[0, "Say we have the queues\n0a.0001 0a.0002\n0b.0001\nbound to the vfio_ap driver.",
		[`bound ${QUEUES}`]],
	[0,
		"[root@lpar ~]# ls /sys/bus/ap/drivers/vfio_ap/\n0a.0001\n0a.0002\n0b.0001\nbind\nunbind\nuevent", [`bound ${QUEUES}`]],
	[0, "0b.0002 isn't bound to vfio_ap, 0a.0001, 0a.0002 and 0b.0001 are",
		[`bound ${QUEUES}`]],
	[0,
		"$ lszcrypt -V\n0a CEX8C CCA-Coproc online\n0a.0001 CEX8C CCA-Coproc in use - - 14 08 S--D--N-F- vfio_ap\n" +
		"0a.0002 CEX8C CCA-Coproc online - - 14 08 S--D--N-F- cex4queue",
			["bound 0a.0001"]],
	[0, "Bound to vfio_ap: adapter 0a with domains 0001, 0002, adapter 0b with domain 0001",
		[`bound ${QUEUES}`]],
	[0, "Domain 0001 with adapters 0a and 0b and domain 0002 with adapter 0a are bound",
		["bound 0a.0001 0b.0001 0a.0002"]],
	[1, "To the mdev are adapter 0a and the domains 0001 and 0002 assigned.",
		["mdev m0 adapters 0a domains 0001 0002"]],
	[1, "Adapter 0a and domains 0001, 0002 have been assigned to the mediated device",
		["mdev m0 adapters 0a domains 0001 0002"]],
	[1, "The matrix mdev contains adapter 0a and domains 0001 and 0002",
		["mdev m0 adapters 0a domains 0001 0002"]],
	[1, "$ cat /sys/devices/vfio_ap/matrix/$UUID/matrix\n0a.0001\n0a.0002",
		["mdev m0 adapters 0a domains 0001 0002"]],
	[1, "echo 0x0a > assign_adapter; echo 1 > assign_domain && echo 2 > assign_domain",
		["assign_adapter m0 0x0a = ok", "assign_domain m0 1 = ok",
			"assign_domain m0 2 = ok"]],
	[2, "virsh start g1", ["open m0 = ok"]],
	[2, "Launch the VM", ["open m0 = ok"]],
	[2, "The guest is up and running", ["open m0 = ok"]],
	[2, "qemu-system-s390x -device vfio-ap,sysfsdev=/sys/devices/vfio_ap/matrix/$UUID",
		["open m0 = ok"]],
	[3, "The guest sees 0a.0001 and 0a.0002", BOTH.map((q) => `guest m0 ${q}`)],
	[3, "guest matrix now: 0a.0001 0a.0002", BOTH.map((q) => `guest m0 ${q}`)],
	[3, "# cat guest_matrix\n0a.0001\n0a.0002", BOTH.map((q) => `guest m0 ${q}`)],
	[4,
		"root@host:~# echo -n 0xb >> /sys/devices/vfio_ap/matrix/62177883-f1bb-47f0-914d-32a22e3a8804/assign_adapter",
		["assign_adapter m0 0xb = ok"]],
	[4, "0xb > assign_adapter", ["assign_adapter m0 0xb = ok"]],
	[4, "The sysadmin then adds adapter 0b to the mdev", ["assign_adapter m0 0xb = ok"]],
	[4, "0a.0002 was rebound to the vfio_ap driver.", ["bind 0a.0002 = ok"]],
	[4, "0a.0002 was bound to vfio_ap again.", ["bind 0a.0002 = ok"]],
	[4, "domain 0002 is removed from the mdev", ["unassign_domain m0 0x2 = ok"]],
	[4, "Queue 0a.0002 is unbound", ["unbind 0a.0002 = ok"]],
	[4, "# echo 0b.0002 > /sys/bus/ap/drivers/vfio_ap/bind", ["bind 0b.0002 = ok"]],
	[4, "chzcrypt --config-off 0b", ["config 0b off = ok"]],
	[4, "chzdev ap apmask=+0x0b", ["apmask_store +0x0b = ok"]],
	[4, "mdevctl modify --uuid=$UUID --addattr=assign_domain --value=0x3",
		["assign_domain m0 0x3 = ok"]],
	[4, "virsh detach-device g1 hostdev.xml", ["close m0 = ok"]],
	[4, "The host loses adapter 0b", ["cfg adapters 0a domains 0001 0002 = ok"]],
	[5, "nothing changes", ["unchanged m0"]],
	[5, "the guest's matrix is the same as before", ["unchanged m0"]],
	[5, "adapter 0b doesn't get plugged in because 0b.0002 is not bound",
		["filtered m0 adapter 0b because 0b.0002"]],
	[5, "0b.0002 is absent, hence adapter 0b is filtered",
		["filtered m0 adapter 0b because 0b.0002"]],
	[5, "adapter 0b is hot plugged into the guest", ["plugged m0 adapter 0b"]],
	[5, "The guest loses adapter 0a", ["filtered m0 adapter 0a"]],
	[5, "The guest loses 0a.0002", ["guest m0 lacks 0a.0002"]],
	[5, "guest_matrix is empty", ["guest m0 -"]],
	[5, "fails with EADDRNOTAVAIL", ["rc -EADDRNOTAVAIL"]],
	[5, "bash: echo: write error: Device or resource busy", ["rc -EBUSY"]],
	[5, "write error: EBUSY (16)", ["rc -EBUSY"]],
	[0, "Bound to the driver: 0a.0001, 0a.0002 and 0b.0001; not bound: 0b.0002",
		[`bound ${QUEUES}`]],
	[0,
		"All of 0a.0001, 0a.0002 and 0b.0001 are bound to the vfio_ap driver, but 0b.0002 is not.", [`bound ${QUEUES}`]],
	[0, "0a.{0001,0002} and 0b.0001 are bound to vfio_ap, the rest is with the zcrypt drivers",
		[`bound ${QUEUES}`]],
	[0, "On my LPAR these three queues are bound to vfio_ap: {0a.0001, 0a.0002, 0b.0001}",
		[`bound ${QUEUES}`]],
	[0,
		"root@lp# ls /sys/bus/ap/drivers/vfio_ap\n0a.0001  0a.0002  0b.0001  bind  uevent  unbind", [`bound ${QUEUES}`]],
	[1, "The mdev's matrix is {0a} x {0001, 0002}.", ["mdev m0 adapters 0a domains 0001 0002"]],
	[1, "The admin created an mdev and assigned adapter 0a and domains 0001 and 0002 to it.",
		["mdev m0 adapters 0a domains 0001 0002"]],
	[1, "Adapters and domains assigned to the mdev: 0a; 0001, 0002",
		["mdev m0 adapters 0a domains 0001 0002"]],
	[2, "The mdev is passed to the guest", ["open m0 = ok"]],
	[2, "virsh -c qemu:///system start g1", ["open m0 = ok"]],
	[3, "In the guest, lszcrypt shows:\n0a.0001\n0a.0002", BOTH.map((q) => `guest m0 ${q}`)],
	[3, "The guest has access to queues 0a.0001 and 0a.0002.",
		BOTH.map((q) => `guest m0 ${q}`)],
	[4, "Queue 0b.0002 is bound to vfio_ap by the administrator", ["bind 0b.0002 = ok"]],
	[4, "Take domain 0002 away from the mdev", ["unassign_domain m0 0x2 = ok"]],
	[4, "Card 0b is configured off.", ["config 0b off = ok"]],
	[5, "adapter 0b gets filtered (0b.0002 is not bound)",
		["filtered m0 adapter 0b because 0b.0002"]],
	[5, "No queue of adapter 0b is passed through because 0b.0002 is not bound",
		["filtered m0 adapter 0b because 0b.0002"]],
	[5, "=> -EBUSY", ["rc -EBUSY"]],
	[5, "It fails: EBUSY (16)", ["rc -EBUSY"]],
	[5, "Nothing was left for the guest.", ["guest m0 -"]],
	[5, "guest_matrix:\nno bits set", ["guest m0 -"]],
	[5, "The command hangs forever", ["eventfd m0 req 0"]],
	[0, "0a.0001, 0a.0002 and 0b.0001 are assigned to the vfio_ap device driver.",
		[`bound ${QUEUES}`]],
	[0, "The LPAR passes 0a.0001, 0a.0002 and 0b.0001 to vfio_ap.", [`bound ${QUEUES}`]],
	[0, "Let us suppose that vfio_ap has 0a.0001, 0a.0002 and 0b.0001.", [`bound ${QUEUES}`]],
	[0, "With the exception of 0b.0002, all queues are bound.", [`bound ${QUEUES}`]],
	[0, "All queues are bound to vfio_ap, with the sole exception of 0b.0002.",
		[`bound ${QUEUES}`]],
	[1, "All adapters and domains are assigned to the mdev.",
		["mdev m0 adapters 0a 0b domains 0001 0002"]],
	[1, "The mdev has all queues.", ["mdev m0 adapters 0a 0b domains 0001 0002"]],
	[1, "There is one mdev, and it has adapter 0a and domains 0001 and 0002.",
		["mdev m0 adapters 0a domains 0001 0002"]],
	[1, "Adapter 0a and domains 0001 and 0002 are assigned to the mdev:\n0a.0001\n0a.0002",
		["mdev m0 adapters 0a domains 0001 0002"]],
	[3, "lszcrypt inside the guest shows 0a.0001 and 0a.0002",
		BOTH.map((q) => `guest m0 ${q}`)],
	[4, "0b is assigned to the mdev as an additional adapter.",
		["assign_adapter m0 0xb = ok"]],
	[4, "Adapter 0b is added as a further adapter", ["assign_adapter m0 0xb = ok"]],
	[4, "We try to assign adapter 0b, but this fails with -EBUSY.",
		["assign_adapter m0 0xb", "rc -EBUSY"]],
	[5, "Adapter 0b is missing because 0b.0002 is not bound.",
		["filtered m0 adapter 0b because 0b.0002"]],
	[5, "This lets the guest keep 0a.0001 and 0a.0002.", BOTH.map((q) => `guest m0 ${q}`)],
	[5, "That keeps 0a.0001 and 0a.0002 in the guest.", BOTH.map((q) => `guest m0 ${q}`)],
	[0, "Imagine that the host leaves 0a.0001, 0a.0002 and 0b.0001 to vfio_ap.",
		[`bound ${QUEUES}`]],
	[1, "There is one mdev, and adapter 0a and domains 0001 and 0002 are assigned to it.",
		["mdev m0 adapters 0a domains 0001 0002"]],
	[3, "guest_matrix continues to show 0a.0001 and 0a.0002", BOTH.map((q) => `guest m0 ${q}`)],
	[3, "lszcrypt prints 0a.0001 and 0a.0002 in the guest", BOTH.map((q) => `guest m0 ${q}`)],
	[5, "Adapter 0b isn't there because 0b.0002 is not bound.",
		["filtered m0 adapter 0b because 0b.0002"]],
	[0, "There are three queues that the vfio_ap driver has: 0a.0001, 0a.0002 and 0b.0001.",
		[`bound ${QUEUES}`]],
	[0, "Queues given to vfio_ap:\n0a.0001\n0a.0002\n0b.0001", [`bound ${QUEUES}`]],
	[0, "0a.0001, 0a.0002 and 0b.0001 are bound to vfio_ap. 0b.0002 is not.",
		[`bound ${QUEUES}`]],
	[0, "vfio_ap is in charge of 0a.0001, 0a.0002 and 0b.0001.", [`bound ${QUEUES}`]],
	[1, "mdev: 0a x 0001, 0002", ["mdev m0 adapters 0a domains 0001 0002"]],
	[3, "Guest's lszcrypt:\n0a.0001\n0a.0002", BOTH.map((q) => `guest m0 ${q}`)],
	[3, "The guest gets to see 0a.0001 and 0a.0002", BOTH.map((q) => `guest m0 ${q}`)],
	[4, "The mdev is handed adapter 0b", ["assign_adapter m0 0xb = ok"]],
	[4, "Detach 0b.0001 from the vfio_ap driver", ["unbind 0b.0001 = ok"]],
	[4, "vfio_ap releases 0b.0001", ["unbind 0b.0001 = ok"]],
	[4, "The zcrypt driver gets 0b.0001 back", ["unbind 0b.0001 = ok"]],
	[4, "Somebody else assigns adapter 0b to our mdev", ["assign_adapter m0 0xb = ok"]],
	[4, "The HMC takes adapter 0b out of the LPAR's configuration",
		["cfg adapters 0a domains 0001 0002 = ok"]],
	[4, "Shut down the guest and start it again", ["close m0 = ok", "open m0 = ok"]],
	[4, "Domain 0002 is taken off the mdev", ["unassign_domain m0 0x2 = ok"]],
	[5, "No queue is added to the guest", ["unchanged m0"]],
	[5, "The reason why 0b isn't there is that 0b.0002 is not bound",
		["filtered m0 adapter 0b because 0b.0002"]],
	[5, "The guest no longer has any queue", ["guest m0 -"]],
	[5, "The guest keeps 0a.0001 and 0a.0002 and doesn't get anything new.",
		BOTH.map((q) => `guest m0 ${q}`)],
	[4, "Unbinding 0a.0001 leaves the guest with nothing.",
		["unbind 0a.0001 = ok", "guest m0 -"]],
	[5, "No, that's not right: it should be empty.", ["guest m0 -"]],
];

test("wordings: another author's words for a step", async (t) => {
	for (const [at, wording, steps] of wordings)
		t.strictSame(await read_with(at, wording), steps, wording);
});

test("wordings: what has a word too many is not read, and never vanishes", async (t) => {
	for (const [at, wording] of [[4, "Assign adapter 0b to the frobnicator"],
		[0, "Qbound zzz:\n  0a.0001\n  0a.0002"],
		[0, "Bound: adapter 0a with domain 0001, adapter 0b"],
		[1, "The mdev has adapter 0a and domains 0001 and 0002:\n0a.0001\n0b.0002"],
		[0, "The host passes 0a.0001 and 0a.0002 to the vfio_ap mdev."],
		[4, "The admin tries to assign adapter 0b"], [5, "Adapter 0b is missing"],
		[3, "That is wrong: the guest has 0a.0001"],
		[1,
			"An mdev is there, and adapter 0a and domains 0001 and 0002 are assigned to it."],
		[5, "The filter leaves 0a.0001 and 0a.0002"],
		[5, "That does not leave the guest with 0a.0001"],
		[5, "lszcrypt in the guest does not list 0a.0002"],
		[5, "grep finds nothing in guest_matrix"],
		[5, "dmesg says that adapter 0b is filtered"],
		[4, "sleep until 0a.0002 is unbound"],
		[4, "Somebody else assigns adapter 0b to his mdev"],
		[5, "Refused, EBUSY 16"], [5, "shadow_apcb wibbles"], [4, "echo 5 > frob_adapter"],
		[4, "adapter"],
			[3, "the guest 0a.0001 purple"]] as const)
		t.match((await read_with(at, wording))[0], /^unread /, wording);
});

test("frames: each takes its examples", async (t) => {
	for (const f of frames)
		for (const e of f.examples)
			t.equal(read_frame(e)?.name, f.name, e);
	t.equal(new Set(frames.map((f) => f.name)).size, frames.length);
});

test("shell: each line of the documentation is read", async (t) => {
	for (const line of typed_lines)
		t.not(read_shell(line), null, line);
});

/* That time is in proportion to the length test/tools/expressions.test.ts proves. */
test("frames: no C, and an end with anything long", async (t) => {
	t.equal(read_frame("if (!matrix_mdev)"), null);
	t.equal(read_frame("memcpy(&guest_matrix, &matrix, 8);"), null);
	for (const word of ["not ", "0a.0001, ", "adapter 5 ", "((((", "echo 5 > ", "a.b.c."])
		t.equal(read_frame(word.repeat(20_000)), null, word);
});
