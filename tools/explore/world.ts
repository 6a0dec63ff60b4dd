// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine that is searched: the laboratory's machine, of a given size, with one driver. It does
 * the operations of the space. It then reads everything that can be seen: what a guest and a host
 * can observe, and what the driver keeps in its structs.
 */
import { ap_get_qdev } from "../../drivers/s390/crypto/ap_bus.h.ts";
import { ap_perms } from "../../drivers/s390/crypto/ap_bus.ts";
import type { driver } from "../../drivers/s390/crypto/history/index.ts";
import { ap_hw_queue_irq, ap_hw_script } from "../../drivers/s390/sim/ap_hardware.ts";
import { sysfs_lookup } from "../../drivers/base/sysfs.ts";
import { vfio_leaked_pages, vfio_pinned_pages } from "../../drivers/vfio/container.ts";
import { put_device, type device } from "#linux/device.h";
import { hash_chain, type hashtable } from "#linux/hashtable.h";
import { lockdep_inversions } from "#linux/lockdep.h";
import { machine_lab } from "../lib/lab/lab.ts";
import { chains_of, type matrix_mdev_view, type matrix_view } from "../lib/lab/mdev.ts";
import { mdev_uuid } from "../lib/lab/names.ts";
import type { lab_result } from "../lib/lab/model.ts";
import { queue_name } from "../lib/scenario/ids.ts";
import type { host_config, op } from "../lib/scenario/model.ts";
import { forget, note } from "./journal.ts";
import { all, ids_in, type machine_size, type op_kind, type space_op } from "./space.ts";

/** The driver of a queue. */
const UNBOUND = 0;
export const VFIO_AP = 1;
const DEFAULT_DRIVER = 2;

const MATRIX_DIR = "/sys/devices/vfio_ap/matrix";
const TOGGLES: readonly op_kind[] = [
	"host_adapter", "host_domain", "host_control", "apmask", "aqmask",
];
const NO_MDEV = 0;
/*
 * The PQAP hook of a guest: none, a freed one, or FIRST_HOOK + the number of the mdev that owns it.
 */
const NO_HOOK = 0;
export const STALE_HOOK = 1;
export const FIRST_HOOK = 2;
const STALE = 7;
/* Every guest uses the same AQIC: interruption subclass 3, a byte in its second page. */
const AQIC_ON = ["0x800000000003", "0x1000"] as const;
const AQIC_OFF = ["0x3", "0x0"] as const;
const INVALID_ISC = 0xff;
const MANY = 3;
/* On a machine this small, a walk through a chain that is longer never ends. */
const MANY_STEPS = 8;

/**
 * struct queue_view - a queue: the state of its device, its driver and its hardware
 * @driver: UNBOUND, VFIO_AP or DEFAULT_DRIVER; also UNBOUND if there is no such queue
 * @link: 0 if it is not linked, 1 + the number of its mdev, 7 if that mdev is gone
 * @chained: how often a walk through its mdev's hash chain meets it; 3 for a cycle
 * @isc, @iova: whether the driver keeps interrupt resources for it
 * @irq: whether its hardware interrupts are on
 * @reset: the response code of its last reset; 0 in drivers that do not keep it
 */
export interface queue_view {
	driver: number;
	link: number;
	chained: number;
	isc: boolean;
	iova: boolean;
	irq: boolean;
	reset: number;
}

/** The adapters, domains and control domains of a matrix, each a set of ids. */
export interface mask_set {
	apm: number;
	aqm: number;
	adm: number;
}

/**
 * struct mdev_state - a mediated device and its guest
 * @born: its place in the order of creation; 0 if there is no such mdev
 * @guest: whether it is open
 * @shares: the other mdevs that are open in the same guest
 * @kvm: whether the driver's KVM pointer is set
 * @hook: the PQAP hook of its guest: NO_HOOK, STALE_HOOK, or FIRST_HOOK + the number of its owner
 * @apcb: the masks that the guest has; empty without a guest
 * @adding: what the host has gained and the driver adds at the end of a scan
 * @pinned: how many guest pages are pinned
 * @pins, @iscs: how many pinned pages and registered subclasses belong to no queue
 * @strays: how many queues in its hash table the machine does not have
 */
export interface mdev_state {
	born: number;
	guest: boolean;
	shares: number;
	kvm: boolean;
	hook: number;
	matrix: mask_set;
	shadow: mask_set;
	apcb: mask_set;
	adding: mask_set;
	pinned: number;
	pins: number;
	iscs: number;
	strays: number;
}

/**
 * struct observation - the whole machine; a queue's index is apid * domains + apqi
 * @defaults: the adapters and domains that are reserved for the default drivers
 * @known: the host's configuration as the driver knows it
 * @adding: what the host has gained, as long as the driver remembers it
 */
export interface observation {
	host: mask_set;
	defaults: mask_set;
	known: mask_set;
	adding: mask_set;
	queues: queue_view[];
	mdevs: mdev_state[];
}

/** A driver's struct ap_matrix_dev: what the driver knows of the host, and what the host gained. */
interface any_matrix_dev {
	info?: matrix_view;
	config_info?: matrix_view;
	ap_add?: Uint32Array;
	aq_add?: Uint32Array;
	ad_add?: Uint32Array;
}

/** The struct vfio_ap_queue of any driver. */
interface any_queue {
	matrix_mdev: object | null;
	saved_isc: number;
	saved_iova?: bigint;
	saved_pfn?: bigint;
	reset_status?: { response_code: number };
	reset_rc?: number;
}

/** The struct ap_matrix_mdev of any driver, with the members that the lab does not need. */
interface any_mdev extends matrix_mdev_view {
	pqap_hook: object;
	apm_add?: Uint32Array;
	aqm_add?: Uint32Array;
	adm_add?: Uint32Array;
	ap_add?: Uint32Array;
	aq_add?: Uint32Array;
}

const no_masks = (): mask_set => ({ apm: 0, aqm: 0, adm: 0 });

/** empty_observation - an observation to be filled in */
export function empty_observation(size: machine_size): observation {
	return {
		host: no_masks(), defaults: no_masks(), known: no_masks(), adding: no_masks(),
		queues: Array.from({ length: size.adapters * size.domains }, () => ({
			driver: UNBOUND, link: NO_MDEV, chained: 0, isc: false, iova: false,
			irq: false, reset: 0,
		})),
		mdevs: Array.from({ length: size.mdevs }, () => ({
			born: 0, guest: false, shares: 0, kvm: false, hook: 0,
			matrix: no_masks(), shadow: no_masks(),
			apcb: no_masks(), adding: no_masks(), pinned: 0, pins: 0, iscs: 0,
			strays: 0,
		})),
	};
}

/* Which of the ids are in a mask. The mask counts bits from the left. */
function set_of(mask: Uint32Array, ids: readonly number[]): number {
	let set = 0;

	for (let i = 0; i < ids.length; i++)
		set |= (mask[ids[i] >>> 5] >>> (31 - (ids[i] & 31)) & 1) << i;
	return set;
}

function mask_text(ids: readonly number[]): string {
	const digits = new Uint8Array(64);

	for (const id of ids)
		digits[id >>> 2] |= 8 >>> (id & 3);
	return `0x${Array.from(digits, (d) => d.toString(16)).join("")}`;
}

function read_masks(into: mask_set, from: matrix_view, size: machine_size): void {
	into.apm = set_of(from.apm, size.apids);
	into.aqm = set_of(from.aqm, size.apqis);
	into.adm = set_of(from.adm, size.cdids);
}

function clear_masks(m: mask_set): void {
	m.apm = m.aqm = m.adm = 0;
}

/** struct outcome - what the laboratory says of an operation, and two more results */
export interface outcome extends lab_result {
	leaked: boolean;
	inversions: number;
}

/**
 * class world - a booted machine
 * @host: the AP configuration that it boots with; by default everything
 */
export class world {
	size: machine_size;
	#lab: machine_lab;
	#names: string[];
	#uuids: string[];
	#host: mask_set;
	#born: number[];
	#births = 0;
	#matrix_dev: any_matrix_dev;
	#known: matrix_view;
	#lab_ops = new Map<space_op, op>();
	#states: (any_mdev | null)[];

	constructor(size: machine_size, driver: driver, host?: mask_set) {
		this.size = size;
		this.#names = Array.from({ length: size.mdevs }, (_, m) => `m${m}`);
		this.#uuids = this.#names.map(mdev_uuid);
		this.#born = this.#names.map(() => 0);
		this.#states = this.#names.map(() => null);
		this.#host = host === undefined ? {
			apm: all(size.adapters), aqm: all(size.domains), adm: all(size.cdoms),
		} : { ...host };
		this.#lab = new machine_lab({
			host: host_config_of(size, this.#host), apmask: [], aqmask: [],
			memory: "zero",
		}, driver);
		this.#lab.load();
		this.#matrix_dev =
			(sysfs_lookup(MATRIX_DIR)!.container as device).container as any_matrix_dev;
		this.#known = (this.#matrix_dev.info ?? this.#matrix_dev.config_info)!;
		forget();
	}

	/** births - how many mdevs were created since the machine booted */
	get births(): number {
		return this.#births;
	}

	/** end - switch the machine off */
	end(): void {
		this.#lab.shutdown();
	}

	/** lab_op - an operation in the form that laboratory, traces and scenarios use */
	lab_op(o: space_op): op {
		if (TOGGLES.includes(o.kind))
			return this.#toggle(o);
		let made = this.#lab_ops.get(o);

		if (made === undefined)
			this.#lab_ops.set(o, made = this.#make_op(o));
		return made;
	}

	/* These operations depend on the state. */
	#toggle(o: space_op): op {
		const { apids, apqis, cdids } = this.size;

		switch (o.kind) {
		case "host_adapter":
			return ["cfg", { apm: ids_in(this.#host.apm ^ 1 << o.id, apids) }];
		case "host_domain":
			return ["cfg", { aqm: ids_in(this.#host.aqm ^ 1 << o.id, apqis) }];
		case "host_control":
			return ["cfg", { adm: ids_in(this.#host.adm ^ 1 << o.id, cdids) }];
		case "apmask":
			return ["apmask_store", toggle(ap_perms.apm, apids[o.id])];
		default:
			return ["aqmask_store", toggle(ap_perms.aqm, apqis[o.id])];
		}
	}

	#make_op(o: space_op): op {
		const m = this.#names[o.m];
		const { apids, apqis, cdids } = this.size;

		switch (o.kind) {
		case "create": case "destroy": case "close": case "reset":
			return [o.kind, m];
		case "open":
			return o.with < 0 ? ["open", m] : ["open", m, this.#names[o.with]];
		case "ap_config":
			return ["write", m, "ap_config", this.#config_text(o)];
		case "bind": case "unbind":
			return [o.kind, queue_name(apids[o.apid], apqis[o.apqi])];
		case "aqic_on": case "aqic_off":
			return ["pqap", m, `0x${(0x3000000 | this.apqn(o)).toString(16)}`,
				...(o.kind === "aqic_on" ? AQIC_ON : AQIC_OFF)];
		case "assign_adapter": case "unassign_adapter":
			return ["write", m, o.kind, String(apids[o.id])];
		case "assign_domain": case "unassign_domain":
			return ["write", m, o.kind, String(apqis[o.id])];
		default:
			return ["write", m, o.kind, String(cdids[o.id])];
		}
	}

	/** apqn - the number of the queue of an operation or a fault */
	apqn(q: { apid: number; apqi: number }): number {
		return this.size.apids[q.apid] << 8 | this.size.apqis[q.apqi];
	}

	#config_text(o: space_op): string {
		const { apids, apqis, cdids } = this.size;

		return [
			ids_in(o.masks[0], apids), ids_in(o.masks[1], apqis),
			ids_in(o.masks[2], cdids),
		]
			.map(mask_text).join(",");
	}

	/** run - do an operation */
	run(o: space_op): outcome {
		const done = this.lab_op(o);
		const { fault } = o;
		const leaked = vfio_leaked_pages().length;
		const inversions = lockdep_inversions().length;

		if (fault !== null && "insn" in fault)
			ap_hw_script(this.apqn(fault), fault.insn, fault.codes);
		const r = this.#lab.run(done, fault !== null && "nth" in fault ? fault.nth : 0);

		if (fault !== null && "insn" in fault)
			ap_hw_script(this.apqn(fault), fault.insn, []);
		this.#follow(o, done, r);
		const result = r as outcome;

		result.leaked = vfio_leaked_pages().length > leaked;
		result.inversions = lockdep_inversions().length - inversions;
		return result;
	}

	/** observe - read the whole state of the machine */
	observe(into: observation): void {
		const { adapters, domains, apids, apqis, cdids } = this.size;

		into.host.apm = this.#host.apm;
		into.host.aqm = this.#host.aqm;
		into.host.adm = this.#host.adm;
		into.defaults.apm = set_of(ap_perms.apm, apids);
		into.defaults.aqm = set_of(ap_perms.aqm, apqis);
		read_masks(into.known, this.#known, this.size);
		into.adding.apm = adds(this.#matrix_dev.ap_add, apids);
		into.adding.aqm = adds(this.#matrix_dev.aq_add, apqis);
		into.adding.adm = adds(this.#matrix_dev.ad_add, cdids);
		for (let m = 0; m < into.mdevs.length; m++)
			this.#observe_mdev(m, into.mdevs[m]);
		for (let apid = 0; apid < adapters; apid++)
			for (let apqi = 0; apqi < domains; apqi++)
				this.#observe_queue(this.apqn({ apid, apqi }),
					into.queues[apid * domains + apqi], into);
		/* Only open mdevs pin pages. */
		if (into.mdevs.some((m) => m.guest))
			this.#observe_pages(into);
	}

	static #put_host(o: world, host: mask_set): void {
		o.#host = host;
	}

	static #put_born(o: world, { births, born }: { births: number; born: number[] }): void {
		o.#births = births;
		o.#born = born;
	}

	#follow(o: space_op, done: op, r: lab_result): void {
		if (done[0] === "cfg")
			this.#set_host(o);
		else if (r.rc === 0 && o.kind === "create")
			this.#set_born(o.m, this.#births + 1);
		else if (r.rc === 0 && o.kind === "destroy")
			this.#set_born(o.m, 0);
	}

	#set_host({ kind, id }: space_op): void {
		const { apm, aqm, adm } = this.#host;

		note(this, this.#host, world.#put_host);
		this.#host = {
			apm: kind === "host_adapter" ? apm ^ 1 << id : apm,
			aqm: kind === "host_domain" ? aqm ^ 1 << id : aqm,
			adm: kind === "host_control" ? adm ^ 1 << id : adm,
		};
	}

	#set_born(m: number, birth: number): void {
		note(this, { births: this.#births, born: this.#born }, world.#put_born);
		this.#births = Math.max(this.#births, birth);
		this.#born = this.#born.with(m, birth);
	}

	#observe_mdev(m: number, into: mdev_state): void {
		const state = (this.#lab.mdevs.get(this.#names[m])?.state ?? null) as any_mdev
			| null;
		const apcb = state === null ? null : this.#lab.apcb_masks(this.#names[m]);

		this.#states[m] = state;
		const { apids, apqis, cdids } = this.size;

		into.born = this.#born[m];
		into.guest = apcb !== null;
		into.shares = apcb === null ? 0 : this.#sharing(m);
		into.kvm = state !== null && state.kvm !== null;
		into.pinned = into.pins = into.iscs = into.strays = into.hook = 0;
		clear_masks(into.apcb);
		if (state === null) {
			clear_masks(into.matrix);
			clear_masks(into.shadow);
			clear_masks(into.adding);
			return;
		}
		read_masks(into.matrix, state.matrix, this.size);
		if (state.shadow_apcb === undefined)
			clear_masks(into.shadow);
		else
			read_masks(into.shadow, state.shadow_apcb, this.size);
		into.adding.apm = adds(state.apm_add ?? state.ap_add, apids);
		into.adding.aqm = adds(state.aqm_add ?? state.aq_add, apqis);
		into.adding.adm = adds(state.adm_add, cdids);
		if (apcb !== null)
			read_masks(into.apcb, apcb, this.size);
		if (state.kvm !== null) {
			const { crypto, gisa_int } = state.kvm.arch;

			into.hook = crypto.pqap_hook === null
				? NO_HOOK : this.#owner_of(crypto.pqap_hook);
			for (let isc = 0; isc < gisa_int.alert.ref_count.length; isc++)
				into.iscs += gisa_int.alert.ref_count[isc];
		}
	}

	/* The other mdevs that are open in the guest of an mdev. */
	#sharing(m: number): number {
		const { users } = this.#lab;
		const guest = users.guest(this.#names[m]);
		let set = 0;

		for (let other = 0; other < this.#names.length; other++)
			if (other !== m && users.guest(this.#names[other]) === guest)
				set |= 1 << other;
		return set;
	}

	/*
	 * FIRST_HOOK + the number of the mdev that owns a hook, or STALE_HOOK if that mdev is gone.
	 */
	#owner_of(hook: object): number {
		const owner = this.#names.findIndex((name) =>
			(this.#lab.mdevs.get(name)?.state as any_mdev
				| undefined)?.pqap_hook === hook);

		return owner < 0 ? STALE_HOOK : FIRST_HOOK + owner;
	}

	#observe_queue(apqn: number, into: queue_view, seen: observation): void {
		const aq = ap_get_qdev(apqn);
		let q: any_queue | null = null;

		into.driver = UNBOUND;
		into.link = NO_MDEV;
		into.chained = into.reset = 0;
		into.isc = into.iova = false;
		into.irq = ap_hw_queue_irq(apqn) !== null;
		if (aq !== null) {
			const dev = aq.ap_dev.device;

			into.driver = dev.driver === null ? UNBOUND :
				dev.driver.name === "vfio_ap" ? VFIO_AP : DEFAULT_DRIVER;
			if (into.driver === VFIO_AP)
				q = dev.driver_data as any_queue | null;
			put_device(dev);
		}
		if (q !== null) {
			into.isc = q.saved_isc !== INVALID_ISC;
			into.iova = (q.saved_iova ?? q.saved_pfn ?? 0n) !== 0n;
			into.reset = q.reset_status?.response_code ?? q.reset_rc ?? 0;
			into.link = q.matrix_mdev === null ? NO_MDEV : STALE;
		}
		for (let m = 0; m < seen.mdevs.length; m++)
			this.#observe_link(apqn, q, m, into, seen.mdevs[m]);
	}

	#observe_link(
		apqn: number, q: any_queue | null, m: number, into: queue_view, mdev: mdev_state,
	): void {
		const state = this.#states[m];

		if (state === null)
			return;
		if (q !== null && q.matrix_mdev === state) {
			into.link = m + 1;
			if (into.isc)
				mdev.iscs--;
		}
		if (state.qtable === undefined)
			return;
		const table = chains_of(state) as hashtable;
		let steps = 0;

		for (let n = hash_chain(table, apqn).first; n !== null &&
				steps < MANY_STEPS; n = n.next) {
			steps++;
			if (n.container === q)
				into.chained = Math.min(MANY, into.chained + 1);
			else if ((n.container as { apqn: number }).apqn === apqn)
				mdev.strays = Math.min(MANY, mdev.strays + 1);
		}
	}

	/* A page of a queue is taken off the pages that its mdev has pinned. */
	#observe_pages(into: observation): void {
		for (const page of vfio_pinned_pages())
			for (let m = 0; m < into.mdevs.length; m++)
				if (page.mdev === this.#uuids[m])
					into.mdevs[m].pinned = into.mdevs[m].pins += page.count;
		for (const q of into.queues)
			if (q.iova && q.link > 0 && q.link !== STALE)
				into.mdevs[q.link - 1].pins--;
	}
}

function adds(mask: Uint32Array | undefined, ids: readonly number[]): number {
	return mask === undefined ? 0 : set_of(mask, ids);
}

/* Reserve an adapter or a domain for the default drivers, or release it if it is reserved. */
function toggle(mask: Uint32Array, id: number): string {
	return `${set_of(mask, [id]) === 0 ? "+" : "-"}${id}`;
}

/** host_config_of - the configuration of a host of that size that has these adapters and domains */
export function host_config_of(size: machine_size, host: mask_set): host_config {
	return {
		apxa: 1, na: Math.max(...size.apids), nd: Math.max(...size.apqis, ...size.cdids),
		apm: ids_in(host.apm, size.apids), aqm: ids_in(host.aqm, size.apqis),
		adm: ids_in(host.adm, size.cdids), old: [],
	};
}

/** present - whether the host has a queue */
export function present(s: observation, apid: number, apqi: number): boolean {
	return (s.host.apm >>> apid & 1) !== 0 && (s.host.aqm >>> apqi & 1) !== 0;
}

/**
 * applicable - whether an operation is worth trying
 *
 * An operation is not worth trying if the environment refuses it without asking the driver.
 * Examples are closing an mdev that is not open, and binding a queue that does not exist.
 */
export function applicable(o: space_op, s: observation, domains: number): boolean {
	const m = s.mdevs[o.m];
	const q = s.queues[o.apid * domains + o.apqi];

	switch (o.kind) {
	case "create":
		return m.born === 0;
	case "open":
		return m.born !== 0 && !m.guest && (o.with < 0 || s.mdevs[o.with].guest);
	case "close": case "reset":
		return m.guest;
	case "aqic_on": case "aqic_off":
		return m.guest && q.driver === VFIO_AP;
	case "bind":
		return q.driver === UNBOUND && present(s, o.apid, o.apqi);
	case "unbind":
		return q.driver === VFIO_AP;
	case "host_adapter": case "host_domain": case "host_control": case "apmask": case "aqmask":
		return true;
	default:
		return m.born !== 0;
	}
}
