/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory pools: a number of buffers set aside for who must not wait for memory.
 *
 * Source: include/linux/mempool.h, Linux 6.12.
 */
import { should_failslab } from "./slab.h.ts";

/**
 * class mempool_t - a pool
 * @size: bytes of a buffer
 * @free: how many buffers are left
 */
export class mempool_t {
	size: number;
	free: number;

	constructor(min_nr: number, size: number) {
		this.size = size;
		this.free = min_nr;
	}
}

/** mempool_create_kmalloc_pool - @min_nr buffers of @size bytes; null without memory */
export function mempool_create_kmalloc_pool(min_nr: number, size: number): mempool_t | null {
	return should_failslab() ? null : new mempool_t(min_nr, size);
}

/** mempool_alloc_preallocated - a buffer, or null if all are out */
export function mempool_alloc_preallocated(pool: mempool_t): Uint8Array | null {
	if (pool.free === 0)
		return null;
	pool.free--;
	return new Uint8Array(pool.size);
}

/** mempool_free - give a buffer back */
export function mempool_free(element: Uint8Array | null, pool: mempool_t): void {
	if (element !== null)
		pool.free++;
}

export function mempool_destroy(pool: mempool_t | null): void {
	if (pool !== null)
		pool.free = 0;
}
