// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names in order: the script does what it did, and each place is known.
 */
import { runInNewContext } from "node:vm";
import { test } from "tap";
import { order_names } from "../../../tools/playground/name_order.ts";

test("name order: what stands together has names that end alike", async (t) => {
	const made = `"use strict";(()=>{var zb=1,f=5;function aa(e){let{zb:g}={zb};return e+g+f}
var ab={zb,aa:2};{let q=3;out.push(q)}class za{}out.push(aa(zb),ab.zb,ab.aa,new za instanceof za)})();`;
	const { script, before } = order_names(made);
	const results = [made, script].map((text) => {
		const out: unknown[] = [];

		runInNewContext(text, { out });
		return out;
	});

	t.strictSame(results[1], results[0]);
	t.strictSame(results[0], [3, 7, 1, 2, true]);
	t.match(script, /var aa=1,f=5;function za\(e\)\{let\{zb:g\}=\{zb:aa\}/);
	t.match(script, "ab={zb:aa,aa:2}");
	t.equal(made.slice(before(script.indexOf("class"))).slice(0, 5), "class");
});
