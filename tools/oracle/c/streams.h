/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files that are streams, copies from and to userspace, the migration states of VFIO.
 */
#ifndef ORACLE_STREAMS_H
#define ORACLE_STREAMS_H

#include <fcntl.h>
#include "basics.h"

struct inode {
	int unused;
};

struct file;

struct file_operations {
	struct module *owner;
	ssize_t (*read)(struct file *filp, char __user *buf, size_t len, loff_t *pos);
	ssize_t (*write)(struct file *filp, const char __user *buf, size_t len, loff_t *pos);
	long (*compat_ioctl)(struct file *filp, unsigned int cmd, unsigned long arg);
	int (*release)(struct inode *inode, struct file *filp);
};

/* @is_stream: it has no position that userspace could name */
struct file {
	const struct file_operations *f_op;
	struct inode *f_inode;
	void *private_data;
	loff_t f_pos;
	int flags;
	bool is_stream;
};

#define compat_ptr_ioctl	NULL
struct file *anon_inode_getfile(const char *name, const struct file_operations *fops, void *priv,
				int flags);
int stream_open(struct inode *inode, struct file *filp);
int fput(struct file *filp);
ssize_t file_read(struct file *filp, char *buf, size_t count);
ssize_t file_write(struct file *filp, const char *buf, size_t count);

/*
 * struct user_page - userspace's buffer in a read or write, and what happens when it is copied
 * @last: the copy that waits for the page, counted from 1; the others do not
 * @fault: the copy that cannot be made; 0: none
 * @meanwhile: another thread's doing while the last copy waits, or NULL
 * @then: bytes that another thread writes to the beginning of the buffer after the first copy
 * @copies: how many there were
 */
struct user_page {
	char *buffer;
	size_t size;
	unsigned int last, fault, copies;
	void (*meanwhile)(void);
	const char *then;
	size_t then_size;
};

extern struct user_page *user_page;

unsigned long copy_from_user(void *to, const void __user *from, unsigned long n);
unsigned long copy_to_user(void __user *to, const void *from, unsigned long n);

#define check_add_overflow(a, b, sum)	__builtin_add_overflow(a, b, sum)
#define ERR_CAST(error)			((void *)(error))

struct vfio_device;

enum vfio_device_mig_state {
	VFIO_DEVICE_STATE_ERROR,
	VFIO_DEVICE_STATE_STOP,
	VFIO_DEVICE_STATE_RUNNING,
	VFIO_DEVICE_STATE_STOP_COPY,
	VFIO_DEVICE_STATE_RESUMING,
};

#define VFIO_MIGRATION_STOP_COPY	(1 << 0)

struct vfio_migration_ops {
	struct file *(*migration_set_state)(struct vfio_device *vdev,
					    enum vfio_device_mig_state state);
	int (*migration_get_state)(struct vfio_device *vdev, enum vfio_device_mig_state *state);
	int (*migration_get_data_size)(struct vfio_device *vdev, unsigned long *length);
};

int vfio_mig_get_next_state(struct vfio_device *vdev, enum vfio_device_mig_state from,
			    enum vfio_device_mig_state to, enum vfio_device_mig_state *next);

#endif
