// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kinds of values in a trace. The reader refuses what is not of the kind its place asks
 * for; messages and Documentation/traces.md say how each is written.
 */
import { excerpt } from "../cli/excerpt.ts";
import { MDEV } from "../scenario/reader.ts";

/**
 * struct kind - a kind of value
 * @form: how it is written, by example
 * @about: what it is, in words
 * @is: whether a value is one
 */
export interface kind {
	form: string;
	about: string;
	is(value: unknown): boolean;
}

const MAX_ID = 255;
const QUEUE = /^[0-9a-f]{2}\.00[0-9a-f]{2}$/;
const ATTRIBUTE = /^[a-z][a-z0-9_]{0,63}$/;
const REGISTER = /^0x[0-9a-fA-F]{1,16}$/;
const BYTES = /^(?:[0-9a-fA-F]{2})*$/;

/* A whole number from 0 to @max. */
function is_number_to(max: number, value: unknown): value is number {
	return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max;
}

/** is_object - whether a value is an object, and no array */
export function is_object(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function is_ids(value: unknown): boolean {
	if (!Array.isArray(value))
		return false;
	for (let i = 0; i < value.length; i++)
		if (!is_number_to(MAX_ID, value[i]) || (i > 0 && value[i] <= value[i - 1]))
			return false;
	return true;
}

function text_kind(form: string, about: string, pattern: RegExp): kind {
	return { form, about, is: (value) => typeof value === "string" && pattern.test(value) };
}

/** one_of - a value out of a few */
export function one_of(...values: (string | number)[]): kind {
	const forms = values.map((v) => JSON.stringify(v));

	return {
		form: forms[0], about: forms.join(" or "),
		is: (value) => (values as unknown[]).includes(value),
	};
}

/** either - a value of one kind or of the other */
export function either(a: kind, b: kind): kind {
	return {
		form: a.form, about: `${a.about}, or ${b.about}`,
		is: (value) => a.is(value) || b.is(value),
	};
}

const WRITTEN_MAX = 64;

/**
 * written - a value as a message quotes it, which ends however long or deep the value is
 */
export function written(value: unknown): string {
	let seen = 0;

	return excerpt(JSON.stringify(value, (_key, part: unknown) =>
		++seen > WRITTEN_MAX ? null : part) ?? "nothing");
}

/** struct field - a member of an object: its kind, and whether it may be left out */
export interface field extends kind {
	optional: boolean;
}

/** optional - a member that may be left out */
export function optional(kind: kind): field {
	return { ...kind, optional: true };
}

/** needed - a member that may not */
export function needed(kind: kind): field {
	return { ...kind, optional: false };
}

/** fields - the members of an object, by name */
export type fields = ReadonlyMap<string, field>;

/** struct fault - what is wrong with a value, and what is expected */
export interface fault {
	what: string;
	right: string;
}

/**
 * fault_of - the first thing that is wrong with an object
 * @about: what the object is, for the message
 *
 * Return: null if nothing is.
 */
export function fault_of(about: string, value: Record<string, unknown>, of: fields): fault | null {
	for (const [name, field] of of) {
		if (name in value ? !field.is(value[name]) : !field.optional) {
			const what = name in value ? written(value[name]) : "missing";

			return {
				what: `"${name}" of ${about} is ${what}`,
				right: `"${name}":${field.form} (${field.about})`,
			};
		}
	}
	for (const name in value) {
		if (!of.has(name))
			return {
				what: `${written(name)} is no part of ${about}`,
				right: `one of ${[...of.keys()].join(" ")}`,
			};
	}
	return null;
}

/** object_of - an object with these members and no others */
export function object_of(form: string, about: string, of: fields): kind {
	return {
		form, about, is: (value) => is_object(value) && fault_of(about, value, of) === null,
	};
}

function list_of(form: string, about: string, item: (value: unknown) => boolean): kind {
	return { form, about, is: (value) => Array.isArray(value) && value.every(item) };
}

export const id: kind = {
	form: "255", about: "a number from 0 to 255", is: (value) => is_number_to(MAX_ID, value),
};

export const integer: kind = {
	form: "0", about: "a whole number", is: (value) => Number.isSafeInteger(value),
};

export const count: kind = {
	form: "16", about: "a whole number from 0 to 4294967295",
	is: (value) => is_number_to(0xffffffff, value),
};

export const text: kind = {
	form: '"0x04"', about: "a string", is: (value) => typeof value === "string",
};

export const ids: kind = {
	form: "[4,71]", about: "numbers from 0 to 255, ascending", is: is_ids,
};

export const codes: kind = list_of("[2,2,0]", "numbers from 0 to 255",
	(value) => is_number_to(MAX_ID, value));

export const mdev = text_kind('"m0"', "m and up to 7 digits", MDEV);
export const queue = text_kind('"04.0047"',
	"adapter and domain, 00 to ff and 0000 to 00ff, in lower case", QUEUE);
export const attribute = text_kind('"assign_adapter"', "an attribute's name", ATTRIBUTE);
export const register = text_kind('"0x3000404"', "0x and 1 to 16 hexadecimal digits", REGISTER);
export const bytes = text_kind('"00000001"', "bytes, two hexadecimal digits each", BYTES);
export const flag = one_of(1, 0);

const change: fields = new Map(["apm", "aqm", "adm"].map((name) => [name, optional(ids)]));
const mask_fields: [string, field][] = ["apm", "aqm", "adm"].map((name) => [name, needed(ids)]);

export const config = object_of('{"apm":[4],"aqm":[4,71],"adm":[4]}',
	"a configuration of apm, aqm, adm, what is left out stays", change);
const masks = object_of('{"apm":[4],"aqm":[71],"adm":[]}', "apm, aqm and adm",
	new Map(mask_fields));

const state = object_of(
	'{"apm":[4],"aqm":[71],"adm":[],"g":{"apm":[],"aqm":[],"adm":[]},"kvm":0,"q":["04.0047"]}',
	"what can be seen of an mdev", new Map<string, field>([
		...mask_fields, ["g", optional(masks)], ["kvm", needed(flag)],
		["q", needed(list_of('["04.0047"]', "queues", queue.is))],
	]));

export const states: kind = {
	form: '{"m0":null}',
	about: "by name, what can be seen of an mdev, null for one that is gone",
	is: (value) => is_object(value) &&
		Object.entries(value).every(([name, of]) => mdev.is(name) &&
			(of === null || state.is(of))),
};

function is_event(value: unknown): boolean {
	return Array.isArray(value) && typeof value[0] === "string" &&
		value.every((part) => typeof part === "string" || Number.isInteger(part) ||
			is_ids(part));
}

export const events = list_of('[["zapq","04.0047"]]', "events, each a name and what it is about",
	is_event);
