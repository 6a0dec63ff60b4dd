// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import { kvm_s390_module_hook } from "#v5.10/asm/kvm_host.h";
import { IS_ERR } from "#linux/err.h";
import { EFAULT, EINVAL, EOPNOTSUPP } from "#linux/errno.h";
import { do_initcalls } from "#linux/init.h";
import {
	CRYCB_FORMAT2, PGM_PRIVILEGED_OP, PGM_SPECIFICATION, PROG_IN_SIE, PSW_MASK_PSTATE,
	crypto_hook, kvm_s390_pv_cpu_is_protected, type kvm as guest, type kvm_vcpu,
} from "#linux/kvm_host.h";
import { lockdep_inversions, trace_lock } from "#linux/lockdep.h";
import { THIS_MODULE } from "#linux/module.h";
import { gmap_convert_to_secure } from "#asm/gmap.h";
import { uv_pin_shared } from "#asm/uv.h";
import { kvm_s390_vm_set_apie } from "../../../../drivers/s390/kvm/kvm-s390.ts";
import {
	kvm_s390_get_psw_cc, set_handle_b2, vcpu_intercept_pqap,
} from "../../../../drivers/s390/kvm/priv.ts";
import { kvm_s390_handle_b2 } from "../../../../drivers/v5.10/s390/kvm/priv.ts";
import { kvm_s390_pv_disable, kvm_s390_pv_enable } from "../../../../drivers/s390/kvm/pv.ts";
import { ap_hw_configure, ap_hw_power_on } from "../../../../drivers/s390/sim/ap_hardware.ts";
import { guest_start } from "../../../../drivers/s390/sim/guest.ts";

const AQIC = 0x03000000n;
let kvm: guest;
let vcpu: kvm_vcpu;

t.beforeEach(() => {
	ap_hw_power_on();
	ap_hw_configure({ apxa: true, na: 255, nd: 255, apm: [], aqm: [], adm: [], old: [] });
	do_initcalls();
	const started = guest_start();

	if (IS_ERR(started))
		throw new Error("guest_start");
	kvm = started;
	vcpu = kvm.vcpus[0];
});

/* Execute PQAP; [what KVM returns, program interruption or 0]. */
function pqap(gr0: bigint): [number, number] {
	vcpu.run.s.regs.gprs[0] = gr0;
	const rc = vcpu_intercept_pqap(vcpu);

	return [rc, vcpu.arch.sie_block.iprcc];
}

function hook(fn: (vcpu: kvm_vcpu) => number): void {
	const pqap_hook = new crypto_hook();

	pqap_hook.fn = fn;
	kvm.arch.crypto.pqap_hook = pqap_hook;
}

test("handle_pqap: guest may not use AP instructions -> -EOPNOTSUPP", async (t) => {
	hook(() => 0);
	kvm_s390_vm_set_apie(kvm, false);
	t.same(pqap(AQIC), [-EOPNOTSUPP, 0]);
});

test("handle_pqap: function code other than AQIC -> -EOPNOTSUPP", async (t) => {
	hook(() => 0);
	for (let fc = 0n; fc <= 0xffn; fc++)
		t.same(pqap(fc << 24n), [fc === 3n ? 0 : -EOPNOTSUPP, 0], `function code ${fc}`);
});

test("handle_pqap: problem state comes before every specification exception", async (t) => {
	hook(() => 0);
	vcpu.arch.sie_block.gpsw.mask |= PSW_MASK_PSTATE;
	t.same(pqap(AQIC | 0x007f0000n), [0, PGM_PRIVILEGED_OP]);
	t.same(pqap(0n), [-EOPNOTSUPP, 0], "but behind the function code");
});

test("handle_pqap: reserved bits 41-47 -> specification exception", async (t) => {
	hook(() => 0);
	for (let bit = 16n; bit < 23n; bit++)
		t.same(pqap(AQIC | 1n << bit), [0, PGM_SPECIFICATION]);
});

test("handle_pqap: T bit without facility 15 -> specification exception", async (t) => {
	hook(() => 0);
	t.same(pqap(AQIC | 0x00800000n), [0, 0]);
	kvm.arch.fac_mask.delete(15);
	t.same(pqap(AQIC | 0x00800000n), [0, PGM_SPECIFICATION]);
});

test("handle_pqap: without APXA adapters end at 63 and domains at 15", async (t) => {
	hook(() => 0);
	t.same(pqap(AQIC | 0xffffn), [0, 0]);
	kvm.arch.crypto.crycbd &= ~CRYCB_FORMAT2;
	t.same(pqap(AQIC | 0x3f0fn), [0, 0]);
	t.same(pqap(AQIC | 0x4000n), [0, PGM_SPECIFICATION]);
	t.same(pqap(AQIC | 0x0010n), [0, PGM_SPECIFICATION]);
});

test("handle_pqap: no facility 65 -> specification exception", async (t) => {
	hook(() => 0);
	kvm.arch.fac_mask.delete(65);
	t.same(pqap(AQIC), [0, PGM_SPECIFICATION]);
});

test("handle_pqap: no hook -> 01 in the upper half of GR1, condition code 3", async (t) => {
	const gprs = vcpu.run.s.regs.gprs;

	for (const handler of [null, kvm_s390_handle_b2]) {
		set_handle_b2(handler);
		gprs[1] = 0x0000800000000004n;
		t.same(pqap(AQIC), [0, 0]);
		t.equal(gprs[1], 0x0001000000000004n);
		t.equal(kvm_s390_get_psw_cc(vcpu), 3);
	}
});

test("handle_pqap: the hook's answer, and the condition code that follows from it", async (t) => {
	const gprs = vcpu.run.s.regs.gprs;

	hook(({ run }) => {
		run.s.regs.gprs[1] = 0x00060000n;
		return 0;
	});
	t.same(pqap(AQIC | 0x0405n), [0, 0]);
	t.equal(gprs[1], 0x60000n);
	t.equal(kvm_s390_get_psw_cc(vcpu), 3);

	hook(({ run }) => {
		run.s.regs.gprs[1] = 0x81000000n;
		return 0;
	});
	t.same(pqap(AQIC | 0x0405n), [0, 0]);
	t.equal(kvm_s390_get_psw_cc(vcpu), 0);

	hook(() => -EOPNOTSUPP);
	t.same(pqap(AQIC | 0x0405n), [-EOPNOTSUPP, 0]);
});

test("handle_pqap: the locks around the hook, today and in Linux 5.10", async (t) => {
	let locks: string[] = [];
	const end = trace_lock.register((lock, op) => locks.push(lock.name + op));
	const during = (): string[] => {
		locks = [];
		pqap(AQIC);
		return locks;
	};
	const rwsem = "kvm->arch.crypto.pqap_hook_rwsem";

	hook(() => 0);
	t.same(during(), ["vcpu->mutex+", `${rwsem}+`, `${rwsem}-`, "vcpu->mutex-"]);
	kvm.arch.crypto.pqap_hook = null;
	t.same(during(), ["vcpu->mutex+", `${rwsem}+`, `${rwsem}-`, "vcpu->mutex-"]);
	set_handle_b2(kvm_s390_handle_b2);
	t.same(during(), ["vcpu->mutex+", "vcpu->mutex-"]);

	const module_hook = new kvm_s390_module_hook();

	module_hook.hook = () => 0;
	module_hook.owner = THIS_MODULE;
	set_handle_b2(kvm_s390_handle_b2);
	kvm.arch.crypto.pqap_hook = module_hook;
	t.same(during(), ["vcpu->mutex+", "vcpu->mutex-"]);
	end();
});

test("handle_pqap: a hook of Linux 5.10 sets condition code 3 or leaves it", async (t) => {
	const { sie_block } = vcpu.arch;
	const module_hook = new kvm_s390_module_hook();
	const cc_after = (status: bigint, rc: number): number => {
		sie_block.gpsw.mask = 0n;
		module_hook.hook = ({ run }) => {
			run.s.regs.gprs[1] = status;
			return rc;
		};
		t.same(pqap(AQIC), [rc, 0]);
		return kvm_s390_get_psw_cc(vcpu);
	};

	set_handle_b2(kvm_s390_handle_b2);
	kvm.arch.crypto.pqap_hook = module_hook;
	t.equal(cc_after(0x00060000n, 0), 3);
	t.equal(cc_after(0n, 0), 0);
	t.equal(cc_after(0x00060000n, -EOPNOTSUPP), 0);
});

test("vcpu_intercept_pqap: out of SIE for the host, back in afterwards", async (t) => {
	let inside = -1;

	hook(({ arch }) => {
		inside = arch.sie_block.prog0c & PROG_IN_SIE;
		return 0;
	});
	pqap(AQIC);
	t.equal(inside, 0);
	t.equal(vcpu.arch.sie_block.prog0c & PROG_IN_SIE, PROG_IN_SIE);
	t.equal(vcpu.stat.sie_kicks, 0);
	t.equal(vcpu.stat.instruction_pqap, 1);
});

test("a protected guest: handles on its vCPUs, pages private until shared", async (t) => {
	const memory = kvm.memory!;
	const nib = memory.pfn(4n) << 12n;

	t.equal(kvm_s390_pv_disable(kvm), -EINVAL);
	t.equal(kvm_s390_pv_enable(kvm), 0);
	t.equal(kvm_s390_pv_enable(kvm), -EINVAL);
	t.ok(kvm_s390_pv_cpu_is_protected(vcpu));
	t.equal(uv_pin_shared(nib), -EINVAL);
	memory.set_shared(4n, true);
	t.equal(uv_pin_shared(nib), 0);
	t.equal(gmap_convert_to_secure(kvm.arch.gmap, 0x4000n), 0);
	t.equal(uv_pin_shared(nib), -EINVAL);
	t.equal(gmap_convert_to_secure(kvm.arch.gmap, 0x8000000n), -EFAULT);
	t.equal(kvm_s390_pv_disable(kvm), 0);
	t.notOk(kvm_s390_pv_cpu_is_protected(vcpu));
	t.same(lockdep_inversions(), []);
});
