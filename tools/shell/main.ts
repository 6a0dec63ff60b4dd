// SPDX-License-Identifier: GPL-2.0-only
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { exit_code } from "../lib/cli/exit_code.ts";
import { must_be_text, read_bytes } from "../lib/cli/lines.ts";
import { parse_args } from "../lib/cli/options.ts";
import { write_file } from "../lib/cli/output.ts";
import { printable } from "../lib/cli/terminal.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { driver_of, load_driver } from "../lib/lab/loader.ts";
import type { boot_options } from "../lib/lab/model.ts";
import { machine_of } from "../lib/record/machine.ts";
import { read_record } from "../lib/record/read.ts";
import type { scenario } from "../lib/scenario/model.ts";
import { only_scenario } from "../lib/scenario/only.ts";
import { parse_host_text, parse_scenarios } from "../lib/scenario/parse.ts";
import { executable } from "../lib/texts/tree.ts";
import { mount_failed, missing_for_mount, needs_user_namespace } from "./mount.ts";
import { shell, SIGNALS } from "./shell.ts";

const DEFAULT_HOST = "adapters 04 05 06 domains 0004 0047 00ab control 0004 0047 00ab";

const HELP = `usage: vfio-ap shell [OPTION...] [-- COMMAND [ARGUMENT...]]
       vfio-ap shell --prompt [OPTION...]

Boots the simulated machine, mounts its sysfs over /sys for a command alone, and runs that: your
shell, mdevctl, lszcrypt. Nothing of the real /sys can be reached meanwhile, nothing is left
behind. In it, "sim help" tells what is to be done besides sysfs: start a guest, change the host,
let time pass. The command's exit code is passed on.

  --driver LABEL    the driver that is loaded (v6.12)
  --host SPEC       the host, as in a scenario (${DEFAULT_HOST})
  --scenario FILE   the host of a scenario, or of a record of a real machine (see vfio-ap import
                    --help); its operations are done first
  --record FILE     write what is done as a scenario when the command has ended
  --uevents         send uevents, in a network namespace of the command's own
  --prompt          no mount: a prompt of our own on the simulated sysfs, with ls, cat, echo, cd and
                    the commands of sim; so it is, too, where a mount cannot be made and no
                    command is given. Without a terminal it reads lines from standard input.
  --time FACTOR     simulated time to elapsed time; 0: time stands still (1)
  -h, --help        this text

Needs /dev/fuse, the right to mount in a namespace (root, or user namespaces) and util-linux.
`;

const ALL_IDS = Array.from({ length: 256 }, (_, id) => id);

/* A host as it comes: all queues are the default drivers'. */
function fresh_host(spec: string): boot_options {
	return { host: parse_host_text(spec), apmask: ALL_IDS, aqmask: ALL_IDS, memory: "zero" };
}

/* The scenario of a file, or of the machine that it is a record of. */
function scenario_of(file: string): scenario {
	const bytes = read_bytes(file);
	const record = read_record(bytes, file);

	if (record === null)
		must_be_text(file, bytes);
	return only_scenario(record === null ? parse_scenarios(bytes.toString("utf8"), file)
		: [machine_of(record)], file);
}

function factor(text: string): number {
	const value = Number(text);

	if (text.trim() === "" || !(value >= 0 && value <= 1e6))
		throw new usage_error(`--time ${text}: expected a factor from 0 to 1000000`);
	return value;
}

/* The whole command once more, in a user namespace in which we are root. */
function again_as_root(argv: string[]): Promise<number> {
	const child = spawn("unshare", ["-Ur", process.execPath, executable, "shell", ...argv],
		{ stdio: "inherit" });

	for (const signal of SIGNALS)
		process.on(signal, () => child.kill(signal));
	return new Promise((resolve, reject) => {
		child.on("error", reject);
		child.on("exit", (code, signal) =>
			resolve(signal === null ? code! : 128 + constants.signals[signal]));
	});
}

function skip(why: string): number {
	process.stderr.write(`vfio-ap: shell: ${printable(why)}\n`);
	return exit_code.skipped;
}

/* A prompt of our own where there can be no shell on a mount. */
function instead(opened: shell, why: string): Promise<number> {
	process.stderr.write(`vfio-ap: shell: ${printable(why)}; a prompt instead, see help\n`);
	return opened.run_prompt();
}

/* A folder of ours for the length of a run, with the script "sim" in it. */
function with_folder<T>(fn: (folder: string) => Promise<T>): Promise<T> {
	const folder = mkdtempSync(join(tmpdir(), "vfio-ap-"));

	return fn(folder).finally(() => rmSync(folder, { recursive: true, force: true }));
}

/** main - vfio-ap shell */
export async function main(argv: string[]): Promise<number> {
	const { values, positionals } = parse_args({
		args: argv,
		allowPositionals: true,
		options: {
			driver: { type: "string", default: "v6.12" },
			host: { type: "string" },
			scenario: { type: "string" },
			record: { type: "string" },
			uevents: { type: "boolean", default: false },
			prompt: { type: "boolean", default: false },
			time: { type: "string", default: "1" },
			help: { type: "boolean", short: "h", default: false },
		},
	});

	if (values.help) {
		process.stdout.write(HELP);
		return exit_code.holds;
	}
	if (values.host !== undefined && values.scenario !== undefined)
		throw new usage_error(
			"--host and --scenario both name a host, expected one of them");
	const label = driver_of(values.driver).label;
	const first = values.scenario === undefined ? null : scenario_of(values.scenario);
	const boot = first ?? fresh_host(values.host ?? DEFAULT_HOST);
	const rate = factor(values.time);
	const missing = values.prompt ? null : missing_for_mount(values.uevents);

	if (values.prompt && positionals.length > 0)
		throw new usage_error("--prompt takes no command, it is one");
	if (missing !== null && positionals.length > 0)
		return skip(missing);
	if (missing === null && !values.prompt && needs_user_namespace())
		return await again_as_root(argv);
	await load_driver(label);
	return with_folder(async (folder) => {
		const save = (): void => {
			if (values.record !== undefined)
				write_file(values.record, opened.recorded());
		};
		const opened = new shell({
			boot, driver: label, rate, uevents: values.uevents, before_wait: save,
		});

		if (first !== null)
			opened.prepare(first);
		try {
			return values.prompt ? await opened.run_prompt()
				: missing !== null ? await instead(opened, missing)
				: await opened.run(positionals.length > 0 ? positionals
					: [process.env["SHELL"] ?? "/bin/sh"], folder);
		} catch (error) {
			if (!(error instanceof mount_failed))
				throw error;
			return positionals.length > 0 ? skip(error.message)
				: await instead(opened, error.message);
		} finally {
			save();
			opened.shutdown();
		}
	});
}
