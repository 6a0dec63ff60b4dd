// SPDX-License-Identifier: GPL-2.0-only
/*
 * A small s390: AP hardware and bus, locks, guests, devices for them. It does what the page about
 * the trace format says of the machine on which traces are recorded, and no more.
 */
#include <stdlib.h>
#include "machine.h"

struct host host;
struct text events, locks, said;
bool silent, keep_log;
unsigned long apcb_updates;
struct debug_view { int unused; } debug_sprintf_view;

/* ---- text ---- */

void text_add(struct text *text, const char *format, ...)
{
	va_list args;
	int n;

	for (;;) {
		size_t room = text->size - text->length;

		va_start(args, format);
		n = vsnprintf(room ? text->bytes + text->length : NULL, room, format, args);
		va_end(args);
		if ((size_t)n < room)
			break;
		text->size = (text->length + n + 1) * 2;
		text->bytes = realloc(text->bytes, text->size);
	}
	text->length += n;
}

/* A JSON string. */
void text_add_string(struct text *text, const char *bytes, size_t length)
{
	text_add(text, "\"");
	for (; length > 0; bytes++, length--) {
		if (*bytes == '\n')
			text_add(text, "\\n");
		else if (*bytes == '"' || *bytes == '\\')
			text_add(text, "\\%c", *bytes);
		else if ((unsigned char)*bytes < 0x20)
			text_add(text, "\\u%04x", *bytes);
		else
			text_add(text, "%c", *bytes);
	}
	text_add(text, "\"");
}

void text_add_ids(struct text *text, const struct mask *mask, unsigned int n)
{
	const char *comma = "";
	unsigned int id;

	text_add(text, "[");
	for_each_set_bit_inv(id, mask->bits, n) {
		text_add(text, "%s%u", comma, id);
		comma = ",";
	}
	text_add(text, "]");
}

void note_event(const char *format, ...)
{
	char event[128];
	va_list args;

	if (silent)
		return;
	va_start(args, format);
	vsnprintf(event, sizeof(event), format, args);
	va_end(args);
	text_add(&events, "%s[%s]", events.length ? "," : "", event);
}

void note_lock(const char *word, char what)
{
	if (word && !silent)
		text_add(&locks, "%s%s%c", locks.length ? " " : "", word, what);
}

void oracle_printk(const char *format, ...)
{
	char line[512];
	va_list args;

	if (!keep_log)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	text_add(&said, "%s", said.length ? "," : "");
	text_add_string(&said, line, strcspn(line, "\n"));
}

bool oracle_warn(bool condition)
{
	if (condition)
		note_event("\"warn\"");
	return condition;
}

/* ---- numbers and lines in sysfs ---- */

static unsigned int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* "0x" counts only before a hexadecimal digit. */
static unsigned int number_base(const char **text)
{
	const char *t = *text;

	if (t[0] != '0')
		return 10;
	if ((t[1] | 0x20) != 'x' || digit_value(t[2]) > 15)
		return 8;
	*text += 2;
	return 16;
}

int kstrtoul(const char *text, unsigned int base, unsigned long *number)
{
	unsigned long value = 0;
	bool overflow = false;
	const char *first;

	text += *text == '+';
	if (base == 0)
		base = number_base(&text);
	else if (base == 16 && number_base(&(const char *){ text }) == 16)
		text += 2;
	for (first = text; digit_value(*text) < base; text++)
		overflow |= __builtin_mul_overflow(value, (unsigned long)base, &value) ||
			    __builtin_add_overflow(value, (unsigned long)digit_value(*text), &value);
	if (text == first)
		return -EINVAL;
	if (overflow)
		return -ERANGE;
	if (text[text[0] == '\n'] != '\0')
		return -EINVAL;
	*number = value;
	return 0;
}

static int vscnprintf(char *buf, size_t size, const char *format, va_list args)
{
	int n = vsnprintf(buf, size, format, args);

	return (size_t)n < size ? n : (int)size - 1;
}

int scnprintf(char *buf, size_t size, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vscnprintf(buf, size, format, args);
	va_end(args);
	return n;
}

int sysfs_emit(char *buf, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vscnprintf(buf, PAGE_SIZE, format, args);
	va_end(args);
	return n;
}

int sysfs_emit_at(char *buf, int at, const char *format, ...)
{
	va_list args;
	int n;

	if (WARN_ON(at < 0 || at >= (int)PAGE_SIZE))
		return 0;
	va_start(args, format);
	n = vscnprintf(buf + at, PAGE_SIZE - at, format, args);
	va_end(args);
	return n;
}

struct device_attribute *find_attribute(const struct attribute_group **groups, const char *name)
{
	struct attribute **attr;

	for (; groups && *groups; groups++)
		for (attr = (*groups)->attrs; *attr; attr++)
			if (strcmp((*attr)->name, name) == 0)
				return container_of(*attr, struct device_attribute, attr);
	return NULL;
}

int sysfs_create_group(struct kobject *kobj, const struct attribute_group *group)
{
	kobj->group = group;
	return 0;
}

void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *group)
{
	kobj->group = NULL;
}

/* ---- locks ---- */

/* As names end in the driver: traces know these. */
static const struct { const char *name, *word; } lock_words[] = {
	{ "guests_lock", "g" }, { "mdevs_lock", "m" }, { "->lock", "l" },
};

struct mutex ap_perms_mutex = { "a" };
struct mutex ap_attr_mutex = { "a" };

static bool ends_in(const char *text, const char *end)
{
	size_t length = strlen(text), n = strlen(end);

	return length >= n && strcmp(text + length - n, end) == 0;
}

void oracle_mutex_init(struct mutex *lock, const char *name)
{
	*lock = (struct mutex){};
	for (unsigned int i = 0; i < ARRAY_SIZE(lock_words); i++)
		if (ends_in(name, lock_words[i].name))
			lock->word = lock_words[i].word;
}

/* The lock of a guest that is NULL: on an s390 that is in the lowcore, which can be written. */
static bool in_lowcore(const void *lock)
{
	return (unsigned long)lock < PAGE_SIZE;
}

static void lock_take(const char *word, bool *held)
{
	if (*held)
		machine_crash("hang");
	*held = true;
	note_lock(word, '+');
}

static void lock_release(const char *word, bool *held)
{
	*held = false;
	note_lock(word, '-');
}

void mutex_lock(struct mutex *lock)
{
	if (in_lowcore(lock))
		note_lock("kNULL", '+');
	else
		lock_take(lock->word, &lock->held);
}

int mutex_trylock(struct mutex *lock)
{
	if (lock->held) {
		note_lock(lock->word, '!');
		return 0;
	}
	mutex_lock(lock);
	return 1;
}

void mutex_unlock(struct mutex *lock)
{
	if (in_lowcore(lock)) {
		note_lock("kNULL", '-');
		return;
	}
	lock->by_other = false;
	lock_release(lock->word, &lock->held);
}

void mutex_lock_as_other(struct mutex *lock)
{
	if (lock->held)
		machine_crash("hang");
	lock->held = lock->by_other = true;
	note_lock(lock->word, '+');
}

bool mutex_unlock_as_other(struct mutex *lock)
{
	bool is_held = lock->by_other;

	if (is_held)
		mutex_unlock(lock);
	return is_held;
}

void down_write(struct rw_semaphore *lock)
{
	lock_take(lock->word, &lock->held);
}

void up_write(struct rw_semaphore *lock)
{
	lock_release(lock->word, &lock->held);
}

void down_read(struct rw_semaphore *lock)
{
	down_write(lock);
}

void up_read(struct rw_semaphore *lock)
{
	up_write(lock);
}

/* ---- work ---- */

static struct work_struct *first_work, **last_work = &first_work;

bool queue_work(struct workqueue_struct *queue, struct work_struct *work)
{
	if (work->pending)
		return false;
	work->pending = true;
	work->next = NULL;
	*last_work = work;
	last_work = &work->next;
	return true;
}

static void work_run(struct work_struct **at)
{
	struct work_struct *work = *at;

	*at = work->next;
	if (!*at)
		last_work = at;
	work->pending = false;
	work->func(work);
}

bool flush_work(struct work_struct *work)
{
	struct work_struct **at = &first_work;

	if (!work->pending)
		return false;
	while (*at != work)
		at = &(*at)->next;
	work_run(at);
	return true;
}

void work_run_all(void)
{
	while (first_work)
		work_run(&first_work);
}

/* ---- AP hardware ---- */

#define APQNS		(IDS * IDS)
#define TYPE_OLD	9
#define TYPE_NEW	14

enum { RC_NORMAL = 0, RC_Q_NOT_AVAIL = 1 };

struct script {
	const unsigned char *codes;
	unsigned int left;
};

static struct queue_state {
	bool irq, has_info, is_async;
	u64 info;
	struct script zapq, tapq, aqic;
} queue_states[APQNS];

static bool has(const struct mask *mask, unsigned int id)
{
	return test_bit_inv(id, mask->bits);
}

static bool queue_exists(ap_qid_t qid)
{
	return has(&host.config.apm, AP_QID_CARD(qid)) && has(&host.config.aqm, AP_QID_QUEUE(qid));
}

void hw_script(ap_qid_t qid, const char *instruction, const unsigned char *codes, unsigned int n)
{
	struct queue_state *q = &queue_states[qid];
	struct script *script = *instruction == 'z' ? &q->zapq : *instruction == 't' ? &q->tapq : &q->aqic;

	*script = (struct script){ codes, n };
}

void hw_set_info(ap_qid_t qid, u64 gr2)
{
	queue_states[qid].has_info = true;
	queue_states[qid].info = gr2;
}

void hw_set_async(ap_qid_t qid, bool is_async)
{
	queue_states[qid].is_async = is_async;
}

static unsigned int response(ap_qid_t qid, struct script *script)
{
	if (script->left) {
		script->left--;
		return *script->codes++;
	}
	return queue_exists(qid) ? RC_NORMAL : RC_Q_NOT_AVAIL;
}

static struct ap_queue_status status_of(ap_qid_t qid, unsigned int code)
{
	return (struct ap_queue_status){
		.queue_empty = queue_exists(qid),
		.irq_enabled = queue_states[qid].irq,
		.response_code = code,
	};
}

static void note_queue(const char *what, ap_qid_t qid, const char *rest)
{
	note_event("\"%s\",\"%02x.%04x\"%s", what, AP_QID_CARD(qid), AP_QID_QUEUE(qid), rest);
}

static struct ap_queue_status test_queue(ap_qid_t qid)
{
	struct ap_queue_status status = status_of(qid, response(qid, &queue_states[qid].tapq));

	status.async = queue_states[qid].is_async;
	return status;
}

static u64 info_of(ap_qid_t qid)
{
	if (queue_states[qid].has_info)
		return queue_states[qid].info;
	return has(&host.old, AP_QID_CARD(qid)) ? 0xf2800000090f0008 : 0xf28000000e0f0008;
}

struct ap_queue_status ap_tapq(ap_qid_t qid, struct ap_tapq_hwinfo *info)
{
	struct ap_queue_status status = test_queue(qid & 0xffff);

	if (info) {
		note_queue("tapq", qid & 0xffff, "");
		info->value = status.response_code == RC_Q_NOT_AVAIL ? 0 : info_of(qid & 0xffff);
	}
	return status;
}

/* What the driver asks of adapters that are new to the host; not in a trace. */
struct ap_queue_status ap_test_queue(ap_qid_t qid, int tbit, struct ap_tapq_hwinfo *info)
{
	struct ap_queue_status status = test_queue(qid & 0xffff);

	info->value = 0;
	if (status.response_code != RC_Q_NOT_AVAIL && queue_exists(qid)) {
		info->at = has(&host.old, AP_QID_CARD(qid)) ? TYPE_OLD : TYPE_NEW;
		info->nd = host.nd;
	}
	return status;
}

struct ap_queue_status ap_zapq(ap_qid_t qid, int fbit)
{
	unsigned int code = response(qid, &queue_states[qid].zapq);

	note_queue("zapq", qid, "");
	if (code == RC_NORMAL)
		queue_states[qid].irq = false;
	return status_of(qid, code);
}

struct ap_queue_status ap_aqic(ap_qid_t qid, union ap_qirq_ctrl ctrl, phys_addr_t nib)
{
	unsigned int code = response(qid, &queue_states[qid].aqic);
	char operands[16];

	snprintf(operands, sizeof(operands), ",%u,%u", ctrl.ir, ctrl.gisc);
	note_queue("aqic", qid, operands);
	if (code == RC_NORMAL)
		queue_states[qid].irq = ctrl.ir;
	return status_of(qid, code);
}

bool ap_is_se_guest(void)
{
	return host.se;
}

int ap_qci(struct ap_config_info *info)
{
	*info = (struct ap_config_info){ .apxa = host.apxa, .na = host.na, .nd = host.nd };
	memcpy(info->apm, host.config.apm.bits, sizeof(info->apm));
	memcpy(info->aqm, host.config.aqm.bits, sizeof(info->aqm));
	memcpy(info->adm, host.config.adm.bits, sizeof(info->adm));
	return 0;
}

/* ---- the AP bus ---- */

struct ap_driver *driver;
static struct ap_queue *queues[APQNS];

struct ap_queue *bus_queue(ap_qid_t qid)
{
	return queues[qid];
}

struct ap_queue *ap_get_qdev(ap_qid_t qid)
{
	return queues[qid];
}

static bool owned_by_default_driver(ap_qid_t qid)
{
	return has(&host.apmask, AP_QID_CARD(qid)) && has(&host.aqmask, AP_QID_QUEUE(qid));
}

int ap_owned_by_def_drv(int card, int queue)
{
	return owned_by_default_driver(AP_MKQID(card, queue));
}

int ap_apqn_in_matrix_owned_by_def_drv(unsigned long *apm, unsigned long *aqm)
{
	return bitmap_intersects(apm, host.apmask.bits, IDS) &&
	       bitmap_intersects(aqm, host.aqmask.bits, IDS);
}

/* A mask as text: at most as many digits as it has, the first ones leftmost. */
int ap_hex2bitmap(const char *text, unsigned long *map, int bits)
{
	int id = 0, i;

	if (bits & 7)
		return -EINVAL;
	if (text[0] == '0' && text[1] == 'x')
		text++;
	if (*text == 'x')
		text++;
	for (; digit_value(*text) < 16 && id < bits; text++, id += 4)
		for (i = 0; i < 4; i++)
			if (digit_value(*text) & 8 >> i)
				set_bit_inv(id + i, map);
	if (*text == '\n')
		text++;
	return *text ? -EINVAL : 0;
}

static int probe(struct ap_queue *queue)
{
	struct device *dev = &queue->ap_dev.device;
	int rc;

	dev->driver = &driver->driver;
	rc = driver->probe(&queue->ap_dev);
	if (rc) {
		dev->driver = NULL;
		dev->driver_data = NULL;
	}
	return rc;
}

static void unbind(struct ap_queue *queue)
{
	struct device *dev = &queue->ap_dev.device;

	driver->remove(&queue->ap_dev);
	dev->driver = NULL;
	dev->driver_data = NULL;
}

static bool is_supported(ap_qid_t qid)
{
	return !has(&host.old, AP_QID_CARD(qid));
}

int bus_bind(ap_qid_t qid)
{
	struct ap_queue *queue = queues[qid];

	if (!queue || !is_supported(qid))
		return -ENODEV;
	if (queue->ap_dev.device.driver || owned_by_default_driver(qid))
		return -EBUSY;
	return probe(queue);
}

int bus_unbind(ap_qid_t qid)
{
	struct ap_queue *queue = queues[qid];

	if (!queue || !queue->ap_dev.device.driver)
		return -ENODEV;
	unbind(queue);
	return 0;
}

static void queue_appears(ap_qid_t qid)
{
	struct ap_queue *queue = machine_alloc(sizeof(*queue));

	queue->qid = qid;
	queue->ap_dev.device_type = is_supported(qid) ? TYPE_NEW : TYPE_OLD;
	queues[qid] = queue;
	if (driver && is_supported(qid) && !owned_by_default_driver(qid))
		probe(queue);
}

/* What was scripted goes with the device. */
static void queue_goes(ap_qid_t qid)
{
	if (queues[qid]->ap_dev.device.driver)
		unbind(queues[qid]);
	queues[qid] = NULL;
	queue_states[qid] = (struct queue_state){};
}

void bus_scan(void)
{
	for (ap_qid_t qid = 0; qid < APQNS; qid++) {
		if (queues[qid] && !queue_exists(qid))
			queue_goes(qid);
		else if (!queues[qid] && queue_exists(qid))
			queue_appears(qid);
	}
}

void bus_start(void)
{
	driver = NULL;
	bus_scan();
}

/* The configuration that the bus knows, from before a change on. */
static struct ap_config_info known, current;
static bool is_notified;

void bus_notify(const struct ap_config *change)
{
	if (!is_notified)
		ap_qci(&known);
	host.config = *change;
	ap_qci(&current);
	is_notified = memcmp(&known, &current, sizeof(known)) != 0;
	if (is_notified)
		driver->on_config_changed(&current, &known);
}

void bus_finish_scan(void)
{
	bus_scan();
	if (is_notified)
		driver->on_scan_complete(&current, &known);
	is_notified = false;
}

void bus_reconfigure(const struct ap_config *change)
{
	bus_notify(change);
	bus_finish_scan();
}

int ap_driver_register(struct ap_driver *drv, struct module *owner, char *name)
{
	drv->driver.name = name;
	driver = drv;
	for (ap_qid_t qid = 0; qid < APQNS; qid++)
		if (queues[qid] && is_supported(qid) && !owned_by_default_driver(qid))
			probe(queues[qid]);
	return 0;
}

void ap_driver_unregister(struct ap_driver *drv)
{
	for (ap_qid_t qid = 0; qid < APQNS; qid++)
		if (queues[qid] && queues[qid]->ap_dev.device.driver)
			unbind(queues[qid]);
	driver = NULL;
}

/* ---- drivers of other buses ---- */

struct device_driver *matrix_driver;
struct mdev_driver *mdev_driver;

struct device *root_device_register(const char *name)
{
	return machine_alloc(sizeof(struct device));
}

void root_device_unregister(struct device *root) {}

int driver_register(struct device_driver *drv)
{
	matrix_driver = drv;
	return 0;
}

void driver_unregister(struct device_driver *drv) {}

int mdev_register_driver(struct mdev_driver *drv)
{
	mdev_driver = drv;
	return 0;
}

void mdev_unregister_driver(struct mdev_driver *drv) {}

int mdev_register_parent(struct mdev_parent *parent, struct device *dev, struct mdev_driver *drv,
			 struct mdev_type **types, unsigned int n)
{
	parent->dev = dev;
	return 0;
}

void mdev_unregister_parent(struct mdev_parent *parent) {}

/* ---- VFIO ---- */

struct guest_device *guest_devices;
int register_error;
bool show_dev_set;

static void note_dev_set(char what)
{
	if (show_dev_set)
		note_lock("d", what);
}

static struct guest_device *device_of(struct vfio_device *vdev)
{
	return container_of(to_mdev_device(vdev->dev), struct guest_device, mdev);
}

/* Only mediated devices are spoken of. */
const char *dev_name(const struct device *dev)
{
	return container_of(to_mdev_device(dev), struct guest_device, mdev)->name;
}

struct vfio_device *vdev_of(struct guest_device *device)
{
	struct ap_matrix_mdev *matrix_mdev = dev_get_drvdata(&device->mdev.dev);

	return &matrix_mdev->vdev;
}

void *oracle_alloc_device(size_t size, size_t offset, struct device *dev,
			  const struct vfio_device_ops *ops)
{
	char *object = kzalloc(size, GFP_KERNEL);
	struct vfio_device *vdev = (void *)(object + offset);
	int rc;

	if (!object)
		return ERR_PTR(-ENOMEM);
	vdev->dev = dev;
	vdev->ops = ops;
	rc = ops->init ? ops->init(vdev) : 0;
	return rc ? ERR_PTR(rc) : object;
}

int vfio_register_emulated_iommu_dev(struct vfio_device *vdev)
{
	note_dev_set('+');
	note_dev_set('-');
	return register_error;
}

void vfio_put_device(struct vfio_device *vdev)
{
	if (vdev->ops->release)
		vdev->ops->release(vdev);
	kfree(vdev);
}

/* The guest gives the device back when it is asked to. */
void vfio_unregister_group_dev(struct vfio_device *vdev)
{
	if (!vdev->open_count)
		return;
	if (vdev->ops->request)
		vdev->ops->request(vdev, 0);
	device_close(device_of(vdev));
}

static void note_page(const char *what, struct vfio_device *vdev, u64 gfn)
{
	note_event("\"%s\",\"%s\",\"0x%lx\"", what, device_of(vdev)->name, gfn);
}

int vfio_pin_pages(struct vfio_device *vdev, dma_addr_t iova, int npage, int prot,
		   struct page **pages)
{
	gfn_t gfn = iova >> PAGE_SHIFT;

	if (WARN_ON(!vdev->open_count))
		return -EINVAL;
	if (gfn >= GUEST_SLOT_FRAMES)
		return -EINVAL;
	if (gfn >= GUEST_RAM_FRAMES)
		return -EFAULT;
	*pages = (struct page *)(gfn << PAGE_SHIFT);
	note_page("pin", vdev, gfn);
	return 1;
}

void vfio_unpin_pages(struct vfio_device *vdev, dma_addr_t iova, int npage)
{
	note_page("unpin", vdev, iova >> PAGE_SHIFT);
}

/* How large an entry of the data is, or -EINVAL for data of no single kind. */
static int entry_size(u32 flags)
{
	switch (flags & VFIO_IRQ_SET_DATA_TYPE_MASK) {
	case VFIO_IRQ_SET_DATA_NONE:
		return 0;
	case VFIO_IRQ_SET_DATA_BOOL:
		return sizeof(u8);
	case VFIO_IRQ_SET_DATA_EVENTFD:
		return sizeof(s32);
	default:
		return -EINVAL;
	}
}

int vfio_set_irqs_validate_and_prepare(struct vfio_irq_set *set, int num_irqs, int max_irq_type,
				       size_t *data_size)
{
	const u32 known = VFIO_IRQ_SET_DATA_TYPE_MASK | VFIO_IRQ_SET_ACTION_TYPE_MASK;
	const u32 head = offsetofend(struct vfio_irq_set, count);
	int entry = entry_size(set->flags);

	if (entry < 0 || set->flags & ~known || set->argsz < head || set->index >= max_irq_type)
		return -EINVAL;
	if (set->start >= num_irqs || set->count > num_irqs - set->start)
		return -EINVAL;
	*data_size = set->count * entry;
	return set->argsz - head < *data_size ? -EINVAL : 0;
}

/* @names: for each descriptor the device and what it is for */
struct eventfd_ctx {
	const char *mdev, *what;
};

static struct eventfd_ctx **eventfds;
static int eventfd_count;

struct eventfd_ctx *eventfd_ctx_fdget(int fd)
{
	return fd < eventfd_count ? eventfds[fd] : ERR_PTR(-EBADF);
}

void eventfd_signal(struct eventfd_ctx *ctx)
{
	note_event("\"eventfd\",\"%s\",\"%s\"", ctx->mdev, ctx->what);
}

static int eventfd_new(const char *mdev, const char *what)
{
	struct eventfd_ctx *ctx = machine_alloc(sizeof(*ctx));

	*ctx = (struct eventfd_ctx){ mdev, what };
	eventfds = realloc(eventfds, (eventfd_count + 1) * sizeof(*eventfds));
	eventfds[eventfd_count] = ctx;
	return eventfd_count++;
}

static void set_irq(struct guest_device *device, u32 index, s32 fd)
{
	struct vfio_device *vdev = vdev_of(device);
	struct { u32 argsz, flags, index, start, count; s32 fd; } set = {
		24, VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER, index, 0, 1, fd,
	};
	bool was_silent = silent;

	silent = true;
	vdev->ops->ioctl(vdev, VFIO_DEVICE_SET_IRQS, (unsigned long)&set);
	silent = was_silent;
}

static struct kvm *guest_start(const char *name)
{
	struct kvm *kvm = machine_alloc(sizeof(*kvm));
	struct text word = {};

	text_add(&word, "k%s", name);
	kvm->lock.word = word.bytes;
	kvm->arch.crypto.pqap_hook_rwsem.word = "p";
	kvm->arch.crypto.crycbd = host.apxa ? 3 : 1;
	kvm->arch.gisa_int.origin = machine_alloc(sizeof(struct kvm_s390_gisa));
	kvm->name = name;
	return kvm;
}

int device_open(struct guest_device *device, struct guest_device *other)
{
	struct kvm *kvm = other && other->kvm ? other->kvm : guest_start(device->name);
	struct vfio_device *vdev = vdev_of(device);
	int rc;

	vdev->kvm = kvm;
	vdev->open_count++;
	note_dev_set('+');
	rc = vdev->ops->open_device ? vdev->ops->open_device(vdev) : 0;
	note_dev_set('-');
	if (rc) {
		vdev->open_count--;
		vdev->kvm = NULL;
		return rc;
	}
	device->kvm = kvm;
	set_irq(device, VFIO_AP_REQ_IRQ_INDEX, eventfd_new(device->name, "req"));
	set_irq(device, VFIO_AP_CFG_CHG_IRQ_INDEX, eventfd_new(device->name, "cfg"));
	return 0;
}

void device_close(struct guest_device *device)
{
	struct vfio_device *vdev = vdev_of(device);

	set_irq(device, VFIO_AP_REQ_IRQ_INDEX, -1);
	set_irq(device, VFIO_AP_CFG_CHG_IRQ_INDEX, -1);
	if (vdev->ops->close_device)
		vdev->ops->close_device(vdev);
	vdev->open_count--;
	vdev->kvm = NULL;
	device->kvm = NULL;
}

/* ---- KVM ---- */

/* Of a machine without APXA a guest has 64 adapters and 16 domains. */
void kvm_arch_crypto_set_masks(struct kvm *kvm, unsigned long *apm, unsigned long *aqm,
			       unsigned long *adm)
{
	unsigned int adapters = host.apxa ? IDS : 64, domains = host.apxa ? IDS : 16;

	apcb_updates++;
	if (silent)
		return;
	text_add(&events, "%s[\"apcb\",\"%s\",", events.length ? "," : "", kvm->name);
	text_add_ids(&events, (struct mask *)apm, adapters);
	text_add(&events, ",");
	text_add_ids(&events, (struct mask *)aqm, domains);
	text_add(&events, ",");
	text_add_ids(&events, (struct mask *)adm, domains);
	text_add(&events, "]");
}

void kvm_arch_crypto_clear_masks(struct kvm *kvm)
{
	note_event("\"clear\",\"%s\"", kvm->name);
}

#define HOST_ISC	5

int kvm_s390_gisc_register(struct kvm *kvm, u32 gisc)
{
	note_event("\"gisc+\",\"%s\",%u", kvm->name, gisc);
	return HOST_ISC;
}

int kvm_s390_gisc_unregister(struct kvm *kvm, u32 gisc)
{
	note_event("\"gisc-\",\"%s\",%u", kvm->name, gisc);
	return 0;
}
