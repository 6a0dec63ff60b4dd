// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linux 6.12's driver as an administrator, a guest's userspace and a guest see
 * it: what no trace has recorded, and the tables a reviewer looks up.
 */
import { test } from "tap";
import {
	EADDRINUSE, EADDRNOTAVAIL, EBADF, EFAULT, EINVAL, ENODEV, EOPNOTSUPP, EPERM, ERANGE,
} from "#linux/errno.h";
import { IS_ERR } from "#linux/err.h";
import { eventfd_read, eventfd_users, sys_eventfd } from "#linux/eventfd.h";
import { dmesg } from "#linux/printk.h";
import {
	VFIO_AP_REQ_IRQ_INDEX, VFIO_DEVICE_FLAGS_AP, VFIO_DEVICE_FLAGS_RESET, VFIO_DEVICE_GET_INFO,
	VFIO_DEVICE_GET_IRQ_INFO, VFIO_DEVICE_GET_REGION_INFO, VFIO_DEVICE_SET_IRQS,
	VFIO_IRQ_INFO_EVENTFD, VFIO_IRQ_SET_ACTION_MASK, VFIO_IRQ_SET_ACTION_TRIGGER,
	VFIO_IRQ_SET_DATA_BOOL, VFIO_IRQ_SET_DATA_EVENTFD, VFIO_IRQ_SET_DATA_NONE, vfio_device_info,
	vfio_irq_info, vfio_irq_set,
} from "#linux/vfio.h";
import { ECA_AIV } from "#linux/kvm_host.h";
import { sysfs_read } from "../../../../drivers/base/sysfs.ts";
import { kvm_s390_pv_enable } from "../../../../drivers/s390/kvm/pv.ts";
import { vcpu_intercept_pqap } from "../../../../drivers/s390/kvm/priv.ts";
import { guest_start, guest_stop } from "../../../../drivers/s390/sim/guest.ts";
import { with_user_struct } from "../../../../drivers/s390/sim/user_memory.ts";
import {
	vfio_device_open, vfio_file_close, vfio_file_ioctl,
} from "../../../../drivers/vfio/group.ts";
import type { vfio_file } from "../../../../drivers/vfio/vfio.h.ts";
import type { kvm } from "#linux/kvm_host.h";
import { machine_lab } from "../../../../tools/lib/lab/lab.ts";
import { load_driver } from "../../../../tools/lib/lab/loader.ts";
import { mdev_uuid } from "../../../../tools/lib/lab/names.ts";
import type { op } from "../../../../tools/lib/scenario/model.ts";

const v6_12 = await load_driver("v6.12");

const HOST = {
	apxa: 1 as const, na: 255, nd: 255, apm: [4, 5, 6], aqm: [4, 0x47], adm: [4, 5], old: [],
};

/* A machine whose adapter 06 is the default drivers', and all else vfio_ap's. */
function machine(host: Partial<typeof HOST> = {}): machine_lab {
	const lab = new machine_lab(
		{ host: { ...HOST, ...host }, apmask: [6], aqmask: [4, 0x47], memory: "zero" },
		v6_12);

	lab.load();
	return lab;
}

function with_machine(fn: (lab: machine_lab) => void, host: Partial<typeof HOST> = {}): void {
	const lab = machine(host);

	fn(lab);
	lab.shutdown();
}

const write = (attr: string, text: string, mdev = "m0"): op => ["write", mdev, attr, text];
const rc = (lab: machine_lab, o: op): number => lab.run(o).rc;

test("assign and unassign: what a write returns", async (t) => {
	const table: [attr: string, text: string, rc: number][] = [
		["assign_adapter", "4", 1],
		["assign_adapter", "0x4\n", 4],
		["assign_adapter", "256", -ENODEV],
		["assign_adapter", "four", -EINVAL],
		["assign_adapter", "0x10000000000000000", -ERANGE],
		["assign_domain", "0x47", 4],
		["assign_domain", "-4", -EINVAL],
		["assign_adapter", "6", -EADDRNOTAVAIL],
		["assign_control_domain", "7", 1],
		["assign_control_domain", "300", -ENODEV],
		["unassign_adapter", "9", 1],
		["unassign_adapter", "256", -ENODEV],
		["unassign_domain", "0x47", 4],
		["unassign_control_domain", "7", 1],
	];

	with_machine((lab) => {
		lab.run(["create", "m0"]);
		for (const [attr, text, expected] of table)
			t.equal(rc(lab, write(attr, text)), expected,
				`${attr} ${JSON.stringify(text)}`);
	});
});

test("limits without extended addressing are 63 and 15, whatever QCI says", async (t) => {
	with_machine((lab) => {
		lab.run(["create", "m0"]);
		t.equal(rc(lab, write("assign_adapter", "63")), 2);
		t.equal(rc(lab, write("assign_adapter", "64")), -ENODEV);
		t.equal(rc(lab, write("assign_domain", "16")), -ENODEV);
	}, { apxa: 0 as never });
});

test("two mdevs: sharing is refused, and said in the log with both names", async (t) => {
	with_machine((lab) => {
		for (const o of [["create", "m0"], ["create", "m1"], write("assign_adapter", "4"),
			write("assign_domain", "4"), write("assign_adapter", "4", "m1")] as op[])
			lab.run(o);
		t.equal(rc(lab, write("assign_domain", "4", "m1")), -EADDRINUSE);
		t.match(dmesg().at(-1)!.text, new RegExp(
			`${mdev_uuid("m1")}: Userspace may not assign queue 04.0004 to mdev: ` +
			`already assigned to ${mdev_uuid("m0")}`));
	});
});

test("ap_config: three masks at once", async (t) => {
	with_machine((lab) => {
		lab.run(["create", "m0"]);
		t.equal(rc(lab, write("ap_config", "0x08,0x08,0x0c")), 14);
		t.same(lab.matrix("m0"), { apm: [4], aqm: [4], adm: [4, 5] });
		t.equal(rc(lab, write("ap_config", "0x08,0x08")), -EINVAL, "a mask is missing");
		t.equal(rc(lab, write("ap_config", "0x02,0x08,0")), -EADDRNOTAVAIL,
			"06 is the host's");
		t.same(lab.matrix("m0"), { apm: [4], aqm: [4], adm: [4, 5] }, "as it was");
		const { out } = lab.run(["read", "m0", "ap_config"]);
		const mask = (digits: string): string => `0x${digits.padEnd(64, "0")}`;

		t.equal(out, `${mask("08")},${mask("08")},${mask("0c")}\n`);
		t.equal(rc(lab, write("ap_config", ",,")), 2, "empty masks");
		t.same(lab.linked("m0"), []);
	});
});

test("a matrix of more than a page is cut where the page ends, as sysfs does", async (t) => {
	const many = Array.from({ length: 30 }, (_, i) => i);

	with_machine((lab) => {
		lab.run(["create", "m0"]);
		for (const id of many) {
			lab.run(write("assign_adapter", String(id + 100)));
			lab.run(write("assign_domain", String(id + 100)));
		}
		const { rc: length, out } = lab.run(["read", "m0", "matrix"]);

		t.equal(length, 4095);
		t.equal(out!.length, 4095);
		t.ok(dmesg().some(({ text }) => text.includes("returned bad count")));
	});
});

test("status of a queue: unassigned, assigned, in use", async (t) => {
	const status = (lab: machine_lab): string
		| null => lab.run(["read", "04.0004", "status"]).out;

	with_machine((lab) => {
		t.equal(status(lab), "unassigned\n");
		for (const o of [["create", "m0"], write("assign_adapter", "4"),
			write("assign_domain", "4")] as op[])
			lab.run(o);
		t.equal(status(lab), "assigned\n");
		lab.run(["open", "m0"]);
		t.equal(status(lab), "in use\n");
		lab.run(write("assign_domain", "0x53"));
		t.equal(status(lab), "in use\n", "0053 is not in the host: it takes nothing away");
		lab.run(["unbind", "04.0047"]);
		lab.run(write("assign_domain", "0x47"));
		t.equal(status(lab), "assigned\n", "04.0047 is not bound: adapter 04 is filtered");
		t.equal(sysfs_read("/sys/devices/vfio_ap/matrix/features").text,
			"guest_matrix hotplug ap_config\n");
	});
});

/* An mdev with 04.0004, opened by a guest of the test's own. */
function with_device(fn: (file: vfio_file, guest: kvm, lab: machine_lab) => void): void {
	with_machine((lab) => {
		for (const o of [["create", "m0"], write("assign_adapter", "4"),
			write("assign_domain", "4")] as op[])
			lab.run(o);
		const guest = guest_start();

		if (IS_ERR(guest))
			throw new Error("no memory for a guest");
		const file = vfio_device_open(mdev_uuid("m0"), guest);

		if (IS_ERR(file))
			throw new Error("the device does not open");
		fn(file, guest, lab);
		vfio_file_close(file);
		guest_stop(guest);
	});
}

test("VFIO_DEVICE_GET_INFO", async (t) => {
	with_device((file) => {
		const info = new vfio_device_info();

		info.argsz = 20;
		t.equal(with_user_struct(info, [],
			(arg) => vfio_file_ioctl(file, VFIO_DEVICE_GET_INFO, arg)), 0);
		t.equal(info.flags, VFIO_DEVICE_FLAGS_AP | VFIO_DEVICE_FLAGS_RESET);
		t.equal(info.num_regions, 0);
		t.equal(info.num_irqs, 1);
		info.argsz = 8;
		t.equal(with_user_struct(info, [],
			(arg) => vfio_file_ioctl(file, VFIO_DEVICE_GET_INFO, arg)),
			-EINVAL, "struct too small");
		t.equal(vfio_file_ioctl(file, VFIO_DEVICE_GET_INFO, 0n), -EFAULT,
			"no memory there");
		t.equal(vfio_file_ioctl(file, VFIO_DEVICE_GET_REGION_INFO, 0n), -EOPNOTSUPP);
	});
});

test("VFIO_DEVICE_GET_IRQ_INFO", async (t) => {
	with_device((file) => {
		const info = new vfio_irq_info();
		const ioctl = (): number =>
			with_user_struct(info, [],
				(arg) => vfio_file_ioctl(file, VFIO_DEVICE_GET_IRQ_INFO, arg));

		info.argsz = 16;
		info.index = VFIO_AP_REQ_IRQ_INDEX;
		t.equal(ioctl(), 0);
		t.equal(info.count, 1);
		t.equal(info.flags, VFIO_IRQ_INFO_EVENTFD);
		info.index = 1;
		t.equal(ioctl(), -EINVAL, "index");
		info.index = 0;
		info.argsz = 4;
		t.equal(ioctl(), -EINVAL, "size");
		t.equal(vfio_file_ioctl(file, VFIO_DEVICE_GET_IRQ_INFO, 0n), -EFAULT);
	});
});

test("VFIO_DEVICE_SET_IRQS: the request eventfd is set, signalled, replaced and taken away",
		async (t) => {
	with_device((file) => {
		const set = (fd: number[], change: Partial<vfio_irq_set> = {}): number => {
			const irq_set = Object.assign(new vfio_irq_set(), {
				argsz: 20 + 4 * fd.length,
				flags: VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
				index: VFIO_AP_REQ_IRQ_INDEX, start: 0, count: 1, ...change,
			});

			return with_user_struct(irq_set, fd,
				(arg) => vfio_file_ioctl(file, VFIO_DEVICE_SET_IRQS, arg));
		};
		const first = sys_eventfd();
		const second = sys_eventfd();

		t.equal(set([first]), 0);
		t.equal(eventfd_users(first), 1);
		t.equal(set([second]), 0);
		t.equal(eventfd_users(first), 0, "the first is given back");
		t.equal(eventfd_read(second), 0, "nothing was asked for yet");
		t.equal(set([-1]), 0);
		t.equal(eventfd_users(second), 0);
		t.equal(set([-2]), -EINVAL, "a negative descriptor");
		t.equal(set([12345]), -EBADF, "no eventfd");
		t.equal(set([first], { index: 1 }), -EINVAL, "index");
		t.equal(set([first],
			{ flags: VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_MASK }), -EINVAL);
		t.equal(set([1], { flags: VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_TRIGGER }),
			-EINVAL);
		t.equal(set([], { flags: VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER }),
			-EINVAL);
		t.equal(vfio_file_ioctl(file, VFIO_DEVICE_SET_IRQS, 0n), -EFAULT);
	});
});

test("a second mdev for the same guest is refused, and the first keeps its hook", async (t) => {
	with_machine((lab) => {
		for (const o of [["create", "m0"], ["create", "m1"], ["open", "m0"]] as op[])
			lab.run(o);
		t.equal(rc(lab, ["open", "m1", "m0"]), -EPERM);
		t.equal(rc(lab, ["close", "m0"]), 0);
		t.equal(rc(lab, ["open", "m1"]), 0);
	});
});

/* PQAP(AQIC) on 04.0004: enable, subclass 3, byte at 0x1000. */
function aqic(guest: kvm): { rc: number; code: number } {
	const vcpu = guest.vcpus[0]!;
	const { gprs } = vcpu.run.s.regs;

	gprs[0] = 0x0300_0404n;
	gprs[1] = 0x8000_0000_0003n;
	gprs[2] = 0x1000n;
	return { rc: vcpu_intercept_pqap(vcpu), code: Number(gprs[1]! >> 16n & 0xffn) };
}

test("PQAP(AQIC) without AIV is left to userspace", async (t) => {
	with_device((_file, guest) => {
		guest.vcpus[0]!.arch.sie_block.eca &= ~ECA_AIV;
		t.equal(aqic(guest).rc, -EOPNOTSUPP);
	});
});

test("PQAP(AQIC) of a protected guest needs a shared page: response code 06", async (t) => {
	with_device((_file, guest) => {
		kvm_s390_pv_enable(guest);
		t.same(aqic(guest), { rc: 0, code: 0x06 });
		guest.memory!.set_shared(1n, true);
		t.same(aqic(guest), { rc: 0, code: 0x00 });
	});
});
