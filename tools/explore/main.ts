// SPDX-License-Identifier: GPL-2.0-only
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ported } from "../../drivers/s390/crypto/history/index.ts";
import { exit_code } from "../lib/cli/exit_code.ts";
import { read_text } from "../lib/cli/lines.ts";
import { number_option, parse_args } from "../lib/cli/options.ts";
import { make_folder, write_file } from "../lib/cli/output.ts";
import { plural } from "../lib/cli/plural.ts";
import { printable, progress_line } from "../lib/cli/terminal.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { version } from "../lib/cli/version.ts";
import { inline_less } from "../lib/lab/inlining.ts";
import { driver_of } from "../lib/lab/loader.ts";
import {
	begin_text, end_text, is_search, jobs_of, lines_text, merge_parts, parse_part, plan_kinds,
	plan_of_space, property_names, shard_of, type campaign, type line, type merged, type plan,
} from "./campaign.ts";
import { checkpoint } from "./checkpoint.ts";
import { run_jobs, type watcher } from "./pool.ts";
import { count_text, is_complete, ktap_text, lines_report } from "./report.ts";
import { can_search } from "./search.ts";
import { op_kinds } from "./space.ts";

const HELP_COLUMN = 20;
const HELP_WIDTH = 100;

/* Names separated by commas, in lines that begin in the column of the help's explanations. */
function names_text(names: readonly string[]): string {
	const lines = [""];

	for (const name of names) {
		const last = lines.at(-1)!;

		if (last !== "" && HELP_COLUMN + last.length + name.length + 3 > HELP_WIDTH)
			lines.push(name);
		else
			lines[lines.length - 1] = last === "" ? name : `${last}, ${name}`;
	}
	return lines.join(`,\n${" ".repeat(HELP_COLUMN)}`);
}

const HELP = `usage: vfio-ap explore [--driver v6.0,v6.12|all] [--adapters 2] [--domains 2] [--cdoms 1]
                       [--mdevs 1] [--ops LIST] [--property LIST|all] [--faults]
                       [--depth N|--until-done] [--stop-at-first] [--max-states N]
                       [--walks N] [--steps N] [--seed N] [--jobs N] [--shard I/N]
                       [--format text|json|ktap|html] [--output DIR]
       vfio-ap explore --merge FILE... [--partial]

Tries every operation in every state of a small machine and says what must hold and does not, with
the shortest way to it, as a scenario that replay plays and as steps for a mail. What is found is
printed when a driver's space, or a hundred walks, are done; at SIGINT (Ctrl-C) what was found until
then, and at the second one nothing more. --output writes it within seconds.

  --driver LIST     the drivers, separated by commas (default: v6.12)
  --ops LIST        the operations (default: all of them):
                    ${names_text(op_kinds)};
                    migration: all of a guest that is migrated, where a driver can do that
  --property LIST   what must hold (default: all):
                    ${names_text(property_names)}
  --faults          also failing allocations and other answers of the hardware
  --depth N         at most N operations one after the other; --until-done: all there is (default)
  --stop-at-first   end with the level of the first counterexample
  --max-states N    states to keep (default: 1000000); says so if it was not enough
  --max-memory MB   the same by the memory they take
  --walks N         random walks instead, each of --steps operations (default: 60), from --seed
  --no-symmetry     do not take states for one that differ in names only
  --no-independence do each operation everywhere, also where another order of independent ones
                    says where it leads
  --jobs N          workers (default: one for each processor)
  --shard I/N       only the I-th of N parts; --merge puts the parts' --format json together
  --checkpoint FILE keep in FILE what is done, and go on from there if it exists
  --partial         --merge although parts are missing or not finished; exit code 3
  --output DIR      write each counterexample to a file there, soon after it was found; where a
                    shorter way is found later, that one
  --format FORMAT   text (default), json, ktap, or html: one page, each counterexample step by step

Exit code: 0 if nothing was found, 1 if something was, 2 if the arguments cannot be used, 3 if
nothing was found and a search ended at a bound (--depth, --max-states, --max-memory).
`;
const MEGABYTE = 1 << 20;
const MEMORY_MB = 1 << 20;

function number_of(
	text: string | undefined, name: string, fallback: number, least: number, most: number,
): number {
	return text === undefined ? fallback : number_option(name, text, least, most);
}

function list_of<T extends string>(
	text: string | undefined, name: string, known: readonly T[],
): T[] {
	if (text === undefined || text === "all")
		return [...known];
	return text.split(",").map((word) => {
		const it = known.find((k) => k === word);

		if (it === undefined)
			throw new usage_error(
				`--${name} ${word}: not known, expected ${known.join(", ")}`);
		return it;
	});
}

function shard_parts(text: string | undefined): [i: number, n: number] {
	const m = /^(\d+)\/(\d+)$/.exec(text ?? "1/1");

	if (m === null || Number(m[1]) < 1 || Number(m[1]) > Number(m[2]))
		throw new usage_error(`--shard ${text}, expected 1/3, 2/3 or 3/3`);
	return [Number(m[1]), Number(m[2])];
}

function parse(argv: string[]) {
	const string = { type: "string" } as const;
	const boolean = { type: "boolean" } as const;

	return parse_args({
		args: argv, allowPositionals: true,
		options: {
			driver: string, adapters: string, domains: string, cdoms: string,
			mdevs: string, ops: string,
			property: string, faults: boolean, depth: string, "until-done": boolean,
			"stop-at-first": boolean, "max-states": string, walks: string,
			steps: string, seed: string,
			"no-symmetry": boolean, "no-independence": boolean, jobs: string,
			shard: string, format: string, output: string,
			merge: boolean, partial: boolean, checkpoint: string, "max-memory": string,
			help: { type: "boolean", short: "h" },
		},
	});
}

type values = ReturnType<typeof parse>["values"];

function searchable(label: string): string {
	const driver = driver_of(label);

	if (driver.forwards)
		throw new usage_error(
			`driver '${label}' is a design that nobody posted, expected one that was`);
	return driver.label;
}

function plan_of(v: values): plan {
	const big = v.walks === undefined ? 4 : 16;
	const labels = v.driver === "all" ? ported.map((d) => d.label)
		: (v.driver ?? "v6.12").split(",");

	if (v.depth !== undefined && v["until-done"])
		throw new usage_error("--depth and --until-done, expected one of them");
	return {
		drivers: labels.map(searchable),
		adapters: number_of(v.adapters, "adapters", 2, 1, big),
		domains: number_of(v.domains, "domains", 2, 1, big),
		cdoms: number_of(v.cdoms, "cdoms", 1, 0, big),
		mdevs: number_of(v.mdevs, "mdevs", 1, 1, 4),
		kinds: list_of(v.ops, "ops", plan_kinds),
		properties: list_of(v.property, "property", property_names),
		faults: v.faults ?? false,
		depth: number_of(v.depth, "depth", Infinity, 1, 1000),
		max_states: number_of(v["max-states"], "max-states", 1_000_000, 2, 20_000_000),
		max_memory: number_of(v["max-memory"], "max-memory", MEMORY_MB, 1,
			MEMORY_MB) * MEGABYTE,
		stop_at_first: v["stop-at-first"] ?? false,
		identify: !(v["no-symmetry"] ?? false),
		commute: !(v["no-independence"] ?? false),
		walks: number_of(v.walks, "walks", 0, 1, 100_000_000),
		block: 100,
		steps: number_of(v.steps, "steps", 60, 1, 10_000),
		seed: number_of(v.seed, "seed", 1, 0, 2 ** 31 - 1),
	};
}

/* One line on a terminal: the progress of the job that reported last. */
function watcher_of(bar: progress_line, p: plan): watcher {
	return (j, { states, transitions, depth, seconds }) => {
		const bound = p.depth === Infinity ? `${p.max_states} states` : `depth ${p.depth}`;

		bar.update(`${j.driver}: ${plural(states, "state")}, ` +
			`${plural(transitions, "transition")}, depth ${depth}, ` +
			`${Math.round(states / seconds)} states/s, ${
				Math.round(process.memoryUsage().rss / MEGABYTE)} MB, at most ${bound}`);
	};
}

function write_scenarios(lines: line[], folder: string): void {
	for (const l of lines)
		if (l.result === "counterexample")
			write_file(join(folder, `${/^scenario (\S+)/.exec(l.scenario)![1]}.scn`),
				`# SPDX-License-Identifier: GPL-2.0-only\n${l.scenario}`);
}

type format = "text" | "json" | "ktap" | "html";

/** Writes each result at once, if the format is a list of results. */
class writer {
	#of: campaign;
	#format: format;

	constructor(of: campaign, format: format) {
		this.#of = of;
		this.#format = format;
		if (format === "json")
			process.stdout.write(begin_text(of));
	}

	add(lines: line[]): void {
		if (this.#format === "json")
			process.stdout.write(lines_text(lines));
		else if (this.#format === "text")
			process.stdout.write(lines_report(lines));
	}

	/** end - write the end; @all: all results; @whole: whether none is missing */
	async end(all: line[], whole: boolean): Promise<void> {
		if (this.#format === "html")
			process.stdout.write(await (await import("./html.ts")).explore_page(all));
		else if (this.#format === "ktap")
			process.stdout.write(ktap_text(all));
		else if (this.#format === "text")
			process.stdout.write(`\n${count_text(all)}`);
		else if (whole)
			process.stdout.write(end_text(this.#of));
	}
}

/* Merge the parts of a campaign, and name the parts that are missing. */
function merge_files(files: string[], partial: boolean): { merged: merged; code: number } {
	const read = files.map((file) => parse_part(file, read_text(file)));
	const parts = read.filter((it) => it !== null);

	if (parts.length === 0)
		throw new usage_error(
			`${files[0]}:1: no results in it, expected a file of --format json`);
	const merged = merge_parts(parts);
	const gone = [...files.filter((_, i) => read[i] === null).map((file) => `${file} is empty`),
		...merged.missing].join("; ");

	if (gone !== "" && !partial)
		throw new usage_error(
			`--merge: ${gone}, expected all of a campaign, or --partial`);
	if (gone !== "")
		process.stderr.write(`vfio-ap: not all of the campaign: ${printable(gone)}\n`);
	return { merged, code: gone === "" ? outcome_of(merged.lines) : exit_code.open };
}

function outcome_of(lines: line[]): number {
	if (lines.some((l) => l.result === "counterexample" || l.result === "unconfirmed"))
		return exit_code.differs;
	return is_complete(lines) ? exit_code.holds : exit_code.open;
}

/* As whoever sent it expects. */
function end_by_signal(): void {
	process.stderr.write("vfio-ap: ended by SIGINT, not all was tried\n");
	process.kill(process.pid, "SIGINT");
}

/** main - the command "explore" */
export async function main(argv: string[]): Promise<number> {
	const { values: v, positionals } = parse(argv);
	const [format] = list_of(v.format ?? "text", "format",
		["text", "json", "ktap", "html"] as const);

	if (v.help) {
		process.stdout.write(HELP);
		return exit_code.holds;
	}
	if (!v.merge && positionals.length > 0)
		throw new usage_error(`${positionals[0]}: not expected, files go behind --merge`);
	if (v.merge) {
		if (positionals.length === 0)
			throw new usage_error(
				"--merge: no file, expected --merge 1.jsonl 2.jsonl 3.jsonl");
		const { merged, code } = merge_files(positionals, v.partial ?? false);

		const out = new writer(merged.campaign, format!);

		out.add(merged.lines);
		await out.end(merged.lines, true);
		return code;
	}
	const p = plan_of(v);
	const bar = new progress_line();
	const workers = number_of(v.jobs, "jobs", availableParallelism(), 1, 256);
	const shard = shard_parts(v.shard);
	const jobs = shard_of(jobs_of(p), ...shard);
	const here: campaign = { result: "campaign", version: version(), plan: p, shard };

	for (const j of jobs)
		if (is_search(j) && !can_search(plan_of_space(j), p.max_states))
			throw new usage_error(`--max-states ${p.max_states}: too many for the operations of this ` +
				"space, expected a smaller number");
	const { output } = v;

	if (output !== undefined)
		make_folder(output);
	inline_less();
	const kept = v.checkpoint === undefined ? null : new checkpoint(v.checkpoint, here);
	const out = new writer(here, format!);
	let stopped = false;
	const lines = await run_jobs(jobs, workers, watcher_of(bar, p), kept, (some) => {
		bar.clear();
		if (output !== undefined)
			write_scenarios(some, output);
		out.add(some);
	}, () => {
		stopped = true;
	}, output === undefined ? null : (some) => write_scenarios(some, output));

	bar.clear();
	await out.end(lines, !stopped);
	if (stopped)
		end_by_signal();
	return outcome_of(lines);
}
