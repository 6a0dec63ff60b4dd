// SPDX-License-Identifier: GPL-2.0-only
/*
 * The readers with edited texts, a short while each; npm run fuzz does it for longer.
 */
import { test } from "tap";
import { fuzz } from "./fuzz.ts";
import { readers } from "./readers.ts";

const RUNS = 400;
const SECONDS = 5;

for (const [name, it] of readers) {
	void test(`fuzz: ${name}: all of the corpus is understood or refused`, async (t) => {
		const only = { ...it, change: null };

		for (const bytes of it.corpus)
			t.equal((await fuzz({ ...only, corpus: [bytes] }, 0, 1, SECONDS)).failure,
				null);
	});

	void test(`fuzz: ${name}: edited texts`, async (t) => {
		const seed = Math.floor(Math.random() * 2 ** 31);
		const { failure, bytes, inputs, accepted } = await fuzz(it, seed, RUNS, SECONDS);

		t.equal(failure, null,
			`seed ${seed}: ${JSON.stringify(bytes?.toString("latin1").slice(0, 2000))}`);
		t.ok(inputs > 20 && (accepted < inputs || name === "mail" || name === "page"));
	});
}
