// SPDX-License-Identifier: GPL-2.0-only
/*
 * A record of a machine as a scenario: the host, the masks, what is bound, the mediated devices and
 * what they are assigned. What the record says a guest has is a claim of the scenario, so that a
 * replay shows which driver leads to it.
 *
 * A record is taken at one moment. What does not fit together was not read at one moment, or is of
 * a machine that the simulated one cannot be: it is refused.
 */
import { usage_error } from "../cli/usage_error.ts";
import {
	adapter_name, ascending, domain_name, parse_queue, queue_ids, queue_name,
} from "../scenario/ids.ts";
import {
	number_steps, type masks, type op, type scenario, type statement,
} from "../scenario/model.ts";
import type { sysfs_record } from "./record.ts";

const BUS = "bus/ap";
const MATRIX = "devices/vfio_ap/matrix";
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const CARD = /^card([0-9a-f]{2})$/;
const ALL_IDS = Array.from({ length: 256 }, (_, id) => id);

/* The oldest type of card that vfio_ap drives: CEX4. */
const OLDEST_TYPE = 10;

/* A queue of the record, and who drives it; null for nobody. */
interface queue {
	name: string;
	path: string;
	driver: string | null;
}

/* A mediated device of the record. */
interface mdev {
	uuid: string;
	path: string;
	assigned: masks;
	guest: string[] | null;
	in_use: boolean;
}

function last_name(target: string): string {
	return target.split("/").at(-1)!;
}

/* The numbers of a mask of the bus, "0x" and 64 digits; null where there is none. */
function mask(record: sysfs_record, name: string): number[] | null {
	const text = record.text(`${BUS}/${name}`);

	if (text === null)
		return null;
	const digits = /^0x([0-9a-f]{64})$/i.exec(text)?.[1];

	if (digits === undefined)
		throw new usage_error(`${record.where(BUS)}: ${name} is "${text.slice(0, 80)}", expected 0x and 64 digits`);
	return ALL_IDS.filter((id) => (parseInt(digits[id >> 2]!, 16) & 8 >> (id & 3)) !== 0);
}

/* The directories of cards and queues by name: where they are, or where the bus's links lead. */
function device_paths(record: sysfs_record): Map<string, string> {
	const paths = new Map<string, string>();

	for (const dir of [...record.dirs, ...record.links.keys()]) {
		const name = last_name(dir);
		const is_there = dir.startsWith("devices/ap/card") ||
			dir.startsWith(`${BUS}/devices/`);

		if (is_there && (CARD.test(name) || parse_queue(name) === name) &&
			!(paths.has(name) && record.links.has(dir)))
			paths.set(name, record.links.has(dir) && !dir.startsWith("devices/")
				? followed(record, dir) : dir);
	}
	return paths;
}

/* The directory that a link of the bus leads to, if the record has it, else the link. */
function followed(record: sysfs_record, link: string): string {
	const target = record.links.get(link)!.replace(/^(?:\.\.\/)+/, "");

	return record.dirs.has(target) ? target : link;
}

function driver_of(record: sysfs_record, name: string, path: string): string | null {
	const link = record.links.get(`${path}/driver`);

	if (link !== undefined)
		return last_name(link);
	return record.names_in(`${BUS}/drivers`).find((driver) =>
		record.links.has(`${BUS}/drivers/${driver}/${name}`)) ?? null;
}

function queues_of(record: sysfs_record, paths: ReadonlyMap<string, string>): queue[] {
	return [...paths].filter(([name]) => name.includes("."))
		.map(([name, path]) => ({ name, path, driver: driver_of(record, name, path) }))
		.sort((a, b) => a.name < b.name ? -1 : 1);
}

/* Adapters and domains that have queues; each adapter has each domain. */
function host_ids(
	record: sysfs_record, queues: readonly queue[],
): { apm: number[]; aqm: number[] } {
	const ids = queues.map(({ name }) => queue_ids(name));
	const apm = ascending(ids.map(([apid]) => apid)),
		aqm = ascending(ids.map(([, apqi]) => apqi));
	const names = new Set(queues.map(({ name }) => name));

	for (const apid of apm)
		for (const apqi of aqm)
			if (!names.has(queue_name(apid, apqi)))
				throw new usage_error(`${record.name}: there is adapter ${adapter_name(apid)}, and domain ` +
					`${domain_name(apqi)} on other adapters, but no queue ${queue_name(apid, apqi)}`);
	return { apm, aqm };
}

/* What the bus says there is: no queue may be outside of it. */
function check_host(record: sysfs_record, host: { apm: number[]; aqm: number[] }): void {
	const given = [
		["ap_adapter_mask", host.apm, adapter_name],
		["ap_usage_domain_mask", host.aqm, domain_name],
	] as const;

	for (const [name, ids, print] of given) {
		const said = mask(record, name);
		const missing = said === null ? undefined : ids.find((id) => !said.includes(id));

		if (missing !== undefined)
			throw new usage_error(`${record.where(BUS)}: ${name} lacks ${print(missing)}, which has queues`);
	}
}

function is_default(driver: string | null): boolean {
	return driver !== null && driver !== "vfio_ap";
}

/* The masks of the default drivers; without the bus's files they follow from who drives what. */
function default_masks(
	record: sysfs_record, queues: readonly queue[],
): { apmask: number[]; aqmask: number[] } {
	const apmask = mask(record, "apmask"), aqmask = mask(record, "aqmask");

	if (apmask !== null && aqmask !== null)
		return { apmask, aqmask };
	const others = queues.filter(({ driver }) => !is_default(driver))
		.map(({ name }) => queue_ids(name));
	const taken = new Set(queues.filter(({ driver }) => is_default(driver))
		.map(({ name }) => queue_ids(name)[0]));
	const adapters = new Set(others.map(([apid]) => apid).filter((apid) => !taken.has(apid)));
	const domains = new Set(others.filter(([apid]) => taken.has(apid)).map(([, apqi]) => apqi));

	return {
		apmask: ALL_IDS.filter((id) => !adapters.has(id)),
		aqmask: ALL_IDS.filter((id) => !domains.has(id)),
	};
}

/* Drivers and masks agree, unless a queue has been given to a driver by hand. */
function check_drivers(
	record: sysfs_record, queues: readonly queue[], apmask: number[], aqmask: number[],
): void {
	for (const { name, path, driver } of queues) {
		const [apid, apqi] = queue_ids(name);
		const reserved = apmask.includes(apid) && aqmask.includes(apqi);

		if (driver !== null && is_default(driver) !== reserved)
			throw new usage_error(`${record.where(path)}: ${name} is driven by ${driver}, but apmask and aqmask ` +
				`${reserved ? "reserve it for the default drivers" : "do not reserve it"}`);
	}
}

/* What a file "matrix" says: queues, or "04." and ".0047" as long as there is only one kind. */
function assigned_to(record: sysfs_record, path: string): masks {
	const text = record.text(`${path}/matrix`);
	const adm = record.text(`${path}/control_domains`);

	if (text === null)
		throw new usage_error(
			`${record.where(path)}: a mediated device without its file matrix`);
	const ids = words(text).map((word) => {
		const [apid, apqi] = word.split(".")
			.map((part) => part === "" ? null : parseInt(part, 16));

		if (!/^(?:[0-9a-f]{2})?\.(?:[0-9a-f]{4})?$/.test(word) || word === ".")
			throw new usage_error(`${record.where(path)}: matrix has "${word}", expected queues as 04.0047`);
		return { apid: apid!, apqi: apqi! };
	});

	return {
		apm: ascending(ids.flatMap(({ apid }) => apid ?? [])),
		aqm: ascending(ids.flatMap(({ apqi }) => apqi ?? [])),
		adm: ascending(words(adm ?? "").map((word) => parseInt(word, 16))),
	};
}

function words(text: string): string[] {
	return text.split(/\s+/).filter((word) => word !== "");
}

function mdevs_of(record: sysfs_record, paths: ReadonlyMap<string, string>): mdev[] {
	return record.names_in(MATRIX).filter((name) => UUID.test(name)).map((uuid) => {
		const path = `${MATRIX}/${uuid}`;
		const masks = assigned_to(record, path);
		const guest = record.text(`${path}/guest_matrix`);
		const queues = masks.apm.flatMap(
			(apid) => masks.aqm.map((apqi) => queue_name(apid, apqi)));

		return {
			uuid, path, assigned: masks,
			guest: guest === null
				? null : words(guest).filter((word) => parse_queue(word) === word),
			in_use: queues.some((name) =>
				record.text(`${paths.get(name) ?? ""}/status`) === "in use"),
		};
	});
}

/* No queue is assigned twice, none that the default drivers have. */
function check_mdevs(
	record: sysfs_record, mdevs: readonly mdev[], apmask: number[], aqmask: number[],
): void {
	const owners = new Map<string, string>();

	for (const { uuid, path, assigned: { apm, aqm } } of mdevs)
		for (const [apid, apqi] of apm.flatMap(
				(id) => aqm.map((other) => [id, other] as const))) {
			const name = queue_name(apid, apqi);
			const other = owners.get(name);

			if (other !== undefined)
				throw new usage_error(`${record.where(path)}: ${name} is assigned to ${uuid}, and to ${other}`);
			if (apmask.includes(apid) && aqmask.includes(apqi))
				throw new usage_error(`${record.where(path)}: ${name} is assigned to ${uuid}, but apmask and ` +
					"aqmask reserve it for the default drivers");
			owners.set(name, uuid);
		}
}

function step(body: statement["body"], note: string | null = null): statement {
	return { line: 1, label: null, n: "", drivers: null, body, note };
}

function do_it(op: op, note: string | null = null): statement {
	return step({ kind: "op", op, rc: null, fail_nth: 0 }, note);
}

function mdev_steps({ uuid, assigned, guest, in_use }: mdev, i: number): statement[] {
	const name = `m${i}`;

	return [
		do_it(["mdev", name, assigned], uuid),
		...(in_use ? [do_it(["open", name], "its queues are in use")] : []),
		...(guest === null ? []
			: [step({ kind: "expect",
				expect: {
					what: "masks", of: "guest", mdev: name,
					is: { form: "queues", queues: guest },
				} })]),
	];
}

/* Cards that an administrator has taken out of the configuration. */
function card_steps(record: sysfs_record, paths: ReadonlyMap<string, string>): statement[] {
	return [...paths].filter(([name, path]) => CARD.test(name) &&
		record.text(`${path}/config`) === "0")
		.map(([name]) => do_it(["config", parseInt(CARD.exec(name)![1]!, 16), "off"]));
}

function old_adapters(record: sysfs_record, paths: ReadonlyMap<string, string>): number[] {
	return ascending([...paths].flatMap(([name, path]) => {
		const type = Number(record.text(`${path}/hwtype`) ?? OLDEST_TYPE);

		return CARD.test(name) && type < OLDEST_TYPE
			? [parseInt(CARD.exec(name)![1]!, 16)] : [];
	}));
}

function scenario_name(file: string): string {
	return file.split("/").at(-1)!.replace(/\.(?:umockdev|tar|tar\.gz|tgz)$/, "")
		.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "").toLowerCase() || "machine";
}

/**
 * machine_of - the scenario that begins as a record's machine stood
 *
 * Throws usage_error with one line where the record does not fit together.
 */
export function machine_of(record: sysfs_record): scenario {
	const paths = device_paths(record);
	const queues = queues_of(record, paths);

	if (queues.length === 0)
		throw new usage_error(`${record.name}: no AP queue in it, expected /sys/bus/ap or /sys/devices/ap`);
	const ids = host_ids(record, queues);
	const { apmask, aqmask } = default_masks(record, queues);
	const mdevs = mdevs_of(record, paths);
	const na = Number(record.text(`${BUS}/ap_max_adapter_id`) ?? 255);
	const nd = Number(record.text(`${BUS}/ap_max_domain_id`) ?? 255);

	check_host(record, ids);
	check_drivers(record, queues, apmask, aqmask);
	check_mdevs(record, mdevs, apmask, aqmask);
	const bound = queues.filter(({ driver }) => driver === "vfio_ap").map(({ name }) => name);
	const statements = [
		do_it(["bound", bound]), ...mdevs.flatMap(mdev_steps), ...card_steps(record, paths),
	];

	number_steps(statements);
	return {
		file: record.name, line: 1, name: scenario_name(record.name), source: null,
		about: [`The machine of ${scenario_name(record.name)}, as its /sys stood.`],
		assumptions: record.text(`${BUS}/apmask`) === null
			? ["apmask and aqmask are not in the record: they are what the bindings ask for"] : [],
		slips: [], verdicts: [], choices: [], memory: "zero", apmask, aqmask, statements,
		host: {
			apxa: nd > 15 ? 1 : 0, na, nd, ...ids,
			adm: mask(record, "ap_control_domain_mask") ?? ids.aqm,
			old: old_adapters(record, paths),
		},
	};
}
