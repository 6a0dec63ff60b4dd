// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the drivers' functions are from: the patches of their postings, recorded in series.json
 * (subjects, Message-Ids, names of functions), and the place of each function in its port.
 */

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { usage_error } from "../cli/usage_error.ts";
import { printable } from "../cli/terminal.ts";
import { driver_by_label, drivers } from "../../drivers/s390/crypto/postings/index.ts";
import { check_port, type port, ports, root } from "./ports.ts";
import { series_patches } from "./input.ts";
import { patch_pieces } from "./pieces.ts";

/** One patch of a series. */
export interface series_patch {
	/** "08/14" in a series; in a list of single patches its place in it. */
	n: string;
	subject: string;
	message_id: string;
	/** By C file: the functions it changes or adds. */
	functions: { [c_file: string]: string[] };
	/** By C file: the functions it takes away. */
	removed: { [c_file: string]: string[] };
}

/** A series of patches. */
export interface series {
	/** The driver whose text it makes. */
	driver: string;
	/** What it is made from: a series recorded here, or a kernel version. */
	base: string;
	patches: series_patch[];
}

/** Where a function of a port is from. */
export interface origin {
	/** The series, or the kernel version. */
	posting: string;
	/** The last patch that changed it; null where none of the series did. */
	patch: series_patch | null;
}

const recorded = JSON.parse(
	readFileSync(new URL("series.json", import.meta.url), "utf8")) as { [label: string]: series };

function find_series(label: string): series {
	const found = recorded[label];
	if (!found) {
		const known = Object.keys(recorded).join(", ");
		throw new usage_error(`no series of '${label}' is recorded, one of: ${known}`);
	}
	return found;
}

/*
 * The series that made a driver's text, the last one first.
 */
function series_behind(driver: string): [label: string, series: series][] {
	const chain: [string, series][] = [];
	for (let label = driver; recorded[label]; label = recorded[label]!.base)
		chain.push([label, recorded[label]!]);
	return chain;
}

const function_head = new RegExp("\\* C: [\\w./]+\\.c, ([^\\n]*(?:\\n \\* [^\\n]*)*?)\\n"
	+ "(?: \\*[^\\n]*\\n)* \\*/\\n(?:/\\*[^\\n]*\\n)?(?:export )?function (\\w+)", "g");

/**
 * heads_in - what the heads of a port's functions say they are from
 *
 * @path: the port, from the top of the tree
 *
 * Return: by function, what stands behind the C file's name, on one line
 */
export function heads_in(path: string): Map<string, string> {
	const text = readFileSync(join(root, path), "utf8");
	return new Map([...text.matchAll(function_head)].map(([, from, name]) => (
		[name!, from!.replace(/\s*\n \* */g, " ")])));
}

/**
 * origin_of - where a function of a driver is from
 *
 * @driver: the driver's label
 * @name: the C function
 * @head: what the function's head in the port says, for one that no recorded patch changed
 */
export function origin_of(driver: string, name: string, head: string | undefined): origin {
	const chain = series_behind(driver);
	for (const [posting, { patches }] of chain) {
		const patch = patches.findLast(({ functions }) => (
			Object.values(functions).some((names) => names.includes(name))));
		if (patch)
			return { posting, patch };
	}
	const version = /^Linux [\d.]*\d/.exec(head ?? "")?.[0];
	const posting = version ?? chain.at(-1)?.[1].base ?? driver_by_label(driver)?.id ?? "Linux 6.12";
	return { posting, patch: null };
}

/**
 * patch_in_series - the recorded patch a mail is
 *
 * @subject: its Subject, or that of an answer to it: "[PATCH v11 08/14] ..."
 *
 * Return: the patch and those behind it in its series; null where none is recorded
 */
export function patch_in_series(subject: string | null) {
	const tag = /\[[^\]]*\bv(\d+)\s+0*(\d+\/\d+)\s*\]\s*(.*)/.exec(subject ?? "");
	const patches = recorded[`v${tag?.[1]}`]?.patches ?? [];
	const at = patches.findIndex(({ n, subject: known }) => (
		n.replace(/^0+/, "") === tag![2] && known === tag![3]));
	return at < 0 ? null : { patch: patches[at]!, later: patches.slice(at + 1) };
}

/** Where a function stands. */
interface place {
	c_file: string;
	c_line: number;
	path: string;
	line: number;
	/** What its head says it is from. */
	head: string | undefined;
}

async function places_in(port: port): Promise<Map<string, place>> {
	const { files } = await check_port(port);
	const places = new Map<string, place>();
	for (const { c_file, functions } of files) {
		const path = `${port.directory}/${c_file.replace(/\.c$/, ".ts")}`;
		const heads = heads_in(path);
		for (const { name, c_line, port_line } of functions) {
			const head = heads.get(name);
			places.set(name, { c_file, c_line, path, line: port_line, head });
		}
	}
	return places;
}

function find_port(driver: string): port {
	return ports.find((port) => port.driver === driver)!;
}

/*
 * Why a function a patch changed is not in the driver's text.
 */
function absent(name: string, patches: readonly series_patch[]): string {
	const by = patches.findLast(({ removed }) => (
		Object.values(removed).some((names) => names.includes(name))));
	return by ? `not in the driver, removed by ${by.n}` : "not in the driver";
}

function patch_lines(
	patch: series_patch,
	{ patches }: series,
	places: ReadonlyMap<string, place>,
	bus: ReadonlyMap<string, place>,
): string[] {
	const list = (names: string[], what: (name: string) => string) => (
		names.map((name) => `      ${name}  ${what(name)}`));
	const where = (name: string) => {
		const found = places.get(name) ?? bus.get(name);
		return found ? `${found.path}:${found.line}` : absent(name, patches);
	};
	return [
		`${patch.n} ${printable(patch.subject)}`,
		`      ${patch.message_id}`,
		...Object.values(patch.functions).flatMap((names) => list(names, where)),
		...Object.values(patch.removed).flatMap((names) => list(names, () => "taken away")),
	];
}

/**
 * series_text - the patches of a posting and where the functions they change stand
 *
 * @label: the posting
 *
 * Return: the text. Throws usage_error for a series that is not recorded.
 */
export async function series_text(label: string): Promise<string> {
	const series = find_series(label);
	const port = find_port(series.driver);
	const places = await places_in(port);
	const bus = await places_in(ports.find(({ whole }) => !whole)!);
	const lines = [
		`${label}: ${series.patches.length} patches on ${series.base}, `
			+ `the driver ${series.driver} in ${port.directory}`,
		...series.patches.flatMap((patch) => patch_lines(patch, series, places, bus)),
	];
	return lines.map((line) => `${line}\n`).join("");
}

function origin_lines(port: port, name: string, place: place): string[] {
	const { c_file, c_line, path, line, head } = place;
	const { posting, patch } = origin_of(port.driver, name, head);
	const from = patch
		? [`  ${posting} ${patch.n} ${printable(patch.subject)}`, `  ${patch.message_id}`]
		: [`  ${posting}`];
	const chain = series_behind(port.driver);
	const earlier = chain.flatMap(([label, { patches }]) => patches
		.filter((it) => it !== patch && Object.values(it.functions).flat().includes(name))
		.map(({ n }) => `${label} ${n}`));
	return [
		`${port.driver}  ${path}:${line}`,
		`  C: ${c_file}:${c_line}`,
		...from,
		...earlier.length > 0 ? [`  changed before by ${earlier.join(", ")}`] : [],
	];
}

/**
 * origin_text - where a function is from, in each driver that has it
 *
 * @name: the C function
 * @asked: only these ports; null: all
 *
 * Return: the text. Throws usage_error where no port has the function.
 */
export async function origin_text(name: string, asked: readonly port[] | null): Promise<string> {
	const lines: string[] = [];
	for (const port of asked ?? ports) {
		const found = (await places_in(port)).get(name);
		if (found)
			lines.push(...origin_lines(port, name, found));
	}
	if (lines.length === 0) {
		const where = (asked ?? ports).map(({ driver }) => driver).join(", ");
		throw new usage_error(`no function '${name}' in the ports ${where}`);
	}
	return lines.map((line) => `${line}\n`).join("");
}

/**
 * record_series - the table of patches of a series, for series.json
 *
 * @label: the posting
 * @input: a folder with its mails, or an mbox
 *
 * Return: JSON, of subjects, Message-Ids and the names of functions only
 */
export async function record_series(label: string, input: string): Promise<string> {
	const patches = new Map<string, series_patch>();
	for (const { mail, file } of await series_patches(input)) {
		const subject = (mail.subject ?? "").replace(/^\[[^\]]*\]\s*/, "");
		const message_id = mail.message_id ?? "";
		const n = /\[[^\]]*\b(\d+\/\d+)\s*\]/.exec(mail.subject ?? "")?.[1];
		const known = patches.get(message_id)
			?? { n: n ?? String(patches.size + 1), subject, message_id, functions: {}, removed: {} };
		patches.set(message_id, known);
		if (!/^drivers\/s390\/crypto\/\w+\.c$/.test(file.path ?? ""))
			continue;
		const pieces = await patch_pieces(file);
		const names = (removed: boolean) => pieces
			.filter((piece) => piece.removed === removed).map(({ name }) => name);
		if (names(false).length > 0)
			known.functions[basename(file.path!)] = names(false);
		if (names(true).length > 0)
			known.removed[basename(file.path!)] = names(true);
	}
	const driver = drivers.find((it) => it.label === label)?.label ?? "";
	const rows = [...patches.values()].map((patch) => `\t\t${JSON.stringify(patch)}`);
	return `${JSON.stringify(label)}: {\n\t"driver": ${JSON.stringify(driver)}, "base": "",\n`
		+ `\t"patches": [\n${rows.join(",\n")}\n\t]\n}\n`;
}
