// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs that end with us, and folders that go with us, also where a signal ends us. A signal
 * that nobody waits for ends a process at once, whatever it is at; so one is waited for only as
 * long as there is something to put away, and then we wait for the program and do nothing else.
 */
import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";

const ENDS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

type put_away = () => void;

const held = new Set<put_away>();
let waits = false;

function wait_for_signals(wanted: boolean): void {
	if (wanted !== waits)
		ENDS.forEach((name) => wanted ? process.on(name, end) : process.off(name, end));
	waits = wanted;
}

/* What a program has started is in its group. */
function end_child({ pid }: ChildProcess): void {
	try {
		process.kill(-pid!, "SIGTERM");
	} catch {
		/* it has ended */
	}
}

/* Who works in a folder was held after it. */
function end(signal: NodeJS.Signals): void {
	[...held].toReversed().forEach((put_away) => put_away());
	wait_for_signals(false);
	process.kill(process.pid, signal);
}

function hold(it: put_away): void {
	held.add(it);
	wait_for_signals(true);
}

/*
 * A signal that came already is told of when events are next polled, which is between two turns of
 * setImmediate. Whoever works on for long waits until nobody waits for signals any more.
 */
async function let_go(it: put_away): Promise<void> {
	held.delete(it);
	await turn();
	await turn();
	wait_for_signals(held.size > 0);
}

/**
 * ending - do something that is put away if a signal ends us
 * @put_away: does that at once
 */
export async function ending<T>(put_away: () => void, work: () => Promise<T>): Promise<T> {
	hold(put_away);
	try {
		return await work();
	} finally {
		await let_go(put_away);
	}
}

/** start_child - start a program; SIGTERM ends it and what it started if a signal ends us */
export function start_child(
	program: string, args: readonly string[], options: SpawnOptions = {},
): ChildProcess {
	const child = spawn(program, args, { ...options, detached: true });

	if (child.pid !== undefined) {
		const put_away = (): void => end_child(child);

		hold(put_away);
		child.once("close", () => void let_go(put_away));
	}
	return child;
}

/** struct child_result - @status: null if a signal ended the program */
export interface child_result {
	status: number | null;
	stdout: string;
	stderr: string;
}

/**
 * run_child - a program, from start to end
 * @input: for its standard input
 * @env: its environment, ours without it
 *
 * Throws the system's error where it cannot be started.
 */
export async function run_child(
	program: string, args: readonly string[], input = "", env = process.env,
): Promise<child_result> {
	const child = start_child(program, args, { stdio: ["pipe", "pipe", "pipe"], env });
	const parts: Record<"stdout" | "stderr", Buffer[]> = { stdout: [], stderr: [] };
	const ended = new Promise<number | null>((resolve, reject) => {
		child.on("error", reject);
		child.on("close", resolve);
	});

	for (const name of ["stdout", "stderr"] as const)
		child[name]!.on("data", (bytes: Buffer) => parts[name].push(bytes));
	/* a program need not read all of it */
	child.stdin!.on("error", () => {}).end(input);
	const status = await ended;
	const text = (list: Buffer[]): string => Buffer.concat(list).toString("utf8");

	return { status, stdout: text(parts.stdout), stderr: text(parts.stderr) };
}

/**
 * in_folder - do something in a folder of its own
 * @prefix: what its path begins with
 * @work: gets its path; when that is done the folder is gone, unless it was moved
 */
export async function in_folder<T>(
	prefix: string, work: (folder: string) => Promise<T>,
): Promise<T> {
	const folder = mkdtempSync(prefix);
	const remove = (): void =>
		rmSync(folder, { recursive: true, force: true, maxRetries: 3 });

	return ending(remove, async () => {
		try {
			return await work(folder);
		} finally {
			remove();
		}
	});
}
