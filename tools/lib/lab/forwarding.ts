// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest's userspace as the design of 2017 intended it. AP instructions are intercepted, and
 * userspace forwards them to the driver.
 */
import { PGM_OPERATION, type kvm, type kvm_vcpu } from "#linux/kvm_host.h";
import {
	VFIO_AP_EXECUTE, vfio_ap_insn,
} from "../../../drivers/s390/crypto/history/rfc2017/vfio_ap_private.h.ts";
import { kvm_s390_vm_set_apie } from "../../../drivers/s390/kvm/kvm-s390.ts";
import { set_ap_userspace, type ap_instruction } from "../../../drivers/s390/sim/sie.ts";
import { syscall } from "../../../drivers/s390/sim/syscall.ts";
import { with_user_struct } from "../../../drivers/s390/sim/user_memory.ts";
import { vfio_file_ioctl } from "../../../drivers/vfio/group.ts";
import type { vfio_file } from "../../../drivers/vfio/vfio.h.ts";

const INSNS: ap_instruction[0][] = ["pqap", "nqap", "dqap"];
const FACILITY_AQIC = 65;

/* Registers go to the driver, and come back as the driver has changed them. */
function forward(file: vfio_file, vcpu: kvm_vcpu, [name, r1, r2]: ap_instruction):
		{ cc: number; program: number } {
	const insn = new vfio_ap_insn();
	const { gprs } = vcpu.run.s.regs;

	Object.assign(insn, { insn: INSNS.indexOf(name), r1, r2 });
	gprs.forEach((value, i) => insn.set(i, value));
	const rc = with_user_struct(insn, [], (arg) =>
		syscall(`${name} forwarded`, () => vfio_file_ioctl(file, VFIO_AP_EXECUTE, arg)));

	if (rc !== 0)
		return { cc: 0, program: PGM_OPERATION };
	gprs.forEach((_value, i) => {
		gprs[i] = insn.get(i);
	});
	return { cc: insn.cc, program: insn.program };
}

/**
 * forward_instructions - be the userspace of a guest that has an mdev of that design open
 * @interpreted: whether the guest's instructions need no interception
 */
export function forward_instructions(file: vfio_file, guest: kvm, interpreted: boolean): void {
	kvm_s390_vm_set_apie(guest, interpreted);
	guest.arch.fac_mask.delete(FACILITY_AQIC);
	set_ap_userspace(guest, (vcpu, insn) => forward(file, vcpu, insn));
}
