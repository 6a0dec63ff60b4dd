// SPDX-License-Identifier: GPL-2.0-only
/*
 * The operations of the notation, one row each: how a line is written, read and printed.
 * The reference card of Documentation/scenarios.md is made from this table.
 */
import { errname, errno_by_name } from "#linux/errno.h";
import { did_you_mean, nearest } from "../cli/nearest.ts";
import { expectations } from "./expectations.ts";
import { adapter_name, domain_name, parse_id } from "./ids.ts";
import { quote } from "./lexer.ts";
import { migration_rows } from "./migration.ts";
import {
	GUEST_INSNS, type config_change, type creation, type hw_script, type masks,
	type notification, type op,
} from "./model.ts";
import type { reader } from "./reader.ts";

/**
 * struct operation_row - one operation
 * @form: what a line looks like, for people
 * @brief: what it does
 * @parse: the words behind the keyword, up to the "="
 * @print: the words of such an operation, or null if this row does not print it
 */
export interface operation_row {
	form: string;
	brief: string;
	parse(r: reader, keyword: string): op;
	print(o: op): string[] | null;
}

const ASSIGN = [
	"assign_adapter", "unassign_adapter", "assign_domain", "unassign_domain",
	"assign_control_domain", "unassign_control_domain",
] as const;
const INSTRUCTIONS = ["zapq", "tapq", "aqic"] as const;

function id_list(ids: readonly number[], name: (id: number) => string): string[] {
	return ids.length === 0 ? ["-"] : ids.map(name);
}

function print_change(c: config_change): string[] {
	return [
		...(c.apm === undefined ? [] : ["adapters", ...id_list(c.apm, adapter_name)]),
		...(c.aqm === undefined ? [] : ["domains", ...id_list(c.aqm, domain_name)]),
		...(c.adm === undefined ? [] : ["control", ...id_list(c.adm, domain_name)]),
	];
}

function parse_change(r: reader): config_change {
	const c: config_change = {};

	for (let w = r.next(); w !== null; w = r.next()) {
		if (w.text === "adapters")
			c.apm = r.ids();
		else if (w.text === "domains")
			c.aqm = r.ids();
		else if (w.text === "control")
			c.adm = r.ids();
		else
			r.fail(`"${w.text}" is no part of an AP configuration` +
				did_you_mean(w.text, ["adapters", "domains", "control"]),
				"adapters 04 domains 0004 0047 control 0004");
	}
	return c;
}

function parse_masks(r: reader): masks {
	const { apm = [], aqm = [], adm = [] } = parse_change(r);

	return { apm, aqm, adm };
}

function print_masks(m: masks): string[] {
	return print_change({
		...(m.apm.length > 0 && { apm: m.apm }),
		...(m.aqm.length > 0 && { aqm: m.aqm }),
		...(m.adm.length > 0 && { adm: m.adm }),
	});
}

function parse_code(text: string): number | null {
	return /^[0-9a-fA-F]{2}$/.test(text) ? parseInt(text, 16) : null;
}

function parse_script(r: reader): hw_script {
	const script: hw_script = {};

	for (let w = r.next(); w !== null; w = r.next()) {
		if (w.text === "info") {
			script.tapq_gr2 = hex_word(r,
				"what TAPQ leaves in register 2, as in 0xf28000000e0f0008");
			continue;
		}
		if (w.text === "async" || w.text === "sync") {
			script.tapq_async = w.text === "async" ? 1 : 0;
			continue;
		}
		const which = INSTRUCTIONS.find((i) => i === w!.text);

		if (which === undefined)
			r.fail(`"${w.text}" is no AP instruction`,
				"zapq, tapq or aqic and response codes");
		const codes: number[] = [];
		for (let c = parse_code(r.peek()); c !== null; c = parse_code(r.peek())) {
			codes.push(c);
			r.next();
		}
		if (codes.length === 0)
			r.fail(`no response codes behind ${which}`, `${which} 02 02 00`);
		script[which] = codes;
	}
	if (Object.keys(script).length === 0)
		r.fail("no instruction", "hw 04.0004 zapq 02 00");
	return script;
}

function print_script(s: hw_script): string[] {
	return [
		...INSTRUCTIONS.flatMap((which) => s[which] === undefined ? [] :
			[which, ...s[which].map(adapter_name)]),
		...(s.tapq_gr2 === undefined ? [] : ["info", s.tapq_gr2]),
		...(s.tapq_async === undefined ? [] : [s.tapq_async === 1 ? "async" : "sync"]),
	];
}

function text_word(r: reader, what: string): string {
	return r.word(what).text;
}

function hex_word(r: reader, what: string): string {
	const w = r.word(what);

	if (!/^(?:0|0x[0-9a-fA-F]+)$/.test(w.text))
		r.fail(`"${w.text}" is no hexadecimal number`, what);
	if (!/^0x[0-9a-fA-F]{1,16}$|^0$/.test(w.text))
		r.fail(`"${w.text}" has more than 64 bits`, what);
	return w.text === "0" ? "0x0" : w.text;
}

function attribute(r: reader): string {
	const w = r.word("an attribute's name, as in guest_matrix");

	if (!/^[a-z_]+$/.test(w.text))
		r.fail(`"${w.text}" is no attribute's name`,
			"guest_matrix, assign_domain and so on");
	return w.text;
}

function one_id(r: reader, what: string): number {
	const w = r.word(what);
	const id = parse_id(w.text);

	if (id === null)
		r.fail(`"${w.text}" is no id`, what);
	return id;
}

function parse_create(r: reader): op {
	const mdev = r.mdev();

	if (r.peek() !== "failing") {
		const type = r.next();

		return done(r, type === null ? ["create", mdev] : [
			"create", mdev, { type: type.text },
		]);
	}
	r.next();
	const { text } = r.word("an error, as in -ENOMEM");
	const error = errno_by_name(text.slice(1));

	r.end();
	if (!text.startsWith("-") || error === undefined)
		r.fail(`"${text}" is no error`, "create m0 failing -ENOMEM");
	return ["create", mdev, { register: -error }];
}

function print_creation({ register, type }: creation): string[] {
	if (register !== undefined)
		return ["failing", errname(register)];
	return type === undefined ? [] : [type];
}

function parse_run(r: reader): op {
	const mdev = r.mdev();
	const { text } = r.word("an instruction, as in nqap");
	const insn = GUEST_INSNS.find((known) => known === text);

	if (insn === undefined)
		r.fail(`"${text}" is no AP instruction`, GUEST_INSNS.join(", "));
	const queue = r.queue();

	return insn === "aqic-on" && r.rest().length > 0
		? ["run", mdev, insn, queue, parse_notification(r)]
		: done(r, ["run", mdev, insn, queue]);
}

/** "3 0x2000" behind aqic-on */
function parse_notification(r: reader): notification {
	const { text } = r.word("the interruption subclass, as in 3");

	if (!/^[0-7]$/.test(text))
		r.fail(`"${text}" is no interruption subclass`, "0 to 7, and the NIB, as in 3 0x2000");
	return done(r, { isc: Number(text), nib: hex_word(r, "the NIB, as in 0x2000") });
}

function parse_config(r: reader): op {
	const id = one_id(r, "an adapter, as in 04");
	const { text } = r.word("off or on");

	if (text !== "on" && text !== "off")
		r.fail(`"${text}" is no configuration of a card`, "config 04 off");
	r.end();
	return ["config", id, text];
}

function parse_checkstop(r: reader): op {
	return done(r, ["checkstop", one_id(r, "an adapter, as in 04")]);
}

/* Units of time, the greatest first. */
const UNITS = new Map([["h", 3600000], ["m", 60000], ["s", 1000], ["ms", 1]]);

/** LONGEST - how much time may pass at once: a day, of some 3,000 scans of the AP bus */
export const LONGEST = 24 * 3600000;

/** parse_time - milliseconds of "30s" or "250ms"; null for what is no time, or more than a day */
export function parse_time(text: string): number | null {
	const [, count, unit] = /^([0-9]{1,8})(ms|s|m|h)$/.exec(text) ?? [];
	const msecs = count === undefined ? Infinity : Number(count) * UNITS.get(unit!)!;

	return msecs <= LONGEST ? msecs : null;
}

function print_time(msecs: number): string {
	const fits = ([, length]: [string, number]): boolean => msecs > 0 && msecs % length === 0;
	const [unit, length] = [...UNITS].find(fits) ?? ["ms", 1];

	return `${msecs / length}${unit}`;
}

function time_word(r: reader): number {
	const { text } = r.word("how long, as in 30s");
	const msecs = parse_time(text) ??
		r.fail(`"${text}" is no time up to a day`, "30s, 250ms, 5m or 1h");

	return done(r, msecs);
}

function hardware_time(which: "service" | "reset", brief: string): operation_row {
	return {
		form: `${which}_time 5ms`, brief,
		parse: (r) => ["hw_time", which, time_word(r)],
		print: (o) => o[0] === "hw_time" && o[1] === which ? [print_time(o[2])] : null,
	};
}

function parse_store(r: reader): op {
	const path = r.word("a file of sysfs, as in /sys/bus/ap/poll_timeout").text;

	if (!/^\/sys(?:\/[^/\0]+)+$/.test(path))
		r.fail(`"${path}" is no file of sysfs`, "a path that begins with /sys/");
	return done(r, ["store", path, text_word(r, "the text to store")]);
}

/** read's first argument: an mdev, a queue, the matrix device or the AP bus */
function holder(r: reader): string {
	if (r.rest().length === 1)
		return "m0";
	if (r.peek() === "matrix" || r.peek() === "bus")
		return r.next()!.text;
	return /^m[0-9]/.test(r.peek()) ? r.mdev() : r.queue();
}

function done<T>(r: reader, value: T): T {
	r.end();
	return value;
}

function one_mdev(name: "destroy" | "close" | "reset", brief: string): operation_row {
	return {
		form: `${name} m0`, brief,
		parse: (r) => [name, r.only_mdev()],
		print: (o) => o[0] === name ? [o[1]] : null,
	};
}

/** @of_mdev: an mdev may stand in the queue's place */
function one_queue(name: "bind" | "unbind", brief: string, of_mdev = false): operation_row {
	return {
		form: `${name} 04.0047`, brief,
		parse: (r) => of_mdev && /^m[0-9]/.test(r.peek()) ? [name, r.only_mdev()] :
			done(r, [name, r.queue()]),
		print: (o) => o[0] === name ? [o[1]] : null,
	};
}

function one_text(name: "apmask_store" | "aqmask_store", brief: string): operation_row {
	return {
		form: `${name} +5`, brief,
		parse: (r) => done(r, [name, text_word(r, "the text to store, as in +5")]),
		print: (o) => o[0] === name ? [quote(o[1])] : null,
	};
}

function change(name: "cfg" | "config_changed", brief: string): operation_row {
	return {
		form: `${name} adapters 04 domains 0004 control -`, brief,
		parse: (r) => [name, parse_change(r)],
		print: (o) => o[0] === name ? print_change(o[1]) : null,
	};
}

function assign(name: (typeof ASSIGN)[number]): operation_row {
	return {
		form: `${name} m0 0x04`,
		brief: `store to the mdev's ${name}, a number in any form kstrtoul takes`,
		parse: (r) => done(r, ["write", r.mdev(), name, text_word(r, "the text to store")]),
		print: (o) => o[0] === "write" && o[2] === name ? [o[1], quote(o[3])] : null,
	};
}

/** operations - every operation by its keyword, in the reference card's order */
export const operations: ReadonlyMap<string, operation_row> = new Map<string, operation_row>([
	["bound", {
		form: "bound 04.0004 04.0047",
		brief: "set-up: these queues are bound to vfio_ap and no others (also: all, -)",
		parse: (r) => r.peek() === "all" ? (r.next(), done(r, ["bound", "all"])) :
			["bound", r.queues()],
		print: (o) => o[0] !== "bound" ? null :
			o[1] === "all" ? ["all"] : o[1].length === 0 ? ["-"] : o[1],
	}],
	["mdev", {
		form: "mdev m0 adapters 04 domains 0004 0047 control 0004",
		brief: "set-up: an mdev is created and these are assigned, adapters first, ascending",
		parse: (r) => ["mdev", r.mdev(), parse_masks(r)],
		print: (o) => o[0] === "mdev" ? [o[1], ...print_masks(o[2])] : null,
	}],
	["create", {
		form: "create m0",
		brief: "an mdev is created; with failing -ENOMEM VFIO refuses to register it, create m0 " +
			"virtual: of that type",
		parse: parse_create,
		print: (o) => o[0] === "create" ? [o[1], ...print_creation(o[2] ?? {})] : null,
	}],
	["destroy", one_mdev("destroy",
		"an mdev is removed; its guest closes it on the way, or with = waits " +
		"when a later line closes it")],
	...ASSIGN.map((name): [string, operation_row] => [name, assign(name)]),
	["write", {
		form: 'write m0 ap_config "0x08,0x08,0x00"',
		brief: "store to any attribute of the mdev",
		parse: (r) => done(r,
			["write", r.mdev(), attribute(r), text_word(r, "the text to store")]),
		print: (o) => o[0] === "write" ? [o[1], o[2], quote(o[3])] : null,
	}],
	["read", {
		form: "read m0 guest_matrix",
		brief: "show an attribute of an mdev, of a queue (04.0004 status), of the matrix " +
			"device or of the AP bus (bus apmask)",
		parse: (r) => done(r, ["read", holder(r), attribute(r)]),
		print: (o) => o[0] === "read" ? [o[1], o[2]] : null,
	}],
	["open", {
		form: "open m0",
		brief: "a guest of its own starts using the mdev; open m1 with m0: m0's guest does",
		parse: (r) => {
			if (r.rest()[1]?.text !== "with")
				return ["open", r.only_mdev()];
			const m = r.mdev();
			r.next();
			return done(r, ["open", m, r.mdev()]);
		},
		print: (o) => o[0] !== "open" ? null : o[2] === undefined
			? [o[1]] : [o[1], "with", o[2]],
	}],
	["close", one_mdev("close", "the guest stops using the mdev")],
	["bind", one_queue("bind", "an administrator binds the queue device to vfio_ap")],
	["unbind", one_queue("unbind",
		"an administrator unbinds the queue device; with m0: the mediated device",
		true)],
	["cfg", change("cfg", "the host's AP configuration becomes this (a mask left out stays): " +
		"notification, scan, end of scan")],
	["config_changed", change("config_changed", "only the change and its notification; the " +
		"scan is still to come")],
	["scan", {
		form: "scan",
		brief: "the scan behind config_changed, with the notification at its end",
		parse: (r) => done(r, ["scan"]),
		print: (o) => o[0] === "scan" ? [] : null,
	}],
	["apmask_store", one_text("apmask_store", "store to the AP bus's apmask")],
	["aqmask_store", one_text("aqmask_store", "store to the AP bus's aqmask")],
	["in_use", {
		form: "in_use adapters 04 domains 0047",
		brief: "the AP bus asks whether any of these queues is in use",
		parse: (r) => {
			const { apm, aqm } = parse_masks(r);

			return ["in_use", apm, aqm];
		},
		print: (o) => o[0] === "in_use" ? print_change({ apm: o[1], aqm: o[2] }) : null,
	}],
	["pqap", {
		form: "pqap m0 0x3000404 0x800000000003 0x1000",
		brief: "the guest executes PQAP(AQIC) with these general registers 0, 1, 2",
		parse: (r) => done(r, ["pqap", r.mdev(), hex_word(r, "GR0, as in 0x3000404"),
			hex_word(r, "GR1, as in 0x800000000003"),
				hex_word(r, "GR2, as in 0x1000")]),
		print: (o) => o[0] === "pqap" ? o.slice(1) as string[] : null,
	}],
	["run", {
		form: "run m0 nqap 04.0004",
		brief: "the guest executes tapq, rapq, zapq, aqic-on (with a subclass and a NIB: 3 0x2000), " +
			"aqic-off, nqap or dqap on a queue; the result is the response code, -EFAULT for a " +
			"program interruption",
		parse: parse_run,
		print: (o) => o[0] !== "run" ? null : [
			o[1], o[2], o[3], ...o[4] === undefined ? [] : [String(o[4].isc), o[4].nib],
		],
	}],
	["reset", one_mdev("reset", "VFIO_DEVICE_RESET")],
	["unmap", {
		form: "unmap m0 0x1000 0x1000",
		brief: "guest memory is unmapped from the IOMMU: address, length",
		parse: (r) => done(r, ["unmap", r.mdev(), hex_word(r, "an address, as in 0x1000"),
			hex_word(r, "a length, as in 0x1000")]),
		print: (o) => o[0] === "unmap" ? o.slice(1) as string[] : null,
	}],
	["config", {
		form: "config 04 off",
		brief: "chzcrypt --config-off or on: the card answers 03 for all its queues until it is on again",
		parse: parse_config,
		print: (o) => o[0] === "config" ? [adapter_name(o[1]), o[2]] : null,
	}],
	["driver_override", {
		form: "driver_override 04.0047 vfio_ap",
		brief: "store to the queue device's driver_override, where the kernel has it",
		parse: (r) => done(r,
			["driver_override", r.queue(), text_word(r, "a driver's name")]),
		print: (o) => o[0] === "driver_override" ? [o[1], quote(o[2])] : null,
	}],
	["store", {
		form: 'store /sys/bus/ap/drivers_autoprobe "0\\n"',
		brief: "store to any file of sysfs, to one that has no word of its own",
		parse: parse_store,
		print: (o) => o[0] === "store" ? [quote(o[1]), quote(o[2])] : null,
	}],
	["checkstop", {
		form: "checkstop 04",
		brief: "the card stops: no queue of it answers; the AP bus sees it when it scans",
		parse: parse_checkstop,
		print: (o) => o[0] === "checkstop" ? [adapter_name(o[1])] : null,
	}],
	["advance", {
		form: "advance 30s",
		brief: "time passes (ms, s, m, h): timers, the AP bus's own scans",
		parse: (r) => ["advance", time_word(r)],
		print: (o) => o[0] === "advance" ? [print_time(o[1])] : null,
	}],
	["hw", {
		form: "hw 04.0004 zapq 02 00 tapq 05 aqic 07",
		brief: "the queue answers its next instructions with these response codes; info 0x...: what it " +
			"says of itself from now on, async: it answers for an earlier request",
		parse: (r) => ["hw", r.queue(), parse_script(r)],
		print: (o) => o[0] === "hw" ? [o[1], ...print_script(o[2])] : null,
	}],
	["service_time", hardware_time("service",
		"adapters take so long for a request from now on; they take 1ms at first")],
	["reset_time", hardware_time("reset", "resets take so long from now on")],
	...migration_rows(parse_operation, print_operation, parse_masks),
]);

/** What a line may begin with, in the order of the reference card. */
const KEYWORDS = [
	...operations.keys(), ...expectations.keys(), "host", "apmask", "aqmask", "verdict",
	"either", "memory", "machine", "unread",
];

/** What drivers, sysfs and mails call it, and what it is called here. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
	["guest_matrix", "guest"], ["shadow_apcb", "guest"], ["shadow", "guest"], ["crycb", "apcb"],
	["bound_to", "bound or is_bound"], ["bound_queues", "bound"], ["unbound", "not_bound"],
	["assigned", "matrix"], ["remove", "destroy"], ["start", "open"], ["stop", "close"],
	["apmask_change", "apmask_store"], ["plug", "plugged"], ["filter", "filtered"],
	["withheld", "filtered"], ["sleep", "advance"], ["wait", "advance"], ["echo", "write"],
	["cat", "read"],
]);

/** The keyword that was probably meant, or null. */
function meant(word: string): string | null {
	const near = nearest(word, [...KEYWORDS, ...OTHER_WORDS.keys()]);

	return near === null ? null : OTHER_WORDS.get(near) ?? near;
}

/**
 * parse_operation - an operation's words, without label and result
 */
export function parse_operation(r: reader): op {
	const keyword = r.word("an operation, as in assign_domain m0 0x54 = 4").text;
	const row = operations.get(keyword);

	if (row === undefined)
		r.fail(`"${keyword}" is no operation and no expectation`,
			meant(keyword) ?? `one of ${KEYWORDS.join(" ")}`);
	return row.parse(r, keyword);
}

/**
 * print_operation - an operation as words of the notation
 */
export function print_operation(o: op): string {
	for (const [keyword, row] of operations) {
		const words = row.print(o);

		if (words !== null)
			return [keyword, ...words].join(" ");
	}
	throw new Error(`no row prints ${JSON.stringify(o)}`);
}
