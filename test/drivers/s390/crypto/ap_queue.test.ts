// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import { EACCES, EAGAIN, EBUSY, EINVAL, EIO, ENODEV, ENOENT } from "#linux/errno.h";
import { jiffies } from "#linux/jiffies.h";
import { list_add_tail, list_empty } from "#linux/list.h";
import { mod_timer } from "#linux/timer.h";
import { kmemleak } from "#linux/slab.h";
import {
	AP_DEV_STATE_UNINITIATED, AP_SM_STATE_IDLE, AP_SM_STATE_QUEUE_FULL, AP_SM_STATE_WORKING,
	ap_cancel_message, ap_queue_usable, ap_sm_event_loop, AP_SM_EVENT_POLL, type ap_message,
	type ap_queue,
} from "../../../../drivers/s390/crypto/ap_bus.h.ts";
import {
	ap_hw_irqs, ap_hw_queue_irq, ap_hw_script, ap_hw_set_adapter, ap_hw_set_reset_time,
} from "../../../../drivers/s390/sim/ap_hardware.ts";
import { advance_clock } from "../../../../drivers/s390/sim/clock.ts";
import {
	POLL, bind, boot, queue_of, request, send, show, store, unbind, type receipt,
} from "./zcrypt_machine.ts";

t.beforeEach(() => boot());

/* Put a message where a sent one is: the simulated cards take none. */
function pretend_sent(aq: ap_queue, msg: ap_message): void {
	list_add_tail(msg.list, aq.pendingq);
	aq.pendingq_count++;
	aq.queue_count++;
}

test("attributes of a queue: formats", async (t) => {
	advance_clock(2 * POLL);
	t.equal(show("04.0047", "request_count"), "0\n");
	t.equal(show("04.0047", "requestq_count"), "0\n");
	t.equal(show("04.0047", "pendingq_count"), "0\n");
	t.equal(show("04.0047", "reset"), "No Reset Timer set.\n");
	t.equal(show("04.0047", "interrupt"), "Interrupts enabled.\n");
	t.equal(show("04.0047", "config"), "1\n");
	t.equal(show("04.0047", "chkstop"), "0\n");
	t.equal(show("04.0047", "ap_functions"), "0x92000000\n");
	t.equal(show("04.0047", "states"), "OPERATING [IDLE]\n");
	t.equal(show("04.0047", "last_err_rc"), "NORMAL\n");
});

test("modes: what only shows is not written; se_bind is for Secure Execution", async (t) => {
	for (const name of ["requestq_count", "pendingq_count", "interrupt", "config", "chkstop",
		"ap_functions", "states", "last_err_rc"])
		t.equal(store("04.0047", name, "1"), -EACCES, name);
	t.equal(show("04.0047", "se_bind"), String(-ENOENT));
	t.equal(show("04.0047", "se_associate"), String(-ENOENT));
});

test("state machine: reset, interrupts, idle", async (t) => {
	ap_hw_set_reset_time(100);
	t.equal(store("04.0047", "reset", "1"), 1);
	t.equal(show("04.0047", "states"), "OPERATING [RESET_WAIT]\n");
	t.equal(show("04.0047", "reset"), "Reset in progress.\n");
	t.equal(show("04.0047", "interrupt"), "Interrupts disabled.\n");

	advance_clock(2 * POLL);
	t.equal(show("04.0047", "states"), "OPERATING [RESET_WAIT]\n");
	advance_clock(3 * POLL);
	t.equal(show("04.0047", "states"), "OPERATING [IDLE]\n");
	t.equal(show("04.0047", "interrupt"), "Interrupts enabled.\n");
});

test("state machine: interrupts asked for and not yet there", async (t) => {
	t.equal(show("05.0004", "states"), "OPERATING [RESET_WAIT]\n",
		"the scan resets a new queue");
	unbind("05.0004");
	bind("05.0004");
	t.equal(show("05.0004", "states"), "OPERATING [SETIRQ_WAIT]\n",
		"cex4queue goes on at once");
	t.equal(show("05.0004", "interrupt"), "Enable Interrupt pending.\n");
	t.equal(show("05.0004", "reset"), "No Reset Timer set.\n");
});

test("state machine: an error during a reset is shown and stays", async (t) => {
	advance_clock(2 * POLL);
	ap_hw_script(0x0447, "zapq", [0x04]);
	store("04.0047", "reset", "1");
	t.equal(show("04.0047", "states"), "ERROR [RESET_START]\n");
	t.equal(show("04.0047", "last_err_rc"), "CHECKSTOPPED\n");
	t.equal(send(queue_of(4, 0x47), request(1n, [])), -ENODEV);
});

test("last_err_rc_show: every response code", async (t) => {
	const names: [number, string][] = [
		[0x00, "NORMAL"], [0x01, "Q_NOT_AVAIL"], [0x02, "RESET_IN_PROGRESS"],
		[0x03, "DECONFIGURED"], [0x04, "CHECKSTOPPED"], [0x05, "BUSY"],
		[0x06, "INVALID_ADDRESS"], [0x07, "OTHERWISE_CHANGED"],
		[0x10, "Q_FULL/NO_PENDING_REPLY"], [0x11, "INDEX_TOO_BIG"],
		[0x13, "NO_FIRST_PART"], [0x15, "MESSAGE_TOO_BIG"], [0x16, "REQ_FAC_NOT_INST"],
		[0x36, "response code 54"],
	];

	for (const [rc, name] of names) {
		queue_of(4, 4).last_err_rc = rc;
		t.equal(show("04.0004", "last_err_rc"), `${name}\n`);
	}
});

test("states_show, reset_show: every state", async (t) => {
	const states: [string, string][] = [
		["RESET_START", "Reset in progress."], ["RESET_WAIT", "Reset in progress."],
		["SETIRQ_WAIT", "No Reset Timer set."], ["IDLE", "No Reset Timer set."],
		["WORKING", "Reset Timer armed."], ["FULL", "Reset Timer armed."],
		["ASSOC_WAIT", "No Reset Timer set."],
	];
	const aq = queue_of(4, 4);

	states.forEach(([name, reset], state) => {
		aq.sm_state = state as typeof aq.sm_state;
		t.equal(show("04.0004", "states"), `OPERATING [${name}]\n`);
		t.equal(show("04.0004", "reset"), `${reset}\n`);
	});
});

test("ap_functions_show: a queue that does not tell -> -EIO", async (t) => {
	ap_hw_script(0x0404, "tapq", [0x35]);
	t.equal(show("04.0004", "ap_functions"), String(-EIO));
	ap_hw_script(0x0404, "tapq", [0x05]);
	t.equal(show("04.0004", "ap_functions"), "0x92000000\n");
});

test("ap_queue_message: what a card does not take comes back with -EINVAL", async (t) => {
	const log: receipt[] = [];
	const aq = queue_of(4, 4);

	advance_clock(2 * POLL);
	t.equal(send(aq, request(1n, log)), 0);
	t.same(log, [{ psmid: 1n, rc: -EINVAL, reply: false }]);
	t.equal(show("04.0004", "request_count"), "1\n");
	t.equal(show("card04", "request_count"), "1\n");
	t.equal(show("04.0004", "requestq_count"), "0\n");
	t.equal(store("04.0004", "request_count", "0"), 1);
	t.equal(show("04.0004", "request_count"), "0\n");
});

test("unbind: a busy queue's messages come back with -EAGAIN, sent ones first", async (t) => {
	const log: receipt[] = [];
	const aq = queue_of(4, 0x47);

	ap_hw_set_reset_time(1000);
	store("04.0047", "reset", "1");
	t.equal(send(aq, request(1n, log)), 0);
	t.equal(send(aq, request(2n, log)), 0);
	pretend_sent(aq, request(3n, log));
	t.same(log, [], "nothing happens during the reset");
	t.equal(show("04.0047", "requestq_count"), "2\n");
	t.equal(show("04.0047", "pendingq_count"), "1\n");

	t.equal(unbind("04.0047"), "04.0047".length);
	t.same(log, [3n, 1n, 2n].map((psmid) => ({ psmid, rc: -EAGAIN, reply: false })));
	t.ok(list_empty(aq.pendingq) && list_empty(aq.requestq));
	t.same([aq.pendingq_count, aq.requestq_count, aq.queue_count], [0, 0, 0]);
});

test("unbind: the queue is reset, silent, and takes no messages", async (t) => {
	const aq = queue_of(4, 0x47);

	advance_clock(2 * POLL);
	t.ok(ap_hw_queue_irq(0x0447));
	t.ok(ap_queue_usable(aq));
	t.equal(unbind("04.0047"), 7);
	t.notOk(ap_hw_queue_irq(0x0447));
	t.notOk(ap_queue_usable(aq));
	t.equal(aq.dev_state, AP_DEV_STATE_UNINITIATED);
	t.equal(send(aq, request(1n, [])), -ENODEV);
	t.equal(show("04.0047", "states"), "UNINITIATED\n");
	t.equal(show("04.0047", "request_count"), "-\n");
	t.equal(show("04.0047", "requestq_count"), "0\n");
	t.equal(show("04.0047", "pendingq_count"), "0\n");

	t.equal(bind("04.0047"), 7);
	t.equal(show("04.0047", "states"), "OPERATING [SETIRQ_WAIT]\n");
	advance_clock(2 * POLL);
	t.equal(show("04.0047", "states"), "OPERATING [IDLE]\n");
	t.equal(ap_hw_irqs().length, 4);
});

test("bind, unbind: what is not so -> -EBUSY, -ENODEV", async (t) => {
	t.equal(bind("04.0047"), -EBUSY, "it is bound");
	unbind("04.0047");
	t.equal(unbind("04.0047"), -ENODEV);
	t.equal(bind("06.0047"), -ENODEV, "there is no such queue");
	t.equal(bind("card04"), -ENODEV, "a card is no queue");
});

test("reset_store: flushes with -EAGAIN", async (t) => {
	const log: receipt[] = [];
	const aq = queue_of(4, 4);

	advance_clock(2 * POLL);
	aq.sm_state = AP_SM_STATE_WORKING;
	pretend_sent(aq, request(1n, log));
	t.equal(store("04.0004", "reset", "\n"), 1);
	t.same(log, [{ psmid: 1n, rc: -EAGAIN, reply: false }]);
});

test("ap_sm_recv: an empty queue that owes replies -> requests are sent anew", async (t) => {
	const log: receipt[] = [];
	const aq = queue_of(4, 4);

	advance_clock(2 * POLL);
	pretend_sent(aq, request(1n, log));
	aq.sm_state = AP_SM_STATE_QUEUE_FULL;
	ap_sm_event_loop(aq, AP_SM_EVENT_POLL);
	t.same([aq.pendingq_count, aq.requestq_count, aq.queue_count], [0, 1, 0]);
	t.equal(aq.sm_state, AP_SM_STATE_IDLE);

	ap_sm_event_loop(aq, AP_SM_EVENT_POLL);
	t.same(log, [{ psmid: 1n, rc: -EINVAL, reply: false }], "sent, and not taken");
});

test("ap_request_timeout: a queue that does not answer is reset", async (t) => {
	const aq = queue_of(4, 4);

	advance_clock(2 * POLL);
	pretend_sent(aq, request(1n, []));
	aq.sm_state = AP_SM_STATE_WORKING;
	ap_hw_set_reset_time(1000);
	mod_timer(aq.timeout, jiffies.now + 100);
	advance_clock(990);
	t.equal(show("04.0004", "states"), "OPERATING [WORKING]\n");
	advance_clock(10);
	t.equal(show("04.0004", "states"), "OPERATING [RESET_WAIT]\n");
	t.equal(show("04.0004", "pendingq_count"), "1\n", "its requests stay");
});

test("ap_cancel_message: from either list", async (t) => {
	const log: receipt[] = [];
	const aq = queue_of(4, 4);
	const sent = request(1n, log);
	const waiting = request(2n, log);

	ap_hw_set_reset_time(1000);
	store("04.0004", "reset", "1");
	pretend_sent(aq, sent);
	send(aq, waiting);
	ap_cancel_message(aq, sent);
	t.same([aq.pendingq_count, aq.requestq_count], [0, 1]);
	ap_cancel_message(aq, waiting);
	t.same([aq.pendingq_count, aq.requestq_count], [0, 0]);
	ap_cancel_message(aq, waiting);
	t.same([aq.pendingq_count, aq.requestq_count], [0, 0], "a second time does nothing");
	t.same(log, []);
});

test("ap_queue_usable: not while deconfigured or checkstopped", async (t) => {
	const aq = queue_of(4, 4);

	t.ok(ap_queue_usable(aq));
	aq.chkstop = true;
	t.notOk(ap_queue_usable(aq));
	aq.chkstop = false;
	aq.config = false;
	t.notOk(ap_queue_usable(aq));
});

test("a queue that goes away leaves neither memory nor a timer", async (t) => {
	const aq = queue_of(5, 0x47);
	const before = kmemleak().filter(({ what }) => what === "ap_queue").length;

	ap_hw_set_adapter(5, { configured: true });
	mod_timer(aq.timeout, jiffies.now + 100);
	unbind("05.0047");
	t.notOk(aq.timeout.pending);
	t.equal(kmemleak().filter(({ what }) => what === "zcrypt_queue").length, 3);
	t.equal(kmemleak().filter(({ what }) => what === "ap_queue").length, before);
});
