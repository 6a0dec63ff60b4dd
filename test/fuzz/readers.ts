// SPDX-License-Identifier: GPL-2.0-only
/*
 * The readers of what strangers wrote, each as a function of bytes, and texts that each accepts.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { read_patch } from "../../tools/crossread/patch.ts";
import { read_tarball } from "../../tools/crossread/tarball.ts";
import { page_text } from "../../tools/crossread/web_page.ts";
import { parse_lines } from "../../tools/explore/campaign.ts";
import { parse_litmus } from "../../tools/litmus/parse.ts";
import { read_messages } from "../../tools/lib/mail/message.ts";
import { read_mail } from "../../tools/lib/mail/read.ts";
import { parse_scenarios } from "../../tools/lib/scenario/parse.ts";
import { print_scenario } from "../../tools/lib/scenario/print.ts";
import { parse_traces } from "../../tools/lib/trace/format.ts";
import { gnu_member, member, pax_member, tar } from "../tools/crossread/archives.ts";

/**
 * struct reader - a reader
 * @corpus: texts to begin with; the folder corpus/NAME has more
 * @read: reads; what it returns says what was understood, as text
 * @change: a text with another meaning, by two numbers from 0 to 1: the place and the value; null
 *          where there is nothing to change
 */
export interface reader {
	corpus: Buffer[];
	read(bytes: Buffer): string | Promise<string>;
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

	return JSON.stringify(
		messages.map(({ lines, subject }) => [subject, read_patch(lines, "f")]));
}

async function archive_text(bytes: Buffer, name: string): Promise<string> {
	const file = join(tmpdir(), `vfio-ap-fuzz-${process.pid}${name}`);

	writeFileSync(file, bytes);
	return JSON.stringify([...await read_tarball(file, ["c/x.c"])]);
}

const ARCHIVES = [tar(member("l/c/x.c", "int x;\n"), member("l/y", "y")),
	tar(gnu_member(`${"a/".repeat(60)}c/x.c`, "x")),
	tar(pax_member(`${"b/".repeat(60)}c/x.c`, "x"))];

const builtin: Record<string, reader> = {
	trace: {
		corpus: [Buffer.from(TRACE)],
		read: (bytes) => JSON.stringify([...parse_traces("f", bytes.toString())]
			.map(({ header, ops }) => [header, ops.map((op) => [op.op, op.read()])])),
		change: change_id(/(?<=:\[|,)\b\d+\b(?=[\],])/g, String),
	},
	scenario: {
		corpus: files_of(SCENARIOS, ".scn", 12),
		read: (bytes) => {
			const text = parse_scenarios(bytes.toString(), "f").map(print_scenario)
				.join("");

			if (parse_scenarios(text, "f").map(print_scenario).join("") !== text)
				throw new Error("printed and read again it is another scenario");
			return text;
		},
		change: change_id(/(?<=^(?:unbind|bind|[0-9]+: unbind|[0-9]+: bind) )\w\w\.\w{4}/gm,
			(n) => `${n.toString(16)}.00${n.toString(16)}`),
	},
	litmus: {
		corpus: files_of(new URL("litmus/", SCENARIOS), ".lit", 12),
		read: (bytes) => JSON.stringify(parse_litmus(bytes.toString(), "f"),
			(_, v: unknown) => typeof v === "bigint" ? `${v}n` : v),
		change: change_id(/(?<=unbind )\w\w\.\w{4}/g,
			(n) => `${n.toString(16)}.00${n.toString(16)}`),
	},
	mail: {
		corpus: [Buffer.from(MAIL),
			Buffer.from(`From a@b Thu Oct 22 13:12:04 2020\n${MAIL}\nFrom a@b Thu Oct 22 13:12:04 2020\n${PATCH}`),
			Buffer.from(MAIL.split("\n\n").slice(2).join("\n\n"))],
		read: async (bytes) => JSON.stringify(await read_mail(bytes, "f", null)),
		change: null,
	},
	patch: {
		corpus: [Buffer.from(PATCH), Buffer.from(PATCH.replace(/^/gm, "> "))],
		read: messages_text,
		change: change_id(/(?<=^[+-]\t.*)\b\d\b/gm, String),
	},
	page: {
		corpus: [Buffer.from(PAGE)],
		read: (bytes) => messages_text(page_text(bytes)),
		change: null,
	},
	tar: { corpus: ARCHIVES, read: (bytes) => archive_text(bytes, ".tar"), change: null },
	targz: {
		corpus: ARCHIVES.map((it) => gzipSync(it)),
		read: (bytes) => archive_text(bytes, ".tar.gz"), change: null,
	},
	results: {
		corpus: [Buffer.from(RESULTS)],
		read: (bytes) => JSON.stringify(parse_lines("f", bytes.toString())),
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
