// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host's own users of crypto: processes that ask zcrypt for something and
 * wait. zcrypt's part is in miniature: it picks the queue, sends, and does it
 * again when it has to.
 *
 * Picking a queue, as zcrypt_rsa_modexpo() does
 *	Of the cards that are online, configured and not checkstopped the one with
 *	the least load; of equal ones that with fewer requests ever; of its queues
 *	that are online and usable the same. A request weighs the card's speed
 *	rating; a card it has been sent to before costs 1000 more, a queue 10000.
 *	No queue: -ENODEV.
 *
 * Again
 *	-EAGAIN (the queue was flushed) is tried again up to ten times, then the
 *	user has it. So has the user any other error.
 *
 * A request that was sent and then flushed may be executed all the same, and is
 * sent again: see user_request.
 *
 * Source: drivers/s390/crypto/zcrypt_api.c, Linux 6.12, for choice and limits;
 * requests are bytes and not RSA, and nobody formats them.
 */
import { atomic_add, atomic_read, atomic_sub, atomic64_read } from "#linux/atomic.h";
import { EAGAIN, ENODEV } from "#linux/errno.h";
import { early_initcall } from "#linux/init.h";
import { list_for_each_entry } from "#linux/list.h";
import { spin_lock, spin_unlock } from "#linux/spinlock.h";
import { INIT_WORK, queue_work, system_long_wq, work_struct } from "#linux/workqueue.h";
import { AP_QID_CARD } from "#asm/ap.h";
import {
	ap_message, ap_queue_message, ap_queue_usable,
} from "../../../../drivers/s390/crypto/ap_bus.h.ts";
import "../../../../drivers/s390/sim/ap_interrupts.ts";
import {
	zcrypt_card_get, zcrypt_card_list, zcrypt_card_put, zcrypt_list_lock, zcrypt_queue_get,
	zcrypt_queue_put, type zcrypt_card, type zcrypt_queue,
} from "../../../../drivers/s390/crypto/zcrypt_api.h.ts";

const TRACK_AGAIN_MAX = 10;
const TRACK_AGAIN_CARD_WEIGHT_PENALTY = 1000;
const TRACK_AGAIN_QUEUE_WEIGHT_PENALTY = 10000;

/* Which of a card's speed ratings counts: that of MEX_1K. */
const FUNC_CODE = 0;

/**
 * class user_request - what a process asks for, from the call to its return
 * @text: the request
 * @reply: the answer, or null
 * @rc: what the call returned, or null while it waits
 * @attempts: APQNs it was put to, in order
 * @psmids: what each attempt was known by
 */
export class user_request {
	text: Uint8Array;
	reply: Uint8Array | null = null;
	rc: number | null = null;
	attempts: number[] = [];
	psmids: bigint[] = [];

	constructor(text: Uint8Array) {
		this.text = text;
	}
}

/* A queue that was picked for a request, and the request's weight. */
interface choice {
	zc: zcrypt_card;
	zq: zcrypt_queue;
	weight: number;
}

let step = 0n;
let awake: (() => void)[] = [];
const wake_work = new work_struct();

early_initcall(() => {
	step = 0n;
	awake = [];
	INIT_WORK(wake_work, run_awake);
});

/* Processes whose requests have come back go on, when nobody holds a lock. */
function run_awake(): void {
	for (const go_on of awake.splice(0))
		go_on();
}

function wake(go_on: () => void): void {
	awake.push(go_on);
	queue_work(system_long_wq, wake_work);
}

/* Whether a load is less than that of the best so far; of equals who had fewer requests. */
function is_better(load: number, best: number, count: number, best_count: number): boolean {
	return load === best ? count < best_count : load < best;
}

function card_is_better(zc: zcrypt_card, weight: number, best: choice | null): boolean {
	return best === null || is_better(weight + atomic_read(zc.load),
		best.weight + atomic_read(best.zc.load),
		Number(atomic64_read(zc.card!.total_request_count)),
		Number(atomic64_read(best.zc.card!.total_request_count)));
}

function queue_is_better(zq: zcrypt_queue, weight: number, best: choice | null): boolean {
	return best === null || is_better(weight + atomic_read(zq.load),
		best.weight + atomic_read(best.zq.load), zq.queue!.total_request_count,
		best.zq.queue!.total_request_count);
}

/* The queue for a request; the weights are those it is compared by. */
function best_queue(last_qid: number | null): choice | null {
	let best: choice | null = null;

	for (const zc of list_for_each_entry<zcrypt_card>(zcrypt_card_list, "list")) {
		const { card } = zc;
		const penalty = last_qid !== null && AP_QID_CARD(last_qid) === card!.id ?
			TRACK_AGAIN_CARD_WEIGHT_PENALTY : 0;
		const weight = zc.speed_rating[FUNC_CODE] + penalty;

		if (!zc.online || !card!.config || card!.chkstop ||
			!card_is_better(zc, weight, best))
			continue;
		for (const zq of list_for_each_entry<zcrypt_queue>(zc.zqueues, "list")) {
			const again = last_qid === zq.queue!.qid
				? TRACK_AGAIN_QUEUE_WEIGHT_PENALTY : 0;

			if (zq.online && ap_queue_usable(zq.queue!) &&
				queue_is_better(zq, weight + again, best))
				best = { zc, zq, weight: weight + again };
		}
	}
	return best;
}

function pick(last_qid: number | null): choice | null {
	spin_lock(zcrypt_list_lock);
	const best = best_queue(last_qid);

	if (best !== null) {
		best.weight = best.zc.speed_rating[FUNC_CODE];
		zcrypt_card_get(best.zc);
		zcrypt_queue_get(best.zq);
		atomic_add(best.weight, best.zc.load);
		atomic_add(best.weight, best.zq.load);
		best.zq.request_count++;
	}
	spin_unlock(zcrypt_list_lock);
	return best;
}

function drop({ zc, zq, weight }: choice): void {
	spin_lock(zcrypt_list_lock);
	zq.request_count--;
	atomic_sub(weight, zc.load);
	atomic_sub(weight, zq.load);
	zcrypt_queue_put(zq);
	zcrypt_card_put(zc);
	spin_unlock(zcrypt_list_lock);
}

/**
 * user_submit - a process asks for something
 * @text: the request
 *
 * Context: to be called through syscall(), as what comes back goes on in work
 * items.
 */
export function user_submit(text: Uint8Array): user_request {
	const request = new user_request(text);

	attempt(request);
	return request;
}

function attempt(request: user_request): void {
	const picked = pick(request.attempts.at(-1) ?? null);

	if (picked === null) {
		request.rc = -ENODEV;
		return;
	}
	const msg = new ap_message();

	msg.psmid = ++step;
	msg.msg = request.text;
	msg.len = request.text.length;
	msg.receive = (_aq, { rc }, reply) => {
		const bytes = reply?.msg!.slice(0, reply.len) ?? null;

		wake(() => came_back(request, picked, rc, bytes));
	};
	request.attempts.push(picked.zq.queue!.qid);
	request.psmids.push(msg.psmid);
	const rc = ap_queue_message(picked.zq.queue!, msg);

	if (rc !== 0)
		came_back(request, picked, rc, null);
}

function came_back(
	request: user_request, picked: choice, rc: number, reply: Uint8Array | null,
): void {
	drop(picked);
	if (rc === -EAGAIN && request.attempts.length <= TRACK_AGAIN_MAX) {
		attempt(request);
		return;
	}
	request.rc = rc;
	request.reply = reply;
}
