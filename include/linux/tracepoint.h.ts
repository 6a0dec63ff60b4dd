/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints: places where an observer may listen. Nobody listens most of the
 * time, so a caller asks `enabled` before it collects the arguments.
 */
export class tracepoint<A extends unknown[]> {
	enabled = false;
	/** emit - tell all probes, in order of registration */
	emit: (...args: A) => void = () => {};
	#probes: ((...args: A) => void)[] = [];

	/**
	 * register - call @probe at each event
	 *
	 * Return: the function that ends it.
	 */
	register(probe: (...args: A) => void): () => void {
		this.#set([...this.#probes, probe]);
		return () => this.#set(this.#probes.filter((other) => other !== probe));
	}

	/* A single probe is called without anything in between. */
	#set(probes: ((...args: A) => void)[]): void {
		this.#probes = probes;
		this.enabled = probes.length !== 0;
		this.emit = probes.length === 1 ? probes[0] : (...args) => {
			for (const probe of probes)
				probe(...args);
		};
	}
}
