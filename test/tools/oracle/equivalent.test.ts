// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which mutants of the driver are none: the table is about mutants that exist, and leaves each
 * function that traces come to some that can be told.
 */
import { readFileSync } from "node:fs";
import { test } from "tap";
import { ts_skeleton } from "../../../tools/crossread/ts_skeleton.ts";
import { mutants_of } from "../crossread/mutants.ts";
import { unreached, why_equivalent } from "./equivalent.ts";

const text = readFileSync(new URL("../../../drivers/s390/crypto/vfio_ap_ops.ts", import.meta.url),
	"utf8");
const lines = text.split("\n");
const { functions } = await ts_skeleton(text);

const places = functions.map(
	({ name, line, last_line }) => ({ name, lines: lines.slice(line - 1, last_line) }));
const mutants = places.flatMap(({ name, lines: own }) => mutants_of(own).map((mutant) =>
	({ name, how: mutant.how, why: why_equivalent(name, own, mutant) })));

test("a body that leaves its loop makes if and while the same, another does not", async (t) => {
	const mutant = (...own: string[]): string
		| null => why_equivalent("f", own, { how: "if becomes while", row: 0, lines: [] });

	t.type(mutant("\tif (a)", "\t\treturn 1;"), "string");
	t.type(mutant("\tif (a &&", "\t    b)", "\t\tbreak out;"), "string");
	t.type(mutant("\tif (a) {", "\t\tf();", "\t\treturn;", "\t}"), "string");
	t.equal(mutant("\tif (a)", "\t\tf();", "\treturn;"), null);
	t.equal(mutant("\tif (a) {", "\t\treturn;", "\t\tf();", "\t}"), null);
});

test("every reason is one of some mutant", async (t) => {
	const reasons = new Set(mutants.map(({ why }) => why));

	t.equal(reasons.size, 27, [...reasons].join("\n"));
});

test("each function that traces come to has mutants that can be told", async (t) => {
	const told = new Set(mutants.filter(({ why }) => why === null).map(({ name }) => name));
	const without = places.map(({ name }) => name).filter((name) => !told.has(name) &&
		!unreached.has(name));

	t.same(without, ["vfio_ap_matrix_init", "vfio_ap_unlink_mdev_fr_queue"],
		"these have no mutant at all");
	t.ok([...unreached.keys()].every((name) => places.some((place) => place.name === name)));
	t.ok(mutants.filter(({ why }) => why !== null).length < mutants.length / 3);
});
