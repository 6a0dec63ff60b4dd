// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which port is held against which recorded skeleton.
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { check_directory, type file_result } from "./check.ts";
import { read_recorded } from "./recorded.ts";

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

const root = fileURLToPath(new URL("../../", import.meta.url));

function posting(driver: string): port {
	const directory = `drivers/s390/crypto/postings/${driver}`;
	return { driver, skeleton: `${driver}.json`, directory, whole: true };
}

/** Every port for which a skeleton was recorded. */
export const ports: readonly port[] = [
	{
		driver: "v6.12",
		skeleton: "v6.12.json",
		directory: "drivers/s390/crypto",
		whole: true,
	},
	{
		driver: "ap_bus",
		skeleton: "ap_bus-6.12.json",
		directory: "drivers/s390/crypto",
		whole: false,
	},
	posting("v11"),
	posting("v12"),
	posting("v13"),
	posting("v6.0"),
];

/**
 * check_port - compare a port with its recorded skeleton
 *
 * @port: the port
 *
 * Return: a result for each of its files that is there
 */
export async function check_port(port: port): Promise<port_result> {
	const skeleton = await read_recorded(join(root, "test/skeletons", port.skeleton));
	return { port, files: await check_directory(skeleton, join(root, port.directory)) };
}
