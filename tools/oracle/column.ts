// SPDX-License-Identifier: GPL-2.0-only
/*
 * The column "C" of replay: what the driver's own C makes of a scenario.
 */
import { ported } from "../../drivers/s390/crypto/history/index.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { load_driver } from "../lib/lab/loader.ts";
import type { boot_options } from "../lib/lab/model.ts";
import { play, type report } from "../lib/play/play.ts";
import type { scenario, statement } from "../lib/scenario/model.ts";
import { build_oracle } from "./build.ts";
import { label_of } from "./known_texts.ts";
import { c_lab, why_not } from "./lab.ts";
import { find_source } from "./source.ts";

/* Why a driver filters something is seen on the port only; that it does, in the C too. */
function without_reasons(s: statement): statement {
	const { body } = s;

	if (body.kind !== "expect" || body.expect.what !== "filtered")
		return s;
	return { ...s, body: { ...body, expect: { ...body.expect, because: [] } } };
}

/**
 * record_scenario - the trace of a scenario, as the C plays it
 * @label: the driver as which lines that are for some drivers only are meant
 */
export function record_scenario(sc: scenario, program: string, label: string): string {
	const lack = why_not(sc);
	let booted: c_lab | null = null;

	if (lack !== null)
		throw new usage_error(`${sc.file}: ${sc.name}: ${lack}`);
	play(sc, label,
		{ explain: false, boot: (options) => (booted = new c_lab(program, options)) });
	return booted!.trace();
}

/* The steps of a scenario that the C's machine cannot play, none of them judged. */
function not_played(sc: scenario, label: string, because: string): report {
	const { steps, ...rest } = play(sc, label, { explain: false });

	return {
		...rest, as_recorded: true, open: true,
		steps: steps.map((st) => ({
			...st, verdict: "open", because, rc: null, crash: null, out: null,
			actual: "", decisions: [],
		})),
	};
}

/**
 * c_column - compile the driver of a kernel tree
 * @where: the tree, an archive, or "auto"
 *
 * Return: a function that plays a scenario on it, which is told as by a driver "C". Lines that
 * are for some drivers only are for it as for the port of its text; a text that has no port, as
 * that of a tree with a patch applied, counts as the newest. A scenario that needs what the C's
 * machine has not is open.
 */
export async function c_column(where: string): Promise<(sc: scenario) => report> {
	const source = await find_source(where);
	const { program } = await build_oracle(source);
	const { label } = await load_driver(label_of(source) ?? ported.at(-1)!.label);
	const boot = (options: boot_options): c_lab => new c_lab(program, options);

	return (sc) => {
		const lack = why_not(sc);
		const played = lack !== null ? not_played(sc, label, lack) :
			play({ ...sc, statements: sc.statements.map(without_reasons) }, label,
				{ boot, explain: false });

		return {
			...played, scenario: sc,
			driver: { label: "C", source: source.from, default: false },
		};
	};
}
