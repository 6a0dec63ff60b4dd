// SPDX-License-Identifier: GPL-2.0-only
/*
 * The design of November 2017, as a driver: a matrix device that offers two kinds
 * of mediated devices, one or the other.
 *
 * There is no C to mirror: this is what a mail of 20 November 2017 (Tony Krowiak,
 * answering Cornelia Huck and Pierre Morel on the first RFC) proposes, "as the
 * design is extensible", with a prototype of the sysfs files and no back end. It
 * stands first in the history, to be compared with what came of it. Nothing was
 * recorded of it; test/scenarios/rfc2017 says what it does.
 *
 * As the mail has it
 *	/sys/devices/ap_matrix/matrix/mdev_supported_types/vfio_ap_matrix-passthrough
 *	and ...-virtual, mutually exclusive: the first mdev decides, until the last
 *	one goes. assign_adapter and assign_domain take
 *		passthrough	a number
 *		virtual		a virtual id and the real ones behind it: 4:3,22,254
 *				or 0:8,0x47
 *	Passthrough: userspace configures by an ioctl; the matrix is validated, and
 *	goes to the guest's CRYCB.
 *	Virtual: the CRYCB stays empty, every AP instruction is intercepted, and
 *	userspace forwards it by an ioctl: the driver builds all real APQNs behind
 *	the virtual one, chooses one, executes, and answers.
 *
 * What the mail leaves open, and what is done here
 *	- "Determine which APQN would be best to use - algorithm TBD": that with the
 *	  fewest requests outstanding, of equal ones the lowest APQN.
 *	- Whether two virtual ids, of one mdev or of several, may share a real queue:
 *	  they may. So the driver names requests anew, and hands each reply to
 *	  whoever asked. (Keys in the queue's domain are shared with it.)
 *	- Resets: RAPQ and ZAPQ of a virtual queue would hit the requests of others.
 *	  Here they make the driver forget the guest's own and leave the hardware
 *	  alone; nothing is zeroized. Real queues are reset when they are bound.
 *	- DQAP has to find the queue that the request went to: all queues behind the
 *	  virtual one are asked, and replies kept until their owner comes.
 *	- Interrupts ("left out in the first shot"): AQIC is a specification
 *	  exception, as without facility 65; guests poll.
 *	- QCI: the virtual ids that have something behind them; no control domains.
 *	- "Repartition of queues on boot, reset and hotplug": a queue that is unbound
 *	  is no longer chosen, requests on it are forgotten.
 *	- Validation: real ids need not exist when they are assigned, as long as the
 *	  numbers can (0 to 255). A bad map is -EINVAL and changes nothing. Passthrough
 *	  wants each queue bound (-EADDRNOTAVAIL), and in no other mdev (-EADDRINUSE).
 *	- Live changes: assign and unassign are -EBUSY while a guest has the mdev.
 */
import {
	AP_MKQID, AP_QID_CARD, AP_QID_QUEUE,
	ap_config_info, ap_dqap, ap_nqap, ap_qci, ap_queue_status,
	ap_tapq_hwinfo, ap_test_queue, ap_zapq,
} from "#asm/ap.h";
import { set_bit_inv } from "#asm/bitops.h";
import {
	DEVICE_ATTR_RO, DEVICE_ATTR_WO, dev_get_drvdata, dev_set_drvdata, type device,
	type device_attribute,
} from "#linux/device.h";
import {
	EADDRINUSE, EADDRNOTAVAIL, EBUSY, EFAULT, EINVAL, ENODEV, ENOTTY,
} from "#linux/errno.h";
import type { kobject } from "#linux/kobject.h";
import { kstrtoul } from "#linux/kstrtox.h";
import {
	PGM_ADDRESSING, PGM_SPECIFICATION, kvm_arch_crypto_clear_masks, kvm_arch_crypto_set_masks,
	kvm_get_kvm, kvm_put_kvm, type kvm,
} from "#linux/kvm_host.h";
import { container_of } from "#linux/container_of.h";
import { THIS_MODULE } from "#linux/module.h";
import { mutex_lock, mutex_unlock } from "#linux/mutex.h";
import { NOTIFY_OK, type notifier_block } from "#linux/notifier.h";
import { sprintf, type char_buf } from "#linux/sprintf.h";
import { attribute_group } from "#linux/sysfs.h";
import { out } from "#linux/types.h";
import { copy_from_user, copy_to_user, offsetofend } from "#linux/uaccess.h";
import {
	MDEV_TYPE_ATTR_RO, mdev_dev, mdev_from_dev, mdev_get_drvdata, mdev_parent_ops,
	mdev_register_device, mdev_set_drvdata, mdev_unregister_device, type mdev_device,
} from "#v5.10/linux/mdev.h";
import {
	VFIO_GROUP_NOTIFY, VFIO_GROUP_NOTIFY_SET_KVM,
	vfio_register_notifier, vfio_unregister_notifier,
} from "#v5.10/linux/vfio.h";
import { to_ap_queue, type ap_device } from "../../ap_bus.h.ts";
import { matrix_dev } from "./vfio_ap_drv.ts";
import {
	INSN_DQAP, INSN_NQAP, INSN_PQAP, VFIO_AP_CONFIGURE, VFIO_AP_EXECUTE, VFIO_AP_PASSTHROUGH,
	VFIO_AP_VIRTUAL, ap_matrix_mdev, vfio_ap_insn, vfio_ap_queue, vfio_ap_request,
	type vfio_ap_map, type vfio_ap_type,
} from "./vfio_ap_private.h.ts";

const MAX_MDEVS = 256;
const MAX_ID = 255;
const MESSAGE_LIMIT = 12 * 1024;
const QCI_BYTES = 128;

const RC_NORMAL = 0x00;
const RC_Q_NOT_AVAIL = 0x01;
const RC_NO_PENDING_REPLY = 0x10;
const RC_MESSAGE_TOO_BIG = 0x15;

const TAPQ = 0, RAPQ = 1, ZAPQ = 2, QCI = 4;
const T_BIT = 0x00800000;
const RESERVED_BITS = 0x007f0000;

/* ------------------------------------------------------------------ */
/* Types of mediated devices                                           */

/* How many more there can be of a type: none while there are some of the other. */
function available_instances(type: vfio_ap_type): number {
	const { mdevs } = matrix_dev;

	return mdevs.some((other) => other.type !== type) ? 0 : MAX_MDEVS - mdevs.length;
}

function type_of(kobj: kobject): vfio_ap_type {
	return kobj.name!.endsWith(VFIO_AP_VIRTUAL) ? VFIO_AP_VIRTUAL : VFIO_AP_PASSTHROUGH;
}

const mdev_type_attr_available_instances = MDEV_TYPE_ATTR_RO("available_instances",
	(kobj: kobject, _dev: device, buf: char_buf) =>
		sprintf(buf, 0, "%d\n", available_instances(type_of(kobj))));

const mdev_type_attr_device_api = MDEV_TYPE_ATTR_RO("device_api",
	(_kobj: kobject, _dev: device, buf: char_buf) => sprintf(buf, 0, "%s\n", "vfio-ap"));

const type_attrs = [mdev_type_attr_device_api.attr, mdev_type_attr_available_instances.attr];

const type_groups = [VFIO_AP_PASSTHROUGH, VFIO_AP_VIRTUAL].map((name) =>
	new attribute_group({ name, attrs: type_attrs }));

/* A mediated device is being created; -EBUSY where there are some of the other type. */
function vfio_ap_mdev_create(kobj: kobject, mdev: mdev_device): number {
	const type = type_of(kobj);

	mutex_lock(matrix_dev.lock);
	if (available_instances(type) === 0) {
		mutex_unlock(matrix_dev.lock);
		return -EBUSY;
	}
	const matrix_mdev = new ap_matrix_mdev();

	matrix_mdev.mdev = mdev;
	matrix_mdev.type = type;
	mdev_set_drvdata(mdev, matrix_mdev);
	matrix_dev.mdevs.push(matrix_mdev);
	mutex_unlock(matrix_dev.lock);
	return 0;
}

function vfio_ap_mdev_remove(mdev: mdev_device): number {
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);

	if (matrix_mdev.kvm !== null)
		return -EBUSY;
	mutex_lock(matrix_dev.lock);
	forget_requests(matrix_mdev, null);
	matrix_dev.mdevs = matrix_dev.mdevs.filter((other) => other !== matrix_mdev);
	mutex_unlock(matrix_dev.lock);
	return 0;
}

/* ------------------------------------------------------------------ */
/* Assigning                                                           */

/* A number from 0 to 255, decimal, hexadecimal or octal; or -1. */
function parse_id(text: string): number {
	const id = out(0);

	return text.endsWith("\n") || kstrtoul(text, 0, id) !== 0 || id.v > MAX_ID ? -1 : id.v;
}

/* "4:3,22,254" as [4, [3, 22, 254]], a number as [4, [4]]; null for what is no map. */
function parse_map(type: vfio_ap_type, text: string): [number, number[]] | null {
	const [id, list, ...rest] = text.replace(/\n$/, "").split(":");
	const real = type === VFIO_AP_VIRTUAL ? (list ?? "").split(",").map(parse_id)
		: [parse_id(id)];

	if (rest.length !== 0 || (type === VFIO_AP_PASSTHROUGH && list !== undefined))
		return null;
	if (parse_id(id) < 0 || real.includes(-1) || new Set(real).size !== real.length)
		return null;
	return [parse_id(id), real.sort((a, b) => a - b)];
}

type map_name = "adapters" | "domains";

function assign(dev: device, which: map_name, text: string): number {
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev_from_dev(dev)!);

	if (matrix_mdev.kvm !== null)
		return -EBUSY;
	const map = parse_map(matrix_mdev.type, text);

	if (map === null)
		return -EINVAL;
	matrix_mdev[which].set(...map);
	return text.length;
}

function unassign(dev: device, which: map_name, text: string): number {
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev_from_dev(dev)!);
	const id = parse_id(text.replace(/\n$/, ""));

	if (matrix_mdev.kvm !== null)
		return -EBUSY;
	return id >= 0 && matrix_mdev[which].delete(id) ? text.length : -EINVAL;
}

type store = (dev: device, attr: device_attribute, buf: string, count: number) => number;

function store_of(change: typeof assign, which: map_name): store {
	return (dev, _attr, buf) => {
		mutex_lock(matrix_dev.lock);
		const ret = change(dev, which, buf);

		mutex_unlock(matrix_dev.lock);
		return ret;
	};
}

const hex = (id: number, digits: number): string => id.toString(16).padStart(digits, "0");

/* A line for each virtual queue: its APQN, and the real ones behind it that are bound. */
function matrix_show(dev: device, _attr: device_attribute, buf: char_buf): number {
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev_from_dev(dev)!);
	const name = (apqn: number): string => `${hex(apqn >>> 8, 2)}.${hex(apqn & 0xff, 4)}`;
	let at = 0;

	for (const apid of sorted_ids(matrix_mdev.adapters))
		for (const apqi of sorted_ids(matrix_mdev.domains))
			at += sprintf(buf, at, "%s:%s\n", name(AP_MKQID(apid, apqi)),
				queues_behind(matrix_mdev, AP_MKQID(apid, apqi))
					.map(({ apqn }) => name(apqn)).join(","));
	return at;
}

function sorted_ids(map: vfio_ap_map): number[] {
	return [...map.keys()].sort((a, b) => a - b);
}

const mdev_attrs = [
	DEVICE_ATTR_WO("assign_adapter", store_of(assign, "adapters")),
	DEVICE_ATTR_WO("unassign_adapter", store_of(unassign, "adapters")),
	DEVICE_ATTR_WO("assign_domain", store_of(assign, "domains")),
	DEVICE_ATTR_WO("unassign_domain", store_of(unassign, "domains")),
	DEVICE_ATTR_RO("matrix", matrix_show),
].map(({ attr }) => attr);

/* ------------------------------------------------------------------ */
/* Queues                                                              */

/** vfio_ap_mdev_probe_queue - a queue is being bound: it is reset, and known from now on */
export function vfio_ap_mdev_probe_queue(apdev: ap_device): number {
	const q = new vfio_ap_queue();

	q.apqn = to_ap_queue(apdev.device).qid;
	mutex_lock(matrix_dev.lock);
	dev_set_drvdata(apdev.device, q);
	ap_zapq(q.apqn, 0);
	matrix_dev.queues.set(q.apqn, q);
	mutex_unlock(matrix_dev.lock);
	return 0;
}

/** vfio_ap_mdev_remove_queue - a queue is being unbound: what is on it gets no reply */
export function vfio_ap_mdev_remove_queue(apdev: ap_device): void {
	const q = dev_get_drvdata<vfio_ap_queue>(apdev.device);

	mutex_lock(matrix_dev.lock);
	dev_set_drvdata(apdev.device, null);
	matrix_dev.queues.delete(q.apqn);
	for (const [psmid, [queue]] of matrix_dev.requests)
		if (queue === q)
			matrix_dev.requests.delete(psmid);
	ap_zapq(q.apqn, 0);
	mutex_unlock(matrix_dev.lock);
}

/* The real queues behind a virtual one that are bound, lowest APQN first. */
function queues_behind(matrix_mdev: ap_matrix_mdev, apqn: number): vfio_ap_queue[] {
	const queues: vfio_ap_queue[] = [];

	for (const apid of matrix_mdev.adapters.get(AP_QID_CARD(apqn)) ?? [])
		for (const apqi of matrix_mdev.domains.get(AP_QID_QUEUE(apqn)) ?? []) {
			const q = matrix_dev.queues.get(AP_MKQID(apid, apqi));

			if (q !== undefined)
				queues.push(q);
		}
	return queues;
}

/* The best of them: fewest requests outstanding, then lowest APQN; null if there is none. */
function best_queue(matrix_mdev: ap_matrix_mdev, apqn: number): vfio_ap_queue | null {
	let best: vfio_ap_queue | null = null;

	for (const q of queues_behind(matrix_mdev, apqn))
		if (best === null || q.outstanding < best.outstanding)
			best = q;
	return best;
}

/* An mdev's requests (those of a virtual queue, or all) are nobody's any more. */
function forget_requests(matrix_mdev: ap_matrix_mdev, apqn: number | null): void {
	const mine = (request: vfio_ap_request): boolean =>
		request.matrix_mdev === matrix_mdev && (apqn === null || request.apqn === apqn);

	for (const [psmid, [, request]] of matrix_dev.requests)
		if (mine(request))
			matrix_dev.requests.set(psmid, [matrix_dev.requests.get(psmid)![0],
				new vfio_ap_request(nobody, request.apqn, request.psmid)]);
	matrix_mdev.replies = matrix_mdev.replies.filter((request) => !mine(request));
}

/* Takes the replies that nobody waits for. */
const nobody = new ap_matrix_mdev();

/* ------------------------------------------------------------------ */
/* Instructions of a guest with a virtual matrix                       */

/* The end of an instruction that has a status word. */
function answer(insn: vfio_ap_insn, status: ap_queue_status): void {
	insn.set(1, insn.get(1) & ~0xffffffffn | BigInt(status.pack()));
	insn.cc = status.response_code === RC_NORMAL ? 0 : 3;
}

function answer_rc(insn: vfio_ap_insn, response_code: number): void {
	answer(insn, new ap_queue_status({ response_code }));
}

function execute(matrix_mdev: ap_matrix_mdev, insn: vfio_ap_insn): void {
	const gr0 = Number(insn.get(0) & 0xffffffffn);
	const apqn = gr0 & 0xffff;
	const q = best_queue(matrix_mdev, apqn);

	if (insn.insn === INSN_PQAP && gr0 >>> 24 === QCI)
		query_configuration(matrix_mdev, insn);
	else if (insn.insn === INSN_PQAP && (gr0 >>> 24 > ZAPQ || (gr0 & RESERVED_BITS) !== 0))
		insn.program = PGM_SPECIFICATION;
	else if (insn.insn !== INSN_PQAP &&
		 ((insn.r1 | insn.r2) & 1 || insn.get(insn.r2 | 1) === 0n))
		insn.program = PGM_SPECIFICATION;
	else if (q === null)
		answer_rc(insn, RC_Q_NOT_AVAIL);
	else if (insn.insn === INSN_NQAP)
		enqueue(matrix_mdev, apqn, q, insn);
	else if (insn.insn === INSN_DQAP)
		dequeue(matrix_mdev, apqn, insn);
	else
		administer(matrix_mdev, apqn, q, insn);
}

function administer(
	matrix_mdev: ap_matrix_mdev, apqn: number, q: vfio_ap_queue, insn: vfio_ap_insn,
): void {
	const gr0 = Number(insn.get(0) & 0xffffffffn);
	const info = new ap_tapq_hwinfo();

	if (gr0 >>> 24 === RAPQ || gr0 >>> 24 === ZAPQ)
		forget_requests(matrix_mdev, apqn);
	const status = ap_test_queue(q.apqn, gr0 & T_BIT, info);

	status.queue_empty = is_idle(matrix_mdev, apqn) ? 1 : 0;
	if (gr0 >>> 24 === TAPQ)
		insn.set(2, info.value);
	answer(insn, status);
}

/* Whether a virtual queue has neither requests nor replies. */
function is_idle(matrix_mdev: ap_matrix_mdev, apqn: number): boolean {
	return matrix_mdev.replies.every((request) => request.apqn !== apqn) &&
		[...matrix_dev.requests.values()].every(([, request]) =>
			request.matrix_mdev !== matrix_mdev || request.apqn !== apqn);
}

function query_configuration(matrix_mdev: ap_matrix_mdev, insn: vfio_ap_insn): void {
	const info = new ap_config_info();
	const memory = matrix_mdev.kvm!.memory!;
	const view = new DataView(new ArrayBuffer(QCI_BYTES));

	if ((insn.get(2) & 7n) !== 0n || !memory.has(insn.get(2), QCI_BYTES)) {
		insn.program = (insn.get(2) & 7n) !== 0n ? PGM_SPECIFICATION : PGM_ADDRESSING;
		return;
	}
	ap_qci(info);
	for (const mask of [info.apm, info.aqm, info.adm])
		mask.fill(0);
	for (const apid of matrix_mdev.adapters.keys())
		set_bit_inv(apid, info.apm);
	for (const apqi of matrix_mdev.domains.keys())
		set_bit_inv(apqi, info.aqm);
	info.words.forEach((word, i) => view.setUint32(4 * i, word));
	memory.store(insn.get(2), new Uint8Array(view.buffer));
}

/* The request gets a name of the driver's own: two guests may use the same. */
function enqueue(
	matrix_mdev: ap_matrix_mdev, apqn: number, q: vfio_ap_queue, insn: vfio_ap_insn,
): void {
	const length = Number(insn.get(insn.r2 + 1) & 0xffffffffn);
	const memory = matrix_mdev.kvm!.memory!;
	const psmid = (insn.get(insn.r1) & 0xffffffffn) << 32n |
		insn.get(insn.r1 + 1) & 0xffffffffn;

	if (length > MESSAGE_LIMIT) {
		answer_rc(insn, RC_MESSAGE_TOO_BIG);
		return;
	}
	if (!memory.has(insn.get(insn.r2), length)) {
		insn.program = PGM_ADDRESSING;
		return;
	}
	const name = ++matrix_dev.psmid;
	const status = ap_nqap(q.apqn, name, memory.load(insn.get(insn.r2), length), length);

	if (status.response_code === RC_NORMAL) {
		matrix_dev.requests.set(name, [q, new vfio_ap_request(matrix_mdev, apqn, psmid)]);
		q.outstanding++;
	}
	answer(insn, status);
}

/* Fetch what there is on the queues behind a virtual one, and keep it for its owners. */
function collect(matrix_mdev: ap_matrix_mdev, apqn: number): void {
	const buffer = new Uint8Array(MESSAGE_LIMIT);
	const psmid = out(0n);
	const length = out(0);

	for (const q of queues_behind(matrix_mdev, apqn)) {
		while (ap_dqap(q.apqn, psmid, buffer, MESSAGE_LIMIT, length, null, null)
			.response_code === RC_NORMAL) {
			const [, request] = matrix_dev.requests.get(psmid.v)!;

			matrix_dev.requests.delete(psmid.v);
			q.outstanding--;
			request.reply = buffer.slice(0, length.v);
			if (request.matrix_mdev !== nobody)
				request.matrix_mdev.replies.push(request);
		}
	}
}

/* A reply that does not fit is cut; the mail says nothing of replies in parts. */
function dequeue(matrix_mdev: ap_matrix_mdev, apqn: number, insn: vfio_ap_insn): void {
	const memory = matrix_mdev.kvm!.memory!;

	collect(matrix_mdev, apqn);
	const at = matrix_mdev.replies.findIndex((request) => request.apqn === apqn);

	if (at < 0) {
		answer_rc(insn, RC_NO_PENDING_REPLY);
		return;
	}
	const room = Math.min(Number(insn.get(insn.r2 + 1) & 0xffffffffn), MESSAGE_LIMIT);
	const [{ psmid, reply }] = matrix_mdev.replies.splice(at, 1);
	const text = reply!.subarray(0, room);

	if (!memory.has(insn.get(insn.r2), room)) {
		insn.program = PGM_ADDRESSING;
		return;
	}
	memory.store(insn.get(insn.r2), text);
	insn.set(insn.r1, psmid >> 32n);
	insn.set(insn.r1 + 1, psmid & 0xffffffffn);
	insn.set(insn.r2, insn.get(insn.r2) + BigInt(text.length));
	insn.set(insn.r2 + 1, insn.get(insn.r2 + 1) - BigInt(text.length));
	insn.set(2, 0n);
	answer(insn, new ap_queue_status({ queue_empty: is_idle(matrix_mdev, apqn) ? 1 : 0 }));
}

/* ------------------------------------------------------------------ */
/* Guests                                                              */

/* Passthrough: is the whole product this mdev's to give? */
function validate(matrix_mdev: ap_matrix_mdev): number {
	for (const apid of matrix_mdev.adapters.keys())
		for (const apqi of matrix_mdev.domains.keys()) {
			if (!matrix_dev.queues.has(AP_MKQID(apid, apqi)))
				return -EADDRNOTAVAIL;
			if (matrix_dev.mdevs.some((other) => other !== matrix_mdev &&
			    other.adapters.has(apid) && other.domains.has(apqi)))
				return -EADDRINUSE;
		}
	return 0;
}

/* Virtual: nothing to do, as every instruction is intercepted. */
function configure(matrix_mdev: ap_matrix_mdev): number {
	if (matrix_mdev.kvm === null)
		return -ENODEV;
	if (matrix_mdev.type === VFIO_AP_VIRTUAL)
		return 0;
	const ret = validate(matrix_mdev);

	if (ret === 0) {
		const { apm, aqm, adm } = matrix_mdev.matrix;

		kvm_arch_crypto_set_masks(matrix_mdev.kvm, apm, aqm, adm);
	}
	return ret;
}

function execute_ioctl(matrix_mdev: ap_matrix_mdev, arg: bigint): number {
	const size = offsetofend(vfio_ap_insn, "word31");
	const insn = new vfio_ap_insn();

	if (matrix_mdev.kvm === null)
		return -ENODEV;
	if (matrix_mdev.type === VFIO_AP_PASSTHROUGH)
		return -EINVAL;
	if (copy_from_user(insn, arg, size))
		return -EFAULT;
	if (insn.argsz < size || insn.insn > INSN_DQAP || insn.r1 > 14 || insn.r2 > 14)
		return -EINVAL;
	insn.cc = 0;
	insn.program = 0;
	execute(matrix_mdev, insn);
	return copy_to_user(arg, insn, size) ? -EFAULT : 0;
}

function vfio_ap_mdev_ioctl(mdev: mdev_device, cmd: number, arg: bigint): number {
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);
	let ret = -ENOTTY;

	mutex_lock(matrix_dev.lock);
	if (cmd === VFIO_AP_CONFIGURE)
		ret = configure(matrix_mdev);
	else if (cmd === VFIO_AP_EXECUTE)
		ret = execute_ioctl(matrix_mdev, arg);
	mutex_unlock(matrix_dev.lock);
	return ret;
}

function vfio_ap_mdev_group_notifier(
	nb: notifier_block, action: number, data: object | null,
): number {
	const matrix_mdev = container_of(nb, ap_matrix_mdev, "group_notifier");

	if (action === VFIO_GROUP_NOTIFY_SET_KVM && data !== null) {
		kvm_get_kvm(data as kvm);
		matrix_mdev.kvm = data as kvm;
	}
	return NOTIFY_OK;
}

function vfio_ap_mdev_open(mdev: mdev_device): number {
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);

	matrix_mdev.group_notifier.notifier_call = vfio_ap_mdev_group_notifier;
	return vfio_register_notifier(mdev_dev(mdev), VFIO_GROUP_NOTIFY,
		out(VFIO_GROUP_NOTIFY_SET_KVM), matrix_mdev.group_notifier);
}

/* The guest goes: its masks are cleared, its queues reset, its requests forgotten. */
function vfio_ap_mdev_release(mdev: mdev_device): void {
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);

	mutex_lock(matrix_dev.lock);
	if (matrix_mdev.kvm !== null) {
		kvm_arch_crypto_clear_masks(matrix_mdev.kvm);
		if (matrix_mdev.type === VFIO_AP_PASSTHROUGH)
			reset_queues(matrix_mdev);
		forget_requests(matrix_mdev, null);
		kvm_put_kvm(matrix_mdev.kvm);
		matrix_mdev.kvm = null;
	}
	mutex_unlock(matrix_dev.lock);
	vfio_unregister_notifier(mdev_dev(mdev), VFIO_GROUP_NOTIFY, matrix_mdev.group_notifier);
}

function reset_queues(matrix_mdev: ap_matrix_mdev): void {
	for (const apid of matrix_mdev.adapters.keys())
		for (const apqi of matrix_mdev.domains.keys())
			if (matrix_dev.queues.has(AP_MKQID(apid, apqi)))
				ap_zapq(AP_MKQID(apid, apqi), 0);
}

const vfio_ap_matrix_ops = new mdev_parent_ops({
	owner: THIS_MODULE,
	supported_type_groups: type_groups,
	mdev_attr_groups: [new attribute_group({ attrs: mdev_attrs })],
	create: vfio_ap_mdev_create,
	remove: vfio_ap_mdev_remove,
	open: vfio_ap_mdev_open,
	release: vfio_ap_mdev_release,
	ioctl: vfio_ap_mdev_ioctl,
});

/** vfio_ap_mdev_register - offer mediated devices; returns 0 or the mdev core's error */
export function vfio_ap_mdev_register(): number {
	return mdev_register_device(matrix_dev.device, vfio_ap_matrix_ops);
}

/** vfio_ap_mdev_unregister - offer them no longer; those there are go */
export function vfio_ap_mdev_unregister(): void {
	mdev_unregister_device(matrix_dev.device);
}
