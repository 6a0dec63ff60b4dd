// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is stored to apmask and aqmask, on the port of the AP bus and on a kernel's: all short byte
 * strings, then random ones. The masks go on from one store to the next, the same on both.
 */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sysfs_read, sysfs_write } from "../../../drivers/base/sysfs.ts";
import { in_folder, run_child } from "../../lib/cli/children.ts";
import { machine_lab } from "../../lib/lab/lab.ts";
import { load_driver } from "../../lib/lab/loader.ts";
import { build_masks } from "../build.ts";
import type { random } from "../fuzz/random.ts";
import type { kernel_source } from "../source.ts";

/** struct store - text that is written to a mask, as UTF-8 */
export interface store {
	mask: "apmask" | "aqmask";
	bytes: string;
}

/** struct mask_difference - a store that port and C do differently: what came, and the mask */
export interface mask_difference extends store {
	port: string;
	c: string;
}

/* The queue that an mdev has, as in masks.c. */
const TAKEN = { apid: 4, apqi: 0x47 };
const ALL = Array.from({ length: 256 }, (_, id) => id);
const BYTES = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));

/* Of what masks are written, and what stands beside it. */
const ALPHABET = [..."0123456789abfxX+-, \n"];

const WORDS = [
	"+", "-", ",", "\n", "0x", "0X", "x", "0", "1", "4", "7", "8", "9", "15", "16", "63", "64",
	"71", "100",
	"0x47", "0xff", "255", "256", "0377", "0400", "08", "4294967296", "18446744073709551615",
	"18446744073709551616", "18446744073709551620", "f", "F", "0f", "ff", "0000000000000000",
	"ffffffffffffffff",
	"+0-255", "-0-255", "+4", "-4", " ", "\0", "g", "\t", "--", "++", "+-", "4-", "-4-7",
	"+7-4", "+0x0-0x10",
	"\xff", "\x80",
];

/** short_strings - all of these characters up to a length */
export function* short_strings(characters: readonly string[], length: number): Generator<string> {
	if (length === 0)
		return;
	for (const c of characters) {
		yield c;
		for (const rest of short_strings(characters, length - 1))
			yield c + rest;
	}
}

/** all_short - every byte string of one and two, and longer ones of what masks are written with */
export function* all_short(length: number): Generator<string> {
	yield* short_strings(BYTES, 2);
	yield* short_strings(ALPHABET, length);
}

/** random_string - words that belong into masks, and such as do not */
export function random_string(rnd: random): string {
	return Array.from({ length: rnd.between(1, 9) }, () =>
		rnd.chance(85) ? rnd.pick(WORDS) : rnd.chance(50) ? rnd.pick(ALPHABET)
			: rnd.pick(BYTES)).join("");
}

async function on_c(program: string, stores: readonly store[]): Promise<string[]> {
	const input = stores.map(({ mask, bytes }) =>
		`${mask} ${Buffer.from(bytes, "utf8").toString("hex")}\n`);
	const { stdout, status } = await run_child(program, [], input.join(""));

	if (status !== 0)
		throw new Error(`${program}: exit status ${status}`);
	return stdout.trimEnd().split("\n");
}

/* A machine whose mdev has the queue; its bytes are characters, as sysfs takes them. */
async function boot(): Promise<machine_lab> {
	const { apid, apqi } = TAKEN;
	const lab = new machine_lab({
		host: { apxa: 1, na: 255, nd: 255, apm: [apid], aqm: [apqi], adm: [], old: [] },
		apmask: ALL.filter((id) => id !== apid), aqmask: ALL, memory: "zero",
	}, await load_driver("v6.12"));

	lab.rec.stop();
	lab.load();
	lab.run(["create", "m0"]);
	lab.run(["write", "m0", "assign_adapter", String(apid)]);
	lab.run(["write", "m0", "assign_domain", String(apqi)]);
	return lab;
}

function on_port({ mask, bytes }: store): string {
	const rc = sysfs_write(`/sys/bus/ap/${mask}`, bytes);

	return `${rc} ${sysfs_read(`/sys/bus/ap/${mask}`).text.trimEnd()}`;
}

/**
 * compare_stores - do stores on both
 *
 * Return: the first one that differs, or null.
 */
export async function compare_stores(
	source: kernel_source, stores: readonly store[],
): Promise<mask_difference | null> {
	const answers = await in_folder(join(tmpdir(), "vfio-ap-masks-"), async (folder) =>
		on_c(await build_masks(source, folder), stores));
	const lab = await boot();

	try {
		for (const [i, store] of stores.entries()) {
			const port = on_port(store);

			if (port !== answers[i])
				return { ...store, port, c: answers[i] };
		}
		return null;
	} finally {
		lab.shutdown();
	}
}
