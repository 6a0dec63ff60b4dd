// SPDX-License-Identifier: GPL-2.0-only
/*
 * A scenario as data: what the notation (Documentation/scenarios.md) says once it is parsed.
 * Operations are the arrays of the trace format (TRACE.md's vocabulary), so that a scenario, a
 * recorded trace and the laboratory speak of the same things. Ids are numbers here; queues are
 * "AA.DDDD" strings, as sysfs prints them.
 */

/** The three masks of an AP configuration; ids ascending. */
export interface masks {
	apm: number[];
	aqm: number[];
	adm: number[];
}

/**
 * The host a scenario boots.
 * @apxa: 0 limits the mdevs to 64 adapters and 16 domains
 * @na, @nd: greatest adapter and domain number QCI reports
 * @old: adapters older than CEX4, which vfio_ap never drives
 */
export interface host_config extends masks {
	apxa: 0 | 1;
	na: number;
	nd: number;
	old: number[];
}

/** A part of a host configuration that an operation changes; a missing mask stays. */
export interface config_change {
	apm?: number[];
	aqm?: number[];
	adm?: number[];
}

/**
 * Response codes a queue's hardware answers next, per instruction.
 * @tapq_gr2: what its TAPQ says of it from now on
 * @tapq_async: whether its TAPQ's answers are of an earlier request
 */
export interface hw_script {
	zapq?: number[];
	tapq?: number[];
	aqic?: number[];
	tapq_gr2?: string;
	tapq_async?: 0 | 1;
}

/** MIGRATION_STATES - by their numbers */
export const MIGRATION_STATES: readonly string[] = [
	"ERROR", "STOP", "RUNNING", "STOP_COPY", "RESUMING", "RUNNING_P2P", "PRE_COPY",
	"PRE_COPY_P2P",
];

/** MACHINE_WORDS - what a scenario may ask of its machine */
export const MACHINE_WORDS = ["kasan", "null_faults", "secure_execution"] as const;

/**
 * What happens while the kernel copies a stream's bytes.
 * @fault: its first, or second, copy finds no page
 * @then: these bytes (hex) overwrite the buffer after the first copy
 * @mid: another thread's operation, during the last copy; "hold": it keeps mdevs_lock
 */
export interface besides {
	fault?: 1 | 2;
	then?: string;
	mid?: op | "hold";
}

/**
 * How an mdev is created.
 * @register: the error of registering it with VFIO
 * @type: its mdev type without the driver's name; "passthrough" if it is left out
 */
export interface creation {
	register?: number;
	type?: string;
}

/** GUEST_INSNS - the AP instructions that a guest can be told to execute, as they are written */
export const GUEST_INSNS = ["tapq", "rapq", "zapq", "aqic-on", "aqic-off", "nqap", "dqap"] as const;
export type guest_insn = (typeof GUEST_INSNS)[number];

/** How a queue is to notify a guest: the interruption subclass, and the NIB's guest address. */
export interface notification {
	isc: number;
	nib: string;
}

/**
 * One operation. The first group is the trace format's vocabulary; the second group is this
 * project's extension of it: two short forms that stand for several operations (bound, mdev),
 * files of sysfs, a card's and a queue's own attributes among them, a card's condition, time that
 * passes, a guest's other instructions,
 * and a host configuration change taken apart, for scenarios in which something happens between the
 * notification and the end of the scan.
 */
export type op =
	| ["create", string, creation?]
	| ["destroy", string]
	| ["write", string, string, string]
	| ["read", string, string]
	| ["open", string]
	| ["open", string, string]
	| ["close", string]
	| ["bind", string]
	| ["unbind", string]
	| ["cfg", config_change]
	| ["in_use", number[], number[]]
	| ["pqap", string, string, string, string]
	| ["reset", string]
	| ["unmap", string, string, string]
	| ["hw", string, hw_script]
	| ["mig_feature", string]
	| ["mig_get", string]
	| ["mig_size", string]
	| ["mig_state", string, string | number]
	| ["mig_read", string, number, number?, besides?]
	| ["mig_write", string, string, number?, besides?]
	| ["mig_close", string, number?]
	| ["mig_carry", string, string]
	| ["kmem"]
	| ["next_host", masks]
	| ["bound", string[] | "all"]
	| ["mdev", string, masks]
	| ["mdev", string, masks, string[]]
	| ["apmask_store", string]
	| ["aqmask_store", string]
	| ["config_changed", config_change]
	| ["scan"]
	| ["config", number, "on" | "off"]
	| ["run", string, guest_insn, string, notification?]
	| ["hw_time", "service" | "reset", number]
	| ["driver_override", string, string]
	| ["store", string, string]
	| ["checkstop", number]
	| ["advance", number];

/** What an operation's line says it returns; null where it says nothing. */
export type result = number | "ok" | "error" | "hang" | "fault" | "waits" | null;

/** What a mask expectation says of the product of two masks, or of the masks themselves. */
export type mask_form =
	| { form: "queues"; queues: string[] }
	| { form: "not"; queues: string[] }
	| { form: "has"; queues: string[] }
	| { form: "lacks"; queues: string[] }
	| { form: "masks"; apm: number[] | null; aqm: number[] | null; adm: number[] | null };

export type expectation =
	| { what: "masks"; of: "guest" | "apcb" | "matrix"; mdev: string; is: mask_form }
	| { what: "unchanged"; mdev: string; ops?: number }
	| { what: "filtered"; mdev: string; unit: "adapter" | "domain"; id: number;
		because: string[] }
	| { what: "plugged"; mdev: string; unit: "adapter" | "domain"; id: number }
	| { what: "instructions"; which: "zapq" | "aqic" | "tapq" | "nqap"; queues: string[] }
	| { what: "updates"; mdev: string; count: number }
	| { what: "eventfd"; mdev: string; which: "cfg" | "req"; count: number }
	| { what: "held"; which: "pins" | "gisc"; mdev: string; count: number }
	| { what: "linked"; mdev: string; queues: string[] }
	| { what: "bindings"; bound: boolean; queues: string[] }
	| { what: "all_bound"; mdev: string }
	| { what: "status"; queue: string; text: string }
	| { what: "out"; text: string }
	| { what: "rc"; rc: Exclude<result, null> }
	| { what: "warn"; count: number }
	| { what: "log"; text: string }
	| { what: "locks"; tokens: string[] };

/**
 * One line of a scenario's body.
 * @line: where it stands, in the scenario file or in the mail it was read from
 * @label: the step's own number as written, without the colon, or null
 * @n: the number the step is spoken of by: its label, or one derived from the label before it
 * @drivers: the drivers it is for, or null for all
 * @body: what it is; "unread" is a line of a mail that no phrase fits
 * @note: the comment at the end of the line, or null
 */
export interface statement {
	line: number;
	label: string | null;
	n: string;
	drivers: string[] | null;
	body: operation | { kind: "expect"; expect: expectation }
		| { kind: "unread"; text: string };
	note: string | null;
}

/**
 * struct operation - an operation and its result
 * @rc: what it is to return
 * @fail_nth: the n-th allocation of the operation is made to fail (0: none)
 */
export interface operation {
	kind: "op";
	op: op;
	rc: result;
	fail_nth: number;
}

/**
 * struct choice - something that the source leaves open, and that decides: all its readings are
 * played
 * @what: in which order the mdev's adapters and domains are assigned ("order"); whether a queue
 *        is bound at first ("bound"); whether an adapter or a domain is in the host's
 *        configuration ("adapter", "domain"); whether one is assigned to the mdev at first
 *        ("assigned"), or a queue to another one ("taken"); whether a guest runs ("guest"); which
 *        other queues apmask and aqmask leave to the default drivers ("masks")
 */
export type choice =
	| { what: "order" | "guest" | "masks" }
	| { what: "assigned"; unit: "adapter" | "domain"; id: number }
	| { what: "bound" | "taken"; queue: string }
	| { what: "adapter" | "domain"; id: number };

/** What the file says a driver makes of the lines that are meant for all drivers. */
export interface verdict {
	line: number;
	drivers: string[];
	holds: boolean;
	differs_at: string[];
}

export interface scenario {
	file: string;
	line: number;
	name: string;
	source: string | null;
	about: string[];
	assumptions: string[];
	slips: string[];
	verdicts: verdict[];
	host: host_config;
	apmask: number[];
	aqmask: number[];
	memory: "zero" | "ones" | "pattern";
	kasan?: boolean;
	low_memory?: "zero" | "fault";
	secure_execution?: boolean;
	choices: choice[];
	statements: statement[];
}

/**
 * empty_host - a host without adapters and domains, with the greatest limits
 */
export function empty_host(): host_config {
	return { apxa: 1, na: 255, nd: 255, apm: [], aqm: [], adm: [], old: [] };
}

/**
 * number_steps - fill in each statement's n
 * @statements: in order; their labels are read, their n written
 *
 * A statement without a label belongs to the label before it and is called LABEL.1, LABEL.2 and
 * so on. In a scenario without any label the statements are simply counted.
 */
export function number_steps(statements: statement[]): void {
	const labelled = statements.some((s) => s.label !== null);
	let base = "0";
	let count = 0;

	for (const s of statements) {
		if (s.label !== null) {
			base = s.label;
			count = 0;
			s.n = base;
			continue;
		}
		count++;
		s.n = labelled ? `${base}.${count}` : String(count);
	}
}
