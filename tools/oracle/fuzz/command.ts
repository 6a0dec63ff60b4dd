// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-ap oracle fuzz
 */
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { driver } from "../../../drivers/s390/crypto/history/index.ts";
import { in_folder } from "../../lib/cli/children.ts";
import { exit_code } from "../../lib/cli/exit_code.ts";
import { make_folder, write_file } from "../../lib/cli/output.ts";
import { plural } from "../../lib/cli/plural.ts";
import { printable, progress_line } from "../../lib/cli/terminal.ts";
import { usage_error } from "../../lib/cli/usage_error.ts";
import { build_oracle, build_with_coverage, driver_files } from "../build.ts";
import { label_of } from "../known_texts.ts";
import { run_program } from "../program.ts";
import { find_source, type kernel_source } from "../source.ts";
import { input_of } from "./compare.ts";
import { coverage_text, read_coverage } from "./coverage.ts";
import { fuzz, type fuzz_finding, type fuzz_totals } from "./fuzz.ts";
import { play_all } from "./port.ts";
import { profiles, profiles_for } from "./profiles.ts";

/**
 * struct fuzz_options
 * @where: the kernel sources
 * @driver: the port's
 * @seconds, @ops: how much, whichever is reached first
 * @profile: one of them; null: all take turns
 * @out: where cases go
 * @coverage: show which lines of the C were executed
 */
export interface fuzz_options {
	where: string;
	driver: driver;
	seconds: number;
	ops: number;
	seed: number;
	profile: string | null;
	out: string;
	coverage: boolean;
}

/* Fuzzing ends when this many things differ: more say nothing new. */
const FINDINGS_MAX = 20;

function names_of(profile: string | null, driver: driver): string[] {
	if (profile === null)
		return profiles_for(driver.migrates === true);
	const names = profile.split(",");

	for (const name of names)
		if (!profiles.has(name))
			throw new usage_error(`--profile ${name}: no such profile, expected one of ${[...profiles.keys()].join(", ")}`);
	return names;
}

/* A case is two files: the trace as the C does it, and as the port does. */
async function write_case(
	{ profile, seed, trace }: fuzz_finding, program: string, { driver, out }: fuzz_options,
): Promise<string> {
	const path = join(out, `${driver.label}-${profile}-${seed}`);
	const port = [JSON.stringify(trace.header), ...play_all(trace.header, trace.ops, driver)];

	make_folder(out);
	write_file(`${path}.jsonl`, await run_program(program, input_of(trace)));
	write_file(`${path}.port.jsonl`, `${port.join("\n")}\n`);
	return `${path}.jsonl`;
}

function finding_text({ profile, seed, trace, divergence }: fuzz_finding): string {
	return `profile ${profile}, seed ${seed}: ${divergence.field} differs after ` +
		`${plural(trace.ops.length, "operation")}\n` +
		`  port ${printable(divergence.port)}\n  C    ${printable(divergence.c)}\n`;
}

function totals_text(
	{ traces, ops, by_profile }: fuzz_totals, seed: number, seconds: number,
): string {
	const shares = [...by_profile].map(([name, n]) => `${name} ${n}`).join(", ");

	return `${plural(ops, "operation")} in ${plural(traces, "trace")}, ` +
		`seeds ${seed} to ${seed + traces - 1}, ` +
		`${Math.round(ops / seconds)} operations/s\n  of each profile: ${shares}\n`;
}

async function run(source: kernel_source, program: string, options: fuzz_options): Promise<number> {
	const { driver, seed, seconds, ops } = options;
	const progress = new progress_line();
	const begin = performance.now();
	const found: fuzz_finding[] = [];
	const passed = (): number => (performance.now() - begin) / 1000;
	const totals = await fuzz({
		driver, program, seed, names: names_of(options.profile, driver),
		until: (done) => passed() > seconds || done.ops >= ops,
		on_finding: (finding) => found.push(finding) < FINDINGS_MAX,
		on_progress: (done) =>
			progress.update(`${plural(done.ops, "operation")}, ` +
				plural(found.length, "difference")),
	});
	const took = passed();

	progress.clear();
	for (const finding of found)
		process.stdout.write(`${finding_text(finding)}  case ${await write_case(finding, program, options)}\n`);
	process.stdout.write(`${totals_text(totals, seed, took)}${found.length} differences\n`);
	return found.length === 0 ? exit_code.holds : exit_code.differs;
}

async function run_with_coverage(source: kernel_source, options: fuzz_options): Promise<number> {
	return in_folder(join(tmpdir(), "vfio-ap-coverage-"), async (folder) => {
		const { program } = await build_with_coverage(source, folder);
		const code = await run(source, program, options);

		for (const name of driver_files(source)) {
			const coverage = await read_coverage(folder, basename(name, ".c"));

			process.stdout.write(`\n${coverage_text(coverage)}`);
		}
		return code;
	});
}

/** fuzz_command - fuzz, and tell what differs */
export async function fuzz_command(options: fuzz_options): Promise<number> {
	const source = await find_source(options.where, options.driver.label);
	const text = label_of(source);

	/* "migration-v4@13" has texts of the whole series */
	if (text !== null && text !== options.driver.label.split("@", 1)[0])
		throw new usage_error(
			`${source.from} is the C of ${text}, expected --driver ${text}`);
	if (options.coverage)
		return run_with_coverage(source, options);
	return run(source, (await build_oracle(source)).program, options);
}
