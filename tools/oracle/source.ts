// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver's C, wherever the user has it: a kernel tree, a tarball, or the Debian package of
 * one. It is only read.
 */
import { createHash } from "node:crypto";
import {
	createReadStream, existsSync, readFileSync, readdirSync, statSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { is_tarball, missing_program, read_tarball } from "../crossread/tarball.ts";
import { must_be_file } from "../lib/cli/lines.ts";
import { make_folder, write_file } from "../lib/cli/output.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { cache_folder } from "../lib/cli/cache.ts";

/** Where vfio_ap is in a kernel tree. */
export const CRYPTO = "drivers/s390/crypto";
const OPS = `${CRYPTO}/vfio_ap_ops.c`;

/* Where KVM's handling of privileged instructions is; Linux 7 has moved it. */
const PRIV = ["arch/s390/kvm/priv.c", "arch/s390/kvm/s390/priv.c"];

/* What is taken from an archive; from a tree, whatever else vfio_ap consists of there, too. */
const FILES = [
	OPS, `${CRYPTO}/vfio_ap_drv.c`, `${CRYPTO}/vfio_ap_private.h`, `${CRYPTO}/vfio_ap_debug.h`,
	`${CRYPTO}/ap_bus.h`, `${CRYPTO}/ap_bus.c`, `${CRYPTO}/ap_debug.h`, ...PRIV,
];

/* Where distributions put kernel sources. */
const INSTALLED = "/usr/src";

/**
 * struct kernel_source - the files of a kernel that are of interest here
 * @from: where they are from
 * @files: their texts, by path
 */
export interface kernel_source {
	from: string;
	files: Map<string, string>;
}

/**
 * git_hash - the name that git has for a text, its first 12 digits
 *
 * Mails with patches call texts by it ("index 44b3a1d..071c8ca").
 */
export function git_hash(text: string): string {
	const bytes = Buffer.from(text, "utf8");

	return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex")
		.slice(0, 12);
}

function files_of_tree(tree: string): string[] {
	const own = readdirSync(join(tree, CRYPTO))
		.filter((name) => /^vfio_ap\w*\.[ch]$/.test(name));

	const others = ["ap_bus.h", "ap_bus.c", "ap_debug.h"].map((name) => `${CRYPTO}/${name}`)
		.concat(PRIV);

	return [...own.toSorted().map((name) => `${CRYPTO}/${name}`),
		...others.filter((path) => existsSync(join(tree, path)))];
}

function read_tree(tree: string): kernel_source {
	if (!existsSync(join(tree, OPS)))
		throw new usage_error(`${tree}: no ${OPS} in it, a kernel tree has one`);
	const files = files_of_tree(tree).map((path): [string, string] =>
		[path, readFileSync(must_be_file(join(tree, path)), "utf8")]);

	return { from: tree, files: new Map(files) };
}

async function hash_of_file(path: string): Promise<string> {
	const hash = createHash("sha256");

	await pipeline(createReadStream(path), hash);
	return hash.digest("hex").slice(0, 32);
}

/* Reading a package takes half a minute: what was found in it is kept. */
async function read_archive(path: string): Promise<kernel_source> {
	const kept = join(cache_folder(), "sources",
		`${await hash_of_file(path)}-${git_hash(FILES.join())}.json`);

	if (existsSync(kept))
		return { from: path, files: new Map(JSON.parse(readFileSync(kept, "utf8"))) };
	const files = await read_tarball(path, FILES);

	if (!files.has(OPS))
		throw new usage_error(
			`${path}: no ${OPS} in it, an archive of kernel sources has one`);
	make_folder(join(kept, ".."));
	write_file(kept, JSON.stringify([...files]));
	return { from: path, files };
}

/* "linux-source-6.12.tar.xz" for the driver v6.12, before all others; the newest last. */
function installed_sources(label: string | undefined): string[] {
	const release = label?.replace(/^v/, "") ?? "";
	const found = existsSync(INSTALLED) ? readdirSync(INSTALLED) : [];
	const fit = (name: string): number =>
		Number(release !== "" && name.includes(`-${release}`));

	return found.filter((name) => /^linux-(?:source-)?\d/.test(name) &&
		(is_tarball(name) || existsSync(join(INSTALLED, name, OPS))))
		.toSorted((a, b) => fit(b) - fit(a) || a.localeCompare(b, "en", { numeric: true }))
		.map((name) => join(INSTALLED, name));
}

/**
 * find_source - read the driver's C
 * @where: a kernel tree, an archive, or "auto": the one that the environment's
 *	   LINUX_SOURCE names, else what is installed in /usr/src
 * @label: with "auto", the driver whose text is wanted if there are several
 *
 * Throws missing_program where nothing is installed.
 */
export async function find_source(where: string, label?: string): Promise<kernel_source> {
	if (where !== "auto")
		return statSync(where).isDirectory() ? read_tree(where) : read_archive(where);
	const { LINUX_SOURCE: named } = process.env;
	const [first] = named === undefined || named === "" ? installed_sources(label) : [named];

	if (first === undefined)
		throw new missing_program(`no kernel sources in ${INSTALLED} ` +
			`(Debian: linux-source-${label?.replace(/^v/, "") ?? "6.12"}), or name some with --linux-source`);
	return statSync(first).isDirectory() ? read_tree(first) : read_archive(first);
}
