// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO core: devices that a driver offers to userspace.
 *
 * Copyright (C) 2012 Red Hat, Inc.  All rights reserved.
 *     Author: Alex Williamson <alex.williamson@redhat.com>
 *
 * Derived from original vfio:
 * Copyright 2010 Cisco Systems, Inc.  All rights reserved.
 * Author: Tom Lyon, pugs@cisco.com
 *
 * C: drivers/vfio/vfio_main.c, Linux 6.12, for devices without an IOMMU of their
 * own, opened through their group.
 */
import { PAGE_SHIFT, type page } from "#asm/page.h";
import { kernel_crash, WARN_ON } from "#linux/bug.h";
import {
	complete, init_completion, try_wait_for_completion,
	wait_for_completion_interruptible_timeout,
} from "#linux/completion.h";
import { container_of } from "#linux/container_of.h";
import {
	class_create, dev_set_name, device_add, device_del, device_initialize,
	put_device, type device, type struct_class,
} from "#linux/device.h";
import { ERR_PTR, IS_ERR, PTR_ERR, type err_ptr } from "#linux/err.h";
import { E2BIG, EFAULT, EINVAL, ENODEV, ENOMEM, ENOTTY } from "#linux/errno.h";
import { fd_install, get_unused_fd_flags, put_unused_fd } from "#linux/file.h";
import { O_CLOEXEC, fput, type file } from "#linux/fs.h";
import { subsys_initcall } from "#linux/init.h";
import { HZ } from "#linux/jiffies.h";
import { kvm_get_kvm_safe, kvm_put_kvm } from "#linux/kvm_host.h";
import { list_add_tail, list_del } from "#linux/list.h";
import { lockdep_assert_held, mutex_lock, mutex_unlock } from "#linux/mutex.h";
import { module_put, try_module_get } from "#linux/module.h";
import { current, run_as, task_struct } from "#linux/sched.h";
import { GFP_KERNEL, kfree, kzalloc, should_failslab } from "#linux/slab.h";
import { out } from "#linux/types.h";
import {
	copy_from_user, copy_to_user, offsetofend, sizeof, type user_ptr,
} from "#linux/uaccess.h";
import {
	VFIO_DEVICE_FEATURE, VFIO_DEVICE_FEATURE_GET, VFIO_DEVICE_FEATURE_MASK,
	VFIO_DEVICE_FEATURE_MIGRATION, VFIO_DEVICE_FEATURE_MIG_DATA_SIZE,
	VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, VFIO_DEVICE_FEATURE_PROBE, VFIO_DEVICE_FEATURE_SET,
	VFIO_DEVICE_STATE_ERROR, VFIO_DEVICE_STATE_PRE_COPY, VFIO_DEVICE_STATE_PRE_COPY_P2P,
	VFIO_DEVICE_STATE_RUNNING_P2P, VFIO_IRQ_SET_ACTION_TYPE_MASK, VFIO_IRQ_SET_DATA_BOOL,
	VFIO_IRQ_SET_DATA_EVENTFD, VFIO_IRQ_SET_DATA_NONE, VFIO_IRQ_SET_DATA_TYPE_MASK,
	VFIO_MIGRATION_P2P, VFIO_MIGRATION_PRE_COPY, VFIO_MIGRATION_STOP_COPY, vfio_check_feature,
	vfio_device, vfio_device_feature, vfio_device_feature_mig_data_size,
	vfio_device_feature_mig_state, vfio_device_feature_migration, vfio_device_set, vfio_irq_set,
	type vfio_device_mig_state, type vfio_device_ops,
} from "#linux/vfio.h";
import { vfio_container_pin_page, vfio_container_unpin_page } from "./container.ts";
import {
	vfio_create_group, vfio_file_close, vfio_group_register, vfio_group_unregister,
	vfio_remove_group,
} from "./group.ts";
import type { vfio_file, vfio_group, vfio_group_fops } from "./vfio.h.ts";

/* Numbers of devices that are in use. */
const vfio = {
	device_ida: new Set<number>(),
	device_class: null as struct_class | null,
};

/** Waits of ten seconds after which nobody will give the device back: an hour. */
const WATCHDOG = 360;

/**
 * vfio_request_handler - what userspace does when its device is wanted back
 * @file: the open device
 * @count: how often it was asked before
 */
export type vfio_request_handler = (file: vfio_file, count: number) => void;

const close_at_once: vfio_request_handler = (file) => void vfio_file_close(file);
let request_handler = close_at_once;
let userspace: task_struct;
let registering_fails = 0;

subsys_initcall(() => {
	vfio.device_ida = new Set();
	request_handler = close_at_once;
	registering_fails = 0;
	userspace = new task_struct("guest");
	vfio_init();
});

/**
 * set_vfio_request_handler - say what userspace does when a device is wanted back
 * @handler: it may close the device or not; null: it closes it
 */
export function set_vfio_request_handler(handler: vfio_request_handler | null): void {
	request_handler = handler ?? close_at_once;
}

/** fail_vfio_register - make the next device's registration fail with that error */
export function fail_vfio_register(error: number): void {
	registering_fails = error;
}

/* Put a device into a set of its own: 0 or -ENOMEM. */
function vfio_assign_device_set(device: vfio_device, set_id: object): number {
	const dev_set = kzalloc(vfio_device_set, GFP_KERNEL);

	if (!dev_set)
		return -ENOMEM;
	dev_set.set_id = set_id;
	dev_set.device_count++;
	mutex_lock(dev_set.lock);
	device.dev_set = dev_set;
	list_add_tail(device.dev_set_list, dev_set.device_list);
	mutex_unlock(dev_set.lock);
	return 0;
}

/** vfio_ensure_device_set - a set for a device that has none; 0 or -ENOMEM */
export function vfio_ensure_device_set(device: vfio_device): number {
	/* PORT: an error is returned; C goes on without a set and faults later */
	return device.dev_set ? 0 : vfio_assign_device_set(device, device);
}

/** vfio_release_device_set - take a device out of its set; an empty set goes */
export function vfio_release_device_set(device: vfio_device): void {
	const dev_set = device.dev_set;

	if (!dev_set)
		return;

	mutex_lock(dev_set.lock);
	list_del(device.dev_set_list);
	mutex_unlock(dev_set.lock);

	if (!--dev_set.device_count)
		kfree(dev_set);
	device.dev_set = null;
}

/** vfio_device_put_registration - one user of the registered device less */
export function vfio_device_put_registration(device: vfio_device): void {
	if (--device.refcount === 0)
		complete(device.comp);
}

function vfio_device_try_get_registration(device: vfio_device): boolean {
	if (device.refcount === 0)
		return false;
	device.refcount++;
	return true;
}

/* The last reference is gone. */
function vfio_device_release(dev: device): void {
	const device = container_of(dev, vfio_device, "device");

	vfio_release_device_set(device);
	vfio.device_ida.delete(device.index);

	if (device.ops!.release)
		device.ops!.release(device);

	kfree(device.container);
}

/**
 * vfio_alloc_device - allocate and initialise a driver's object with its vfio_device
 * @dev_struct: the object's class
 * @member: the name of the vfio_device in it
 * @dev: the device it stands for
 * @ops: the driver's callbacks; init is called here
 *
 * Return: the object, to be given back with vfio_put_device(); or ERR_PTR() of
 * -ENOMEM or of what init returned.
 * C: _vfio_alloc_device() in drivers/vfio/vfio_main.c, Linux 6.12
 */
export function vfio_alloc_device<T extends object>(
	dev_struct: new () => T, member: keyof T, dev: device, ops: vfio_device_ops,
): T | err_ptr {
	const object = kzalloc(dev_struct, GFP_KERNEL);
	if (!object)
		return ERR_PTR(-ENOMEM);

	const ret = vfio_init_device(object[member] as vfio_device, dev, ops);
	if (ret) {
		kfree(object);
		return ERR_PTR(ret);
	}
	return object;
}

/** vfio_put_device - give back what vfio_alloc_device() returned */
export function vfio_put_device(device: vfio_device): void {
	put_device(device.device);
}

/* The lowest free number, or -ENOMEM. */
function ida_alloc(ida: Set<number>): number {
	let id = 0;

	if (should_failslab())
		return -ENOMEM;
	while (ida.has(id))
		id++;
	ida.add(id);
	return id;
}

/**
 * vfio_init_device - make a vfio_device ready to be registered
 *
 * C: drivers/vfio/vfio_main.c, Linux 6.12
 */
function vfio_init_device(device: vfio_device, dev: device, ops: vfio_device_ops): number {
	let ret;

	ret = ida_alloc(vfio.device_ida);
	if (ret < 0)
		return ret;

	device.index = ret;
	init_completion(device.comp);
	device.dev = dev;
	device.ops = ops;

	if (ops.init) {
		ret = ops.init(device);
		if (ret) {
			vfio_release_device_set(device);
			vfio.device_ida.delete(device.index);
			return ret;
		}
	}

	device_initialize(device.device);
	device.device.release = vfio_device_release;
	device.device.class = vfio.device_class;
	device.device.parent = device.dev;
	return 0;
}

/**
 * __vfio_register_dev - let userspace have a device
 *
 * C: drivers/vfio/vfio_main.c, Linux 6.12
 */
function __vfio_register_dev(device: vfio_device): number {
	let ret;

	ret = vfio_ensure_device_set(device);
	if (ret)
		return ret;

	ret = dev_set_name(device.device, "vfio%d", device.index);
	if (ret)
		return ret;

	ret = vfio_device_set_group(device);
	if (ret)
		return ret;

	ret = device_add(device.device);
	if (ret) {
		vfio_device_remove_group(device);
		return ret;
	}

	vfio_device_make_available(device);

	return 0;
}

/** vfio_device_make_available - from here on userspace can have the device */
export function vfio_device_make_available(device: vfio_device): void {
	device.refcount = 1;
	vfio_group_register(device.group!);
}

/**
 * vfio_device_set_group - make the device's group
 * @device: the device
 * @fops: how it is used by file descriptor
 *
 * Return: 0 or -ENOMEM.
 */
export function vfio_device_set_group(
	device: vfio_device, fops: vfio_group_fops = vfio_device_fops,
): number {
	const group = vfio_create_group(device.dev!, fops, "vfio-noiommu");

	if (IS_ERR(group))
		return PTR_ERR(group);
	device.group = group;
	devices.set(group, device);
	return 0;
}

/** vfio_device_remove_group - undo vfio_device_set_group() */
export function vfio_device_remove_group(device: vfio_device): void {
	devices.delete(device.group!);
	vfio_remove_group(device.group!);
	device.group = null;
}

/* The device in a group. */
const devices = new WeakMap<vfio_group, vfio_device>();

/**
 * vfio_register_emulated_iommu_dev - let userspace have a device without an IOMMU
 * @device: the device
 *
 * Return: 0, -ENOMEM, or why the device could not be added.
 * C: drivers/vfio/vfio_main.c, Linux 6.12
 */
export function vfio_register_emulated_iommu_dev(device: vfio_device): number {
	const error = registering_fails;

	registering_fails = 0;
	if (error)
		return error;
	return __vfio_register_dev(device);
}

/**
 * vfio_unregister_group_dev - take a device away from userspace
 * @device: the device
 *
 * Waits until it is closed, and asks for that, again and again.
 *
 * C: drivers/vfio/vfio_main.c, Linux 6.12
 */
export function vfio_unregister_group_dev(device: vfio_device): void {
	vfio_group_unregister(device.group!);

	device_del(device.device);

	vfio_device_put_registration(device);
	vfio_wait_for_users(device);

	vfio_device_remove_group(device);
}

/**
 * vfio_wait_for_users - wait until nobody has a device open
 *
 * C: the loop of vfio_unregister_group_dev(), Linux 6.12
 */
export function vfio_wait_for_users(device: vfio_device): void {
	let i = 0;
	let rc: boolean | number = try_wait_for_completion(device.comp);

	while (!rc) {
		if (device.ops!.request)
			device.ops!.request(device, i);
		/* PORT: another process does it meanwhile */
		request_from_userspace(device.group!, i++);
		rc = try_wait_for_completion(device.comp) ||
			wait_for_completion_interruptible_timeout(device.comp, HZ * 10);
	}
}

/**
 * request_from_userspace - let userspace do what it does when a device is wanted
 * @group: the device's
 * @count: how often it was asked before; at WATCHDOG that is a hang
 */
export function request_from_userspace(group: vfio_group, count: number): void {
	if (count === WATCHDOG)
		throw new kernel_crash("hang", `${current.comm} waits for an open device`);
	run_as(userspace, () => request_handler(group.opened_file!, count));
}

/* Hold the guest that the group was given to while the device is open. */
function vfio_device_get_kvm_safe(device: vfio_device): void {
	const kvm = device.group!.kvm;

	lockdep_assert_held(device.dev_set!.lock);
	if (!kvm || !kvm_get_kvm_safe(kvm))
		return;
	device.put_kvm = kvm_put_kvm;
	device.kvm = kvm;
}

function vfio_device_put_kvm(device: vfio_device): void {
	lockdep_assert_held(device.dev_set!.lock);

	if (!device.kvm)
		return;
	device.put_kvm!(device.kvm);
	device.put_kvm = null;
	device.kvm = null;
}

function vfio_assert_device_open(device: vfio_device): boolean {
	return device.open_count !== 0;		/* PORT: one WARN, the caller's, is enough */
}

function vfio_df_device_first_open(device: vfio_device): number {
	const owner = device.dev!.driver!.owner;
	let ret;

	lockdep_assert_held(device.dev_set!.lock);

	if (!try_module_get(owner))
		return -ENODEV;

	if (device.ops!.open_device) {
		ret = device.ops!.open_device(device);
		if (ret) {
			module_put(owner);
			return ret;
		}
	}
	return 0;
}

function vfio_df_device_last_close(device: vfio_device): void {
	lockdep_assert_held(device.dev_set!.lock);

	if (device.ops!.close_device)
		device.ops!.close_device(device);
	module_put(device.dev!.driver!.owner);
}

function vfio_df_open(device: vfio_device): number {
	let ret = 0;

	lockdep_assert_held(device.dev_set!.lock);

	device.open_count++;
	if (device.open_count === 1) {
		ret = vfio_df_device_first_open(device);
		if (ret)
			device.open_count--;
	}

	return ret;
}

function vfio_df_close(device: vfio_device): void {
	lockdep_assert_held(device.dev_set!.lock);

	if (WARN_ON(!vfio_assert_device_open(device)))
		return;
	if (device.open_count === 1)
		vfio_df_device_last_close(device);
	device.open_count--;
}

/* C: vfio_df_group_open() in drivers/vfio/group.c, Linux 6.12 */
function vfio_df_group_open(device: vfio_device): number {
	mutex_lock(device.group!.group_lock);
	mutex_lock(device.dev_set!.lock);

	if (device.open_count === 0)
		vfio_device_get_kvm_safe(device);

	const ret = vfio_df_open(device);
	if (ret) {
		if (device.open_count === 0)
			vfio_device_put_kvm(device);
	}
	mutex_unlock(device.dev_set!.lock);
	mutex_unlock(device.group!.group_lock);
	return ret;
}

/* C: vfio_df_group_close() in drivers/vfio/group.c, Linux 6.12 */
function vfio_df_group_close(device: vfio_device): void {
	mutex_lock(device.group!.group_lock);
	mutex_lock(device.dev_set!.lock);

	vfio_df_close(device);

	if (device.open_count === 0)
		vfio_device_put_kvm(device);

	mutex_unlock(device.dev_set!.lock);
	mutex_unlock(device.group!.group_lock);
}

/*
 * Where a device goes next: by the state it is in and the one it is to get to, both in
 * the order of their numbers. The names are those of vfio.h, shortened.
 */
const [ERROR, STOP, RUN, COPY, RESUME, P2P, PRE, PRE_P2P] = [0, 1, 2, 3, 4, 5, 6, 7];

const vfio_from_fsm_table: readonly (readonly vfio_device_mig_state[])[] = [
	/* ERROR:   */ [ERROR, ERROR, ERROR, ERROR, ERROR, ERROR, ERROR, ERROR],
	/* STOP:    */ [ERROR, STOP, P2P, COPY, RESUME, P2P, P2P, P2P],
	/* RUN:     */ [ERROR, P2P, RUN, P2P, P2P, P2P, PRE, P2P],
	/* COPY:    */ [ERROR, STOP, STOP, COPY, STOP, STOP, ERROR, ERROR],
	/* RESUME:  */ [ERROR, STOP, STOP, STOP, RESUME, STOP, STOP, STOP],
	/* P2P:     */ [ERROR, STOP, RUN, STOP, STOP, P2P, RUN, PRE_P2P],
	/* PRE:     */ [ERROR, RUN, RUN, PRE_P2P, RUN, RUN, PRE, PRE_P2P],
	/* PRE_P2P: */ [ERROR, P2P, P2P, COPY, P2P, P2P, PRE, PRE_P2P],
];

/* What a device must be able to do to get into a state. */
function state_flags(state: vfio_device_mig_state): number {
	switch (state) {
	case VFIO_DEVICE_STATE_ERROR:
		return 0xffffffff;
	case VFIO_DEVICE_STATE_RUNNING_P2P:
		return VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_P2P;
	case VFIO_DEVICE_STATE_PRE_COPY:
		return VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_PRE_COPY;
	case VFIO_DEVICE_STATE_PRE_COPY_P2P:
		return VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_P2P | VFIO_MIGRATION_PRE_COPY;
	default:
		return VFIO_MIGRATION_STOP_COPY;
	}
}

/* Whether a device can be in a state. */
function vfio_mig_has_state(device: vfio_device, state: vfio_device_mig_state): boolean {
	return state < vfio_from_fsm_table.length &&
		(state_flags(state) & device.migration_flags) >>> 0 === state_flags(state);
}

/**
 * vfio_mig_get_next_state - the next state on the way to another one
 * @device: the device
 * @cur_fsm: the state it is in
 * @new_fsm: where it is to go
 * @next_fsm: takes the next state; those that the device does not have are left out
 *
 * Return: 0, or -EINVAL when there is no way.
 * C: drivers/vfio/vfio_main.c, Linux 6.12
 */
export function vfio_mig_get_next_state(
	device: vfio_device, cur_fsm: vfio_device_mig_state, new_fsm: vfio_device_mig_state,
	next_fsm: out<vfio_device_mig_state>,
): number {
	if (WARN_ON(!vfio_mig_has_state(device, cur_fsm)))
		return -EINVAL;

	if (!vfio_mig_has_state(device, new_fsm))
		return -EINVAL;

	next_fsm.v = vfio_from_fsm_table[cur_fsm][new_fsm];
	while (next_fsm.v !== VFIO_DEVICE_STATE_ERROR && !vfio_mig_has_state(device, next_fsm.v))
		next_fsm.v = vfio_from_fsm_table[next_fsm.v][new_fsm];

	return next_fsm.v !== VFIO_DEVICE_STATE_ERROR ? 0 : -EINVAL;
}

/* Let userspace have a stream. C: vfio_ioct_mig_return_fd(), Linux 6.12 */
function vfio_ioct_mig_return_fd(
	filp: file, arg: user_ptr, mig: vfio_device_feature_mig_state,
): number {
	const fd = get_unused_fd_flags(O_CLOEXEC);

	if (fd < 0) {
		fput(filp);
		return fd;
	}
	mig.data_fd = fd;
	if (copy_to_user(arg, mig, sizeof(vfio_device_feature_mig_state))) {
		put_unused_fd(fd);
		fput(filp);
		return -EFAULT;
	}
	fd_install(fd, filp);
	return 0;
}

/* C: drivers/vfio/vfio_main.c, Linux 6.12 */
function vfio_ioctl_device_feature_mig_device_state(
	device: vfio_device, flags: number, arg: user_ptr, argsz: number,
): number {
	const minsz = offsetofend(vfio_device_feature_mig_state, "data_fd");
	const mig = new vfio_device_feature_mig_state();
	let filp: file | null | err_ptr = null;
	let ret;

	if (!device.mig_ops)
		return -ENOTTY;

	ret = vfio_check_feature(flags, argsz, VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_GET,
				 sizeof(vfio_device_feature_mig_state));
	if (ret !== 1)
		return ret;

	if (copy_from_user(mig, arg, minsz))
		return -EFAULT;

	if (flags & VFIO_DEVICE_FEATURE_GET) {
		const curr_state = out(VFIO_DEVICE_STATE_ERROR);

		ret = device.mig_ops.migration_get_state(device, curr_state);
		if (ret)
			return ret;
		mig.device_state = curr_state.v;
	} else {
		filp = device.mig_ops.migration_set_state(device, mig.device_state);
		if (!IS_ERR(filp) && filp)
			return vfio_ioct_mig_return_fd(filp, arg, mig);
	}
	mig.data_fd = -1;
	if (copy_to_user(arg, mig, sizeof(vfio_device_feature_mig_state)))
		return -EFAULT;
	return IS_ERR(filp) ? PTR_ERR(filp) : 0;
}

/* C: drivers/vfio/vfio_main.c, Linux 6.12 */
function vfio_ioctl_device_feature_migration_data_size(
	device: vfio_device, flags: number, arg: user_ptr, argsz: number,
): number {
	const data_size = new vfio_device_feature_mig_data_size();
	const stop_copy_length = out(0);
	let ret;

	if (!device.mig_ops)
		return -ENOTTY;

	ret = vfio_check_feature(flags, argsz, VFIO_DEVICE_FEATURE_GET,
				 sizeof(vfio_device_feature_mig_data_size));
	if (ret !== 1)
		return ret;

	ret = device.mig_ops.migration_get_data_size(device, stop_copy_length);
	if (ret)
		return ret;

	data_size.stop_copy_length = stop_copy_length.v;
	if (copy_to_user(arg, data_size, sizeof(vfio_device_feature_mig_data_size)))
		return -EFAULT;
	return 0;
}

/* C: drivers/vfio/vfio_main.c, Linux 6.12 */
function vfio_ioctl_device_feature_migration(
	device: vfio_device, flags: number, arg: user_ptr, argsz: number,
): number {
	const mig = new vfio_device_feature_migration();

	mig.flags = device.migration_flags;
	if (!device.mig_ops)
		return -ENOTTY;

	const ret = vfio_check_feature(flags, argsz, VFIO_DEVICE_FEATURE_GET,
				       sizeof(vfio_device_feature_migration));
	if (ret !== 1)
		return ret;
	if (copy_to_user(arg, mig, sizeof(vfio_device_feature_migration)))
		return -EFAULT;
	return 0;
}

/**
 * vfio_ioctl_device_feature - VFIO_DEVICE_FEATURE
 * @device: the device
 * @arg: userspace's struct vfio_device_feature, data behind it
 *
 * What is here is what a migration needs; vfio_ap has no features of its own.
 *
 * Return: 0; -EFAULT; -EINVAL; -ENOTTY for a feature that the device does not have.
 * C: drivers/vfio/vfio_main.c, Linux 6.12
 */
function vfio_ioctl_device_feature(device: vfio_device, arg: user_ptr): number {
	const minsz = offsetofend(vfio_device_feature, "flags");
	const feature = new vfio_device_feature();
	const data = arg + BigInt(minsz);

	if (copy_from_user(feature, arg, minsz))
		return -EFAULT;

	if (feature.argsz < minsz)
		return -EINVAL;

	if (feature.flags &
	    ~(VFIO_DEVICE_FEATURE_MASK | VFIO_DEVICE_FEATURE_SET |
	      VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PROBE))
		return -EINVAL;

	if (!(feature.flags & VFIO_DEVICE_FEATURE_PROBE) &&
	    (feature.flags & VFIO_DEVICE_FEATURE_SET) &&
	    (feature.flags & VFIO_DEVICE_FEATURE_GET))
		return -EINVAL;

	switch (feature.flags & VFIO_DEVICE_FEATURE_MASK) {
	case VFIO_DEVICE_FEATURE_MIGRATION:
		return vfio_ioctl_device_feature_migration(device, feature.flags, data,
							   feature.argsz - minsz);
	case VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE:
		return vfio_ioctl_device_feature_mig_device_state(device, feature.flags, data,
								  feature.argsz - minsz);
	case VFIO_DEVICE_FEATURE_MIG_DATA_SIZE:
		return vfio_ioctl_device_feature_migration_data_size(device, feature.flags, data,
								     feature.argsz - minsz);
	default:
		return -ENOTTY;
	}
}

/** vfio_device_fops - how the devices of this file are used by file descriptor */
export const vfio_device_fops: vfio_group_fops = {
	open: (group) => {
		const device = devices.get(group)!;

		if (!vfio_device_try_get_registration(device))
			return -ENODEV;
		const ret = vfio_df_group_open(device);

		if (ret)
			vfio_device_put_registration(device);
		return ret;
	},
	ioctl: (group, cmd, arg) => {
		const device = devices.get(group)!;

		if (cmd === VFIO_DEVICE_FEATURE)
			return vfio_ioctl_device_feature(device, arg);
		return device.ops!.ioctl ? device.ops!.ioctl(device, cmd, arg) : -EINVAL;
	},
	dma_unmap: (group, iova, length) => {
		const device = devices.get(group)!;

		if (device.ops!.dma_unmap)
			device.ops!.dma_unmap(device, iova, length);
	},
	release: (group) => {
		const device = devices.get(group)!;

		vfio_df_group_close(device);
		vfio_device_put_registration(device);
	},
};

/**
 * vfio_set_irqs_validate_and_prepare - check the argument of VFIO_DEVICE_SET_IRQS
 * @hdr: the argument
 * @num_irqs: how many interrupts there are of an index
 * @max_irq_type: how many indexes there are
 * @data_size: takes the size in bytes of the data that follow
 *
 * Return: 0, or -EINVAL when something is out of range or missing.
 * C: drivers/vfio/vfio_main.c, Linux 6.12
 */
export function vfio_set_irqs_validate_and_prepare(
	hdr: vfio_irq_set, num_irqs: number, max_irq_type: number, data_size: out<number> | null,
): number {
	const U32_MAX = 0xffffffff;
	let size;

	const minsz = offsetofend(vfio_irq_set, "count");

	if ((hdr.argsz < minsz) || (hdr.index >= max_irq_type) ||
	    (hdr.count >= U32_MAX - hdr.start) ||
	    (hdr.flags & ~(VFIO_IRQ_SET_DATA_TYPE_MASK |
				VFIO_IRQ_SET_ACTION_TYPE_MASK)))
		return -EINVAL;

	if (data_size)
		data_size.v = 0;

	if (hdr.start >= num_irqs || hdr.start + hdr.count > num_irqs)
		return -EINVAL;

	switch (hdr.flags & VFIO_IRQ_SET_DATA_TYPE_MASK) {
	case VFIO_IRQ_SET_DATA_NONE:
		size = 0;
		break;
	case VFIO_IRQ_SET_DATA_BOOL:
		size = 1;
		break;
	case VFIO_IRQ_SET_DATA_EVENTFD:
		size = 4;
		break;
	default:
		return -EINVAL;
	}

	if (size) {
		if (hdr.argsz - minsz < hdr.count * size)
			return -EINVAL;

		if (!data_size)
			return -EINVAL;

		data_size.v = hdr.count * size;
	}

	return 0;
}

/**
 * vfio_pin_pages - pin a guest page
 * @device: an open device whose driver has dma_unmap
 * @iova: guest address of the page; the offset in it does not matter
 * @npage: number of pages: 1
 * @_prot: IOMMU_READ, IOMMU_WRITE
 * @pages: takes the host's page
 *
 * Return: 1; -EINVAL when the device is not fit or nothing is mapped there,
 * -EFAULT when there is no memory, -ENOMEM.
 * C: drivers/vfio/vfio_main.c, Linux 6.12
 */
export function vfio_pin_pages(
	device: vfio_device, iova: bigint, npage: number, _prot: number, pages: out<page | null>,
): number {
	if (!npage || WARN_ON(!vfio_assert_device_open(device)))
		return -EINVAL;
	if (!device.ops!.dma_unmap)
		return -EINVAL;
	if (npage !== 1)		/* PORT: an out-parameter holds one */
		return -E2BIG;
	const page = vfio_container_pin_page(device.group!.container!, iova >> PAGE_SHIFT);

	if (typeof page === "number")
		return page;
	pages.v = page;
	return npage;
}

/**
 * vfio_unpin_pages - give a guest page back
 * @device: a device whose driver has dma_unmap
 * @iova: guest address of the page
 * @npage: number of pages: 1
 *
 * C warns when the device is not open; the recorded drivers did it unnoticed.
 *
 * C: drivers/vfio/vfio_main.c, Linux 6.12
 */
export function vfio_unpin_pages(device: vfio_device, iova: bigint, npage: number): void {
	if (WARN_ON(!device.ops!.dma_unmap))
		return;
	if (WARN_ON(npage !== 1))
		return;

	const container = device.group?.container ?? null;

	WARN_ON(!vfio_container_unpin_page(container, device.dev!, iova >> PAGE_SHIFT));
}

function vfio_init(): void {
	const device_class = class_create("vfio-dev");

	vfio.device_class = IS_ERR(device_class) ? null : device_class;
}
