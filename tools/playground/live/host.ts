// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be done with the machine as a scenario has left it: each action is a step of the
 * notation.
 */
import { adapter_name, ascending, domain_name, queue_name } from "../../lib/scenario/ids.ts";
import type { masks, scenario } from "../../lib/scenario/model.ts";
import type { mdev_state } from "../../lib/play/play.ts";

/** struct host_now - the host's AP configuration, and the cards that are configured off */
export interface host_now extends masks {
	off: number[];
}

/** host_now - as a scenario's steps have left it */
export function host_now({ host, statements }: scenario): host_now {
	const now: host_now = { apm: host.apm, aqm: host.aqm, adm: host.adm, off: [] };

	for (const { body } of statements) {
		if (body.kind !== "op")
			continue;
		const [name, what] = body.op;

		if (name === "cfg" || name === "config_changed" || name === "next_host")
			Object.assign(now, what);
		else if (name === "config")
			now.off = [
				...now.off.filter((id) => id !== what),
				...body.op[2] === "off" ? [body.op[1]] : [],
			];
	}
	return now;
}

/* A host with an adapter, or domain, more or less. */
function toggled(ids: readonly number[], id: number): number[] {
	return ids.includes(id) ? ids.filter((other) => other !== id) : ascending([...ids, id]);
}

function list_of(ids: readonly number[], name: (id: number) => string): string {
	return ids.length === 0 ? "-" : ids.map(name).join(" ");
}

/** card_step - take an adapter from the host, or give it back */
export function card_step({ apm }: masks, apid: number): string {
	return `cfg adapters ${list_of(toggled(apm, apid), adapter_name)}`;
}

/** domain_step - the same with a domain */
export function domain_step({ aqm }: masks, apqi: number): string {
	return `cfg domains ${list_of(toggled(aqm, apqi), domain_name)}`;
}

/** config_step - configure an adapter off, or on again */
export function config_step({ off }: host_now, apid: number): string {
	return `config ${adapter_name(apid)} ${off.includes(apid) ? "on" : "off"}`;
}

/** bind_step - bind a queue to vfio_ap, or unbind it */
export function bind_step(bound: readonly string[], apid: number, apqi: number): string {
	const queue = queue_name(apid, apqi);

	return `${bound.includes(queue) ? "unbind" : "bind"} ${queue}`;
}

/** assign_step - assign an adapter, a domain or a control domain, or unassign it */
export function assign_step(mdev: string, { matrix }: mdev_state,
	unit: "adapter" | "domain" | "control_domain",
		id: number): string {
	const ids = { adapter: matrix.apm, domain: matrix.aqm, control_domain: matrix.adm }[unit];

	return `${ids.includes(id) ? "unassign" : "assign"}_${unit} ${mdev} 0x${id.toString(16)}`;
}
