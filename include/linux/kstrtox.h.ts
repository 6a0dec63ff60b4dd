/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers from text, with the kernel's strictness: an optional plus sign, a base
 * prefix, digits, at most one trailing newline, nothing else.
 *
 * Source: lib/kstrtox.c, Linux 6.12.
 */
import { EINVAL, ERANGE } from "./errno.h.ts";
import type { out } from "./types.h.ts";

const ULONG_MAX = (1n << 64n) - 1n;

/*
 * The number that a text of decimal digits is, with a newline behind it or not, or
 * -1 for another text: what nearly everything is that is ever written.
 */
function short_number(s: string): number {
	const end = s.charCodeAt(s.length - 1) === 0x0a ? s.length - 1 : s.length;
	let value = 0;

	if (end === 0 || end > 9 || (end > 1 && s.charCodeAt(0) === 0x30))
		return -1;
	for (let i = 0; i < end; i++) {
		const digit = s.charCodeAt(i) - 0x30;

		if (digit < 0 || digit > 9)
			return -1;
		value = 10 * value + digit;
	}
	return value;
}

function digits_of_base(base: number): RegExp {
	if (base === 16)
		return /^[0-9a-fA-F]+/;
	return base === 8 ? /^[0-7]+/ : /^[0-9]+/;
}

/* The magnitude of s without its sign, or a negative error number. */
function parse_unsigned(s: string, base: number): bigint | number {
	if (base === 0) {
		if (s[0] !== "0")
			base = 10;
		else
			base = /^0[xX][0-9a-fA-F]/.test(s) ? 16 : 8;
	}
	if (base === 16 && /^0[xX]/.test(s))
		s = s.slice(2);
	const digits = digits_of_base(base).exec(s)?.[0];

	if (digits === undefined)
		return -EINVAL;
	const value = BigInt(base === 16 ? `0x${digits}` : base === 8 ? `0o${digits}` : digits);

	if (value > ULONG_MAX)
		return -ERANGE;
	return s.length === digits.length || s.slice(digits.length) === "\n" ? value : -EINVAL;
}

/**
 * kstrtoul - parse an unsigned long (64 bits)
 * @s: the text
 * @base: 8, 10, 16, or 0 to tell by the prefix ("0x" hex, "0" octal)
 * @res: the number, exact up to 2^53, nearest above; written only on success
 *
 * Return: 0; -ERANGE when it exceeds 64 bits, whatever stands behind its digits;
 * -EINVAL when it is no number.
 */
export function kstrtoul(s: string, base: number, res: out<number>): number {
	if (base === 0) {
		const short = short_number(s);

		if (short >= 0) {
			res.v = short;
			return 0;
		}
	}
	const value = parse_unsigned(s[0] === "+" ? s.slice(1) : s, base);

	if (typeof value === "number")
		return value;
	res.v = Number(value);
	return 0;
}

/** kstrtouint - kstrtoul() limited to 32 bits; @res is written only on success */
export function kstrtouint(s: string, base: number, res: out<number>): number {
	const value = { v: 0 };
	const rc = kstrtoul(s, base, value);

	if (rc !== 0)
		return rc;
	if (value.v > 0xffffffff)
		return -ERANGE;
	res.v = value.v;
	return 0;
}

/**
 * kstrtobool - parse a yes or no by its first character, or "on" and "off"
 *
 * Return: 0, or -EINVAL.
 */
export function kstrtobool(s: string, res: out<boolean>): number {
	const yes = /^(?:[yYtT1]|[oO][nN])/.test(s);

	if (!yes && !/^(?:[nNfF0]|[oO][fF])/.test(s))
		return -EINVAL;
	res.v = yes;
	return 0;
}

/**
 * simple_strtoul - take an unsigned long from the middle of a text
 * @s: the text
 * @at: where the number begins
 * @endp: takes where it ends; that is @at when there is none
 * @base: 8, 10, 16, or 0 to tell by the prefix
 *
 * Return: the number; one of more than 64 bits loses the upper ones.
 */
export function simple_strtoul(s: string, at: number, endp: out<number>, base: number): number {
	const rest = s.slice(at);
	const prefix = (base === 0 || base === 16) && /^0[xX][0-9a-fA-F]/.test(rest) ? 2 : 0;

	if (base === 0)
		base = prefix !== 0 ? 16 : rest[0] === "0" ? 8 : 10;
	const pattern = base === 16 ? /^[0-9a-fA-F]*/ : base === 8 ? /^[0-7]*/ : /^[0-9]*/;
	const digits = pattern.exec(rest.slice(prefix))![0];

	endp.v = at + prefix + digits.length;
	if (digits === "")
		return 0;
	const literal = base === 16 ? `0x${digits}` : base === 8 ? `0o${digits}` : digits;

	return Number(BigInt.asUintN(64, BigInt(literal)));
}
