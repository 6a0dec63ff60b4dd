// SPDX-License-Identifier: GPL-2.0-only

/**
 * struct command_module - what tools/<command>/main.ts exports
 * @main: runs the command on the arguments behind its name and answers the exit code (see
 *        exit_code.ts); it knows --help and -h itself, and throws usage_error for bad input
 */
interface command_module {
	main(argv: string[]): Promise<number>;
}

/**
 * struct command - a row of the command table
 * @summary: one line for `vfio-ap --help`
 * @load: imports the module, so that a command costs nothing until it is the one named
 */
export interface command {
	summary: string;
	load(): Promise<command_module>;
}

/** commands - every command, by name, in the order `vfio-ap --help` lists them */
export const commands = new Map<string, command>([
	["replay", {
		summary: "replay scenarios and mails on the drivers, with verdicts and reasons",
		load: () => import("./replay/main.ts"),
	}],
	["import", {
		summary: "the scenarios of a mail, or of a machine's /sys, in the notation",
		load: () => import("./import/main.ts"),
	}],
	["export", {
		summary: "the simulated machine's /sys as a record for umockdev",
		load: () => import("./export/main.ts"),
	}],
	["litmus", {
		summary: "two actors in all schedules: the final states there are, with witnesses",
		load: () => import("./litmus/main.ts"),
	}],
	["explore", {
		summary: "try every operation in every state of a small machine, say what fails",
		load: () => import("./explore/main.ts"),
	}],
	["trace", {
		summary: "replay recorded traces of the compiled C, compare every field",
		load: () => import("./trace/main.ts"),
	}],
	["oracle", {
		summary: "the driver's own C, compiled here: record, check traces against it",
		load: () => import("./oracle/main.ts"),
	}],
	["drivers", {
		summary: "list the drivers: postings and releases, with Message-Ids",
		load: () => import("./drivers/main.ts"),
	}],
	["diff", {
		summary: "compare two drivers function by function",
		load: () => import("./diff/main.ts"),
	}],
	["series", {
		summary: "a posting patch by patch: list, print, write out, refresh, check",
		load: () => import("./series/main.ts"),
	}],
	["bisect", {
		summary: "where along the history a verdict turns, down to the patch",
		load: () => import("./bisect/main.ts"),
	}],
	["crossread", {
		summary: "the C or a patch beside its port; check that they read line for line",
		load: () => import("./crossread/main.ts"),
	}],
	["shell", {
		summary: "your shell and the real tools on the simulated machine, mounted on /sys",
		load: () => import("./shell/main.ts"),
	}],
	["playground", {
		summary: "build a page in which the machine runs, to click and to send",
		load: () => import("./playground/main.ts"),
	}],
	["bench", {
		summary: "time the drivers' paths, against C where there is a compiler",
		load: () => import("./bench/main.ts"),
	}],
]);
