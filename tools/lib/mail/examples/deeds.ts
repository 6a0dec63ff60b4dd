// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the facts of a sentence do, whichever words or command say it.
 */
import type { fact } from "../sentence/phrases.ts";

/** What is said, of whichever mdev. */
export function unnamed(f: fact): fact {
	return f.fact === "of" ? f.of : f;
}

export function does(f: fact): boolean {
	return deed_of(f) !== null;
}

/** what operations are called where they are told of in words */
const DEEDS = new Map([["open", "start"], ["close", "stop"]]);

/** What a fact does, whichever words or command say it; null if nothing. */
export function deed_of(f: fact): string | null {
	switch (f.fact) {
	case "assign":
		return `${f.verb}_${f.unit}`;
	case "op":
		return f.op[0] === "write" ? f.op[2] : DEEDS.get(f.op[0]) ?? f.op[0];
	case "of":
		return deed_of(f.of);
	case "start":
	case "stop":
	case "bind":
	case "unbind":
		return f.fact;
	default:
		return null;
	}
}

/** What it does, and to what: the same whether it is told or typed. */
export function deed_told(f: fact): string {
	if (f.fact === "assign")
		return `${f.verb}_${f.unit} ${f.id}`;
	if (f.fact === "bind" || f.fact === "unbind")
		return `${f.fact} ${f.queue}`;
	if (f.fact !== "op" || f.who !== null)
		return JSON.stringify({ ...f, retold: null });
	return f.op[0] === "write" ? `${f.op[2]} ${Number(f.op[3])}` : f.op.join(" ");
}
