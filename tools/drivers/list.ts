// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is known of the drivers, as tables.
 */
import { drivers, type driver } from "../../drivers/s390/crypto/history/index.ts";
import { markdown_table, text_table, type table } from "../lib/cli/table.ts";

const ARCHIVE = "https://lore.kernel.org/linux-s390/";

function is_posting({ id }: driver): boolean {
	return id.startsWith("<");
}

function table_of(id: (driver: driver) => string, path: (path: string) => string): table {
	return {
		heading: [
			"driver", "date", "what it is", "patches", "after", "interfaces of", "text",
		],
		rows: drivers.map((d) => [
			d.label, d.date, id(d), d.patches === 0 ? "-" : String(d.patches),
			d.predecessor ?? "-", `Linux ${d.api}`, path(d.path),
		]),
	};
}

/** drivers_text - the drivers as a table for a terminal */
export function drivers_text(): string {
	return text_table(table_of((d) => d.id, (path) => path));
}

/** drivers_markdown - the same as Markdown, with links; as from the folder Documentation */
export function drivers_markdown(): string {
	return markdown_table(table_of(
		(d) => is_posting(d) ? `[\`${d.id}\`](${ARCHIVE}${d.id.slice(1, -1)}/)` : d.id,
		(path) => `[${path}](../${path})`));
}

/** drivers_json - the same as JSON Lines, an object for each */
export function drivers_json(): string {
	return drivers.map(({ load: _load, ...fields }) => `${JSON.stringify(fields)}\n`).join("");
}

/** drivers_short - the drivers in a few words each, for README */
export function drivers_short(): string {
	return markdown_table({
		heading: ["label", "date", "what it is"],
		rows: drivers.map((d) => [`\`${d.label}\``, d.date,
			is_posting(d) ? `posted, ${d.patches} patches: \`${d.id}\`` : d.id]),
	});
}
