// SPDX-License-Identifier: GPL-2.0-only
/*
 * A line of a shell as commands: words with their quotes taken off, where the output goes, what is
 * handed in.
 */

/**
 * struct command - one command of a line, or of a pipe
 * @to: the file that its output goes to, null without one
 * @given: what a here string hands in, null without one
 * @behind: the commands that its output is piped through
 * @failed: what is printed if it fails, null if nothing or if it is not known
 * @meanwhile: what is typed behind it does not wait for it
 */
export interface command {
	words: string[];
	to: string | null;
	given: string | null;
	behind: command[];
	failed: string | null;
	meanwhile?: boolean;
}

/** struct token - a word, or an operator; in a word with quotes braces mean nothing */
interface token {
	text: string;
	operator: boolean;
	quoted?: boolean;
}

const SPACE = /\s+/y;
const OPERATOR = /&>|[12]?>&[12-]|[12]?(?:>>|>\||>)|<<<|&&|\|\||[;|&<]/y;
const QUOTED = /'([^']*)'|"((?:[^"\\]|\\.)*)"/y;
const BARE = /\$\([^()]*\)|\\?[^\s'"<>;|&]/y;

function match_at(re: RegExp, text: string, at: number): RegExpExecArray | null {
	re.lastIndex = at;
	return re.exec(text);
}

function tokens_of(text: string): token[] {
	const list: token[] = [];
	let word: string | null = null;
	let quoted = false;

	for (let at = 0; at < text.length;) {
		const space = match_at(SPACE, text, at);
		const operator = word === null || !/^[12]$/.test(text[at]!)
			? match_at(OPERATOR, text, at) : null;
		const end = space ?? operator;

		if (end !== null) {
			if (word !== null)
				list.push({ text: word, operator: false, quoted });
			if (operator !== null)
				list.push({ text: operator[0], operator: true });
			[word, quoted] = [null, false];
			at += end[0].length;
			continue;
		}
		const part = match_at(QUOTED, text, at) ?? match_at(BARE, text, at);
		quoted ||= /^["'][^"']*\{/.test(part?.[0] ?? "");
		word = (word ?? "") + (part?.[1] ?? part?.[2] ?? part?.[0] ?? "");
		at += part?.[0].length ?? 1; /* a quote that ends on another line */
	}
	return word === null ? list : [...list, { text: word, operator: false, quoted }];
}

const BRACES = /\{([^{}]*)\}/;

/** "$M/{matrix,guest_matrix}" is two words */
function unfolded(text: string): string[] {
	const [whole = "", choices = ""] = BRACES.exec(text) ?? [];
	const [before, ...behind] = text.split(whole);

	return !choices.includes(",") ? [text] : choices.split(",")
		.flatMap((choice) => unfolded(`${before!}${choice}${behind.join(whole)}`));
}

function parts_of(tokens: readonly token[], operators: readonly string[]): token[][] {
	const list: token[][] = [[]];

	for (const t of tokens)
		if (t.operator && operators.includes(t.text))
			list.push([]);
		else
			list.at(-1)!.push(t);
	return list;
}

const RUNS = new Set(["sudo", "time", "command", "exec"]);
/** what goes on when nobody waits for it: of a guest that is as good as started */
const GOES_ON = new Set(["nohup", "setsid"]);

/** "sudo -n echo" is "echo" */
function without_runner(words: string[]): string[] {
	if (GOES_ON.has(words[0] ?? "") && words[1]?.includes("qemu") === true)
		return words.slice(1);
	if (!RUNS.has(words[0] ?? ""))
		return words;
	const at = words.findIndex((w, i) => i > 0 && !w.startsWith("-"));

	return at < 0 ? words : without_runner(words.slice(at));
}

function simple(tokens: readonly token[]): command {
	const c: command = { words: [], to: null, given: null, behind: [], failed: null };

	for (let i = 0; i < tokens.length; i++) {
		const { text, operator } = tokens[i]!;
		const next = tokens[i + 1]?.text ?? "";

		if (!operator)
			c.words.push(...tokens[i]!.quoted === true ? [text] : unfolded(text));
		else if (/^1?>/.test(text) && !text.includes("&"))
			[c.to, i] = [next, i + 1];
		else if (text === "<<<")
			[c.given, i] = [next, i + 1];
		else if (text !== "<" && !text.includes("&") || text === "&>")
			i++; /* where errors go */
	}
	return { ...c, words: without_runner(c.words) };
}

/** "tee FILE", "dd of=FILE", "cat > FILE" behind a pipe */
function file_behind({ words, to }: command): string | null {
	switch (words[0]) {
	case "tee":
		return words.slice(1).find((w) => !w.startsWith("-") && w !== "/dev/null") ?? null;
	case "dd":
		return words.find((w) => w.startsWith("of="))?.slice(3) ?? null;
	case "cat":
		return to;
	default:
		return null;
	}
}

/** "tee log", "cat", at the end of a pipe */
function keeps_log({ words: [name, ...files], to }: command): boolean {
	return to === null && (name === "cat" && files.length === 0 ||
		name === "tee" &&
			files.every((w) =>
				/^(?:-a|\/dev\/null|[\w./~-]{0,60}\b(?:log|out)(?:\.\w{1,4})?)$/.test(w)));
}

/** what has more to say than a file of sysfs takes */
const SHOWS = new Set(["cat", "ls", "lszcrypt", "grep"]);

function pipe(tokens: readonly token[]): command {
	const [first, ...rest] = parts_of(tokens, ["|"]).map(simple);
	/* "echo 5 > assign_adapter 2>&1 | tee log": of what it prints there are errors at most */
	const behind = first!.to !== null && rest.every(keeps_log) ? [] : rest;
	const writer = behind.find((c) => file_behind(c) !== null &&
		!(c.words[0] === "tee" && SHOWS.has(first!.words[0] ?? "") && first!.to === null));
	const shows = writer?.words[0] === "tee" && writer.to === null;

	if (first!.given !== null && ["tee", "cat", "dd"].includes(first!.words[0] ?? ""))
		return {
			words: ["echo", first!.given], to: file_behind(first!), given: null,
			failed: null,
			behind: first!.words[0] === "tee" && first!.to === null ? [first!] : [],
		};
	return writer === undefined ? { ...first!, behind } :
		{ ...first!, to: file_behind(writer), behind: shows ? [writer] : [] };
}

/** What is done only if something failed, and then says no more than that. */
const NO_MATTER = /^(?:true|:|exit|return|break)$/;

/** where it is done, not what is */
const PREPARES = new Set(["cd", "pushd", "export", "true"]);

/**
 * Of a line with "&" at its end: the only command of it that does something. When one of several
 * is done, or one that something else waits in front of, nobody knows.
 */
function in_background(list: readonly command[]): command[] | null {
	const acts = list.filter((c) => !PREPARES.has(c.words[0] ?? ""));

	return acts.length !== 1 || acts[0] !== list.at(-1) ? null
		: [...list.slice(0, -1), { ...acts[0]!, meanwhile: true }];
}

function is_background({ text, operator }: token): boolean {
	return operator && text === "&";
}

/**
 * commands_of - the commands of a line
 * @text: without a prompt
 *
 * Return: null if something else is done where one of them fails, or if nobody knows when.
 */
export function commands_of(text: string): command[] | null {
	const tokens = tokens_of(text);
	const at = tokens.findIndex(is_background);
	const list = at < 0 || at === tokens.length - 1 ? commands_in(tokens) : null;

	return list === null || at < 0 ? list : in_background(list);
}

function commands_in(tokens: readonly token[]): command[] | null {
	const list = parts_of(tokens, [";", "&&", "&"])
		.map((part) => parts_of(part, ["||"]))
		.filter((ways) => ways.some((w) => w.length > 0));
	const made = list.map(([first, ...or]): command | null => {
		const told = or.map((w) => w[0]?.text === "echo" ? said_by(w) : null);

		return or.some((w, i) => told[i] === null && !NO_MATTER.test(w[0]?.text ?? ""))
			? null : { ...pipe(first!), failed: told.find((t) => t !== null) ?? null };
	});

	return made.includes(null) ? null : made as command[];
}

/** What "echo failed" prints, if nothing goes elsewhere. */
function said_by([, ...words]: readonly token[]): string | null {
	return words.length === 0 || words.some((w) => w.operator || w.text.includes("$"))
		? null : words.map((w) => w.text).join(" ");
}
