// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loader that strips types where Node does not: whatever is kept from an earlier run, a module
 * is what its source says now, each line and column in its place.
 */
import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "tap";

type hook = (url: string, context: object, next: () => Promise<unknown>) => Promise<unknown>;

const { load } = await import(new URL("../../tools/types.mjs", import.meta.url).href) as {
	load: hook;
};
const KEPT = new URL("../../node_modules/.cache/vfio-ap/", import.meta.url);
const NEXT = "what Node's own loader gives";

async function loaded(url: string): Promise<unknown> {
	return await load(url, {}, async () => NEXT);
}

test("types become blanks, and a source that changes is read again", async (t) => {
	const file = join(t.testdir(), "module.ts");
	const { href } = pathToFileURL(file);

	for (const value of ["1", "22", "1"]) {
		writeFileSync(file, `type n = number;\nexport const x: n = ${value} as n;\n`);
		t.strictSame(await loaded(`${href}?${value}`), {
			format: "module", shortCircuit: true,
			source: `                \nexport const x    = ${value}     ;\n`,
		});
	}
});

test("a text that is kept is used", async (t) => {
	const source = `export const x: number = ${performance.now()};\n`;
	const file = join(t.testdir({ "module.ts": source }), "module.ts");
	const hash = createHash("sha1").update(source).digest("hex");
	const kept = new URL(`${hash}.js`, KEPT);

	await loaded(pathToFileURL(file).href);
	writeFileSync(kept, "kept");
	t.match(await loaded(pathToFileURL(file).href), { source: "kept" });
	rmSync(kept);
});

test("what is no TypeScript of ours is left to Node", async (t) => {
	for (const url of ["node:fs", "file:///a/b.mjs", "file:///node_modules/a/b.ts"])
		t.equal(await loaded(url), NEXT, url);
});
