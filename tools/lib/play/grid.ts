// SPDX-License-Identifier: GPL-2.0-only
/*
 * A mediated device behind a step as a reviewer draws it: adapters down, domains across, in each
 * cell what became of the queue. The terminal and the page draw the same grids.
 */
import { ascending, domain_name, queue_ids, queue_name } from "../scenario/ids.ts";
import type { masks } from "../scenario/model.ts";
import type { mdev_state, report, step } from "./play.ts";

/** What a cell says, as bits. */
const ASSIGNED = 1;
const SHADOW = 2;
export const APCB = 4;
export const BOUND = 8;
export const CHANGED = 16;

/**
 * struct axes - the rows and columns that a scenario uses, on whatever driver
 * @apm: adapters, ascending; those of a queue that is bound or of a mask of an mdev
 * @aqm: domains
 */
export interface axes {
	apm: number[];
	aqm: number[];
}

/**
 * struct grid - one mdev behind a step
 * @running: a guest has it open, so that there is an APCB
 * @rows, @columns: whether the adapter, and the domain, is assigned
 * @cells: rows of ASSIGNED | SHADOW | APCB | BOUND | CHANGED
 * @control: the control domains as "0004 assigned and in the guest"; "" if there are none
 */
export interface mdev_grid {
	mdev: string;
	running: boolean;
	rows: boolean[];
	columns: boolean[];
	cells: number[][];
	control: string;
}

function add(to: Set<number>, ids: readonly number[]): void {
	for (const id of ids)
		to.add(id);
}

/** axes_of - of a scenario's reports */
export function axes_of(reports: readonly report[]): axes {
	const apm = new Set<number>(), aqm = new Set<number>();

	for (const { steps } of reports) {
		for (const { mdevs, bound } of steps) {
			for (const { matrix, guest, apcb } of mdevs.values()) {
				add(apm, [...matrix.apm, ...guest.apm, ...apcb?.apm ?? []]);
				add(aqm, [...matrix.aqm, ...guest.aqm, ...apcb?.aqm ?? []]);
			}
			add(apm, bound.map((queue) => queue_ids(queue)[0]));
			add(aqm, bound.map((queue) => queue_ids(queue)[1]));
		}
	}
	return { apm: ascending(apm), aqm: ascending(aqm) };
}

/* For masks of many ids: whether a queue is in their product. */
function member(of: masks | null): (apid: number, apqi: number) => boolean {
	const apm = new Set(of?.apm), aqm = new Set(of?.aqm);

	return (apid, apqi) => apm.has(apid) && aqm.has(apqi);
}

function cells_of(
	state: mdev_state | undefined, bound: readonly string[], { apm, aqm }: axes,
): number[][] {
	const is_bound = new Set(bound);
	const assigned = member(state?.matrix ?? null), shadow = member(state?.guest ?? null);
	const apcb = member(state?.apcb ?? null);

	return apm.map((apid) => aqm.map((apqi) =>
		(assigned(apid, apqi) ? ASSIGNED : 0) | (shadow(apid, apqi) ? SHADOW : 0) |
		(apcb(apid, apqi) ? APCB : 0) |
			(is_bound.has(queue_name(apid, apqi)) ? BOUND : 0)));
}

function control_text({ matrix, guest, apcb }: mdev_state): string {
	const ids = ascending([...matrix.adm, ...guest.adm, ...apcb?.adm ?? []]);

	return ids.map((id) => {
		const given = (apcb ?? guest).adm.includes(id);

		return `${domain_name(id)} ${given ? "in the guest" : "not in the guest"}` +
			(matrix.adm.includes(id) ? "" : ", not assigned");
	}).join("; ");
}

/** What of a row changed is marked. */
function marked(cells: number[][], old: number[][]): number[][] {
	return cells.map(
		(row, i) => row.map((cell, j) => cell === old[i]![j] ? cell : cell | CHANGED));
}

/** bare_grid - what is bound where there is no mdev yet */
export function bare_grid(st: step, before: step | null, axes: axes): mdev_grid {
	return {
		mdev: "", running: false, control: "",
		rows: axes.apm.map(() => false), columns: axes.aqm.map(() => false),
		cells: marked(cells_of(undefined, st.bound, axes),
			cells_of(undefined, (before ?? st).bound, axes)),
	};
}

/**
 * grids_of - the mdevs behind a step, in order of their names
 * @before: the step before it, or null: what changed since is marked
 */
export function grids_of(st: step, before: step | null, axes: axes): mdev_grid[] {
	return [...st.mdevs].map(([mdev, state]) => {
		const cells = cells_of(state, st.bound, axes);
		const old = before === null
			? cells : cells_of(before.mdevs.get(mdev), before.bound, axes);

		return {
			mdev, running: state.apcb !== null, control: control_text(state),
			rows: axes.apm.map((id) => state.matrix.apm.includes(id)),
			columns: axes.aqm.map((id) => state.matrix.aqm.includes(id)),
			cells: marked(cells, old),
		};
	});
}

/**
 * cell_word - what became of a queue
 *
 * Return: "" for one that is not assigned, else a word or two.
 */
export function cell_word(cell: number, running: boolean): string {
	const shadow = (cell & SHADOW) !== 0, apcb = (cell & APCB) !== 0;

	if (running && apcb)
		return shadow ? "guest" : "stale";
	if (shadow)
		return running ? "lost" : "would";
	return (cell & ASSIGNED) === 0 ? "" : "filtered";
}

/** CELL_WORDS - what the words say */
export const CELL_WORDS: ReadonlyMap<string, string> = new Map([
	["guest", "the guest has it"],
	["would", "a guest would have it"],
	["filtered", "assigned, but not in the guest"],
	["stale", "the guest has it although the driver's shadow_apcb has not"],
	["lost", "in the driver's shadow_apcb, but the guest has it not"],
]);
