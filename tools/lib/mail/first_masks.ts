// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the host's default drivers have at first, by what a mail shows of it: the masks themselves,
 * a queue that a zcrypt driver has, or a store that takes something away from them.
 */
import { ascending, product } from "../scenario/ids.ts";
import type { host_config } from "../scenario/model.ts";
import type { item } from "./find.ts";
import { masks_of, rebinds } from "./ledger.ts";
import type { fact } from "./phrases.ts";
import { TYPED } from "./shell.ts";

/**
 * struct first_masks - the adapters and the domains of the default drivers
 * @shown: the mail shows at least one of the masks
 * @assumed: in words, where it only lets them be seen
 */
export interface first_masks {
	apmask: number[];
	aqmask: number[];
	shown: boolean;
	assumed: string | null;
}

const NONE: first_masks = { apmask: [], aqmask: [], shown: false, assumed: null };

/** The facts in front of the first that may change who has what. */
function facts_at_first(items: readonly item[]): fact[] {
	const facts = items.flatMap((it) => it.facts);
	const end = facts.findIndex(rebinds);

	return end < 0 ? facts : facts.slice(0, end);
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

/** What stores take away from one mask: "-5,-6", or all that "0x0" leaves out. */
function ids_taken(items: readonly item[], name: string, all: number[]): number[] {
	const texts = items.filter((it) => it.phrase === TYPED).flatMap((it) => it.facts)
		.flatMap((f) => f.fact === "op" && f.op[0] === name ? [f.op[1] as string] : []);

	return texts.flatMap((text) => /^0x/i.test(text) ? all :
		[...text.matchAll(/-(0x[0-9a-f]+|\d+)/gi)].map(([, id]) => Number(id)));
}

/**
 * What is taken away was there before; a store to one mask matters only where the other has
 * something.
 */
function by_stores(items: readonly item[], { apm, aqm }: host_config): first_masks {
	const ap = ids_taken(items, "apmask_store", apm);
	const aq = ids_taken(items, "aqmask_store", aqm);

	return ap.length + aq.length === 0 ? NONE : {
		apmask: ap.length > 0 ? ap : apm, aqmask: ap.length > 0 ? aqm : aq,
		shown: false, assumed: "what a store takes away from apmask or aqmask was there " +
			"before it, and all of the other one",
	};
}

/** Of the host's, if nobody else has such a queue. */
function possible({ apmask, aqmask, ...more }: first_masks, { apm, aqm }: host_config,
		mine: readonly string[]): first_masks {
	const [ap, aq] = [ascending(apmask.filter((id) => apm.includes(id))),
		ascending(aqmask.filter((id) => aqm.includes(id)))];

	return product(ap, aq).some((q) => mine.includes(q)) || ap.length + aq.length === 0 ? NONE
		: { apmask: ap, aqmask: aq, ...more };
}

/**
 * masks_at_first - the host's masks in front of the first step
 * @host: what there is
 */
export function masks_at_first(items: readonly item[], host: host_config): first_masks {
	const facts = facts_at_first(items);
	const [ap, aq] = [ids_shown(facts, "apmask"), ids_shown(facts, "aqmask")];
	const { theirs, mine } = queues_told(facts);
	const { apm, aqm } = masks_of(theirs);

	if (ap !== null || aq !== null)
		return possible({
			apmask: ap ?? host.apm, aqmask: aq ?? host.aqm, shown: true,
			assumed: ap === null ? "apmask is all ones" : aq === null
				? "aqmask is all ones" : null,
		}, host, mine);
	return possible(theirs.length === 0 ? by_stores(items, host) : {
		apmask: apm, aqmask: aqm, shown: false,
		assumed: `${theirs.join(" ")} are the default drivers' by apmask and aqmask`,
	}, host, mine);
}
