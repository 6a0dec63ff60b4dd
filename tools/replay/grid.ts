// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports as grids in a terminal: behind each step that changed something a grid for each driver,
 * side by side as the width allows.
 */
import { printable, styled } from "../lib/cli/terminal.ts";
import {
	axes_of, BOUND, CHANGED, cell_word, grids_of, type axes, type mdev_grid,
} from "../lib/play/grid.ts";
import type { report, step } from "../lib/play/play.ts";
import { what_text } from "../lib/play/say.ts";
import { adapter_name, domain_name } from "../lib/scenario/ids.ts";
import type { scenario, statement } from "../lib/scenario/model.ts";
import { cut, screen_width } from "./table.ts";

/** struct signs - what a grid is drawn with */
interface signs {
	bound: string;
	unbound: string;
	down: string;
	across: string;
	corner: string;
}

const BOXES: signs = { bound: "●", unbound: "○", down: "│", across: "─", corner: "┼" };
const ASCII: signs = { bound: "o", unbound: ".", down: "|", across: "-", corner: "+" };

const LETTERS =
	new Map([["guest", "G"], ["would", "g"], ["filtered", "F"], ["stale", "A"], ["lost", "S"]]);
const CELL = 5;
const GAP = "   ";

/** wants_ascii - whether the locale has no box characters */
export function wants_ascii(): boolean {
	const locale = process.env["LC_ALL"] || process.env["LC_CTYPE"] ||
		process.env["LANG"] || "";

	return !/utf-?8/i.test(locale);
}

function cell_text(cell: number, running: boolean, s: signs): string {
	const letter = LETTERS.get(cell_word(cell, running)) ?? " ";

	return ` ${letter}${(cell & BOUND) === 0 ? s.unbound : s.bound}${(cell & CHANGED) === 0 ? " " : "*"} `;
}

/* Some of a grid's columns. */
function part_lines(
	{ cells, running }: mdev_grid, { apm, aqm }: axes, s: signs, from: number, to: number,
): string[] {
	const names = aqm.slice(from, to).map((id) => domain_name(id).padStart(CELL));
	const row_text = (row: readonly number[]): string =>
		row.slice(from, to).map((cell) => cell_text(cell, running, s)).join("");

	return [
		`   ${s.down}${names.join("")}`,
		`${s.across.repeat(3)}${s.corner}${s.across.repeat(CELL * names.length)}`,
		...cells.map((row, i) => `${adapter_name(apm[i]!)} ${s.down}${row_text(row)}`),
	];
}

/* What stands in front of a grid's columns: the margin, and the adapters' names. */
const BEFORE = 6;

/* A grid; of a large machine, as many columns as there is room for, then the next. */
function grid_lines(grid: mdev_grid, axes: axes, s: signs): string[] {
	const { running, control, mdev } = grid;
	const lines = [`${printable(mdev)}, ${running ? "guest running" : "no guest"}`];
	const room = Math.floor((screen_width() - BEFORE) / CELL);

	for (let from = 0; from < Math.max(1, axes.aqm.length); from += room)
		lines.push(...part_lines(grid, axes, s, from, from + room));
	return control === "" ? lines : [...lines, `control ${control}`];
}

/* Blocks of lines side by side, as many as fit. */
function side_by_side(blocks: readonly string[][]): string[] {
	const width = Math.max(...blocks.flat().map((line) => line.length));
	const at_once =
		Math.max(1, Math.floor((screen_width() - 2 + GAP.length) / (width + GAP.length)));
	const lines: string[] = [];

	for (let first = 0; first < blocks.length; first += at_once) {
		const row = blocks.slice(first, first + at_once);
		const height = Math.max(...row.map((block) => block.length));

		for (let i = 0; i < height; i++)
			lines.push(`  ${row.map((block) => (block[i] ?? "").padEnd(width)).join(GAP)}`.trimEnd());
	}
	return lines;
}

function block_of(r: report, st: step, before: step | null, axes: axes, s: signs): string[] {
	const grids = grids_of(st, before, axes);

	return [r.driver.label, ...grids.flatMap((grid) => grid_lines(grid, axes, s))];
}

function has_changed(st: step, before: step | null, axes: axes): boolean {
	return grids_of(st, before, axes)
		.some(({ cells }) => cells.flat().some((cell) => (cell & CHANGED) !== 0));
}

/* The grids behind one line; none where it changed nothing on any driver. */
function line_grids(reports: readonly report[], line: statement, axes: axes, s: signs): string[] {
	const found = reports.flatMap((r) => {
		const i = r.steps.findIndex((st) => st.s === line);

		return i < 0 ? [] : [{ r, st: r.steps[i]!, before: r.steps[i - 1] ?? null }];
	});

	if (!found.some(({ st, before }) => has_changed(st, before, axes)))
		return [];
	const title = styled("bold",
		cut(printable(`${line.n}  ${what_text(line)}`), screen_width()));

	return [title, ...side_by_side(
		found.map(({ r, st, before }) => block_of(r, st, before, axes, s))), ""];
}

/**
 * grids_text - a scenario on its drivers as grids
 * @ascii: no box characters
 */
export function grids_text(sc: scenario, reports: readonly report[], ascii: boolean): string {
	const axes = axes_of(reports);
	const s = ascii ? ASCII : BOXES;
	const lines = sc.statements.flatMap((line) => line_grids(reports, line, axes, s));

	return `${[
		styled("bold", printable(sc.name)),
		`G the guest has it, g a guest would, F filtered, A only in the APCB, S only in the shadow;`,
		`${s.bound} bound to vfio_ap, ${s.unbound} not bound, * changed in this step`, "", ...lines,
	].join("\n")}\n`;
}
