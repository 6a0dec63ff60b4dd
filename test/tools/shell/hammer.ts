// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mount under load, and many mounts in a row. npm test does both small; large, it is
 *
 *	node --import ./tools/sources.mjs test/tools/shell/hammer.ts --seconds 60 --mounts 1000
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { load_driver } from "../../../tools/lib/lab/loader.ts";
import { parse_host_text } from "../../../tools/lib/scenario/parse.ts";
import { shell } from "../../../tools/shell/shell.ts";

const EXECUTABLE = fileURLToPath(new URL("../../../tools/vfio-ap", import.meta.url));
const CLIENT = fileURLToPath(new URL("./hammer_client.ts", import.meta.url));
const SOURCES = new URL("../../../tools/sources.mjs", import.meta.url).href;
const ALL_IDS = Array.from({ length: 256 }, (_, id) => id);

/**
 * struct usage - of a process
 * @fds: open descriptors
 * @mb: resident memory
 */
export interface usage {
	fds: number;
	mb: number;
}

/** usage_of - what a process uses now */
function usage_of(pid: number): usage {
	const pages = /^VmRSS:\s+(\d+) kB$/m.exec(
		readFileSync(`/proc/${pid}/status`, "latin1"))![1];

	return { fds: readdirSync(`/proc/${pid}/fd`).length, mb: Number(pages) / 1024 };
}

/** mounts_of_ours - how many of our mounts this namespace has */
export function mounts_of_ours(): number {
	return readFileSync("/proc/self/mounts", "latin1").split("\n")
		.filter((line) => line.startsWith("vfio-ap ")).length;
}

/**
 * struct hammered - what came of it
 * @wrong: lines that say what no kernel does
 * @operations: how many calls all clients made together
 * @usage: of the server, after each tenth of the time
 */
export interface hammered {
	status: number | null;
	wrong: string[];
	operations: number;
	usage: usage[];
}

/**
 * hammer - clients at work on one mount
 * @clients: at most 8, with an adapter each
 */
export async function hammer(clients: number, seconds: number): Promise<hammered> {
	const host = "adapters 01 02 03 04 05 06 07 08 09 domains 0004 0005 0006";
	const script = `
		echo 0x0 > /sys/bus/ap/apmask
		for n in $(seq ${clients}); do
			"${process.execPath}" --import "${SOURCES}" "${CLIENT}" $n ${seconds} &
		done
		end=$((SECONDS + ${seconds}))
		while [ $SECONDS -lt $end ]; do
			echo +9 > /sys/bus/ap/apmask; echo -9 > /sys/bus/ap/apmask; sleep 0.05
		done
		wait`;
	const server = spawn(process.execPath,
		[EXECUTABLE, "shell", "--host", host, "--", "bash", "-c", script],
		{ stdio: ["ignore", "pipe", "inherit"] });
	const used: usage[] = [];
	let out = "";
	const ended = new Promise<number | null>((resolve) => server.on("exit", resolve));

	server.stdout.on("data", (data: Buffer) => {
		out += data.toString();
	});
	for (let i = 0; i < 10 && server.exitCode === null; i++) {
		await Promise.race([setTimeout(seconds * 100), ended]);
		if (server.exitCode === null)
			used.push(usage_of(server.pid!));
	}
	const status = await ended;
	const lines = out.split("\n").filter((line) => line !== "");
	const counts = lines.map((line) => /^operations (\d+)$/.exec(line)?.[1])
		.filter((count) => count !== undefined);

	return {
		status, usage: used,
		operations: counts.reduce((sum, count) => sum + Number(count), 0),
		wrong: lines.filter((line) => !line.startsWith("operations ")),
	};
}

/** mount_often - mounts in a row, by one process; what it uses after the first and the last */
export async function mount_often(
	times: number,
): Promise<{ first: usage; last: usage; mounts: number }> {
	const host = parse_host_text("adapters 04 domains 0004");
	const folder = mkdtempSync(join(tmpdir(), "vfio-ap-hammer-"));
	let first: usage | null = null;

	await load_driver("v6.12");
	for (let i = 0; i < times; i++) {
		const opened = new shell({
			boot: { host, apmask: ALL_IDS, aqmask: ALL_IDS, memory: "zero" },
			driver: "v6.12", rate: 1, uevents: false, before_wait: () => {},
		});

		if (await opened.run(["grep", "-q", "255", "/sys/bus/ap/ap_max_domain_id"],
			folder) !== 0)
			throw new Error(`mount ${i + 1} failed`);
		opened.shutdown();
		first ??= usage_of(process.pid);
	}
	rmSync(folder, { recursive: true });
	return { first: first!, last: usage_of(process.pid), mounts: mounts_of_ours() };
}

async function main(): Promise<void> {
	const { values } =
		parseArgs({ options: { seconds: { type: "string" }, mounts: { type: "string" } } });
	const begin = performance.now();

	if (values.mounts !== undefined) {
		const { first, last, mounts } = await mount_often(Number(values.mounts));

		console.log(`${values.mounts} mounts in ${((performance.now() - begin) / 1000).toFixed(0)} s, ${mounts} left; ` +
			`descriptors ${first.fds}, then ${last.fds}; MB ${first.mb.toFixed(0)}, then ${last.mb.toFixed(0)}`);
	}
	if (values.seconds !== undefined) {
		const { wrong, operations, usage, status } =
			await hammer(8, Number(values.seconds));

		console.log(wrong.join("\n"));
		console.log(`8 clients, ${values.seconds} s: ${operations} operations, ${wrong.length} wrong, status ${status}; ` +
			`descriptors ${usage.map(({ fds }) => fds).join(" ")}; MB ${usage.map(({ mb }) => mb.toFixed(0)).join(" ")}`);
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url))
	await main();
