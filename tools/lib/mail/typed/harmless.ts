// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands that only show something, whatever it is: nothing is otherwise behind them.
 */
import { is_operative, is_particular } from "../english/speaks.ts";

/* @__NO_SIDE_EFFECTS__ */
function words_of(text: string): ReadonlySet<string> {
	return new Set(text.split(" "));
}

const READS = words_of("uname hostname hostnamectl uptime lsmod modinfo lscpu lscss lsdasd " +
	"lszfcp lstape lsqeth lsreipl lsblk lspci lsof dmesg journalctl ps whoami pwd " +
	"printenv git wc grep egrep zgrep readlink realpath df mount rpm dpkg getconf " +
	"clear lszdev ap-check uuidgen nproc vmstat sar lsscm lschp lshwc " +
	"objdump nm exit logout");
/** which are English words as well: behind them stands what no sentence has */
const READS_IF = words_of("date find file stat tree history id which type man test head tail " +
	"more less watch free top look diff cmp");
const OF_SHELL_ONLY = /[-/.*$|\d"'=]/;
/** git has more than that */
const GIT_SHOWS = new Set(["log", "show", "describe", "status", "branch", "diff", "grep", "blame",
	"rev-parse"]);
const RUNS_MORE = /\b(?:xargs|sh|bash|tee|while|exec)\b|-(?:exec|delete)\b/;

/** after which a root shell is asking */
const BECOMES_ROOT =
	/^(?:sudo (?:-i|-s|-E -s|su(?: -l?)?(?: root)?|bash)|su(?: -l?)?(?: root)?|bash|zsh|ksh)$/;
const OF_UDEV = new Set(["monitor", "info", "settle", "test"]);

/**
 * only_shows - whether a command behind a prompt does nothing but show something
 * @typed: without the prompt
 */
export function only_shows(typed: string): boolean {
	if (BECOMES_ROOT.test(typed))
		return true;
	const [name = "", ...words] = typed.replace(/^sudo /, "").split(" ");
	const safe = !/>(?! ?\/dev\/null)|[;&](?!>|1|2|$)|\|\||`|\$\(/.test(typed) &&
		!RUNS_MORE.test(typed);

	if (!safe)
		return false;
	if (name === "udevadm")
		return OF_UDEV.has(words[0] ?? "");
	if (name === "git")
		return GIT_SHOWS.has(words[0] ?? "");
	if (name === "systemctl" || name === "service")
		return words.includes("status");
	if (name === "vmcp")
		return /^q(?:uery)?$/i.test(words[0] ?? "");
	if (name === "mount")
		return words.length === 0;
	return READS.has(name) || READS_IF.has(name) &&
		(words[0] === undefined || OF_SHELL_ONLY.test(words[0]));
}

const SPEAKS = /\b(?:queues?|apqns?|adapters?|guests?|driver_override)\b/i;

/** tells_more - whether a line of what was printed is more than chatter */
export function tells_more(line: string): boolean {
	return is_particular(line) || is_operative(line) || SPEAKS.test(line);
}
