// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is asked of a file of traces, and what comes of it.
 */

/**
 * struct check_request
 * @label: the driver; undefined: the one that each trace was recorded on
 * @limit: how many differences are shown
 */
export interface check_request {
	label: string | undefined;
	limit: number;
}

/**
 * struct file_outcome - what came of a file
 * @divergences: how many fields differ
 * @shown: the first of them, in words
 */
export interface file_outcome {
	traces: number;
	ops: number;
	divergences: number;
	shown: string[];
}

/** no_outcome - of a file that nobody has looked at */
export function no_outcome(): file_outcome {
	return { traces: 0, ops: 0, divergences: 0, shown: [] };
}
