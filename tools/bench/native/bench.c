// SPDX-License-Identifier: GPL-2.0-only
/*
 * The algorithm's limit: what the same algorithms cost in C, on the same machine.
 *
 *	filter	a matrix of n x n queues in a table of 256 chains, hashed as the
 *		kernel hashes; per adapter and domain, as their masks have them, one
 *		lookup
 *	bits	masks of 256 bits as four 64-bit words, bit 0 leftmost: test,
 *		iterate, equal, empty, AND with result
 *
 * A line of JSON per figure: {"suite", "case", "queues", "ns", "fold"}; ns is the
 * median per operation.
 *
 * usage: bench smoke|quick|long
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "measure.h"

#define BITS 256
#define WORDS (BITS / 64)
#define CHAINS 256
#define MASKS 16
#define SET_BITS 32

struct node {
	struct node *next, **pprev;
};

/* As large as the kernel's, give or take: what matters is that chains miss the cache. */
struct queue {
	void *mdev;
	uint64_t saved_iova;
	int apqn;
	unsigned char saved_isc;
	struct node node;
	void *reset_list[2];
	unsigned int reset_status;
	void *work[4];
};

struct matrix {
	uint64_t apm[WORDS], aqm[WORDS], adm[WORDS];
};

struct mdev {
	struct matrix matrix, shadow;
	struct node *chains[CHAINS];
};

static uint64_t host[WORDS] = { ~0ull, ~0ull, ~0ull, ~0ull };
static inline uint64_t bit(int nr)
{
	return 1ull << 63 >> (nr & 63);
}

static int find_next(const uint64_t *mask, int nr)
{
	if (nr >= BITS)
		return BITS;
	int word = nr >> 6;
	uint64_t bits = mask[word] & (~0ull >> (nr & 63));

	while (!bits) {
		if (++word == WORDS)
			return BITS;
		bits = mask[word];
	}
	return word << 6 | __builtin_clzll(bits);
}

static inline unsigned int hash(unsigned int key)
{
	return key * 0x61c88647u >> 24;
}

static struct queue *lookup(struct mdev *m, int apqn)
{
	for (struct node *n = m->chains[hash(apqn)]; n; n = n->next) {
		struct queue *q = (struct queue *)((char *)n - offsetof(struct queue, node));

		if (q->apqn == apqn)
			return q;
	}
	return NULL;
}

static int passable(const struct queue *q)
{
	if (!q)
		return 0;
	switch (q->reset_status) {
	case 0x00:
	case 0x03:
	case 0x04:
		return 1;
	default:
		return 0;
	}
}

static int filter(struct mdev *m, uint64_t *dropped)
{
	uint64_t apm[WORDS], aqm[WORDS];
	struct matrix *s = &m->shadow;

	memcpy(apm, s->apm, sizeof(apm));
	memcpy(aqm, s->aqm, sizeof(aqm));
	memset(dropped, 0, sizeof(apm));
	for (int i = 0; i < WORDS; i++) {
		s->apm[i] = m->matrix.apm[i] & host[i];
		s->aqm[i] = m->matrix.aqm[i] & host[i];
	}
	for (int apid = find_next(s->apm, 0); apid < BITS; apid = find_next(s->apm, apid + 1)) {
		for (int apqi = find_next(s->aqm, 0); apqi < BITS;
		     apqi = find_next(s->aqm, apqi + 1)) {
			if (passable(lookup(m, apid << 8 | apqi)))
				continue;
			s->apm[apid >> 6] &= ~bit(apid);
			if (apm[apid >> 6] & bit(apid))
				dropped[apid >> 6] |= bit(apid);
			break;
		}
	}
	return memcmp(apm, s->apm, sizeof(apm)) || memcmp(aqm, s->aqm, sizeof(aqm));
}

static void link_queue(struct mdev *m, int apqn)
{
	struct queue *q = calloc(1, sizeof(*q));
	struct node **head = &m->chains[hash(apqn)];

	if (!q)
		exit(1);
	q->apqn = apqn;
	q->node.next = *head;
	q->node.pprev = head;
	if (*head)
		(*head)->pprev = &q->node.next;
	*head = &q->node;
}

static uint64_t filter_body(void *arg)
{
	uint64_t dropped[WORDS];
	struct mdev *m = arg;

	filter(m, dropped);
	return (m->shadow.apm[0] ^ dropped[0]) >> 32;
}

static struct mdev *mdev_of(int n, int missing)
{
	struct mdev *m = calloc(1, sizeof(*m));

	if (!m)
		exit(1);
	for (int i = 0; i < n; i++) {
		m->matrix.apm[i >> 6] |= bit(i);
		m->matrix.aqm[i >> 6] |= bit(i);
	}
	for (int i = 0; i < n * n; i++)
		if ((i / n << 8 | i % n) != missing)
			link_queue(m, i / n << 8 | i % n);
	return m;
}

static void filter_suite(const char *suite, const int *sizes, int cases)
{
	static const char *const names[] = { "all bound", "one hole first", "one hole last" };

	for (; *sizes; sizes++) {
		int missing[] = { -1, 0, (*sizes - 1) << 8 | (*sizes - 1) };

		for (int i = 0; i < (*sizes == BITS ? 1 : cases); i++) {
			struct mdev *m = mdev_of(*sizes, missing[i]);
			uint64_t fold = 0;
			double ns = measure(1, filter_body, m, &fold);
			char name[64];

			snprintf(name, sizeof(name), cases == 1 ? "%dx%d" : "%dx%d, %s", *sizes, *sizes,
				 names[i]);
			figure(suite, name, *sizes * *sizes, ns, fold);
		}
	}
}

static uint64_t a[MASKS][WORDS], b[MASKS][WORDS], c[MASKS][WORDS], dst[WORDS];

static void set_bits(uint64_t *mask, unsigned int x)
{
	for (int n = 0; n < SET_BITS;) {
		x = x * 1103515245u + 12345u;
		int nr = x >> 16 & 0xff;

		if (!(mask[nr >> 6] & bit(nr))) {
			mask[nr >> 6] |= bit(nr);
			n++;
		}
	}
}

static uint64_t test_body(void *arg)
{
	int *nr = arg;
	uint64_t n = 0;

	for (int i = 0; i < MASKS; i++, *nr = (*nr + 7) & 0xff)
		n += a[i][*nr >> 6] & bit(*nr) ? *nr : 0;
	return n;
}

static uint64_t iterate_body(void *arg)
{
	uint64_t n = 0;

	for (int i = 0; i < MASKS; i++)
		for (int nr = find_next(a[i], 0); nr < BITS; nr = find_next(a[i], nr + 1))
			n += nr;
	return n;
}

static uint64_t equal_body(void *arg)
{
	uint64_t n = 0;

	for (int i = 0; i < MASKS; i++)
		n += memcmp(a[i], b[i], sizeof(a[i])) ? 0 : i;
	return n;
}

static uint64_t empty_body(void *arg)
{
	uint64_t n = 0;

	for (int i = 0; i < MASKS; i++)
		n += find_next(a[i], 0) == BITS ? 0 : i;
	return n;
}

static uint64_t and_body(void *arg)
{
	uint64_t n = 0;

	for (int i = 0; i < MASKS; i++) {
		uint64_t any = 0;

		for (int w = 0; w < WORDS; w++)
			any |= dst[w] = a[i][w] & c[i][w];
		n += any ? i : 0;
	}
	return n;
}

static void bits_suite(void)
{
	static const struct {
		const char *name;
		uint64_t (*body)(void *);
	} cases[] = {
		{ "test", test_body }, { "iterate", iterate_body }, { "equal", equal_body },
		{ "empty", empty_body }, { "AND", and_body },
	};
	int nr = 0;

	for (int i = 0; i < MASKS; i++) {
		set_bits(a[i], i + 1);
		set_bits(b[i], i + 1);
		set_bits(c[i], i + 101);
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint64_t fold = 0;
		double ns = measure(MASKS, cases[i].body, &nr, &fold);

		figure("bits", cases[i].name, 0, ns, fold);
	}
}

int main(int argc, char **argv)
{
	static const int tiny[] = { 2, 16, 0 }, sizes[] = { 2, 16, 64, 128, 256, 0 };
	static const int tiny_scale[] = { 2, 4, 0 }, scale[] = { 2, 4, 8, 16, 32, 64, 128, 0 };
	int smoke = argc > 1 && !strcmp(argv[1], "smoke");

	set_effort(argv[1]);
	bits_suite();
	filter_suite("filter", smoke ? tiny : sizes, 3);
	filter_suite("scale", smoke ? tiny_scale : scale, 1);
	return 0;
}
