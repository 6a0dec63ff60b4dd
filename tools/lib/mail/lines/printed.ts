// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rows that a command prints, by the command above them.
 */
import { behind } from "../english/behind.ts";
import { STEP } from "../examples/examples.ts";
import { only_shows } from "../typed/harmless.ts";
import { message_row } from "../sentence/kernel_text.ts";
import { is_half_queues } from "./list_lines.ts";
import { look_up } from "../sentence/look_up.ts";
import type { piecing } from "./pieces.ts";
import { PROMPT } from "../typed/prompt.ts";
import { is_typed, read_shell } from "../typed/shell.ts";

export const OUTPUT_ROW =
	new RegExp("^(?:[0-9a-f]{2}(?:\\.[0-9a-f]{4})?\\s+CEX.*|CARD\\S*\\s.*|-{4,}(?: -{4,})*|" +
	"(?:[0-9a-f]{2}\\.[0-9a-f]{4}\\s+)*(?:bind|unbind|module|uevent|new_id|remove_id)" +
	"(?:\\s+(?:bind|unbind|module|uevent|\\w+_id|[0-9a-f]{2}\\.[0-9a-f]{4}))*)$", "i");
/** of lszcrypt, whatever the order of its columns */
const CRYPT_ROW = /\bCARD\.DOM\b|^(?:\S+\s+){0,12}[0-9a-f]{2}(?:\.[0-9a-f]{4})?(?:\s+\S+){0,12}$/i;
/** of cat, with a line's number or an end that is marked */
const NUMBERED_ROW = /^(?:\d{1,4}\s+)?(?:[0-9a-f]{2})?\.(?:[0-9a-f]{4})?\$?$/i;
/** of ls with whole paths */
const PATHS = /^\/[\w./ -]+$/;
const LISTS_PATHS = /\bls\b|\becho \S{0,100}\/\*/;
/** of ls -l */
const LONG_ROW = /^(?:total \d+$|[dlbc-][rwxsStT-]{9}[.+@]? \d+ )/;
/** of mdevctl list, also in JSON, and of mdevctl types */
const MDEVCTL_ROW =
	/^(?:\S+ \S+ vfio_ap-passthrough\b.*|Attrs:.*|@\{\d+\}: \{.*\}|matrix|vfio_ap-passthrough|Available instances: \d+|Device API: vfio-ap|Name: .*)$/i;
/** of JSON, however it is broken into lines */
const JSON_ROW = /^(?:[{}[\],]+|[{[]*"[\w-]{1,60}" ?:.{0,200}|[{[]+"[\w-]{1,60}".{0,200})$/;
/** of virsh list and virsh dumpxml */
const VIRSH_ROW =
	/^(?:<.*>|Id Name State|-{4,}|(?:\d+|-) \S+ (?:running|shut off|paused)|running|shut off|paused|--)$/i;

const SHOWS_JSON = new RegExp(behind("cat|jq", "(?:\\.json|mdevctl\\.d/)"));
const SHOWS_MATRIX = new RegExp(behind("cat", "matrix"));
const SHOWS_XML = new RegExp(behind("cat", "\\.xml$"));
/** what prints a number, or what it was given */
const PRINTS_BACK = new RegExp(`\\btee\\b|${behind("echo", "\\$\\?")}`, "g");

const IN_SYSFS =
	/^(?:[a-z]+(?:_[a-z]+)+|power|config|type|hwtype|online|depth|states|load|remove|uevent|subsystem|driver|matrix|create|devices|name|[0-9a-f]{8}-[0-9a-f-]{27})$/;
/** a card or queue, where others stand beside it */
const IS_DEVICE = /^(?:card[0-9a-f]{2}|[0-9a-f]{2}\.[0-9a-f]{4})$/;
const NO_FILE = /^(?:ls: cannot access|cat:|grep:|head:) .*: No such (?:file or directory|device)$/;
const OF_A_LOG = /\b(?:dmesg|journalctl)\b/;
/** each line with its file, or files one behind the other */
const OF_FILES = /^\W*(?:\w\S*[#$] )?(?:sudo )?(?:grep|head|tail|more)\b/;

/** Whether echo prints just that. */
function says(command: string, text: string): boolean {
	const bare = command.replace(/["']/g, ""), at = bare.indexOf(`echo ${text}`);

	return at >= 0 && /^(?:$| ?[;|&])/.test(bare.slice(at + text.length + "echo ".length));
}

/** Whether a command says nothing, whatever it prints. */
function shows_whatever(command: string): boolean {
	const row = read_shell(command);

	return row?.kind === "prose" && row.list;
}

function is_json(text: string): boolean {
	return JSON_ROW.test(text.replace(/(?<=[{[]) | (?=[}\]])/g, ""));
}

/** A row of what ls or lszcrypt print, or whatever an attribute shows. */
export function is_output(p: piecing, text: string): boolean {
	const command = p.output ? p.pieces.findLast((it) => it.kind === "text")!.text : "";

	if (/\bmdevctl\b/.test(command) && (MDEVCTL_ROW.test(text) || is_json(text)) ||
		SHOWS_JSON.test(command) && is_json(text) ||
		/\bvirsh\b/.test(command) && VIRSH_ROW.test(text))
		return true;
	if (p.output && OF_FILES.test(command) && /^[^\s:]+:\S|^==> .+ <==$/.test(text) ||
		/^==> .+ <==$/.test(text) &&
		OF_FILES.test(p.pieces.findLast((it) => it.kind === "text")?.text ?? ""))
		return true;
	if (/\b(?:ls|cat|grep|head)\b/.test(command) && NO_FILE.test(text) ||
		SHOWS_MATRIX.test(command) && is_half_queues(text))
		return true;
	if (/\becho\b/.test(command) && says(command, text))
		return true;
	if (!p.output || STEP.test(text) || read_shell(text) !== null)
		return false;
	if (/\bmdevctl\b/.test(command) && /^(?:unable|failed|error|cannot)\b/i.test(text) ||
		/\bmdevctl define\b/.test(command) && /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(text) ||
		SHOWS_XML.test(command) && VIRSH_ROW.test(text))
		return true;
	if (/\bls\b/.test(command) && (LONG_ROW.test(text) ||
		text.split(" ").every((word) => IN_SYSFS.test(word) || IS_DEVICE.test(word))) ||
		/\breadlink\b/.test(command) && /^(?:(?:\.\.)?\/\S*\/)?\w+$/.test(text) ||
		/\bcmp\b/.test(command) && /\b(?:differ|EOF)\b/.test(text) ||
		/\bdiff\b/.test(command) && /^(?:[<>] \S+|\d+(?:,\d+)?[acd]\d.*|---)$/.test(text))
		return true;
	if (is_typed(command) && (only_shows(command.replace(PROMPT, "")) ||
		/\blszcrypt -[bcdvh]/.test(command) || shows_whatever(command)))
		return (OF_A_LOG.test(command) ? message_row(text) : look_up(text)) === null;
	const numbers = command.match(PRINTS_BACK)?.length ?? 0;
	if (numbers > 0)
		return /^(?:[\w ]{0,20}[=:] ?)?-?(?:0x)?[0-9a-f]+$/i.test(text) &&
			lines_printed(p) < numbers;
	return OUTPUT_ROW.test(text) || LISTS_PATHS.test(command) && PATHS.test(text) ||
		/\blszcrypt\b/.test(command) && CRYPT_ROW.test(text) && look_up(text) === null ||
		/\bcat -[nEA]\b/.test(command) && NUMBERED_ROW.test(text) ||
		(/\bwc -l\b/.test(command) || /\bcat\b/.test(command) &&
			!/matrix\W*$/.test(command)) &&
		lines_printed(p) < (command.match(/\ba[pq]mask\b/g)?.length ?? 1);
}

/** How many lines stand behind the last command. */
function lines_printed({ pieces }: piecing): number {
	return pieces.length - 1 - pieces.findLastIndex((it) => it.kind === "text");
}
