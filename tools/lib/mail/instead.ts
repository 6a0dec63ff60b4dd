// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be done with a mail in which there is no example: which patch it is of, the scenarios
 * of that posting, and what to type to see the patch; for two processors the start of a litmus
 * test.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { driver_by_label } from "../../../drivers/s390/crypto/history/index.ts";
import { find_posted } from "../series/posted_patch.ts";
import { patches_of } from "../series/patches.ts";
import { recorded, type series_patch } from "../texts/series.ts";
import { root } from "../texts/tree.ts";
import type { input } from "./input.ts";
import { tags_of } from "./message/message.ts";
import { posting_of, type reading } from "./read.ts";

const CORPUS = join(root, "test/scenarios");
const MAX_NAMED = 5;

/* The corpus: each file's place, and its text. */
function corpus(): [file: string, text: string][] {
	return readdirSync(CORPUS, { recursive: true, encoding: "utf8" })
		.filter((f) => f.endsWith(".scn")).toSorted()
		.map((f) => [f, readFileSync(join(CORPUS, f), "utf8")]);
}

/** struct place - a posting, and the number of a patch of it, none for its cover letter */
interface place {
	label: string;
	n: string | undefined;
}

type mail = input["mails"][number];

/* Of all mails of a series it is the same: "<20201124214016.3013-12-who@where>". */
function stem_of(id: string): string {
	return id.replace(/-\d{1,3}-(?=[^-@]{1,100}@)/, "-");
}

/* By a Message-Id: the patch with that, or the cover letter beside the patches. */
function place_of_id(id: string): place | null {
	for (const [label, { patches }] of Object.entries(recorded)) {
		const patch = patches.find((p) => p.message_id === id);

		if (patch !== undefined)
			return { label, n: /^\d+/.exec(patch.n)?.[0] };
		if (patches.some((p) => stem_of(p.message_id) === stem_of(id)))
			return { label, n: undefined };
	}
	return null;
}

const OF_AP = /\b(?:vfio[-_]?ap|zcrypt|s390\/(?:ap|docs?))\b/i;

/* By its version, if so many patches are of that posting; others count their versions, too. */
function place_of_version(subject: string, topic: string, version: string): place | null {
	const [, n, all] = /\b(\d+)\/(\d+)$/.exec(tags_of(subject).at(-1) ?? "") ?? [];

	return OF_AP.test(topic) && recorded[version]?.patches.length === Number(all)
		? { label: version, n } : null;
}

/* By the subject where a posting has it, of its own version if that does, else by the version. */
function place_of_subject(subject: string | null): place | null {
	if (subject === null || posting_of(subject) === null)
		return null;
	const topic = subject.replace(/^(?:re: *|\[[^\]]*\] *)*/i, "");
	const version = `v${posting_of(subject)}`;
	const patch_in = (label: string): series_patch | undefined =>
		recorded[label]?.patches.find((p) => p.subject === topic);
	const label = patch_in(version) !== undefined ? version
		: Object.keys(recorded).findLast((it) => patch_in(it) !== undefined);

	return label === undefined ? place_of_version(subject, topic, version)
		: { label, n: /^\d+/.exec(patch_in(label)!.n)?.[0] };
}

/* Which posting a mail is of, and which patch of it, by what says most about it. */
function place_of({ message_id, answers, subject }: mail): place | null {
	return [message_id ?? "", ...answers].map(place_of_id).find((it) => it !== null) ??
		place_of_subject(subject);
}

/* What a file's scenario is about, in its own first words. */
function about(text: string): string {
	return /^about (.*)$/m.exec(text)?.[1] ?? "";
}

/*
 * The scenarios of the claims that a mail makes: those that name it as their source. A mail that
 * none names may be the patch itself, or another mail about it.
 */
function claims_of(message_id: string | null, label: string, n: string | undefined): string[] {
	const files = corpus();
	const from = message_id === null
		? [] : files.filter(([, text]) => text.includes(message_id));
	const of_patch = files.filter(([, text]) => n !== undefined &&
		text.includes(`patch ${n} of `) &&
		text.split("\n").some((l) => l.startsWith("verdict ") &&
			l.split(/[ ,]/).includes(label)));
	const found = from.length > 0 ? from : of_patch;

	return found.length === 0 ? [] : [
		`  ${from.length > 0 ? "what it claims" : "what is claimed of this patch"}, as scenarios (vfio-ap replay FILE):`,
		...found.map(([f, text]) => `    test/scenarios/${f}  ${about(text)}`),
	];
}

function scenarios_of(label: string): string[] {
	const files = corpus().map(([f]) => f).filter((f) => f.startsWith(`${label}-`))
		.slice(0, MAX_NAMED);

	return files.length === 0 ? [] :
		[`  scenarios of it: vfio-ap replay ${files.map((f) => `test/scenarios/${f}`).join(" ")}`];
}

/* What the patch changes where it is here by itself, else what its posting does. */
function changes_of(label: string, n: string | undefined): string[] {
	const at = Number(n);
	const predecessor = driver_by_label(label)?.predecessor ?? null;

	if (patches_of(label).some((it) => it.n === at))
		return [
			`  what the patch changes: vfio-ap series ${label} ${at}, ` +
				`by function: vfio-ap diff ${label}@${at - 1} ${label}@${at}`,
		];
	return predecessor === null ? []
		: [`  what the posting changes: vfio-ap diff ${predecessor} ${label}`];
}

/* A patch of the driver, or an answer to one, in a form that is not recorded here. */
function of_another_posting(i: input): string[] {
	const subject = i.mails.map((m) => m.subject ?? "")
		.find((it) => is_patch(it) && OF_AP.test(it));

	return subject === undefined ? [] : [
		"  it is of a posting that is not here (vfio-ap drivers lists those that are): " +
			subject,
		...beside_port("the C in it", i),
	];
}

const HUNK = /^@@ -\d+(?:,\d+)? \+\d+/;

/* What crossread can read: a diff is in it, quoted or not, or its subject is a patch's here. */
function beside_port(what: string, { file, mails }: input): string[] {
	const readable = mails.some(({ subject, lines }) => find_posted(subject) !== null ||
		lines.some(({ text }) => HUNK.test(text)));

	return readable ? [
		`  ${what} beside its port: vfio-ap crossread ${file === "stdin" ? "-" : file}`,
	] : [];
}

/* A patch of an earlier posting, of which the one that is here is what became of it. */
function form_of(subject: string | null, label: string): string {
	const version = posting_of(subject);

	return version === null || new RegExp(`(?:^|-)v${version}$`).test(label) ? ""
		: "another form of ";
}

/* Patches of a series answer its cover letter. */
function is_patch(subject: string | null): boolean {
	return tags_of(subject).some((tag) => /PATCH/i.test(tag));
}

function of_a_posting(i: input): string[] {
	const found = i.mails.map((m) => ({ m, at: place_of(m) })).find(({ at }) => at !== null);

	if (found === undefined)
		return of_another_posting(i);
	const { m: { subject, message_id, answers }, at } = found;
	const { label, n } = at!;
	const claims = claims_of(message_id, label, n);
	const is_reply = /^re:/i.test(subject ?? "") || answers.length > 0 &&
		place_of_id(message_id ?? "") === null && !is_patch(subject);

	return [
		`  it is ${is_reply ? "a reply to " : ""}${form_of(subject, label)}${label}` +
			`${n === undefined ? "" : ` ${n}`}: ` +
			(subject ?? message_id),
		...(claims.length > 0 ? claims : scenarios_of(label)),
		...beside_port("the patch", i),
		...changes_of(label, n),
	];
}

const ASSIGNS = /\bassign(?:s|ed|ing|ment|_adapter\w*|_domain\w*)?\b/i;

/** What the other of the two does: it assigns an adapter, if the mail speaks of assigning one. */
function other_side({ mail, first, last }: reading): string[] {
	const assigns = mail.lines.some((l) => first <= l.line && l.line <= last &&
		ASSIGNS.test(l.text));

	return assigns
		? ["mdev m0 domains 0004", "actor admin", "apmask_store +4", "actor other",
			"assign_adapter m0 0x4"]
		: ["mdev m0 adapters 04 domains 0004", "actor admin", "apmask_store +4",
			"actor other", "unassign_adapter m0 0x4"];
}

/** A litmus test to be filled in: two actors, with what each does where that is known. */
function skeleton(r: reading): string[] {
	const lines = r.litmus.length > 0 ? r.litmus : ["litmus NAME",
		"host adapters 04 domains 0004", "bound all", ...other_side(r),
		"result never end=deadlock"];

	return [
		`  a litmus test to begin with (vfio-ap litmus FILE.lit), for lines ${r.first}-${r.last}:`,
		...lines.map((text) => `    ${text}`),
	];
}

/** what_to_do - with an input without a scenario, of which nothing else is said; a line each */
export function what_to_do(i: input): string[] {
	const lines = [
		...of_a_posting(i),
		...(i.readings ?? []).filter((r) => r.actors).slice(0, 1).flatMap(skeleton),
	];

	return lines.length + i.left_out.length + i.not_read.length > 0 ? lines : [
		"  what is read of a mail: Documentation/scenarios.md",
		"  a sample: vfio-ap replay test/mails/adapter-with-a-hole.eml",
	];
}
