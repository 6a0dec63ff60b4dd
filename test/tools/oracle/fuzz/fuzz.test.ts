// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traces that are made up: always the same for a seed, of what their profile says, and compared
 * with the C where that is there.
 */
import { test } from "tap";
import { load_driver } from "../../../../tools/lib/lab/loader.ts";
import { operation_fault } from "../../../../tools/lib/trace/operations.ts";
import {
	first_divergence, input_of, type fuzz_trace,
} from "../../../../tools/oracle/fuzz/compare.ts";
import { fuzz, make_trace, type fuzz_finding } from "../../../../tools/oracle/fuzz/fuzz.ts";
import { profiles, profiles_for } from "../../../../tools/oracle/fuzz/profiles.ts";
import { random } from "../../../../tools/oracle/fuzz/random.ts";
import { shrink } from "../../../../tools/oracle/fuzz/shrink.ts";
import { main } from "../../../../tools/oracle/main.ts";
import { mutant_of } from "../../explore/mutant.ts";
import { output_of } from "../../output_of.ts";
import { real_oracle } from "../real_source.ts";

const driver = await load_driver("v6.12");
const migrating = await load_driver("migration-v4");
const real = await real_oracle("v6.12");
const real_migrating = await real_oracle("migration-v4");

test("random: a seed's numbers are in range, and each comes up", async (t) => {
	const rnd = new random(7);
	const seen = new Set(Array.from({ length: 400 }, () => rnd.between(3, 9)));

	t.same([...seen].sort(), [3, 4, 5, 6, 7, 8, 9]);
	t.notSame(new random(1).word(), new random(2).word());
});

for (const [name, { migrates }] of profiles) {
	test(`${name}: operations that a trace may have, the same for a seed`, async (t) => {
		const which = migrates ? migrating : driver;

		for (const seed of [1, 2, 3]) {
			const trace = make_trace(which, name, seed);
			const known = trace.ops.filter(([op]) => op !== "fail_nth" &&
				op !== "ioctl");

			t.same(known.map((op) => operation_fault(op)), known.map(() => null));
			t.equal(input_of(make_trace(which, name, seed)), input_of(trace));
			t.equal(trace.lines.length, trace.ops.length);
		}
	});
}

test("migrations reach streams, errors of them, and what memory is watched for", async (t) => {
	/* another thread's lock that the driver let go of is rare */
	const counts = { migrate: 20, resume: 20, beside: 60, migalloc: 20 };
	const lines = Object.entries(counts).flatMap(([name, length]) =>
		Array.from({ length }, (_, seed) => make_trace(migrating, name, seed).lines))
		.flat();
	const some = (what: RegExp) => t.ok(lines.some((line) => what.test(line)), `${what}`);

	some(/^\{"op":\["mig_read".*"rc":[1-9]/);
	some(/^\{"op":\["mig_write".*"rc":[1-9].*\["apcb"/);
	some(/"crash":"fault"/);
	for (const errno of [-2, -5, -6, -9, -12, -14, -19, -22])
		some(new RegExp(`^\\{"op":\\["mig_.*"rc":${errno},?`));
	some(/\["other","m- not held"\]/);
	some(/\["mid",0/);
});

test("fail_nth: the driver's own allocation fails, no other", async (t) => {
	const rcs = new Set(
		Array.from({ length: 60 }, (_, seed) => make_trace(driver, "alloc", seed))
		.flatMap(({ lines }) =>
			lines.filter((_, i) => lines[i - 1]?.includes('["fail_nth",1]')))
		.filter((line) => line.includes('"rc":-12'))
		.map((line) => /^\{"op":\["(\w+)/.exec(line)![1]));

	t.same([...rcs].sort(), ["bind", "create", "write"]);
});

test("first_divergence: the field that differs, not the order of members", async (t) => {
	const line = '{"op":["create","m0"],"rc":0,"st":{"m0":null,"m1":null}}';

	t.equal(first_divergence([line],
		['{"op":["create","m0"],"rc":0,"st":{"m1":null,"m0":null}}']), null);
	t.match(first_divergence([line, line], [line, line.replace('"rc":0', '"rc":-5')]),
		{ at: 1, field: "rc" });
	t.match(first_divergence([line], [line, line]), { at: 1, field: "crash" });
});

/* A machine on which the 2nd reset after an open of m1 differs, if the host has adapter 5. */
function broken({ header, ops }: fuzz_trace) {
	let resets = -1;

	for (const [at, op] of ops.entries()) {
		if (op[0] === "open" && op[1] === "m1")
			resets = 0;
		else if (op[0] === "reset" && resets >= 0 && ++resets === 2 &&
			header.host.apm.includes(5))
			return { at, field: "rc", port: "", c: "" };
	}
	return null;
}

test("shrink: nothing is left that does not matter", async (t) => {
	const ops = Array.from({ length: 60 }, (_, i): fuzz_trace["ops"][number] =>
		i === 0 ? ["init"] : i % 7 === 3 ? ["open", `m${i % 3}`] : i % 4 === 0
			? ["reset", "m0"] : ["bind", "04.0004"]);
	const trace: fuzz_trace = {
		header: {
			trace: 1, driver: "v6.12", apmask: [1, 2], aqmask: [3],
			host: {
				apxa: 1, na: 9, nd: 9, apm: [3, 4, 5, 6], aqm: [1, 2, 3], adm: [4],
				old: [6],
			},
		},
		ops,
	};
	const [short, how] = await shrink(trace, broken(trace)!,
		async (traces) => traces.map(broken));

	t.same(short.ops, [["init"], ["open", "m1"], ["reset", "m0"], ["reset", "m0"]]);
	t.same(short.header.host, { apxa: 1, na: 9, nd: 9, apm: [5], aqm: [], adm: [], old: [] });
	t.same([short.header.apmask, short.header.aqmask, how.at], [[], [], 3]);
});

async function findings_of(
	which: typeof driver, names: string[], ops: number, real_c = real,
): Promise<fuzz_finding[]> {
	const found: fuzz_finding[] = [];

	if (real_c.skip === false)
		await fuzz({
			driver: which, program: real_c.oracle.program, seed: 1, names,
			until: (done) => done.ops >= ops,
			on_finding: (finding) => found.push(finding) < 1,
			on_progress: () => {},
		});
	return found;
}

test("the port does what the C does", { skip: real.skip, timeout: 60_000 }, async (t) => {
	t.same(await findings_of(driver, profiles_for(false), 20_000), []);
});

test("the port of the migration does what its C does",
	{ skip: real_migrating.skip, timeout: 60_000 }, async (t) => {
		t.same(await findings_of(migrating, profiles_for(true), 10_000,
			real_migrating), []);
	});

test("--coverage: lines of the C that were executed", { skip: real.skip }, async (t) => {
	const { code, out } = await output_of(t, () => main([
		"fuzz", "--driver", "v6.12", "--ops", "60", "--seed", "1", "--coverage",
	]));

	t.equal(code, 0);
	t.match(out, /^vfio_ap_ops\.c: [1-9]\d+ of \d+ lines executed/m);
});

test("a driver that is not the C's is found, by a short trace", { skip: real.skip }, async (t) => {
	const { driver: mutant } = await mutant_of(t, [["hash_del(q.mdev_qnode);", ""]]);
	const [finding] = await findings_of(mutant, ["mix"], 100_000);

	t.ok(finding);
	t.ok(finding!.trace.ops.length <= 8, `${finding!.trace.ops.length} operations`);
	t.ok(finding!.divergence.c.includes('"rc":'));
});
