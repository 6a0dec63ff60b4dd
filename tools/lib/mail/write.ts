// SPDX-License-Identifier: GPL-2.0-only
/*
 * A scenario in the words of the list, numbered steps and all, to be pasted into a mail. What
 * read.ts makes of the text is the scenario again.
 */
import { usage_error } from "../cli/usage_error.ts";
import { adapter_name, domain_name, product } from "../scenario/ids.ts";
import type { expectation, op, scenario, statement } from "../scenario/model.ts";
import { print_step } from "../scenario/print.ts";

/** A step: its sentence, and the queues listed below it. */
interface said {
	text: string;
	list: string[] | null;
}

function sentence(text: string): said {
	return { text, list: null };
}

function id_text(attr: string, text: string): string | null {
	const id = /^0x/i.test(text) ? parseInt(text, 16) : Number(text);

	if (!Number.isInteger(id) || id < 0 || id > 255)
		return null;
	return attr.endsWith("adapter") ? adapter_name(id) : domain_name(id);
}

function say_write(o: Extract<op, ["write", ...unknown[]]>): said | null {
	const m = /^((?:un)?assign)_(adapter|domain|control_domain)$/.exec(o[2]);
	const id = id_text(o[2], o[3]);

	if (m === null || id === null)
		return null;
	return sentence(`${m[1]} ${m[2]!.replace("_", " ")} ${id}`);
}

function say_mdev(o: Extract<op, ["mdev", ...unknown[]]>): said | null {
	const { apm, aqm, adm } = o[2];

	if (adm.length > 0 || (apm.length === 0) !== (aqm.length === 0))
		return null;
	return apm.length === 0 ? sentence("We start with an empty mdev") :
		{ text: "APQNs assigned to matrix_mdev:", list: product(apm, aqm) };
}

function say_operation(o: op): said | null {
	switch (o[0]) {
	case "bound":
		return o[1] === "all" ? null : o[1].length === 0 ? sentence("No queues bound to vfio_ap") :
			{ text: "Queues bound to vfio_ap:", list: o[1] };
	case "mdev":
		return say_mdev(o);
	case "open":
		return o[2] === undefined ? sentence("Guest started") : null;
	case "write":
		return say_write(o);
	case "bind":
		return sentence(`queue device ${o[1]} is bound to the driver`);
	case "unbind":
		return sentence(`${o[1]} gets removed (unbound)`);
	default:
		return null;
	}
}

function say_withheld(e: Extract<expectation, { what: "withheld" }>): said | null {
	const unit = e.unit === "adapter" ? `Adapter ${adapter_name(e.id)}` : `APQI ${domain_name(e.id)}`;
	const queues = e.because.join(", ");

	return e.because.length === 0 ? null : sentence(`${unit} is filtered because ` +
		(e.because.length === 1 ? `queue ${queues} is not bound` : `queues ${queues} are not bound`));
}

function say_expectation(e: expectation): said | null {
	switch (e.what) {
	case "masks":
		if (e.is.form !== "queues" || e.of === "apcb")
			return null;
		return {
			text: e.of === "guest" ? "shadow_apcb:" : "APQNs assigned to matrix_mdev:",
			list: e.is.queues,
		};
	case "unchanged":
		return sentence("no change to shadow_apcb");
	case "withheld":
		return say_withheld(e);
	case "all_bound":
		return sentence("All queues assigned to the matrix mdev are now bound");
	default:
		return null;
	}
}

function say(s: statement): said | null {
	if (s.body.kind === "unread" || s.drivers !== null)
		return null;
	if (s.body.kind === "expect")
		return say_expectation(s.body.expect);
	return s.body.fail_nth === 0 ? say_operation(s.body.op) : null;
}

function step_lines(it: said, number: number): string[] {
	const list = it.list === null ? [] : it.list.length === 0 ? ["<empty>"] : it.list;

	return [`${number}. ${it.text}`, ...list.map((q) => `    ${q}`)];
}

/**
 * mail_text - a scenario as numbered steps
 *
 * Return: the text; throws usage_error if a line of the scenario has no phrasing.
 */
export function mail_text(sc: scenario): string {
	const lines = sc.statements.flatMap((s, i) => {
		const it = say(s);

		if (it === null)
			throw new usage_error(`${sc.file}:${s.line}: "${print_step(s)}" has no phrasing for a ` +
				"mail, right would be: assignments, bindings, guest and matrix lists of m0");
		return step_lines(it, i + 1);
	});

	return lines.join("\n") + "\n";
}
