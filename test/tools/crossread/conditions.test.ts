// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { check_file } from "../../../tools/crossread/check.ts";
import { ts_skeleton } from "../../../tools/crossread/ts_skeleton.ts";
import { c_skeleton } from "./skeletons.ts";

const same: [c: string, ts: string][] = [
	["if (x)", "if (x)"],
	["if (x)", "if (x !== null)"],
	["if (ret)", "if (ret !== 0)"],
	["if (!x)", "if (x === null)"],
	["if (x == NULL)", "if (!x)"],
	["if (!(a & b))", "if ((a & b) === 0)"],
	["if (a == b && c < d)", "if (a === b && c < d)"],
	["if (!!x)", "if (x)"],
	["if (*str)", "if (at < str.length)"],
	["if (x->y)", "if (x!.y)"],
	["if (f(a, sizeof(*b)))", "if (f<thing>(a))"],
	["while (--n)", "while (--n !== 0)"],
];

const other: [c: string, ts: string][] = [
	["if (x)", "if (!x)"],
	["if (!x)", "if (x !== null)"],
	["if (a && b)", "if (a || b)"],
	["if (a < b)", "if (a <= b)"],
	["if (a == b)", "if (a !== b)"],
	["if (a)", "if (a && b)"],
	["while (n > 0)", "while (n >= 0)"],
];

async function differences(c: string, ts: string) {
	const of_c = await c_skeleton(`int f(void)\n{\n\t${c}\n\t\tgo();\n}\n`);
	const port = await ts_skeleton(`export function f() {\n\t${ts}\n\t\tgo();\n}\n`);
	const without_f =
		{ ...of_c[0]!, tokens: of_c[0]!.tokens.filter(({ text }) => text !== "f()") };
	port.functions[0]!.tokens = port.functions[0]!.tokens.filter(({ text }) => text !== "f()");
	return check_file("x.c", [without_f], port).functions[0]!.differences;
}

for (const [c, ts] of same) {
	test(`conditions: '${c}' is '${ts}'`, async (t) => {
		t.same(await differences(c, ts), []);
	});
}

for (const [c, ts] of other) {
	test(`conditions: '${c}' is not '${ts}'`, async (t) => {
		t.match(await differences(c, ts),
			[{ what: "not of the same operators", reason: null }]);
		t.match(await differences(c, `${ts} /* PORT: on purpose */`),
			[{ reason: "on purpose" }]);
	});
}
