// SPDX-License-Identifier: GPL-2.0-only
import { readFileSync } from "node:fs";
import { exit_code } from "../lib/cli/exit_code.ts";
import { fill } from "../lib/cli/fill.ts";
import { parse_args } from "../lib/cli/options.ts";
import { progress_line } from "../lib/cli/terminal.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { patched_postings, patches_of } from "../lib/series/patches.ts";
import { find_series } from "../lib/texts/series.ts";
import { check_series } from "./check.ts";
import { edit } from "./edit.ts";
import { list_text, no_patch_text } from "./list.ts";
import { materialise } from "./materialise.ts";
import { refresh } from "./refresh.ts";
import { begin, move, refresh_top } from "./stack.ts";

const HELP = `usage: vfio-ap series POSTING [N]
       vfio-ap series POSTING --materialise DIR
       vfio-ap series POSTING --check
       vfio-ap series POSTING --edit N | --refresh
       vfio-ap series POSTING --edit N | --push | --pop | --refresh --in DIR

${fill(`A posting (${patched_postings().join(", ")}) patch by patch. Lists its patches; with N,
prints patch N as a diff of the port, with what it changes for a user and what reviewers said. v13@8
names the driver after patch 8 of v13 wherever a driver can be named, v13@0 what it was made on.`)}

  --materialise DIR  write the text after each patch as files, DIR/v13@8/vfio_ap_ops.ts
  --check            does each patch stand by itself: builds, does what an administrator and a guest
                     do in a short time, leaves nothing behind, does what its C was recorded to do,
                     and what of explore's properties fails in the whole space of one of everything
  --edit N           for maintainers: open the text after patch N in $EDITOR; what is changed there
                     goes into patch N, and is carried through the later ones into the posting
  --refresh          for maintainers: carry what was changed in the posting's text, or in the one
                     it was made on, since the last commit into the patches between
  --in DIR           for maintainers, as quilt does it: --edit N makes DIR the text after patch N,
                     --push and --pop make it the next and the one before, --refresh puts what was
                     changed in DIR into the patch on top and carries it on
  -h, --help         this text

exit: 0 fine, 1 a check fails, 2 unusable input
`;

function number_of(label: string, text: string): number {
	const n = /^[0-9]+$/.test(text) ? Number(text) : 0;
	const { patches } = find_series(label);

	if (n < 1 || n > patches.length)
		throw new usage_error(`'${text}': ${label} has patches 1 to ${patches.length}`);
	return n;
}

function patch_text(label: string, n: number): string {
	const patch = patches_of(label).find((it) => it.n === n);

	return patch === undefined ? no_patch_text(label, n) : readFileSync(patch.path, "utf8");
}

function posting(label: string): string {
	if (!patched_postings().includes(label))
		throw new usage_error(`the patches of '${label}' are not here, those of ` +
			`${patched_postings().join(", ")} are`);
	return label;
}

const STEPS = { push: 1, pop: -1 } as const;

/* What a maintainer does, in a folder of his or in an editor; null if he does nothing. */
function maintain(label: string, values: {
	edit?: string; push: boolean; pop: boolean; refresh: boolean; in?: string;
}): string | null {
	const { in: dir, refresh: anew } = values;
	const n = values.edit === undefined ? null : number_of(label, values.edit);
	const step = values.push ? "push" : values.pop ? "pop" : null;
	const asked = [n !== null, values.push, values.pop, anew].filter(Boolean).length;

	if (asked > 1 || asked === 0 && dir !== undefined)
		throw new usage_error("one of --edit, --push, --pop and --refresh at a time");
	if (step !== null && dir === undefined)
		throw new usage_error(`--${step}: of which folder? --in DIR`);
	if (n !== null)
		return dir === undefined ? edit(label, n) : begin(label, n, dir);
	if (step !== null)
		return move(label, dir!, STEPS[step]);
	return !anew ? null : dir === undefined ? refresh(label) : refresh_top(label, dir);
}

/** main - vfio-ap series */
export async function main(argv: string[]): Promise<number> {
	const { values, positionals } = parse_args({
		args: argv, allowPositionals: true,
		options: {
			materialise: { type: "string" }, check: { type: "boolean", default: false },
			edit: { type: "string" }, refresh: { type: "boolean", default: false },
			push: { type: "boolean", default: false },
			pop: { type: "boolean", default: false }, in: { type: "string" },
			help: { type: "boolean", short: "h", default: false },
		},
	});

	if (values.help) {
		process.stdout.write(HELP);
		return exit_code.holds;
	}
	if (positionals.length < 1 || positionals.length > 2)
		throw new usage_error(
			"series needs a posting and at most one number, e.g. series v13 8");
	const label = posting(positionals[0]!);

	if (values.check) {
		const bar = new progress_line();
		const { table, examples, holds } =
			await check_series(label, (text) => bar.update(text));

		bar.clear();
		process.stdout.write(table + examples);
		return holds ? exit_code.holds : exit_code.differs;
	}
	const maintained = maintain(label, values);

	if (maintained !== null)
		process.stdout.write(maintained);
	else if (values.materialise !== undefined)
		process.stdout.write(materialise(label, values.materialise));
	else
		process.stdout.write(positionals[1] === undefined ? list_text(label)
			: patch_text(label, number_of(label, positionals[1])));
	return exit_code.holds;
}
