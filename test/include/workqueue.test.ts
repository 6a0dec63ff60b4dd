// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import { clock_alarm, clock_now } from "../../drivers/s390/sim/clock.ts";
import { msleep } from "#linux/delay.h";
import { do_initcalls } from "#linux/init.h";
import { HZ, jiffies } from "#linux/jiffies.h";
import { mod_timer, timer_delete, timer_list, timer_setup } from "#linux/timer.h";
import {
	INIT_WORK, cancel_work_sync, flush_work, run_workqueues, queue_work, system_long_wq,
	work_struct,
} from "#linux/workqueue.h";

t.beforeEach(() => do_initcalls());

function item(name: string, log: string[], then?: () => void): work_struct {
	const work = new work_struct();

	INIT_WORK(work, () => {
		log.push(name);
		then?.();
	});
	return work;
}

test("workqueue: runs later, first queued first, queued twice once", async (t) => {
	const log: string[] = [];
	const a = item("a", log);
	const b = item("b", log);

	t.equal(queue_work(system_long_wq, a), true);
	t.equal(queue_work(system_long_wq, b), true);
	t.equal(queue_work(system_long_wq, a), false);
	t.same(log, []);
	run_workqueues();
	t.same(log, ["a", "b"]);
	run_workqueues();
	t.same(log, ["a", "b"]);
});

test("workqueue: an item may queue others and itself", async (t) => {
	const log: string[] = [];
	const b = item("b", log);
	let again = 2;
	const a: work_struct = item("a", log, () => {
		queue_work(system_long_wq, b);
		if (again-- > 0)
			queue_work(system_long_wq, a);
	});

	queue_work(system_long_wq, a);
	run_workqueues();
	t.same(log, ["a", "b", "a", "b", "a", "b"]);
});

test("flush_work: a hundred thousand in a line, first to last, and others meanwhile", async (t) => {
	const log: string[] = [];
	const works = Array.from({ length: 100_000 }, (_, i) => item(String(i), log));
	const late = item("late", log);

	works.forEach((work) => queue_work(system_long_wq, work));
	const begin = performance.now();

	for (const work of works.slice(0, 60_000))
		flush_work(work);
	queue_work(system_long_wq, late);
	t.equal(cancel_work_sync(works[70_000]!), true);
	t.ok(performance.now() - begin < 5000, "not the whole line for each");
	run_workqueues();
	t.same(log.slice(0, 3), ["0", "1", "2"]);
	t.equal(log.length, 100_000);
	t.equal(log[70_000], "70001");
	t.equal(log.at(-1), "late");
	queue_work(system_long_wq, late);
	t.equal(flush_work(late), true);
});

test("flush_work, cancel_work_sync: out of line, and whether it was in it", async (t) => {
	const log: string[] = [];
	const [a, b, c] = ["a", "b", "c"].map((name) => item(name, log));

	for (const work of [a, b, c])
		queue_work(system_long_wq, work);
	t.equal(flush_work(b), true);
	t.equal(flush_work(b), false);
	t.equal(cancel_work_sync(c), true);
	t.equal(cancel_work_sync(c), false);
	run_workqueues();
	t.same(log, ["b", "a"]);
});

test("a boot forgets what was to come; INIT_WORK() lets work be queued again", async (t) => {
	const log: string[] = [];
	const a = item("a", log);

	queue_work(system_long_wq, a);
	msleep(5);
	clock_alarm(100, () => log.push("alarm"));
	do_initcalls();
	t.equal(clock_now(), 0);
	run_workqueues();
	msleep(200);
	t.same(log, []);
	INIT_WORK(a, () => log.push("again"));
	t.equal(queue_work(system_long_wq, a), true);
	run_workqueues();
	t.same(log, ["again"]);
});

test("work_struct: knows what it is embedded in", async (t) => {
	class vfio_ap_queue {
		reset_work = new work_struct(this);
	}

	const q = new vfio_ap_queue();
	let seen: object | null = null;

	INIT_WORK(q.reset_work, (work) => {
		seen = work.container;
	});
	queue_work(system_long_wq, q.reset_work);
	run_workqueues();
	t.equal(seen, q);
});

test("msleep: time passes, alarms go off on the way, in order", async (t) => {
	const log: string[] = [];

	clock_alarm(30, () => log.push(`30 at ${clock_now()}`));
	clock_alarm(20, () => log.push(`20 at ${clock_now()}`));
	const take_back = clock_alarm(25, () => log.push("25"));

	clock_alarm(20, () => {
		log.push("20 again");
		clock_alarm(22, () => log.push(`22 at ${clock_now()}`));
	});
	take_back();
	msleep(19);
	t.same(log, []);
	msleep(20);
	t.same(log, ["20 at 20", "20 again", "22 at 22", "30 at 30"]);
	t.equal(clock_now(), 39);
});

test("timer: goes off at its tick, moved or taken back before", async (t) => {
	const timer = new timer_list();
	const log: number[] = [];

	t.equal(timer.pending, false);
	timer_setup(timer, () => log.push(jiffies.now), 0);
	t.equal(mod_timer(timer, 10), 0);
	t.equal(mod_timer(timer, 20), 1);
	t.equal(timer.pending, true);
	msleep(150);
	t.same(log, []);
	msleep(100);
	t.same(log, [20]);
	mod_timer(timer, 50);
	mod_timer(timer, 30);
	msleep(500);
	t.same(log, [20, 30], "moved to an earlier tick, not doubled");
	log.length = 1;
	mod_timer(timer, jiffies.now + HZ);
	t.equal(timer_delete(timer), 1);
	t.equal(timer_delete(timer), 0);
	msleep(2000);
	t.same(log, [20]);
});
