// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is written to attributes: numbers and masks, as one writes them and as one should not.
 */
import type { random } from "./random.ts";

const PLAIN: ((n: number) => string)[] = [
	(n) => `${n}`, (n) => `${n}\n`, (n) => `0x${n.toString(16)}`,
	(n) => `0x${n.toString(16)}\n`,
	(n) => `0x${n.toString(16).padStart(2, "0")}`,
];

const STRANGE: ((n: number) => string)[] = [
	(n) => `+${n}`, (n) => `+0x${n.toString(16)}\n`, (n) => `0${n.toString(8)}`,
	(n) => `00${n}`,
	(n) => `0X${n.toString(16).toUpperCase()}`, (n) => ` ${n}`, (n) => `${n} `,
	(n) => `${n}\n\n`,
	(n) => `-${n}`, (n) => `++${n}`, (n) => `${n}\r\n`, (n) => `0x${n.toString(16)}g`,
	(n) => `${n}x`,
	(n) => `${n},${n}`, (n) => `\t${n}`, (n) => `0x0x${n}`, (n) => `0b${n.toString(2)}`,
	(n) => `${n}.0`,
	(n) => `${n}\0`, (n) => `\0${n}`, (n) => `${n}\n\0`, (n) => `${n}${" ".repeat(n * 20)}`,
	(n) => `${"0".repeat(5000)}${n}`, (n) => `0x${"0".repeat(n)}${n.toString(16)}`,
	(n) => (2n ** 64n + BigInt(n)).toString(), (n) => (2n ** 64n - BigInt(n)).toString(),
	(n) => `0x1000000000000000${n}`, (n) => (2n ** 32n + BigInt(n)).toString(),
	(n) => (2n ** 31n + BigInt(n)).toString(), (n) => `${2n ** 64n + BigInt(n)}x`,
	() => "\n", () => " ", () => "+", () => "-", () => "0x", () => "0x\n", () => "x", () => "0",
	() => "00\n",
	(n) => `08${n}`, (n) => `${n}é`, () => "18446744073709551615",
	() => "18446744073709551616\n",
];

/** number_text - a number as it is written to an attribute, oddly in @strange of 100 cases */
export function number_text(rnd: random, n: number, strange: number): string {
	return rnd.pick(rnd.chance(strange) ? STRANGE : PLAIN)(n);
}

function digits_of(ids: readonly number[]): string {
	const digits = new Array<number>(64).fill(0);

	for (const id of ids)
		digits[id >>> 2] |= 8 >>> (id & 3);
	return digits.map((digit) => digit.toString(16)).join("");
}

/** mask_text - a mask as ap_config shows it */
function mask_text(ids: readonly number[]): string {
	return `0x${digits_of(ids)}`;
}

const STRANGE_MASK: ((digits: string) => string)[] = [
	(d) => d, (d) => `0x${d.replace(/0+$/, "")}`, (d) => d.replace(/0+$/, ""), (d) => `x${d}`,
	(d) => `0X${d}`, (d) => `0x${d}0`, (d) => `0x${d}\n`, (d) => ` 0x${d}`, (d) => `0x${d} `,
	() => "",
	() => "0x", () => "0", (d) => `+${d}`, (d) => `0x${d.toUpperCase()}`,
	(d) => `0x${d.slice(0, 7)}g`,
	(d) => `0xx${d}`, (d) => `00x${d}`, (d) => `0x${d.slice(0, 33)}`, (d) => `0x0x${d}`,
	() => "xyz", () => "-1",
];

const STRANGE_CONFIG: ((masks: string[]) => string)[] = [
	(m) => m.join("\n"), (m) => `${m.join(",")}`, (m) => `${m.join(",")},\n`,
	(m) => `${m.join(",")},garbage`,
	(m) => `${m.join(",")}\nmore\n`, (m) => m.slice(0, 2).join(","), (m) => m[0],
	(m) => `${m.join(",,")}\n`,
	(m) => m.join(", "), (m) => m.join(";"), (m) => `\n${m.join(",")}`,
	(m) => `${m.join(",")}\n\n`,
	() => ",,", () => ",,\n", () => "\n\n\n", () => ",", (m) => `${m.join(",")}\0`,
	(m) => `${m[0]},\0,${m[2]}`,
	(m) => `${m.join(",")}${" ".repeat(5000)}`,
];

/** config_text - three masks as they are written to ap_config */
export function config_text(rnd: random, masks: readonly number[][], strange: number): string {
	const written = masks.map((ids) => rnd.chance(strange / 2) ?
		rnd.pick(STRANGE_MASK)(digits_of(ids)) : mask_text(ids));

	if (rnd.chance(strange / 2))
		return rnd.pick(STRANGE_CONFIG)(written);
	return `${written.join(",")}${rnd.chance(50) ? "\n" : ""}`;
}
