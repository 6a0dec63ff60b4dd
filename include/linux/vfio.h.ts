/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VFIO: devices whose driver is in userspace.
 *
 * Copyright (C) 2012 Red Hat, Inc.  All rights reserved.
 *     Author: Alex Williamson <alex.williamson@redhat.com>
 *
 * C: include/linux/vfio.h and include/uapi/linux/vfio.h, Linux 6.12.
 */
import { completion } from "./completion.h.ts";
import { device } from "./device.h.ts";
import type { err_ptr } from "./err.h.ts";
import { EINVAL } from "./errno.h.ts";
import type { file } from "./fs.h.ts";
import type { kvm } from "./kvm_host.h.ts";
import { list_head } from "./list.h.ts";
import { mutex } from "./mutex.h.ts";
import type { embedded, out } from "./types.h.ts";
import type { field_layout, user_ptr } from "./uaccess.h.ts";
import type { vfio_group } from "../../drivers/vfio/vfio.h.ts";

/** class vfio_device_set - devices that are reset together; here always one */
export class vfio_device_set {
	set_id: object | null = null;
	lock = new mutex("dev_set->lock");
	device_list = new list_head();
	device_count = 0;
}

/**
 * class vfio_device
 * @dev: the device it stands for
 * @ops: the driver's callbacks
 * @group: the VFIO group, which is all that userspace sees
 * @kvm: the guest it is used by, while it is open
 * @device: vfioN in /sys/class/vfio-dev; its reference count is this object's
 * @migration_flags: VFIO_MIGRATION_..., what of migration the driver can do
 * @mig_ops: how it does that, or null
 * @refcount: users of the registered device
 * @open_count: open file descriptors
 * @comp: completes when the last user is gone
 */
export class vfio_device implements embedded {
	dev: device | null = null;
	ops: vfio_device_ops | null = null;
	mig_ops: vfio_migration_ops | null = null;
	group: vfio_group | null = null;
	dev_set: vfio_device_set | null = null;
	dev_set_list = new list_head(this);
	kvm: kvm | null = null;
	migration_flags = 0;

	index = 0;
	device = new device(this);
	refcount = 0;
	open_count = 0;
	comp = new completion();
	put_kvm: ((kvm: kvm) => void) | null = null;
	container: object | null;

	constructor(container: object | null = null) {
		this.container = container;
	}
}

/** What a device is doing, as far as its migration is concerned */
export const VFIO_DEVICE_STATE_ERROR = 0;
export const VFIO_DEVICE_STATE_STOP = 1;
export const VFIO_DEVICE_STATE_RUNNING = 2;
export const VFIO_DEVICE_STATE_STOP_COPY = 3;
export const VFIO_DEVICE_STATE_RESUMING = 4;
export const VFIO_DEVICE_STATE_RUNNING_P2P = 5;
export const VFIO_DEVICE_STATE_PRE_COPY = 6;
export const VFIO_DEVICE_STATE_PRE_COPY_P2P = 7;

/** vfio_device_mig_state - one of them */
export type vfio_device_mig_state = number;

/** What of migration a device can do */
export const VFIO_MIGRATION_STOP_COPY = 1 << 0;
export const VFIO_MIGRATION_P2P = 1 << 1;
export const VFIO_MIGRATION_PRE_COPY = 1 << 2;

/**
 * struct vfio_migration_ops - the driver's part of a migration
 * @migration_set_state: go to a state; a file for the device's data, null where there is
 *			 none to be transferred, or ERR_PTR()
 * @migration_get_state: the state that it is in; 0 or an error
 * @migration_get_data_size: how many bytes there would be in STOP_COPY; 0 or an error
 */
export interface vfio_migration_ops {
	migration_set_state(device: vfio_device, new_state: vfio_device_mig_state): file | null
		| err_ptr;
	migration_get_state(device: vfio_device, curr_state: out<vfio_device_mig_state>): number;
	migration_get_data_size(device: vfio_device, stop_copy_length: out<number>): number;
}

/* What the callbacks of an I/O address space would be given. */
type iommufd_callback = ((vdev: vfio_device, ...args: unknown[]) => number | void) | null;

/**
 * class vfio_device_ops - the driver's callbacks
 * @init: prepare the driver's part of a new object
 * @release: the last reference is gone
 * @open_device: the first file descriptor was opened
 * @close_device: the last one was closed
 * @ioctl: one of the VFIO_DEVICE_... calls; @arg is a userspace address
 * @request: the device is wanted back; @count times asked before
 * @dma_unmap: userspace takes this range of guest addresses away
 */
export class vfio_device_ops {
	name: string | null = null;
	init: ((vdev: vfio_device) => number) | null = null;
	release: ((vdev: vfio_device) => void) | null = null;
	bind_iommufd: iommufd_callback = null;
	unbind_iommufd: iommufd_callback = null;
	attach_ioas: iommufd_callback = null;
	detach_ioas: iommufd_callback = null;
	open_device: ((vdev: vfio_device) => number) | null = null;
	close_device: ((vdev: vfio_device) => void) | null = null;
	ioctl: ((vdev: vfio_device, cmd: number, arg: user_ptr) => number) | null = null;
	request: ((vdev: vfio_device, count: number) => void) | null = null;
	dma_unmap: ((vdev: vfio_device, iova: bigint, length: bigint) => void) | null = null;

	constructor(init: Partial<vfio_device_ops> = {}) {
		Object.assign(this, init);
	}
}

/* CONFIG_IOMMUFD is off on this machine, where C too has null pointers. */
export const vfio_iommufd_emulated_bind: iommufd_callback = null;
export const vfio_iommufd_emulated_unbind: iommufd_callback = null;
export const vfio_iommufd_emulated_attach_ioas: iommufd_callback = null;
export const vfio_iommufd_emulated_detach_ioas: iommufd_callback = null;

/* Numbers of the ioctl calls: _IO(';', 100 + n) */
const VFIO_IO = 0x3b64;

export const VFIO_DEVICE_GET_INFO = VFIO_IO + 7;
export const VFIO_DEVICE_GET_REGION_INFO = VFIO_IO + 8;
export const VFIO_DEVICE_GET_IRQ_INFO = VFIO_IO + 9;
export const VFIO_DEVICE_SET_IRQS = VFIO_IO + 10;
export const VFIO_DEVICE_RESET = VFIO_IO + 11;

export const VFIO_DEVICE_FEATURE = VFIO_IO + 17;

export const VFIO_DEVICE_FEATURE_MASK = 0xffff;
export const VFIO_DEVICE_FEATURE_GET = 1 << 16;
export const VFIO_DEVICE_FEATURE_SET = 1 << 17;
export const VFIO_DEVICE_FEATURE_PROBE = 1 << 18;

export const VFIO_DEVICE_FEATURE_MIGRATION = 1;
export const VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE = 2;
export const VFIO_DEVICE_FEATURE_MIG_DATA_SIZE = 9;

/**
 * class vfio_device_feature - the argument of VFIO_DEVICE_FEATURE; data follow it
 * @flags: which, and VFIO_DEVICE_FEATURE_GET, _SET or _PROBE
 */
export class vfio_device_feature {
	argsz = 0;
	flags = 0;

	static readonly layout: readonly field_layout[] = [["argsz", 0, 4], ["flags", 4, 4]];
}

/** class vfio_device_feature_migration - VFIO_MIGRATION_... */
export class vfio_device_feature_migration {
	flags = 0;

	static readonly layout: readonly field_layout[] = [["flags", 0, 8]];
}

/**
 * class vfio_device_feature_mig_state
 * @device_state: VFIO_DEVICE_STATE_...
 * @data_fd: the descriptor of the stream that came with it, or -1
 */
export class vfio_device_feature_mig_state {
	device_state = 0;
	data_fd = 0;

	static readonly layout: readonly field_layout[] =
		[["device_state", 0, 4], ["data_fd", 4, 4]];
}

/** class vfio_device_feature_mig_data_size - bytes that STOP_COPY would be */
export class vfio_device_feature_mig_data_size {
	stop_copy_length = 0;

	static readonly layout: readonly field_layout[] = [["stop_copy_length", 0, 8]];
}

/**
 * vfio_check_feature - what is to be done for a VFIO_DEVICE_FEATURE
 * @flags: its flags
 * @argsz: bytes of its data
 * @supported_ops: VFIO_DEVICE_FEATURE_GET, _SET
 * @minsz: bytes that are needed
 *
 * Return: 1 when it is to be got or set; else what is to be returned: 0 for a probe,
 * -EINVAL.
 * C: include/linux/vfio.h, Linux 6.12
 */
export function vfio_check_feature(
	flags: number, argsz: number, supported_ops: number, minsz: number,
): number {
	if (flags & (VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_SET) & ~supported_ops)
		return -EINVAL;
	if (flags & VFIO_DEVICE_FEATURE_PROBE)
		return 0;
	if (!(flags & (VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_SET)))
		return -EINVAL;
	if (argsz < minsz)
		return -EINVAL;
	return 1;
}

export const VFIO_DEVICE_FLAGS_RESET = 1 << 0;
export const VFIO_DEVICE_FLAGS_AP = 1 << 5;
export const VFIO_DEVICE_API_AP_STRING = "vfio-ap";

/**
 * class vfio_device_info - the answer to VFIO_DEVICE_GET_INFO
 * @argsz: size of what userspace passed, in bytes
 * @flags: VFIO_DEVICE_FLAGS_...
 */
export class vfio_device_info {
	argsz = 0;
	flags = 0;
	num_regions = 0;
	num_irqs = 0;
	cap_offset = 0;
	pad = 0;

	static readonly layout: readonly field_layout[] = [
		["argsz", 0, 4], ["flags", 4, 4], ["num_regions", 8, 4], ["num_irqs", 12, 4],
		["cap_offset", 16, 4], ["pad", 20, 4],
	];
}

export const VFIO_IRQ_INFO_EVENTFD = 1 << 0;

/**
 * class vfio_irq_info - the answer to VFIO_DEVICE_GET_IRQ_INFO
 * @index: which interrupt; set by userspace
 * @count: how many there are of it
 */
export class vfio_irq_info {
	argsz = 0;
	flags = 0;
	index = 0;
	count = 0;

	static readonly layout: readonly field_layout[] = [
		["argsz", 0, 4], ["flags", 4, 4], ["index", 8, 4], ["count", 12, 4],
	];
}

export const VFIO_IRQ_SET_DATA_NONE = 1 << 0;
export const VFIO_IRQ_SET_DATA_BOOL = 1 << 1;
export const VFIO_IRQ_SET_DATA_EVENTFD = 1 << 2;
export const VFIO_IRQ_SET_ACTION_MASK = 1 << 3;
export const VFIO_IRQ_SET_ACTION_UNMASK = 1 << 4;
export const VFIO_IRQ_SET_ACTION_TRIGGER = 1 << 5;
export const VFIO_IRQ_SET_DATA_TYPE_MASK =
	VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_DATA_EVENTFD;
export const VFIO_IRQ_SET_ACTION_TYPE_MASK =
	VFIO_IRQ_SET_ACTION_MASK | VFIO_IRQ_SET_ACTION_UNMASK | VFIO_IRQ_SET_ACTION_TRIGGER;

/** Interrupts of a vfio-ap device: 0 asks userspace to give the device back */
export const VFIO_AP_REQ_IRQ_INDEX = 0;
export const VFIO_AP_NUM_IRQS = 1;

/**
 * class vfio_irq_set - the argument of VFIO_DEVICE_SET_IRQS; data follow it
 * @index: which interrupt
 * @start: the first of @count
 */
export class vfio_irq_set {
	argsz = 0;
	flags = 0;
	index = 0;
	start = 0;
	count = 0;

	static readonly layout: readonly field_layout[] = [
		["argsz", 0, 4], ["flags", 4, 4], ["index", 8, 4], ["start", 12, 4],
		["count", 16, 4],
	];
}

export {
	set_vfio_request_handler, vfio_alloc_device, vfio_mig_get_next_state, vfio_pin_pages,
	vfio_put_device,
	vfio_register_emulated_iommu_dev, vfio_set_irqs_validate_and_prepare, vfio_unpin_pages,
	vfio_unregister_group_dev,
} from "../../drivers/vfio/vfio_main.ts";
export { trace_pin } from "../../drivers/vfio/container.ts";
