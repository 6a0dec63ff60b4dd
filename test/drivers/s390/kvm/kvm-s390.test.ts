// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { IS_ERR, PTR_ERR } from "#linux/err.h";
import { EEXIST, EINVAL, ENOMEM } from "#linux/errno.h";
import { do_initcalls } from "#linux/init.h";
import {
	CRYCB_FORMAT1, CRYCB_FORMAT2, CRYCB_FORMAT_MASK, ECA_AIV, ECA_APIE, KVM_HVA_ERR_BAD,
	PROG_IN_SIE, gfn_to_hva, kvm_arch_crypto_clear_masks, kvm_arch_crypto_set_masks,
	kvm_create_vcpu, kvm_get_kvm, kvm_get_kvm_safe, kvm_is_error_hva, kvm_memory_slot,
	kvm_put_kvm, kvm_set_memory_region, trace_crypto_clear_masks, trace_crypto_set_masks,
	type kvm,
} from "#linux/kvm_host.h";
import { lock_is_held } from "#linux/lockdep.h";
import { mutex_lock, mutex_unlock } from "#linux/mutex.h";
import { dmesg } from "#linux/printk.h";
import { fail_nth, kmemleak } from "#linux/slab.h";
import * as v5_10 from "#v5.10/asm/kvm_host.h";
import { ap_hw_configure, ap_hw_power_on } from "../../../../drivers/s390/sim/ap_hardware.ts";
import { guest_start, guest_stop } from "../../../../drivers/s390/sim/guest.ts";
import { kvm_s390_vm_set_apie } from "../../../../drivers/s390/kvm/kvm-s390.ts";

/* What was there before a test, of others in the process. */
let others = 0;

function power_on(apxa: boolean): void {
	ap_hw_power_on();
	ap_hw_configure({ apxa, na: 255, nd: 255, apm: [4], aqm: [4], adm: [4], old: [] });
	do_initcalls();
	others = kmemleak().length;
}

function guest(vcpus = 1): kvm {
	const kvm = guest_start(vcpus);

	if (IS_ERR(kvm))
		throw new Error(`guest_start: ${PTR_ERR(kvm)}`);
	return kvm;
}

/* The bytes of memory that a run of words is. */
function bytes(words: Uint32Array): string {
	return [...words].map((word) => word.toString(16).padStart(8, "0")).join("");
}

const apm = Uint32Array.from({ length: 8 }, (_, i) => (0x80000001 + i) >>> 0);
const aqm = Uint32Array.from({ length: 8 }, (_, i) => (0x12345678 + i) >>> 0);
const adm = Uint32Array.from({ length: 8 }, (_, i) => (0xfedcba98 + i) >>> 0);

test("kvm_arch_crypto_set_masks: format 2: 256 bits each, in APCB1", async (t) => {
	power_on(true);
	const kvm = guest();
	const { crycb, crycbd } = kvm.arch.crypto;

	t.equal(crycbd & CRYCB_FORMAT_MASK, CRYCB_FORMAT2);
	t.equal(BigInt((crycbd & ~CRYCB_FORMAT_MASK) >>> 0), crycb!.address);
	kvm_arch_crypto_set_masks(kvm, apm, aqm, adm);
	const memory = bytes(crycb!.words);

	t.equal(memory.length, 2 * 0x100);
	t.equal(memory.slice(0, 2 * 0x80), "0".repeat(2 * 0x80));
	t.equal(memory.slice(2 * 0x80, 2 * 0xa0), bytes(apm));
	t.equal(memory.slice(2 * 0xa0, 2 * 0xc0), bytes(aqm));
	t.equal(memory.slice(2 * 0xc0, 2 * 0xe0), bytes(adm));
	t.equal(memory.slice(2 * 0xe0), "0".repeat(2 * 0x20));

	kvm_arch_crypto_clear_masks(kvm);
	t.equal(bytes(crycb!.words), "0".repeat(2 * 0x100));
	guest_stop(kvm);
});

test("kvm_arch_crypto_set_masks: format 1: 64 adapters, 16 domains, in APCB0", async (t) => {
	power_on(false);
	const kvm = guest();
	const { crycb, crycbd } = kvm.arch.crypto;

	t.equal(crycbd & CRYCB_FORMAT_MASK, CRYCB_FORMAT1);
	kvm_arch_crypto_set_masks(kvm, apm, aqm, adm);
	t.equal(bytes(crycb!.words), ("8000000180000002" + "1234000000000000" + "fedc000000000000")
		.padEnd(2 * 0x100, "0"));

	kvm_arch_crypto_clear_masks(kvm);
	t.equal(bytes(crycb!.words), "0".repeat(2 * 0x100));
	guest_stop(kvm);
});

test("kvm_arch_crypto_set_masks: every vCPU is out of SIE meanwhile", async (t) => {
	power_on(true);
	const kvm = guest(3);
	const in_sie = (): number[] =>
		kvm.vcpus.map((vcpu) => vcpu.arch.sie_block.prog0c & PROG_IN_SIE);
	const seen: number[][] = [];
	const end = [
		trace_crypto_set_masks.register(() => seen.push(in_sie())),
		trace_crypto_clear_masks.register(() => seen.push(in_sie())),
	];

	t.same(in_sie(), [1, 1, 1]);
	kvm_arch_crypto_set_masks(kvm, apm, aqm, adm);
	t.same(in_sie(), [1, 1, 1]);
	kvm_arch_crypto_clear_masks(kvm);
	t.same(in_sie(), [1, 1, 1]);
	t.same(seen, [[0, 0, 0], [0, 0, 0]]);
	t.same(kvm.vcpus.map(({ stat }) => [stat.sie_entries, stat.sie_kicks]),
		[[3, 2], [3, 2], [3, 2]]);
	t.ok(kvm.vcpus.every(({ requests }) => requests === 0));
	for (const stop of end)
		stop();
	guest_stop(kvm);
});

test("kvm_arch_crypto_set_masks of Linux 5.10 takes kvm->lock", async (t) => {
	power_on(true);
	const kvm = guest();
	const held: boolean[] = [];
	const end = trace_crypto_set_masks.register(() => held.push(lock_is_held(kvm.lock)));

	v5_10.kvm_arch_crypto_set_masks(kvm, apm, aqm, adm);
	v5_10.kvm_arch_crypto_clear_masks(kvm);
	mutex_lock(kvm.lock);
	kvm_arch_crypto_set_masks(kvm, apm, aqm, adm);
	t.throws(() => v5_10.kvm_arch_crypto_set_masks(kvm, apm, aqm, adm),
		{ name: "kernel_crash" });
	mutex_unlock(kvm.lock);
	t.same(held, [true, true]);
	end();
	guest_stop(kvm);
});

test("a new vCPU: AP instructions interpreted, AIV, the guest's CRYCB and GISA", async (t) => {
	power_on(true);
	const kvm = guest();
	const sie_block = kvm.vcpus[0].arch.sie_block;

	t.equal(sie_block.eca, (ECA_APIE | ECA_AIV));
	t.equal(sie_block.crycbd, kvm.arch.crypto.crycbd);
	t.equal(BigInt(sie_block.gd & ~1), kvm.arch.gisa_int.origin!.address);
	kvm_s390_vm_set_apie(kvm, false);
	t.equal(sie_block.eca, ECA_AIV);
	kvm_s390_vm_set_apie(kvm, true);
	t.equal(sie_block.eca, (ECA_APIE | ECA_AIV));
	guest_stop(kvm);
});

test("gfn_to_hva: the two memslots of a guest, and nothing behind", async (t) => {
	power_on(true);
	const kvm = guest();
	const base = gfn_to_hva(kvm, 0n);

	t.notOk(kvm_is_error_hva(base));
	t.equal(gfn_to_hva(kvm, 0x7fffn), base + 0x7fff000n);
	t.equal(gfn_to_hva(kvm, 0x8000n), base + 0x8000000n);
	t.equal(gfn_to_hva(kvm, 0xffffn), base + 0xffff000n);
	t.equal(gfn_to_hva(kvm, 0x10000n), KVM_HVA_ERR_BAD);
	t.ok(kvm_is_error_hva(gfn_to_hva(kvm, 0x10000n)));
	t.equal(kvm_set_memory_region(kvm, new kvm_memory_slot(0xffffn, 2n, 0n)), -EEXIST);
	t.equal(kvm_set_memory_region(kvm, new kvm_memory_slot(0x10000n, 1n, 0n)), 0);
	guest_stop(kvm);
});

test("kvm_get_kvm, kvm_put_kvm: the last reference takes everything away", async (t) => {
	power_on(true);
	const kvm = guest(2);

	kvm_get_kvm(kvm);
	guest_stop(kvm);
	t.equal(kmemleak().length, others + 4, "kvm, its page, two vCPUs");
	t.ok(kvm_get_kvm_safe(kvm));
	kvm_put_kvm(kvm);
	kvm_put_kvm(kvm);
	t.equal(kmemleak().length, others);
	t.notOk(kvm_get_kvm_safe(kvm));
});

test("kvm_put_kvm: one too many: the guest runs on, the log tells", async (t) => {
	power_on(true);
	const kvm = guest();

	kvm_put_kvm(kvm);
	kvm_put_kvm(kvm);
	t.match(dmesg().at(-1)!.text, "a running guest is freed");
	t.not(kvm.arch.gisa_int.origin, null);
	guest_stop(kvm);
	t.equal(kmemleak().length, others);
	t.notOk(dmesg().some(({ warn }) => warn));
});

test("kvm_create_vcpu: each address once, 255 at most", async (t) => {
	power_on(true);
	const kvm = guest();
	const err = (id: number): number => {
		const vcpu = kvm_create_vcpu(kvm, id);

		return IS_ERR(vcpu) ? PTR_ERR(vcpu) : 0;
	};

	t.equal(err(0), -EEXIST);
	t.equal(err(255), -EINVAL);
	t.equal(err(1), 0);
	guest_stop(kvm);
	t.equal(kmemleak().length, others);
});

test("guest_start: each allocation fails once: -ENOMEM, nothing is left", async (t) => {
	power_on(true);
	for (let n = 1; n <= 4; n++) {
		fail_nth(n);
		const kvm = guest_start(2);

		t.equal(IS_ERR(kvm) && PTR_ERR(kvm), -ENOMEM, `allocation ${n}`);
		t.equal(kmemleak().length, others);
	}
	fail_nth(5);
	const kvm = guest_start(2);

	t.notOk(IS_ERR(kvm), "there is no fifth");
	fail_nth(0);
});
