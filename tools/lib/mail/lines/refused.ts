// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a shell refused, so that nothing was done: a command it did not find, a file it could not
 * open; or libvirt, before it came to the device. That is no result of the driver's.
 */
import type { mail_line } from "../message/message.ts";
import { PROMPT } from "../typed/prompt.ts";
import { ATTRIBUTES } from "../typed/said.ts";

const NOTHING = "$ true";
const SHELL = "-?(?:ba|da|k|z|a)?sh: (?:(?:line )?\\d+: )?";
/** zsh has the name behind the error */
const REFUSALS = [
	`^(?:${SHELL}|sudo: )(?<name>\\S+): (?<error>command not found|not found)$`,
	`^${SHELL}(?:cannot (?:create|open) )?(?<name>\\S+): (?<error>permission denied|no such file or directory|directory nonexistent)$`,
	"^zsh: (?<error>command not found|permission denied|no such file or directory): (?<name>\\S+)$",
].map((source) => new RegExp(source, "i"));
const NUMBER = /^\s*(?:\(?\d{1,3}[.)] )?/;
/** of several commands on a line, nobody knows which */
const SEVERAL = /[;|]|&&/;
const OF_DRIVER = new Set([...ATTRIBUTES, "remove", "bind", "unbind", "matrix", "guest_matrix",
	"apmask", "aqmask", "create"]);

function typed_in(text: string): string {
	const line = text.replace(NUMBER, "").trim(), typed = line.replace(PROMPT, "");

	return typed === line ? "" : typed;
}

/** Whether a shell says of what was typed that it could not do it at all. */
function is_refused(typed: string, printed: string): boolean {
	const { name = "", error = "" } = REFUSALS
		.map((re) => re.exec(printed)?.groups).find((g) => g !== undefined) ?? {};
	const file = name.slice(name.lastIndexOf("/") + 1);

	if (name === "" || SEVERAL.test(typed))
		return false;
	if (/not found/i.test(error))
		return typed.replace(/^sudo (?:-\w+ )*/, "").split(" ")[0] === name;
	return new RegExp(`>{1,2} ?["']?\\S*${file.replace(/\W/g, "\\$&")}["']?$`).test(typed) &&
		(/denied/i.test(error) || !OF_DRIVER.has(file));
}

/** of libvirt's: it did not get as far as the device, or it may have */
const OF_OTHERS =
	/\b(?:network|storage|pool|volume|disk|file|memory|permission|already active|failed to get domain|failed to connect)\b/i;
const OF_DEVICE = /vfio|mdev|busy|in use|host ?dev|device|monitor|qemu|unsupported/i;
const STARTS = /^(?:sudo )?virsh (?:\S+ \S+ )?(?:start|create|attach-device) /;

/** How many lines behind a command of virsh's say that it failed, for another reason. */
function refused_by_libvirt(lines: readonly mail_line[], at: number): number {
	const behind = STARTS.test(typed_in(lines[at]!.text)) ? lines.slice(at + 1) : [];
	const end = behind.findIndex((l) => !/^\s*error: \S/.test(l.text));
	const errors = behind.slice(0, end < 0 ? undefined : end);

	return errors.some((l) => OF_DEVICE.test(l.text)) ||
		!errors.some((l) => OF_OTHERS.test(l.text)) ? 0 : errors.length;
}

/** with_refusals - lines of one depth, without what a shell refused to do */
export function with_refusals(lines: readonly mail_line[]): readonly mail_line[] {
	const refused = new Set(lines.flatMap((l, i) => {
		const errors = l.text.length < 400 ? refused_by_libvirt(lines, i) : 0;

		return errors > 0 ? [...Array(errors + 1).keys()].map((n) => i + n)
			: /sh: |^sudo: /.test(l.text) && l.text.length < 400 && i > 0 &&
				is_refused(typed_in(lines[i - 1]!.text), l.text.trim())
				? [i - 1, i] : [];
	}));

	return refused.size === 0 ? lines : lines.map((l, i) => refused.has(i)
		? { ...l, text: `${NUMBER.exec(l.text)![0]}${NOTHING}` } : l);
}
