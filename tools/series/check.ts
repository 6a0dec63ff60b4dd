// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does each patch of a posting stand by itself? What a maintainer asks of a series, of each text
 * between its base and the posting.
 */
import { join } from "node:path";
import { ported } from "../../drivers/s390/crypto/history/index.ts";
import { text_table } from "../lib/cli/table.ts";
import { inventory } from "../lib/lab/leftovers.ts";
import { machine_lab } from "../lib/lab/lab.ts";
import { driver_of, load_driver } from "../lib/lab/loader.ts";
import type { host_config, op } from "../lib/scenario/model.ts";
import {
	base_of, driver_text, patches_of, posting_of, text_after, type text,
} from "../lib/series/patches.ts";
import { root } from "../lib/texts/tree.ts";
import { check_trace } from "../lib/trace/check.ts";
import { read_traces } from "../lib/trace/format.ts";
import { search_of, type job, type plan } from "../explore/campaign.ts";
import { counterexample_of } from "../explore/counterexample.ts";
import { workshop } from "../explore/pool.ts";
import { properties } from "../explore/properties.ts";
import type { finding } from "../explore/search.ts";
import { machine_of, op_kinds } from "../explore/space.ts";

const HOST: host_config = {
	apxa: 1, na: 255, nd: 255, apm: [4, 5], aqm: [4, 0x47], adm: [4], old: [],
};
/* The smallest machine there is: one of everything. */
const SIZE = machine_of(1, 1, 1, 1);
const PLAN: plan = {
	drivers: [], adapters: 1, domains: 1, cdoms: 1, mdevs: 1, kinds: [...op_kinds],
	properties: [],
	faults: false, depth: Infinity, max_states: 1_000_000, max_memory: 1 << 30,
	stop_at_first: false,
	identify: true, commute: true, walks: 0, block: 1, steps: 1, seed: 1,
};

const write = (attr: string, text: string): op => ["write", "m0", attr, text];

/* What an administrator and a guest do in a short time; refusals are no failure. */
const SESSION: readonly op[] = [
	["create", "m0"], write("assign_adapter", "4"), write("assign_domain", "4"),
	write("assign_domain", "0x47"), ["open", "m0"],
	["pqap", "m0", "0x3000404", "0x800000000003", "0x1000"], write("assign_adapter", "5"),
	["unbind", "05.0047"], ["bind", "05.0047"], ["reset", "m0"],
	["cfg", { apm: [4] }], ["cfg", { apm: [4, 5] }], write("unassign_adapter", "5"),
	write("unassign_domain", "0x47"), ["pqap", "m0", "0x3000404", "0x3", "0x0"],
	["close", "m0"],
	["destroy", "m0"],
];

/* Until Linux 6.3 every driver leaks its matrix device. */
const LEAKED_BY_DESIGN = "memory ap_matrix_dev";

/**
 * struct checked - a text of the series
 * @unbuilt: why its C does not build, or ""
 * @session: what ended the session, or ""
 * @left: what was left behind
 * @traces: how many recordings of its C are here, and how many of them differ
 * @findings: what must hold and does not
 */
interface checked {
	label: string;
	unbuilt: string;
	session: string;
	left: string[];
	traces: { recorded: number; differ: number };
	findings: finding[];
}

function contains(text: text, words: string): boolean {
	return [...text.values()].some((content) => content.includes(words));
}

/** why_unbuilt - what the port says at the line that stands for one that does not build, or "" */
export function why_unbuilt(text: text): string {
	for (const content of text.values()) {
		const [, why] = /PORT: ([^*]*?):? it does not build/.exec(content) ?? [];

		if (why !== undefined)
			return why.replace(/\s+/g, " ");
	}
	return "";
}

async function run_session(label: string): Promise<Pick<checked, "session" | "left">> {
	const lab = new machine_lab(
		{ host: HOST, apmask: [], aqmask: [], memory: "zero" }, await load_driver(label));
	const before = new inventory();
	let ended = "";

	lab.load();
	for (const o of SESSION) {
		const { crash } = lab.run(o);

		if (crash !== null) {
			ended = `${crash} in ${o.join(" ")}`;
			break;
		}
	}
	lab.shutdown();
	return {
		session: ended,
		left: ended === ""
			? before.leftovers().filter((what) => what !== LEAKED_BY_DESIGN) : [],
	};
}

/*
 * Recordings of the C after each patch, the last included; of what was there before there are none.
 */
async function check_traces(series: string, label: string): Promise<checked["traces"]> {
	const state = label === series ? `${series}@${patches_of(series).at(-1)!.n}` : label;
	const traces = [...read_traces(join(root, `test/traces/series/${series}.jsonl.gz`))]
		.filter(({ header }) => driver_of(header.driver).label === state);

	await load_driver(state);
	return {
		recorded: traces.length,
		differ: traces.filter(
			(trace) => check_trace(trace, state).divergences.length > 0).length,
	};
}

/* What speaks of a struct's member, where a text has no such member, says nothing. */
const NEEDED: { [property: string]: string } = {
	"apcb-is-shadow": "\tshadow_apcb", "links-sound": "\tqtable",
};

async function search_space(shop: workshop, driver: string, text: text): Promise<finding[]> {
	const wanted = properties.map(({ name }) => name)
		.filter((name) => contains(text, NEEDED[name] ?? ""));
	const job: job = {
		number: 0, driver, what: "machine",
		plan: { ...PLAN, drivers: [driver], properties: wanted }, seed: 1, walks: 0,
	};
	const { findings, bound } = await shop.search(await search_of(job, () => {}));

	if (bound !== null)
		throw new Error(`${driver}: not all of its space was searched`);
	return findings;
}

async function check(shop: workshop, series: string, label: string, text: text): Promise<checked> {
	return {
		label, unbuilt: why_unbuilt(text), ...await run_session(label),
		traces: await check_traces(series, label),
		findings: await search_space(shop, label, text),
	};
}

function names(findings: readonly finding[]): string[] {
	return [...new Set(findings.map(({ property }) => property))];
}

/* What breaks neither before the series nor behind it. */
function only_between({ findings }: checked, ends: readonly checked[]): finding[] {
	return findings.filter(
		({ property }) => ends.every((end) => !names(end.findings).includes(property)));
}

function row(of: checked, ends: readonly checked[]): string[] {
	const between = names(only_between(of, ends));
	const { recorded, differ } = of.traces;

	return [
		of.label, of.unbuilt === "" ? "yes" : "no", of.session === "" ? "yes" : of.session,
		of.left.length === 0 ? "-" : of.left.join(", "),
		recorded === 0 ? "-" : differ === 0 ? `all ${recorded}`
			: `${recorded - differ} of ${recorded}`,
		names(of.findings).map((name) => between.includes(name) ? `${name}!` : name)
			.join(" ") || "-",
	];
}

/* The shortest of each property. */
function shortest(findings: readonly finding[]): finding[] {
	return names(findings).map((name) => findings.filter(({ property }) => property === name)
		.toSorted((a, b) => a.path.length - b.path.length)[0]!);
}

function example(of: checked, f: finding): string {
	const found = counterexample_of(f, SIZE, driver_of(of.label));

	return found === null
		? `\n${of.label}, ${f.property}: a machine that boots does not show it\n`
		: `\n${of.label}:\n${found.mail}`;
}

/* A property that breaks at several patches running is shown at the first. */
function examples(states: readonly checked[], ends: readonly checked[]): string {
	const broken = states.map((of) => shortest(only_between(of, ends)));

	return broken.flatMap((findings, i) => findings
		.filter(({ property }) => !names(broken[i - 1] ?? []).includes(property))
		.map((f) => example(states[i]!, f))).join("");
}

/**
 * struct check_result - a posting checked
 * @table: a row for each text, and why what does not build does not
 * @examples: the way to what breaks at a patch, and neither before the series nor behind it
 * @holds: each patch builds and runs, leaves nothing behind, does what its C did, and nothing
 * breaks
 *	   that holds before and behind
 */
export interface check_result {
	table: string;
	examples: string;
	holds: boolean;
}

const LEGEND = "!: breaks there, and neither before the series nor behind it";

function stands(of: checked, ends: readonly checked[]): boolean {
	return of.unbuilt === "" && of.session === "" && of.left.length === 0 &&
		of.traces.differ === 0 &&
		only_between(of, ends).length === 0;
}

/** check_series - each text of a posting, from its base to itself */
export async function check_series(
	label: string, tell: (text: string) => void = () => {},
): Promise<check_result> {
	const shop = new workshop(1, true);
	const texts: [string, text][] = [
		[base_of(label).label, text_after(label, 0)],
		...patches_of(label).slice(0, -1)
			.map(({ n }): [string, text] => [`${label}@${n}`, text_after(label, n)]),
		[label, driver_text(posting_of(label))],
	];
	const all: checked[] = [];

	try {
		for (const [of, text] of texts) {
			tell(`${of}: ${all.length} of ${texts.length} texts`);
			all.push(await check(shop, label, of, text));
		}
	} finally {
		await shop.close();
	}
	const ends = [all[0]!, all.at(-1)!];
	const states = all.slice(1, -1);
	const heading = ["text", "builds", "runs", "left behind", "traces", "properties that fail"];
	const reasons = states.filter(({ unbuilt }) => unbuilt !== "")
		.map(({ label: of, unbuilt }) => `${of} does not build: ${unbuilt}\n`);

	await Promise.all(ported.map(load_driver));	/* a counterexample is tried on each */
	return {
		table: `${text_table({ heading, rows: all.map((of) => row(of, ends)) })}\n${reasons.join("")}${LEGEND}\n`,
		examples: examples(states, ends),
		holds: states.every((of) => stands(of, ends)),
	};
}
