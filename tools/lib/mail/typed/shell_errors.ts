// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is printed where a write fails: "bash: echo: write error: Device or resource busy", by each
 * shell and language in its own words, with the error's text, name or number.
 */
import {
	EACCES, EADDRINUSE, EBUSY, EEXIST, errname, errno_by_name,
} from "#linux/errno.h";
import type { result } from "../../scenario/model.ts";
import { STRERROR } from "./strerror.ts";

const PRINTS = new RegExp([
	"^-?(?:ba|da|mk|fi|tc|[zkac])?sh\\b", "^busybox\\b",
	"^(?:echo|tee|printf|dd|cat|sudo|print):",
	"^error\\b", "^qemu\\S*: ", "^write(?::| /)", "^\\w{0,20}Error\\b", "\\bwrite error\\b",
	"^\\[Errno \\d",
	"^E[A-Z]{3,12}: \\w", "^(?:mdevctl: )?(?:mediated )?device \\S{1,60} already exists\\.?$",
].join("|"), "i");
const TEXT = new RegExp(`(?:: |\\[|\\] |^)(${Object.keys(STRERROR).join("|")})`, "i");
const NAME = /(?:: |\[|^)-?(E[A-Z0-9]{3,20})\b/;
const NUMBER = /(?:errno|error)[ :=]{1,3}-?(\d{1,3})\b/i;
/** behind the error nothing is said any more */
const REST =
	/^\]?(?: \((?:os error |errno )?-?\d{1,3}\))?(?:: (?:'[^']*'|"[^"]*"|\/\S+)|: [a-z ]+, write)?(?: at \S+ line \d+)?\.?$/;
/** what mdevctl says of one that it is to start */
const IS_THERE = /\balready exists\.?$/i;
const ANY =
	/: (?:echo: )?I\/O error$|^error: requested operation is not valid\b/i;

/** what QEMU and libvirt are refused is as good as never the driver's doing */
const OF_QEMU = /\b(?:qemu\S*|libvirt\S*|monitor|cgroups?)\b/i;
const OF_DRIVER = new Set<result>([-EBUSY, -EADDRINUSE]);

function ends_with(text: string, m: RegExpExecArray | null): string | null {
	return m === null || !REST.test(text.slice(m.index + m[0].length)) ? null : m[1]!;
}

/**
 * read_error - what an operation returned, by what was printed
 * @text: a line, without a prompt
 *
 * Return: null if it is no such line.
 */
export function read_error(text: string): result {
	const printed = printed_error(text);

	return is_of_tool(text, printed) ? null : printed;
}

/** is_other_error - whether a tool says that something failed, and not the driver refused it */
export function is_other_error(text: string): boolean {
	return is_of_tool(text, printed_error(text));
}

function is_of_tool(text: string, printed: result): boolean {
	return printed !== null && (OF_QEMU.test(text) && !OF_DRIVER.has(printed) ||
		/^error\b/i.test(text) && printed === -EACCES); /* a file's rights */
}

function printed_error(text: string): result {
	if (text.length > 400 || !PRINTS.test(text))
		return null;
	const words = ends_with(text, TEXT.exec(text));
	const name = words === null ? ends_with(text, NAME.exec(text))
		: STRERROR[words.toLowerCase()]!;
	const number = ends_with(text, NUMBER.exec(text));
	const err = name !== null ? errno_by_name(name)
		: number !== null && errname(-Number(number)).startsWith("-E") ? Number(number)
		: undefined;

	if (err !== undefined)
		return -err;
	if (IS_THERE.test(text))
		return -EEXIST;
	return ANY.test(text) ? "error" : null;
}
