// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { find_posted } from "../../../../tools/lib/series/posted_patch.ts";

function of(subject: string): string | undefined {
	const found = find_posted(subject);

	return found === null ? undefined : `${found.label}@${found.patch.n}`;
}

test("a subject names its patch: a mail's, an answer's, one that is cut short", async (t) => {
	const subject =
		"[PATCH v13 08/15] s390/vfio-ap: sysfs attribute to display the guest's matrix";

	t.equal(of(subject), "v13@8");
	t.equal(of(`Re: ${subject}`), "v13@8");
	t.equal(of(subject.slice(0, 40)), "v13@8");
	t.equal(of(subject.replace("[PATCH v13 08/15]", "[PATCH  v13 8/15]")), "v13@8");
	t.equal(of("RE: [PATCH v12 10/17] s390/vfio-ap: initialize the guest apcb"), "v12@10");
});

test("what is here no patch: another posting, count or title, a patch of the bus", async (t) => {
	for (const subject of [
		"[PATCH v19 03/20] s390/vfio-ap: manage link between queue struct and matrix mdev",
		"[PATCH v13 08/16] s390/vfio-ap: sysfs attribute to display the guest's matrix",
		"[PATCH v13 08/15] s390/vfio-ap: introduce shadow APCB",
		"[PATCH v13 10/15] s390/zcrypt: driver callback to indicate resource in use",
		"[PATCH v13 99/15] s390", "[PATCH v13] s390", "s390", "",
	])
		t.equal(of(subject), undefined, subject);
	t.equal(find_posted(null), null);
});
