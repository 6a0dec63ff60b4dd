// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls as they are found on the stack and in a text.
 */

const DEPTH = 12;

/** LOCAL_MASK - the argument of a call that sets a bit: a mask of a local copy of the shadow */
export const LOCAL_MASK = /^shadow_apcb\.(apm|aqm)$/;

/**
 * call_sites - the stack, innermost call first; none where the engine does not tell (only V8 does)
 */
export function call_sites(): NodeJS.CallSite[] {
	const { prepareStackTrace, stackTraceLimit } = Error;

	Error.stackTraceLimit = DEPTH;
	Error.prepareStackTrace = (_error, sites) => sites;
	const sites = new Error().stack as unknown;
	Error.prepareStackTrace = prepareStackTrace;
	Error.stackTraceLimit = stackTraceLimit;
	return Array.isArray(sites) ? sites as NodeJS.CallSite[] : [];
}

/**
 * arguments_at - behind an opening bracket, up to its end: split at the commas outside all others
 */
export function arguments_at(text: string, open: number): string[] {
	const list = [""];
	let depth = 0;

	for (let i = open + 1; i < text.length; i++) {
		const c = text[i]!;

		if (c === ")" && depth === 0)
			break;
		depth += "([{".includes(c) ? 1 : ")]}".includes(c) ? -1 : 0;
		if (c === "," && depth === 0)
			list.push("");
		else
			list.push(list.pop()! + c);
	}
	return list.map((arg) => arg.trim()).filter((arg) => arg !== "");
}
