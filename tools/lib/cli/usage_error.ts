// SPDX-License-Identifier: GPL-2.0-only

/**
 * usage_error - what the user gave cannot be used
 *
 * The message is one line: "file:line: what, what would be right" for a file's contents,
 * "what, what would be right" for an argument. The dispatcher prints it on stderr behind
 * "vfio-ap: " and ends with exit_code.unusable; no stack trace is shown.
 */
export class usage_error extends Error {
	override readonly name = "usage_error";
}
