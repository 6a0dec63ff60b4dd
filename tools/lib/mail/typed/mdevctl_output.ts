// SPDX-License-Identifier: GPL-2.0-only
/*
 * What mdevctl lists, and what stands in the file of a definition.
 */
import { ATTRIBUTES, definition, NOT_KNOWN } from "./said.ts";
import type { fact } from "../sentence/phrases.ts";

const PART = new RegExp("\"([\\w-]{1,40})\" ?: ?\"([^\"]{0,60})\"|" +
	"\"?([0-9a-f]{8}-[0-9a-f-]{27})\\b", "gi");
/** what else a definition says; of the mdev's matrix it is nothing */
const OF_NO_MATTER = new Set(["mdev_type", "start", "uuid", "parent", "name"]);

/** struct listed - the attributes of one mdev; whose they are if the listing says so */
interface listed {
	who: string | null;
	set: [string, string][];
}

/** A listing, in mdevctl's own form or in JSON; null if there is more in it than is known. */
function listed_in(lines: readonly string[]): listed[] | null {
	const list: listed[] = [{ who: null, set: [] }];

	for (const [, name, value, uuid] of lines.join(" ").matchAll(PART)) {
		if (uuid !== undefined)
			list.push({ who: uuid, set: [] });
		else if (ATTRIBUTES.includes(name!))
			list.at(-1)!.set.push([name!, value!]);
		else if (!OF_NO_MATTER.has(name!))
			return null;
	}
	return list.filter(({ who, set }) => who !== null || set.length > 0);
}

/**
 * listing - what definitions have; a list without attributes does not say that there are none
 * @asked: whose they are, if that was asked for
 */
export function listing(lines: string[], asked: string | null): fact[] {
	const list = listed_in(lines);

	return list === null ? NOT_KNOWN : list.filter(({ set }) => set.length > 0)
		.map(({ who, set }) => definition(asked ?? who, set));
}

/**
 * defined_in - what the file of a definition has in it, as "--set" takes it
 *
 * Return: null if it is none, or has more in it than is known.
 */
export function defined_in(lines: readonly string[]): string | null {
	const [one, ...more] = listed_in(lines) ?? [];

	return one === undefined || more.length > 0 ||
		one.set.some(([, value]) => /[,=]/.test(value))
		? null : one.set.map((pair) => pair.join("=")).join(",");
}
