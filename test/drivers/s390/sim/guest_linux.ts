// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest that behaves like Linux: its AP bus in miniature. It knows the machine
 * only by instructions that one of its processors executes.
 *
 *	scan()		asks QCI for its masks (facility 12), else every queue of 64
 *			adapters by 16 domains by TAPQ. A new queue is reset, and with
 *			facility 65 told to interrupt. A queue that is gone gets a last
 *			reset, which nobody answers; what was sent to it goes elsewhere.
 *	request()	a request goes to the queue with the fewest under way, the
 *			lowest APQN of several; what a full queue does not take waits.
 *	poll()		fetches all replies and sends what waits. Without facility 65
 *			the guest's timer calls it, with it the interruption does.
 *	All queues share one NIB, as they do in Linux.
 *
 * Source: drivers/s390/crypto/ap_bus.c, ap_queue.c of Linux 6.12 for the order of
 * things; the text is this project's own.
 */
import { PSW_MASK_IO, type kvm_vcpu } from "#linux/kvm_host.h";
import { set_io_handler } from "../../../../drivers/s390/sim/ap_interrupts.ts";
import {
	AQIC, QCI, RAPQ, TAPQ, guest_dqap, guest_gr0, guest_nqap, guest_pqap,
} from "../../../../drivers/s390/sim/sie.ts";

const NIB = 0x2008n;
const QCI_AREA = 0x3000n;
const REQUEST_AREA = 0x10000n;
const REPLY_AREA = 0x14000n;
const AREA_SIZE = 0x4000;
const ISC = 6;
const QUEUE_DEPTH = 8;
const FACILITY_QCI = 12;
const FACILITY_AQIC = 65;

const RC_NORMAL = 0x00;
const RC_Q_FULL = 0x10;

/**
 * class guest_request - what a user of the guest asks for
 * @reply: the answer, or null while there is none
 * @sent: how often it was sent
 */
class guest_request {
	psmid: bigint;
	text: Uint8Array;
	reply: Uint8Array | null = null;
	sent = 0;

	constructor(psmid: bigint, text: Uint8Array) {
		this.psmid = psmid;
		this.text = text;
	}
}

/* A queue that the guest has, and the requests under way on it. */
class guest_queue {
	pending: guest_request[] = [];
	interrupts = false;
}

/**
 * class guest_ap_bus - the AP bus of a guest
 * @queues: the queues it has, by APQN
 * @waiting: requests that are on no queue
 * @interruptions: how many it has taken
 */
export class guest_ap_bus {
	queues = new Map<number, guest_queue>();
	waiting: guest_request[] = [];
	interruptions = 0;
	#vcpu: kvm_vcpu;
	#next_psmid = 1n;

	constructor(vcpu: kvm_vcpu) {
		const { gpsw, gcr } = vcpu.arch.sie_block;

		this.#vcpu = vcpu;
		gpsw.mask |= PSW_MASK_IO;
		gcr[6] |= BigInt(0x80 >> ISC) << 24n;
		set_io_handler(vcpu, () => this.#interruption());
	}

	/** nib - the notification indicator byte */
	get nib(): number {
		return this.#vcpu.kvm.memory!.load(NIB, 1)[0];
	}

	#has_facility(nr: number): boolean {
		return this.#vcpu.kvm.arch.fac_mask.has(nr);
	}

	/* PQAP of a function on a queue; its response code. */
	#pqap(fc: number, qid: number, gr1 = 0n, gr2 = 0n): number {
		const { gprs } = this.#vcpu.run.s.regs;

		gprs[0] = guest_gr0(fc, qid >>> 8, qid & 0xff);
		gprs[1] = gr1;
		gprs[2] = gr2;
		guest_pqap(this.#vcpu);
		return Number(gprs[1] >> 16n & 0xffn);
	}

	/** scan - find out which queues there are */
	scan(): void {
		const found = new Set(this.#has_facility(FACILITY_QCI) ? this.#by_qci()
			: this.#by_tapq());

		for (const [qid, queue] of [...this.queues])
			if (!found.has(qid))
				this.#remove(qid, queue);
		for (const qid of found)
			if (!this.queues.has(qid))
				this.#add(qid);
		this.#send_waiting();
	}

	#by_qci(): number[] {
		const qids: number[] = [];

		this.#pqap(QCI, 0, 0n, QCI_AREA);
		const bytes = this.#vcpu.kvm.memory!.load(QCI_AREA, 128);
		const has = (at: number, id: number): boolean =>
			(bytes[at + (id >>> 3)] & 0x80 >> (id & 7)) !== 0;

		for (let apid = 0; apid < 256; apid++)
			for (let apqi = 0; has(16, apid) && apqi < 256; apqi++)
				if (has(48, apqi))
					qids.push(apid << 8 | apqi);
		return qids;
	}

	#by_tapq(): number[] {
		const qids: number[] = [];

		for (let apid = 0; apid < 64; apid++)
			for (let apqi = 0; apqi < 16; apqi++)
				if (this.#pqap(TAPQ, apid << 8 | apqi) === RC_NORMAL)
					qids.push(apid << 8 | apqi);
		return qids;
	}

	#add(qid: number): void {
		const queue = new guest_queue();

		this.queues.set(qid, queue);
		this.#pqap(RAPQ, qid);
		if (this.#has_facility(FACILITY_AQIC))
			queue.interrupts = this.#pqap(AQIC, qid, 0x8000_0000_0000n | BigInt(ISC),
				NIB) === RC_NORMAL;
	}

	#remove(qid: number, queue: guest_queue): void {
		this.queues.delete(qid);
		this.#pqap(RAPQ, qid);
		this.waiting.push(...queue.pending);
	}

	/** request - ask for something; the answer is in its reply, later */
	request(text: Uint8Array): guest_request {
		const request = new guest_request(this.#next_psmid++, text);

		this.waiting.push(request);
		this.#send_waiting();
		return request;
	}

	/* The queue with the fewest requests under way, or null. */
	#best(): [number, guest_queue] | null {
		let best: [number, guest_queue] | null = null;

		for (const [qid, queue] of [...this.queues].sort((a, b) => a[0] - b[0]))
			if (queue.pending.length < (best?.[1].pending.length ?? QUEUE_DEPTH))
				best = [qid, queue];
		return best;
	}

	#send_waiting(): void {
		for (let best = this.#best(); best !== null &&
				this.waiting.length !== 0; best = this.#best()) {
			const [qid, queue] = best;
			const rc = this.#enqueue(qid, this.waiting[0]);

			if (rc === RC_Q_FULL)
				return;
			if (rc !== RC_NORMAL) {
				this.queues.delete(qid);
				this.waiting.push(...queue.pending);
				continue;
			}
			queue.pending.push(this.waiting.shift()!);
		}
	}

	#enqueue(qid: number, { psmid, text }: guest_request): number {
		const { gprs } = this.#vcpu.run.s.regs;

		this.#vcpu.kvm.memory!.store(REQUEST_AREA, text);
		gprs[0] = BigInt(qid) | 0x40000000n;
		[gprs[4], gprs[5]] = [psmid >> 32n, psmid & 0xffffffffn];
		[gprs[6], gprs[7]] = [REQUEST_AREA, BigInt(text.length)];
		const { cc } = guest_nqap(this.#vcpu, 4, 6);

		if (cc === 0)
			this.waiting[0].sent++;
		return cc === 0 ? RC_NORMAL : Number(gprs[1] >> 16n & 0xffn);
	}

	/** poll - fetch the replies there are */
	poll(): void {
		for (const [qid, queue] of this.queues)
			while (queue.pending.length !== 0 && this.#dequeue(qid, queue))
				;
		this.#send_waiting();
	}

	/* Fetch a reply; returns whether there was one. */
	#dequeue(qid: number, queue: guest_queue): boolean {
		const { gprs } = this.#vcpu.run.s.regs;

		gprs[0] = BigInt(qid) | 0x80000000n;
		[gprs[6], gprs[7]] = [REPLY_AREA, BigInt(AREA_SIZE)];
		if (guest_dqap(this.#vcpu, 4, 6).cc !== 0)
			return false;
		const psmid = gprs[4] << 32n | gprs[5];
		const at = queue.pending.findIndex((request) => request.psmid === psmid);

		if (at >= 0) {
			const [request] = queue.pending.splice(at, 1);

			request.reply = this.#vcpu.kvm.memory!.load(REPLY_AREA,
				AREA_SIZE - Number(gprs[7]));
		}
		return true;
	}

	#interruption(): void {
		this.interruptions++;
		this.#vcpu.kvm.memory!.store(NIB, [0]);
		this.poll();
	}
}
