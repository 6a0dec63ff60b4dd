// SPDX-License-Identifier: GPL-2.0-only
/*
 * Adapter ids, domain ids and queues as text: two and four hexadecimal digits, as sysfs prints
 * them. Reading is as lenient as people write: "4", "04", "0x4".
 */

const ID = /^(?:0[xX])?[0-9a-fA-F]{1,4}$/;
const QUEUE = /^((?:0[xX])?[0-9a-fA-F]{1,2})\.((?:0[xX])?[0-9a-fA-F]{1,4})$/;

/* Put together once: names are what every trace and report is full of. */
const ADAPTER_NAMES = Array.from({ length: 256 }, (_, apid) => hex(apid, 2));
const DOMAIN_NAMES = Array.from({ length: 256 }, (_, apqi) => hex(apqi, 4));

function hex(id: number, digits: number): string {
	return id.toString(16).padStart(digits, "0");
}

/** adapter_name - 4 as "04" */
export function adapter_name(apid: number): string {
	return ADAPTER_NAMES[apid] ?? hex(apid, 2);
}

/** domain_name - 0x47 as "0047" */
export function domain_name(apqi: number): string {
	return DOMAIN_NAMES[apqi] ?? hex(apqi, 4);
}

/** queue_name - 4, 0x47 as "04.0047" */
export function queue_name(apid: number, apqi: number): string {
	return `${adapter_name(apid)}.${domain_name(apqi)}`;
}

/**
 * parse_id - a hexadecimal adapter or domain id
 * @text: "4", "04", "0x4"
 *
 * Return: the number, or null if it is none in 0 to 255.
 */
export function parse_id(text: string): number | null {
	if (!ID.test(text))
		return null;
	const id = parseInt(text.replace(/^0[xX]/, ""), 16);

	return id <= 255 ? id : null;
}

/**
 * parse_queue - a queue's name in its canonical form
 * @text: "04.0047", "4.47"
 *
 * Return: "AA.DDDD", or null if it is no queue.
 */
export function parse_queue(text: string): string | null {
	const m = QUEUE.exec(text);
	if (m === null)
		return null;
	const apid = parse_id(m[1]!);
	const apqi = parse_id(m[2]!);

	return apid === null || apqi === null ? null : queue_name(apid, apqi);
}

/** queue_ids - "04.0047" as [4, 0x47] */
export function queue_ids(queue: string): [number, number] {
	const dot = queue.indexOf(".");

	return [parseInt(queue.slice(0, dot), 16), parseInt(queue.slice(dot + 1), 16)];
}

/** ascending - ids sorted, each once */
export function ascending(ids: Iterable<number>): number[] {
	return [...new Set(ids)].sort((a, b) => a - b);
}

/** sorted_queues - queues sorted by adapter then domain, each once */
export function sorted_queues(queues: Iterable<string>): string[] {
	return [...new Set(queues)].sort();
}

/**
 * product - the queues of adapters times domains, ascending
 */
export function product(apm: readonly number[], aqm: readonly number[]): string[] {
	return ascending(apm)
		.flatMap((apid) => ascending(aqm).map((apqi) => queue_name(apid, apqi)));
}

/**
 * uuid_in - the UUID in a comment, as it stands behind the line that makes an mdev; or undefined
 */
export function uuid_in(note: string | null): string | undefined {
	return /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/.exec(note ?? "")?.[0];
}

/**
 * mask_ids - the ids that are set in a mask as sysfs has it
 * @text: "0x40ff", bit 0 is the leftmost
 *
 * Return: null if it is no mask.
 */
export function mask_ids(text: string): number[] | null {
	const digits = /^0x([0-9a-fA-F]{3,64})$/.exec(text)?.[1];

	return digits === undefined ? null : [...Array(256).keys()].filter((id) =>
		(parseInt(digits[id >> 2] ?? "0", 16) & 8 >> (id & 3)) !== 0);
}

/** mask_text - a mask with these ids set, as sysfs shows it */
export function mask_text(ids: readonly number[]): string {
	const digits = Array.from({ length: 64 }, (_, i) => ids.filter((id) => id >> 2 === i)
		.reduce((digit, id) => digit | 8 >> (id & 3), 0).toString(16));

	return `0x${digits.join("")}\n`;
}
