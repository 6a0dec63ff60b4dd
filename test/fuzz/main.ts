// SPDX-License-Identifier: GPL-2.0-only
/*
 * npm run fuzz [READER ...] [--seconds N] [--seed S]: tries readers with edited texts, by turns,
 * and keeps the least text that fails in corpus/, where npm test tries it, too.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { make_folder, write_file } from "../../tools/lib/cli/output.ts";
import { fuzz, type outcome } from "./fuzz.ts";
import { CORPUS, readers } from "./readers.ts";

const TURN_S = 5;

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		seconds: { type: "string", default: "60" }, seed: { type: "string", default: "1" },
	},
});
const names = positionals.length > 0 ? positionals : [...readers.keys()];
const totals = new Map(
	names.map((name) => [name, { inputs: 0, accepted: 0, changed: 0, failures: 0 }]));

for (const name of names)
	if (!readers.has(name)) {
		process.stderr.write(
			`${name}: no such reader, expected one of ${[...readers.keys()].join(", ")}\n`);
		process.exit(2);
	}

function keep(name: string, { failure, bytes, seed }: outcome): void {
	const folder = join(CORPUS, name);
	const file = join(folder, createHash("sha256").update(bytes!).digest("hex").slice(0, 16));

	make_folder(folder);
	write_file(file, bytes!);
	process.stdout.write(`${name}: seed ${seed}: ${file}\n${failure}\n`);
}

const end = performance.now() + Number(values.seconds) * 1000;
let seed = Number(values.seed);

for (; performance.now() < end; seed++) {
	for (const name of names) {
		const left = (end - performance.now()) / 1000;

		if (left <= 0)
			break;
		const it = await fuzz(readers.get(name)!, seed, 1_000_000,
			Math.min(TURN_S, Math.ceil(left)));
		const total = totals.get(name)!;

		total.inputs += it.inputs;
		total.accepted += it.accepted;
		total.changed += it.changed;
		if (it.failure !== null) {
			total.failures++;
			keep(name, it);
		}
	}
	process.stdout.write(
		`seeds ${values.seed}-${seed}: ${JSON.stringify(Object.fromEntries(totals))}\n`);
}
process.exitCode = [...totals.values()].some(({ failures }) => failures > 0) ? 1 : 0;
