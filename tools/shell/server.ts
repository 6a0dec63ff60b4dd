// SPDX-License-Identifier: GPL-2.0-only
/*
 * Serves one FUSE mount: reads requests, has a filesystem answer them, writes the replies.
 *
 * A request may wait for other requests: a write to "remove" does until the guest has closed the
 * device. The simulated kernel is one stack of calls, so whoever waits in it calls serve_while(),
 * and what comes meanwhile is answered on top of it.
 */
import { read, readSync, writeSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import {
	FUSE_BATCH_FORGET, FUSE_DESTROY, FUSE_FORGET, FUSE_INIT, FUSE_INTERRUPT, fuse_reply,
	fuse_request, init_reply, REQUEST_SIZE,
} from "./fuse.ts";

/** LATER - an answer that the filesystem gives itself, by the server's reply() */
export const LATER = Symbol("later");

/**
 * struct filesystem - what stands behind a mount
 * @answer: the body of the reply, a negative errno, or LATER
 * @forget: the kernel has dropped some lookups of an inode
 * @interrupt: a signal reached the process that waits for the answer to @unique
 */
export interface filesystem {
	answer(request: fuse_request): Buffer | number | typeof LATER;
	forget(nodeid: number, lookups: number): void;
	interrupt(unique: bigint): void;
}

/* The kernel has no mount on the descriptor yet. */
const RETRY_MS = 2;

/* What a read says when the mount is gone, or is being taken down by force. */
const UNMOUNTED: ReadonlySet<string> = new Set(["ENODEV", "ECONNABORTED"]);

function code_of(error: unknown): string | undefined {
	return (error as NodeJS.ErrnoException).code;
}

/**
 * class fuse_server
 * @fd: /dev/fuse, which the mount names
 * @gone: the mount is no more
 */
export class fuse_server {
	gone = false;
	#fd: number;
	#fs: filesystem;
	#buffer = Buffer.alloc(REQUEST_SIZE);

	constructor(fd: number, fs: filesystem) {
		this.#fd = fd;
		this.#fs = fs;
	}

	/**
	 * serve - answer requests until the mount is gone
	 * @waiting: whether somebody may still mount it
	 */
	async serve(waiting: () => boolean): Promise<void> {
		while (!this.gone) {
			try {
				this.#take(await this.#read());
			} catch (error) {
				await this.#after_error(error, waiting);
			}
		}
	}

	/**
	 * serve_while - answer requests as long as something is so
	 * @busy: it; asked before each request
	 *
	 * For those who wait within the simulated kernel. Ends early when the mount is gone.
	 */
	serve_while(busy: () => boolean): void {
		while (!this.gone && busy()) {
			const buffer = Buffer.alloc(REQUEST_SIZE);

			try {
				this.#take(buffer.subarray(0, readSync(this.#fd, buffer)));
			} catch (error) {
				this.gone = UNMOUNTED.has(code_of(error)!);
				if (!this.gone && !["EINTR", "ENOENT"].includes(code_of(error)!))
					throw error;
			}
		}
	}

	/** reply - answer a request that was to be answered LATER */
	reply(unique: bigint, body: Buffer | number): void {
		try {
			writeSync(this.#fd, fuse_reply(unique, body));
		} catch (error) {
			/* who asked is gone, or the whole mount */
			if (!["ENOENT", "EPERM"].includes(code_of(error)!) &&
				!UNMOUNTED.has(code_of(error)!))
				throw error;
		}
	}

	#read(): Promise<Buffer> {
		return new Promise((resolve, reject) => {
			read(this.#fd, this.#buffer, 0, REQUEST_SIZE, null, (error, bytes) => {
				if (error)
					reject(error);
				else
					resolve(this.#buffer.subarray(0, bytes));
			});
		});
	}

	async #after_error(error: unknown, waiting: () => boolean): Promise<void> {
		if (UNMOUNTED.has(code_of(error)!)) {
			this.gone = true;
			return;
		}
		switch (code_of(error)) {
		case "EPERM":			/* not mounted yet */
			this.gone = !waiting();
			await setTimeout(RETRY_MS);
			return;
		case "ENOENT":			/* the request was taken back before it was read */
		case "EINTR":
		case "EAGAIN":
			return;
		default:
			throw error;
		}
	}

	#take(bytes: Buffer): void {
		if (bytes.length === 0) {		/* no FUSE device: it has an end */
			this.gone = true;
			return;
		}
		const request = new fuse_request(bytes);

		switch (request.opcode) {
		case FUSE_FORGET:
		case FUSE_BATCH_FORGET:
			for (const [nodeid, lookups] of request.forgotten())
				this.#fs.forget(nodeid, lookups);
			return;
		case FUSE_INTERRUPT:
			this.#fs.interrupt(request.interrupts());
			return;
		case FUSE_INIT:
			return this.reply(request.unique, init_reply());
		case FUSE_DESTROY:
			return this.reply(request.unique, 0);
		}
		const answer = this.#fs.answer(request);

		if (answer !== LATER)
			this.reply(request.unique, answer);
	}
}
