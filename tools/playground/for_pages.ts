// SPDX-License-Identifier: GPL-2.0-only
/*
 * What esbuild is told so that the sources become a page's script: what stands in for modules that
 * a page cannot have, or need not, and where the drivers are that it has.
 */
import { dirname, join } from "node:path";
import type { OnLoadResult, OnResolveArgs, OnResolveResult, Plugin } from "esbuild";
import { older_than, type driver } from "../../drivers/s390/crypto/history/index.ts";
import { parse_state, tree_file } from "../lib/series/states.ts";
import { root } from "../lib/texts/tree.ts";

const LIVE = "tools/playground/live";
const HISTORY = "drivers/s390/crypto/history";
const REGISTRY = `${HISTORY}/index.ts`;
const STATE_FILE = /\/history\/([^/@]+)@\d+\/[^/]+\.ts$/;

/* In place of modules that need Node or the sources. */
const INSTEAD: [file: string, instead: string][] = [
	["tools/lib/texts/source_text.ts", `${LIVE}/script_text.ts`],
	["tools/lib/texts/tree.ts", `${LIVE}/no_tree.ts`],
	["tools/lib/mail/sentence/look_up.ts", `${LIVE}/look_up.ts`],
	["tools/lib/mail/notation/claims_said.ts", `${LIVE}/no_english.ts`],
	["tools/lib/mail/english/speaks.ts", `${LIVE}/no_output.ts`],
];

/*
 * Modules by what is there in their place: those above, and those that none of the drivers needs.
 */
function replaced(wanted: readonly driver[]): ReadonlyMap<string, string> {
	const migrates = wanted.some((d) => d.migrates);
	const others: [file: string, needed: boolean][] = [
		["tools/lib/lab/migration.ts", migrates],
		["tools/lib/scenario/migration.ts", migrates],
		["drivers/v7.3/s390/crypto/ap_bus.ts", wanted.some((d) => !older_than(d, "6.19"))],
		["tools/lib/lab/forwarding.ts", wanted.some(({ forwards }) => forwards)],
	];

	return new Map([...INSTEAD, ...others.flatMap(([file, needed]): [string, string][] =>
		needed ? [] : [[file, `${LIVE}/other_worlds.ts`]])]);
}

/* What of the mail reader no page asks has no say in it: loading its modules does nothing. */
const MAIL = /^tools\/lib\/mail\//;

/* The module that another one imports, where it is not the one that esbuild would find. */
function resolved(instead: ReadonlyMap<string, string>, { path, importer }: OnResolveArgs):
		OnResolveResult | undefined {
	const file = join(dirname(importer.slice(root.length)), path);
	const other = instead.get(file) ?? (STATE_FILE.test(file) ? file : undefined);

	return other !== undefined ? { path: `${root}${other}` }
		: MAIL.test(file) ? { path: `${root}${file}`, sideEffects: false } : undefined;
}

/* What of the registry no page asks: where texts are, and what they are of. */
const NOT_ASKED = /^\t\t(?:path|date|id|patches|predecessor): .*,\n/gm;

/*
 * The registry, in which drivers are read when they are asked for: in a page they are there from
 * the start, those that are wanted.
 */
function registry_for(wanted: ReadonlySet<string>): string {
	const imports: string[] = [];
	let label = "";
	const text = tree_file(REGISTRY)!.replace(/label: "([^"]+)"|import\("([^"]+)"\)/g,
		(all, found: string | undefined, path: string) => {
			if (found !== undefined) {
				label = found;
				return all;
			}
			if (!wanted.has(label))
				return "Promise.reject()";
			imports.push(`import * as text_${imports.length} from "${path}";`);
			return `Promise.resolve(text_${imports.length - 1})`;
		});

	return `${imports.join(" ")} ${text.replace(NOT_ASKED, "")}`;
}

/* An import of a file of the tree by tools/lib/series/states.ts, whose name stays in a package. */
function imported(what: string, path: string): string {
	return `import ${what} from "../../../${path}";`;
}

/* In place of tools/lib/series/states.ts: the drivers after some patches that are wanted. */
function states_for(labels: string[]): string {
	const texts = labels.map((label, i) =>
		imported(`* as text_${i}`, `${HISTORY}/${label}/vfio_ap_drv.ts`));
	const states = labels.map((label, i) => `{
		...driver_by_label("${parse_state(label)!.series}"), label: "${label}",
		default: false, load: () => Promise.resolve(text_${i}),
	}`);

	return `${imported("{ driver_by_label }", REGISTRY)} ${texts.join(" ")}
		const states = [${states.join(", ")}];
		export function state_by_label(label) {
			return states.find((d) => d.label === label);
		}`;
}

/* The kernel's log has names of structs, which a script that was made small has lost. */
function with_names(text: string): string {
	const structs = [...text.matchAll(/^export class (\w+)/gm)].map(([, name]) => name);

	return `${text}\nfor (const [name, value] of Object.entries({ ${structs.join(", ")} }))
	Object.defineProperty(value, "name", { value: name });\n`;
}

/*
 * A file of a driver; one of a state finds what it imports where the posting does. Of a driver
 * that is not in the page the lab may know a number.
 */
function driver_text(path: string, wanted: readonly driver[]): OnLoadResult {
	const file = path.slice(root.length);
	const text = tree_file(file)!;
	const [, series] = STATE_FILE.exec(path) ?? [];
	const is_wanted = wanted.some((d) => d.path === dirname(file));

	return {
		contents: is_wanted && path.endsWith("_private.h.ts") ? with_names(text) : text,
		loader: "ts",
		resolveDir: series === undefined ? dirname(path) : `${root}${HISTORY}/${series}`,
	};
}

/* What the notation's rows say for people, who read it in the documents. */
const STRING = /(?:"[^"]*"|'[^']*'|`[^`]*`)/.source;
const STRINGS = `${STRING}(?:\\s*\\+\\s*${STRING})*`;
const FOR_PEOPLE = new RegExp(`\\bform: ${STRINGS},(?=\\s*brief\\b)|\\bbrief: ${STRINGS},?`, "g");
/* ... where a function makes the row of a name and a description. */
const MADE = new RegExp(`^(\\t\\["\\w+", \\w+\\((?:"\\w+"|true|false),)\\s*${STRINGS}`, "gm");

function without_descriptions(path: string): string {
	return tree_file(path.slice(root.length))!.replace(FOR_PEOPLE, "")
		.replace(MADE, '$1 ""');
}

function is_state(label: string): boolean {
	return parse_state(label) !== null;
}

/** for_pages - the plugin; @wanted: the drivers that are in the page */
export function for_pages(wanted: readonly driver[]): Plugin {
	const labels = wanted.map(({ label }) => label);
	const instead = replaced(wanted);

	return {
		name: "for pages",
		setup(build) {
			build.onResolve({ filter: /^node:/ }, ({ path }) =>
				({ path, external: true, sideEffects: false }));
			build.onResolve({ filter: /^\..*\.ts$/ },
				(args) => resolved(instead, args));
			build.onLoad({ filter: /vfio_ap_private\.h\.ts$|@\d+\/[^/]+\.ts$/ },
				({ path }) => driver_text(path, wanted));
			build.onLoad({ filter: /history\/index\.ts$/ }, () =>
				({ contents: registry_for(new Set(labels)), loader: "ts" }));
			build.onLoad({ filter: /lib\/scenario\/[^/]+\.ts$/ },
				({ path }) =>
				({ contents: without_descriptions(path), loader: "ts" }));
			build.onLoad({ filter: /series\/states\.ts$/ }, () =>
				({ contents: states_for(labels.filter(is_state)), loader: "ts" }));
		},
	};
}
