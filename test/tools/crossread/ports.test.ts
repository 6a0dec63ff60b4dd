// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { check_port, ports } from "../../../tools/crossread/ports.ts";
import { falls_below, text_report } from "../../../tools/crossread/report.ts";

for (const port of ports) {
	test(`crossread: ${port.driver} reads line for line`, async (t) => {
		const result = await check_port(port);
		if (result.files.length === 0)
			t.comment(`no port of ${port.driver} yet`);
		for (const line of text_report([result]).trimEnd().split("\n"))
			t.comment(line);
		t.notOk(falls_below(result, 100));
	});
}
