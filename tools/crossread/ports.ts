// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which port is held against which recorded skeleton.
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ported } from "../../drivers/s390/crypto/history/index.ts";
import { root } from "../lib/texts/tree.ts";
import {
	check_directory, explained_differences, type file_result, type finding,
} from "./check.ts";
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
	/** The skeleton has some functions only: what else there is of the port is not extra. */
	selected?: true;
}

/** A port that is there, compared. */
export interface port_result {
	port: port;
	files: file_result[];
}

/** The port of the AP bus: there is one, of Linux 6.12, whatever the driver. */
const ap_bus_label = "ap_bus";

/** What there is of KVM, of Linux 6.12: its skeleton has those functions that are ported whole. */
const kvm_label = "kvm";

/**
 * Every port for which a skeleton was recorded: each driver of the registry, the AP bus and KVM.
 */
export const ports: readonly port[] = [
	...ported.map(({ label, path }): port => (
		{ driver: label, skeleton: `${label}.json`, directory: path, whole: true })),
	{
		driver: ap_bus_label,
		skeleton: "ap_bus-6.12.json",
		directory: "drivers/s390/crypto",
		whole: false,
	},
	{
		driver: kvm_label,
		skeleton: "kvm-6.12.json",
		directory: "drivers/s390/kvm",
		whole: true,
		selected: true,
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

/** The record of what is explained: by driver, C file and function. */
export type explained = { [driver: string]: { [c_file: string]: { [name: string]: string[] } } };

/** Where it is, from the top of the tree. */
const explained_path = "test/skeletons/explained.json";

/**
 * explained_in - the record of what a port's reasons explain
 *
 * @results: the compared ports
 */
export function explained_in(results: readonly port_result[]): explained {
	const of_file = ({ functions }: file_result) => Object.fromEntries(functions
		.map((fn): [string, string[]] => [fn.name, explained_differences(fn)])
		.filter(([, tokens]) => tokens.length > 0));
	return Object.fromEntries(results.map(({ port, files }) => (
		[port.driver, Object.fromEntries(
			files.map((file) => [file.c_file, of_file(file)]))])));
}

/*
 * Functions whose reasons explain more or less than they did when that was recorded: a reason
 * stands for what it was given for, and hides nothing else.
 */
function explained_otherwise({ functions }: file_result, known: { [name: string]: string[] }) {
	return functions.filter((fn) => (
		explained_differences(fn).join() !== (known[fn.name] ?? []).join()))
		.map(({ name, c_line, port_line }): finding => ({
			name, what: "explained otherwise than recorded, see npm run docs", c_line,
			port_line,
			reason: null,
		}));
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
	const files = await check_directory(skeleton, join(root, port.directory));
	const record = JSON.parse(await readFile(join(root, explained_path), "utf8")) as explained;
	for (const file of files) {
		const known = record[port.driver]?.[file.c_file] ?? {};
		if (port.selected)
			file.findings = file.findings.filter(({ what }) => what !== "extra");
		file.findings.push(...explained_otherwise(file, known));
	}
	return { port, files };
}
