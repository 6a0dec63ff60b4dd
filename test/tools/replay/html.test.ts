// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page: what is in it is what replay found, nothing in it runs but its own script, and in a
 * browser grids and keys work.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test, type Test } from "tap";
import { read_mail, type reading } from "../../../tools/lib/mail/read.ts";
import { cell_word } from "../../../tools/lib/play/grid.ts";
import { pick_drivers, play, type report } from "../../../tools/lib/play/play.ts";
import { what_text } from "../../../tools/lib/play/say.ts";
import { parse_scenarios } from "../../../tools/lib/scenario/parse.ts";
import { replay_page } from "../../../tools/replay/html.ts";
import { grids_text } from "../../../tools/replay/grid.ts";
import type { mail_ledger } from "../../../tools/replay/words.ts";
import { barriers, browser_page, find_chromium } from "../browser.ts";

const HOSTILE = "</script><script>window.hacked = 1</script><img src=x onerror=window.hacked=1> \\u202e\\u001b[31m";

const TEXT = `scenario a-hole
about "${HOSTILE}"

host adapters 04 05 domains 0004 0047
1: bound 04.0004 04.0047 05.0004
2: mdev m0 adapters 04 domains 0004 0047
3: open m0 = 0
4: guest m0 04.0004 04.0047
5: assign_adapter m0 5 = 1
6: guest m0 04.0004 04.0047
7: cfg adapters 05
8: guest m0 -
9: apcb m0 -
`;

const drivers = await pick_drivers("v11,v6.0,v6.12");
const [scenario] = parse_scenarios(TEXT, "a-hole.scn");
const reports: report[] = drivers.map((d) => play(scenario!, d.label));

interface page_data {
	scenarios: { drivers: string[]; rows: string[]; columns: string[]; lines: {
		words: string[];
		drivers: ({
			verdict: string; opened_by: string;
			grids: { cells: number[][]; running: boolean }[];
		} | null)[];
	}[]; ledger: mail_ledger | null }[];
}

function data_of(page: string): page_data {
	return JSON.parse(
		/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)![1]!);
}

test("page: verdicts of every line and driver, and the grids behind them", async (t) => {
	const { scenarios: [shown] } = data_of(await replay_page([reports]));

	t.strictSame(shown!.drivers, ["v11", "v6.0", "v6.12"]);
	t.strictSame([shown!.rows, shown!.columns], [["04", "05"], ["0004", "0047"]]);
	t.strictSame(shown!.lines.map(({ drivers: list }) => list.map((st) => st?.verdict)),
		scenario!.statements.map((_, i) => reports.map(({ steps }) => steps[i]!.verdict)));
	const words = shown!.lines.at(-1)!.drivers.map((st) => {
		const { cells, running } = st!.grids[0]!;

		return cell_word(cells[0]![0]!, running);
	});

	t.strictSame(words, ["stale", "stale", "filtered"],
		"v11 and v6.0 leave the guest what the shadow has not");
});

test("page: only its own script may run, and foreign text ends none", async (t) => {
	const page = await replay_page([reports]);
	const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)![1]!;
	const scripts = [...page.matchAll(/<script>(.*?)<\/script>/gs)].map(([, text]) => text!);

	t.equal(scripts.length, 1);
	t.ok(policy.includes(
		`'sha256-${createHash("sha256").update(scripts[0]!).digest("base64")}'`));
	t.notMatch(policy, /unsafe/);
	t.notMatch(page, /<img|hacked = 1<|\p{Cf}/u);
	t.notOk(page.includes("\u001b"));
});

test("page: a mail's own words, all of its example, beside what was read of them", async (t) => {
	const mail = readFileSync("test/mails/adapter-with-a-hole.eml");
	const readings = await read_mail(mail, "mail.eml", null);
	const [{ scenarios: [found], first, last }] = readings as [reading];
	const { scenarios: [shown] } = data_of(await replay_page(
		[drivers.map((d) => play(found!, d.label))], { readings }));
	const said = shown!.lines.flatMap(({ words }) => words);
	const example = mail.toString().split("\n").slice(first - 1, last);

	t.strictSame(said.filter((l) => l !== ""), example.map((l) => l.trimEnd())
		.filter((l) => l !== ""));
	t.match(shown!.lines[0]!.words.join(" "), /bound to vfio_ap/);
});

const OPEN_MAIL = `From: A Reviewer <a.reviewer@example.org>
Subject: what opens

assume the host has adapters 04 and 05 and domains 0004 and 0047.

Queues bound to vfio_ap: 04.0004, 04.0047

1. The guest is started.
2. assign adapter 04 and the frobnicated domain of card 05 <b>.
   => guest_matrix: 04.0047
3. assign domain 0004
   => guest_matrix: 04.0004
`;

test("page: what was not read of a mail is at its foot, and open steps lead to it", async (t) => {
	const readings = await read_mail(Buffer.from(OPEN_MAIL), "mail.eml", null);
	const [{ scenarios: [found] }] = readings as [reading];
	const { scenarios: [shown] } = data_of(await replay_page(
		[drivers.map((d) => play(found!, d.label))], { readings }));
	const { lines: [line, next] } = shown!.ledger!;
	const unread = found!.statements.find(({ body }) => body.kind === "unread")!;

	t.strictSame([line!.line, line!.what, line!.step], [9, "not read", unread.n]);
	t.strictSame([next!.line, next!.step], [10, unread.n], "it goes on");
	t.match(line!.text, /frobnicated domain of card 05 <b>/);
	t.match(shown!.ledger!.summary, /2 not read \(9 10\)/);
	t.strictSame(shown!.lines.map(({ drivers: [st] }) => st?.opened_by),
		found!.statements.map((_, i, all) => i > all.indexOf(unread) ? unread.n : ""));
	const words = shown!.lines.flatMap((l) => l.words).join("\n");
	t.match(words, /assume the host has/);
	t.notMatch(words, /Subject/, "what is assumed stands nowhere in the mail");
});

test("page: reasons lead to the functions of a page of crossread that lies beside it",
		async (t) => {
	const folder = t.testdir({
		"cross reading.html": '<section class="stop" id="v11/vfio_ap_ops.c/12/vfio_ap_mdev_filter_guest_matrix" tabindex="-1">',
		"other.html": "<p>no function</p>",
	});
	const page = await replay_page([reports],
		{ crossread: [join(folder, "cross reading.html")] });
	const { links } = JSON.parse(/id="data">(.*?)<\/script>/s.exec(page)![1]!) as {
		links: [string, string][] };

	t.strictSame(links, [["v11/vfio_ap_mdev_filter_guest_matrix",
		"cross%20reading.html#v11/vfio_ap_ops.c/12/vfio_ap_mdev_filter_guest_matrix"]]);
	await t.rejects(replay_page([reports], { crossread: [join(folder, "other.html")] }),
		/no function in it, expected/);
});

test("grid: in a terminal, side by side, ASCII where that is wanted", async (t) => {
	const text = grids_text(scenario!, reports, true);

	t.match(text, /v11 +v6\.0 +v6\.12\n/);
	t.match(text, /04 \| A/, "what v11 leaves in the APCB");
	t.match(text, /^[\x20-\x7e\n]*$/);
	t.match(grids_text(scenario!, reports, false), /│.*●/);
});

function domains_of(count: number): string[] {
	return Array.from({ length: count }, (_, i) => i.toString(16).padStart(4, "0"));
}

function wide_machine(count: number): string {
	const domains = domains_of(count).join(" ");

	return `scenario wide
host adapters 04 domains ${domains}
bound all
mdev m0 adapters 04 domains ${domains}
`;
}

test("grid: a machine that is wider than the terminal, in parts below each other", async (t) => {
	const [wide] = parse_scenarios(wide_machine(40), "wide.scn");
	const text = grids_text(wide!, [play(wide!, "v6.12")], true);
	const heads = text.match(/^ +\|.*$/gm)!;

	t.ok(Math.max(...text.split("\n").map((line) => line.length)) <= 100);
	t.ok(heads.length > 2);
	t.strictSame(heads.join(" ").match(/[0-9a-f]{4}/g), domains_of(40));
});

const chromium = find_chromium();
const skip = chromium === null ? "chromium is not installed" : false;

async function opened(t: Test, page: string, hash: string): Promise<browser_page> {
	const folder = mkdtempSync(join(tmpdir(), "vfio-ap-page-"));
	const file = join(folder, "page.html");
	const browser = new browser_page(chromium!);

	t.teardown(async () => {
		await browser.close();
		rmSync(folder, { recursive: true, force: true });
	});
	writeFileSync(file, page);
	await browser.open(`${pathToFileURL(file).href}${hash}`);
	return browser;
}

test("page: a machine that is wider than its place, and a step that is long", { skip },
		async (t) => {
	const [wide] = parse_scenarios(wide_machine(90), "wide.scn");
	const browser = await opened(t, await replay_page([[play(wide!, "v6.12")]]), "#2");

	await browser.show_as(1280, "light");
	t.equal(await browser.evaluate(
		"document.documentElement.scrollWidth - document.documentElement.clientWidth"), 0);
	t.ok(await browser.evaluate(
		"((e) => e.scrollWidth > e.clientWidth)(document.querySelector('.scroll'))"));
	t.strictSame(await barriers(browser), [], "what is scrolled is reached by key");
});

test("page: in a browser", { skip }, async (t) => {
	const browser = await opened(t, await replay_page([reports]), "#8");
	const current = (): Promise<string> => browser.evaluate(
		"document.querySelector('tr[aria-current] td').textContent");

	t.equal(await current(), "8", "the address names a step");
	await browser.press("n");
	t.equal(await current(), "9", "n: the next difference");
	await browser.press("k");
	await browser.press("k");
	t.equal(await current(), "7");
	t.equal(await browser.evaluate("location.hash"), "#7");
	await browser.evaluate("location.hash = '#%E0%A4%A'");
	await browser.until("document.querySelector('tr[aria-current] td').textContent === '1'");
	await browser.evaluate("location.hash = '#7'");
	await browser.until("document.querySelector('tr[aria-current] td').textContent === '7'");
	t.equal(await browser.evaluate("document.querySelectorAll('#now article').length"), 3);
	t.equal(await browser.evaluate("document.querySelectorAll('#now td.stale').length > 0"),
		true);
	t.equal(await browser.evaluate("typeof window.hacked"), "undefined");
	t.match(await browser.evaluate("document.getElementById('about').textContent"),
		/<\/script>/,
		"hostile text is shown as text");
	await browser.evaluate("dispatchEvent(new Event('beforeprint'))");
	t.strictSame(await browser.evaluate(
		"[...document.querySelectorAll('#walk h2 code')].map((e) => e.textContent)"),
		scenario!.statements.filter((s, i) => s.body.kind === "op" || reports.some(
			({ steps }) => steps[i]!.verdict === "differs")).map(what_text),
		"paper has every operation and every difference");
	t.equal(await browser.evaluate("document.querySelectorAll('#walk .stale').length > 0"),
		true);
	await browser.evaluate("dispatchEvent(new Event('afterprint'))");
	t.equal(await browser.evaluate("document.getElementById('walk').childElementCount"), 0);
	t.strictSame(browser.complaints, []);
	for (const scheme of ["light", "dark"] as const) {
		await browser.show_as(1280, scheme);
		t.strictSame(await barriers(browser), [], `no barrier, ${scheme}`);
	}
});

test("page: many drivers beside no steps, the second of two scenarios of one name", { skip },
		async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "vfio-ap-page-"));
	const file = join(folder, "page.html");
	const browser = new browser_page(chromium!);
	const many = (await pick_drivers("all")).map((d) => play(scenario!, d.label));

	t.teardown(async () => {
		await browser.close();
		rmSync(folder, { recursive: true, force: true });
	});
	writeFileSync(file, await replay_page([many, reports]));
	await browser.open(pathToFileURL(file).href);
	for (const width of [1280, 800]) {
		await browser.show_as(width, "light");
		t.ok(await browser.evaluate(
			"document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
			`no way to the side, ${width} pixels wide`);
		t.ok(await browser.evaluate(
			`document.querySelector("#now").getBoundingClientRect().bottom <=
			document.querySelector("#steps").getBoundingClientRect().top + scrollY`));
	}
	await browser.evaluate(`{ const choose = document.getElementById("scenario");
		choose.value = "a-hole (2)"; choose.dispatchEvent(new Event("change")); } 0`);
	t.equal(await browser.evaluate("document.querySelectorAll('#now article').length"), 3);
});
