// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which port is held against which recorded skeleton.
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { drivers } from "../../drivers/s390/crypto/postings/index.ts";
import { check_directory, type file_result } from "./check.ts";
import { type driver_skeleton, read_recorded } from "./recorded.ts";

/** A driver's ports and the skeleton they are judged by. */
export interface port {
	driver: string;
	/** The skeleton's file name in test/skeletons. */
	skeleton: string;
	/** Where the ports are, from the root of the repository. */
	directory: string;
	/** The port is claimed to be whole: what differs fails the check. */
	whole: boolean;
}

/** A port that is there, compared. */
export interface port_result {
	port: port;
	files: file_result[];
}

/** The top of the tree. */
export const root: string = fileURLToPath(new URL("../../", import.meta.url));

/** The port of the AP bus: there is one, of Linux 6.12, whatever the driver. */
export const ap_bus_label = "ap_bus";

/** Every port for which a skeleton was recorded: each driver of the registry, and the AP bus. */
export const ports: readonly port[] = [
	...drivers.map(({ label, path }): port => (
		{ driver: label, skeleton: `${label}.json`, directory: path, whole: true })),
	{
		driver: ap_bus_label,
		skeleton: "ap_bus-6.12.json",
		directory: "drivers/s390/crypto",
		whole: false,
	},
];

const skeletons = new Map<string, Promise<driver_skeleton>>();

/**
 * skeleton_of_port - the recorded skeleton a port is judged by
 *
 * @port: the port
 */
export function skeleton_of_port(port: port): Promise<driver_skeleton> {
	const known = skeletons.get(port.skeleton);
	if (known)
		return known;
	const skeleton = read_recorded(join(root, "test/skeletons", port.skeleton));
	skeletons.set(port.skeleton, skeleton);
	return skeleton;
}

/**
 * check_port - compare a port with its recorded skeleton
 *
 * @port: the port
 *
 * Return: a result for each of its files that is there
 */
export async function check_port(port: port): Promise<port_result> {
	const skeleton = await skeleton_of_port(port);
	return { port, files: await check_directory(skeleton, join(root, port.directory)) };
}
