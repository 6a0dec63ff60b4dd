// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine in a page: scenarios as text in, what happened out. All of it is replay's.
 */
import { laboratory } from "../../lib/lab/lab.ts";
import { check_scenario } from "../../lib/scenario/check.ts";
import type { scenario } from "../../lib/scenario/model.ts";
import { read_notation } from "../../lib/scenario/parse.ts";
import { play, type report } from "../../lib/play/play.ts";
import { use_texts, type script_texts } from "./script_text.ts";

/**
 * struct machine_data - what the script is given
 * @drivers: the labels of those that are in it
 * @texts: what stands where in it
 */
export interface machine_data {
	drivers: string[];
	texts: script_texts;
}

/** start_machine - get ready to play */
export async function start_machine({ drivers, texts }: machine_data): Promise<void> {
	use_texts(texts);
	for (const label of drivers)
		await laboratory.load(label);
}

/** struct fault - what is wrong with a scenario; @line: from 1 */
export interface fault {
	line: number;
	what: string;
}

function fault_of(error: string): fault {
	const [, line, what] = /:(\d+): (.*)$/s.exec(error) ?? [undefined, "1", error];

	return { line: Number(line), what: what! };
}

/** read_text - the scenario that a text is, and all that is wrong with it */
export function read_text(text: string): { scenario: scenario | null; faults: fault[] } {
	const { scenarios, errors } = read_notation(text, "scenario");
	const [scenario] = scenarios;
	const nonsense = scenario === undefined || errors.length > 0
		? [] : check_scenario(scenario);

	return { scenario: scenario ?? null, faults: [...errors, ...nonsense].map(fault_of) };
}

/** play_on - a scenario on drivers */
export function play_on(scenario: scenario, labels: readonly string[]): report[] {
	return labels.map((label) => play(scenario, label));
}
