// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import { IS_ERR } from "#linux/err.h";
import { EINVAL, ENODEV, ERANGE } from "#linux/errno.h";
import { do_initcalls } from "#linux/init.h";
import {
	kvm_s390_gisc_register, kvm_s390_gisc_unregister, trace_gisc, type kvm,
} from "#linux/kvm_host.h";
import { dmesg } from "#linux/printk.h";
import { css_general_characteristics } from "../../../../drivers/s390/kvm/interrupt.ts";
import { guest_start, guest_stop } from "../../../../drivers/s390/sim/guest.ts";
import { guest_memory_at } from "../../../../drivers/s390/sim/guest_memory.ts";
import { storage_object } from "../../../../drivers/s390/sim/storage.ts";

function guest(): kvm {
	const kvm = guest_start();

	if (IS_ERR(kvm))
		throw new Error("guest_start");
	return kvm;
}

const warnings = (): string[] => dmesg().filter(({ warn }) => warn).map(({ text }) => text);

t.beforeEach(() => do_initcalls());

test("kvm_s390_gisc_register: subclasses 0 to 7, answered with the host's", async (t) => {
	const kvm = guest();
	const { alert, origin } = kvm.arch.gisa_int;
	const seen: [string, number][] = [];
	const end = trace_gisc.register((op, _kvm, gisc) => seen.push([op, gisc]));

	for (let gisc = 0; gisc <= 7; gisc++) {
		t.equal(kvm_s390_gisc_register(kvm, gisc), 5);
		t.equal(alert.mask, 0xff00 >> gisc + 1 & 0xff);
		t.equal(origin!.iam, alert.mask);
	}
	t.equal(kvm_s390_gisc_register(kvm, 8), -ERANGE);
	t.equal(kvm_s390_gisc_unregister(kvm, 8), -ERANGE);
	for (let gisc = 0; gisc <= 7; gisc++)
		t.equal(kvm_s390_gisc_unregister(kvm, gisc), 0);
	t.equal(origin!.iam, 0);
	t.equal(kvm_s390_gisc_unregister(kvm, 0), -EINVAL);
	t.same(seen.slice(-2), [["-", 7], ["-", 0]], "unregistering in vain is seen");
	t.equal(seen.length, 17);
	end();
	guest_stop(kvm);
	t.same(warnings(), []);
});

test("registrations are counted", async (t) => {
	const kvm = guest();
	const { alert } = kvm.arch.gisa_int;

	kvm_s390_gisc_register(kvm, 3);
	kvm_s390_gisc_register(kvm, 3);
	t.equal(kvm_s390_gisc_unregister(kvm, 3), 0);
	t.equal(alert.mask, 0x80 >> 3);
	t.equal(kvm_s390_gisc_unregister(kvm, 3), 0);
	t.equal(alert.mask, 0);
	t.equal(kvm_s390_gisc_unregister(kvm, 3), -EINVAL);
	guest_stop(kvm);
});

test("hardware finds a guest's GISA and memory until it stops", async (t) => {
	const kvm = guest();
	const { address } = kvm.arch.gisa_int.origin!;
	const memory = kvm.memory!;

	t.equal(storage_object(address), kvm.arch.sie_page2);
	t.equal(guest_memory_at(memory.base), memory);
	guest_stop(kvm);
	t.equal(storage_object(address), undefined);
	t.equal(guest_memory_at(memory.base), null);
});

test("without AIV a guest has no GISA: -ENODEV", async (t) => {
	css_general_characteristics.aiv = false;
	const kvm = guest();

	t.equal(kvm.arch.gisa_int.origin, null);
	t.equal(kvm.vcpus[0].arch.sie_block.gd, 0);
	t.equal(kvm_s390_gisc_register(kvm, 0), -ENODEV);
	t.equal(kvm_s390_gisc_unregister(kvm, 0), -ENODEV);
	guest_stop(kvm);
});

test("a subclass still registered when the guest goes: a WARN", async (t) => {
	const kvm = guest();

	kvm_s390_gisc_register(kvm, 1);
	guest_stop(kvm);
	t.same(warnings(), ["unexpected non zero alert.mask 0x40"]);
});
