// SPDX-License-Identifier: GPL-2.0-only
/*
 * A headless Chromium, spoken to through a pipe in its debugging protocol.
 */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

/** What a page said or did: the protocol's events. */
export interface page_event {
	method: string;
	params: { [name: string]: unknown };
}

interface reply {
	id?: number;
	result?: { [name: string]: unknown };
	error?: { message: string };
	method?: string;
	params?: { [name: string]: unknown };
}

/**
 * find_chromium - the program's name
 *
 * Return: null where there is none
 */
export function find_chromium(): string | null {
	const names = ["chromium", "chromium-browser", "google-chrome"];
	return names.find((name) => spawnSync(name, ["--version"]).status === 0) ?? null;
}

/** One page in one browser. */
export class browser_page {
	readonly events: page_event[] = [];
	private readonly process: ChildProcess;
	private readonly profile = mkdtempSync(join(tmpdir(), "vfio-ap-browser-"));
	private readonly waiting = new Map<number, (reply: reply) => void>();
	private session: string | undefined;
	private next = 1;
	private rest = "";

	constructor(program: string) {
		this.process = spawn(program, [
			"--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
			`--user-data-dir=${this.profile}`, "--window-size=1400,1000", "about:blank",
		], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
		(this.process.stdio[4] as Readable).on("data", (chunk: Buffer) => this.receive(chunk));
	}

	private receive(chunk: Buffer): void {
		const messages = (this.rest + chunk.toString()).split("\0");
		this.rest = messages.pop()!;
		for (const text of messages) {
			const reply = JSON.parse(text) as reply;
			if (reply.id !== undefined)
				this.waiting.get(reply.id)?.(reply);
			else
				this.events.push({ method: reply.method!, params: reply.params! });
		}
	}

	/** send - a command of the protocol; answers its result */
	async send(method: string, params: object = {}): Promise<{ [name: string]: unknown }> {
		const id = this.next++;
		const message = { id, method, params, sessionId: this.session };
		const answer = new Promise<reply>((resolve) => this.waiting.set(id, resolve));
		(this.process.stdio[3] as Writable).write(`${JSON.stringify(message)}\0`);
		const { result, error } = await answer;
		if (error)
			throw new Error(`${method}: ${error.message}`);
		return result!;
	}

	/** open - show an address and wait until it is loaded */
	async open(url: string): Promise<void> {
		const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
		const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
		this.session = sessionId as string;
		for (const domain of ["Page", "Runtime", "Log", "Network"])
			await this.send(`${domain}.enable`);
		await this.send("Page.navigate", { url });
		while (!this.events.some(({ method }) => method === "Page.loadEventFired"))
			await new Promise((resolve) => setTimeout(resolve, 20));
	}

	/** evaluate - the value of an expression in the page */
	async evaluate<T>(expression: string): Promise<T> {
		const { result } = await this.send("Runtime.evaluate", { expression, returnByValue: true });
		return (result as { value: T }).value;
	}

	/** press - a key that is a letter */
	async press(key: string): Promise<void> {
		const code = `Key${key.toUpperCase()}`;
		const more = { key, code, text: key };
		await this.send("Input.dispatchKeyEvent", { type: "keyDown", ...more });
		await this.send("Input.dispatchKeyEvent", { type: "keyUp", ...more });
	}

	/** close - end the browser and take its files away */
	async close(): Promise<void> {
		const ended = new Promise((resolve) => this.process.once("exit", resolve));
		this.process.kill();
		await ended;
		rmSync(this.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
	}
}
