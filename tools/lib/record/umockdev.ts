// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text of umockdev-record: a block of lines for each device, "P:" its path, "E:" a variable of
 * its events, "A:" an attribute, "L:" a link. The bus has files of its own, and umockdev knows
 * devices only: it is written as a device of the subsystem "subsystem", as udev calls a bus.
 */
import { usage_error } from "../cli/usage_error.ts";
import { path_below_sys, type sysfs_record } from "./record.ts";

const LINE = /^([PENSALH]): ?(.*)$/;
const ESCAPES: Record<string, string> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

/** BUS_PATH - the path by which a bus's directory passes for a device */
export const BUS_PATH = "/devices/../bus";

/** is_umockdev - whether a text begins as one of umockdev's does */
export function is_umockdev(bytes: Buffer): boolean {
	return /^(?:#[^\n]*\n|[ \t\r]*\n)*P: \//.test(bytes.toString("latin1", 0, 4096));
}

function unescaped(text: string): string {
	return text.replace(/\\([0-7]{1,3}|[^])/g, (_, what: string) =>
		/^[0-7]/.test(what) ? String.fromCharCode(parseInt(what, 8) & 0xff)
			: ESCAPES[what] ?? what);
}

/** escaped - an attribute's text as it stands behind "A:" */
export function escaped(text: string): string {
	return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")
		.replace(/[^\x20-\x7e]/g,
			(c) => `\\${c.charCodeAt(0).toString(8).padStart(3, "0")}`);
}

/* "name=value" at its first "=". */
function pair(text: string, at: string): [string, string] {
	const equals = text.indexOf("=");

	if (equals <= 0)
		throw new usage_error(`${at}: "${text}" has no value, expected NAME=VALUE`);
	return [text.slice(0, equals), text.slice(equals + 1)];
}

/**
 * read_umockdev - add the devices of a text to a record
 *
 * Throws usage_error for a line that is none of umockdev's.
 */
export function read_umockdev(text: string, record: sysfs_record): sysfs_record {
	let device: string | null = null;
	const said = new Map<string, number>();

	for (const [i, line] of text.split("\n").entries()) {
		if (line.trim() === "" || line.startsWith("#"))
			continue;
		const [, letter, rest] = LINE.exec(line.replace(/\r$/, "")) ?? [];

		if (letter === undefined)
			throw new usage_error(
				`${record.name}:${i + 1}: no line of umockdev, expected P:, E:, A:, L: and so on`);
		if (letter === "P") {
			device = path_below_sys(rest!);
			if (device !== null)
				record.add_dir(device, i + 1);
		} else if (device !== null) {
			add_line(record, device, letter, rest!, i + 1, said);
		}
	}
	return record;
}

/** @said: on which line each attribute is */
function add_line(
	record: sysfs_record, device: string, letter: string, rest: string, line: number,
	said: Map<string, number>,
): void {
	const at = `${record.name}:${line}`;

	if (letter === "A") {
		const [name, value] = pair(rest, at);
		const path = `${device}/${name}`;
		const before = said.get(path);

		if (before !== undefined && record.files.get(path) !== unescaped(value))
			throw new usage_error(`${at}: ${name} is on line ${before} already, ` +
				"expected one text of an attribute");
		said.set(path, line);
		record.add_file(path, unescaped(value));
	} else if (letter === "L") {
		const [name, target] = pair(rest, at);

		record.add_link(`${device}/${name}`, target);
	}
}
