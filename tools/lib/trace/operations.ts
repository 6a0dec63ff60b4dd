// SPDX-License-Identifier: GPL-2.0-only
/*
 * The operations of a trace, one row each. What the reader takes, the table in
 * Documentation/traces.md and the help of trace run are made from it.
 */
import {
	attribute, bytes, codes, config, count, either, flag, ids, mdev, object_of, one_of,
	optional, queue, register, text, written, type fault, type field, type kind,
} from "./values.ts";

/** struct argument - what stands behind an operation's name */
interface argument extends kind {
	name: string;
	optional: boolean;
}

/**
 * struct trace_operation - an operation
 * @args: its arguments; those that may be left out are the last
 * @brief: what it does
 * @group: "migration" for those of drivers that can migrate
 */
export interface trace_operation {
	args: argument[];
	brief: string;
	group: "driver" | "migration";
}

function argument(name: string, kind: kind): argument {
	return { ...kind, name, optional: false };
}

/** An argument that may be left out. */
function may(name: string, kind: kind): argument {
	return { ...kind, name, optional: true };
}

const SCRIPT = object_of('{"zapq":[2,0],"tapq":[5],"aqic":[7]}',
	"lists of response codes, by instruction", new Map<string, field>([
		["zapq", optional(codes)], ["tapq", optional(codes)], ["aqic", optional(codes)],
		["tapq_gr2", optional(register)], ["tapq_async", optional(flag)],
	]));
const FAILURE = object_of('{"register":-12}', "what fails on the way", new Map<string, field>([
	["register", optional({
		form: "-12", about: "a negative error number",
		is: (value) => Number.isInteger(value) && (value as number) < 0 &&
			(value as number) >= -4095,
	})],
]));
const ARCS = one_of("RUNNING", "ERROR", "STOP", "STOP_COPY", "RESUMING", "RUNNING_P2P", "PRE_COPY",
	"PRE_COPY_P2P");
const HOLDER: kind = {
	form: '"m0"', about: 'an mdev, a queue, or "matrix"',
	is: (value) => mdev.is(value) || queue.is(value) || value === "matrix",
};

function has_mid(value: unknown): boolean {
	return typeof value === "object" && value !== null && "mid" in value;
}

const PAGE: kind = { ...register, form: '"0x1000"' };

/* Another thread's operation, into which none comes; or "hold": it only keeps the lock. */
const MID: kind = {
	form: '["destroy","m0"]', about: 'an operation, or "hold"',
	is: (value) => value === "hold" ||
		(Array.isArray(value) && !value.some(has_mid) && operation_fault(value) === null),
};
const BESIDES = object_of('{"fault":1}', "what happens meanwhile", new Map<string, field>([
	["fault", optional(one_of(1, 2))], ["then", optional(bytes)], ["mid", optional(MID)],
]));

const M = argument("mdev", mdev);
const APQN = argument("queue", queue);

function row(brief: string, ...args: argument[]): trace_operation {
	return { args, brief, group: "driver" };
}

function migration(brief: string, ...args: argument[]): trace_operation {
	return { args, brief, group: "migration" };
}

/** trace_operations - every operation by its name, in the order of the documentation */
export const trace_operations: ReadonlyMap<string, trace_operation> = new Map([
	["init", row("the driver is loaded: the first operation of a trace, and only there")],
	["create", row("an mdev is created", M, may("failure", FAILURE))],
	["destroy", row("an mdev is removed; its guest closes it on the way", M)],
	["write", row("store to the mdev's sysfs attribute", M, argument("attribute", attribute),
		argument("text", text))],
	["read", row("show of an attribute of an mdev, of a queue or of the matrix device",
		argument("of", HOLDER), argument("attribute", attribute))],
	["open", row("a guest of its own starts using the mdev, or the guest that uses another one",
		M, may("other", mdev))],
	["close", row("the guest stops using the mdev", M)],
	["bind", row("an administrator binds the queue device to vfio_ap", APQN)],
	["unbind", row("an administrator unbinds it", APQN)],
	["cfg", row("the host's AP configuration becomes this: notification, scan, end of scan",
		argument("configuration", config))],
	["in_use", row("the AP bus asks whether any of these queues is in use",
		argument("adapters", ids), argument("domains", ids))],
	["pqap", row("the guest executes PQAP(AQIC) with these general registers", M,
		argument("gr0", register), argument("gr1", PAGE), argument("gr2", PAGE))],
	["reset", row("VFIO_DEVICE_RESET", M)],
	["unmap", row("guest memory is unmapped from the IOMMU", M, argument("iova", PAGE),
		argument("length", PAGE))],
	["hw", row("the queue's hardware answers its next instructions with these response codes",
		APQN, argument("script", SCRIPT))],
	["mig_feature", migration("the migration flags", M)],
	["mig_get", migration("the migration state's name", M)],
	["mig_size", migration("how long the stream of STOP_COPY will be", M)],
	["mig_state", migration("the migration state is set; a stream may be opened", M,
		argument("state", either(ARCS, count)))],
	["mig_read", migration("read() from a stream", M, argument("count", count),
		may("stream", count), may("besides", BESIDES))],
	["mig_write", migration("write() to a stream", M, argument("bytes", bytes),
		may("stream", count), may("besides", BESIDES))],
	["mig_close", migration("the last close of a stream", M, may("stream", count))],
	["kmem", migration("how many allocations are charged to user space, and their bytes")],
]);

/** example_of - an operation as it is written, with all that may be left out if @whole */
export function example_of(name: string, whole = false): string {
	const args = trace_operations.get(name)!.args.filter((a) => whole || !a.optional);

	return `["${name}"${args.map((a) => `,${a.form}`).join("")}]`;
}

function argument_fault(op: readonly unknown[], { args }: trace_operation): string | null {
	for (let i = 0; i < args.length; i++) {
		if (i + 1 >= op.length)
			return args[i].optional ? null : `the ${args[i].name} is missing`;
		if (!args[i].is(op[i + 1]))
			return `${args[i].name} ${written(op[i + 1])} is not ${args[i].about}`;
	}
	return op.length > args.length + 1 ? `${written(op[args.length + 1])} is too much` : null;
}

/**
 * operation_fault - what is wrong with an operation
 *
 * Return: null for nothing; the text may be long, it quotes.
 */
export function operation_fault(op: readonly unknown[]): fault | null {
	const [name] = op;
	const known = typeof name === "string" ? trace_operations.get(name) : undefined;

	if (known === undefined) {
		const what = op.length === 0 ? "an operation without a name"
			: `unknown operation ${written(name)}`;

		return { what, right: `one of ${[...trace_operations.keys()].join(" ")}` };
	}
	const what = argument_fault(op, known);

	return what === null
		? null : { what: `${name as string}: ${what}`, right: example_of(name as string) };
}
