// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { documents, equivalences_text, with_section } from "../../../tools/docs/crossref.ts";
import { equivalences } from "../../../tools/crossread/equivalences.ts";

test("documents: what is generated is current", async (t) => {
	for (const [path, { is, should_be }] of await documents())
		t.ok(is === should_be, `${path}, else run ./tools/vfio-ap crossread --update`);
});

test("documents: every equivalence is in the table", async (t) => {
	const text = equivalences_text();
	for (const { name } of equivalences)
		t.match(text, `| ${name} |`);
});

test("documents: the section is renewed where it is, or comes last", async (t) => {
	const once = with_section("# Title\n\nText.\n");
	t.ok(once.startsWith("# Title\n\nText.\n\n<!--"));
	const old = once.replace("| forward goto |", "| was |").concat("\nBehind.\n");
	t.equal(with_section(old), `${once}\nBehind.\n`);
});
