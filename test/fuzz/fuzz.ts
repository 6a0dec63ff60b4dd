// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzing a reader: accepted texts, edited at random. Whatever comes of it is understood, or
 * refused in one harmless line within two seconds; and a text with another meaning is not
 * understood as the same.
 */
import * as fc from "fast-check";
import { printable } from "../../tools/lib/cli/terminal.ts";
import { usage_error } from "../../tools/lib/cli/usage_error.ts";
import type { reader } from "./readers.ts";

const SLOW_US = 2_000_000;
const LINE_MAX = 4000;
const DICTIONARY = ["\0", "\n", "\r\n", "\t", " ", "\"", "\\", "\u001b[2J", "\u009b", "\u202e",
	"-1", "0", "256", "65536",
	"1e999", "9007199254740993", "null", "[]", "{}", "{\"op\":", "[[[[", "]", "}", ",", ":",
	"#", "m0", "m9999999", "04.0047",
	"ff.00ff", "zz", "= -EBUSY", "=", "@@ -1,9 +1,9 @@", "diff --git a/x b/x", "> ", ">>>> ",
	"--b", "--b--", "=\n", "=FF",
	"=?utf-8?q?=41?=", "<pre>", "</pre>", "<", "&#x110000;", "&lt;", "From a@b 2020\n",
	"Subject: [PATCH v1 1/2]", "__proto__",
	"constructor", "\ud800", "\u{1f600}", "scenario x", "actor a", "result never end=x", "0x",
		"1,,2", "999999999999"];

/* The last three keep what lines and words are: they come from a text that is accepted, too. */
const WAYS = ["cut", "insert", "flip", "copy", "pump", "end", "drop", "line", "word"] as const;

/**
 * struct edit - @at: where, as a share of the text; @from: where in the other text, @other
 */
interface edit {
	at: number;
	length: number;
	how: (typeof WAYS)[number];
	word: string;
	other: number;
	from: number;
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
const edits = fc.array(fc.record<edit>({
	at: share, length: fc.nat(40), how: fc.constantFrom(...WAYS),
	word: fc.constantFrom(...DICTIONARY), other: fc.nat(1 << 20), from: share,
}), { minLength: 1, maxLength: 4 });

/* Where the line that a place is in begins and ends, its line break included. */
function line_at(bytes: Buffer, at: number): [from: number, to: number] {
	const to = bytes.indexOf("\n", at);

	return [at === 0 ? 0 : bytes.lastIndexOf("\n", at - 1) + 1, to < 0 ? bytes.length : to + 1];
}

function is_in_word(byte: number | undefined): boolean {
	return byte !== undefined && /[\w.-]/.test(String.fromCharCode(byte));
}

/* The same of a word. */
function word_at(bytes: Buffer, at: number): [from: number, to: number] {
	let [from, to] = [at, at];

	while (is_in_word(bytes[from - 1]))
		from--;
	while (is_in_word(bytes[to]))
		to++;
	return [from, to];
}

function spliced(
	bytes: Buffer, at: number, other: Buffer, from: number,
	part_at: (bytes: Buffer, at: number) => [number, number],
): Buffer {
	const [begin, end] = part_at(bytes, at);
	const rest = part_at === line_at ? begin : end;

	return Buffer.concat([
		bytes.subarray(0, begin), other.subarray(...part_at(other, from)),
		bytes.subarray(rest),
	]);
}

function edited(
	bytes: Buffer, { at, length, how, word, ...elsewhere }: edit, corpus: readonly Buffer[],
): Buffer {
	const other = corpus[elsewhere.other % corpus.length]!;
	const there = Math.floor(elsewhere.from * other.length);
	const from = Math.floor(at * bytes.length);
	const [before, behind] = [bytes.subarray(0, from), bytes.subarray(from)];

	switch (how) {
	case "cut":
		return Buffer.concat([before, behind.subarray(length + 1)]);
	case "insert":
		return Buffer.concat([before, Buffer.from(word), behind]);
	case "flip":
		return Buffer.concat(
			[before, behind.subarray(0, 1).map((byte) => byte ^ 1 << length % 8),
				behind.subarray(1)]);
	case "copy":
		return Buffer.concat([before, behind.subarray(0, length * 4), behind]);
	case "pump":
		return Buffer.concat([before, Buffer.from(word.repeat(length)), behind]);
	case "end":
		return before;
	case "drop": {
		const [begin, end] = line_at(bytes, from);

		return Buffer.concat([bytes.subarray(0, begin), bytes.subarray(end)]);
	}
	case "line":
		return spliced(bytes, from, other, there, line_at);
	case "word":
		return spliced(bytes, from, other, there, word_at);
	}
}

async function answer(it: reader, bytes: Buffer): Promise<string | null> {
	try {
		return await it.read(bytes);
	} catch (error) {
		if (!(error instanceof usage_error))
			throw error;
		/* one line, once it is shown, or as many as there are errors */
		const lines = error.message.split("\n");

		if (lines.some((line) => line.length > LINE_MAX || printable(line) === ""))
			throw new Error(`not a message: ${error.message.slice(0, 200)}`,
				{ cause: error });
		return null;
	}
}

/** understood - what was; null where it was refused as it should be, throws where not so */
export async function understood(it: reader, bytes: Buffer): Promise<string | null> {
	const begin = process.cpuUsage();
	const what = await answer(it, bytes);
	const { user, system } = process.cpuUsage(begin);

	if (user + system > SLOW_US)
		throw new Error("more than two seconds of processor time");
	return what;
}

/**
 * struct outcome - @inputs: how many were tried; @failure: what went wrong, or null; @bytes: the
 * least input that does
 */
export interface outcome {
	inputs: number;
	accepted: number;
	changed: number;
	seed: number;
	failure: string | null;
	bytes: Buffer | null;
}

/** fuzz - try a reader; ends after @runs inputs or @seconds, whichever is first */
export async function fuzz(
	it: reader, seed: number, runs: number, seconds: number,
): Promise<outcome> {
	const out: outcome = {
		inputs: 0, accepted: 0, changed: 0, seed, failure: null, bytes: null,
	};
	const number = fc.double({ min: 0, max: 1, noNaN: true });
	const known = fc.nat(it.corpus.length - 1).map((at) => it.corpus[at]!);
	const begun = fc.record({ original: known, edits });
	const made = it.made === undefined ? [] : [
		fc.record({ original: it.made, edits: fc.constant<edit[]>([]) }),
		fc.record({ original: it.made, edits }),
	];
	const any = fc.record({ text: fc.oneof(begun, ...made), where: number, what: number });
	const property = fc.asyncProperty(any, async ({ text, where, what }) => {
		const { original, edits: list } = text;
		const bytes = list.reduce((so_far, e) => edited(so_far, e, it.corpus), original);

		out.bytes = bytes;
		out.inputs++;
		if (await understood(it, bytes) !== null)
			out.accepted++;
		if (it.change === null || out.inputs % 4 !== 0)
			return;
		const other = it.change(original.toString(), where, what);
		const same = await understood(it, original);

		if (other === null || same === null)
			return;
		out.inputs++;
		out.changed++;
		out.bytes = Buffer.from(other);
		if (await understood(it, out.bytes) === same)
			throw new Error("another meaning, understood as the same");
	});
	const details = await fc.check(property, {
		seed, numRuns: runs, endOnFailure: false, interruptAfterTimeLimit: seconds * 1000,
		markInterruptAsFailure: false,
	});

	/* where the time is over during the first input, it is no failure */
	if (details.counterexample !== null)
		out.failure = String(details.errorInstance instanceof Error
			? details.errorInstance.stack : details.errorInstance);
	else
		out.bytes = null;
	return out;
}
