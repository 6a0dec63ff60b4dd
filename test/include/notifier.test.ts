// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import { EEXIST, ENOENT } from "#linux/errno.h";
import {
	NOTIFY_BAD, NOTIFY_DONE, NOTIFY_OK, blocking_notifier_call_chain,
	blocking_notifier_chain_register, blocking_notifier_chain_unregister,
	blocking_notifier_head, notifier_block,
} from "#linux/notifier.h";

let heard: string[];

t.beforeEach(() => {
	heard = [];
});

function block(name: string, answer: number, priority = 0): notifier_block {
	const nb = new notifier_block();

	nb.priority = priority;
	nb.notifier_call = (_nb, action) => {
		heard.push(`${name} ${action}`);
		return answer;
	};
	return nb;
}

test("callbacks are called by priority, then in order of registration", async (t) => {
	const chain = new blocking_notifier_head("chain");

	for (const nb of [block("a", NOTIFY_OK), block("b", NOTIFY_OK, 1), block("c", NOTIFY_DONE)])
		t.equal(blocking_notifier_chain_register(chain, nb), 0);
	t.equal(blocking_notifier_call_chain(chain, 7, null), NOTIFY_DONE, "the last one's answer");
	t.same(heard, ["b 7", "a 7", "c 7"]);
	t.equal(blocking_notifier_chain_register(chain, block("d", NOTIFY_OK)), 0,
		"nobody reads it");
});

test("one that says stop is the last", async (t) => {
	const chain = new blocking_notifier_head("chain");

	for (const nb of [block("a", NOTIFY_BAD), block("b", NOTIFY_OK)])
		blocking_notifier_chain_register(chain, nb);
	t.equal(blocking_notifier_call_chain(chain, 1, null), NOTIFY_BAD);
	t.same(heard, ["a 1"]);
});

test("twice -> -EEXIST, not there -> -ENOENT, an empty chain -> NOTIFY_DONE", async (t) => {
	const chain = new blocking_notifier_head("chain");
	const nb = block("a", NOTIFY_OK);

	t.equal(blocking_notifier_call_chain(chain, 1, null), NOTIFY_DONE);
	t.equal(blocking_notifier_chain_unregister(chain, nb), -ENOENT);
	t.equal(blocking_notifier_chain_register(chain, nb), 0);
	t.equal(blocking_notifier_chain_register(chain, nb), -EEXIST);
	t.equal(blocking_notifier_chain_unregister(chain, nb), 0);
	t.equal(blocking_notifier_call_chain(chain, 1, null), NOTIFY_DONE);
});
