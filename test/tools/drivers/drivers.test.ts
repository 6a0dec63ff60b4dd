// SPDX-License-Identifier: GPL-2.0-only
import { readFileSync } from "node:fs";
import { test } from "tap";
import { drivers, not_ported } from "../../../drivers/s390/crypto/history/index.ts";
import { usage_error } from "../../../tools/lib/cli/usage_error.ts";
import { main } from "../../../tools/drivers/main.ts";
import { driver_of } from "../../../tools/lib/lab/loader.ts";
import { output_of } from "../output_of.ts";

test("drivers: a line for each, oldest first, what nobody posted last", async (t) => {
	const { out } = await output_of(t, () => main([]));
	const [heading, ...lines] = out.trimEnd().split("\n");

	t.match(heading, /^driver +date /);
	t.strictSame(lines.map((line) => line.split(" ")[0]), drivers.map(({ label }) => label));
	for (const [i, { id, path }] of drivers.entries())
		t.ok(lines[i]!.includes(id) && lines[i]!.endsWith(path));
});

test("drivers --format markdown: the Message-Ids are links", async (t) => {
	const { out } = await output_of(t, () => main(["--format", "markdown"]));

	t.match(out, "[`<20201022171209.19494-1-akrowiak@linux.ibm.com>`]" +
		"(https://lore.kernel.org/linux-s390/" +
		"20201022171209.19494-1-akrowiak@linux.ibm.com/)");
	t.equal(out.trimEnd().split("\n").length, drivers.length + 2);
});

test("drivers --format json: an object a line", async (t) => {
	const { out } = await output_of(t, () => main(["--format", "json"]));
	const rows = out.trimEnd().split("\n").map((l) => JSON.parse(l));

	t.strictSame(rows.map(({ label, predecessor }) => [label, predecessor]),
		drivers.map(({ label, predecessor }) => [label, predecessor]));
});

test("drivers: an unknown format is an error", async (t) => {
	await t.rejects(main(["--format", "html"]), new usage_error(
		"--format html: no such format, expected one of text, markdown, json"));
});

test("registry: knowing the drivers does not load them", async (t) => {
	const registry = new URL("../../../drivers/s390/crypto/history/index.ts", import.meta.url);

	t.notMatch(readFileSync(registry, "utf8"), /^import /m);
});

test("registry: a posting that is known and not ported is refused with the reason", async (t) => {
	for (const { label, why } of not_ported) {
		t.notOk(drivers.some((driver) => driver.label === label));
		t.throws(() => driver_of(label),
			new usage_error(`driver '${label}' is known and not ported: ${why}`));
	}
});
