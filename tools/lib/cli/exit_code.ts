// SPDX-License-Identifier: GPL-2.0-only

/**
 * exit_code - what a command's process status says
 *
 * 3 says that something is open: it could not be judged, or not all was looked at. 4 is
 * kselftest's code for a test that could not run here, 70 is EX_SOFTWARE of sysexits.h, 141 is
 * what a shell reports for a program that SIGPIPE ended.
 */
export const exit_code = {
	holds: 0,
	differs: 1,
	unusable: 2,
	open: 3,
	skipped: 4,
	internal: 70,
	broken_pipe: 141,
} as const;
