// SPDX-License-Identifier: GPL-2.0-only
/*
 * Several mdevs in one example: each name that the mail has for one, a UUID, $UUID2, "guest 2",
 * is an mdev, m0 the first that it speaks of.
 */
import type { item } from "../examples/examples.ts";
import type { domain, fact } from "../sentence/phrases.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i;
const VARIABLE = /^(?:\$\{?[a-z_]+\}?|<?uuid>?)$/i;

/** A variable that stands for the one mdev that is called by its UUID. */
function same_mdev(names: readonly string[]): (name: string) => string {
	const [uuids, variables] = [UUID, VARIABLE].map((re) => names.filter((n) => re.test(n)));

	return (name) => uuids!.length === 1 && variables!.length === 1 && name === variables![0]
		? uuids![0]! : name;
}

/** "another mdev", which is not the first */
const OTHER = "other";

function name_in(f: fact): string | null {
	return f.fact === "of" || f.fact === "op" || f.fact === "define" || f.fact === "gone"
		? f.who : null;
}

/** What is said of the first mdev is said as if it were the only one. */
function with_name(f: fact, names: ReadonlyMap<string, string>): fact {
	const name = names.get(name_in(f) ?? "");

	if (name === undefined)
		return f;
	if (f.fact === "of")
		return name === "m0" ? f.of : { ...f, who: name };
	return { ...f, who: name } as fact;
}

function domain_in(f: fact): domain | undefined {
	return f.fact === "start" || f.fact === "stop" ? f.domain : undefined;
}

/** As many guests as mdevs are started one behind the other: whichever is whose, all run then. */
function all_started(items: readonly item[], count: number, known: ReadonlySet<unknown>): boolean {
	const facts = items.flatMap((it) => it.kind === "prose" ? [] : it.facts);
	const first = facts.findIndex((f) => domain_in(f) !== undefined);
	const names = facts.slice(first, first + count).map((f) => domain_in(f)?.name);

	return known.size === count && new Set(names).size === count &&
		!names.includes(undefined) &&
		facts.every((f, i) => domain_in(f) === undefined ||
			f.fact === "start" && domain_in(f)!.who === null && i < first + count);
}

function with_each_started(items: readonly item[], mdevs: string[]): item[] {
	return items.map((it) => ({ ...it, facts: it.facts.map((f): fact =>
		domain_in(f) === undefined ? f
			: { fact: "of", who: mdevs.shift()!, of: { fact: "start" } }) }));
}

/**
 * Where libvirt has several guests, each is the guest of the mdev with its number; of whose guest
 * it is otherwise nobody knows, and the line is not read.
 */
function with_domains(items: readonly item[]): item[] {
	const facts = items.flatMap((it) => it.facts);
	const domains = new Set(facts.flatMap((f) => domain_in(f)?.name ?? []));
	const known = new Set(facts.map(name_in).filter((who) => who !== null));
	const owners = new Map(facts.flatMap((f): [string, string][] => {
		const { name = "", who = null } = domain_in(f) ?? {};

		return who !== null && UUID.test(who) ? [[name, who]] : [];
	}));
	const who_of = (f: fact): string | null =>
		owners.get(domain_in(f)?.name ?? "") ?? domain_in(f)?.who ?? null;
	const of_mdev = (f: fact): fact => {
		const who = who_of(f);

		return who === null ? f : { fact: "of", who, of: { fact: f.fact } as fact };
	};

	if (domains.size > 1 && all_started(items, domains.size, known))
		return with_each_started(items, [...known].map(String));
	if (domains.size < 2)
		return items.map((it) => owners.size === 0
			? it : { ...it, facts: it.facts.map(of_mdev) });
	return items.map((it) => {
		const strange = it.facts.some((f) => domain_in(f) !== undefined &&
			!known.has(who_of(f) ?? ""));

		return strange ? { ...it, kind: "unread", facts: [] }
			: { ...it, facts: it.facts.map(of_mdev) };
	});
}

/** Which started or ended without the mdev: it was attached later, or detached before. */
function is_idle(deeds: readonly fact[], at: number): boolean {
	const f = deeds[at]!;
	const name = domain_in(f)?.name;
	const of_same = (g: fact): boolean => domain_in(g)?.name === name;
	const next = deeds.slice(at + 1).find(of_same);
	const last = deeds.slice(0, at).findLast(of_same);
	const attaches = (g: fact | undefined, what: fact["fact"]): boolean =>
		g?.fact === what && "attach" in g && g.attach === true;

	return name !== undefined && !("attach" in f && f.attach === true) &&
		(f.fact === "start" && attaches(next, "start") ||
		f.fact === "stop" && attaches(last, "stop"));
}

/** A guest that runs without the mdev is none. */
function with_attached(items: readonly item[]): item[] {
	const deeds = items.flatMap((it) => it.facts)
		.filter((f) => f.fact === "start" || f.fact === "stop");
	const idle = new Set(deeds.filter((_, at) => is_idle(deeds, at)));

	return items.map((it) => !it.facts.some((f) => (idle as Set<fact>).has(f)) ? it
		: { ...it, kind: "prose", facts: [] });
}

/**
 * with_names - an example with its mdevs named m0, m1, ... in the order in which it speaks of them
 */
export function with_names(told: readonly item[]): item[] {
	const items = with_domains(with_attached(told));
	const said = [...new Set(items.flatMap((it) => it.facts.map(name_in))
		.filter((who) => who !== null))];
	const same = same_mdev(said);
	const named = [...new Set(said.filter((who) => who !== OTHER).map(same))];
	const names = new Map(said.map((who): [string, string] => [who, `m${who === OTHER
		? Math.max(named.length, 1) : named.indexOf(same(who))}`]));

	return said.length === 0 ? items :
		items.map((it) => ({ ...it, facts: it.facts.map((f) => with_name(f, names)) }));
}
