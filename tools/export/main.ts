// SPDX-License-Identifier: GPL-2.0-only
import { exit_code } from "../lib/cli/exit_code.ts";
import { parse_args } from "../lib/cli/options.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { machine_lab } from "../lib/lab/lab.ts";
import { load_driver } from "../lib/lab/loader.ts";
import { read_inputs } from "../lib/mail/input.ts";
import { expand } from "../lib/play/play.ts";
import { umockdev_text } from "../lib/record/export.ts";
import { uuid_in } from "../lib/scenario/ids.ts";
import type { op } from "../lib/scenario/model.ts";
import { only_scenario } from "../lib/scenario/only.ts";

const HELP = `usage: vfio-ap export --umockdev FILE [--driver LABEL]

Does the operations of a scenario and prints the simulated machine's /sys as it stands then, in the
text of umockdev-record: a bug report that needs no right and no mount to be looked at
(umockdev-run -d FILE -- lszcrypt -V), and that "vfio-ap import" reads.

  --umockdev        the only form there is
  --driver LABEL    the driver that is loaded (v6.12)
`;

function do_operation(lab: machine_lab, op: op, note: string | null): void {
	if (op[0] === "create")
		lab.users.create(op[1], op[2], uuid_in(note));
	else
		lab.run(op);
}

/** main - the command "export" */
export async function main(argv: string[]): Promise<number> {
	const { values, positionals } = parse_args({
		args: argv, allowPositionals: true,
		options: {
			umockdev: { type: "boolean", default: false },
			driver: { type: "string", default: "v6.12" },
			help: { type: "boolean", short: "h", default: false },
		},
	});

	if (values.help) {
		process.stdout.write(HELP);
		return exit_code.holds;
	}
	if (!values.umockdev || positionals.length !== 1)
		throw new usage_error("expected vfio-ap export --umockdev FILE");
	const [file] = positionals;
	const [input] = await read_inputs([file!], null);
	const scenario = only_scenario(input?.scenarios ?? [], file!);
	const lab = new machine_lab(scenario, await load_driver(values.driver));

	lab.load();
	for (const { body, note } of scenario.statements)
		if (body.kind === "op")
			for (const op of expand(body.op, lab))
				do_operation(lab, op, note);
	process.stdout.write(umockdev_text());
	lab.shutdown();
	return exit_code.holds;
}
