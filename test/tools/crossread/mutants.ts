// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ways to break a port, each at every place where it can be done.
 */

/** A function's text with one thing changed. */
export interface mutant {
	/** What was done. */
	how: string;
	/** Index of the first line that changed. */
	row: number;
	lines: string[];
}

const call = /^\s*(?:[\w.!?]+\.)?(\w+)\(.*\);(?:\s*\/\*.*\*\/)?$/;
const lock = /^(?:mutex_(?:lock|unlock)|down_\w+|up_\w+|\w+_update_locks_\w+|spin_\w+)$/;
const errnos = ["EINVAL", "ENODEV", "EBUSY", "EIO"];

/** One line, as something else; null where it does not apply. */
type change = (line: string) => string | null;

function name_of_call(line: string | undefined): string | null {
	return call.exec(line ?? "")?.[1] ?? null;
}

function replaced(line: string, from: RegExp, to: string): string | null {
	const changed = line.replace(from, to);
	return changed === line ? null : changed;
}

function other_errno(line: string): string | null {
	const name = /-(E[A-Z]+)\b/.exec(line)?.[1];
	return name === undefined ? null
		: line.replace(`-${name}`, `-${errnos.find((errno) => errno !== name)}`);
}

function inverted(line: string): string | null {
	const branch = /^(\s*(?:\} else )?if \()(.*)(\)(?: \{)?)$/.exec(line);
	if (!branch)
		return null;
	const [, head, condition, end] = branch as unknown as [string, string, string, string];
	const plain = /^!(\w+(?:\([^()]*\))?)$/.exec(condition)?.[1];
	return `${head}${plain ?? `!(${condition})`}${end}`;
}

const changes: [how: string, change: change][] = [
	["drop a lock", (line) => lock.test(name_of_call(line) ?? "") ? "" : null],
	["drop a call", (line) => name_of_call(line) && !lock.test(name_of_call(line)!)
		? "" : null],
	["double a call", (line) => name_of_call(line) ? `${line} ${line.trim()}` : null],
	["change an errno", other_errno],
	["drop a break", (line) => replaced(line, /^(\s*)break;/, "$1;")],
	["drop a continue", (line) => replaced(line, /^(\s*)continue;/, "$1;")],
	["drop a goto", (line) => replaced(line, /^(\s*)(?:break|continue) \w+;/, "$1;")],
	["goto becomes break", (line) => replaced(line, /^(\s*)break \w+;/, "$1break;")],
	["drop a label", (line) => replaced(line, / \/\* \w+: \*\/$/, "")],
	["drop an else", (line) => replaced(line, /\belse\b/, "")],
	["drop a return", (line) => replaced(line, /^(\s*)return.*;$/, "$1;")],
	["if becomes while", (line) => replaced(line, /\bif \(/, "while (")],
	["call another function",
		(line) => replaced(line, /\b(?!if|for|while|switch|return)(\w+)\(/,
		"not_$1(")],
	["drop a case", (line) => replaced(line, /^(\s*)case .*:$/, "$1")],
	["invert a branch", inverted],
	["and becomes or", (line) => replaced(line, /&&/, "||")],
	["less becomes less or equal", (line) => replaced(line, /(if \(.*) < /, "$1 <= ")],
	["equal becomes not equal", (line) => replaced(line, /(if \(.*) === /, "$1 !== ")],
];

function swapped(lines: readonly string[], row: number): mutant[] {
	const [a, b] = [name_of_call(lines[row]), name_of_call(lines[row + 1])];
	if (a === null || b === null)
		return [];
	const mixed = [...lines];
	[mixed[row], mixed[row + 1]] = [mixed[row + 1]!, mixed[row]!];
	return [{ how: "swap two calls", row, lines: mixed }];
}

/**
 * mutants_of - every mutant of a function
 *
 * @lines: the function's text
 */
export function mutants_of(lines: readonly string[]): mutant[] {
	return lines.flatMap((line, row) => [
		...swapped(lines, row),
		...changes.flatMap(([how, change]) => {
			const changed = row === 0 ? null : change(line);
			return changed === null
				? [] : [{ how, row, lines: lines.with(row, changed) }];
		}),
	]);
}
