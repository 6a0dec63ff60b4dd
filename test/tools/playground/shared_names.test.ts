// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names that drivers share in one script: it does what it did, and each place is known.
 */
import { runInNewContext } from "node:vm";
import { test } from "tap";
import { share_names, type named } from "../../../tools/playground/shared_names.ts";

const FILES: Record<string, string> = {
	a: "drivers/s390/crypto/history/v11/vfio_ap_ops.ts",
	b: "drivers/s390/crypto/history/v12/vfio_ap_ops.ts",
	c: "drivers/s390/crypto/vfio_ap_ops.ts",
	z: "include/linux/list.h.ts",
};

/* A name's first letter says whose it is, the rest what it is there. */
function named_in(script: string): (at: number) => named | null {
	return (at) => {
		const [name] = /^\w+/.exec(script.slice(at))!;
		const file = FILES[name[0]!];

		return file === undefined ? null : { file, name: name.slice(1) };
	};
}

function shared(body: string): { made: string; before: (at: number) => number; script: string } {
	const made = `"use strict";(()=>{${body}})();`;

	return { made, ...share_names(made, named_in(made)) };
}

function result_of(script: string): number[] {
	const out: number[] = [];

	runInNewContext(script, { out });
	return out;
}

const BODY = `function zz(e){out.push(e)}var xx={};
function a1(e){return a2(e)+1}function a2(e){return{e}.e}xx.a=()=>a1(1);
var bk=class{a2=5;x(){return bk.name.length>0}},b3=2;function zy(){return 7}
function b1(e){b2:for(;;)break b2;let{b2:t}={b2:3};return b2(e)+t+zy()}
function b2(e){return new bk().a2*b3+e}xx.b=()=>b1(1);
function c1(e){switch(e){case c3:return{c3}.c3;default:return c2(e)}}function c2(){return-1}
var c3=4;xx.c=()=>c1(4)+c1(1);zz(xx.a()),zz(xx.b()),zz(xx.c());`;

test("shared names: a block for each driver but the first, and the same comes out", async (t) => {
	const { made, script, before } = shared(BODY);

	t.strictSame(result_of(script), result_of(made));
	t.strictSame(result_of(script), [2, 21, 3]);
	t.match(script, /\{let bk=.*function a1\(e\)\{b2:for\(;;\)break b2;let\{b2:t\}=/s);
	t.match(script, /case b3:return\{c3:b3\}\.c3;/);
	t.equal(made.slice(before(script.indexOf("switch"))).slice(0, 9), "switch(e)");
	t.equal(made.slice(before(script.indexOf("return{c3:b3}"))).slice(0, 10), "return{c3}");
});

test("shared names: a driver that others use stays in sight", async (t) => {
	const { made, script } = shared("function a1(){return 1}function b1(){return 2}" +
		"var zz=class{x(){return b1()+a1()}};out.push(new zz().x());");

	t.equal(script, made);
	t.strictSame(result_of(script), [3]);
});
