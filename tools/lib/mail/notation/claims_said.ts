// SPDX-License-Identifier: GPL-2.0-only
/*
 * Claims of a scenario as English sentences, which the reader of mails reads again.
 */
import { adapter_name, domain_name } from "../../scenario/ids.ts";
import type { expectation } from "../../scenario/model.ts";

function queue_text(queues: readonly string[]): string {
	return queues.join(", ");
}

/** say_expectation - a sentence for a claim; null if there is none */
export function say_expectation(e: expectation): string | null {
	switch (e.what) {
	case "masks":
		if (e.of !== "guest" || e.mdev !== "m0" || e.is.form !== "queues")
			return null;
		return e.is.queues.length === 0 ? "The guest has no queues."
			: `The guest has ${queue_text(e.is.queues)}.`;
	case "unchanged":
		return "guest_matrix is unchanged.";
	case "filtered": {
		const unit = e.unit === "adapter" ? `Adapter ${adapter_name(e.id)}`
			: `Domain ${domain_name(e.id)}`;

		return e.because.length === 0 ? `${unit} is filtered.`
			: `${unit} is filtered because ` +
			(e.because.length === 1 ? `queue ${e.because[0]} is not bound.`
				: `queues ${queue_text(e.because)} are not bound.`);
	}
	case "plugged":
		return `${e.unit === "adapter" ? `Adapter ${adapter_name(e.id)}` : `Domain ${domain_name(e.id)}`} is plugged in.`;
	case "all_bound":
		return "All queues assigned to the matrix mdev are now bound.";
	default:
		return null;
	}
}
