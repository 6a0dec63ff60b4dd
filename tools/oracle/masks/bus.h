/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What more of the kernel the AP bus needs to compile. Only the stores to its masks are called;
 * whatever else it calls need not exist.
 */
#ifndef ORACLE_BUS_H
#define ORACLE_BUS_H

#include "kernel.h"

#define ERESTARTSYS	512
#define isxdigit(c)	(hex_to_bin(c) >= 0)
int hex_to_bin(unsigned char c);
unsigned long simple_strtoul(const char *text, char **end, unsigned int base);

#define module_param_named(name, variable, type, mode)
#define MODULE_PARM_DESC(name, text)
#define MODULE_ALIAS(name)
#define ATOMIC_INIT(n)			{ n }
#define ATOMIC64_INIT(n)		{ n }
#define DECLARE_COMPLETION(name)	struct completion name
#define DECLARE_WORK(name, fn)		struct work_struct name = { .func = (fn) }
#define DECLARE_TASKLET_OLD(name, fn)	struct { void *f; } name = { (void *)(fn) }
#define DECLARE_TASKLET(name, fn)	struct { void *f; } name = { (void *)(fn) }
#define DECLARE_WAIT_QUEUE_HEAD(name)	int name
#define DECLARE_WAITQUEUE(name, task)	int name
#define DEFINE_MUTEX_GUARD(name)
#define early_initcall(fn)
#define device_initcall(fn)
#define subsys_initcall(fn)
#define IS_ENABLED(option)		0
#define MACHINE_IS_VM			0
#define CLOCK_MONOTONIC			1
#define from_timer(pointer, timer, member) container_of(timer, typeof(*(pointer)), member)
#define timer_container_of		from_timer
#define CAP_SYS_ADMIN			21

typedef struct mempool mempool_t;
typedef s64 ktime_t;
typedef int wait_queue_entry_t;
typedef unsigned int uint;
struct task_struct;
struct tpi_info;
struct lock_class_key { int unused; };

struct airq_struct {
	void (*handler)(struct airq_struct *airq, struct tpi_info *info);
	u8 *lsi_ptr;
	u8 isc;
};

struct hrtimer { void *function; };
enum hrtimer_restart { HRTIMER_NORESTART, HRTIMER_RESTART };
enum { HRTIMER_MODE_ABS, HRTIMER_MODE_REL };
enum kobject_action { KOBJ_ADD, KOBJ_CHANGE };
enum { IRQIO_APB = 1, MAX_NICE = 19, TASK_INTERRUPTIBLE = 1, TASK_RUNNING = 0 };
enum { NOTIFY_DONE, NOTIFY_OK, CHSC_NOTIFY_AP_CFG = 3 };
extern struct task_struct *current;
extern unsigned long jiffies;

bool try_module_get(struct module *module);
void module_put(struct module *module);

union ap_qact_ap_info {
	unsigned long val;
	struct {
		unsigned int cat : 8, mode : 3;
	};
};

struct ap_queue_status ap_qact(ap_qid_t qid, int ifbit, union ap_qact_ap_info *info);

struct notifier_block {
	int (*notifier_call)(struct notifier_block *nb, unsigned long action, void *data);
};

struct kobj_uevent_env { int unused; };

struct bus_attribute {
	struct attribute attr;
	ssize_t (*show)(const struct bus_type *bus, char *buf);
	ssize_t (*store)(const struct bus_type *bus, const char *buf, size_t count);
};

#define BUS_ATTR_RO(n)	struct bus_attribute bus_attr_##n = { .show = n##_show }
#define BUS_ATTR_WO(n)	struct bus_attribute bus_attr_##n = { .store = n##_store }
#define BUS_ATTR_RW(n)	struct bus_attribute bus_attr_##n = { .show = n##_show, .store = n##_store }

#endif
