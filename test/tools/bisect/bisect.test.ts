// SPDX-License-Identifier: GPL-2.0-only
import { readFileSync } from "node:fs";
import { test } from "tap";
import {
	HISTORY, bisect, history_from, is_open, type bisected_step,
} from "../../../tools/bisect/history.ts";
import { bisect_html } from "../../../tools/bisect/html.ts";
import { property_claim, ways_to_break } from "../../../tools/bisect/property.ts";
import { bisect_json, bisect_ktap, bisect_text, row_of } from "../../../tools/bisect/report.ts";
import { parse_scenarios } from "../../../tools/lib/scenario/parse.ts";
import type { scenario } from "../../../tools/lib/scenario/model.ts";

const CORPUS = new URL("../../scenarios/", import.meta.url);
const POSTINGS = ["v11", "v12", "v13"];

function scenario_of(name: string): scenario {
	const file = new URL(`${name}.scn`, CORPUS);

	return parse_scenarios(readFileSync(file, "utf8"), file.pathname)[0]!;
}

/* Where a step turns, as "v13 09/15". */
function turns(step: bisected_step | undefined): string[] {
	return step?.flips.map(({ to, n }) => `${to} ${n?.n}`) ?? [];
}

test("the long example turns where its steps say, each in its patch", async (t) => {
	const { steps } = await bisect(scenario_of("v11-long-example-host-has-0053"), POSTINGS);
	const step = (n: string) => steps.find((it) => it.n === n);

	for (const n of ["5'", "6", "11'", "17"]) {
		t.equal(row_of(step(n)!.verdicts), "hhd", n);
		t.equal(turns(step(n)).length, 1, n);
		t.match(turns(step(n))[0], /^v13 (?:0\d|1\d)\/15$/, n);
	}
	t.strictSame(turns(step("6")), ["v13 09/15"]);
	t.equal(row_of(step("13")!.verdicts), "hdh");
	t.strictSame(turns(step("13")), ["v12 12/17", "v13 09/15"]);
	t.strictSame(turns(step("9"))[0], "v12 12/17");
	for (const n of ["11'", "17"])
		t.strictSame(turns(step(n)), ["v13 09/15"], `${n}: not where nobody decides yet`);
	t.equal(step("6")!.flips[0]!.deciding!.name, "vfio_ap_mdev_filter_apcb");
	t.equal(row_of(step("6")!.flips[0]!.row), "hhhhhhhhhdddd", "along the series of v13");
});

test("each turn names the function that decided, one that its patch changed, also where a claim " +
		"holds again", async (t) => {
	const { steps } = await bisect(scenario_of("v11-long-example-host-has-0053"), HISTORY);
	const flips = steps.flatMap(({ flips: found }) => found);
	const named = (n: string) => steps.find((it) => it.n === n)!.flips
		.map(({ to, is, deciding }) => `${to} ${is} ${deciding?.name}`);

	t.ok(flips.length > 20);
	t.strictSame(flips.filter(({ deciding }) => deciding === null), []);
	t.strictSame(named("5"), ["v11 holds assign_domain_store"]);
	t.strictSame(named("9").slice(-3), [
		"v13 holds vfio_ap_mdev_refresh_apcb", "v18 differs vfio_ap_mdev_filter_matrix",
		"v6.12 holds vfio_ap_mdev_filter_matrix",
	]);
});

test("a scenario that no driver has another mind about does not turn", async (t) => {
	const sc = { ...scenario_of("v11-long-example-host-has-0053") };
	const found = await bisect(sc, POSTINGS, "3");

	t.strictSame(found.steps.map(({ n, flips }) => [n, flips.length]), [["3", 0]]);
	t.match(bisect_text([found]), "no verdict turns");
	t.match(bisect_ktap([found]), /^KTAP version 1\n1\.\.1\nok 1 /);
});

test("reports name posting, patch, mail and function", async (t) => {
	const found = await bisect(scenario_of("v11-long-example-host-has-0053"), POSTINGS, "6");

	t.match(bisect_text([found]),
		"v12 -> v13, in 09/15 <20201223011606.5265-10-akrowiak@linux.ibm.com>");
	t.match(bisect_text([found]), /^ {8}along v13: v5\.9 to 08 holds, 09 to 14 differs$/m);
	t.match(bisect_text([found]), "decided by vfio_ap_mdev_filter_apcb(), C: v13 13/15 <");
	const [line] = bisect_json([found]).trimEnd().split("\n").map((text) => JSON.parse(text));

	t.match(line, { n: "6", drivers: POSTINGS, verdicts: ["holds", "holds", "differs"] });
	t.match(line.flips[0],
		{ patch: "09/15", message_id: /^<.*>$/, deciding: { origin: /^v13 13/ } });
	t.match(bisect_ktap([found]), /\nnot ok 1 /);
});

test("history_from: from one driver to another", async (t) => {
	t.strictSame(history_from("v11", "v13"), POSTINGS);
	t.equal(history_from("v5.9", "v13")[0], "v5.9");
	t.strictSame(history_from(HISTORY[0]!, HISTORY.at(-1)!), HISTORY,
		"what is meant when nothing is said");
});

test("January 2024: the queue that comes back enters with v18 and leaves between v6.6 and v6.12",
		async (t) => {
	const { steps } = await bisect(scenario_of("filter-the-entire-matrix"),
		history_from("v12", "v6.12"), "8");

	t.equal(row_of(steps[0]!.verdicts), "hhhhdddddh");
	t.strictSame(steps[0]!.flips.map(({ from, to }) => [from, to]),
		[["v15", "v18"], ["v6.6", "v6.12"]]);
	t.equal(steps[0]!.flips[0]!.deciding!.name, "vfio_ap_mdev_filter_matrix");
});

test("a page: verdicts along the history, and each turn; a scenario's text is text", async (t) => {
	const named = { ...scenario_of("v11-long-example-host-has-0053"), about: ["<img src=x>"] };
	const page = bisect_html([await bisect(named, POSTINGS, "6")]);

	t.match(page,
		/<th scope="row"><a href="#s1-6">6<\/a>: <code>unchanged m0<\/code><\/th>(?:<td [^]*?<\/td>){3}<\/tr>/);
	t.match(page, /<h3 id="s1-6">[^]*vfio_ap_mdev_filter_apcb\(\)[^]*v13@8 ✓[^]*v13@9 ✗/);
	t.match(page, /&(?:#60|lt);img src=x&/);
	t.notMatch(page, /<img|(?:src|href)="(?!data:,|#)/);
});

test("what could not be judged may turn, for all that is known", async (t) => {
	const [s] = parse_scenarios("scenario s\nhost adapters 04 domains 0004\nbound all\n" +
		"mdev m0 adapters 04 domains 0004\nopen m0 = 0\n1: guest m0 04.0004\n2: unread x\n" +
		"3: guest m0 -\n", "f");
	const found = await bisect(s!, POSTINGS);

	t.match(bisect_text([found]), /^  ooo  3: guest m0 -\n  no verdict turns; not judged on all: 2 3$/m);
	t.match(bisect_ktap([found]), /^ok \d+ s 3: ooo # SKIP not judged on all$/m);
	t.match(bisect_html([found]), "<p>No verdict turns; not judged on all: 2 3.</p>");
	t.strictSame(found.steps.filter(is_open).map(({ n }) => n), ["2", "3"]);
});

test("bisect --property: each way to break it, along the history and the series", async (t) => {
	const sought = { property: "links-sound", adapters: 1, domains: 1 };
	const told: string[] = [];
	const ways = await ways_to_break(sought, POSTINGS, (text) => told.push(text));
	const found = [];

	for (const way of ways)
		found.push(await bisect(way.scenario, POSTINGS, "links-sound",
			[property_claim(way)]));
	t.strictSame(told, ["links-sound: v11", "links-sound: v13"], "v12 breaks as v11 does");
	t.strictSame(found.map(({ steps }) => row_of(steps[0]!.verdicts)), ["ddh", "ddd"]);
	t.match(bisect_text(found),
		"v12 -> v13, v13 was made on v5.9, where it is so already: differs -> holds");
	await t.rejects(ways_to_break({ ...sought, property: "no-warn" }, ["v6.12"], () => {}),
		/holds on v6\.12/);
});
