// SPDX-License-Identifier: GPL-2.0-only
/* Text of a mail on its way to a terminal, and mails that are not what they seem. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { test, type Test } from "tap";
import { usage_error } from "../../../tools/lib/cli/usage_error.ts";
import { main as import_main } from "../../../tools/import/main.ts";
import { read_mail } from "../../../tools/lib/mail/read.ts";
import { main } from "../../../tools/replay/main.ts";
import { pick_drivers, play } from "../../../tools/lib/play/play.ts";
import { output_of } from "../output_of.ts";

const STEERS = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
/* clear the screen, set the title, C1's CSI, right-to-left, a lone surrogate's bytes, backspaces */
const EVIL = "\u001b[2J\u001b]0;x\u0007 \u009b31m \u202e\u2066 \u0008\u0008 \u2028 \ud800";
const MAIL = `Subject: [PATCH v11 08/14] ${EVIL}

1. Queues bound to vfio_ap:
    0a.0001
2. APQNs assigned to matrix_mdev:
    0a.0001
3. Frobnicate ${EVIL} now
4. shadow_apcb:
    0a.0001
    0a.0002
`;

function in_file(t: Test, text: string, name = "mail.txt"): string {
	const folder = mkdtempSync(join(tmpdir(), "vfio-ap-"));
	const file = join(folder, name);

	t.teardown(() => rmSync(folder, { recursive: true }));
	writeFileSync(file, text);
	return file;
}

test("terminal: nothing in a mail steers it, in no format", async (t) => {
	const file = in_file(t, MAIL);

	for (const format of ["text", "ktap", "json"]) {
		const { out: text } = await output_of(t,
			() => main([file, "--format", format, "--driver", "v6.12"]));

		t.match(text, "Frobnicate", `${format} has the line`);
		t.notMatch(text, STEERS, format);
	}
	const { out: notation } = await output_of(t, () => import_main([file]));
	t.match(notation, "Frobnicate");
	t.notMatch(notation, STEERS, "import");
});

test("terminal: what import prints of it is read again as the same scenario", async (t) => {
	const { out: notation } = await output_of(t, () => import_main([in_file(t, MAIL)]));
	const { out: again } =
		await output_of(t, () => import_main([in_file(t, notation, "a.scn")]));

	t.equal(again, notation.replace(/^# .*\n/gm, "").replace(/\n\n$/, "\n"));
});

test("terminal: nothing in the notation steers it, nor in an error about it", async (t) => {
	const file = in_file(t, `scenario x${EVIL.replace(/\s/g, "")}\nabout ${EVIL}\nscan\n`,
		"a.scn");
	const { out: text } = await output_of(t, () => main([file, "--driver", "v6.12"]))
			.catch((error: unknown) => {
		t.type(error, usage_error);
		return { out: "" };
	});

	t.notMatch(text, STEERS);
});

const GOOD = `1. Queues bound to vfio_ap:
    0a.0001
    0a.0002
2. APQNs assigned to matrix_mdev:
    0a.0001
    0a.0002
3. Guest started
4. shadow_apcb:
    0a.0001
    0a.0002
5. 0a.0002 gets removed (unbound)
6. shadow_apcb:
    <empty>
`.split("\n").slice(0, -1);

type mutation = { at: number; how: "drop" | "twice" | "letter" | "swap" | "insert"; with: string };

function mutated(lines: string[], { at: where, how, with: text }: mutation): string[] {
	const at = where % lines.length;
	const line = lines[at]!;

	switch (how) {
	case "drop":
		lines.splice(at, 1);
		break;
	case "twice":
		lines.splice(at, 0, line);
		break;
	case "letter":
		lines[at] = line.slice(0, text.length % line.length) + text +
			line.slice(text.length % line.length + 1);
		break;
	case "swap":
		[lines[at], lines[(at + 1) % lines.length]] = [
			lines[(at + 1) % lines.length]!, line,
		];
		break;
	default:
		lines.splice(at, 0, text);
	}
	return lines;
}

const mutation: fc.Arbitrary<mutation> = fc.record({
	at: fc.nat(GOOD.length - 1),
	how: fc.constantFrom("drop", "twice", "letter", "swap", "insert"),
	with: fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 12 })
		.filter((s) => s.trim() !== ""),
});

/* A line quoted to another depth is somebody else's; one without a letter or digit divides. */
test("mutations: each line between the first and the last of an example is accounted for",
		async (t) => {
	const [v6_12] = await pick_drivers("v6.12");

	await fc.assert(fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }),
			async (list) => {
		const lines = list.reduce(mutated, [...GOOD]);

		for (const r of await read_mail(Buffer.from(lines.join("\n")), "f", null)) {
			const counted = new Set(Object.values(r.counts).flat());

			for (let n = r.first; n <= r.last; n++)
				if (/^(?!\s*>).*[\p{L}\p{N}]/u.test(lines[n - 1]!) &&
					!counted.has(n))
					throw new Error(
						`line ${n} is dropped in silence: ${lines[n - 1]}`);
			/*
			 * Where the whole state is stated anew behind such a line, another part
			 * begins.
			 */
			const reports =
				r.scenarios.map((s) => play(s, v6_12!.label, { explain: false }));

			if (r.counts.unread.length > 0 &&
				reports.every((it) => it.as_recorded && !it.open))
				throw new Error("a success with a line not read");
		}
	}), { numRuns: 300 });
});
