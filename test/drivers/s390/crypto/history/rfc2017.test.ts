// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import { IS_ERR, PTR_ERR } from "#linux/err.h";
import { EADDRINUSE, EADDRNOTAVAIL, EBUSY, EINVAL, ENODEV, ENOTTY } from "#linux/errno.h";
import { PGM_SPECIFICATION, type kvm as guest, type kvm_vcpu } from "#linux/kvm_host.h";
import { sysfs_read, sysfs_readdir, sysfs_write } from "../../../../../drivers/base/sysfs.ts";
import {
	vfio_ap_exit, vfio_ap_init,
} from "../../../../../drivers/s390/crypto/history/rfc2017/vfio_ap_drv.ts";
import {
	VFIO_AP_CONFIGURE, VFIO_AP_EXECUTE,
} from "../../../../../drivers/s390/crypto/history/rfc2017/vfio_ap_private.h.ts";
import {
	ap_hw_messages, ap_hw_set_service_time,
} from "../../../../../drivers/s390/sim/ap_hardware.ts";
import { advance_clock } from "../../../../../drivers/s390/sim/clock.ts";
import { crycb_bytes } from "../../sim/crycb_dump.ts";
import { guest_start, guest_stop } from "../../../../../drivers/s390/sim/guest.ts";
import { guest_ap_bus } from "../../sim/guest_linux.ts";
import { boot } from "../../../../../drivers/s390/sim/machine.ts";
import {
	AQIC, TAPQ, guest_gr0, guest_pqap, sie_has_queue,
} from "../../../../../drivers/s390/sim/sie.ts";
import { syscall } from "../../../../../drivers/s390/sim/syscall.ts";
import {
	vfio_device_open, vfio_file_close, vfio_file_ioctl,
} from "../../../../../drivers/vfio/group.ts";
import type { vfio_file } from "../../../../../drivers/vfio/vfio.h.ts";
import { forward_instructions } from "../../../../../tools/lib/lab/forwarding.ts";

const MATRIX = "/sys/devices/ap_matrix/matrix";
const TYPES = `${MATRIX}/mdev_supported_types`;
const SERVICE = 5;
const text = Uint8Array.from([1, 2, 3]);
const answer = text.map((byte) => ~byte);

const uuid = (n: number): string => `83b8f4f2-509f-382f-3c1e-e6bfe0fa100${n}`;

function create(type: string, n: number): number {
	return sysfs_write(`${TYPES}/vfio_ap_matrix-${type}/create`, uuid(n));
}

function write(n: number, attr: string, value: string): number {
	return sysfs_write(`${MATRIX}/${uuid(n)}/${attr}`, value);
}

function matrix(n: number): string {
	return sysfs_read(`${MATRIX}/${uuid(n)}/matrix`).text;
}

function instances(type: string): string {
	return sysfs_read(`${TYPES}/vfio_ap_matrix-${type}/available_instances`).text;
}

/* A guest with an mdev open, and its userspace of 2017, which forwards instructions. */
function start(n: number, apie: boolean): { kvm: guest; vcpu: kvm_vcpu; file: vfio_file } {
	const kvm = guest_start();

	if (IS_ERR(kvm))
		throw new Error("guest_start");
	const file = syscall("open", () => vfio_device_open(uuid(n), kvm));

	if (IS_ERR(file))
		throw new Error(`open: ${PTR_ERR(file)}`);
	forward_instructions(file, kvm, apie);
	return { kvm, vcpu: kvm.vcpus[0], file };
}

t.beforeEach(() => {
	boot({
		host: { apxa: true, na: 255, nd: 255, apm: [3, 22, 254], aqm: [8, 71], adm: [] },
		apmask: [], aqmask: [], bus_interrupts: false,
	});
	ap_hw_set_service_time(SERVICE);
	t.equal(syscall("load", vfio_ap_init), 0);
});
t.afterEach(() => syscall("unload", vfio_ap_exit));

test("two types, and only one of them at a time", async (t) => {
	t.same(sysfs_readdir(TYPES).names.toSorted(),
		["vfio_ap_matrix-passthrough", "vfio_ap_matrix-virtual"]);
	t.same([instances("passthrough"), instances("virtual")], ["256\n", "256\n"]);
	t.ok(create("virtual", 1) > 0);
	t.same([instances("passthrough"), instances("virtual")], ["0\n", "255\n"]);
	t.equal(create("passthrough", 2), -EBUSY);
	t.ok(create("virtual", 2) > 0);
	write(1, "remove", "1");
	t.equal(create("passthrough", 3), -EBUSY);
	write(2, "remove", "1");
	t.ok(create("passthrough", 3) > 0);
	t.equal(create("virtual", 1), -EBUSY);
});

test("virtual: the maps of the mail", async (t) => {
	create("virtual", 1);
	t.equal(write(1, "assign_adapter", "4:3,22,254"), 10);
	t.equal(write(1, "assign_domain", "0:8,0x47\n"), 9);
	t.equal(matrix(1), "04.0000:03.0008,03.0047,16.0008,16.0047,fe.0008,fe.0047\n");
	t.equal(write(1, "assign_adapter", "0x05:3"), 6);
	t.equal(matrix(1).split("\n")[1], "05.0000:03.0008,03.0047");
	t.equal(write(1, "unassign_adapter", "5"), 1);
	t.equal(write(1, "unassign_adapter", "5"), -EINVAL);
});

test("virtual: a bad map is -EINVAL, and nothing changes", async (t) => {
	create("virtual", 1);
	write(1, "assign_adapter", "4:3");
	write(1, "assign_domain", "0:8");
	const before = matrix(1);

	for (const bad of ["4", "4:", ":3", ":", "4:3:5", "4:3,", "4:,3", "4:3,,5", "4:3, 5",
		" 4:3", "4 :3",
		"4:256", "256:3", "4:-1", "x:3", "4:3x", "4:3,3", "4:0x", "4:3;5", "\n",
				"4:3\n\n"]) {
		t.equal(write(1, "assign_adapter", bad), -EINVAL, JSON.stringify(bad));
		t.equal(write(1, "assign_domain", bad), -EINVAL, JSON.stringify(bad));
		t.equal(matrix(1), before);
	}
});

test("virtual: no CRYCB bits, every instruction goes to the driver", async (t) => {
	create("virtual", 1);
	write(1, "assign_adapter", "4:3,22,254");
	write(1, "assign_domain", "0:8,0x47");
	const { kvm, vcpu, file } = start(1, false);

	t.equal(vfio_file_ioctl(file, VFIO_AP_CONFIGURE), 0);
	t.ok(crycb_bytes(kvm.arch.crypto.crycb!).every((byte) => byte === 0));
	t.equal(sie_has_queue(vcpu, 0x0400), false);
	const bus = new guest_ap_bus(vcpu);

	bus.scan();
	t.same([...bus.queues.keys()], [0x0400], "one queue, six behind it");
	const requests = Array.from({ length: 6 }, () => bus.request(text));

	t.same([0x0308, 0x0347, 0x1608, 0x1647, 0xfe08, 0xfe47].map(ap_hw_messages),
		[1, 1, 1, 1, 1, 1],
		"the one with the fewest outstanding, then the lowest APQN");
	advance_clock(SERVICE);
	bus.poll();
	t.ok(requests.every(({ reply }) => reply !== null &&
		reply.every((b, i) => b === answer[i])));
	vcpu.run.s.regs.gprs[0] = guest_gr0(TAPQ, 9, 0);
	t.match(guest_pqap(vcpu), { exit: "intercepted", cc: 3, program: 0 });
	t.equal(vcpu.run.s.regs.gprs[1] >> 16n & 0xffn, 1n);
	vcpu.run.s.regs.gprs[0] = guest_gr0(AQIC, 4, 0);
	t.equal(guest_pqap(vcpu).program, PGM_SPECIFICATION);
	t.equal(write(1, "assign_adapter", "4:3"), -EBUSY, "while a guest has it");
	vfio_file_close(file);
	guest_stop(kvm);
	t.equal(write(1, "assign_adapter", "4:3"), 3);
});

test("virtual: two guests share a real queue, and each gets its own replies", async (t) => {
	const buses = [1, 2].map((n) => {
		create("virtual", n);
		write(n, "assign_adapter", "0:3");
		write(n, "assign_domain", "0:8");
		const { vcpu } = start(n, false);

		return new guest_ap_bus(vcpu);
	});

	buses.forEach((bus) => bus.scan());
	const [first, second] = [text, Uint8Array.from([9])].map((request, i) =>
		[buses[i].request(request), buses[i].request(request)]);

	t.equal(ap_hw_messages(0x0308), 4);
	advance_clock(4 * SERVICE);
	buses[1].poll();
	t.equal(ap_hw_messages(0x0308), 0, "fetched for both");
	t.ok(second.every(({ reply }) => reply![0] === 0xf6 && reply!.length === 1));
	t.ok(first.every(({ reply }) => reply === null), "the first has not asked yet");
	buses[0].poll();
	t.ok(first.every(({ reply }) => reply!.length === 3));
});

test("virtual: a queue that is unbound is no longer chosen", async (t) => {
	create("virtual", 1);
	write(1, "assign_adapter", "4:3,22");
	write(1, "assign_domain", "0:8");
	t.ok(sysfs_write("/sys/bus/ap/drivers/vfio_ap/unbind", "03.0008") > 0);
	t.equal(matrix(1), "04.0000:16.0008\n");
	const { vcpu } = start(1, false);
	const bus = new guest_ap_bus(vcpu);

	bus.scan();
	bus.request(text);
	t.equal(ap_hw_messages(0x1608), 1);
	sysfs_write("/sys/bus/ap/drivers/vfio_ap/unbind", "16.0008");
	bus.poll();
	t.equal(bus.request(text).sent, 0, "nothing is left behind the virtual queue");
});

test("passthrough: configured by the ioctl, after validation; nothing is intercepted",
		async (t) => {
	create("passthrough", 1);
	create("passthrough", 2);
	t.equal(write(1, "assign_adapter", "4:3"), -EINVAL, "a number, no map");
	t.equal(write(1, "assign_adapter", "3"), 1);
	t.equal(write(1, "assign_domain", "0x08"), 4);
	write(2, "assign_adapter", "3");
	write(2, "assign_domain", "8");
	const { kvm, vcpu, file } = start(1, true);

	t.equal(sie_has_queue(vcpu, 0x0308), false, "open alone gives nothing");
	t.equal(vfio_file_ioctl(file, VFIO_AP_CONFIGURE), -EADDRINUSE);
	write(2, "unassign_domain", "8");
	t.equal(vfio_file_ioctl(file, VFIO_AP_CONFIGURE), 0);
	t.equal(sie_has_queue(vcpu, 0x0308), true);
	t.equal(vfio_file_ioctl(file, VFIO_AP_EXECUTE, 0n), -EINVAL);
	t.equal(vfio_file_ioctl(file, 0x1234), -ENOTTY);
	const bus = new guest_ap_bus(vcpu);

	bus.scan();
	const request = bus.request(text);

	advance_clock(SERVICE);
	bus.poll();
	t.same(request.reply, answer);
	vfio_file_close(file);
	t.equal(sie_has_queue(vcpu, 0x0308), false);
	guest_stop(kvm);
	sysfs_write("/sys/bus/ap/drivers/vfio_ap/unbind", "03.0008");
	const again = start(1, true);

	t.equal(vfio_file_ioctl(again.file, VFIO_AP_CONFIGURE), -EADDRNOTAVAIL);
	vfio_file_close(again.file);
	t.equal(vfio_file_ioctl(start(2, true).file, VFIO_AP_EXECUTE, 0n), -EINVAL);
});

test("a process that is no guest -> -ENODEV", async (t) => {
	create("virtual", 1);
	const file = syscall("open", () => vfio_device_open(uuid(1), null));

	if (IS_ERR(file))
		return t.fail("open");
	t.equal(vfio_file_ioctl(file, VFIO_AP_CONFIGURE), -ENODEV);
	return vfio_file_close(file);
});
