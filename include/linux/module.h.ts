/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Modules, as far as a driver mentions them.
 */

/**
 * class module - a driver's text, loaded
 * @refcnt: how many keep it loaded
 */
export class module {
	name: string;
	refcnt = 0;

	constructor(name: string) {
		this.name = name;
	}
}

/** THIS_MODULE - the driver that is ported: everything here is one module, unless it says so */
export const THIS_MODULE = new module("vfio_ap");

/** KBUILD_MODNAME - the name of the module that is being built */
export const KBUILD_MODNAME = THIS_MODULE.name;

/** try_module_get - keep @module loaded; always succeeds */
export function try_module_get(module: module | null): boolean {
	if (module !== null)
		module.refcnt++;
	return true;
}

/** module_put - the counterpart of try_module_get() */
export function module_put(module: module | null): void {
	if (module !== null)
		module.refcnt--;
}
