// SPDX-License-Identifier: GPL-2.0-only
/* Arbitrary scenarios, for properties of the notation. */
import * as fc from "fast-check";

import { ascending, queue_name } from "../../../../tools/lib/scenario/ids.ts";
import {
	number_steps,
	type choice,
	type config_change,
	type expectation,
	type host_config,
	type mask_form,
	type masks,
	type op,
	type result,
	type scenario,
	type statement,
} from "../../../../tools/lib/scenario/model.ts";

const id = fc.integer({ min: 0, max: 255 });
const ids = fc.array(id, { maxLength: 4 }).map(ascending);
const queue = fc.tuple(id, id).map(([a, d]) => queue_name(a, d));
const queues = fc.array(queue, { maxLength: 4 });
const some_queues = fc.array(queue, { minLength: 1, maxLength: 4 });
const mdev = fc.integer({ min: 0, max: 9 }).map((n) => `m${n}`);
const hex = fc.integer({ min: 0, max: 0xffffff }).map((n) => `0x${n.toString(16)}`);
const codes = fc.array(id, { minLength: 1, maxLength: 3 });
/** any text: it is quoted where it must be */
const text = fc.string({ unit: "binary", maxLength: 8 });
/** prose of a header line: one line, no white space at its ends */
const prose = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 30 })
	.map((s) => s.trim()).filter((s) => s !== "");
const count = fc.integer({ min: 0, max: 99 });
const assign = fc.constantFrom("assign_adapter", "unassign_adapter", "assign_domain",
	"unassign_domain", "assign_control_domain", "unassign_control_domain", "ap_config");

const all_masks: fc.Arbitrary<masks> = fc.record({ apm: ids, aqm: ids, adm: ids });
const change: fc.Arbitrary<config_change> =
	fc.record({ apm: ids, aqm: ids, adm: ids }, { requiredKeys: [] });

const operation: fc.Arbitrary<op> = fc.oneof(
	fc.tuple(fc.constantFrom("create", "destroy", "close", "reset"), mdev) as fc.Arbitrary<op>,
	fc.tuple(fc.constantFrom("bind", "unbind"), queue) as fc.Arbitrary<op>,
	fc.tuple(fc.constant("write"), mdev, assign, text) as fc.Arbitrary<op>,
	fc.tuple(fc.constant("read"), fc.oneof(mdev, queue, fc.constant("matrix")),
		fc.constantFrom("matrix", "guest_matrix", "status",
			"features")) as fc.Arbitrary<op>,
	fc.tuple(fc.constant("open"), mdev) as fc.Arbitrary<op>,
	fc.tuple(fc.constant("open"), mdev, mdev) as fc.Arbitrary<op>,
	fc.tuple(fc.constantFrom("cfg", "config_changed"), change) as fc.Arbitrary<op>,
	fc.constant<op>(["scan"]),
	fc.tuple(fc.constantFrom("apmask_store", "aqmask_store"), text) as fc.Arbitrary<op>,
	fc.tuple(fc.constant("in_use"), ids, ids) as fc.Arbitrary<op>,
	fc.tuple(fc.constant("pqap"), mdev, hex, hex, hex) as fc.Arbitrary<op>,
	fc.tuple(fc.constant("unmap"), mdev, hex, hex) as fc.Arbitrary<op>,
	fc.tuple(fc.constant("hw"), queue, fc.record({ zapq: codes, tapq: codes, aqic: codes },
		{ requiredKeys: [] }).filter((s) => Object.keys(s).length > 0)) as fc.Arbitrary<op>,
	fc.tuple(fc.constant("config"), id, fc.constantFrom("on", "off")) as fc.Arbitrary<op>,
	fc.tuple(fc.constant("driver_override"), queue, text) as fc.Arbitrary<op>,
	fc.tuple(fc.constant("store"),
		fc.constantFrom("/sys/bus/ap/poll_timeout", "/sys/a b/\"c\""),
		text) as fc.Arbitrary<op>,
	fc.tuple(fc.constant("checkstop"), fc.nat(255)) as fc.Arbitrary<op>,
	fc.tuple(fc.constant("hw_time"), fc.constantFrom("service", "reset"),
		fc.nat(24 * 3600000)) as fc.Arbitrary<op>,
	fc.tuple(fc.constant("run"), mdev, fc.constantFrom("tapq", "aqic-on", "nqap"),
		queue) as fc.Arbitrary<op>,
	fc.tuple(fc.constant("run"), mdev, fc.constant("aqic-on"), queue,
		fc.record({ isc: fc.nat(7), nib: hex })) as fc.Arbitrary<op>,
	fc.tuple(fc.constant("advance"), fc.nat(24 * 3600000)) as fc.Arbitrary<op>,
	fc.tuple(fc.constant("unbind"), mdev) as fc.Arbitrary<op>,
	fc.tuple(fc.constant("bound"), fc.oneof(queues, fc.constant("all"))) as fc.Arbitrary<op>,
	fc.tuple(fc.constant("mdev"), mdev, all_masks) as fc.Arbitrary<op>,
);

const errnos = [-1, -5, -16, -19, -22, -34, -95, -98, -99];
const result: fc.Arbitrary<result> = fc.oneof(count, fc.constantFrom(...errnos),
	fc.constantFrom("ok", "error", "hang", "fault", "waits", null));

const maybe_ids = fc.oneof(ids, fc.constant(null));
const form: fc.Arbitrary<mask_form> = fc.oneof(
	fc.record({ form: fc.constantFrom("queues", "not", "has", "lacks"), queues }),
	fc.record({ form: fc.constant("masks"), apm: maybe_ids, aqm: maybe_ids, adm: maybe_ids })
		.filter((f) => f.apm !== null || f.aqm !== null || f.adm !== null),
) as fc.Arbitrary<mask_form>;

const expectation: fc.Arbitrary<expectation> = fc.oneof(
	fc.record({
		what: fc.constant("masks"), of: fc.constantFrom("guest", "apcb", "matrix"), mdev,
		is: form,
	}),
	fc.record({ what: fc.constantFrom("unchanged", "all_bound"), mdev }),
	fc.record({
		what: fc.constant("filtered"), mdev, unit: fc.constantFrom("adapter", "domain"), id,
		because: queues,
	}),
	fc.record({
		what: fc.constant("plugged"), mdev, unit: fc.constantFrom("adapter", "domain"), id,
	}),
	fc.record({
		what: fc.constant("instructions"), which: fc.constantFrom("zapq", "aqic"), queues,
	}),
	fc.record({ what: fc.constant("updates"), mdev, count }),
	fc.record({
		what: fc.constant("eventfd"), mdev, which: fc.constantFrom("cfg", "req"), count,
	}),
	fc.record({
		what: fc.constant("held"), which: fc.constantFrom("pins", "gisc"), mdev, count,
	}),
	fc.record({ what: fc.constant("linked"), mdev, queues }),
	fc.record({ what: fc.constant("bindings"), bound: fc.boolean(), queues: some_queues }),
	fc.record({ what: fc.constant("status"), queue, text }),
	fc.record({ what: fc.constant("out"), text }),
	fc.record({ what: fc.constant("rc"), rc: result.filter((r) => r !== null) }),
	fc.record({ what: fc.constant("warn"), count }),
	fc.record({ what: fc.constant("log"), text }),
	fc.record({
		what: fc.constant("locks"),
		tokens: fc.array(fc.constantFrom("...", "g+", "g-", "km0+", "kNULL-"),
			{ minLength: 1, maxLength: 4 }),
	}),
) as fc.Arbitrary<expectation>;

const body: fc.Arbitrary<statement["body"]> = fc.oneof(
	fc.record({
		kind: fc.constant("op"), op: operation, rc: result,
		fail_nth: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 })),
	}),
	fc.record({ kind: fc.constant("expect"), expect: expectation }),
	fc.record({ kind: fc.constant("unread"), text }),
) as fc.Arbitrary<statement["body"]>;

const drivers = fc.oneof(fc.constant(null),
	fc.subarray(["v11", "v12", "v13", "v6.0", "v6.12"], { minLength: 1 }));

const statement: fc.Arbitrary<statement> = fc.record({
	line: fc.constant(0), label: fc.constant(null), n: fc.constant(""), drivers, body,
	note: fc.oneof(fc.constant(null), prose),
});

/** Labels as a mail has them: rising numbers, some steps without one. */
function label(list: statement[], labelled: boolean[]): statement[] {
	const done = list.map(
		(s, i) => ({ ...s, label: labelled[i] === true ? String(i + 1) : null }));

	number_steps(done);
	return done;
}

const choice: fc.Arbitrary<choice> = fc.oneof(
	fc.record({ what: fc.constantFrom("order" as const, "guest" as const) }),
	fc.record({ what: fc.constantFrom("bound" as const, "taken" as const), queue }),
	fc.record({ what: fc.constantFrom("adapter" as const, "domain" as const), id }),
);

const host: fc.Arbitrary<host_config> = fc.record({
	apxa: fc.constantFrom(0, 1), na: id, nd: id, apm: ids, aqm: ids, adm: ids, old: ids,
}).map((it) => ({
	...it, na: Math.max(it.na, ...it.apm), nd: Math.max(it.nd, ...it.aqm, ...it.adm),
}));

/** arbitrary_scenario - any scenario the notation can say */
export const arbitrary_scenario: fc.Arbitrary<scenario> = fc.record({
	file: fc.constant("f"), line: fc.constant(0),
	name: fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/),
	source: fc.oneof(fc.constant(null), prose),
	about: fc.array(prose, { maxLength: 2 }), assumptions: fc.array(prose, { maxLength: 2 }),
	slips: fc.array(prose, { maxLength: 2 }), verdicts: fc.constant([]), host, apmask: ids,
	aqmask: ids,
	memory: fc.constantFrom("zero", "ones"), choices: fc.array(choice, { maxLength: 3 }),
	statements: fc.array(fc.tuple(statement, fc.boolean()), { minLength: 1, maxLength: 8 })
		.map((list) => label(list.map(([s]) => s), list.map(([, l]) => l))),
});
