// SPDX-License-Identifier: GPL-2.0-only
/* What is said of a mail in which there is nothing to play. */
import { test } from "tap";
import { what_to_do } from "../../../../tools/lib/mail/instead.ts";
import { read } from "./steps_of.ts";

function said(
	subject: string, message_id: string, answers: string[] = [], text = "",
): string[] {
	const lines = text.split("\n").map((t, i) => ({ line: i + 1, depth: 0, text: t }));

	return what_to_do({
		file: "mail.eml", scenarios: [], readings: [], not_read: [], left_out: [],
		mails: [{ subject, message_id, answers, lines }],
	});
}

const SAMPLE = [/Documentation\/scenarios\.md/, /replay test\/mails\/adapter-with-a-hole\.eml/];
const HUNK = "Thanks.\n\n@@ -1,2 +1,3 @@ static int f(void)\n a\n+b\n c\n";

const SUBJECT =
	"[PATCH v4 06/15] s390/vfio-ap: Transition guest migration state from STOP to STOP_COPY";

test("a mail that makes claims ends with their scenarios, each with what it claims", async (t) => {
	const lines = said(`Re: ${SUBJECT}`, "<20260707092411.6B47A1F000E9@smtp.kernel.org>");

	t.match(lines[0], /reply to migration-v4 06/);
	t.match(lines.join("\n"),
		/what it claims.*\n.*migration\/M13-stream-outlives-its-mdev\.scn {2}A stream holds nothing/);
});

test("a patch leads to what others claim of it", async (t) => {
	const lines = said(SUBJECT, "<20260707090226.3206695-7-akrowiak@linux.ibm.com>").join("\n");

	t.match(lines, /what is claimed of this patch/);
	t.match(lines, /M13-/);
	t.notMatch(lines, /M14-/);
});

test("a series whose subjects came again is told by its version", async (t) => {
	const lines = said("[PATCH v12 08/17] s390/vfio-ap: introduce shadow APCB", "<x@example>");

	t.match(lines[0], /it is v12 08/);
	t.match(lines.join("\n"), "vfio-ap series v12 8, by function: vfio-ap diff v12@7 v12@8");
});

test("a mail of which only the thread tells what it is about", async (t) => {
	const patch = "<20201124214016.3013-9-akrowiak@linux.ibm.com>";

	t.match(said("Re: my machine", "<x@example>", ["<y@example>", patch])[0],
		/reply to v12 08/);
	t.match(said("Re: my machine", "<x@example>",
		["<20201124214016.3013-1-akrowiak@linux.ibm.com>"])[0],
		/reply to v12: Re: my machine/);
	t.match(said("whatever it is called here", patch)[0], /it is v12 08/);
	t.match(said("Re: my machine", "<x@example>", ["<y@example>"]), SAMPLE);
});

test("a version of another series is none of this one", async (t) => {
	t.match(said("[PATCH V13 1/6] mdev: make mdev bus agnostic", "<x@example>"), SAMPLE);
	t.match(said("[PATCH v13 02/15] s390/vfio-ap: a subject of a draft", "<x@example>")[0],
		/it is v13 02/, "as many patches as v13 has");
	t.match(said("[PATCH v2 05/16] s390/vfio-ap: what came to nothing", "<x@example>", [],
		HUNK), [
		/it is of a posting that is not here .*: \[PATCH v2 05\/16\]/,
		/vfio-ap crossread mail\.eml/,
	]);
});

test("a mail leads to crossread by a diff in it, or by its subject", async (t) => {
	const text = (subject: string, body: string): string =>
		said(subject, "<x@example>", [], body).join("\n");
	const lost = "[PATCH v2 05/16] s390/vfio-ap: lost";

	t.match(text(lost, HUNK), "vfio-ap crossread mail.eml");
	t.notMatch(text(lost, "LGTM"), "crossread");
	t.match(text(`Re: ${SUBJECT}`, "LGTM"), "vfio-ap crossread mail.eml");
});

test("an earlier form of a patch leads to the one that is here, by its number there", async (t) => {
	const topic = SUBJECT.replace("[PATCH v4 06/15] ", "");

	t.match(said(`[PATCH v1 13/24] ${topic}`, "<x@example>", ["<the-cover@example>"])[0],
		/it is another form of migration-v4 06: \[PATCH v1/);
});

test("the litmus test that is offered does what the mail tells of", async (t) => {
	const offered = async (deed: string): Promise<string[]> => what_to_do({
		file: "mail.eml", scenarios: [], not_read: [], left_out: [],
		mails: [{ subject: "locks", message_id: "<x@example>", answers: [], lines: [] }],
		readings: [await read("It goes like this:\n\n" +
			"1) apmask_store() takes ap_perms_mutex\n" +
			`2) ${deed}_store() takes matrix_dev->lock\n` +
			"3) apmask_store() waits for matrix_dev->lock\n" +
			`4) ${deed}_store() waits for ap_perms_mutex\n`)],
	});

	t.match((await offered("assign_adapter")).join(),
		/mdev m0 domains 0004,.*\bassign_adapter m0 0x4/);
	t.match((await offered("unassign_adapter")).join(), /unassign_adapter m0 0x4/);
});
