// SPDX-License-Identifier: GPL-2.0-only
/*
 * Comments that somebody types at a root's prompt, or writes into a script: "# now start the
 * guest", and then the command that does it. One that announces what is typed below it, or that
 * somebody looks, says nothing of its own; any other is read as a sentence is, or is not.
 */
import type { mail_line } from "../message/message.ts";
import { is_typed } from "../typed/shell.ts";

const NOTHING = "$ true";
const COMMENT = /^#+ (?=[a-z])/i;
const LEAD = new RegExp("^(?:(?:(?:and|ok|okay|so|now|then|next|first|second|finally|again|also|" +
	"step \\d{1,2}|let's|let us|we|i|we'll|i'll|please|try to|to)[,:]? ?)+(?= |$) ?)?", "i");
/** what a comment announces, and what has to be typed below it */
const DEEDS: readonly [RegExp, RegExp | null][] = [
	[
		/^(?:look|check|see|show|verify|list|print|display|compare|inspect|dump|start with|begin|test)\b/i, null],
	[/^(?:unassign|deassign|take|remove)\b/i, /unassign|ap_config|remove|mdevctl|\bunbind\b/],
	[/^(?:assign|give|add)\b/i, /assign_|ap_config|mdevctl|\bbind\b/],
	[/^unbind\b/i, /\/?unbind\b/], [/^(?:bind|rebind)\b/i, /\bbind\b/],
	[/^(?:start|boot|launch|run)\b/i, /virsh (?:start|create)|qemu|mdevctl start/],
	[/^(?:stop|shut|destroy|kill|power)\b/i, /virsh (?:shutdown|destroy)|mdevctl stop|remove/],
	[/^(?:create|define|set up|setup|make|prepare)\b/i,
		/create|mdevctl|uuid|assign_|apmask|\bbind\b/],
	[/^(?:attach|plug|hotplug|detach|unplug)\b/i, /virsh (?:at|de)tach|device_(?:add|del)/],
];
/** says more than what is typed */
const SAYS_MORE =
	/\b(?:is|are|was|were|be|has|have|had|not|no|none|nothing|only|still|already|never|fails?|works?|should|must|would|can|may|if|after|when|because|but)\b|n't\b|\d\.[0-9a-f]{4}\b|[=?]/i;
/** a comment is of as many commands as follow it */
const MAX_COMMANDS = 12;

/** The commands below a line, up to the next comment, or blank line behind one. */
function commands_below(texts: readonly string[], at: number): string[] {
	const below = texts.slice(at + 1, at + 1 + MAX_COMMANDS);
	const end = below.findIndex((text, i) => COMMENT.test(text) && !is_typed(text) ||
		text === "" && i > 0);

	return below.slice(0, end < 0 ? undefined : end);
}

function announces(texts: readonly string[], at: number): boolean {
	const text = texts[at]!;
	const said = text.replace(COMMENT, "").replace(LEAD, "");
	const deed = DEEDS.find(([re]) => re.test(said));

	if (deed === undefined || is_typed(text) || SAYS_MORE.test(said))
		return false;
	const [, done] = deed;
	return done === null || commands_below(texts, at).some((it) => done.test(it));
}

/** with_comments - lines of one depth, without comments that announce what is typed below them */
export function with_comments(lines: readonly mail_line[]): readonly mail_line[] {
	if (!lines.some((l) => COMMENT.test(l.text.trim())))
		return lines;
	const texts = lines.map((l) => l.text.length < 200 ? l.text.trim() : "");

	return lines.map((l, i) => COMMENT.test(texts[i]!) && announces(texts, i)
		? { ...l, text: NOTHING } : l);
}
