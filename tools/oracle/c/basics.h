/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Types, errors, warnings, memory, text.
 */
#ifndef ORACLE_BASICS_H
#define ORACLE_BASICS_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/types.h>

typedef uint8_t u8, __u8;
typedef uint16_t u16, __u16, __le16, __be16;
typedef uint32_t u32, __u32, __le32, __be32;
typedef uint64_t u64, __u64, __le64, __be64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32, __s32;
typedef int64_t s64, __s64;
typedef u64 dma_addr_t, phys_addr_t, gpa_t, gfn_t;
typedef unsigned int gfp_t;
typedef struct { int counter; } atomic_t;
typedef struct { s64 counter; } atomic64_t;
typedef struct { u8 b[16]; } guid_t, uuid_t;

#define __init
#define __exit
#define __initdata
#define __user
#define __force
#define __always_unused	__attribute__((unused))
#define __maybe_unused	__attribute__((unused))
#define __always_inline	inline __attribute__((always_inline))
#define __packed	__attribute__((packed))
#define __aligned(n)	__attribute__((aligned(n)))
#define __printf(a, b)
#define __counted_by(field)
#define __read_mostly
#define fallthrough	__attribute__((fallthrough))
#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#define READ_ONCE(x)	(*(volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile typeof(x) *)&(x) = (v))

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define min(a, b)	({ typeof(a) a_ = (a); typeof(b) b_ = (b); a_ < b_ ? a_ : b_; })
#define max(a, b)	({ typeof(a) a_ = (a); typeof(b) b_ = (b); a_ > b_ ? a_ : b_; })
#define min_t(t, a, b)	min((t)(a), (t)(b))
#define max_t(t, a, b)	max((t)(a), (t)(b))
#define offsetofend(t, m) (offsetof(t, m) + sizeof(((t *)0)->m))
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))
#define container_of_const	container_of
#define sizeof_field(t, m)	sizeof(((t *)0)->m)

#define le16_to_cpup(p)	(*(p))
#define le32_to_cpup(p)	(*(p))

/* Errors that userspace's errno.h does not know, and pointers that are errors. */
#define MAX_ERRNO	4095
#define ERR_PTR(e)	((void *)(long)(e))
#define PTR_ERR(p)	((long)(p))
#define IS_ERR(p)	((unsigned long)(p) >= (unsigned long)-MAX_ERRNO)
#define IS_ERR_OR_NULL(p) (!(p) || IS_ERR(p))
#define PTR_ERR_OR_ZERO(p) (IS_ERR(p) ? PTR_ERR(p) : 0)

/* What the driver says is kept if somebody wants to read it. */
void oracle_printk(const char *format, ...);
static inline void no_printk(const char *format, ...) {}
#define pr_warn		oracle_printk
#define pr_err		oracle_printk
#define pr_info		oracle_printk
#define pr_debug	no_printk
#define pr_notice	oracle_printk
#define pr_notice_ratelimited oracle_printk
#define pr_warn_ratelimited oracle_printk

/* A warning is an event of a trace, each time. */
bool oracle_warn(bool condition);
#define WARN_ON(condition)		oracle_warn(!!(condition))
#define WARN(condition, ...) \
	({ bool warns_ = oracle_warn(!!(condition)); if (warns_) oracle_printk(__VA_ARGS__); warns_; })
#define WARN_ON_ONCE			WARN_ON
#define WARN_ONCE			WARN
#define BUG_ON(condition)		do { if (condition) __builtin_trap(); } while (0)
#define BUG()				__builtin_trap()

/*
 * Memory. What is freed keeps its contents and is not given out again; the n-th allocation can
 * be made to fail.
 */
#define GFP_KERNEL		0
#define GFP_KERNEL_ACCOUNT	1
#define GFP_ATOMIC		0
void *kzalloc(size_t size, gfp_t flags);
void *krealloc(const void *object, size_t size, gfp_t flags);
void kfree(const void *object);
char *kstrndup(const char *text, size_t max, gfp_t flags);
#define kmalloc			kzalloc
#define kvfree			kfree
#define kzalloc_obj(object, ...) ((typeof(object) *)kzalloc(sizeof(object), GFP_KERNEL))
#define kmalloc_obj		kzalloc_obj

/* Userspace's memory is this process's. */
#define get_user(x, ptr)		((x) = *(ptr), 0)
#define put_user(x, ptr)		(*(ptr) = (x), 0)

/* Text. */
#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define PAGE_MASK	(~(PAGE_SIZE - 1))
int kstrtoul(const char *text, unsigned int base, unsigned long *number);
int scnprintf(char *buf, size_t size, const char *format, ...);
int sysfs_emit(char *buf, const char *format, ...);
int sysfs_emit_at(char *buf, int at, const char *format, ...);

/* Time passes at once. */
#define HZ	100
static inline void msleep(unsigned int msecs) {}

/* Modules: the two functions that the machine loads and unloads a driver by. */
struct module;
#define THIS_MODULE	((struct module *)NULL)
#define KBUILD_MODNAME	"vfio_ap"
#define MODULE_AUTHOR(text)
#define MODULE_DESCRIPTION(text)
#define MODULE_LICENSE(text)
#define EXPORT_SYMBOL(name)
#define EXPORT_SYMBOL_GPL(name)
#define module_init(fn)	int oracle_module_init(void) { return fn(); }
#define module_exit(fn)	void oracle_module_exit(void) { fn(); }

#endif
