// SPDX-License-Identifier: GPL-2.0-only
/*
 * A posting's patches and a function's origin, in words; and the record of a new posting.
 */

import { port_name } from "./skeleton.ts";
import { basename } from "node:path";
import { usage_error } from "../lib/cli/usage_error.ts";
import { printable } from "../lib/cli/terminal.ts";
import { ported } from "../../drivers/s390/crypto/history/index.ts";
import { series_patches } from "./input.ts";
import { heads_in, origin_of, series_behind } from "../lib/texts/origins.ts";
import { find_series, type series, type series_patch } from "../lib/texts/series.ts";
import { tags_of } from "../lib/mail/message/message.ts";
import { patch_pieces } from "./pieces.ts";
import { check_port, type port, ports } from "./ports.ts";

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
		const path = `${port.directory}/${port_name(c_file)}`;
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
		const n = /\b(\d+\/\d+)$/.exec(tags_of(mail.subject).at(-1) ?? "")?.[1];
		const known = patches.get(message_id)
			?? { n: n ?? String(patches.size + 1), subject, message_id, functions: {},
				removed: {} };
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
	const driver = ported.find((it) => it.label === label)?.label ?? "";
	const rows = [...patches.values()].map((patch) => `\t\t${JSON.stringify(patch)}`);
	return `${JSON.stringify(label)}: {\n\t"driver": ${JSON.stringify(driver)}, "base": "",\n`
		+ `\t"patches": [\n${rows.join(",\n")}\n\t]\n}\n`;
}
