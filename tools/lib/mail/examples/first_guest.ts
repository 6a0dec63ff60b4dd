// SPDX-License-Identifier: GPL-2.0-only
/*
 * How things are before the steps, in a sentence about the guest: "the guest has 0a.0001 and
 * 0a.0002, both bound".
 */
import { unnamed } from "./deeds.ts";
import type { item, search } from "./examples.ts";
import { look_up, type row } from "../sentence/look_up.ts";
import type { fact } from "../sentence/phrases.ts";

/** what may stand in front of how things are at first */
const SUPPOSED =
	/^(?:(?:(?:let's |let us )?(?:assume|suppose|say|take|imagine|given|consider)|(?:i|we) have|there is|so|now|for example)(?: that)?,? )*/i;
const GUEST_IS =
	/^(?:an? |the |our |my )?(?:running )?(?:kvm )?(?:guest|vm)(?: (?:is|was) (?:running|started|up))?(?: (?:has|with|uses|using|is using))(?: (an?|the|our|my) (?:matrix )?(?:mdev|mediated device)(?:,? (?:that|which) (?:has|have)| with| of)?)? (?=(?:0x)?[0-9a-f]{1,2}\.|(?:adapters?|cards?) )/i;
const ARE_BOUND =
	/(?:,|;| \() ?(?:and )?(?:(?:all|both)(?: of (?:them|these))?(?: queues)?|(?:they|which) are(?: all| both)?)(?: are)? bound(?: to (?:the )?vfio_ap(?: (?:device )?driver)?)?\)?$/i;
export const AT_FIRST = "a guest as it is at first";

/** "..., all bound to vfio_ap": of what is said to be in the host, or in the mdev */
export function with_bound(text: string): row | null {
	const m = ARE_BOUND.exec(text.replace(/[.:]$/, ""));
	const row = m === null ? null : look_up(text.slice(0, m.index));
	const [f, ...more] = row?.facts([], []) ?? [];
	const queues = more.length > 0 ? null : f?.fact === "host" ? "all"
		: f?.fact === "assigned" && f.queues.length > 0 ? f.queues : null;

	return row === null || queues === null ? null
		: { ...row, list: false, facts: () => [{ fact: "bound", queues }, f!] };
}

/** "The guest has 0a.0001 and 0a.0002", in front of everything: how things are */
export function state_of_guest(s: search, text: string): row | null {
	const said = text.replace(SUPPOSED, "").replace(/[.:]$/, "");
	const m = GUEST_IS.exec(said);

	if (m === null || [...s.items, ...s.pending].flatMap((it) => it.facts)
			.some((f) => f.fact !== "bound" && f.fact !== "host"))
		return null;
	const behind = said.slice(m[0].length);
	const what = behind.replace(ARE_BOUND, "");
	const start: fact = { fact: "start", state: true };
	const list = look_up(`the mdev has ${what}`)?.facts([], []) ?? [];
	const [assigned] = list;
	if (list.length !== 1 || assigned?.fact !== "assigned" || assigned.queues.length === 0)
		return null;
	const { queues } = assigned;
	const of_guest = m[1] === undefined && QUEUES_ALONE.test(what);
	const facts: fact[] = [
		...what === behind ? [] : [{ fact: "bound", queues } as const],
		...of_guest ? [start, { fact: "guest", queues } as const] : [assigned, start],
	];
	return { name: AT_FIRST, kind: "operation", list: false, facts: () => facts };
}

const STARTS_WITH =
	/^(?:then |now |next,? )?(?:start|boot|launch)(?:s|ed|ing)? (?:an?|the|our|my)(?: kvm)? (?:guest|vm) (?:with|using|that uses|which uses) (?:an?|the|our|my) (?:vfio_ap )?(?:matrix )?(?:mdev|mediated device)(?:,? (?:that|which) (?:has|have)| with| of) /i;

/** "Start a guest with an mdev that has adapter 5 and domain 4" */
export function started_with(text: string): row | null {
	const m = STARTS_WITH.exec(text);
	const [f, ...more] = m === null ? []
		: look_up(`the mdev has ${text.slice(m[0].length)}`)?.facts([], []) ?? [];

	return f?.fact !== "assigned" || f.queues.length === 0 || more.length > 0 ? null : {
		name: "a guest starts with a matrix", kind: "operation", list: false,
		facts: () => [f, { fact: "start" }],
	};
}

/** What is set up later is not so at first: the guest was spoken of as it is in the end. */
export function refuse_state(items: readonly item[]): void {
	const at = items.findIndex((it) => it.phrase === AT_FIRST);
	const later = items.slice(at + 1).flatMap((it) => it.facts).map(unnamed);

	if (at >= 0 && later.some((f) => ["assigned", "units", "empty_mdev", "define"]
		.includes(f.fact) || f.fact === "start" && f.again === undefined ||
		f.fact === "op" && f.op[0] === "create"))
		Object.assign(items[at]!, { kind: "unread", phrase: null, facts: [] });
}

export const QUEUES_ALONE =
	/^(?:(?:0x)?[0-9a-f]{1,2}\.[0-9a-f]{1,4}(?:,? and |[,; ]+|\.?$))+$/i;
