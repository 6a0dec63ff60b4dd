// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instrumented texts are kept from one run to the next, and a kept text is used for the same source
 * only.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import type { LoadHookContext } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { t as suite, test } from "tap";
import { instrumented } from "../../../tools/explore/instrument.ts";
import { journal_import } from "../../../tools/explore/marks.ts";
import { module_url } from "../../../tools/lib/texts/tree.ts";

const cache = mkdtempSync(join(tmpdir(), "vfio-ap-"));
const before = process.env["XDG_CACHE_HOME"];

/* The folder is looked up once, when the hooks are loaded. */
process.env["XDG_CACHE_HOME"] = cache;
const { load } = await import("../../../tools/explore/hooks.ts");

if (before === undefined)
	delete process.env["XDG_CACHE_HOME"];
else
	process.env["XDG_CACHE_HOME"] = before;
suite.teardown(() => rmSync(cache, { recursive: true }));

const CONTEXT = {} as LoadHookContext;
const KEPT = join(cache, "vfio-ap/journal");

async function loaded(path: string, source: string): Promise<string> {
	const { source: made } = await load(module_url(path), CONTEXT,
		async () => ({ format: "module", source }));

	return String(made);
}

test("an instrumented text is kept, and used for the same source and path only", async (t) => {
	const [path, source] = ["drivers/made_up.ts", "export const s = { a: 1 };\ns.a = 2;\n"];
	const fresh = journal_import + instrumented(source, path);

	t.equal(await loaded(path, source), fresh);
	t.equal(readdirSync(KEPT).length, 1);
	writeFileSync(join(KEPT, readdirSync(KEPT)[0]!), "kept");
	t.equal(await loaded(path, source), `${journal_import}kept`);
	t.match(await loaded(path, `${source}s.a = 3;\n`), /s\.a = 2;[^]*s\)?\.a = 3;/);
	t.match(await loaded("drivers/another.ts", source), /s\.a = 2|s\)\.a = 2/);
	t.equal(readdirSync(KEPT).length, 3, "and nothing else is left behind");
});

test("where nothing can be kept it is made each time", async (t) => {
	const source = "export const s = { b: 1 };\ns.b = 2;\n";

	rmSync(KEPT, { recursive: true });
	writeFileSync(KEPT, "no folder");
	t.equal(await loaded("drivers/made_up.ts", source),
		journal_import + instrumented(source, "drivers/made_up.ts"));
	rmSync(KEPT);
});

test("what keeps no journal is left as it is", async (t) => {
	t.equal(await loaded("tools/main.ts", "let n = 0;\nn++;\n"), "let n = 0;\nn++;\n");
});
