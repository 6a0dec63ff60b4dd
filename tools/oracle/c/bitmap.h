/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bits and masks. All masks here are whole words.
 */
#ifndef ORACLE_BITMAP_H
#define ORACLE_BITMAP_H

#include "basics.h"

#define BITS_PER_LONG		64
#define BITS_TO_LONGS(n)	(((n) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define DECLARE_BITMAP(name, n)	unsigned long name[BITS_TO_LONGS(n)]
#define BIT(n)			(1UL << (n))

static inline bool test_bit(unsigned long nr, const unsigned long *map)
{
	return map[nr / BITS_PER_LONG] >> nr % BITS_PER_LONG & 1;
}

static inline void set_bit(unsigned long nr, unsigned long *map)
{
	map[nr / BITS_PER_LONG] |= 1UL << nr % BITS_PER_LONG;
}

static inline void clear_bit(unsigned long nr, unsigned long *map)
{
	map[nr / BITS_PER_LONG] &= ~(1UL << nr % BITS_PER_LONG);
}

/* s390's own numbering: bit 0 is the leftmost of its word. */
static inline bool test_bit_inv(unsigned long nr, const unsigned long *map)
{
	return test_bit(nr ^ (BITS_PER_LONG - 1), map);
}

static inline void set_bit_inv(unsigned long nr, unsigned long *map)
{
	set_bit(nr ^ (BITS_PER_LONG - 1), map);
}

static inline void clear_bit_inv(unsigned long nr, unsigned long *map)
{
	clear_bit(nr ^ (BITS_PER_LONG - 1), map);
}

/* The next bit from @from on, or @size. */
static inline unsigned long find_next_bit_inv(const unsigned long *map, unsigned long size,
					      unsigned long from)
{
	unsigned long word, nr;

	while (from < size) {
		word = map[from / BITS_PER_LONG] << from % BITS_PER_LONG;
		if (word) {
			nr = from + __builtin_clzl(word);
			return nr < size ? nr : size;
		}
		from = (from | (BITS_PER_LONG - 1)) + 1;
	}
	return size;
}

#define find_first_bit_inv(map, size)	find_next_bit_inv(map, size, 0)
#define for_each_set_bit_inv(bit, map, size) \
	for ((bit) = find_first_bit_inv(map, size); (bit) < (size); \
	     (bit) = find_next_bit_inv(map, size, (bit) + 1))

#define FOR_WORDS(i, n)	for (unsigned int i = 0; i < BITS_TO_LONGS(n); i++)

static inline bool bitmap_and(unsigned long *to, const unsigned long *a, const unsigned long *b,
			      unsigned int n)
{
	unsigned long any = 0;

	FOR_WORDS(i, n)
		any |= to[i] = a[i] & b[i];
	return any != 0;
}

static inline bool bitmap_andnot(unsigned long *to, const unsigned long *a, const unsigned long *b,
				 unsigned int n)
{
	unsigned long any = 0;

	FOR_WORDS(i, n)
		any |= to[i] = a[i] & ~b[i];
	return any != 0;
}

static inline void bitmap_or(unsigned long *to, const unsigned long *a, const unsigned long *b,
			     unsigned int n)
{
	FOR_WORDS(i, n)
		to[i] = a[i] | b[i];
}

static inline bool bitmap_intersects(const unsigned long *a, const unsigned long *b, unsigned int n)
{
	unsigned long any = 0;

	FOR_WORDS(i, n)
		any |= a[i] & b[i];
	return any != 0;
}

static inline bool bitmap_subset(const unsigned long *a, const unsigned long *b, unsigned int n)
{
	unsigned long any = 0;

	FOR_WORDS(i, n)
		any |= a[i] & ~b[i];
	return any == 0;
}

static inline bool bitmap_equal(const unsigned long *a, const unsigned long *b, unsigned int n)
{
	return memcmp(a, b, BITS_TO_LONGS(n) * sizeof(long)) == 0;
}

static inline bool bitmap_empty(const unsigned long *map, unsigned int n)
{
	unsigned long any = 0;

	FOR_WORDS(i, n)
		any |= map[i];
	return any == 0;
}

static inline bool bitmap_full(const unsigned long *map, unsigned int n)
{
	unsigned long all = -1UL;

	FOR_WORDS(i, n)
		all &= map[i];
	return all == -1UL;
}

static inline void bitmap_fill(unsigned long *map, unsigned int n)
{
	memset(map, 0xff, BITS_TO_LONGS(n) * sizeof(long));
}

static inline void bitmap_copy(unsigned long *to, const unsigned long *from, unsigned int n)
{
	memcpy(to, from, BITS_TO_LONGS(n) * sizeof(long));
}

static inline void bitmap_zero(unsigned long *map, unsigned int n)
{
	memset(map, 0, BITS_TO_LONGS(n) * sizeof(long));
}

static inline void bitmap_clear(unsigned long *map, unsigned int from, unsigned int n)
{
	if ((from | n) % BITS_PER_LONG == 0)
		bitmap_zero(map + from / BITS_PER_LONG, n);
	else
		while (n-- > 0)
			clear_bit(from++, map);
}

static inline void bitmap_set(unsigned long *map, unsigned int from, unsigned int n)
{
	while (n-- > 0)
		set_bit(from++, map);
}

#endif
