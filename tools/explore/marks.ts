// SPDX-License-Identifier: GPL-2.0-only
/*
 * The names in the machine's own text that the instrumenter treats specially. The compiler compares
 * exported names with their declarations. The instrumenter itself looks for the others, and fails
 * if one is gone.
 */
import type { subsys_private } from "../../drivers/base/base.h.ts";
import { module_url } from "../lib/texts/tree.ts";

type exports_of<module> = readonly (keyof module & string)[];

const bitmap: exports_of<typeof import("#linux/bitmap.h")> =
	["bitmap_and", "bitmap_andnot", "bitmap_clear", "bitmap_copy", "bitmap_zero"];
const string: exports_of<typeof import("#linux/string.h")> = ["memcpy", "memset", "strsep"];
const bitmaps_made: exports_of<typeof import("#linux/bitmap.h")> = ["DECLARE_BITMAP"];
const memory: exports_of<typeof import("#linux/slab.h")> = ["kzalloc"];
const names: exports_of<typeof import("#linux/device.h")> = ["dev_name"];
const paths: exports_of<typeof import("#linux/kobject.h")> = ["kobject_name"];
const sysfs: exports_of<typeof import("../../drivers/base/sysfs.ts")> = ["file_set"];
const lists: readonly (keyof subsys_private)[] = ["klist_devices", "klist_drivers"];

/** journal_import - what precedes an instrumented text: the functions that it calls */
export const journal_import: string =
	"import { note as $note, noted_element as $element, noted_whole as $whole, " +
	"noted_end as $end, noted_key as $key, noted_place as $place } " +
	`from "${module_url("tools/explore/journal.ts")}"; `;

/** LEAVES - functions that write only their first argument */
export const LEAVES: ReadonlySet<string> = new Set([...bitmap, ...string]);

/** MAKERS - functions that return a new object at each call */
export const MAKERS: ReadonlySet<string> = new Set([...bitmaps_made, ...memory]);

/** LOOKERS - functions that write nothing */
export const LOOKERS: ReadonlySet<string> =
	new Set(["BigInt", "Number", "String", ...names, ...paths]);

/** CACHES - classes that only cache: what they hold stays right when operations are undone */
export const CACHES: ReadonlySet<string> = new Set(sysfs);

/** IN_ORDER - maps and sets whose order matters; in the others a restored entry may come last */
export const IN_ORDER: ReadonlySet<string> = new Set(lists);

/**
 * PASSING - variables that need no notes, by module: each has the same value before and after an
 * operation, or only grows
 */
export const PASSING: ReadonlyMap<string, readonly string[]> = new Map([
	["include/linux/list.h.ts", ["hlist_changes"]],
	["drivers/s390/sim/syscall.ts", ["busy", "in_kernel"]],
	["drivers/s390/sim/ap_hardware.ts", ["issued_by_bus"]],
]);

/**
 * UNNOTED - modules that keep no journal
 *
 * The recorder only looks at a machine. Locks are free between two operations, and lockdep keeps
 * the orders that it has seen. The log keeps what was printed. LEAVES write only what their callers
 * have noted.
 */
export const UNNOTED: readonly string[] = [
	"tools/lib/lab/recorder.ts",
	"include/linux/bitmap.h.ts", "include/linux/string.h.ts",
	"include/linux/lockdep.h.ts", "include/linux/mutex.h.ts", "include/linux/rwsem.h.ts",
	"include/linux/spinlock.h.ts", "include/linux/printk.h.ts",
];

/**
 * is_noted - whether a module is to keep the journal
 * @path: its path from the top of the tree; empty for a module that is elsewhere
 */
export function is_noted(path: string): boolean {
	return !UNNOTED.includes(path) && !/^(?:$|node_modules\/|tools\/(?!lib\/lab\/))/.test(path);
}
