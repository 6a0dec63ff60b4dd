// SPDX-License-Identifier: GPL-2.0-only
/*
 * The playground in a browser, with the mouse and the keyboard: what is built there the command
 * line replays, with the same states.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { test, type Test } from "tap";
import { ported } from "../../../drivers/s390/crypto/history/index.ts";
import { shown_scenario } from "../../../tools/lib/page/shown.ts";
import { pick_drivers, play } from "../../../tools/lib/play/play.ts";
import { parse_scenarios } from "../../../tools/lib/scenario/parse.ts";
import { playground_page } from "../../../tools/playground/html.ts";
import { corpus } from "../../../tools/playground/main.ts";
import { barriers, browser_page, find_chromium } from "../browser.ts";

const VFIO_AP = fileURLToPath(new URL("../../../tools/vfio-ap", import.meta.url));
const chromium = find_chromium();
const skip = chromium === null ? "chromium is not installed" : false;
const drivers = await pick_drivers(undefined);
const labels = drivers.map(({ label }) => label);
const own_corpus = corpus(ported.filter((d) => d.default));
const page = skip ? "" : await playground_page(ported.filter((d) => d.default), own_corpus);
const folder = mkdtempSync(join(tmpdir(), "vfio-ap-playground-"));
const file = join(folder, "page.html");

writeFileSync(file, page);
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

async function opened(t: Test, hash = ""): Promise<browser_page> {
	const browser = new browser_page(chromium!);

	t.teardown(() => browser.close());
	await browser.open(`${pathToFileURL(file).href}${hash}`);
	await browser.until("performance.getEntriesByName('ready').length > 0");
	return browser;
}

function grid_words(driver: number): string {
	return `[...document.querySelectorAll('#now article')][${driver}].querySelector('table.grid').innerText`;
}

async function do_step(browser: browser_page, step: string): Promise<void> {
	await browser.click(`[data-do="${step}"]`);
}

async function type_line(browser: browser_page, line: string): Promise<void> {
	await browser.click("#prompt");
	await browser.type(line);
	await browser.press("Enter");
}

test("playground: built by clicks and keys, copied, and replayed by the command line", { skip },
		async (t) => {
	const browser = await opened(t);

	for (const step of ["assign_adapter m0 0x4", "assign_domain m0 0x4",
		"assign_domain m0 0x47", "open m0",
			"unbind 04.0047", "assign_adapter m0 0x5", "cfg adapters 05"])
		await do_step(browser, step);
	await type_line(browser, "echo 0x54 > /sys/devices/vfio_ap/matrix/$UUID/assign_domain");
	await type_line(browser, "guest m0 04.0004 04.0047");
	await browser.click("#as_scn");
	const text = await browser.evaluate<string>("document.getElementById('copy_text').value");
	const copied = join(folder, "copied.scn");

	t.match(text, /^guest m0 04\.0004 04\.0047$/m);
	writeFileSync(copied, text);
	const { stdout } = spawnSync(VFIO_AP, ["replay", copied, "--format", "json"],
		{ encoding: "utf8" });
	const replayed = stdout.trim().split("\n").map((line) => JSON.parse(line) as {
		driver: string; steps: { rc: number | null; verdict: string; guest: string[] | null;
			apcb: string[] | null }[];
	});
	const here = await browser.evaluate<typeof replayed>(`(() => {
		const { scenario } = vfio_ap.read_text(document.getElementById("copy_text").value);
		return vfio_ap.play_on(scenario, ${JSON.stringify(labels)}).map(({ driver, steps }) => ({
			driver: driver.label, steps: steps.map(({ rc, verdict, guest, apcb }) => ({ rc, verdict, guest: guest ?? [], apcb: apcb ?? [] })) }));
	})()`);

	t.strictSame(replayed.map(({ driver, steps }) => ({
		driver, steps: steps.map(
			({ rc, verdict, guest, apcb }) => ({ rc, verdict, guest, apcb })),
	})), here);
	t.strictSame(
		await browser.evaluate("[...document.querySelectorAll('#steps tbody tr:last-child .mark .heard')].map((m) => m.textContent)"),
		here.map(({ steps }) => steps.at(-1)!.verdict));
	t.strictSame(browser.complaints, []);
});

test("playground: undo and redo by replaying, completion, errors at the line, a link", { skip },
		async (t) => {
	const browser = await opened(t);
	const steps = (): Promise<number> =>
		browser.evaluate("document.querySelectorAll('#steps tbody tr').length");

	await do_step(browser, "unbind 04.0004");
	t.match(await browser.evaluate(grid_words(0)), /○/);
	await browser.press("Escape");
	await browser.press("u");
	t.notMatch(await browser.evaluate(grid_words(0)), /○/);
	await browser.press("r");
	t.match(await browser.evaluate(grid_words(0)), /○/);
	const before = await steps();

	await type_line(browser, "asign_adapter m0 5");
	t.match(await browser.evaluate("document.getElementById('wrong').textContent"),
		/"asign_adapter" is no operation.*assign_adapter/);
	t.equal(await steps(), before);
	await browser.press("ArrowUp");
	t.equal(await browser.evaluate("document.getElementById('prompt').value"), "");
	await browser.type("assign_a");
	await browser.press("Tab");
	await browser.type("m0 5");
	await browser.press("Enter");
	t.equal(await steps(), before + 1);
	t.equal(await browser.evaluate("document.getElementById('wrong').textContent"), "");
	await type_line(browser, "assign_domain m0 4");
	for (const [key, line] of [["ArrowUp", "assign_domain m0 4"],
		["ArrowUp", "assign_adapter m0 5"], ["ArrowDown", "assign_domain m0 4"],
		["ArrowDown", ""]] as const) {
		await browser.press(key);
		t.equal(await browser.evaluate("document.getElementById('prompt').value"), line);
	}
	await browser.until("location.hash.length > 20 && (window.seen === location.hash || " +
		"(window.seen = location.hash) === null)");
	const address = await browser.evaluate<string>("location.hash");
	const text = await browser.evaluate<string>("document.getElementById('text').value");
	const other = await opened(t, address);

	t.equal(await other.evaluate("document.getElementById('text').value"), text,
		"a link has the scenario");
	await other.evaluate(`location.hash = ${JSON.stringify(address.slice(0, -9))}`);
	await other.until("document.getElementById('wrong').textContent");
	t.match(await other.evaluate("document.getElementById('wrong').textContent"),
		/^The scenario in the link cannot be read/);
	await other.evaluate(`location.hash = ${JSON.stringify(address.replace("v11", "v99"))}`);
	await other.until("/v99/.test(document.getElementById('wrong').textContent)");
	t.strictSame([...browser.complaints, ...other.complaints], []);
});

test("playground: what is wrong with an edited text says at which line", { skip }, async (t) => {
	const browser = await opened(t);

	await browser.evaluate(`(() => {
		const area = document.getElementById("text");
		area.value = "scenario x\\nhost adapters 04 domains 0004\\nbogus 4\\ncreate m0\\nasign_domain m0 4\\n";
		area.dispatchEvent(new Event("change"));
	})()`);
	t.match(await browser.evaluate("document.getElementById('wrong').textContent"),
		/^line 3: "bogus" is no .*\nline 5: "asign_domain" is no /s);
});

test("playground: hostile text is shown as text", { skip }, async (t) => {
	const browser = await opened(t);
	const text = `scenario hostile
about </script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>
host adapters 04 domains 0004
create m0
write m0 assign_adapter "</td><img src=x onerror=window.hacked=1>\\u202e\\u001b[31m"
`;

	await browser.evaluate(`(() => {
		const area = document.getElementById("text");
		area.value = ${JSON.stringify(text)};
		area.dispatchEvent(new Event("change"));
	})()`);
	t.match(await browser.evaluate("document.getElementById('about').textContent"),
		"<img src=x");
	t.match(
		await browser.evaluate("document.querySelector('#steps tbody tr:last-child code').textContent"), "</td><img");
	t.notMatch(await browser.evaluate("document.getElementById('steps').textContent"),
		/[\p{Cf}\p{Cc}]/u);
	t.equal(await browser.evaluate("typeof window.hacked"), "undefined");
	t.strictSame(browser.complaints, []);
});

test("playground: the corpus on its drivers, to the letter what Node says", { skip }, async (t) => {
	const browser = await opened(t);
	const got = await browser.evaluate<[string,
			string][]>(`JSON.parse(document.getElementById("data").textContent).corpus
		.map(([name, text]) => {
			const { scenario } = vfio_ap.read_text(text);
			return [name, JSON.stringify(vfio_ap.shown_scenario(scenario, vfio_ap.play_on(scenario, ${JSON.stringify(labels)})))];
		})`);

	t.equal(got.length, own_corpus.length);
	for (const [i, [name, text]] of own_corpus.entries()) {
		const [scenario] = parse_scenarios(text, name);
		const here = JSON.stringify(
			shown_scenario(scenario!, labels.map((label) => play(scenario!, label))));

		t.equal(got[i]![1], here, name);
	}
});

test("playground: no barrier, light and dark, and nothing sticks out", { skip }, async (t) => {
	const browser = await opened(t);

	for (const step of [
		"assign_adapter m0 0x4", "assign_domain m0 0x47", "open m0", "unbind 04.0047",
	])
		await do_step(browser, step);
	await browser.evaluate(
		"document.querySelectorAll('details').forEach((d) => { d.open = true; })");
	for (const [width, scheme] of [[1280, "light"], [800, "dark"]] as const) {
		await browser.show_as(width, scheme);
		t.strictSame(await barriers(browser), [], `${scheme}, ${width} pixels wide`);
		t.equal(
			await browser.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"), 0);
	}
});
