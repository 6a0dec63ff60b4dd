// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { number_option } from "../../../../tools/lib/cli/options.ts";

test("number_option: whole numbers within their bounds, and what else would be right", async (t) => {
	t.equal(number_option("jobs", "12", 1), 12);
	t.equal(number_option("seed", "2147483647", 0, 2 ** 31 - 1), 2147483647);
	for (const text of ["", "-1", "1.5", "1e3", "0x10", "9".repeat(16), "0"])
		t.throws(() => number_option("jobs", text, 1),
			{ message: `--jobs ${text}: expected a number from 1 on, e.g. --jobs 5` }, text);
	t.throws(() => number_option("mdevs", "5", 1, 4),
		{ message: "--mdevs 5: expected a number from 1 to 4" });
});
