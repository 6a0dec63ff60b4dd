// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a terminal was sent, as script(1) writes it down or somebody pastes it: without the
 * sequences that colour it, set a title or move about, as bytes or as cat -v shows them.
 */
/** ESC, BEL and backspace, also as they are shown */
const ESC = "(?:\\u001b|\\^\\[)", BEL = "(?:\\u0007|\\^G)";
const SEQUENCE = new RegExp(`${ESC}\\[[0-9;?]{0,20}[A-Za-z]|${ESC}\\][^\\u0007\\u001b^]{0,200}` +
	`(?:${BEL}|${ESC}\\\\)|${ESC}[()][A-Z0-9]|${ESC}[=>]`, "g");
/** what is left of the mode that readline sets, where the mail has lost the escapes */
const MODE = /\[\?2004[hl]/g;
/** BEL, backspace, the end of a line */
const [BELL, BACK, RETURN] = ["\\u0007", "\\u0008", "\\u000d"];
const BELL_OR_RETURN = new RegExp(`[${BELL}${RETURN}]|\\^M$`, "g");
const ERASED = new RegExp(`[^${BACK}]${BACK}`);
const MARKS =
	new RegExp(`[${BELL}${BACK}${RETURN}\\u001b]|\\^\\[|\\^M$|\\[\\?2004[hl]`);

/** without_sequences - a line as a terminal shows it */
export function without_sequences(text: string): string {
	if (text.length > 1000 || !MARKS.test(text))
		return text;
	let shown = text.replace(SEQUENCE, "").replace(MODE, "").replace(BELL_OR_RETURN, "");

	while (ERASED.test(shown))
		shown = shown.replace(ERASED, "");
	return shown;
}
