// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { jobs_of } from "../../../tools/explore/campaign.ts";
import { run_jobs } from "../../../tools/explore/pool.ts";
import type { op_kind } from "../../../tools/explore/space.ts";
import { everything, shop, shown_of, without_effort } from "./fixture.ts";

test("a space on two or three workers is the same as on one", async (t) => {
	const kinds: op_kind[] = [
		"create", "destroy", "assign_adapter", "assign_domain", "unassign_domain", "apmask",
		"unbind",
	];
	const jobs = [{ drivers: ["v11"], kinds }, { drivers: ["v6.0"], depth: 2 }]
		.flatMap((more) => jobs_of({ ...everything, ...more }));
	const one = await shop.run(jobs, () => {});

	t.ok(shown_of(one).some((c) => c.property === "no-inversion"),
		"orders of locks are among them");
	for (const workers of [2, 3])
		t.strictSame((await run_jobs(jobs, workers, () => {})).map(without_effort),
			one.map(without_effort), `${workers} workers`);
});
