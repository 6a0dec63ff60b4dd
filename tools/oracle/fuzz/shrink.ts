// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes a trace on which port and C differ as short as it goes while the same thing differs.
 */
import type { divergence, fuzz_trace } from "./compare.ts";

/** Plays some traces on both, all at once. */
type test = (traces: fuzz_trace[]) => Promise<(divergence | null)[]>;

/** Makes a trace smaller: without the part of a list that begins at @from. */
type cut = (trace: fuzz_trace, from: number, size: number) => fuzz_trace;

/* The parts of a trace that can be left out, and how many there are. */
const MASKS = ["apmask", "aqmask"] as const;
const HOST = ["apm", "aqm", "adm", "old"] as const;

function without<T>(list: readonly T[], from: number, size: number): T[] {
	return [...list.slice(0, from), ...list.slice(from + size)];
}

const CUTS: [length: (trace: fuzz_trace) => number, cut: cut][] = [
	/* the first operation, "init", stays */
	[({ ops }) => ops.length - 1,
		(trace, from, size) => ({ ...trace, ops: without(trace.ops, from + 1, size) })],
	...MASKS.map((name): [(trace: fuzz_trace) => number, cut] => [
		({ header }) => header[name].length,
		({ header, ops }, from,
			size) => ({ header: {
				...header, [name]: without(header[name], from, size),
			}, ops }),
	]),
	...HOST.map((name): [(trace: fuzz_trace) => number, cut] => [
		({ header }) => header.host[name]?.length ?? 0,
		({ header, ops }, from, size) => ({
			header: {
				...header, host: {
					...header.host,
					[name]: without(header.host[name] ?? [], from, size),
				},
			}, ops,
		}),
	]),
];

/* The same operation's same field. */
function is_same(a: divergence, op: unknown, b: divergence | null, trace: fuzz_trace): boolean {
	return b !== null && a.field === b.field && trace.ops[b.at]?.[0] === op;
}

/**
 * shrink - the shortest trace found
 * @found: how it differs
 * @test: plays traces on both
 *
 * Return: the trace, up to the operation that differs, and how it differs.
 */
export async function shrink(
	trace: fuzz_trace, found: divergence, test: test,
): Promise<[fuzz_trace, divergence]> {
	const op = trace.ops[found.at]?.[0];
	let best = { ...trace, ops: trace.ops.slice(0, found.at + 1) };
	let how = found;

	/* The best of all that lack a part of this size; false if none of them still differs so. */
	const cut_parts = async (length: number, size: number, cut: cut): Promise<boolean> => {
		const starts = Array.from({ length: Math.ceil(length / size) }, (_, i) => i * size);
		const candidates = starts.map((from) => cut(best, from, size));
		const divergences = await test(candidates);
		const at = divergences.findLastIndex(
			(d, i) => is_same(found, op, d, candidates[i]));

		if (at < 0)
			return false;
		how = divergences[at]!;
		best = { ...candidates[at], ops: candidates[at].ops.slice(0, how.at + 1) };
		return true;
	};

	for (let shorter = true; shorter;) {
		shorter = false;
		for (const [length, cut] of CUTS)
			for (let size = length(best); size >= 1; size = size === 1
				? 0 : Math.ceil(size / 2))
				while (size <= length(best) &&
					await cut_parts(length(best), size, cut))
					shorter = true;
	}
	return [best, how];
}
