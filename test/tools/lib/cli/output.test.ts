// SPDX-License-Identifier: GPL-2.0-only
import {
	existsSync, readdirSync, readFileSync, symlinkSync, lstatSync, writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "tap";
import { make_folder, write_file } from "../../../../tools/lib/cli/output.ts";
import { usage_error } from "../../../../tools/lib/cli/usage_error.ts";

test("write_file: another file stands there in one step, nothing is left beside it", async (t) => {
	const folder = t.testdir();
	const file = join(folder, "a");

	write_file(file, "one");
	write_file(file, Buffer.from("two"));
	t.equal(readFileSync(file, "utf8"), "two");
	t.same(readdirSync(folder), ["a"]);
});

test("write_file: a link stays, a device is written to", async (t) => {
	const folder = t.testdir({ there: "old" });

	symlinkSync("there", join(folder, "link"));
	write_file(join(folder, "link"), "new");
	t.ok(lstatSync(join(folder, "link")).isSymbolicLink());
	t.equal(readFileSync(join(folder, "there"), "utf8"), "new");
	write_file("/dev/null", "gone");
	t.ok(lstatSync("/dev/null").isCharacterDevice());
});

test("write_file: what cannot be is said with the name, and the old file stays", async (t) => {
	const folder = t.testdir({ file: "old" });

	for (const path of [
		"/dev/full", join(folder, "no/such"), join(folder, "file/below"), folder,
	])
		t.throws(() => write_file(path, "new"),
			{ constructor: usage_error, message: /^\S+: cannot be written, / });
	t.equal(readFileSync(join(folder, "file"), "utf8"), "old");
});

test("make_folder: all that are missing; one that cannot be ends at once", async (t) => {
	const folder = t.testdir({ file: "" });

	make_folder(join(folder, "a/b/c"));
	make_folder(join(folder, "a/b/c"));
	t.ok(existsSync(join(folder, "a/b/c")));
	writeFileSync(join(folder, "a/x"), "");
	for (const path of [
		"/proc/nodir", "/proc/nodir/below", join(folder, "file/below"),
		join(folder, "file"),
	])
		t.throws(() => make_folder(path), /^E(?:NOENT|NOTDIR|EXIST|ACCES)/, path);
});
