// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the ports of the postings brought to light, and which text has it:
 * Documentation/drivers.md names each of these.
 */
import { test } from "tap";
import { EADDRINUSE, EADDRNOTAVAIL, EAGAIN, EBUSY, ENODEV, ENOENT } from "#linux/errno.h";
import { hash_32, hash_64 } from "#linux/hash.h";
import { mutex_lock, mutex_unlock, type mutex } from "#linux/mutex.h";
import { dmesg } from "#linux/printk.h";
import { run_as, task_struct } from "#linux/sched.h";
import { sysfs_read } from "../../../../../drivers/base/sysfs.ts";
import { ported, driver_by_label } from "../../../../../drivers/s390/crypto/history/index.ts";
import { machine_lab } from "../../../../../tools/lib/lab/lab.ts";
import { driver_of, load_driver } from "../../../../../tools/lib/lab/loader.ts";
import { mask_ids } from "../../../../../tools/lib/lab/names.ts";
import type { lab_result } from "../../../../../tools/lib/lab/model.ts";
import type { host_config, masks, op } from "../../../../../tools/lib/scenario/model.ts";

await Promise.all(ported.map(load_driver));

/* Linux 5.9 changes nothing while a guest runs, and has no shadow APCB. */
const LABELS = ported.map(({ label }) => label).filter((label) => label !== "v5.9");
const HOST = { apxa: 1 as const, na: 255, nd: 255, apm: [4, 5], aqm: [4, 0x47], adm: [4], old: [] };

/* Do operations on a driver; what the last of them did, and the machine. */
function play(
	label: string, ops: op[], host: Partial<host_config> = {},
): [lab_result, machine_lab] {
	const options = { apmask: [], aqmask: [], memory: "zero" as const };
	const lab = new machine_lab({ ...options, host: { ...HOST, ...host } }, driver_of(label));
	let result = lab.load();

	for (const o of ops)
		result = lab.run(o);
	return [result, lab];
}

/* The same on every driver; what @look sees at the end, by label. */
function on_all<T>(
	ops: op[], look: (result: lab_result, lab: machine_lab) => T,
	host: Partial<host_config> = {},
): Record<string, T> {
	return Object.fromEntries(LABELS.map((label) => {
		const [result, lab] = play(label, ops, host);
		const seen = look(result, lab);

		if (result.crash === null)
			lab.shutdown();
		return [label, seen];
	}));
}

/* What these tests look at in a driver's text. */
interface text {
	matrix_dev: Record<"ap_add" | "aq_add" | "ad_add", Uint32Array> & { lock: mutex };
}

async function text_of(label: string): Promise<text> {
	return await driver_by_label(label)!.load() as unknown as text;
}

const write = (attr: string, text: string, mdev = "m0"): op => ["write", mdev, attr, text];
const MDEV: op[] = [["create", "m0"], write("assign_adapter", "4"), write("assign_domain", "4")];
const GUEST: op[] = [...MDEV, ["open", "m0"]];
const ENABLE: op = ["pqap", "m0", "0x3000404", "0x800000000003", "0x1000"];

function all(value: unknown, besides: Record<string, unknown> = {}): Record<string, unknown> {
	return { ...Object.fromEntries(LABELS.map((label) => [label, value])), ...besides };
}

function is_logged(what: string): boolean {
	return dmesg().some(({ text }) => text.includes(what));
}

function apcb_events({ ev }: lab_result): unknown[] {
	return ev.filter(([what]) => what === "apcb").map(([, , ...of]) => of);
}

function short(of: masks | null): [number[], number[]] {
	return [of!.apm, of!.aqm];
}

test("hash chains: 64 queues that v11 to v15 link and never find", async (t) => {
	const differ: number[] = [];

	for (let apqn = 0; apqn <= 0xffff; apqn++)
		if (hash_32(apqn, 8) !== hash_64(apqn, 8))
			differ.push(apqn);
	t.equal(differ.length, 64);
	t.equal(differ[0], 0x23ed);

	const ops: op[] = [["create", "m0"], write("assign_adapter", "0x23"),
		write("assign_domain", "0xed"), ["open", "m0"]];
	const lost = { linked: ["23.00ed"], guest: [] };

	t.strictSame(
		on_all(ops, (_, lab) => ({ linked: lab.linked("m0"), guest: lab.apcb("m0")!.apm }),
			{ apm: [0x23], aqm: [0xed] }),
		all({ ...lost, guest: [0x23] },
			{ "v11": lost, "v12": lost, "v13": lost, "v14": lost, "v15": lost }));
});

test("guest start: v11 filters and sets the masks without a lock", async (t) => {
	const locks = on_all(GUEST, ({ lk }) => lk);

	t.equal(locks["v11"], "l+ l- km0+ km0-");
	t.equal(locks["v12"], "l+ km0+ km0- l-");
	t.equal(locks["v13"], "l+ km0+ km0- km0+ km0- l-");
});

test("guest start: v13 gives the guest all that is assigned, then what is left", async (t) => {
	const ops: op[] = [["unbind", "04.0047"], ...MDEV, write("assign_domain", "0x47"),
		["open", "m0"]];
	const events = on_all(ops, apcb_events);

	t.strictSame(events["v13"], [[[4], [4, 0x47], []], [[], [4, 0x47], []]]);
	t.strictSame(events["v12"], [[[], [4, 0x47], []]]);
	t.strictSame(events["v11"], [], "an empty shadow is what it had before");
});

test("second mdev of a guest: v12 gives its lock back twice", async (t) => {
	t.strictSame(
		on_all([...GUEST, ["create", "m1"], ["open", "m1", "m0"]], ({ lk }) =>
			[lk.includes("l- l-"), is_logged("bad unlock balance")]),
		all([false, false], { "v12": [true, true] }));
});

test("remove: v12 does not give room for another mdev back", async (t) => {
	const available = (): number => Number(sysfs_read("/sys/devices/vfio_ap/matrix/" +
		"mdev_supported_types/vfio_ap-passthrough/available_instances").text);
	const before = on_all([], available);
	const after = on_all([["create", "m0"], ["destroy", "m0"]], available);

	for (const label of LABELS)
		t.equal(before[label]! - after[label]!, label === "v12" ? 1 : 0, label);
});

test("remove of a queue: v12 drops a reference to the guest each time", async (t) => {
	const [bind, unbind]: op[] = [["bind", "04.0004"], ["unbind", "04.0004"]];

	t.strictSame(
		on_all([...GUEST, unbind!, bind!, unbind!], () => is_logged("refcount underflow")),
		all(false, { "v12": true }));
});

test("unassign_domain: v11 and v12 link once more, a later walk never ends", async (t) => {
	const ops: op[] = [...GUEST, write("unassign_domain", "4"), ["cfg", { apm: [4] }]];

	t.strictSame(on_all(ops, ({ crash }) => crash),
		all(null, { "v11": "hang", "v12": "hang" }));
});

test("host loses an adapter: v11 takes it from the shadow, not from the guest", async (t) => {
	t.strictSame(
		on_all([...GUEST, write("assign_adapter", "5"), ["cfg", { apm: [4] }]], (_, lab) =>
			[lab.shadow("m0")!.apm, lab.apcb("m0")!.apm]),
		all([[4], [4]], { "v11": [[4], [4, 5]] }));
});

test("host loses an adapter and a domain: v13 to v15 look at the domain only", async (t) => {
	const ops: op[] = [...GUEST, write("assign_adapter", "5"), ["cfg", { apm: [4], aqm: [4] }]];

	t.strictSame(on_all(ops, (_, lab) => lab.apcb("m0")!.apm),
		all([4], { "v11": [4, 5], "v13": [4, 5], "v14": [4, 5], "v15": [4, 5] }));
});

test("host gains a control domain: v13 remembers it for ever, which does no harm", async (t) => {
	const text = await text_of("v13");
	const [, lab] = play("v13", [...GUEST, write("assign_control_domain", "9")]);
	const now = text.matrix_dev;

	t.strictSame(apcb_events(lab.run(["cfg", { adm: [4, 9] }])), [[[4], [4], [9]]]);
	t.strictSame([mask_ids(now.ap_add), mask_ids(now.aq_add)], [[], []]);
	t.strictSame(mask_ids(now.ad_add), [9]);
	t.strictSame(apcb_events(lab.run(["cfg", { aqm: [4, 0x47, 0x48] }])), []);
	t.strictSame(mask_ids(now.ad_add), [], "until the next change of the host");
	lab.shutdown();
});

test("unassigning a queue that interrupts: v11 to v15 forget its page", async (t) => {
	const balance = (lab: machine_lab, plus: string, minus: string, ops: op[]): number =>
		ops.flatMap((o) => lab.run(o).ev).reduce((sum, [what]) =>
			sum + (what === plus ? 1 : 0) - (what === minus ? 1 : 0), 0);
	const ops: op[] = [ENABLE, write("unassign_adapter", "4"), ["close", "m0"]];
	const kept = on_all(GUEST, (_, lab) => balance(lab, "pin", "unpin", ops));

	t.strictSame(kept, all(0, { "v11": 1, "v12": 1, "v13": 1, "v14": 1, "v15": 1 }));
});

test("last adapter unplugged: v11 takes the domains too", async (t) => {
	const shadow_after = (o: op): object =>
		on_all([...GUEST, o], (_, lab) => short(lab.shadow("m0")));

	t.strictSame(shadow_after(["unbind", "04.0004"]), all([[], [4]], { "v11": [[], []] }));
	t.strictSame(shadow_after(write("unassign_adapter", "4")),
		all([[], [4]], { "v11": [[], []], "v13": [[], []] }));
});

test("errnos: a queue that another mdev has, or the default drivers", async (t) => {
	t.strictSame(
		on_all([...MDEV, ["create", "m1"], write("assign_adapter", "4", "m1"),
			write("assign_domain", "4", "m1")], ({ rc }) => rc),
		all(-EADDRINUSE, { "v12": -EBUSY, "v13": -EBUSY }));
	t.strictSame(
		on_all([["apmask_store", "+5"], ["aqmask_store", "+4"], ...MDEV,
			write("assign_adapter", "5")], ({ rc }) => rc),
		all(-EADDRNOTAVAIL));
	t.strictSame(on_all([...MDEV, ["in_use", [4], [4]]], ({ rc }) => rc),
		all(-EADDRINUSE, { "v11": 1, "v12": -EBUSY, "v13": -EBUSY }));
});

test("errnos: guest_matrix without a guest", async (t) => {
	t.strictSame(on_all([...MDEV, ["read", "m0", "guest_matrix"]], ({ rc, out }) => out ?? rc),
		all("04.0004\n", { "v11": -ENODEV }));
});

test("domains: v18 compares them with the highest adapter", async (t) => {
	const few = { na: 255, nd: 15, aqm: [4] };

	t.strictSame(on_all([["create", "m0"], write("assign_domain", "0x20")],
		({ rc }) => rc, few),
		all(-ENODEV, { "v18": 4 }));
});

test("a queue's status: v18 and v19 have the functions and make no file", async (t) => {
	const none = ["v11", "v12", "v13", "v14", "v15", "v18", "v19"];
	const seen = on_all([...MDEV, ["read", "04.0004", "status"]], ({ rc, out }) => out ?? rc);

	t.strictSame(seen, all("assigned\n", Object.fromEntries(none.map((v) => [v, -ENOENT]))));
});

test("errnos: the driver's lock is not free", async (t) => {
	const stores: op[] = [write("assign_adapter", "5"), write("assign_domain", "0x47"),
		write("assign_control_domain", "4")];

	for (const [label, busy] of [["v12", -EBUSY], ["v13", -EBUSY], ["v14", -EAGAIN],
		["v15", -EAGAIN]] as const) {
		const [, lab] = play(label, MDEV);
		const { matrix_dev: { lock } } = await text_of(label);
		const other = new task_struct("other");

		run_as(other, () => mutex_lock(lock));
		for (const o of stores)
			t.equal(lab.run(o).rc, busy, `${label}: ${o.join(" ")}`);
		t.equal(lab.run(["in_use", [9], [9]]).rc, -EBUSY, `${label}: in_use`);
		run_as(other, () => mutex_unlock(lock));
		for (const o of stores)
			t.ok(lab.run(o).rc > 0, `${label}: ${o.join(" ")}, later`);
		lab.shutdown();
	}
});
