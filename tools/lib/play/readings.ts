// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a source leaves open is tried: every reading is a scenario of its own, with the same lines.
 * Where all agree there is one verdict, "whatever the order"; where they do not, it depends.
 */
import { laboratory } from "../lab/lab.ts";
import type { lab } from "../lab/model.ts";
import { adapter_name, domain_name, product, queue_ids } from "../scenario/ids.ts";
import type { choice, masks, scenario, statement } from "../scenario/model.ts";
import type { report, step } from "./play.ts";
import { ran_text } from "./say.ts";

/** at most so many readings are tried of one scenario */
const MAX_READINGS = 64;
/**
 * every order is tried if that takes at most so many assignments: up to eight adapters and domains
 * if nothing else is open; of more only some orders
 */
const MAX_ASSIGNMENTS = 1024;

/** struct option - one way in which a choice can be made, and how the words for it go */
interface option {
	says: string;
	apply(sc: scenario): scenario;
}

/** struct reading - the scenario with every choice made; @made: by choice, which option */
interface reading {
	sc: scenario;
	made: string[];
}

/**
 * struct readings
 * @total: how many there are; fewer may be tried
 * @runs: a guest runs in all of them, since the driver shows nothing else of what is claimed
 */
export interface readings {
	list: reading[];
	total: number;
	choices: choice[];
	runs: boolean;
}

type assignment = { attr: string; id: number };

function name_of({ attr, id }: assignment): string {
	return attr === "adapter" ? `adapter ${adapter_name(id)}` : `domain ${domain_name(id)}`;
}

function assignments_of(m: masks): assignment[] {
	return [
		...m.apm.map((id) => ({ attr: "adapter", id })),
		...m.aqm.map((id) => ({ attr: "domain", id })),
	];
}

function set_up_of(sc: scenario): { at: number; mdev: string; masks: masks } | null {
	const at = sc.statements.findIndex(({ body }) => body.kind === "op" &&
		body.op[0] === "mdev");
	const body = sc.statements[at]?.body;

	return body?.kind === "op" && body.op[0] === "mdev"
		? { at, mdev: body.op[1], masks: body.op[2] } : null;
}

function with_statement(sc: scenario, at: number, body: statement["body"]): scenario {
	return { ...sc, statements: sc.statements.with(at, { ...sc.statements[at]!, body }) };
}

function ordered(sc: scenario, order: assignment[]): scenario {
	const { at, mdev, masks } = set_up_of(sc)!;

	return with_statement(sc, at, {
		kind: "op", rc: null, fail_nth: 0,
		op: ["mdev", mdev, masks, order.map(({ attr, id }) => `${attr} ${id}`)],
	});
}

/** A machine with the lines before the mdev's done. */
function boot_before(sc: scenario, driver: string, at: number): lab {
	const machine = laboratory.boot({ ...sc, explain: false }, driver);

	for (const { body } of sc.statements.slice(0, at))
		if (body.kind === "op" && body.op[0] === "bound")
			bind_exactly(machine, body.op[1]);
	return machine;
}

/** What an mdev is like behind some assignments; it is gone again afterwards. */
function state_after(machine: lab, order: assignment[]): string {
	machine.run(["create", "m0"], 0);
	const rcs = order.map(({ attr, id }) =>
		machine.run(["write", "m0", `assign_${attr}`, `0x${id.toString(16)}`], 0).rc);
	const state = JSON.stringify(
		[rcs.some((rc) => rc < 0), machine.matrix("m0"), machine.shadow("m0"),
			machine.linked("m0")]);
	machine.run(["destroy", "m0"], 0);
	return state;
}

function bind_exactly(machine: lab, queues: string[] | "all"): void {
	if (queues === "all")
		return;
	const wanted = new Set(queues);

	for (const q of machine.bound())
		if (!wanted.has(q))
			machine.run(["unbind", q], 0);
}

/** struct way - an order, and all that may come last in orders that end in the same state */
interface way {
	order: assignment[];
	last: assignment[];
}

/**
 * All orders by what they lead to: those that reach the same state with the same part assigned
 * need not be told apart any further.
 */
function ways_of(machine: lab, all: assignment[]): way[] {
	let level = new Map<number, Map<string,
		way>>([[0, new Map([["", { order: [], last: [] }]])]]);

	for (let n = 0; n < all.length; n++) {
		const next = new Map<number, Map<string, way>>();

		for (const [done, states] of level)
			for (const { order } of states.values())
				all.forEach((a, i) => {
					if ((done & 1 << i) !== 0)
						return;
					const longer = [...order, a];
					const key = state_after(machine, longer);
					const found = next.get(done | 1 << i) ?? new Map<string,
						way>();
					const same = found.get(key);

					next.set(done | 1 << i, found);
					if (same === undefined)
						found.set(key, { order: longer, last: [a] });
					else
						same.last.push(a);
				});
		level = next;
	}
	return [...level.values()].flatMap((states) => [...states.values()]);
}

function some_ways(all: assignment[]): way[] {
	const of = (attr: string): assignment[] => all.filter((a) => a.attr === attr);
	const last = (order: assignment[]): way => ({ order, last: [order.at(-1)!] });

	return [
		last(all), last([...of("domain"), ...of("adapter")]),
		...all.map((a) => last([...all.filter((b) => b !== a), a])),
	];
}

/** What distinguishes a way from the others. */
function way_text({ order, last }: way, others: way[]): string {
	const kinds = new Set(last.map((a) => a.attr));
	const names = [...new Set(last.map(name_of))];

	if (kinds.size === 1 && others.every((w) => w.last.every((a) => !kinds.has(a.attr))))
		return `${last[0]!.attr}s come last`;
	if (others.every((w) => w.last.every((a) => !names.includes(name_of(a)))))
		return `${names.join(" or ")} comes last`;
	return `the order is ${order.map(name_of).join(", ")}`;
}

function every_way(sc: scenario, driver: string, at: number, all: assignment[]): way[] {
	const machine = boot_before(sc, driver, at);

	try {
		return ways_of(machine, all);
	} finally {
		machine.power_off();
	}
}

function factorial(n: number): number {
	return n <= 1 ? 1 : n * factorial(n - 1);
}

/** struct orders - the orders to try; @total: how many there are, as many if none is left out */
interface orders {
	options: option[];
	total: number;
}

/** @bases: how many readings of everything else there are, each to be tried with the orders */
function orders_of(sc: scenario, driver: string, bases: number): orders {
	const set_up = set_up_of(sc);

	if (set_up === null)
		return { options: [], total: 1 };
	const all = assignments_of(set_up.masks);
	const n = all.length;
	const every = bases * n * 2 ** (n - 1) <= MAX_ASSIGNMENTS;
	const ways = every ? every_way(sc, driver, set_up.at, all) : some_ways(all);
	return {
		options: ways.map((w) => ({
			says: way_text(w, ways.filter((it) => it !== w)),
			apply: (it) => ordered(it, w.order),
		})),
		total: every ? ways.length : factorial(n),
	};
}

function bound_options(queue: string): option[] {
	return [true, false].map((is) => ({
		says: `${queue} is ${is ? "" : "not "}bound`,
		apply: (sc) => {
			const at = sc.statements.findIndex(({ body }) => body.kind === "op" &&
				body.op[0] === "bound");
			const body = sc.statements[at]?.body;

			if (body?.kind !== "op" || body.op[0] !== "bound" || body.op[1] === "all")
				return sc;
			const others = body.op[1].filter((q) => q !== queue);
			return with_statement(sc, at,
				{ ...body, op: [
					"bound", is ? [...others, queue].sort() : others,
				] });
		},
	}));
}

function host_options(what: "adapter" | "domain", id: number): option[] {
	const mask = what === "adapter" ? "apm" : "aqm";
	const name = name_of({ attr: what, id });

	return [true, false].map((is) => ({
		says: `the host ${is ? "has" : "lacks"} ${name}`,
		apply: (sc) => {
			const others = sc.host[mask].filter((it) => it !== id);

			return {
				...sc, host: {
					...sc.host, [mask]: is
						? [...others, id].sort((a, b) => a - b) : others,
				},
			};
		},
	}));
}

/** the statement that starts a guest of which the mail does not speak */
const START: statement = {
	line: 0, label: null, n: "", drivers: null, note: null,
	body: { kind: "op", op: ["open", "m0"], rc: null, fail_nth: 0 },
};

const SHOWS = new Map<string, boolean>();

/** Whether a driver shows what a guest would have where there is none. */
function shows_without_guest(sc: scenario, driver: string): boolean {
	const known = SHOWS.get(driver);

	if (known !== undefined)
		return known;
	const machine = laboratory.boot({ ...sc, explain: false }, driver);

	try {
		machine.run(["create", "m0"], 0);
		const { rc } = machine.run(["read", "m0", "guest_matrix"], 0);

		SHOWS.set(driver, rc >= 0);
		return rc >= 0;
	} finally {
		machine.power_off();
	}
}

function is_guest_claim({ body }: statement): boolean {
	return body.kind === "expect" && body.expect.what === "masks" &&
		body.expect.of === "guest" && body.expect.mdev === "m0";
}

/** A place for a line of a reading's own: not between an operation and its result. */
function in_front_of({ statements }: scenario, at: number): number {
	const body = statements[at]?.body;

	return body?.kind === "expect" && body.expect.what === "rc" ? at - 1 : at;
}

/** Where what is so at first ends. */
function end_of_set_up(sc: scenario): number {
	const at = sc.statements.findIndex(({ body }) => body.kind !== "op" ||
		!["bound", "mdev", "create"].includes(body.op[0]));

	return at < 0 ? sc.statements.length : in_front_of(sc, at);
}

/**
 * Where a guest starts that may run: behind the set-up, or, where that has nothing, in front of
 * what is claimed of it.
 */
function start_of(sc: scenario): number {
	const { apm, aqm } = set_up_of(sc)?.masks ?? { apm: [], aqm: [] };
	const claim = apm.length + aqm.length > 0 ? -1 : sc.statements.findIndex(is_guest_claim);

	return claim >= 0 ? claim : end_of_set_up(sc);
}

/** What is shown only where a guest runs is seen only there. */
function guest_options(of: scenario, driver: string): option[] {
	const runs = of.statements.some(is_guest_claim) && !shows_without_guest(of, driver);

	return [
		...runs ? [] : [{ says: "no guest runs", apply: (sc: scenario) => sc }],
		{
			says: "a guest runs",
			apply: (sc) => {
				const at = start_of(sc);

				return { ...sc, statements: sc.statements.toSpliced(at, 0, START) };
			},
		},
	];
}

/** The first of m1, m2, ... that no line speaks of. */
function another_mdev({ statements }: scenario): string {
	const text = JSON.stringify(statements);
	let n = 1;

	while (text.includes(`"m${n}"`))
		n++;
	return `m${n}`;
}

/** statements that are a reading's own, besides the scenario's */
const ADDED = new WeakSet<statement>([START]);

function taken_options(queue: string): option[] {
	const [apid, apqi] = queue_ids(queue);

	return [
		{ says: `no other mdev has ${queue}`, apply: (sc) => sc },
		{
			says: `another mdev has ${queue}`,
			apply: (sc) => {
				const body: statement["body"] = {
					kind: "op", rc: null, fail_nth: 0,
					op: ["mdev", another_mdev(sc),
						{ apm: [apid], aqm: [apqi], adm: [] }],
				};
				const added: statement = { ...START, body };

				ADDED.add(added);
				return { ...sc, statements:
					sc.statements.toSpliced(end_of_set_up(sc), 0, added) };
			},
		},
	];
}

function assigned_options(c: Extract<choice, { what: "assigned" }>): option[] {
	const mask = c.unit === "adapter" ? "apm" : "aqm";
	const name = name_of({ attr: c.unit, id: c.id });

	return [true, false].map((is) => ({
		says: `${name} is ${is ? "" : "not "}assigned`,
		apply: (sc) => {
			const { at, mdev, masks } = set_up_of(sc)!;

			return is ? sc : with_statement(sc, at, {
				kind: "op", rc: null, fail_nth: 0, op: ["mdev", mdev,
					{ ...masks, [mask]: masks[mask]
						.filter((id) => id !== c.id) }],
			});
		},
	}));
}

const EVERY = [...Array(256).keys()];

/** The queues that vfio_ap has, or gets by hand: the default drivers cannot have these. */
function bound_in(sc: scenario): string[] {
	return sc.statements.flatMap(({ body }) => body.kind !== "op" ? []
		: body.op[0] === "bind" ? [body.op[1]]
			: body.op[0] === "bound" && body.op[1] !== "all" ? body.op[1] : []);
}

/** What the mdevs have from the set-up on: nobody could assign a default driver's queues. */
function assigned_in(sc: scenario): string[] {
	const sure = (unit: "adapter" | "domain", ids: number[]): number[] =>
		ids.filter((id) => !sc.choices.some((c) => c.what === "assigned" &&
			c.unit === unit && c.id === id));

	return sc.statements.flatMap(({ body }) => body.kind === "op" && body.op[0] === "mdev"
		? product(sure("adapter", body.op[2].apm), sure("domain", body.op[2].aqm)) : []);
}

/** What the mdevs are assigned by steps that are to succeed, with whatever else is assigned. */
function assigned_by_steps(sc: scenario): string[] {
	const written = (attr: string): number[] => sc.statements.flatMap(({ body }) =>
		body.kind === "op" && body.rc === "ok" && body.op[0] === "write" &&
			body.op[2] === attr ? [Number(body.op[3])] : []).filter(Number.isInteger);
	const { apm, aqm } = set_up_of(sc)?.masks ?? { apm: [], aqm: [] };
	const [adapters, domains] = [written("assign_adapter"), written("assign_domain")];

	return [...product(adapters, [...aqm, ...domains]), ...product(apm, domains)];
}

/** Queues that may be bound are not, where the default drivers have them. */
function with_masks(sc: scenario, apmask: number[], aqmask: number[], open: string[]): scenario {
	const at = sc.statements.findIndex(({ body }) => body.kind === "op" &&
		body.op[0] === "bound");
	const body = sc.statements[at]?.body;
	const is_theirs = (q: string): boolean => open.includes(q) &&
		apmask.includes(queue_ids(q)[0]) && aqmask.includes(queue_ids(q)[1]);

	return { ...body?.kind !== "op" || body.op[0] !== "bound" || body.op[1] === "all" ? sc
		: with_statement(sc, at, { ...body,
			op: ["bound", body.op[1].filter((q) => !is_theirs(q))] }),
	apmask, aqmask };
}

/**
 * A fresh host's masks are all ones; of one of them the bits of vfio_ap's queues, and of the
 * mdev's, are cleared.
 */
function masks_options(sc: scenario): option[] {
	const { apmask, aqmask } = sc;
	const open = sc.choices.flatMap((c) => c.what === "bound" ? [c.queue] : []);
	const mine = [...bound_in(sc).filter((q) => !open.includes(q)), ...assigned_in(sc)];
	const later = assigned_by_steps(sc).filter((q) => !mine.includes(q));
	const none = apmask.length + aqmask.length === 0;
	const but = (ids: number[]): number[] => EVERY.filter((id) => !ids.includes(id));
	const all_ones = (says: string, ap: number[], aq: number[]): option =>
		({ says, apply: (it) => with_masks(it, ap, aq, open) });
	const cleared = (queues: string[], says: string): option[] => {
		const ids = queues.map(queue_ids);
		const [apm, aqm] = [ids.map(([apid]) => apid), ids.map(([, apqi]) => apqi)];

		return [
			...apmask.some((id) => apm.includes(id)) ? []
				: [all_ones(`aqmask is all ones${says}`, but(apm), EVERY)],
			...aqmask.some((id) => aqm.includes(id)) ? []
				: [all_ones(`apmask is all ones${says}`, EVERY, but(aqm))],
		];
	};

	return [
		{ says: none ? "apmask and aqmask are 0" : "apmask and aqmask have no more",
			apply: (it) => ({ ...it, apmask, aqmask }) },
		...mine.length === 0
			? [all_ones("apmask and aqmask are all ones", EVERY, EVERY)]
			: cleared(mine, ""),
		...later.length === 0 ? []
			: cleared([...mine, ...later],
				" with room for what is assigned later"),
	];
}

function options_of(c: choice, sc: scenario, driver: string): option[] {
	switch (c.what) {
	case "order":
		return []; /* see orders_of() */
	case "bound":
		return bound_options(c.queue);
	case "taken":
		return taken_options(c.queue);
	case "guest":
		return guest_options(sc, driver);
	case "assigned":
		return assigned_options(c);
	case "masks":
		return masks_options(sc);
	default:
		return host_options(c.what, c.id);
	}
}

/** The first option of all, the last of all, and each other one by itself. */
function some_combinations(counts: number[]): number[][] {
	const first = counts.map(() => 0);
	const last = counts.map((n) => n - 1);

	return [first, last,
		...counts.flatMap(
			(n, i) => [...Array(n - 1).keys()].map((k) => first.with(i, k + 1))),
		...counts.flatMap((n, i) => n > 1 ? [last.with(i, 0)] : []),
	].slice(0, MAX_READINGS);
}

function combinations(counts: number[]): number[][] {
	if (counts.reduce((count, n) => count * n, 1) > MAX_READINGS)
		return some_combinations(counts);
	return counts.reduce<number[][]>((list, n) =>
		list.flatMap((made) => [...Array(n).keys()].map((k) => [...made, k])), [[]]);
}

/** The readings of everything but the order, each with the orders there are then. */
function with_orders(sc: scenario, made: string[], orders: orders): reading[] {
	return orders.options.length === 0 ? [{ sc, made }] :
		orders.options.map((o) => ({ sc: o.apply(sc), made: [...made, o.says] }));
}

/** Whether what is not read comes before all that is judged: no reading could say more then. */
function is_open_from_the_start({ statements }: scenario): boolean {
	const unread = statements.findIndex(({ body }) => body.kind === "unread");

	return statements.slice(0, Math.max(0, unread)).every(({ body }) => body.kind === "op" &&
		body.op[0] === "bound") && unread >= 0;
}

/**
 * readings_of - the readings of a scenario on a driver
 *
 * What is bound decides what an order leads to, so the orders come last.
 */
export function readings_of(sc: scenario, driver: string): readings {
	if (is_open_from_the_start(sc))
		return { list: [{ sc, made: [] }], total: 1, choices: [], runs: false };
	const order = sc.choices.filter((c) => c.what === "order");
	const choices = [...sc.choices.filter((c) => c.what !== "order"), ...order];
	const fixed = choices.slice(0, choices.length - order.length)
		.map((c) => options_of(c, sc, driver));
	const open = choices.filter((_, i) => fixed[i] === undefined || fixed[i]!.length > 1);
	const made = combinations(fixed.map((o) => o.length));
	const list: reading[] = [];
	let orders_in_all = 0;

	for (const picks of made) {
		const chosen = picks.map((k, i) => fixed[i]![k]!);
		const base = chosen.reduce((it, o) => o.apply(it), sc);
		const orders = order.length === 0 ? { options: [], total: 1 }
			: orders_of(base, driver, made.length);

		list.push(...with_orders(base, chosen.map((o) => o.says), orders));
		orders_in_all += orders.total;
	}
	return {
		list, choices: open, runs: fixed.some((options) => options.length === 1),
		total: Math.round(fixed.reduce((count, o) => count * o.length,
			1) * orders_in_all / made.length),
	};
}

/** What a step came out as, to be compared with the same step of another reading. */
function outcome_of(st: step): string {
	return st.verdict === "ran" ? `ran ${ran_text(st)}` : st.verdict;
}

const ABOUT: Record<choice["what"], string> = {
	order: "the order", guest: "the guest", bound: "what else is bound",
	assigned: "what else is assigned", taken: "the other mdevs",
	masks: "apmask and aqmask",
	adapter: "the host's configuration", domain: "the host's configuration",
};

function about_text({ choices, runs }: readings): string {
	return [
		...choices.length === 0 ? []
			: [`whatever ${[...new Set(choices.map((c) => ABOUT[c.what]))].join(" and ")}`],
		...runs ? ["with a guest, without which nothing is shown"] : [],
	].join(", ");
}

/** What a claim met is the first reading's; another may differ from it in another way. */
function differs_text(r: readings, same: step[]): string {
	const met = same.map((st) => st.actual);
	const condition = telling(r, met, met[0]!);

	if (new Set(met).size === 1)
		return about_text(r);
	return condition === null ? `so in the first of ${met.length} readings, and all differ`
		: `so if ${condition}, in another way else`;
}

/** The options of one choice that all, and only, the readings with an outcome have. */
function telling(r: readings, outcomes: string[], wanted: string): string | null {
	const indices = [...outcomes.keys()];

	for (let c = 0; c < r.list[0]!.made.length; c++) {
		const of = (is: boolean): Set<string> =>
			new Set(indices.filter((i) => (outcomes[i] === wanted) === is)
			.map((i) => r.list[i]!.made[c]!));
		const [yes, no] = [of(true), of(false)];

		if ([...yes].every((says) => !no.has(says)))
			return [...yes].join(" or ");
	}
	return null;
}

/** "30 of 5040 readings", null if there is no other */
function tried_text({ list, total }: readings): string | null {
	const all = total > 1e6 ? "more than a million" : String(total);

	return list.length < total ? `${list.length} of ${all} readings` : null;
}

function word(outcome: string): string {
	return outcome.replace(/^ran /, "gives ").trim();
}

function depends_text(r: readings, outcomes: string[]): string {
	const [first, ...others] = [...new Set(outcomes)]
		.sort((a, b) => Number(b === "holds") - Number(a === "holds"));
	const tried = tried_text(r);
	const condition = tried === null ? telling(r, outcomes, first!) : null;
	const number = outcomes.filter((o) => o === first).length;

	if (condition === null)
		return (tried === null ? "" : `${tried} tried, `) +
			`${word(first!)} in ${number} of ` +
			`${outcomes.length}, for instance if ${r.list[outcomes.indexOf(first!)]!.made.join(" and ")}`;
	return `${word(first!)} if ${condition}, ${others.map(word).join(" or ")} else`;
}

function merged_step(r: readings, same: step[]): step {
	const outcomes = same.map(outcome_of);
	const [st] = same;

	if (new Set(outcomes).size > 1)
		return { ...st!, verdict: same.some((it) => it.verdict === "open")
			? "open" : "depends",
			because: depends_text(r, outcomes) };
	const tried = tried_text(r);

	if (st!.verdict === "open" || st!.s.body.kind === "op" && tried === null)
		return st!;
	if (st!.verdict === "ran")
		return { ...st!, because: `the first of ${tried}` };
	if (tried !== null)
		return {
			...st!, verdict: "open",
			because: `${tried} tried, ${st!.verdict} in all of these`,
		};
	return { ...st!,
		because: st!.verdict === "differs" ? differs_text(r, same) : about_text(r) };
}

/**
 * merge - what is said of each line by all readings together
 * @played: the readings' reports, in their order
 */
export function merge(r: readings, played: report[]): step[] {
	const lists = played.map((p) => p.steps.filter((st) => !ADDED.has(st.s)));

	return lists[0]!.map((_, i) => merged_step(r, lists.map((l) => l[i]!)));
}
