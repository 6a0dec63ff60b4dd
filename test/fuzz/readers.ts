// SPDX-License-Identifier: GPL-2.0-only
/*
 * The readers of what strangers wrote, each as a function of bytes, and texts that each accepts.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Arbitrary } from "fast-check";
import { read_patch } from "../../tools/crossread/patch.ts";
import { unplaced_remarks } from "../../tools/crossread/remarks.ts";
import { is_tarball, read_tarball } from "../../tools/crossread/tarball.ts";
import { page_text } from "../../tools/crossread/web_page.ts";
import { parse_lines, parse_part } from "../../tools/explore/campaign.ts";
import { guest_operations, parse_litmus } from "../../tools/litmus/parse.ts";
import { is_mbox, read_messages } from "../../tools/lib/mail/message/message.ts";
import { read_mail, read_mbox, type reading } from "../../tools/lib/mail/read.ts";
import { parse_scenarios } from "../../tools/lib/scenario/parse.ts";
import { print_scenario } from "../../tools/lib/scenario/print.ts";
import { parse_traces, type recorded_op } from "../../tools/lib/trace/format.ts";
import { deb, gnu_member, gz, header, member, pax_member, tar, xz } from
	"../tools/crossread/archives.ts";
import { mails } from "./mails.ts";
import { literals_of, mail_seeds, scenario_seeds, texts_of, trace_seeds, wrong_words } from
	"./seeds.ts";

/** struct counted - which functions of a file read: these alone, or all but these */
export interface counted {
	only?: readonly string[];
	but?: readonly string[];
}

/**
 * struct reader - a reader
 * @corpus: texts to begin with; the folder corpus/NAME has more
 * @read: reads; what it returns says what was understood, as text
 * @seeds: more texts, for those who have time
 * @made: texts made up by a grammar, which are tried beside these
 * @files: what it consists of, by path
 * @change: a text with another meaning, by two numbers from 0 to 1: the place and the value; null
 *          where there is nothing to change
 */
export interface reader {
	corpus: Buffer[];
	read(bytes: Buffer): string | Promise<string>;
	seeds?: () => Buffer[];
	made?: Arbitrary<Buffer>;
	files: ReadonlyMap<string, counted>;
	change: ((text: string, where: number, what: number) => string | null) | null;
}

const HERE = new URL("./", import.meta.url);
const SCENARIOS = new URL("../scenarios/", HERE);

function files_of(folder: URL, ending: string, most: number): Buffer[] {
	return readdirSync(folder).filter((name) => name.endsWith(ending)).slice(0, most)
		.map((name) => readFileSync(new URL(name, folder)));
}

const HEADER = '{"trace":1,"driver":"v12","seed":1,"host":{"apxa":1,"na":63,"nd":255,"apm":[4,5],' +
	'"aqm":[4,71],"adm":[4]},"apmask":[],"aqmask":[]}';
const TRACE = `${HEADER}
{"op":["init"],"rc":0,"lk":"l+ l-"}
{"op":["create","m0"],"rc":0,"st":{"m0":{"apm":[],"aqm":[],"adm":[],"g":{"apm":[],"aqm":[],"adm":[]},"kvm":0,"q":[]}}}
{"op":["write","m0","assign_adapter","0x04\\n"],"rc":5}
{"op":["open","m0"],"rc":0,"ev":[["apcb","m0",[4],[71],[]]]}
{"op":["pqap","m0","0x3000404","0x800000000003","0x1000"],"rc":0,"out":"0x0"}
{"op":["cfg",{"apm":[4],"aqm":[71]}],"rc":0}
{"op":["hw","04.0047",{"zapq":[2,0],"tapq":[5]}],"rc":0}
{"op":["in_use",[4],[71]],"rc":0}
{"op":["mig_write","m0","00000001",0,{"mid":["destroy","m0"]}],"rc":0}
{"op":["unbind","04.0047"],"crash":"hang"}
`;

const PATCH = `From: A B <a@example.org>
Subject: [PATCH v11 08/14] s390/vfio-ap: something
Message-ID: <1@example.org>
Date: Thu, 22 Oct 2020 13:12:04 -0400

Text.

diff --git a/drivers/s390/crypto/vfio_ap_ops.c b/drivers/s390/crypto/vfio_ap_ops.c
--- a/drivers/s390/crypto/vfio_ap_ops.c
+++ b/drivers/s390/crypto/vfio_ap_ops.c
@@ -1,4 +1,5 @@ static int f(void)
 static int f(void)
 {
-	return 0;
+	int rc = 1;
+	return rc;
 }
-- 
2.21.1
`;

const MAIL = `From: A B <a@example.org>
Subject: [PATCH v12 08/17] =?utf-8?q?s390/vfio-ap=3A_x?=
Message-ID: <2@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Example:

1. Queues 04.0004 and 04.0047 are bound to vfio_ap=20
2. echo 4 > assign_adapter
3. Guest has 04.0004
4. unbind 04.0047
5. Guest has 04.0004

--b
Content-Type: text/plain
Content-Transfer-Encoding: base64

MS4gdW5iaW5kIDA0LjAwMDQK
--b--
`;

const HEAD = MAIL.split("\n").slice(0, 3).join("\n");
const OF_MBOX = "From a@b Thu Oct 22 13:12:04 2020\n";
/* What cannot be read as it was written, each in a way of its own. */
const FAULTY = [
	`${HEAD}\nContent-Transfer-Encoding: base64\n\n%%%%\n`,
	`${HEAD}\nContent-Transfer-Encoding: base64\n\nMS4g\n\nfooter\n`,
	`${HEAD}\nContent-Transfer-Encoding: base64\n\nMS4\n`,
	`${HEAD}\nContent-Transfer-Encoding: base64\n\nMS4gdW5iaW5kIDA0LjAwMDQ=\n`,
	`${HEAD}\nContent-Transfer-Encoding: rot13\n\nx\n`,
	`${HEAD}\nContent-Type: text/plain; charset=klingon\n\nx\n`,
	`${HEAD}\nContent-Type: text/plain; charset=x-unknown\n\nx\n`,
	`${HEAD}\nContent-Type: text/plain; charset=utf-16\n\nx\n`,
	`${HEAD}\n\n${"x".repeat((1 << 20) + 1)}\n`, `${HEAD}\n\na\0b\n`,
	MAIL.replace("--b--\n", ""), MAIL.replaceAll("--b", "--c"), HEAD,
].map((mail) => `${OF_MBOX}${mail}`);

/* What litmus prints, pasted into a mail. */
const SCHEDULES = `${HEAD}

x on v6.12: 3 schedules
       2  end=ok
    admin: unbind 04.0004 -> 0
    at mutex_lock: guest: scan -> 0
       1  end=deadlock
    admin: bind 04.0004 -> ok
    bus: scan -> 0
  holds    line 8: never end=deadlock (0 of 3)
y on v7.3: 1 schedules
`;

const LITMUS = "litmus x\nhost adapters 04 domains 0004\nbound all\nwait 5\nactor a\n\tscan\n" +
	"actor b\n\tscan\n";

const PAGE = `<!DOCTYPE html><html><body><pre>* [PATCH v11 08/14] x
@ 2020-10-22 17:11 A B
  0 siblings

&lt;tt&gt; 1. <b>Queues</b> 04.0004 are bound
</pre><pre>* Re: [PATCH v11 08/14] x
&gt; 1. unbind 04.0004
</pre></body></html>
`;

const RESULTS = `{"result":"walks","job":0,"machine":"1 adapters","driver":"v6.0","seed":1,"walks":2,"transitions":9}
{"result":"space","job":1,"machine":"1 adapters","driver":"v6.0","states":5,"transitions":9,"executed":9,"depth":2,"seconds":0.1,"boots":1,"ends":0,"bound":null}
`;

const CAMPAIGN = `{"result":"campaign","version":"1","plan":{"drivers":["v6.0"],"walks":2,"block":1},"shard":[1,1]}
${RESULTS}{"result":"end","shard":[1,1]}
`;

/* The n-th of some places, n given as a number from 0 to 1. */
function nth<T>(list: readonly T[], where: number): T | undefined {
	return list[Math.min(list.length - 1, Math.floor(where * list.length))];
}

function replaced(text: string, at: number, length: number, by: string): string {
	return text.slice(0, at) + by + text.slice(at + length);
}

/* Another id in an operation: a number or a queue that stood nowhere in the line. */
function change_id(pattern: RegExp, other: (n: number) => string) {
	return (text: string, where: number, what: number): string | null => {
		const found = nth([...text.matchAll(pattern)], where);
		const by = other(160 + Math.floor(what * 80));

		return found === undefined
			? null : replaced(text, found.index, found[0].length, by);
	};
}

async function messages_text(bytes: Buffer): Promise<string> {
	const messages = await read_messages(bytes);

	return JSON.stringify([
		messages.map(({ lines, subject }) => [subject, read_patch(lines, "f")]),
		unplaced_remarks(messages, []),
	]);
}

async function* in_chunks(bytes: Buffer): AsyncGenerator<Buffer> {
	for (let at = 0; at < bytes.length; at += 999)
		yield bytes.subarray(at, at + 999);
}

/* An mbox is read as a stream, too: what is told of it is the same. */
async function mail_readings(bytes: Buffer): Promise<string> {
	const told = (readings: reading[]): string =>
		JSON.stringify(readings.map((it) => ({ ...it, mail: { ...it.mail, lines: [] } })));
	const of_all = told(await read_mail(bytes, "f", null));

	if (is_mbox(bytes.subarray(0, 4096)) &&
		told(await read_mbox(in_chunks(bytes), "f", null, () => {})) !== of_all)
		throw new Error("as a stream it is another mbox");
	return of_all;
}

async function archive_text(bytes: Buffer, name: string): Promise<string> {
	const file = join(tmpdir(), `vfio-ap-fuzz-${process.pid}${name}`);

	if (!is_tarball(file))
		throw new Error(`${file} is read as something else`);
	writeFileSync(file, bytes);
	return JSON.stringify([...await read_tarball(file, ["c/x.c"])]);
}

const ARCHIVES = [tar(member("l/c/x.c", "int x;\n"), member("l/y", "y")),
	tar(gnu_member(`${"a/".repeat(60)}c/x.c`, "x")),
	tar(pax_member(`${"b/".repeat(60)}c/x.c`, "x"))];

/* All that an operation's line says, asked for one by one. */
function told_by(it: recorded_op): unknown[] {
	it.rest_is("}");
	return [
		it.op, it.line, it.rc, it.crash, it.out, it.ev, it.lk, it.st, it.read_recorded(),
	];
}

/* They only open files. */
const OPENING = ["stream_traces", "files_below", "trace_files", "read_traces"];

function whole(folder: string, ...names: string[]): reader["files"] {
	return new Map(names.map((name) => [`tools/${folder}/${name}.ts`, {}]));
}

const MAIL_FILES = whole("lib/mail", "message", "mime", "faults", "quotes", "html", "find",
	"list_lines", "blocks", "build", "clauses", "frames", "phrases", "words", "shell", "slips",
	"tables", "archive", "not_read", "processors", "schedules", "bodies", "ledger", "commands",
	"script", "first_look", "first_masks", "look_up", "remembered", "shell_errors", "names",
	"kernel_text", "lexicon");
/* Debian's package of kernel sources, where there is an xz. */
function packages(): Buffer[] {
	const inner = xz(ARCHIVES[0]!);

	if (inner === null)
		return [];
	const data = tar(Buffer.concat([header("./usr/src/linux-source-6.12.tar.xz", inner.length),
		inner, Buffer.alloc(512 - inner.length % 512)]));

	return [
		deb(["debian-binary", Buffer.from("2.0\n")], ["data.tar.gz", gz(data)]),
		deb(["data.tar.xz", xz(data)!]), deb(["data.tar.zst", data]), deb(),
		deb(["data.tar.gz", gz(ARCHIVES[0]!)]), ARCHIVES[0]!,
		deb(["x", Buffer.alloc(9)]).subarray(0, -4),
	];
}

const PACKAGES = packages();

/* Without an xz there are no seeds, and a file that is none is one. */
function archive(name: string, corpus: Buffer[]): reader {
	return {
		corpus: corpus.length === 0 ? [Buffer.alloc(1)] : corpus,
		read: (bytes) => archive_text(bytes, name), files: whole("crossread", "tarball"),
		change: null,
	};
}

const builtin: Record<string, reader> = {
	trace: {
		corpus: [Buffer.from(TRACE)],
		read: (bytes) => JSON.stringify([...parse_traces("f", bytes.toString())]
			.map((it) => [it.header, it.ops.map(told_by)])),
		seeds: () => trace_seeds(TRACE),
		files: new Map([...whole("lib/trace", "header", "operations", "values"),
			["tools/lib/trace/format.ts", { but: OPENING }]]),
		change: change_id(/(?<=:\[|,)\b\d+\b(?=[\],])/g, String),
	},
	scenario: {
		corpus: files_of(SCENARIOS, ".scn", 12),
		seeds: () => [
			...scenario_seeds(), ...files_of(SCENARIOS, ".scn", Infinity),
			...files_of(new URL("migration/", SCENARIOS), ".scn", Infinity),
			...texts_of("lib/scenario"), ...texts_of("lib/play"),
		],
		read: (bytes) => {
			const text = parse_scenarios(bytes.toString(), "f").map(print_scenario)
				.join("");

			if (parse_scenarios(text, "f").map(print_scenario).join("") !== text)
				throw new Error("printed and read again it is another scenario");
			return text;
		},
		files: new Map([
			...whole("lib/scenario", "lexer", "operations", "reader", "result", "print",
				"migration"),
			/* the others' help those who read mails */
			["tools/lib/scenario/parse.ts",
				{ but: ["begins_header", "begins_statement", "parse_host_text"] }],
			["tools/lib/scenario/expectations.ts", { but: ["begins_expectation"] }],
			["tools/lib/scenario/ids.ts", { but: ["sorted_queues", "uuid_in"] }],
		]),
		change: change_id(/(?<=^(?:unbind|bind|[0-9]+: unbind|[0-9]+: bind) )\w\w\.\w{4}/gm,
			(n) => `${n.toString(16)}.00${n.toString(16)}`),
	},
	litmus: {
		corpus: files_of(new URL("litmus/", SCENARIOS), ".lit", 12),
		seeds: () => [
			...[...guest_operations.values()]
				.flatMap(({ form }) => [form, ...wrong_words(form)])
				.map((line) => Buffer.from(
					`${LITMUS}\t${line}\nresult never end=x`)),
			...["", "result never end=x", "actor b\n\tscan\nresult", "actor c\nactor d"]
				.map((end) => Buffer.from(`${LITMUS}${end}\n`)),
			...texts_of("litmus"), ...files_of(new URL("litmus/", SCENARIOS), ".lit", 2)
				.flatMap((text) => wrong_words(String(text))
					.map((it) => Buffer.from(it))),
		],
		read: (bytes) => JSON.stringify(parse_litmus(bytes.toString(), "f"),
			(_, v: unknown) => typeof v === "bigint" ? `${v}n` : v),
		files: whole("litmus", "parse"),
		change: change_id(/(?<=unbind )\w\w\.\w{4}/g,
			(n) => `${n.toString(16)}.00${n.toString(16)}`),
	},
	mail: {
		corpus: [Buffer.from(MAIL),
			Buffer.from(`From a@b Thu Oct 22 13:12:04 2020\n${MAIL}\nFrom a@b Thu Oct 22 13:12:04 2020\n${PATCH}`),
			Buffer.from(MAIL.split("\n\n").slice(2).join("\n\n"))],
		seeds: () => [
			...mail_seeds(HEAD, files_of(SCENARIOS, ".scn", Infinity)),
			...wrong_words(MAIL).map((text) => Buffer.from(text)),
			...files_of(new URL("../mails/", HERE), "", Infinity),
			...[...FAULTY, SCHEDULES, ...wrong_words(`${OF_MBOX}${MAIL}`),
				...wrong_words(SCHEDULES)].map((text) => Buffer.from(text)),
			...texts_of("lib/mail"),
			...texts_of("replay"), ...texts_of("lib/play"),
		],
		made: mails(["lib/mail", "replay"].flatMap(literals_of)
			.filter((text) => /\S\s+\S/.test(text) && text.length < 1000)),
		read: mail_readings,
		files: new Map([...MAIL_FILES,
			["tools/lib/mail/read.ts", { but: ["sentence_of"] }]]),
		change: null,
	},
	patch: {
		corpus: [Buffer.from(PATCH), Buffer.from(PATCH.replace(/^/gm, "> "))],
		seeds: () => texts_of("crossread"),
		read: messages_text,
		files: new Map([
			...whole("crossread", "patch"),
			["tools/crossread/remarks.ts", { but: ["take_said"] }],
		]),
		change: change_id(/(?<=^[+-]\t.*)\b\d\b/gm, String),
	},
	page: {
		corpus: [Buffer.from(PAGE)],
		seeds: () => [
			"<?xml version='1.0'?>\n<html><pre>a &#65; &#x41; &amp; &nosuch; <b",
			"<html><pre",
			...texts_of("crossread").map(String)
				.filter((text) => text.includes("<pre")),
		].map((text) => Buffer.from(text)),
		read: (bytes) => messages_text(page_text(bytes)),
		files: whole("crossread", "web_page"),
		change: null,
	},
	tar: archive(".tar", [
		...ARCHIVES, gz(ARCHIVES[0]!), header("l/c/x.c", 17 << 20),
		tar(gnu_member("a/".repeat(600_000), "x")), Buffer.from("no tar"),
	]),
	targz: archive(".tar.gz", ARCHIVES.map(gz)),
	tarxz: archive(".tar.xz", PACKAGES.length === 0 ? [] : ARCHIVES.map((it) => xz(it)!)),
	deb: archive(".deb", PACKAGES),
	results: {
		corpus: [Buffer.from(RESULTS), Buffer.from(CAMPAIGN)],
		seeds: () => [...wrong_words(CAMPAIGN), ""].map((text) => Buffer.from(text)),
		read: (bytes) => JSON.stringify(bytes.includes('"result":"campaign"')
			? parse_part("f", bytes.toString()) : parse_lines("f", bytes.toString())),
		files: new Map([["tools/explore/campaign.ts",
			{ only: [
				"parse_row", "check_line", "parse_lines", "parse_part",
				"check_campaign",
			] }]]),
		change: change_id(/(?<="seed":)\d+/g, String),
	},
};

/** CORPUS - where failures are kept, by reader */
export const CORPUS = fileURLToPath(new URL("corpus/", HERE));

function kept(name: string): Buffer[] {
	const folder = new URL(`corpus/${name}/`, HERE);

	try {
		return files_of(folder, "", Infinity);
	} catch {
		return [];
	}
}

/** readers - all, by name */
export const readers: ReadonlyMap<string, reader> = new Map(Object.entries(builtin)
	.map(([name, it]) => [name, { ...it, corpus: [...it.corpus, ...kept(name)] }]));
