/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The driver core: devices with drivers, and attributes in sysfs.
 */
#ifndef ORACLE_DEVICE_H
#define ORACLE_DEVICE_H

#include "locks.h"

struct device;
struct device_driver;
struct kobject;

struct attribute {
	const char *name;
	unsigned short mode;
};

struct device_attribute {
	struct attribute attr;
	ssize_t (*show)(struct device *dev, struct device_attribute *attr, char *buf);
	ssize_t (*store)(struct device *dev, struct device_attribute *attr, const char *buf,
			 size_t count);
};

struct attribute_group {
	const char *name;
	struct attribute **attrs;
	unsigned short (*is_visible)(struct kobject *kobj, struct attribute *attr, int n);
};

#define ATTRIBUTE_GROUPS(n) \
	static const struct attribute_group n##_group = { .attrs = n##_attrs }; \
	static const struct attribute_group *n##_groups[] = { &n##_group, NULL }
#define __ATTR(n, m, s, t)	{ .attr = { .name = #n, .mode = (m) }, .show = (s), .store = (t) }
#define DEVICE_ATTR_RO(n) \
	struct device_attribute dev_attr_##n = __ATTR(n, 0444, n##_show, NULL)
#define DEVICE_ATTR_WO(n) \
	struct device_attribute dev_attr_##n = __ATTR(n, 0200, NULL, n##_store)
#define DEVICE_ATTR_RW(n) \
	struct device_attribute dev_attr_##n = __ATTR(n, 0644, n##_show, n##_store)

/* @group: the one that a driver has added */
struct kobject {
	const struct attribute_group *group;
};

struct kobj_uevent_env;

struct bus_type {
	const char *name;
	const struct attribute_group **bus_groups;
	int (*match)(struct device *dev, const struct device_driver *driver);
	int (*uevent)(const struct device *dev, struct kobj_uevent_env *env);
	int (*probe)(struct device *dev);
	void (*remove)(struct device *dev);
};

struct device_driver {
	const char *name;
	const struct bus_type *bus;
	struct module *owner;
	const char *mod_name;
	bool suppress_bind_attrs;
	const struct attribute_group **groups;
	const struct attribute_group **dev_groups;
};

struct device {
	struct kobject kobj;
	struct device *parent;
	struct device_driver *driver;
	const struct bus_type *bus;
	void *driver_data;
	void (*release)(struct device *dev);
};

static inline void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}

static inline void dev_set_drvdata(struct device *dev, void *data)
{
	dev->driver_data = data;
}

const char *dev_name(const struct device *dev);
#define dev_set_name(dev, ...)		((void)(dev), 0)
#define dev_warn(dev, format, ...)	oracle_printk("%s: " format, dev_name(dev), ##__VA_ARGS__)
#define dev_notice			dev_warn
#define dev_dbg(dev, ...)		do { (void)(dev); no_printk(__VA_ARGS__); } while (0)
#define dev_info			dev_warn
#define dev_err				dev_warn
#define dev_notice_ratelimited		dev_warn

int sysfs_create_group(struct kobject *kobj, const struct attribute_group *group);
void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *group);

struct device *root_device_register(const char *name);
void root_device_unregister(struct device *root);
int driver_register(struct device_driver *driver);
void driver_unregister(struct device_driver *driver);
static inline int bus_register(const struct bus_type *bus) { return 0; }
static inline void bus_unregister(const struct bus_type *bus) {}
static inline int device_register(struct device *dev) { return 0; }
static inline void device_del(struct device *dev) {}
static inline struct device *get_device(struct device *dev) { return dev; }
static inline void put_device(struct device *dev) {}

static inline void device_unregister(struct device *dev)
{
	dev->release(dev);
}

/* The id table of drivers on the AP bus. */
struct ap_device_id {
	u16 match_flags;
	u8 dev_type;
	unsigned long driver_info;
};

#define AP_DEVICE_ID_MATCH_CARD_TYPE	1
#define AP_DEVICE_ID_MATCH_QUEUE_TYPE	2
#define MODULE_DEVICE_TABLE(bus, table)

#endif
