// SPDX-License-Identifier: GPL-2.0-only
/*
 * npm pack builds what an installed package runs (npm run prepack): dist/ has JavaScript for each
 * source, what stands beside the sources of the commands, and the declarations of the library.
 */
import { execFileSync } from "node:child_process";
import {
	copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { javascript } from "../lib/texts/javascript.ts";
import { root, specifiers } from "../lib/texts/tree.ts";

const DIST = join(root, "dist");
const FOLDERS = ["include", "drivers", "tools"];
/* Of a clone only: how it runs its sources, what makes its documentation, and this. */
const LEFT_OUT =
	/^tools\/(?:build|docs|vfio-ap$|[^/]*\.mjs$|explore\/(?:Containerfile|job\.yaml)$)|\.(?:patch|d\.ts)$/;

function files_of(folder: string): string[] {
	return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(root.length))
		.filter((path) => !LEFT_OUT.test(path));
}

function read(path: string): string {
	return readFileSync(join(root, path), "utf8");
}

function write(path: string, text: string): void {
	mkdirSync(dirname(join(DIST, path)), { recursive: true });
	writeFileSync(join(DIST, path), text);
}

function copy(path: string): void {
	mkdirSync(dirname(join(DIST, path)), { recursive: true });
	copyFileSync(join(root, path), join(DIST, path));
}

/* What "#linux/bitmap.h" is in dist/. */
function write_manifest(): void {
	const { type, imports } = JSON.parse(read("package.json"));

	write("package.json",
		`${JSON.stringify({ type, imports }, null, "\t").replaceAll('.ts"', '.js"')}\n`);
}

/* The declaration files that one names; no kernel header is among them. */
function named_in(text: string, path: string): string[] {
	return [...text.matchAll(/\b(?:from |import\()"([.#][^"]+)\.\w+"/g)].map(([, name]) => {
		if (name!.startsWith("#"))
			throw new Error(`${path}: a type of ${name} in the library's interface, give it one of its own`);
		return join(dirname(path), `${name}.d.ts`);
	});
}

/* Of all declarations those that the library's own lead to. */
function write_declarations(): void {
	const folder = mkdtempSync(join(tmpdir(), "vfio-ap-build-"));
	const left = ["tools/api.d.ts"];
	const done = new Set(left);

	try {
		execFileSync(join(root, "node_modules/.bin/tsc"),
			["--project", join(root, "tools/build"), "--outDir", folder],
				{ stdio: "inherit" });
		for (let path = left.pop(); path !== undefined; path = left.pop()) {
			const text = specifiers(readFileSync(join(folder, path), "utf8"), true);

			write(path, text);
			for (const next of named_in(text, path).filter((it) => !done.has(it))) {
				done.add(next);
				left.push(next);
			}
		}
	} finally {
		rmSync(folder, { recursive: true });
	}
}

rmSync(DIST, { recursive: true, force: true });
for (const path of FOLDERS.flatMap(files_of))
	if (path.endsWith(".ts"))
		write(path.replace(/\.ts$/, ".js"), javascript(read(path), path, true));
	else
		copy(path);
write_manifest();
write_declarations();
