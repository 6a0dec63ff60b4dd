// SPDX-License-Identifier: GPL-2.0-only
/*
 * Figures that were measured already, in a file: a run that was cut off goes on from there.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { usage_error } from "../lib/cli/usage_error.ts";
import type { row } from "./row.ts";

/** with_value - a row that was JSON; JSON has no word for a figure that there is not */
export function with_value(row: row): row {
	return { ...row, value: row.value ?? NaN };
}

/* The last line may have been cut off; it goes, and what it was of is measured again. */
function read(file: string): [string, row[]][] {
	const text = readFileSync(file, "utf8");
	const whole = text.slice(0, text.lastIndexOf("\n") + 1);

	if (whole !== text)
		writeFileSync(file, whole);
	return whole.split("\n").slice(0, -1).map((line, i) => {
		try {
			const [key, rows] = JSON.parse(line) as [string, row[]];

			return [key, rows.map(with_value)];
		} catch {
			throw new usage_error(
				`${file}:${i + 1}: not what --checkpoint has written, expected a new file`);
		}
	});
}

/**
 * class kept_figures - what each process of a run has measured, by the round and the process
 */
export class kept_figures {
	#file: string | null;
	#known: Map<string, row[]>;

	/** @file: null: they are not kept */
	constructor(file: string | null) {
		this.#file = file;
		this.#known = new Map(file !== null && existsSync(file) ? read(file) : []);
	}

	/**
	 * rows - what a process has measured in a round
	 * @measure: has it do so; null where it cannot
	 */
	async rows<T extends row[] | null>(
		round: number, who: string, measure: () => Promise<T>,
	): Promise<row[] | T> {
		const key = `${round} ${who}`;
		const known = this.#known.get(key);

		if (known !== undefined)
			return known;
		const rows = (await measure())?.map((row) => ({ ...row, round }));

		if (rows === undefined)
			return null as T;
		if (this.#file !== null)
			appendFileSync(this.#file, `${JSON.stringify([key, rows])}\n`);
		return rows;
	}
}
