// SPDX-License-Identifier: GPL-2.0-only
import { exit_code } from "../lib/cli/exit_code.ts";
import { parse_args } from "../lib/cli/options.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { drivers_json, drivers_markdown, drivers_text } from "./list.ts";

const FORMATS = new Map([
	["text", drivers_text],
	["markdown", drivers_markdown],
	["json", drivers_json],
]);

const HELP = `usage: vfio-ap drivers [--format FORMAT]

Lists the drivers that can be loaded: postings of the series and released kernels, oldest first,
and behind them what is such a text with something done otherwise.

  --format FORMAT   one of ${[...FORMATS.keys()].join(", ")} (text)
  -h, --help        this text
`;

/** main - vfio-ap drivers */
export async function main(argv: string[]): Promise<number> {
	const { values } = parse_args({
		args: argv,
		options: {
			format: { type: "string", default: "text" },
			help: { type: "boolean", short: "h", default: false },
		},
	});
	const list = FORMATS.get(values.format);

	if (list === undefined)
		throw new usage_error(`--format ${values.format}: no such format, expected one of ` +
			[...FORMATS.keys()].join(", "));
	process.stdout.write(values.help ? HELP : list());
	return exit_code.holds;
}
