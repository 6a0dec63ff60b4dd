// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include "migration.h"

/* No stream is longer: 65,536 queues. */
#define STREAM_MAX	((1UL << 20) + 16)

void (*other_thread)(const struct json *op);

/* ---- what VFIO answers on a device's file ---- */

/* States by number; beyond those that the driver may have there are three more. */
static const char *const states[] = {
	"ERROR", "STOP", "RUNNING", "STOP_COPY", "RESUMING", "RUNNING_P2P", "PRE_COPY",
	"PRE_COPY_P2P",
};

static unsigned int state_of(const struct json *state)
{
	unsigned int n = 0;

	if (state->type == JSON_NUMBER)
		return state->number;
	while (n < ARRAY_SIZE(states) && strcmp(states[n], state->text) != 0)
		n++;
	return n;
}

/*
 * struct stream_list - the streams of all devices that have had a name
 * @files: in the order they were opened; NULL for one that is closed
 */
struct stream_list {
	const char *mdev;
	struct file **files;
	unsigned int n;
	struct stream_list *next;
};

static struct stream_list *stream_lists;

static struct stream_list *streams_of(const char *mdev)
{
	struct stream_list *list = stream_lists;

	while (list && strcmp(list->mdev, mdev) != 0)
		list = list->next;
	if (!list) {
		list = machine_alloc(sizeof(*list));
		*list = (struct stream_list){ mdev, .next = stream_lists };
		stream_lists = list;
	}
	return list;
}

static void add_stream(const char *mdev, struct file *filp, struct text *out)
{
	struct stream_list *list = streams_of(mdev);

	text_add(out, "%u", list->n);
	list->files = realloc(list->files, (list->n + 1) * sizeof(*list->files));
	list->files[list->n++] = filp;
}

static int set_state(struct vfio_device *vdev, const struct json *op, struct text *out)
{
	struct file *filp = vdev->mig_ops->migration_set_state(vdev, state_of(json_at(op, 2)));

	if (IS_ERR(filp))
		return PTR_ERR(filp);
	if (filp)
		add_stream(json_text(op, 1), filp, out);
	return 0;
}

static int get_state(struct vfio_device *vdev, struct text *out)
{
	enum vfio_device_mig_state state;
	int rc = vdev->mig_ops->migration_get_state(vdev, &state);

	if (rc == 0)
		text_add(out, "%s", states[state]);
	return rc;
}

static int get_size(struct vfio_device *vdev, struct text *out)
{
	unsigned long length;
	int rc = vdev->mig_ops->migration_get_data_size(vdev, &length);

	if (rc == 0)
		text_add(out, "%lu", length);
	return rc;
}

bool is_device_feature(const char *name)
{
	return strcmp(name, "mig_feature") == 0 || strcmp(name, "mig_get") == 0 ||
	       strcmp(name, "mig_size") == 0 || strcmp(name, "mig_state") == 0;
}

int do_device_feature(const char *name, const struct json *op, struct guest_device *device,
		      struct text *out)
{
	struct vfio_device *vdev = vdev_of(device);

	if (!vdev->mig_ops)
		return -ENOTTY;
	if (strcmp(name, "mig_state") == 0)
		return set_state(vdev, op, out);
	if (strcmp(name, "mig_get") == 0)
		return get_state(vdev, out);
	if (strcmp(name, "mig_size") == 0)
		return get_size(vdev, out);
	text_add(out, "0x%x", vdev->migration_flags);
	return 0;
}

/* ---- reading and writing streams ---- */

/* @nth: NULL for the newest */
static struct file **find_stream(const char *mdev, const struct json *nth)
{
	struct stream_list *list = streams_of(mdev);
	unsigned int at = nth ? nth->number : list->n - 1;

	return at < list->n && list->files[at] ? &list->files[at] : NULL;
}

/* Bytes written as hexadecimal digits, two each. */
static char *bytes_of(const struct json *digits, size_t *size)
{
	char *bytes;

	*size = digits->length / 2;
	bytes = machine_alloc(*size);
	for (size_t i = 0; i < *size; i++)
		sscanf(digits->text + 2 * i, "%2hhx", &bytes[i]);
	return bytes;
}

/* Another thread of a page: an operation, or one that takes mdevs_lock and keeps it. */
static const struct json *other_op;
static bool other_holds;

static void operate(void)
{
	other_thread(other_op);
}

static void hold(void)
{
	mutex_lock_as_other(&matrix_dev->mdevs_lock);
	other_holds = true;
	note_event("\"other\",\"m+\"");
}

static void let_go(void)
{
	if (!other_holds)
		return;
	other_holds = false;
	if (mutex_unlock_as_other(&matrix_dev->mdevs_lock))
		note_event("\"other\",\"m-\"");
	else
		note_event("\"other\",\"m- not held\"");
}

static void expect(struct user_page *page, const struct json *besides)
{
	const struct json *fault = json_member(besides, "fault"), *then = json_member(besides, "then");
	const struct json *mid = json_member(besides, "mid");

	page->fault = fault ? fault->number : 0;
	if (then)
		page->then = bytes_of(then, &page->then_size);
	if (mid) {
		other_op = mid;
		page->meanwhile = mid->type == JSON_ARRAY ? operate : hold;
	}
}

/* A transfer by this thread; @buffer is its page. */
static ssize_t transfer(struct file *filp, bool is_read, char *buffer, size_t count, size_t size,
			const struct json *besides)
{
	struct user_page page = { buffer, size, .last = !is_read && filp->f_pos == 0 ? 2 : 1 };
	struct user_page *outer = user_page;
	ssize_t rc;

	expect(&page, besides);
	user_page = &page;
	rc = is_read ? file_read(filp, buffer, count) : file_write(filp, buffer, count);
	user_page = outer;
	let_go();
	return rc;
}

static int do_read_stream(const struct json *op, struct file *filp, struct text *out)
{
	size_t count = json_at(op, 2)->number, size = min(count, STREAM_MAX);
	char *buffer = machine_alloc(size);
	ssize_t rc = transfer(filp, true, buffer, count, size, json_at(op, 4));

	for (ssize_t i = 0; i < rc; i++)
		text_add(out, "%02x", (unsigned char)buffer[i]);
	return rc;
}

static int do_write_stream(const struct json *op, struct file *filp)
{
	size_t size;
	char *buffer = bytes_of(json_at(op, 2), &size);

	return transfer(filp, false, buffer, size, size, json_at(op, 4));
}

bool is_of_streams(const char *name)
{
	return strcmp(name, "mig_read") == 0 || strcmp(name, "mig_write") == 0 ||
	       strcmp(name, "mig_close") == 0;
}

int do_stream(const char *name, const struct json *op, struct text *out)
{
	bool is_close = strcmp(name, "mig_close") == 0;
	struct file **at = find_stream(json_text(op, 1), json_at(op, is_close ? 2 : 3)), *filp;

	if (!at)
		return -EBADF;
	filp = *at;
	if (strcmp(name, "mig_read") == 0)
		return do_read_stream(op, filp, out);
	if (!is_close)
		return do_write_stream(op, filp);
	*at = NULL;
	return fput(filp);
}
