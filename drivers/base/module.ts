/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Modules in sysfs: /sys/module/NAME, and the links between a driver and its module.
 *
 * A module that is loaded tells its state and how many use it; one that is built in has only its
 * parameters. Left out, since nobody who configures AP queues looks at them: sizes, sections,
 * notes, holders.
 *
 * Source: drivers/base/module.c, kernel/module/sysfs.c and kernel/params.c, Linux 6.12.
 * PORT: no allocation here fails; the recorded failures are those of the driver and of VFIO.
 */
import type { device_driver } from "#linux/device.h";
import { EIO } from "#linux/errno.h";
import { core_initcall } from "#linux/init.h";
import {
	KOBJ_TYPE, kobject, kobject_create_and_add, kobject_init_and_add, kobject_put,
	kset_create_and_add, type kset,
} from "#linux/kobject.h";
import type { module } from "#linux/module.h";
import { nofail } from "#linux/slab.h";
import {
	attribute, attribute_group, sysfs_create_group, sysfs_create_link, sysfs_emit,
	sysfs_remove_link,
} from "#linux/sysfs.h";

/* /sys/module */
let module_kset: kset | null = null;

core_initcall(function param_sysfs_init(): void {
	module_kset = kset_create_and_add("module", null, null);
});

/**
 * class module_kobject - what a module is in sysfs
 * @mod: the module
 * @drivers_dir: links to its drivers, once it has one
 * @state: "coming" while its init function runs, "live" then, "going" while its exit function does
 */
class module_kobject {
	kobj = new kobject(this);
	mod: module;
	drivers_dir: kobject | null = null;
	state: "coming" | "live" | "going" = "coming";

	constructor(mod: module) {
		this.mod = mod;
	}
}

/* A file of sysfs whose text a function gives. */
class text_attribute {
	attr: attribute;
	text: (kobj: kobject) => string;

	constructor(name: string, mode: number, text: (kobj: kobject) => string) {
		this.attr = new attribute(name, mode, this);
		this.text = text;
	}
}

const text_ktype = KOBJ_TYPE({
	sysfs_ops: {
		show: (kobj, { container }, buf) =>
			sysfs_emit(buf, "%s\n", (container as text_attribute).text(kobj)),
		store: () => -EIO,
	},
});

const modinfo_group = new attribute_group({
	attrs: [
		new text_attribute("initstate", 0o444,
			({ container }) => (container as module_kobject).state),
		new text_attribute("refcnt", 0o444, ({ container }) =>
			String((container as module_kobject).mod.refcnt)),
	].map(({ attr }) => attr),
});

const loaded = new WeakMap<module, module_kobject>();

/* The module's directory as long as it is loaded on the machine that runs. */
function mkobj_of(mod: module | null): module_kobject | null {
	const mk = mod === null ? undefined : loaded.get(mod);

	return mk !== undefined && mk.kobj.kset === module_kset ? mk : null;
}

/** mod_sysfs_setup - a module is being loaded; its init function comes next */
export function mod_sysfs_setup(mod: module): void {
	const mk = new module_kobject(mod);

	mod.refcnt = 0;
	loaded.set(mod, mk);
	mk.kobj.kset = module_kset;
	nofail(() => {
		kobject_init_and_add(mk.kobj, text_ktype, null, "%s", mod.name);
		sysfs_create_group(mk.kobj, modinfo_group);
	});
}

/** mod_sysfs_state - its init function has ended well, or its exit function is to be called */
export function mod_sysfs_state(mod: module, state: "live" | "going"): void {
	const mk = mkobj_of(mod);

	if (mk !== null)
		mk.state = state;
}

/** mod_sysfs_teardown - the module is gone */
export function mod_sysfs_teardown(mod: module): void {
	const mk = mkobj_of(mod);

	if (mk === null)
		return;
	loaded.delete(mod);
	kobject_put(mk.drivers_dir);
	kobject_put(mk.kobj);
}

/**
 * param_sysfs_builtin - the directory of a module that is built in
 * @name: the module's
 * @params: its parameters: the permissions of each, and its value as a text
 */
export function param_sysfs_builtin(
	name: string, params: readonly [name: string, mode: number, text: () => string][],
): void {
	nofail(() => {
		const dir = new kobject();
		const parameters = new kobject();

		dir.kset = module_kset;
		kobject_init_and_add(dir, text_ktype, null, "%s", name);
		kobject_init_and_add(parameters, text_ktype, dir, "parameters");
		sysfs_create_group(parameters, new attribute_group({
			attrs: params.map(([param, mode, text]) =>
				new text_attribute(param, mode, text).attr),
		}));
	});
}

/* What the link to a driver is called: bus and name, since a module may have one on each bus. */
function driver_name({ bus, name }: device_driver): string {
	return `${bus!.name}:${name}`;
}

/** module_add_driver - link a driver and its module; a driver without one has no link */
export function module_add_driver(mod: module | null, drv: device_driver): void {
	const mk = mkobj_of(mod);

	if (mk === null)
		return;
	nofail(() => {
		mk.drivers_dir ??= kobject_create_and_add("drivers", mk.kobj);
		sysfs_create_link(drv.p!.kobj, mk.kobj, "module");
		sysfs_create_link(mk.drivers_dir!, drv.p!.kobj, driver_name(drv));
	});
}

/** module_remove_driver - undo module_add_driver() */
export function module_remove_driver(drv: device_driver): void {
	const mk = mkobj_of(drv.owner);

	sysfs_remove_link(drv.p!.kobj, "module");
	if (mk !== null && mk.drivers_dir !== null)
		sysfs_remove_link(mk.drivers_dir, driver_name(drv));
}

/** module_add_device - link a root device to its module; the link goes with the device */
export function module_add_device(mod: module | null, kobj: kobject): void {
	const mk = mkobj_of(mod);

	if (mk !== null)
		nofail(() => sysfs_create_link(kobj, mk.kobj, "module"));
}
