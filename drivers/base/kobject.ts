/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kernel objects: names, parents, reference counts.
 *
 * Copyright (c) 2002-2003 Patrick Mochel <mochel@osdl.org>
 * Copyright (c) 2006-2007 Greg Kroah-Hartman <greg@kroah.com>
 * Copyright (c) 2006-2007 Novell Inc.
 *
 * Source: lib/kobject.c and lib/kobject_uevent.c, Linux 6.12.
 */
import { WARN } from "#linux/bug.h";
import { EEXIST, EINVAL, EIO, ENOMEM } from "#linux/errno.h";
import { early_initcall } from "#linux/init.h";
import {
	KOBJ_ADD, KOBJ_TYPE, kobj_uevent_env, kobject, kobject_name, kset, type kobj_attribute,
	type kobj_type, type kobject_action, type kset_uevent_ops,
} from "#linux/kobject.h";
import { pr_err, pr_warn } from "#linux/printk.h";
import { GFP_KERNEL, kfree, kzalloc, should_failslab } from "#linux/slab.h";
import { vsnprintf, type char_buf } from "#linux/sprintf.h";
import type { attribute, sysfs_ops } from "#linux/sysfs.h";
import { tracepoint } from "#linux/tracepoint.h";
import {
	sysfs_create_dir, sysfs_create_groups, sysfs_path, sysfs_remove_dir, sysfs_remove_groups,
} from "./sysfs.ts";

/** trace_uevent - an event for userspace: the object and the variables */
export const trace_uevent =
	new tracepoint<[action: kobject_action, kobj: kobject, envp: readonly string[]]>();

/* Variables that fit in an event. */
const UEVENT_NUM_ENVP = 64;

/*
 * Objects from kobject_init() to their release, in a ring that begins and ends at
 * this one. Each boot has a ring of its own.
 */
let live: kobject;

early_initcall(() => {
	live = new kobject();
	live.live_prev = live;
	live.live_next = live;
});

function add_live(kobj: kobject): void {
	delete_live(kobj);
	kobj.live_prev = live.live_prev;
	kobj.live_next = live;
	live.live_prev!.live_next = kobj;
	live.live_prev = kobj;
}

function delete_live(kobj: kobject): void {
	if (kobj.live_next === null)
		return;
	kobj.live_prev!.live_next = kobj.live_next;
	kobj.live_next.live_prev = kobj.live_prev;
	kobj.live_prev = null;
	kobj.live_next = null;
}

/**
 * live_kobjects - what has been initialised and not yet released
 *
 * Return: the path of each (its name, when it is in no directory any more) and
 * how many hold it.
 */
export function live_kobjects(): { path: string; refcount: number }[] {
	const list: { path: string; refcount: number }[] = [];

	for (let kobj = live.live_next!; kobj !== live; kobj = kobj.live_next!)
		list.push({
			path: kobj.state_in_sysfs ? sysfs_path(kobj) : kobject_name(kobj),
			refcount: kobj.kref,
		});
	return list;
}

function create_dir(kobj: kobject): number {
	let error = sysfs_create_dir(kobj);

	if (error)
		return error;
	kobj.state_in_sysfs = true;
	error = sysfs_create_groups(kobj, kobj.ktype!.default_groups);
	if (error) {
		sysfs_remove_dir(kobj);
		kobj.state_in_sysfs = false;
	}
	return error;
}

/** kobject_get_path - the object's path, which begins where sysfs is mounted */
function kobject_get_path(kobj: kobject): string {
	return sysfs_path(kobj).slice("/sys".length);
}

function kobj_kset_join(kobj: kobject): void {
	if (kobj.kset !== null)
		kobject_get(kobj.kset.kobj);
}

function kobj_kset_leave(kobj: kobject): void {
	if (kobj.kset !== null)
		kobject_put(kobj.kset.kobj);
}

function kobject_init_internal(kobj: kobject): void {
	kobj.kref = 1;
	kobj.state_in_sysfs = false;
	kobj.state_initialized = true;
	kobj.children = null;
	kobj.files = null;
	add_live(kobj);
}

function kobject_add_internal(kobj: kobject): number {
	if (!kobj.name) {
		WARN(true, "kobject: attempted to be registered with empty name!\n");
		return -EINVAL;
	}

	let parent = kobject_get(kobj.parent);

	if (kobj.kset !== null) {
		parent ??= kobject_get(kobj.kset.kobj);
		kobj_kset_join(kobj);
		kobj.parent = parent;
	}

	const error = create_dir(kobj);

	if (error) {
		kobj_kset_leave(kobj);
		kobject_put(parent);
		kobj.parent = null;
		if (error === -EEXIST)
			pr_err("%s failed for %s with -EEXIST, don't try to register things with "
				+ "the same name in the same directory.\n",
				"kobject_add_internal", kobject_name(kobj));
		else
			pr_err("%s failed for %s (error: %d parent: %s)\n", "kobject_add_internal",
				kobject_name(kobj), error,
				parent === null ? "'none'" : kobject_name(parent));
	}
	return error;
}

/**
 * kobject_set_name - give an object a name; a "/" in it becomes "!"
 *
 * Return: 0, or -ENOMEM.
 */
export function kobject_set_name(kobj: kobject, fmt: string, ...args: unknown[]): number {
	if (should_failslab())
		return -ENOMEM;
	const name = vsnprintf(fmt, args);

	kobj.name = name.includes("/") ? name.replaceAll("/", "!") : name;
	return 0;
}

/** kobject_init - make an object usable: it has a type and one who holds it */
export function kobject_init(kobj: kobject, ktype: kobj_type): void {
	if (kobj.state_initialized)
		pr_err("kobject (%s): tried to init an initialized object, something is seriously "
			+ "wrong.\n", kobject_name(kobj));
	kobject_init_internal(kobj);
	kobj.ktype = ktype;
}

/**
 * kobject_add - make the object's directory
 * @parent: where; null for its kset's directory, else the top
 * @fmt: its name; null if it has one
 *
 * Return: 0, -EINVAL, -EEXIST or -ENOMEM.
 */
export function kobject_add(
	kobj: kobject, parent: kobject | null, fmt: string | null, ...args: unknown[]
): number {
	if (!kobj.state_initialized) {
		pr_err("kobject '%s': tried to add an uninitialized object, something is seriously "
			+ "wrong.\n", kobject_name(kobj));
		return -EINVAL;
	}
	if (fmt !== null) {
		const error = kobject_set_name(kobj, fmt, ...args);

		if (error) {
			pr_err("can not set name properly!\n");
			return error;
		}
	}
	kobj.parent = parent;
	return kobject_add_internal(kobj);
}

/** kobject_init_and_add - kobject_init() and kobject_add() */
export function kobject_init_and_add(
	kobj: kobject, ktype: kobj_type, parent: kobject | null, fmt: string | null,
	...args: unknown[]
): number {
	kobject_init(kobj, ktype);
	return kobject_add(kobj, parent, fmt, ...args);
}

function __kobject_del(kobj: kobject): void {
	sysfs_remove_groups(kobj, kobj.ktype!.default_groups);
	sysfs_remove_dir(kobj);
	kobj.state_in_sysfs = false;
	kobj_kset_leave(kobj);
	kobj.parent = null;
}

/** kobject_del - remove the object's directory; those who hold it still do */
export function kobject_del(kobj: kobject): void {
	const parent = kobj.parent;

	if (!kobj.state_in_sysfs)
		return;
	__kobject_del(kobj);
	kobject_put(parent);
}

/** kobject_get - hold an object; null is fine */
export function kobject_get<T extends kobject | null>(kobj: T): T {
	if (kobj !== null) {
		if (!kobj.state_initialized)
			WARN(true, "kobject: '%s': is not initialized, yet kobject_get() is being "
				+ "called.\n", kobject_name(kobj));
		if (kobj.kref <= 0)
			WARN(true, "refcount_t: addition on %d; use-after-free.", kobj.kref);
		kobj.kref++;
	}
	return kobj;
}

function kobject_cleanup(kobj: kobject): void {
	const parent = kobj.state_in_sysfs ? kobj.parent : null;

	if (kobj.state_in_sysfs)
		__kobject_del(kobj);
	delete_live(kobj);
	kobj.ktype?.release?.(kobj);
	kobject_put(parent);
}

/** kobject_put - hold an object no longer; the last one releases it */
export function kobject_put(kobj: kobject | null): void {
	if (kobj === null)
		return;
	if (!kobj.state_initialized)
		WARN(true, "kobject: '%s': is not initialized, yet kobject_put() is being "
			+ "called.\n", kobject_name(kobj));
	if (kobj.kref <= 0)
		WARN(true, "refcount_t: underflow; use-after-free.");
	else if (--kobj.kref === 0)
		kobject_cleanup(kobj);
}

function dynamic_kobj_release(kobj: kobject): void {
	kfree(kobj);
}

/* How files are read and written that know how themselves (struct kobj_attribute). */
function kobj_attr_show(kobj: kobject, attr: attribute, buf: char_buf): number {
	const kattr = attr.container as kobj_attribute;

	return kattr.show === null ? -EIO : kattr.show(kobj, kattr, buf);
}

function kobj_attr_store(kobj: kobject, attr: attribute, buf: string, count: number): number {
	const kattr = attr.container as kobj_attribute;

	return kattr.store === null ? -EIO : kattr.store(kobj, kattr, buf, count);
}

export const kobj_sysfs_ops: sysfs_ops = {
	show: kobj_attr_show,
	store: kobj_attr_store,
};

const dynamic_kobj_ktype = KOBJ_TYPE({
	release: dynamic_kobj_release,
	sysfs_ops: kobj_sysfs_ops,
});

/** kobject_create_and_add - a new object that is nothing but a directory, or null */
export function kobject_create_and_add(name: string, parent: kobject | null): kobject | null {
	const kobj = kzalloc(kobject, GFP_KERNEL);

	if (kobj === null)
		return null;
	kobject_init(kobj, dynamic_kobj_ktype);
	const retval = kobject_add(kobj, parent, "%s", name);

	if (retval) {
		pr_warn("%s: kobject_add error: %d\n", "kobject_create_and_add", retval);
		kobject_put(kobj);
		return null;
	}
	return kobj;
}

/** kset_register - make the directory of a kset that has a name and a type */
export function kset_register(k: kset): number {
	if (k.kobj.ktype === null) {
		pr_err("must have a ktype to be initialized properly!\n");
		return -EINVAL;
	}
	kobject_init_internal(k.kobj);
	const err = kobject_add_internal(k.kobj);

	if (err) {
		delete_live(k.kobj);
		k.kobj.name = null;
		return err;
	}
	kobject_uevent(k.kobj, KOBJ_ADD);
	return 0;
}

/** kset_unregister - remove a kset's directory, and hold it no longer */
export function kset_unregister(k: kset | null): void {
	if (k === null)
		return;
	kobject_del(k.kobj);
	kobject_put(k.kobj);
}

function kset_release(kobj: kobject): void {
	kfree(kobj.container);
}

export const kset_ktype = KOBJ_TYPE({
	release: kset_release,
	sysfs_ops: kobj_sysfs_ops,
});

/** kset_create_and_add - a new kset, or null */
export function kset_create_and_add(
	name: string, uevent_ops: kset_uevent_ops | null, parent_kobj: kobject | null,
): kset | null {
	const kset_new = kzalloc(kset, GFP_KERNEL);

	if (kset_new === null)
		return null;
	if (kobject_set_name(kset_new.kobj, "%s", name)) {
		kfree(kset_new);
		return null;
	}
	kset_new.uevent_ops = uevent_ops;
	kset_new.kobj.parent = parent_kobj;
	kset_new.kobj.ktype = kset_ktype;
	if (kset_register(kset_new)) {
		kfree(kset_new);
		return null;
	}
	return kset_new;
}

/** add_uevent_var - add a variable to an event; -ENOMEM when it has enough */
export function add_uevent_var(env: kobj_uevent_env, fmt: string, ...args: unknown[]): number {
	if (WARN(env.envp.length >= UEVENT_NUM_ENVP, "add_uevent_var: too many keys\n"))
		return -ENOMEM;
	env.envp.push(vsnprintf(fmt, args));
	return 0;
}

/** kobject_uevent - tell userspace what happened to an object */
export function kobject_uevent(kobj: kobject, action: kobject_action): number {
	return trace_uevent.enabled ? kobject_uevent_env(kobj, action, []) : 0;
}

/**
 * kobject_uevent_env - the same, with variables that the caller adds
 * @envp_ext: them, each "NAME=value"
 *
 * Nobody listening is no error. Return: 0, or -EINVAL for an object outside of
 * any kset.
 */
export function kobject_uevent_env(
	kobj: kobject, action: kobject_action, envp_ext: readonly string[],
): number {
	let top_kobj = kobj;

	while (top_kobj.kset === null && top_kobj.parent !== null)
		top_kobj = top_kobj.parent;
	if (top_kobj.kset === null)
		return -EINVAL;
	const ops = top_kobj.kset.uevent_ops;

	if (!trace_uevent.enabled || (ops !== null && !ops.filter(kobj)))
		return 0;
	const env = new kobj_uevent_env();

	env.envp.push(`ACTION=${action}`, `DEVPATH=${kobject_get_path(kobj)}`,
		`SUBSYSTEM=${ops?.name(kobj) ?? kobject_name(top_kobj.kset.kobj)}`, ...envp_ext);
	ops?.uevent(kobj, env);
	trace_uevent.emit(action, kobj, env.envp);
	return 0;
}

/**
 * kobject_synth_uevent - what a write to an object's uevent file asks for
 * @buf: the action; a UUID and variables behind it are not modelled
 *
 * Return: 0, or -EINVAL for an unknown action.
 */
export function kobject_synth_uevent(kobj: kobject, buf: string): number {
	const action = /^(add|remove|change|move|online|offline|bind|unbind)\n?$/.exec(buf)?.[1];

	if (action === undefined) {
		pr_warn("synth uevent: %s: unknown uevent action string\n", kobject_get_path(kobj));
		return -EINVAL;
	}
	return kobject_uevent_env(kobj, action as kobject_action, ["SYNTH_UUID=0"]);
}
