// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest that is only named beside what is said, and runs: "the mdev of a running guest", "while
 * the guest is running".
 */
import type { fact } from "../sentence/phrases.ts";

const RUNS = new RegExp("(?<!\\b(?:no|not|without) )(?:" +
	"\\b(?:mdev|device) (?:(?:which is |that is )?(?:in use|used) by|of) (?:the|an?|our|my) running (?:kvm )?(?:guest|vm)\\b|" +
	"\\b(?:mdev|device) (?:(?:which|that) is )?in use by (?:the|an?|our|my) (?:kvm )?(?:guest|vm)\\b|" +
	"\\b(?:while|although|with|when) (?:the|an?|its) guest (?:is|was|keeps|still) (?:still )?(?:running|using it|using the mdev)\\b)", "i");

const OF_A_GUEST = new Set<fact["fact"]>(["start", "stop", "idle", "of", "body", "variant"]);
const FIRST = new Set<fact["fact"]>([
	"bound", "missing", "host", "assigned", "all_assigned", "units", "empty_mdev",
]);

/**
 * with_running - what a sentence states, and that a guest runs, if it says so in passing: behind
 * what is so at first, in front of what is done
 */
export function with_running(text: string, list: readonly fact[]): fact[] {
	if (!RUNS.test(text) || list.length === 0 || list.some((f) => OF_A_GUEST.has(f.fact)))
		return [...list];
	const at = list.findLastIndex((f) => FIRST.has(f.fact)) + 1;

	return [...list.slice(0, at), { fact: "start", state: true }, ...list.slice(at)];
}
