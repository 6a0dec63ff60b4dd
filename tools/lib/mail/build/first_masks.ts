// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the host's default drivers have at first, by what a mail shows of it: the masks themselves,
 * or a queue that a zcrypt driver has.
 */
import { ascending, product } from "../../scenario/ids.ts";
import type { host_config } from "../../scenario/model.ts";
import type { item } from "../examples/examples.ts";
import { masks_of, rebinds } from "./ledger.ts";
import type { fact } from "../sentence/phrases.ts";

/**
 * struct first_masks - the adapters and the domains of the default drivers
 * @shown: the mail shows at least one of the masks
 * @assumed: in words, where it only lets them be seen
 * @unknown: what is told of them cannot all be so
 */
export interface first_masks {
	apmask: number[];
	aqmask: number[];
	shown: boolean;
	unknown?: boolean;
	assumed: string | null;
}

const NONE: first_masks = { apmask: [], aqmask: [], shown: false, assumed: null };

/** The facts in front of the first that may change who has what, and those behind. */
function facts_by_time(items: readonly item[]): [first: fact[], later: fact[]] {
	const facts = items.flatMap((it) => it.facts);
	const end = facts.findIndex(rebinds);

	return end < 0 ? [facts, []] : [facts.slice(0, end), facts.slice(end)];
}

function ids_shown(facts: readonly fact[], mask: "apmask" | "aqmask"): number[] | null {
	const f = facts.find((it) => it.fact === "mask" && it.mask === mask);

	return f?.fact === "mask" ? f.ids : null;
}

/** What a zcrypt driver has, and what vfio_ap has or is assigned to an mdev. */
function queues_told(facts: readonly fact[]): { theirs: string[]; mine: string[] } {
	return {
		theirs: facts.flatMap((f) => f.fact === "missing" && f.default === true
			? f.queues : []),
		mine: facts.flatMap((f) => (f.fact === "bound" || f.fact === "assigned") &&
			f.queues !== "all" ? f.queues : []),
	};
}

const EVERY = [...Array(256).keys()];
const EVERYTHING: Pick<host_config, "apm" | "aqm"> = { apm: EVERY, aqm: EVERY };

/** Of the host's; they are not known if somebody else has such a queue. */
function possible({ apmask, aqmask, ...more }: first_masks,
		{ apm, aqm }: Pick<host_config, "apm" | "aqm">,
		mine: readonly string[]): first_masks {
	const [ap, aq] = [ascending(apmask.filter((id) => apm.includes(id))),
		ascending(aqmask.filter((id) => aqm.includes(id)))];

	const both = product(ap, aq).filter((q) => mine.includes(q));

	if (both.length > 0)
		return { ...NONE, unknown: true,
			assumed: "which masks the default drivers have is " +
			`not known: by what is told ${both.join(" ")} would be theirs` };
	return ap.length + aq.length === 0 && !more.shown ? NONE
		: { apmask: ap, aqmask: aq, ...more };
}

/**
 * masks_at_first - the host's masks in front of the first step
 * @host: what there is
 */
export function masks_at_first(items: readonly item[], host: host_config): first_masks {
	const [facts, later] = facts_by_time(items);
	const [ap, aq] = [ids_shown(facts, "apmask"), ids_shown(facts, "aqmask")];
	const { theirs, mine } = queues_told(facts);
	const { apm, aqm } = masks_of(theirs);
	/* What is shown of a mask later is the whole of it. */
	const whole = later.some((f) => f.fact === "mask");

	if (ap !== null || aq !== null)
		return possible({
			apmask: ap ?? host.apm, aqmask: aq ?? host.aqm, shown: true,
			assumed: ap === null ? "apmask is all ones" : aq === null
				? "aqmask is all ones" : null,
		}, whole ? EVERYTHING : host, mine);
	return theirs.length === 0 ? NONE : possible({
		apmask: apm, aqmask: aqm, shown: false,
		assumed: `${theirs.join(" ")} are the default drivers' by apmask and aqmask`,
	}, host, mine);
}
