// SPDX-License-Identifier: GPL-2.0-only
/*
 * A debugger's view of a driver: the structs of its mediated devices in kernel memory. They are
 * read by the field names that all drivers share.
 */
import type { device } from "#linux/device.h";
import type { hlist_head, hlist_node } from "#linux/list.h";
import type { kobject } from "#linux/kobject.h";
import type { kvm } from "#linux/kvm_host.h";
import type { driver_private } from "../../../drivers/base/base.h.ts";
import { sysfs_lookup } from "../../../drivers/base/sysfs.ts";

/** DRIVER_DIR - the directory of the driver in sysfs */
export const DRIVER_DIR = "/sys/bus/ap/drivers/vfio_ap";

/** The three masks of a matrix, 256 bits each. */
export interface matrix_view {
	apm: Uint32Array;
	aqm: Uint32Array;
	adm: Uint32Array;
}

/** apcb_of - the masks in a guest's CRYCB, in the format of that CRYCB */
export function apcb_of(guest: kvm): matrix_view {
	const { crycb, crycbd } = guest.arch.crypto;

	return (crycbd & 2) !== 0 ? crycb!.apcb1 : crycb!.apcb0;
}

/**
 * struct matrix_mdev_view - struct ap_matrix_mdev of any driver
 * @shadow_apcb: missing before the patch that adds it (v11 06/14, v12 08/17, v13 07/15)
 * @qtable: the hash table of linked queues, since 2021 inside a struct of its own; missing before
 *	    the patch that adds it (v11 03/14, v12 05/17, v13 05/15)
 */
export interface matrix_mdev_view {
	matrix: matrix_view;
	shadow_apcb?: matrix_view;
	kvm: kvm | null;
	qtable?: hlist_head[] | { queues: hlist_head[] };
}

/** chains_of - the chains of the table of linked queues; empty without a table */
export function chains_of({ qtable }: matrix_mdev_view): hlist_head[] {
	return Array.isArray(qtable) ? qtable : qtable?.queues ?? [];
}

/* The queues bound to vfio_ap whose struct points to an mdev, in ascending order. */
function queues_of(state: matrix_mdev_view): number[] {
	const driver = sysfs_lookup(DRIVER_DIR)!.container as driver_private;
	const apqns: number[] = [];

	for (const { driver_data } of driver.klist_devices) {
		const q = driver_data as { matrix_mdev: unknown; apqn: number } | null;

		if (q?.matrix_mdev === state)
			apqns.push(q.apqn);
	}
	return apqns.sort((a, b) => a - b);
}

/**
 * class mdev_view - a mediated device of the lab
 * @name: its name in the scenario
 * @dev: the device
 * @dir: its directory in sysfs
 * @state: the driver's struct
 */
export class mdev_view {
	name: string;
	dev: device;
	dir: kobject;
	state: matrix_mdev_view;

	constructor(name: string, dev: device) {
		this.name = name;
		this.dev = dev;
		this.dir = dev.kobj;
		/* in 2020, mdev_set_drvdata() kept it beside the device */
		this.state = (dev.driver_data ??
			(dev.container as {
				driver_data: unknown }).driver_data) as matrix_mdev_view;
	}

	/**
	 * linked - the APQNs in the queue table, in the order of its chains; each once in a cycle
	 *
	 * Without a table, these are the bound queues that point to the mdev.
	 */
	linked(): number[] {
		if (this.state.qtable === undefined)
			return queues_of(this.state);
		const chains = chains_of(this.state);
		const apqns: number[] = [];

		for (let i = 0; i < chains.length; i++)
			if (chains[i].first !== null)
				add_chain(chains[i], apqns);
		return apqns;
	}
}

/* The APQNs of a chain. It may hold a freed struct and its successor as well. */
function add_chain(chain: hlist_head, apqns: number[]): void {
	const nodes: hlist_node[] = [];
	const first = apqns.length;

	for (let n = chain.first; n !== null; n = n.next) {
		const { apqn } = n.container as { apqn: number };

		if (apqns.indexOf(apqn, first) < 0)
			apqns.push(apqn);
		else if (nodes.includes(n))
			break;
		nodes.push(n);
	}
}
