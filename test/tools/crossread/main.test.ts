// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { usage_error } from "../../../tools/lib/cli/usage_error.ts";
import { main } from "../../../tools/crossread/main.ts";

const bad: [argv: string[], message: RegExp][] = [
	[[], /--check/],
	[["--check", "110"], /LIMIT '110' is not 0 to 100/],
	[["--check", "half"], /^half: no such file/],
	[["--check", "50", "60"], /^60: no such file/],
	[["--check", "--driver", "v99"], /unknown driver 'v99', expected one of v/],
	[["--check", "--format", "xml"], /--format xml: no such format, expected one of text, html, json/],
	[["--check", "--format", "html"], /html shows an INPUT/],
	[["--series", "v99"], /no series of 'v99' is recorded, expected one of v11/],
	[["--origin", "no_such_function"], /no function 'no_such_function' in the ports v/],
];

for (const [argv, message] of bad) {
	test(`crossread ${argv.join(" ")} -> unusable`, async (t) => {
		await t.rejects(main(argv), { constructor: usage_error, message });
	});
}

test("crossread --check: ap_bus is reported, never failed", async (t) => {
	const written: string[] = [];
	t.intercept(process.stdout, "write", {
		value: (text: string) => written.push(text) > 0,
	});
	const code = await main(["--check", "0", "--driver", "ap_bus"]);
	t.equal(code, 0);
	t.match(written.join(""), /^driver +C file/m);
});
