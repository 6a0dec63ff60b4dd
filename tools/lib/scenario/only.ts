// SPDX-License-Identifier: GPL-2.0-only
/*
 * A machine as a scenario leaves it: there is one only if every line of it is known.
 */
import { printable } from "../cli/terminal.ts";
import { usage_error } from "../cli/usage_error.ts";
import type { scenario } from "./model.ts";

/**
 * only_scenario - the one scenario of a file
 * @file: its name
 *
 * Throws usage_error if there are more or none, or if a line of it was not read.
 */
export function only_scenario(scenarios: readonly scenario[], file: string): scenario {
	const [s] = scenarios;

	if (s === undefined || scenarios.length > 1)
		throw new usage_error(`${file}: ${scenarios.length} scenarios, expected one`);
	for (const { line, body } of s.statements)
		if (body.kind === "unread")
			throw new usage_error(`${file}:${line}: "${printable(body.text)}" was not read, ` +
				"expected what is done there in the notation, or no line");
	return s;
}
