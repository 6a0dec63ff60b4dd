// SPDX-License-Identifier: GPL-2.0-only
import { readFileSync } from "node:fs";

/** version - the package's */
export function version(): string {
	const manifest = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");

	return JSON.parse(manifest).version;
}
