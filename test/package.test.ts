// SPDX-License-Identifier: GPL-2.0-only
/*
 * The package as npm pack makes it, in an empty folder with the packages that it depends on.
 */
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import {
	copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { t as suite, test, type Test } from "tap";
import { dispatch } from "../tools/main.ts";
import { output_of } from "./tools/output_of.ts";

const TOP = new URL("../", import.meta.url).pathname;
const LONG_EXAMPLE = "test/scenarios/v11-long-example-host-has-0053.scn";
const folder = mkdtempSync(join(tmpdir(), "vfio-ap-package-"));
const installed = join(folder, "node_modules/vfio-ap");

suite.teardown(() => rmSync(folder, { recursive: true }));

/* Without what tap has every process load, which a user's does not. */
function run(cwd: string, program: string, ...args: string[]): SpawnSyncReturns<string> {
	return spawnSync("env", ["-u", "NODE_OPTIONS", program, ...args],
		{ cwd, encoding: "utf8", maxBuffer: 1 << 26 });
}

function text_of(file: string): string {
	return readFileSync(join(TOP, file), "utf8");
}

/* What npm install would put beside it; @types/node is the user's. */
function link_dependencies(): void {
	const { packages } = JSON.parse(text_of("package-lock.json"));
	const wanted = Object.keys(packages).filter((path) => path.startsWith("node_modules/") &&
		!path.includes("/node_modules/") && packages[path].dev !== true);

	for (const path of [...wanted, "node_modules/@types/node", "node_modules/undici-types"]) {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		symlinkSync(join(TOP, path), join(folder, path));
	}
}

function install(): void {
	const { status, stdout, stderr } = run(TOP, "npm", "pack", "--silent", "--pack-destination",
		folder);

	if (status !== 0)
		throw new Error(stderr);
	link_dependencies();
	mkdirSync(installed, { recursive: true });
	run(installed, "tar", "-xzf", join(folder, stdout.trim()), "--strip-components=1");
}

function output(program: string, args: readonly string[], cwd = folder): string {
	const { status, stdout, stderr } = run(cwd, process.execPath, program, ...args);

	return `${stdout}${stderr}exit code ${status}`;
}

/* In this process: to start one for each command would take longer than the commands. */
async function clone(t: Test, ...args: string[]): Promise<string> {
	const { code, out } = await output_of(t, () => dispatch(args));

	return `${out}exit code ${code}`;
}

const copy = (...args: string[]): string =>
	output(join(installed, JSON.parse(text_of("package.json")).bin["vfio-ap"]), args,
		installed);

install();

test("README's example: what it says it prints, and its types", async (t) => {
	const readme = text_of("README.md");
	const example = /^```js\n([^]*?)^```$/m.exec(readme)![1]!;
	const printed = /it prints:\n\n```\n([^]*?)^```$/m.exec(readme)![1]!;

	copyFileSync(join(TOP, "test/mails/adapter-with-a-hole.eml"),
		join(folder, "some-mail.eml"));
	writeFileSync(join(folder, "example.mjs"), example);
	writeFileSync(join(folder, "example.mts"), example);
	t.equal(output("example.mjs", []), `${printed}exit code 0`);
	const checked = run(folder, join(TOP, "node_modules/.bin/tsc"), "--strict", "--noEmit",
		"--module", "nodenext", "--target", "es2023", "--types", "node", "example.mts");
	t.match(checked, { status: 0, stdout: "", stderr: "" });
});

test("the library: what it is asked for wrongly", async (t) => {
	const script = `import { boot, drivers, replay, usage_error } from "vfio-ap";
		const machine = await boot({ host: "adapters 04 domains 0004" });
		const says = async (fn) => {
			try { await fn(); } catch (e) { console.log(e instanceof usage_error, e.message); }
		};
		await says(() => boot());
		await says(() => machine.run("guest 04.0004"));
		await says(() => machine.run("assign_adapter m0"));
		machine.shutdown();
		await says(() => boot({ driver: "v99" }));
		await says(() => replay("scenario x\\nhost adaptors 04\\n", { file: "x.scn" }));
		console.log(drivers.some(({ label }) => label === machine.driver));`;

	writeFileSync(join(folder, "wrong.mjs"), script);
	const lines = output("wrong.mjs", []).split("\n");
	t.match(lines[0], /^false a machine is running, expected shutdown\(\)/);
	t.match(lines[1], /^true guest 04\.0004: expected an operation/);
	t.match(lines[2], /^true run:1: /);
	t.match(lines[3], /^true unknown driver 'v99'/);
	t.match(lines[4], /^true x\.scn:2: "adaptors" says nothing about a host/);
	t.equal(lines.at(-2), "true");
});

/* Reasons are looked up in the sources, v13@8 is made of patches, explore changes what it loads. */
const COMMANDS: string[][] = [
	["drivers"],
	["replay", LONG_EXAMPLE, "--driver", "v6.12,v13@8"],
	["import", join(TOP, "test/mails/adapter-with-a-hole.eml")],
	["litmus", "test/scenarios/litmus/notification-after-gone.lit", "--driver", "v13"],
	["explore", "--driver", "v6.12", "--walks", "1", "--steps", "20", "--jobs", "1"],
	["explore", "--driver", "v6.0", "--adapters", "1", "--domains", "1", "--depth", "1",
		"--jobs", "1",
		"--format", "ktap"],
	["trace", "check", "test/traces/v5.9"],
	["oracle", "--help"], ["shell", "--help"],
	["diff", "v11", "v12"], ["series", "v13", "13"], ["bisect", "--help"],
	["crossread", "--check", "--driver", "v5.9"],
];

for (const args of COMMANDS)
	test(`vfio-ap ${args.join(" ")}: as in a clone`, async (t) => {
		t.equal(copy(...args), await clone(t, ...args));
	});

/* esbuild shortens other names in what it is given as JavaScript. */
test("vfio-ap replay --format html: a page with its script", async (t) => {
	const page = copy("replay", "test/scenarios/v12-guest-apcb-example.scn", "--format",
		"html");

	t.match(page, /^<!DOCTYPE html>[^]*<script>[^]{1000,}<\/script>[^]*exit code [01]$/);
});

test("vfio-ap bench: its processes and packages are there", async (t) => {
	t.match(copy("bench", "startup", "bits", "--driver", "node,fastbitset,typedfastbitset",
		"--smoke"),
		/^exit code 0$/m);
});
