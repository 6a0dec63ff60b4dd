// SPDX-License-Identifier: GPL-2.0-only
/*
 * A picture of sysfs, a line each, indented by dots or dashes: what stands below the driver's
 * directory is bound to it.
 */
import type { mail_line } from "../message/message.ts";

const ENTRY = /^([^\w[]{2,60})\[?(\w[\w.]{0,39})\]?$/;
const QUEUE = /^[0-9a-f]{2}\.[0-9a-f]{4}$/i;

/** what a picture of sysfs begins with */
export const ROOT = /^\s*\/sys\/(?:bus\/ap|devices\/vfio_ap\/matrix)\/?\s*$/;

interface entry {
	depth: number;
	name: string;
}

function entry_of({ text }: mail_line): entry | null {
	const m = ENTRY.exec(text.trim());

	return m === null ? null : { depth: m[1]!.trimEnd().length, name: m[2]! };
}

/** How many lines behind one are queues in the directory that it names. */
function queues_below(lines: readonly mail_line[], at: number, { depth }: entry): number {
	let i = at + 1;

	for (; i < lines.length && lines[i]!.depth === lines[at]!.depth; i++) {
		const it = entry_of(lines[i]!);

		if (it === null || it.depth <= depth || !QUEUE.test(it.name))
			break;
	}
	return i - at - 1;
}

/**
 * with_pictures - lines in which the queues below "[drivers]" and "[vfio_ap]" are a list of those
 * that are bound
 */
export function with_pictures(lines: readonly mail_line[]): mail_line[] {
	const out = [...lines];

	for (const [i, l] of lines.entries()) {
		const it = entry_of(l), above = i === 0 ? null : entry_of(lines[i - 1]!);
		const queues = it?.name === "vfio_ap" && above?.name === "drivers"
			? queues_below(lines, i, it) : 0;

		if (queues === 0)
			continue;
		out[i - 1] = { ...lines[i - 1]!, text: "" };
		if (ROOT.test(lines[i - 2]?.text ?? ""))
			out[i - 2] = { ...lines[i - 2]!, text: "" };
		out[i] = { ...l, text: "Queues bound to vfio_ap:" };
		for (let k = i + 1; k <= i + queues; k++)
			out[k] = { ...lines[k]!, text: entry_of(lines[k]!)!.name };
	}
	return out;
}
