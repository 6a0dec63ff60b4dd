// SPDX-License-Identifier: GPL-2.0-only
/*
 * A line is compared as text first: what differs is found in every field, what is only
 * written otherwise is not, and what cannot be read is said to be so.
 */
import { test } from "tap";
import { usage_error } from "../../../tools/lib/cli/usage_error.ts";
import { load_driver } from "../../../tools/lib/lab/loader.ts";
import { check_trace, type divergence } from "../../../tools/lib/trace/check.ts";
import { parse_traces } from "../../../tools/lib/trace/format.ts";

await load_driver("v6.12");

const HEADER = '{"trace":1,"driver":"v6.12","seed":0,"host":{"apxa":1,"na":255,"nd":255,' +
	'"apm":[4],"aqm":[71],"adm":[]},"apmask":[],"aqmask":[]}';
const INIT = '{"op":["init"],"rc":0,"lk":"g+ m+ m- g-"}';
const CREATE = '{"op":["create","m0"],"rc":0,"lk":"g+ g-","st":{"m0":{"apm":[],"aqm":[],"adm":[],' +
	'"g":{"apm":[],"aqm":[],"adm":[]},"kvm":0,"q":[]}}}';
const UNBIND = '{"op":["unbind","04.0047"],"rc":0,"ev":[["zapq","04.0047"]],"lk":"g+ m+ m- g-"}';
const READ = '{"op":["read","m0","control_domains"],"rc":0,"out":"","lk":"m+ m-"}';

function differences(...lines: string[]): divergence[] {
	const text = [HEADER, ...lines].join("\n");

	return [...parse_traces("a.jsonl", text)]
		.flatMap((trace) => check_trace(trace).divergences);
}

test("a line as it is recorded is the same", async (t) => {
	t.same(differences(INIT, CREATE, READ, UNBIND), []);
});

const changes: [field: string, line: string, from: string, to: string][] = [
	["rc", UNBIND, '"rc":0', '"rc":-19'],
	["crash", UNBIND, UNBIND.slice(UNBIND.indexOf('"rc"')), '"crash":"hang"}'],
	["out", READ, '"out":""', '"out":"0004\\n"'],
	["ev", UNBIND, '"ev":[["zapq","04.0047"]],', ""],
	["ev", UNBIND, "zapq", "aqic"],
	["lk", UNBIND, "g+ m+ m- g-", "g+ m+ g- m-"],
	["st", CREATE, '"kvm":0', '"kvm":1'],
	["st", CREATE, '"q":[]', '"q":["04.0047"]'],
	["st", CREATE, '"apm":[]', '"apm":[4]'],
	["st", CREATE, '"st":{', '"st":{"m1":null,'],
];

for (const [field, line, from, to] of changes) {
	test(`${field} differs: ${to}`, async (t) => {
		const before = [INIT, CREATE, READ, UNBIND];
		const lines = before.slice(0, before.indexOf(line));

		t.match(differences(...lines, line.replace(from, to)),
			[{ field, line: lines.length + 2 }]);
	});
}

const DEFAULT = HEADER.replace('"apmask":[],"aqmask":[]', '"apmask":[4],"aqmask":[71]');

test("rc of a bind that the driver core refuses: -16 or -19, as recordings have it", async (t) => {
	for (const [rc, found] of [[-16, 0], [-19, 0], [-12, 1], [0, 1]] as const) {
		const bind = `{"op":["bind","04.0047"],"rc":${rc}}`;
		const traces = parse_traces("a.jsonl",
			[DEFAULT, '{"op":["init"],"rc":0}', bind].join("\n"));

		t.equal([...traces].flatMap((trace) => check_trace(trace).divergences).length,
			found, `${rc}`);
	}
	t.match(differences(INIT, CREATE, '{"op":["bind","04.0047"],"rc":-19}'), [{ field: "rc" }],
		"not of a queue that vfio_ap has itself");
});

test("a line that is only written otherwise is the same", async (t) => {
	const spaced = JSON.stringify(JSON.parse(UNBIND), null, 1).replaceAll("\n", "");
	const { op, rc, ev, lk } = JSON.parse(UNBIND);

	t.same(differences(INIT, CREATE, READ, spaced), []);
	t.same(differences(INIT, CREATE, READ, JSON.stringify({ lk, ev, rc, op })), []);
	t.same(differences(INIT, CREATE, READ, UNBIND.replace("}", ',"st":{}}')), []);
});

test("a line that is broken behind its op is named", async (t) => {
	t.throws(() => differences(INIT, UNBIND.slice(0, -1)),
		{ message: /^a\.jsonl:3: not JSON: \{"op"/ });
	t.throws(() => differences(INIT, '{"op":[,],"rc":0}'),
		{ message: /^a\.jsonl:3: not JSON: \[,\]/ });
	t.throws(() => differences(INIT, UNBIND.replace('"lk":"g+ m+ m- g-"', '"lk":5')),
		new usage_error('a.jsonl:3: "lk" of an operation\'s line is 5, expected ' +
			'"lk":"m+ m-" (locks taken and released)'));
});

test("a line without a result is for trace run only", async (t) => {
	t.throws(() => differences('{"op":["init"]}'),
		{ message: /^a\.jsonl:2: the operation's result/ });
});
