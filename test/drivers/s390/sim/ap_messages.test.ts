// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import { AP_MKQID, ap_aqic, ap_dqap, ap_nqap, ap_qirq_ctrl, ap_tapq, ap_zapq } from "#asm/ap.h";
import { do_initcalls } from "#linux/init.h";
import { out } from "#linux/types.h";
import {
	ap_hw_configure, ap_hw_connect_interrupt, ap_hw_fault, ap_hw_messages, ap_hw_power_on,
	ap_hw_reconfigured, ap_hw_script, ap_hw_set_adapter, ap_hw_set_service_time,
	ap_hw_set_strict_aqic, trace_ap_message,
} from "../../../../drivers/s390/sim/ap_hardware.ts";
import { advance_clock } from "../../../../drivers/s390/sim/clock.ts";
import { alloc_storage_page, storage_put } from "../../../../drivers/s390/sim/storage.ts";

const QID = AP_MKQID(4, 4);
const SPECIAL = 0x400000;
const SERVICE = 5;

t.beforeEach(() => {
	ap_hw_power_on();
	ap_hw_configure({ apm: [4], aqm: [4], adm: [4] });
	do_initcalls();
	ap_hw_set_service_time(SERVICE);
});

/* Send a message of some bytes; the response code. */
function send(psmid: bigint, bytes: number[], qid = QID): number {
	return ap_nqap(qid, psmid, Uint8Array.from(bytes), bytes.length).response_code;
}

/* Fetch a reply into @room bytes; go on with what @resgr0 says. */
function fetch(room = 64, resgr0 = out(0)) {
	const psmid = out(0n);
	const length = out(0);
	const reslength = out(0);
	const msg = new Uint8Array(64);
	const { response_code: rc } = ap_dqap(QID, psmid, msg, room, length, reslength, resgr0);

	return {
		rc, psmid: psmid.v, text: [...msg.subarray(0, length.v)], left: reslength.v, resgr0,
	};
}

test("a message is answered after the service time, and fetched once", async (t) => {
	t.equal(send(7n, [1, 2, 0xff]), 0);
	t.equal(ap_tapq(QID, null).queue_empty, 0);
	t.equal(fetch().rc, 0x10);
	advance_clock(SERVICE - 1);
	t.equal(ap_tapq(QID, null).replies_waiting, 0);
	advance_clock(1);
	t.equal(ap_tapq(QID, null).replies_waiting, 1);
	t.match(fetch(), { rc: 0, psmid: 7n, text: [0xfe, 0xfd, 0], left: 0 });
	t.equal(ap_tapq(QID, null).queue_empty, 1);
	t.equal(fetch().rc, 0x10);
});

test("a queue holds 8 messages, and answers them one after the other", async (t) => {
	for (let n = 0n; n < 8n; n++)
		t.equal(send(n, [Number(n)]), 0);
	t.equal(ap_tapq(QID, null).queue_full, 1);
	t.equal(send(8n, [8]), 0x10);
	for (let n = 0n; n < 8n; n++) {
		advance_clock(SERVICE);
		t.equal(fetch().psmid, n);
		t.equal(fetch().rc, 0x10, "the next one is not ready yet");
	}
});

test("a reply that does not fit is fetched in parts, or anew", async (t) => {
	send(1n, [1, 2, 3, 4, 5]);
	advance_clock(SERVICE);
	const first = fetch(2);

	t.match(first, { rc: 0xff, text: [0xfe, 0xfd], left: 3 });
	t.match(fetch(2), { rc: 0xff, text: [0xfe, 0xfd], left: 3 }, "anew");
	t.match(fetch(2, first.resgr0), { rc: 0xff, text: [0xfc, 0xfb], left: 1 });
	t.match(fetch(2, first.resgr0), { rc: 0, psmid: 1n, text: [0xfa], left: 0 });
	t.equal(fetch(2, out(QID | 0x01000000)).rc, 0x13, "nothing to go on with");
});

test("response codes of NQAP and their causes", async (t) => {
	t.equal(ap_nqap(QID, 1n, new Uint8Array(12289), 12289).response_code, 0x15);
	t.equal(ap_nqap(QID, 1n, new Uint8Array(12288), 12288).response_code, 0);
	t.equal(send(1n, [0, 4], QID | SPECIAL), 0);
	t.equal(send(1n, [0, 6], QID | SPECIAL), 0x42, "no control domain of the host");
	t.equal(send(1n, [1, 4], QID | SPECIAL), 0x42, "no domain at all");
	t.equal(send(1n, [0, 6]), 0, "an ordinary message changes none");
	ap_hw_fault(QID, "busy", 3);
	t.equal(send(1n, [0]), 0x05);
	ap_hw_fault(QID, "state change", 4);
	t.equal(send(1n, [0]), 0x0a);
	advance_clock(4);
	t.equal(send(1n, [0]), 0);
	ap_hw_set_adapter(4, { checkstopped: true });
	t.equal(send(1n, [0]), 0x04);
	ap_hw_set_adapter(4, { configured: false });
	t.equal(send(1n, [0]), 0x03);
	t.equal(send(1n, [0], AP_MKQID(4, 5)), 0x01);
	ap_hw_power_on();
	ap_hw_configure({ apm: [4], aqm: [4], adm: [] });
	t.equal(send(1n, [0]), 0x16, "as it is delivered the machine takes none");
});

test("every response code can be had from every instruction by a script", async (t) => {
	const codes = [
		0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x10, 0x11,
		0x13, 0x15,
		0x16, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x42,
	];

	for (const script of ["tapq", "zapq", "aqic", "nqap", "dqap"] as const)
		ap_hw_script(QID, script, codes);
	for (const rc of codes) {
		t.equal(ap_tapq(QID, null).response_code, rc);
		t.equal(ap_zapq(QID, 0).response_code, rc);
		t.equal(ap_aqic(QID, new ap_qirq_ctrl(), 0n).response_code, rc);
		send(1n, [1]);
		if (rc !== 0)
			t.equal(fetch().rc, rc);
		else
			t.equal(fetch().rc, 0x10, "DQAP, nothing waits yet");
	}
});

test("AQIC on a strict machine: 06, 07, 08", async (t) => {
	const on = new ap_qirq_ctrl();
	const nib = alloc_storage_page();

	on.ir = 1;
	t.equal(ap_aqic(QID, on, 0n).response_code, 0, "not strict: anything goes");
	ap_aqic(QID, new ap_qirq_ctrl(), 0n);
	ap_hw_set_strict_aqic(true);
	t.equal(ap_aqic(QID, new ap_qirq_ctrl(), 0n).response_code, 0x07, "it is off");
	t.equal(ap_aqic(QID, on, 0n).response_code, 0x06);
	t.equal(ap_aqic(QID, on, 0x7000_0000n).response_code, 0x06, "no storage there");
	on.gisa = 0x100;
	t.equal(ap_aqic(QID, on, nib).response_code, 0x08);
	storage_put(0x1000n, {});
	t.equal(ap_aqic(QID, on, nib).response_code, 0);
	t.equal(ap_aqic(QID, on, nib).response_code, 0x07, "it is on");
});

test("a reply on a queue that interrupts raises one; a reset loses messages", async (t) => {
	const raised: number[] = [];
	const fate: unknown[][] = [];
	const end = trace_ap_message.register((...event) => fate.push(event));
	const on = new ap_qirq_ctrl();

	ap_hw_connect_interrupt((qid) => raised.push(qid));
	send(1n, [1]);
	on.ir = 1;
	ap_aqic(QID, on, 0x2000n);
	advance_clock(SERVICE);
	t.same(raised, [QID]);
	send(2n, [2]);
	ap_zapq(QID, 0);
	advance_clock(2 * SERVICE);
	t.same(raised, [QID]);
	t.equal(ap_hw_messages(QID), 0);
	send(3n, [3]);
	ap_hw_configure({ apm: [] });
	ap_hw_reconfigured();
	end();
	t.same(fate, [
		["taken", QID, 1n], ["answered", QID, 1n], ["taken", QID, 2n], ["lost", QID, 1n],
		["lost", QID, 2n], ["taken", QID, 3n], ["lost", QID, 3n],
	]);
});
