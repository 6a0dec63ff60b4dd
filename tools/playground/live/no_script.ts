// SPDX-License-Identifier: GPL-2.0-only
/*
 * In a page, in place of tools/lib/mail/script.ts, shell_errors.ts, shell_output.ts and
 * mdevctl_output.ts: a prompt takes one line, and what it is answered is not typed at it.
 */

/** spread - a line as its commands: it is no script */
export function spread(text: string): string {
	return text;
}

/** read_error - no line that is typed is an error that a shell printed */
export function read_error(): null {
	return null;
}

/* Nor is a line anything else that a program prints. */
function never(): boolean {
	return false;
}

/* What the lines behind a command say: there are none. */
function nothing(): [] {
	return [];
}

export {
	never as is_chatter, never as is_default_driver, never as not_there, never as only_shows,
	never as tells_more,
	nothing as by_file, nothing as crypt_rows, nothing as unless_more,
	nothing as exit_code, nothing as listing, nothing as mask_shown, nothing as queue_lines,
	nothing as some_of, nothing as text_shown,
};
