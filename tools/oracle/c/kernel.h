/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel as vfio_ap sees it: our own declarations, enough to compile the driver's C
 * unmodified in userspace. Whatever header the driver includes, it gets this one.
 */
#ifndef ORACLE_KERNEL_H
#define ORACLE_KERNEL_H

#include "basics.h"
#include "list.h"
#include "bitmap.h"
#include "locks.h"
#include "device.h"
#include "streams.h"
#include "vfio.h"
#include "s390.h"

#endif
