// SPDX-License-Identifier: GPL-2.0-only
/*
 * npm run fuzz [READER ...] [--seconds N] [--seed S] [--coverage]: tries readers with edited texts,
 * by turns, and keeps the least text that fails in corpus/, where npm test tries it, too. With
 * --coverage it says at last which branches of the readers were never taken.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { make_folder, write_file } from "../../tools/lib/cli/output.ts";
import { coverage } from "./coverage.ts";
import type { outcome } from "./fuzz.ts";

const TURN_S = 5;

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		seconds: { type: "string", default: "60" }, seed: { type: "string", default: "1" },
		coverage: { type: "boolean", default: false },
	},
});
const counted = values.coverage ? new coverage() : null;

/* What a reader does when it is loaded counts, too. */
await counted?.begin();
const { fuzz, understood } = await import("./fuzz.ts");
const { CORPUS, readers } = await import("./readers.ts");
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

function percent(taken: number, all: number): string {
	return `${taken} of ${all} branches (${(100 * taken / all).toFixed(1)} %)`;
}

async function tell_coverage(of: coverage): Promise<void> {
	of.end();
	for (const name of names) {
		const files = await of.taken(readers.get(name)!.files);
		const there = files.reduce((sum, it) => sum + it.all, 0);
		const missed = files.reduce((sum, it) => sum + it.missed.length, 0);

		process.stdout.write(`${name}: ${percent(there - missed, there)}\n` + files
			.filter((it) => it.missed.length > 0)
			.map((it) => `  ${it.file}: never lines ${it.missed.join(" ")}\n`)
			.join(""));
	}
}

const all = new Map(names.map((name) => {
	const it = readers.get(name)!;

	return [name, { ...it, corpus: [...it.corpus, ...it.seeds?.() ?? []] }];
}));

/* As they are, before they are edited. */
async function read_seeds(name: string): Promise<void> {
	const it = all.get(name)!;

	for (const bytes of it.corpus)
		await understood(it, bytes);
}

const end = performance.now() + Number(values.seconds) * 1000;
/* Each reader has its turn, however few seconds there are. */
const turn = Math.min(TURN_S, Number(values.seconds) / names.length);
let seed = Number(values.seed);

if (values.coverage)
	for (const name of names)
		await read_seeds(name);
for (; performance.now() < end; seed++) {
	for (const name of names) {
		const left = (end - performance.now()) / 1000;

		if (left <= 0)
			break;
		const it = await fuzz(all.get(name)!, seed, 1_000_000, Math.min(turn, left));
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
if (counted !== null)
	await tell_coverage(counted);
const untried = names.filter((name) => totals.get(name)!.inputs === 0);

if (untried.length > 0)
	process.stderr.write(`${untried.join(", ")}: no input was tried, expected more --seconds\n`);
process.exitCode = [...totals.values()].some(({ failures }) => failures > 0) ? 1
	: untried.length > 0 ? 3 : 0;
