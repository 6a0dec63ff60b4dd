// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of tests in one process, one after the other: to start Node, its loaders and tap, and to
 * load the kernel, costs more than most of them do. Each of them can be run alone, too.
 */
import { readdirSync } from "node:fs";
import { t, test, type Test } from "tap";

type hook = (t: Test) => unknown;

const HERE = new URL("./", import.meta.url);

/* What a file has done around each of its tests ends with the file. */
const around: Record<"beforeEach" | "afterEach", hook[]> = { beforeEach: [], afterEach: [] };

function take_hooks(name: "beforeEach" | "afterEach"): void {
	t[name](async (of: Test) => {
		for (const fn of around[name])
			await fn(of);
	});
	t[name] = (fn: hook) => {
		around[name].push(fn);
	};
}

/* A teardown of the process's own test would let that end while the next file is being read. */
const teardowns: (() => unknown)[] = [];

function take_teardowns(): void {
	t.teardown = (fn: () => unknown) => {
		teardowns.unshift(fn);
	};
}

async function run_file(file: string): Promise<void> {
	around.beforeEach = [];
	around.afterEach = [];
	try {
		await import(new URL(file, HERE).href);
	} catch (error) {
		void test(file, async () => {
			throw error;
		});
	}
	await test(`end of test/${file}`, async () => {});
}

/**
 * together - run the test files of folders
 * @folders: from test/; with what is in them
 * @but: files that need a process of their own (.taprc has them run)
 */
export async function together(
	folders: readonly string[], but: readonly string[] = [],
): Promise<void> {
	take_hooks("beforeEach");
	take_hooks("afterEach");
	take_teardowns();
	for (const folder of folders) {
		const names = readdirSync(new URL(`${folder}/`, HERE),
			{ recursive: true, encoding: "utf8" });

		for (const name of names.filter((it) => it.endsWith(".test.ts")).toSorted())
			if (!but.includes(`${folder}/${name}`))
				await run_file(`${folder}/${name}`);
	}
	await test("what the files have to put away", async () => {
		for (const fn of teardowns)
			await fn();
	});
}
