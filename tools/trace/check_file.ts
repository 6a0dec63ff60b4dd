// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file of recorded traces, played and compared.
 */
import { printable } from "../lib/cli/terminal.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { load_driver } from "../lib/lab/loader.ts";
import { trace_check, type divergence } from "../lib/trace/check.ts";
import { recorded_op, stream_traces, type trace_start } from "../lib/trace/format.ts";
import type { check_request, file_outcome } from "./outcome.ts";

function in_words(d: divergence): string {
	const value = (v: unknown): string => printable(JSON.stringify(v) ?? "nothing");

	return `${printable(d.file)}:${d.line}: ${value(d.op)}\n` +
		`  ${d.field} recorded ${value(d.expected)}\n` +
		`  ${" ".repeat(d.field.length)} now      ${value(d.actual)}\n`;
}

/**
 * driver_for - the driver of a trace, loaded
 * @label: the user's; undefined: the header's
 *
 * Return: its label.
 */
export async function driver_for(
	{ file, line, header }: trace_start, label: string | undefined,
): Promise<string> {
	try {
		return (await load_driver(label ?? header.driver)).label;
	} catch (error) {
		if (label !== undefined || !(error instanceof usage_error))
			throw error;
		throw new usage_error(`${file}:${line}: ${error.message}`, { cause: error });
	}
}

function count(played: trace_check | null, outcome: file_outcome, limit: number): void {
	played?.end();
	outcome.ops += played?.ops ?? 0;
	for (const d of played?.divergences ?? [])
		if (outcome.divergences++ < limit)
			outcome.shown.push(in_words(d));
}

/**
 * check_file - play the traces of a file
 * @outcome: what was found so far; it stands when something is thrown, too
 *
 * Throws usage_error at a line that cannot be used.
 */
export async function check_file(
	file: string, { label, limit }: check_request, outcome: file_outcome,
): Promise<void> {
	let playing: trace_check | null = null;

	for await (const items of stream_traces(file)) {
		for (const item of items) {
			if (item instanceof recorded_op) {
				playing!.take(item);
				continue;
			}
			count(playing, outcome, limit);
			outcome.traces++;
			playing = new trace_check(item, await driver_for(item, label));
		}
	}
	count(playing, outcome, limit);
}
