// SPDX-License-Identifier: GPL-2.0-only
/*
 * The package as a library: what `import { boot, replay, read_mail } from "vfio-ap"` gives.
 *
 * A driver is a kernel's text, with a kernel's global variables. So one machine runs at a time.
 */
import { drivers as registry } from "../drivers/s390/crypto/history/index.ts";
import { usage_error } from "./lib/cli/usage_error.ts";
import { laboratory } from "./lib/lab/lab.ts";
import type { boot_options, lab, lab_result } from "./lib/lab/model.ts";
import { scenarios_in } from "./lib/mail/input.ts";
import { read_mail as readings_in, type reading } from "./lib/mail/read.ts";
import { expand, pick_drivers, play } from "./lib/play/play.ts";
import { product } from "./lib/scenario/ids.ts";
import { lex } from "./lib/scenario/lexer.ts";
import { empty_host, type masks, type scenario } from "./lib/scenario/model.ts";
import { parse_body, parse_host_text } from "./lib/scenario/parse.ts";
import { words_of } from "./lib/scenario/reader.ts";
import { report_object, type report_object as replayed } from "./replay/json.ts";

export { usage_error };
export type { lab_result, masks, reading, replayed, scenario };

/**
 * struct known_driver - a driver that can be loaded
 * @label: "v11", "v6.12"; "v13@8" names v13 after its eighth patch and is not listed
 * @date: when it was posted or released
 * @source: Message-Id of the posting, or the kernel version
 */
export interface known_driver {
	label: string;
	date: string;
	source: string;
}

/** drivers - those there are, oldest first */
export const drivers: readonly known_driver[] =
	registry.map(({ label, date, id }) => ({ label, date, source: id }));

/** queues - each adapter of a configuration with each domain: "04.0047"; of null there are none */
export function queues(of: masks | null): string[] {
	return of === null ? [] : product(of.apm, of.aqm);
}

let running: machine | null = null;

function must_be_off(): void {
	if (running !== null)
		throw new Error("a machine is running, expected shutdown() of it first");
}

/**
 * class machine - a booted machine with one driver loaded; boot() makes one
 * @driver: the driver's label
 */
export class machine {
	readonly driver: string;
	#lab: lab;

	/** boot() has loaded the driver's text */
	constructor(driver: string, options: boot_options) {
		this.driver = driver;
		this.#lab = laboratory.boot(options, driver);
	}

	/**
	 * run - do an operation
	 * @line: in the notation of scenarios: "assign_adapter m0 0x4", "unbind 04.0047"
	 *
	 * Return: what it did. A line that stands for several operations ("mdev", "bound") ends at
	 * the first that fails; the events and decisions are of all. Throws usage_error for a line
	 * that is no operation.
	 */
	run(line: string): lab_result {
		const body = parse_body(words_of({ file: "run", line: 1 }, lex(line).words));

		if (body.kind !== "op")
			throw new usage_error(
				`${line}: expected an operation, as "assign_adapter m0 0x4"`);
		const all: lab_result = {
			rc: 0, crash: null, out: null, ev: [], lk: "", decisions: [],
		};

		for (const op of expand(body.op, this.#lab)) {
			const { rc, crash, out, ev, lk, decisions } = this.#lab.run(op, 0);

			Object.assign(all, { rc, crash, out, lk: `${all.lk} ${lk}`.trim() });
			all.ev.push(...ev);
			all.decisions.push(...decisions);
			if (crash !== null || rc < 0)
				break;
		}
		return all;
	}

	/** matrix - what is assigned to a mediated device; null if there is no such device */
	matrix(mdev = "m0"): masks | null {
		return this.#lab.matrix(mdev);
	}

	/** guest - what its guest should have: the shadow APCB */
	guest(mdev = "m0"): masks | null {
		return this.#lab.shadow(mdev);
	}

	/** apcb - what its guest has, in the CRYCB; null without a guest */
	apcb(mdev = "m0"): masks | null {
		return this.#lab.apcb(mdev);
	}

	/** linked - the queues that the driver has linked to a mediated device */
	linked(mdev = "m0"): string[] {
		return this.#lab.linked(mdev);
	}

	/** bound - the queues that are bound to vfio_ap */
	bound(): string[] {
		return this.#lab.bound();
	}

	/** log - the kernel log since boot */
	log(): string[] {
		return this.#lab.log();
	}

	/** shutdown - stop the machine; nothing is left behind */
	shutdown(): void {
		this.#lab.power_off();
		if (running === this)
			running = null;
	}
}

/**
 * struct boot_request - the machine that is wanted
 * @driver: a driver's label (v6.12)
 * @host: its AP configuration, in the notation: "adapters 04 05 domains 0004 0047 control 0004";
 *	  without it there is no adapter
 * @memory: what uninitialised memory is filled with (zero)
 * @explain: watch why the driver decides what it does, which takes time (false)
 */
export interface boot_request {
	driver?: string;
	host?: string;
	memory?: boot_options["memory"];
	explain?: boolean;
}

/**
 * boot - a machine with a driver loaded
 *
 * No queue is bound at first: run("bound all") binds what there is. Throws usage_error for a
 * driver or a host that there is not, and Error while another machine runs.
 */
export async function boot(request: boot_request = {}): Promise<machine> {
	const { driver = "v6.12", host, memory = "zero", explain = false } = request;
	const config = host === undefined ? empty_host() : parse_host_text(host);
	const { label } = await laboratory.load(driver);

	must_be_off();
	running = new machine(label, { host: config, apmask: [], aqmask: [], memory, explain });
	return running;
}

/**
 * struct replay_request - how scenarios are to be replayed
 * @driver: labels, separated by commas, or "all" (v11,v12,v13,v6.0,v6.12)
 * @file: the name that messages call a text by
 */
export interface replay_request {
	driver?: string;
	file?: string;
}

/**
 * replay - play scenarios on drivers
 * @what: a text in the notation, or scenarios, of a mail for example
 *
 * Return: for each scenario and driver what `vfio-ap replay --format json` prints. Throws
 * usage_error for a text that cannot be read or a driver that there is not.
 */
export async function replay(
	what: string | scenario | readonly scenario[],
	{ driver, file = "scenario" }: replay_request = {},
): Promise<replayed[]> {
	const scenarios = typeof what === "string" ? scenarios_in(what, file) : [what].flat();
	const labels = (await pick_drivers(driver)).map(({ label }) => label);

	must_be_off();
	return scenarios.flatMap((s) => labels.map((label) => report_object(play(s, label))));
}

/**
 * read_mail - the examples that a mail tells, as scenarios
 * @mail: the raw mail, an mbox, or the text of an archive's page
 * @host: the host's AP configuration, in place of what the mail says or leaves open
 * @file: the name that messages call it by
 *
 * Return: for each example where it stands, how its lines were read, and its scenarios.
 */
export async function read_mail(
	mail: string | Uint8Array, { host, file = "mail" }: { host?: string; file?: string } = {},
): Promise<reading[]> {
	return await readings_in(Buffer.from(mail), file,
		host === undefined ? null : parse_host_text(host));
}
