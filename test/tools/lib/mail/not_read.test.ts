// SPDX-License-Identifier: GPL-2.0-only
/* A mail without a scenario names the lines that speak of queues. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "tap";
import { read_inputs } from "../../../../tools/lib/mail/input.ts";
import { main as bisect } from "../../../../tools/bisect/main.ts";
import { main as import_mail } from "../../../../tools/import/main.ts";
import { main as replay } from "../../../../tools/replay/main.ts";

const MAIL = `From: a@example.org
Subject: odd

Good morning,
yesterday I wondered about 0b.0013 on the machine downstairs.
Perhaps adapter 11 was taken there, perhaps none was.
The colleague swears by assign_domain\u001bc and by lszcrypt.
The weather is fine.
`;

test("each line that names a queue, a number, an attribute or a tool is named", async (t) => {
	const file = join(t.testdir({}), "a.eml");

	writeFileSync(file, MAIL);
	for (const run of [
		() => read_inputs([file], null), () => replay([file]), () => import_mail([file]),
		() => bisect([file]),
	]) {
		const { message } = await run().then(() => t.fail("a scenario is found"),
			(error: Error) => error) as Error;

		t.match(message.split("\n"), [
			`${file}: no scenario found`,
			"  line 5: not read: yesterday I wondered about 0b.0013 on the machine downstairs.",
			"  line 6: not read: Perhaps adapter 11 was taken there, perhaps none was.",
			/^ {2}line 7: not read: The colleague swears by assign_domain\\x1bc and by/,
		]);
		t.notMatch(message, /line [48]:/);
	}
});

test("many lines are counted, long ones are cut", async (t) => {
	const file = join(t.testdir({}), "a.eml");
	const line = `Rumour has it that 0b.0013 ${"perhaps ".repeat(40)}`;

	writeFileSync(file, `From: a@example.org\nSubject: odd\n\n${`${line}\n\n`.repeat(25)}`);
	const { message } = await read_inputs([file], null)
		.then(() => t.fail("a scenario is found"),
		(error: Error) => error) as Error;

	t.equal(message.split("\n").length, 22);
	t.match(message, /\n {2}and 5 more$/);
	t.ok(message.split("\n").slice(1).every((it) => it.length < 160));
});

test("of an mbox that is too large to be held they are counted", async (t) => {
	const RAIN = `${"It rains all day. ".repeat(40)}\n`;
	const file = join(t.testdir({}), "a.mbox");
	const mail = `From a@example.org Mon Nov 30 10:00:00 2026\n${MAIL}${RAIN.repeat(2_000)}\n`;

	writeFileSync(file, mail.repeat(3));
	const { message } = await read_inputs([file], null)
		.then(() => t.fail("a scenario is found"),
		(error: Error) => error) as Error;

	t.match(message, /of 3 mails 3 have 9 lines that speak of queues and are not read/);
});

test("a hunk's head is no line that speaks of queues, a heading of numbers is", async (t) => {
	const file = join(t.testdir({}), "a.eml");

	writeFileSync(file, "From: a@example.org\nSubject: odd\n\n" +
		"@@ -955,8 +964,7 @@ static DEVICE_ATTR_RO(control_domains);\nadapters:\n1, 2\n");
	const { message } = await read_inputs([file], null)
		.then(() => t.fail("a scenario is found"),
		(error: Error) => error) as Error;

	t.strictSame(message.split("\n").slice(1),
		["  line 5: not read: adapters:", "  line 6: not read: 1, 2"]);
});
