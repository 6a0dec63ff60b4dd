// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is known of a space before the search: its operations, their images on renamed machines,
 * their costs, and the properties. Every worker makes these tables for itself.
 */
import { driver_of, load_driver } from "../lib/lab/loader.ts";
import type { driver, driver_module } from "../../drivers/s390/crypto/history/index.ts";
import { canonicaliser } from "./canon.ts";
import { UNTRIED, NOT_HERE } from "./graph.ts";
import { control_is_apart_on, independence } from "./independence.ts";
import { declared_rule_of, properties, type property, type surroundings } from "./properties.ts";
import {
	all_ops, cost_of, interchangeable_on, nothing, op_images, renaming_group,
	type machine_size, type op_kind, type space_op,
} from "./space.ts";
import { STALE_HOOK, applicable, type observation } from "./world.ts";

/**
 * struct other_driver - a driver that is in no registry
 * @like: a driver that is the same apart from the label and the text
 * @label: its label
 * @url: where its text is; null if it has the text of @like
 */
interface other_driver {
	like: string;
	label: string;
	url: string | null;
}

/**
 * struct space_plan - a space in a form that can be sent to a worker: names instead of functions
 */
export interface space_plan {
	driver: string | other_driver;
	size: machine_size;
	kinds: readonly op_kind[];
	faults: boolean;
	properties: readonly string[];
	identify: boolean;
	/** whether to conclude where independent operations lead, instead of doing them */
	commute: boolean;
}

/** driver_of_plan - the driver that a plan names */
export async function driver_of_plan({ driver: d }: space_plan): Promise<driver> {
	if (typeof d === "string")
		return await load_driver(d);
	const { load, ...like } = driver_of(d.like);

	return await load_driver({
		...like, label: d.label,
		load: d.url === null ? load : () => import(d.url!) as Promise<driver_module>,
	});
}

/* With one mdev, only operations on control domains are independent of others. */
function independence_in(
	{ commute, size }: space_plan, { ops, group, driver }: space_tables,
): independence | null {
	const apart = control_is_apart_on(driver);

	return commute && group.composes && (size.mdevs > 1 || (apart && size.cdoms > 0))
		? new independence(ops, size, apart) : null;
}

/**
 * class space_tables
 * @costs: how long each operation takes; the shortest one takes 1
 * @group: the renamings of @canon; @images uses their numbers
 * @independence: which operations are independent; null if nothing is concluded from that
 * @order: the order in which a state's operations are done
 * @controls: how many of these, the first, are on control domains alone
 * @harmless: the bit of the one property whose breach does not hide the breaches of others
 */
export class space_tables {
	plan: space_plan;
	driver: driver;
	ops: space_op[];
	costs: Uint8Array;
	rules: property[];
	harmless: number;
	in_: surroundings;
	canon: canonicaliser;
	images: Int32Array[];
	group: renaming_group;
	independence: independence | null;
	order: Uint16Array;
	controls: number;

	/** @driver: the driver that @plan names */
	constructor(plan: space_plan, driver: driver) {
		this.plan = plan;
		this.driver = driver;
		this.ops = all_ops(plan.size, plan.kinds, plan.faults);
		this.costs = Uint8Array.from(this.ops, (o) => cost_of(o.kind));
		this.rules = properties.filter((p) => plan.properties.includes(p.name));
		this.harmless = 1 << this.rules.findIndex((p) => p.name === "maximal");
		this.in_ = { size: plan.size, rule: declared_rule_of(driver.label) };
		this.canon = new canonicaliser(plan.size,
			plan.identify ? interchangeable_on(driver) : nothing);
		this.images = op_images(this.ops, this.canon.renamings);
		this.group = new renaming_group(this.canon.renamings);
		this.independence = independence_in(plan, this);
		const { controls } = this.independence ?? { controls: new Set<number>() };

		this.order = Uint16Array.from(
			new Set([...controls, ...this.ops.keys()]));
		this.controls = controls.size;
	}

	/**
	 * concrete - the machine's own operation for operation @op of a canonical state
	 */
	concrete(op: number, renaming: number): number {
		return this.images[this.group.inverse[renaming]][op];
	}

	/** broken_in - the properties that do not hold in a state; each is a bit */
	broken_in(s: observation): number {
		let broken = 0;

		for (let i = 0; i < this.rules.length; i++) {
			const { state } = this.rules[i];

			if (state !== undefined && state(s, this.in_) !== null)
				broken |= 1 << i;
		}
		return broken;
	}

	/**
	 * fill_row - mark the operations that can be done in a state; returns how many these are
	 */
	fill_row(s: observation, renaming: number, edges: Int32Array, at: number): number {
		const images = this.images[renaming];
		let can = 0;

		for (let i = 0; i < this.ops.length; i++) {
			const here = applicable(this.ops[i], s, this.plan.size.domains);

			edges[at + images[i]] = here ? UNTRIED : NOT_HERE;
			can += here ? 1 : 0;
		}
		return can;
	}
}

/*
 * is_endless - whether a hash chain has become a cycle
 *
 * What follows depends on the order in which the chain was filled. Nothing else depends on it, so
 * the canonical form leaves it out.
 */
export function is_endless(s: observation): boolean {
	return s.queues.some((q) => q.chained > 1);
}

/**
 * is_corrupt - whether the state has something that its canonical form cannot show: a pointer to
 * freed memory, or pages and subclasses that nobody owns
 */
export function is_corrupt(s: observation): boolean {
	return s.queues.some((q) => q.link > s.mdevs.length ||
		(q.link === 0 && (q.isc || q.iova))) ||
		s.mdevs.some((m) => m.hook === STALE_HOOK || m.strays !== 0 || m.pins !== 0 ||
			m.iscs !== 0);
}
