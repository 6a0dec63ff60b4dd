// SPDX-License-Identifier: GPL-2.0-only

import { exit_code } from "../lib/cli/exit_code.ts";
import { parse_args } from "../lib/cli/options.ts";
import { printable } from "../lib/cli/terminal.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import type { item_kind } from "../lib/mail/examples/examples.ts";
import type { reading } from "../lib/mail/read.ts";
import { mail_text } from "../lib/mail/write.ts";
import { all_read, read_inputs, type input } from "../lib/mail/input.ts";
import { parse_host_text } from "../lib/scenario/parse.ts";
import { print_scenario } from "../lib/scenario/print.ts";

const HELP = `usage: vfio-ap import MAIL [--host HOST]
       vfio-ap import RECORD
       vfio-ap import --as-mail FILE

Prints the scenarios of a mail, an mbox, an archive's page or pasted text (- is what is piped in)
in the notation of Documentation/scenarios.md, and says how each line was read. What the mail
leaves open is assumed, and the assumption is stated.

A RECORD is a real machine's /sys/bus/ap, /sys/devices/ap and /sys/devices/vfio_ap: a tar, a
tar.gz, or what umockdev-record or "vfio-ap export" wrote. Its scenario begins as that machine
stood: host, masks, bindings, mediated devices.

  --host HOST      the host's AP configuration, in place of what is assumed, e.g.
                   'adapters 04 05 domains 0004 0047 0053 0054'
  --as-mail        the other way: scenarios of the notation as numbered steps for a mail

exit: 0 all is read, 2 unusable input, 3 a line of an example, or a mail of an mbox, is not: it is
named
`;
const KINDS: [item_kind, string][] = [
	["set-up", "set-up"], ["operation", "operations"], ["expectation", "expectations"],
	["prose", "known prose"], ["unread", "NOT READ"],
];

/** 3, 4, 5, 9 as "3-5 9" */
function ranges(lines: number[]): string {
	const sorted = [...lines].sort((a, b) => a - b);
	const parts: [number, number][] = [];

	for (const n of sorted) {
		const last = parts.at(-1);

		if (last !== undefined && last[1] + 1 === n)
			last[1] = n;
		else
			parts.push([n, n]);
	}
	return parts.map(([a, b]) => a === b ? String(a) : `${a}-${b}`).join(" ");
}

function comment_of(r: reading): string {
	const kinds = KINDS.filter(([kind]) => r.counts[kind].length > 0)
		.map(([kind, name]) => `# lines ${ranges(r.counts[kind])}: ${name}\n`);
	const again = r.again.length === 0
		? "" : `# quoted again from line ${r.again.join(", ")}\n`;

	return kinds.join("") + again;
}

function reading_text(r: reading): string {
	if (r.actors)
		return `# lines ${r.first}-${r.last} tell of two processors at once: not a sequence of ` +
			"operations, left out\n\n";
	return comment_of(r) + r.scenarios.map((s) => print_scenario(s)).join("\n") + "\n";
}

function input_text(i: input): string {
	if (i.readings === null)
		return i.scenarios.map((s) => print_scenario(s)).join("\n");
	return i.readings.map(reading_text).join("");
}

/** Each line for itself, so that no line break of a mail can add one. */
function safe(text: string): string {
	return text.split("\n").map(printable).join("\n");
}

/** Whether a line of it was not read. */
function is_unread({ readings, scenarios }: input): boolean {
	return readings?.some((r) => r.counts.unread.length > 0) ??
		scenarios.some((s) => s.statements.some(({ body }) => body.kind === "unread"));
}

/** main - the command "import" */
export async function main(argv: string[]): Promise<number> {
	const { values, positionals } = parse_args({
		args: argv, allowPositionals: true,
		options: {
			host: { type: "string" }, "as-mail": { type: "boolean" },
			help: { type: "boolean", short: "h" },
		},
	});

	if (values.help) {
		process.stdout.write(HELP);
		return exit_code.holds;
	}
	if (positionals.length === 0)
		throw new usage_error("no mail given, expected vfio-ap import MAIL");
	const host = values.host === undefined ? null : parse_host_text(values.host);
	const inputs = await read_inputs(positionals, host);
	if (values["as-mail"]) {
		process.stdout.write(
			safe(inputs.flatMap((i) => i.scenarios).map(mail_text).join("\n")));
		return all_read(inputs) ? exit_code.holds : exit_code.open;
	}
	process.stdout.write(safe(inputs.map(input_text).join("")));
	const unread = inputs.some(is_unread);
	return unread || !all_read(inputs) ? exit_code.open : exit_code.holds;
}
