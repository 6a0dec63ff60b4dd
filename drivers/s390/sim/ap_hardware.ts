// SPDX-License-Identifier: GPL-2.0-only
/*
 * The adjunct processor (AP) hardware of the simulated machine: a datasheet.
 *
 * Sources: arch/s390/include/asm/ap.h and Documentation/arch/s390/vfio-ap.rst
 * of Linux 6.12 for instructions, operands and response codes; the recorded
 * traces (TRACE.md, "Simulated hardware") for what answers what.
 *
 * Configuration
 *	Adapters (APID 0-255), usage domains (APQI 0-255) and control domains, as
 *	the host has them: three masks, leftmost bit number 0. A queue exists iff
 *	its adapter and its usage domain are there. QCI reports the masks, the
 *	highest numbers (na, nd) and the flags. A reconfiguration takes effect at
 *	once. A queue that leaves keeps what it was told until everybody has heard
 *	of the change; a queue that comes (back) later is new. The configuration
 *	belongs to the machine: it survives a boot, the state of the queues does not.
 *
 * Adapters
 *	AP type 14 (CEX8), or 9 (CEX3C) for `old` ones; a mode (CCA coprocessor,
 *	EP11 coprocessor, accelerator) with the facility bits real ones show. An
 *	adapter may be deconfigured (03 from all its queues) or checkstopped (04).
 *
 * Instructions
 *	TAPQ, RAPQ, ZAPQ, AQIC, QCI, QACT, NQAP, DQAP; each returns the 32-bit
 *	status word
 *		0x80000000 queue empty: iff the queue exists and holds no message
 *		0x40000000 replies waiting
 *		0x20000000 queue full
 *		0x01000000 interrupt enabled
 *		0x00ff0000 response code
 *	The response code is the first that applies of
 *		scripted	the next code of the queue's script for it, used up
 *		01		there is no such queue
 *		03, 04		the adapter is deconfigured, checkstopped
 *		02		a reset is in progress
 *		0a, 05		the queue's state is changing, it is busy (faults)
 *		00		done
 *	and only with 00 anything happens:
 *		RAPQ, ZAPQ	messages are lost; the interrupt is disabled; the
 *				reset begins
 *		AQIC		the interrupt is enabled or disabled as asked, again
 *				without complaint. A machine set to be strict says
 *				06 for an indicator that is not in storage, 08 for
 *				a GISA that is none, 07 when nothing would change
 *		NQAP		16 where messages are not taken, 15 above 12 KB, 42 a
 *				special message for a domain that is not a control
 *				domain, 10 the queue is full; else the queue has it
 *		DQAP		10 no reply yet, 13 told to go on with a reply that
 *				was not begun; else the oldest reply, or its part
 *	RAPQ and ZAPQ are two ways to reset and share a script, "zapq".
 *	TAPQ's information is there whenever the queue exists; its facility bits
 *	need the T bit. Without it register 2 is what the machine was told that it
 *	is, of all queues or of one, as far as it was told anything.
 *	QACT maps types above 14 to 14.
 *
 * Time
 *	A reset completes at once, unless the machine is set to take a number of
 *	milliseconds of simulated time; until then the queue answers 02.
 *
 * Messages
 *	Adapters take none unless the machine is set to serve them. A queue then
 *	holds 8, answered one after the other, each after the service time. The
 *	reply is the request with each bit inverted, known by the same PSMID. A
 *	special message changes a domain: its first two bytes are the number. A
 *	reply that does not fit stays until its rest is fetched, with the bit
 *	0x01000000 of register 0 that says so; without that bit it begins anew.
 *	A reply that comes to a queue which interrupts raises one: see
 *	ap_interrupts.ts.
 *
 * Not modelled
 *	Secure Execution: no binding and no association (BAPQ and AAPQ 16, bs
 *	always 0; 09, 0b, 30 to 36 when scripted). Messages in several NQAPs.
 *	Asynchronous response codes. Firmware that takes longer to reconfigure.
 *
 * The AP bus's own instructions
 *	Traces were recorded on a machine whose AP bus issued none. So that they
 *	can be replayed under the real one, its instructions can be told to be
 *	transparent: they take nothing from a script and leave no mark on a queue;
 *	the interrupt that the bus asks for it finds enabled.
 *	Who issued one is seen from the copy that was called: see ap_bus_insns.ts.
 */
import { early_initcall } from "#linux/init.h";
import { memcpy } from "#linux/string.h";
import { tracepoint } from "#linux/tracepoint.h";
import { set_bit_inv, test_bit_inv } from "#asm/bitops.h";
import { test_facility } from "#asm/facility.h";
import {
	QCI_APSB, QCI_APSC, QCI_APXA, QCI_QACT, QCI_RC8A, type ap_config_info, type ap_qact_ap_info,
	type ap_qirq_ctrl, type ap_tapq_hwinfo,
} from "#asm/ap.h";
import { clock_alarm, clock_now } from "./clock.ts";
import { storage_exists, storage_object } from "./storage.ts";

const MASK_WORDS = 8;
const APQNS = 0x10000;

const STATUS_QUEUE_EMPTY = 0x80000000;
const STATUS_REPLIES_WAITING = 0x40000000;
const STATUS_QUEUE_FULL = 0x20000000;
const STATUS_IRQ_ENABLED = 0x01000000;
const STATUS_ASYNC = 0x02000000;

const RC_NORMAL = 0x00;
const RC_Q_NOT_AVAIL = 0x01;
const RC_RESET_IN_PROGRESS = 0x02;
const RC_DECONFIGURED = 0x03;
const RC_CHECKSTOPPED = 0x04;
const RC_BUSY = 0x05;
const RC_INVALID_ADDRESS = 0x06;
const RC_OTHERWISE_CHANGED = 0x07;
const RC_INVALID_GISA = 0x08;
const RC_STATE_CHANGE_IN_PROGRESS = 0x0a;
const RC_Q_FULL = 0x10;
const RC_NO_PENDING_REPLY = 0x10;
const RC_NO_FIRST_PART = 0x13;
const RC_MESSAGE_TOO_BIG = 0x15;
const RC_REQ_FAC_NOT_INST = 0x16;
const RC_INVALID_DOMAIN = 0x42;

const TYPE_CEX3C = 9;
const TYPE_CEX8 = 14;
const QUEUE_DEPTH = 8;
const TAPQ_T_BIT = 1 << 23;
const NQAP_SPECIAL = 1 << 22;
/** DQAP_CONTINUE - register 0 of DQAP: go on with the reply that did not fit */
export const DQAP_CONTINUE = 0x01000000;
const MESSAGE_LIMIT = 12 * 1024;

/** What a script is for: RAPQ takes from "zapq" */
export type ap_script = "tapq" | "zapq" | "aqic" | "nqap" | "dqap";

/** An instruction, as trace_ap_insn names it */
export type ap_insn = "tapq" | "rapq" | "zapq" | "aqic";

export type ap_mode = "cca" | "ep11" | "accel";

/*
 * Facility bits of TAPQ, upper half of register 2, without APXA (0x02000000).
 */
const facilities: Record<ap_mode, number> = {
	cca: 0x90000000,
	ep11: 0x04000000,
	accel: 0x68000000,
};
const FAC_APXA = 0x02000000;

/**
 * trace_ap_insn - an instruction was executed on a queue
 * @insn: which
 * @qid: APQN
 * @status: the status word it returned
 * @irq: operand of AQIC, else null
 * @by_bus: the AP bus issued it, and no driver
 */
export const trace_ap_insn = new tracepoint<[
	insn: ap_insn, qid: number, status: number, irq: ap_qirq_ctrl | null, by_bus: boolean,
]>();

/** trace_ap_hwinfo - a driver asked a queue what it is: TAPQ for register 2, without T bit */
export const trace_ap_hwinfo = new tracepoint<[qid: number]>();

/**
 * trace_ap_message - what became of a message
 * @what: a queue took it, its reply is there, the reply was fetched, it was lost
 */
export const trace_ap_message = new tracepoint<[
	what: "taken" | "answered" | "fetched" | "lost", qid: number, psmid: bigint,
]>();

/**
 * struct ap_host_config - what of AP the host has
 * @apxa: numbers up to @na and @nd (else up to 63 and 15)
 * @na: highest APID
 * @nd: highest APQI
 * @apm: adapters
 * @aqm: usage domains
 * @adm: control domains
 * @old: adapters of an AP type that no driver of today supports
 */
export interface ap_host_config {
	apxa: boolean;
	na: number;
	nd: number;
	apm: Iterable<number>;
	aqm: Iterable<number>;
	adm: Iterable<number>;
	old: Iterable<number>;
}

/**
 * class ap_queue_irq - how a queue interrupts, as AQIC set it
 * @isc: host subclass
 * @gisc: guest subclass
 * @gisa: origin of the GISA, in units of 16 bytes; 0 for a queue of the host
 * @nib: host absolute address of the notification indicator byte
 */
export class ap_queue_irq {
	isc = 0;
	gisc = 0;
	gisa = 0;
	nib = 0n;
}

/* A message from when its queue takes it to when its reply is fetched. */
class message {
	psmid: bigint;
	text: Uint8Array;	/* the request, and then the reply */
	answer_due: number;	/* when, in milliseconds since boot */
	answered = false;
	fetched = 0;		/* bytes of a reply that did not fit */
	forget: () => void = () => {};

	constructor(psmid: bigint, text: Uint8Array, answer_due: number) {
		this.psmid = psmid;
		this.text = text;
		this.answer_due = answer_due;
	}
}

const no_messages: message[] = [];

/* The state of a queue that has any. */
class queue_state {
	irq: ap_queue_irq | null = null;
	reset_ends = 0;		/* milliseconds since boot */
	change_ends = 0;
	busy_ends = 0;
	messages = no_messages;
	tapq: number[] = [];	/* scripts: response codes, the next one first */
	zapq: number[] = [];
	aqic: number[] = [];
	nqap: number[] = [];
	dqap: number[] = [];
	gr2: bigint | null = null;	/* what TAPQ says of it, where somebody said so */
	async = false;			/* its TAPQ's response code is of another request */
}

class adapter {
	type = TYPE_CEX8;
	mode: ap_mode = "cca";
	configured = true;
	checkstopped = false;
}

let installed = true;
let apxa = true;
let na = 255;
let nd = 255;
let apm = new Uint32Array(MASK_WORDS);
let aqm = new Uint32Array(MASK_WORDS);
let adm = new Uint32Array(MASK_WORDS);
const adapters = Array.from({ length: 256 }, () => new adapter());

const queues = new Array<queue_state | null>(APQNS).fill(null);
let with_state: number[] = [];
let leaving: number[] = [];
let default_type = TYPE_CEX8;
const HWINFO_TYPE = 0xff000000n;
let default_hwinfo: bigint | null = null;
let secure_execution = false;
let reset_msecs = 0;
let service_msecs = 0;
let strict_aqic = false;
let interrupt: (qid: number, irq: ap_queue_irq) => void = () => {};
let bus_transparent = false;
let issued_by_bus = false;

function forget_queues(): void {
	for (const qid of with_state)
		queues[qid] = null;
	with_state = [];
	leaving = [];
}

early_initcall(() => {
	forget_queues();
	issued_by_bus = false;
});

function mask_of(ids: Iterable<number>): Uint32Array<ArrayBuffer> {
	const mask = new Uint32Array(MASK_WORDS);

	for (const id of ids)
		set_bit_inv(id, mask);
	return mask;
}

function exists(qid: number): boolean {
	return test_bit_inv(qid >>> 8 & 0xff, apm) && test_bit_inv(qid & 0xff, aqm);
}

function state_of(qid: number): queue_state {
	let q = queues[qid];

	if (q === null) {
		q = queues[qid] = new queue_state();
		with_state.push(qid);
	}
	return q;
}

/* ------------------------------------------------------------------ */
/* The machine's side: configuration and settings                      */

/**
 * ap_hw_configure - change the host's AP configuration
 * @config: what changes; the rest stays
 *
 * The kernel is not told: see chsc_ap_cfg_chg() for that.
 */
export function ap_hw_configure(config: Partial<ap_host_config>): void {
	const old_apm = apm;
	const old_aqm = aqm;

	apxa = config.apxa ?? apxa;
	na = config.na ?? na;
	nd = config.nd ?? nd;
	if (config.apm !== undefined)
		apm = mask_of(config.apm);
	if (config.aqm !== undefined)
		aqm = mask_of(config.aqm);
	if (config.adm !== undefined)
		adm = mask_of(config.adm);
	if (config.old !== undefined)
		set_old_adapters(config.old);
	for (const qid of with_state)
		if (test_bit_inv(qid >>> 8, old_apm) && test_bit_inv(qid & 0xff, old_aqm) &&
			!exists(qid))
			leaving.push(qid);
}

/**
 * ap_hw_reconfigured - everybody has heard of a change of the configuration: the
 *			queues that left are forgotten
 */
export function ap_hw_reconfigured(): void {
	for (const qid of leaving) {
		const q = queues[qid];

		if (exists(qid) || q === null)
			continue;
		lose_messages(qid, q);
		queues[qid] = null;
	}
	with_state = with_state.filter((qid) => queues[qid] !== null);
	leaving = [];
}

function set_old_adapters(old: Iterable<number>): void {
	const mask = mask_of(old);

	for (let apid = 0; apid < adapters.length; apid++) {
		if (test_bit_inv(apid, mask))
			adapters[apid].type = TYPE_CEX3C;
		else if (adapters[apid].type === TYPE_CEX3C)
			adapters[apid].type = default_type;
	}
}

/**
 * ap_hw_set_type - what adapters are that are not old
 * @type: AP type: 14 is CEX8, as at power on; 13 CEX7, the newest of 2020
 */
export function ap_hw_set_type(type: number): void {
	default_type = type;
	for (const ap of adapters)
		if (ap.type !== TYPE_CEX3C)
			ap.type = type;
}

/**
 * ap_hw_power_on - the machine as it is delivered: nothing configured, all
 *		    settings at their default
 */
export function ap_hw_power_on(): void {
	installed = true;
	apxa = true;
	na = 255;
	nd = 255;
	apm = new Uint32Array(MASK_WORDS);
	aqm = new Uint32Array(MASK_WORDS);
	adm = new Uint32Array(MASK_WORDS);
	for (const ap of adapters) {
		ap.type = TYPE_CEX8;
		ap.mode = "cca";
		ap.configured = true;
		ap.checkstopped = false;
	}
	reset_msecs = 0;
	service_msecs = 0;
	strict_aqic = false;
	bus_transparent = false;
	default_hwinfo = null;
	secure_execution = false;
	forget_queues();
}

/** ap_hw_install - whether the machine has AP instructions at all */
export function ap_hw_install(present: boolean): void {
	installed = present;
}

/**
 * ap_hw_set_adapter - change what an adapter is, or its condition
 * @apid: which
 * @change: @type AP type; @mode; @configured; @checkstopped
 */
export function ap_hw_set_adapter(apid: number, change: Partial<adapter>): void {
	Object.assign(adapters[apid], change);
}

/**
 * ap_hw_set_reset_time - how long a reset takes from now on
 * @msecs: milliseconds of simulated time; 0 for none
 */
export function ap_hw_set_reset_time(msecs: number): void {
	reset_msecs = msecs;
}

/**
 * ap_hw_set_service_time - how long adapters take for a message from now on
 * @msecs: milliseconds of simulated time; 0: they take no messages at all
 */
export function ap_hw_set_service_time(msecs: number): void {
	service_msecs = msecs;
}

/** ap_hw_set_strict_aqic - whether AQIC looks at its operands: 06, 07 and 08 */
export function ap_hw_set_strict_aqic(strict: boolean): void {
	strict_aqic = strict;
}

/** ap_hw_connect_interrupt - whom to tell of a reply on a queue that interrupts */
export function ap_hw_connect_interrupt(fn: (qid: number, irq: ap_queue_irq) => void): void {
	interrupt = fn;
}

/**
 * ap_hw_fault - a queue does not answer as it should for some time
 * @qid: APQN
 * @fault: "busy" (05) or "state change" (0a)
 * @msecs: how long, in milliseconds from now
 */
export function ap_hw_fault(qid: number, fault: "busy" | "state change", msecs: number): void {
	const q = state_of(qid);

	if (fault === "busy")
		q.busy_ends = clock_now() + msecs;
	else
		q.change_ends = clock_now() + msecs;
}

/** ap_hw_messages - how many messages a queue holds */
export function ap_hw_messages(qid: number): number {
	return queues[qid]?.messages.length ?? 0;
}

/**
 * ap_hw_script - say how a queue answers its next instructions of a kind
 * @qid: APQN
 * @script: which instructions
 * @codes: response codes, the next first; replaces what is left of earlier ones
 */
export function ap_hw_script(qid: number, script: ap_script, codes: readonly number[]): void {
	state_of(qid)[script] = [...codes];
}

/**
 * ap_hw_set_hwinfo - say what TAPQ without T bit leaves in register 2
 * @gr2: of every queue that nothing else was said of, but for the type, which is the
 *	 adapter's; null for what the datasheet says
 */
export function ap_hw_set_hwinfo(gr2: bigint | null): void {
	default_hwinfo = gr2;
}

/** ap_hw_set_queue_info - the same of one queue, until it goes away */
export function ap_hw_set_queue_info(qid: number, gr2: bigint): void {
	state_of(qid).gr2 = gr2;
}

/** ap_hw_set_queue_async - whether a queue's TAPQ answers for an earlier request */
export function ap_hw_set_queue_async(qid: number, async: boolean): void {
	state_of(qid).async = async;
}

/** ap_hw_set_secure_execution - whether queues can be bound: in a Secure Execution guest */
export function ap_hw_set_secure_execution(on: boolean): void {
	secure_execution = on;
}

/**
 * ap_hw_set_bus_transparent - whether the AP bus's own instructions leave
 *			       scripts and queues alone
 */
export function ap_hw_set_bus_transparent(transparent: boolean): void {
	bus_transparent = transparent;
}

/** ap_hw_by_bus - the instructions from now on are the AP bus's own, or not */
export function ap_hw_by_bus(by_bus: boolean): void {
	issued_by_bus = by_bus;
}

/** ap_hw_queue_exists - whether adapter and domain of an APQN are there */
export function ap_hw_queue_exists(qid: number): boolean {
	return exists(qid);
}

/** ap_hw_queue_irq - how a queue interrupts, or null if it does not */
export function ap_hw_queue_irq(qid: number): ap_queue_irq | null {
	return queues[qid]?.irq ?? null;
}

/** ap_hw_irqs - APQNs of all queues that interrupt, ascending */
export function ap_hw_irqs(): number[] {
	return with_state.filter((qid) => queues[qid]!.irq !== null).sort((a, b) => a - b);
}

/* ------------------------------------------------------------------ */
/* The kernel's side: instructions                                     */

/* The next scripted code, or -1; the bus may have to leave the script alone. */
function scripted(script: number[]): number {
	if (script.length === 0 || (issued_by_bus && bus_transparent))
		return -1;
	return script.shift()!;
}

/* The response code of what is not scripted. */
function condition(qid: number, q: queue_state | null): number {
	if (!exists(qid))
		return RC_Q_NOT_AVAIL;
	const ap = adapters[qid >>> 8];

	if (!ap.configured)
		return RC_DECONFIGURED;
	if (ap.checkstopped)
		return RC_CHECKSTOPPED;
	return q === null ? RC_NORMAL : passing_condition(q);
}

/* What is over after some time. */
function passing_condition(q: queue_state): number {
	const now = clock_now();

	if (q.reset_ends > now)
		return RC_RESET_IN_PROGRESS;
	if (q.change_ends > now)
		return RC_STATE_CHANGE_IN_PROGRESS;
	return q.busy_ends > now ? RC_BUSY : RC_NORMAL;
}

function status_word(qid: number, q: queue_state | null, rc: number): number {
	const irq_enabled = issued_by_bus && bus_transparent ? rc === RC_NORMAL :
		q !== null && q.irq !== null;

	return ((exists(qid) ? message_bits(q) : 0) |
		(irq_enabled ? STATUS_IRQ_ENABLED : 0) | rc << 16) >>> 0;
}

function message_bits(q: queue_state | null): number {
	if (q === null || q.messages.length === 0)
		return STATUS_QUEUE_EMPTY;
	return (q.messages[0].answered ? STATUS_REPLIES_WAITING : 0) |
		(q.messages.length >= QUEUE_DEPTH ? STATUS_QUEUE_FULL : 0);
}

/** pqap_installed - whether there are AP instructions */
export function pqap_installed(): boolean {
	return installed;
}

/**
 * pqap_tapq - test a queue
 * @gr0: APQN, and the T bit
 * @info: takes register 2, or null
 *
 * Return: the status word.
 */
export function pqap_tapq(gr0: number, info: ap_tapq_hwinfo | null): number {
	const qid = gr0 & 0xffff;
	const q = queues[qid];
	let rc = q === null ? -1 : scripted(q.tapq);

	if (rc < 0)
		rc = condition(qid, q);
	if (info !== null)
		store_hwinfo(qid, (gr0 & TAPQ_T_BIT) !== 0, rc, info);
	const status = (status_word(qid, q, rc) | (q?.async === true ? STATUS_ASYNC : 0)) >>> 0;

	if (trace_ap_insn.enabled)
		trace_ap_insn.emit("tapq", qid, status, null, issued_by_bus);
	if (trace_ap_hwinfo.enabled && info !== null && (gr0 & TAPQ_T_BIT) === 0 && !issued_by_bus)
		trace_ap_hwinfo.emit(qid);
	return status;
}

function store_hwinfo(qid: number, tbit: boolean, rc: number, info: ap_tapq_hwinfo): void {
	if (rc === RC_Q_NOT_AVAIL || !exists(qid)) {
		info.fac = 0;
		info.apinfo = 0;
		return;
	}
	const ap = adapters[qid >>> 8];
	const gr2 = tbit ? null : queues[qid]?.gr2 ?? hwinfo_of(ap);

	if (gr2 !== null) {
		info.fac = Number(gr2 >> 32n);
		info.apinfo = Number(gr2 & 0xffffffffn);
		return;
	}
	info.fac = tbit ? (facilities[ap.mode] | (apxa ? FAC_APXA : 0)) >>> 0 : 0;
	info.apinfo = (ap.type << 24 | nd << 16 | (QUEUE_DEPTH - 1)) >>> 0;
}

/* What TAPQ without T bit says where the machine was told so; the adapter's own type in it. */
function hwinfo_of(ap: adapter): bigint | null {
	return default_hwinfo === null ? null
		: (default_hwinfo & ~HWINFO_TYPE) | BigInt(ap.type) << 24n;
}

/* Begin a reset: nothing of the queue's life before is left. */
function reset(insn: "rapq" | "zapq", gr0: number): number {
	const qid = gr0 & 0xffff;
	let q = queues[qid];
	let rc = q === null ? -1 : scripted(q.zapq);

	if (rc < 0)
		rc = condition(qid, q);
	if (rc === RC_NORMAL && !(issued_by_bus && bus_transparent)) {
		if (reset_msecs !== 0) {
			q = state_of(qid);
			q.reset_ends = clock_now() + reset_msecs;
		}
		if (q !== null) {
			q.irq = null;
			lose_messages(qid, q);
		}
	}
	const status = status_word(qid, q, rc);

	if (trace_ap_insn.enabled)
		trace_ap_insn.emit(insn, qid, status, null, issued_by_bus);
	return status;
}

function lose_messages(qid: number, q: queue_state): void {
	const lost = q.messages;

	q.messages = no_messages;
	for (const msg of lost) {
		msg.forget();
		if (trace_ap_message.enabled)
			trace_ap_message.emit("lost", qid, msg.psmid);
	}
}

/**
 * pqap_rapq - reset a queue
 * @gr0: APQN
 * @_fbit: the F bit, which matters to Secure Execution only
 *
 * Return: the status word.
 */
export function pqap_rapq(gr0: number, _fbit: boolean): number {
	return reset("rapq", gr0);
}

/** pqap_zapq - reset a queue and destroy its keys; as pqap_rapq() */
export function pqap_zapq(gr0: number, _fbit: boolean): number {
	return reset("zapq", gr0);
}

/**
 * pqap_aqic - control a queue's interrupt
 * @gr0: APQN
 * @gr1: how it is to interrupt
 * @gr2: host absolute address of the notification indicator byte
 *
 * Return: the status word.
 */
export function pqap_aqic(gr0: number, gr1: ap_qirq_ctrl, gr2: bigint): number {
	const qid = gr0 & 0xffff;
	let q = queues[qid];
	let rc = q === null ? -1 : scripted(q.aqic);

	if (rc < 0)
		rc = condition(qid, q);
	if (rc === RC_NORMAL && strict_aqic)
		rc = aqic_complaint(q, gr1, gr2);
	if (rc === RC_NORMAL && !(issued_by_bus && bus_transparent)) {
		if (gr1.ir !== 0) {
			q = state_of(qid);
			q.irq = irq_of(gr1, gr2);
		} else if (q !== null) {
			q.irq = null;
		}
	}
	const status = status_word(qid, q, rc);

	if (trace_ap_insn.enabled)
		trace_ap_insn.emit("aqic", qid, status, gr1, issued_by_bus);
	return status;
}

/* What is wrong with the operands of AQIC on a strict machine. */
function aqic_complaint(q: queue_state | null, gr1: ap_qirq_ctrl, nib: bigint): number {
	if ((gr1.ir !== 0) === (q !== null && q.irq !== null))
		return RC_OTHERWISE_CHANGED;
	if (gr1.ir === 0)
		return RC_NORMAL;
	if (!storage_exists(nib))
		return RC_INVALID_ADDRESS;
	return gr1.gisa !== 0 && storage_object(BigInt(gr1.gisa) << 4n) === undefined ?
		RC_INVALID_GISA : RC_NORMAL;
}

function irq_of(ctrl: ap_qirq_ctrl, nib: bigint): ap_queue_irq {
	const irq = new ap_queue_irq();

	irq.isc = ctrl.isc;
	irq.gisc = ctrl.gisc;
	irq.gisa = ctrl.gisa;
	irq.nib = nib;
	return irq;
}

/**
 * pqap_qci - store the AP configuration
 * @config: where
 *
 * Return: false on a machine without this function.
 */
export function pqap_qci(config: ap_config_info): boolean {
	if (!installed || !test_facility(12))
		return false;
	config.flags = QCI_APSC | QCI_QACT | QCI_RC8A | (apxa ? QCI_APXA : 0) |
		(secure_execution ? QCI_APSB : 0);
	config.na = na;
	config.nd = nd;
	memcpy(config.apm, apm);
	memcpy(config.aqm, aqm);
	memcpy(config.adm, adm);
	return true;
}

/**
 * pqap_qact - which older AP type a queue's adapter is compatible with
 * @gr0: APQN
 * @_ifbit: asks for installed facilities
 * @apinfo: the highest type known; takes the answer
 *
 * Return: the status word.
 */
export function pqap_qact(gr0: number, _ifbit: number, apinfo: ap_qact_ap_info): number {
	const qid = gr0 & 0xffff;
	const rc = condition(qid, queues[qid]);

	if (rc === RC_NORMAL)
		apinfo.cat = Math.min(adapters[qid >>> 8].type, TYPE_CEX8);
	return status_word(qid, queues[qid], rc);
}

/* The answer to a function that this hardware does not have. */
function without(qid: number, answer: number): number {
	const rc = condition(qid, queues[qid]);

	return status_word(qid, queues[qid], rc === RC_NORMAL ? answer : rc);
}

/** pqap_bapq - bind a queue to a Secure Execution guest: not installed */
export function pqap_bapq(gr0: number): number {
	return without(gr0 & 0xffff, RC_REQ_FAC_NOT_INST);
}

/** pqap_aapq - associate a queue with a secret: not installed */
export function pqap_aapq(gr0: number): number {
	return without(gr0 & 0xffff, RC_REQ_FAC_NOT_INST);
}

/**
 * nqap - send a message
 * @gr0: APQN, and the bit of a special message
 * @psmid: what the reply will be known by
 * @msg: the message
 * @length: its length in bytes
 * @domains: the control domains of who sends it; the host's unless said
 *
 * Return: the status word.
 */
export function nqap(
	gr0: number, psmid: bigint, msg: Uint8Array, length: number, domains: Uint32Array = adm,
): number {
	const qid = gr0 & 0xffff;
	let q = queues[qid];
	let rc = q === null ? -1 : scripted(q.nqap);

	if (rc < 0)
		rc = condition(qid, q);
	if (rc === RC_NORMAL)
		rc = nqap_complaint(gr0, q, msg, length, domains);
	if (rc === RC_NORMAL) {
		q = state_of(qid);
		enqueue(qid, q, psmid, msg.slice(0, length));
	}
	return status_word(qid, q, rc);
}

function nqap_complaint(
	gr0: number, q: queue_state | null, msg: Uint8Array, length: number, domains: Uint32Array,
): number {
	if (service_msecs === 0)
		return RC_REQ_FAC_NOT_INST;
	if (length > MESSAGE_LIMIT)
		return RC_MESSAGE_TOO_BIG;
	if ((gr0 & NQAP_SPECIAL) !== 0 && !may_change(msg[0] << 8 | msg[1], domains))
		return RC_INVALID_DOMAIN;
	return q !== null && q.messages.length >= QUEUE_DEPTH ? RC_Q_FULL : RC_NORMAL;
}

function may_change(domain: number, domains: Uint32Array): boolean {
	return domain < 32 * domains.length && test_bit_inv(domain, domains);
}

/* One message after the other, each with its own service time. */
function enqueue(qid: number, q: queue_state, psmid: bigint, text: Uint8Array): void {
	const last = q.messages.at(-1);
	const begins = Math.max(clock_now(), last?.answer_due ?? 0);
	const msg = new message(psmid, text, begins + service_msecs);

	q.messages = [...q.messages, msg];
	msg.forget = clock_alarm(msg.answer_due, () => answer(qid, msg));
	if (trace_ap_message.enabled)
		trace_ap_message.emit("taken", qid, psmid);
}

function answer(qid: number, msg: message): void {
	const q = queues[qid];

	if (q === null || !q.messages.includes(msg))
		return;
	msg.text = msg.text.map((byte) => ~byte);
	msg.answered = true;
	if (trace_ap_message.enabled)
		trace_ap_message.emit("answered", qid, msg.psmid);
	if (q.irq !== null)
		interrupt(qid, q.irq);
}

/**
 * class ap_reply - where DQAP puts a reply, and what it says of it
 * @buffer: takes the reply
 * @room: how many bytes may be stored
 * @psmid: what the request was known by
 * @length: bytes stored
 * @residual: bytes that did not fit
 */
export class ap_reply {
	buffer: Uint8Array;
	room: number;
	psmid = 0n;
	length = 0;
	residual = 0;

	constructor(buffer: Uint8Array, room: number) {
		this.buffer = buffer;
		this.room = room;
	}
}

/**
 * dqap - fetch a reply
 * @gr0: APQN, and DQAP_CONTINUE to go on with a reply that did not fit
 * @reply: where to, and how much of it there was
 *
 * Return: the status word.
 */
export function dqap(gr0: number, reply: ap_reply): number {
	const qid = gr0 & 0xffff;
	const q = queues[qid];
	let rc = q === null ? -1 : scripted(q.dqap);

	if (rc < 0)
		rc = condition(qid, q);
	if (rc === RC_NORMAL)
		rc = fetch(qid, q, (gr0 & DQAP_CONTINUE) !== 0, reply);
	return status_word(qid, q, rc);
}

function fetch(qid: number, q: queue_state | null, go_on: boolean, reply: ap_reply): number {
	const msg = q?.messages[0];

	if (go_on && (msg === undefined || msg.fetched === 0))
		return RC_NO_FIRST_PART;
	if (msg === undefined || !msg.answered)
		return RC_NO_PENDING_REPLY;
	if (!go_on)
		msg.fetched = 0;
	const part = msg.text.subarray(msg.fetched, msg.fetched + reply.room);

	reply.buffer.set(part);
	reply.length = part.length;
	msg.fetched += part.length;
	reply.residual = msg.text.length - msg.fetched;
	reply.psmid = msg.psmid;
	if (reply.residual === 0) {
		q!.messages = q!.messages.slice(1);
		if (trace_ap_message.enabled)
			trace_ap_message.emit("fetched", qid, msg.psmid);
	}
	return RC_NORMAL;
}
