// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import { EFAULT } from "#linux/errno.h";
import { do_initcalls } from "#linux/init.h";
import { out } from "#linux/types.h";
import { copy_from_user, copy_to_user, get_user, offsetofend } from "#linux/uaccess.h";
import { vfio_device_info, vfio_irq_info, vfio_irq_set } from "#linux/vfio.h";
import {
	user_alloc, user_free, user_memory_at, with_user_struct,
} from "../../drivers/s390/sim/user_memory.ts";

t.beforeEach(() => do_initcalls());

test("offsetofend: the sizes that ioctl arguments have", async (t) => {
	t.equal(offsetofend(vfio_device_info, "num_irqs"), 16);
	t.equal(offsetofend(vfio_irq_info, "count"), 16);
	t.equal(offsetofend(vfio_irq_set, "count"), 20);
});

test("copy_from_user, copy_to_user: big-endian, only the bytes asked for", async (t) => {
	const address = user_alloc(24);
	const info = Object.assign(new vfio_device_info(), {
		argsz: 0x01020304, flags: 5, num_regions: 6, num_irqs: 7, cap_offset: 8,
	});

	t.equal(copy_to_user(address, info, 16), 0);
	const memory = user_memory_at(address, 24)!;

	t.equal(memory.get(0, 1), 1);
	t.equal(memory.get(2, 2), 0x0304);
	t.equal(memory.get(16, 4), 0, "cap_offset was not asked for");

	const back = Object.assign(new vfio_device_info(), { cap_offset: 9 });

	t.equal(copy_from_user(back, address, 16), 0);
	t.match(back, { argsz: 0x01020304, flags: 5, num_regions: 6, num_irqs: 7, cap_offset: 9 });
});

test("what is not allocated cannot be copied: all the bytes are left", async (t) => {
	const address = user_alloc(15);
	const info = new vfio_device_info();

	t.equal(copy_from_user(info, 0n, 16), 16);
	t.equal(copy_from_user(info, address, 16), 16);
	t.equal(copy_to_user(address, info, 16), 16);
	t.equal(copy_to_user(address, info, 12), 0);
	user_free(address);
	t.equal(copy_to_user(address, info, 12), 12);
});

test("get_user: a signed number", async (t) => {
	const address = user_alloc(8);
	const x = out(0);

	user_memory_at(address, 8)!.set(4, 4, 0xffffffff);
	t.equal(get_user(x, address + 4n), 0);
	t.equal(x.v, -1);
	t.equal(get_user(x, address + 5n), -EFAULT);
});

test("with_user_struct: the call sees the struct and the data behind it", async (t) => {
	const irq_set = Object.assign(new vfio_irq_set(), { argsz: 24, count: 1 });
	let seen = 0n;

	const rc = with_user_struct(irq_set, [-1], (arg) => {
		const copy = new vfio_irq_set();
		const fd = out(0);

		seen = arg;
		t.equal(copy_from_user(copy, arg, 20), 0);
		t.match(copy, { argsz: 24, count: 1 });
		t.equal(get_user(fd, arg + 20n), 0);
		t.equal(fd.v, -1);
		t.equal(get_user(fd, arg + 24n), -EFAULT);
		copy.index = 3;
		copy_to_user(arg, copy, 20);
		return 42;
	});

	t.equal(rc, 42);
	t.equal(irq_set.index, 3);
	t.equal(user_memory_at(seen, 1), null, "the memory is given back");
});
