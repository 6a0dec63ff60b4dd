// SPDX-License-Identifier: GPL-2.0-only
/*
 * KTAP version 1 as its document describes it: each level has a version line, a plan, and as many
 * result lines, two spaces deeper than the level around it; the result of nested tests stands on
 * the outer level behind them.
 */

/** struct ktap_result - a parsed result line */
export interface ktap_result {
	number: number;
	ok: boolean;
	description: string;
	directive: string | null;
	subtests: ktap_result[];
}

const RESULT =
	/^(ok|not ok) ([1-9][0-9]*)(?: ([^#\n]*?))?(?: # ((?:SKIP|TODO|XFAIL|TIMEOUT|ERROR)(?: [^#]*)?))?$/;

class parser {
	at = 0;
	readonly lines: string[];

	constructor(text: string) {
		if (!text.endsWith("\n"))
			throw new Error("the last line has no end");
		this.lines = text.slice(0, -1).split("\n");
	}

	fail(what: string): never {
		throw new Error(
			`line ${this.at + 1}: ${what}: ${JSON.stringify(this.lines[this.at])}`);
	}

	take(indent: string): string {
		const line = this.lines[this.at];

		if (line === undefined || !line.startsWith(indent) || line.startsWith(`${indent} `))
			this.fail("wrong depth");
		this.at++;
		return line.slice(indent.length);
	}

	result(indent: string, number: number): ktap_result {
		const deeper = `${indent}  `;
		const nested = this.lines[this.at]?.startsWith(deeper) ? this.level(deeper) : [];

		while (this.lines[this.at]?.startsWith(`${indent}# `))
			this.at++;
		const m = RESULT.exec(this.take(indent));
		if (m === null || Number(m[2]) !== number)
			this.fail(`no result line with the number ${number} before here`);
		return {
			number, ok: m[1] === "ok", description: m[3] ?? "", directive: m[4] ?? null,
			subtests: nested,
		};
	}

	level(indent: string): ktap_result[] {
		if (this.take(indent) !== "KTAP version 1")
			this.fail("no version line before here");
		const plan = /^1\.\.([0-9]+)$/.exec(this.take(indent));
		if (plan === null)
			this.fail("no plan before here");
		return Array.from({ length: Number(plan[1]) },
			(_, i) => this.result(indent, i + 1));
	}
}

/** parse_ktap - the tests of a KTAP text; throws where it is not to the letter */
export function parse_ktap(text: string): ktap_result[] {
	const p = new parser(text);
	const tests = p.level("");

	if (p.at !== p.lines.length)
		p.fail("more than the plan says");
	return tests;
}

/** every_level - all results, nested ones too */
export function every_level(tests: ktap_result[]): ktap_result[] {
	return tests.flatMap((t) => [t, ...every_level(t.subtests)]);
}
