// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is known of a space before it is searched: its operations, what each is called on a renamed
 * machine, what it costs, and what must hold. Every worker makes it for itself.
 */
import { driver_of, load_driver } from "../lib/lab/loader.ts";
import type { driver, driver_module } from "../../drivers/s390/crypto/history/index.ts";
import { canonicaliser } from "./canon.ts";
import { UNTRIED, NOT_HERE } from "./graph.ts";
import { independence } from "./independence.ts";
import { declared_rule_of, properties, type property, type surroundings } from "./properties.ts";
import {
	all_ops, cost_of, interchangeable_on, nothing, op_images, renaming_group,
	type machine_size, type op_kind, type space_op,
} from "./space.ts";
import { STALE_HOOK, applicable, type observation } from "./world.ts";

/**
 * struct other_driver - a driver in no registry
 * @like: the one that is like it, but for
 * @label: what it is called, and
 * @url: where its text is; null where it is the other's
 */
interface other_driver {
	like: string;
	label: string;
	url: string | null;
}

/** struct space_plan - a space, so that it can be said to a worker; names stand for functions */
export interface space_plan {
	driver: string | other_driver;
	size: machine_size;
	kinds: readonly op_kind[];
	faults: boolean;
	properties: readonly string[];
	identify: boolean;
	/** whether what independent operations lead to is concluded, not done */
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

/**
 * class space_tables
 * @costs: how long an operation takes, in units of the shortest one
 * @group: of the renamings of @canon, by whose numbers @images is made
 * @independence: null where nothing is to be concluded from it
 * @harmless: the bit of the property whose breach lets others be told nevertheless
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

	/** @driver: what @plan names */
	constructor(plan: space_plan, driver: driver) {
		this.plan = plan;
		this.driver = driver;
		this.ops = all_ops(plan.size, plan.kinds, plan.faults);
		this.costs = Uint8Array.from(this.ops, (o) => cost_of(o.kind));
		this.rules = properties.filter((p) => plan.properties.includes(p.name));
		this.harmless = 1 << this.rules.findIndex((p) => p.name === "maximal");
		this.in_ = { size: plan.size, rule: declared_rule_of(driver.label) };
		this.canon = new canonicaliser(plan.size,
			plan.identify ? interchangeable_on(driver.label) : nothing);
		this.images = op_images(this.ops, this.canon.renamings);
		this.group = new renaming_group(this.canon.renamings);
		this.independence = plan.commute && this.group.composes && plan.size.mdevs > 1 ?
			new independence(this.ops, plan.size) : null;
	}

	/**
	 * concrete - the operation that is number @op of a canonical state, on the machine itself
	 */
	concrete(op: number, renaming: number): number {
		return this.images[this.group.inverse[renaming]][op];
	}

	/** broken_in - the properties that do not hold in a state, a bit each */
	broken_in(s: observation): number {
		let broken = 0;

		for (let i = 0; i < this.rules.length; i++) {
			const { state } = this.rules[i];

			if (state !== undefined && state(s, this.in_) !== null)
				broken |= 1 << i;
		}
		return broken;
	}

	/** fill_row - which operations can be done in a state; says how many */
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
 * What follows depends on the order in which a chain was filled, which the canonical form leaves
 * out because nothing else does.
 */
export function is_endless(s: observation): boolean {
	return s.queues.some((q) => q.chained > 1);
}

/**
 * is_corrupt - whether pointers or counts have a past that no form of the state shows: a pointer
 * to what is freed, pages and subclasses that are held for nobody
 */
export function is_corrupt(s: observation): boolean {
	return s.queues.some((q) => q.link > s.mdevs.length ||
		(q.link === 0 && (q.isc || q.iova))) ||
		s.mdevs.some((m) => m.hook === STALE_HOOK || m.strays !== 0 || m.pins !== 0 ||
			m.iscs !== 0);
}
