// SPDX-License-Identifier: GPL-2.0-only
import t from "tap";
import { kernel_crash } from "#linux/bug.h";
import { hash_32, hash_64 } from "#linux/hash.h";
import {
	DECLARE_HASHTABLE, hash_add, hash_chain, hash_del, hash_for_each, hash_for_each_possible,
	hash_init,
} from "#linux/hashtable.h";
import { hlist_node, hlist_unhashed, set_list_watchdog } from "#linux/list.h";

class queue {
	apqn: number;
	node = new hlist_node(this);

	constructor(apqn: number) {
		this.apqn = apqn;
	}
}

t.test("hash_32: the upper bits of the product with the golden ratio", (t) => {
	for (let apqn = 0; apqn < 0x10000; apqn++) {
		const product = (BigInt(apqn) * 0x61c88647n) & 0xffffffffn;

		if (hash_32(apqn, 8) !== Number(product >> 24n))
			t.fail(`key ${apqn}`);
	}
	t.end();
});

t.test("hash_64: the same of 64 bits", (t) => {
	for (const key of [0, 1, 0x23ed, 0xffff, 0x12345678, 0xffffffff, 2 ** 40, 2 ** 53 - 1]) {
		const product = (BigInt(key) * 0x61c8864680b583ebn) & 0xffffffffffffffffn;

		t.equal(hash_64(key, 8), Number(product >> 56n));
	}
	t.end();
});

t.test("hashtable: every APQN is found in the chain of its bucket", (t) => {
	const table = DECLARE_HASHTABLE(8);

	t.equal(table.length, 256);
	for (let apqn = 0; apqn < 0x10000; apqn++)
		hash_add(table, new queue(apqn).node, apqn);
	for (let apqn = 0; apqn < 0x10000; apqn += 251) {
		const chain = [...hash_for_each_possible<queue>(table, "node", apqn)].map((q) => q.apqn);

		if (!chain.includes(apqn) || chain.some((other) => hash_32(other, 8) !== hash_32(apqn, 8)))
			t.fail(`APQN ${apqn}`);
	}
	t.equal([...hash_for_each<queue>(table, "node")].length, 0x10000);
	hash_init(table);
	t.same([...hash_for_each<queue>(table, "node")], []);
	t.end();
});

t.test("hashtable: the newest of a chain comes first", async (t) => {
	const table = DECLARE_HASHTABLE(8);
	const first = new queue(4);
	const second = new queue(4);

	hash_add(table, first.node, 4);
	hash_add(table, second.node, 4);
	t.same([...hash_for_each_possible<queue>(table, "node", 4)], [second, first]);
	t.equal(hash_chain(table, 4).first, second.node);
	hash_del(second.node);
	t.same([...hash_for_each_possible<queue>(table, "node", 4)], [first]);
	t.equal(hlist_unhashed(second.node), true);
	hash_del(second.node);
	t.same([...hash_for_each<queue>(table, "node")], [first], "to delete twice does nothing");
});

t.test("hash_del: from anywhere in a chain, in any order", async (t) => {
	for (const order of [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]) {
		const table = DECLARE_HASHTABLE(8);
		const queues = [new queue(4), new queue(4), new queue(4)];
		let left = queues.toReversed();

		for (const { node } of queues)
			hash_add(table, node, 4);
		for (const i of order) {
			t.equal(hlist_unhashed(queues[i].node), false);
			hash_del(queues[i].node);
			t.equal(hlist_unhashed(queues[i].node), true);
			left = left.filter((q) => q !== queues[i]);
			t.same([...hash_for_each_possible<queue>(table, "node", 4)], left, `${i} of ${order}`);
		}
	}
});

t.test("hash_add: a node added twice makes a cycle -> hang", async (t) => {
	const table = DECLARE_HASHTABLE(8);
	const q = new queue(4);

	t.teardown(() => set_list_watchdog(0));
	set_list_watchdog(100);
	hash_add(table, q.node, 4);
	hash_add(table, q.node, 4);
	try {
		for (const other of hash_for_each_possible<queue>(table, "node", 4))
			t.equal(other, q);
		t.fail("the walk ended");
	} catch (error) {
		t.match(error, { name: "kernel_crash", kind: "hang" });
		t.ok(error instanceof kernel_crash);
	}
});
