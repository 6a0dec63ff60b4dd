// SPDX-License-Identifier: GPL-2.0-only
/*
 * What only shows something: the many ways to show a file, as cat, and files that say nothing of
 * an mdev. Whatever they print, nothing is otherwise behind them.
 */
import { only_shows } from "./harmless.ts";
import type { fact } from "../sentence/phrases.ts";
import { PROMPT } from "./prompt.ts";
import { NOT_KNOWN, type said } from "./said.ts";
import { unless_more } from "./shell_output.ts";

const FILE = "([\\w$./{}~*-]{1,120})";
const OF_FILE = `(?:\\$\\((?:cat |< ?)${FILE}\\)|\`cat ${FILE}\`)`;
/** of which all that is shown is a file, as it is */
const SHOWS_FILE = [
	`^for (?<each>\\w+) in ${OF_FILE}; do echo "?\\$(?:\\{\\k<each>\\}|\\k<each>)"?; done$`,
	`^while (?:IFS= )?read (?:-r )?(?<each>\\w+); do echo "?\\$(?:\\{\\k<each>\\}|\\k<each>)"?; ` +
		`done < ?${FILE}$`,
	`^echo "?${OF_FILE}"?$`,
	"^(?:sudo )?(?:less|tac|column|sort|uniq|fmt|strings|sed -n p|paste -s(?: ?-?d ?(?:'.'|\\S{1,3}))?|" +
		"awk '\\{ ?print(?: \\$[01])?;? ?\\}'|tail -n ?\\+1|" +
		`(?:xargs(?: -n ?1)?|cat|sort|column|tr '\\\\n' '.') <) ?${FILE}$`,
].map((source) => new RegExp(source));
const COUNTS_LINES = new RegExp(`^(?:sudo )?wc -l (?:< ?)?${FILE}$`);
/** "echo .../drivers/vfio_ap/*.*" lists what is there */
const GLOBBED = /^echo (\S{0,100}\bdrivers\/\w+\/(?:\*(?:\.\*)?|\?\?\.\?{4}))$/;
const COUNT = /^\s*(\d{1,4})(?: \S+)?$/;

/** as_cat - a command that shows a file, or how many lines it has, by cat */
export function as_cat(typed: string): string {
	const counted = COUNTS_LINES.exec(typed)?.[1];
	const globbed = GLOBBED.exec(typed)?.[1];

	if (globbed !== undefined)
		return `ls ${globbed}`;
	if (counted !== undefined)
		return `cat ${counted} | wc -l`;
	for (const re of SHOWS_FILE) {
		const m = re.exec(typed);

		if (m !== null)
			return `cat ${m.slice(1).findLast((it) => it !== undefined)}`;
	}
	return typed;
}

function all_of(f: fact, count: number): fact {
	switch (f.fact) {
	case "of":
		return { ...f, of: all_of(f.of, count) };
	case "guest":
		return { fact: "guest_is_matrix", count };
	case "assigned":
		return { fact: "matrix_counts", count };
	default:
		return { fact: "unknown" };
	}
}

/**
 * count_of - what it says that so many lines are shown
 * @output: what it would say of the lines themselves
 */
export function count_of(lines: string[], output: (lines: string[]) => fact[]): fact[] {
	const [, count] = lines.length === 1 ? COUNT.exec(lines[0]!.trim()) ?? [] : [];

	if (count === undefined)
		return NOT_KNOWN;
	return Number(count) === 0 ? output([])
		: output([]).map((f) => all_of(f, Number(count)));
}

/** what is an mdev's, or a queue's, or tells which queues are whose */
const OF_MDEV =
	/(?:^|\/)(?:(?:guest_)?matrix|control_domains|ap_config|features|a[pq]mask|status|driver_override)$/;
const IS_FILE = /^(?=.*[/_.])[\w$./{}*~:-]+$/;
const OF_SYSFS =
	/^(?:config|online|type|hwtype|depth|modalias|uevent|chkstop|interrupt|load|states|scans|bindings)$/;

/** other_files - what is shown of files that say nothing of an mdev; null if they may */
export function other_files(words: readonly string[]): said | null {
	return words.length > 0 && words.every((w) => !OF_MDEV.test(w) &&
		(IS_FILE.test(w) || OF_SYSFS.test(w)))
		? { kind: "prose", facts: [], output: unless_more } : null;
}

/** Of several commands on a line, the last shows something. */
function shows_last(typed: string): boolean {
	const last = typed.split(/;|&&/).at(-1)!;

	return last !== typed && !last.includes(">") &&
		/^ ?(?:sudo )?(?:cat|ls|lszcrypt|grep|head|wc)\b/.test(last);
}

/** expects_output - whether the lines behind a line are a command's output, whatever they are */
export function expects_output(text: string): boolean {
	const typed = text.replace(PROMPT, "");
	const unquoted = typed.replace(/"[^"]*"|'[^']*'/g, "");
	const said = unquoted.lastIndexOf("echo ");

	return typed !== text && (only_shows(typed) || as_cat(typed) !== typed) ||
		said >= 0 && !unquoted.includes(">", said) ||
		/^(?:sudo )?(?:cat|grep|head|tail|more|ls|lszcrypt|mdevctl (?:list|types|define|modify)|uuidgen|virsh|find|readlink|basename|diff|cmp|ssh|for)\b|\btee\b/.test(
		typed) ||
		shows_last(typed) ||
		/\blszcrypt\b/i.test(typed) &&
		/\b(?:shows|says|lists|prints|gives):?$/i.test(typed);
}
