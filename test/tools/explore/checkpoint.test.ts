// SPDX-License-Identifier: GPL-2.0-only
/*
 * A shard that is killed at any moment goes on from its checkpoint, and comes out as if it had not
 * been: its file is what an uninterrupted one writes, but for the time it took.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "tap";
import { parse_part } from "../../../tools/explore/campaign.ts";
import { main } from "../../../tools/explore/main.ts";
import { main as replay } from "../../../tools/replay/main.ts";
import { output_of } from "../output_of.ts";
import { without_effort } from "./fixture.ts";

const EXECUTABLE = fileURLToPath(new URL("../../../tools/vfio-ap", import.meta.url));
const MOST_KILLS = Number(process.env["KILLS"] ?? 1);
const TICK_MS = 200;

/*
 * The output of a process; null where it was killed, soon after it had put something away. @put:
 * whether it has.
 */
async function run(argv: string[], put: () => boolean, kill: boolean): Promise<string | null> {
	const child = spawn(EXECUTABLE, ["explore", ...argv], {
		env: { ...process.env, ...kill ? { VFIO_AP_CHECKPOINT_MS: String(TICK_MS) } : {} },
		stdio: ["ignore", "pipe", "inherit"],
	});
	let out = "";
	const timer = setInterval(async () => {
		if (!kill || !put())
			return;
		clearInterval(timer);
		await new Promise((resolve) => setTimeout(resolve, Math.random() * TICK_MS));
		child.kill("SIGKILL");
	}, TICK_MS / 10);

	child.stdout.setEncoding("utf8").on("data", (text: string) => {
		out += text;
	});
	const [, signal] = await once(child, "close");

	clearInterval(timer);
	return signal === null ? out : null;
}

function results_of(text: string): unknown[] {
	return parse_part("out", text)!.lines.map(without_effort);
}

for (const [what, ...argv] of [
	["a space", "--driver", "v6.12", "--adapters", "1", "--domains", "1"],
	["walks", "--driver", "v6.12,v6.0", "--walks", "100", "--steps", "10", "--property",
		"within-host,reset-before-reuse"],
]) {
	void test(`${what}: kill -9, continued: as if nothing had been`, async (t) => {
		const file = join(t.testdir(), "checkpoint");
		const command = [...argv, "--jobs", "1", "--format", "json"];
		const whole = await output_of(t, () => main(command));
		let [out, kills] = [null as string | null, 0];

		for (; out === null; kills++)
			out = await run([...command, "--checkpoint", file], () => existsSync(file),
				kills < MOST_KILLS);
		t.ok(kills > 1, `${kills - 1} kills`);
		t.strictSame(results_of(out), results_of(whole.out));
		await t.rejects(main([...command, "--seed", "5", "--checkpoint", file]),
			{ message: /no checkpoint of this campaign/ }, "another campaign");
	});
}

test("kill -9 amid a search: --output has what was found until then", async (t) => {
	const folder = join(t.testdir(), "found");
	const files = (): string[] => existsSync(folder) ? readdirSync(folder) : [];
	const argv = ["--driver", "v6.0", "--adapters", "2", "--domains", "2", "--mdevs", "2"];
	const out = await run([...argv, "--jobs", "1", "--output", folder],
		() => files().length > 0, true);
	const [file] = files();

	t.equal(out, null, "the search had not ended");
	t.equal((await output_of(t, () => replay([join(folder, file!), "--driver", "v6.0"]))).code,
		0, "it is as the file says");
	t.match(readFileSync(join(folder, file!), "utf8"), /^verdict .*v6\.0.* differs/m);
});
