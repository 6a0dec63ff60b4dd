// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's own sources and the lists' mails beside the ports, where a machine has them:
 * LINUX_SOURCE is a tree, a tarball or Debian's package of Linux 6.12, VFIO_AP_POSTINGS a folder
 * with the driver's files in v11/ v12/ v13/ v6.0/, VFIO_AP_SEEDS one with list mails.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "tap";
import { ported } from "../../../drivers/s390/crypto/history/index.ts";
import { compare, ported_c_files, type text_view } from "../../../tools/crossread/compare.ts";
import { html_page } from "../../../tools/crossread/html_view.ts";
import { read_input } from "../../../tools/crossread/input.ts";
import { side_by_side } from "../../../tools/crossread/text_view.ts";

function place(variable: string, usual: string, ...needed: string[]) {
	const path = process.env[variable] ?? usual;
	const there = existsSync(path);
	return { path, skip: there
		? false : `nothing at ${path}, see ${variable} (${needed.join()})` };
}

async function views_of(path: string): Promise<text_view[]> {
	return compare(await read_input(path, await ported_c_files()), null);
}

function below_100(views: readonly text_view[]): string[] {
	return views.filter(({ claimed }) => claimed).flatMap(({ functions, findings }) => [
		...functions.filter((fn) => fn.agreement < 100).map(({ name }) => name),
		...findings.filter(({ reason }) => reason === null).map(({ name }) => name),
	]);
}

const linux = place("LINUX_SOURCE", "/usr/src/linux-source-6.12", "Debian's linux-source-6.12");

test("crossread: Linux 6.12 beside v6.12", { skip: linux.skip }, async (t) => {
	const views = await views_of(linux.path);
	side_by_side(views, {});
	await html_page(views);
	const own = views.filter(({ c_file }) => c_file.startsWith("vfio_ap_"));
	t.same(own.map(({ driver }) => driver), ["v6.12", "v6.12"]);
	t.same(below_100(own), []);
	t.equal(own.reduce((sum, { functions }) => sum + functions.length, 0), 102);
});

const postings = place("VFIO_AP_POSTINGS", "/usr/src/vfio_ap-postings", "C of the postings");

for (const { label } of ported.filter((driver) => driver.label !== "v6.12")) {
	const path = join(postings.path, label);
	const skip = postings.skip || (existsSync(path) ? false : `no ${path}`);
	test(`crossread: the C of ${label} beside its port`, { skip }, async (t) => {
		const views = (await views_of(path))
			.filter(({ c_file }) => c_file.startsWith("vfio_ap_"));
		t.same([...new Set(views.map(({ driver }) => driver))], [label]);
		t.same(below_100(views), []);
	});
}

const seeds = place("VFIO_AP_SEEDS", "/usr/src/vfio_ap-seeds", "002_*.txt, 08.eml of v11");
const mails = seeds.skip ? [] : readdirSync(seeds.path)
	.filter((name) => name.startsWith("002_") || name === "08.eml");
const no_mails = seeds.skip ||
	(mails.length > 0 ? false : `no 002_*.txt and no 08.eml in ${seeds.path}`);

test("crossread: v11 08/14: every function is found", { skip: no_mails }, async (t) => {
	for (const name of mails) {
		const views = await views_of(join(seeds.path, name));
		t.same(views.map(({ driver }) => driver), ["v11"]);
		t.same(views.flatMap(({ functions }) => functions.map((fn) => fn.status)),
			Array(9).fill("found"), name);
	}
});
