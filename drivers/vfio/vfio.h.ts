/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of VFIO share.
 *
 * Copyright (C) 2012 Red Hat, Inc.  All rights reserved.
 *     Author: Alex Williamson <alex.williamson@redhat.com>
 *
 * C: drivers/vfio/vfio.h, Linux 6.12. A group has one device here, and its
 * container no other group.
 */
import type { device } from "#linux/device.h";
import type { kvm } from "#linux/kvm_host.h";
import { mutex } from "#linux/mutex.h";
import { blocking_notifier_head } from "#linux/notifier.h";
import { spinlock_t } from "#linux/spinlock.h";
import type { user_ptr } from "#linux/uaccess.h";
import type { iommu_group } from "../iommu/iommu.ts";
import type { vfio_container } from "./container.ts";

/**
 * struct vfio_group_fops - how a group's device is used by file descriptor
 * @open: a device descriptor is wanted: 0 or an error
 * @ioctl: a call on it
 * @dma_unmap: userspace takes a range of guest addresses away
 * @release: the descriptor is closed
 */
export interface vfio_group_fops {
	open: (group: vfio_group) => number;
	ioctl: (group: vfio_group, cmd: number, arg: user_ptr) => number;
	dma_unmap: (group: vfio_group, iova: bigint, length: bigint) => void;
	release: (group: vfio_group) => void;
}

/**
 * class vfio_group - what userspace opens
 * @dev: the device in it
 * @node: what stands for the group itself in sysfs; in C "dev"
 * @iommu_group: the group that userspace finds it by
 * @fops: what the device's generation of VFIO does
 * @group_lock: held while a device is opened or closed
 * @device_lock: guards @registered
 * @registered: a device descriptor can be had
 * @kvm: the guest that the group was given to, guarded by @kvm_ref_lock
 * @notifier: who is told of @kvm (Linux 5.10)
 * @opened_file: the descriptor that is open
 * @container: the guest's memory, while the group is open
 */
export class vfio_group {
	dev: device | null = null;
	node: device | null = null;
	iommu_group: iommu_group | null = null;
	fops: vfio_group_fops | null = null;
	group_lock = new mutex("group->group_lock");
	device_lock = new mutex("group->device_lock");
	registered = false;
	kvm: kvm | null = null;
	kvm_ref_lock = new spinlock_t("group->kvm_ref_lock");
	notifier = new blocking_notifier_head("group->notifier");
	opened_file: vfio_file | null = null;
	container: vfio_container | null = null;
}

/**
 * class vfio_file - an open device, as userspace holds it
 * @group: its group
 * @is_open: false once it was closed
 */
export class vfio_file {
	group: vfio_group | null = null;
	is_open = false;
}
