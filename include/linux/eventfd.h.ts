/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Eventfds: counters behind file descriptors. The kernel adds to them, a
 * process that sleeps on one reads it.
 *
 * Source: include/linux/eventfd.h and fs/eventfd.c, Linux 6.12.
 */
import { ERR_PTR, type err_ptr } from "./err.h.ts";
import { EBADF } from "./errno.h.ts";
import { early_initcall } from "./init.h.ts";
import { kref, kref_get, kref_init, kref_put, kref_read } from "./kref.h.ts";
import { kfree, kmemleak_track } from "./slab.h.ts";
import { tracepoint } from "./tracepoint.h.ts";

/** trace_eventfd - an eventfd was signalled */
export const trace_eventfd = new tracepoint<[ctx: eventfd_ctx]>();

/**
 * class eventfd_ctx - a counter
 * @count: how often it was signalled since it was read
 * @kref: its file descriptor and the drivers that hold it
 */
export class eventfd_ctx {
	count = 0;
	kref = new kref();
}

/* Open descriptors; the first three belong to every process. */
const FIRST_FD = 3;
let files = new Map<number, eventfd_ctx>();

early_initcall(() => {
	files = new Map();
});

function eventfd_free(ctx: eventfd_ctx): void {
	kfree(ctx);
}

/** eventfd_ctx_put - give back what eventfd_ctx_fdget() returned */
export function eventfd_ctx_put(ctx: eventfd_ctx): void {
	kref_put(ctx.kref, () => eventfd_free(ctx));
}

/**
 * eventfd_ctx_fdget - hold the counter behind a file descriptor
 * @fd: the descriptor
 *
 * Return: the counter, or ERR_PTR(-EBADF) when nothing is open there.
 */
export function eventfd_ctx_fdget(fd: number): eventfd_ctx | err_ptr {
	const ctx = files.get(fd);

	if (ctx === undefined)
		return ERR_PTR(-EBADF);
	kref_get(ctx.kref);
	return ctx;
}

/** eventfd_signal - add one to the counter */
export function eventfd_signal(ctx: eventfd_ctx): void {
	ctx.count++;
	if (trace_eventfd.enabled)
		trace_eventfd.emit(ctx);
}

/**
 * sys_eventfd - the system call: a new counter behind a new descriptor
 *
 * Return: the descriptor.
 */
export function sys_eventfd(): number {
	const ctx = kmemleak_track(new eventfd_ctx());
	let fd = FIRST_FD;

	kref_init(ctx.kref);
	while (files.has(fd))
		fd++;
	files.set(fd, ctx);
	return fd;
}

/** eventfd_read - take the counter's value; it is 0 afterwards. -EBADF for none */
export function eventfd_read(fd: number): number {
	const ctx = files.get(fd);

	if (ctx === undefined)
		return -EBADF;
	const { count } = ctx;

	ctx.count = 0;
	return count;
}

/** eventfd_close - close the descriptor; returns 0 or -EBADF */
export function eventfd_close(fd: number): number {
	const ctx = files.get(fd);

	if (ctx === undefined)
		return -EBADF;
	files.delete(fd);
	eventfd_ctx_put(ctx);
	return 0;
}

/** eventfd_users - how many hold the counter besides its descriptor */
export function eventfd_users(fd: number): number {
	return kref_read(files.get(fd)!.kref) - 1;
}
