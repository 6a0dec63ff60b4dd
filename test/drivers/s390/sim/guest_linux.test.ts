// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { PROG_IN_SIE, PSW_MASK_IO, type kvm_vcpu } from "#linux/kvm_host.h";
import { kvm_arch_vcpu_leave_sie } from "../../../../drivers/s390/kvm/kvm-s390.ts";
import {
	ap_hw_irqs, ap_hw_messages, ap_hw_set_reset_time, ap_hw_set_service_time, trace_ap_insn,
} from "../../../../drivers/s390/sim/ap_hardware.ts";
import {
	sie_take_interruptions, trace_guest_interruption, trace_nib,
} from "../../../../drivers/s390/sim/ap_interrupts.ts";
import { advance_clock } from "../../../../drivers/s390/sim/clock.ts";
import { guest_ap_bus } from "./guest_linux.ts";
import { ported } from "../../../../drivers/s390/crypto/history/index.ts";
import { machine_lab } from "../../../../tools/lib/lab/lab.ts";
import { driver_of, load_driver } from "../../../../tools/lib/lab/loader.ts";
import { empty_host } from "../../../../tools/lib/scenario/model.ts";

await Promise.all(ported.map(load_driver));

const SERVICE = 5;
const text = Uint8Array.from([1, 2, 3]);
const answer = Uint8Array.from([0xfe, 0xfd, 0xfc]);

/* A machine with a driver, two adapters by two domains, all in a guest. */
function start(label: string): { lab: machine_lab; vcpu: kvm_vcpu } {
	const host = { ...empty_host(), apm: [4, 5], aqm: [4, 0x47] };
	const lab = new machine_lab({ host, apmask: [], aqmask: [], memory: "zero" },
		driver_of(label));

	lab.load();
	lab.run(["create", "m0"]);
	for (const [attr, value] of [
		["adapter", "4"], ["adapter", "5"], ["domain", "4"], ["domain", "0x47"],
	])
		lab.run(["write", "m0", `assign_${attr}`, value]);
	lab.run(["open", "m0"]);
	ap_hw_set_service_time(SERVICE);
	return { lab, vcpu: lab.mdevs.get("m0")!.state.kvm!.vcpus[0] };
}

for (const { label } of ported) {
	test(`${label}: a guest finds its queues, and interruptions bring its replies`,
			async (t) => {
		const { lab, vcpu } = start(label);
		const bus = new guest_ap_bus(vcpu);

		bus.scan();
		t.same([...bus.queues.keys()], [0x0404, 0x0447, 0x0504, 0x0547]);
		t.same(ap_hw_irqs(), [0x0404, 0x0447, 0x0504, 0x0547]);
		const requests = Array.from({ length: 6 }, () => bus.request(text));

		t.same([...bus.queues.values()].map(({ pending }) => pending.length), [2, 2, 1, 1]);
		advance_clock(SERVICE);
		t.equal(requests.filter(({ reply }) => reply !== null).length, 4);
		advance_clock(SERVICE);
		t.ok(requests.every(({ reply, sent }) => sent === 1 &&
			reply!.every((b, i) => b === answer[i])));
		t.equal(bus.interruptions, 6);
		t.equal(bus.nib, 0);
		lab.shutdown();
	});

	test(`${label}: without facility 65 the guest polls`, async (t) => {
		const { lab, vcpu } = start(label);

		vcpu.kvm.arch.fac_mask.delete(65);
		const bus = new guest_ap_bus(vcpu);

		bus.scan();
		t.same(ap_hw_irqs(), []);
		const request = bus.request(text);

		advance_clock(SERVICE);
		t.equal(request.reply, null);
		bus.poll();
		t.same(request.reply, answer);
		t.equal(bus.interruptions, 0);
		lab.shutdown();
	});

	if (label === "v5.9")
		continue; /* nothing is taken from a guest that runs */
	test(`${label}: a queue is taken from under a request: it goes elsewhere`, async (t) => {
		const { lab, vcpu } = start(label);
		const bus = new guest_ap_bus(vcpu);

		bus.scan();
		const request = bus.request(text);

		t.equal(ap_hw_messages(0x0404), 1);
		lab.run(["write", "m0", "unassign_adapter", "4"]);
		bus.scan();
		t.same([...bus.queues.keys()], [0x0504, 0x0547]);
		advance_clock(SERVICE);
		t.same(request.reply, answer);
		t.equal(request.sent, 2);
		lab.shutdown();
	});
}

test("without QCI the guest asks every queue", async (t) => {
	const { lab, vcpu } = start("v6.12");
	const bus = new guest_ap_bus(vcpu);

	vcpu.kvm.arch.fac_mask.delete(12);
	bus.scan();
	t.same([...bus.queues.keys()], [0x0404, 0x0504], "domain 47 is beyond 16");
	lab.shutdown();
});

test("both sides reset: what the guest began, the host waits for", async (t) => {
	const { lab, vcpu } = start("v6.12");
	const seen: string[] = [];
	const end = trace_ap_insn.register((insn, qid, status) => {
		if (qid === 0x0404)
			seen.push(
				`${insn} ${(status >>> 16 & 0xff).toString(16).padStart(2, "0")}`);
	});

	vcpu.kvm.arch.fac_mask.delete(65);
	ap_hw_set_reset_time(50);
	new guest_ap_bus(vcpu).scan();
	lab.run(["reset", "m0"]);
	end();
	t.equal(seen[0], "rapq 00", "the guest's");
	t.equal(seen.at(-1), "tapq 00");
	t.same(seen.filter((s) => s.startsWith("zapq")), ["zapq 02", "zapq 00"],
		"reset anew by the host");
	lab.shutdown();
});

test("a processor that is closed is interrupted when it opens", async (t) => {
	const { lab, vcpu } = start("v6.12");
	const bus = new guest_ap_bus(vcpu);
	const { gisa_int } = vcpu.kvm.arch;

	bus.scan();
	vcpu.arch.sie_block.gpsw.mask &= ~PSW_MASK_IO;
	const request = bus.request(text);

	advance_clock(SERVICE);
	t.equal(bus.nib, 1);
	t.equal(gisa_int.origin!.ipm, 0x80 >> 6);
	t.equal(gisa_int.origin!.iam, 0, "the host has been alerted");
	t.equal(gisa_int.origin!.next_alert, gisa_int.origin!.address,
		"and has taken it from its list");
	vcpu.arch.sie_block.gpsw.mask |= PSW_MASK_IO;
	sie_take_interruptions(vcpu);
	t.same(request.reply, answer);
	t.equal(gisa_int.origin!.ipm, 0);
	advance_clock(2);
	t.equal(gisa_int.origin!.iam, 0x80 >> 6, "nothing is pending: alerts are wanted again");
	lab.shutdown();
});

test("GIB alert: the host wakes a processor that waits", async (t) => {
	const { lab, vcpu } = start("v6.12");
	const bus = new guest_ap_bus(vcpu);
	const taken: number[] = [];

	bus.scan();
	const request = bus.request(text);
	const end = trace_guest_interruption.register((_vcpu, isc) => taken.push(isc));

	kvm_arch_vcpu_leave_sie(vcpu);
	vcpu.kvm.arch.idle_mask.add(vcpu);
	advance_clock(SERVICE - 1);
	t.equal(vcpu.arch.sie_block.prog0c & PROG_IN_SIE, 0);
	advance_clock(1);
	t.equal(vcpu.arch.sie_block.prog0c & PROG_IN_SIE, PROG_IN_SIE);
	t.same(taken, [6]);
	t.same(request.reply, answer);
	t.equal(vcpu.kvm.arch.idle_mask.size, 0);
	end();
	lab.shutdown();
});

test("the NIB is written where AQIC said, once for each reply", async (t) => {
	const { lab, vcpu } = start("v6.12");
	const bus = new guest_ap_bus(vcpu);
	const written: unknown[][] = [];
	const end = trace_nib.register((...event) => written.push(event));

	bus.scan();
	bus.request(text);
	bus.request(text);
	advance_clock(SERVICE);
	end();
	const nib = vcpu.kvm.memory!.base + 0x2008n;

	t.same(written, [[0x0404, nib], [0x0447, nib]]);
	lab.shutdown();
});
