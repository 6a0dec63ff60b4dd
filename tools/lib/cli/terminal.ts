// SPDX-License-Identifier: GPL-2.0-only
import { styleText } from "node:util";

type style = Parameters<typeof styleText>[0];

/** struct maybe_tty - as much of an output stream as the question "is this a terminal?" needs */
export interface maybe_tty {
	isTTY?: boolean;
}

/**
 * wants_colour - may escape sequences for colour go to this stream?
 * @stream: where the text will go
 *
 * Return: true on a terminal that is not dumb, unless NO_COLOR (no-color.org) is set.
 */
export function wants_colour(stream: maybe_tty): boolean {
	return stream.isTTY === true && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
}

/**
 * styled - the text in colour where that is wanted
 * @format: names as util.styleText takes them, e.g. "red" or ["bold", "green"]
 * @text: the text; foreign text goes through printable() first
 * @stream: where the text will go
 */
export function styled(format: style, text: string, stream: maybe_tty = process.stdout): string {
	return wants_colour(stream) ? styleText(format, text, { validateStream: false }) : text;
}

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const SHORT_ESCAPES = new Map([["\n", "\\n"], ["\r", "\\r"], ["\t", "\\t"]]);

function visible_escape(char: string): string {
	const code = char.codePointAt(0)!;
	const hex = code.toString(16);
	const short = SHORT_ESCAPES.get(char);

	if (short !== undefined)
		return short;
	if (code <= 0xff)
		return `\\x${hex.padStart(2, "0")}`;
	if (code <= 0xffff)
		return `\\u${hex.padStart(4, "0")}`;
	return `\\u{${hex}}`;
}

/**
 * printable - foreign text (a mail, a file, an argument) that cannot steer the terminal
 * @text: one line; a line break in it is escaped as well
 *
 * Return: the text with control characters, invisible and direction-changing characters and
 * lone surrogates as visible escapes.
 */
export function printable(text: string): string {
	return text.replace(UNPRINTABLE, visible_escape);
}

const PROGRESS_INTERVAL_MS = 100;

/**
 * struct progress_line - one line on stderr that is overwritten while work goes on
 *
 * Silent unless stderr is a terminal, so logs and pipes never see it.
 */
export class progress_line {
	private drawn_at = -Infinity;
	private readonly live = process.stderr.isTTY === true && process.env["TERM"] !== "dumb";

	/**
	 * update - show how far the work is, at most ten times a second
	 * @text: printable text; what does not fit the terminal's width is cut off
	 */
	update(text: string): void {
		const now = performance.now();

		if (!this.live || now - this.drawn_at < PROGRESS_INTERVAL_MS)
			return;
		this.drawn_at = now;
		process.stderr.write(`\r\x1b[K${text.slice(0, process.stderr.columns - 1)}`);
	}

	/** clear - take the line away, before other output and at the end */
	clear(): void {
		if (this.drawn_at === -Infinity)
			return;
		this.drawn_at = -Infinity;
		process.stderr.write("\r\x1b[K");
	}
}
