// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where something is typed: on the host, in a guest of it, or on a machine of which nobody knows
 * what it has. What is typed in a guest gets a guest's prompt, what is sent to the host alone is
 * as if it was typed there, and what is sent anywhere else stays as it is, which nobody reads.
 */
import type { mail_line } from "../message/message.ts";
import { PROMPT } from "../typed/prompt.ts";
import { concerns_queues, only_host_has } from "../typed/shell.ts";

const NOTHING = "$ true";
/** in front of what is typed as a step */
const NUMBER = /^\s*(?:\(?\d{1,3}[.)] )?/;
/** of ssh: options whose value is a word of its own */
const VALUED = new Set(["-l", "-p", "-i", "-o", "-F", "-J"]);
/** "lszcrypt (in the guest)" */
const BESIDE =
	/ (?:# ?)?[([](?:(?:in|inside|on|from|within) )?(?:(?:the|a|my) )?(guest|vm|host|lpar|hypervisor)[)\]]:?$/i;
/** what is sent to another machine, and no sentence */
const SENT =
	/^["']|^(?:sudo )?(?:lszcrypt|cat|echo|ls|tee|virsh|mdevctl|chzcrypt|chzdev|cd|sh|bash)\b/;
const QUOTES = /^(["'])(.*)\1$/;
/** virsh may speak to the libvirt of another machine */
const URL_OF = /^["']?\w+\+\w+:\/\/([^/]+)/;
const CONSOLE = /^(?:sudo )?virsh (?:(?:\S+ )?console \S|start .*--console\b)/;
const OF_DOMAIN =
	new Set(["start", "console", "create", "reboot", "shutdown", "destroy"]);
/** libvirt's own network has nothing but guests */
const NAMED_GUEST = /guest|vm|^192\.168\.122\./i;
const LEAVES = /^(?:exit|logout|\^\]|Connection to \S+ closed\.?)$/i;
const MOVES =
	/\bssh\b|\bconsole\b|\+\w+:\/\/|[([](?:[a-z]+ ){0,2}(?:guest|vm|host|lpar|hypervisor)[)\]]:?$/i;
const NAME = /^\[?(?:[\w.-]+@)([\w-]+)|^([\w-]+):[~/]/;

/** struct line - what is typed on a line, and the prompt in front of it, "" without one */
interface line {
	number: string;
	prompt: string;
	typed: string;
}

function parts_of(l: mail_line): line {
	const number = NUMBER.exec(l.text)![0];
	const text = l.text.slice(number.length).trim();
	const prompt = PROMPT.exec(text)?.[0].trim() ?? "";

	return { number, prompt, typed: text.replace(PROMPT, "") };
}

/** The machine that a prompt names, if it names one. */
function machine_of(prompt: string): string | null {
	const m = NAME.exec(prompt);

	return m?.[1] ?? m?.[2] ?? null;
}

/** struct order - a command for a machine, "" where somebody only goes there */
interface order {
	to: string;
	what: string;
}

function without_user(name: string): string {
	return name.slice(name.lastIndexOf("@") + 1);
}

function by_ssh(words: readonly string[]): order | null {
	const at = words.findIndex((w, i) => i > 0 && !w.startsWith("-") &&
		!VALUED.has(words[i - 1]!));

	return at < 0 ? null : {
		to: without_user(words[at]!),
		what: words.slice(at + 1).join(" ").replace(QUOTES, "$2"),
	};
}

function by_virsh(words: readonly string[]): order | null {
	const at = words.findIndex((w) => URL_OF.test(w.replace(/^--connect=/, "")));
	const machine = URL_OF.exec(words[at]?.replace(/^--connect=/, "") ?? "")?.[1];

	return machine === undefined ? null : {
		to: without_user(machine), what: `virsh ${words.slice(at + 1).join(" ")}`,
	};
}

/** What is for a machine that is named. */
function sent(typed: string): order | null {
	const words = typed.replace(/^sudo /, "").split(" ");

	return words[0] === "ssh" ? by_ssh(words) : words[0] === "virsh" ? by_virsh(words) : null;
}

/** The guest that libvirt starts, stops or shows. */
function domain_of(typed: string): string[] {
	const words = typed.split(" ");

	return words.includes("virsh") && OF_DOMAIN.has(words.at(-2)!) ? [words.at(-1)!] : [];
}

/** struct session - @guests: the names of guests; @host: the only machine that is not one */
interface session {
	guests: Set<string>;
	host: string | null;
}

function is_guest({ guests }: session, name: string): boolean {
	return NAMED_GUEST.test(name) || guests.has(name);
}

/** Whether something is typed here that is the host's, and not sent there. */
function is_local(l: line, host: string): boolean {
	const machine = machine_of(l.prompt);

	return sent(l.typed) === null && machine !== host && only_host_has(l.typed) &&
		(machine !== null || l.prompt !== "" || SENT.test(l.typed));
}

function session_of(lines: readonly line[]): session {
	const s: session = {
		guests: new Set(lines.flatMap((l) => domain_of(l.typed))), host: null,
	};
	const hosts = new Set(lines.flatMap((l) => {
		const it = sent(l.typed);

		return it === null || it.what === "" || is_guest(s, it.to) ? [] : [it.to];
	}));
	const [host = ""] = hosts;

	s.host = hosts.size !== 1 || lines.some((l) => is_local(l, host)) ? null : host;
	return s;
}

/**
 * struct away - somebody is in a guest
 * @from: the prompt before that
 * @there: the guest's, null before it is seen
 * @quiet: the lines in front of this one are what the guest prints until it asks
 */
interface away {
	from: string;
	there: string | null;
	quiet: number;
}

/** Whether somebody who was in a guest is back when this is typed. */
function is_back(a: away, { prompt, typed }: line): boolean {
	return prompt !== "" && (only_host_has(typed) ||
		a.there !== null && a.there !== a.from && prompt === a.from);
}

/** a guest boots with many lines */
const MAX_BOOT = 300;

/** Where a guest's prompt stands behind a line, before anything else is typed; 0 if nowhere. */
function prompt_behind(all: readonly line[], at: number): number {
	const next = all.slice(at + 1, at + MAX_BOOT).findIndex((l) => l.prompt !== "");
	const prompt = all[at + 1 + next]?.prompt ?? "";

	return next < 0 || prompt === all[at]!.prompt || machine_of(prompt) === null ? 0
		: at + 1 + next;
}

/** Where a line leads to, if anywhere. */
function goes_to(s: session, l: line, all: readonly line[], at: number): away | null {
	const it = sent(l.typed);
	const asked = l.prompt !== "" && it !== null && it.what === "" && is_guest(s, it.to);

	return asked || CONSOLE.test(l.typed)
		? { from: l.prompt, there: null, quiet: prompt_behind(all, at) } : null;
}

/** What is sent to a machine, as it is typed where it is meant for. */
function as_typed(s: session, l: line, begun: boolean): string | null {
	const it = sent(l.typed);
	const beside = SENT.test(l.typed) ? BESIDE.exec(l.typed) : null;

	if (beside !== null)
		return `${/guest|vm/i.test(beside[1]!) ? "guest#" : "$"} ` +
			l.typed.slice(0, beside.index).trim();
	if (it === null || l.prompt === "" && !SENT.test(it.what))
		return null;
	if (it.what === "") /* the first thing that is done, or nobody knows where that is */
		return is_guest(s, it.to) || !begun ? NOTHING : null;
	if (is_guest(s, it.to))
		return `guest# ${it.what}`;
	return it.to === s.host ? `$ ${it.what}` : null;
}

/**
 * with_machines - lines of one depth, each as it is typed on the host or in a guest
 */
export function with_machines(lines: readonly mail_line[]): readonly mail_line[] {
	if (!lines.some((l) => l.text.length < 400 && MOVES.test(l.text)))
		return lines;
	const all = lines.map(parts_of);
	const s = session_of(all);
	let a: away | null = null;
	let begun = false;

	return lines.map((given, i) => {
		const l = all[i]!;
		const to = (text: string): mail_line => ({ ...given, text: `${l.number}${text}` });

		if (a !== null && LEAVES.test(l.typed)) {
			a = null;
			return to(NOTHING);
		}
		if (a !== null && is_back(a, l))
			a = null;
		if (a !== null && i < a.quiet)
			return to(NOTHING);
		if (a !== null && l.prompt !== "") {
			a.there ??= l.prompt;
			return to(`guest# ${l.typed}`);
		}
		a = goes_to(s, l, all, i) ?? a;
		const text = as_typed(s, l, begun);
		begun ||= concerns_queues(l.typed);
		return text === null ? given : to(text);
	});
}
