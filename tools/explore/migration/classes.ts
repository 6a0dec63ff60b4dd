// SPDX-License-Identifier: GPL-2.0-only
/*
 * When two states of a machine whose guest is migrated are taken for one: streams and what is
 * remembered of them count by class only. With that, the smallest machine has an end.
 *
 *	position	0; in the header; at its end; in the queues; at the end of the data;
 *			behind it
 *	what was read	nothing; a part of what the stream should give; all of it; something else
 *	what was sent	nothing; a part of a header; a header; a part of the queues; all of it,
 *			with queues as they are here, or others; too much
 *	what is carried	nothing; data that are whole, by their number of queues; pieces
 */
import { bytes_due, queues_in } from "./operations.ts";

const HEADER = 16;

/** position_class - of a stream; @size: the bytes that its mdev's data have now */
export function position_class(pos: number, size: number): string {
	if (pos <= HEADER)
		return pos === 0 ? "begin" : pos < HEADER ? "header" : "queues";
	return pos < size ? "within" : pos === size ? "end" : "behind";
}

/** read_class - of what a stream gave; @image: what it should give, null before the first read */
export function read_class(got: string, image: string | null): string {
	if (image === null || got === "")
		return "nothing";
	return got === image ? "all" : image.startsWith(got) ? "part" : "other";
}

/** sent_class - of what was written; @is_here: whether a queue is here, and as the data say */
export function sent_class(
	sent: string, is_here: (queue: { apqn: number; info: bigint }) => boolean,
): string {
	const bytes = sent.length / 2;
	const due = bytes_due(sent);

	if (due === null)
		return bytes === 0 ? "nothing" : "header";
	if (bytes !== due)
		return bytes > due ? "more" : bytes === HEADER ? "queues" : "part";
	const queues = queues_in(sent);

	return queues.length === 0 ? "none" : queues.every(is_here) ? "right" : "wrong";
}

/** carried_class - of what is carried to another machine */
export function carried_class(bytes: string): string {
	const due = bytes_due(bytes);

	if (bytes === "")
		return "nothing";
	return due === bytes.length / 2 ? `${queues_in(bytes).length} queues` : "pieces";
}
