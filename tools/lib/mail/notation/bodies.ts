// SPDX-License-Identifier: GPL-2.0-only
/*
 * Between a line of a scenario and a sentence that says exactly that, no more and no less.
 */
import { sorted_queues } from "../../scenario/ids.ts";
import type { statement } from "../../scenario/model.ts";
import { look_up } from "../sentence/look_up.ts";
import type { fact } from "../sentence/phrases.ts";
import { act_of } from "../typed/shell.ts";
import { say_expectation } from "./claims_said.ts";

type body = statement["body"];

function op_body(op: Extract<body, { kind: "op" }>["op"], rc: "ok" | null): body {
	return { kind: "op", op, rc, fail_nth: 0 };
}

function of_fact(f: fact): body | null {
	switch (f.fact) {
	case "bound":
		return op_body(["bound", f.queues], null);
	case "start":
		return op_body(["open", "m0"], "ok");
	case "stop":
		return op_body(["close", "m0"], "ok");
	case "bind":
	case "unbind":
		return op_body([f.fact, f.queue], "ok");
	case "op":
		return f.who === null ? op_body(f.op, "ok") : null;
	case "guest":
		return { kind: "expect", expect: {
			what: "masks", of: "guest", mdev: "m0",
			is: { form: "queues", queues: sorted_queues(f.queues) },
		} };
	case "expect":
		return { kind: "expect", expect: f.expect };
	case "body":
		return f.body;
	default:
		return null;
	}
}

function of_facts([one, ...more]: fact[]): body | null {
	return one === undefined || more.length > 0 ? null : of_fact(one);
}

/** body_of - what a sentence says, as a line of a scenario; null if it is not just one */
export function body_of(text: string): body | null {
	const row = look_up(text);

	return row === null || row.kind === "prose" ? null : of_facts(row.facts([], []));
}

/** act_body - the same of a command that does something; one that shows something is no line */
export function act_body(text: string): body | null {
	const act = act_of(text);

	return act === null || act.kind === "prose" ? null : of_facts(act.facts);
}

function say(b: body): string | null {
	if (b.kind === "expect")
		return say_expectation(b.expect);
	if (b.kind === "unread")
		return null;
	switch (b.op[0]) {
	case "bound":
		return b.op[1] === "all" ? "All queues are bound to vfio_ap."
			: b.op[1].length === 0 ?
			"No queues are bound to vfio_ap."
			: `Queues bound to vfio_ap: ${b.op[1].join(", ")}`;
	case "open":
		return "The guest is started.";
	case "close":
		return "The guest is stopped.";
	case "write":
		return `echo ${b.op[3]} > ${b.op[2]}`;
	case "bind":
	case "unbind":
		return `echo ${b.op[1]} > /sys/bus/ap/drivers/vfio_ap/${b.op[0]}`;
	default:
		return null;
	}
}

/** sentence_for - a sentence from which body_of() makes the line again; null if there is none */
export function sentence_for(b: body): string | null {
	const text = say(b);

	return text !== null && JSON.stringify(body_of(text)) === JSON.stringify(b) ? text : null;
}
