// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a scenario makes sense: nothing that was never declared, created or bound is used by
 * accident. A line that expects the error which that gives may well use it.
 */
import { driver_by_label, drivers } from "../../../drivers/s390/crypto/history/index.ts";
import { did_you_mean } from "../cli/nearest.ts";
import { product, queue_ids } from "./ids.ts";
import type {
	config_change, expectation, masks, op, operation, scenario, statement,
} from "./model.ts";

/**
 * struct known - what there can be by now
 * @mdevs: created and not destroyed; whether a guest has it open
 * @apm, @aqm: of the host at any time so far
 * @waiting: to be gone when the guest closes them
 * @bound: the queues that can be bound to vfio_ap; null: any of the host's
 * @reserved: whether the masks of the default drivers are those of the header still
 * @matrices: what each mdev has, as far as its set-up says it
 * @began: whether something happened that is no set-up
 */
interface known {
	s: scenario;
	mdevs: Map<string, boolean>;
	waiting: Set<string>;
	apm: Set<number>;
	aqm: Set<number>;
	bound: Set<string> | null;
	reserved: boolean;
	matrices: Map<string, masks>;
	began: boolean;
}

/** What is wrong with a line and what is expected. */
interface complaint {
	what: string;
	right: string;
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

	return { what: `there is no ${m} here${others}`, right: `create ${m} on a line before it` };
}

function no_guest(k: known, m: string): complaint | null {
	return no_mdev(k, m) ?? (k.mdevs.get(m) === true ? null :
		{ what: `no guest has ${m} open here`, right: `open ${m} on a line before it` });
}

function no_queue(k: known, q: string): complaint | null {
	const [apid, apqi] = queue_ids(q);

	if (k.apm.has(apid) && k.aqm.has(apqi))
		return null;
	return {
		what: `the host has no queue ${q}`,
		right: "its adapter and domain on the host line, or = -ENODEV behind the operation",
	};
}

function not_bound(k: known, q: string): complaint | null {
	const absent = no_queue(k, q);

	if (absent !== null || k.bound === null || k.bound.has(q))
		return absent;
	return {
		what: `${q} cannot be bound to vfio_ap here`,
		right: `bind ${q} or bound ${q} on a line before it, or = -ENODEV behind the operation`,
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
	return {
		what: `${q} ${old ? "is of an adapter too old for vfio_ap"
			: "is the default drivers' by apmask and aqmask"}`,
		right: `bound without ${q}`,
	};
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
		right: `another name, such as m${k.mdevs.size}, or = -EEXIST behind create ${m}`,
	} : null;
}

function complaint_about(k: known, o: op): complaint | null {
	switch (o[0]) {
	case "mdev":
		return taken(k, o[1]) ?? no_set_up(k, o[1], o[2]);
	case "create":
		return taken(k, o[1]);
	case "open":
		if (k.mdevs.get(o[1]) === true)
			return {
				what: `${o[1]} is open already`,
				right: `close ${o[1]} on a line before it`,
			};
		return no_mdev(k, o[1]) ?? (o[2] === undefined ? null : no_guest(k, o[2]));
	case "destroy":
	case "write":
		return no_mdev(k, o[1]);
	case "read":
		return o[1] === "matrix" ? null : o[1].includes(".") ? no_queue(k, o[1])
			: no_mdev(k, o[1]);
	case "close":
	case "reset":
	case "unmap":
	case "pqap":
	case "run":
		return no_guest(k, o[1]);
	case "bind":
	case "hw":
	case "driver_override":
		return no_queue(k, o[1]);
	case "unbind":
		return o[1].includes(".") ? not_bound(k, o[1]) : no_mdev(k, o[1]);
	case "bound":
		return bound_late(k) ?? (o[1] === "all" ? null :
			first_complaint(o[1], (q) => not_bindable(k, q)));
	case "config":
	case "checkstop":
		return k.apm.has(o[1]) ? null :
			{ what: "the host has no such adapter",
				right: "the adapter on the host line" };
	default:
		return null;
	}
}

function note_change(k: known, c: config_change): void {
	c.apm?.forEach((id) => k.apm.add(id));
	c.aqm?.forEach((id) => k.aqm.add(id));
	k.bound = null; /* what a scan finds new is bound */
}

/* What may stand before bound. */
const SET_UP = new Set<op[0]>([
	"bound", "mdev", "create", "apmask_store", "aqmask_store", "store", "driver_override", "hw",
	"config", "checkstop", "read", "next_host",
]);

function note_op(k: known, o: op): void {
	k.began ||= !SET_UP.has(o[0]);
	switch (o[0]) {
	case "mdev":
		k.matrices.set(o[1], o[2]);
		k.mdevs.set(o[1], false);
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
		break;
	case "next_host":
		k.matrices.clear();
		k.began = false;
		break;
	case "open":
		k.mdevs.set(o[1], true);
		break;
	case "close":
		if (k.waiting.delete(o[1])) {
			k.mdevs.delete(o[1]);
			k.matrices.delete(o[1]);
		} else {
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

/** The error that the use of something missing gives; -EEXIST and -EBUSY for what is there. */
function expects_error(o: operation): boolean {
	return typeof o.rc === "number" && o.rc < 0;
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

function never_there(k: known, q: string): complaint | null {
	const absent = no_queue(k, q);

	return absent && { ...absent, right: "its adapter and domain on the host line" };
}

function complaint_of(k: known, s: statement): complaint | null {
	const { body } = s;

	if (body.kind === "unread")
		return null;
	if (body.kind === "expect") {
		const e = body.expect;

		const absent = s.drivers === null
			? first_complaint(queues_of(e), (q) => never_there(k, q)) : null;

		if (absent !== null)
			return absent;
		return "mdev" in e && e.what !== "held" && e.what !== "eventfd" &&
			e.what !== "updates" ?
			no_mdev(k, e.mdev) : null;
	}
	const c = expects_error(body) ? null : complaint_about(k, body.op);
	if (body.rc === "waits")
		k.waiting.add(String(body.op[1]));
	else if (!fails(body))
		note_op(k, body.op);
	return c;
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
	const k: known = {
		s, mdevs: new Map(), waiting: new Set(), apm: new Set(s.host.apm),
		aqm: new Set(s.host.aqm),
		bound: new Set(not_default(s)), reserved: true, matrices: new Map(), began: false,
	};
	const errors: string[] = [];

	for (const st of s.statements.filter((it) => it.line < until)) {
		const c = complaint_of(k, st);

		if (c !== null)
			errors.push(`${s.file}:${st.line}: ${c.what}, expected ${c.right}`);
	}
	return [...driver_faults(s), ...errors];
}
