// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one table of equivalences between the kernel's C and this port. The reader of a port
 * (ts_skeleton.ts) may turn TypeScript into a C token, or drop it, only in the name of a row;
 * Documentation/porting.md prints the rows.
 */

/** One row: how a thing is written in C, how here, and why that is the same. */
export interface equivalence {
	name: string;
	c: string;
	ts: string;
	why: string;
}

const table = [
	{
		name: "forward goto",
		c: "`goto done;`",
		ts: "`break done;` out of the labelled block `done: { ... }`",
		why: "A break that names a block leaves it at its end, where C has the label.",
	},
	{
		name: "forward label",
		c: "`done:`",
		ts: "`} /* done: */`, the comment behind the end of the labelled block",
		why: "The label is where the goto lands. The comment must be there: it is read.",
	},
	{
		name: "backward goto",
		c: "`goto retry;` to a label further up",
		ts: "`continue retry;` of the labelled endless loop `retry: for (;;) { ... }`",
		why: "Going on with the loop is going back to its head.",
	},
	{
		name: "backward label",
		c: "`retry:`",
		ts: "`retry: for (;;) {`",
		why: "The loop is there only to be gone back to, so its `for` does not count.",
	},
	{
		name: "end of a backward goto",
		c: "nothing: control falls through",
		ts: "`break retry;` as the last statement of the loop `retry: for (;;)`",
		why: "Whoever gets there without a goto leaves the loop.",
	},
	{
		name: "loop macro",
		c: "`list_for_each_entry(pos, head, member)`, `for_each_set_bit_inv(bit, mask, n)`",
		ts: "`for (const pos of list_for_each_entry(head, member))`",
		why: "The macro hides C's `for`; the iterator's name stands for both.",
	},
	{
		name: "loop macro written out",
		c: "`for_each_set_bit_inv(bit, mask, n) {`",
		ts: "`for (let bit = ...; ...; ...) { /* for_each_set_bit_inv() */`",
		why: "The expansion, where a benchmark asks for it; calls in its head are its own.",
	},
	{
		name: "object creation",
		c: "a variable of a struct type, or a struct initialiser",
		ts: "`new ap_matrix()`",
		why: "C has the memory once the variable is declared. Arguments are read as usual.",
	},
	{
		name: "out parameter",
		c: "`&apid`",
		ts: "`const apid = out(0)`",
		why: "C takes an address with an operator, not with a call.",
	},
	{
		name: "sizeof",
		c: "`sizeof(status)`",
		ts: "left out, or `sizeof(ap_queue_status)`",
		why: "An operator. `offsetofend()` is a macro and counts on both sides.",
	},
	{
		name: "conversion",
		c: "a cast, or C's implicit conversion",
		ts: "`String()`, `Number()`, `BigInt()`, `Boolean()`, `BigInt.asUintN()`, "
			+ "`BigInt.asIntN()`",
		why: "C converts without a call. Casts, `!` and `>>> 0` are no calls either.",
	},
	{
		name: "indirect call",
		c: "`drv->probe(dev)`",
		ts: "`drv.probe(dev)`, `drv.probe?.(dev)`, `drv.probe!(dev)`, "
			+ "`drv.probe.call(drv, dev)`",
		why: "The member that is called names the call. A table's element has no name.",
	},
	{
		name: "comparison with nothing",
		c: "`!q`, `q == NULL`, `n == 0`; `q`, `q != NULL`, `n != 0`",
		ts: "the same, or `q === null`, `n === 0`; `q !== null`, `n !== 0`",
		why: "Of a condition its operators count, in any order; these say the same.",
	},
	{
		name: "end of a string",
		c: "`*str`",
		ts: "`at < str.length`",
		why: "A string here has a length, not a zero byte.",
	},
	{
		name: "ternary at the start of a line",
		c: "`cond ?` and, on the next line, `AP_SM_WAIT_INTERRUPT : ...`",
		ts: "nothing",
		why: "The recorder of the skeletons took the capitals before a colon for a label.",
	},
] as const satisfies readonly equivalence[];

/** The name of a row of the table. */
export type equivalence_name = (typeof table)[number]["name"];

/** The table, in the order in which it is printed. */
export const equivalences: readonly equivalence[] = table;

/** Calls which exist only because of TypeScript, by the row that drops them. */
export const vanishing_calls: ReadonlyMap<string, equivalence_name> = new Map([
	["out", "out parameter"],
	["sizeof", "sizeof"],
	["String", "conversion"],
	["Number", "conversion"],
	["BigInt", "conversion"],
	["Boolean", "conversion"],
	["BigInt.asUintN", "conversion"],
	["BigInt.asIntN", "conversion"],
]);

/**
 * is_recorded_ternary - whether a label of a C skeleton is the middle of a ternary
 *
 * @text: the token
 *
 * The row "ternary at the start of a line". No label of the kernel is in capitals.
 *
 * Return: true for a token that has no counterpart in a port
 */
export function is_recorded_ternary(text: string): boolean {
	return /^[A-Z][A-Z0-9_]*:$/.test(text);
}
