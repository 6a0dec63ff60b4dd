// SPDX-License-Identifier: GPL-2.0-only
/*
 * The notation's printer, the inverse of parse.ts: parsing what it prints gives the same scenario
 * again, line numbers and blank lines apart.
 */
import { printable } from "../cli/terminal.ts";
import { print_expectation } from "./expectations.ts";
import { adapter_name, domain_name } from "./ids.ts";
import { quote } from "./lexer.ts";
import {
	MACHINE_WORDS, type choice, type host_config, type scenario, type statement, type verdict,
} from "./model.ts";
import { print_operation } from "./operations.ts";
import { print_result } from "./result.ts";

function id_list(keyword: string, ids: number[], name: (id: number) => string): string[] {
	return ids.length === 0 ? [] : [keyword, ...ids.map(name)];
}

/**
 * print_host - a host as the words behind "host"
 */
export function print_host(h: host_config): string {
	const limits = h.na === 255 && h.nd === 255 ? [] :
		["max", adapter_name(h.na), adapter_name(h.nd)];

	return [
		...id_list("adapters", h.apm, adapter_name),
		...id_list("domains", h.aqm, domain_name),
		...id_list("control", h.adm, domain_name),
		...id_list("old", h.old, adapter_name),
		...limits,
		...(h.apxa === 0 ? ["apxa", "0"] : []),
	].join(" ");
}

function print_machine(s: scenario): string[] {
	const asked = [s.kasan, s.low_memory === "fault", s.secure_execution];
	const words = MACHINE_WORDS.filter((_word, i) => asked[i] === true);

	return words.length === 0 ? [] : [`machine ${words.join(" ")}`];
}

function print_verdict(v: verdict): string {
	return ["verdict", v.drivers.join(","), v.holds ? "holds" : "differs", ...v.differs_at]
		.join(" ");
}

function print_mask(word: string, ids: number[], name: (id: number) => string): string[] {
	if (ids.length === 0)
		return [];
	return [`${word} ${ids.length === 256 ? "all" : ids.map(name).join(" ")}`];
}

function unit_name(unit: "adapter" | "domain", id: number): string {
	return `${unit} ${unit === "adapter" ? adapter_name(id) : domain_name(id)}`;
}

/** print_masks - what the default drivers have, a line for each mask that has anything */
export function print_masks({ apmask, aqmask }: Pick<scenario, "apmask" | "aqmask">): string[] {
	return [
		...print_mask("apmask", apmask, adapter_name),
		...print_mask("aqmask", aqmask, domain_name),
	];
}

/** print_choice - what is left open, as the words behind "either" */
function print_choice(c: choice): string {
	switch (c.what) {
	case "bound":
	case "taken":
		return `${c.what} ${c.queue}`;
	case "adapter":
	case "domain":
		return unit_name(c.what, c.id);
	case "assigned":
		return `assigned ${unit_name(c.unit, c.id)}`;
	default:
		return c.what;
	}
}

/**
 * print_step - what a statement does or expects, without label, drivers and note
 */
export function print_step(s: statement): string {
	if (s.body.kind === "expect")
		return print_expectation(s.body.expect);
	if (s.body.kind === "unread")
		return `unread ${quote(s.body.text)}`;
	const rc = s.body.rc === null ? "" : ` = ${print_result(s.body.rc)}`;
	const nth = s.body.fail_nth === 0 ? "" : ` (fail_nth: ${s.body.fail_nth})`;
	return print_operation(s.body.op) + rc + nth;
}

function print_statement(s: statement): string {
	const label = s.label === null ? "" : `${s.label}: `;
	const on = s.drivers === null ? "" : `on ${s.drivers.join(",")}: `;
	const note = s.note === null ? "" : `  # ${printable(s.note)}`;

	return label + on + print_step(s) + note;
}

/** print_header - the lines between a scenario's name and its steps */
export function print_header(s: scenario): string[] {
	const host = print_host(s.host);

	return [
		...(s.source === null ? [] : [`source ${printable(s.source)}`]),
		...s.about.map((t) => `about ${printable(t)}`),
		...s.assumptions.map((t) => `assume ${printable(t)}`),
		...s.slips.map((t) => `slip ${printable(t)}`),
		...s.verdicts.map(print_verdict),
		...(host === "" ? [] : [`host ${host}`]),
		...print_masks(s),
		...(s.memory === "zero" ? [] : [`memory ${s.memory}`]),
		...print_machine(s),
		...s.choices.map((c) => `either ${print_choice(c)}`),
	];
}

/** What a reader sees apart: the prose, and the machine. */
const MACHINE = /^(?:host|apmask|aqmask|memory|either) /;

/**
 * print_scenario - a scenario as a file's text
 */
export function print_scenario(s: scenario): string {
	const header = print_header(s);
	const lines = [
		`scenario ${s.name}`, ...header.filter((l) => !MACHINE.test(l)), "",
		...header.filter((l) => MACHINE.test(l)), ...s.statements.map(print_statement),
	];

	return lines.join("\n") + "\n";
}
