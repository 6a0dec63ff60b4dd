// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import { IS_ERR, PTR_ERR } from "#linux/err.h";
import { EBADF } from "#linux/errno.h";
import {
	eventfd_close, eventfd_ctx_fdget, eventfd_ctx_put, eventfd_read, eventfd_signal,
	eventfd_users, sys_eventfd, trace_eventfd, type eventfd_ctx,
} from "#linux/eventfd.h";
import { do_initcalls } from "#linux/init.h";
import { kmemleak } from "#linux/slab.h";

t.beforeEach(() => do_initcalls());

function get(fd: number): eventfd_ctx {
	const ctx = eventfd_ctx_fdget(fd);

	if (IS_ERR(ctx))
		throw new Error(`eventfd_ctx_fdget: ${PTR_ERR(ctx)}`);
	return ctx;
}

test("an eventfd counts signals until it is read", async (t) => {
	const fd = sys_eventfd();
	const ctx = get(fd);
	let seen = 0;
	const end = trace_eventfd.register((signalled) => {
		t.equal(signalled, ctx);
		seen++;
	});

	eventfd_signal(ctx);
	eventfd_signal(ctx);
	t.equal(eventfd_read(fd), 2);
	t.equal(eventfd_read(fd), 0);
	t.equal(seen, 2);
	end();
});

test("descriptors: from 3 up, the lowest that is free", async (t) => {
	t.same([sys_eventfd(), sys_eventfd(), sys_eventfd()], [3, 4, 5]);
	t.equal(eventfd_close(4), 0);
	t.equal(eventfd_close(4), -EBADF);
	t.equal(eventfd_read(4), -EBADF);
	t.equal(sys_eventfd(), 4);
});

test("eventfd_ctx_fdget: nothing open there -> -EBADF", async (t) => {
	const ctx = eventfd_ctx_fdget(7);

	t.equal(IS_ERR(ctx) && PTR_ERR(ctx), -EBADF);
});

test("a counter lives as long as somebody holds it", async (t) => {
	const fd = sys_eventfd();
	const ctx = get(fd);

	t.equal(eventfd_users(fd), 1);
	eventfd_close(fd);
	eventfd_signal(ctx);
	t.equal(ctx.count, 1);
	t.equal(kmemleak().length, 1);
	eventfd_ctx_put(ctx);
	t.same(kmemleak(), []);
});
