// SPDX-License-Identifier: GPL-2.0-only
/*
 * Drivers loaded and unloaded in any order, in one process and on one booted
 * machine: nothing is left behind, and nobody can tell who was there before.
 */
import { test } from "tap";
import { debug_areas } from "#asm/debug.h";
import { eventfd_close, sys_eventfd } from "#linux/eventfd.h";
import { trace_lock, type lock_instance } from "#linux/lockdep.h";
import {
	sysfs_lookup, sysfs_readdir, sysfs_readlink,
} from "../../../../../drivers/base/sysfs.ts";
import {
	ported, older_than, type driver,
} from "../../../../../drivers/s390/crypto/history/index.ts";
import { guest_stop } from "../../../../../drivers/s390/sim/guest.ts";
import { load_driver, module_of } from "../../../../../tools/lib/lab/loader.ts";
import { inventory } from "../../../../../tools/lib/lab/leftovers.ts";
import { check_trace } from "../../../../../tools/lib/trace/check.ts";
import { read_traces, trace_files } from "../../../../../tools/lib/trace/format.ts";
import { boot_session_machine, play_session, session } from "./session.ts";

/* A driver's text, as far as these tests look into it. */
interface text {
	vfio_ap_init(): number;
	vfio_ap_exit(): void;
	matrix_dev: { mdev_list: { next: object | null } } & Record<string, unknown>;
}

const loaded = await Promise.all(ported.map(async (driver) => {
	await load_driver(driver);
	return { driver, module: module_of(driver) as text };
}));

/*
 * What each never frees: until Linux 6.3 the release function of the matrix
 * device freed its driver data, which nobody had set.
 */
function leaks(driver: driver): string[] {
	return older_than(driver, "6.3") ? ["memory ap_matrix_dev"] : [];
}

/* The lowest descriptor is free when no eventfd was left open. */
function next_eventfd(): number {
	const fd = sys_eventfd();

	eventfd_close(fd);
	return fd;
}

/* Everything below /sys, adapters and queues apart, which come and go. */
function sysfs_tree(path = "/sys"): string[] {
	return sysfs_readdir(path).names.toSorted().flatMap((name) => {
		const child = `${path}/${name}`;

		return sysfs_readlink(child).rc >= 0 || path === "/sys/devices/ap" ? [child]
			: [child, ...sysfs_tree(child)];
	});
}

/* What can be seen of the machine besides what an inventory counts. */
function state(): object {
	const debug = debug_areas().map(({ name }) => name);

	return { debug, eventfd: next_eventfd(), sysfs: sysfs_tree() };
}

test("load, use, unload: nothing is left but what the C leaks", async (t) => {
	for (const { driver, module } of loaded) {
		boot_session_machine();
		const before = state();
		const inventory_before = new inventory();

		play_session(driver, module);
		t.strictSame(inventory_before.leftovers(), leaks(driver), driver.label);
		t.strictSame(state(), before, driver.label);
	}
});

test("load, use, unload: an unload right after a load leaves nothing either", async (t) => {
	boot_session_machine();
	const before = state();

	for (const { driver, module } of [...loaded, ...loaded.toReversed()]) {
		const inventory_before = new inventory();

		t.equal(module.vfio_ap_init(), 0, driver.label);
		t.notSame(state(), before, driver.label);
		module.vfio_ap_exit();
		t.strictSame(inventory_before.leftovers(), leaks(driver), driver.label);
		t.strictSame(state(), before, driver.label);
	}
});

test("unload: what was not removed before goes with the driver", async (t) => {
	for (const { driver, module } of loaded) {
		boot_session_machine();
		const before = state();
		const inventory_before = new inventory();
		const s = new session(driver, module);

		s.create();
		s.write("assign_adapter", "4");
		s.write("assign_domain", "4");
		s.open();
		s.pqap(true);
		s.unload();
		guest_stop(s.guest);
		t.strictSame(inventory_before.leftovers(), leaks(driver), driver.label);
		t.strictSame(state(), before, driver.label);
	}
});

/* What can be seen of a session right after a boot. */
function alone(): Map<driver, string[]> {
	return new Map(loaded.map(({ driver, module }) => {
		boot_session_machine();
		return [driver, play_session(driver, module)];
	}));
}

test("any order: each behind each other on one machine, with the same results", async (t) => {
	const expected = alone();

	boot_session_machine();
	for (const first of loaded) {
		for (const second of loaded) {
			for (const { driver, module } of [first, second]) {
				const { label } = driver;
				const before = new inventory();

				t.strictSame(play_session(driver, module), expected.get(driver),
					`${first.driver.label}, ${second.driver.label}: ${label}`);
				t.strictSame(before.leftovers(), leaks(driver), label);
			}
		}
	}
});

test("any order: a recorded trace comes out the same before and after all others", async (t) => {
	for (const { driver: { label } } of [...loaded, ...loaded.toReversed(), ...loaded]) {
		const folder = new URL(`../../../../traces/${label}`, import.meta.url).pathname;
		const [trace] = read_traces(trace_files([folder])[0]!);

		t.strictSame(check_trace(trace!).divergences, [], label);
	}
});

/* The locks and the matrix device of a driver that was loaded before. */
function belongings({ matrix_dev }: text): Set<unknown> {
	return new Set([matrix_dev, ...["lock", "guests_lock", "mdevs_lock"]
		.map((name) => matrix_dev[name]).filter((lock) => lock !== undefined)]);
}

test("a posting never sees another's matrix_dev", async (t) => {
	boot_session_machine();
	for (const { driver, module } of loaded)
		play_session(driver, module);
	for (const { driver, module } of loaded) {
		const others = loaded.filter((other) => other.module !== module);
		const before = others.map((other) => other.module.matrix_dev);
		const foreign = new Set(others.flatMap((other) => [...belongings(other.module)]));
		const taken = new Set<lock_instance>();
		const ignore = trace_lock.register((lock) => taken.add(lock));
		const s = new session(driver, module);

		s.create();
		s.write("assign_adapter", "4");
		s.write("assign_domain", "4");
		t.equal(sysfs_lookup("/sys/devices/vfio_ap/matrix")!.container,
			module.matrix_dev["device"], `${driver.label}: its own is registered`);
		s.open();
		s.close();
		s.end();
		ignore();
		t.notOk([...taken].some((lock) => foreign.has(lock)), driver.label);
		t.ok([...taken].some((lock) => belongings(module).has(lock)), driver.label);
		t.ok(others.every((other, i) => other.module.matrix_dev === before[i]),
			`${driver.label}: the others' variables are as they were`);
		t.equal(new Set(loaded.map((l) => l.module.matrix_dev)).size, loaded.length);
	}
});
