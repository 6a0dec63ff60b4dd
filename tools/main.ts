// SPDX-License-Identifier: GPL-2.0-only
import { commands, type command } from "./commands.ts";
import { exit_code } from "./lib/cli/exit_code.ts";
import { guard_output, system_reason } from "./lib/cli/output.ts";
import { printable } from "./lib/cli/terminal.ts";
import { usage_error, usage_errors } from "./lib/cli/usage_error.ts";
import { version } from "./lib/cli/version.ts";

type command_table = ReadonlyMap<string, command>;

const EXIT_CODES = `exit codes:
  0   everything holds
  1   something differs
  2   the input cannot be used
  3   something is open: not read, not judged or not looked at
  4   skipped, the environment lacks something
`;

function help_text(table: command_table): string {
	const width = Math.max(0, ...[...table.keys()].map((name) => name.length));
	const rows = [...table].map(([name, row]) => `  ${name.padEnd(width)}  ${row.summary}\n`);

	return `usage: vfio-ap COMMAND [ARGUMENT...]

Linux's s390 vfio_ap driver on a simulated machine.

commands:
${rows.join("")}
  vfio-ap COMMAND --help    what the command takes
  vfio-ap --version

${EXIT_CODES}`;
}

function find_command(name: string, table: command_table): command {
	const row = table.get(name);

	if (row)
		return row;
	if (name.startsWith("-"))
		throw new usage_error(`unknown option ${name}, see vfio-ap --help`);
	throw new usage_error(`unknown command '${name}', expected one of ${[...table.keys()].join(", ")}`);
}

async function run_command(name: string, argv: string[], table: command_table): Promise<number> {
	const { main } = await find_command(name, table).load();

	return main(argv);
}

/**
 * dispatch - run the command that the arguments name
 * @argv: the arguments behind the executable's name
 * @table: the commands there are
 *
 * Return: the exit code. Throws what the command throws, and usage_error where no command is
 * named that exists.
 */
export async function dispatch(argv: string[], table: command_table = commands): Promise<number> {
	const [first, ...rest] = argv;

	switch (first) {
	case undefined:
		process.stderr.write(help_text(table));
		return exit_code.unusable;
	case "--version":
		process.stdout.write(`vfio-ap ${version()}\n`);
		return exit_code.holds;
	case "-h":
	case "--help":
	case "help":
		if (rest.length > 0)
			return run_command(rest[0]!, ["--help"], table);
		process.stdout.write(help_text(table));
		return exit_code.holds;
	default:
		return run_command(first, rest, table);
	}
}

/** struct failure - how a failed run ends: the status and the line for stderr */
interface failure {
	code: number;
	line: string;
}

const TOO_LARGE = new Set(["ERR_FS_FILE_TOO_LARGE", "ERR_STRING_TOO_LONG", "ERR_BUFFER_TOO_LARGE"]);

/**
 * describe_failure - turn what was thrown into one line and an exit code
 * @error: what was thrown
 * @command: the command's name, for the hint about its --help
 *
 * An argument parseArgs refuses and whatever the system refuses count as bad input; a package
 * or a program that is not installed as skipped.
 */
export function describe_failure(error: unknown, command = ""): failure {
	if (!(error instanceof Error))
		return internal_failure(String(error));
	if (error instanceof usage_error)
		return { code: exit_code.unusable, line: error.message };

	const { path, syscall } = error as NodeJS.ErrnoException;
	/* a child process's error has its exit status there */
	const code = String((error as NodeJS.ErrnoException).code ?? "");
	const missing_package = /^Cannot find package '([^']+)'/.exec(error.message);

	if (code.startsWith("ERR_PARSE_ARGS_")) {
		const what = error.message.split(". ", 1)[0];
		return { code: exit_code.unusable, line: `${what}, see vfio-ap ${command} --help` };
	}
	if (error.name === "missing_program")
		return { code: exit_code.skipped, line: error.message };
	const reason = system_reason(error);
	if (reason !== null)
		return { code: exit_code.unusable, line: `${path ?? syscall}: ${reason}` };
	if (TOO_LARGE.has(code))
		return {
			code: exit_code.unusable,
			line: `${path ?? "the input"}: too large, expected less than 512 MB`,
		};
	if (code === "ERR_MODULE_NOT_FOUND" && missing_package) {
		const line = `${command} needs the package ${missing_package[1]}, run npm install (in a clone npm ci)`;
		return { code: exit_code.skipped, line };
	}
	return internal_failure(`${error.name}: ${error.message}`);
}

function internal_failure(what: string): failure {
	const line = `internal error: ${what} (VFIO_AP_DEBUG=1 shows the stack)`;

	return { code: exit_code.internal, line };
}

function report_failure(error: unknown, command?: string): number {
	const { code, line } = describe_failure(error, command);
	const lines = error instanceof usage_errors ? line.split("\n") : [line];

	process.stderr.write(lines.map((l) => `vfio-ap: ${printable(l)}\n`).join(""));
	if (process.env["VFIO_AP_DEBUG"] && error instanceof Error)
		process.stderr.write(`${error.stack}\n`);
	return code;
}

/**
 * run - the whole life of the process, apart from how it was started
 * @argv: the arguments behind the executable's name
 */
export async function run(argv: string[]): Promise<void> {
	guard_output();
	process.on("uncaughtException", (error) => process.exit(report_failure(error, argv[0])));
	try {
		process.exitCode = await dispatch(argv);
	} catch (error) {
		/* at once, whatever workers are at */
		process.exit(report_failure(error, argv[0]));
	}
}
