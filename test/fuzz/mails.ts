// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mails made up by a grammar: steps of an example, in an order that makes sense more often than
 * not, of a machine with few queues, so that what one step says meets what another says. The words
 * are those of the reader's own tables: the lexicon by kind, the frames' kinds, the examples of
 * frames and phrases, what is typed; and whatever its tests say.
 */
import * as fc from "fast-check";
import { frames } from "../../tools/lib/mail/english/frames.ts";
import { LEXICON } from "../../tools/lib/mail/english/lexicon.ts";
import { phrases } from "../../tools/lib/mail/sentence/phrases.ts";
import { typed_lines } from "../../tools/lib/mail/typed/shell.ts";
import { STRERROR } from "../../tools/lib/mail/typed/strerror.ts";

const one = <T>(...list: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...list);

/* "a|b|" - one of these; what stands in braces is made anew each time */
function words(text: string): fc.Arbitrary<string> {
	return one(...text.split("|"));
}

type slots = Readonly<Record<string, fc.Arbitrary<string>>>;

/* A text with its {slots} filled in. */
function filled(text: string, slots: slots): fc.Arbitrary<string> {
	const parts = text.split(/\{(\w+)\}/);

	return fc.tuple(...parts.map((part, i) => i % 2 === 0 ? fc.constant(part)
		: slots[part] ?? fc.constant(`{${part}}`)))
		.map((list) => list.join(""));
}

/* One of some lines; a sign stands for a line break in one. */
function one_of(lines: string, slots: slots): fc.Arbitrary<string> {
	return fc.oneof(...lines.slice(1, -1).split("\n")
		.map((text) => filled(text.replaceAll("⏎", "\n"), slots)));
}

const QUEUES = ["04.0004", "04.0047", "05.0004", "05.0047"];
const queue = fc.oneof({ weight: 8, arbitrary: one(...QUEUES) },
	{ weight: 1, arbitrary: words(
		"06.0004|(4,71)|4-71|(05,0047)|0x05.0x47|4.4|ff.0100|05.0054") });
const adapter = words("04|05|05|06|5|0x5"), domain = words("0004|0047|0047|0054|71|0x47");
const id = fc.oneof(adapter, domain);

function several(item: fc.Arbitrary<string>, join: fc.Arbitrary<string>): fc.Arbitrary<string> {
	return fc.tuple(fc.array(item, { minLength: 1, maxLength: 4 }), join)
		.map(([list, by]) => list.join(by));
}

const queues = fc.oneof(several(queue, words(", | and | |; | or ")),
	words("{04,05} x {0004,0047}|04.{0004,0047}|04.0004-04.0047|04.0004 to 05.0004|" +
		"04.0004 04.0047 05.0047 minus 05.0047|{04.0004 04.0047} without 04.0047|" +
		"domains 4 to 6|adapters 0x04-0x05|all queues|both queues|all four queues|the rest|" +
		"all three queues|both|both adapters|those two domains"));
const units = fc.oneof(
	one_of(`
{unit} {id}
{units} {ids}
the {unit}
{ids}
card {id} with domains {ids}
{units} {ids} and domain {id}
`, {
		unit: words("adapter|domain|control domain|APID|APQI|card"),
		units: words("adapters|domains|control domains|APIDs|APQIs|cards"),
		id, ids: several(id, words(", | and |, and | ")),
	}));
const names = fc.oneof(queues, units);

const BY_KIND = new Map<string, string[]>();

for (const [word, { kind }] of LEXICON)
	BY_KIND.set(kind, [...BY_KIND.get(kind) ?? [], word.replaceAll("_", " ")]);

function of_kind(kind: string): fc.Arbitrary<string> {
	return kind === "errno" ? one("EBUSY", "-EADDRINUSE", ...Object.keys(STRERROR))
		: kind === "vfio_ap" ? words("vfio_ap|to vfio_ap|the driver|by vfio_ap")
			: one(...BY_KIND.get(kind) ?? [kind.replaceAll("_", " ")]);
}

const named = words("||||| 1| 2| b| other").chain((number) => one(...
	["the guest", "a guest", "the mdev", "mdev", "guest", "VM", "it", "the second guest",
		"another mdev", "the first mdev"].map((name) => name + number)));
const because =
	one_of(`




 because {queue} is not bound
, since {queue} is missing
 ({queue} is not bound)
 as {queue} is not bound
 for want of {queue}
 now
 once {queue} is bound
 when {queue} is unbound
 again
: {queues}
 so {queue} is filtered
, {queue} is not
 and {named} has {queues}
, but not {queue}
 but only {queue}
 if it is bound
`, { queue, queues, named });

/* Words of the kinds that a frame takes, in any order, with names between them. */
const sentence = one(...frames).chain(({ words: kinds }) => {
	const word = one(...kinds.split(" ")).chain(of_kind);
	const piece = fc.oneof({ weight: 5, arbitrary: word }, { weight: 3, arbitrary: names },
		{ weight: 2, arbitrary: named },
		{ weight: 2, arbitrary: words(
			"is|are|not|all|only|no|and|,|nothing|besides|it|also|except|" +
			"both|then|now|if|because|the|to the|from|has|in|:|any more|keeps|sees") });

	return fc.tuple(fc.array(piece, { minLength: 2, maxLength: 6 }), because, words("||.|:"))
		.map(([list, why, end]) => list.join(" ") + why + end);
});

/* A subject, what is so of it, and why. */
const said = one_of(`
{things} {is} {not}{past}{where}{because}
{named} {does} {things}{because}
{who} {does} {things}{where}{because}
{things} {does}{where}{because}
{nothing} {is} {past}{where}{because}
{named} {is} {not}{past}{because}
{named} {does} {nothing} {things}{because}
all but {queues} are {past}{where}
{nothing} except {queues} {is} {past}{where}
{named} {does} {nothing}{because}
{named} and {named} are {past}
{named} {does} {queues}, {named} {does} {queues}
if we filter {units}, {queues} will be {past}
after {ing} {queue} {named} {does} {queues}
if {named} now {does} {things}, {named} {does} {things}
`, {
	named, because, queue, queues, units,
	things: fc.oneof(names, names, words("everything|nothing|all of it")),
	who: words("the admin|I|we|somebody|userspace|libvirt"),
	nothing: words("nothing|no queue|no adapters|everything|all four queues|both queues|only|none|all queues|an empty matrix"),
	is: words("is|are|gets|becomes|stays|was|has|have"),
	not: words("|||not |no longer |now |never "),
	past: one(...[...LEXICON].filter(([, { form }]) => form === "past").map(([word]) => word),
		"bound", "assigned", "plugged in", "filtered", "in use", "missing", "visible",
			"unchanged", "running"),
	does: one(...[...LEXICON].filter(([word, { form }]) => form === "finite" &&
		word.endsWith("s"))
		.map(([word]) => word), "has", "loses", "gains", "keeps", "sees", "assigns",
			"unbinds"),
	ing: one(...[...LEXICON].filter(([, { form }]) => form === "ing").map(([word]) => word)),
	where: words("||| to vfio_ap| to the mdev| from the mdev| in the guest| from the guest| by vfio_ap" +
		"| from the host's AP configuration| to the host| to the default driver| and stopped"),
});

const ATTRIBUTES = "(?:un)?assign_(?:adapter|domain|control_domain)";
const attribute = fc.oneof(fc.stringMatching(new RegExp(`^${ATTRIBUTES}$`)),
	words("bind|unbind|remove|create|config|driver_override|apmask|aqmask|matrix|guest_matrix|" +
		"control_domains|ap_config|status|features|flags|"));
const path = fc.tuple(words("||/sys/devices/vfio_ap/matrix/$UUID/|$UUID2/|mdev1/|/sys/bus/ap/|" +
	"/sys/bus/ap/drivers/vfio_ap/|/sys/bus/ap/drivers/cex4queue/|/sys/bus/ap/devices/04.0047/|" +
	"/sys/devices/ap/card04/|/sys/bus/mdev/drivers/vfio_mdev/|/sys/devices/ap/card04/04.0047/|" +
	"/sys/bus/ap/devices|/sys/devices/vfio_ap/matrix|/sys/bus/mdev/devices|/tmp/|"), attribute)
	.map((list) => list.join(""));
const value = fc.oneof(id, queue,
	words("0|1|-5|+5,-6|0x|0xffff|none|vfio_ap|$X|`x`|on|\"\"|$UUID|5 6|all"));
const tail =
	words("|||| | grep 04| | sort -u| | grep -v 04| 2>/dev/null| || true| ; echo $?|:| shows:| # why");
const option = one_of(`

--addattr={attribute}
--addattr {attribute} --value={value}
--value={value}
--delattr
--index={value}
-i 0
--live
-u $UUID2
-u $UUID
--uuid=$UUID
-u
--jsonfile=x.json
--auto
-d
--addattr=assign_adapter --value=5
`, { attribute, value });
const options = fc.array(option, { maxLength: 3 }).map((list) => list.join(" "));
const command = one_of(`
echo {value} > {path}
echo -n {value} >> {path}{tail}
{value} > {path}
echo {value} | tee {path}{tail}
tee {path} <<< {value}
printf '%s\\n' {value} > {path}
cat {path}{tail}
ls {path}{tail}
ls -l {path}*{tail}
for d in {value} {value}; do echo $d > {path}; done
lszcrypt{tail}
lszcrypt -V{tail}
chzcrypt --config-{on} {id} {value}
chzcrypt {value}
chzdev ap apmask={value} aqmask={value}
chzdev --type ap
mdevctl {verb} {options}{tail}
mdevctl modify {options}
mdevctl modify -u $UUID --addattr=assign_adapter {options}
mdevctl start {options}
virsh {verb} {options} vm2 mdev2.xml{tail}
virsh --connect qemu:///system {verb} vm
qemu-system-s390x -device vfio-ap,sysfsdev={path}
qemu-system-s390x {options}
-device vfio-ap{options}
set -e {value}
set -ex
cd {path}
export UUID={value}
pushd a b
echo $?
sleep 1
modprobe vfio_ap
dmesg | tail
sh -c 'echo {value} > {path}'
python3 -c 'open("{path}", "w").write("{value}")'
mdevclt start {options}
write {value} to {attribute}
{attribute}: {value}
{value} is written to {attribute}{because}
echo {value} > x.txt

for d in {value} {4..7} 0x{04,47}⏎do⏎  echo $d > {path}⏎done
cat <<EOF > {path}⏎{value}⏎EOF
UUID={value}⏎X={id}⏎echo $X > {path}
cd ../{attribute}
f() {⏎  echo $1 > $2⏎}⏎f {value} {path}
dd of={path} <<< {value}
echo {value} | dd of={path}
for i in $(seq {id} {id}); do echo $i > {path}; done
while true; do⏎  cat {path}⏎done
echo {value} \\⏎  > {path}
sudo -u root tee {path} < /dev/null
if [ -e {path} ]; then⏎  echo {value} > {path}⏎fi
test -e {path} && echo {value} > {path} || exit 1
cat {path} <<EOF
env A=b echo {value} >{path}
`, {
	value, path, tail, id, options, attribute, because, on: words("on|off"),
	verb: words("start|stop|define|undefine|list|types|modify|frobnicate|attach-device|detach-device|" +
		"destroy|shutdown|dumpxml|list --all|console"),
});
const prompt = words("|||# |$ |root@host:~# |[root@guest ~]# |guest$ |> ");

const row = fc.oneof(queue, queue, one_of(`
{queue} CEX7C CCA-Coproc {status} 0 {driver}
{queue} {driver}
{queue} {yes}
04 CEX7C Accelerator online cex4card
{driver} {queue} CEX7C
04 0004 04.0004
{id}
{id} {id}
04 05
04  x  -
0004 x x
adapters: {id} {id}
domains: {id}, {id}
card 04: domains 0004, 0047
05: 0004 0047
<empty>
none
no queues are set
Adapters Domains -> Queues
CARD.DOM TYPE MODE STATUS DRIVER
{uuid}: Userspace may not re-assign queue {queue} already assigned to {uuid}
Userspace may not assign queue {queue} to mdev: already assigned to {uuid}
zsh: write error: {error}
vfio_ap_matrix {uuid}: Can not reserve queue {queue} for host driver: in use by mdev
EBUSY: busy, write
CPU 0 takes matrix_dev->mdevs_lock while CPU 1 waits for kvm->lock
OSError: [Errno 16] {error}
------------
{"attrs": [{"assign_adapter": "{id}"}]}
"unassign_domain": "{id}"
@{0}: {"assign_domain":"{id}"}
0
1
-16
0xffff
bash: echo: write error: {error}
/sys/bus/ap/devices/{queue}
[|-- {queue}
(4,4) (4,71)
4-71
Or:
  APID 04 APID 05
|-- assign_adapter
x = bound
`, {
	queue, id, uuid: words(
		"62177883-f1bb-47f0-914d-32a22e3a8804|62177883-f1bb-47f0-914d-32a22e3a8804|$UUID"),
	status: words("online|offline|in use|unassigned|in use"),
	driver: words("vfio_ap|cex4queue|-|default|zcrypt"),
	yes: words("yes|no|x|-|bound|cex4queue"),
	error: one(...Object.keys(STRERROR)),
}));
const rows = fc.array(row, { maxLength: 4 })
	.map((list) => list.map((it) => `\n    ${it}`).join(""));

const begin = one_of(`
Queues bound to vfio_ap:{rows}
Queues {queues} are bound to vfio_ap.
# ls /sys/bus/ap/drivers/vfio_ap{rows}
# lszcrypt -V{rows}
{queue} is not bound to vfio_ap.
All queues are bound
The host has adapters 04, 05 and domains 0004, 0047
Queue {queue} is bound then
Empty mdev
# cat /sys/bus/ap/apmask⏎0xffdf
# cat aqmask⏎0x0

`,
		{ rows, queues, queue });
const matrix = one_of(`
APQNs assigned to matrix_mdev:{rows}
The mdev has adapters {ids} and domains {ids}
Assigned to the mdev: {queues}
Adapters assigned to the mdev: {ids}
Domains: {ids}
mdev2: {queues}
adapters: 04 05⏎domains: 0004 0047
assign {unit} {id}
Assign adapter {id} to matrix_mdev
matrix:{rows}
The mdev is empty
# mdevctl list -d{rows}
# cat aqmask{rows}

`,
	{ rows, queues, id, ids: several(id, words(", | and ")), unit: words("adapter|domain") });
const run = words(
	"Guest started:|The guest is running|guest 1 and guest 2 are started|||virsh start vm2|" +
	"The guest uses the mdev|virsh start vm|The guest using the mdev is stopped");
const result = one_of(`
guest_matrix:{rows}
The guest has {queues}{because}
guest has:{rows}
The guest sees {queues}
adapter {id} is filtered{because}
domain {id} is plugged in
shadow_apcb remains{rows}
It fails with -EBUSY
Queue {queue} shows up in the guest
{queue} is gone
matrix:{rows}
Nothing changes
it works
The guest {nothing}
Domain {id} gets hot plugged
{queue} is bound{because}
Result: {queues}
`,
	{ rows, queues, queue, id, because,
		nothing: words("keeps all queues|has no queues|loses everything|gets all four queues|has all|has both queues") });

/* "0a.0001" of the tables' examples is a queue of this machine. */
function of_this_machine(text: string): string {
	return text.replace(/\b0a\b/g, "04").replace(/\b0b\b/g, "05").replace(/\b0001\b/g, "0004")
		.replace(/\b0002\b/g, "0047");
}

function quoted_printable(text: string): string {
	return text.replace(/[=\x80-\uffff]/g, (c) =>
		[...Buffer.from(c)].map((byte) => `=${byte.toString(16).toUpperCase()}`).join(""))
		.replace(/(.{60})/g, "$1=\n");
}

function base64(text: string): string {
	return Buffer.from(text).toString("base64").replace(/(.{60})/g, "$1\n");
}

/* The fields of a header that say how the body is written, and the body so written, or not. */
function in_parts(body: string): fc.Arbitrary<string> {
	const of_part =
		fc.tuple(words("text/plain|text/html|text/plain; charset=utf-8|application/x|" +
		"text/plain; charset=\"latin1\"|text/plain; charset=utf-16|text/plain; charset=x-none"),
		words("base64|base64|quoted-printable|8bit|rot13"), words("|cut|foot"))
		.map(([type, encoding, how]) => {
			const coded = encoding === "base64" ? base64(body)
				: encoding === "quoted-printable" ? quoted_printable(body)
					: type === "text/html" ? `<p>${body}</p>` : body;

			return `Content-Type: ${type}\nContent-Transfer-Encoding: ${encoding}\n\n` +
				(how === "cut" ? coded.slice(0, -3) : how === "foot"
					? `${coded}\n\nfoot\n` : coded);
		});
	const { part } = fc.letrec<{ part: string }>((tie) => ({
		part: fc.oneof({ depthSize: "small", withCrossShrink: true }, of_part,
			fc.tuple(fc.array(tie("part"), { minLength: 1, maxLength: 3 }),
				words("b|b|c|d"), words("b|b|b|"), words("--||"))
						.map(([list, by, of, end]) =>
				`Content-Type: multipart/mixed${of === "" ? "" : `; boundary=${by}`}\n\n` +
				list.map((it) => `\n--${by}\n${it}`).join("") +
					`\n--${by}${end}\n`)),
	}));

	return fc.oneof(part, fc.nat(12).chain((depth) => part.map((inner) =>
		Array.from({ length: depth }).reduce<string>((it, _, i) =>
			`Content-Type: multipart/mixed; boundary="n${i}"\n\n--n${i}\n${it}\n--n${i}--\n`, inner))))
		.map((text) => `\nMIME-Version: 1.0\n${text}`);
}

const header = fc.tuple(
	words("s390/vfio-ap: x|Re: [PATCH v12 08/17] x|=?utf-8?q?=41?=|=?utf-8?b?eA==?="),
		fc.nat(3), fc.nat(3))
	.map(([subject, own, other]) => `From: A B <a@example.org>\nSubject: ${subject}\n` +
		`Message-ID: <${own}@x>\nIn-Reply-To: <${other}@x>\nDate: Thu, 22 Oct 2020 13:12:04 -0400\n`);

/* Some mails of an mbox, one of which may quote the one before it. */
function thread(mail: fc.Arbitrary<string>): fc.Arbitrary<string> {
	return fc.tuple(fc.array(mail, { minLength: 1, maxLength: 3 }), fc.boolean(), header)
		.map(([list, quotes, head]) => [...list, ...quotes
			? [`${head}\nOn Thu, A B wrote:\n${list[0]!.replace(/^/gm, "> ")}\n> 9. scan\n\nYes.\n`] : []]
			.map((it) => `From a@b Thu Oct 22 13:12:04 2020\n${it}`).join("\n"));
}

/**
 * mails - mails of such steps, with the quotes, the numbers and the lengths of lines that mails
 * have
 * @tested: what the reader's tests have it read
 */
export function mails(tested: readonly string[]): fc.Arbitrary<Buffer> {
	const known = one(...frames.flatMap(({ examples }) => examples),
		...phrases.flatMap(({ examples }) => examples), ...typed_lines, ...tested)
		.chain((text) =>
			words("|same").map((how) => how === "" ? of_this_machine(text) : text));
	const typed = fc.tuple(prompt, command, rows).map((list) => list.join(""));
	const step = fc.oneof({ weight: 3, arbitrary: known }, { weight: 2, arbitrary: sentence },
		{ weight: 3, arbitrary: said }, { weight: 3, arbitrary: typed },
		{ weight: 3, arbitrary: result }, { weight: 1, arbitrary: matrix });
	const steps = fc.tuple(begin, matrix, matrix, run,
		fc.array(step, { minLength: 1, maxLength: 8 }))
		.map(([a, b, c, d, list]) => [a, b, c, d, ...list].filter((text) => text !== ""));
	const form = fc.record({
		mark: words("||1. |1) |- |a. |Step 1: "), between: words("\n|\n\n| |\n\n"),
		quoted: words("|||> |>> |+| 7\t"),
		answer: fc.option(fc.tuple(words("Yes, |I think |After step 2 |"), said)),
		answered: fc.boolean(), wrap: fc.constantFrom(0, 0, 60),
	});

	const body = fc.tuple(steps, form)
			.map(([list, { mark, between, quoted, answer, answered, wrap }]) => {
		const text = list.map((it, i) => mark.replace(/[1a]/, (c) =>
			c === "1" ? String(i + 1) : String.fromCharCode(97 + i)) + it)
				.join(between);
		const lines = wrap === 0 ? text : text.replace(/(.{50}\S*) /g, "$1\n");
		const remark = answer === null ? "" : `\n${answer.join("")}\n`;
		const told = lines.replace(/^/gm, quoted);

		return answered ? `${remark}\n${told}\n` : `${told}\n${remark}`;
	});
	const mail = fc.tuple(header, fc.oneof({ weight: 4, arbitrary: body },
		{ weight: 1, arbitrary: body.chain(in_parts) })).map((list) => list.join(""));

	return fc.oneof({ weight: 4, arbitrary: body }, { weight: 2, arbitrary: mail },
		{ weight: 2, arbitrary: thread(mail) }).map((text) => Buffer.from(text));
}
