// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import { EACCES, EINVAL } from "#linux/errno.h";
import { atomic64_set } from "#linux/atomic.h";
import { ap_hw_set_adapter } from "../../../../drivers/s390/sim/ap_hardware.ts";
import { boot, queue_of, show, store } from "./zcrypt_machine.ts";

t.beforeEach(() => boot());

test("attributes of a card: formats", async (t) => {
	t.equal(show("card04", "hwtype"), "14\n");
	t.equal(show("card04", "raw_hwtype"), "14\n");
	t.equal(show("card04", "depth"), "8\n");
	t.equal(show("card04", "ap_functions"), "0x92000000\n");
	t.equal(show("card04", "request_count"), "0\n");
	t.equal(show("card04", "requestq_count"), "0\n");
	t.equal(show("card04", "pendingq_count"), "0\n");
	t.equal(show("card04", "modalias"), "ap:t0E\n");
	t.equal(show("card04", "config"), "1\n");
	t.equal(show("card04", "chkstop"), "0\n");
	t.equal(show("card04", "max_msg_size"), "12288\n");
});

test("ap_functions_show: each mode's facility bits", async (t) => {
	boot("accel");
	t.equal(show("card04", "ap_functions"), "0x6A000000\n");
	boot("ep11");
	t.equal(show("card04", "ap_functions"), "0x06000000\n");
});

test("modes: what only shows is not written", async (t) => {
	for (const name of ["hwtype", "raw_hwtype", "depth", "ap_functions", "requestq_count",
		"pendingq_count", "modalias", "chkstop", "max_msg_size"])
		t.equal(store("card04", name, "1"), -EACCES, name);
});

test("counts: those of the card's queues added up", async (t) => {
	queue_of(4, 4).requestq_count = 2;
	queue_of(4, 0x47).requestq_count = 3;
	queue_of(4, 0x47).pendingq_count = 5;
	queue_of(5, 4).requestq_count = 7;

	t.equal(show("card04", "requestq_count"), "5\n");
	t.equal(show("card04", "pendingq_count"), "5\n");
	t.equal(show("card05", "requestq_count"), "7\n");
});

test("request_count_store: any text clears the card's and its queues' counts", async (t) => {
	atomic64_set(queue_of(4, 4).card!.total_request_count, 4294967296);
	queue_of(4, 4).total_request_count = 8;
	queue_of(5, 4).total_request_count = 9;

	t.equal(show("card04", "request_count"), "4294967296\n");
	t.equal(store("card04", "request_count", "what?\n"), 6);
	t.equal(show("card04", "request_count"), "0\n");
	t.equal(queue_of(4, 4).total_request_count, 0);
	t.equal(queue_of(5, 4).total_request_count, 9);
});

test("config_store: 0 and 1 -> configured or not, anything else -> -EINVAL", async (t) => {
	for (const text of ["", "x", "2", "-1", "+1", "99999999999"])
		t.equal(store("card04", "config", text), text === "" ? 0 : -EINVAL, text);
	t.equal(show("card04", "config"), "1\n");

	t.equal(store("card04", "config", "0\n"), 2);
	t.equal(show("card04", "config"), "0\n");
	t.equal(store("card04", "config", " 1 "), 3);
	t.equal(show("card04", "config"), "1\n");
	t.equal(store("card04", "config", "0 more"), 6, "what follows the number is not looked at");
});

test("chkstop_show: seen by the next scan", async (t) => {
	ap_hw_set_adapter(4, { checkstopped: true });
	t.equal(show("card04", "chkstop"), "0\n");
	t.equal(store("../drivers", "../scans", "1") < 0, false);
	t.equal(show("card04", "chkstop"), "1\n");
	t.equal(show("04.0004", "chkstop"), "1\n");
	t.equal(show("card05", "chkstop"), "0\n");
});
