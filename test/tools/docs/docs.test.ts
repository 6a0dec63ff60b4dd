// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { equivalences } from "../../../tools/crossread/equivalences.ts";
import { documents, with_part } from "../../../tools/docs/document.ts";
import { parts } from "../../../tools/docs/parts.ts";

test("what is generated is current", async (t) => {
	for (const { path, is, should_be } of await documents(parts))
		t.ok(is === should_be, `${path} is stale, run: npm run docs`);
});

test("a part is renewed where it is, and its surroundings stay", async (t) => {
	const text = "# Title\n\n<!-- generated: x -->\nold\n<!-- end: x -->\nBehind.\n";

	t.equal(with_part(text, "x", "new\nlines\n"), text.replace("old", "new\nlines"));
	t.equal(with_part(with_part(text, "x", ""), "x", "old\n"), text);
	t.throws(() => with_part(text, "y", ""), /no lines "<!-- generated: y -->"/);
});

test("every equivalence is in the table", async (t) => {
	const [{ should_be }] =
		await documents(parts.filter(({ name }) => name === "equivalences"));

	for (const { name } of equivalences)
		t.match(should_be, `| ${name} |`);
});
