// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { read_messages, type message } from "../../../../tools/lib/mail/message/message.ts";

const HEADER = [
	"From: Jo Example <jo@example.org>", "To: list@example.org",
	"Subject: Re: [PATCH v11 08/14] s390/vfio-ap:", " a =?utf-8?q?=C3=A4?= subject",
	"Message-ID: <1@example.org>",
	"Date: Thu, 5 Nov 2020 13:27:25 +0100",
];

function mail(fields: string[], body: string[]): Uint8Array {
	return Buffer.from([...HEADER, ...fields, "", ...body].join("\n"));
}

function numbered(m: message | undefined): [number, number, string][] {
	return m!.lines.filter((l) => l.text !== "").map((l) => [l.line, l.depth, l.text]);
}

test("message: header fields are decoded and unfolded", async (t) => {
	const [m] = await read_messages(mail([], ["x"]));

	t.equal(m!.subject, "Re: [PATCH v11 08/14] s390/vfio-ap: a \u00e4 subject");
	t.equal(m!.message_id, "<1@example.org>");
	t.equal(m!.from, "Jo Example");
	t.strictSame(numbered(m), [[8, 0, "x"]]);
});

test("message: quote marks are counted and taken off", async (t) => {
	const [m] = await read_messages(
		mail([], ["> a", ">> b", "> > c", "> >> d", " > e", ">", "f"]));

	t.strictSame(numbered(m),
		[[8, 1, "a"], [9, 2, "b"], [10, 2, "c"], [11, 3, "d"], [12, 1, "e"],
		[14, 0, "f"]]);
});

test("message: quoted-printable keeps the number of a line's first part", async (t) => {
	const [m] = await read_messages(mail(
		["Content-Type: text/plain; charset=utf-8",
			"Content-Transfer-Encoding: quoted-printable"],
		["one =C3=", "=A4 line=", " in three", "two=20", "three =3D 3"]));

	t.strictSame(numbered(m),
		[[10, 0, "one \u00e4 line in three"], [13, 0, "two"], [14, 0, "three = 3"]]);
});

test("message: base64 gives the line of the first byte", async (t) => {
	const text = Buffer.from(`${"1. Guest started\n".repeat(3)}2. shadow_apcb:\n`)
		.toString("base64");
	const [m] = await read_messages(mail(
		["Content-Type: text/plain; charset=us-ascii", "Content-Transfer-Encoding: base64"],
		[text.slice(0, 40), text.slice(40)]));

	t.strictSame(numbered(m).map(([line, , it]) => [line, it]), [[10, "1. Guest started"],
		[10, "1. Guest started"], [11, "1. Guest started"], [11, "2. shadow_apcb:"]]);
});

test("message: format=flowed is left in its lines", async (t) => {
	const [m] = await read_messages(mail(["Content-Type: text/plain; format=flowed"],
		["> quoted ", "> goes on", "own ", "text"]));

	t.strictSame(numbered(m),
		[[9, 1, "quoted"], [10, 1, "goes on"], [11, 0, "own"], [12, 0, "text"]]);
});

test("message: the text parts of a multipart mail, nested ones too", async (t) => {
	const [m] = await read_messages(mail(["Content-Type: multipart/mixed; boundary=\"b 1\""], [
		"for old readers", "--b 1", "Content-Type: multipart/alternative; boundary=c", "",
		"--c", "Content-Type: text/plain; charset=iso-8859-1", "", "gr\u00fcn", "--c",
		"Content-Type: text/html", "", "<b>no</b>", "--c--", "--b 1", "", "second",
		"--b 1--", "after",
	]));

	t.strictSame(numbered(m).map(([line, , it]) => [line, it]),
		[[16, "gr\u00c3\u00bcn"], [24, "second"]]);
});

test("message: an mbox's mails, with From lines escaped", async (t) => {
	const one = [...HEADER, "", "first", ">From here", ""];
	const box = ["From jo@example.org Thu Nov  5 13:27:25 2020", ...one,
		"From mboxrd@z Thu Jan  1 00:00:00 1970", ...one].join("\n");
	const list = await read_messages(Buffer.from(box));

	t.strictSame(list.map(numbered), [[[9, 0, "first"], [10, 0, "From here"]],
		[[20, 0, "first"], [21, 0, "From here"]]]);
});

test("message: an archive's page is split at the subjects", async (t) => {
	const page = ["Some Archive", "", "[PATCH v12 10/17] s390/vfio-ap: a thing", "",
		"From: Jo Example",
		"Date: Wed Dec 16 2020 - 15:26:24 EST", "", "text",
		"Re: [PATCH v12 10/17] s390/vfio-ap: a thing" +
		" [ In reply to ]", "> text", "answer"].join("\n");
	const list = await read_messages(Buffer.from(page));

	t.strictSame(list.map((m) => [m.line, m.subject]), [[1, null],
		[3, "[PATCH v12 10/17] s390/vfio-ap: a thing"],
			[9, "Re: [PATCH v12 10/17] s390/vfio-ap: a thing"]]);
	t.strictSame([list[1]!.from, list[1]!.date],
		["Jo Example", "Wed Dec 16 2020 - 15:26:24 EST"]);
});

test("message: what is no UTF-8 is read all the same", async (t) => {
	const [m] = await read_messages(Buffer.from([0x61, 0xe4, 0x0a, 0x00, 0xff, 0x0a]));

	t.strictSame(numbered(m), [[1, 0, "a\u00e4"], [2, 0, "\u0000\u00ff"]]);
});

test("message: a page shows the lines that a browser shows", async (t) => {
	const of = async (...page: string[]) =>
		numbered((await read_messages(Buffer.from(page.join("\n")))).at(-1)!);

	t.strictSame(await of("<!DOCTYPE html><html><body><pre itemprop=\"articleBody\">" +
		"a: 04.0004,<br />&gt; b&hellip;<br /><br />c</pre></body></html>"),
	[[1, 0, "a: 04.0004,"], [2, 1, "b\u2026"], [4, 0, "c"]],
	"where all are in one, they are counted");
	t.strictSame(await of("<html><head><style>p {}</style>", "<script>var a = 1 < 2;</script>",
		"<body><h2>Message</h2><pre class=\"content\">a", "", "  b", "</pre></body>"),
	[[3, 0, "Message"], [3, 0, "a"], [5, 0, "  b"]], "a line of the file is one here");
	t.strictSame(await of("<div>a</div>", "<div class=\"gmail_quote\"><blockquote>",
		"<div>b", "c</div></blockquote></div>", "<blockquote>d</blockquote>"),
	[[1, 0, "a"], [3, 1, "b"], [4, 1, "c"], [5, 0, "d"]], "a quotation has its marks");
	t.strictSame(await of("<ol>", "<li>a", "<li>b", "</ol>", "<table>",
		"<tr><th>c<th>d", "<tr><td>e<td>f&nbsp;g", "</table>"),
	[[2, 0, "1. a"], [3, 0, "2. b"], [6, 0, "c  d"], [7, 0, "e  f g"]], "steps and columns");
});

test("message: a page is read where a mail has no plain text, line by line", async (t) => {
	const html = ["Content-Type: text/html", "", "<p>a &lt; b<br>c</p><p>d</p>"];
	const plain = ["Content-Type: text/plain", "", "e"];
	const parts = (...list: string[][]): string[] =>
		[...list.flatMap((part) => ["--b", ...part]), "--b--"];
	const of = async (list: string[][]) => {
		const [m] = await read_messages(mail(
			["Content-Type: multipart/alternative; boundary=b"], parts(...list)));

		return numbered(m);
	};

	t.strictSame(await of([html]), [[12, 0, "a < b"], [12, 0, "c"], [12, 0, "d"]]);
	t.strictSame(await of([plain, html]), [[12, 0, "e"]]);
});

test("message: UTF-16 in base64", async (t) => {
	const coded = Buffer.from("\ufeffa\nb\u010a\nc", "utf16le").toString("base64");
	const [m] = await read_messages(mail([
		"Content-Type: text/plain; charset=utf-16", "Content-Transfer-Encoding: base64",
	], coded.match(/.{1,8}/g)!));

	t.strictSame(numbered(m), [[10, 0, "a"], [10, 0, "b\u010a"], [11, 0, "c"]]);
});
