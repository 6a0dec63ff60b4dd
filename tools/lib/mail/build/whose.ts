// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose it is that a sentence speaks of, where a mail has more mdevs or guests than one, or what
 * was taken came from elsewhere. Where that cannot be told, the sentence is not read.
 */
import type { item } from "../examples/examples.ts";
import { is_running, type build } from "./making.ts";
import type { fact } from "../sentence/phrases.ts";
import { TYPED } from "../typed/shell.ts";

const PRONOUN = /\b(?:it|its)\b/i;
const SEVERAL =
	/\b(?:both(?! (?:queues|adapters|domains|cards|apqns))|each|guests|vms|mdevs|them)\b/i;
const ATTRIBUTE = /matrix|apcb|crycb/i;
const BACK = /\b(?:back|again)\b/i;
const TO_MDEV = /\b(?:mdev|matrix|device)|assign/i;

/** What is said of m0 and its guest, and of nobody else. */
function is_of_first(f: fact): boolean {
	return ["assign", "assigned", "units", "start", "stop"].includes(f.fact) || is_claim(f);
}

/** What is said of what the guest has. */
function is_claim(f: fact): boolean {
	return f.fact === "guest" || f.fact === "guest_is_matrix" ||
		f.fact === "expect" && "mdev" in f.expect;
}

/** "The guest has 0a.0001", where only another's runs, or none any more. */
function is_of_no_guest(b: build, text: string): boolean {
	const running = is_running(b, "m0");
	const opened = b.statements.some(({ body }) => body.kind === "op" &&
		body.op[0] === "open" && body.op[1] === "m0");

	return !running && (opened || [...b.others.values()].includes(true)) &&
		/\b(?:guest|vm|it)\b/i.test(text) && !ATTRIBUTE.test(text);
}

/** "Adapter 0b is put back", of one that the mdev has still: the host's, most likely. */
function gives_back(b: build, f: fact, text: string): boolean {
	return f.fact === "assign" && f.verb === "assign" && BACK.test(text) &&
		!TO_MDEV.test(text) && (f.unit === "adapter" ? b.l.apm : b.l.aqm).has(f.id);
}

/** is_unclear - whether a sentence is about nobody knows which mdev or guest */
export function is_unclear(b: build, { facts, phrase, text }: item): boolean {
	if (phrase === TYPED || !facts.some(is_of_first))
		return false;
	return b.last_named !== "m0" && PRONOUN.test(text) ||
		b.others.size > 0 && SEVERAL.test(text) && !facts.some((f) => f.fact === "of") ||
		facts.some(is_claim) && is_of_no_guest(b, text) ||
		facts.some((f) => gives_back(b, f, text));
}
