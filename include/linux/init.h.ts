/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Initcalls: how a subsystem with state of its own gets that state fresh at
 * every boot of the simulated machine.
 */
type initcall = () => void;

const levels = ["early", "core", "arch", "subsys", "device"] as const;
type level = (typeof levels)[number];

const initcalls = new Map<level, initcall[]>(levels.map((name) => [name, []]));

/* early: memory, log, locks, clock; they need nothing else */
export const early_initcall = (fn: initcall): void => void initcalls.get("early")!.push(fn);
export const core_initcall = (fn: initcall): void => void initcalls.get("core")!.push(fn);
export const arch_initcall = (fn: initcall): void => void initcalls.get("arch")!.push(fn);
export const subsys_initcall = (fn: initcall): void => void initcalls.get("subsys")!.push(fn);
export const device_initcall = (fn: initcall): void => void initcalls.get("device")!.push(fn);

/** do_initcalls - run all initcalls, level by level, in order of registration */
export function do_initcalls(): void {
	for (const level of levels)
		for (const fn of initcalls.get(level)!)
			fn();
}
