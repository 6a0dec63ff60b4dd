// SPDX-License-Identifier: GPL-2.0-only
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "tap";
import { read_recorded } from "../../../tools/crossread/recorded.ts";
import { c_skeleton, skeleton_text } from "./skeletons.ts";

async function skeleton_of(body: string): Promise<string> {
	const [fn] = await c_skeleton(`static int f(struct x *x)\n{\n${body}\n}\n`);
	return skeleton_text(fn!);
}

const bodies: [what: string, body: string, skeleton: string][] = [
	["empty", "", ""],
	["calls in text order", "\ta(b(1), c());", "a() b() c()"],
	["call of a member", "\tx->ops->go(x);", "go()"],
	["call of an element has no name", "\ttable[i](x);", ""],
	["sizeof is no call", "\ty = g(sizeof(*x));", "g()"],
	["negative errno", "\treturn -EINVAL;", "return EINVAL"],
	["positive errno does not count", "\treturn EINVAL;", "return"],
	["else if", "\tif (x)\n\t\ta();\n\telse if (y)\n\t\tb();", "if a() else if b()"],
	["do while", "\tdo {\n\t\ta();\n\t} while (--n);", "do a() while"],
	["goto and label", "\tgoto out;\nout:\n\treturn 0;", "goto out: return"],
	["switch", "\tswitch (x) {\n\tcase A:\n\tdefault:\n\t\tbreak;\n\t}",
		"switch case default break"],
	["loop macro with braces", "\teach_bit(i, m) {\n\t\ta(i);\n\t}", "each_bit() a()"],
	["loop macro without braces", "\teach_bit(i, m)\n\t\teach_bit(j, n)\n\t\t\ta(i, j);",
		"each_bit() each_bit() a()"],
	["words in comments and strings", "\t/* if (x) y(); */\n\ta(\"return b()\"); // goto",
		"a()"],
	["preprocessor lines", "#define X(a) \\\n\tb(a)\n#if defined(Y)\n\tc();\n#endif", "c()"],
];

for (const [what, body, skeleton] of bodies) {
	test(`c_skeleton: ${what}`, async (t) => {
		t.equal(await skeleton_of(body), skeleton);
	});
}

test("c_skeleton: definitions, not declarations, types or initialisers", async (t) => {
	const functions = await c_skeleton([
		"static int a(void);",
		"struct s { int (*fn)(int); };",
		"static struct s table[] = { { .fn = a }, };",
		"DEFINE_THING(x);",
		"static inline struct s *b(int n,",
		"\t\t\t  int m)",
		"{",
		"}",
		"void",
		"c(void)",
		"{",
		"}",
	].join("\n"));
	t.same(functions.map(({ name, is_static, line, last_line }) => (
		[name, is_static, line, last_line])), [["b", true, 5, 8], ["c", false, 10, 12]]);
});

function conditions_of(tokens: { condition?: string }[]): string[] {
	return tokens.flatMap(({ condition }) => condition ?? []);
}

const source = process.env["LINUX_SOURCE"] ?? "/usr/src/linux-source-6.12";
const crypto = join(source, "drivers/s390/crypto");
const kvm = join(source, "arch/s390/kvm");
const skip = existsSync(crypto) ? false : `no kernel source at ${source}, see LINUX_SOURCE`;

for (const [name, folder] of [["v6.12.json", crypto], ["ap_bus-6.12.json", crypto],
		["kvm-6.12.json", kvm]] as const) {
	test(`c_skeleton: Linux 6.12 is ${name}`, { skip }, async (t) => {
		const url = new URL(`../../skeletons/${name}`, import.meta.url);
		const recorded = await read_recorded(url.pathname);
		for (const [c_file, functions] of recorded.files) {
			const names = functions.map((fn) => fn.name);
			const all = await c_skeleton(readFileSync(join(folder, c_file), "utf8"));
			const found = folder === kvm ? all.filter((fn) => names.includes(fn.name))
				: all;
			const form = (fns: typeof found) => fns.map((fn) => (
				[fn.name, fn.is_static, fn.line, skeleton_text(fn),
					conditions_of(fn.tokens)]));
			t.same(form(found), form(functions), c_file);
		}
	});
}
