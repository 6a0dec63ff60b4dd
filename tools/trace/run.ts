// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-ap trace run: the operations of a trace, or of a scenario, done on a driver.
 */
import { exit_code } from "../lib/cli/exit_code.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { load_driver } from "../lib/lab/loader.ts";
import { json_text } from "../lib/scenario/lexer.ts";
import {
	recorded_op, stream_traces, type trace_header, type trace_op,
} from "../lib/trace/format.ts";
import { player } from "../lib/trace/play.ts";
import { driver_for } from "./check_file.ts";
import { header_of, read_script, script_ops } from "./script.ts";
import { header_text, op_text } from "./text.ts";

/** class printer - a trace that is done and printed, op by op */
class printer {
	machine: player;
	#text: boolean;
	#done = 0;
	#crashed = false;

	constructor(header: trace_header, format: string) {
		this.machine = new player(header, header.driver);
		this.#text = format === "text";
		process.stdout.write(this.#text ? header_text(header) : `${json_text(header)}\n`);
	}

	/** do - the next op, unless the machine crashed; returns what is to be printed of it */
	do(op: trace_op["op"]): string {
		if (this.#crashed)
			return "";
		const played = this.machine.play(op);

		this.#crashed = played.crash !== undefined;
		return this.#text ? op_text(++this.#done, played) :
			`{"op":${json_text(op)}${played.rest()}\n`;
	}
}

function run_script(file: string, label: string, format: string): void {
	for (const scenario of read_script(file)) {
		const p = new printer(header_of(scenario, label), format);

		for (const op of script_ops(scenario, label, p.machine))
			process.stdout.write(p.do(op));
		p.machine.end();
	}
}

async function run_trace(file: string, label: string | undefined, format: string): Promise<void> {
	let p: printer | null = null;

	for await (const items of stream_traces(file)) {
		let text = "";

		for (const item of items) {
			if (item instanceof recorded_op) {
				item.read();
				text += p!.do(item.op);
				continue;
			}
			process.stdout.write(text);
			text = "";
			p?.machine.end();
			p = new printer({ ...item.header, driver: await driver_for(item, label) },
				format);
		}
		process.stdout.write(text);
	}
	p?.machine.end();
}

/**
 * run_file - do the operations of a trace or a scenario, and print the trace
 * @label: the driver; undefined: the one that a trace names
 * @format: jsonl, or text for people
 */
export async function run_file(
	file: string, label: string | undefined, format: string,
): Promise<number> {
	if (!file.endsWith(".scn"))
		await run_trace(file, label, format);
	else if (label === undefined)
		throw new usage_error(
			`${file}: a scenario names no driver, expected --driver v6.12`);
	else
		run_script(file, (await load_driver(label)).label, format);
	return exit_code.holds;
}
