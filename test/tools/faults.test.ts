// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every command, while each of its writes fails once: it ends with status 2 and one line, or its
 * output is whole. A command that is not in the table is asked for its help.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawnSync } from "node:child_process";
import { test } from "tap";
import { commands } from "../../tools/commands.ts";
import { run_failing } from "./failing_writes.ts";

const EXECUTABLE = fileURLToPath(new URL("../../tools/vfio-ap", import.meta.url));
const SCENARIOS = fileURLToPath(new URL("../scenarios/", import.meta.url));
const SCENARIO = `${SCENARIOS}v12-guest-apcb-example.scn`;
const TRACE = fileURLToPath(new URL("../traces/v12/errors.jsonl.gz", import.meta.url));
const EXPLORE = ["explore", "--driver", "v6.0", "--adapters", "1", "--domains", "1", "--depth", "2",
	"--jobs", "1"];
const PATCH = join(mkdtempSync(join(tmpdir(), "vfio-ap-patch-")), "a.patch");
const folder = mkdtempSync(join(tmpdir(), "vfio-ap-faults-"));

writeFileSync(PATCH, `--- a/drivers/s390/crypto/vfio_ap_ops.c
+++ b/drivers/s390/crypto/vfio_ap_ops.c
@@ -1,3 +1,3 @@ static int vfio_ap_mdev_reset_queue(void)
 static int vfio_ap_mdev_reset_queue(struct vfio_ap_queue *q)
 {
-	return 0;
+	return 1;
`);

const rows: [command: string, ...argvs: string[][]][] = [
	["replay", ["replay", SCENARIO], ["replay", SCENARIO, "--format", "json"],
		["replay", SCENARIO, "--format", "ktap"]],
	["import", ["import", SCENARIO]],
	["explore", ["explore", "--help"]],
	["trace", ["trace", "check", TRACE], ["trace", "run", SCENARIO, "--driver", "v12"],
		["trace", "run", SCENARIO, "--driver", "v12", "--format", "text"],
			["trace", "run", TRACE]],
	["drivers", ["drivers"], ["drivers", "--format", "json"]],
	["diff", ["diff", "v12", "v13"]],
	["crossread", ["crossread", PATCH], ["crossread", PATCH, "--format", "json"]],
];
const known = new Map(rows.map(([command, ...argvs]) => [command, argvs]));

const MOST_WRITES = 4;

for (const command of commands.keys()) {
	for (const argv of known.get(command) ?? [[command, "--help"]]) {
		test(`failing writes: ${argv.join(" ").replaceAll(SCENARIOS, "").slice(0, 60)}`,
				async (t) => {
			const whole = await run_failing(argv, 1, "none");

			if (whole.code === 2)
				return t.pass(`refused without any fault: ${whole.line}`);
			for (const how of ["ENOSPC", "EIO", "short", "EAGAIN"] as const) {
				for (let n = 1; n <= MOST_WRITES; n++) {
					const it = await run_failing(argv, n, how);

					if (!it.reached)
						break;
					if (how === "ENOSPC" || how === "EIO") {
						t.match(it, { code: 2,
							line: /^(standard output|\/\S+): [^\n]+$/ },
								`write ${n}: ${how}`);
						t.ok(whole.out.length >= it.out.length);
						continue;
					}
					t.equal(it.code, whole.code, `write ${n}: ${how}`);
					t.equal(it.out, whole.out, `write ${n}: ${how}`);
				}
			}
			return t.pass();
		});
	}
}

test("failing writes: no file is left half written or aside", async (t) => {
	const argv = [...EXPLORE, "--output", folder, "--format", "json"];

	/* the campaign's line comes first, then a file */
	t.match(await run_failing(argv, 3, "ENOSPC"), {
		code: 2, line: /^\/\S+: cannot be written, no space/,
		out: /^\{"result":"campaign"[^\n]*\n$/,
	});
	t.equal(readdirSync(folder).length, 1);
	t.match(await run_failing(argv, 3, "short"), { code: 1 });
	t.ok(readdirSync(folder).every((name) => !name.startsWith(".") && name.endsWith(".scn")));
	for (const name of readdirSync(folder))
		t.match(readFileSync(join(folder, name), "utf8"), /\n$/);
	rmSync(folder, { recursive: true });
});

test("a full disk, a reader who went, a folder that cannot be: at once, as real as it gets",
		async (t) => {
	const shell = (line: string) => spawnSync("bash", ["-c", line, EXECUTABLE],
		{ encoding: "utf8" });
	const full = shell('"$0" drivers > /dev/full');

	t.match(full, {
		status: 2, stderr: /^vfio-ap: standard output: no space left on device[^\n]*\n$/,
	});
	t.match(shell('{ "$0" drivers; echo $? >&2; } | true'), { stderr: /^(0|141)\n$/ });
	t.match(shell('timeout 60 "$0" explore --output /proc/nodir'),
		{ status: 2, stderr: "vfio-ap: /proc/nodir: no such file or directory\n" });
});
