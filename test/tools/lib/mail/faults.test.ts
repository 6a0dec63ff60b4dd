// SPDX-License-Identifier: GPL-2.0-only
/*
 * One mail of an mbox that cannot be read is named and left out; those around it are read.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "tap";
import { dispatch } from "../../../../tools/main.ts";
import { output_of } from "../../output_of.ts";
import { read_mail, read_mbox, type reading } from "../../../../tools/lib/mail/read.ts";

const EXAMPLE = `1. Queues 04.0004 and 04.0047 are bound to vfio_ap
2. echo 4 > assign_adapter
3. Guest has 04.0004
4. unbind 04.0047
`;

function mail(n: number, fields: string, body: string): string {
	return `From a@example.org Thu Oct 22 13:12:04 2020
From: A B <a@example.org>
Subject: example ${n}
Message-ID: <${n}@example.org>
${fields}
${body}
`;
}

function whole(n: number): string {
	return mail(n, "", EXAMPLE.replaceAll("04.0047", `04.00${10 + n}`));
}

const BASE64 = `MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64
`;

function parts(inner: string, end = "\n--b--\n"): string {
	return mail(0, 'Content-Type: multipart/mixed; boundary="b"\n', `--b\n${inner}${end}`);
}

const coded = Buffer.from(EXAMPLE).toString("base64");

/*
 * What is wrong, the mail, the line in it, and what is said of it; all begin with their From line.
 */
const BROKEN: [what: string, text: string, line: number, said: RegExp][] = [
	["base64 with other characters",
		mail(0, BASE64, `${coded.slice(0, 40)}\n%%%%\n${coded.slice(40)}`), 10,
			/no base64/],
	["base64 that is text", mail(0, BASE64, EXAMPLE), 9, /no base64/],
	["base64 cut off", mail(0, BASE64, coded.slice(0, 41)), 9, /cut off/],
	["wide characters in lines",
		mail(0, "Content-Type: text/plain; charset=utf-16\n", EXAMPLE), 2,
		/the charset "utf-16" in lines, expected it in base64/],
	["an unknown charset", mail(0, "Content-Type: text/plain; charset=klingon-1\n", EXAMPLE), 2,
		/klingon-1/],
	["an unknown transfer encoding", mail(0, "Content-Transfer-Encoding: rot13\n", EXAMPLE), 2,
		/rot13/],
	["a header that is cut off",
		"From a@example.org Thu Oct 22 13:12:04 2020\nFrom: A B <a@example.org>\nSubject: cut\n", 2, /header that is cut off/],
	["an enormous line", mail(0, "", `${EXAMPLE}${"x".repeat((1 << 20) + 1)}\n`), 10,
		/a line of 1048577 characters/],
	["a NUL", mail(0, "", EXAMPLE.replace("bound", "bo\0und")), 6, /a NUL/],
	["a NUL in the header", mail(0, "X-A: \0\n", EXAMPLE), 5, /a NUL/],
	["parts without an end", parts(`Content-Type: text/plain\n\n${EXAMPLE}`, ""), 2,
		/without an end/],
	["parts without a boundary", mail(0, "Content-Type: multipart/mixed\n", EXAMPLE), 2,
		/no boundary/],
	["a part with bad base64", parts(`Content-Transfer-Encoding: base64\n\n${EXAMPLE}`), 10,
		/no base64/],
	["parts in parts without an end",
		parts(`Content-Type: multipart/mixed; boundary="c"\n\n--c\n\n${EXAMPLE}`), 8,
			/--c--/],
];

async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
	const bytes = Buffer.from(text);

	for (let at = 0; at < bytes.length; at += size)
		yield bytes.subarray(at, at + size);
}

/* By both ways into a file: as a whole, and as it comes. */
async function read(text: string): Promise<{ readings: reading[]; faults: string[] }[]> {
	const faults: string[][] = [[], []];
	const note = (list: string[]) =>
		({ fault }: { fault: { line: number; what: string } | null }): void => {
			if (fault !== null)
				list.push(`${fault.line}: ${fault.what}`);
		};

	return [
		{ readings: await read_mail(Buffer.from(text), "f", null, note(faults[0]!)),
			faults: faults[0]! },
		{ readings: await read_mbox(pieces(text, 997), "f", null, note(faults[1]!)),
			faults: faults[1]! },
	];
}

for (const [what, broken, line, said] of BROKEN)
	void test(`faults: ${what}`, async (t) => {
		const first = whole(1);
		const lines = first.split("\n").length - 1;

		for (const { readings, faults } of await read(first + broken + whole(2))) {
			t.same(readings.map(({ mail: m }) => m.subject), ["example 1", "example 2"],
				"the others are read");
			t.equal(faults.length, 1);
			t.match(faults[0], said);
			t.match(faults[0], new RegExp(`^${lines + line}: `),
				"the line in the file");
		}
		for (const { readings, faults } of await read(first + broken)) {
			t.equal(readings.length, 1);
			t.equal(faults.length, 1, "the last one, too");
		}
	});

test("faults: what people read all the same is read", async (t) => {
	for (const text of [
		mail(0, BASE64, `${coded}\n\n_______\na list's footer, which is no base64\n`),
		mail(0, "Content-Type: text/plain; charset=unknown-8bit\n", EXAMPLE),
		mail(0, "Content-Type: text/plain; charset=utf-8\n", `\xff\xfe${EXAMPLE}`),
		parts(`Content-Type: text/plain\n\n${EXAMPLE}`, "\n--b--\n\nan epilogue\n"),
	])
		for (const { readings, faults } of await read(whole(1) + text + whole(2))) {
			t.equal(readings.length, 3, text.slice(0, 200));
			t.same(faults, []);
		}
});

test("faults: that a mail is left out is told by the exit code, too", async (t) => {
	const file = join(t.testdir(), "mbox");
	const commands = [["import"], ["replay", "--driver", "v6.0"],
		["bisect", "--from", "v12", "--to", "v13"]];
	const holds = mail(1, "", `1. Queues 04.0004 and 04.0047 are bound to vfio_ap
2. Adapter 04 and domain 0004 are assigned to the mdev
3. The guest is started
4. Guest has 04.0004
`);
	const stderr = t.capture(process.stderr, "write", () => true);

	for (const [name, ...options] of commands) {
		const run = async (text: string): Promise<number> => {
			writeFileSync(file, text);
			return (await output_of(t, () => dispatch([name!, file, ...options]))).code;
		};

		t.equal(await run(holds), 0, name);
		t.equal(await run(holds + BROKEN[0]![1]), 3, name);
	}
	const said = stderr().map(({ args }) => String((args as unknown[])[0])).join("");

	t.match(said, /mbox:\d+: this is no base64.*left out/);
});

test("faults: of a mail that is not looked at as well", async (t) => {
	const nothing = mail(0, BASE64, "%%%%");

	for (const { faults } of await read(whole(1) + nothing + mail(3, "", "Hello.\n")))
		t.equal(faults.length, 1);
});
