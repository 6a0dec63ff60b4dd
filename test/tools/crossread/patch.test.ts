// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { usage_error } from "../../../tools/lib/cli/usage_error.ts";
import { read_messages } from "../../../tools/lib/mail/message/message.ts";
import { type file_patch, read_patch } from "../../../tools/crossread/patch.ts";
import { name_in_heading, patch_pieces } from "../../../tools/crossread/pieces.ts";
import { page_text } from "../../../tools/crossread/web_page.ts";
import { in_page, posted, quoted, saved_page } from "./samples.ts";
import { skeleton_text } from "./skeletons.ts";

async function patches_of(text: string): Promise<file_patch[]> {
	const messages = await read_messages(page_text(Buffer.from(text)));
	return messages.flatMap(({ lines }) => read_patch(lines, "x"));
}

/** Each function a patch changes: name, its skeleton, whether its head and end are shown. */
async function pieces_of(text: string) {
	const pieces = await Promise.all((await patches_of(text)).map(patch_pieces));
	return pieces.flat().map(({ name, removed, stretches }) => [
		name, removed,
		stretches.map((at) => [
			skeleton_text({
				name, is_static: false, line: 0, last_line: 0, tokens: at.tokens,
			}),
			at.has_head, at.has_end,
		]),
	]);
}

const changed = [
	["first", false, [["gone_soon() return", false, true]]],
	["fresh", false, [["if return EINVAL return take()", true, true]]],
	["last", false, [["fresh() if", false, false], ["done()", false, true]]],
	["old", true, [["", true, true]]],
];

test("read_patch: a posted patch", async (t) => {
	const [file, ...more] = await patches_of(posted);
	t.equal(more.length, 0);
	t.equal(file!.path, "drivers/s390/crypto/vfio_ap_ops.c");
	t.equal(file!.hunks.length, 3);
	t.same(file!.hunks[0]!.lines.filter(({ mark }) => mark === "+").map(({ line }) => line),
		[13, 14, 15, 16, 17, 18, 19, 20]);
});

for (const [how, text] of [
	["posted", posted], ["quoted", quoted], ["on a page", in_page],
	["in a saved page", saved_page],
]) {
	test(`patch_pieces: ${how}: the functions that change, as far as shown`, async (t) => {
		t.same(await pieces_of(text!), changed);
	});
}

test("read_patch: what a reply says stands behind the line it answers", async (t) => {
	const [file] = await patches_of(quoted);
	const said = file!.hunks.flatMap(({ lines }) => lines)
		.filter(({ remarks }) => remarks.some((text) => text !== ""));
	t.same(said.map(({ text, remarks }) => [text.trim(), remarks.filter((it) => it !== "")]),
		[["return take(x);", ["Why not <b>here</b>?"]]]);
});

const headings: [heading: string, name: string | null][] = [
	["static int f(struct x *x)", "f"],
	["int vfio_ap_mdev_probe_queue(struct ap_device *apdev)", "vfio_ap_mdev_probe_queue"],
	["struct x {", null],
	["static struct attribute *attrs[] = {", null],
	["static DEVICE_ATTR_RO(matrix);", null],
	["", null],
];

for (const [heading, name] of headings) {
	test(`name_in_heading: '${heading}' -> ${name}`, async (t) => {
		t.equal(name_in_heading(heading), name);
	});
}

const malformed: [what: string, text: string, message: RegExp][] = [
	["cut off", posted.split("\n").slice(0, 14).join("\n"),
		/^x:\d+: the hunk ends \d+ lines before/],
	["head of a hunk", posted.replace("@@ -10", "@@ -1O"), /^x:\d+: unreadable head of a hunk/],
	["a line too many", posted.replace(/@@ -10,7 .* @@/, "@@ -10,3 +10,3 @@"),
		/^x:\d+: a changed line behind the end|^x:\d+: the hunk ends/],
];

for (const [what, text, message] of malformed) {
	test(`read_patch: ${what} -> one line`, async (t) => {
		await t.rejects(patches_of(text), { constructor: usage_error, message });
	});
}

test("read_patch: a quotation may leave out what it likes", async (t) => {
	const cut = quoted.split("\n").slice(0, 24).join("\n");
	t.equal((await patches_of(cut)).length, 1);
	const snipped = quoted.replace("> +\tif (!x)\n", "> [...]\n");
	t.equal((await patches_of(snipped)).length, 1);
});
