// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page in a browser: rows stand side by side, the keys work, nothing is fetched or complained
 * about. CROSSREAD_SCREENSHOT names a file to put a picture of it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "tap";
import { compare, ported_c_files } from "../../../tools/crossread/compare.ts";
import { html_page } from "../../../tools/crossread/html_view.ts";
import { read_input } from "../../../tools/crossread/input.ts";
import { browser_page, find_chromium } from "../browser.ts";
import { posted, quoted } from "./samples.ts";
import { synthetic_files } from "./synthetic.ts";

const chromium = find_chromium();
const skip = chromium ? false : "no Chromium here (Debian: chromium)";

/** A page with a patch, a reply with markup in it, and a file that differs from its port. */
async function make_page(folder: string): Promise<string> {
	const c_files = await ported_c_files();
	const text = (await synthetic_files("v11")).get("vfio_ap_ops.c")!;
	const broken = text.replaceAll("\tbitmap_clear();\n", "\tbitmap_set();\n");
	const said = quoted.replace("<b>here</b>",
		"<img src=http://example.org/x onerror=alert(1)>");
	const inputs = [["vfio_ap_ops.c", broken], ["03.eml", posted], ["re.eml", said]];
	const views = [];
	for (const [name, content] of inputs) {
		writeFileSync(join(folder, name!), content!);
		views.push(...await compare(await read_input(join(folder, name!), c_files), null));
	}
	const path = join(folder, "page.html");
	writeFileSync(path, await html_page(views));
	return path;
}

/** The rows whose two sides do not begin at the same height. */
const crooked = `[...document.querySelectorAll("tbody tr")].filter((row) => {
	const tops = [...row.cells].map((cell) => cell.getBoundingClientRect().top);
	return Math.max(...tops) - Math.min(...tops) > 1;
}).length`;

const here = `(() => {
	const element = document.querySelector(".here");
	const box = element.getBoundingClientRect();
	return {
		of: element.className, name: element.querySelector("h3")?.firstChild.data.trim() ?? "",
		seen: box.bottom > 0 && box.top < innerHeight,
		focus: document.activeElement === element,
	};
})()`;

interface place {
	of: string;
	name: string;
	seen: boolean;
	focus: boolean;
}

test("page: in a browser", { skip }, async (t) => {
	const path = await make_page(t.testdir());
	const page = new browser_page(chromium!);
	t.teardown(() => page.close());
	await page.open(pathToFileURL(path).href);

	t.ok(await page.evaluate<number>('document.querySelectorAll("tbody tr").length') > 500);
	t.equal(await page.evaluate<number>(crooked), 0, "rows are aligned");
	t.ok(await page.evaluate<boolean>("document.documentElement.scrollWidth <= innerWidth"));
	t.equal(await page.evaluate<number>("document.images.length"), 0,
		"a mail's markup is text");

	const names: string[] = [];
	for (const key of ["j", "j", "k", "n"]) {
		await page.press(key);
		const at = await page.evaluate<place>(here);
		t.ok(at.seen && at.focus, `${key}: in sight and with the focus`);
		names.push(at.name || at.of);
	}
	t.same(names, ["vfio_ap_get_queue", "vfio_ap_mdev_get_queue", "vfio_ap_get_queue",
		"explained here"]);
	await page.press("n");
	t.match((await page.evaluate<place>(here)).of, /^(?:differs|explained) here$/);
	t.not(await page.evaluate<string>('document.getElementById("hint").textContent'), "");

	await page.evaluate('document.querySelector("tr[title]").focus()');
	t.match(await page.evaluate<string>('document.getElementById("hint").textContent'),
		/: C has .*; here /, "the equivalence that was used");

	const complaints = page.events.filter(({ method }) => (
		["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"]
			.includes(method)));
	t.same(complaints, []);
	const fetched = page.events.filter(({ method }) => method === "Network.requestWillBeSent")
		.map(({ params }) => (params["request"] as { url: string }).url)
		.filter((url) => url !== pathToFileURL(path).href && !url.startsWith("data:"));
	t.same(fetched, []);

	const pdf = await page.send("Page.printToPDF", { preferCSSPageSize: true });
	t.ok((pdf["data"] as string).length > 1000, "it prints");
	const picture = process.env["CROSSREAD_SCREENSHOT"];
	if (picture) {
		const { data } = await page.send("Page.captureScreenshot");
		writeFileSync(picture, Buffer.from(data as string, "base64"));
	}
});

test("page: style and script are in it, and no address", async (t) => {
	const text = readFileSync(await make_page(t.testdir()), "utf8");
	t.match(text, /Content-Security-Policy" content="default-src 'none'/);
	t.notMatch(text, /<(?:img|link rel="stylesheet"|script src|iframe)/);
});
