// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be done with a mail in which there is no example: which patch it is of, the scenarios
 * of that posting, and what to type to see the patch; for two processors the start of a litmus
 * test.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { driver_by_label } from "../../../drivers/s390/crypto/history/index.ts";
import { root } from "../texts/tree.ts";
import type { input } from "./input.ts";
import { tags_of } from "./message.ts";
import { posting_of, type reading } from "./read.ts";

const CORPUS = join(root, "test/scenarios");
const MAX_NAMED = 5;

/** The corpus's files that are from a mail, or else of a posting. */
function scenarios_of(message_id: string | null, label: string): string[] {
	const files = readdirSync(CORPUS).filter((f) => f.endsWith(".scn"));
	const from = message_id === null ? [] :
		files.filter((f) => readFileSync(join(CORPUS, f), "utf8").includes(message_id));

	return (from.length > 0 ? from : files.filter((f) => f.startsWith(`${label}-`))).slice(0, MAX_NAMED)
		.map((f) => `test/scenarios/${f}`);
}

function of_a_posting(i: input): string[] {
	const mail = i.mails.find(({ subject }) => tags_of(subject).some((tag) => /PATCH/i.test(tag)));
	const version = posting_of(mail?.subject ?? null);

	if (mail === undefined || version === null)
		return [];
	const label = `v${version}`;
	const driver = driver_by_label(label);
	const patch = /\b(\d+)\/\d+$/.exec(tags_of(mail.subject).at(-1) ?? "")?.[1];
	const scenarios = scenarios_of(mail.message_id, label);
	return [
		`  it is ${/^re:/i.test(mail.subject!) ? "a reply to " : ""}${label}${patch === undefined ? "" : ` ${patch}`}: ` +
			mail.subject!,
		...(scenarios.length === 0 ? [] : [`  scenarios of it: vfio-ap replay ${scenarios.join(" ")}`]),
		`  the patch beside its port: vfio-ap crossread ${i.file}`,
		...(driver === undefined || driver.predecessor === null ? [] :
			[`  what the posting changes: vfio-ap diff ${driver.predecessor} ${label}`]),
	];
}

/** A litmus test to be filled in: two actors, with the steps told as comments. */
function skeleton(r: reading): string[] {
	return [
		`  a litmus test to begin with (vfio-ap litmus FILE.lit), for lines ${r.first}-${r.last}:`,
		"    litmus NAME", "    host adapters 04 domains 0004", "    bound all",
		"    mdev m0 adapters 04 domains 0004",
		"    actor admin", "    apmask_store +4", "    actor other", "    unassign_adapter m0 0x4",
		"    result never end=deadlock",
	];
}

/** what_to_do - with an input without a scenario, a line each */
export function what_to_do(i: input): string[] {
	return [...of_a_posting(i), ...(i.readings ?? []).filter((r) => r.actors).slice(0, 1).flatMap(skeleton)];
}
