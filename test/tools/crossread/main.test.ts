// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { usage_error } from "../../../tools/cli/usage_error.ts";
import { main } from "../../../tools/crossread/main.ts";

const bad: [argv: string[], message: RegExp][] = [
	[[], /--check/],
	[["--check", "110"], /LIMIT '110' is not 0 to 100/],
	[["--check", "half"], /LIMIT 'half'/],
	[["--check", "50", "60"], /unexpected argument '60'/],
	[["--check", "--driver", "v99"], /unknown driver 'v99', one of: v6\.12/],
	[["--check", "--format", "xml"], /unknown format 'xml', one of: text, json/],
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
