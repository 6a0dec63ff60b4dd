// SPDX-License-Identifier: GPL-2.0-only
import { readFileSync } from "node:fs";
import { driver_by_label } from "../../drivers/s390/crypto/history/index.ts";
import { exit_code } from "../lib/cli/exit_code.ts";
import { parse_args } from "../lib/cli/options.ts";
import { write_text } from "../lib/cli/output.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import type { message } from "../lib/mail/message/message.ts";
import {
	c_function, compare, type function_view, ported_c_files, type text_view,
} from "./compare.ts";
import { html_page } from "./html_view.ts";
import { unplaced_remarks, type unplaced_remark } from "./remarks.ts";
import { patched_postings, type patch } from "../lib/series/patches.ts";
import { mail_texts, read_input, read_mails } from "./input.ts";
import { check_port, type port, ports, type port_result } from "./ports.ts";
import { find_posted } from "../lib/series/posted_patch.ts";
import { record_conditions } from "./recorded.ts";
import { falls_below, json_report, text_report } from "./report.ts";
import { origin_text, record_series, series_text } from "./series.ts";
import { missing_program } from "./tarball.ts";
import { figures, pairs_text, remarks_text, side_by_side } from "./text_view.ts";
import { pair_diffs, type two_diffs } from "./two_diffs.ts";

const HELP = `usage: vfio-ap crossread INPUT... [--driver LABEL] [--function NAME] [--format FORMAT]
       vfio-ap crossread INPUT... --check [LIMIT]
       vfio-ap crossread --check [LIMIT] [--driver LABEL[,LABEL...]]
       vfio-ap crossread --series LABEL | --origin FUNCTION

Shows C and its port side by side, statement by statement. INPUT is a mail with a patch (raw,
quoted in a reply, or an archive's page), an mbox or a folder with a series, a .patch or .diff, a
C file, a kernel tree, or the tarball or the Debian package of its sources; - is what is piped in.
The driver is the one the subject names, else the one that agrees best.

Of a mail that a patch here is the port of ([PATCH v13 08/15], or an answer to it), the mail's diff
and the port's are shown, hunk by hunk, with an answer's remarks at their lines. What the mail
leaves out or an archive's page cuts off is there of the port all the same. --driver v13 shows the
C of the patch beside the posting's port instead, statement by statement.

  --driver LABEL    only these of ${ports.map(({ driver }) => driver).join(", ")}
  --function NAME   only this function
  --patch           the port's patch alone, as it is in history/v13/series
  --format FORMAT   text (default), html: one page for a browser, or json
  -o, --output FILE write the page there, not to standard output
  --check [LIMIT]   figures only; fail if a function agrees by less than LIMIT percent (100).
                    Without INPUT every port is held against the recorded skeletons of the C:
                    control words, calls, errnos and labels, in their order, and the operators
                    of conditions. (ap_bus is ported in part: reported, never failed)
  --series LABEL    the patches of a posting: subject, Message-Id, the functions they change
  --origin FUNCTION the file, posting, patch and Message-Id a function of a port is from
  --record LABEL    for a new driver: of a series in INPUT print the table of its patches, of C
                    files the operators of their conditions
  -h, --help        this text

In the text | joins what agrees, ~ what does for a PORT: reason, # what differs.
`;

const options = {
	check: { type: "boolean" },
	driver: { type: "string" },
	function: { type: "string" },
	patch: { type: "boolean" },
	format: { type: "string", default: "text" },
	output: { type: "string", short: "o" },
	series: { type: "string" },
	origin: { type: "string" },
	record: { type: "string" },
	help: { type: "boolean", short: "h" },
} as const;

/** What the arguments say. */
interface request {
	inputs: string[];
	/** Percent; null without --check. */
	limit: number | null;
	asked: port[] | null;
	function_name: string | undefined;
	format: "text" | "html" | "json";
	/** Where the page goes; undefined: to standard output. */
	output: string | undefined;
}

/*
 * The number behind --check, which parseArgs takes for an INPUT.
 */
function take_limit(argv: string[]): [rest: string[], limit: number] {
	const at = argv.indexOf("--check") + 1;
	const text = argv[at] ?? "";
	if (at === 0 || !/^-?[\d.]+%?$/.test(text))
		return [argv, 100];
	const limit = Number(text.replace(/%$/, ""));
	if (!(limit >= 0 && limit <= 100))
		throw new usage_error(`LIMIT '${text}' is not 0 to 100 percent`);
	return [argv.filter((_, i) => i !== at), limit];
}

function find_port(label: string): port {
	const found = ports.find(({ driver }) => driver === label);
	if (!found) {
		const known = ports.map(({ driver }) => driver).join(", ");
		const what = driver_by_label(label) === undefined ? `unknown driver '${label}'`
			: `driver '${label}' is read beside no C`;

		throw new usage_error(`${what}, expected one of ${known}`);
	}
	return found;
}

function read_format(format: string): request["format"] {
	if (format === "text" || format === "html" || format === "json")
		return format;
	throw new usage_error(
		`--format ${format}: no such format, expected one of text, html, json`);
}

function only_function(views: text_view[], name: string): text_view[] {
	const known = [...new Set(
		views.flatMap(({ functions }) => functions.map((fn) => fn.name)))];
	if (!known.includes(name)) {
		const some = known.slice(0, 8).join(", ") + (known.length > 8 ? ", ..." : "");
		throw new usage_error(
			`no function '${name}' in the input, expected one of ${some}`);
	}
	return views.map((view) => {
		const functions = view.functions.filter((fn) => fn.name === name);
		const findings = view.findings.filter((found) => found.name === name);
		return { ...view, functions, findings };
	}).filter(({ functions }) => functions.length > 0);
}

/** What is to be shown. */
interface shown {
	views: text_view[];
	pairs: two_diffs[];
	/** The mails they are from. */
	messages: message[];
}

function wants_pairs({ asked, function_name, limit }: request): boolean {
	return asked === null && function_name === undefined && limit === null;
}

async function read_shown(
	input: string, c_files: readonly string[], request: request,
): Promise<shown> {
	const mails = wants_pairs(request) ? await read_mails(input, c_files) : null;
	if (!mails)
		return {
			views: await compare(await read_input(input, c_files), request.asked),
			pairs: [], messages: [],
		};
	const { pairs, others } = pair_diffs(input, mails.messages, mails.patches);
	return {
		views: pairs.length > 0 && others.length === 0 ? []
			: await compare(await mail_texts(input, others), null),
		pairs, messages: mails.messages,
	};
}

async function read_inputs(request: request): Promise<shown> {
	const c_files = await ported_c_files();
	const all: shown = { views: [], pairs: [], messages: [] };
	for (const input of request.inputs) {
		const { views, pairs, messages } = await read_shown(input, c_files, request);
		all.views.push(...views);
		all.pairs.push(...pairs);
		all.messages.push(...messages);
	}
	const { function_name } = request;
	return function_name === undefined ? all
		: { ...all, views: only_function(all.views, function_name) };
}

function is_below({ status, agreement }: function_view, limit: number): boolean {
	return status !== "removed" && agreement < limit;
}

function view_fails({ claimed, functions, findings }: text_view, limit: number): boolean {
	return claimed && (functions.some((fn) => is_below(fn, limit))
		|| findings.some(({ reason }) => reason === null));
}

/* What answers say that has no place in what is shown. */
function unplaced({ views, pairs, messages }: shown): unplaced_remark[] {
	const rows = [
		...views.flatMap(({ functions }) => functions.flatMap((fn) => fn.rows)),
		...pairs.flatMap(({ files }) =>
			files.flatMap(({ hunks }) => hunks.flatMap((hunk) => hunk.rows))),
	];
	return unplaced_remarks(messages, rows.flatMap(({ remarks }) => remarks));
}

async function write_shown(shown: shown, { format, limit, output }: request): Promise<void> {
	const { views, pairs } = shown;
	if (format === "html")
		write_text(await html_page(views, pairs, unplaced(shown)), output);
	else if (format === "json")
		process.stdout.write([...pairs, ...views].map((it) => `${JSON.stringify(it)}\n`)
			.join(""));
	else if (limit !== null)
		process.stdout.write(figures(views));
	else {
		const texts = [
			pairs_text(pairs, process.stdout), side_by_side(views, process.stdout),
			remarks_text(unplaced(shown), process.stdout),
		];

		process.stdout.write(texts.filter((text) => text !== "").join("\n"));
	}
}

async function patches_in(input: string, c_files: readonly string[]): Promise<patch[]> {
	const subjects = (await read_mails(input, c_files))?.messages.map(
		({ subject }) => subject) ?? [];
	const found = new Map(subjects.flatMap((subject) => find_posted(subject) ?? [])
		.map(({ patch }) => [patch.path, patch]));

	if (found.size === 0) {
		throw new usage_error(`${input}: its subject names no patch, expected one of `
			+ `${patched_postings().join(", ")}, as [PATCH v13 08/15]`);
	}
	return [...found.values()];
}

async function show_patches({ inputs }: request): Promise<number> {
	const c_files = await ported_c_files();
	for (const input of inputs) {
		for (const { path } of await patches_in(input, c_files))
			process.stdout.write(readFileSync(path, "utf8"));
	}
	return exit_code.holds;
}

async function show_inputs(request: request): Promise<number> {
	try {
		const shown = await read_inputs(request);
		await write_shown(shown, request);
		const { limit } = request;
		const fails = limit !== null && shown.views.some((view) => view_fails(view, limit));
		return fails ? exit_code.differs : exit_code.holds;
	} catch (error) {
		if (!(error instanceof missing_program))
			throw error;
		process.stderr.write(`vfio-ap: ${error.message}\n`);
		return exit_code.skipped;
	}
}

async function check_ports({ asked, format, limit }: request): Promise<number> {
	if (format === "html")
		throw new usage_error("--format html shows an INPUT, name one");
	const results: port_result[] = await Promise.all((asked ?? ports).map(check_port));
	process.stdout.write(format === "json" ? json_report(results) : text_report(results));
	const fails = results.some((result) => falls_below(result, limit!));
	return fails ? exit_code.differs : exit_code.holds;
}

/*
 * What is kept of a series (tools/lib/texts/series.json), or of C files
 * (test/skeletons/conditions.json).
 */
async function record(label: string, input: string): Promise<string> {
	const texts = await read_input(input, await ported_c_files());
	if (texts[0].is_patch)
		return record_series(label, input);
	const { skeleton } = find_port(label);
	const files = texts.map(({ c_file, pieces }) => (
		`\t${JSON.stringify(c_file)}: ${JSON.stringify(record_conditions(pieces.map(c_function)))}`));
	return `${JSON.stringify(skeleton)}: {\n${files.join(",\n")}\n}\n`;
}

/**
 * main - `vfio-ap crossread`
 *
 * @argv: the arguments behind the command's name
 *
 * Return: the exit code
 */
export async function main(argv: string[]): Promise<number> {
	const [args, limit] = take_limit(argv);
	const { values, positionals } = parse_args({ args, allowPositionals: true, options });
	if (values.help) {
		process.stdout.write(HELP);
		return exit_code.holds;
	}
	const request: request = {
		inputs: positionals,
		limit: values.check ? limit : null,
		asked: values.driver ? values.driver.split(",").map(find_port) : null,
		function_name: values.function,
		format: read_format(values.format),
		output: values.output,
	};
	if (request.output !== undefined && request.format !== "html")
		throw new usage_error("--output is for --format html");
	if (values.series !== undefined)
		process.stdout.write(await series_text(values.series));
	else if (values.origin !== undefined)
		process.stdout.write(await origin_text(values.origin, request.asked));
	else if (values.record !== undefined && positionals.length === 1)
		process.stdout.write(await record(values.record, positionals[0]));
	else if (positionals.length > 0)
		return values.patch ? show_patches(request) : show_inputs(request);
	else if (values.check)
		return check_ports(request);
	else
		throw new usage_error(
			"no input, expected an INPUT or --check, see vfio-ap crossread --help");
	return exit_code.holds;
}
