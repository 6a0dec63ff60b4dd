// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of the driver and of the machine. What is freed keeps its contents and is never given out
 * again. A trace may ask for the driver's allocations to be watched ("kasan"): the driver is
 * compiled so that it calls here before each access.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include "machine.h"

#define ARENA_SIZE	(1UL << 30)
#define GRANULE		8
#define REDZONE		64

/* What an allocation of no bytes is: an address that is not NULL and cannot be used. */
#define NO_BYTES	((void *)16)

/*
 * struct allocation - one of the driver's
 * @charged: to those who migrate a guest
 */
struct allocation {
	char *at;
	size_t size;
	bool charged, freed;
};

static char arena[ARENA_SIZE] __aligned(4096);
static size_t arena_used;

/* Of each granule: whether it may not be touched. */
static bool forbidden[ARENA_SIZE / GRANULE];

/* By address: the arena only grows. */
static struct allocation *allocations;
static size_t n_allocations;

unsigned int fail_allocation;
bool watch_memory;

bool allocation_fails(void)
{
	return fail_allocation && --fail_allocation == 0;
}

void *machine_alloc(size_t size)
{
	char *object = arena + arena_used;

	arena_used += (size + REDZONE + 15) & ~15UL;
	if (arena_used > ARENA_SIZE)
		abort();
	return object;
}

/* The last one that begins at or below an address; NULL for what is no allocation. */
static struct allocation *allocation_at(const void *address)
{
	size_t low = 0, high = n_allocations;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (allocations[middle].at <= (const char *)address)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &allocations[low - 1] : NULL;
}

size_t offset_in_allocation(const void *address)
{
	const char *at = address;
	struct allocation *a;

	if (at < arena || at >= arena + ARENA_SIZE)
		return 0;
	a = allocation_at(address);
	return a ? at - a->at : 0;
}

static void forbid(const char *from, const char *to, bool is_forbidden)
{
	memset(&forbidden[(from - arena) / GRANULE], is_forbidden, (to - from) / GRANULE);
}

static size_t whole_granules(size_t size)
{
	return (size + GRANULE - 1) & ~(GRANULE - 1UL);
}

void *kzalloc(size_t size, gfp_t flags)
{
	char *object;

	if (allocation_fails())
		return NULL;
	if (size == 0)
		return NO_BYTES;
	if (n_allocations % 1024 == 0)
		allocations = realloc(allocations, (n_allocations + 1024) * sizeof(*allocations));
	object = machine_alloc(size);
	allocations[n_allocations++] =
		(struct allocation){ object, size, flags == GFP_KERNEL_ACCOUNT };
	if (watch_memory)
		forbid(object + whole_granules(size), arena + arena_used, true);
	return object;
}

static struct allocation *own_allocation(const void *object)
{
	struct allocation *a = allocation_at(object);

	return a && a->at == object ? a : NULL;
}

void kfree(const void *object)
{
	struct allocation *a = own_allocation(object);

	if (!a)
		return;
	if (watch_memory) {
		if (a->freed)
			machine_crash("fault");
		forbid(a->at, a->at + whole_granules(a->size), true);
	}
	a->freed = true;
}

void *krealloc(const void *object, size_t size, gfp_t flags)
{
	struct allocation *a = own_allocation(object);
	size_t old = a ? a->size : 0;
	void *moved;

	if (watch_memory && a && a->freed)
		machine_crash("fault");
	moved = kzalloc(size, flags);
	if (!moved)
		return NULL;
	if (a)
		memcpy(moved, object, whole_granules(min(old, size)));
	kfree(object);
	return moved;
}

char *kstrndup(const char *text, size_t max, gfp_t flags)
{
	size_t length = strnlen(text, max);
	char *copy = kzalloc(length + 1, flags);

	return copy ? memcpy(copy, text, length) : NULL;
}

unsigned int charged_memory(size_t *bytes)
{
	unsigned int n = 0;

	*bytes = 0;
	for (size_t i = 0; i < n_allocations; i++) {
		if (!allocations[i].charged || allocations[i].freed)
			continue;
		*bytes += allocations[i].size;
		n++;
	}
	return n;
}

void check_memory(const void *address, size_t size)
{
	const char *at = address;

	if (!watch_memory || size == 0 || at < arena || at + size > arena + ARENA_SIZE)
		return;
	for (size_t i = (at - arena) / GRANULE; i <= (at + size - 1 - arena) / GRANULE; i++)
		if (forbidden[i])
			machine_crash("fault");
}

/* What is at address 0 can be read, as an s390's lowcore can; false where that is not possible. */
bool readable_lowcore(void)
{
	return mmap(NULL, PAGE_SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
	       MAP_FAILED;
}

/* The calls that a compiler makes for -fsanitize=kernel-address. */
#define CHECKS(size) \
	void __asan_load##size##_noabort(void *at) { check_memory(at, size); } \
	void __asan_store##size##_noabort(void *at) { check_memory(at, size); }

CHECKS(1)
CHECKS(2)
CHECKS(4)
CHECKS(8)
CHECKS(16)
void __asan_loadN_noabort(void *at, size_t size) { check_memory(at, size); }
void __asan_storeN_noabort(void *at, size_t size) { check_memory(at, size); }
void __asan_handle_no_return(void) {}
