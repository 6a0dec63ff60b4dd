// SPDX-License-Identifier: GPL-2.0-only
/*
 * A headless Chromium, spoken to through a pipe in its debugging protocol.
 */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
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
		], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"], detached: true });
		(this.process.stdio[4] as Readable)
			.on("data", (chunk: Buffer) => this.receive(chunk));
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
		const { sessionId } = await this.send("Target.attachToTarget",
			{ targetId, flatten: true });
		this.session = sessionId as string;
		for (const domain of ["Page", "Runtime", "Log", "Network"])
			await this.send(`${domain}.enable`);
		await this.send("Page.navigate", { url });
		while (!this.events.some(({ method }) => method === "Page.loadEventFired"))
			await new Promise((resolve) => setTimeout(resolve, 20));
	}

	/** evaluate - the value of an expression in the page */
	async evaluate<T>(expression: string): Promise<T> {
		const { result } = await this.send("Runtime.evaluate",
			{ expression, returnByValue: true, awaitPromise: true });
		return (result as { value: T }).value;
	}

	/** press - a key: a letter, or one by its name */
	async press(key: string): Promise<void> {
		const letter = key.length === 1;
		const code = /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : letter ? "" : key;
		const windowsVirtualKeyCode = { Enter: 13, Tab: 9, Escape: 27, ArrowUp: 38,
			ArrowDown: 40 }[key];
		const text = letter ? key : key === "Enter" ? "\r" : undefined;
		const more = { key, code, text, windowsVirtualKeyCode };

		await this.send("Input.dispatchKeyEvent",
			{ type: text === undefined ? "rawKeyDown" : "keyDown", ...more });
		await this.send("Input.dispatchKeyEvent", { type: "keyUp", ...more });
	}

	/** type - text into what has the focus */
	async type(text: string): Promise<void> {
		for (const key of text)
			await this.press(key);
	}

	/** click - with the mouse, on what a selector finds first */
	async click(selector: string): Promise<void> {
		const place = await this.evaluate<{ x: number; y: number } | null>(`(() => {
			const found = document.querySelector(${JSON.stringify(selector)});
			found?.scrollIntoView({ block: "center" });
			const box = found?.getBoundingClientRect();
			return box ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : null;
		})()`);

		if (place === null)
			throw new Error(`there is no ${selector} on the page`);
		for (const type of ["mousePressed", "mouseReleased"])
			await this.send("Input.dispatchMouseEvent",
				{ type, ...place, button: "left", clickCount: 1 });
	}

	/** until - wait for an expression to be true in the page */
	async until(expression: string): Promise<void> {
		for (let tries = 0; tries < 500; tries++) {
			if (await this.evaluate<boolean>(`!!(${expression})`))
				return;
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
		throw new Error(`the page never came to ${expression}`);
	}

	/** show_as - how wide the window is, and which colours are wanted */
	async show_as(width: number, scheme: "light" | "dark"): Promise<void> {
		await this.send("Emulation.setDeviceMetricsOverride",
			{ width, height: 900, deviceScaleFactor: 1, mobile: false });
		await this.send("Emulation.setEmulatedMedia",
			{ features: [{ name: "prefers-color-scheme", value: scheme }] });
	}

	/** complaints - what the page's console said that is wrong */
	get complaints(): page_event[] {
		return this.events.filter(({ method }) =>
			["Log.entryAdded", "Runtime.exceptionThrown"].includes(method));
	}

	/** close - end the browser, with all its processes, and take its files away */
	async close(): Promise<void> {
		const ended = new Promise((resolve) => this.process.once("exit", resolve));
		process.kill(-this.process.pid!, "SIGKILL");
		await ended;
		await rm(this.profile,
			{ recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
	}
}
