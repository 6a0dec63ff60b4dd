// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import { clock_alarm, clock_now } from "../../drivers/s390/sim/clock.ts";
import {
	complete, complete_all, completion, completion_done, init_completion, reinit_completion,
	try_wait_for_completion, wait_for_completion, wait_for_completion_interruptible,
	wait_for_completion_timeout,
} from "#linux/completion.h";
import { do_initcalls } from "#linux/init.h";
import { INIT_WORK, queue_work, system_long_wq, work_struct } from "#linux/workqueue.h";

t.beforeEach(() => do_initcalls());

test("completion: each lets one go on, complete_all() everybody", async (t) => {
	const x = new completion();

	init_completion(x);
	t.equal(try_wait_for_completion(x), false);
	complete(x);
	t.equal(completion_done(x), true);
	t.equal(try_wait_for_completion(x), true);
	t.equal(try_wait_for_completion(x), false);
	complete_all(x);
	for (let i = 0; i < 3; i++)
		t.equal(try_wait_for_completion(x), true);
	reinit_completion(x);
	t.equal(try_wait_for_completion(x), false);
	complete(x);
	init_completion(x);
	t.equal(completion_done(x), false);
});

test("wait_for_completion: uses up what complete() gave, not what complete_all() did",
		async (t) => {
	const x = new completion();

	complete(x);
	t.equal(wait_for_completion_interruptible(x), 0);
	t.equal(completion_done(x), false);
	complete_all(x);
	t.equal(wait_for_completion_interruptible(x), 0);
	t.equal(completion_done(x), true);
});

test("wait_for_completion: queued work runs meanwhile, time passes", async (t) => {
	const by_work = new completion();
	const by_time = new completion();
	const work = new work_struct();

	INIT_WORK(work, () => complete(by_work));
	queue_work(system_long_wq, work);
	wait_for_completion(by_work);
	t.equal(clock_now(), 0);
	clock_alarm(50, () => complete(by_time));
	t.equal(wait_for_completion_timeout(by_time, 20), 15, "ticks left");
	t.equal(clock_now(), 50);
});

test("wait_for_completion_timeout: 0 when it does not come", async (t) => {
	t.equal(wait_for_completion_timeout(new completion(), 10), 0);
	t.equal(clock_now(), 100);
});

test("wait_for_completion: what never comes is a hang", async (t) => {
	let kind = "";

	try {
		wait_for_completion(new completion());
	} catch (error) {
		kind = (error as { kind: string }).kind;
	}
	t.equal(kind, "hang");
});
