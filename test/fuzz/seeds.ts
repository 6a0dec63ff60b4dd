// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the readers' own tests give them, and what their tables say can be written: texts with
 * structure for the fuzzer to begin with. npm test has enough with the few of readers.ts.
 */
import { readdirSync, readFileSync } from "node:fs";
import { parse, type Node } from "acorn";
import { transformSync } from "esbuild";
import { phrases } from "../../tools/lib/mail/sentence/phrases.ts";
import { typed_lines } from "../../tools/lib/mail/typed/shell.ts";
import { mail_text } from "../../tools/lib/mail/write.ts";
import { expectations } from "../../tools/lib/scenario/expectations.ts";
import { operations } from "../../tools/lib/scenario/operations.ts";
import { parse_scenarios } from "../../tools/lib/scenario/parse.ts";
import { example_of, trace_operations } from "../../tools/lib/trace/operations.ts";

const TESTS = new URL("../tools/", import.meta.url);

function* literals(node: Node): Generator<string> {
	const { type, value, quasis } = node as Node & { value?: unknown; quasis?: Node[] };

	if (type === "Literal" && typeof value === "string")
		yield value;
	else if (type === "TemplateLiteral")
		yield quasis!.map((it) =>
			(it as never as { value: { cooked: string } }).value.cooked).join("7");
	for (const member of Object.values(node as never as Record<string, unknown>))
		for (const child of [member].flat())
			if (typeof child === "object" && child !== null && "type" in child)
				yield* literals(child as Node);
}

/** literals_of - the texts in the tests of a folder */
export function literals_of(folder: string): string[] {
	const url = new URL(`${folder}/`, TESTS);

	return readdirSync(url).filter((name) => name.endsWith(".ts")).flatMap((name) => {
		const { code } = transformSync(readFileSync(new URL(name, url), "utf8"),
			{ loader: "ts", target: "es2022" });

		return [...literals(parse(code, { ecmaVersion: "latest", sourceType: "module" }))];
	});
}

/** texts_of - the texts of several lines in the tests of a folder */
export function texts_of(folder: string): Buffer[] {
	return literals_of(folder).filter((text) => text.includes("\n"))
		.map((text) => Buffer.from(text));
}

/** wrong_words - a text with each of its words in turn another one, none, or two */
export function wrong_words(text: string): string[] {
	return [...text.matchAll(/[\w.-]+/g)].flatMap(({ 0: word, index }) =>
		["zz", "-1", "", "0", `${word} ${word}`, `${word},${word}`].map((by) =>
			text.slice(0, index) + by + text.slice(index + word.length)));
}

const HOST =
	"scenario x\nsource <1@x>\nabout a\nassume b\nslip c\nhost adapters 04 05 domains 0004 " +
	"0047 control 0004 old 05 apxa 0 max 3f ff\napmask 0x0f00\naqmask all\nmemory pattern\n" +
	"machine kasan null_faults secure_execution\n";
/* Forms that the tables only tell of. */
const OTHER_FORMS = [
	"hw 04.0004 async", "hw 04.0004 sync tapq 05", "advance 90s", "advance 0ms", "unbind m0",
	"create m0 virtual", "create m0 failing -ENOMEM", "filtered m0 domain 0004", "locks",
	"unchanged m0 2", "plugged domain 0047", "guest m0 04 y 0004", "guest m0 04 x 0004",
	"guest m0 adapters - domains 0047", "rc ...", "next_host control 0004", "next_host",
	"mig_read m0 4096 1 fault 2", "mig_write m0 04.0047 fault 1", "mig_write m0 nothing",
	"mig_write m0 00 1 then 11 mid destroy m0", "mig_read m0 1 mid hold", "in_use",
];

const CHOICES = ["order", "guest", "bound 04.0047", "domain 0047", "adapter 05"];

/** scenario_seeds - each row of the notation's tables, by itself */
export function scenario_seeds(): Buffer[] {
	const lines = [...operations.values(), ...expectations.values()].map(({ form }) => form);

	return [
		...lines, ...lines.map((line) => `1: on v11,v12: ${line} = -EBUSY (fail_nth: 2)`),
		...lines.map((line) => line.replace(/ m0\b/, "").replace(/ 0x\w+$/, "")),
		...lines.flatMap(wrong_words),
		...lines.flatMap((line) => wrong_words(line).map((it) =>
			it.trim().replace(/\S+$/, ""))),
		...CHOICES.flatMap((it) => [it, ...wrong_words(it)])
			.map((it) => `either ${it}\nscan = ... # why`),
		...OTHER_FORMS, ...OTHER_FORMS.flatMap(wrong_words),
		"unread \"a \\\" b\"", "verdict v11,v12 differs 1\nverdict v13 holds\n1: scan = ok",
	].map((text) => HOST + text.replaceAll(" / ", " "))
		.concat(wrong_words(`${HOST}verdict v11 holds\nscan`))
		.map((text) => Buffer.from(text));
}

/**
 * trace_seeds - each operation, with all that may be left out and without, and each with words
 * that are wrong
 */
export function trace_seeds(trace: string): Buffer[] {
	const begin = trace.split("\n").slice(0, 3).join("\n");
	const ops = [true, false].flatMap((whole) => [...trace_operations.keys()]
		.filter((name) => name !== "init").map((name) => example_of(name, whole)));
	const lines = [
		...ops, ...ops.flatMap(wrong_words), "[]",
		'["mig_read","m0",1,0,{"then":"00","mid":"hold"}]',
		'["create","m0",{"register":-12,"mid":["destroy","m0"]}]',
	].map((op) => `{"op":${op},"rc":0}`).concat(
		'{"op":["close","m0"],"rc":0,"crash":"hang"}', '{"op":["close","m0"]}',
		'{"op":["close","m0"],"crash":"hang"}\n{"op":["close","m0"],"rc":0}',
		'{"rc":0,"op":["close","m0"]}', "x".repeat((1 << 20) + 1));

	return [...lines.map((line) => `${begin}\n${line}\n`), ...wrong_words(trace)]
		.map((text) => Buffer.from(text));
}

function example_mail(head: string, steps: readonly string[]): string {
	return `${head}\n\nExample:\n\n` + [
		"Queues 04.0004 and 04.0047 are bound to vfio_ap.", ...steps, "unbind 04.0004",
	].map((text, i) => `${i + 1}. ${text}\n`).join("");
}

function portions<T>(list: readonly T[], length: number): T[][] {
	return Array.from({ length: Math.ceil(list.length / length) },
		(_, i) => list.slice(i * length, (i + 1) * length));
}

/**
 * mail_seeds - examples of the phrases and of what is typed, sentences of the tests, scenarios as
 * mails
 * @head: a mail's
 * @notation: texts of the notation
 */
export function mail_seeds(head: string, notation: readonly Buffer[]): Buffer[] {
	const sentences = literals_of("lib/mail").filter((text) => /^[^\n]{10,300}$/.test(text) &&
		text.includes(" "));
	const told = notation.flatMap((text) => parse_scenarios(String(text), "f").map(mail_text));

	return [
		...phrases.map(({ examples }) => example_mail(head, examples)),
		...portions(sentences, 8).map((list) => example_mail(head, list)),
		...portions(typed_lines, 4).map((list) => example_mail(head, list)),
		...portions(typed_lines, 12).map((list) =>
			`${head}\n\nExample:\n\n${list.map((line) => `  # ${line}\n`).join("")}`),
		...told, ...wrong_words(head),
	].map((text) => Buffer.from(text));
}
