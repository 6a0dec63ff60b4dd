// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can go wrong around a queue, and what Linux 6.12's driver makes of it:
 * faults of the hardware during a reset, of a guest in AQIC, of the host's memory.
 */
import { test } from "tap";
import { ENOMEM } from "#linux/errno.h";
import { PAGE_SHIFT } from "#asm/page.h";
import type { kvm_vcpu } from "#linux/kvm_host.h";
import { kvm_s390_get_psw_cc } from "../../../../drivers/s390/kvm/priv.ts";
import { kvm_s390_pv_enable } from "../../../../drivers/s390/kvm/pv.ts";
import {
	ap_hw_fault, ap_hw_queue_irq, ap_hw_script, ap_hw_set_adapter, ap_hw_set_reset_time,
	trace_ap_insn,
} from "../../../../drivers/s390/sim/ap_hardware.ts";
import { clock_now } from "../../../../drivers/s390/sim/clock.ts";
import { AQIC, guest_gr0, guest_pqap } from "../../../../drivers/s390/sim/sie.ts";
import { machine_lab } from "../../../../tools/lib/lab/lab.ts";
import { load_driver } from "../../../../tools/lib/lab/loader.ts";
import { empty_host, type op } from "../../../../tools/lib/scenario/model.ts";

const v6_12 = await load_driver("v6.12");

const QID = 0x0404;

/* More allocations than any of the operations makes. */
const OCCASIONS = 30;

/* A machine with m0 on 04.0004, and its guest running. */
function start(): { lab: machine_lab; vcpu: kvm_vcpu } {
	const host = { ...empty_host(), apm: [4], aqm: [4] };
	const lab = new machine_lab({ host, apmask: [], aqmask: [], memory: "zero" }, v6_12);
	const steps: op[] = [
		["create", "m0"], ["write", "m0", "assign_adapter", "4"],
		["write", "m0", "assign_domain", "4"], ["open", "m0"],
	];

	lab.load();
	for (const step of steps)
		lab.run(step);
	return { lab, vcpu: lab.mdevs.get("m0")!.state.kvm!.vcpus[0] };
}

/* The instructions on the queue while @fn runs, with their response codes. */
function insns(fn: () => void): string[] {
	const seen: string[] = [];
	const end = trace_ap_insn.register((insn, _qid, status, _irq, by_bus) => {
		if (!by_bus)
			seen.push(
				`${insn} ${(status >>> 16 & 0xff).toString(16).padStart(2, "0")}`);
	});

	fn();
	end();
	return seen;
}

test("hardware faults during a reset: what is issued, how long it takes, what is said",
		async (t) => {
	const faults: [string, () => void, string[], number, number][] = [
		["none", () => {}, ["zapq 00", "tapq 00"], 20, 0],
		["a reset that takes three polls", () => ap_hw_set_reset_time(50),
			["zapq 00", "tapq 02", "tapq 02", "tapq 00"], 60, 0],
		["busy for 30 ms", () => ap_hw_fault(QID, "busy", 30),
			["zapq 05", "tapq 05", "tapq 00", "zapq 00", "tapq 00"], 60, 0],
		["state change in progress for 30 ms", () => ap_hw_fault(QID, "state change", 30),
			["zapq 0a", "tapq 0a"], 20, 1],
		["checkstopped", () => ap_hw_set_adapter(4, { checkstopped: true }), ["zapq 04"],
			0, 0],
		["deconfigured", () => ap_hw_set_adapter(4, { configured: false }), ["zapq 03"],
			0, 0],
		["association failed: secret not unique", () => ap_hw_script(QID, "tapq", [0x35]),
			["zapq 00", "tapq 35", "zapq 00", "tapq 00"], 40, 0],
		["association failed", () => ap_hw_script(QID, "tapq", [0x36]),
			["zapq 00", "tapq 36", "zapq 00", "tapq 00"], 40, 0],
		["an answer that is none", () => ap_hw_script(QID, "zapq", [0x16]), ["zapq 16"],
			0, 1],
	];

	for (const [fault, make, expected, msecs, warnings] of faults) {
		const { lab } = start();

		make();
		const before = clock_now();
		let ev: unknown[][] = [];
		const seen = insns(() => {
			({ ev } = lab.run(["reset", "m0"]));
		});

		t.same(seen, expected, fault);
		t.equal(clock_now() - before, msecs, `${fault}: ms`);
		t.equal(ev.filter(([what]) => what === "warn").length, warnings, `${fault}: WARNs`);
		lab.shutdown();
	}
});

/* AQIC of the guest with that NIB; its response code. */
function aqic(vcpu: kvm_vcpu, nib: bigint): number {
	const { gprs } = vcpu.run.s.regs;

	[gprs[0], gprs[1], gprs[2]] = [guest_gr0(AQIC, 4, 4), 0x8000_0000_0003n, nib];
	guest_pqap(vcpu);
	return Number(gprs[1] >> 16n & 0xffn);
}

test("AQIC: response and condition codes by cause", async (t) => {
	const causes: [string, (lab: machine_lab, vcpu: kvm_vcpu) => unknown, number][] = [
		["nothing wrong", () => {}, 0x00],
		["not linked to the mdev", (lab) => lab.run(["unbind", "04.0004"]), 0x01],
		["reset in progress", () => ap_hw_script(QID, "aqic", [0x02]), 0x02],
		["deconfigured", () => ap_hw_set_adapter(4, { configured: false }), 0x03],
		["checkstopped", () => ap_hw_set_adapter(4, { checkstopped: true }), 0x04],
		["busy", () => ap_hw_script(QID, "aqic", [0x05]), 0x05],
		["NIB not usable, says the hardware", () => ap_hw_script(QID, "aqic", [0x06]),
			0x06],
		["interrupts are on already, says the hardware",
			() => ap_hw_script(QID, "aqic", [0x07]), 0x07],
		["no such GISA, says the hardware", () => ap_hw_script(QID, "aqic", [0x08]), 0x08],
		["no GISA: the subclass cannot be registered", (_lab, vcpu) => {
			vcpu.kvm.arch.gisa_int.origin = null;
		}, 0x06],
	];

	for (const [cause, make, rc] of causes) {
		const { lab, vcpu } = start();

		make(lab, vcpu);
		t.equal(aqic(vcpu, 0x2000n), rc, cause);
		t.equal(kvm_s390_get_psw_cc(vcpu), rc === 0 ? 0 : 3, `${cause}: cc`);
		t.equal(ap_hw_queue_irq(QID) !== null, rc === 0, `${cause}: interrupts`);
		lab.shutdown();
	}
});

test("guest faults: the NIB", async (t) => {
	const ram_ends = 0x8000n << PAGE_SHIFT;
	const nibs: [string, bigint, number][] = [
		["good", 0x2000n, 0x00], ["address 0", 0n, 0x06],
		["the last byte of RAM", ram_ends - 1n, 0x00],
		["a memslot whose page cannot be had", ram_ends, 0x06],
		["no memslot", 0x10000n << PAGE_SHIFT, 0x06],
	];

	for (const [what, nib, rc] of nibs) {
		const { lab, vcpu } = start();

		t.equal(aqic(vcpu, nib), rc, what);
		t.equal(ap_hw_queue_irq(QID) !== null, rc === 0);
		lab.shutdown();
	}
});

test("guest faults: a protected guest's NIB that is not shared -> 06; shared -> 00", async (t) => {
	const { lab, vcpu } = start();

	kvm_s390_pv_enable(vcpu.kvm);
	t.equal(aqic(vcpu, 0x2000n), 0x06);
	vcpu.kvm.memory!.set_shared(2n, true);
	t.equal(aqic(vcpu, 0x2000n), 0x00);
	lab.shutdown();
});

test("guest faults: the NIB's page is unmapped: no interrupts, nothing pinned", async (t) => {
	const { lab, vcpu } = start();

	aqic(vcpu, 0x2000n);
	t.same(lab.run(["unmap", "m0", "0x5000", "0x1000"]).ev, [], "another page");
	const { ev } = lab.run(["unmap", "m0", "0x2000", "0x1000"]);

	t.same(ev.map(([what]) => what), ["aqic", "gisc-", "unpin"]);
	t.equal(ap_hw_queue_irq(QID), null);
	lab.shutdown();
});

test("allocation failures: each occasion of each operation, then again without", async (t) => {
	const operations: [op, op | null][] = [
		[["create", "m1"], ["destroy", "m1"]],
		[["write", "m0", "assign_domain", "5"], null],
		[["open", "m0"], ["close", "m0"]], [["bind", "04.0004"], ["unbind", "04.0004"]],
	];

	for (const [operation, undo] of operations) {
		let failed = 0;

		for (let nth = 1; nth <= OCCASIONS; nth++) {
			const { lab } = start();

			if (operation[0] === "open" || operation[0] === "bind")
				lab.run(operation[0] === "open" ? ["close", "m0"]
					: ["unbind", "04.0004"]);
			const { rc, crash } = lab.run(operation, nth);

			t.equal(crash, null, `${operation.join(" ")} (fail_nth: ${nth})`);
			if (rc < 0) {
				failed++;
				t.equal(rc, -ENOMEM);
				t.ok(lab.run(operation).rc >= 0, "again");
			}
			if (undo !== null)
				t.ok(lab.run(undo).rc >= 0, "and undone");
			lab.shutdown();
		}
		t.ok(failed < OCCASIONS, "there are no more occasions than were tried");
		t.comment(`${operation.join(" ")}: ${failed} occasions fail`);
	}
});
