// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { bus_find_device_by_name, put_device, type device } from "#linux/device.h";
import { E2BIG, EBADF, EBUSY, EFAULT, EINVAL, ENODEV, ENOENT, ENOMEM } from "#linux/errno.h";
import { lockdep_inversions } from "#linux/lockdep.h";
import { notifier_block } from "#linux/notifier.h";
import { dmesg } from "#linux/printk.h";
import { fail_nth, fail_nth_pending, kmemleak } from "#linux/slab.h";
import { out } from "#linux/types.h";
import { page } from "#asm/page.h";
import {
	VFIO_DEVICE_GET_INFO, VFIO_DEVICE_RESET, VFIO_IRQ_SET_ACTION_TRIGGER,
	VFIO_IRQ_SET_DATA_BOOL, VFIO_IRQ_SET_DATA_EVENTFD, VFIO_IRQ_SET_DATA_NONE,
	set_vfio_request_handler, trace_pin, vfio_device, vfio_irq_set, vfio_pin_pages,
	vfio_set_irqs_validate_and_prepare,
} from "#linux/vfio.h";
import { clock_now } from "../../../drivers/s390/sim/clock.ts";
import { guest_stop } from "../../../drivers/s390/sim/guest.ts";
import { sysfs_readdir, sysfs_write } from "../../../drivers/base/sysfs.ts";
import { vfio_leaked_pages, vfio_pinned_pages } from "../../../drivers/vfio/container.ts";
import {
	vfio_file_close, vfio_file_dma_unmap, vfio_file_ioctl,
} from "../../../drivers/vfio/group.ts";
import { mdev_bus_type } from "../../../drivers/vfio/mdev/mdev_driver.ts";
import * as v5_10_vfio from "#v5.10/linux/vfio.h";
import {
	BUSY, PARENT, TYPE, UUID, a_guest, boot, fail, generations, log, open, open_error, today,
	v5_10, type generation,
} from "./fixture.ts";

let parent: device;

function set_up(generation: generation): void {
	parent = boot();
	generation.register(parent);
	sysfs_write(`${TYPE}/create`, UUID);
	log.length = 0;
}

const warnings = (): string[] => dmesg().filter(({ warn }) => warn).map(({ text }) => text);
const complaints = (): string[] =>
	dmesg().filter(({ warn, level }) => warn || level === "err").map(({ text }) => text);

for (const generation of generations) {
	const { name } = generation;
	const is_2020 = name === "5.10";

	test(`${name}: open, ioctl, unmap, close`, async (t) => {
		set_up(generation);
		const guest = a_guest();
		const leak = kmemleak().length;
		const file = open(guest);

		t.equal(guest.users_count, is_2020 ? 1 : 2, "6.12 holds the guest for the driver");
		t.equal(vfio_file_ioctl(file, VFIO_DEVICE_RESET), 0);
		fail.set("reset", BUSY);
		t.equal(vfio_file_ioctl(file, VFIO_DEVICE_RESET), -EBUSY);
		t.equal(vfio_file_ioctl(file, VFIO_DEVICE_GET_INFO), -EINVAL);
		t.equal(vfio_file_dma_unmap(file, 0x3000n, 0x1000n), 0);
		t.equal(vfio_file_close(file), 0);
		t.equal(vfio_file_close(file), -EBADF);
		t.equal(vfio_file_ioctl(file, VFIO_DEVICE_RESET), -EBADF);
		t.equal(vfio_file_dma_unmap(file, 0n, 0n), -EBADF);
		t.same(log, [...(is_2020 ? ["SET_KVM"] : []), "open", "reset", `reset: ${BUSY}`,
			"unmap 3000 1000", "close"]);
		t.equal(guest.users_count, 1);
		t.equal(kmemleak().length, leak);
		generation.unregister(parent);
		guest_stop(guest);
		t.same(lockdep_inversions(), []);
		t.same(complaints(), []);
	});

	test(`${name}: open: by somebody already -> -EBUSY, no device -> -ENODEV`, async (t) => {
		set_up(generation);
		const guest = a_guest();
		const file = open(guest);

		t.equal(open_error(guest), -EBUSY);
		t.equal(open_error(a_guest()), -EBUSY);
		t.equal(open_error(guest, UUID.replace("8", "9")), -ENODEV);
		vfio_file_close(file);
		t.equal(vfio_file_close(open(guest)), 0);
		generation.unregister(parent);
		t.equal(open_error(guest), -ENODEV);
	});

	test(`${name}: open: the driver's error is passed on and nothing stays open`, async (t) => {
		set_up(generation);
		const guest = a_guest();
		const leak = kmemleak().length;

		fail.set("open", BUSY);
		t.equal(open_error(guest), -EBUSY);
		t.equal(guest.users_count, 1);
		t.equal(kmemleak().length, leak);
		fail.set("open without a guest", -EINVAL);
		t.equal(open_error(null), -EINVAL);
		t.equal(vfio_file_close(open(guest)), 0);
		generation.unregister(parent);
	});

	test(`${name}: each allocation of open fails once: -ENOMEM, nothing is left`, async (t) => {
		set_up(generation);
		const guest = a_guest();
		const leak = kmemleak().length;

		for (let n = 1; ; n++) {
			fail_nth(n);
			const rc = open_error(guest);
			const failed = !fail_nth_pending();

			fail_nth(0);
			if (!failed)
				break;
			t.equal(rc, -ENOMEM, `allocation ${n}`);
			t.equal(kmemleak().length, leak);
			t.equal(guest.users_count, 1);
		}
	});

	test(`${name}: remove an open device: a request, the guest closes, it goes`, async (t) => {
		set_up(generation);
		const guest = a_guest();

		open(guest);
		log.length = 0;
		t.equal(sysfs_write(`${PARENT}/${UUID}/remove`, "1"), 1);
		t.same(log.slice(0, 3),
			is_2020 ? ["close", "remove"] : ["request 0", "close", "remove"]);
		t.equal(guest.users_count, 1);
		generation.unregister(parent);
		t.same(lockdep_inversions(), []);
		t.same(complaints(), []);
	});

	test(`${name}: a guest that takes its time is asked every ten seconds`, async (t) => {
		set_up(generation);
		open(a_guest());
		log.length = 0;
		set_vfio_request_handler((file, count) => {
			if (count === 2)
				vfio_file_close(file);
		});
		const start = clock_now();

		t.equal(sysfs_write(`${PARENT}/${UUID}/remove`, "1"), 1);
		t.equal(clock_now() - start, 20000);
		t.same(log.slice(0, 5), is_2020 ? ["close", "remove"] :
			["request 0", "request 1", "request 2", "close", "remove"]);
	});

	test(`${name}: a guest that never closes: a hang`, async (t) => {
		set_up(generation);
		open(a_guest());
		set_vfio_request_handler(() => undefined);
		t.throws(() => sysfs_write(`${PARENT}/${UUID}/remove`, "1"),
			{ message: "init waits for an open device" });
	});

	test(`${name}: pinning: RAM, unpinnable memory, no memory; counted`, async (t) => {
		set_up(generation);
		const seen: string[] = [];
		const end = trace_pin.register((op, _dev, gfn) => seen.push(op + gfn.toString(16)));
		const file = open(a_guest());
		const count = (): [bigint, number][] =>
			vfio_pinned_pages().map((p) => [p.gfn, p.count]);

		t.equal(generation.pin(0n), 1);
		t.equal(generation.pin(0x7fffn), 1);
		t.equal(generation.pin(0x7fffn), 1);
		t.equal(generation.pin(0x8000n), -EFAULT);
		t.equal(generation.pin(0x10000n), -EINVAL);
		t.same(count(), [[0n, 1], [0x7fffn, 2]]);
		generation.unpin(0x7fffn);
		generation.unpin(0n);
		t.same(count(), [[0x7fffn, 1]]);
		generation.unpin(0n);
		t.same(count(), [[0x7fffn, 1]], "one that is not pinned is left alone");
		t.same(seen, ["+0", "+7fff", "+7fff", "-7fff", "-0", "-0"]);
		t.same(vfio_leaked_pages(), []);
		vfio_file_close(file);
		generation.unpin(0x7fffn);
		t.equal(seen.at(-1), "-7fff", "in vain: the device is closed");
		t.same(count(), []);
		t.same(vfio_leaked_pages(), [{ mdev: UUID, gfn: 0x7fffn, count: 1 }]);
		t.same(warnings(), []);
		end();
	});
}

test("6.12: vfioN in /sys/class/vfio-dev, while there is a device", async (t) => {
	set_up(today);
	t.same(sysfs_readdir("/sys/class/vfio-dev").names, ["vfio0"]);
	t.same(sysfs_readdir(`${PARENT}/${UUID}/vfio-dev`).names, ["vfio0"]);
	sysfs_write(`${PARENT}/${UUID}/remove`, "1");
	t.same(sysfs_readdir("/sys/class/vfio-dev").names, []);
	today.unregister(parent);
});

test("vfio_pin_pages: not open -> WARN, -EINVAL; more than one page -> -E2BIG", async (t) => {
	set_up(today);
	t.equal(vfio_pin_pages(new vfio_device(), 0n, 1, 0, out<page | null>(null)), -EINVAL);
	t.equal(warnings().length, 1);
	t.equal(v5_10_vfio.vfio_pin_pages(parent, [0n], 1, 0, []), -ENODEV);
	t.equal(v5_10_vfio.vfio_pin_pages(parent, [], 0, 0, []), -EINVAL);
	t.equal(v5_10_vfio.vfio_pin_pages(parent, [], 513, 0, []), -E2BIG);
	t.equal(v5_10_vfio.vfio_pin_pages(parent, [], 512, 0, []), -ENODEV);
	t.equal(v5_10_vfio.vfio_unpin_pages(parent, [], 0), -EINVAL);
	t.equal(v5_10_vfio.vfio_unpin_pages(parent, [], 513), -E2BIG);
});

test("5.10: notifiers: what is not open, not known or not there", async (t) => {
	set_up(v5_10);
	const dev = bus_find_device_by_name(mdev_bus_type, null, UUID)!;
	const nb = new notifier_block();
	const { VFIO_GROUP_NOTIFY, VFIO_IOMMU_NOTIFY } = v5_10_vfio;
	const register = (type: number, events: number, of = dev): number =>
		v5_10_vfio.vfio_register_notifier(of, type, out(events), nb);
	const unregister = (type: number, of = dev): number =>
		v5_10_vfio.vfio_unregister_notifier(of, type, nb);

	t.equal(register(VFIO_GROUP_NOTIFY, 1, parent), -ENODEV);
	t.equal(unregister(VFIO_GROUP_NOTIFY, parent), -ENODEV);
	t.same([register(VFIO_GROUP_NOTIFY, 1), register(VFIO_IOMMU_NOTIFY, 1)], [-EINVAL, -EINVAL],
		"not open");
	t.equal(unregister(VFIO_IOMMU_NOTIFY), -EINVAL);
	t.equal(v5_10_vfio.vfio_unpin_pages(dev, [0n], 1), -EINVAL);
	t.same(complaints(), []);
	t.equal(v5_10_vfio.vfio_pin_pages(dev, [0n], 1, 0, []), -EINVAL);
	t.equal(complaints().length, 1, "pinning warns");

	open(a_guest());
	for (const type of [VFIO_GROUP_NOTIFY, VFIO_IOMMU_NOTIFY]) {
		t.equal(register(type, 0), -EINVAL);
		t.equal(register(type, 3), -EINVAL);
		t.equal(unregister(type), -ENOENT);
	}
	t.same([register(2, 1), unregister(2)], [-EINVAL, -EINVAL]);
	put_device(dev);
	v5_10.unregister(parent);
});

test("vfio_set_irqs_validate_and_prepare: out of range or missing -> -EINVAL", async (t) => {
	const good = {
		argsz: 24, flags: VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER, index: 0,
		start: 0,
		count: 1,
	};
	const check = (change: Partial<typeof good>, size: number | null = 0): number => {
		const data_size = out(-1);
		const rc = vfio_set_irqs_validate_and_prepare(
			Object.assign(new vfio_irq_set(), good, change), 1, 1,
				size === null ? null : data_size);

		return rc === 0 ? data_size.v : rc;
	};

	t.equal(check({}), 4);
	t.equal(check({ argsz: 19 }), -EINVAL);
	t.equal(check({ argsz: 23 }), -EINVAL);
	t.equal(check({ index: 1 }), -EINVAL);
	t.equal(check({ count: 0xffffffff }), -EINVAL);
	t.equal(check({ count: 2 }), -EINVAL);
	t.equal(check({ count: 0 }), 0);
	t.equal(check({ start: 1 }), -EINVAL);
	t.equal(check({ flags: 1 << 6 }), -EINVAL);
	t.equal(check({ flags: VFIO_IRQ_SET_DATA_NONE }), 0);
	t.equal(check({ flags: VFIO_IRQ_SET_DATA_BOOL }), 1);
	t.equal(check({ flags: VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_DATA_NONE }), -EINVAL);
	t.equal(check({ flags: 0 }), -EINVAL);
	t.equal(check({}, null), -EINVAL);
	t.equal(check({ flags: VFIO_IRQ_SET_DATA_NONE }, null), -1);
});
