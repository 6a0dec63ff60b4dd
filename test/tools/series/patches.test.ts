// SPDX-License-Identifier: GPL-2.0-only
/*
 * The patches of postings: they lead from the text that the posting was made on to the posting's,
 * each changes the functions that its mail changes and no others, each state compiles, reads like
 * its C and behaves like it.
 */
import { spawnSync } from "node:child_process";
import {
	cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { test } from "tap";
import { agreement, check_file } from "../../../tools/crossread/check.ts";
import { skeleton_of_record, type recorded_driver } from "../../../tools/crossread/recorded.ts";
import { ts_skeleton } from "../../../tools/crossread/ts_skeleton.ts";
import { units_of, type unit } from "../../../tools/diff/text.ts";
import { load_driver } from "../../../tools/lib/lab/loader.ts";
import {
	TEXT_FILES, apply, base_of, diff_of, driver_text, head_of, patched_postings, patches_of,
	posting_of, text_after, type text,
} from "../../../tools/lib/series/patches.ts";
import { parse_state } from "../../../tools/lib/series/states.ts";
import { heads_in } from "../../../tools/lib/texts/origins.ts";
import { find_series } from "../../../tools/lib/texts/series.ts";
import { root } from "../../../tools/lib/texts/tree.ts";
import { check_trace } from "../../../tools/lib/trace/check.ts";
import { read_traces, type trace } from "../../../tools/lib/trace/format.ts";

const POSTINGS = patched_postings();

/* The labels of the texts that a posting's patches make, its own text apart. */
function states_of(series: string): string[] {
	return patches_of(series).slice(0, -1).map(({ n }) => `${series}@${n}`);
}

test("the postings whose patches are here, and how many change the driver", async (t) => {
	t.strictSame(POSTINGS, ["v11", "v12", "v13", "migration-v4"]);
	t.strictSame(POSTINGS.map((label) => patches_of(label).length), [12, 15, 12, 14]);
});

for (const label of POSTINGS) {
	test(`${label}: the base and all patches are the posting, byte for byte`, async (t) => {
		const last = patches_of(label).at(-1)!.n;
		const made = text_after(label, last);

		for (const [file, expected] of driver_text(posting_of(label)))
			t.ok(made.get(file) === expected, file);
	});

	test(`${label}: heads name number, subject, mail and archive`, async (t) => {
		for (const patch of patches_of(label)) {
			const { n, message_id, commit } = find_series(label).patches[patch.n - 1]!;
			const lines = head_of(patch).split("\n");

			t.ok(lines[0]!.startsWith(`Subject: [${label} ${n}] `), lines[0]);
			t.equal(lines[1], `Message-Id: ${message_id}`);
			t.equal(lines[2], `Archive: linux-s390 list, commit ${commit}`);
			t.ok(lines[4]!.length > 20, "what it changes");
		}
	});
}

for (const label of POSTINGS.flatMap(states_of)) {
	test(`${label}: a head names the last patch that changed its function`, async (t) => {
		const { series, n } = parse_state(label)!;
		const patches = find_series(series).patches.slice(0, n);
		let held = 0;

		for (const file of text_after(series, n).keys()) {
			const path = `drivers/s390/crypto/history/${label}/${file}`;
			const c_file = file.replace(/(\.h)?\.ts$/, (_, h?: string) => h ?? ".c");

			for (const [name, head] of heads_in(path)) {
				const last = patches.findLast(({ functions }) =>
					functions[c_file]?.includes(name));

				if (last === undefined)
					continue;
				t.ok(head.includes(`${series} ${last.n} ${last.message_id}`),
					`${name}: ${head}`);
				held++;
			}
		}
		t.ok(held > 0, "there are some");
	});
}

/* Of strings that are no numbers kstrtoul() says so. */
const OF_OTHERS = new Set(["ERANGE"]);

for (const label of [...POSTINGS, ...POSTINGS.flatMap(states_of)]) {
	test(`${label}: comments speak of no errno that the text does not have`, async (t) => {
		const { series, n } = parse_state(label) ?? { series: label, n: Infinity };

		for (const content of text_after(series, n).values()) {
			const comments = content.match(/\/\*[^]*?\*\//g)!.join("\n");
			const code = content.replaceAll(/\/\*[^]*?\*\//g, "");
			const named = new Set(code.match(/\bE[A-Z]{3,}\b/g));
			const spoken = comments.match(/(?<=-)E[A-Z]{3,}\b/g) ?? [];

			t.strictSame(spoken.filter((errno) =>
				!OF_OTHERS.has(errno) && !named.has(errno)), []);
		}
	});
}

/* The functions of a file whose text two states have differently, in the order of the patch. */
function touched(
	before: text, after: text, file: string,
): { changed: string[]; removed: string[] } {
	const functions_in = (of: text): unit[] =>
		units_of(of.get(file) ?? "").filter(({ kind }) => kind === "function");
	const [was, is] = [functions_in(before), functions_in(after)];

	return {
		changed: is.filter(
			(unit) => was.find(({ name }) => name === unit.name)?.text !== unit.text)
			.map(({ name }) => name),
		removed: was.filter((unit) => !is.some(({ name }) => name === unit.name))
			.map(({ name }) => name),
	};
}

for (const label of POSTINGS) {
	test(`${label}: each patch touches the functions of its mail, in its order`, async (t) => {
		let before = driver_text(base_of(label));

		for (const patch of patches_of(label)) {
			const after = apply(before, patch);
			const { functions, removed } = find_series(label).patches[patch.n - 1]!;

			for (const file of TEXT_FILES.filter((name) => !name.endsWith(".h.ts"))) {
				const c_file = file.replace(/ts$/, "c");

				t.strictSame(touched(before, after, file),
					{ changed: functions[c_file] ?? [],
						removed: removed[c_file] ?? [] },
					`${label} ${patch.n} ${file}`);
			}
			before = after;
		}
	});
}

/* A tree in which every state stands where the posting's folder would. */
function materialise(folder: string): void {
	const crypto = readdirSync(join(root, "drivers/s390/crypto"))
		.filter((name) => name.endsWith(".ts"))
		.map((name) => `drivers/s390/crypto/${name}`);

	const worlds = readdirSync(join(root, "drivers")).filter((name) => name !== "s390")
		.map((name) => `drivers/${name}`);

	for (const name of ["include", "node_modules", "drivers/s390/kvm", "drivers/s390/sim",
		...worlds,
		...crypto]) {
		mkdirSync(join(folder, name, ".."), { recursive: true });
		symlinkSync(join(root, name), join(folder, name));
	}
	for (const name of ["package.json", "tsconfig.json"])
		cpSync(join(root, name), join(folder, name));
	for (const state of POSTINGS.flatMap(states_of)) {
		const { series, n } = parse_state(state)!;
		const place = join(folder, "drivers/s390/crypto/history", state);

		mkdirSync(place, { recursive: true });
		for (const [file, content] of text_after(series, n))
			writeFileSync(join(place, file), content);
	}
}

test("each state compiles", async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "series-"));

	materialise(folder);
	writeFileSync(join(folder, "tsconfig.states.json"), JSON.stringify({
		extends: "./tsconfig.json", include: ["drivers/s390/crypto/history/**/*"],
	}));
	/* without what tap has every process load: tsc does not start with that */
	const { status, stdout, stderr } = spawnSync("env", ["-u", "NODE_OPTIONS",
		join(root, "node_modules/.bin/tsc"), "--project", "tsconfig.states.json",
			"--noEmit"],
	{ cwd: folder, encoding: "utf8" });
	rmSync(folder, { recursive: true });
	t.match({ status, stdout, stderr }, { status: 0, stdout: "", stderr: "" });
});

test("what does not build as C is said in the text", async (t) => {
	const marked = POSTINGS.flatMap((label) => states_of(label)).filter((state) => {
		const { series, n } = parse_state(state)!;

		return [...text_after(series, n).values()]
			.some((content) => content.includes("does not build"));
	});

	t.strictSame(marked, ["v12@4", "v12@14", "migration-v4@4"]);
});

interface recorded_state extends Omit<recorded_driver, "driver"> {
	state: string;
}

function lines_of(path: string): string[] {
	const file = new URL(`../../${path}`, import.meta.url);

	return gunzipSync(readFileSync(file)).toString("utf8").trimEnd().split("\n");
}

/* "vfio_ap_ops.ts" of "vfio_ap_ops.c", "vfio_ap_private.h.ts" of "vfio_ap_private.h" */
function port_of(c_file: string): string {
	return `${c_file.replace(/\.c$/, "")}.ts`;
}

for (const label of POSTINGS) {
	test(`${label}: the states read like their C`, async (t) => {
		const records = lines_of(`skeletons/series/${label}.jsonl.gz`)
			.map((line) => JSON.parse(line) as recorded_state);

		t.strictSame(records.map(({ state }) => state),
			patches_of(label).map(({ n }) => `${label}@${n}`));
		for (const { state, files, conditions } of records) {
			const { n } = parse_state(state)!;
			const bad: unknown[] = [];

			for (const [c_file, c] of skeleton_of_record(
					{ driver: state, files, conditions }).files) {
				const port = text_after(label, n).get(port_of(c_file))!;
				const { functions, findings } =
					check_file(c_file, c, await ts_skeleton(port));

				bad.push(...functions.filter((fn) => agreement(fn) < 100)
					.map(({ name }) => name),
					...findings.filter(({ reason }) => reason === null));
			}
			t.strictSame(bad, [], state);
		}
	});

}

function traces_in(path: string): trace[] {
	return [...read_traces(new URL(`../../traces/${path}`, import.meta.url).pathname)];
}

/*
 * Of migration-v4 the C of vfio_ap_ops.c was recorded wherever a patch changes it, with a stand-in
 * for what it calls of vfio_ap_migration.c.
 */
for (const label of POSTINGS) {
	test(`${label}: the states behave like their C`, async (t) => {
		for (const trace of traces_in(`series/${label}.jsonl.gz`)) {
			await load_driver(trace.header.driver);
			t.strictSame(check_trace(trace).divergences, [],
				`line ${trace.line}: ${trace.header.driver}`);
		}
	});
}

/* Recordings that do none of these, each an operation's name or its first words. */
function without(traces: readonly trace[], ...what: string[]): trace[] {
	return traces.filter(({ ops }) => !ops.some(({ op }) =>
		what.some((words) => `${op.join(" ")} `.startsWith(`${words} `))));
}

/*
 * The C was recorded before the series and behind it. What a recording does not get to is all that
 * is different in a state.
 */
test("migration-v4: the first and the last states behave like the C around them", async (t) => {
	const before = readdirSync(new URL("../../traces/v7.1", import.meta.url))
		.flatMap((name) => traces_in(`v7.1/${name}`));
	const behind = readdirSync(new URL("../../traces/migration-v4", import.meta.url))
		.flatMap((name) => traces_in(`migration-v4/${name}`));
	const features = "read matrix features";	/* 14/15 */
	const size = "mig_size";			/* 13/15 */
	const recorded: [string, trace[]][] = [
		["migration-v4@1", before], ["migration-v4@2", before],
		["migration-v4@9", without(behind, features, size, "mig_state")],
		["migration-v4@12", without(behind, features, size)],
		["migration-v4@13", without(behind, features)],
	];

	for (const [state, traces] of recorded) {
		await load_driver(state);
		t.ok(traces.length > 10, `${state}: ${traces.length} recordings`);
		for (const trace of traces)
			t.strictSame(check_trace(trace, state).divergences, [],
				`${state}, line ${trace.line} of ${trace.header.driver}`);
	}
});

test("a patch that the diff of another text would fit does not apply", async (t) => {
	const [first, second] = patches_of("v13");

	t.throws(() => apply(driver_text(base_of("v13")), second!),
		/does not apply to vfio_ap_\w+/);
	t.match(diff_of(first!), /^--- a\/drivers\/s390\/crypto\/vfio_ap_ops\.ts\n/);
	t.strictSame([...apply(driver_text(base_of("v13")), first!).keys()],
		TEXT_FILES.filter((name) => name !== "vfio_ap_migration.ts"));
});
