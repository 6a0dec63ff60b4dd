// SPDX-License-Identifier: GPL-2.0-only

/**
 * usage_error - what the user gave cannot be used
 *
 * The message is one line: "file:line: what, expected what" for a file's contents,
 * "what, expected what" for an argument. The dispatcher prints it on stderr behind
 * "vfio-ap: " and ends with exit_code.unusable; no stack trace is shown.
 */
export class usage_error extends Error {
	override readonly name = "usage_error";
}

/**
 * usage_errors - all that is wrong with a file, in its order, a line each
 */
export class usage_errors extends usage_error {
	constructor(lines: readonly string[]) {
		super(lines.join("\n"));
	}
}

/**
 * collecting - do several things that may each end in a usage_error
 * @list: where the errors' lines go
 * @fn: the thing to do
 *
 * Return: what @fn returned, null if it ended in one.
 */
export function collecting<T>(list: string[], fn: () => T): T | null {
	try {
		return fn();
	} catch (error) {
		if (!(error instanceof usage_error))
			throw error;
		list.push(...error.message.split("\n"));
		return null;
	}
}
