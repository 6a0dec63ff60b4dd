// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { kernel_crash } from "#linux/bug.h";
import { set_contention_handler } from "#linux/mutex.h";
import {
	init_waitqueue_head, trace_wake_up, wait_event_cmd, wait_queue_head, wake_up_all,
} from "#linux/wait.h";

function queue(): wait_queue_head {
	const wq_head = new wait_queue_head();

	init_waitqueue_head(wq_head, "wq");
	return wq_head;
}

test("wait_event_cmd: what holds already is not waited for", async (t) => {
	wait_event_cmd(queue(), () => true, () => t.fail("cmd1"), () => t.fail("cmd2"));
});

test("wait_event_cmd: nobody wakes the only task there is", async (t) => {
	const done: string[] = [];

	t.throws(() => wait_event_cmd(queue(), () => false, () => done.push("cmd1"),
		() => done.push("cmd2")),
			new kernel_crash("hang", "init waits in wq, nobody wakes it"));
	t.strictSame(done, ["cmd1"]);
});

test("wait_event_cmd: a schedule is told what is waited for, and that it is woken", async (t) => {
	const wq_head = queue();
	const said: unknown[] = [];

	t.teardown(() => set_contention_handler(null));
	t.teardown(trace_wake_up.register((woken) => said.push(woken)));
	set_contention_handler((what) => {
		said.push(what);
		throw new Error("blocks");
	});
	t.throws(() => wait_event_cmd(wq_head, () => false, () => {}, () => {}), /^blocks$/);
	wake_up_all(wq_head);
	t.strictSame(said, [wq_head, wq_head]);
});
