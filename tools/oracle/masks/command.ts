// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-ap oracle masks
 */
import { exit_code } from "../../lib/cli/exit_code.ts";
import { progress_line } from "../../lib/cli/terminal.ts";
import { usage_error } from "../../lib/cli/usage_error.ts";
import { random } from "../fuzz/random.ts";
import { CRYPTO, find_source, git_hash } from "../source.ts";
import { all_short, compare_stores, random_string, type store } from "./compare.ts";

/* The text that drivers/s390/crypto/ap_bus.ts is the port of. */
const PORTED = "5ed62f46b364";
const BATCH = 200_000;

/**
 * struct masks_options
 * @where: the kernel sources
 * @length: all strings up to this length, of what masks are written with
 * @random: how many random ones, from @seed on
 */
export interface masks_options {
	where: string;
	length: number;
	random: number;
	seed: number;
}

function* strings({ length, random: count, seed }: masks_options): Generator<string> {
	const rnd = new random(seed);

	yield* all_short(length);
	for (let i = 0; i < count; i++)
		yield random_string(rnd);
}

function* batches(options: masks_options): Generator<store[]> {
	let batch: store[] = [];

	for (const bytes of strings(options)) {
		batch.push({ mask: batch.length % 3 === 2 ? "aqmask" : "apmask", bytes });
		if (batch.length === BATCH) {
			yield batch;
			batch = [];
		}
	}
	yield batch;
}

/** masks_command - compare, and tell the first difference */
export async function masks_command(options: masks_options): Promise<number> {
	const source = await find_source(options.where, "v6.12");
	const text = source.files.get(`${CRYPTO}/ap_bus.c`);
	const progress = new progress_line();
	let done = 0;

	if (text === undefined || git_hash(text) !== PORTED)
		throw new usage_error(`${source.from}: its ap_bus.c is not that of Linux 6.12.117, of which there is a port`);
	for (const batch of batches(options)) {
		const difference = batch.length === 0 ? null : await compare_stores(source, batch);

		if (difference !== null) {
			progress.clear();
			process.stdout.write(
				`${JSON.stringify(difference.bytes)} to ${difference.mask}\n` +
				`  port ${difference.port}\n  C    ${difference.c}\n`);
			return exit_code.differs;
		}
		done += batch.length;
		progress.update(`${done} stores`);
	}
	progress.clear();
	process.stdout.write(`${done} stores to apmask and aqmask, 0 differences\n`);
	return exit_code.holds;
}
