// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { EINVAL } from "#linux/errno.h";
import { guid_copy, guid_equal, guid_parse, guid_t, uuid_is_valid } from "#linux/uuid.h";

const TEXT = "62177883-f1bb-47f0-914d-32a22e3a8804";

test("guid_parse: the first three fields have their least significant byte first", async (t) => {
	const u = new guid_t();

	t.equal(guid_parse(TEXT, u), 0);
	t.equal(Buffer.from(u.b).toString("hex"), "83781762bbf1f047914d32a22e3a8804");
	t.equal(String(u), TEXT);
	t.equal(guid_parse(TEXT.toUpperCase(), u), 0);
	t.equal(String(u), TEXT, "printed in lower case");
});

test("guid_parse: whatever stands behind 36 good characters", async (t) => {
	for (const text of [TEXT, `${TEXT}\n`, `${TEXT} and more`])
		t.equal(guid_parse(text, new guid_t()), 0, JSON.stringify(text));
});

test("guid_parse: -EINVAL", async (t) => {
	const u = new guid_t();

	for (const text of ["", "m0", TEXT.slice(1), TEXT.slice(0, 35), ` ${TEXT}`,
		TEXT.replaceAll("-", ""), TEXT.replace("6", "g"), TEXT.replace("-", "+"),
				`{${TEXT}}`]) {
		t.equal(guid_parse(text, u), -EINVAL, JSON.stringify(text));
		t.equal(uuid_is_valid(text), false);
	}
	t.equal(String(u), "00000000-0000-0000-0000-000000000000", "left alone");
});

test("guid_equal, guid_copy", async (t) => {
	const a = new guid_t();
	const b = new guid_t();

	guid_parse(TEXT, a);
	t.equal(guid_equal(a, b), false);
	guid_copy(b, a);
	t.equal(guid_equal(a, b), true);
});
