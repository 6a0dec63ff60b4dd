// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stories whose meaning is known: operations on the lab and claims about what it then shows, told
 * in wordings that are drawn for each sentence. All claims are true, or all but one that is
 * altered.
 * Whatever the wording, the reader says "holds" of no false claim and "differs" of no true one; how
 * much it reads is counted.
 */
import { deepStrictEqual, ok } from "node:assert";
import * as fc from "fast-check";
import { test } from "tap";
import { read_mail } from "../../../../tools/lib/mail/read.ts";
import { pick_drivers, play, type step } from "../../../../tools/lib/play/play.ts";
import { adapter_name, domain_name, product, sorted_queues } from
	"../../../../tools/lib/scenario/ids.ts";
import { parse_scenarios } from "../../../../tools/lib/scenario/parse.ts";

const ADAPTERS = [0x0a, 0x0b], DOMAINS = [1, 2, 0x47];
const ALL = product(ADAPTERS, DOMAINS);
const HEADER = `host adapters ${ADAPTERS.map(adapter_name).join(" ")} domains ${DOMAINS.map(domain_name).join(" ")}\n`;

await pick_drivers("v6.12");

type unit = "adapter" | "domain";
type deed = { what: "assign" | "unassign"; unit: unit; id: number } |
	{ what: "bind" | "unbind"; queue: string };
type claim = { what: "whole" | "has" | "lacks"; queues: string[] } |
	{ what: "unchanged" | "empty" } | { what: "plugged" | "filtered"; id: number };

interface state {
	apm: number[];
	aqm: number[];
	bound: string[];
}

/** A number that decides, and what to pick by it. */
type pick = <T>(list: readonly T[]) => T;

function picker(numbers: readonly number[]): pick {
	let at = 0;

	return (list) => list[numbers[at++ % numbers.length]! % list.length]!;
}

/** What can be done in a state. */
function deeds_of(s: state): deed[] {
	const units = (which: unit, all: number[], has: number[]): deed[] =>
		all.map((id) => ({ what: has.includes(id) ? "unassign" : "assign", unit: which,
			id }));

	return [
		...units("adapter", ADAPTERS, s.apm), ...units("domain", DOMAINS, s.aqm),
		...ALL.map((queue): deed => ({
			what: s.bound.includes(queue) ? "unbind" : "bind", queue,
		})),
	];
}

function toggled<T>(list: readonly T[], it: T): T[] {
	return list.includes(it) ? list.filter((x) => x !== it) : [...list, it];
}

function done(s: state, d: deed): state {
	if ("queue" in d)
		return { ...s, bound: sorted_queues(toggled(s.bound, d.queue)) };
	return d.unit === "adapter" ? { ...s, apm: toggled(s.apm, d.id).sort((a, b) => a - b) }
		: { ...s, aqm: toggled(s.aqm, d.id).sort((a, b) => a - b) };
}

function ids(list: readonly number[], name: (id: number) => string): string {
	return list.length === 0 ? "-" : list.map(name).join(" ");
}

/** The lines of the notation that mean the same. */
function set_up_lines({ bound, apm, aqm }: state): string[] {
	return [`bound ${bound.join(" ") || "-"}`,
		`mdev m0 adapters ${ids(apm, adapter_name)} domains ${ids(aqm, domain_name)}`,
			"open m0 = ok"];
}

function deed_line(d: deed): string {
	return "queue" in d ? `${d.what} ${d.queue} = ok`
		: `${d.what}_${d.unit} m0 0x${d.id.toString(16)} = ok`;
}

function claim_line(c: claim): string {
	switch (c.what) {
	case "whole":
		return `guest m0 ${c.queues.join(" ") || "-"}`;
	case "has":
	case "lacks":
		return `guest m0 ${c.what} ${c.queues.join(" ")}`;
	case "empty":
		return "guest m0 -";
	case "unchanged":
		return "unchanged m0 1";
	default:
		return `${c.what} m0 adapter ${adapter_name(c.id)}`;
	}
}

/** What the lab says of the lines. */
function played(lines: readonly string[]): step[] {
	const [s] = parse_scenarios(`scenario x\n${HEADER}${lines.join("\n")}\n`, "x");

	return play(s!, "v6.12", { explain: false }).steps;
}

/** The claims that can be made of what a guest has, by whether they are true. */
function claims_of(s: state): claim[] {
	const wholes = [s.apm, ...ADAPTERS.map((a) => [a])]
		.flatMap((a) => [s.aqm, ...DOMAINS.map((d) => [d])].map((d) => product(a, d)))
		.filter((q) => q.length > 0);

	return [
		...wholes.map((queues): claim => ({ what: "whole", queues })),
		...ALL.flatMap((q): claim[] =>
			[{ what: "has", queues: [q] }, { what: "lacks", queues: [q] }]),
		{ what: "unchanged" }, { what: "empty" },
		...s.apm.flatMap(
			(id): claim[] => [{ what: "plugged", id }, { what: "filtered", id }]),
	];
}

function and(names: readonly string[], p: pick): string {
	return names.length === 1 ? names[0]!
		: p([", ", " ", ","]) === ","
		? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`
			: `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

const DRIVER = ["vfio_ap", "the vfio_ap driver", "the vfio_ap device driver"];
const GUEST = ["the guest", "the KVM guest", "the VM"];
const MDEV = ["the mdev", "the mediated device", "the mdev's matrix"];

function say_bound(q: string[], p: pick): string {
	if (q.length === 0)
		return p([
			"no queue is bound to vfio_ap", "nothing is bound to vfio_ap",
			"no queues are bound",
		]);
	const list = and(q, p), be = q.length === 1 ? "is" : "are";

	return p([
		`${list} ${be} bound to ${p(DRIVER)}`, `the queues ${list} ${be} bound`,
		`${p(DRIVER)} ${p(["has", "owns", "drives", "holds"])} ${list}`,
		`bound to ${p(DRIVER)} ${be} ${list}`, `bound: ${list}`,
		`Queues bound to ${p(DRIVER)}: ${list}`,
		`I have bound ${list} to ${p(DRIVER)}`, `${list} belong to ${p(DRIVER)}`,
		`what is bound to vfio_ap: ${list}`, `vfio_ap: ${list}`,
		`only ${list} ${be} bound to vfio_ap`,
		`let's say that ${list} ${be} bound to vfio_ap`,
	]);
}

function units_text(s: state, p: pick): string {
	const a = s.apm.map((id) => p([adapter_name(id), adapter_name(id)]));
	const d = s.aqm.map(domain_name);
	const adapters = `${a.length > 1 ? "adapters" : "adapter"} ${and(a, p)}`;
	const domains = `${d.length > 1 ? "domains" : "domain"} ${and(d, p)}`;

	return p([`${adapters} and ${domains}`, `${adapters}, ${domains}`,
		`${adapters} and the ${domains}`]);
}

function say_matrix(s: state, p: pick): string {
	const units = units_text(s, p), list = and(product(s.apm, s.aqm), p);

	return p([
		`${units} are assigned to ${p(MDEV)}`, `${p(MDEV)} has ${units}`,
		`${p(MDEV)} contains ${list}`, `the mdev is configured with ${units}`,
		`we have an mdev with ${units}`, `mdev: ${units}`, `matrix: ${list}`,
		`assigned to ${p(MDEV)}: ${units}`, `assigned: ${list}`,
		`our mdev has ${units} assigned`,
		`${units} have been assigned to the mdev`,
	]);
}

function say_start(p: pick): string {
	return p(["the guest is started", "guest started", "start the guest",
		"the guest is running",
		"a guest using the mdev is started", "the guest is up", "the guest gets booted",
		"we boot the guest", "the VM is up and running",
			"a guest is started with the mdev"]);
}

function say_deed(d: deed, p: pick): string {
	if ("queue" in d && d.what === "bind")
		return p([`bind ${d.queue}`, `${d.queue} is bound to ${p(DRIVER)} now`,
			`the admin binds queue ${d.queue} to ${p(DRIVER)}`, `${d.queue} gets bound`,
			`then ${d.queue} is bound as well`, `${d.queue} is given back to vfio_ap`,
			`I bind ${d.queue} to vfio_ap`, `queue ${d.queue} becomes bound, too`]);
	if ("queue" in d)
		return p([`unbind ${d.queue}`, `${d.queue} is unbound from ${p(DRIVER)}`,
			`the admin unbinds queue ${d.queue}`, `${d.queue} gets unbound`,
			`vfio_ap loses ${d.queue}`,
			`I take ${d.queue} away from vfio_ap`,
				`then queue ${d.queue} is unbound again`]);
	const name =
		`${p(d.unit === "adapter" ? ["adapter", "card", "APID"] : ["domain", "APQI"])} ` +
		(d.unit === "adapter" ? adapter_name(d.id) : domain_name(d.id));
	return d.what === "assign"
		? p([`assign ${name}`, `${name} is assigned to ${p(MDEV)}`,
			`the admin assigns ${name}`,
			`add ${name} to ${p(MDEV)}`, `then ${name} is added to the mdev`,
			`I assign ${name} as well`,
			`${name} gets assigned`, `echo 0x${d.id.toString(16)} > assign_${d.unit}`,
			`now we hand ${name} to the mdev`, `next, ${name} joins the mdev`])
		: p([`unassign ${name}`, `${name} is unassigned from ${p(MDEV)}`,
			`the admin unassigns ${name}`,
			`remove ${name} from ${p(MDEV)}`,
			`then ${name} is removed from the mdev again`,
			`${name} gets unassigned`,
			`echo 0x${d.id.toString(16)} > unassign_${d.unit}`,
			`I take ${name} out of the mdev`]);
}

function say_claim(c: claim, s: state, p: pick): string {
	const g = p(GUEST);

	switch (c.what) {
	case "whole": {
		const list = and(c.queues, p), be = c.queues.length === 1 ? "is" : "are";

		return p([
			`${g} has ${list}`, `${g} now has ${list}`, `${g} has only ${list}`,
			`${g} still has ${list}`,
			`guest_matrix: ${list}`, `guest_matrix shows ${list}`,
			`guest_matrix is ${list}`,
			`${g} is left with ${list}`, `only ${list} ${be} passed through`,
			`this leaves ${list}`,
			`${g} has nothing except ${list}`, `${g} has exactly ${list}`,
			`guest: ${list}`,
			`in the guest only ${list} ${be} visible`, `so ${g} has ${list}`,
			`I would expect ${list} in guest_matrix`, `${g} ends up with ${list}`,
			`${g} has ${list} and nothing else`, `it has ${list}`,
		]);
	}
	case "has": {
		const [q] = c.queues;

		return p([`${g} also has ${q}`, `${g} has at least ${q}`, `${q} is in the guest`,
			`${g} can use ${q}`, `${q} is visible in the guest`,
				`among others ${g} has ${q}`]
			.filter((t) => !t.includes("can use")));
	}
	case "lacks": {
		const [q] = c.queues;

		return p([`${g} does not have ${q}`, `${q} is not in the guest`,
			`${g} doesn't see ${q}`,
			`${q} is not passed through`, `${q} is missing in the guest`,
			`${g} lacks ${q}`,
			`${g} has no access to ${q}`, `${q} does not show up in the guest`]
				.slice(0, 6));
	}
	case "empty":
		return p([`${g} has no queues`, "guest_matrix is empty", `${g} has nothing`,
			`${g} is left with nothing`, "guest_matrix: empty",
			`${g} has no queues at all`,
			"nothing is left to the guest", "this leaves the guest without queues",
				"guest: none"]);
	case "unchanged":
		return p(["nothing changes", "guest_matrix is unchanged", "no change for the guest",
			`${g} keeps its queues`, "this has no effect on the guest",
			`${g}'s queues stay the same`,
			"guest_matrix does not change"]);
	case "plugged":
		return p([`adapter ${adapter_name(c.id)} is passed through`,
			`${g} has adapter ${adapter_name(c.id)}`,
				`adapter ${adapter_name(c.id)} is in the guest`]
			.filter((t) => !t.includes("has adapter") || s.aqm.length > 0));
	default:
		return p([`adapter ${adapter_name(c.id)} is filtered`,
			`${g} does not get adapter ${adapter_name(c.id)}`,
			`adapter ${adapter_name(c.id)} is not passed through`,
			`adapter ${adapter_name(c.id)} does not show up in the guest`]);
	}
}

/** struct told - a sentence, and the claim that it makes; @line: of the notation */
interface told {
	text: string;
	line: string;
	is_claim: boolean;
}

interface story {
	sentences: told[];
	/** the altered claim's sentence, if one is */
	lie: string | null;
	layout: number;
}

/** The claims of a kind that are true, or that are false, when the lines have been played. */
function claims_that(hold: boolean, s: state, lines: readonly string[]): claim[] {
	const all = claims_of(s);
	const steps = played([...lines, ...all.map(claim_line)]).slice(lines.length);

	return all.filter((_, i) => steps[i]!.verdict === (hold ? "holds" : "differs"));
}

function tell(begin: state, numbers: number[], length: number, lies: boolean): story {
	const p = picker(numbers);
	const sentences: told[] = [];
	const lines = set_up_lines(begin);
	const lie_at = lies ? p([...Array(length).keys()]) : -1;
	let s = begin, lie: string | null = null;

	const order = p([[0, 1], [1, 0]]);
	const set_up = [say_bound(s.bound, p), say_matrix(s, p)];
	sentences.push(...order.map(
		(i) => ({ text: set_up[i]!, line: lines[i]!, is_claim: false })),
		{ text: say_start(p), line: lines[2]!, is_claim: false });
	for (let n = 0; n < length; n++) {
		const d = p(deeds_of(s));

		lines.push(deed_line(d));
		sentences.push({ text: say_deed(d, p), line: deed_line(d), is_claim: false });
		s = done(s, d);
		const kinds = claims_that(n !== lie_at, s, lines);
		const what = p([...new Set(kinds.map((c) => c.what))]);
		const c = p(kinds.filter((it) => it.what === what));
		const text = say_claim(c, s, p);
		if (sentences.some((it) => it.text === text))
			continue;
		sentences.push({ text, line: claim_line(c), is_claim: true });
		lines.push(claim_line(c));
		if (n === lie_at)
			lie = text;
	}
	return { sentences, lie, layout: p([0, 1, 2, 3, 4, 5, 6, 7]) };
}

const capital = (text: string): string =>
	/^(?:guest_matrix|vfio_ap|mdev|echo|[0-9a-f]{2}\.)/.test(text) ? text
	: text[0]!.toUpperCase() + text.slice(1);

/** "unbinding 0a.0001", where a deed is told so; null otherwise */
function gerund(text: string): string | null {
	const found = /^(un)?(assign|bind) (.*)$/.exec(text);

	return found === null ? null : `${found[1] ?? ""}${found[2]}ing ${found[3]}`;
}

/** A deed and what comes of it, in one sentence. */
function in_one(deed: string, claim: string, how: number): string {
	const doing = gerund(deed);

	if (deed.startsWith("echo ") || /: /.test(claim) || /^(?:so|then|next|now) /.test(claim))
		return `${deed.startsWith("echo ") ? deed : `${capital(deed)}.`}\n${capital(claim)}.`;
	if (doing !== null && how % 2 === 0)
		return `After ${doing}, ${claim}.`;
	return [`${capital(deed)}, and ${claim}.`, `${capital(deed)}; ${claim}.`,
		`When ${deed.replace(/^(?:then|now|next,) /, "")}, ${claim}.`][how % 3]!;
}

/** Who "it" is: behind "vfio_ap loses 04.0005" vfio_ap, so the guest is named there. */
function with_names(all: readonly told[]): told[] {
	return all.map((t, i) => t.is_claim && /\bvfio_ap \w+s\b/.test(all[i - 1]?.text ?? "")
		? { ...t, text: t.text.replace(/^it\b/, "the guest") } : t);
}

/**
 * As lines, as numbered steps, as one paragraph, quoted with answers, step and result on a line, or
 * in one sentence.
 */
function layout({ sentences: all, layout: how }: story): string {
	const sentences = with_names(all);
	const full = (t: string): string => t.startsWith("echo ") ? t : `${capital(t)}.`;

	switch (how) {
	case 0:
		return sentences.map((t) => full(t.text)).join("\n");
	case 1:
		return sentences.filter((t) => !t.is_claim).map((t, i) => {
			const at = sentences.indexOf(t);
			const next = sentences[at + 1];

			return `${i + 1}. ${capital(t.text)}\n` +
				(next?.is_claim === true ? `   ${capital(next.text)}\n` : "");
		}).join("");
	case 2:
		return sentences.some((t) => t.text.startsWith("echo ") || /: /.test(t.text))
			? sentences.map((t) => full(t.text)).join("\n\n")
			: sentences.map((t) => full(t.text)).join(" ");
	case 3:
		return sentences.map((t) => t.is_claim ? `\n${full(t.text)}\n\n`
			: `> ${full(t.text)}\n`)
			.join("");
	case 4:
		return sentences.map((t) => t.is_claim && !/: /.test(t.text) ? ` => ${t.text}`
			: `\n${capital(t.text)}`).join("").trim();
	default:
		return sentences.flatMap((t, i) => {
			const next = sentences[i + 1];

			return t.is_claim ? []
				: [next?.is_claim === true ? in_one(t.text, next.text, how + i)
					: full(t.text)];
		}).join("\n");
	}
}

function is_judged(st: step): boolean {
	return st.s.body.kind === "expect" && ["holds", "differs", "depends"].includes(st.verdict);
}

function note_of(st: step): string {
	return (st.s.note ?? "").toLowerCase();
}

/** What a story's mail is read as must not be the contrary of what it means. */
async function check_story(told: story): Promise<{ claims: number; read: number }> {
	const mail = layout(told);
	const scenarios = (await read_mail(Buffer.from(mail), "f", null))
		.flatMap((r) => r.scenarios);
	const claims = told.sentences.filter((t) => t.is_claim);
	let read = 0;

	for (const s of scenarios) {
		const { steps } = play(s, "v6.12", { explain: false });
		const of_lie = told.lie === null ? []
			: steps.filter((st) => is_judged(st) &&
				note_of(st).includes(told.lie!.toLowerCase()));

		if (told.lie === null)
			deepStrictEqual(steps.filter((st) => st.verdict === "differs").map(note_of),
				[], mail);
		if (!s.name.endsWith("-as-meant"))
			ok(of_lie.length === 0 || of_lie.some((st) => st.verdict !== "holds"),
				`"${told.lie}" is false and is said to hold in:\n${mail}`);
		read = Math.max(read, claims.filter((c) => steps.some((st) => is_judged(st) &&
			note_of(st).includes(c.text.toLowerCase()))).length);
	}
	return { claims: claims.length, read };
}

const some = <T>(list: T[]): fc.Arbitrary<T[]> => fc.subarray(list, { minLength: 1 });
const beginning =
	fc.record({ apm: some(ADAPTERS), aqm: some(DOMAINS),
		bound: fc.subarray(ALL, { minLength: 2 }) });
const story = fc.tuple(beginning, fc.array(fc.nat(9999), { minLength: 60, maxLength: 60 }),
	fc.integer({ min: 1, max: 4 }), fc.boolean())
	.map(([begin, numbers, length, lies]) => tell(begin, numbers, length, lies));

const RUNS = Number(process.env["STORIES"] ?? 200);
const SEED = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);

test("stories: no true claim differs, and no false one holds, however they are told", async (t) => {
	let claims = 0, read = 0;

	/* fast-check names it only for a property that fails: not for a timeout, or too few read */
	t.comment(`SEED=${SEED} STORIES=${RUNS}`);
	await fc.assert(fc.asyncProperty(story, async (told) => {
		const counted = await check_story(told);

		claims += counted.claims;
		read += counted.read;
	}), { numRuns: RUNS, seed: SEED, endOnFailure: true });
	t.comment(`${read} of ${claims} claims are judged`);
	t.ok(read > claims * 0.9, `${read} of ${claims} claims are judged, SEED=${SEED}`);
});
