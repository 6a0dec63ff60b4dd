// SPDX-License-Identifier: GPL-2.0-only
/*
 * The patches of a posting, one a line.
 */
import { head_of, patches_of } from "../lib/series/patches.ts";
import { text_table } from "../lib/cli/table.ts";
import { printable } from "../lib/cli/terminal.ts";
import { find_series } from "../lib/texts/series.ts";

/** no_patch_text - what is to be said of a patch that does not change the driver */
export function no_patch_text(label: string, n: number): string {
	const { n: number, subject, message_id, blobs = {} } = find_series(label).patches[n - 1]!;

	return `[${label} ${number}] ${printable(subject)}\n${message_id}\n` +
		`changes ${Object.keys(blobs).join(", ")}, nothing of the driver\n`;
}

function subject_of(label: string, n: number): string {
	const patch = patches_of(label).find((it) => it.n === n);

	return patch === undefined ? printable(find_series(label).patches[n - 1]!.subject)
		: head_of(patch).split("\n")[0]!.replace(/^Subject: \[[^\]]*\] /, "");
}

function functions_text(count: number): string {
	return count === 0 ? "structs" : count === 1 ? "1 function" : `${count} functions`;
}

/** list_text - a posting's patches: number, what it changes, Message-Id, subject */
export function list_text(label: string): string {
	const rows = find_series(label).patches.map(
			({ n, message_id, functions, removed, blobs = {} }, i) => {
		const patched = patches_of(label).some((it) => it.n === i + 1);
		const count = Object.values(functions).flat().length;
		const gone = Object.values(removed).flat().length;

		return [
			n, patched ? `${functions_text(count)}${gone === 0 ? "" : `, ${gone} gone`}`
				: Object.keys(blobs).join(" "),
			message_id, subject_of(label, i + 1),
		];
	});

	return text_table({ heading: ["patch", "changes", "Message-Id", "subject"], rows });
}
