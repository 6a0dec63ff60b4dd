// SPDX-License-Identifier: GPL-2.0-only
/*
 * Skeletons of whole C texts, and as text: what the tests hold against what they expect.
 */
import {
	definitions, tokens_between, type definition,
} from "../../../tools/crossread/c_skeleton.ts";
import { leaves_of, type leaf } from "../../../tools/crossread/leaves.ts";
import type { skeleton_function } from "../../../tools/crossread/skeleton.ts";

/**
 * skeleton_of - the skeleton of one definition
 *
 * @leaves: the words of the text
 * @found: the definition
 */
function skeleton_of(leaves: readonly leaf[], found: definition): skeleton_function {
	const { name, is_static, open, end } = found;
	return {
		name: name.text,
		is_static,
		line: name.row + 1,
		last_line: (leaves[end] ?? name).row + 1,
		tokens: tokens_between(leaves, open, end),
	};
}

/**
 * c_skeleton - the functions of a C text
 *
 * @text: the text of a .c file
 *
 * Return: its function definitions, in order
 */
export async function c_skeleton(text: string): Promise<skeleton_function[]> {
	const leaves = await leaves_of("c", text);
	return definitions(leaves).map((found) => skeleton_of(leaves, found));
}

/**
 * skeleton_text - the recorded form of a skeleton
 *
 * @fn: the function
 *
 * Return: the tokens, a blank between two of them
 */
export function skeleton_text(fn: skeleton_function): string {
	return fn.tokens.map((token) => token.text).join(" ");
}
