// SPDX-License-Identifier: GPL-2.0-only
/* What is told twice, as a summary or by its steps, is done once; and no claim of it is lost. */
import { test } from "tap";
import { steps } from "./steps_of.ts";

const STEPS = "1. Bind 0a.0001 and 0a.0002 to vfio_ap\n2. Assign adapter 0a and domains 1 and 2 to an mdev\n" +
	"3. Start a guest with it\n4. Unbind 0a.0002\n";
const STATED = "1. Queues bound to vfio_ap: 0a.0001, 0a.0002\n" +
	"2. Adapter 0a and domains 0001 and 0002 are assigned to the mdev\n3. Guest started\n4. Unbind 0a.0002\n";
const SAID = STATED.replace(/^\d\. /gm, "");

function unbinds(list: readonly string[]): number {
	return list.filter((step) => step === "unbind 0a.0002 = ok").length;
}

test("summaries: in front of the steps, a summary or heading does nothing", async (t) => {
	for (const first of ["When 0a.0002 is unbound, the guest loses both queues.",
		"I unbound 0a.0002 and the guest lost 0a.0001 as well. Here is what I did:",
		"TL;DR: guest_matrix is empty after 0a.0002 is unbound.",
		"Unbind 0a.0002 while the guest runs:"])
		for (const text of [STEPS, STATED]) {
			const list = await steps(`${first}\n\n${text}5. guest_matrix is empty\n`);

			t.equal(unbinds(list), 1, first);
			t.match(list.at(-1), /^unread /, "it is named, behind them");
			t.notOk(list.includes("line 3 is not read"), first);
		}
});

test("summaries: behind the steps, the claim alone", async (t) => {
	const list = await steps(`${SAID}So after unbinding 0a.0002 the guest has nothing.\n`);

	t.equal(unbinds(list), 1);
	t.equal(list.at(-1), "guest m0 -");
});

test("summaries: what a sentence claims is not lost for what is done in it", async (t) => {
	for (const last of ["With 0a.0002 bound again it has both.",
		"I think it should be 0a.0001 after 0a.0002 is unbound."])
		t.equal((await steps(`${SAID}${last}\n`))[0], "line 5 is not read", last);
	t.same((await steps(`${SAID}0a.0002 bound again: both are back.\n`)).slice(-2),
		["bind 0a.0002 = ok", "guest m0 0a.0001 0a.0002"]);
});

test("summaries: a result in few words", async (t) => {
	for (const last of ["rc = -EBUSY", "ret -EBUSY", "-EBUSY"])
		t.strictSame((await steps(`${SAID}${last}\n`)).slice(-2),
			["unbind 0a.0002", "rc -EBUSY"], last);
	t.strictSame((await steps(`${SAID}rc=-16\n`)).slice(-2),
		["unbind 0a.0002", "unread rc=-16"],
		"what is not read may be its result");
});

test("summaries: what the host has amid the steps is not what it has at first", async (t) => {
	const list = await steps(
		`${SAID}The host is left with domain 0001.\nThe guest has 0a.0001.\n`);

	t.equal(list[0], "line 5 is not read");
	t.equal(list.find((step) => step.startsWith("bound ")), "bound 0a.0001 0a.0002");
	t.ok(list.includes('unread "The host is left with domain 0001."'));
	t.match((await steps(`${SAID.replace(/Unbind.*\n/, "")}Queue 0a.0002 is rebound.\n`))
		.at(-1),
		/^unread /, "nobody says that it was unbound");
});

test("summaries: a heading that says what the command below it does", async (t) => {
	const bind = "# echo 0b.0001 > /sys/bus/ap/drivers/vfio_ap/bind\n";

	t.strictSame((await steps(`${SAID}Queue 0b.0001 is bound:\n${bind}`)).slice(-2),
		["unbind 0a.0002 = ok", "bind 0b.0001 = ok"]);
	t.strictSame((await steps(`Queues bound to vfio_ap:\n0a.0001\n${bind}`)),
		["bound 0a.0001", "bind 0b.0001 = ok"], "a list is what is so at first");
});
