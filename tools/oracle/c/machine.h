/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine under the driver, and what a trace notes of it.
 */
#ifndef ORACLE_MACHINE_H
#define ORACLE_MACHINE_H

#include "kernel.h"
#include "ap_bus.h"
#include "vfio_ap_private.h"

#define IDS		256
#define MASK_WORDS	BITS_TO_LONGS(IDS)

struct mask {
	unsigned long bits[MASK_WORDS];
};

struct ap_config {
	struct mask apm, aqm, adm;
};

/*
 * struct host - the machine as a trace's header has it
 * @se: it is a Secure Execution guest itself
 * @old: adapters older than CEX4
 * @apmask, @aqmask: what the default drivers own
 */
struct host {
	bool apxa, se;
	unsigned int na, nd;
	struct ap_config config;
	struct mask old, apmask, aqmask;
};

extern struct host host;

/* struct guest_device - a mediated device, as long as its process runs */
struct guest_device {
	struct mdev_device mdev;
	const char *name;
	struct guest_device *next;
	struct kvm *kvm;		/* the guest that has it open */
};

/* Text that grows. */
struct text {
	char *bytes;
	size_t length, size;
};

void text_add(struct text *text, const char *format, ...);
void text_add_string(struct text *text, const char *bytes, size_t length);
void text_add_ids(struct text *text, const struct mask *mask, unsigned int n);

/* What happened since the operation began: JSON values with commas between, and lock words. */
extern struct text events, locks;
/* What the driver said since then, as JSON strings; only if somebody wants to read it. */
extern struct text said;
extern bool keep_log;
extern bool silent;
/* How often a guest's masks were set. */
extern unsigned long apcb_updates;
void note_event(const char *format, ...);
void note_lock(const char *word, char what);

/* Memory of a run of the machine; fail_allocation counts down to the one that fails. */
void *machine_alloc(size_t size);
bool allocation_fails(void);
extern unsigned int fail_allocation;
/* How far into an allocation of the driver's an address is; 0 for what is none. */
size_t offset_in_allocation(const void *address);
/* How many live allocations are charged to userspace, and their bytes. */
unsigned int charged_memory(size_t *bytes);
/* Whether what is freed, and what is behind an allocation, must not be touched. */
extern bool watch_memory;
void check_memory(const void *address, size_t size);
bool readable_lowcore(void);
/* The driver loops for ever, or touched what it must not: never returns. */
void machine_crash(const char *what) __attribute__((noreturn));

/* The AP bus. */
extern struct ap_driver *driver;
extern struct mdev_driver *mdev_driver;
extern struct device_driver *matrix_driver;
void bus_start(void);
int bus_bind(ap_qid_t qid);
int bus_unbind(ap_qid_t qid);
void bus_notify(const struct ap_config *change);
void bus_scan(void);
void bus_finish_scan(void);
void bus_reconfigure(const struct ap_config *change);
struct ap_queue *bus_queue(ap_qid_t qid);
void hw_script(ap_qid_t qid, const char *instruction, const unsigned char *codes, unsigned int n);
/* What TAPQ says of a queue beside its response code, until it goes. */
void hw_set_info(ap_qid_t qid, u64 gr2);
void hw_set_async(ap_qid_t qid, bool is_async);
void work_run_all(void);

/* Devices for guests. */
extern struct guest_device *guest_devices;
/* The error that registering a device ends in, or 0; whether VFIO's lock is shown. */
extern int register_error;
extern bool show_dev_set;
struct vfio_device *vdev_of(struct guest_device *device);
int device_open(struct guest_device *device, struct guest_device *other);
void device_close(struct guest_device *device);
struct device_attribute *find_attribute(const struct attribute_group **groups, const char *name);

/* The module. */
int oracle_module_init(void);
void oracle_module_exit(void);

#endif
