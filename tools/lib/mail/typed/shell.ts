// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is typed at a shell, with the prompt or without: writes to attributes, what shows them, and
 * the tools of s390-tools, mdevctl and libvirt. A line is commands, each a list of words; a table
 * says what a command or a file's name means.
 */
import { nearest } from "../../cli/nearest.ts";
import { parse_queue } from "../../scenario/ids.ts";
import type { frame_match } from "../english/frames.ts";
import { commands_of, type command } from "./commands.ts";
import { only_shows } from "./harmless.ts";
import { mdevctl, mdevctl_file, mdevctl_shown } from "./mdevctl.ts";
import {
	has_mark, is_marked, is_remark, parted_in, result_told, with_outcome,
} from "./outcome.ts";
import type { domain, fact } from "../sentence/phrases.ts";
import { PROMPT } from "./prompt.ts";
import { as_cat, count_of, other_files } from "./reads.ts";
import { remembered } from "../sentence/remembered.ts";
import {
	ATTRIBUTES, definition, names_in, NOT_KNOWN, number_of, OF_DEVICE, operation, option,
	type said,
} from "./said.ts";
import { spread } from "../lines/script.ts";
import { is_other_error, read_error } from "./shell_errors.ts";
import { by_file, crypt_rows, exit_code, is_chatter, is_default_driver, mask_shown,
	not_there,
	queue_lines, some_of, some_or_none, text_shown, unless_more } from "./shell_output.ts";

/** TYPED - the name of rows of commands */
export const TYPED = "typed at a shell";

/** the prompt of a guest's shell */
const IN_GUEST =
	/^[([]?(?:[\w.-]+@|in the )?(?:guest|vm)[\w-]{0,20}\b[^#$>:]{0,60}(?::[~/]\S{0,80} ?)?[#$>:]\s+/i;
const TOOLS = ["echo", "printf", "cat", "ls", "lszcrypt", "chzcrypt", "chzdev", "lszdev", "mdevctl",
	"virsh",
	"modprobe", "tee", "dmesg", "grep", "head", "tail", "more", "cd", "export", "sh", "bash",
	"for", "true", "sleep", "set",
	"pushd", "popd", "python", "python3", "dd", "diff", "cmp", "find", "readlink", "ssh",
	"device_add", "device_del", "system_reset", "driverctl"];
/** of QEMU's monitor, and of nothing else */
const OF_MONITOR = /^\(qemu\) info \w/;

/** an attribute of the mdev that a directory is called after */
const OF_DIRECTORY =
	/(?:^|\/)(?!(?:matrix|tmp|vfio_ap[\w-]*)\/)([a-z][\w-]{0,40})\/(?:(?:un)?assign_\w{6,14}|(?:guest_)?matrix|control_domains|ap_config|remove)$/i;

/** The mdev that a path goes through: its UUID, or the variable that stands for it. */
function mdev_in(path: string): string | null {
	return (/(?:^|\/)(\$\{?\w+\}?|<?uuid>?|[0-9a-f]{8}-[0-9a-f-]{27})(?:\/|$)/i.exec(path) ??
		/(?:^|\/)matrix\/([\w-]+)\/\w+$/.exec(path) ??
		OF_DIRECTORY.exec(path))?.[1] ?? null;
}

const NOTHING: said = { kind: "prose", facts: [] };

/** A store: the file's name says what it does. */
function store(value: string, path: string): said | null {
	const name = path.slice(path.lastIndexOf("/") + 1);
	const queue = parse_queue(value);
	const driver = /drivers\/([\w-]+)\/(?:un)?bind$/.exec(path)?.[1];

	if (/[$`]/.test(value) && name !== "unbind")
		return null;
	if (ATTRIBUTES.includes(name))
		return operation(["write", "m0", name, value], mdev_in(path));
	if (name === "apmask" || name === "aqmask")
		return operation([`${name}_store`, value]);
	if ((name === "bind" || name === "unbind") && queue !== null &&
		(driver ?? "vfio_ap") === "vfio_ap")
		return operation([name, queue]);
	if (name === "unbind" && driver?.includes("mdev") === true)
		return operation(["unbind", "m0"], value);
	if (name === "remove")
		return operation(["destroy", "m0"], mdev_in(path));
	const card = /card([0-9a-f]{2})\/config$/i.exec(path)?.[1];
	if (card !== undefined && (value === "0" || value === "1"))
		return operation(["config", parseInt(card, 16), value === "1" ? "on" : "off"]);
	const device = path.endsWith("/driver_override") ? parse_queue(path.split("/").at(-2)!)
		: null;
	return device === null ? null : operation(["driver_override", device, value]);
}

/** What an attribute shows that has queues and nothing else, a queue a line; of it or not known. */
function shown_queues(lines: string[], of: (queues: string[]) => fact): fact[] {
	const none = lines.every((l) => NO_QUEUES.test(l.trim()));

	return !none && !lines.every((l) => l.trim().split(/[\s,]+/)
		.every((w) => queue_lines([w]).length === 1)) ? NOT_KNOWN
		: [of(queue_lines(lines))];
}

/** what people put where nothing is printed */
const NO_QUEUES = /^(?:[<([]?(?:empty|none|nothing|no (?:output|queues))[>)\]]?\.?|-|)$/i;

function list_of(kind: said["kind"], of: (queues: string[]) => fact): said {
	return { kind, facts: [], output: (lines) => [of(queue_lines(lines))] };
}

/** of a queue: what is claimed where it is shown */
const OF_QUEUE = new Set(["status", "driver_override", "chkstop"]);

/** What is shown: the output is the claim, without output it is an operation. */
function show(path: string): said | null {
	const name = path.slice(path.lastIndexOf("/") + 1);
	const who = mdev_in(path);
	const queue = parse_queue(path.split("/").at(-2) ?? "");
	const defined = mdevctl_file(path);
	const reading = (of: string): said => ({
		kind: "operation",
		facts: [{
			fact: "op", op: ["read", of, name],
			who: of !== "m0" || who === null ? null : number_of(who), rc: "ok",
		}],
		output: text_shown,
	});

	if (defined !== null)
		return defined;
	if (name === "apmask" || name === "aqmask")
		return { kind: "set-up", facts: [], output: (lines) => mask_shown(name, lines) };
	const named = (f: fact): fact => who === null
		? f : { fact: "of", who: number_of(who), of: f };
	const gone: fact = { fact: "gone", who: who === null ? null : number_of(who) };

	if (name === "matrix")
		return { kind: "set-up", facts: [], output: (lines) => not_there(lines) ? [gone]
			: shown_queues(lines, (queues) => named({ fact: "assigned", queues })) };
	if (name === "guest_matrix")
		return { kind: "expectation", facts: [],
			output: (lines) => not_there(lines) ? [gone]
			: shown_queues(lines, (queues) => named({ fact: "guest", queues })) };
	if (name.endsWith(".xml"))
		return { ...NOTHING, output: unless_more };
	if (queue !== null && OF_QUEUE.has(name))
		return reading(queue);
	if (["features", "flags"].includes(name))
		return reading("matrix");
	return ["control_domains", "ap_config"].includes(name) ? reading("m0") : null;
}

const NUMBERS = /^\s*\d{1,4}\s+/;

function cat(words: readonly string[]): said | null {
	const [first = "", path = ""] = words;
	const shown = words.length === 2 && /^-[nEA]$/.test(first) ? show(path) : null;

	if (shown?.output !== undefined)
		return { ...shown, output: (lines) => shown.output!(lines.map((l) =>
			first === "-n" ? l.replace(NUMBERS, "") : l.replace(/\$$/, ""))) };
	return words.length === 1 ? show(first) : masks(words) ?? both(words);
}

/** Of several files one is shown behind the other; of a mask that is a line. */
function masks(paths: readonly string[]): said | null {
	const all = paths.map((path) => /(?:^|\/)(a[pq]mask)$/.exec(path)?.[1]);

	return all.length === 0 || all.includes(undefined) ? null : {
		kind: "set-up", facts: [], output: (lines) => lines.length !== all.length
			? NOT_KNOWN
			: lines.flatMap((l, i) => mask_shown(all[i] as "apmask" | "aqmask", [l])),
	};
}

/**
 * matrix and guest_matrix, one behind the other: each is in order, and a guest has nothing but what
 * is assigned; so the second begins where a queue is not behind the one before it, or is empty.
 */
function both(paths: readonly string[]): said | null {
	const names = paths.map((path) => path.slice(path.lastIndexOf("/") + 1));
	const [where, other] = paths.map((path, i) => path.slice(0, -names[i]!.length));
	const first = names[0] === "matrix";

	return [...names].sort().join() !== "guest_matrix,matrix" || where !== other ? null : {
		kind: "set-up", facts: [], output: (lines) => {
			const queues = lines.map((l) => parse_queue(l.trim()) ?? "");
			const begins = queues.flatMap((q, i) => i > 0 && q <= queues[i - 1]!
				? [i] : []);
			const at = begins[0] ?? (first ? queues.length : 0);
			const [one, two] = [queues.slice(0, at), queues.slice(at)];

			return begins.length > 1 || queues.includes("") ? NOT_KNOWN
				: [...show(paths[first ? 0 : 1]!)!.output!(first ? one : two),
					...show(paths[first ? 1 : 0]!)!.output!(first ? two : one)];
		},
	};
}

const CONFIG = ["-c", "--config"];
/** of chzcrypt: how the host polls, and its timer */
const POLLING = /^(?:-[pntq]|--(?:poll-thread|poll-timeout|config-time|default-domain))/;

/** On or off; "-c 60" is a timer. */
function config_state(words: readonly string[]): "on" | "off" | null {
	const state = option(words, ...CONFIG);

	if (words.includes("--config-off") || words.includes("--config-on"))
		return words.includes("--config-off") ? "off" : "on";
	return state === "on" || state === "off" ? state : null;
}

function chzcrypt(words: string[]): said | null {
	const to = config_state(words);
	const ids = words.filter((w) => /^(?:0x)?[0-9a-f]{1,2}$/i.test(w))
		.map((w) => parseInt(w.replace(/^0x/, ""), 16));
	const timer = /^\d+$/.test(option(words, "-c") ?? "");

	if (to === null && (timer || words.some((w) => POLLING.test(w))))
		return NOTHING;
	return to === null || ids.length === 0 ? null : {
		kind: "operation",
		facts: ids.map((
			id) => ({ fact: "op", op: ["config", id, to], who: null, rc: "ok" })),
	};
}

/** Of the bus; what is only for the next boot changes nothing now. */
function chzdev(words: string[]): said | null {
	const stores = words.map((w) => /^(apmask|aqmask)=(.+)$/.exec(w)).filter((m) => m !== null);

	if (stores.length > 0 && words.some((w) => w === "-p" || w === "--persistent") &&
		!words.some((w) => w === "-a" || w === "--active"))
		return NOTHING;
	return stores.length === 0 ? null : {
		kind: "operation",
		facts: stores.map((m) => ({
			fact: "op", op: [
				m[1] === "apmask" ? "apmask_store" : "aqmask_store", m[2]!,
			], who: null, rc: "ok",
		})),
	};
}

/** "vm2 mdev2.xml": the guest's number is its mdev's, unless the file has another. */
function domain_of(words: string[]): domain | undefined {
	const [name, file] = words.filter((w) => !w.startsWith("-"));
	const number = /(\d)$/.exec(name ?? "")?.[1] ?? null;
	const other = /(\d)(?:\.xml)?$/.exec(file ?? "")?.[1] ?? number;

	return name === undefined ? undefined : {
		name, who: option(words, OF_DEVICE) ?? (number === other ? number : null),
	};
}

/** an mdev as libvirt calls it */
const NODE = /^mdev_([0-9a-f]{8}(?:_[0-9a-f]{4}){3}_[0-9a-f]{12})(?![0-9a-f])/i;
const NODE_ATTRIBUTE = /<attr name=["'](\w{1,40})["'] value=["']([^"']{1,80})["']/g;

/** Of virsh: an mdev that is made or removed, and its definition. */
function nodedev(verb: string, words: readonly string[]): said | null {
	const name = words.find((w) => !w.startsWith("-")) ?? "";
	const uuid = NODE.exec(name)?.[1]!.replaceAll("_", "-") ?? null;

	switch (verb) {
	case "nodedev-start":
	case "nodedev-create": {
		const made = operation(["create", "m0"], uuid);

		return uuid === null && verb === "nodedev-start" ? null
			: { ...made, facts: made.facts.map((f) => ({ ...f, stored: true })) };
	}
	case "nodedev-destroy":
		return uuid === null ? null : operation(["destroy", "m0"], uuid);
	case "nodedev-dumpxml":
		return { kind: "set-up", facts: [], output: (lines) => {
			const set = [...lines.join(" ").matchAll(NODE_ATTRIBUTE)]
				.map((m): [string, string] => [m[1]!, m[2]!]);

			return set.some(([attribute]) => !ATTRIBUTES.includes(attribute))
				? NOT_KNOWN : set.length === 0 ? [] : [definition(uuid, set)];
		} };
	case "nodedev-list":
	case "nodedev-define":
	case "nodedev-undefine":
	case "nodedev-autostart":
	case "nodedev-info":
		return { kind: "set-up", facts: [], output: () => [] };
	default:
		return null;
	}
}

/** What QEMU's monitor is told through virsh. */
function of_monitor(given: readonly string[]): said | null {
	const [name, ...words] = given.join(" ").split(" ");

	switch (name) {
	case "info":
		return { ...NOTHING, output: unless_more };
	case "device_add":
		return qemu(words);
	case "device_del":
		return { kind: "operation", facts: [{ fact: "stop", attach: true }] };
	default:
		return null;
	}
}

/** the libvirt of another machine */
const REMOTE = /^["']?\w+\+\w+:\/\/|^["']?\w+:\/\/[^/]/;

/** The command behind virsh's own options. */
function virsh(words: string[]): said | null {
	if (words.some((w) => REMOTE.test(w.replace(/^--connect=/, ""))))
		return null;
	const at = words.findIndex((w, i) => !w.startsWith("-") &&
		!["-c", "--connect", "-d", "--debug"].includes(words[i - 1] ?? ""));
	const verb = words[at];
	const domain = domain_of(words.slice(at + 1));
	const which = domain === undefined ? {} : { domain };

	if (verb === "qemu-monitor-command")
		return of_monitor(words.slice(at + 2).filter((w) => !w.startsWith("--")));
	if (verb?.startsWith("nodedev-") === true)
		return nodedev(verb, words.slice(at + 1));
	const attach = verb?.endsWith("tach-device") === true;
	const later = attach && words.includes("--config") && !words.includes("--live");

	switch (later ? "define" : verb) {
	case "start":
	case "create":
	case "attach-device":
		return { kind: "operation", facts: [{ fact: "start", ...which, attach }] };
	case "destroy":
	case "shutdown":
	case "detach-device":
		return { kind: "operation", facts: [{ fact: "stop", ...which, attach }] };
	case "reboot":
	case "reset":
		return operation(["reset", "m0"]);
	default:
		return !SHOWS.has(verb ?? "") && !OF_OTHERS.test(verb ?? "") ? null
			: { kind: "set-up", facts: [], output: () => [] };
	}
}

/** of virsh: networks, storage and the like */
const OF_OTHERS = /^(?:net|pool|vol|iface|secret|nwfilter)-/;
/** of virsh: what changes nothing */
const SHOWS = new Set(["list", "console", "dumpxml", "domstate", "dominfo", "define", "undefine",
	"edit", "domid", "suspend", "resume", "version",
	"hostname", "vcpuinfo", "domiflist", "domblklist"]);

/** "ls .../drivers/vfio_ap/04.0047: No such file or directory": it is not bound */
function queues_of(driver: string, queue: string | null, whole: boolean): said {
	return driver !== "vfio_ap"
		? list_of("set-up", (queues) => ({ fact: "missing", queues, default: true }))
		: { kind: "set-up", facts: [], output: (lines) => !not_there(lines)
			? [{ fact: "bound", queues: queue_lines(lines), whole }]
			: queue === null ? NOT_KNOWN : [{ fact: "missing", queues: [queue] }] };
}

/** a directory with nothing in it that would matter: an mdev's, or those of several */
const NO_MATTER =
	/\/vfio_ap\/matrix$|\/mdev\/devices$|(?:\/matrix|\/devices)\/(?:[0-9a-f]{8}-[0-9a-f-]{27}|\$\{?\w+\}?)$|\/mdev_supported_types/i;

/** The driver that a queue's link leads to, if its name is all that is told. */
function driver_link(path: string): said | null {
	const queue = parse_queue(path.split("/").at(-2) ?? "");

	return queue === null || !path.endsWith("/driver") ? null : {
		kind: "set-up", facts: [], output: (lines) => {
			const name = lines.at(-1)?.split("/").at(-1) ?? "";

			return name === "vfio_ap"
				? [{ fact: "bound", queues: [queue], some: true }]
				: is_default_driver(name)
					? [{ fact: "missing", queues: [queue], default: true }]
					: not_there(lines) ? [{ fact: "missing", queues: [queue] }]
						: NOT_KNOWN;
		},
	};
}

/** find, where it does no more than to list a directory */
function find([path = "", ...words]: string[]): said | null {
	const at = words.indexOf("-name");
	const name = at < 0 ? "*" : words[at + 1] ?? "";

	return words.every((w, i) => i === at + 1 && at >= 0 || !/[;{}+]/.test(w) &&
		!/^-(?:exec|ok|delete|fp)/.test(w)) ? ls([`${path.replace(/\/$/, "")}/${name}`])
		: null;
}

const LEFT = /^< (\S+)$/;
const RIGHT = /^> (\S+)$/;
/** of diff: which lines of the one and the other */
const WHERE = /^(?:\d+(?:,\d+)?[acd]\d+(?:,\d+)?|---)$/;

/** diff and cmp of what is assigned and what the guest has: what it lacks, or nothing */
function diff(words: string[]): said | null {
	const paths = words.filter((w) => !w.startsWith("-"));
	const names = paths.map((path) => path.slice(path.lastIndexOf("/") + 1));
	const [only, none] = names[0] === "matrix" ? [LEFT, RIGHT] : [RIGHT, LEFT];
	const who = mdev_in(paths[0] ?? "");

	return [...names].sort().join() !== "guest_matrix,matrix" ? null : {
		kind: "expectation", facts: [], output: (lines) => {
			const but = queue_lines(lines.map((l) => only.exec(l)?.[1] ?? ""));
			const of: fact = { fact: "guest_is_matrix", but };

			return lines.some((l) => none.test(l) || !only.test(l) && !WHERE.test(l))
				? NOT_KNOWN : who === null ? [of]
					: [{ fact: "of", who: number_of(who), of }];
		},
	};
}

function ls(words: string[]): said | null {
	const path = words.find((w) => w.includes("/"))?.replace(/\/\*?$/, "") ?? "";
	const [, driver, file] = /(?:^|\/)drivers\/([\w-]+)(?:\/([\w.*?[\]-]+))?$/.exec(path) ?? [];

	if (path !== "" && words.some((w) => /^[a-z]+[.!]?$/i.test(w))) /* what is said of it */
		return null;
	if (path.endsWith("/driver"))
		return driver_link(path);
	if (driver === "vfio_ap" || driver !== undefined && is_default_driver(driver))
		return queues_of(driver, parse_queue(file ?? ""), file === undefined ||
			/^(?:\*(?:\.\*)?|\?\?\.\?{4})$/.test(file));
	if (/\/bus\/ap\/devices$|\/devices\/ap\/card[0-9a-f]{2}$/.test(path))
		return list_of("set-up", (queues) => ({ fact: "there", queues }));
	const who = mdev_in(path);
	const gone: fact[] = who === null ? NOT_KNOWN : [{ fact: "gone", who: number_of(who) }];

	return NO_MATTER.test(path)
		? { ...NOTHING, output: (lines) => not_there(lines) ? gone : [] } : null;
}

/** Lines with anything in them: all that there are. */
const ANY_LINE = /^(?:\.|\^|\$|)$/;

/** grep, head and the like of an mdev's files: each says whose lines these are */
function files(tool: string, words: string[]): said | null {
	const given = words.filter((w) => !/^-|^\d+$/.test(w) || w === "-");
	const [pattern = "."] = tool === "grep" ? given : [];
	const paths = given.slice(tool === "grep" ? 1 : 0);
	const [one] = paths.length === 1 && !/[*?[]/.test(paths[0]!) ? paths : [];
	const shown = one === undefined ? null : show(one);
	const whole = tool === "grep" ? ANY_LINE.test(pattern) : words.length === 1;

	const marked = tool === "grep" ? words.some((w) => /^-\w*[HnrR]/.test(w))
		: words.includes("-v");

	if (tool === "grep" && words.some((w) => /^-\w*[vlqoLx]/.test(w)) || one !== undefined &&
		shown?.output === undefined && !marked)
		return null;
	if (marked && !words.some((w) => /^-\w*[cn]/.test(w)))
		return { kind: "expectation", facts: [], output: (lines) => by_file(lines, show) };
	if (marked)
		return whole && one !== undefined && words.every((w) => !/^-\w*[Hc]/.test(w))
			? { ...shown!, output: (lines) => shown!.output!(lines
				.map((l) => l.replace(/^\d{1,4}[:-]/, ""))) } : null;
	if (words.some((w) => /^-\w*c/.test(w)))
		return one === undefined || !whole ? null
			: { ...shown!, output: (lines) => count_of(lines, shown!.output!) };
	return one === undefined
		? { kind: "expectation", facts: [], output: (lines) => by_file(lines, show) }
		: whole ? shown
		: { ...shown!, output: (lines) => some_or_none(lines, shown!.output!,
			tool === "grep" ? pattern : null) };
}

function tool_of(word: string): string | null {
	const name = word.slice(word.lastIndexOf("/") + 1);

	if (TOOLS.includes(name) || name.startsWith("qemu") ||
		name === "sync" || name === "watch")
		return name;
	return name.length > 4 && /^[a-z]+$/.test(name) &&
		(name.startsWith("mdev") || name.startsWith("mdv") || name.includes("zcrypt")) ?
		nearest(name, TOOLS) : null;
}

/** "vfio-ap,sysfsdev=...", also in JSON */
function is_vfio_ap(word: string): boolean {
	return word.startsWith("vfio-ap") || /"?driver"?:"?vfio-ap/.test(word);
}

/** Its guest is that of the mdev in the device's path. */
function qemu(words: string[]): said | null {
	const device = words.find(is_vfio_ap);
	const who = mdev_in(/sysfsdev"?[=:]"?([^",\s]+)/.exec(device ?? "")?.[1] ?? "");
	const start: fact = { fact: "start" };

	return device === undefined ? null : {
		kind: "operation",
		facts: [who === null ? start : { fact: "of", who: number_of(who), of: start }],
	};
}

/** of lszcrypt: what cards can do, the bus, domains of the host's, versions */
const OF_CARDS = /^-[bcdvh]+$|^--(?:bus|domains|capability|version|help)$/;

/** what may stand behind lszcrypt; where it is typed in a guest, that may be said in words */
const OF_LSZCRYPT =
	/^(?:-.*|[0-9a-fx.]+|in|inside|on|of|from|the|a|my|our|this|that|then|now|again|(?:guest|vm)[\w-]*)$/i;

/** Of some cards or queues. */
function names_some(words: readonly string[]): boolean {
	return words.some(
		(w) => /^(?:0x)?[0-9a-f]{1,2}(?:\.[0-9a-f]{1,4})?$|^\.[0-9a-f]{1,4}$/i.test(w));
}

/** What a guest has; no row of a guest's is vfio_ap's. */
function guest_rows(lines: string[]): fact[] {
	return lines.some((row) => /\bvfio_ap\b/.test(row)) ? NOT_KNOWN
		: [{ fact: "guest", queues: queue_lines(lines) }];
}

function lszcrypt(words: string[]): said {
	const of_guest = words.some((w) => w.startsWith("guest"));
	const rows = of_guest ? guest_rows : crypt_rows;

	return words.some((w) => OF_CARDS.test(w)) ? { ...NOTHING, output: unless_more } : {
		kind: of_guest ? "expectation" : "set-up", facts: [],
		output: names_some(words) ? (lines) => some_of(lines, rows) : rows,
	};
}

/** Of the AP bus: whose the queues are; all of them, or those with an override. */
function driverctl(words: readonly string[]): said | null {
	const [verb = "", ...names] = names_in(words, ["-b", "--bus"]);

	return names.length > 0 || !verb.startsWith("list-") ? null : { kind: "set-up", facts: [],
		output: verb === "list-devices" ? crypt_rows : (lines) =>
			some_of(lines, crypt_rows) };
}

/** options whose value is a word of its own */
const VALUED = [
	"-u", "--uuid", "-p", "--parent", "-t", "--type", "--addattr", "--value", "--index", "-i",
	"--jsonfile", "--domain", "--file", "--mode", "-c", "--connect", "-d", "--debug", "--set",
];
const MDEV_NAME = /^["']?(?:\$|[0-9a-f]{8}-|mdev|m\d)/i;
const CARD = /^(?:0x)?[0-9a-f]{1,2}$/i, STORE = /^(?:ap|a[pq]mask=\S+)$/;
/** of virsh: the verbs that take a file besides a guest, or any words */
const TAKES_FILE = /^(?:at|de)tach-device$|^(?:define|edit)$/;

/** Whether there are more words than a tool takes: they say what comes of it, or something else. */
function has_more(tool: string, words: readonly string[]): boolean {
	const [verb = "", ...names] = names_in(words, VALUED);

	switch (tool) {
	case "mdevctl":
		return names.length > 1 || !names.every((w) => MDEV_NAME.test(w));
	case "virsh":
		return verb !== "qemu-monitor-command" &&
			names.length > (TAKES_FILE.test(verb) ? 2 : 1);
	case "chzcrypt":
		return ![verb, ...names].every((w) => CARD.test(w) || w === "");
	case "chzdev":
		return ![verb, ...names].every((w) => STORE.test(w) || w === "");
	default:
		return words.filter((w, i) => !w.startsWith("-") &&
			words[i - 1]?.startsWith("-") === false).length > 1;
	}
}

/** what only tells of a command, or of what it would do */
const ONLY_TELLS = /^(?:-h|--help|--usage|--version|--dry-?run|--print-xml)$/;

/** What a tool does. */
function acts(tool: string, words: string[]): said | null {
	if (words.some((w) => ONLY_TELLS.test(w)))
		return NOTHING;
	if (has_more(tool, words))
		return null;
	switch (tool) {
	case "chzcrypt":
		return chzcrypt(words);
	case "chzdev":
		return chzdev(words);
	case "mdevctl":
		return mdevctl(words);
	case "virsh":
		return virsh(words);
	default:
		return tool.startsWith("qemu") ? qemu(words) : null;
	}
}

/** It leaves nothing on the screen; what was pasted of it, if anything, is what is shown. */
function watch(words: readonly string[]): said {
	const [tool = "", ...more] = words.slice(words.findIndex((w) => /^[a-z]/.test(w)));
	const shown = run_tool(tool, more);

	return shown?.output === undefined ? { ...NOTHING, output: unless_more }
		: { ...shown, output: (lines) => lines.length === 0 ? [] : shown.output!(lines) };
}

/** What a tool does or shows. */
function run_tool(tool: string, words: string[]): said | null {
	switch (tool) {
	case "cat":
		return cat(words) ?? other_files(words);
	case "find":
		return find(words);
	case "readlink":
		return driver_link(words.at(-1) ?? "");
	case "diff":
	case "cmp":
		return diff(words);
	case "device_add":
		return qemu(words);
	case "device_del":
		return { kind: "operation", facts: [{ fact: "stop" }] };
	case "system_reset":
		return operation(["reset", "m0"]);
	case "grep":
	case "head":
	case "tail":
	case "more":
		return files(tool, words);
	case "ls":
		return ls(words);
	case "driverctl":
		return driverctl(words);
	case "lszcrypt":
		return words.every((w) => OF_LSZCRYPT.test(w)) ? lszcrypt(words) : null;
	case "mdevctl":
		return acts(tool, words) ?? mdevctl_shown(words);
	case "watch":
		return watch(words);
	case "sh":
	case "bash":
		return words.length === 2 && words[0] === "-c" ? said_by(words[1]!) : null;
	case "true":
	case "sleep":
	case "sync":
		return NOTHING;
	case "set":
		return words.every((w) => /^[-+]\w+$/.test(w)) ? NOTHING
			: null;
	case "cd":
	case "pushd":
	case "popd":
	case "export":
		return words.length <= 1 ? NOTHING : null;
	case "echo":
		return words.length === 0
			? NOTHING : /^(?:[\w ]{0,20}[=:]? ?)?\$\?$/.test(words.join(" "))
			? { kind: "prose", facts: [], output: exit_code }
			: words.some((w) => /^[-+]|[$`]|^(?:0x)?[0-9a-f.]+$/i.test(w)) ? null
				: { kind: "prose", facts: [], output: () => [],
					says: words.join(" ") };
	case "modprobe":
		return words.some((w) => /^(?:-\w*r|--remove)/.test(w)) ? null : NOTHING;
	case "dmesg":
	case "lszdev":
		return NOTHING;
	default:
		return acts(tool, words);
	}
}

/** The pattern of a filter that only lets the driver's rows through. */
const OF_DRIVER =
	/^(?:[ef]?grep|awk|sed(?= -n .*p$)) (?:-\w+ )*\/?(?:vfio_ap|vfio|in use|assigned)\$?\/?p?(?:$| ?\{)/;
/** ... and of one that only takes away rows of which none is a queue */
const OF_CARDS_ONLY = /^e?grep (?:-\w+ )*(?:card|CARD|--\S*|cex\w*)$/;

/** Behind a pipe: what does not change what is shown, or shows some of it. */
function piped(s: said | null, behind: readonly command[]): said | null {
	const [first, ...more] = behind;

	if (s === null || first === undefined)
		return s;
	if (s.output === undefined || first.to !== null)
		return null;
	const [name = "", ...words] = first.words;
	const text = first.words.join(" ");
	const counts = name === "wc" ? text === "wc -l"
		: /^e?grep$/.test(name) && words.some((w) => /^-\w*c/.test(w));
	const { output } = s;
	const rows = crypt_rows === output;
	const made: said | null = counts ? { ...s, output: (lines) => count_of(lines, output) }
		: SHOWS_ALL.has(name) || OF_DRIVER.test(text) && rows ||
			name === "tr" && /^tr (?:-d )?\\n ?\S? ?$/.test(text) ||
			FIRST_COLUMN.test(text) || /^e?grep$/.test(name) && keeps_queues(first) ||
			OF_CARDS_ONLY.test(text) && words.some((w) => /^-\w*v/.test(w)) &&
				!words.some((w) => /^-\w*i/.test(w)) &&
			rows ||
			OF_COLUMNS.test(text) && rows
			? s
			: SHOWS_SOME.has(name) && !words.some((w) => /^-\w*v/.test(w) ||
				name === "awk" && !/^\/?[\w.]+\/?(?: ?\{print \$1\})?$/.test(w))
				? { ...s, output: (lines) => some_or_none(lines, output,
					name.endsWith("grep") && words.length === 1
						? words[0]! : null) }
				: null;

	return made !== null && rows && OF_DRIVER.test(text)
		? piped({ ...made, output: of_driver }, more) : piped(made, more);
}

const EVERY_NAME =
	/^(?:0|\.|\\.|\[\.\]|\^?\[0-9(?:a-f)?\]|\[(?:0-9|\[:x?digit:\])\]|(?:\[0-9a-f\]){0,2}\\?\.(?:\[0-9a-f\]){0,4}|\^l|<?attr)$/;

/** grep for what every queue's name has, or without what none has */
function keeps_queues({ words }: command): boolean {
	const patterns = words.slice(1).filter((w) => !w.startsWith("-"));

	return words.some((w) => /^-\w*v/.test(w))
		? !patterns.some((w) => /[\d.^$*[]|cex|vfio/.test(w))
		: patterns.every((w) => EVERY_NAME.test(w));
}

/** Rows, or what is left of them: all are the driver's. */
function of_driver(lines: string[]): fact[] {
	const queues = queue_lines(lines);

	return lines.every((l) => l.trim().split(/\s+/).length > 1) ? crypt_rows(lines)
		: queues.length === 0 ? NOT_KNOWN : [{ fact: "bound", queues }];
}

const SHOWS_ALL =
	new Set(["sort", "cat", "tee", "column", "less", "more", "xargs", "nl", "uniq", "tac",
	"paste"]);
/** the first and the last of lszcrypt's, which is the driver */
const OF_COLUMNS = /^awk \{ ?print \$1 ?,? ?(?:" " ?)?\$NF;? ?\}$/;
const FIRST_COLUMN = /^cut (?=.*-f ?1\b)/;
const SHOWS_SOME = new Set(["grep", "egrep", "head", "tail", "awk"]);

/** What echo and printf print, if it is one thing. */
function printed(tool: string | null, words: string[]): string | null {
	const values = (tool === "echo" || tool === "printf" ?
		words.slice(1).filter((w) => !/^(?:-[neE]+|%s(?:\\n)?)$/.test(w)) : words)
		.map((w) => w.replace(SUM, (_whole, n: string) => String(Number(n))));

	if (tool === "printf" && values.length === 2)
		return formatted(values[0]!, values[1]!);
	return tool === "echo" && values.join("") === "" && values.length < 2 ? "\n"
		: values.length === 1 ? values[0]!.replace(/\\n$/, "") : null;
}

/** "$((0x1b))" */
const SUM = /\$\(\(\s*(0x[0-9a-f]+|[1-9]\d*|0)\s*\)\)/gi;

/** "0x%02x\n" of a number */
function formatted(format: string, value: string): string | null {
	const [, before, width, how, behind] =
		/^([^%]*)%(0?\d?)([dxs])([^%]*)$/.exec(format.replace(/\\n$/, "")) ?? [];
	const number = Number(value);

	if (how === undefined || how !== "s" && !Number.isInteger(number))
		return null;
	const text = how === "s" ? value : number.toString(how === "d" ? 10 : 16)
		.padStart(Number(width), width!.startsWith("0") ? "0" : " ");
	return `${before!}${text}${behind!}`;
}

const PRINTS = new Set(["echo", "printf", "cat", "ls", "grep", "head", "tail", "lszdev"]);

/** What a command does whose output went to a file. */
function without_output(s: said | null): said | null {
	return s === null || s.output === undefined ? s : { kind: s.kind, facts: s.facts };
}

/** What tee writes it says as well. */
function says_nothing(): [] {
	return [];
}

/** What several commands printed that nothing stands between: whose line is whose nobody knows. */
function printed_by(all: readonly said[], lines: string[]): fact[] {
	const [one = [], ...more] = all.map((s) => s.output!(lines));

	return lines.length === 0 ||
		more.every((it) => JSON.stringify(it) === JSON.stringify(one)) ? one : NOT_KNOWN;
}

/** What something returns that is no operation is not what the last operation did. */
function of_no_operation(s: said): said {
	return s.output !== exit_code ? s : { ...s, output: (lines) =>
		exit_code(lines).some((f) => f.fact === "rc" && f.rc === "ok") ? [] : NOT_KNOWN };
}

/** What the commands of a line say, one behind the other; what echo says stands between. */
function together(all: readonly said[]): said {
	const read = all.length === 1 || all.some((s) => s.kind === "operation") ? all
		: all.map(of_no_operation);
	const printing = read.filter((s) => s.output !== undefined && s.output !== says_nothing);
	const output = (lines: string[]): fact[] => {
		const facts: fact[] = [];
		let from = 0, rest = lines;

		if (printing.every(({ says }) => says !== undefined))
			return [];

		for (const [i, { says }] of printing.entries()) {
			const at = says === undefined ? -1 : rest.indexOf(says);

			if (says === undefined)
				continue;
			if (at < 0)
				return NOT_KNOWN;
			facts.push(...printed_by(printing.slice(from, i), rest.slice(0, at)));
			[from, rest] = [i + 1, rest.slice(at + 1)];
		}
		return [...facts, ...printed_by(printing.slice(from), rest)];
	};

	return {
		kind: read.some((r) => r.kind === "operation") ? "operation"
			: read.find((r) => r.kind !== "prose")?.kind ?? "prose",
		facts: read.flatMap((r) => r.facts),
		...read.every((r) => r.output === undefined) ? {} : { output },
	};
}

/** "... || echo failed": it says so, or it has worked */
function or_says(s: said, failed: string): said {
	const output = (lines: string[]): fact[] =>
		lines.length !== 1 || lines[0] !== failed ? s.output?.(lines) ?? []
			: s.kind === "operation" ? [{ fact: "rc", rc: "error" }]
			: s.output?.([]) ?? [];

	return { ...s, output };
}

/** OTHER_TYPE - the directory of a type of mdevs that another driver has */
export const OTHER_TYPE =
	/(?:^|\/)(?!vfio_ap-passthrough\/)[a-z]\w*-[\w-]+\/(?:create$|devices\/)/i;

/** A file that no driver has. */
const OTHER_FILE =
	/^(?:\/(?:tmp|var\/tmp|mnt|media|dev\/shm)\/|~\/)|\.(?:txt|log|xml|json)$/;

function written(to: string, value: string | null): said | null {
	if (to.endsWith("/create") || to === "create")
		return operation(["create", "m0"], value);
	return value === null ? null : store(value, to);
}

/**
 * What a command writes to a file of sysfs, or starts; @otherwise: what it says where it does
 * neither, its tool and the words behind it
 */
function read_act({ words, to, behind }: command,
	otherwise: (tool: string, words: string[]) => said | null): said | null {
	const [first, ...rest] = words;
	const tool = tool_of(first ?? "");

	if (to !== null && OTHER_TYPE.test(to))
		return null;
	if (to !== null && to !== "/dev/null") {
		const made = behind.some((c) => c.words[0] !== "tee") ? null
			: written(to, first === "uuidgen" ? null : printed(tool, words));

		/* tee says what it has written */
		return made === null || behind.length === 0
			? made : { ...made, output: says_nothing };
	}
	if (first === "-device" || first?.startsWith("vfio-ap,"))
		return qemu(words);
	return tool === null ? null : otherwise(tool, rest);
}

function read_command(c: command): said | null {
	const made = c.meanwhile === true && /^(?:ba)?sh$/.test(c.words[0]!) ? null
		: read_simple(c);
	const s = made !== null && c.meanwhile === true ? begun(made) : made;

	return s === null || c.failed === null ? s : or_says(s, c.failed);
}

/** What is begun and not waited for: nobody has seen its result; a removal may go on for long. */
function begun(s: said): said | null {
	return s.facts.some((f) => f.fact === "op" && f.op[0] === "destroy") ? null
		: { ...s, facts: s.facts.map((f) => f.fact === "op" ? { ...f, rc: null } : f) };
}

function read_simple(c: command): said | null {
	const [first, ...rest] = c.words;

	if (c.to === null || !OTHER_FILE.test(c.to))
		return read_act(c, (tool, words) => piped(run_tool(tool, words), c.behind));
	const tool = tool_of(first ?? "");

	return without_output(tool === null ? NOTHING : run_tool(tool, rest) ??
		(PRINTS.has(tool) ? NOTHING : null));
}

/** act_of - what a command does that somebody types; null if it is none, or shows something */
export function act_of(text: string): said | null {
	const line = text.replace(PROMPT, "");
	const typed = OF_SHELL.exec(line)?.[2] ?? line;
	const [c, ...more] = commands_of(typed.split(" #")[0]!) ?? [];

	return c === undefined || more.length > 0 ? null : read_act(c, acts);
}

/** typed_lines - lines that are read, one of each kind; a test tries them */
export const typed_lines: readonly string[] = [
	"root@host:~# echo 0x5 > /sys/devices/vfio_ap/matrix/$UUID/assign_adapter",
	"echo 4 > assign_domain; echo 0x47 > assign_domain && echo 5 > assign_adapter",
	"5 > assign_adapter",
	"echo 04.0047 > /sys/bus/ap/drivers/vfio_ap/unbind", "echo -5,-6 > /sys/bus/ap/apmask",
	"for d in 4 0x47; do echo $d | sudo tee assign_domain; done", "tee assign_domain <<< 0x47",
	"cat guest_matrix", "cat guest_matrix | grep ^04", "cat /sys/bus/ap/devices/04.0047/status",
	"ls /sys/bus/ap/drivers/vfio_ap", "ls /sys/bus/ap/drivers/cex4queue",
	"cat /sys/bus/ap/apmask",
	"lszcrypt -V", "chzcrypt --config-off 04", "chzdev ap apmask=-5", "mdevctl start -u $UUID",
	"mdevctl modify -u $UUID --addattr=assign_adapter --value=5",
	"mdevctl modify -u $UUID --delattr --index=0", "mdevctl stop -u $UUID",
	"virsh start guest", "virsh detach-device guest hostdev.xml",
	"qemu-system-s390x -device vfio-ap,sysfsdev=/sys/devices/vfio_ap/matrix/$UUID",
	"bash: echo: write error: Device or resource busy",
	"OSError: [Errno 99] Cannot assign requested address",
];

const LOOKS_TYPED = /* @__PURE__ */
	new RegExp(`^(?:sudo )?(?:${TOOLS.join("|")}|qemu\\S*|md[a-z]{2,8}tl|-device|\\S+ >>? ?\\S*[a-z_]$)`, "i");

/** "grep finds nothing in it": a sentence about a tool, and nothing that is typed */
const SAYS_OF_TOOL =
	/^[a-z_]+ (?:(?:then|now|still|only|also|just|again|output) )*(?:says|finds|returns|reports|shows|lists|prints|gives|tells|claims|fails|works|do(?:es)?(?:n't)?|is|was|has|stops|starts|removes|takes|until) \S/i;
const OF_SHELL = /^(?:sudo )?(?:ba|da|k|z)?sh -c (["'])((?:(?!\1).)+)\1$/;
/** a loop over what a directory has */
const EACH =
	/^for (\w+) in (?=\S*drivers\/\S)(\S+); do (?:basename|echo) ["']?\$(?:\1\b|\{\1\b[^}]*\})["']?; done$/;
const LINK = /^basename ["']?(?:\$\(|`)(readlink (?:-\w+ )?[^()`]+)[)`]["']?$/;
const OF_PYTHON =
	/^(?:sudo )?python3? -c (["'])\s*open\((["'])([^"']+)\2, ?(["'])[wa]b?\4\)\.write\(b?(["'])([^"'\\]+)(?:\\n)?\5\)\s*\1$/;

/** What is done in a directory of its own is done nowhere else. */
function without_cd(text: string | undefined): string | undefined {
	return text === undefined || /(?:^|[;&|] ?)(?:cd|pushd)\b/.test(text) ? undefined : text;
}

/** "{ echo 5 > assign_adapter; } 2>&1", "(echo 5 > assign_adapter) || exit 1" */
const GROUP =
	/^(?:\{ ([^{}()]{1,200}?);? \}|\((?!\()([^{}()]{1,200}?);? ?\))(?: 2>&1| (?:&&|\|\|) (?:true|exit(?: \d)?))?$/;

/** "seq 4 6 | xargs -I{} sh -c 'echo {} > assign_domain'" */
const EACH_NUMBER =
	/^seq (\d{1,3}) (\d{1,3}) \| (?:sudo )?xargs (?:-n ?1 )?-I ?(\{\}|%|@) (?:sudo )?(?:ba)?sh -c (["'])([^"']{1,120})\4$/;

function each_number(text: string): string {
	const [, from, to, mark, , run] = EACH_NUMBER.exec(text) ?? [];

	return from === undefined ? text
		: spread(`for n in $(seq ${from} ${to}); do ${run!.replaceAll(mark!, "$n")}; done`);
}

/** "(cd .../drivers/vfio_ap && ls -d *.*)" */
const LISTED_THERE = /^\(cd (\S{1,120}) ?(?:&&|;) ?ls(?: -\w{1,4})* ?([\w.*?[\]-]{0,20})\)$/;
/** "if ! echo 5 > assign_adapter; then echo failed; fi" */
const IF_FAILED = /^if ! ([^;]{1,160}); then (echo [^;|&]{1,60}|exit(?: \d)?|true); fi$/;

/** "sh -c '...'" as what it runs, a script of Python as what it writes */
function inside(text: string): string {
	const [, , , file, , , value] = OF_PYTHON.exec(text) ?? [];
	const [, braced, grouped] = GROUP.exec(text) ?? [];
	const [, dir, names] = LISTED_THERE.exec(text) ?? [];
	if (dir !== undefined)
		return `ls ${dir}/${names!}`;
	const [, tried, failed] = IF_FAILED.exec(text) ?? [];
	if (tried !== undefined)
		return `${tried} || ${failed!}`;
	return file === undefined ? OF_SHELL.exec(text)?.[2] ?? LINK.exec(text)?.[1] ??
		braced ?? without_cd(grouped) ?? each_number(text.replace(EACH, "ls $2"))
		: `echo ${value} > ${file}`;
}

/** what no guest has, whatever the machine is called */
const OF_HOST =
	/^(?:sudo )?(?:virsh|mdevctl|qemu\S*|chzdev|exit|logout)\b|guest_matrix|assign_|\/(?:un)?bind\b|\bmdev\b|\/vfio_ap\/matrix|\$\{?uuid/i;
/** what shows the queues that there are, or those of a card */
const LISTS =
	/^(?:sudo )?(?:lszcrypt\b|ls(?: -\S+)* \/sys\/(?:bus\/ap\/(?:devices|drivers\/cex\dqueue)|devices\/ap\/card([0-9a-f]{2}))\/?(?=$| ?\|))/;
/** what the host and a guest both have */
const OF_BOTH = /\ba[pq]mask\b|\/bus\/ap|\/devices\/ap|\bdrivers\/|^(?:sudo )?chz/;

/** only_host_has - whether a command is about what a guest does not have */
export function only_host_has(text: string): boolean {
	return OF_HOST.test(text.replace(PROMPT, ""));
}

/** concerns_queues - whether a command is about the host's or a guest's queues */
export function concerns_queues(typed: string): boolean {
	return OF_HOST.test(typed) || OF_BOTH.test(typed) || LISTS.test(typed);
}

/** What is typed in a guest: lszcrypt shows its queues there, and the rest is of its own bus. */
function in_guest(typed: string, text: string): string {
	if (typed === text || !IN_GUEST.test(text) || OF_HOST.test(typed))
		return typed;
	return LISTS.test(typed) ? typed.replace(LISTS, (_whole, card?: string) =>
		`lszcrypt guest${card === undefined ? "" : ` ${card}`}`)
		: OF_BOTH.test(typed) ? `guest ${typed}` : typed;
}

/**
 * read_shell - the commands of a line
 * @text: as it stands, white space squeezed
 *
 * Return: what they state; null if the line is none that was typed, or one of them is not known.
 */
export const read_shell = /* @__PURE__ */ remembered((text): frame_match | null => {
	const bare = text.replace(PROMPT, "");
	const typed = in_guest(spread(inside(bare === text ? text : as_cat(bare))), text)
		.replace(/<(\w[\w-]{0,40})>/g,
		"$1");
	const error = QEMU_SAYS.test(typed) ? read_error(typed) : is_marked(typed)
		? result_told(typed)
		: LOOKS_TYPED.test(typed) && has_mark(typed) ? null : read_error(typed);

	if (error !== null && OF_READER.test(typed))
		return null;
	if (error !== null)
		return {
			name: "an error a shell prints", kind: "expectation", list: false,
			facts: () => [{ fact: "rc", rc: error }],
		};
	if (OF_MONITOR.test(text))
		return { name: TYPED, kind: "prose", list: true, facts: unless_more };
	if (is_other_error(typed) || QEMU_SAYS.test(typed))
		return { name: TYPED, kind: "expectation", list: false, facts: () => NOT_KNOWN };
	if (typed === text && SAYS_OF_TOOL.test(text))
		return null;
	if (text.length < 400 && is_chatter(typed))
		return { name: TYPED, kind: "prose", list: false, facts: () => [] };
	if (PROMPT.test(text) && only_shows(typed) &&
		!/^(?:sudo )?(?:(?:grep|head|tail|more|watch)\b|(?:diff|cmp|find|readlink|wc)\b.*(?:matrix|vfio_ap|\.[0-9a-f]{4}))/.test(typed))
		return { name: TYPED, kind: "prose", list: true,
			facts: /^(?:sudo )?udevadm /.test(typed) ? () => [] : unless_more };
	if (text.length > 400 || !LOOKS_TYPED.test(typed) && typed === text)
		return null;
	const told = with_told(typed);
	if (told !== undefined)
		return told;
	return matched(said_by(typed));
});

function said_by(typed: string): said | null {
	const list = commands_of(of_mdev(typed.replace(/,? (?:where|which|so that) .*$/s, "")
		.replace(/[.:]$/, "").replace(/ (?:shows|prints|says|gives|lists)$/, "")));
	const read = list?.map(read_command) ?? [];

	return read.length === 0 || read.some((r) => r === null) ? null : together(read as said[]);
}

function matched(s: said | null): frame_match | null {
	return s === null ? null : {
		name: TYPED, kind: s.kind, list: s.output !== undefined,
		facts: (lines) => [...s.facts, ...s.output?.(lines) ?? []],
	};
}

/**
 * A command, and what is said behind it of what comes of it.
 *
 * Return: null if that is not read; undefined if it is a command alone, or no command.
 */
function with_told(typed: string): frame_match | null | undefined {
	for (const { command, told, remark } of parted_in(typed)) {
		const s = said_by(command);
		const facts = s === null ? null : with_outcome(s, told);

		if (facts !== null)
			return { name: TYPED, kind: s!.kind, list: false, facts: () => facts };
		if (s !== null && remark)
			return is_remark(s, told) ? matched(s) : null;
	}
	return undefined;
}

/** "qemu-system-s390x: -device vfio-ap,...: Device or resource busy" is what it says of that */
const QEMU_SAYS = /^qemu\S*: /;
/** What could not be shown is no result of what was done before. */
const OF_READER = /^(?:cat|ls|grep|head|tail|find|diff|lszcrypt|readlink): (?!.*write error)/;
/** "echo 5 > assign_adapter of mdev 2", "... (mdev1)" */
function of_mdev(typed: string): string {
	const [, command, name] =
		/^(echo .*)(?<=> ?)(?=\w+ (?:of|for|in|to|on|\()(?: ?the)? ?mdev ?(\d)\)?$)/.exec(
			typed) ?? [];

	return name === undefined ? typed
		: `${command!}mdev${name}/${/^\w+/.exec(typed.slice(command!.length))![0]}`;
}

const ANY_COMMAND =
	/^(?:(?:if|then|else|elif|fi|while|until|case|esac|do|done)\b|: |(?:sudo )?(?:[a-z][\w.-]{1,30}|\.{0,2}\/[\w./-]+)(?:$| [-/$.\d]| \S*[/=$]))/;

/** is_typed - whether a line is a command behind a prompt, known or not */
export function is_typed(text: string): boolean {
	const typed = text.replace(PROMPT, "");

	return typed !== text && (/^\[?[\w.-]+@/.test(text) || LOOKS_TYPED.test(typed) ||
		ANY_COMMAND.test(typed) || only_shows(typed));
}
