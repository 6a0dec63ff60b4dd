// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks of the module loader for a Node that does not strip types: they do, with what Node itself
 * uses. Types become blanks, so every line and column stays in its place, and no source map is
 * needed.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { threadId } from "node:worker_threads";

const TYPESCRIPT = /\.[cm]?ts(?:\?|$)/;
/* Most texts are the same as in the last run; npm ci takes those away that are not. */
const KEPT = new URL("../node_modules/.cache/vfio-ap/", import.meta.url);
const require = createRequire(import.meta.url);

function read(file) {
	try {
		return readFileSync(file, "utf8");
	} catch {
		return null;
	}
}

/* Others may keep the same text at the same time; who cannot keep it strips it again. */
function keep(file, text) {
	const mine = new URL(`${file.href}.${process.pid}-${threadId}`);

	try {
		mkdirSync(KEPT, { recursive: true });
		writeFileSync(mine, text);
		renameSync(mine, file);
	} catch {
		/* A clone that cannot be written. */
	}
}

function stripped(source, name) {
	const { transformSync } = require("@swc/wasm-typescript");

	return transformSync(source, { mode: "strip-only", module: true, filename: name }).code;
}

export async function load(url, context, next) {
	if (!TYPESCRIPT.test(url) || !url.startsWith("file:") || url.includes("/node_modules/"))
		return next(url, context);
	const source = readFileSync(fileURLToPath(url), "utf8");
	const file = new URL(`${createHash("sha1").update(source).digest("hex")}.js`, KEPT);
	let text = read(file);

	if (text === null)
		keep(file, text = stripped(source, url));
	return { format: "module", source: text, shortCircuit: true };
}
