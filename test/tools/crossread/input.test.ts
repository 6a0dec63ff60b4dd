// SPDX-License-Identifier: GPL-2.0-only
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type Test } from "tap";
import { usage_error } from "../../../tools/lib/cli/usage_error.ts";
import { ported } from "../../../drivers/s390/crypto/history/index.ts";
import { compare, ported_c_files } from "../../../tools/crossread/compare.ts";
import { read_input } from "../../../tools/crossread/input.ts";
import { main } from "../../../tools/crossread/main.ts";
import { side_by_side } from "../../../tools/crossread/text_view.ts";
import { posted, quoted } from "./samples.ts";
import { synthetic_files, synthetic_tree } from "./synthetic.ts";

async function run(t: Test, argv: string[]): Promise<{ code: number; out: string }> {
	const written: string[] = [];
	const restore = t.intercept(process.stdout, "write", {
		value: (text: string) => written.push(text) > 0,
	});
	const code = await main(argv);
	restore.restore();
	return { code, out: written.join("") };
}

for (const { label } of ported) {
	test(`crossread TREE: ${label}'s skeletons -> ${label}, every function at 100%`,
			async (t) => {
		const folder = t.testdir();
		await synthetic_tree(label, folder);
		const { code, out } = await run(t, [folder, "--check"]);
		t.equal(code, 0);
		t.match(out, new RegExp(
			`vfio_ap_ops\\.c beside .* \\(${label.replace(".", "\\.")}, agrees`));
		t.notMatch(out, /not in the port|: (?!100\.0%)\d+\.\d% \(/);
	});
}

test("crossread FILE: one function changed -> named, exit 1 below the limit", async (t) => {
	const text = (await synthetic_files("v11")).get("vfio_ap_ops.c")!;
	const folder = t.testdir({
		"vfio_ap_ops.c": text.replace("\tbitmap_clear();\n\tbitmap_clear();\n",
			"\tbitmap_clear();\n"),
	});
	const file = join(folder, "vfio_ap_ops.c");
	const all = await run(t, [file, "--check"]);
	t.equal(all.code, 1);
	t.match(all.out, /vfio_ap_matrix_clear_masks: 66\.7% \(2 aligned, 0 explained, 1 differ\)/);
	t.equal((await run(t, [file, "--check", "60"])).code, 0);
	const { out } = await run(t, [file, "--function", "vfio_ap_matrix_clear_masks"]);
	t.match(out, /# bitmap_clear\(\) is not in C/);
	t.notMatch(out, /vfio_ap_mdev_create/);
});

test("crossread MAIL: the driver its subject names, replies and postings alike", async (t) => {
	const folder = t.testdir(
		{ "03.eml": posted, "re.eml": quoted, "all": { "1.eml": posted } });
	for (const input of ["03.eml", "re.eml", "all"]) {
		const { out } = await run(t, [join(folder, input)]);
		t.match(out, /\(v11, the subject says so\)/);
		t.match(out, /0 of 3 functions found, 1 removed by the patch/);
		t.match(out, /not in the port: first, fresh, last/);
	}
});

test("crossread --format json: every row", async (t) => {
	const folder = t.testdir({ "03.eml": quoted });
	const { out } = await run(t, [join(folder, "03.eml"), "--format", "json"]);
	const view = JSON.parse(out);
	t.equal(view.driver, "v11");
	t.same(view.functions.map((fn: { name: string; status: string }) => [fn.name, fn.status]), [
		["first", "unmatched"], ["fresh", "unmatched"], ["last", "unmatched"],
		["old", "removed"],
	]);
	t.match(view.functions[1].rows.at(-1),
		{ state: "remark", remarks: ["— A Writer:", "Why not <b>here</b>?"] });
});

test("crossread --format html: mail text is escaped, nothing is loaded", async (t) => {
	const mail = quoted.replace("s390/vfio-ap: sample", "<script>x</script>");
	const folder = t.testdir({ "03.eml": mail });
	const { out } = await run(t, [join(folder, "03.eml"), "--format", "html"]);
	t.match(out, /Why not &lt;b&gt;here&lt;\/b&gt;\?/);
	t.notMatch(out, /<b>|<script>x/);
	t.notMatch(out, /\b(?:src|href)="(?!data:,"|#)|@import|url\(/);
});

for (const columns of [60, 80, 133, 200]) {
	test(`crossread: side by side in ${columns} columns`, async (t) => {
		const folder = t.testdir({ "03.eml": quoted });
		await synthetic_tree("v11", folder);
		for (const input of ["03.eml", "."]) {
			const texts = await read_input(join(folder, input), await ported_c_files());
			const text = side_by_side(await compare(texts, null), { columns });
			const rows = text.split("\n")
				.filter((line) => /^[ \d]{5} [ +-]/.test(line));
			t.ok(rows.length > 10);
			t.same(rows.filter((line) => line.length > columns), []);
		}
	});
}

test("crossread: no escape sequence but on a terminal", async (t) => {
	const folder = t.testdir(
		{ "03.eml": quoted.replace("Why not", "\u001b[31mWhy\u202e not") });
	const { out } = await run(t, [join(folder, "03.eml")]);
	t.notOk(out.includes("\u001b") || out.includes("\u202e"));
	t.match(out, /\\x1b\[31mWhy\\u202e not/);
});

const unusable: [what: string, files: { [name: string]: string | Buffer }, input: string,
	message: RegExp][] = [
	["no such file", {}, "gone.eml", /^\S+gone\.eml: no such file/],
	["binary", { x: Buffer.from([0x7f, 0x45, 0, 1]) }, "x", /^\S+x: binary, expected a mail/],
	["a mail without a patch", { x: "From: a@b.c\nSubject: hello\n\nhello\n" }, "x",
		/^\S+x: no patch in it/],
	["a mail cut off", { x: posted.slice(0, 800) }, "x", /^\S+x:\d+: the hunk ends/],
	["documentation only", { x: posted.replaceAll("vfio_ap_ops.c", "vfio-ap.rst") }, "x",
		/^\S+x: the patch changes no C file \(only .*vfio-ap\.rst\)/],
	["another driver", { x: posted.replaceAll("vfio_ap_ops.c", "zcrypt_api.c") }, "x",
		/^\S+x: nothing here to compare \(zcrypt_api\.c\)/],
	["no function", { "x.c": "int x;\n" }, "x.c", /^\S+x\.c: no C function in it/],
	["a tree without the files", { "README": "hello\n" }, ".", /neither drivers\/s390\/crypto/],
	["no archive", { "x.tar": "hello\n".repeat(200) }, "x.tar",
		/^\S+x\.tar: not a tar archive/],
	["no package", { "x.deb": "!<arch>\nhello\n" }, "x.deb",
		/^\S+x\.deb: a Debian package with/],
];

for (const [what, files, input, message] of unusable) {
	test(`crossread: ${what} -> one line`, async (t) => {
		const folder = t.testdir();
		for (const [name, content] of Object.entries(files))
			writeFileSync(join(folder, name), content);
		const failed = main([join(folder, input)]);
		await t.rejects(failed, { constructor: usage_error, message });
		await failed.catch((error: Error) => t.notMatch(error.message, /\n/));
	});
}

const has_tar = spawnSync("tar", ["--version"]).status === 0;
const has_xz = spawnSync("xz", ["--version"]).status === 0;

for (const [suffix, option, there] of [
	[".tar", "-cf", has_tar], [".tar.gz", "-czf", has_tar],
	[".tar.xz", "-cJf", has_tar && has_xz],
] as const) {
	const skip = there ? false : "no tar or xz here";
	test(`crossread ${suffix}: the sources in an archive`, { skip }, async (t) => {
		const folder = t.testdir();
		const file = join(folder, `linux${suffix}`);
		await synthetic_tree("v13", join(folder, "linux-source-x"));
		mkdirSync(join(folder, "linux-source-x/zoo"));
		execFileSync("tar", [option, file, "-C", folder, "linux-source-x"]);
		rmSync(join(folder, "linux-source-x"), { recursive: true });
		const { code, out } = await run(t, [file, "--check"]);
		t.equal(code, 0);
		t.match(out, /vfio_ap_ops\.c beside .* \(v13, agrees/);
	});
}
