// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text after a patch in an editor.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { usage_error } from "../lib/cli/usage_error.ts";
import { text_after, text_of } from "../lib/series/patches.ts";
import { write_text } from "./materialise.ts";
import { refresh_from } from "./refresh.ts";

/** edit - have a maintainer edit the text after patch @n; returns what was written, a line each */
export function edit(label: string, n: number): string {
	const folder = mkdtempSync(join(tmpdir(), `${label}@${n}-`));
	const before = text_after(label, n);
	const [editor, ...args] = (process.env["EDITOR"] ?? "vi").split(" ");

	try {
		write_text(before, folder);
		const { status } = spawnSync(editor!, [...args, ...before.keys()],
			{ cwd: folder, stdio: "inherit" });

		if (status !== 0)
			throw new usage_error(`${editor} ended with ${status}, nothing is changed`);
		return refresh_from(label, n, text_of((file) =>
			before.has(file) ? readFileSync(join(folder, file), "utf8") : null));
	} finally {
		rmSync(folder, { recursive: true });
	}
}
