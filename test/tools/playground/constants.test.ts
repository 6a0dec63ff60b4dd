// SPDX-License-Identifier: GPL-2.0-only
/*
 * Values in place of the names of constants: the script does what it did, and each place is known.
 */
import { runInNewContext } from "node:vm";
import { test } from "tap";
import { inline_constants } from "../../../tools/playground/constants.ts";

function inlined(body: string): { made: string; script: string; before: (at: number) => number } {
	const made = `"use strict";(()=>{${body}})();`;

	return { made, ...inline_constants(made) };
}

function result_of(script: string): unknown[] {
	const out: unknown[] = [];

	runInNewContext(script, { out });
	return out;
}

test("constants: a value stands where the name stood, and the same comes out", async (t) => {
	const { made, script, before } = inlined(`var a=5,b=-22,c=[a],d="text";var e=1n<<20n;
function f(g){let{a:h}={a};return[g-b,a.toFixed(1),b**2,h+c[0],\`\${d}\`,d.length,-b]}
var i=!0;out.push(...f(3),e===1048576n,i.toString(),{d}.d);`);

	t.strictSame(result_of(script), result_of(made));
	t.notMatch(script, /var (?:a|e|i)\b|\bb=|\bd=/);
	t.match(script, "var c=[5];function");
	t.match(script, "[g-(-22),(5).toFixed(1),(-22)**2,");
	t.match(script, "{d:\"text\"}.d");
	t.equal(made.slice(before(script.indexOf("function f"))).slice(0, 10), "function f");
	t.equal(made.slice(before(script.indexOf("h+c[0]"))).slice(0, 6), "h+c[0]");
});

test("constants: what changes is none, nor is a long text that stands in several places",
		async (t) => {
	const { script, made } = inlined("var a=1,b=2,c=3,d=4,e='more than a word',g=/x/;" +
		"function f(){a++;b=a;[c]=[a];for(d of[7]);return[a,b,c,d,e,e,g.test(e)]}" +
		"out.push(...f());");

	t.equal(script, made);
	t.strictSame(result_of(script), [2, 2, 2, 7, ...Array(2).fill("more than a word"), false]);
});
