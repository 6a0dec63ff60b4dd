// SPDX-License-Identifier: GPL-2.0-only
/*
 * IOMMU groups, as far as userspace looks for them: a mediated device has no IOMMU, and VFIO
 * makes a group for it all the same. Its directory is /sys/kernel/iommu_groups/N.
 *
 * Copyright (C) 2007-2008 Advanced Micro Devices, Inc.
 * Author: Joerg Roedel <jroedel@suse.de>
 *
 * C: drivers/iommu/iommu.c, Linux 6.12: groups of one device, without domains.
 * PORT: no allocation here fails; the recorded failures are those of the driver and of VFIO.
 */
import { EINVAL } from "#linux/errno.h";
import { core_initcall } from "#linux/init.h";
import {
	KOBJ_TYPE, kobject, kobject_create_and_add, kobject_init_and_add, kobject_put,
	kset_create_and_add, type kset,
} from "#linux/kobject.h";
import type { device } from "#linux/device.h";
import { nofail } from "#linux/slab.h";
import type { char_buf } from "#linux/sprintf.h";
import {
	attribute, attribute_group, sysfs_create_group, sysfs_create_link, sysfs_emit,
	sysfs_remove_link, type sysfs_ops,
} from "#linux/sysfs.h";
import { kernel_kobj } from "../base/core.ts";

/* /sys/kernel/iommu_groups, and the numbers that are taken */
let iommu_group_kset: kset | null = null;
let iommu_group_ida = new Set<number>();

core_initcall(function iommu_init(): void {
	iommu_group_ida = new Set();
	iommu_group_kset = kset_create_and_add("iommu_groups", null, kernel_kobj());
});

/**
 * class iommu_group - a group
 * @devices_kobj: its directory "devices"; who holds that holds the group
 * @dev: the device in it
 */
export class iommu_group {
	kobj = new kobject(this);
	devices_kobj: kobject | null = null;
	id = 0;
	name: string | null = null;
	dev: device | null = null;
}

const attr_reserved_regions = new attribute("reserved_regions", 0o444);
const attr_type = new attribute("type", 0o644);
const attr_name = new attribute("name", 0o444);

function iommu_group_attr_show(kobj: kobject, attr: attribute, buf: char_buf): number {
	const { name } = kobj.container as iommu_group;

	switch (attr) {
	case attr_name:
		return sysfs_emit(buf, "%s\n", name ?? "");
	case attr_type:
		return sysfs_emit(buf, "%s\n", "unknown");
	default:
		return 0;
	}
}

/* Without a domain there is no type to set. */
const iommu_group_sysfs_ops: sysfs_ops = {
	show: iommu_group_attr_show,
	store: () => -EINVAL,
};

const iommu_group_files = new attribute_group({ attrs: [attr_reserved_regions, attr_type] });
const iommu_group_name_file = new attribute_group({ attrs: [attr_name] });

function iommu_group_release(kobj: kobject): void {
	iommu_group_ida.delete((kobj.container as iommu_group).id);
}

const iommu_group_ktype = KOBJ_TYPE({
	sysfs_ops: iommu_group_sysfs_ops,
	release: iommu_group_release,
	default_groups: [iommu_group_files],
});

function ida_alloc(): number {
	let id = iommu_group_ida.size;

	if (iommu_group_ida.has(id))
		for (id = 0; iommu_group_ida.has(id);)
			id++;
	iommu_group_ida.add(id);
	return id;
}

/** iommu_group_alloc - a new group, held once */
export function iommu_group_alloc(): iommu_group {
	return nofail(() => {
		const group = new iommu_group();

		group.kobj.kset = iommu_group_kset;
		group.id = ida_alloc();
		kobject_init_and_add(group.kobj, iommu_group_ktype, null, "%d", group.id);
		group.devices_kobj = kobject_create_and_add("devices", group.kobj);
		kobject_put(group.kobj);
		return group;
	});
}

/** iommu_group_set_name - give a group a name and a file that tells it */
export function iommu_group_set_name(group: iommu_group, name: string): void {
	group.name = name;
	nofail(() => sysfs_create_group(group.kobj, iommu_group_name_file));
}

/** iommu_group_add_device - put the device into its group */
export function iommu_group_add_device(group: iommu_group, dev: device): void {
	nofail(() => {
		sysfs_create_link(dev.kobj, group.kobj, "iommu_group");
		sysfs_create_link(group.devices_kobj!, dev.kobj, dev.kobj.name!);
	});
	group.dev = dev;
}

/** iommu_group_remove_device - take the device out again, and hold the group no longer */
export function iommu_group_remove_device(group: iommu_group): void {
	sysfs_remove_link(group.devices_kobj!, group.dev!.kobj.name!);
	sysfs_remove_link(group.dev!.kobj, "iommu_group");
	kobject_put(group.devices_kobj);
}
