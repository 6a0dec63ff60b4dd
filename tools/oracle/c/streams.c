// SPDX-License-Identifier: GPL-2.0-only
/*
 * What of the VFS and of VFIO a device that is migrated needs.
 */
#include "machine.h"

/* ---- files ---- */

struct file *anon_inode_getfile(const char *name, const struct file_operations *fops, void *priv,
				int flags)
{
	static struct inode inode;
	struct file *filp;

	if (allocation_fails())
		return ERR_PTR(-ENOMEM);
	filp = machine_alloc(sizeof(*filp));
	*filp = (struct file){ fops, &inode, priv, .flags = flags };
	return filp;
}

int stream_open(struct inode *inode, struct file *filp)
{
	filp->is_stream = true;
	return 0;
}

/* Nobody else has it. */
int fput(struct file *filp)
{
	return filp->f_op->release ? filp->f_op->release(filp->f_inode, filp) : 0;
}

static loff_t *position_of(struct file *filp)
{
	return filp->is_stream ? NULL : &filp->f_pos;
}

ssize_t file_read(struct file *filp, char *buf, size_t count)
{
	if ((filp->flags & O_ACCMODE) == O_WRONLY)
		return -EBADF;
	return filp->f_op->read ? filp->f_op->read(filp, buf, count, position_of(filp)) : -EINVAL;
}

ssize_t file_write(struct file *filp, const char *buf, size_t count)
{
	if ((filp->flags & O_ACCMODE) == O_RDONLY)
		return -EBADF;
	return filp->f_op->write ? filp->f_op->write(filp, buf, count, position_of(filp)) : -EINVAL;
}

/* ---- copies ---- */

struct user_page *user_page;

static bool is_of_stream(const char *user)
{
	return user_page && user >= user_page->buffer &&
	       user <= user_page->buffer + user_page->size;
}

static bool page_is_there(void)
{
	unsigned int nth = ++user_page->copies;

	if (user_page->meanwhile && nth == user_page->last)
		user_page->meanwhile();
	return nth != user_page->fault;
}

static void page_was_copied(void)
{
	if (user_page->copies == 1 && user_page->then)
		memcpy(user_page->buffer, user_page->then,
		       min(user_page->then_size, user_page->size));
}

/*
 * Where in the driver's structs a byte of a stream is. Userspace has those of an s390: a number
 * of 4 bytes, 4 bytes, a number of 8; then, for each queue, numbers of 8 and 2 bytes, and 6 bytes.
 */
static size_t place_of(size_t offset)
{
	static const unsigned char head[16] = { 3, 2, 1, 0, 4, 5, 6, 7, 15, 14, 13, 12, 11, 10, 9, 8 };
	static const unsigned char queue[16] = { 7, 6, 5, 4, 3, 2, 1, 0, 9, 8, 10, 11, 12, 13, 14, 15 };

	if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
		return offset;
	return (offset & ~15UL) + (offset < 16 ? head : queue)[offset & 15];
}

unsigned long copy_from_user(void *to, const void *from, unsigned long n)
{
	size_t offset = offset_in_allocation(to);
	const char *bytes = from;

	if (!is_of_stream(from))
		return memcpy(to, from, n), 0;
	if (!page_is_there())
		return n;
	check_memory(to, n);
	for (size_t i = 0; i < n; i++)
		((char *)to - offset)[place_of(offset + i)] = bytes[i];
	page_was_copied();
	return 0;
}

unsigned long copy_to_user(void *to, const void *from, unsigned long n)
{
	size_t offset = offset_in_allocation(from);
	char *bytes = to;

	if (!is_of_stream(to))
		return memcpy(to, from, n), 0;
	if (!page_is_there())
		return n;
	check_memory(from, n);
	for (size_t i = 0; i < n; i++)
		bytes[i] = ((const char *)from - offset)[place_of(offset + i)];
	return 0;
}

/* ---- states ---- */

/* Of a device that can do no more than stop and copy. */
static bool has_state(struct vfio_device *vdev, enum vfio_device_mig_state state)
{
	return vdev->migration_flags & VFIO_MIGRATION_STOP_COPY &&
	       state >= VFIO_DEVICE_STATE_STOP && state <= VFIO_DEVICE_STATE_RESUMING;
}

/* Every way leads through STOP. */
int vfio_mig_get_next_state(struct vfio_device *vdev, enum vfio_device_mig_state from,
			    enum vfio_device_mig_state to, enum vfio_device_mig_state *next)
{
	if (WARN_ON(!has_state(vdev, from)))
		return -EINVAL;
	if (!has_state(vdev, to))
		return -EINVAL;
	*next = from == VFIO_DEVICE_STATE_STOP || from == to ? to : VFIO_DEVICE_STATE_STOP;
	return 0;
}
