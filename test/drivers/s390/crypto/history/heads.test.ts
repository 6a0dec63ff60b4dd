// SPDX-License-Identifier: GPL-2.0-only
/*
 * A function that takes a lock, needs one or sleeps says so in its head.
 */
import { test } from "tap";
import {
	drivers as all_drivers, type driver,
} from "../../../../../drivers/s390/crypto/history/index.ts";
import { DRIVER_FILES, driver_file } from "../../../../../tools/diff/compare.ts";
import { units_of, type unit } from "../../../../../tools/diff/text.ts";

/* The design of 2017 mirrors no C: its heads are as the file's. */
const drivers = all_drivers.filter(({ forwards }) => !forwards);

/* What takes a lock, gives it back, wants it held, or sleeps. */
const LOCKS = new RegExp(
	"\\b(?:mutex_(?:lock|unlock|trylock)|(?:down|up)_(?:read|write)|lockdep_assert_held|" +
	"(?:get|release)_update_locks\\w*|msleep|flush_work)\\(");

/* What a lock guards: an mdev's state, the list of mdevs, a queue's ties to its mdev. */
const GUARDED = new RegExp(
	"\\bmatrix_mdev!?\\.(?:shadow_apcb|matrix|qtable|kvm|req_trigger|cfg_chg_trigger|ap[mq]_add|adm_add)\\b|" +
	"\\bmatrix_dev\\.(?:mdev_list|info|config_info)\\b|" +
	"\\bq!?\\.(?:matrix_mdev|saved_isc|saved_iova|reset_status)\\b");

/*
 * Heads that lack it, in texts that their series' patches make: there a line more is a line of
 * the patch that brought the function.
 */
const WITHOUT: Record<string, number> = { "v5.9": 3, v11: 4, v12: 4, v13: 3 };

function needs_context({ kind, tokens }: unit): boolean {
	const body = tokens.slice(tokens.indexOf("{")).join("");

	return kind === "function" && (LOCKS.test(body) || GUARDED.test(body));
}

function silent_heads(driver: driver): string[] {
	return DRIVER_FILES.flatMap((file) => units_of(driver_file(driver, file))
		.filter((u) => needs_context(u) && !u.text.includes("\n * Context: "))
		.map(({ name }) => `${file}: ${name}`));
}

test("heads: Context: where a lock is taken or needed, or the function sleeps", async (t) => {
	for (const driver of drivers) {
		const silent = silent_heads(driver);

		t.equal(silent.length, WITHOUT[driver.label] ?? 0,
			`${driver.label}: no "Context:" in the head of ${silent.join(", ")}`);
	}
});

test("heads: there are functions that need it", async (t) => {
	for (const driver of drivers) {
		const needing = DRIVER_FILES.flatMap((file) =>
			units_of(driver_file(driver, file)).filter(needs_context));

		t.ok(needing.length > 20, `${driver.label}: ${needing.length}`);
	}
});
