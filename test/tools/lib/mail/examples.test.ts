// SPDX-License-Identifier: GPL-2.0-only
/* Examples in the list's phrasing, made up for these tests. */
import { test } from "tap";
import { posting_of, read_mail, type reading } from "../../../../tools/lib/mail/read.ts";
import { find_phrase, phrases } from "../../../../tools/lib/mail/sentence/phrases.ts";
import { parse_host_text } from "../../../../tools/lib/scenario/parse.ts";
import { print_host, print_step } from "../../../../tools/lib/scenario/print.ts";

const STEPS = `We talked about this:

1. Queues bound to vfio_ap:
    0a.0001
    0a.0002
2. APQNs assigned to matrix_mdev:
    0a.0001
    0a.0002
3. shadow_apcb:
    0a.0001
    0a.0002
4. Assign domain 00ab to matrix_mdev
5. APQNs assigned to matrix_mdev:
    0a.0001
    0a.0002
    0a.00ab
5. APQI 00ab gets filtered because 0a.00ab not bound
to vfio_ap
6. no change to shadow_apcb:
    0a.0001
    0a.0002

Hope that helps.
`;

const TABLE = `Example:
=======
Queue devices bound to vfio_ap device driver:
0a.0001
0a.0002

0b.0001

Adapters and domains assigned to matrix mdev:
Adapters Domains -> Queues
0a 0001 0a.0001
0b 0002 0a.0002
0b.0001
0b.0002

KVM guest matrix at startup:
Adapters Domains -> Queues
0a 0001 0a.0001
0002 0a.0002

Adapter 0b is filtered because queue 0b.0002 is not bound.

KVM guest matrix after queue 0b.0002 is bound to the vfio_ap driver:
Adapters Domains -> Queues
0a 0001 0a.0001
0b 0002 0a.0002
0b.0001
0b.0002

All queues assigned to the matrix mdev are now bound.

Signed-off-by: Jo Example <jo@example.org>
`;

async function read(text: string, host: string | null = null): Promise<reading[]> {
	return read_mail(Buffer.from(text), "f", host === null ? null : parse_host_text(host));
}

function steps(r: reading | undefined, nth = 0): string[] {
	return r!.scenarios[nth]!.statements.map((s) => `${s.n} ${print_step(s)}`);
}

const quoted = (text: string, marks: string): string =>
	text.replace(/^/gm, marks);

test("phrases: each row matches its examples, and no row before it does", async (t) => {
	for (const p of phrases)
		for (const e of p.examples)
			t.equal(find_phrase(e)?.phrase.name, p.name, `${p.name}: ${e}`);
	t.equal(new Set(phrases.map((p) => p.name)).size, phrases.length, "names are unique");
});

test("mail: numbered steps", async (t) => {
	const [r, ...more] = await read(STEPS);

	t.equal(more.length, 0);
	t.strictSame([r!.first, r!.last], [3, 21]);
	t.strictSame(r!.counts.unread, []);
	t.strictSame(steps(r), [
		"1 bound 0a.0001 0a.0002",
		"2 mdev m0 adapters 0a domains 0001 0002",
		"2.1 open m0 = ok",
		"3 guest m0 0a.0001 0a.0002",
		"4 assign_domain m0 0xab = ok",
		"5 matrix m0 0a.0001 0a.0002 0a.00ab",
		"5' filtered m0 domain 00ab because 0a.00ab",
		"6 unchanged m0",
		"6.1 guest m0 0a.0001 0a.0002",
	]);
	t.match(r!.scenarios[0]!.assumptions.join("\n"),
		/guest is started before step 3 \(line 9\)/);
	t.equal(print_host(r!.scenarios[0]!.host), "adapters 0a domains 0001 0002 00ab");
});

test("mail: tables of adapters and domains with wrapped rows", async (t) => {
	const [r] = await read(TABLE);

	t.strictSame(steps(r), [
		"1 bound 0a.0001 0a.0002 0b.0001",
		"2 mdev m0 adapters 0a 0b domains 0001 0002",
		"3 open m0 = ok",
		"4 guest m0 0a.0001 0a.0002",
		"5 filtered m0 adapter 0b because 0b.0002",
		"6 bind 0b.0002 = ok",
		"7 guest m0 0a.0001 0a.0002 0b.0001 0b.0002",
		"8 all_bound m0",
	]);
	t.strictSame(r!.slips, []);
});

test("mail: the same at any depth of quoting, and only once", async (t) => {
	const [plain] = await read(STEPS);

	for (const marks of ["> ", ">> ", "> > ", ">>>> "]) {
		const [r] = await read(quoted(STEPS, marks));

		t.strictSame(steps(r), steps(plain), marks);
	}
	const [once, ...more] = await read(`${STEPS}\n${quoted(STEPS, "> ")}`);
	t.equal(more.length, 0);
	t.strictSame(once!.again, [27]);
});

test("mail: a comment between quoted steps does not end the example", async (t) => {
	const lines = quoted(STEPS, "> ").split("\n");
	const commented = [
		...lines.slice(0, 11), "", "I do not follow, why here?", "", ...lines.slice(11),
	];
	const [plain] = await read(STEPS);
	const [r] = await read(commented.join("\n"));

	t.strictSame(steps(r), steps(plain));
});

test("mail: a line no phrase fits is not read, and said to be", async (t) => {
	const odd = STEPS.replace("4. Assign domain 00ab to matrix_mdev",
		"4. Frobnicate domain 00ab");
	const [r] = await read(odd);

	t.strictSame(r!.counts.unread, [12]);
	t.ok(steps(r).includes('4 unread "Frobnicate domain 00ab"'));
});

test("mail: 'Or:' begins another example", async (t) => {
	const list = await read(`${STEPS}\nOr:\n\n${STEPS.replace(/00ab/g, "00ac")}`);

	t.equal(list.length, 2);
	t.ok(steps(list[1]).includes("4 assign_domain m0 0xac = ok"));
});

test("mail: a step's wrong number is found and read both ways", async (t) => {
	const [r] = await read(STEPS.replace("4. Assign domain 00ab", "4. Assign domain 00ac"));

	t.equal(r!.slips.length, 1);
	t.match(r!.slips[0]!.text,
		/step 4 \(line 12\) says domain 00ac, the list on lines 13-16 has 00ab/);
	t.strictSame(r!.scenarios.map((s) => s.name), ["line-3-as-meant", "line-3-as-written"]);
	t.ok(steps(r, 0).includes("4 assign_domain m0 0xab = ok"));
	t.ok(steps(r, 1).includes("4 assign_domain m0 0xac = ok"));
});

test("mail: a queue bound in place of its neighbour is found and read both ways", async (t) => {
	const [r] = await read(TABLE.replace("0a.0002\n\n0b.0001", "0a.0002\n\n0b.0005"));

	t.match(r!.slips.map((s) => s.text).join("\n"),
		/0b\.0005 is bound but never assigned, 0b\.0001 is assigned/);
	t.strictSame(r!.scenarios.map((s) => s.statements[0]!).map(print_step),
		["bound 0a.0001 0a.0002 0b.0001", "bound 0a.0001 0a.0002 0b.0005"]);
});

test("mail: a list that contradicts the steps is reported", async (t) => {
	const [r] = await read(STEPS.replace("    0a.00ab\n5. APQI", "5. APQI"));

	t.match(r!.slips[0]!.text,
		/lines 13-15: the list has 0a\.0001 0a\.0002, by the steps before it is .*0a\.00ab/);
	t.equal(r!.scenarios.length, 1, "nothing to correct it by");
});

test("mail: a list no guest can have is reported", async (t) => {
	const [r] = await read(`1. Queues bound to vfio_ap:
0a.0001
0a.0002
0b.0001
2. APQNs assigned to matrix_mdev:
0a.0001
0a.0002
0b.0001
0b.0002
3. shadow_apcb:
0a.0001
0a.0002
0b.0001
`);

	t.match(r!.slips[0]!.text, /no guest can have just 0a\.0001 0a\.0002 0b\.0001/);
});

test("mail: a reason that names an unassigned queue is reported", async (t) => {
	const [r] = await read(STEPS.replace("because 0a.00ab", "because 0a.00ad"));

	t.match(r!.slips[0]!.text,
		/the reason names 0a\.00ad, not assigned at that step; assigned and not bound is 0a\.00ab/);
	const reasons = r!.scenarios.map((s) => [s.name.replace(/^.*?-as/, "as"), s.statements
		.map(print_step).find((it) => it.includes("because"))!.replace(/.* /, "")]);
	t.strictSame(reasons, [["as-meant", "0a.00ab"], ["as-written", "0a.00ad"]]);
});

test("mail: a host given takes the place of the assumed one", async (t) => {
	const [r] = await read(STEPS, "adapters 0a domains 0001 0002");

	t.equal(print_host(r!.scenarios[0]!.host), "adapters 0a domains 0001 0002");
	t.match(r!.scenarios[0]!.assumptions.join("\n"), /given by --host/);
});

test("mail: steps of two processors are known and not replayed", async (t) => {
	const [r] = await read(`Consider this:
1) apmask_store() takes ap_perms_mutex
2) assign_adapter_store() takes matrix_dev->lock
3) apmask_store() calls in_use() which tries to take matrix_dev->lock
`);

	t.ok(r!.actors);
	t.strictSame(r!.scenarios, []);
	t.equal(r!.counts.actor.length, 3);
});

test("mail: a host configuration change step by step", async (t) => {
	const [r] = await read(`1. APQI 00ab removed from info->aqm
2. AP bus notifies vfio_ap that AP configuration has changed
3. vfio_ap removes APQI 00ab from shadow_apcb
4. Userspace binds queue 0a.00ab to vfio_ap
5. AP bus notifies vfio_ap scan is over
`);

	t.strictSame(steps(r).slice(-4), [
		"1 config_changed adapters 0a domains - = ok", "3 filtered m0 domain 00ab",
		"4 bind 0a.00ab = ok", "5 scan = ok",
	]);
	t.equal(r!.scenarios[0]!.assumptions.length, 3);
});

test("mail: text without an example has none", async (t) => {
	t.strictSame(await read(
		"Hi,\n\n1. On guest start, everything is filtered.\n2. That is all.\n"), []);
	t.strictSame(await read(""), []);
});

test("mail: a posting's version is in its subject", async (t) => {
	t.equal(posting_of("Re: [PATCH v11 08/14] s390/vfio-ap: x"), "11");
	t.equal(posting_of("[RFC PATCH v2] x"), "2");
	t.equal(posting_of("[PATCH] v3 of x"), null);
	t.equal(posting_of(null), null);
});
