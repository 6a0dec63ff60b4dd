// SPDX-License-Identifier: GPL-2.0-only

const WIDTH = 100;

/** fill - a paragraph, broken between words so that its lines end within 100 columns */
export function fill(text: string): string {
	const lines = [""];

	for (const word of text.split(/\s+/)) {
		const line = lines.at(-1)!;

		if (line !== "" && line.length + 1 + word.length > WIDTH)
			lines.push(word);
		else
			lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
	}
	return lines.join("\n");
}
