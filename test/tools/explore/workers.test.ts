// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { jobs_of, search_of } from "../../../tools/explore/campaign.ts";
import { workshop } from "../../../tools/explore/pool.ts";
import type { search_result } from "../../../tools/explore/search.ts";
import type { op_kind } from "../../../tools/explore/space.ts";
import { everything, shop, without_effort } from "./fixture.ts";

test("a space on two or three workers is the same as on one", async (t) => {
	const kinds: op_kind[] = [
		"create", "destroy", "assign_adapter", "assign_domain", "unassign_domain", "apmask",
		"unbind",
	];
	const jobs = [{ drivers: ["v11"], kinds }, { drivers: ["v6.0"], depth: 2 }]
		.flatMap((more) => jobs_of({ ...everything, ...more }));
	const searched = async (by: workshop): Promise<search_result[]> =>
		[await by.search(await search_of(jobs[0]!, () => {})),
			await by.search(await search_of(jobs[1]!, () => {}))];
	const one = await searched(shop);

	t.ok(one.some(({ findings }) => findings.some((f) => f.property === "no-inversion")),
		"orders of locks are among them");
	for (const workers of [2, 3]) {
		const several = new workshop(workers, true);

		t.strictSame((await searched(several)).map(without_effort), one.map(without_effort),
			`${workers} workers`);
		await several.close();
	}
});
