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

/**
 * lacks - why a scenario is not for a driver; null if it is
 * @named: whether somebody asked for that very driver
 *
 * A driver that a verdict line names is meant, whatever it offers. One that none names is, if it is
 * asked for.
 */
export function lacks(s: scenario, label: string, named: boolean): string | null {
	if (s.verdicts.some((v) => v.drivers.includes(label)))
		return null;
	const needed = driver_of(label).migrates !== true &&
			s.statements.some(({ drivers, body }) =>
		body.kind === "op" && is_of_migration(body.op) &&
			(drivers === null || drivers.includes(label)));

	return needed ? "need devices that can be migrated" :
		!named && s.verdicts.length > 0 ? "have verdicts on other drivers only" : null;
}
