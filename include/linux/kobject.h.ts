/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kernel objects: things with a name, a parent, a reference count and a
 * directory in sysfs.
 *
 * Source: include/linux/kobject.h, Linux 6.12.
 */
import type { file_set } from "../../drivers/base/sysfs.ts";
import type { attribute, attribute_group, sysfs_ops } from "./sysfs.h.ts";
import type { char_buf } from "./sprintf.h.ts";
import type { embedded } from "./types.h.ts";

/**
 * class sysfs_link - a symbolic link in a directory
 * @target: the directory it leads to
 */
export class sysfs_link {
	target: kobject;

	constructor(target: kobject) {
		this.target = target;
	}
}

/**
 * struct kobj_type - what all objects of a type have in common
 * @release: frees the object when nobody holds it any more
 * @sysfs_ops: how its files are read and written
 * @default_groups: files that each has from its birth
 * @link: where a link of its directory that follows from the object's state
 *	  leads, or null; a link that C creates and removes one by one
 * @links: the names of all those there are at the moment
 */
export interface kobj_type {
	release: ((kobj: kobject) => void) | null;
	sysfs_ops: sysfs_ops | null;
	default_groups: readonly attribute_group[] | null;
	link: ((kobj: kobject, name: string) => kobject | null) | null;
	links: ((kobj: kobject) => Iterable<string>) | null;
}

/**
 * KOBJ_TYPE - a type of objects
 * @init: what it has; the rest is null
 *
 * All have the same fields in the same order, so that whoever looks at one finds them
 * where they were in the last.
 */
export function KOBJ_TYPE(init: Partial<kobj_type>): kobj_type {
	return {
		release: null, sysfs_ops: null, default_groups: null, link: null, links: null,
		...init,
	};
}

/**
 * class kobject
 * @children: the directory's subdirectories and links, in order of creation;
 *	      null as long as there are none
 * @files: the directory's files
 * @kref: how many hold it
 */
export class kobject implements embedded {
	name: string | null = null;
	parent: kobject | null = null;
	kset: kset | null = null;
	ktype: kobj_type | null = null;
	children: Map<string, kobject | sysfs_link> | null = null;	/* PORT: kernfs_node */
	files: file_set | null = null;					/* PORT: kernfs_node */
	kref = 0;		/* PORT: a number, one object less for each */
	state_initialized = false;
	state_in_sysfs = false;
	live_prev: kobject | null = null;	/* PORT: for live_kobjects() */
	live_next: kobject | null = null;	/* PORT: for live_kobjects() */
	container: object | null;

	constructor(container: object | null = null) {
		this.container = container;
	}
}

/** class kobj_uevent_env - the variables of an event, each "NAME=value" */
export class kobj_uevent_env {
	envp: string[] = [];
}

/**
 * struct kset_uevent_ops - what a kset has to say about its objects' events
 * @filter: whether there are any for @kobj
 * @name: the subsystem they are of
 * @uevent: adds the variables that describe @kobj
 */
export interface kset_uevent_ops {
	filter: (kobj: kobject) => boolean;
	name: (kobj: kobject) => string | null;
	uevent: (kobj: kobject, env: kobj_uevent_env) => number;
}

/** class kset - objects under one directory, which is an object itself */
export class kset implements embedded {
	kobj: kobject = new kobject(this);
	uevent_ops: kset_uevent_ops | null = null;
	container: object | null;

	constructor(container: object | null = null) {
		this.container = container;
	}
}

/** class kobj_attribute - a file of an object that is nothing more than one */
export class kobj_attribute {
	attr: attribute;
	show: ((kobj: kobject, attr: kobj_attribute, buf: char_buf) => number) | null = null;
	store: ((kobj: kobject, attr: kobj_attribute, buf: string, count: number) => number)
		| null = null;

	constructor(attr: attribute) {
		attr.container = this;
		this.attr = attr;
	}
}

export const KOBJ_ADD = "add";
export const KOBJ_REMOVE = "remove";
export const KOBJ_CHANGE = "change";
export const KOBJ_BIND = "bind";
export const KOBJ_UNBIND = "unbind";
export type kobject_action = "add" | "remove" | "change" | "bind" | "unbind";

/** kobject_name - the object's name; one without has "(null)", as in a message */
export function kobject_name(kobj: kobject): string {
	return kobj.name ?? "(null)";
}

export {
	add_uevent_var, kobj_sysfs_ops, kobject_add, kobject_create_and_add, kobject_del,
	kobject_get, kobject_init, kobject_init_and_add, kobject_put, kobject_set_name,
	kobject_synth_uevent, kobject_uevent, kobject_uevent_env, kset_create_and_add,
	kset_register, kset_unregister, live_kobjects, trace_uevent,
} from "../../drivers/base/kobject.ts";
