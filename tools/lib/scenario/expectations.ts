// SPDX-License-Identifier: GPL-2.0-only
/*
 * The expectations of the notation, one row each. What is counted is counted over the operations
 * between this block of expectations and the block before it.
 */
import { did_you_mean, nearest } from "../cli/nearest.ts";
import {
	adapter_name, ascending, domain_name, parse_id, product, queue_ids,
} from "./ids.ts";
import { quote } from "./lexer.ts";
import type { expectation, mask_form } from "./model.ts";
import { print_result, parse_result } from "./result.ts";
import { words_of, type reader } from "./reader.ts";

/**
 * struct expectation_row - one expectation
 * @form, @brief: for people
 * @parse: the words behind the keyword
 * @print: the words of such an expectation, or null if this row does not print it
 */
interface expectation_row {
	form: string;
	brief: string;
	parse(r: reader): expectation;
	print(e: expectation): string[] | null;
}

function id_list(ids: readonly number[], name: (id: number) => string): string[] {
	return ids.length === 0 ? ["-"] : ids.map(name);
}

function queue_list(queues: readonly string[]): string[] {
	return queues.length === 0 ? ["-"] : [...queues];
}

const MASK_WORDS = ["adapters", "domains", "control"];
const FORM_WORDS = [...MASK_WORDS, "not", "has", "lacks"];

function parse_masks(r: reader): mask_form {
	let [apm, aqm, adm]: (number[] | null)[] = [null, null, null];

	for (let w = r.next(); w !== null; w = r.next()) {
		if (w.text === "adapters")
			apm = r.ids();
		else if (w.text === "domains")
			aqm = r.ids();
		else if (w.text === "control")
			adm = r.ids();
		else
			r.fail(`"${w.text}" is no mask${did_you_mean(w.text, MASK_WORDS)}`,
				"adapters 04 domains 0004 control -");
	}
	return { form: "masks", apm, aqm, adm };
}

/** "04 05 x 0004 0047, control 0004", as reports write it; null if no such comma stands there */
function parse_printed(r: reader): mask_form | null {
	const words = r.rest();
	const at = words.findIndex((w, i) =>
		w.text.endsWith(",") && words[i + 1]?.text === "control");

	if (at < 0)
		return null;
	const last = { ...words[at]!, text: words[at]!.text.slice(0, -1) };
	const queues = words_of(r, [...words.slice(0, at), last]).queues();
	const [apm, aqm] = ([0, 1] as const).map((n) =>
		ascending(queues.map((q) => queue_ids(q)[n])));
	const control = words_of(r, words.slice(at + 2));
	const adm = control.ids();

	control.end();
	if (queues.length === 0 || product(apm!, aqm!).join() !== queues.join())
		r.fail("control domains behind no product of adapters and domains",
			"adapters 04 05 domains 0004 control 0004");
	while (r.next() !== null)
		continue;
	return { form: "masks", apm: apm!, aqm: aqm!, adm };
}

function parse_mask_form(r: reader): mask_form {
	const first = r.peek();
	const printed = parse_printed(r);

	if (printed !== null)
		return printed;
	if (MASK_WORDS.includes(first))
		return parse_masks(r);
	if (nearest(first, FORM_WORDS) !== null && !FORM_WORDS.includes(first))
		r.fail(`"${first}" is no queue${did_you_mean(first, FORM_WORDS)}`,
			"04.0047 (adapter and domain in hexadecimal)");
	if (first !== "not" && first !== "has" && first !== "lacks")
		return { form: "queues", queues: r.queues() };
	r.next();
	return { form: first, queues: r.queues() };
}

function print_mask_form(is: mask_form): string[] {
	if (is.form === "queues")
		return queue_list(is.queues);
	if (is.form !== "masks")
		return [is.form, ...queue_list(is.queues)];
	return [
		...(is.apm === null ? [] : ["adapters", ...id_list(is.apm, adapter_name)]),
		...(is.aqm === null ? [] : ["domains", ...id_list(is.aqm, domain_name)]),
		...(is.adm === null ? [] : ["control", ...id_list(is.adm, domain_name)]),
	];
}

function masks_row(of: "guest" | "apcb" | "matrix", brief: string): expectation_row {
	return {
		form: `${of} m0 04.0004 04.0047`,
		brief: `${brief} (also: -, not QUEUES, has QUEUES, lacks QUEUES, ` +
			"adapters 04 domains 0004 control -)",
		parse: (r) => ({ what: "masks", of, mdev: r.mdev(), is: parse_mask_form(r) }),
		print: (e) => e.what === "masks" && e.of === of ? [e.mdev, ...print_mask_form(e.is)]
			: null,
	};
}

function parse_count(r: reader): number {
	const w = r.word("how many");

	if (!/^[0-9]+$/.test(w.text))
		r.fail(`"${w.text}" is no number`, "0, 1, 2 and so on");
	r.end();
	return Number(w.text);
}

function instructions_row(
	which: "zapq" | "aqic" | "tapq" | "nqap", brief: string,
): expectation_row {
	return {
		form: `${which} 04.0004 04.0047`, brief,
		parse: (r) => ({ what: "instructions", which, queues: r.queues() }),
		print: (e) => e.what === "instructions" && e.which === which ? queue_list(e.queues)
			: null,
	};
}

function held_row(which: "pins" | "gisc", brief: string): expectation_row {
	return {
		form: `${which} m0 1`, brief,
		parse: (r) => ({ what: "held", which, mdev: r.mdev(), count: parse_count(r) }),
		print: (e) => e.what === "held" && e.which === which ? [e.mdev, String(e.count)]
			: null,
	};
}

function bindings_row(bound: boolean, brief: string): expectation_row {
	return {
		form: `${bound ? "is_bound" : "not_bound"} 04.0047`, brief,
		parse: (r) => ({ what: "bindings", bound, queues: r.queues() }),
		print: (e) => e.what === "bindings" && e.bound === bound ? queue_list(e.queues)
			: null,
	};
}

function parse_unchanged(r: reader): expectation {
	const mdev = r.mdev();

	if (r.peek() === "" && r.rest().length === 0)
		return { what: "unchanged", mdev };
	const ops = parse_count(r);
	if (ops === 0)
		r.fail("unchanged by 0 operations says nothing", "1, 2 and so on");
	return { what: "unchanged", mdev, ops };
}

function parse_unit(r: reader): { mdev: string; unit: "adapter" | "domain"; id: number } {
	const mdev = r.mdev();
	const unit = r.word("adapter or domain").text;

	if (unit !== "adapter" && unit !== "domain")
		r.fail(`"${unit}" is no part of a guest's matrix`, "adapter 05 or domain 0054");
	const w = r.word("which, as in 05");
	const id = parse_id(w.text);
	if (id === null)
		r.fail(`"${w.text}" is no id`, "a hexadecimal number up to ff");
	return { mdev, unit, id };
}

function parse_filtered(r: reader): expectation {
	const { mdev, unit, id } = parse_unit(r);

	if (r.peek() === "because") {
		r.next();
		return { what: "filtered", mdev, unit, id, because: r.queues() };
	}
	r.end();
	return { what: "filtered", mdev, unit, id, because: [] };
}

function parse_plugged(r: reader): expectation {
	const { mdev, unit, id } = parse_unit(r);

	r.end();
	return { what: "plugged", mdev, unit, id };
}

function print_filtered(e: expectation): string[] | null {
	if (e.what !== "filtered")
		return null;
	const id = e.unit === "adapter" ? adapter_name(e.id) : domain_name(e.id);
	return [e.mdev, e.unit, id, ...(e.because.length === 0 ? [] : ["because", ...e.because])];
}

function parse_eventfd(r: reader): expectation {
	const mdev = r.mdev();
	const which = r.word("cfg or req").text;

	if (which !== "cfg" && which !== "req")
		r.fail(`"${which}" is no eventfd`, "cfg or req");
	return { what: "eventfd", mdev, which, count: parse_count(r) };
}

function parse_rc(r: reader): expectation {
	const rc = parse_result(r);

	if (rc === null)
		r.fail("... expects nothing", "a number, -EBUSY, ok, error, hang or fault");
	return { what: "rc", rc };
}

/** expectations - every expectation by its keyword, in the reference card's order */
export const expectations: ReadonlyMap<string, expectation_row> = new Map<string, expectation_row>([
	["guest", masks_row("guest", "the queues the guest should have: the driver's shadow_apcb")],
	["apcb", masks_row("apcb", "the queues the guest really has: its CRYCB")],
	["matrix", masks_row("matrix", "the queues assigned to the mdev")],
	["unchanged", {
		form: "unchanged m0",
		brief: "shadow_apcb is what it was at the last block of expectations, if there was " +
			"none before the last operation; unchanged m0 2 before the last two",
		parse: parse_unchanged,
		print: (e) => e.what !== "unchanged" ? null
			: [e.mdev, ...e.ops === undefined ? [] : [String(e.ops)]],
	}],
	["filtered", {
		form: "filtered m0 adapter 05 because 05.0054",
		brief: "an assigned adapter or domain is not in the guest, for want of these queues",
		parse: parse_filtered, print: print_filtered,
	}],
	["plugged", {
		form: "plugged m0 adapter 05",
		brief: "an adapter or domain is in the guest",
		parse: parse_plugged,
		print: (e) => e.what === "plugged" ? [e.mdev, e.unit,
			e.unit === "adapter" ? adapter_name(e.id) : domain_name(e.id)] : null,
	}],
	["rc", {
		form: "rc -EADDRINUSE",
		brief: "what the last operation returned (where it differs by driver)",
		parse: parse_rc,
		print: (e) => e.what === "rc" ? [print_result(e.rc)] : null,
	}],
	["out", {
		form: 'out "04.0004\\n"',
		brief: "what the last operation gave: an attribute's text, or GR1 after pqap",
		parse: (r) => {
			const { text } = r.word("the text");

			r.end();
			return { what: "out", text };
		},
		print: (e) => e.what === "out" ? [quote(e.text)] : null,
	}],
	["updates", {
		form: "updates m0 1",
		brief: "how often the guest's masks were set, behind its start if steps follow that",
		parse: (r) => ({ what: "updates", mdev: r.mdev(), count: parse_count(r) }),
		print: (e) => e.what === "updates" ? [e.mdev, String(e.count)] : null,
	}],
	["zapq", instructions_row("zapq", "the queues a reset was issued to, in order (or -)")],
	["aqic", instructions_row("aqic", "the queues an AQIC was issued to, in order (or -)")],
	["tapq", instructions_row("tapq",
		"the queues that were asked what they are, in order (or -)")],
	["nqap", instructions_row("nqap", "the queues that took a request, in order (or -)")],
	["status", {
		form: 'status 04.0004 "in use"',
		brief: "the queue device's status attribute, without its newline",
		parse: (r) => {
			const queue = r.queue();
			const { text } = r.word('the text, as in "in use"');

			r.end();
			return { what: "status", queue, text };
		},
		print: (e) => e.what === "status" ? [e.queue, quote(e.text)] : null,
	}],
	["is_bound", bindings_row(true, "these queues are bound to vfio_ap")],
	["not_bound", bindings_row(false, "these queues are not bound to vfio_ap")],
	["all_bound", {
		form: "all_bound m0",
		brief: "every queue assigned to the mdev is bound",
		parse: (r) => ({ what: "all_bound", mdev: r.only_mdev() }),
		print: (e) => e.what === "all_bound" ? [e.mdev] : null,
	}],
	["linked", {
		form: "linked m0 04.0004",
		brief: "the queues linked to the mdev: bound and assigned",
		parse: (r) => ({ what: "linked", mdev: r.mdev(), queues: r.queues() }),
		print: (e) => e.what === "linked" ? [e.mdev, ...queue_list(e.queues)] : null,
	}],
	["eventfd", {
		form: "eventfd m0 cfg 1",
		brief: "how often the mdev's config-change (cfg) or request (req) eventfd was signalled",
		parse: parse_eventfd,
		print: (e) => e.what === "eventfd" ? [e.mdev, e.which, String(e.count)] : null,
	}],
	["pins", held_row("pins", "guest pages pinned by now and not unpinned")],
	["gisc", held_row("gisc", "guest interruption subclasses registered by now")],
	["warn", {
		form: "warn 0",
		brief: "how many WARNs fired",
		parse: (r) => ({ what: "warn", count: parse_count(r) }),
		print: (e) => e.what === "warn" ? [String(e.count)] : null,
	}],
	["log", {
		form: 'log "already assigned to m0"',
		brief: "a line of the kernel log has this text in it; mdevs by their names here",
		parse: (r) => {
			const { text } = r.word("the text");

			r.end();
			return { what: "log", text };
		},
		print: (e) => e.what === "log" ? [quote(e.text)] : null,
	}],
	["locks", {
		form: "locks ... kNULL+ ...",
		brief: "the locks of the last operation, as a trace writes them; ... is any run of them",
		parse: (r) => {
			const tokens: string[] = [];

			for (let w = r.next(); w !== null; w = r.next())
				tokens.push(w.text);
			if (tokens.length === 0)
				r.fail("no locks", "locks g+ m+ m- g-");
			return { what: "locks", tokens };
		},
		print: (e) => e.what === "locks" ? e.tokens : null,
	}],
]);

/* Keywords of scenarios that were written before they got the list's words. */
const FORMER: ReadonlyMap<string, string> = new Map([["withheld", "filtered"]]);

function row_of(word: string): expectation_row | undefined {
	return expectations.get(FORMER.get(word) ?? word);
}

/** begins_expectation - whether a word is an expectation's keyword, today's or a former one */
export function begins_expectation(word: string): boolean {
	return row_of(word) !== undefined;
}

/**
 * parse_expectation - an expectation's words
 *
 * Return: the expectation, or null (with nothing read) if the first word begins none.
 */
export function parse_expectation(r: reader): expectation | null {
	const row = row_of(r.peek());

	if (row === undefined)
		return null;
	r.next();
	return row.parse(r);
}

/**
 * print_expectation - an expectation as words of the notation
 */
export function print_expectation(e: expectation): string {
	for (const [keyword, row] of expectations) {
		const words = row.print(e);

		if (words !== null)
			return [keyword, ...words].join(" ");
	}
	throw new Error(`no row prints ${JSON.stringify(e)}`);
}
