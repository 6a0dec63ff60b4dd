// SPDX-License-Identifier: GPL-2.0-only
/*
 * What stands in the first line of a trace, and behind the operation in the others.
 */
import {
	events, flag, id, ids, integer, needed, object_of, one_of, optional, states, text,
	type field, type fields,
} from "./values.ts";

/** host_fields - the members of host */
export const host_fields: fields = new Map<string, field>([
	["apxa", needed(flag)], ["na", needed(id)], ["nd", needed(id)],
	["apm", needed(ids)], ["aqm", needed(ids)], ["adm", needed(ids)],
	["old", optional(ids)], ["se", optional(flag)],
]);

const HOST = object_of('{"apxa":1,"na":255,"nd":255,"apm":[4],"aqm":[4,71],"adm":[4]}',
	"the host's AP configuration", host_fields);

const label = { ...text, form: '"v6.12"', about: "a driver's label" };

/** header_fields - the header's members */
export const header_fields: fields = new Map<string, field>([
	["trace", needed(one_of(1))], ["driver", needed(label)], ["claim", optional(text)],
	["seed", optional(integer)], ["host", needed(HOST)],
	["apmask", needed(ids)], ["aqmask", needed(ids)],
	["kasan", optional(flag)], ["low0", optional(flag)], ["dlock", optional(flag)],
	["autoinit", optional(one_of("pattern", "zero"))],
]);

/** result_fields - the members of an operation's line, all but the operation */
export const result_fields: fields = new Map<string, field>([
	["rc", optional(integer)], ["crash", optional(one_of("hang", "fault"))],
	["out", optional(text)], ["ev", optional(events)],
	["lk", optional({ ...text, form: '"m+ m-"', about: "locks taken and released" })],
	["st", optional(states)],
]);

