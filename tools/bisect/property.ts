// SPDX-License-Identifier: GPL-2.0-only
/*
 * A property along the history: the shortest ways to break it that the drivers of the history have,
 * as explore finds them on a small machine.
 */
import { ported } from "../../drivers/s390/crypto/history/index.ts";
import { search_of, type job, type plan } from "../explore/campaign.ts";
import {
	counterexample_of, functions_of, smallest_trial, verify, type trial,
} from "../explore/counterexample.ts";
import { workshop } from "../explore/pool.ts";
import { machine_of, op_kinds } from "../explore/space.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { driver_of, load_driver } from "../lib/lab/loader.ts";
import type { scenario } from "../lib/scenario/model.ts";
import type { claim } from "./history.ts";

/** struct sought - the property, and the machine on which it is to break */
export interface sought {
	property: string;
	adapters: number;
	domains: number;
}

function job_of({ property, adapters, domains }: sought, driver: string): job {
	const plan: plan = {
		drivers: [driver], adapters, domains, cdoms: 1, mdevs: 1, kinds: [...op_kinds],
		properties: [property], faults: false, depth: Infinity, max_states: 1_000_000,
		max_memory: 1 << 30, stop_at_first: true, identify: true, commute: true, walks: 0,
		block: 1, steps: 1, seed: 1,
	};

	return { number: 0, driver, what: "machine", plan, seed: 1, walks: 0 };
}

/**
 * struct way - a way to break a property
 * @trial: the way, to be tried on any driver
 * @scenario: the same as steps
 */
export interface way {
	trial: trial;
	scenario: scenario;
}

/* The shortest way on one driver, made sure of; null if there is none. */
async function shortest(shop: workshop, sought: sought, label: string): Promise<way | null> {
	const { findings } = await shop.search(await search_of(job_of(sought, label), () => {}));
	const size = machine_of(sought.adapters, sought.domains, 1, 1);
	const [first] = findings.toSorted((a, b) => a.path.length - b.path.length);
	const on = driver_of(label);
	const trial = first === undefined ? null : smallest_trial(first, size, on);

	return trial === null ? null
		: { trial, scenario: counterexample_of(first!, size, on,
			trial)!.scenarios.at(-1)! };
}

/**
 * ways_to_break - how a property breaks along the history
 * @labels: the drivers, oldest first
 * @tell: is told what is searched
 *
 * A driver that breaks it as an older one does is not searched.
 *
 * Return: at least one way. Throws usage_error if the property holds on all.
 */
export async function ways_to_break(
	sought: sought, labels: readonly string[], tell: (text: string) => void,
): Promise<way[]> {
	const shop = new workshop(1, true);
	const found: way[] = [];

	await Promise.all(ported.map(load_driver));	/* a counterexample is tried on each */
	try {
		for (const label of labels) {
			if (found.some(({ trial }) => verify(trial, driver_of(label)) !== null))
				continue;
			tell(`${sought.property}: ${label}`);
			const way = await shortest(shop, sought, label);

			if (way !== null)
				found.push(way);
		}
	} finally {
		await shop.close();
	}
	if (found.length === 0)
		throw new usage_error(
			`--property ${sought.property}: holds on ${labels.join(", ")}; to break ` +
			`it, a machine of more than ${sought.adapters} x ${sought.domains} queues is needed`);
	return found;
}

/** property_claim - that a way does not break its property, as a claim that is bisected */
export function property_claim({ trial, scenario }: way): claim {
	const { name, reason } = trial.property;

	return {
		n: name, line: scenario.line, text: reason,
		judge: async (label) => {
			const driver = await load_driver(label);
			const broken = verify(trial, driver);

			return {
				verdict: broken === null ? "holds" : "differs",
				outcome: broken?.actual ?? "",
				functions: broken === null ? [] : functions_of(trial, driver),
				store: "",
			};
		},
		entered: async (label) => functions_of(trial, await load_driver(label)),
	};
}
