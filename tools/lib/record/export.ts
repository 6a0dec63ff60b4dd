// SPDX-License-Identifier: GPL-2.0-only
/*
 * The simulated machine's sysfs as a text of umockdev: each device with its variables, its
 * attributes and its links, and the AP bus itself.
 */
import {
	sysfs_read, sysfs_readdir, sysfs_readlink, sysfs_stat,
} from "../../../drivers/base/sysfs.ts";
import { BUS_PATH, escaped } from "./umockdev.ts";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/* The attributes and links below a directory, subdirectories that are no devices included. */
function contents(dir: string, prefix: string): string[] {
	return sysfs_readdir(dir).names.flatMap((name) => {
		const path = `${dir}/${name}`;
		const { type, mode } = sysfs_stat(path);

		if (type === "link")
			return name === "subsystem"
				? [] : [`L: ${prefix}${name}=${sysfs_readlink(path).target}`];
		if (type === "dir")
			return is_device(path) || UUID.test(name) || name === "vfio-dev" ? []
				: contents(path, `${prefix}${name}/`);
		if ((mode & 0o444) === 0 || name === "uevent")
			return [];
		const { rc, text } = sysfs_read(path);

		return rc < 0 ? [] : [`A: ${prefix}${name}=${escaped(text)}`];
	});
}

function is_device(dir: string): boolean {
	return sysfs_stat(`${dir}/subsystem`).rc === 0;
}

function subsystem(dir: string): string {
	return sysfs_readlink(`${dir}/subsystem`).target.split("/").at(-1)!;
}

function device_block(dir: string): string {
	const variables = sysfs_read(`${dir}/uevent`).text.split("\n")
		.filter((line) => line !== "");

	return [
		`P: ${dir.slice("/sys".length)}`,
		...[...variables, `SUBSYSTEM=${subsystem(dir)}`].sort().map((line) => `E: ${line}`),
		...contents(dir, ""), "", "",
	].join("\n");
}

/* The devices below a directory, each before those below it. */
function device_blocks(dir: string): string[] {
	const below = sysfs_readdir(dir).names.map((name) => `${dir}/${name}`)
		.filter((path) => sysfs_stat(path).type === "dir");

	return below.flatMap((path) => [
		...(is_device(path) ? [device_block(path)] : []), ...device_blocks(path),
	]);
}

function bus_block(bus: string): string {
	const files = sysfs_readdir(`/sys/bus/${bus}`).names
		.filter((name) => sysfs_stat(`/sys/bus/${bus}/${name}`).type === "file" &&
			(sysfs_stat(`/sys/bus/${bus}/${name}`).mode & 0o444) !== 0)
		.map((name) => `A: ${name}=${escaped(sysfs_read(`/sys/bus/${bus}/${name}`).text)}`);

	return [`P: ${BUS_PATH}/${bus}`, "E: SUBSYSTEM=subsystem", ...files, "", ""].join("\n");
}

/** umockdev_text - the machine that runs, as umockdev-run -d and "import" read it */
export function umockdev_text(): string {
	return [bus_block("ap"), ...device_blocks("/sys/devices")].join("");
}
