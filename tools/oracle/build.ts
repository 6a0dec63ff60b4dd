// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compiles the driver's C, as it is, against our stand-ins for the kernel (c/), to a program that
 * does the operations of traces. What was built once is kept.
 */
import { createHash } from "node:crypto";
import {
	existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { missing_program } from "../crossread/tarball.ts";
import { in_folder, run_child, type child_result } from "../lib/cli/children.ts";
import { make_folder } from "../lib/cli/output.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { cache_folder } from "../lib/cli/cache.ts";
import { CRYPTO, type kernel_source } from "./source.ts";

const STAND_INS = fileURLToPath(new URL("c/", import.meta.url));

/* As the kernel is compiled, where it matters; uninitialised locals as traces have them. */
const KERNEL_FLAGS = [
	"-std=gnu11", "-w", "-fno-strict-aliasing", "-fwrapv", "-fno-delete-null-pointer-checks",
	"-ftrivial-auto-var-init=zero",
];

/**
 * struct oracle - a program with a driver's C in it
 * @program: its path
 * @folder: where it was built: the driver's files, the objects
 * @is_new: whether it was compiled just now
 */
export interface oracle {
	program: string;
	folder: string;
	is_new: boolean;
}

async function compiler_version(cc: string): Promise<string> {
	try {
		return (await run_child(cc, ["--version"])).stdout;
	} catch {
		throw new missing_program(
			`the oracle needs a C compiler, and there is no ${cc} (Debian: gcc)`);
	}
}

function stand_ins(): Map<string, string> {
	return new Map(readdirSync(STAND_INS).toSorted().map((name): [string, string] =>
		[name, readFileSync(join(STAND_INS, name), "utf8")]));
}

function key_of(parts: Iterable<string>): string {
	const hash = createHash("sha256");

	for (const part of parts)
		hash.update(`${part.length}\n`).update(part);
	return hash.digest("hex").slice(0, 32);
}

/* Each header of the kernel that is asked for becomes our one header. */
function write_headers(folder: string, texts: Iterable<string>): void {
	const names = new Set([...texts].flatMap((text) =>
		[...text.matchAll(/^[ \t]*#[ \t]*include[ \t]*<([\w./-]+)>/gm)]
			.map(([, name]) => name)));

	for (const name of names) {
		make_folder(join(folder, dirname(name)));
		writeFileSync(join(folder, name), '#include "kernel.h"\n');
	}
}

/**
 * run_compiler - a C compiler, from start to end
 *
 * A compiler's parts end one by one at a signal, and the last may still create what the first has
 * put away. So their files for the time being are in a folder of ours, which goes when we go.
 */
export async function run_compiler(cc: string, args: readonly string[]): Promise<child_result> {
	return in_folder(join(tmpdir(), "vfio-ap-cc-"), async (folder) =>
		run_child(cc, args, "", { ...process.env, TMPDIR: folder }));
}

async function compile(cc: string, args: readonly string[], what: string): Promise<void> {
	const { status, stderr } = await run_compiler(cc, args);

	if (status !== 0)
		throw new usage_error(`${what} does not compile against the stand-ins: ` +
			(/^.*?error: .*$/m.exec(stderr)?.[0] ?? stderr.split("\n", 1)[0]));
}

/** driver_files - the C files of vfio_ap */
export function driver_files({ files }: kernel_source): string[] {
	return [...files.keys()].map((path) => basename(path))
		.filter((name) => /^vfio_ap\w*\.c$/.test(name));
}

/* What a header of the kernel would say, taken from who includes it. */
function definitions({ files }: kernel_source): string[] {
	const has_two = [...files.values()]
		.some((text) => text.includes("VFIO_AP_CFG_CHG_IRQ_INDEX"));

	return [`-DORACLE_AP_IRQS=${has_two ? 2 : 1}`];
}

/*
 * Of a driver that can migrate guests, traces may ask for more: that memory is watched, and that
 * locals which are not initialised consist of bytes 0xfe, for which there is a second program.
 */
const WATCHED = [
	"-fsanitize=kernel-address", "--param", "asan-instrumentation-with-call-threshold=0",
	"--param", "asan-stack=0", "--param", "asan-globals=0",
];

const PATTERN = ["-ftrivial-auto-var-init=pattern"];

function migrates(kernel: kernel_source): boolean {
	return driver_files(kernel).includes("vfio_ap_migration.c");
}

/* All but KVM's. */
function crypto_files({ files }: kernel_source): [path: string, text: string][] {
	return [...files].filter(([path]) => path.startsWith(CRYPTO));
}

function write_source(folder: string, kernel: kernel_source): void {
	const source = join(folder, "source");
	const files = crypto_files(kernel);

	mkdirSync(source);
	for (const [path, text] of files)
		writeFileSync(join(source, basename(path)), text);
	write_headers(join(folder, "include"), files.map(([, text]) => text));
}

async function compile_stand_ins(
	folder: string, cc: string, flags: string[], from: string,
): Promise<string[]> {
	const objects: string[] = [];

	for (const name of readdirSync(STAND_INS).filter((file) => file.endsWith(".c"))) {
		objects.push(join(folder, `${basename(name, ".c")}.o`));
		await compile(cc, [...flags, "-O2", "-iquote", join(folder, "source"),
			"-iquote", STAND_INS, "-idirafter", STAND_INS,
			"-c", join(STAND_INS, name), "-o", objects.at(-1)!],
			`${name} with the headers of ${from}`);
	}
	return objects;
}

/* The objects of some C files; where they are, gcov looks for counts. */
async function compile_all(
	cc: string, files: readonly string[], flags: string[], end: string, folder: string,
	from: string,
): Promise<string[]> {
	const objects: string[] = [];

	for (const file of files) {
		const object = join(folder, `${basename(file, ".c")}${end}`);

		objects.push(object);
		await compile(cc, [...flags, "-c", file, "-o", object],
			`${from}: ${basename(file)}`);
	}
	return objects;
}

/* The driver's objects and ours, in a folder where nobody else works. */
async function build_in(
	folder: string, kernel: kernel_source, cc: string, flags: string[],
): Promise<void> {
	const { from } = kernel;
	const usual = [...KERNEL_FLAGS, ...definitions(kernel)];
	const headers = ["-I", join(folder, "include")];
	const files = driver_files(kernel).map((name) => join(folder, "source", name));
	const driver_flags = [...usual, ...flags, ...migrates(kernel) ? WATCHED : [], ...headers,
		"-idirafter", STAND_INS];
	const program = join(folder, "oracle");

	write_source(folder, kernel);
	const driver = await compile_all(cc, files, driver_flags, ".o", folder, from);
	const ours = await compile_stand_ins(folder, cc, [...usual, ...headers], from);

	await compile(cc, [...flags, ...driver, ...ours, "-o", program], from);
	if (!migrates(kernel))
		return;
	const other = await compile_all(cc, files, [...driver_flags, ...PATTERN], "-pattern.o",
		folder, from);

	await compile(cc, [...flags, ...other, ...ours, "-o", `${program}-pattern`], from);
}

/**
 * build_oracle - the program for a driver's C, compiled if it is not there yet
 *
 * Throws missing_program without a compiler, and usage_error with the compiler's first error for
 * a text that needs more of the kernel than there is here.
 */
export async function build_oracle(
	source: kernel_source, cc = process.env["CC"] ?? "cc",
): Promise<oracle> {
	const key = key_of([
		await compiler_version(cc), readFileSync(fileURLToPath(import.meta.url), "utf8"),
		...[...crypto_files(source), ...stand_ins()].flat(),
	]);
	const kept = join(cache_folder(), "oracles", key);

	if (existsSync(join(kept, "oracle")))
		return { program: join(kept, "oracle"), folder: kept, is_new: false };
	make_folder(dirname(kept));
	await in_folder(`${kept}-`, async (folder) => {
		await build_in(folder, source, cc, ["-O2"]);
		move_into_place(folder, kept);
	});
	return { program: join(kept, "oracle"), folder: kept, is_new: true };
}

/**
 * build_with_coverage - a program that counts which lines of the driver's C are executed, for gcov
 * @folder: an empty one, that stays until the counts are read
 */
export async function build_with_coverage(
	source: kernel_source, folder: string, cc = process.env["CC"] ?? "cc",
): Promise<oracle> {
	await compiler_version(cc);
	await build_in(folder, source, cc, ["-O0", "--coverage"]);
	return { program: join(folder, "oracle"), folder, is_new: true };
}

/**
 * build_bench - a program that times a driver's C (tools/bench/native/driver.c)
 * @folder: an empty one
 *
 * Return: its path.
 */
export async function build_bench(
	source: kernel_source, folder: string, cc = process.env["CC"] ?? "cc",
): Promise<string> {
	const bench = fileURLToPath(new URL("../bench/native/driver.c", import.meta.url));
	const program = join(folder, "driver");

	await compiler_version(cc);
	write_source(folder, source);
	await compile(cc, [...KERNEL_FLAGS, ...definitions(source), "-O2",
		"-I", join(folder, "include"),
		"-iquote", join(folder, "source"), "-iquote", STAND_INS, "-idirafter", STAND_INS,
		...driver_files(source).filter((name) => name !== "vfio_ap_ops.c")
			.map((name) => join(folder, "source", name)),
		bench, ...[
			"machine.c", "memory.c", "streams.c",
		].map((name) => join(STAND_INS, name)),
		"-o", program], source.from);
	return program;
}

/**
 * build_masks - a program that stores to the masks of a kernel's AP bus (masks/masks.c)
 * @folder: an empty one
 *
 * Return: its path.
 */
export async function build_masks(
	source: kernel_source, folder: string, cc = process.env["CC"] ?? "cc",
): Promise<string> {
	const masks = fileURLToPath(new URL("masks/", import.meta.url));
	const program = join(folder, "masks");

	await compiler_version(cc);
	write_source(folder, source);
	/* Most of what the bus calls is not there, and is not called. */
	await compile(cc, [...KERNEL_FLAGS, ...definitions(source), "-O2", "-ffunction-sections",
		"-no-pie", "-Wl,--gc-sections", "-Wl,--unresolved-symbols=ignore-all",
		"-I", join(folder, "include"), "-iquote", join(folder, "source"),
		"-iquote", masks, "-iquote", STAND_INS, "-idirafter", STAND_INS,
		join(masks, "masks.c"), "-o", program], `${source.from}: ap_bus.c`);
	return program;
}

/* The text of a function that is alone in its file. */
function function_in(text: string, head: string): string | null {
	const at = text.indexOf(`\n${head}(`);

	return at < 0 ? null : text.slice(at, text.indexOf("\n}\n", at) + 3);
}

/**
 * build_pqap - a program that has a kernel's handle_pqap() handle interceptions (pqap/pqap.c)
 * @folder: an empty one
 *
 * Return: its path.
 */
export async function build_pqap(
	source: kernel_source, folder: string, cc = process.env["CC"] ?? "cc",
): Promise<string> {
	const pqap = fileURLToPath(new URL("pqap/", import.meta.url));
	const program = join(folder, "pqap");
	const priv = [...source.files].find(([path]) => basename(path) === "priv.c")?.[1] ?? "";
	const text = function_in(priv, "static int handle_pqap");

	if (text === null)
		throw new usage_error(`${source.from}: no handle_pqap() in arch/s390/kvm/priv.c`);
	await compiler_version(cc);
	writeFileSync(join(folder, "handle_pqap.c"), text);
	await compile(cc, [...KERNEL_FLAGS, ...definitions(source), "-O2", "-iquote", folder,
		"-iquote", STAND_INS, "-idirafter", STAND_INS, join(pqap, "pqap.c"), "-o", program],
		`${source.from}: handle_pqap()`);
	return program;
}

/* Somebody else may have built the same meanwhile. */
function move_into_place(folder: string, kept: string): void {
	try {
		renameSync(folder, kept);
	} catch (error) {
		if (!existsSync(join(kept, "oracle")))
			throw error;
	}
}
