// SPDX-License-Identifier: GPL-2.0-only
/*
 * The habits of the house that no compiler knows. Each message says how to mend.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, extname, join, normalize } from "node:path";
import { parse, type Token } from "acorn";
import { test, type Test } from "tap";
import { commands } from "../tools/commands.ts";
import { javascript } from "../tools/lib/texts/javascript.ts";

const TOP = new URL("../", import.meta.url).pathname;

function git(...args: string[]): string[] {
	const options = { cwd: TOP, encoding: "utf8", maxBuffer: 1 << 26 } as const;

	return execFileSync("git", args, options).split("\n").filter((line) => line !== "");
}

const is_checkout = existsSync(`${TOP}.git`);
const files = is_checkout ? git("ls-files").filter((file) => existsSync(TOP + file)) : [];
const skip = is_checkout ? false : "needs a clone with git";

function text_of(file: string): string {
	return readFileSync(TOP + file, "utf8");
}

/* What a file imports from the tree, types left out: they are gone when it runs. */
function imports_of(file: string): string[] {
	const found = text_of(file)
		.matchAll(/^(?:import|export)(?! type) (?:[^"';]*? from )?"(\.[^"]+)"/gm);

	return [...found].map(([, to]) => normalize(join(dirname(file), to!)));
}

test("every source file says its licence", { skip }, async (t) => {
	const sources = files.filter((file) =>
		[".ts", ".mjs", ".js", ".css", ".c", ".h", ".scn", ".lit"].includes(extname(file)));
	const silent = sources.filter((file) =>
		!text_of(file).slice(0, 400).includes("SPDX-License-Identifier:"));

	t.strictSame(silent, [], "put an SPDX-License-Identifier line at the head of these");
});

const COLUMNS = 100;
const TAB = 8;

/* A literal of so many characters stays whole, so that a text can be searched for. */
const WHOLE = 40;

function columns(line: string): number {
	let column = 0;

	for (const character of line)
		column = character === "\t" ? column + TAB - column % TAB : column + 1;
	return column;
}

/* The lines on which a long string, a template or a regular expression stands; 1-based. */
function lines_of_literals(source: string): Set<number> {
	const found = new Set<number>();
	const tokens: Token[] = [];

	parse(source, {
		ecmaVersion: "latest", sourceType: "module", locations: true, onToken: tokens,
		allowHashBang: true,
	});
	for (const { type, start, end, loc } of tokens)
		if (type.label === "template" || type.label === "`" ||
		    end - start >= WHOLE && ["string", "regexp"].includes(type.label))
			for (let line = loc!.start.line; line <= loc!.end.line; line++)
				found.add(line);
	return found;
}

/* What follows a C file. */
const is_port = (file: string): boolean =>
	/^drivers\/(?:v[\d.]+\/)?s390\/(?:crypto|kvm)\//.test(file);

/* C has each of these on a line of its own, which breaks nowhere: so does a port. */
const ONE_LINE_IN_C = [
	/^\t+for \(const \w+ of list_for_each_entry(?:_safe)?<\w+>\([\w.]+, "\w+"\)\) \{$/,
	/^\t+mutex_init\(matrix_dev\.guests_lock, "matrix_dev->guests_lock"\);$/,
	/^\t+memcpy\(matrix_dev\.config_info_prev, matrix_dev\.config_info\);$/,
];

function too_wide(file: string): string[] {
	const text = text_of(file);
	const may_be = is_port(file) ? ONE_LINE_IN_C : [];
	const wide = text.split("\n").flatMap((line, i) =>
		columns(line) > COLUMNS && !may_be.some((re) => re.test(line)) ? [i + 1] : []);

	if (wide.length === 0)
		return [];
	const may = lines_of_literals(javascript(text, file));

	return wide.filter((line) => !may.has(line)).map((line) => `${file}:${line}`);
}

test("lines of code end within 100 columns", { skip }, async (t) => {
	const sources = files.filter((file) => /\.(?:ts|mjs)$/.test(file));

	t.strictSame(sources.flatMap(too_wide), [],
		"break these at 100 columns, a tab being 8; in a port where C breaks them");
});

test("the map of the reader of mails names each of its files", { skip }, async (t) => {
	const ROOM = "tools/lib/mail/";
	const named = [...text_of(`${ROOM}README.md`).matchAll(/`(\w+\.ts)`/g)]
		.map(([, name]) => name!);
	const there = files.filter((file) => /^tools\/lib\/mail\/(?:\w+\/)?\w+\.ts$/.test(file))
		.map((file) => file.slice(file.lastIndexOf("/") + 1));
	const passed = new Set(named);

	t.strictSame(there.filter((file) => !passed.has(file)), [],
		`say in ${ROOM}README.md what these do, in the room where a mail passes them`);
	t.strictSame([...passed].filter((name) => !there.includes(name)), [],
		`${ROOM}README.md: these are gone`);
});

/* The first cycle that is reached from a file, or null. */
function cycle_from(
	file: string, graph: Map<string, string[]>, way: string[], done: Set<string>,
): string[] | null {
	if (way.includes(file))
		return [...way.slice(way.indexOf(file)), file];
	if (done.has(file))
		return null;
	done.add(file);
	for (const to of graph.get(file) ?? []) {
		const cycle = cycle_from(to, graph, [...way, file], done);

		if (cycle !== null)
			return cycle;
	}
	return null;
}

const tools = files.filter((file) => /^tools\/.*\.ts$/.test(file));

test("no file of tools/ imports itself by way of others", { skip }, async (t) => {
	const graph = new Map(tools.map((file) => [file, imports_of(file)]));
	const done = new Set<string>();

	const cycles = tools.map((file) => cycle_from(file, graph, [], done)?.join(" -> "))
		.filter((cycle) => cycle !== undefined);

	t.strictSame(cycles, [], "move what both need to a file of its own");
});

/* What knip says, a line for each file or export, with its place. */
function unused(t: Test, ...options: string[]): string[] {
	const { status, stdout, stderr } = spawnSync("npx", ["knip", "--no-progress",
		"--no-config-hints",
		"--include", "files,exports,types", "--reporter", "compact", ...options],
	{ cwd: TOP, encoding: "utf8" });

	t.ok(status === 0 || status === 1, stderr);
	return stdout.split("\n").filter((line) => line !== "");
}

test("no file and no export without a user", { skip }, async (t) => {
	t.strictSame(unused(t), [], "delete the file, take the word export away, or name in " +
		"knip.json what is started by its name");
});

test("what the tests alone use is theirs", { skip }, async (t) => {
	const folder = t.testdir({ "knip.json": JSON.stringify({
		...JSON.parse(text_of("knip.json")), ignoreExportsUsedInFile: true,
	}) });

	t.strictSame(unused(t, "--production", "--config", `${folder}/knip.json`), [],
		"move these to the tests");
});

test("the library imports no command", { skip }, async (t) => {
	const wrong = tools.filter((file) => file.startsWith("tools/lib/")).flatMap((file) =>
		imports_of(file).filter((to) => to.startsWith("tools/") &&
			!to.startsWith("tools/lib/"))
			.map((to) => `${file} -> ${to}`));

	t.strictSame(wrong, [], "move what is shared to tools/lib/");
});

test("tests have one idiom", { skip }, async (t) => {
	const tests = files.filter((it) => it.endsWith(".test.ts"));
	const with_text = (re: RegExp): string[] => tests.filter((file) => re.test(text_of(file)));

	t.strictSame(with_text(/^\s*t\.end\(\);$/m), [],
		"make the functions async, leave t.end() out");
	t.strictSame(with_text(/^import t\b/m), [], 'import { test } from "tap"');
	t.strictSame(with_text(/^(?:void |t\.)test\(/m), [], "test(...) is enough");
});

/* What test/runs takes together, .taprc leaves out, and nothing else. */
test("each file of tests is run once", { skip }, async (t) => {
	const list = execFileSync("npx", ["tap", "list"], { cwd: TOP, encoding: "utf8" }).trim()
		.split("\n");
	const runs = list.filter((file) => file.startsWith("test/runs/"));
	const alone = new Set(list.filter((file) => !runs.includes(file)));
	const folders = runs.flatMap((file) =>
		[.../\(\[([^\]]*)\]/.exec(text_of(file))![1]!.matchAll(/"([^"]+)"/g)]
			.map(([, folder]) => `test/${folder}/`));
	const tests = files.filter((file) => file.endsWith(".test.ts"));
	const missed = tests.filter((file) => !alone.has(file) &&
		!folders.some((it) => file.startsWith(it)));
	const twice = tests.filter((file) => alone.has(file) &&
		folders.some((it) => file.startsWith(it)) &&
		!runs.some((run) => text_of(run).includes(`"${file.slice("test/".length)}"`)));

	t.strictSame([missed, twice], [[], []],
		"name the folder in .taprc and in a file of test/runs, or in neither");
});

test("no test reads what is not in the tree", { skip }, async (t) => {
	const tests = files.filter((file) => /^test\/.*\.ts$/.test(file));
	const outside = tests.filter((file) => text_of(file).includes("../" + "shared/"));

	t.strictSame(outside, [], "put an input of our own wording into test/");
});

test("no commit is called work in progress", { skip }, async (t) => {
	/* subjects of commits that are published already */
	const known = ["tools: explore: WIP: a graph shared by walkers"];
	const wrong = git("log", "--format=%s").filter((subject) =>
		/\bWIP\b|^(?:fixup|squash)!/.test(subject) && !known.includes(subject));

	t.strictSame(wrong, [], "git rebase -i, reword these");
});

const pages = files.filter((file) => file.endsWith(".md"));

/* Tables, addresses, command lines and what stands in a fence are as wide as they are. */
test("lines of the documentation end within 140 columns", { skip }, async (t) => {
	const wide = pages.flatMap((file) => {
		const prose = text_of(file).replace(/^```[^]*?^```$/gm, (fence) =>
			fence.replace(/.+/g, ""));

		return prose.split("\n").flatMap((line, i) => line.length > 140 &&
			!/^\||https?:\S{80}|^`[^`]+`\.?$/.test(line) ? [`${file}:${i + 1}`] : []);
	});

	t.strictSame(wide, [], "break these at 140 columns");
});

test("links of the documentation lead somewhere", { skip }, async (t) => {
	const wrong = pages.flatMap((file) => {
		const prose = text_of(file).replace(/^```[^]*?^```$/gm, "")
			.replace(/`[^`\n]*`/g, "");

		return [...prose.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, to]) => to!)
			.filter((to) => !/^[a-z]+:/.test(to) &&
				!existsSync(join(TOP, dirname(file), to)))
			.map((to) => `${file}: ${to}`);
	});

	t.strictSame(wrong, [], "nothing is there");
});

test("command lines of the documentation name commands", { skip }, async (t) => {
	const wrong = pages.flatMap((file) =>
		[...text_of(file).matchAll(/\.\/tools\/vfio-ap ([a-z]+)/g)].map(([, name]) => name!)
			.filter((name) => !commands.has(name) && name !== "help")
			.map((name) => `${file}: ${name}`));

	t.strictSame(wrong, [], "there is no such command");
});
