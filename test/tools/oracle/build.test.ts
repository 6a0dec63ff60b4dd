// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is said where something is missing, or is not what it should be.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "tap";
import { missing_program } from "../../../tools/crossread/tarball.ts";
import { usage_error } from "../../../tools/lib/cli/usage_error.ts";
import { build_oracle } from "../../../tools/oracle/build.ts";
import { label_of, report_texts } from "../../../tools/oracle/known_texts.ts";
import { CRYPTO, find_source, git_hash, type kernel_source } from "../../../tools/oracle/source.ts";

function tree_with(t: { testdir(): string }, files: Record<string, string>): string {
	const tree = t.testdir();

	mkdirSync(join(tree, CRYPTO), { recursive: true });
	for (const [name, text] of Object.entries(files))
		writeFileSync(join(tree, CRYPTO, name), text);
	return tree;
}

const other_text: kernel_source = {
	from: "a tree",
	files: new Map([[`${CRYPTO}/vfio_ap_ops.c`, "#include <linux/soup.h>\nint x = soup();\n"]]),
};

test("git_hash: as git hash-object prints it", async (t) => {
	t.equal(git_hash("hello\n"), "ce013625030b");
});

test("a tree's files of vfio_ap are found, whatever more there are", async (t) => {
	const tree = tree_with(t, {
		"vfio_ap_ops.c": "", "vfio_ap_migration.c": "", "ap_bus.h": "", "zcrypt_api.c": "",
	});
	const { files } = await find_source(tree);

	t.same([...files.keys()], ["vfio_ap_migration.c", "vfio_ap_ops.c", "ap_bus.h"]
		.map((name) => `${CRYPTO}/${name}`));
});

test("a folder that is no kernel tree -> usage_error", async (t) => {
	await t.rejects(find_source(t.testdir()), usage_error);
});

test("a text that nobody knows is said to be unknown", async (t) => {
	t.equal(label_of(other_text), null);
	t.match(report_texts(other_text), [{ file: "vfio_ap_ops.c", what: "unknown version" }]);
});

test("no compiler -> missing_program, which says what to install", async (t) => {
	await t.rejects(build_oracle(other_text, "no-such-cc"),
		new missing_program(
			"the oracle needs a C compiler, and there is no no-such-cc (Debian: gcc)"));
});

test("a text that needs more than there is -> usage_error with the compiler's word", async (t) => {
	try {
		await build_oracle(other_text);
		t.fail("compiled");
	} catch (error) {
		if (error instanceof missing_program)
			t.pass("no compiler here");
		else
			t.match(error, {
				name: "usage_error",
				message: /vfio_ap_ops\.c does not compile.*error: /s,
			});
	}
});
