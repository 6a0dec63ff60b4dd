// SPDX-License-Identifier: GPL-2.0-only
/*
 * A posting's patches as a stack on a folder of the maintainer's, as quilt has them: the folder is
 * the text behind the patch on top, and push and pop go from one to the next.
 */
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { write_file } from "../lib/cli/output.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { patches_of, text_after, text_of, type text } from "../lib/series/patches.ts";
import { parse_state, type state_name } from "../lib/series/states.ts";
import { write_text } from "./materialise.ts";
import { refresh_from } from "./refresh.ts";

/* In the folder: which patch is on top, as "v13@8". */
const TOP = "top";

function numbers_of(series: string): number[] {
	return [0, ...patches_of(series).map(({ n }) => n)];
}

function text_in(dir: string): text {
	return text_of((file) => {
		const path = join(dir, file);

		return existsSync(path) ? readFileSync(path, "utf8") : null;
	});
}

function is_same(a: text, b: text): boolean {
	return a.size === b.size && [...a].every(([file, content]) => b.get(file) === content);
}

function top_of(dir: string, series: string): state_name {
	const path = join(dir, TOP);
	const top = existsSync(path) ? parse_state(readFileSync(path, "utf8").trim()) : null;

	if (top?.series !== series)
		throw new usage_error(`${dir} has no text of ${series}; ` +
			`series ${series} --edit N --in ${dir} begins`);
	return top;
}

/* The patch on top of an unchanged text: what was changed is in no patch and would be lost. */
function clean_top(dir: string, series: string): state_name {
	const top = top_of(dir, series);

	if (!is_same(text_in(dir), text_after(series, top.n)))
		throw new usage_error(`${dir} was changed: --refresh puts that into ` +
			`${series} ${top.n}, removing the folder forgets it`);
	return top;
}

function put(dir: string, series: string, n: number): string {
	const text = text_after(series, n);

	for (const [file] of text_in(dir))
		if (!text.has(file))
			rmSync(join(dir, file));
	write_text(text, dir);
	write_file(join(dir, TOP), `${series}@${n}\n`);
	return `${series}@${n}\n`;
}

/** begin - the text behind patch @n into a folder; returns what is on top */
export function begin(series: string, n: number, dir: string): string {
	if (!numbers_of(series).includes(n))
		throw new usage_error(`${series} ${n} does not change the driver`);
	if (existsSync(join(dir, TOP)))
		clean_top(dir, series);
	else if (existsSync(dir) && readdirSync(dir).length > 0)
		throw new usage_error(`${dir}: a new or an empty folder is expected`);
	return put(dir, series, n);
}

/**
 * move - push (1) or pop (-1) a patch that changes the driver
 *
 * Return: what is on top now.
 */
export function move(series: string, dir: string, by: 1 | -1): string {
	const { n } = clean_top(dir, series);
	const numbers = numbers_of(series);
	const to = numbers[numbers.indexOf(n) + by];

	if (to === undefined)
		throw new usage_error(by < 0 ? `${series}: no patch is applied` :
			`${series}: all patches are applied, up to ${n}`);
	return put(dir, series, to);
}

/** refresh_top - what was changed in the folder into the patch on top, and onwards */
export function refresh_top(series: string, dir: string): string {
	return refresh_from(series, top_of(dir, series).n, text_in(dir));
}
