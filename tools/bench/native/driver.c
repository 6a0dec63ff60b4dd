// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver's own C, timed: a kernel's vfio_ap_ops.c, unmodified, on the oracle's machine
 * (tools/oracle), which takes no notes meanwhile. Each figure has a process of its own.
 *
 *	filter, scale	vfio_ap_mdev_filter_matrix() on a matrix of n x n queues
 *	sysfs		pairs of operations on a small mdev, with locks and lists
 *	hotplug		the host gains queues that are assigned to a running guest
 *	probing		the same, queue by queue and at once
 *
 * usage: driver smoke|quick|long
 */
#include "vfio_ap_ops.c"
#include <sys/wait.h>
#include <unistd.h>
#include "machine.h"
#include "measure.h"

static struct guest_device *device;

/* The machine ends the process; nothing here is to crash. */
void machine_crash(const char *what)
{
	fprintf(stderr, "the driver ends in a %s\n", what);
	_exit(1);
}

static struct mask first_ids(unsigned int n)
{
	struct mask mask = {};

	for (unsigned int id = 0; id < n; id++)
		set_bit_inv(id, mask.bits);
	return mask;
}

static struct ap_config config_of(unsigned int adapters, unsigned int domains)
{
	return (struct ap_config){ .apm = first_ids(adapters), .aqm = first_ids(domains) };
}

static void must(long rc)
{
	if (rc < 0) {
		fprintf(stderr, "an operation failed: %ld\n", rc);
		_exit(1);
	}
}

static void start(unsigned int adapters, unsigned int domains)
{
	silent = true;
	host = (struct host){ .apxa = true, .na = 255, .nd = 255, .config = config_of(adapters, domains) };
	bus_start();
	must(oracle_module_init());
	device = machine_alloc(sizeof(*device));
	device->name = "m";
	device->mdev.dev.driver = &mdev_driver->driver;
	must(mdev_driver->probe(&device->mdev));
}

static void store(const char *attr, const char *text)
{
	struct device_attribute *a = find_attribute(mdev_driver->driver.dev_groups, attr);

	must(a->store(&device->mdev.dev, a, text, strlen(text)));
}

static void assign(unsigned int adapters, unsigned int domains)
{
	struct mask apm = first_ids(adapters), aqm = first_ids(domains);
	char text[256];
	unsigned long *a = apm.bits, *d = aqm.bits;

	sprintf(text, "0x%016lx%016lx%016lx%016lx,0x%016lx%016lx%016lx%016lx,0x0", a[0], a[1], a[2], a[3],
		d[0], d[1], d[2], d[3]);
	store("ap_config", text);
}

static struct ap_matrix_mdev *matrix_mdev_of(struct guest_device *d)
{
	return dev_get_drvdata(&d->mdev.dev);
}

/* What is left of its shadow says whether it worked. */
static unsigned int queues_of_guest(void)
{
	struct ap_matrix *shadow = &matrix_mdev_of(device)->shadow_apcb;
	unsigned int apid, apqi, n = 0;

	for_each_set_bit_inv(apid, shadow->apm, IDS)
		for_each_set_bit_inv(apqi, shadow->aqm, IDS)
			n++;
	return n;
}

/* ---- filter ---- */

static uint64_t filter_body(void *arg)
{
	struct ap_matrix_mdev *matrix_mdev = arg;
	DECLARE_BITMAP(filtered, AP_DEVICES);

	vfio_ap_mdev_filter_matrix(matrix_mdev, filtered);
	return (matrix_mdev->shadow_apcb.apm[0] ^ filtered[0]) >> 32;
}

static void filter_case(const char *suite, const char *name, int n, int missing)
{
	uint64_t fold = 0;
	double ns;

	start(n, n);
	if (missing >= 0)
		must(bus_unbind(missing));
	assign(n, n);
	ns = measure(1, filter_body, matrix_mdev_of(device), &fold);
	figure(suite, name, n * n, ns, fold);
}

static void in_process(void (*fn)(const void *), const void *arg)
{
	int status;

	fflush(stdout);
	if (fork() == 0) {
		fn(arg);
		fflush(stdout);
		_exit(0);
	}
	wait(&status);
	if (status)
		exit(1);
}

struct filter_args {
	const char *suite, *name;
	int n, missing;
};

static void run_filter(const void *arg)
{
	const struct filter_args *f = arg;

	filter_case(f->suite, f->name, f->n, f->missing);
}

static void filter_suite(const char *suite, const int *sizes, int cases)
{
	static const char *const names[] = { "all bound", "one hole first", "one hole last" };

	for (; *sizes; sizes++) {
		int n = *sizes, missing[] = { -1, 0, (n - 1) << 8 | (n - 1) };

		for (int i = 0; i < (n == IDS ? 1 : cases); i++) {
			char name[64];

			snprintf(name, sizeof(name), cases == 1 ? "%dx%d" : "%dx%d, %s", n, n, names[i]);
			in_process(run_filter, &(struct filter_args){ suite, name, n, missing[i] });
		}
	}
}

/* ---- sysfs ---- */

static uint64_t pair_of_stores(void *arg)
{
	const char *const *attrs = arg;

	store(attrs[0], "3");
	store(attrs[1], "3");
	return 1;
}

static uint64_t unbind_and_bind(void *arg)
{
	must(bus_unbind(AP_MKQID(1, 1)));
	must(bus_bind(AP_MKQID(1, 1)));
	return 1;
}

static uint64_t open_and_close(void *arg)
{
	must(device_open(device, NULL));
	device_close(device);
	return 1;
}

static void sysfs_figures(const char *when)
{
	static const char *const adapter[] = { "assign_adapter", "unassign_adapter" };
	static const char *const domain[] = { "assign_domain", "unassign_domain" };
	static const struct { const char *name; uint64_t (*body)(void *); const void *arg; } pairs[] = {
		{ "assign and unassign an adapter", pair_of_stores, adapter },
		{ "assign and unassign a domain", pair_of_stores, domain },
		{ "unbind and bind a queue", unbind_and_bind, NULL },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(pairs); i++) {
		uint64_t fold = 0;
		double ns = measure(1, pairs[i].body, (void *)pairs[i].arg, &fold);
		char name[80];

		snprintf(name, sizeof(name), "%s, %s", pairs[i].name, when);
		figure("sysfs", name, 0, ns, fold);
	}
}

static void sysfs_suite(const void *arg)
{
	uint64_t fold = 0;
	double ns;

	start(4, 4);
	assign(3, 3);
	sysfs_figures("no guest");
	ns = measure(1, open_and_close, NULL, &fold);
	figure("sysfs", "open and close", 0, ns, fold);
	must(device_open(device, NULL));
	sysfs_figures("guest running");
}

/* ---- hotplug, probing ---- */

static void figures_of_gain(const char *suite, const char *name, double ns, unsigned long updates)
{
	unsigned int n = queues_of_guest();
	char text[96];

	snprintf(text, sizeof(text), "%s: time", name);
	figure(suite, text, n, ns, n);
	printf("{\"suite\":\"%s\",\"case\":\"%s: APCB updates\",\"queues\":%u,\"times\":%lu,\"fold\":%u}\n",
	       suite, name, n, updates, n);
}

struct gain {
	const char *suite, *name;
	unsigned int adapters[2], domains[2];
	int efforts;
};

enum { SMOKE = 1, QUICK = 2, LONG = 4 };

static void start_guest(const struct gain *gain)
{
	start(gain->adapters[0], gain->domains[0]);
	assign(gain->adapters[1], gain->domains[1]);
	must(device_open(device, NULL));
}

static void hotplug_case(const void *arg)
{
	const struct gain *gain = arg;
	struct ap_config config = config_of(gain->adapters[1], gain->domains[1]);
	unsigned long before;
	double begin;

	start_guest(gain);
	before = apcb_updates;
	begin = now_ns();
	bus_reconfigure(&config);
	work_run_all();
	figures_of_gain(gain->suite, gain->name, now_ns() - begin, apcb_updates - before);
}

static void probing_case(const void *arg)
{
	const struct gain *gain = arg;
	unsigned int n = gain->adapters[1];
	unsigned long before;
	double begin;

	start(n, IDS);
	for (unsigned int qid = 0; qid < n << 8; qid++)
		must(bus_unbind(qid));
	assign(n, IDS);
	must(device_open(device, NULL));
	before = apcb_updates;
	begin = now_ns();
	for (unsigned int qid = 0; qid < n << 8; qid++)
		must(bus_bind(qid));
	figures_of_gain(gain->suite, gain->name, now_ns() - begin, apcb_updates - before);
}

static void probing_cases(unsigned int n)
{
	char names[2][40];
	struct gain gain = { "probing", names[0], { 0, n }, { IDS, IDS } };

	snprintf(names[0], sizeof(names[0]), "%ux256, one by one", n);
	in_process(probing_case, &gain);
	snprintf(names[1], sizeof(names[1]), "%ux256, at once", n);
	gain.name = names[1];
	in_process(hotplug_case, &gain);
}

static void gain_suites(int effort_bit)
{
	static const struct gain gains[] = {
		{ "hotplug", "an adapter with 16 domains", { 1, 2 }, { 16, 16 }, SMOKE },
		{ "hotplug", "an adapter with 256 domains", { 1, 2 }, { 256, 256 }, QUICK | LONG },
		{ "hotplug", "255 adapters with one domain", { 1, 256 }, { 1, 1 }, QUICK | LONG },
		{ "hotplug", "64 adapters with 64 domains", { 0, 64 }, { 64, 64 }, QUICK | LONG },
		{ "hotplug", "256 adapters with 256 domains", { 0, 256 }, { 256, 256 }, LONG },
	};
	static const struct { unsigned int adapters; int efforts; } probed[] = {
		{ 1, SMOKE }, { 2, SMOKE }, { 4, QUICK | LONG }, { 8, QUICK | LONG }, { 16, QUICK | LONG },
		{ 32, LONG }, { 64, LONG },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(gains); i++)
		if (gains[i].efforts & effort_bit)
			in_process(hotplug_case, &gains[i]);
	for (unsigned int i = 0; i < ARRAY_SIZE(probed); i++)
		if (probed[i].efforts & effort_bit)
			probing_cases(probed[i].adapters);
}

int main(int argc, char **argv)
{
	static const int tiny[] = { 2, 16, 0 }, sizes[] = { 2, 16, 64, 128, 256, 0 };
	static const int tiny_scale[] = { 2, 4, 0 }, scale[] = { 2, 4, 8, 16, 32, 64, 128, 0 };
	const char *name = argc > 1 ? argv[1] : "quick";
	int smoke = !strcmp(name, "smoke");

	set_effort(name);
	filter_suite("filter", smoke ? tiny : sizes, 3);
	filter_suite("scale", smoke ? tiny_scale : scale, 1);
	in_process(sysfs_suite, NULL);
	gain_suites(smoke ? SMOKE : !strcmp(name, "long") ? LONG : QUICK);
	return 0;
}
