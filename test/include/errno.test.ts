// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { ERR_PTR, IS_ERR, PTR_ERR } from "#linux/err.h";
import { EADDRINUSE, EADDRNOTAVAIL, EBUSY, ENODEV, errname, errno_by_name } from "#linux/errno.h";

test("errname, errno_by_name", async (t) => {
	for (const [name, value] of Object.entries({ EADDRINUSE, EADDRNOTAVAIL, EBUSY, ENODEV })) {
		t.equal(errname(-value), `-${name}`);
		t.equal(errno_by_name(name), value);
	}
	t.same([EADDRINUSE, EADDRNOTAVAIL, EBUSY, ENODEV], [98, 99, 16, 19]);
	t.equal(errname(-9999), "-9999");
	t.equal(errno_by_name("EWHAT"), undefined);
});

test("error pointers", async (t) => {
	const ptr = ERR_PTR(-EBUSY);

	t.equal(IS_ERR(ptr), true);
	t.equal(PTR_ERR(ptr), -EBUSY);
	t.equal(IS_ERR({}), false);
	t.equal(IS_ERR(null), false);
});
