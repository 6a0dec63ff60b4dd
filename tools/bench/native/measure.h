/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the native programs measure, and what they print: a line of JSON for each figure.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_SAMPLES 4096

struct effort {
	double sample, total;
	int samples;
};

static struct effort effort;

static inline void set_effort(const char *name)
{
	if (name && !strcmp(name, "smoke"))
		effort = (struct effort){ 0.0001, 0.001, 1 };
	else if (name && !strcmp(name, "long"))
		effort = (struct effort){ 0.0005, 2, 15 };
	else
		effort = (struct effort){ 0.0005, 0.1, 3 };
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return (d > 0) - (d < 0);
}

/* The median time of an operation; @body does @times of them. */
static double measure(int times, uint64_t (*body)(void *), void *arg, uint64_t *fold)
{
	static double took[MAX_SAMPLES];
	double begin = now_ns();
	long runs = 1;
	int n = 0;

	for (;;) {		/* how many runs make a sample */
		double start = now_ns();

		for (long i = 0; i < runs; i++)
			*fold = *fold * 31 + body(arg);
		if (now_ns() - start >= effort.sample * 1e9)
			break;
		runs *= 2;
	}
	while (n < MAX_SAMPLES && (n < effort.samples || now_ns() - begin < effort.total * 1e9)) {
		double start = now_ns();

		for (long i = 0; i < runs; i++)
			*fold = *fold * 31 + body(arg);
		took[n++] = (now_ns() - start) / runs / times;
	}
	qsort(took, n, sizeof(*took), compare);
	return took[n / 2];
}

static void figure(const char *suite, const char *name, int queues, double ns, uint64_t fold)
{
	printf("{\"suite\":\"%s\",\"case\":\"%s\",\"queues\":%d,\"ns\":%.3f,\"fold\":%u}\n",
	       suite, name, queues, ns, (unsigned int)fold);
	fflush(stdout);
}

#endif
