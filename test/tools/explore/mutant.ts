// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mutants: the driver of Linux 6.12 with a few words changed, so that it breaks a property.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Test } from "tap";
import {
	driver_by_label, type driver, type driver_module,
} from "../../../drivers/s390/crypto/history/index.ts";
import { load_driver } from "../../../tools/lib/lab/loader.ts";

const CRYPTO = new URL("../../../drivers/s390/crypto/", import.meta.url);
const HERE = fileURLToPath(new URL("./", import.meta.url));
const FILES = ["vfio_ap_drv.ts", "vfio_ap_ops.ts", "vfio_ap_private.h.ts", "vfio_ap_debug.h.ts"];

/** A change of vfio_ap_ops.ts: what is there, how many times, and what stands there instead. */
export type change = [from: string, to: string];

/* Its own files beside it, all others where they are. */
function with_imports(text: string): string {
	return text.replace(/from "(\.\.?\/[^"]+)"/g, (whole, path: string) =>
		FILES.includes(path.slice(2)) ? whole : `from "${new URL(path, CRYPTO).href}"`);
}

function changed(text: string, changes: change[]): string {
	return changes.reduce((now, [from, to]) => {
		if (!now.includes(from))
			throw new Error(`the driver has no "${from}" to change`);
		return now.replaceAll(from, to);
	}, text);
}

/** mutant_of - a driver with these changes, ready for a lab, and where its text is */
export async function mutant_of(
	t: Test, changes: change[],
): Promise<{ driver: driver; url: string }> {
	const folder = mkdtempSync(join(HERE, ".mutant-"));

	t.teardown(() => rmSync(folder, { recursive: true }));
	for (const file of FILES) {
		const text = with_imports(readFileSync(new URL(file, CRYPTO), "utf8"));

		writeFileSync(join(folder, file),
			file === "vfio_ap_ops.ts" ? changed(text, changes) : text);
	}
	const url = pathToFileURL(join(folder, "vfio_ap_drv.ts")).href;

	return {
		url, driver: await load_driver({
			...driver_by_label("v6.12")!, label: "mutant",
			load: () => import(url) as Promise<driver_module>,
		}),
	};
}
