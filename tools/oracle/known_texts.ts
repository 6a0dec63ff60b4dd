// SPDX-License-Identifier: GPL-2.0-only
/*
 * The texts of the driver that are known, by git's name for each file.
 */
import { basename } from "node:path";
import { git_hash, type kernel_source } from "./source.ts";

/* [what it is, the label of its port if there is one] */
const KNOWN = new Map<string, [what: string, label: string | null]>([
	["9f76f2d7b66e", ["Linux 6.12 as released", null]],
	["3bac163057d8", ["Linux 6.12.107", null]],
	["ab29febebbfd", ["Linux 6.12.111", null]],
	["6157d420916a", ["Linux 6.12.113 to 6.12.118", "v6.12"]],
	["44b3a1dcc1b3", ["Linux 7.0, 7.1", "v7.1"]],
	["4db878c18f41", ["Linux 7.2.13, 7.3", "v7.3"]],
	["2c4cca4920b3", ["live guest migration, v4", "migration-v4"]],
	["83e1ce2c40c0", ["live guest migration, v4", "migration-v4"]],
	["7f0c69f2fd9e", ["live guest migration, v4", "migration-v4"]],
	["d2fc3598cd24", ["live guest migration, v4", "migration-v4"]],
	["67a807e2e75b", ["Linux 6.12", "v6.12"]],
	["fd7394d81880", ["Linux 7.0, 7.1", "v7.1"]],
	["8e69ed286bb9", ["Linux 7.2, 7.3", "v7.3"]],
	["437a161c8659", ["Linux 6.12", "v6.12"]],
	["9bff666b0b35", ["Linux 7.0 to 7.3", "v7.3"]],
	["180156121421", ["Linux 6.12 to 7.3", null]],
	["5ed62f46b364", ["Linux 6.12.117", "v6.12"]],
	["d82df5b4e2db", ["Linux 7.3", "v7.3"]],
	["4b7ffa840563", ["Linux 6.12.117", "v6.12"]],
	["fb4d678336e4", ["Linux 7.3", "v7.3"]],
	["1a49b89706f8", ["Linux 6.12.117", null]],
	["b3cb2c2c3aa7", ["Linux 7.3", null]],
]);

/** struct text_report - a file of the driver, and what is known of its text */
export interface text_report {
	file: string;
	hash: string;
	what: string;
}

/** report_texts - what the files of a kernel are */
export function report_texts({ files }: kernel_source): text_report[] {
	return [...files].map(([path, text]) => {
		const hash = git_hash(text);

		const what = KNOWN.get(hash)?.[0] ?? "unknown version";

		return { file: basename(path), hash, what };
	});
}

/** label_of - the driver whose port these files are the C of, or null for another text */
export function label_of({ files }: kernel_source): string | null {
	const ops = [...files].find(([path]) => basename(path) === "vfio_ap_ops.c");

	return ops === undefined ? null : KNOWN.get(git_hash(ops[1]))?.[1] ?? null;
}
