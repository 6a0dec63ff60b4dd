// SPDX-License-Identifier: GPL-2.0-only
import { ported } from "../../drivers/s390/crypto/history/index.ts";
import { missing_program } from "../crossread/tarball.ts";
import { exit_code } from "../lib/cli/exit_code.ts";
import { read_text } from "../lib/cli/lines.ts";
import { number_option, parse_args } from "../lib/cli/options.ts";
import { text_table } from "../lib/cli/table.ts";
import { plural } from "../lib/cli/plural.ts";
import { printable } from "../lib/cli/terminal.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { load_driver } from "../lib/lab/loader.ts";
import { read_inputs } from "../lib/mail/input.ts";
import { trace_files } from "../lib/trace/format.ts";
import { build_oracle, type oracle } from "./build.ts";
import { check_file, drivers_in, type difference } from "./check.ts";
import { fuzz_command } from "./fuzz/command.ts";
import { profiles } from "./fuzz/profiles.ts";
import { label_of, report_texts } from "./known_texts.ts";
import { masks_command } from "./masks/command.ts";
import { pqap_command } from "./pqap/command.ts";
import { run_program } from "./program.ts";
import { find_source } from "./source.ts";

const HELP = `usage: vfio-ap oracle build [--linux-source DIR|DEB|auto]
       vfio-ap oracle record OPS.jsonl|FILE.scn [--linux-source DIR|DEB|auto]
       vfio-ap oracle check PATH... [--linux-source DIR|DEB|auto] [--limit N]
       vfio-ap oracle fuzz --driver LABEL [--seconds N] [--ops N] [--seed S]
                           [--profile NAME] [--coverage] [--out DIR]
       vfio-ap oracle masks [--length N] [--random N] [--seed S]
       vfio-ap oracle pqap [--random N] [--seed S]

The driver's own C, compiled here: vfio_ap of a kernel tree of 6.12 or later, unmodified, on a
small machine of ours; also with the series by which guests are migrated, after any of its
patches. Needs a C compiler.

build   compiles it and says which texts those are
record  does the operations of traces, or plays scenarios, on it and prints the traces
check   compares recorded traces with it; a PATH is a file or a folder with *.jsonl and
        *.jsonl.gz in it
fuzz    makes operations up, does them on the port and on the C, and shrinks each trace
        on which they differ to a short one, which is written as a case
masks   stores to apmask and aqmask on the AP bus's port and on its C: every string of two
        bytes, those of what masks are written with up to a length, and random ones
pqap    hands intercepted PQAPs to the port of KVM and to its C: every function code in every
        kind of guest, and random ones
  --linux-source  a kernel tree, a tarball, Debian's linux-source package, or auto: what
                  LINUX_SOURCE names, else what is installed in /usr/src
  --limit N       show the first N differences (20)
  --driver LABEL  the port
  --seconds N     how long (60); --ops N ends earlier
  --seed S        the first trace's; the next has the next (1)
  --profile NAME  what traces are made of; all take turns if none is named
  --coverage      which lines of the C were executed
  --out DIR       where cases are written (oracle-cases)
  --length N      (3); --random N (100000)

profiles:
${[...profiles].map(([name, { about }]) => `  ${name.padEnd(10)} ${about}\n`).join("")}
exit: 0 no difference, 1 some, 2 unusable input, 4 no compiler or no kernel sources
`;

interface options {
	where: string;
	limit: number;
}

async function oracle_for(
	where: string, driver?: string,
): Promise<oracle & { label: string | null }> {
	const source = await find_source(where, driver);

	return { ...await build_oracle(source), label: label_of(source) };
}

async function build({ where }: options): Promise<number> {
	const source = await find_source(where);
	const { program, is_new } = await build_oracle(source);

	process.stdout.write(text_table({
		heading: ["file", "git hash", "text"],
		rows: report_texts(source).map(({ file, hash, what }) => [file, hash, what]),
	}));
	process.stdout.write(`\n${is_new ? "compiled" : "was compiled before"}: ${program}\n`);
	return exit_code.holds;
}

/* A trace file, or whatever scenarios are read from. */
async function record(files: string[], { where }: options): Promise<number> {
	if (files.length !== 1)
		throw new usage_error(
			"oracle record needs one file, of operations or of scenarios");
	const { program, label } = await oracle_for(where);

	if (/\.jsonl(?:\.gz)?$/.test(files[0])) {
		process.stdout.write(await run_program(program, read_text(files[0])));
		return exit_code.holds;
	}
	const { record_scenario } = await import("./column.ts");
	const as = (await load_driver(label ?? ported.at(-1)!.label)).label;

	for (const { scenarios } of await read_inputs(files, null))
		for (const sc of scenarios)
			process.stdout.write(record_scenario(sc, program, as));
	return exit_code.holds;
}

function show({ file, line, recorded, c }: difference): string {
	return `${file}:${line}:\n  recorded ${printable(recorded)}\n  C        ${printable(c)}\n`;
}

/* With "auto", each driver's traces are compared with its own text, if that is installed. */
async function oracles_for(
	files: string[], where: string,
): Promise<(oracle & { label: string | null })[]> {
	if (where !== "auto")
		return [await oracle_for(where)];
	const labels = new Set(files.flatMap((file) => [...drivers_in(file)]));
	const found = await Promise.all([...labels].map((driver) => oracle_for("auto", driver)));

	return found.filter(({ label }, i) => label !== null &&
		found.findIndex((o) => o.label === label) === i);
}

async function check(paths: string[], { where, limit }: options): Promise<number> {
	if (paths.length === 0)
		throw new usage_error("oracle check needs a PATH, a trace or a folder of traces");
	const files = trace_files(paths);
	let traces = 0, ops = 0, differences = 0, left_out = 0;

	for (const { program, label } of await oracles_for(files, where)) {
		for (const file of files) {
			const outcome = await check_file(program, file, label);

			traces += outcome.traces;
			ops += outcome.ops;
			left_out += outcome.left_out;
			for (const difference of outcome.differences)
				if (differences++ < limit)
					process.stdout.write(show(difference));
		}
	}
	if (differences > limit)
		process.stdout.write(`... and ${differences - limit} more\n`);
	process.stdout.write(`${plural(traces, "trace")}, ${plural(ops, "op")}, ` +
		`${plural(differences, "trace differs", "traces differ")}` +
		(left_out > 0 ? `; ${plural(left_out, "trace")} of other drivers left out` : "") +
		"\n");
	if (traces === 0)
		throw new missing_program("no trace of a driver whose C is there");
	return differences === 0 ? exit_code.holds : exit_code.differs;
}

async function run_verb(
	verb: string | undefined, rest: string[], options: options,
): Promise<number> {
	switch (verb) {
	case "build":
		return build(options);
	case "record":
		return record(rest, options);
	case "check":
		return check(rest, options);
	default:
		throw new usage_error(`oracle ${verb ?? "without a verb"}, expected one of build, record, check, fuzz, masks, pqap`);
	}
}

async function fuzz(values: Record<string, string | boolean | undefined>): Promise<number> {
	const { driver, "linux-source": where, profile, out, coverage } = values as {
		driver?: string; "linux-source": string; profile?: string; out: string;
		coverage: boolean;
	};

	if (driver === undefined)
		throw new usage_error("oracle fuzz needs --driver LABEL, e.g. --driver v6.12");
	return fuzz_command({
		where, driver: await load_driver(driver), out, coverage, profile: profile ?? null,
		seconds: number_option("seconds", String(values["seconds"])),
		ops: values["ops"] === undefined
			? Infinity : number_option("ops", String(values["ops"])),
		seed: number_option("seed", String(values["seed"])),
	});
}

/** main - vfio-ap oracle */
export async function main(argv: string[]): Promise<number> {
	const { values, positionals } = parse_args({
		args: argv,
		allowPositionals: true,
		options: {
			"linux-source": { type: "string", default: "auto" },
			limit: { type: "string", default: "20" },
			driver: { type: "string" },
			seconds: { type: "string", default: "60" },
			ops: { type: "string" },
			seed: { type: "string", default: "1" },
			profile: { type: "string" },
			coverage: { type: "boolean", default: false },
			out: { type: "string", default: "oracle-cases" },
			length: { type: "string", default: "3" },
			random: { type: "string", default: "100000" },
			help: { type: "boolean", short: "h", default: false },
		},
	});

	if (values.help) {
		process.stdout.write(HELP);
		return exit_code.holds;
	}
	const [verb, ...rest] = positionals;

	if (verb === "fuzz")
		return fuzz(values);
	if (verb === "masks")
		return masks_command({
			where: values["linux-source"],
			length: number_option("length", values.length),
			random: number_option("random", values.random),
			seed: number_option("seed", values.seed),
		});
	if (verb === "pqap")
		return pqap_command({
			where: values["linux-source"],
			random: number_option("random", values.random),
			seed: number_option("seed", values.seed),
		});
	return run_verb(verb, rest, {
		where: values["linux-source"], limit: number_option("limit", values.limit),
	});
}
