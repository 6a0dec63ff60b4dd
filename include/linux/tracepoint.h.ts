/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints: places where an observer may listen. Nobody listens most of the
 * time, so a caller asks `enabled` before it collects the arguments.
 */
export class tracepoint<A extends unknown[]> {
	enabled = false;
	#probes: ((...args: A) => void)[] = [];

	/**
	 * register - call @probe at each event
	 *
	 * Return: the function that ends it.
	 */
	register(probe: (...args: A) => void): () => void {
		this.#probes.push(probe);
		this.enabled = true;
		return () => {
			this.#probes = this.#probes.filter((other) => other !== probe);
			this.enabled = this.#probes.length !== 0;
		};
	}

	/** emit - tell all probes, in order of registration */
	emit(...args: A): void {
		for (const probe of this.#probes)
			probe(...args);
	}
}
