// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables of Documentation/traces.md, from those that the reader of traces goes by.
 */
import { markdown_table } from "../lib/cli/table.ts";
import { header_fields, host_fields, result_fields } from "../lib/trace/header.ts";
import { example_of, trace_operations } from "../lib/trace/operations.ts";
import type { fields } from "../lib/trace/values.ts";
import type { part } from "./document.ts";

function field_table(fields: fields): string {
	return markdown_table({
		heading: ["member", "for example", "what it may be"],
		rows: [...fields].map(([name, { form, about, optional }]) =>
			[`\`${name}\``, `\`${form}\``,
				`${about}${optional ? "; may be left out" : ""}`]),
	});
}

function argument_list(name: string): string {
	return trace_operations.get(name)!.args.map((a) =>
		`${a.name}: ${a.about}${a.optional ? " (may be left out)" : ""}`).join("; ");
}

function operation_table(group: string): string {
	return markdown_table({
		heading: ["operation", "what it does", "arguments"],
		rows: [...trace_operations].filter(([, row]) => row.group === group)
				.map(([name, row]) =>
			[`\`${example_of(name, true)}\``, row.brief, argument_list(name)]),
	});
}

const path = "Documentation/traces.md";

/** trace_tables - the parts of Documentation/traces.md */
export const trace_tables: readonly part[] = [
	{ path, name: "trace operations", make: () => operation_table("driver") },
	{ path, name: "trace operations of migration", make: () => operation_table("migration") },
	{ path, name: "trace header", make: () => field_table(header_fields) },
	{ path, name: "trace host", make: () => field_table(host_fields) },
	{ path, name: "trace results", make: () => field_table(result_fields) },
];
