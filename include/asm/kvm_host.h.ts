/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KVM's structures on s390: SIE block, CRYCB, GISA.
 *
 * Copyright IBM Corp. 2008, 2018
 *
 *    Author(s): Carsten Otte <cotte@de.ibm.com>
 *
 * The crypto control block and its APCBs are views of one piece of memory, so
 * that they can be read to the byte:
 *
 *	0x00	APCB0: APM 8 bytes, AQM 2 of 8, ADM 2 of 8, 8 reserved
 *	0x48	wrapping key masks (zero here)
 *	0x80	APCB1: APM 32 bytes, AQM 32, ADM 32, 32 reserved
 *
 * C: arch/s390/include/asm/kvm_host.h, Linux 6.12.
 */
import { atomic_t } from "#linux/atomic.h";
import { hrtimer } from "#linux/hrtimer.h";
import type { kvm, kvm_vcpu } from "#linux/kvm_host.h";
import { rw_semaphore } from "#linux/rwsem.h";
import { spinlock_t } from "#linux/spinlock.h";
import type { embedded } from "#linux/types.h";
import type { gmap } from "./gmap.h.ts";
import { MAX_ISC } from "./isc.h.ts";
import type { kvm_s390_module_hook } from "../v5.10/asm/kvm_host.h.ts";

export const KVM_MAX_VCPUS = 255;

/* prog0c */
export const PROG_IN_SIE = 1 << 0;
/* prog20 */
export const PROG_BLOCK_SIE = 1 << 0;
export const PROG_REQUEST = 1 << 1;
/* eca */
export const ECA_AIV = 0x00200000;
export const ECA_APIE = 0x00000008;
/* ecb3 */
export const ECB3_AES = 0x04;
export const ECB3_DEA = 0x08;
/* gd */
export const GISA_FORMAT1 = 0x00000001;
/* crycbd */
export const CRYCB_FORMAT_MASK = 0x00000003;
export const CRYCB_FORMAT0 = 0x00000000;
export const CRYCB_FORMAT1 = 0x00000001;
export const CRYCB_FORMAT2 = 0x00000003;
/* requests */
export const KVM_REQ_VSIE_RESTART = 1 << 6;
/* program interruptions */
export const PGM_OPERATION = 0x01;
export const PGM_PRIVILEGED_OP = 0x02;
export const PGM_ADDRESSING = 0x05;
export const PGM_SPECIFICATION = 0x06;
/* gpsw.mask */
export const PSW_MASK_IO = 0x0200000000000000n;
export const PSW_MASK_PSTATE = 0x0001000000000000n;
export const PSW_MASK_CC = 0x0000300000000000n;
export const PSW_CC_SHIFT = 44n;

/**
 * class kvm_s390_sie_block - the state description that SIE works on
 * @prog0c: PROG_IN_SIE while the vCPU executes guest instructions
 * @prog20: reasons not to enter SIE
 * @ipa: first half of an intercepted instruction
 * @eca: execution controls; ECA_APIE: AP instructions are interpreted,
 *	 ECA_AIV: the guest may ask for AP interrupts
 * @gd: GISA designation, 0 for none
 * @gpsw: the guest's PSW
 * @gcr: its control registers; 6 has the I/O interruption subclasses, from bit 32
 * @crycbd: CRYCB designation: address and format
 * @iprcc: the program interruption code given to the guest last
 */
export class kvm_s390_sie_block {
	prog0c = 0;
	prog20 = new atomic_t();
	ipa = 0;
	eca = 0;
	ecb3 = 0;
	gd = 0;
	gpsw = { mask: 0n, addr: 0n };
	gcr = new Array<bigint>(16).fill(0n);
	crycbd = 0;
	iprcc = 0;
}

/** class kvm_s390_pv_vcpu - a vCPU of a protected guest: its handle, else 0 */
export class kvm_s390_pv_vcpu {
	handle = 0n;
}

/** class kvm_vcpu_arch */
export class kvm_vcpu_arch {
	sie_block = new kvm_s390_sie_block();
	gmap: gmap | null = null;
	pv = new kvm_s390_pv_vcpu();
}

/**
 * class kvm_vcpu_stat - what happened to a vCPU
 * @sie_entries: times it entered SIE
 * @sie_kicks: times it was taken out of SIE by somebody else
 */
export class kvm_vcpu_stat {
	sie_entries = 0;
	sie_kicks = 0;
	instruction_pqap = 0;
}

/**
 * class crypto_hook - the handler of an intercepted PQAP(AQIC)
 * @fn: the handler; C's type is just this function pointer
 * @container: the struct that C's pointer to it leads back to
 */
export class crypto_hook implements embedded {
	fn: ((vcpu: kvm_vcpu) => number) | null = null;
	container: object | null;

	constructor(container: object | null = null) {
		this.container = container;
	}
}

/** class kvm_s390_apcb - a guest's AP masks, leftmost bit 0, in memory order */
class kvm_s390_apcb {
	apm: Uint32Array;
	aqm: Uint32Array;
	adm: Uint32Array;

	/* @mask_words: 32-bit words of each of the three masks */
	constructor(mask_words: number) {
		this.apm = new Uint32Array(mask_words);
		this.aqm = new Uint32Array(mask_words);
		this.adm = new Uint32Array(mask_words);
	}

	/* Store it as it is in memory, from word @at on. */
	store(words: Uint32Array, at: number): void {
		words.set(this.apm, at);
		words.set(this.aqm, at + this.apm.length);
		words.set(this.adm, at + 2 * this.apm.length);
	}

	memset_zero(): void {
		this.apm.fill(0);
		this.aqm.fill(0);
		this.adm.fill(0);
	}
}

export type { kvm_s390_apcb };

const CRYCB_WORDS = 0x100 / 4;
const APCB1_AT = 0x80 / 4;

/**
 * class kvm_s390_crypto_cb - the CRYCB
 * @apcb0: the masks of formats 0 and 1: 64 adapters, 16 domains
 * @apcb1: the masks of format 2: 256 of each
 */
export class kvm_s390_crypto_cb {
	apcb0 = new kvm_s390_apcb(2);
	apcb1 = new kvm_s390_apcb(8);
	address = 0n;

	/** all of it, 64 big-endian words, for what looks at it as memory */
	get words(): Uint32Array {
		const words = new Uint32Array(CRYCB_WORDS);

		this.apcb0.store(words, 0);
		this.apcb1.store(words, APCB1_AT);
		return words;
	}
}

/**
 * class kvm_s390_gisa - the guest interruption state area
 * @next_alert: itself, or the next in the alert list
 * @ipm: pending interruption subclasses, 0x80 >> isc
 * @iam: subclasses whose interruption alerts the host
 * @address: where it is in absolute storage
 */
export class kvm_s390_gisa {
	next_alert = 0n;
	ipm = 0;
	iam = 0;
	address = 0n;

	memset_zero(): void {
		this.next_alert = 0n;
		this.ipm = 0;
		this.iam = 0;
	}
}

/** class sie_page2 - the page of a guest that holds CRYCB and GISA */
export class sie_page2 {
	crycb = new kvm_s390_crypto_cb();
	gisa = new kvm_s390_gisa();
	kvm: kvm | null = null;
	address = 0n;
}

/* A timer that leads back to whose it is. */
class gisa_timer extends hrtimer implements embedded {
	container: object;

	constructor(container: object) {
		super();
		this.container = container;
	}
}

/**
 * class kvm_s390_gisa_iam - which subclasses alert the host, and for how many
 * @mask: 0x80 >> isc for each with a reference
 */
export class kvm_s390_gisa_iam {
	mask = 0;
	ref_lock = new spinlock_t();
	ref_count = new Uint32Array(MAX_ISC + 1);
}

/**
 * class kvm_s390_gisa_interrupt - a guest's GISA
 * @origin: the area, null without AIV
 * @timer: looks whether somebody takes what is pending
 * @expires: its period, in nanoseconds
 */
export class kvm_s390_gisa_interrupt {
	origin: kvm_s390_gisa | null = null;
	alert = new kvm_s390_gisa_iam();
	timer = new gisa_timer(this);
	expires = 0;
}

/**
 * class kvm_s390_crypto
 * @crycb: the control block
 * @pqap_hook_rwsem: held for reading around a call of the hook
 * @pqap_hook: whom to ask about PQAP(AQIC)
 * @crycbd: address and format of @crycb, 32 bits
 * @apie: 1 if AP instructions are interpreted
 */
export class kvm_s390_crypto {
	crycb: kvm_s390_crypto_cb | null = null;
	pqap_hook_rwsem = new rw_semaphore();
	pqap_hook: crypto_hook | kvm_s390_module_hook | null = null;
	crycbd = 0;
	aes_kw = 0;
	dea_kw = 0;
	apie = 0;
}

/** class kvm_s390_pv - a protected guest: its handle, else 0 */
export class kvm_s390_pv {
	handle = 0n;
}

/**
 * class kvm_arch
 * @fac_mask: facilities that the guest has, a set of bit numbers
 * @idle_mask: processors that wait for an interruption, outside SIE
 */
export class kvm_arch {
	gmap: gmap | null = null;
	sie_page2: sie_page2 | null = null;
	fac_mask = new Set<number>();
	crypto = new kvm_s390_crypto();
	gisa_int = new kvm_s390_gisa_interrupt();
	pv = new kvm_s390_pv();
	idle_mask = new Set<kvm_vcpu>();
}

export const KVM_HVA_ERR_BAD = 0xffffffffffffffffn;
/* The highest 4095 addresses are error numbers. */
const MAX_ERRNO = 4095n;

/** kvm_is_error_hva - whether @addr says that there is no memory */
export function kvm_is_error_hva(addr: bigint): boolean {
	return addr > KVM_HVA_ERR_BAD - MAX_ERRNO;
}

export {
	kvm_arch_crypto_clear_masks, kvm_arch_crypto_set_masks, kvm_s390_pv_cpu_is_protected,
	trace_crypto_clear_masks, trace_crypto_set_masks,
} from "../../drivers/s390/kvm/kvm-s390.ts";
export {
	kvm_s390_gisc_register, kvm_s390_gisc_unregister, trace_gisc,
} from "../../drivers/s390/kvm/interrupt.ts";
