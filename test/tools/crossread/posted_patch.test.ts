// SPDX-License-Identifier: GPL-2.0-only
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { t, test } from "tap";
import { posted_patch } from "../../../tools/crossread/posted_patch.ts";

const dir = mkdtempSync(join(tmpdir(), "posted-"));

t.teardown(() => rmSync(dir, { recursive: true }));

function of(text: string): string | undefined {
	const file = join(dir, "mail");

	writeFileSync(file, text);
	return posted_patch(file)?.split("\n")[0];
}

test("a mail, an answer, a page without its diff: by the subject alone", async (t) => {
	const mail = "From: A <a@example.com>\nSubject: [PATCH v13 08/15] s390/vfio-ap: sysfs\n\ntext\n";
	const found = "Subject: [v13 08/15] guest_matrix shows what the guest is to have";

	t.equal(of(mail), found);
	t.equal(of(mail.replace("[PATCH", "Re: [PATCH")), found);
	t.equal(of("Re: [PATCH v12 10/17] s390/vfio-ap: initialize the guest apcb\n\nFrom: B\nDate: X\n"),
		"Subject: [v12 10/17] a guest starts with what is bound");
});

test("what is here no patch: another posting, another count, a patch of the bus", async (t) => {
	for (const subject of ["[PATCH v19 03/20] x", "[PATCH v13 08/16] x", "[PATCH v13 10/15] x", "x"])
		t.equal(of(`Subject: ${subject}\n\ntext\n`), undefined, subject);
});
