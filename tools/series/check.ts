// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does each patch of a posting stand by itself? What a maintainer asks of a series, of each text
 * between its base and the posting.
 */
import { ported } from "../../drivers/s390/crypto/history/index.ts";
import { text_table } from "../lib/cli/table.ts";
import { inventory } from "../lib/lab/leftovers.ts";
import { machine_lab } from "../lib/lab/lab.ts";
import { driver_of, load_driver } from "../lib/lab/loader.ts";
import type { host_config, op } from "../lib/scenario/model.ts";
import {
	base_of, driver_text, patches_of, posting_of, text_after, type text,
} from "../lib/series/patches.ts";
import { counterexample_of } from "../explore/counterexample.ts";
import { properties } from "../explore/properties.ts";
import type { finding } from "../explore/search.ts";
import { machine_of, op_kinds } from "../explore/space.ts";
import { random_walks } from "../explore/walks.ts";

const HOST: host_config = {
	apxa: 1, na: 255, nd: 255, apm: [4, 5], aqm: [4, 0x47], adm: [4], old: [],
};
const SIZE = machine_of(2, 2, 1, 1);

/** struct effort - how many random walks are done on each text, and how long they are */
export interface effort {
	walks: number;
	steps: number;
}

const write = (attr: string, text: string): op => ["write", "m0", attr, text];

/* What an administrator and a guest do in a short time; refusals are no failure. */
const SESSION: readonly op[] = [
	["create", "m0"], write("assign_adapter", "4"), write("assign_domain", "4"),
	write("assign_domain", "0x47"), ["open", "m0"],
	["pqap", "m0", "0x3000404", "0x800000000003", "0x1000"], write("assign_adapter", "5"),
	["unbind", "05.0047"], ["bind", "05.0047"], ["reset", "m0"],
	["cfg", { apm: [4] }], ["cfg", { apm: [4, 5] }], write("unassign_adapter", "5"),
	write("unassign_domain", "0x47"), ["pqap", "m0", "0x3000404", "0x3", "0x0"], ["close", "m0"],
	["destroy", "m0"],
];

/* Until Linux 6.3 every driver leaks its matrix device. */
const LEAKED_BY_DESIGN = "memory ap_matrix_dev";

/**
 * struct checked - a text of the series
 * @builds: whether its C does
 * @session: what ended the session, or ""
 * @left: what was left behind
 * @findings: what must hold and does not
 */
interface checked {
	label: string;
	builds: boolean;
	session: string;
	left: string[];
	findings: finding[];
}

function contains(text: text, words: string): boolean {
	return [...text.values()].some((content) => content.includes(words));
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
		left: ended === "" ? before.leftovers().filter((what) => what !== LEAKED_BY_DESIGN) : [],
	};
}

/* What speaks of a struct's member, where a text has no such member, says nothing. */
const NEEDED: { [property: string]: string } = {
	"apcb-is-shadow": "\tshadow_apcb", "links-sound": "\tqtable",
};

async function walk(label: string, text: text, effort: effort): Promise<finding[]> {
	return random_walks({
		driver: await load_driver(label), size: SIZE, faults: false, ...effort, seed: 1,
		properties: properties.filter(({ name }) => contains(text, NEEDED[name] ?? "")),
		kinds: op_kinds.filter((kind) => kind !== "ap_config"),
	}).findings;
}

async function check(label: string, text: text, effort: effort): Promise<checked> {
	return {
		label, builds: !contains(text, "does not build"), ...await run_session(label),
		findings: await walk(label, text, effort),
	};
}

function names(findings: readonly finding[]): string[] {
	return findings.map(({ property }) => property);
}

/* What breaks neither before the series nor behind it. */
function only_between({ findings }: checked, ends: readonly checked[]): finding[] {
	return findings.filter(({ property }) => ends.every((end) => !names(end.findings).includes(property)));
}

function row(of: checked, ends: readonly checked[]): string[] {
	const between = names(only_between(of, ends));

	return [
		of.label, of.builds ? "yes" : "no", of.session === "" ? "yes" : of.session,
		of.left.length === 0 ? "-" : of.left.join(", "),
		names(of.findings).map((name) => between.includes(name) ? `${name}!` : name).join(" ") || "-",
	];
}

function example(of: checked, f: finding): string {
	const found = counterexample_of(f, SIZE, driver_of(of.label));

	return found === null ? "" : `\n${of.label}, ${f.property}:\n${found.mail}`;
}

/**
 * check_text - a posting checked, as a table
 *
 * Return: the text, and whether each patch builds and nothing breaks that holds before and behind.
 */
export async function check_text(
	label: string, effort: effort = { walks: 40, steps: 40 },
): Promise<{ text: string; holds: boolean }> {
	const between = patches_of(label).slice(0, -1);
	const base = await check(base_of(label).label, text_after(label, 0), effort);
	const posting = await check(label, driver_text(posting_of(label)), effort);
	const states: checked[] = [];

	for (const { n } of between)
		states.push(await check(`${label}@${n}`, text_after(label, n), effort));
	const ends = [base, posting];
	const heading = ["text", "builds", "runs", "left behind", "properties that fail"];
	const rows = [base, ...states, posting].map((of) => row(of, ends));
	await Promise.all(ported.map(load_driver));	/* a counterexample is tried on each */
	const broken = states.flatMap((of) => only_between(of, ends).map((f) => ({ of, f })));

	return {
		text: `${text_table({ heading, rows })}\n! breaks here, and neither before the series nor ` +
			`behind it; ${effort.walks} random walks of ${effort.steps} operations each\n` +
			broken.map(({ of, f }) => example(of, f)).join(""),
		holds: broken.length === 0 && states.every((of) => of.builds && of.session === ""),
	};
}
