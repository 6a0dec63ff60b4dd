// SPDX-License-Identifier: GPL-2.0-only
/*
 * The check finds what breaks a port: swapped calls, dropped locks, changed errnos ... in every
 * driver. What hides behind a PORT: comment is explained otherwise than recorded. Survivors are
 * listed.
 */
import { port_name } from "../../../tools/crossread/skeleton.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "tap";
import {
	check_function, explained_differences, type function_result,
} from "../../../tools/crossread/check.ts";
import { type port, ports, skeleton_of_port } from "../../../tools/crossread/ports.ts";
import type { skeleton_function } from "../../../tools/crossread/skeleton.ts";
import { root } from "../../../tools/lib/texts/tree.ts";
import { ts_skeleton } from "../../../tools/crossread/ts_skeleton.ts";
import { type mutant, mutants_of } from "./mutants.ts";

/** One of so many mutants is tried. */
const stride = 8;

/** A function of a port beside its C. */
interface subject {
	where: string;
	c: skeleton_function;
	lines: string[];
	skeleton: string;
	/** What its PORT: comments explain. */
	explained: string;
}

/** The skeleton, with the operators of its conditions. */
function form_of({ tokens }: skeleton_function): string {
	return tokens.map(({ text, condition }) => `${text} ${condition ?? ""}`).join("\n");
}

function explained_by(result: function_result): string {
	return explained_differences(result).join();
}

async function subjects_in(port: port, c_file: string, c: skeleton_function[]) {
	const path = `${port.directory}/${port_name(c_file)}`;
	const text = readFileSync(join(root, path), "utf8");
	const lines = text.split("\n");
	const { functions, reasons } = await ts_skeleton(text);
	return functions.flatMap((fn): subject[] => {
		const of_c = c.find(({ name }) => name === fn.name);
		const own = lines.slice(fn.line - 1, fn.last_line);
		const where = `${path}:${fn.line}`;
		if (!of_c)
			return [];
		const explained = explained_by(check_function(of_c, fn, reasons.lines));
		return [{ where, c: of_c, lines: own, skeleton: form_of(fn), explained }];
	});
}

async function subjects_of(port: port): Promise<subject[]> {
	const { files } = await skeleton_of_port(port);
	const lists = await Promise.all(
		[...files].map(([c_file, c]) => subjects_in(port, c_file, c)));
	return lists.flat();
}

/** Whether a mutant changes the skeleton, and whether the check says so. */
async function try_mutant({ c, skeleton, explained }: subject, { lines }: mutant) {
	const { functions: [fn], reasons, unreadable } = await ts_skeleton(lines.join("\n"));
	if (!fn || unreadable.length > 0)
		return { changed: true, found: true };
	const result = check_function(c, fn, reasons.lines);
	const found = result.differences.some(({ reason }) => reason === null)
		|| explained_by(result) !== explained;
	return { changed: form_of(fn) !== skeleton, found };
}

/** How many mutants of a kind change the skeleton, are found, change nothing. */
interface kind_figures {
	changed: number;
	found: number;
	same: number;
}

test("mutants: at least 99 percent of those that change the skeleton are found", async (t) => {
	const lists = await Promise.all(ports.filter(({ whole }) => whole).map(subjects_of));
	const all = lists.flat().flatMap((subject) => (
		mutants_of(subject.lines).map((mutant) => ({ subject, mutant }))));
	const kinds = new Map<string, kind_figures>();
	const survivors: string[] = [];
	for (const { subject, mutant } of all.filter((_, i) => i % stride === 0)) {
		const { changed, found } = await try_mutant(subject, mutant);
		const kind = kinds.get(mutant.how) ?? { changed: 0, found: 0, same: 0 };
		kinds.set(mutant.how, kind);
		kind.changed += Number(changed);
		kind.found += Number(changed && found);
		kind.same += Number(!changed);
		if (changed && !found)
			survivors.push(`${subject.where}: ${mutant.how}, line ${mutant.row + 1} of the function`);
	}
	const sum = (of: keyof kind_figures) => (
		[...kinds.values()].reduce((total, kind) => total + kind[of], 0));
	for (const [how, kind] of kinds)
		t.comment(`${how}: ${kind.found} of ${kind.changed} found, ${kind.same} leave the skeleton`);
	t.comment(`${sum("found")} of ${sum("changed")} mutants found`);
	for (const survivor of survivors)
		t.comment(`survivor: ${survivor}`);
	t.ok(sum("changed") >= 200);
	t.ok(sum("found") >= 0.99 * sum("changed"));
	t.ok([...kinds.values()].every(({ changed, same }) => changed + same > 0));
});
