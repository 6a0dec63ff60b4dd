// SPDX-License-Identifier: GPL-2.0-only
/*
 * How good the fuzzer is: each function of vfio_ap_ops.ts is broken once, by the mutator of
 * crossread's tests, and looked for. No test, it takes minutes:
 *
 *	LINUX_SOURCE=... node --import ./tools/sources.mjs test/tools/oracle/mutation.ts \
 *		[SEED [SECONDS [FUNCTION...]]]
 *
 * A mutant that behaves as the port does is none: equivalent.ts says which are, and why, and
 * another is taken. What was not found is printed to be judged.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { driver_by_label, type driver_module } from "../../../drivers/s390/crypto/history/index.ts";
import { load_driver } from "../../../tools/lib/lab/loader.ts";
import { loader_args } from "../../../tools/lib/texts/tree.ts";
import { ts_skeleton } from "../../../tools/crossread/ts_skeleton.ts";
import { fuzz, type fuzz_finding } from "../../../tools/oracle/fuzz/fuzz.ts";
import { profiles_for } from "../../../tools/oracle/fuzz/profiles.ts";
import { random } from "../../../tools/oracle/fuzz/random.ts";
import { mutants_of, type mutant } from "../crossread/mutants.ts";
import { unreached, why_equivalent } from "./equivalent.ts";
import { real_oracle } from "./real_source.ts";

const CRYPTO = new URL("../../../drivers/s390/crypto/", import.meta.url);
const HERE = fileURLToPath(new URL("./", import.meta.url));
const FILES = ["vfio_ap_drv.ts", "vfio_ap_ops.ts", "vfio_ap_private.h.ts", "vfio_ap_debug.h.ts"];
/* Nothing of a label is left when the text runs. */
const NOT_CODE = ["drop a label"];

interface place {
	name: string;
	first: number;
	lines: string[];
}

const OPS = readFileSync(new URL("vfio_ap_ops.ts", CRYPTO), "utf8");

async function functions_of(text: string): Promise<place[]> {
	const lines = text.split("\n");
	const { functions } = await ts_skeleton(text);

	return functions.map(({ name, line, last_line }) =>
		({ name, first: line - 1, lines: lines.slice(line - 1, last_line) }));
}

function with_mutant({ first, lines }: place, { lines: changed }: mutant): string {
	const all = OPS.split("\n");

	all.splice(first, lines.length, ...changed);
	return all.join("\n");
}

function with_imports(text: string): string {
	return text.replace(/from "(\.\.?\/[^"]+)"/g, (whole, path: string) =>
		FILES.includes(path.slice(2)) ? whole : `from "${new URL(path, CRYPTO).href}"`);
}

async function load_mutant(folder: string, text: string) {
	for (const file of FILES)
		writeFileSync(join(folder, file), with_imports(
			file === "vfio_ap_ops.ts"
				? text : readFileSync(new URL(file, CRYPTO), "utf8")));
	const url = pathToFileURL(join(folder, "vfio_ap_drv.ts")).href;

	return await load_driver({
		...driver_by_label("v6.12")!, label: "mutant",
		load: () => import(url) as Promise<driver_module>,
	});
}

/* "found after ..." or how it was missed; a text that does not run at all is found at once. */
async function look_for(program: string, text: string, seconds: number): Promise<string> {
	const folder = mkdtempSync(join(HERE, ".mutant-"));
	const begin = performance.now();
	const passed = (): number => (performance.now() - begin) / 1000;
	let found: fuzz_finding | null = null;

	try {
		const totals = await fuzz({
			driver: await load_mutant(folder, text), program, seed: 1,
			names: profiles_for(false),
			until: () => passed() > seconds,
			on_finding: (finding) => (found = finding) === null,
			on_progress: () => process.stderr.write("."),
		});

		return found === null ? `MISSED in ${totals.ops} operations`
			: `found after ${passed().toFixed(1)} s`;
	} catch (error) {
		return `found after ${passed().toFixed(1)} s: ${String(error).split("\n", 1)[0]}`;
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/*
 * In a process of its own, since a mutant may loop for ever: so it is found, too, if it never comes
 * to the end of a batch. One that does so, and is not through in time, is slow, no more.
 */
function look_in_process(text: string, seconds: number): string {
	const begin = performance.now();
	const { status, stdout, stderr } = spawnSync(process.execPath,
		[...loader_args(), fileURLToPath(import.meta.url), ONE, String(seconds)],
		{ input: text, encoding: "utf8", timeout: (seconds + 45) * 1000 });
	if (status !== null && status !== 0)
		throw new Error(`exit status ${status}: ${stderr}`);
	const took = ((performance.now() - begin) / 1000).toFixed(1);

	return stdout.trimEnd() ||
		(stderr.startsWith(".") ? `MISSED in ${took} s, and not through` :
		`found after ${took} s: it loops for ever`);
}

const ONE = "--one";
const [seed = "1", seconds = "60", ...names] = process.argv.slice(2);
const real = await real_oracle("v6.12");

if (real.skip !== false)
	throw new Error(real.skip);
if (seed === ONE)
	console.log(await look_for(real.oracle.program, readFileSync(0, "utf8"), Number(seconds)));
else
	await try_all(Number(seed), Number(seconds));

async function try_all(first: number, limit: number): Promise<void> {
	const rnd = new random(first);
	let tried = 0, missed = 0;

	console.log(`nothing changed: ${look_in_process(OPS, 5)}`);
	for (const place of await functions_of(OPS)) {
		const mutant = mutant_of(place, rnd);

		if (mutant === null || (names.length > 0 && !names.includes(place.name)))
			continue;
		const how = look_in_process(with_mutant(place, mutant), limit);

		tried++;
		missed += Number(how.startsWith("MISSED"));
		console.log(`${place.name}: ${mutant.how} in "${place.lines[mutant.row].trim()}": ${how}`);
	}
	for (const [name, why] of unreached)
		console.log(`${name}: left out, ${why}`);
	console.log(`${tried} functions, ${tried - missed} found (${(100 * (tried - missed) / tried).toFixed(1)} %)`);
}

/* One that can be told from the port, by chance. */
function mutant_of({ name, lines }: place, rnd: random): mutant | null {
	const mutants = unreached.has(name) ? [] : mutants_of(lines).filter((it) =>
		!NOT_CODE.includes(it.how) && why_equivalent(name, lines, it) === null);

	return mutants.length === 0 ? null : rnd.pick(mutants);
}
