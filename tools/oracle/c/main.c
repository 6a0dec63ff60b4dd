// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the operations of traces (format 1) on the driver and prints the traces: from standard
 * input to standard output, JSON Lines; with --log, also what the driver said. Each trace has a process of its own, so that nothing of
 * one is left in the next, and a crash ends one only.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "json.h"
#include "machine.h"
#include "migration.h"

#define STORE_MAX	4096
#define SHOW_MAX	(1UL << 20)	/* drivers up to 6.12 write more than a page */
#define HANG_SECONDS	2

/* The end of the name of the program in which locals are no zeros. */
#define PATTERN		"-pattern"

/* struct operation - one under way: its text, and what it returned */
static struct operation {
	struct json *op;
	const char *line;
	int rc;
	const char *out;
	size_t out_length;
	char out_number[24];
	struct text out_words;
} now;

/* The one that a line of the trace is about; another thread's may be done meanwhile. */
static const struct json *under_way;

static unsigned long operations_done;

/* The path of this program. */
static const char *program;

/* The allocation of the next operation that is to fail. */
static unsigned int fail_next;

/* ---- what a line shows ---- */

/* What a trace shows of a mediated device. */
struct seen {
	struct ap_config matrix, shadow;
	bool has_kvm;
	unsigned int n_queues;
	u16 queues[IDS * IDS];
};

/*
 * struct watched - a device, its name, and its state when it was shown last
 * @device: NULL once it is destroyed; the next one to be created is shown in its place
 */
struct watched {
	struct guest_device *device;
	const char *name;
	bool is_shown;
	struct seen *seen;
	struct watched *next;
};

static struct watched *watched_devices;

static void take_masks(struct ap_config *to, const struct ap_matrix *from)
{
	bitmap_copy(to->apm.bits, from->apm, IDS);
	bitmap_copy(to->aqm.bits, from->aqm, IDS);
	bitmap_copy(to->adm.bits, from->adm, IDS);
}

static int by_number(const void *a, const void *b)
{
	return *(const u16 *)a - *(const u16 *)b;
}

static bool is_among(u16 apqn, const u16 *apqns, unsigned int n)
{
	while (n-- > 0)
		if (apqns[n] == apqn)
			return true;
	return false;
}

/* The queues in a table; a chain that comes back to itself is seen once round. */
static void take_queues(struct seen *seen, struct ap_matrix_mdev *matrix_mdev)
{
	struct vfio_ap_queue *q;
	unsigned int bucket, first;

	seen->n_queues = 0;
	for (bucket = 0; bucket < ARRAY_SIZE(matrix_mdev->qtable.queues); bucket++) {
		first = seen->n_queues;
		hlist_for_each_entry(q, &matrix_mdev->qtable.queues[bucket], mdev_qnode) {
			check_memory(q, sizeof(*q));
			if (is_among(q->apqn, seen->queues + first, seen->n_queues - first))
				break;
			seen->queues[seen->n_queues++] = q->apqn;
		}
	}
	qsort(seen->queues, seen->n_queues, sizeof(*seen->queues), by_number);
}

static void take(struct seen *seen, struct guest_device *device)
{
	struct ap_matrix_mdev *matrix_mdev = dev_get_drvdata(&device->mdev.dev);

	take_masks(&seen->matrix, &matrix_mdev->matrix);
	take_masks(&seen->shadow, &matrix_mdev->shadow_apcb);
	seen->has_kvm = matrix_mdev->kvm != NULL;
	take_queues(seen, matrix_mdev);
}

static bool is_same(const struct seen *a, const struct seen *b)
{
	return memcmp(&a->matrix, &b->matrix, sizeof(a->matrix)) == 0 &&
	       memcmp(&a->shadow, &b->shadow, sizeof(a->shadow)) == 0 &&
	       a->has_kvm == b->has_kvm && a->n_queues == b->n_queues &&
	       memcmp(a->queues, b->queues, a->n_queues * sizeof(*a->queues)) == 0;
}

static void add_config(struct text *to, const struct ap_config *config)
{
	text_add(to, "\"apm\":");
	text_add_ids(to, &config->apm, IDS);
	text_add(to, ",\"aqm\":");
	text_add_ids(to, &config->aqm, IDS);
	text_add(to, ",\"adm\":");
	text_add_ids(to, &config->adm, IDS);
}

static void add_seen(struct text *to, const struct seen *seen)
{
	text_add(to, "{");
	add_config(to, &seen->matrix);
	text_add(to, ",\"g\":{");
	add_config(to, &seen->shadow);
	text_add(to, "},\"kvm\":%d,\"q\":[", seen->has_kvm);
	for (unsigned int i = 0; i < seen->n_queues; i++)
		text_add(to, "%s\"%02x.%04x\"", i ? "," : "", AP_QID_CARD(seen->queues[i]),
			 AP_QID_QUEUE(seen->queues[i]));
	text_add(to, "]}");
}

static bool exists(struct guest_device *device)
{
	struct guest_device *d = guest_devices;

	while (d && d != device)
		d = d->next;
	return d != NULL;
}

/* The state of a device that differs from what was shown last. */
static void add_change(struct text *to, struct watched *w)
{
	static struct seen *fresh;
	struct seen *before = w->seen;

	if (!fresh)
		fresh = machine_alloc(sizeof(*fresh));
	take(fresh, w->device);
	if (w->is_shown && is_same(fresh, before))
		return;
	w->seen = fresh;
	w->is_shown = true;
	fresh = before;
	text_add(to, "%s\"%s\":", to->length ? "," : "", w->name);
	add_seen(to, w->seen);
}

static void add_changes(struct text *to)
{
	for (struct watched *w = watched_devices; w; w = w->next) {
		if (w->device && exists(w->device)) {
			add_change(to, w);
		} else if (w->device) {
			text_add(to, "%s\"%s\":null", to->length ? "," : "", w->name);
			w->device = NULL;
		}
	}
}

static void watch(struct guest_device *device)
{
	struct watched **at = &watched_devices;

	while (*at && (*at)->device)
		at = &(*at)->next;
	if (!*at) {
		*at = machine_alloc(sizeof(**at));
		(*at)->seen = machine_alloc(sizeof(struct seen));
	}
	(*at)->device = device;
	(*at)->name = device->name;
	(*at)->is_shown = false;
}

static void print_result(void)
{
	static struct text states, shown;

	states.length = 0;
	add_changes(&states);
	printf("{\"op\":%.*s,\"rc\":%d", (int)now.op->length, now.op->text, now.rc);
	if (now.out) {
		shown.length = 0;
		text_add_string(&shown, now.out, now.out_length);
		printf(",\"out\":%s", shown.bytes);
	}
	if (events.length)
		printf(",\"ev\":[%s]", events.bytes);
	if (locks.length)
		printf(",\"lk\":\"%s\"", locks.bytes);
	if (states.length)
		printf(",\"st\":{%s}", states.bytes);
	if (said.length)
		printf(",\"log\":[%s]", said.bytes);
	puts("}");
}

/* ---- crashes ---- */

void machine_crash(const char *what)
{
	printf("{\"op\":%.*s,\"crash\":\"%s\"}\n", (int)under_way->length, under_way->text, what);
	exit(0);
}

static void on_fault(int signal)
{
	machine_crash("fault");
}

/* Nothing was done since the last look. */
static void on_look(int signal)
{
	static unsigned long seen = -1UL;

	if (seen == operations_done)
		machine_crash("hang");
	seen = operations_done;
}

static void watch_for_crashes(void)
{
	static const int faults[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP };
	struct itimerval every = { { HANG_SECONDS, 0 }, { HANG_SECONDS, 0 } };
	static char stack[1 << 16];
	struct sigaction action = { .sa_handler = on_fault, .sa_flags = SA_ONSTACK };

	sigaltstack(&(stack_t){ .ss_sp = stack, .ss_size = sizeof(stack) }, NULL);
	for (unsigned int i = 0; i < ARRAY_SIZE(faults); i++)
		sigaction(faults[i], &action, NULL);
	action.sa_handler = on_look;
	sigaction(SIGVTALRM, &action, NULL);
	setitimer(ITIMER_VIRTUAL, &every, NULL);
}

/* ---- operations ---- */

static struct mask mask_of(const struct json *ids)
{
	struct mask mask = {};

	for (struct json *id = ids ? ids->first : NULL; id; id = id->next)
		set_bit_inv(id->number & 0xff, mask.bits);
	return mask;
}

static ap_qid_t qid_of(const char *name)
{
	unsigned int card = 0, queue = 0;

	sscanf(name, "%x.%x", &card, &queue);
	return AP_MKQID(card, queue);
}

static const char *arg(unsigned int n)
{
	return json_text(now.op, n);
}

static struct guest_device *find_device(const char *name)
{
	struct guest_device *device = guest_devices;

	while (device && strcmp(device->name, name) != 0)
		device = device->next;
	return device;
}

static int do_create(void)
{
	struct guest_device **last = &guest_devices, *device;
	const struct json *failure;
	int rc;

	if (find_device(arg(1)))
		return -EEXIST;
	device = machine_alloc(sizeof(*device));
	device->name = arg(1);
	device->mdev.dev.driver = &mdev_driver->driver;
	failure = json_member(json_at(now.op, 2), "register");
	register_error = failure ? failure->number : 0;
	rc = mdev_driver->probe(&device->mdev);
	if (rc)
		return rc;
	while (*last)
		last = &(*last)->next;
	*last = device;
	watch(device);
	return 0;
}

/* Who still speaks of it has no name for it. */
static int do_destroy(struct guest_device *device)
{
	struct guest_device **at = &guest_devices;

	mdev_driver->remove(&device->mdev);
	while (*at != device)
		at = &(*at)->next;
	*at = device->next;
	device->name = "?";
	return 0;
}

static int do_write(struct guest_device *device)
{
	static char text[STORE_MAX + 1];
	struct device_attribute *attr = find_attribute(mdev_driver->driver.dev_groups, arg(2));
	struct json *written = json_at(now.op, 3);
	size_t length;

	if (!attr)
		return -ENOENT;
	if (!attr->store)
		return -EACCES;
	length = min(written->length, (size_t)STORE_MAX);
	if (length == 0)
		return 0;
	memcpy(text, written->text, length);
	text[length] = '\0';
	return attr->store(&device->mdev.dev, attr, text, length);
}

static int show(struct device *dev, struct device_attribute *attr)
{
	static char *page;
	ssize_t length;

	if (!attr)
		return -ENOENT;
	if (!attr->show)
		return -EACCES;
	if (!page)
		page = aligned_alloc(PAGE_SIZE, SHOW_MAX);
	memset(page, 0, PAGE_SIZE);
	length = attr->show(dev, attr, page);
	if (length < 0)
		return length;
	now.out = page;
	now.out_length = min((size_t)length, PAGE_SIZE - 1);
	return now.out_length;
}

static int do_read(void)
{
	struct guest_device *device = find_device(arg(1));
	const struct attribute_group *groups[2] = {};
	struct ap_queue *queue;

	if (device)
		return show(&device->mdev.dev, find_attribute(mdev_driver->driver.dev_groups, arg(2)));
	if (strcmp(arg(1), "matrix") == 0)
		return show(&matrix_dev->device, find_attribute(matrix_driver->dev_groups, arg(2)));
	if (!strchr(arg(1), '.'))
		return -ENODEV;
	queue = bus_queue(qid_of(arg(1)));
	groups[0] = queue ? queue->ap_dev.device.kobj.group : NULL;
	return show(&queue->ap_dev.device, find_attribute(groups, arg(2)));
}

static int do_pqap(struct guest_device *device)
{
	struct kvm_s390_sie_block sie_block = { .eca = ECA_AIV };
	struct kvm_run run = {};
	struct kvm *kvm = device->kvm;
	struct kvm_vcpu vcpu = { .kvm = kvm, .run = &run, .arch.sie_block = &sie_block };
	u64 *gprs = run.s.regs.gprs;
	int rc = 0;

	for (unsigned int i = 0; i < 3; i++)
		gprs[i] = strtoull(arg(2 + i), NULL, 16);
	down_read(&kvm->arch.crypto.pqap_hook_rwsem);
	if (kvm->arch.crypto.pqap_hook)
		rc = (*kvm->arch.crypto.pqap_hook)(&vcpu);
	else
		gprs[1] = 0x00010000UL << 32 | (u32)gprs[1];
	up_read(&kvm->arch.crypto.pqap_hook_rwsem);
	now.out = now.out_number;
	now.out_length = sprintf(now.out_number, "0x%lx", gprs[1]);
	return rc;
}

/* A call on an open device: its argument in words of 32 bits, and what has become of them. */
static int do_ioctl(struct guest_device *device)
{
	static const struct { const char *name; unsigned int cmd; } calls[] = {
		{ "info", VFIO_DEVICE_GET_INFO }, { "irq_info", VFIO_DEVICE_GET_IRQ_INFO },
		{ "set_irqs", VFIO_DEVICE_SET_IRQS },
	};
	struct vfio_device *vdev = vdev_of(device);
	unsigned int cmd = -1, n = 0;
	u32 words[16] = {};
	int rc;

	for (unsigned int i = 0; i < ARRAY_SIZE(calls); i++)
		if (strcmp(arg(2), calls[i].name) == 0)
			cmd = calls[i].cmd;
	for (struct json *word = json_at(now.op, 3)->first; word && n < ARRAY_SIZE(words); word = word->next)
		words[n++] = word->number;
	rc = vdev->ops->ioctl(vdev, cmd, (unsigned long)words);
	for (unsigned int i = 0; i < n; i++)
		text_add(&now.out_words, "%s%u", i ? " " : "", words[i]);
	now.out = now.out_words.bytes;
	now.out_length = now.out_words.length;
	return rc;
}

static void do_hardware_info(ap_qid_t qid, const struct json *script)
{
	const struct json *gr2 = json_member(script, "tapq_gr2");
	const struct json *is_async = json_member(script, "tapq_async");

	if (gr2)
		hw_set_info(qid, strtoull(gr2->text, NULL, 16));
	if (is_async)
		hw_set_async(qid, is_async->number);
}

static int do_script(void)
{
	static const char *const instructions[] = { "zapq", "tapq", "aqic" };
	ap_qid_t qid = qid_of(arg(1));
	struct json *code, *codes;
	unsigned char *bytes;
	unsigned int n;

	for (unsigned int i = 0; i < ARRAY_SIZE(instructions); i++) {
		codes = json_member(json_at(now.op, 2), instructions[i]);
		if (!codes)
			continue;
		bytes = machine_alloc(codes->length);
		for (n = 0, code = codes->first; code; code = code->next)
			bytes[n++] = code->number;
		hw_script(qid, instructions[i], bytes, n);
	}
	do_hardware_info(qid, json_at(now.op, 2));
	return 0;
}

static struct ap_config changed_config(void)
{
	struct json *change = json_at(now.op, 1), *ids;
	struct ap_config config = host.config;

	if ((ids = json_member(change, "apm")))
		config.apm = mask_of(ids);
	if ((ids = json_member(change, "aqm")))
		config.aqm = mask_of(ids);
	if ((ids = json_member(change, "adm")))
		config.adm = mask_of(ids);
	return config;
}

static int do_cfg(void)
{
	struct ap_config config = changed_config();

	bus_reconfigure(&config);
	return 0;
}

/* The two halves of a change. */
static int do_config_changed(void)
{
	struct ap_config config = changed_config();

	bus_notify(&config);
	return 0;
}

static int do_in_use(void)
{
	struct mask apm = mask_of(json_at(now.op, 1)), aqm = mask_of(json_at(now.op, 2));

	return driver->in_use(apm.bits, aqm.bits);
}

static int take_out(int rc)
{
	if (now.out_words.length) {
		now.out = now.out_words.bytes;
		now.out_length = now.out_words.length;
	}
	return rc;
}

static int do_charged(void)
{
	size_t bytes;
	int n = charged_memory(&bytes);

	text_add(&now.out_words, "%zu", bytes);
	return take_out(n);
}

/* Those that need a device that is open. */
static int do_open_device(const char *name, struct guest_device *device)
{
	struct vfio_device *vdev;

	if (!device->kvm)
		return -ENODEV;
	if (is_device_feature(name))
		return take_out(do_device_feature(name, now.op, device, &now.out_words));
	vdev = vdev_of(device);
	if (strcmp(name, "close") == 0)
		device_close(device);
	else if (strcmp(name, "pqap") == 0)
		return do_pqap(device);
	else if (strcmp(name, "ioctl") == 0)
		return do_ioctl(device);
	else if (strcmp(name, "reset") == 0)
		return vdev->ops->ioctl(vdev, VFIO_DEVICE_RESET, 0);
	else
		vdev->ops->dma_unmap(vdev, strtoull(arg(2), NULL, 16), strtoull(arg(3), NULL, 16));
	return 0;
}

static int do_with_device(const char *name, struct guest_device *device)
{
	if (!device)
		return -ENODEV;
	if (strcmp(name, "destroy") == 0)
		return do_destroy(device);
	if (strcmp(name, "write") == 0)
		return do_write(device);
	if (strcmp(name, "open") == 0)
		return device->kvm ? -EBUSY : device_open(device, find_device(arg(2)));
	return do_open_device(name, device);
}

static int do_operation(void)
{
	const char *name = arg(0);

	if (strcmp(name, "init") == 0)
		return oracle_module_init();
	if (strcmp(name, "create") == 0)
		return do_create();
	if (strcmp(name, "read") == 0)
		return do_read();
	if (strcmp(name, "bind") == 0)
		return bus_bind(qid_of(arg(1)));
	if (strcmp(name, "unbind") == 0)
		return bus_unbind(qid_of(arg(1)));
	if (strcmp(name, "cfg") == 0)
		return do_cfg();
	if (strcmp(name, "config_changed") == 0)
		return do_config_changed();
	if (strcmp(name, "scan") == 0)
		return bus_finish_scan(), 0;
	if (strcmp(name, "in_use") == 0)
		return do_in_use();
	if (strcmp(name, "hw") == 0)
		return do_script();
	if (strcmp(name, "fail_nth") == 0)
		return fail_next = json_at(now.op, 1)->number, 0;
	if (strcmp(name, "kmem") == 0)
		return do_charged();
	if (is_of_streams(name))
		return take_out(do_stream(name, now.op, &now.out_words));
	return do_with_device(name, find_device(arg(1)));
}

/* Another thread's, while the one under way waits. */
static void do_meanwhile(const struct json *op)
{
	struct operation before = now;
	struct text shown = {};

	now = (struct operation){ .op = (struct json *)op };
	now.rc = do_operation();
	if (now.out) {
		text_add(&shown, ",");
		text_add_string(&shown, now.out, now.out_length);
	}
	text_add(&events, "%s[\"mid\",%d%s]", events.length ? "," : "", now.rc,
		 shown.length ? shown.bytes : "");
	now = before;
}

/* ---- traces ---- */

static bool is_header(const char *line)
{
	return strncmp(line, "{\"trace\"", 8) == 0;
}

static bool is_set(const struct json *header, const char *key)
{
	const struct json *value = json_member(header, key);

	return value && value->number;
}

static void boot(const struct json *header)
{
	struct json *config = json_member(header, "host");
	struct json *na = json_member(config, "na"), *nd = json_member(config, "nd");

	watch_memory = is_set(header, "kasan");
	show_dev_set = is_set(header, "dlock");
	if (is_set(header, "low0") && !readable_lowcore()) {
		fprintf(stderr, "a trace with \"low0\" needs memory at address 0\n");
		exit(2);
	}
	host.se = is_set(config, "se");
	host.apxa = is_set(config, "apxa");
	host.na = na ? na->number : 0;
	host.nd = nd ? nd->number : 0;
	host.config.apm = mask_of(json_member(config, "apm"));
	host.config.aqm = mask_of(json_member(config, "aqm"));
	host.config.adm = mask_of(json_member(config, "adm"));
	host.old = mask_of(json_member(config, "old"));
	host.apmask = mask_of(json_member(header, "apmask"));
	host.aqmask = mask_of(json_member(header, "aqmask"));
	bus_start();
}

static bool is_poisoned(const struct json *header)
{
	const struct json *locals = json_member(header, "autoinit");

	return locals && strcmp(locals->text, "pattern") == 0;
}

/* A trace for the program in which locals that are not initialised are no zeros. */
static void hand_over(const char *text, size_t length)
{
	FILE *file = tmpfile();
	char path[4096];

	snprintf(path, sizeof(path), "%s" PATTERN, program);
	fwrite(text, 1, length, file);
	rewind(file);
	dup2(fileno(file), STDIN_FILENO);
	execl(path, path, keep_log ? "--log" : NULL, NULL);
	fprintf(stderr, "a trace with \"autoinit\" needs a driver that can migrate guests\n");
	exit(2);
}

static void run_line(char *line)
{
	struct json *value = json_read(line), *op = json_member(value, "op");

	if (!op || op->type != JSON_ARRAY) {
		fprintf(stderr, "not an operation: %s\n", line);
		exit(2);
	}
	now = (struct operation){ .op = op, .line = line };
	under_way = op;
	events.length = locks.length = said.length = 0;
	fail_allocation = fail_next;
	fail_next = 0;
	now.rc = do_operation();
	work_run_all();
	operations_done++;
	fail_allocation = 0;
	print_result();
}

/* One trace; @end is where the next begins. */
static void run_trace(char *text, char *end)
{
	char *line = text, *newline;
	const struct json *header;

	watch_for_crashes();
	for (; line < end; line = newline + 1) {
		newline = memchr(line, '\n', end - line);
		if (!newline)
			newline = end;
		*newline = '\0';
		if (line == text) {
			header = json_read(line);
			if (is_poisoned(header) && !strstr(program, PATTERN)) {
				*newline = '\n';
				hand_over(text, end - text);
			}
			puts(line);
			boot(header);
		} else if (*line) {
			run_line(line);
		}
	}
	exit(0);
}

static char *read_all(size_t *length)
{
	size_t size = 1 << 20, n;
	char *text = malloc(size);

	*length = 0;
	while ((n = read(STDIN_FILENO, text + *length, size - *length - 1)) > 0) {
		*length += n;
		if (size - *length < 2)
			text = realloc(text, size *= 2);
	}
	text[*length] = '\0';
	return text;
}

static char *next_header(char *from, char *end)
{
	for (char *at = from; (at = memchr(at, '\n', end - at)); at++)
		if (is_header(at + 1))
			return at + 1;
	return end;
}

int main(int argc, char **argv)
{
	size_t length;
	char *text = read_all(&length), *end = text + length, *next;
	int status = 0, worst = 0;

	keep_log = argc > 1 && strcmp(argv[1], "--log") == 0;
	other_thread = do_meanwhile;
	program = argv[0];
	for (char *trace = text; trace < end; trace = next) {
		next = next_header(trace, end);
		if (!is_header(trace)) {
			fprintf(stderr, "a trace begins with a header, {\"trace\":1,...}\n");
			return 2;
		}
		fflush(stdout);
		if (fork() == 0)
			run_trace(trace, next);
		wait(&status);
		if (status)
			worst = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
	}
	return worst;
}
