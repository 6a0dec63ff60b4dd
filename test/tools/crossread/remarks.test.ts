// SPDX-License-Identifier: GPL-2.0-only
/*
 * What answers say: with the names of those who say it, and none of it lost.
 */
import { test } from "tap";
import { read_messages } from "../../../tools/lib/mail/message/message.ts";
import { read_patch } from "../../../tools/crossread/patch.ts";
import { remarks_text } from "../../../tools/crossread/text_view.ts";
import {
	name_of, said_above, speaker, take_said, unplaced_remarks,
} from "../../../tools/crossread/remarks.ts";

const ANSWER = `From: "Ada, Countess" <ada@example.org>
Subject: Re: [PATCH v3 2/4] s390/vfio-ap: sample
Message-ID: <1@example.org>

Thanks for this.

On Mon, 5 Oct 2020 10:00:00 +0200, Bob Builder <bob@example.org> wrote:
> On Fri, 2 Oct 2020, Eve wrote:
>> diff --git a/x.c b/x.c
>> @@ -1,3 +1,4 @@
>>  int a;
>> +int b;
> Why b?
Because.
>>  int c;
>>  int d;
>> diff --git a/Documentation/x.rst b/Documentation/x.rst
>> @@ -1,1 +1,2 @@
>>  text
>> +more
A comma is missing.
-- 
Ada
`;

test("remarks: who says what, however deep it is quoted", async (t) => {
	const [mail] = await read_messages(Buffer.from(ANSWER));
	const files = read_patch(mail!.lines, "re.eml", true, mail!.from);
	const remarks =
		files.flatMap(({ hunks }) =>
			hunks.flatMap(({ lines }) => lines.flatMap((l) => l.remarks)));

	t.strictSame(remarks.filter((text) => text !== ""), [
		speaker("Bob Builder"), "Why b?", speaker("Ada, Countess"), "Because.",
	]);
});

test("remarks: those that stand at no line that is shown, and why", async (t) => {
	const messages = await read_messages(Buffer.from(ANSWER));

	t.strictSame(unplaced_remarks(messages, ["Because."]), [
		{ by: "Ada, Countess", lines: ["Thanks for this."],
			why: "of the patch as a whole" },
		{ by: "Ada, Countess", lines: ["A comma is missing."],
			why: "on Documentation/x.rst, which is no C" },
	]);
	t.strictSame(unplaced_remarks(messages, []).map(({ why }) => why)[1],
		"at a line that is not shown");
});

test("remarks: those without a place in a terminal, foreign text as it is", async (t) => {
	const remarks =
		[{ by: "Bob", why: "of the patch as a whole", lines: ["Fine\u001b[31m.", "So."] }];

	t.equal(remarks_text([], {}), "");
	t.equal(remarks_text(remarks, { columns: 80 }), "Remarks without a place above\n\n" +
		"Bob, of the patch as a whole:\n      > Fine\\x1b[31m.\n      > So.\n");
});

test("remarks: an answer to an answer brings what is new", async (t) => {
	const to = [speaker("Bob"), "Why?"];

	take_said(to, [
		speaker("Bob"), "Why?", speaker("Ada"), "Because.", speaker("Bob"), "Why?", "Ah.",
	]);
	t.strictSame(to,
		[speaker("Bob"), "Why?", speaker("Ada"), "Because.", speaker("Bob"), "Ah."]);
});

test("names: of addresses and of the lines above quotations", async (t) => {
	t.equal(name_of("Halil Pasic <pasic@example.org>"), "Halil Pasic");
	t.equal(name_of("ada@example.org"), "ada@example.org");
	t.equal(said_above("On 10/22/20 1:12 PM, Halil Pasic wrote:"), "Halil Pasic");
	t.equal(said_above("<t@example.org> wrote:",
		"On Thu, 22 Oct 2020 13:12:03 -0400 Tony Krowiak"), "Tony Krowiak");
	t.equal(said_above("the driver wrote a bit"), null);
});
