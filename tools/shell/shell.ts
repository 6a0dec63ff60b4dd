// SPDX-License-Identifier: GPL-2.0-only
/*
 * A command on the simulated machine: session, mounted tree, "sim", time and uevents together.
 */
import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { trace_uevent } from "#linux/kobject.h";
import { sysfs_path } from "../../drivers/base/sysfs.ts";
import type { boot_options } from "../lib/lab/model.ts";
import type { scenario } from "../lib/scenario/model.ts";
import { uuid_in } from "../lib/scenario/ids.ts";
import { expand } from "../lib/play/play.ts";
import { mounted } from "./mount.ts";
import { prompt, run_prompt } from "./prompt.ts";
import type { fuse_server } from "./server.ts";
import { scenario_text } from "./scenario_text.ts";
import { session } from "./session.ts";
import { SIM_CONTROL, SIM_SCRIPT, sim_control } from "./sim.ts";
import { sysfs_tree, type special_file } from "./tree.ts";

/**
 * struct shell_options
 * @rate: simulated time to elapsed time
 * @before_wait: called before somebody waits for a guest, when no signal is heard
 */
export interface shell_options {
	boot: boot_options;
	driver: string;
	rate: number;
	uevents: boolean;
	before_wait: () => void;
}

/* How often time passes while nobody asks for anything. */
const TICK_MS = 100;

/** SIGNALS - what ends the command, and us with it; SIGINT as far as the command lets it */
export const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/* While nobody can listen to signals they end us, and the mount with us. */
function without_listeners(fn: () => void): void {
	const heard = SIGNALS.map((signal) => [signal, process.listeners(signal)] as const);

	for (const [signal] of heard)
		process.removeAllListeners(signal);
	fn();
	for (const [signal, listeners] of heard)
		for (const listener of listeners)
			process.on(signal, listener as NodeJS.SignalsListener);
}

/** class shell - see the head of this file */
export class shell {
	#session: session;
	#options: shell_options;
	#server: fuse_server | null = null;
	#control: sim_control;
	#last = performance.now();

	constructor(options: shell_options) {
		this.#options = options;
		this.#session = new session(options.boot, options.driver,
			(busy) => this.#wait(busy));
		this.#control = new sim_control(this.#session);
	}

	/**
	 * prepare - do a scenario's operations; an mdev has the UUID that is noted behind it, if
	 * any
	 */
	prepare({ statements }: scenario): void {
		this.#session.in_turn(statements.map(({ body, note }) => () => {
			if (body.kind === "op")
				for (const op of expand(body.op, this.#session.lab))
					this.#session.run(op, "", uuid_in(note));
		}));
	}

	/** recorded - what was done, as a scenario */
	recorded(): string {
		return scenario_text(this.#session, "recorded-by-hand");
	}

	/** shutdown - unload the driver */
	shutdown(): void {
		this.#session.shutdown();
	}

	/**
	 * run - run a command, to the end of what it leaves running as well
	 * @folder: where the script "sim" is put
	 *
	 * Return: the command's exit code.
	 */
	async run(command: readonly string[], folder: string): Promise<number> {
		writeFileSync(join(folder, "sim"), SIM_SCRIPT, { mode: 0o755 });
		const env = {
			...process.env, PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}`,
		};
		const { uevents } = this.#options;
		const running = new mounted((server) => this.#tree(server),
			{ command, env, uevents, folder });
		const stop_events = uevents ? this.#send_uevents(running) : null;
		const tick = setInterval(() => this.#pass(), TICK_MS);
		const pass_on = (signal: NodeJS.Signals): void =>
			signal === "SIGINT" ? running.kill(signal) : running.end(signal);

		for (const signal of SIGNALS)
			process.on(signal, pass_on);
		try {
			return await running.done;
		} finally {
			for (const signal of SIGNALS)
				process.off(signal, pass_on);
			clearInterval(tick);
			stop_events?.();
		}
	}

	/**
	 * run_prompt - have what is typed at our own prompt done; 0, or 1 if the last line failed
	 */
	run_prompt(): Promise<number> {
		return run_prompt(new prompt(this.#session, () => this.#pass()));
	}

	/* Others work as long as somebody waits, who is on the stack. */
	#wait(busy: () => boolean): void {
		this.#options.before_wait();
		without_listeners(() => this.#server?.serve_while(busy));
	}

	#tree(server: fuse_server): sysfs_tree {
		const special = new Map<string, special_file>([[SIM_CONTROL, this.#control]]);

		this.#server = server;
		return new sysfs_tree(special, {
			before: () => this.#pass(),
			write: (file, data) => this.#session.write(file, data),
		}, (unique, body) => server.reply(unique, body));
	}

	/* Simulated time follows the elapsed. */
	#pass(): void {
		const now = performance.now();
		const msecs = Math.floor((now - this.#last) * this.#options.rate);

		if (msecs > 0 && this.#session.lab.crash === null) {
			this.#last = now;
			this.#session.pass(msecs);
		}
		this.#control.follow();
	}

	#send_uevents(running: mounted): () => void {
		return trace_uevent.register((action, kobj, envp) => {
			const path = sysfs_path(kobj).slice("/sys".length);

			running.send_uevent(`${action}@${path}`, envp);
		});
	}
}
