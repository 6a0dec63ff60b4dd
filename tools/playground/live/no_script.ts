// SPDX-License-Identifier: GPL-2.0-only
/*
 * In a page, in place of tools/lib/mail/script.ts and shell_errors.ts: a prompt takes one line, and
 * what it is answered is not typed at it.
 */

/** spread - a line as its commands: it is no script */
export function spread(text: string): string {
	return text;
}

/** read_error - no line that is typed is an error that a shell printed */
export function read_error(): null {
	return null;
}
