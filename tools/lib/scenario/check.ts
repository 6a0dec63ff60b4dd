// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a scenario makes sense: nothing that was never declared, created or bound is used by
 * accident. A line that expects the error which that gives may well use it.
 */
import { EBADF, EBUSY, EEXIST, ENODEV, ENOENT } from "#linux/errno.h";
import { driver_by_label, drivers } from "../../../drivers/s390/crypto/history/index.ts";
import { did_you_mean } from "../cli/nearest.ts";
import { adapter_name, domain_name, product, queue_ids } from "./ids.ts";
import type {
	config_change, expectation, masks, op, operation, scenario, statement,
} from "./model.ts";
import { print_result } from "./result.ts";
import { unknown_attribute, unknown_file } from "./sysfs_names.ts";

/**
 * struct known - what there can be by now
 * @mdevs: created and not destroyed; whether a guest has it open
 * @ever: all that were to be created so far
 * @virtual: those of another type, whose guests call their queues as they like
 * @apm, @aqm: of the host at any time so far
 * @assigned: to an mdev at any time so far; null: what cannot be told
 * @waiting: to be gone when the guest closes them
 * @bound: the queues that can be bound to vfio_ap; null: any of the host's
 * @reserved: whether the masks of the default drivers are those of the header still
 * @matrices: what each mdev has, as far as its set-up says it
 * @began: whether something happened that is no set-up
 */
interface known {
	s: scenario;
	mdevs: Map<string, boolean>;
	ever: Set<string>;
	virtual: Set<string>;
	waiting: Set<string>;
	apm: Set<number>;
	aqm: Set<number>;
	assigned: { adapter: Set<number>; domain: Set<number> } | null;
	bound: Set<string> | null;
	reserved: boolean;
	matrices: Map<string, masks>;
	began: boolean;
}

/** What AP instructions answer for a queue that the machine does not have. */
const NOT_AVAILABLE = 1;

/**
 * What is wrong with a line and what is expected.
 * @gives: what the operation returns for that, which a line may expect; none if it is left out
 */
interface complaint {
	what: string;
	right: string;
	gives?: number;
}

type unit = "adapter" | "domain";

/** Of something that returns nothing of its own, so that no result makes it right. */
function never_right(c: complaint | null): complaint | null {
	return c && { what: c.what, right: c.right };
}

function not_default(s: scenario): string[] {
	const [apmask, aqmask] = [new Set(s.apmask), new Set(s.aqmask)];

	return product(s.host.apm, s.host.aqm).filter((q) => {
		const [apid, apqi] = queue_ids(q);

		return !apmask.has(apid) || !aqmask.has(apqi);
	});
}

function no_mdev(k: known, m: string): complaint | null {
	if (k.mdevs.has(m))
		return null;
	const names = [...k.mdevs.keys()];
	const others = names.length === 0 ? "" : `; there is ${names.join(", ")}`;

	return {
		what: `there is no ${m} here${others}`, right: `create ${m} on a line before it`,
		gives: -ENODEV,
	};
}

/** What was counted of an mdev can be asked for when it is gone. */
function never_an_mdev(k: known, m: string): complaint | null {
	return k.ever.has(m) ? null : no_mdev(k, m);
}

function no_guest(k: known, m: string): complaint | null {
	return no_mdev(k, m) ?? (k.mdevs.get(m) === true ? null :
		{ what: `no guest has ${m} open here`, right: `open ${m} on a line before it`,
			gives: -ENODEV });
}

function no_queue(k: known, q: string): complaint | null {
	const [apid, apqi] = queue_ids(q);

	if (k.apm.has(apid) && k.aqm.has(apqi))
		return null;
	return {
		what: `the host has no queue ${q}`,
		right: "its adapter and domain on the host line", gives: -ENODEV,
	};
}

/** @gives: what the operation returns where the host has no such queue; null: it does not say */
function absent_queue(k: known, q: string, gives: number | null): complaint | null {
	const c = never_right(no_queue(k, q));

	return c === null || gives === null ? c : { ...c, gives };
}

function no_adapter(k: known, apid: number, gives?: number): complaint | null {
	return k.apm.has(apid) ? null : {
		what: `the host has no adapter ${adapter_name(apid)}`,
		right: "it on the host line", ...gives !== undefined && { gives },
	};
}

/** Neither of the host nor assigned: then nothing can be said of it. */
function no_unit(k: known, unit: unit, id: number, gives?: number): complaint | null {
	const on_host = (unit === "adapter" ? k.apm : k.aqm).has(id);

	if (on_host || k.assigned === null || k.assigned[unit].has(id))
		return null;
	const name = unit === "adapter" ? adapter_name(id) : domain_name(id);

	return {
		what: `the host has no ${unit} ${name}, and no mdev has it`,
		right: `it on the host line, or assign_${unit} 0x${id.toString(16)} before`,
		...gives !== undefined && { gives },
	};
}

function no_units(k: known, q: string): complaint | null {
	const [apid, apqi] = queue_ids(q);

	return no_unit(k, "adapter", apid) ?? no_unit(k, "domain", apqi);
}

function not_bound(k: known, q: string): complaint | null {
	const absent = no_queue(k, q);

	if (absent !== null || k.bound === null || k.bound.has(q))
		return absent;
	return {
		...is_reserved(k, q) ? reserved_text(q) : {
			what: `${q} cannot be bound to vfio_ap here`,
			right: `bind ${q} or bound ${q} on a line before it`,
		},
		gives: -ENODEV,
	};
}

/** What the default drivers have, and how vfio_ap gets it. */
function reserved_text(q: string): Pick<complaint, "what" | "right"> {
	return {
		what: `${q} is the default drivers' by apmask and aqmask`,
		right: `apmask_store -0x${queue_ids(q)[0].toString(16)} on a line before it`,
	};
}

function is_reserved({ s, reserved }: known, q: string): boolean {
	const [apid, apqi] = queue_ids(q);

	return reserved && s.apmask.includes(apid) && s.aqmask.includes(apqi);
}

function not_bindable(k: known, q: string): complaint | null {
	const old = k.s.host.old.includes(queue_ids(q)[0]);

	if (!old && !is_reserved(k, q))
		return no_queue(k, q);
	const reserved = reserved_text(q);

	return old ? {
		what: `${q} is of an adapter too old for vfio_ap`, right: `bound without ${q}`,
	}
		: { ...reserved, right: `bound without ${q}, or ${reserved.right}` };
}

/** A state that no sequence of operations leads to. */
function no_set_up(k: known, mdev: string, m: masks): complaint | null {
	const { na, nd } = k.s.host;
	const queues = product(m.apm, m.aqm);
	const above = m.apm.some((id) => id > na) || [...m.aqm, ...m.adm].some((id) => id > nd);
	const reserved = queues.find((q) => is_reserved(k, q));

	if (above)
		return { what: `${mdev} has an id above the host's max`, right: "ids up to it" };
	if (reserved !== undefined)
		return {
			what: `${mdev} cannot have ${reserved}, which is the default drivers' by ` +
				"apmask and aqmask",
			right: "a queue that is not",
		};
	for (const [other, { apm, aqm }] of k.matrices) {
		const both = new Set(product(apm, aqm));
		const shared = queues.find((q) => both.has(q));

		if (shared !== undefined)
			return {
				what: `${mdev} cannot have ${shared}, which ${other} has`,
				right: "a queue of no other mdev, or create and the assignment " +
					"with = -EADDRINUSE",
			};
	}
	return null;
}

function bound_late(k: known): complaint | null {
	return k.began ? {
		what: "bound behind an operation, although it is set-up",
		right: "bind or unbind for what happens, is_bound for what is claimed",
	} : null;
}

function first_complaint<T>(list: readonly T[], of: (it: T) => complaint | null): complaint | null {
	for (const it of list) {
		const c = of(it);

		if (c !== null)
			return c;
	}
	return null;
}

function taken(k: known, m: string): complaint | null {
	return k.mdevs.has(m) ? {
		what: `${m} is there already`,
		right: `another name, such as ${free_name(k)}`, gives: -EEXIST,
	} : null;
}

function free_name({ mdevs }: known): string {
	let i = 0;

	while (mdevs.has(`m${i}`))
		i++;
	return `m${i}`;
}

function open_fault(k: known, m: string, other: string | undefined): complaint | null {
	if (k.mdevs.get(m) === true)
		return {
			what: `${m} is open already`, right: `close ${m} on a line before it`,
			gives: -EBUSY,
		};
	return no_mdev(k, m) ?? (other === undefined ? null : never_right(no_guest(k, other)));
}

function read_fault(k: known, of: string, attr: string): complaint | null {
	if (of === "matrix" || of === "bus")
		return misspelt(unknown_attribute(of, attr));
	if (of.includes("."))
		return absent_queue(k, of, -ENOENT) ?? misspelt(unknown_attribute("queue", attr));
	return no_mdev(k, of) ?? misspelt(unknown_attribute("mdev", attr));
}

/** @fault: what is said of a name that no kernel has, or null */
function misspelt(fault: [what: string, right: string] | null): complaint | null {
	return fault === null ? null : { what: fault[0], right: fault[1], gives: -ENOENT };
}

function complaint_about(k: known, o: op): complaint | null {
	switch (o[0]) {
	case "mdev":
		return never_right(taken(k, o[1])) ?? no_set_up(k, o[1], o[2]);
	case "create":
		return taken(k, o[1]);
	case "open":
		return open_fault(k, o[1], o[2]);
	case "destroy":
	case "mig_feature":
	case "mig_get":
	case "mig_size":
	case "mig_state":
		return no_mdev(k, o[1]);
	case "write":
		return no_mdev(k, o[1]) ?? misspelt(unknown_attribute("mdev", o[2]));
	case "read":
		return read_fault(k, o[1], o[2]);
	case "store":
		return misspelt(unknown_file(o[1]));
	case "mig_read":
	case "mig_write":
	case "mig_close":
		return no_stream(never_an_mdev(k, o[1]));
	case "mig_carry":
		return no_stream(never_an_mdev(k, o[1]) ?? no_mdev(k, o[2]));
	case "close":
	case "reset":
	case "unmap":
	case "pqap":
		return no_guest(k, o[1]);
	case "run":
		return no_guest(k, o[1]) ??
			(k.virtual.has(o[1]) ? null : absent_queue(k, o[3], NOT_AVAILABLE));
	case "bind":
		return absent_queue(k, o[1], -ENODEV);
	case "hw":
		return absent_queue(k, o[1], null);
	case "driver_override":
		return absent_queue(k, o[1], -ENOENT);
	case "unbind":
		return o[1].includes(".") ? not_bound(k, o[1]) : no_mdev(k, o[1]);
	case "bound":
		return bound_late(k) ?? (o[1] === "all" ? null :
			first_complaint(o[1], (q) => not_bindable(k, q)));
	case "config":
		return no_adapter(k, o[1], -ENOENT);
	case "checkstop":
		return no_adapter(k, o[1]);
	case "in_use":
		return first_complaint(o[1], (id) => no_unit(k, "adapter", id, 0)) ??
			first_complaint(o[2], (id) => no_unit(k, "domain", id, 0));
	default:
		return null;
	}
}

/** A stream of an mdev that is not there was never opened. */
function no_stream(c: complaint | null): complaint | null {
	return c && { ...c, gives: -EBADF };
}

function note_change(k: known, c: config_change): void {
	c.apm?.forEach((id) => k.apm.add(id));
	c.aqm?.forEach((id) => k.aqm.add(id));
	k.bound = null; /* what a scan finds new is bound */
}

function note_assigned({ assigned }: known, { apm, aqm }: masks): void {
	apm.forEach((id) => assigned?.adapter.add(id));
	aqm.forEach((id) => assigned?.domain.add(id));
}

/** What a store to an mdev's attribute may have assigned; ap_config's text is not looked into. */
function note_write(k: known, attr: string, text: string): void {
	const [, unit] = /^assign_(adapter|domain)$/.exec(attr) ?? [];

	if (attr === "ap_config")
		k.assigned = null;
	else if (unit !== undefined)
		note_id(k, unit as unit, parse_number(text));
}

/** What is no number may say more than one thing, as the lists of 2017 do. */
function note_id(k: known, unit: unit, id: number): void {
	if (Number.isNaN(id))
		k.assigned = null;
	else
		k.assigned?.[unit].add(id);
}

function note_name(k: known, o: op): void {
	if (o[0] === "mdev" || o[0] === "create")
		k.ever.add(o[1]);
	if (o[0] === "create" && o[2]?.type !== undefined)
		k.virtual.add(o[1]);
}

/** As kstrtoul reads it: "0x54", "84", "0124". */
function parse_number(text: string): number {
	const [, digits] = /^0([0-7]+)\s*$/.exec(text) ?? [];

	return digits === undefined ? Number(text) : parseInt(digits, 8);
}

/** Another machine, just booted: what there was is there no more. */
function note_next_host(k: known, { apm, aqm }: masks): void {
	k.mdevs.clear();
	k.matrices.clear();
	k.apm = new Set(apm);
	k.aqm = new Set(aqm);
	k.reserved = true;
	k.bound = null;
	k.began = false;
}

/* What may stand before bound. */
const SET_UP = new Set<op[0]>([
	"bound", "mdev", "create", "apmask_store", "aqmask_store", "store", "driver_override", "hw",
	"config", "checkstop", "read", "next_host", "hw_time",
]);

function note_op(k: known, o: op): void {
	k.began ||= !SET_UP.has(o[0]);
	switch (o[0]) {
	case "mdev":
		k.matrices.set(o[1], o[2]);
		k.mdevs.set(o[1], false);
		note_assigned(k, o[2]);
		break;
	case "create":
		k.mdevs.set(o[1], false);
		break;
	case "destroy":
		k.matrices.delete(o[1]);
		k.mdevs.delete(o[1]);
		break;
	case "write":
		k.matrices.delete(o[1]);
		if (o[2] === "remove")
			k.mdevs.delete(o[1]);
		note_write(k, o[2], o[3]);
		break;
	case "next_host":
		note_next_host(k, o[1]);
		break;
	case "open":
		if (k.mdevs.has(o[1]))
			k.mdevs.set(o[1], true);
		break;
	case "close":
		if (k.waiting.delete(o[1])) {
			k.mdevs.delete(o[1]);
			k.matrices.delete(o[1]);
		} else if (k.mdevs.has(o[1])) {
			k.mdevs.set(o[1], false);
		}
		break;
	case "bound":
		k.bound = new Set(o[1] === "all" ? not_default(k.s) : o[1]);
		break;
	case "bind":
		k.bound?.add(o[1]);
		break;
	case "unbind":
		k.mdevs.delete(o[1]);
		k.matrices.delete(o[1]);
		break;
	case "apmask_store":
	case "aqmask_store":
	case "driver_override":
	case "store":
		if (o[0] === "store")
			k.assigned = null;
		k.reserved = false;
		k.bound = null;
		break;
	case "advance":
		k.bound = null;
		break;
	case "cfg":
	case "config_changed":
		note_change(k, o[1]);
		break;
	default:
	}
}

/** Whether a line itself says that the operation fails. */
function fails(o: operation): boolean {
	return o.rc === "error" || o.rc === "fault" || o.rc === "hang" ||
		typeof o.rc === "number" && o.rc < 0;
}

/** Whether a line expects exactly what comes of the use of something missing. */
function expects(o: operation, { gives }: complaint): boolean {
	return gives !== undefined && o.rc === gives;
}

/** The queues that an expectation says are there, or were. */
function queues_of(e: expectation): string[] {
	switch (e.what) {
	case "status":
		return [e.queue];
	case "masks":
		return e.of !== "matrix" && (e.is.form === "queues" || e.is.form === "has")
			? e.is.queues : [];
	case "linked":
	case "instructions":
		return e.queues;
	case "bindings":
		return e.bound ? e.queues : [];
	default:
		return [];
	}
}

/** What an expectation names although it is not there, apart from its mdev. */
function absent_of(k: known, e: expectation): complaint | null {
	if (e.what === "plugged")
		return no_unit(k, e.unit, e.id);
	if (e.what === "filtered")
		return no_unit(k, e.unit, e.id) ??
			first_complaint(e.because, (q) => no_units(k, q));
	return first_complaint(queues_of(e), (q) => absent_queue(k, q, null));
}

function complaint_about_claim(k: known, e: expectation, general: boolean): complaint | null {
	const counted = e.what === "held" || e.what === "eventfd" || e.what === "updates";

	return (!("mdev" in e) ? null
		: counted ? never_an_mdev(k, e.mdev) : no_mdev(k, e.mdev)) ??
		(general ? absent_of(k, e) : null);
}

function complaint_of(k: known, { body, drivers: labels }: statement): complaint | null {
	if (body.kind === "unread")
		return null;
	if (body.kind === "expect") {
		return never_right(complaint_about_claim(k, body.expect, labels === null));
	}
	const c = complaint_about(k, body.op);

	note_name(k, body.op);
	if (body.rc === "waits")
		k.waiting.add(String(body.op[1]));
	else if (!fails(body))
		note_op(k, body.op);
	return c !== null && expects(body, c) ? null : c;
}

function complaint_text({ what, right, gives }: complaint): string {
	return `${what}, expected ${right}` + (gives === undefined ? ""
		: `, or = ${print_result(gives)} behind the operation`);
}

/** unknown_drivers - what to say of labels that no driver has, a text each */
export function unknown_drivers(labels: readonly string[]): string[] {
	const known_labels = drivers.map((d) => d.label);

	return labels.filter(
		(label) => driver_by_label(label.replace(/@[0-9]+$/, "")) === undefined)
		.map((label) =>
			`there is no driver "${label}"${did_you_mean(label, known_labels)}, ` +
			`expected one of ${known_labels.join(", ")}`);
}

function driver_faults({ file, verdicts, statements }: scenario): string[] {
	return [...verdicts, ...statements].flatMap(({ line, drivers: labels }) =>
		unknown_drivers(labels ?? []).map((fault) => `${file}:${line}: ${fault}`));
}

/** no_host - what to say of a scenario without a host, a text; none if it has one */
export function no_host({ file, line, name, host: { apm, aqm } }: scenario): string[] {
	return apm.length + aqm.length > 0 ? [] : [
		`${file}:${line}: scenario ${name} has no host, ` +
		"expected a line such as: host adapters 04 05 domains 0004 0047",
	];
}

/** What may be assigned at first, and no line of the set-up assigns. */
function assigned_nowhere({ file, line, choices, statements }: scenario): string[] {
	const set_up = statements.map(({ body }) => body)
		.find((body) => body.kind === "op" && body.op[0] === "mdev");
	const [, , masks] = set_up?.kind === "op" && set_up.op[0] === "mdev" ? set_up.op : [];

	return choices.flatMap((c) => {
		if (c.what !== "assigned" ||
			masks?.[c.unit === "adapter" ? "apm" : "aqm"].includes(c.id) === true)
			return [];
		const id = c.unit === "adapter" ? adapter_name(c.id) : domain_name(c.id);

		return [`${file}:${line}: either assigned ${c.unit} ${id} is of no mdev, ` +
			`expected a line with it such as: mdev m0 ${c.unit}s ${id}`];
	});
}

/** not_on_host - the first queue that a scenario says is bound and its host does not have */
export function not_on_host({ host, statements }: scenario): [queue: string, line: number] | null {
	const there = new Set(product(host.apm, host.aqm));

	for (const { body, line } of statements) {
		const gone = body.kind === "op" && body.op[0] === "bound" && body.op[1] !== "all" ?
			body.op[1].find((q) => !there.has(q)) : undefined;

		if (gone !== undefined)
			return [gone, line];
	}
	return null;
}

/**
 * check_scenario - what a scenario uses although it is not there
 * @s: the scenario
 * @until: nothing is known of what stands behind this line
 *
 * Return: the errors, a line each.
 */
export function check_scenario(s: scenario, until = Infinity): string[] {
	const left_open = (unit: unit, what: "assigned" | unit): number[] =>
		s.choices.flatMap((c) => c.what === what &&
			("unit" in c ? c.unit : what) === unit && "id" in c ? [c.id] : []);
	const k: known = {
		s, mdevs: new Map(), ever: new Set(), virtual: new Set(), waiting: new Set(),
		apm: new Set([...s.host.apm, ...left_open("adapter", "adapter")]),
		aqm: new Set([...s.host.aqm, ...left_open("domain", "domain")]),
		assigned: {
			adapter: new Set(left_open("adapter", "assigned")),
			domain: new Set(left_open("domain", "assigned")),
		},
		bound: new Set(not_default(s)), reserved: true, matrices: new Map(), began: false,
	};
	const errors: string[] = [];

	for (const st of s.statements.filter((it) => it.line < until)) {
		const c = complaint_of(k, st);

		if (c !== null)
			errors.push(`${s.file}:${st.line}: ${complaint_text(c)}`);
	}
	return [...driver_faults(s), ...assigned_nowhere(s), ...errors];
}
