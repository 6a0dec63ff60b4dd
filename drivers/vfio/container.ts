// SPDX-License-Identifier: GPL-2.0-only
/*
 * A container: the guest memory that a device can reach, and the pages of it
 * that are pinned. All of the guest's memory slots are mapped, at the guest's
 * own addresses, as userspace maps them.
 *
 * Copyright (C) 2012 Red Hat, Inc.  All rights reserved.
 *     Author: Alex Williamson <alex.williamson@redhat.com>
 *
 * C: drivers/vfio/vfio_iommu_type1.c, Linux 6.12: pinning, with its results; not
 * its list of devices and the lock of that, not the accounting of locked memory.
 */
import { page, pfn_to_page } from "#asm/page.h";
import { dev_name, dev_notice, type device } from "#linux/device.h";
import { EFAULT, EINVAL, ENOMEM } from "#linux/errno.h";
import { early_initcall } from "#linux/init.h";
import { gfn_to_hva, kvm_is_error_hva, type kvm } from "#linux/kvm_host.h";
import { mutex, mutex_lock, mutex_unlock } from "#linux/mutex.h";
import { blocking_notifier_head } from "#linux/notifier.h";
import { should_failslab } from "#linux/slab.h";
import { tracepoint } from "#linux/tracepoint.h";

/**
 * trace_pin - a guest page was pinned ("+") or given back ("-")
 * @dev: the mediated device
 * @gfn: the guest's page frame; one that was not pinned can be given back too
 */
export const trace_pin = new tracepoint<[op: "+" | "-", dev: device, gfn: bigint]>();

/** A page that was still pinned when its container went. */
export interface pinned_page {
	mdev: string;
	gfn: bigint;
	count: number;
}

/* Containers there are, and what those that went left behind. */
let containers = new Set<vfio_container>();
let leaked: pinned_page[] = [];

early_initcall(() => {
	containers = new Set();
	leaked = [];
});

/**
 * class vfio_container
 * @dev: the device that pins
 * @kvm: whose memory it is; null: nothing is mapped
 * @lock: guards the pages
 * @pfn_list: how often each guest page frame is pinned
 * @notifier: who is told of an unmapping (Linux 5.10)
 */
export class vfio_container {
	dev: device | null = null;
	kvm: kvm | null = null;
	lock = new mutex("iommu->lock");
	pfn_list = new Map<bigint, number>();
	notifier = new blocking_notifier_head("iommu->notifier");
}

/** vfio_container_attach - make a container usable for a device and a guest */
export function vfio_container_attach(
	container: vfio_container, dev: device, kvm: kvm | null,
): void {
	container.dev = dev;
	container.kvm = kvm;
	containers.add(container);
}

/**
 * vfio_container_detach - a container goes, its pages with it
 *
 * C warns of pages that are still pinned; here they are remembered by name.
 */
export function vfio_container_detach(container: vfio_container): void {
	containers.delete(container);
	add_pages(container, leaked);
}

function add_pages(container: vfio_container, to: pinned_page[]): void {
	for (const [gfn, count] of container.pfn_list)
		to.push({ mdev: dev_name(container.dev!), gfn, count });
}

/** vfio_pinned_pages - the pages that are pinned now */
export function vfio_pinned_pages(): pinned_page[] {
	const pages: pinned_page[] = [];

	for (const container of containers)
		add_pages(container, pages);
	return pages;
}

/** vfio_leaked_pages - pages that were pinned when their device was closed, since boot */
export function vfio_leaked_pages(): readonly pinned_page[] {
	return leaked;
}

/**
 * vfio_container_pin_page - pin a guest page
 * @container: the container
 * @gfn: the guest's page frame
 *
 * A page that is pinned already is counted once more.
 *
 * Return: the host's page; -EINVAL when nothing is mapped there, -EFAULT when
 * there is no memory behind it, -ENOMEM.
 */
export function vfio_container_pin_page(container: vfio_container, gfn: bigint): page | number {
	let ret: page | number;

	mutex_lock(container.lock);
	ret = pin_page(container, gfn);
	mutex_unlock(container.lock);
	if (typeof ret !== "number" && trace_pin.enabled)
		trace_pin.emit("+", container.dev!, gfn);
	return ret;
}

function pin_page(container: vfio_container, gfn: bigint): page | number {
	const { kvm, pfn_list } = container;
	const count = pfn_list.get(gfn) ?? 0;

	if (kvm === null || kvm_is_error_hva(gfn_to_hva(kvm, gfn)))
		return -EINVAL;
	if (!kvm.memory!.is_ram(gfn))
		return -EFAULT;
	if (count === 0 && should_failslab())
		return -ENOMEM;
	pfn_list.set(gfn, count + 1);
	return pfn_to_page(kvm.memory!.pfn(gfn));
}

/**
 * vfio_container_unpin_page - give a guest page back
 * @container: the container; null when the device is not open any more, and its
 *	       pages are gone already
 * @dev: the device
 * @gfn: the guest's page frame
 *
 * A page that is not pinned is left alone.
 *
 * Return: whether something is mapped there.
 */
export function vfio_container_unpin_page(
	container: vfio_container | null, dev: device, gfn: bigint,
): boolean {
	let mapped = true;

	if (container === null)
		dev_notice(dev, "page frame %#llx is unpinned, but the device is closed\n", gfn);
	else
		mapped = unpin_page(container, gfn);
	if (trace_pin.enabled)
		trace_pin.emit("-", dev, gfn);
	return mapped;
}

function unpin_page(container: vfio_container, gfn: bigint): boolean {
	const { kvm, pfn_list } = container;
	const count = pfn_list.get(gfn) ?? 0;

	mutex_lock(container.lock);
	if (count > 1)
		pfn_list.set(gfn, count - 1);
	else
		pfn_list.delete(gfn);
	mutex_unlock(container.lock);
	return kvm !== null && !kvm_is_error_hva(gfn_to_hva(kvm, gfn));
}
