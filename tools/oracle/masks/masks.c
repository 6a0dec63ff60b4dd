// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is stored to the AP bus's masks, in a kernel's ap_bus.c, unmodified. Each line of the
 * standard input is "apmask" or "aqmask" and the bytes stored, in hexadecimal; the answer is what
 * the store returned, and the mask afterwards. One queue is assigned to an mdev: the driver
 * objects to masks that take it.
 */
#include "bus.h"
#include "ap_bus.c"
#include <stdlib.h>

#define STORE_MAX	4096
#define TAKEN_CARD	4
#define TAKEN_QUEUE	0x47

unsigned long jiffies;
struct task_struct *current;

/* ---- what the stores call ---- */

int hex_to_bin(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* No sign, no space; digits that do not fit go around. */
unsigned long simple_strtoul(const char *text, char **end, unsigned int base)
{
	unsigned long value = 0;

	if (base == 0) {
		bool is_hex = text[0] == '0' && (text[1] | 0x20) == 'x' && hex_to_bin(text[2]) >= 0;

		base = is_hex ? 16 : text[0] == '0' ? 8 : 10;
		text += is_hex ? 2 : 0;
	}
	for (; hex_to_bin(*text) >= 0 && hex_to_bin(*text) < (int)base; text++)
		value = value * base + hex_to_bin(*text);
	*end = (char *)text;
	return value;
}

void oracle_mutex_init(struct mutex *lock, const char *name) {}
void mutex_lock(struct mutex *lock) {}
void mutex_unlock(struct mutex *lock) {}
bool try_module_get(struct module *module) { return true; }
void module_put(struct module *module) {}

static int takes_the_queue(unsigned long *apm, unsigned long *aqm)
{
	return test_bit_inv(TAKEN_CARD, apm) && test_bit_inv(TAKEN_QUEUE, aqm) ? -EADDRINUSE : 0;
}

static struct ap_driver a_driver = { .in_use = takes_the_queue };

int bus_for_each_drv(const struct bus_type *bus, struct device_driver *from, void *data,
		     int (*fn)(struct device_driver *driver, void *data))
{
	return fn(&a_driver.driver, data);
}

int bus_for_each_dev(const struct bus_type *bus, struct device *from, void *data,
		     int (*fn)(struct device *dev, void *data))
{
	return 0;
}

int kobject_uevent_env(struct kobject *kobj, enum kobject_action action, char **env)
{
	return 0;
}

/* ---- lines ---- */

static size_t bytes_of(const char *hex, char *bytes)
{
	size_t n = 0;

	for (; hex_to_bin(hex[0]) >= 0 && n < STORE_MAX; hex += 2)
		bytes[n++] = hex_to_bin(hex[0]) << 4 | hex_to_bin(hex[1]);
	bytes[n] = '\0';
	return n;
}

static void run_line(const char *line)
{
	static char bytes[STORE_MAX + 1];
	bool is_apmask = line[1] == 'p';
	size_t n = bytes_of(line + sizeof("apmask"), bytes);
	unsigned long *mask = is_apmask ? ap_perms.apm : ap_perms.aqm;
	long rc = n == 0 ? 0 : is_apmask ? apmask_store(&ap_bus_type, bytes, n) :
		  aqmask_store(&ap_bus_type, bytes, n);

	printf("%ld 0x%016lx%016lx%016lx%016lx\n", rc, mask[0], mask[1], mask[2], mask[3]);
}

int main(void)
{
	char *line = NULL;
	size_t size = 0;

	memset(ap_perms.apm, 0xff, sizeof(ap_perms.apm));
	memset(ap_perms.aqm, 0xff, sizeof(ap_perms.aqm));
	clear_bit_inv(TAKEN_CARD, ap_perms.apm);
	while (getline(&line, &size, stdin) > 0)
		run_line(line);
	return 0;
}
