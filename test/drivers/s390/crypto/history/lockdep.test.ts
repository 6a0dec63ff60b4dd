// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lock orders that tell the drivers apart: the two circles that reviewers found
 * in the postings, and who has them.
 */
import { test } from "tap";
import { lockdep_inversions, lockdep_reset } from "#linux/lockdep.h";
import { dmesg } from "#linux/printk.h";
import { VFIO_DEVICE_RESET } from "#linux/vfio.h";
import { sysfs_write } from "../../../../../drivers/base/sysfs.ts";
import {
	driver_by_label, ported, type driver,
} from "../../../../../drivers/s390/crypto/history/index.ts";
import { kvm_s390_pv_disable, kvm_s390_pv_enable } from "../../../../../drivers/s390/kvm/pv.ts";
import { reconfigure } from "../../../../../drivers/s390/sim/machine.ts";
import { vfio_file_ioctl } from "../../../../../drivers/vfio/group.ts";
import { boot_session_machine, session } from "./session.ts";

const loaded = await Promise.all(ported.map(async (driver) =>
	({ driver, module: await driver.load() })));

const DRIVER = "/sys/bus/ap/drivers/vfio_ap";

/* A guest becomes a protected one and an ordinary one again. */
function become_protected(s: session): void {
	kvm_s390_pv_enable(s.guest);
	kvm_s390_pv_disable(s.guest);
}

/* A guest with adapter 04 on a machine that has just been booted. */
function with_guest(driver: driver, play: (s: session) => void): string[][] {
	const { module } = loaded.find((l) => l.driver === driver)!;

	lockdep_reset();
	boot_session_machine();
	const s = new session(driver, module);

	s.create();
	s.write("assign_adapter", "4");
	s.write("assign_domain", "4");
	s.open(2);
	play(s);
	s.close();
	s.end();
	return reports().filter(([, , chain]) => !chain!.includes(DEVICE_SET));
}

/* VFIO's lock, of which a test of its own speaks. */
const DEVICE_SET = "dev_set->lock";

function reports(): string[][] {
	return lockdep_inversions()
		.map(({ held, taken, chain }) => [held, taken, chain.join(" -> ")]);
}

/*
 * <20210408223804.0ca5ba36.pasic@linux.ibm.com>: masks are set under the
 * driver's lock, which takes kvm->lock; a guest that becomes a protected one
 * takes vcpu->mutex under that; a PQAP(AQIC) takes the driver's lock under
 * vcpu->mutex. In this order the report is the mail's.
 */
function masks_protected_pqap(s: session): void {
	s.write("assign_adapter", "5");
	become_protected(s);
	s.pqap(true);
}

function pqap_protected_masks(s: session): void {
	s.pqap(true);
	become_protected(s);
	s.write("assign_adapter", "5");
}

const WITH_CIRCLE = ["v11", "v12", "v13", "v14", "v15"];
const CIRCLE = ["vcpu->mutex", "matrix_dev->lock", "matrix_dev->lock -> kvm->lock -> vcpu->mutex"];

/*
 * v12 and v13 set the masks under their lock when the guest starts, v11 without it. Linux 5.9
 * takes no lock then, and both when the guest is gone.
 */
const LATE = ["matrix_dev->lock", "kvm->lock", "kvm->lock -> vcpu->mutex -> matrix_dev->lock"];

test("masks, protected guest, PQAP: the circle of 8 April 2021", async (t) => {
	for (const { driver } of loaded) {
		const { label } = driver;

		t.strictSame(with_guest(driver, masks_protected_pqap),
			WITH_CIRCLE.includes(label) ? [CIRCLE] : label === "v5.9" ? [LATE] : [],
				label);
	}
});

const EARLY = ["kvm->lock", "vcpu->mutex", "vcpu->mutex -> matrix_dev->lock -> kvm->lock"];
const OTHER_WAY_ROUND = new Map([
	["v5.9", [LATE]], ["v11", [LATE]], ["v12", [EARLY]], ["v13", [EARLY]], ["v14", [LATE]],
	["v15", [LATE]],
]);

test("masks, protected guest, PQAP: reported whoever comes last", async (t) => {
	for (const { driver } of loaded)
		t.strictSame(with_guest(driver, pqap_protected_masks),
			OTHER_WAY_ROUND.get(driver.label) ?? [], driver.label);
});

test("masks, protected guest, PQAP: two of the three are no circle", async (t) => {
	for (const { driver } of loaded) {
		t.strictSame(with_guest(driver, (s) => {
			s.write("assign_adapter", "5");
			s.pqap(true);
		}), [], driver.label);
	}
});

test("masks, protected guest, PQAP: the log says who took what", async (t) => {
	with_guest(driver_by_label("v11")!, masks_protected_pqap);
	const lines = dmesg().map(({ text }) => text);
	const at = lines.indexOf("possible circular locking dependency detected");

	t.strictSame(lines.slice(at, at + 4), [
		"possible circular locking dependency detected",
		"  now: matrix_dev->lock taken under vcpu->mutex in handle_pqap",
		"  earlier: kvm->lock taken under matrix_dev->lock in kvm_arch_crypto_set_masks",
		"  earlier: vcpu->mutex taken under kvm->lock in kvm_s390_cpus_to_pv",
	]);
});

/*
 * <20201028160330.55df0068.pasic@linux.ibm.com>: apmask_store() holds
 * ap_perms_mutex when in_use takes the driver's lock; assigning holds the
 * driver's lock when it asks who owns a queue, which takes ap_perms_mutex. v12
 * and v13 only try the lock, v6.0 takes ap_perms_mutex first.
 */
test("masks of the bus, assigning: the circle of 28 October 2020", async (t) => {
	const [bus, driver_lock] = ["ap_perms_mutex", "matrix_dev->lock"];
	const reported = [bus, driver_lock, `${driver_lock} -> ${bus}`];

	for (const { driver } of loaded) {
		t.strictSame(with_guest(driver, (s) => {
			s.write("assign_adapter", "5");
			s.step("apmask", () => sysfs_write("/sys/bus/ap/apmask", "+9"));
		}), driver.label === "v11" ? [reported] : [], driver.label);
	}
});

/*
 * Claim M5 <20260707091801.DC7F91F00A3A@smtp.kernel.org>: a device is registered under
 * mdevs_lock, where VFIO takes the lock of its set; and is opened under that lock.
 */
test("registering, opening: the circle with VFIO's device set", async (t) => {
	for (const { driver } of loaded) {
		with_guest(driver, () => {});
		const circles = reports().filter(([, , chain]) => chain!.includes(DEVICE_SET));
		const expected = driver.label === "migration-v4"
			? [DEVICE_SET, "matrix_dev->mdevs_lock",
				`matrix_dev->mdevs_lock -> ${DEVICE_SET}`]
			: undefined;

		t.strictSame(circles[0], expected, driver.label);
	}
});

/* The locks of a circle, wherever the report begins. */
function circle(chain: string): string {
	return chain.split(" -> ").toSorted().join(", ");
}

/* By driver; the others have none. */
const CIRCLES = new Map([
	["v5.9", ["kvm->lock, matrix_dev->lock, vcpu->mutex"]],
	["v11", ["ap_perms_mutex, matrix_dev->lock", "kvm->lock, matrix_dev->lock, vcpu->mutex"]],
	["v12", ["kvm->lock, matrix_dev->lock, vcpu->mutex"]],
	["v13", ["kvm->lock, matrix_dev->lock, vcpu->mutex"]],
	["v14", ["kvm->lock, matrix_dev->lock, vcpu->mutex"]],
	["v15", ["kvm->lock, matrix_dev->lock, vcpu->mutex"]],
]);

test("everything a driver can be asked for: these circles and no others", async (t) => {
	for (const { driver } of loaded) {
		const found = with_guest(driver, (s) => {
			s.pqap(true);
			become_protected(s);
			for (const what of ["unbind", "bind"])
				s.step(what, () => sysfs_write(`${DRIVER}/${what}`, "04.0004"));
			s.write("assign_control_domain", "5");
			s.write("assign_domain", "0x47");
			s.step("aqmask", () => sysfs_write("/sys/bus/ap/aqmask", "+9"));
			s.step("host", () => {
				reconfigure({ apm: [5], aqm: [4, 0x47, 0x53] });
				reconfigure({ apm: [4, 5], aqm: [4] });
				return 0;
			});
			s.step("reset", () => vfio_file_ioctl(s.file, VFIO_DEVICE_RESET));
			s.pqap(false);
			s.write("unassign_adapter", "4");
			s.write("unassign_control_domain", "5");
			become_protected(s);
		});

		t.strictSame([...new Set(found.map(([, , chain]) => circle(chain!)))].toSorted(),
			CIRCLES.get(driver.label) ?? [], driver.label);
	}
});
