// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks of the module loader: they load the kernel so that its writes go into the journal.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LoadHook } from "node:module";
import { threadId } from "node:worker_threads";
import { cache_folder } from "../lib/cli/cache.ts";
import { module_url, source_of } from "../lib/texts/tree.ts";
import { is_noted, journal_import } from "./marks.ts";

/* The instrumented texts that are kept: it takes longer to make them than to load all the rest. */
const FOLDER = join(cache_folder(), "journal");
/* What makes them: when it changes, no kept text is used any more. */
const MAKER = ["instrument.ts", "marks.ts"]
	.map((name) => readFileSync(new URL(module_url(`tools/explore/${name}`)), "utf8"));

function kept_file(source: string, path: string): string {
	const hash = createHash("sha256");

	for (const text of [...MAKER, path, source])
		hash.update(`${text}\0`);
	return join(FOLDER, `${hash.digest("hex")}.js`);
}

function read(file: string): string | null {
	try {
		return readFileSync(file, "utf8");
	} catch {
		return null;
	}
}

/* Other threads and processes may keep the same text at the same time. */
function keep(file: string, text: string): void {
	const mine = `${file}.${process.pid}-${threadId}`;

	try {
		mkdirSync(FOLDER, { recursive: true });
		writeFileSync(mine, text);
		renameSync(mine, file);
	} catch {
		/* Then the next one makes it again. */
	}
}

async function make(source: string, path: string): Promise<string> {
	const { javascript } = await import("../lib/texts/javascript.ts");
	const { instrumented } = await import("./instrument.ts");

	/* Still TypeScript where Node strips types itself. */
	return instrumented(javascript(source, path), path);
}

async function noted(source: string, path: string): Promise<string> {
	const file = kept_file(source, path);
	const kept = read(file);

	if (kept !== null)
		return kept;
	const made = await make(source, path);

	keep(file, made);
	return made;
}

/** load - the loader's hook */
export const load: LoadHook = async (url, context, next) => {
	const loaded = await next(url, context);
	const path = source_of(url);

	if (!/^module\b/.test(loaded.format ?? "") || !is_noted(path))
		return loaded;
	const text = await noted(String(loaded.source), path);

	return { ...loaded, format: "module", source: journal_import + text };
};
