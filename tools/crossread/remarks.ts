// SPDX-License-Identifier: GPL-2.0-only
/*
 * What answers to a patch say: at which line, or why at none.
 */

/** A remark that stands at no line that is shown. */
export interface unplaced_remark {
	by: string;
	lines: string[];
	why: string;
}
