// SPDX-License-Identifier: GPL-2.0-only
/*
 * The search treats two states as one if they differ only in details of a stream. Those are
 * reduced to classes here. Without that, even the smallest machine has no end of states.
 *
 *	position	0; in the header; at the end of the header; in the queues; at the end of
 *			the data; beyond that
 *	data read	none; the first part of what the stream should give; all of it; other data
 *	data sent	none; less than a header and its queues; all of it, with no queue, with
 *			queues that this machine has, or with others; more than that
 *	data carried	none; complete data, by their number of queues; incomplete data
 */
import { bytes_due, queues_in } from "./operations.ts";

const HEADER = 16;

/**
 * position_class - the class of a stream's position
 * @pos: the position, in bytes
 * @size: how many bytes the mdev's data have now
 */
export function position_class(pos: number, size: number): string {
	if (pos <= HEADER)
		return pos === 0 ? "begin" : pos < HEADER ? "header" : "queues";
	return pos < size ? "within" : pos === size ? "end" : "behind";
}

/**
 * read_class - the class of the data that were read from a stream
 * @got: the data read so far
 * @image: what the stream should give, or null before the first read
 */
export function read_class(got: string, image: string | null): string {
	if (image === null || got === "")
		return "nothing";
	return got === image ? "all" : image.startsWith(got) ? "part" : "other";
}

/**
 * sent_class - the class of the data that were written to a stream
 * @sent: the data written so far
 * @is_here: whether this machine has a queue, with the facilities that the data give
 */
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

/** carried_class - the class of the data on their way to another machine */
export function carried_class(bytes: string): string {
	const due = bytes_due(bytes);

	if (bytes === "")
		return "nothing";
	return due === bytes.length / 2 ? `${queues_in(bytes).length} queues` : "pieces";
}
