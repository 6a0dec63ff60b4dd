// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reasons, in the driver's own terms: what it decided, in which function, of which text.
 */
import { adapter_name, domain_name } from "../scenario/ids.ts";
import type { decision, lab_driver } from "./lab.ts";
import type { step } from "./run.ts";

function unit_name(d: decision): string {
	return `${d.unit} ${d.unit === "adapter" ? adapter_name(d.id) : domain_name(d.id)}`;
}

/** The last decision about each adapter and domain: what the guest was left with. */
function last_decisions(list: readonly decision[]): decision[] {
	const last = new Map<string, decision>();

	for (const d of list) {
		const key = `${d.mdev} ${d.unit} ${d.id}`;

		last.delete(key);
		last.set(key, d);
	}
	return [...last.values()];
}

/**
 * reasons - why a step came out as it did
 *
 * Return: a line for each adapter or domain the driver decided about.
 */
export function reasons(st: step, driver: lab_driver): string[] {
	return last_decisions(st.decisions).map((d) =>
		`${unit_name(d)} ${d.verdict}: ${d.cause} (${d.func}, ${d.file}, ${driver.label} ` +
		`${driver.source})`);
}
