// SPDX-License-Identifier: GPL-2.0-only
/*
 * Marks of Markdown and reStructuredText around words, and directives on a line of their own:
 * what is said is the same without them.
 */
import type { mail_line } from "../message/message.ts";

/** ".. code-block:: console", ".. note::" */
const DIRECTIVE = /^\.\. [\w-]{1,40}::(?: [\w./-]{1,40})?$/;
/** ".. note:: The guest loses both." */
const REMARK = /^(\s*)\.\. (?:note|warning|important|attention|caution|tip|hint):: (?=\S)/;
/** one word between ticks; not what a shell puts in place of a command */
const CODE = /(?<![\w=/"'`$\\])(`{1,2})(?!`)([^`\s]{1,200})\1(?![\w`"'/])/g;
/** where the shell itself is spoken to, ticks are its own */
const SHELL =
	/(?:^|[#$%>;&|] )\s*(?:echo|cd|cat|ls|readlink|basename|virsh|mdevctl|export|for \w+ in)\b/;
const BOLD = /(?<![\w*])\*\*(?=[^\s*])([^*]{1,200})\*\*(?![\w*])/g;
const STRESSED = /(?<![\w*])\*(?=\w)([^*]{1,80}?)(?<=\w)\*(?![\w*])/g;

/** without_stress - a line without the marks around its words */
export function without_stress({ text, ...l }: mail_line): mail_line {
	if (!text.includes("*") && !text.includes("`") && !text.includes(".. "))
		return { ...l, text };
	const said = text.replace(REMARK, "$1").replace(BOLD, "$1").replace(STRESSED, "$1");

	return { ...l, text: DIRECTIVE.test(text.trim()) ? ""
		: SHELL.test(said.replace(CODE, "")) ? said : said.replace(CODE, "$2") };
}
