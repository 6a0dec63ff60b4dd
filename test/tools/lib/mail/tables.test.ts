// SPDX-License-Identifier: GPL-2.0-only
/* Tables of lists, of steps, of what each queue is; lists over several lines; marks of Markdown. */
import { test } from "tap";
import { steps } from "./steps_of.ts";

const MDEV = "The mdev has adapters 0a and 0b and domain 0001. The guest is started.";
const STARTED = ["bound 0a.0001 0b.0001", "mdev m0 adapters 0a 0b domains 0001", "open m0 = ok"];
const SET_UP = `Queues 0a.0001 and 0b.0001 are bound to vfio_ap. ${MDEV}`;

test("tables: lists beside each other", async (t) => {
	const read = [...STARTED, "is_bound 0a.0001 0b.0001", "guest m0 0a.0001"];

	for (const rows of [
		"bound | guest\n0a.0001 0b.0001 | 0a.0001",
		"bound | guest\n------+------\n0a.0001 | 0a.0001\n0b.0001 |",
		"| bound | guest |\n|---|---|\n| 0a.0001 | 0a.0001 |\n| 0b.0001 | |",
		"Bound to vfio_ap     Guest\n0a.0001              0a.0001\n0b.0001",
		"guest   | vfio_ap\n0a.0001 | 0a.0001\n        | 0b.0001",
	])
		t.strictSame(await steps(`${MDEV}\n\n${rows}\n`), read, rows);
});

test("tables: what each queue is, whatever stands in which column", async (t) => {
	const read = [
		"bound 0a.0001 0a.0002 0b.0001", "mdev m0 adapters 0a 0b domains 0001 0002",
		"open m0 = ok", "is_bound 0a.0001 0a.0002 0b.0001", "guest m0 0a.0001 0a.0002",
	];
	const rows = [
		["0a.0001", "vfio_ap", "yes"], ["0a.0002", "vfio_ap", "yes"],
		["0b.0001", "vfio_ap", "no"], ["0b.0002", "cex8queue", "no"],
	];
	const mdev = "The mdev has adapters 0a and 0b and domains 0001 and 0002. The guest runs.";
	const table = (head: string[], order: number[], bar: string, frame = ""): string =>
		[head, ...rows].map(
			(row) => `${frame}${order.map((i) => row[i]).join(bar)}${frame}`)
			.join("\n");
	const head = ["APQN", "driver", "guest"];

	for (const text of [
		table(head, [0, 1, 2], " | "), table(head, [1, 0, 2], " | "),
		table(head, [2, 1, 0], " | ", "|"), table(head, [0, 1, 2], "    "),
		table(["       ", "driver ", "guest"], [0, 1, 2], "     "),
		table(head, [0, 1, 2], " | ").replace(/0[ab]\.\d+/g, "`$&`"),
	])
		t.strictSame(await steps(`${mdev}\n\n${text}\n`), read, text);
});

test("tables: steps, with what comes of each", async (t) => {
	const read = [
		...STARTED, "guest m0 0a.0001 0b.0001", "unbind 0b.0001 = ok", "guest m0 0a.0001",
		"assign_adapter m0 0xb", "rc -EBUSY",
	];

	for (const rows of [
		"# | what | result\n1 | - | 0a.0001 0b.0001\n2 | unbind 0b.0001 | 0a.0001\n" +
			"3 | assign adapter 0b | -EBUSY",
		"Step | Action | Result\n--|--|--\n1 | (start) | 0a.0001, 0b.0001\n" +
			"2 | unbind 0b.0001 | 0a.0001\n3 | +adapter 0b | EBUSY",
	])
		t.strictSame(await steps(`${SET_UP}\n\n${rows}\n`), read, rows);
	t.match(await steps(`${SET_UP}\n\nStep | Action | Result\n1 | unbind 0b.0001 | crashes\n`),
		[/^line 3 is not read$/], "a result of another kind");
});

test("tables: a list that goes on below, and what a step comes to", async (t) => {
	const read = [
		"bound 0a.0001 0a.0002 0b.0001 0b.0002", "mdev m0 adapters 0a 0b domains 0001 0002",
		"open m0 = ok", "unbind 0b.0002 = ok", "guest m0 0a.0001 0a.0002",
	];
	const two = "0a.0001  0a.0002\n                         0b.0001  0b.0002";
	const steps_of = (result: string): string =>
		`Queues bound to vfio_ap: ${two}\nAssigned to the mdev:    ${two}\n` +
		`The guest is started.\nStep 1: unbind 0b.0002${result}\n`;

	for (const result of [
		" -> 0a.0001 0a.0002", "\n   -> 0a.0001 0a.0002", "\n   0a.0001 0a.0002",
		"\n   guest_matrix: 0a.0001,\n   0a.0002",
	])
		t.strictSame(await steps(steps_of(result)), read, result);
});

test("tables: the marks of Markdown and reStructuredText", async (t) => {
	t.strictSame(await steps(
		"**Setup**: `0a.0001` and ``0b.0001`` are bound to `vfio_ap`. The mdev has adapters `0a` " +
		"and `0b` and domain `0001`. The guest is *started*.\n\n.. code-block:: console\n\n" +
		"  # echo 0xb > unassign_adapter\n  # cat guest_matrix\n  0a.0001\n\n.. note::\n\n" +
		"  The guest loses 0b.0001.\n\n```sh\n# echo 0xb > assign_adapter\n```\n\n" +
		"1. `echo 1 > unassign_domain`\n2. `cat guest_matrix` => empty\n"), [
		...STARTED, "unassign_adapter m0 0xb = ok", "guest m0 0a.0001",
		"guest m0 lacks 0b.0001", "assign_adapter m0 0xb = ok",
		"unassign_domain m0 1 = ok", "guest m0 -",
	]);
	t.strictSame(await steps(
		"Queue 0a.0001 is bound to vfio_ap.\n\n# echo `uuidgen` > create\n"),
		["bound 0a.0001", "create m0 = ok"], "a shell's own");
});
