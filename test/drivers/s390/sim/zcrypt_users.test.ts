// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import { atomic_read } from "#linux/atomic.h";
import { EAGAIN, ENODEV } from "#linux/errno.h";
import { list_for_each_entry } from "#linux/list.h";
import { ap_set_params } from "../../../../drivers/s390/crypto/ap_bus.ts";
import {
	zcrypt_card_list, type zcrypt_card,
} from "../../../../drivers/s390/crypto/zcrypt_api.h.ts";
import { sysfs_write } from "../../../../drivers/base/sysfs.ts";
import {
	ap_hw_set_service_time, trace_ap_message,
} from "../../../../drivers/s390/sim/ap_hardware.ts";
import { advance_clock } from "../../../../drivers/s390/sim/clock.ts";
import { syscall } from "../../../../drivers/s390/sim/syscall.ts";
import { user_submit, type user_request } from "./zcrypt_users.ts";
import { POLL, bind, boot, show, unbind } from "../crypto/zcrypt_machine.ts";

const SERVICE = 5;
const QUEUES = ["04.0004", "04.0047", "05.0004", "05.0047"];
const text = Uint8Array.from([1, 2, 3]);

function pass(msecs: number): void {
	syscall("time", () => advance_clock(msecs));
}

function submit(): user_request {
	return syscall("request", () => user_submit(text));
}

t.beforeEach(() => {
	boot();
	ap_hw_set_service_time(SERVICE);
	pass(4 * POLL);
});

/* Requests under way, and their weights, by what the lists of zcrypt say. */
function load(): number {
	return [...list_for_each_entry<zcrypt_card>(zcrypt_card_list, "list")]
		.reduce((sum, zc) => sum + atomic_read(zc.load), 0);
}

test("a request goes to the queue with the least to do, and comes back", async (t) => {
	const requests = Array.from({ length: 8 }, submit);

	for (const queue of [0x0404, 0x0447, 0x0504, 0x0547])
		t.equal(requests.filter(({ attempts }) => attempts[0] === queue).length, 2,
			queue.toString(16));
	t.ok(load() > 0);
	pass(4 * SERVICE);
	for (const { rc, reply, attempts } of requests)
		t.match({ rc, reply, attempts: attempts.length },
			{ rc: 0, reply: text.map((b) => ~b), attempts: 1 });
	t.equal(load(), 0);
	t.equal(show("card04", "request_count"), "4\n");
});

test("a queue holds 8; what is more waits in the request queue", async (t) => {
	for (const queue of QUEUES.slice(1))
		unbind(queue);
	const requests = Array.from({ length: 12 }, submit);

	t.equal(show("04.0004", "pendingq_count"), "8\n");
	t.equal(show("04.0004", "requestq_count"), "4\n");
	pass(20 * SERVICE + 4 * POLL);
	t.ok(requests.every(({ rc }) => rc === 0));
});

test("unbinding a busy queue: pending and requested come back and go elsewhere", async (t) => {
	for (const queue of QUEUES.slice(2))
		unbind(queue);
	const seen: unknown[][] = [];
	const requests = Array.from({ length: 20 }, submit);
	const end = trace_ap_message.register((what, qid) => seen.push([what, qid]));

	t.equal(show("04.0004", "pendingq_count"), "8\n");
	t.equal(show("04.0004", "requestq_count"), "2\n");
	pass(SERVICE);
	const before = seen.length;

	unbind("04.0004");
	t.equal(seen.slice(before).filter(([what]) => what === "lost").length, 8,
		"the reset takes them");
	t.ok(requests.every(({ rc, attempts }) => rc === 0 || attempts.at(-1) === 0x0447));
	pass(40 * SERVICE + 4 * POLL);
	end();
	t.ok(requests.every(({ rc, reply }) => rc === 0 && reply !== null));
	t.equal(requests.filter(({ attempts }) => attempts.length === 2).length, 9);
	t.equal(load(), 0);
});

test("a reply that nobody had fetched: executed twice", async (t) => {
	unbind("05.0004");
	unbind("05.0047");
	const done = new Map<bigint, number>();
	const end = trace_ap_message.register((what, _qid, psmid) => {
		if (what === "answered")
			done.set(psmid, (done.get(psmid) ?? 0) + 1);
	});

	const request = submit();

	/* At the moment it is answered, before the bus has heard of it. */
	const stop = trace_ap_message.register((what) => {
		if (what !== "answered" || request.attempts.length > 1)
			return;
		sysfs_write("/sys/bus/ap/drivers/cex4queue/unbind",
			QUEUES[request.attempts[0] & 1]);
	});

	pass(SERVICE);
	stop();
	pass(2 * SERVICE);
	end();
	t.equal(request.rc, 0);
	t.equal(request.attempts.length, 2);
	t.equal(request.psmids.filter((psmid) => done.has(psmid)).length, 2, "the doubled one");
});

test("no queue -> -ENODEV; flushed for the eleventh time -> -EAGAIN", async (t) => {
	const request = submit();
	let rounds = 0;

	while (request.rc === null && rounds++ < 50) {
		const qid = request.attempts.at(-1)!;
		const queue = `0${qid >> 8}.00${(qid & 0xff).toString(16).padStart(2, "0")}`;

		unbind(queue);
		bind(queue);
	}
	t.equal(request.rc, -EAGAIN);
	t.equal(request.attempts.length, 11);
	QUEUES.forEach(unbind);
	t.equal(submit().rc, -ENODEV);
});

/* A generator of numbers below @n: the same ones each time. */
function lcg(seed: number): (n: number) => number {
	let state = seed;

	return (n) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor(state / 0x100000000 * n);
	};
}

for (const useirq of [1, 0]) {
	const how = useirq ? "interrupts" : "polling";

	test(`10,000 random unbinds under load, ${how}: no request is lost`, async (t) => {
		const seed = 20180704;
		const random = lcg(seed);

		ap_set_params({ useirq });
		boot();
		ap_hw_set_service_time(SERVICE);
		pass(4 * POLL);
		const requests: user_request[] = [];
		const executed = new Set<bigint>();
		const end = trace_ap_message.register((what, _qid, psmid) => {
			if (what === "answered")
				executed.add(psmid);
		});

		for (let i = 0; i < 10000; i++) {
			const queue = QUEUES[random(QUEUES.length)];

			for (let n = random(4); n > 0; n--)
				requests.push(submit());
			pass(random(SERVICE + 2));
			unbind(queue);
			if (random(2) === 0)
				pass(1);
			bind(queue);
		}
		pass(2000);
		end();
		const count = (which: (r: user_request) => boolean): number =>
			requests.filter(which).length;
		const times = (r: user_request): number =>
			r.psmids.filter((psmid) => executed.has(psmid)).length;

		t.equal(count(({ rc }) => rc === null), 0, "everyone has come back");
		t.equal(count(({ rc, reply }) => rc === 0 && reply === null), 0);
		t.equal(count(({ rc }) => rc === 0) +
			count(({ rc }) => rc === -EAGAIN || rc === -ENODEV),
			requests.length);
		t.equal(count((r) => r.rc === 0 && times(r) === 0), 0, "and was executed");
		t.comment(`${how}, seed ${seed}: ${requests.length} requests, ${count(({ rc }) => rc === 0)} answered, ` +
			`${count(({ rc }) => rc === -EAGAIN)} -EAGAIN, ${count(({ rc }) => rc === -ENODEV)} -ENODEV, ` +
			`${count(({ attempts }) => attempts.length > 1)} sent more than once, ` +
			`${count((r) => times(r) > 1)} executed more than once`);
		t.equal(load(), 0);
	});
}
