// SPDX-License-Identifier: GPL-2.0-only
import type { suite } from "./row.ts";

type loader = () => Promise<suite>;

/** suites - all of them by name, in the order in which they run */
export const suites = new Map<string, loader>([
	["bits", async () => (await import("./suites/bits.ts")).bits],
	["filter", async () => (await import("./suites/filter.ts")).filter],
	["sysfs", async () => (await import("./suites/sysfs.ts")).sysfs],
	["hotplug", async () => (await import("./suites/hotplug.ts")).hotplug],
	["probing", async () => (await import("./suites/probing.ts")).probing],
	["scale", async () => (await import("./suites/scale.ts")).scale],
	["replay", async () => (await import("./suites/replay.ts")).replay],
	["explore", async () => (await import("./suites/explore.ts")).explore],
	["memory", async () => (await import("./suites/memory.ts")).memory],
	["shell", async () => (await import("./suites/shell.ts")).shell],
	["page", async () => (await import("./suites/page.ts")).page],
	["startup", async () => (await import("./suites/startup.ts")).startup],
]);
