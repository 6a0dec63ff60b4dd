// SPDX-License-Identifier: GPL-2.0-only
/*
 * A trace for people: a line for each operation, and below it what could be seen.
 */
import { adapter_name, domain_name } from "../lib/scenario/ids.ts";
import { quote } from "../lib/scenario/lexer.ts";
import { printable } from "../lib/cli/terminal.ts";
import type { masks } from "../lib/scenario/model.ts";
import { print_host } from "../lib/scenario/print.ts";
import { print_result } from "../lib/scenario/result.ts";
import type { mdev_state, trace_header } from "../lib/trace/format.ts";
import type { played_op } from "../lib/trace/play.ts";

const OP_WIDTH = 48;

function names(ids: readonly number[], name: (id: number) => string): string {
	return ids.length === 0 ? "-" : ids.map(name).join(" ");
}

function masks_text(m: masks): string {
	return `adapters ${names(m.apm, adapter_name)}, domains ${names(m.aqm, domain_name)}, ` +
		`control ${names(m.adm, domain_name)}`;
}

function word(part: unknown): string {
	return typeof part === "string" ? quote(part) : JSON.stringify(part);
}

function state_lines(mdev: string, state: mdev_state | null): string[] {
	if (state === null)
		return [`${mdev} is gone`];
	return [
		`${mdev} assigned ${masks_text(state)}`,
		...state.g === undefined ? [] : [
			`${mdev} ${state.kvm === 1 ? "guest" : "later"}    ${masks_text(state.g)}`,
		],
		`${mdev} queues   ${state.q.length === 0 ? "-" : state.q.join(" ")}`,
	];
}

/** header_text - the first lines */
export function header_text(h: trace_header): string {
	const owned = names(h.apmask, adapter_name);

	return printable(`trace on ${h.driver}${h.claim === undefined ? "" : `: ${h.claim}`}`) +
		"\n" +
		`host ${print_host({ ...h.host, old: h.host.old ?? [] })}\n` +
		`default drivers: adapters ${owned}, domains ${names(h.aqmask, domain_name)}\n`;
}

/** op_text - an operation that was done */
export function op_text(n: number, played: played_op): string {
	const op = played.op.map(word).join(" ");
	const below = played.crash !== undefined ? [] : [
		...(played.out === undefined ? [] : [`out    ${quote(played.out)}`]),
		...(played.ev.length === 0 ? []
			: [`events ${played.ev.map((e) => e.map(word).join(" ")).join(", ")}`]),
		...(played.lk === "" ? [] : [`locks  ${played.lk}`]),
		...Object.entries(played.st).flatMap(([mdev, state]) => state_lines(mdev, state)),
	];

	return `${String(n).padStart(5)}  ${op.padEnd(OP_WIDTH)} = ` +
		`${played.crash ?? print_result(played.rc)}\n${below.map((line) => `         ${line}\n`).join("")}`;
}
