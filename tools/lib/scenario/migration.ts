// SPDX-License-Identifier: GPL-2.0-only
/*
 * The words of a migration: states, streams, and what happens while the kernel copies.
 */
import { adapter_name, domain_name, queue_ids } from "./ids.ts";
import { MIGRATION_STATES, type besides, type masks, type op } from "./model.ts";
import type { operation_row } from "./operations.ts";
import type { reader } from "./reader.ts";

/* What a queue says of itself where nothing else is said: a CEX8 with all that it can have. */
const HWINFO = "f28000000e0f0008";

const HEX = /^(?:[0-9a-fA-F]{2})+$/;

/* A number of @digits hexadecimal digits. */
function hex(value: number, digits: number): string {
	return value.toString(16).padStart(digits, "0");
}

/* The data that a source with these queues would send. */
function stream_of(queues: readonly string[]): string {
	return hex(queues.length, 8) + "0".repeat(24) + queues.map((queue) => {
		const [apid, apqi] = queue_ids(queue);

		return HWINFO + hex(apid, 2) + hex(apqi, 2) + "0".repeat(12);
	}).join("");
}

function number_word(r: reader, what: string): number {
	const { text } = r.word(what);

	if (!/^(?:0|[1-9][0-9]*)$/.test(text))
		r.fail(`"${text}" is no number`, what);
	return Number(text);
}

function parse_stream(r: reader): number | undefined {
	if (r.peek() !== "stream")
		return undefined;
	r.next();
	return number_word(r, "the stream's number, 0 for the mdev's first");
}

function parse_bytes(r: reader): string {
	let bytes = "";

	while (HEX.test(r.peek()))
		bytes += r.next()!.text.toLowerCase();
	return bytes;
}

function parse_data(r: reader): string {
	if (r.peek() === "nothing")
		return r.next(), "";
	if (r.peek() === "queues") {
		const queues: string[] = [];

		for (r.next(); r.peek().includes(".");)
			queues.push(r.queue());
		return stream_of(queues);
	}
	const bytes = parse_bytes(r);

	return bytes !== ""
		? bytes : r.fail("no bytes", "hexadecimal digits, queues 04.0047, or nothing");
}

function parse_besides(r: reader, operation: (r: reader) => op): besides | undefined {
	const what = r.next();

	switch (what?.text) {
	case undefined:
		return undefined;
	case "fault": {
		const fault = number_word(r, "1 or 2: the copy that finds no page");

		r.end();
		return fault === 1 || fault === 2
			? { fault } : r.fail(`copy ${fault}`, "fault 1 or fault 2");
	}
	case "then": {
		const bytes = parse_bytes(r);

		r.end();
		return Object.fromEntries([[what!.text, bytes]]);
	}
	case "meanwhile":
		if (r.peek() === "hold")
			return r.next(), r.end(), { mid: "hold" };
		return { mid: operation(r) };
	default:
		return r.fail(`"${what!.text}" behind the bytes`,
			"fault 1, then HEX, or meanwhile OPERATION");
	}
}

function print_besides(what: besides | undefined, operation: (o: op) => string): string[] {
	if (what?.fault !== undefined)
		return ["fault", String(what.fault)];
	if (what?.then !== undefined)
		return ["then", what.then];
	if (what?.mid !== undefined)
		return ["meanwhile", what.mid === "hold" ? "hold" : operation(what.mid)];
	return [];
}

function print_stream(stream: number | undefined): string[] {
	return stream === undefined ? [] : ["stream", String(stream)];
}

function asked(keyword: string, name: "mig_feature" | "mig_get" | "mig_size", brief: string):
		[string, operation_row] {
	return [keyword, {
		form: `${keyword} m0`, brief,
		parse: (r) => [name, r.only_mdev()],
		print: (o) => o[0] === name ? [o[1]] : null,
	}];
}

/** print_host_masks - a host's configuration as words */
function print_host_masks({ apm, aqm, adm }: masks): string[] {
	return [
		...(apm.length === 0 ? [] : ["adapters", ...apm.map(adapter_name)]),
		...(aqm.length === 0 ? [] : ["domains", ...aqm.map(domain_name)]),
		...(adm.length === 0 ? [] : ["control", ...adm.map(domain_name)]),
	];
}

/**
 * migration_rows - the operations of a migration, by keyword
 * @parse: reads an operation
 * @print: writes one
 * @parse_masks: reads a host's masks
 */
export function migration_rows(
	parse: (r: reader) => op, print: (o: op) => string, parse_masks: (r: reader) => masks,
): [string, operation_row][] {
	return [
		asked("feature", "mig_feature",
			"what of migration the device can do (out): VFIO_DEVICE_FEATURE_MIGRATION"),
		asked("state", "mig_get", "its migration state (out)"),
		asked("data_size", "mig_size", "how many bytes its stream would be (out)"),
		["migrate", {
			form: "migrate m0 STOP_COPY",
			brief: `set the migration state: ${MIGRATION_STATES.join(" ")}; a stream may be opened`,
			parse: (r) => {
				const m = r.mdev();
				const { text } = r.word("a state, as in STOP_COPY");

				r.end();
				if (!MIGRATION_STATES.includes(text))
					r.fail(`"${text}" is no migration state`,
						MIGRATION_STATES.join(" "));
				return ["mig_state", m, text];
			},
			print: (o) => o[0] === "mig_state" ? [o[1], String(o[2])] : null,
		}],
		["read-stream", {
			form: "read-stream m0 24",
			brief: "read() of so many bytes from the mdev's newest stream (stream 0: its first), out is " +
				"those; behind it fault 1 or meanwhile OPERATION",
			parse: (r) => {
				const m = r.mdev();
				const nth = parse_stream(r);
				const count = number_word(r, "how many bytes, in decimal");
				const what = parse_besides(r, parse);

				return what !== undefined ? ["mig_read", m, count, nth, what] :
					nth !== undefined ? ["mig_read", m, count, nth]
					: ["mig_read", m, count];
			},
			print: (o) => o[0] !== "mig_read" ? null :
				[o[1], ...print_stream(o[3]), String(o[2]),
					...print_besides(o[4], print)],
		}],
		["write-stream", {
			form: "write-stream m1 queues 05.0004",
			brief: "write() to the mdev's newest stream: bytes in hexadecimal, the data of these queues, " +
				"nothing, or from m0 what was read there; behind it fault 1, then HEX (another thread " +
				"overwrites the buffer after the first copy), meanwhile hold or meanwhile OPERATION",
			parse: (r) => {
				const m = r.mdev();

				if (r.peek() === "from") {
					r.next();
					return ["mig_carry", r.only_mdev(), m];
				}
				const nth = parse_stream(r);
				const data = parse_data(r);
				const what = parse_besides(r, parse);

				return what !== undefined ? ["mig_write", m, data, nth, what] :
					nth !== undefined ? ["mig_write", m, data, nth]
					: ["mig_write", m, data];
			},
			print: (o) => o[0] === "mig_carry" ? [o[2], "from", o[1]]
				: o[0] !== "mig_write" ? null :
				[o[1], ...print_stream(o[3]), o[2] === "" ? "nothing" : o[2],
					...print_besides(o[4], print)],
		}],
		["close-stream", {
			form: "close-stream m0",
			brief: "the last close of a stream; what the driver's release callback returned",
			parse: (r) => {
				const m = r.mdev();
				const nth = parse_stream(r);

				r.end();
				return nth === undefined ? ["mig_close", m] : ["mig_close", m, nth];
			},
			print: (o) => o[0] === "mig_close" ? [o[1], ...print_stream(o[2])] : null,
		}],
		["charged", {
			form: "charged",
			brief: "how many allocations are charged to userspace; their bytes (out)",
			parse: (r) => (r.end(), ["kmem"]),
			print: (o) => o[0] === "kmem" ? [] : null,
		}],
		["next_host", {
			form: "next_host adapters 05 domains 0004 0005",
			brief: "from here on it is another machine, which has just been booted; what was read from " +
				"streams is carried there",
			parse: (r) => ["next_host", parse_masks(r)],
			print: (o) => o[0] === "next_host" ? print_host_masks(o[1]) : null,
		}],
	];
}
