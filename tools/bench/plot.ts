// SPDX-License-Identifier: GPL-2.0-only
import { View, parse, type Spec } from "vega";
import type { row } from "./row.ts";

const LOG_AXIS = { type: "log", nice: false, zero: false } as const;

/* Cost against queues, both on logarithmic scales, a line per driver. */
function spec_of(rows: readonly row[]): Spec {
	const values = rows.map(
		({ driver, queues, value }) => ({ driver, queues, us: value / 1000 }));

	return {
		width: 640,
		height: 400,
		padding: 8,
		background: "white",
		data: [{ name: "figures", values }],
		scales: [
			{ ...LOG_AXIS, name: "x", base: 2, range: "width",
				domain: { data: "figures", field: "queues" } },
			{ ...LOG_AXIS, name: "y", range: "height",
				domain: { data: "figures", field: "us" } },
			{
				name: "colour", type: "ordinal", range: { scheme: "category10" },
				domain: { data: "figures", field: "driver" },
			},
		],
		axes: [
			{ orient: "bottom", scale: "x", title: "queues", grid: true, format: "d" },
			{ orient: "left", scale: "y", title: "microseconds a filter", grid: true,
				tickCount: 6, format: "~g" },
		],
		legends: [{ stroke: "colour", symbolType: "stroke", title: "driver" }],
		marks: [{
			type: "group",
			from: { facet: { name: "of_driver", data: "figures", groupby: "driver" } },
			marks: [{
				type: "line",
				from: { data: "of_driver" },
				encode: {
					enter: {
						x: { scale: "x", field: "queues" },
						y: { scale: "y", field: "us" },
						stroke: { scale: "colour", field: "driver" },
						strokeWidth: { value: 2 },
					},
				},
			}],
		}],
	};
}

/** scale_plot - the suite "scale" as an SVG image */
export async function scale_plot(rows: readonly row[]): Promise<string> {
	const view = new View(parse(spec_of(rows.filter(({ suite }) => suite === "scale"))),
		{ renderer: "none" });

	try {
		return `${await view.toSVG()}\n`;
	} finally {
		view.finalize();
	}
}
