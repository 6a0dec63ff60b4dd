/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The operations of a trace by which a guest is migrated.
 */
#ifndef ORACLE_MIGRATION_H
#define ORACLE_MIGRATION_H

#include "json.h"
#include "machine.h"

/* Does an operation of another thread, and notes what it returned. */
extern void (*other_thread)(const struct json *op);

/* Whether an operation asks an open device for its migration. */
bool is_device_feature(const char *name);
int do_device_feature(const char *name, const struct json *op, struct guest_device *device,
		      struct text *out);
/* "mig_read", "mig_write", "mig_close": of a stream, that may have outlived its device. */
bool is_of_streams(const char *name);
int do_stream(const char *name, const struct json *op, struct text *out);

#endif
