// SPDX-License-Identifier: GPL-2.0-only
/*
 * The regular expressions of tools/, by file; and what takes each longest.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "acorn";
import { transformSync } from "esbuild";

const TOOLS = fileURLToPath(new URL("../../tools/", import.meta.url));

/** struct expression - one, and the files it stands in */
export interface expression {
	source: string;
	flags: string;
	files: string[];
}

/** files - the sources of tools/, or of a folder of it */
function files(under = ""): string[] {
	return readdirSync(TOOLS + under, { recursive: true, encoding: "utf8" })
		.filter((file) => /\.(?:ts|js|mjs)$/.test(file)).map((file) => under + file);
}

/**
 * built - those that the reader of mails puts together when its modules are read
 *
 * To be called before anybody has read them.
 */
export async function built(): Promise<Map<string, expression>> {
	const found = new Map<string, expression>();
	const original = globalThis.RegExp;

	globalThis.RegExp = new Proxy(original, {
		construct(target, args: [string | RegExp, string?]) {
			const { source, flags } = new target(...args);
			const [, file = ""] =
				/tools\/(\S+?\.ts):/.exec(new Error().stack ?? "") ?? [];

			found.set(`/${source}/${flags}`, { source, flags, files: [file] });
			return new target(...args);
		},
	});
	try {
		for (const file of files("lib/mail/"))
			await import(TOOLS + file);
	} finally {
		globalThis.RegExp = original;
	}
	return found;
}

/** expressions - all literals, each once */
export function expressions(): Map<string, expression> {
	const found = new Map<string, expression>();

	for (const file of files()) {
		const { code } = transformSync(readFileSync(TOOLS + file, "utf8"),
			{ loader: "ts", target: "es2024" });

		parse(code, {
			ecmaVersion: "latest", sourceType: "module",
			onToken(token) {
				if (token.type.label !== "regexp")
					return;
				const { value } = token as unknown as {
					value: { pattern: string; flags: string } };
				const { pattern: source, flags } = value;
				const key = `/${source}/${flags}`;
				const known = found.get(key) ?? { source, flags, files: [] };

				found.set(key, known);
				if (!known.files.includes(file))
					known.files.push(file);
			},
		});
	}
	return found;
}

/** SIZE - how long the texts are that an expression is tried on */
export const SIZE = 100_000;
const PUMPS = [
	" ", "\t", "\n", "0", "a", "A", "<", "[", "(", "/*", "* ", '"', "> ", ": ", ".", "=",
	"a b ", "0a", " #",
];

/* What the expression itself speaks of: its words and signs, one after the other. */
function own_pumps(source: string): string[] {
	const plain = source.replace(
		/\\[bBdDsSwWnrtpP](?:\{\w+\})?|\(\?[:=!<]*|[()^$|?*+]|\{[\d,]+\}/g, " ");
	const words = plain.replace(/\\(.)/g, "$1").split(/[ []+/).filter((word) => word !== "");

	return [...words.slice(0, 6), words.join(""), words.join(" ")]
		.filter((word) => word !== "");
}

/** worst_of - texts of 100 kB that make an expression go back and try again */
export function* worst_of({ source }: expression): Generator<string> {
	const own = own_pumps(source);

	for (const pump of [...PUMPS, ...own]) {
		const body = pump.repeat(Math.ceil(SIZE / pump.length)).slice(0, SIZE);

		yield `${body}\0`;
		yield `${own[0] ?? ""}${body}\0`;
	}
}
