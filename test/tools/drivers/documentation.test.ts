// SPDX-License-Identifier: GPL-2.0-only
/*
 * Documentation/drivers.md and design-ideas.md, held against the registry, the
 * texts, the tests they speak of, and the drivers themselves.
 */
import { readFileSync, readdirSync } from "node:fs";
import { test } from "tap";
import {
	drivers, not_ported, ported, type driver,
} from "../../../drivers/s390/crypto/history/index.ts";
import { DRIVER_FILES, driver_file } from "../../../tools/diff/compare.ts";
import { units_of } from "../../../tools/diff/text.ts";
import { drivers_markdown } from "../../../tools/drivers/list.ts";
import { markdown_table } from "../../../tools/lib/cli/table.ts";
import { pick_drivers, play } from "../../../tools/lib/play/play.ts";
import { HOST_HAS_0053, STEPS } from "../../drivers/s390/crypto/history/long_example.ts";
import { parse_scenarios } from "../../../tools/lib/scenario/parse.ts";

await pick_drivers("all");

const ROOT = new URL("../../../", import.meta.url);
const MESSAGE_ID = /<[\w.+-]+@[\w.-]+>/g;

function read(path: string): string {
	return readFileSync(new URL(path, ROOT), "utf8");
}

const DRIVERS_MD = read("Documentation/drivers.md");
const IDEAS_MD = read("Documentation/design-ideas.md");

function text_of(driver: driver): string {
	return DRIVER_FILES.map((file) => driver_file(driver, file)).join("");
}

/* What stands under a heading, up to the next of its level. */
function section(markdown: string, heading: string): string {
	return markdown.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
}

test("drivers.md: its table is the registry", async (t) => {
	const table = /<!-- generated: drivers -->\n([^]*)<!-- end: drivers -->/.exec(DRIVERS_MD);

	t.equal(table?.[1], drivers_markdown(),
		"if not: ./tools/vfio-ap drivers --format markdown");
});

/* The long example: a row for each step, a column for each driver meant by default. */
function long_example(): string {
	const labels = ported.filter((driver) => driver.default).map(({ label }) => label);
	const heading = ["", ...labels];
	const rows = STEPS.map(([step], i) => {
		const [what, ...operands] = step.slice(step[0] === "write" ? 2 : 0).map(String);
		const masks = labels.map((label) => HOST_HAS_0053[label]![i]![0]);

		return [`${what} ${operands.join(" ")}`, ...masks];
	});

	return markdown_table({ heading, rows });
}

test("drivers.md: the long example as it was recorded", async (t) => {
	const table = /<!-- generated: long example -->\n([^]*)<!-- end: long example -->/
		.exec(DRIVERS_MD);

	t.equal(table?.[1], long_example());
});

test("drivers.md: a section for each driver, with what it is and all four aspects", async (t) => {
	for (const { label, id, patches } of ported) {
		const text = section(DRIVERS_MD, label);

		t.ok(text.includes(id), `${label}: ${id}`);
		t.ok(patches === 0 || text.includes(`${patches} patches`), `${label}: patches`);
		for (const aspect of ["Filtering", "Hot plug", "Locking", "Errnos"])
			t.ok(text.includes(`**${aspect}.**`), `${label}: ${aspect}`);
	}
});

test("drivers.md: the functions it names are in the driver's text", async (t) => {
	for (const driver of ported) {
		const functions = new Set(DRIVER_FILES.flatMap((file) =>
			units_of(driver_file(driver, file)).map(({ name }) => name)));
		const named = [...section(DRIVERS_MD, driver.label).matchAll(/`(\w+)\(\)`/g)];
		const unknown = named.map(([, name]) => name!)
			.filter((name) => !functions.has(name));

		t.strictSame(unknown, [], driver.label);
	}
});

test("drivers.md: every finding is a test, every test of findings is here", async (t) => {
	const tests = read("test/drivers/s390/crypto/history/findings.test.ts");
	const titles = [...tests.matchAll(/^test\("([^"]+)"/gm)].map(([, title]) => title!);
	const found = section(DRIVERS_MD, "Found while porting");
	const rows = [...found.matchAll(/^\| \*\*([^*]+)\*\*/gm)].map(([, title]) => title!);

	t.strictSame(rows, titles);
});

/* Message-Ids that the texts, the scenarios or the registry know. */
function known_ids(): Set<string> {
	const scenarios = readdirSync(new URL("test/scenarios/", ROOT))
		.filter((file) => file.endsWith(".scn"));
	const texts = [
		...ported.map(text_of), ...[...drivers, ...not_ported].map(({ id }) => id),
		...scenarios.map((file) => read(`test/scenarios/${file}`)),
		read("Documentation/locking.md"),
	];

	return new Set(texts.flatMap((text) => text.match(MESSAGE_ID) ?? []));
}

test("drivers.md, design-ideas.md: the Message-Ids are known ones", async (t) => {
	const known = known_ids();

	/* a review: nothing else here cites it */
	known.add("<20210111214037.477f0f03.pasic@linux.ibm.com>");
	for (const id of [...DRIVERS_MD.match(MESSAGE_ID)!, ...IDEAS_MD.match(MESSAGE_ID)!])
		t.ok(known.has(id), id);
});

test("design-ideas.md: every scenario comes out as it says, on the drivers meant by default",
		async (t) => {
	const blocks = [...IDEAS_MD.matchAll(/^```scenario\n([^]*?)^```$/gm)];
	const scenarios = blocks.flatMap(([, block]) => parse_scenarios(block!, "design-ideas.md"));
	const meant = await pick_drivers(undefined);

	t.ok(scenarios.length >= 14, `${scenarios.length} scenarios`);
	for (const s of scenarios) {
		for (const driver of meant) {
			const { steps, as_recorded } = play(s, driver.label);
			const differs = steps.filter(({ verdict }) => verdict === "differs")
				.map((step) => step.s.n).join(" ");

			t.ok(as_recorded, `${s.name} on ${driver.label}: differs at: ${differs}`);
		}
	}
});

test("design-ideas.md: what it says of v12, v13 and the rest", async (t) => {
	const holds = (name: string): string[] => {
		const pattern = `^scenario ${name}\\n[^]*?(?=\\n\\n|^\`\`\`)`;
		const [lines] = new RegExp(pattern, "m").exec(IDEAS_MD)!;
		const [s] = parse_scenarios(lines, "design-ideas.md");

		return s!.verdicts.filter((v) => v.holds).flatMap((v) => v.drivers);
	};
	const rules = [...IDEAS_MD.matchAll(/^scenario (rule-\d\S*)$/gm)].map(([, name]) => name!);

	t.equal(rules.length, 7);
	for (const rule of rules)
		t.ok(holds(rule).includes("v12"), rule);
	t.strictSame(holds("by-adapter-a-domain-unplugs-adapters"), ["v13"]);
	t.strictSame(holds("refuse-a-domain-with-a-hole"), []);
	t.notOk(holds("order-adapter-first").includes("v12"));
	t.notOk(holds("only-what-changed-is-looked-at").includes("v6.0"));
});
