// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stores to apmask and aqmask, on the port of the AP bus and on its C.
 */
import { test } from "tap";
import { random } from "../../../tools/oracle/fuzz/random.ts";
import {
	compare_stores, random_string, short_strings, type store,
} from "../../../tools/oracle/masks/compare.ts";
import { real_oracle } from "./real_source.ts";

const real = await real_oracle("v6.12");

function to_apmask(strings: Iterable<string>): store[] {
	return [...strings].map((bytes): store => ({ mask: "apmask", bytes }));
}

test("short_strings: all of them, once", async (t) => {
	t.same([...short_strings(["a", "b"], 2)], ["a", "aa", "ab", "b", "ba", "bb"]);
	t.equal(new Set(short_strings([..."0123"], 3)).size, 4 + 16 + 64);
});

test("every short string, and random ones, do the same", { skip: real.skip }, async (t) => {
	if (real.skip !== false)
		return;
	const rnd = new random(1);

	t.equal(await compare_stores(real.source,
		to_apmask(short_strings([..."0147fxX+-, \n"], 3))), null);
	t.equal(await compare_stores(real.source, Array.from({ length: 3000 }, (_, i): store =>
		({ mask: i % 2 === 0 ? "apmask" : "aqmask", bytes: random_string(rnd) }))), null);
});

test("a mask that takes an assigned queue is refused by both", { skip: real.skip }, async (t) => {
	if (real.skip !== false)
		return;
	/* from all but adapter 4, that it is refused is seen in what the next one changes */
	t.equal(await compare_stores(real.source, to_apmask(["+4", "-0-255", "+4", "-4", "0xf8"])),
		null);
	t.equal(await compare_stores(real.source, [
		{ mask: "aqmask", bytes: "-0x47" }, { mask: "apmask", bytes: "+4" },
		{ mask: "aqmask", bytes: "+71" },
	]), null);
});
