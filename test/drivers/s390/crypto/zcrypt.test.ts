// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import { EAGAIN, EINVAL, ENODEV, ENOENT, ENOMEM } from "#linux/errno.h";
import { lockdep_inversions } from "#linux/lockdep.h";
import { fail_nth, fail_nth_pending, kmemleak } from "#linux/slab.h";
import { sysfs_readlink, sysfs_write } from "../../../../drivers/base/sysfs.ts";
import {
	ap_hw_set_adapter, ap_hw_set_reset_time,
} from "../../../../drivers/s390/sim/ap_hardware.ts";
import { list_empty } from "#linux/list.h";
import { zcrypt_card_list } from "../../../../drivers/s390/crypto/zcrypt_api.h.ts";
import { syscall } from "../../../../drivers/s390/sim/syscall.ts";
import {
	DEV, DRV, bind, boot, queue_of, request, send, show, store, unbind, zcrypt_cex4_exit,
	zcrypt_cex4_init, type receipt,
} from "./zcrypt_machine.ts";

t.beforeEach(() => boot());

function count(what: string): number {
	return kmemleak().filter((entry) => entry.what === what).length;
}

function driver_of(device: string): string {
	return sysfs_readlink(`${DEV}/${device}/driver`).target.split("/").at(-1)!;
}

test("boot: cards and queues are the default drivers'", async (t) => {
	for (const card of ["card04", "card05"])
		t.equal(driver_of(card), "cex4card");
	for (const queue of ["04.0004", "04.0047", "05.0004", "05.0047"])
		t.equal(driver_of(queue), "cex4queue");
	t.equal(count("zcrypt_card"), 2);
	t.equal(count("zcrypt_queue"), 4);
	t.same(lockdep_inversions(), []);
});

test("type_show: mode and generation", async (t) => {
	t.equal(show("card04", "type"), "CEX8C\n");
	boot("accel");
	t.equal(show("card04", "type"), "CEX8A\n");
	boot("ep11");
	t.equal(show("card04", "type"), "CEX8P\n");
	for (const [type, name] of [[10, "CEX4C"], [11, "CEX5C"], [12, "CEX6C"],
			[13, "CEX7C"]] as const) {
		boot();
		sysfs_write(`${DRV}/cex4card/unbind`, "card04");
		queue_of(4, 4).card!.ap_dev.device_type = type;
		sysfs_write(`${DRV}/cex4card/bind`, "card04");
		t.equal(show("card04", "type"), `${name}\n`);
	}
});

test("online, load: formats, and gone with the driver", async (t) => {
	t.equal(show("card04", "online"), "1\n");
	t.equal(show("card04", "load"), "0\n");
	t.equal(show("04.0004", "online"), "1\n");
	t.equal(show("04.0004", "load"), "0\n");

	unbind("04.0004");
	t.equal(show("04.0004", "online"), String(-ENOENT));
	t.equal(show("04.0004", "load"), String(-ENOENT));
	t.equal(count("zcrypt_queue"), 3);
	t.equal(bind("04.0004"), 7);
	t.equal(show("04.0004", "online"), "1\n");
});

test("online_store of a queue: 0 flushes, other texts -> -EINVAL", async (t) => {
	const log: receipt[] = [];

	ap_hw_set_reset_time(1000);
	store("04.0004", "reset", "1");
	send(queue_of(4, 4), request(1n, log));
	for (const text of ["x", "2", "-1"])
		t.equal(store("04.0004", "online", text), -EINVAL, text);
	t.same(log, []);
	t.equal(store("04.0004", "online", "0\n"), 2);
	t.equal(show("04.0004", "online"), "0\n");
	t.same(log, [{ psmid: 1n, rc: -EAGAIN, reply: false }]);
	t.equal(store("04.0004", "online", "1"), 1);
	t.equal(show("04.0004", "online"), "1\n");
});

test("online_store of a card: its queues follow", async (t) => {
	t.equal(store("card04", "online", "0"), 1);
	t.equal(show("card04", "online"), "0\n");
	t.equal(show("04.0004", "online"), "0\n");
	t.equal(show("04.0047", "online"), "0\n");
	t.equal(show("05.0004", "online"), "1\n");
	t.equal(store("04.0004", "online", "1"), -EINVAL, "not while the card is offline");
	t.equal(store("card04", "online", "2"), -EINVAL);
	t.equal(store("card04", "online", "1"), 1);
	t.equal(show("04.0047", "online"), "1\n");
});

test("online_store: not for what is deconfigured", async (t) => {
	t.equal(store("card04", "config", "0"), 1);
	t.equal(show("card04", "online"), "0\n", "shown as such");
	t.equal(store("card04", "online", "1"), -ENODEV);
	t.equal(store("04.0004", "online", "1"), -ENODEV);
	t.equal(store("card04", "online", "0"), 1);
});

test("probe: a card of no known mode -> -ENODEV", async (t) => {
	queue_of(4, 4).card!.hwinfo.fac = 0x02000000;
	sysfs_write(`${DRV}/cex4card/unbind`, "card04");
	unbind("04.0004");
	t.equal(sysfs_write(`${DRV}/cex4card/bind`, "card04"), -ENODEV);
	t.equal(bind("04.0004"), -ENODEV);
	t.equal(count("zcrypt_card"), 2, "the queue that is left still holds its card");
});

test("probe: each allocation fails once -> -ENOMEM, nothing is left", async (t) => {
	unbind("04.0047");
	const before = kmemleak().length;
	let n = 1;

	for (;; n++) {
		fail_nth(n);
		const rc = bind("04.0047");

		if (fail_nth_pending())
			break;
		if (rc > 0) {
			unbind("04.0047");	/* it was one that the kernel does without */
		} else {
			t.equal(rc, -ENOMEM, `allocation ${n}`);
		}
		t.equal(kmemleak().length, before, `allocation ${n}`);
		t.equal(show("04.0047", "online"), String(-ENOENT));
	}
	fail_nth(0);
	t.ok(n > 3, "the queue, its room for replies, its files");
	t.equal(show("04.0047", "online"), "1\n");
});

test("zcrypt_cex4_exit, zcrypt_cex4_init: all is given up, and taken again", async (t) => {
	syscall("rmmod", zcrypt_cex4_exit);
	t.equal(count("zcrypt_card"), 0);
	t.equal(count("zcrypt_queue"), 0);
	t.ok(list_empty(zcrypt_card_list));
	t.equal(show("04.0004", "states"), "UNINITIATED\n");
	t.equal(show("card04", "type"), String(-ENOENT));

	t.equal(syscall("modprobe", zcrypt_cex4_init), 0);
	t.equal(count("zcrypt_card"), 2);
	t.equal(count("zcrypt_queue"), 4);
	t.equal(show("card04", "type"), "CEX8C\n");
});

test("adapters of an old type have no driver", async (t) => {
	ap_hw_set_adapter(5, { type: 9 });
	sysfs_write("/sys/bus/ap/scans", "1");
	t.equal(sysfs_readlink(`${DEV}/05.0004/driver`).rc, -ENOENT);
});
