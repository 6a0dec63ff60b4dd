// SPDX-License-Identifier: GPL-2.0-only
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../texts/tree.ts";

/** version - the package's */
export function version(): string {
	const manifest = readFileSync(join(root, "package.json"), "utf8");

	return JSON.parse(manifest).version;
}
