// SPDX-License-Identifier: GPL-2.0-only
/*
 * In a page, in place of tools/lib/mail/notation/claims_said.ts: no English is read there, so no
 * sentence could be read again.
 */

/** say_expectation - there is no sentence for a claim */
export function say_expectation(): null {
	return null;
}
