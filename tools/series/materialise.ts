// SPDX-License-Identifier: GPL-2.0-only
/*
 * The texts of a posting as files.
 */
import { join } from "node:path";
import { make_folder, write_file } from "../lib/cli/output.ts";
import { patches_of, text_after, type text } from "../lib/series/patches.ts";

/** write_text - a driver's files into a folder */
export function write_text(text: text, folder: string): void {
	make_folder(folder);
	for (const [file, content] of text)
		write_file(join(folder, file), content);
}

/** materialise - the text after each patch, and the one before all, into folders of @dir */
export function materialise(label: string, dir: string): string {
	const numbers = [0, ...patches_of(label).map(({ n }) => n)];

	for (const n of numbers)
		write_text(text_after(label, n), join(dir, `${label}@${n}`));
	return numbers.map((n) => `${join(dir, `${label}@${n}`)}\n`).join("");
}
