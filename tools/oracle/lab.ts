// SPDX-License-Identifier: GPL-2.0-only
/*
 * A lab on the driver's own C. Its program starts anew for each operation and does all those
 * before again: a scenario has few.
 */
import { spawnSync } from "node:child_process";
import type { boot_options, lab, lab_result } from "../lib/lab/model.ts";
import { queue_name } from "../lib/scenario/ids.ts";
import type { masks, op, scenario, statement } from "../lib/scenario/model.ts";
import type { mdev_state, trace_op } from "../lib/trace/format.ts";

/* A line of the program's output. */
interface c_line extends Omit<trace_op, "op"> {
	log?: string[];
}

/* What the C's machine cannot do. */
const LACKS = new Map<op[0], string>([
	["apmask_store", "the C's machine has no apmask"],
	["aqmask_store", "the C's machine has no aqmask"],
	["config", "the C's machine has no cards"],
	["checkstop", "the C's machine has no cards"],
	["store", "the C's machine has no AP bus in sysfs"],
	["advance", "the C's machine has no AP bus that scans"],
	["driver_override", "the C's machine has no other drivers"],
	["hw_time", "the C's machine takes no time for a request"],
	["run", "the guests of the C's machine execute PQAP(AQIC) only"],
	["next_host", "the C's machine is one host"],
]);

function lack_of({ body }: statement): string | null {
	if (body.kind !== "op")
		return null;
	return body.rc === "waits" ? "the C's machine has no process that waits"
		: LACKS.get(body.op[0]) ?? null;
}

/** why_not - what of a scenario the C's machine cannot do, or null if it can do all */
export function why_not(
	{ memory, kasan, low_memory, secure_execution, statements }: scenario,
): string | null {
	if (memory !== "zero")
		return "the C's locals are zero when they are not initialised";
	if (kasan === true || low_memory === "fault")
		return "the memory of the C's machine is not watched";
	if (secure_execution === true)
		return "the C's machine is no Secure Execution guest";
	return statements.map(lack_of).find((lack) => lack !== null) ?? null;
}

type c_op = op | ["init"] | ["fail_nth", number];

/**
 * class c_lab - a booted machine with the C of a driver
 */
export class c_lab implements lab {
	while_waiting: lab["while_waiting"] = null;
	#program: string;
	#options: boot_options;
	#host: masks;
	#done: c_op[] = [];
	#mdevs = new Map<string, mdev_state>();
	#guests = new Map<string, string>();		/* by mdev: what its guest is called */
	#apcbs = new Map<string, masks>();
	#log: string[] = [];
	#crashed = false;

	constructor(program: string, options: boot_options) {
		const { apm, aqm, adm } = options.host;

		this.#program = program;
		this.#options = options;
		this.#host = { apm, aqm, adm };
		this.#do(["init"]);
	}

	run(o: op, fail_nth = 0): lab_result {
		if (fail_nth > 0)
			this.#done.push(["fail_nth", fail_nth]);
		const { rc = 0, crash = null, out = null, ev = [], lk = "" } = this.#do(o);

		return { rc, crash, out, ev, lk, decisions: [] };
	}

	matrix(mdev: string): masks | null {
		return this.#mdevs.get(mdev) ?? null;
	}

	shadow(mdev: string): masks | null {
		return this.#mdevs.get(mdev)?.g ?? null;
	}

	apcb(mdev: string): masks | null {
		const guest = this.#guests.get(mdev);

		return guest === undefined ? null : this.#apcbs.get(guest) ??
			{ apm: [], aqm: [], adm: [] };
	}

	linked(mdev: string): string[] {
		return this.#mdevs.get(mdev)?.q ?? [];
	}

	queues(): string[] {
		const { host: { old }, apmask, aqmask } = this.#options;
		const { apm, aqm } = this.#host;

		return apm.filter((apid) => !old.includes(apid)).flatMap((apid) =>
			aqm.filter((apqi) => !apmask.includes(apid) || !aqmask.includes(apqi))
				.map((apqi) => queue_name(apid, apqi)));
	}

	bound(): string[] {
		const queues = this.queues();
		const answers = this.#ask(queues.map((queue) => ["read", queue, "status"]));

		return queues.filter((_, i) => (answers[i]?.rc ?? -1) >= 0);
	}

	log(): string[] {
		return this.#log;
	}

	power_off(): void {}

	/** trace - all that was done, as a trace */
	trace(): string {
		return this.#run(this.#done, []);
	}

	#run(ops: readonly c_op[], args: string[]): string {
		const { host, apmask, aqmask } = this.#options;
		const lines = [
			{ trace: 1, driver: "C", host, apmask, aqmask },
			...ops.map((o) => ({ op: o })),
		];

		return spawnSync(this.#program, args, {
			encoding: "utf8", maxBuffer: 1 << 28,
			input: lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
		}).stdout;
	}

	/* What the program answers to more operations, behind those that were done. */
	#ask(more: readonly c_op[]): c_line[] {
		return this.#run([...this.#done, ...more], ["--log"]).trimEnd().split("\n")
			.slice(1 + this.#done.length).map((line) => JSON.parse(line));
	}

	#do(o: c_op): c_line {
		if (this.#crashed)
			return { crash: "fault" };
		const [answer] = this.#ask([o]);

		this.#done.push(o);
		this.#crashed = answer.crash !== undefined;
		this.#follow(o, answer);
		return answer;
	}

	#follow(o: c_op, { rc, ev = [], st = {}, log = [] }: c_line): void {
		this.#log.push(...log);
		for (const [mdev, state] of Object.entries(st)) {
			if (state === null)
				this.#mdevs.delete(mdev);
			else
				this.#mdevs.set(mdev, state);
		}
		if (o[0] === "open" && rc === 0)
			this.#guests.set(o[1], this.#guests.get(o[2] ?? "") ?? o[1]);
		else if (o[0] === "close" || o[0] === "destroy")
			this.#guests.delete(o[1]);
		else if (o[0] === "cfg" || o[0] === "config_changed")
			this.#host = { ...this.#host, ...o[1] };
		for (const [what, guest, apm, aqm, adm] of ev) {
			if (what === "apcb")
				this.#apcbs.set(String(guest), { apm, aqm, adm } as masks);
			else if (what === "clear")
				this.#apcbs.delete(String(guest));
		}
	}
}
