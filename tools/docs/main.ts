// SPDX-License-Identifier: GPL-2.0-only
/*
 * npm run docs: writes anew what is generated in the documentation. With --measure it times the
 * drivers instead, which takes minutes (--long: many), and puts the figures into benchmarks.md
 * after each round. With --checkpoint FILE as well it keeps in FILE what is measured, and goes on
 * from there if the file exists.
 */
import { parseArgs } from "node:util";
import type { effort } from "../bench/row.ts";
import { ROUNDS, measured_documents } from "./benchmarks.ts";
import { documents, write_document, type document } from "./document.ts";
import { parts, slow_parts } from "./parts.ts";

function write(written: readonly document[]): void {
	for (const document of written) {
		const is_current = document.is === document.should_be;

		if (!is_current)
			write_document(document);
		process.stdout.write(`${document.path}: ${is_current ? "current" : "written"}\n`);
	}
}

/* Says after each round how long it took: the next ones take no longer. */
async function measure(effort: effort, checkpoint: string | null): Promise<void> {
	let begin = performance.now();
	let done = 0;

	for await (const round of measured_documents(effort, checkpoint)) {
		const seconds = Math.round((performance.now() - begin) / 1000);

		process.stdout.write(`round ${++done} of ${ROUNDS}: ${seconds} s\n`);
		write(round);
		begin = performance.now();
	}
}

const { values } = parseArgs({
	options: {
		measure: { type: "boolean", default: false },
		long: { type: "boolean", default: false },
		checkpoint: { type: "string" },
	},
});

if (values.measure)
	await measure(values.long ? "long" : "round", values.checkpoint ?? null);
else
	write(await documents([...parts, ...slow_parts]));
