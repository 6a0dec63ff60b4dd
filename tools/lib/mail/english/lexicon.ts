// SPDX-License-Identifier: GPL-2.0-only
/*
 * The words that people use of adapters, queues and guests, by what they mean here. Verbs stand in
 * their plain form; a verb that is not regular has its forms behind slashes.
 */

/**
 * What may be done or be so. "put" and "take" say where from the container that is named; "plug",
 * "filter" and the like are about a guest unless another container is named.
 */
const VERBS: Readonly<Record<string, string>> = {
	assign: "assign reassign re-assign",
	unassign: "unassign deassign un-assign",
	bind: "bind/binds/binding rebind/rebinds/rebinding re-bind/re-binds/re-binding",
	bound: "bound/owned/rebound/reserved/claimed",
	unbind: "unbind/unbinds/unbinding/unbound un-bind/un-binds/un-binding/un-bound",
	attach: "attach re-attach reattach",
	detach: "detach",
	put: "add insert join extend enlarge give/gives/giving/gave/given hand supply " +
		"provide offer place put/puts/putting append include connect dedicate move " +
		"go/goes/going/went come/comes/coming/came",
	take: "remove drop delete withdraw/withdraws/withdrawing/withdrew/withdrawn pull revoke strip eject " +
		"take/takes/taking/took/taken lift clear deprive disconnect " +
		"leave/leaves/leaving",
	plug: "plug hotplug passthrough passed_through expose grant",
	unplug: "unplug hotunplug",
	filter: "filter withhold/withholds/withholding/withheld exclude omit hide/hides/hiding/hid/hidden suppress " +
		"left_out kept_out mask",
	appear: "appear emerge arrive materialize reach show_up",
	vanish: "disappear vanish gone go_away lack",
	has: "have/has/having/had own hold/holds/holding/held see/sees/seeing/seen/saw contain comprise keep/keeps/keeping/kept " +
		"retain list display show/shows/showing/showed/shown consist drive/drives/driving/driven/drove manage " +
		"access reads/reads says/says report find/finds/finding/found use",
	gets: "get/gets/getting/got/gotten receive obtain acquire",
	gains: "gain",
	loses: "lose/loses/losing/lost",
	unchanged: "remain stay",
	change: "change alter modify affect touch happen notice differ update disturb",
	start: "start boot launch run_up restart resume reboot fire_up",
	stop: "stop terminate kill shutdown poweroff halt quit exit",
	create: "create instantiate exist make/makes/making/made define",
	destroy: "destroy",
	fails: "fail refuse reject deny/denies/denying/denied abort disallow forbid/forbids/forbidden",
	works: "work succeed accept go_through",
	gives: "return yield produce result raise",
	waits: "hang/hangs/hanging/hung block wait stall",
	allows: "allow let/lets/letting permit complete finish",
	off: "deconfigure unconfigure configured_off",
	on: "configured_on",
	opens: "open",
	closes: "close",
	configure: "configure equip populate",
	begin: "begin/begins/beginning/began",
	turn: "left turn shut/shuts/shutting power bring/brings/bringing/brought pass spin/spins/spinning/spun tear/tears/tearing/torn/tore",
};

/** Things and states, and the small words that decide something. */
const WORDS: Readonly<Record<string, string>> = {
	adapter: "adapter adapters apid apids card cards apm",
	domain: "domain domains apqi apqis aqm",
	control: "control_domain adm",
	queues: "queue queues apqn apqns",
	vfio_ap: "vfio_ap vfio",
	others_driver: "default_driver",
	mdev: "mdev matrix m0",
	guest_matrix: "guest_matrix apcb crycb",
	guest: "guest guests vm kvm",
	qemu: "qemu libvirt",
	host: "host host_config lpar",
	be: "is are was were be been being",
	becomes: "become becomes became becoming",
	running: "running runs active alive live up",
	available: "available visible accessible present usable",
	missing: "missing absent",
	unchanged: "unchanged unmodified unaffected untouched same identical",
	none: "none empty anything",
	nothing: "nothing",
	not: "not never neither nor no without",
	all: "all every both everything entire whole",
	only: "only just solely exclusively exactly",
	except: "except excluding",
	besides: "besides",
	rest: "the_rest",
	in_use: "in_use",
	as_above: "as_above",
	out: "out off away down back",
	because: "because since",
	so: "so hence therefore consequently thus accordingly thereby",
	joint: "and but while whereas yet which then",
	or: "or",
	when: "when once after if whenever upon",
	suppose: "suppose assume assuming supposing consider say given let's",
	actor: "i you user admin administrator somebody someone userspace sysadmin operator hmc we libvirtd one he she they",
	it: "it its them their",
	attribute: "assign_adapter unassign_adapter assign_domain unassign_domain assign_control_domain unassign_control_domain",
	result: "answer kernel errno command operation assignment write store attempt echo unassignment binding_of removal call try request",
	filler: "a an the each this that these those following now of in on at our my your his her to by from into onto with will would should must do does did " +
		"as over fine for reference references structured choice case resolve dilemma decision similarly example " +
		"currently still afterwards next first second third fourth finally using follows here there " +
		"or step state current new resulting more however store one two three four five six seven eight nine " +
		"ten several others any some devices device list set initially via through per ok okay well otherwise already " +
		"afterward afterwards " +
		"note indefinitely forever mdevctl in-use subsequently immediately successfully thereupon " +
		"simply directly later meantime yes yet instance whatever namely i.e. e.g. hot dynamically " +
		"indeed actually effectively properly correctly together along additional extra " +
		"sysfs attribute attributes file files bit bits mask masks number numbers id ids value " +
		"under within inside contents content set_of respectively newly formerly previously such accordingly " +
		"result instead_of own ap crypto cryptographic pair pairs member members eventually anymore " +
		"host's guest's course before_that fully total overall",
};

const IRREGULAR_DOUBLES = /^(?:(?:hot)?(?:un)?plug|stop|drop|strip|omit|permit|commit)$/;

function ing_of(verb: string): string {
	return verb.endsWith("e") ? `${verb.slice(0, -1)}ing` : `${verb}ing`;
}

/** The forms of a regular verb. */
function inflected(verb: string): string[] {
	const stem = IRREGULAR_DOUBLES.test(verb) ? verb + verb.at(-1)! : verb;
	const third = /(?:s|sh|ch|x)$/.test(verb) ? `${verb}es` : /[^aeiou]y$/.test(verb)
		? `${verb.slice(0, -1)}ies` : `${verb}s`;
	const past = /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ied` : stem.endsWith("e")
		? `${stem}d` : `${stem}ed`;

	return [verb, third, ing_of(stem), past];
}

function forms_of(entry: string): string[] {
	const forms = entry.split("/");

	return forms.length > 1 || entry.includes("_") ? forms : inflected(entry);
}

/** struct lexeme - a word: what it means, and the form of it if it is a verb */
export interface lexeme {
	kind: string;
	form: "finite" | "ing" | "past" | "";
}

function form_of(kind: string, at: number): lexeme["form"] {
	return kind === "bound" || at > 2 ? "past" : at === 2 ? "ing" : "finite";
}

function verb_entries([kind, list]: [string, string]): [string, lexeme][] {
	const of_one = (word: string, at: number): [string, lexeme] =>
		[word, { kind, form: form_of(kind, at) }];

	return list.split(" ").flatMap((entry) => forms_of(entry).map(of_one));
}

function word_entries([kind, list]: [string, string]): [string, lexeme][] {
	return list.split(" ").map((word) => [word, { kind, form: "" }]);
}

/** LEXICON - every word there is, in lower case */
export const LEXICON: ReadonlyMap<string, lexeme> = new Map([
	...Object.entries(VERBS).flatMap(verb_entries),
	...Object.entries(WORDS).flatMap(word_entries),
]);

/** IS_VERB - the kinds of words that say what is done or is so */
export const PREDICATES: ReadonlySet<string> = new Set([...Object.keys(VERBS),
	"be", "becomes", "running", "available", "missing", "unchanged", "in_use"]);
