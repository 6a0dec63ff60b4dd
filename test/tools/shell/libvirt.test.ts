// SPDX-License-Identifier: GPL-2.0-only
/*
 * libvirtd and systemd-udevd on the mounted tree, with uevents: node devices are listed, a mediated
 * device is defined, started and destroyed by virsh.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "tap";
import { missing_for_mount } from "../../../tools/shell/mount.ts";

const EXECUTABLE = fileURLToPath(new URL("../../../tools/vfio-ap", import.meta.url));
const UDEVD = "/lib/systemd/systemd-udevd";
const UUID = "12345678-1234-4123-8123-123456789abc";
const DEVICE = `mdev_${UUID.replaceAll("-", "_")}_matrix`;

/* What the daemons write goes to filesystems of the namespace's own. */
const SCRIPT = `
	for dir in /run /var/lib/libvirt /var/cache /var/log; do mount -t tmpfs none $dir || exit 4; done
	mkdir -p /run/libvirt /run/udev/data /var/log/libvirt /var/cache/libvirt
	${UDEVD} --daemon > /dev/null 2>&1
	udevadm trigger --action=add; udevadm settle -t 5
	libvirtd > /run/libvirtd.log 2>&1 &
	libvirtd=$!
	export LIBVIRT_DEFAULT_URI=qemu:///system
	for i in $(seq 100); do virsh -q uri > /dev/null 2>&1 && break; sleep 0.2; done
	echo -5 > /sys/bus/ap/apmask
	cat > /run/mdev.xml <<-XML
	<device><parent>ap_matrix</parent><capability type='mdev'><type id='vfio_ap-passthrough'/>
	<uuid>${UUID}</uuid><attr name='assign_adapter' value='5'/><attr name='assign_domain' value='0x47'/>
	</capability></device>
	XML
	virsh -q nodedev-list | grep ap_
	virsh -q nodedev-define /run/mdev.xml && virsh -q nodedev-start ${DEVICE}
	cat /sys/bus/mdev/devices/${UUID}/matrix
	for i in $(seq 50); do virsh -q nodedev-dumpxml ${DEVICE} | grep -q "<path>" && break; sleep 0.1; done
	virsh -q nodedev-dumpxml ${DEVICE}
	virsh -q nodedev-destroy ${DEVICE}
	ls /sys/bus/mdev/devices | wc -l
	virsh -q nodedev-undefine ${DEVICE}
	kill $libvirtd; udevadm control --exit`;

function missing(): string | false {
	const program = ["libvirtd", "virsh", "mdevctl", "udevadm"].find((name) =>
		spawnSync("sh", ["-c", `command -v ${name}`]).status !== 0);

	if (program !== undefined || !existsSync(UDEVD))
		return `${program ?? UDEVD} is not installed`;
	return process.geteuid?.() === 0 ? missing_for_mount(true) ?? false : "libvirtd needs root";
}

test("libvirtd: lists, defines, starts and destroys", { skip: missing() }, async (t) => {
	const { stdout, status } = spawnSync(EXECUTABLE,
		["shell", "--uevents", "--", "timeout", "-k", "5", "60", "bash", "-c", SCRIPT],
		{ encoding: "utf8", timeout: 90000 });

	if (status === 4) {
		t.comment("no mount here");
		return;
	}
	t.match(stdout, /^ *ap_04_0004$(.|\n)*^ *ap_card04$(.|\n)*^ *ap_matrix$/m);
	t.match(stdout, "05.0047\n");
	t.match(stdout, `<path>/sys/devices/vfio_ap/matrix/${UUID}</path>`);
	t.match(stdout, /<iommuGroup number='0'\/>\n +<attr name='assign_adapter' value='5'\/>/);
	t.match(stdout, /\n0\n/, "destroyed");
});
