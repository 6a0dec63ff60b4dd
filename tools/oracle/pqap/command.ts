// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-ap oracle pqap
 */
import { exit_code } from "../../lib/cli/exit_code.ts";
import { random } from "../fuzz/random.ts";
import { find_source } from "../source.ts";
import {
	all_kinds, compare_interceptions, random_interception, type interception,
} from "./compare.ts";

/**
 * struct pqap_options
 * @where: the kernel sources
 * @random: how many random ones, from @seed on
 */
export interface pqap_options {
	where: string;
	random: number;
	seed: number;
}

const BATCH = 100_000;

function* all({ random: count, seed }: pqap_options): Generator<interception> {
	const rnd = new random(seed);

	yield* all_kinds(rnd);
	for (let i = 0; i < count; i++)
		yield random_interception(rnd);
}

function* batches(options: pqap_options): Generator<interception[]> {
	let batch: interception[] = [];

	for (const it of all(options)) {
		batch.push(it);
		if (batch.length === BATCH) {
			yield batch;
			batch = [];
		}
	}
	if (batch.length > 0)
		yield batch;
}

function in_words(it: interception): string {
	return JSON.stringify(it,
		(_key, value) => typeof value === "bigint" ? `0x${value.toString(16)}` : value);
}

/** pqap_command - compare, and tell the first difference */
export async function pqap_command(options: pqap_options): Promise<number> {
	const source = await find_source(options.where, "v6.12");
	let done = 0;

	for (const batch of batches(options)) {
		const difference = await compare_interceptions(source, batch);

		if (difference !== null) {
			process.stdout.write(`${in_words(difference.asked)}\n` +
				`  port ${difference.port}\n  C    ${difference.c}\n`);
			return exit_code.differs;
		}
		done += batch.length;
	}
	process.stdout.write(`${done} interceptions of PQAP, 0 differences\n`);
	return exit_code.holds;
}
