// SPDX-License-Identifier: GPL-2.0-only
/*
 * A posting is a whole text, and only that: what repeats between texts, and who
 * may speak to whom, is checked here.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { test, type Test } from "tap";
import {
	driver_by_label, drivers, ported, type driver,
} from "../../../../../drivers/s390/crypto/history/index.ts";
import { read_recorded } from "../../../../../tools/crossread/recorded.ts";
import { DRIVER_FILES, driver_file } from "../../../../../tools/diff/compare.ts";
import { units_of, type unit } from "../../../../../tools/diff/text.ts";
import { base_of, patched_postings } from "../../../../../tools/lib/series/patches.ts";

const ROOT = fileURLToPath(new URL("../../../../../", import.meta.url));
const POSTINGS = join(ROOT, "drivers/s390/crypto/history");

/* What stands around the drivers; the debug area's header belongs to all of them. */
const WORLD = [
	"include/", "drivers/base/", "drivers/vfio/", "drivers/s390/kvm/",
	"drivers/s390/crypto/ap_bus.h.ts", "drivers/s390/crypto/vfio_ap_debug.h.ts",
	"drivers/v5.", "drivers/v6.", "drivers/v7.",
];

const postings = drivers.filter(({ path }) => path !== "drivers/s390/crypto");

/* The files that a file imports, from the top of the tree. */
function imports_of(path: string, text: string): string[] {
	return [...text.matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, what]) =>
		what!.startsWith("#") ? `include/${what!.slice(1)}.ts`
			: relative(ROOT, resolve(ROOT, dirname(path), what!)));
}

const known_units = new Map<string, unit[]>();

function units(driver: driver, file: string): unit[] {
	const name = `${driver.label}/${file}`;
	const found = known_units.get(name) ?? units_of(driver_file(driver, file));

	known_units.set(name, found);
	return found;
}

function names(of: { name: string }[]): string[] {
	return of.map(({ name }) => name);
}

test("fence: a posting is its files, and every folder is a driver's", async (t) => {
	const folders = readdirSync(POSTINGS, { withFileTypes: true })
		.filter((entry) => entry.isDirectory());

	t.strictSame(new Set(names(folders)), new Set(postings.map(({ label }) => label)));
	for (const { label, path } of postings)
		t.strictSame(readdirSync(join(ROOT, path)).filter((file) => file.endsWith(".ts"))
			.toSorted(),
			DRIVER_FILES.filter((file) => existsSync(join(ROOT, path, file)))
				.toSorted(), label);
});

test("fence: a file's head says which text it is, and a line where C's own includes end",
		async (t) => {
	/* The design of 2017 mirrors no C. */
	for (const driver of drivers.filter(({ forwards }) => !forwards)) {
		for (const file of DRIVER_FILES) {
			const text = driver_file(driver, file);

			if (text === "")
				continue;
			const c_file = file.replace(/\.ts$/, "").replace(/^(?!.*\.h$).*$/, "$&.c");
			const head = text.slice(0, text.indexOf("\nimport "));

			t.match(head, ` * C: drivers/s390/crypto/${c_file}, `,
				`${driver.path}/${file}`);
			t.equal(text.split("\n/* not in C's list: */\nimport ").length, 2,
				`${driver.path}/${file}: /* not in C's list: */ behind the imports that C includes`);
		}
	}
});

test("fence: a driver imports its own text and the world, never another driver", async (t) => {
	for (const driver of drivers) {
		for (const file of DRIVER_FILES) {
			const path = `${driver.path}/${file}`;
			const own = DRIVER_FILES.map((f) => `${driver.path}/${f}`);

			for (const imported of imports_of(path, driver_file(driver, file))) {
				const may = own.includes(imported) ||
					WORLD.some((place) => imported.startsWith(place));

				t.ok(may, `${path} imports ${imported}`);
				t.ok(existsSync(join(ROOT, imported)), imported);
			}
		}
	}
});

test("fence: nothing in the kernel but the registry imports a posting", async (t) => {
	const of_a_posting = (path: string): boolean =>
		postings.some((posting) => path.startsWith(`${posting.path}/`));
	const files = ["drivers", "include"].flatMap((folder) =>
		readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
			.map((name) => join(folder, name)));

	for (const path of files.filter((file) => file.endsWith(".ts") && !of_a_posting(file))) {
		const imports = imports_of(path, readFileSync(join(ROOT, path), "utf8"));

		if (path !== "drivers/s390/crypto/history/index.ts")
			t.strictSame(imports.filter(of_a_posting), [], path);
	}
});

/* The names two texts share, each text's in its order. */
function shared(before: string[], after: string[]): [was: string[], is: string[]] {
	return [before.filter((n) => after.includes(n)), after.filter((n) => before.includes(n))];
}

test("fence: shared functions stand in the predecessor's order, unless C moved them", async (t) => {
	const moved: string[] = [];

	for (const now of ported.filter(({ predecessor }) => predecessor !== null)) {
		const old = driver_by_label(now.predecessor!)!;
		const c = await Promise.all([old, now].map(({ label }) =>
			read_recorded(join(ROOT, `test/skeletons/${label}.json`))));

		for (const file of DRIVER_FILES) {
			const [was, is] = shared(names(units(old, file)), names(units(now, file)));
			const c_file = file.replace(/\.ts$/, ".c");
			const [c_was, c_is] = shared(...c.map(({ files }) =>
				names(files.get(c_file) ?? [])) as [string[], string[]]);

			if (c_was.every((name, i) => name === c_is[i])) {
				t.strictSame(is, was, `${now.label} ${file}`);
				continue;
			}
			moved.push(`${now.label} ${file}`);
			const [in_c, in_the_port] = shared(c_is, is);

			t.strictSame(in_the_port, in_c, `${now.label} ${file}: moved as in C`);
		}
	}
	t.strictSame(moved, ["v15 vfio_ap_ops.ts"]);
});

/* The texts that a driver comes from, back to one. */
function from_to(first: string, last: driver): driver[] {
	const { predecessor } = last;

	if (predecessor === null)
		throw new Error(`${last.label} does not come from ${first}`);
	return [...(predecessor === first ? [] : from_to(first, driver_by_label(predecessor)!)),
		driver_by_label(predecessor)!];
}

function same_tokens(t: Test, of: unit, driver: driver, file: string, what: string): void {
	const other = units(driver, file).find(({ name }) => name === of.name);

	t.equal(of.tokens.join(" "), other?.tokens.join(" "),
		`${what} ${of.name}: as in ${driver.label}`);
}

test("fence: what is said to be unchanged is, token by token", async (t) => {
	let claims = 0;

	for (const driver of drivers) {
		const own_base = patched_postings().includes(driver.label)
			? base_of(driver.label) : undefined;

		for (const file of DRIVER_FILES) {
			for (const unit of units(driver, file)) {
				const since = /\n \* Unchanged since: (\S+)\n/.exec(unit.text)?.[1];
				const of_base = own_base !== undefined &&
					unit.text.includes(`, ${own_base.id}\n`);
				const as_in = /\n \* As in: (\S+)\n/.exec(unit.text)?.[1];
				const others = since !== undefined ? from_to(since, driver)
					: of_base ? [own_base]
					: as_in !== undefined ? [driver_by_label(as_in)!] : [];

				claims += others.length;
				for (const other of others)
					same_tokens(t, unit, other, file, driver.label);
			}
		}
	}
	t.ok(claims > 60, `${claims} claims`);
});

test("fence: what a posting has not changed, it says so", async (t) => {
	for (const now of postings.filter((d) => d.predecessor !== null && !d.without_c)) {
		for (const file of DRIVER_FILES) {
			const before = new Map(units(driver_by_label(now.predecessor!)!, file)
				.map((u) => [u.name, u.tokens.join(" ")]));
			const same = units(now, file).filter((u) => u.kind === "function" &&
				before.get(u.name) === u.tokens.join(" "));
			const silent = same.filter((u) =>
				!/\n \* Unchanged since|, Linux (?:5\.9|7\.1)\n/.test(u.text));

			t.strictSame(names(silent), [], `${now.label} ${file}`);
		}
	}
});
