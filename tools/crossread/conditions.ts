// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is compared of a condition: which operators decide it. An inverted branch changes no call
 * and no control word, but it has one `!` more or less.
 */

const operators = new Set(["!", "&&", "||", "<", ">", "<=", ">=", "==", "!="]);
const nothing = new Set(["NULL", "null", "undefined", "0", "0n", "false"]);

/*
 * How C writes the operator at @i, by the rows "comparison with nothing" and "end of a string" of
 * the table of equivalences.
 */
function in_c(words: readonly string[], i: number): string {
	const [word, next, dot, member] = words.slice(i, i + 4);
	const plain = word === "===" ? "==" : word === "!==" ? "!=" : word!;
	if (plain === "<" && dot === "." && member === "length")
		return "";
	if (!nothing.has(next ?? ""))
		return plain;
	return plain === "==" ? "!" : plain === "!=" ? "" : plain;
}

/**
 * condition_signature - the operators of a condition
 *
 * @words: the words and marks of the condition, in order
 *
 * Return: the operators, sorted; two nots at one place are none
 */
export function condition_signature(words: readonly string[]): string {
	const found: string[] = [];
	words.forEach((word, i) => {
		const plain = in_c(words, i);
		if (plain === "!" && word === "!" && words[i - 1] === "!" && found.at(-1) === "!")
			found.pop();
		else if (operators.has(plain))
			found.push(plain);
	});
	return found.sort().join(" ");
}
