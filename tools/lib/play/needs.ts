// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a scenario needs of a driver, so that it is not played where that is not offered.
 */
import { driver_of } from "../lab/loader.ts";
import type { op, scenario } from "../scenario/model.ts";

/* A device's migration, as its users ask for it. */
function is_of_migration([name]: op): boolean {
	return name.startsWith("mig_") || name === "next_host" || name === "kmem";
}

/** struct lack - why scenarios are not for a driver, for one of them and for several */
export interface lack {
	one: string;
	many: string;
}

const NO_MIGRATION: lack = {
	one: "needs devices that can be migrated", many: "need devices that can be migrated",
};
const OF_OTHERS: lack = {
	one: "has verdicts on other drivers only", many: "have verdicts on other drivers only",
};

/**
 * lacks - why a scenario is not for a driver, the same object for the same reason; null if it is
 * @named: whether somebody asked for that very driver
 *
 * A driver that a verdict line names is meant, whatever it offers. One that none names is, if it is
 * asked for.
 */
export function lacks(s: scenario, label: string, named: boolean): lack | null {
	if (s.verdicts.some((v) => v.drivers.includes(label)))
		return null;
	const needed = driver_of(label).migrates !== true &&
			s.statements.some(({ drivers, body }) =>
		body.kind === "op" && is_of_migration(body.op) &&
			(drivers === null || drivers.includes(label)));

	return needed ? NO_MIGRATION : !named && s.verdicts.length > 0 ? OF_OTHERS : null;
}
