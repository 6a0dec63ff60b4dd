// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads the text of a driver by its label, for labs, benches and commands. A text is read once,
 * when it is first asked for. Everything after that is synchronous.
 */
import {
	driver_by_label, drivers, not_ported, type driver, type driver_module,
} from "../../../drivers/s390/crypto/history/index.ts";
import { did_you_mean } from "../cli/nearest.ts";
import { usage_error } from "../cli/usage_error.ts";
import { state_by_label } from "../series/states.ts";
import { module_url } from "../texts/tree.ts";

const modules = new Map<driver, driver_module>();

/**
 * driver_of - the driver with a label; its text is not read yet
 * @label: the label of a driver, or "v13@8" for a posting after some of its patches
 *
 * Return: the driver. Throws usage_error for another label; the message lists the labels.
 */
export function driver_of(label: string): driver {
	const found = driver_by_label(label) ?? state_by_label(label);
	const known = not_ported.find((posting) => posting.label === label);

	if (known !== undefined)
		throw new usage_error(`driver '${label}' is known and not ported: ${known.why}`);
	if (found === undefined) {
		const labels = drivers.map((d) => d.label);

		throw new usage_error(
			`unknown driver '${label}'${did_you_mean(label, labels)}, expected one of ` +
			labels.join(", "));
	}
	return found;
}

/**
 * load_driver - read a driver's text, so that labs can use it
 * @which: its label, or a driver that no registry lists
 */
export async function load_driver(which: string | driver): Promise<driver> {
	const driver = typeof which === "string" ? driver_of(which) : which;

	if (!modules.has(driver))
		modules.set(driver, await driver.load());
	return driver;
}

/** module_of - the module of a driver that load_driver() has read */
export function module_of(driver: driver): driver_module {
	const module = modules.get(driver);

	if (module === undefined)
		throw new Error(`${driver.label} is not loaded, await load_driver() first`);
	return module;
}

/**
 * import_file - a file of a driver's text as a module, for callers that need its functions
 * @name: "vfio_ap_ops.ts"
 */
export async function import_file(driver: driver, name: string): Promise<unknown> {
	return await import(module_url(`${driver.path}/${name}`));
}
