/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The s390 debug feature (s390dbf): named areas into which code notes events,
 * each at a level; those above the area's level are not kept.
 *
 * An area here keeps the newest events it has room for, whatever their size.
 *
 * Source: arch/s390/include/asm/debug.h, Linux 6.12.
 */
import { early_initcall } from "#linux/init.h";
import { vsnprintf } from "#linux/sprintf.h";

const EVENTS_PER_PAGE = 64;
const DEBUG_DEFAULT_LEVEL = 3;

interface debug_event {
	level: number;
	fmt: string;
	args: readonly unknown[];
}

/**
 * class debug_info_t - one area
 * @level: events above it are dropped; 0 is the gravest
 */
export class debug_info_t {
	name: string;
	level = DEBUG_DEFAULT_LEVEL;
	#events: debug_event[] = [];
	#room: number;

	constructor(name: string, room: number) {
		this.name = name;
		this.#room = room;
	}

	note(event: debug_event): void {
		if (this.#events.length === this.#room)
			this.#events.shift();
		this.#events.push(event);
	}

	/** lines - the events in words, oldest first */
	lines(): string[] {
		return this.#events.map(({ fmt, args }) => vsnprintf(fmt, args).trimEnd());
	}
}

let areas: debug_info_t[] = [];

early_initcall(() => {
	areas = [];
});

/** The only view: a printf format with its arguments. */
export const debug_sprintf_view = "sprintf";

/**
 * debug_register - make an area
 * @name: its name
 * @pages_per_area: pages of memory
 * @nr_areas: how many times that
 * @_buf_size: bytes an event takes
 *
 * Return: the area, or null when there is no memory.
 */
export function debug_register(
	name: string, pages_per_area: number, nr_areas: number, _buf_size: number,
): debug_info_t | null {
	const area = new debug_info_t(name, pages_per_area * nr_areas * EVENTS_PER_PAGE);

	areas.push(area);
	return area;
}

/** debug_register_view - say how an area is to be shown; there is but one way. Returns 0 */
export function debug_register_view(_id: debug_info_t, _view: typeof debug_sprintf_view): number {
	return 0;
}

/** debug_set_level - keep events of @level and graver ones */
export function debug_set_level(id: debug_info_t, level: number): void {
	id.level = level;
}

/** debug_unregister - undo debug_register(); null is fine */
export function debug_unregister(id: debug_info_t | null): void {
	areas = areas.filter((area) => area !== id);
}

/** debug_areas - the areas there are */
export function debug_areas(): readonly debug_info_t[] {
	return areas;
}

/** debug_sprintf_event - note an event in @id if its level is kept */
export function debug_sprintf_event(
	id: debug_info_t | null, level: number, fmt: string, ...args: unknown[]
): void {
	if (id !== null && level <= id.level)
		id.note({ level, fmt, args });
}
