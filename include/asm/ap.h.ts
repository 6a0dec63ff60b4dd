/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Adjunct processor (AP) instructions: PQAP with its function codes. In C they
 * are inline assembly; here the operands go to the simulated hardware, and its
 * 32-bit status word comes back as a struct.
 *
 * Copyright IBM Corp. 2017
 *
 * Author(s): Tony Krowiak <akrowia@linux.vnet.ibm.com>
 *	      Martin Schwidefsky <schwidefsky@de.ibm.com>
 *	      Harald Freudenberger <freude@de.ibm.com>
 *
 * C: arch/s390/include/asm/ap.h, Linux 6.12.
 */
import { EOPNOTSUPP } from "#linux/errno.h";
import { memcmp, memcpy, memset } from "#linux/string.h";
import type { out } from "#linux/types.h";
import * as hw from "../../drivers/s390/sim/ap_hardware.ts";

/** ap_qid_t - an APQN: adapter in bits 8-15, domain in bits 0-7 */
export type ap_qid_t = number;

/** AP_MKQID - the APQN of adapter @card and domain @queue */
export function AP_MKQID(card: number, queue: number): ap_qid_t {
	return (card & 0xff) << 8 | (queue & 0xff);
}

/** AP_QID_CARD - the adapter of an APQN */
export function AP_QID_CARD(qid: ap_qid_t): number {
	return (qid >> 8) & 0xff;
}

/** AP_QID_QUEUE - the domain of an APQN */
export function AP_QID_QUEUE(qid: ap_qid_t): number {
	return qid & 0xff;
}

/* Bits of a status word that mean nothing here. */
const RESERVED = 0x1c00ffff;

/**
 * class ap_queue_status - what an AP instruction leaves in general register 1
 * @queue_empty: 1 if no message is in the queue
 * @replies_waiting: 1 if a reply can be fetched
 * @queue_full: 1 if no more requests fit
 * @async: 1 if the response code is about an earlier, asynchronous, request
 * @irq_enabled: 1 if the queue interrupts
 * @response_code: 0 for good, else one of the AP_RESPONSE_... codes
 */
export class ap_queue_status {
	/* The upper half of the word; signed, so that it is a small integer in V8. */
	#word = 0;

	constructor(init: Partial<ap_queue_status> | null = null) {
		if (init !== null)
			Object.assign(this, init);
	}

	/** unpack - the struct of a status word */
	static unpack(word: number): ap_queue_status {
		const status = new ap_queue_status();

		status.#word = word & ~RESERVED;
		return status;
	}

	/** pack - the status word, 32 bits */
	pack(): number {
		return this.#word >>> 0;
	}

	static #set(status: ap_queue_status, shift: number, width: number, value: number): void {
		const mask = (1 << width) - 1 << shift;

		status.#word = status.#word & ~mask | value << shift & mask;
	}

	get queue_empty(): number {
		return this.#word >>> 31;
	}

	set queue_empty(value: number) {
		ap_queue_status.#set(this, 31, 1, value);
	}

	get replies_waiting(): number {
		return this.#word >>> 30 & 1;
	}

	set replies_waiting(value: number) {
		ap_queue_status.#set(this, 30, 1, value);
	}

	get queue_full(): number {
		return this.#word >>> 29 & 1;
	}

	set queue_full(value: number) {
		ap_queue_status.#set(this, 29, 1, value);
	}

	get async(): number {
		return this.#word >>> 25 & 1;
	}

	set async(value: number) {
		ap_queue_status.#set(this, 25, 1, value);
	}

	get irq_enabled(): number {
		return this.#word >>> 24 & 1;
	}

	set irq_enabled(value: number) {
		ap_queue_status.#set(this, 24, 1, value);
	}

	get response_code(): number {
		return this.#word >>> 16 & 0xff;
	}

	set response_code(value: number) {
		ap_queue_status.#set(this, 16, 8, value);
	}

	memcpy_from(src: ap_queue_status): void {
		this.#word = src.#word;
	}

	memset_zero(): void {
		this.#word = 0;
	}
}

/**
 * ap_instructions_available - whether the machine has AP instructions
 *
 * C: include/asm/ap.h, Linux 6.12
 */
export function ap_instructions_available(): boolean {
	return hw.pqap_installed();
}

/**
 * class ap_tapq_hwinfo - what TAPQ leaves in general register 2
 * @fac: upper half: facility bits, class, SE bind state
 * @apinfo: lower half: type, number of domains, message limit, queue depth
 *
 * The other names are C's bit-fields of these two words.
 */
export class ap_tapq_hwinfo {
	fac = 0;
	apinfo = 0;

	/** the whole register */
	get value(): bigint {
		return BigInt(this.fac) << 32n | BigInt(this.apinfo);
	}

	set value(value: bigint) {
		this.fac = Number(value >> 32n & 0xffffffffn);
		this.apinfo = Number(value & 0xffffffffn);
	}

	/** APSC facility */
	get apsc(): number {
		return this.fac >>> 31;
	}

	/** 4096-bit modulus exponentiation */
	get mex4k(): number {
		return this.fac >>> 30 & 1;
	}

	/** 4096-bit CRT */
	get crt4k(): number {
		return this.fac >>> 29 & 1;
	}

	/** CCA coprocessor */
	get cca(): number {
		return this.fac >>> 28 & 1;
	}

	/** accelerator */
	get accel(): number {
		return this.fac >>> 27 & 1;
	}

	/** EP11 coprocessor */
	get ep11(): number {
		return this.fac >>> 26 & 1;
	}

	/** extended addressing: 256 adapters and domains */
	get apxa(): number {
		return this.fac >>> 25 & 1;
	}

	/** command filtering */
	get slcf(): number {
		return this.fac >>> 24 & 1;
	}

	get class(): number {
		return this.fac >>> 16 & 0xff;
	}

	/** bind and association state in Secure Execution, AP_BS_Q_... */
	get bs(): number {
		return this.fac >>> 14 & 3;
	}

	/** AP type, as AP_DEVICE_TYPE_CEX8 */
	get at(): number {
		return this.apinfo >>> 24;
	}

	/** number of domains */
	get nd(): number {
		return this.apinfo >>> 16 & 0xff;
	}

	/** message size limit in units of 4096 bytes */
	get ml(): number {
		return this.apinfo >>> 8 & 0xf;
	}

	/** queue depth */
	get qd(): number {
		return this.apinfo & 0xf;
	}

	memcpy_from(src: ap_tapq_hwinfo): void {
		this.fac = src.fac;
		this.apinfo = src.apinfo;
	}

	memset_zero(): void {
		this.fac = 0;
		this.apinfo = 0;
	}
}

/* Values of ap_tapq_hwinfo.bs */
export const AP_BS_Q_USABLE = 0;
export const AP_BS_Q_USABLE_NO_SECURE_KEY = 1;
export const AP_BS_Q_AVAIL_FOR_BINDING = 2;
export const AP_BS_Q_UNUSABLE = 3;

/**
 * ap_tapq - test a queue: its status, and what its adapter is
 * @qid: the APQN, with the T bit where wanted
 * @info: takes the adapter's information, or null
 *
 * Return: the status.
 * C: include/asm/ap.h, Linux 6.12
 */
export function ap_tapq(qid: ap_qid_t, info: ap_tapq_hwinfo | null): ap_queue_status {
	return ap_queue_status.unpack(hw.pqap_tapq(qid, info));
}

/**
 * ap_test_queue - test a queue, with facilities where there is a facilities test
 * @qid: the APQN
 * @tbit: whether to set the T bit
 * @info: takes the adapter's information, or null
 *
 * Return: the status.
 * C: include/asm/ap.h, Linux 6.12
 */
export function ap_test_queue(
	qid: ap_qid_t, tbit: number | boolean, info: ap_tapq_hwinfo | null,
): ap_queue_status {
	if (tbit)
		qid |= 1 << 23;
	return ap_tapq(qid, info);
}

/**
 * ap_rapq - reset a queue: messages go, keys stay
 * @qid: the APQN
 * @fbit: not 0 to set the F bit (needed to leave the SE bound state)
 *
 * Return: the status.
 * C: include/asm/ap.h, Linux 6.12
 */
export function ap_rapq(qid: ap_qid_t, fbit: number): ap_queue_status {
	return ap_queue_status.unpack(hw.pqap_rapq(qid, fbit !== 0));
}

/**
 * ap_zapq - reset and zeroize a queue: messages and keys go
 * @qid: the APQN
 * @fbit: not 0 to set the F bit
 *
 * Return: the status.
 * C: include/asm/ap.h, Linux 6.12
 */
export function ap_zapq(qid: ap_qid_t, fbit: number): ap_queue_status {
	return ap_queue_status.unpack(hw.pqap_zapq(qid, fbit !== 0));
}

/* Words of the configuration block, 128 bytes, and where in it the masks are */
const QCI_WORDS = 32;
const QCI_APM_AT = 4;
const QCI_AQM_AT = 12;
const QCI_ADM_AT = 20;

/**
 * class ap_config_info - the host's AP configuration, as QCI stores it
 * @flags: what the machine can, QCI_...; signed, so that it is a small integer in V8
 * @na: highest APID, valid only with @apxa
 * @nd: highest APQI, valid only with @apxa
 * @apm: the adapters there are
 * @aqm: the usage domains there are
 * @adm: the control domains there are
 *
 * The other names are C's, of single flags.
 */
export class ap_config_info {
	flags = 0;
	na = 0;
	nd = 0;
	apm = new Uint32Array(8);
	aqm = new Uint32Array(8);
	adm = new Uint32Array(8);

	/** the block itself, 32 words, for what looks at it as memory */
	get words(): Uint32Array {
		const words = new Uint32Array(QCI_WORDS);

		words[0] = this.flags;
		words[1] = this.na << 24 | this.nd << 16;
		words.set(this.apm, QCI_APM_AT);
		words.set(this.aqm, QCI_AQM_AT);
		words.set(this.adm, QCI_ADM_AT);
		return words;
	}

	/** S bit: APSC */
	get apsc(): number {
		return this.flags >>> 31;
	}

	/** N bit: extended addressing */
	get apxa(): number {
		return this.flags >>> 30 & 1;
	}

	/** C bit: PQAP(QACT) */
	get qact(): number {
		return this.flags >>> 29 & 1;
	}

	/** R bit: response code 8A */
	get rc8a(): number {
		return this.flags >>> 28 & 1;
	}

	/** B bit: Secure Execution binding */
	get apsb(): number {
		return this.flags >>> 23 & 1;
	}

	memcpy_from(src: ap_config_info): void {
		this.flags = src.flags;
		this.na = src.na;
		this.nd = src.nd;
		memcpy(this.apm, src.apm);
		memcpy(this.aqm, src.aqm);
		memcpy(this.adm, src.adm);
	}

	memset_zero(): void {
		this.flags = 0;
		this.na = 0;
		this.nd = 0;
		memset(this.apm, 0);
		memset(this.aqm, 0);
		memset(this.adm, 0);
	}

	memcmp_with(other: ap_config_info): number {
		return this.flags - other.flags || this.na - other.na || this.nd - other.nd ||
			memcmp(this.apm, other.apm) || memcmp(this.aqm, other.aqm) ||
			memcmp(this.adm, other.adm);
	}
}

/** Bits of ap_config_info.flags */
export const QCI_APSC = 0x80000000;
export const QCI_APXA = 0x40000000;
export const QCI_QACT = 0x20000000;
export const QCI_RC8A = 0x10000000;
export const QCI_APSB = 0x00800000;

/**
 * ap_qci - query the AP configuration
 * @config: takes it
 *
 * Return: 0, or -EOPNOTSUPP where there is no such function.
 * C: include/asm/ap.h, Linux 6.12
 */
export function ap_qci(config: ap_config_info): number {
	return hw.pqap_qci(config) ? 0 : -EOPNOTSUPP;
}

/**
 * class ap_qirq_ctrl - how a queue is to interrupt: general register 1 of AQIC
 * @zone: zone information
 * @ir: 1 to enable interrupts, 0 to disable
 * @gisc: guest interruption subclass
 * @gf: format of the GISA
 * @gisa: origin of the GISA, in units of 16 bytes
 * @isc: host interruption subclass
 */
export class ap_qirq_ctrl {
	zone = 0;
	ir = 0;
	gisc = 0;
	gf = 0;
	gisa = 0;
	isc = 0;

	/** unpack - the struct of a register's contents */
	static unpack(value: bigint): ap_qirq_ctrl {
		const high = Number(value >> 32n & 0xffffffffn);
		const low = Number(value & 0xffffffffn);
		const qirqctrl = new ap_qirq_ctrl();

		qirqctrl.zone = high >>> 16 & 0xff;
		qirqctrl.ir = high >>> 15 & 1;
		qirqctrl.gisc = high >>> 8 & 7;
		qirqctrl.gf = high & 3;
		qirqctrl.gisa = low >>> 4 & 0x7ffffff;
		qirqctrl.isc = low & 7;
		return qirqctrl;
	}

	/** pack - the register's contents, 64 bits */
	pack(): bigint {
		const high = (this.zone << 16 | this.ir << 15 | this.gisc << 8 | this.gf) >>> 0;
		const low = (this.gisa << 4 | this.isc) >>> 0;

		return BigInt(high) << 32n | BigInt(low);
	}

	/** C's value, for text that sets the whole register */
	get value(): bigint {
		return this.pack();
	}

	set value(value: bigint) {
		Object.assign(this, ap_qirq_ctrl.unpack(value));
	}
}

/**
 * ap_aqic - control the interruption of a queue
 * @qid: the APQN
 * @qirqctrl: how it is to interrupt
 * @pa_ind: host absolute address of the notification indicator byte
 *
 * Return: the status.
 * C: include/asm/ap.h, Linux 6.12
 */
export function ap_aqic(
	qid: ap_qid_t, qirqctrl: ap_qirq_ctrl, pa_ind: bigint,
): ap_queue_status {
	return ap_queue_status.unpack(hw.pqap_aqic(qid, qirqctrl, pa_ind));
}

/**
 * class ap_qact_ap_info - what QACT takes, and what it gives
 * @mode: mode of the adapter: accelerator, CCA, EP11
 * @cat: AP type, on return the compatible one
 * @ver: version, two bytes
 */
export class ap_qact_ap_info {
	mode = 0;
	cat = 0;
	ver: [number, number] = [0, 0];
}

/**
 * ap_qact - ask which older type an adapter is compatible with
 * @qid: the APQN
 * @ifbit: 1 to ask for the installed facilities
 * @apinfo: the question, and then the answer
 *
 * Return: the status.
 * C: include/asm/ap.h, Linux 6.12
 */
export function ap_qact(
	qid: ap_qid_t, ifbit: number, apinfo: ap_qact_ap_info,
): ap_queue_status {
	return ap_queue_status.unpack(hw.pqap_qact(qid, ifbit, apinfo));
}

/**
 * ap_bapq - bind a queue to a Secure Execution guest
 * @qid: the APQN
 *
 * Return: the status.
 * C: include/asm/ap.h, Linux 6.12
 */
export function ap_bapq(qid: ap_qid_t): ap_queue_status {
	return ap_queue_status.unpack(hw.pqap_bapq(qid));
}

/**
 * ap_aapq - associate a bound queue with a secret
 * @qid: the APQN
 * @sec_idx: index of the secret
 *
 * Return: the status.
 * C: include/asm/ap.h, Linux 6.12
 */
export function ap_aapq(qid: ap_qid_t, sec_idx: number): ap_queue_status {
	return ap_queue_status.unpack(hw.pqap_aapq(qid));
}

/**
 * ap_nqap - send a message to a queue
 * @qid: the APQN, with the special bit where wanted
 * @psmid: what the reply will be known by
 * @msg: the message
 * @length: its length in bytes
 *
 * Return: the status.
 * C: include/asm/ap.h, Linux 6.12
 */
export function ap_nqap(
	qid: ap_qid_t, psmid: bigint, msg: Uint8Array, length: number,
): ap_queue_status {
	return ap_queue_status.unpack(hw.nqap(qid, psmid, msg, length));
}

/**
 * ap_dqap - fetch a reply from a queue
 * @qid: the APQN
 * @psmid: takes what the request was known by
 * @msg: takes the reply, or as much of it as fits
 * @msglen: room in @msg, in bytes
 * @length: takes the number of bytes stored
 * @reslength: takes the number of bytes that did not fit
 * @resgr0: not 0 to go on with the reply that did not fit; afterwards what to
 *	    go on with, 0 when the reply was fetched whole
 *
 * Return: the status; its response code is 0xFF when the reply did not fit.
 * C: include/asm/ap.h, Linux 6.12
 */
export function ap_dqap(
	qid: ap_qid_t, psmid: out<bigint>, msg: Uint8Array, msglen: number,
	length: out<number> | null, reslength: out<number> | null, resgr0: out<number> | null,
): ap_queue_status {
	const reply = new hw.ap_reply(msg, msglen);
	const gr0 = resgr0 !== null && resgr0.v !== 0 ? resgr0.v : qid;
	const status = ap_queue_status.unpack(hw.dqap(gr0, reply));

	if (reslength !== null)
		reslength.v = reply.residual;
	if (reply.residual !== 0) {
		/* a part only: the status of a whole one is still to come */
		status.response_code = 0xff;
		if (resgr0 !== null)
			resgr0.v = qid | hw.DQAP_CONTINUE;
	} else {
		psmid.v = reply.psmid;
		if (resgr0 !== null)
			resgr0.v = 0;
	}
	if (length !== null)
		length.v = reply.length;
	return status;
}
