/* SPDX-License-Identifier: GPL-2.0 */
/*
 * printf formats: the subset of lib/vsprintf.c that the ported texts use.
 *
 *	%[flags][width][h|l|ll|z]{d i u x X c s p} %% %pad
 *
 * Flags are "0", "-" and "#". Numbers may be number or bigint; negative ones
 * print as two's complement of 32 bits (64 with l) under u and x. %p and %pad
 * print an address (a number, a bigint, or an out-parameter holding one) as
 * 0x and sixteen digits.
 */
import type { out } from "./types.h.ts";

/**
 * class char_buf - C's char buffer that a show function fills
 * @text: what was written, without a terminating NUL
 */
export class char_buf {
	text = "";
}

interface conversion {
	literal: string;		/* text before the conversion */
	spec: string;			/* conversion character, "" at the end */
	width: number;
	zero: boolean;
	left: boolean;
	alternate: boolean;
	long: boolean;
}

const parsed = new Map<string, conversion[]>();

function parse(fmt: string): conversion[] {
	const pattern = /%([-0#]*)([0-9]*)(hh?|ll?|z)?(pad|[diuxXcsp%])/g;
	const list: conversion[] = [];
	let end = 0;

	for (const m of fmt.matchAll(pattern)) {
		list.push({
			literal: fmt.slice(end, m.index),
			spec: m[4],
			width: Number(m[2]),
			zero: m[1].includes("0"),
			left: m[1].includes("-"),
			alternate: m[1].includes("#"),
			long: m[3] === "l" || m[3] === "ll" || m[3] === "z",
		});
		end = m.index + m[0].length;
	}
	list.push({ literal: fmt.slice(end), spec: "", width: 0, zero: false, left: false,
		alternate: false, long: false });
	return list;
}

function unsigned_digits(value: number | bigint, c: conversion, radix: number): string {
	if (typeof value === "number" && value >= 0)
		return value.toString(radix);
	return BigInt.asUintN(c.long ? 64 : 32, BigInt(value)).toString(radix);
}

function address(value: unknown): string {
	const plain = typeof value === "object" && value !== null ?
		(value as out<number>).v : value;

	return `0x${BigInt(plain as number).toString(16).padStart(16, "0")}`;
}

function convert(c: conversion, value: unknown): string {
	switch (c.spec) {
	case "d":
	case "i":
		return String(value);
	case "u":
		return unsigned_digits(value as number, c, 10);
	case "x":
		return (c.alternate ? "0x" : "") + unsigned_digits(value as number, c, 16);
	case "X":
		return (c.alternate ? "0X" : "") +
			unsigned_digits(value as number, c, 16).toUpperCase();
	case "p":
	case "pad":
		return address(value);
	default:
		return String(value);
	}
}

function pad(c: conversion, text: string): string {
	if (text.length >= c.width)
		return text;
	if (c.left)
		return text.padEnd(c.width);
	if (!c.zero)
		return text.padStart(c.width);
	const prefix = prefix_length(text);

	return prefix === 0 ? text.padStart(c.width, "0")
		: text.slice(0, prefix) + text.slice(prefix).padStart(c.width - prefix, "0");
}

/* How many characters of a number come before its digits: of "-" or "0x". */
function prefix_length(text: string): number {
	if (text[0] === "-")
		return 1;
	return text[0] === "0" && (text[1] === "x" || text[1] === "X") ? 2 : 0;
}

/** vsnprintf - the text of @fmt with @args put in */
export function vsnprintf(fmt: string, args: readonly unknown[]): string {
	let list = parsed.get(fmt);
	let text = "";
	let i = 0;

	if (list === undefined) {
		list = parse(fmt);
		parsed.set(fmt, list);
	}
	for (const c of list) {
		text += c.literal;
		if (c.spec === "%")
			text += "%";
		else if (c.spec !== "")
			text += pad(c, convert(c, args[i++]));
	}
	return text;
}

/**
 * sprintf - print into a buffer, without any limit
 * @buf: the buffer
 * @at: where in it, as C's moving pointer; what stood behind is cut off
 *
 * Return: the number of characters printed.
 */
export function sprintf(buf: char_buf, at: number, fmt: string, ...args: unknown[]): number {
	const text = vsnprintf(fmt, args);

	buf.text = at === buf.text.length ? buf.text + text : buf.text.slice(0, at) + text;
	return text.length;
}

/**
 * snprintf - print the whole of a buffer of @size bytes
 *
 * Return: the number of characters there would be in one without end.
 */
export function snprintf(buf: char_buf, size: number, fmt: string, ...args: unknown[]): number {
	const text = vsnprintf(fmt, args);

	buf.text = text.slice(0, Math.max(size - 1, 0));
	return text.length;
}

/**
 * scnprintf - print into a buffer of @size bytes at @at
 *
 * Return: the number of characters printed, at most @size - 1.
 */
export function scnprintf(
	buf: char_buf, at: number, size: number, fmt: string, ...args: unknown[]
): number {
	const text = size > 0 ? vsnprintf(fmt, args).slice(0, size - 1) : "";

	buf.text = buf.text.slice(0, at) + text;
	return text.length;
}

/*
 * Take one number with its white space in front from @str at @at: where it ends,
 * or -1 if there is none. One of @spec "%i" may have a prefix, which tells its
 * base. A number that does not fit loses its upper bits.
 */
function scan_number(str: string, at: number, spec: string, res: out<number>): number {
	const pattern = spec === "%i" ? /\s*(-?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/y :
		/\s*(-?)([0-9]+)/y;

	pattern.lastIndex = at;
	const m = pattern.exec(str);

	if (m === null)
		return -1;
	const octal = spec === "%i" && /^0[0-7]/.test(m[2]);
	const value = BigInt(octal ? `0o${m[2]}` : m[2]);

	res.v = Number(BigInt.asIntN(32, m[1] === "-" ? -value : value));
	return pattern.lastIndex;
}

/**
 * sscanf - take numbers from a text
 * @str: the text
 * @fmt: "%d" for a decimal number, "%i" for one with any prefix, a "-" is allowed;
 *	 white space for any amount of it, also none; every other character for
 *	 itself
 * @args: take the numbers
 *
 * Return: how many there were before the text departed from @fmt.
 */
export function sscanf(str: string, fmt: string, ...args: out<number>[]): number {
	let at = 0;
	let found = 0;

	for (const piece of fmt.match(/%[di]|\s+|[^]/g) ?? []) {
		if (piece === "%d" || piece === "%i") {
			at = scan_number(str, at, piece, args[found]);
			if (at < 0)
				break;
			found++;
		} else if (piece.trim() === "") {
			while (/\s/.test(str.charAt(at)))
				at++;
		} else if (str[at++] !== piece) {
			break;
		}
	}
	return found;
}
