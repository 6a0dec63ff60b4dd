// SPDX-License-Identifier: GPL-2.0-only
/*
 * What sets an example up, or does something in it, is seen at the first look; the few sentences
 * that name nothing never stand alone.
 */
import { readdirSync, readFileSync } from "node:fs";
import { test } from "tap";
import { frames } from "../../../../tools/lib/mail/english/frames.ts";
import { may_tell } from "../../../../tools/lib/mail/message/first_look.ts";
import { phrases } from "../../../../tools/lib/mail/sentence/phrases.ts";
import { read_mail } from "../../../../tools/lib/mail/read.ts";
import { typed_lines } from "../../../../tools/lib/mail/typed/shell.ts";

const MAILS = new URL("../../../mails/", import.meta.url);

const NAMELESS = new Set([
	"queue found", "queue not found", "guest started", "bus scan over",
	"a guest starts or ends", "in_use finds nothing", "memcpy done", "reprobed afterwards",
]);

test("each row that an example may begin with is seen", async (t) => {
	for (const { name, kind, examples } of [...phrases, ...frames])
		if (!NAMELESS.has(name) && ["set-up", "operation", "actor"].includes(kind))
			t.same(examples.filter((text) => !may_tell(text)), [], name);
	t.same(typed_lines.filter((text) => !may_tell(text)),
		["bash: echo: write error: Device or resource busy",
			"OSError: [Errno 99] Cannot assign requested address"]);
});

test("each mail that has an example is seen; most of what lists have is not", async (t) => {
	for (const name of readdirSync(MAILS)) {
		const bytes = readFileSync(new URL(name, MAILS));

		if ((await read_mail(bytes, name, null)).length > 0)
			t.ok(may_tell(bytes.toString()), name);
	}
	for (const text of [
		"The guest's memory is added to a queue of the domain, and the adapter is reset.",
		"+\tqueue_work(system_wq, &guest->work);\n@@ -1,2 +1,3 @@ static int f(void)",
		"Changes in v3 (1,000 lines): crypto: s390 uses the scenario of kvm",
	])
		t.notOk(may_tell(text), text);
});
