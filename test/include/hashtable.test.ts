// SPDX-License-Identifier: GPL-2.0-only
import { ok } from "node:assert";
import * as fc from "fast-check";
import { test, type Test } from "tap";
import { kernel_crash } from "#linux/bug.h";
import { hash_32, hash_64 } from "#linux/hash.h";
import {
	DECLARE_HASHTABLE, hash_add, hash_chain, hash_del, hash_first, hash_for_each,
	hash_for_each_possible, hash_init, hash_next, type hashtable,
} from "#linux/hashtable.h";
import { do_initcalls } from "#linux/init.h";
import { hlist_node, hlist_unhashed } from "#linux/list.h";

class queue {
	apqn: number;
	node = new hlist_node(this);

	constructor(apqn: number) {
		this.apqn = apqn;
	}
}

test("hash_32: the upper bits of the product with the golden ratio", async (t) => {
	for (let apqn = 0; apqn < 0x10000; apqn++) {
		const product = (BigInt(apqn) * 0x61c88647n) & 0xffffffffn;

		if (hash_32(apqn, 8) !== Number(product >> 24n))
			t.fail(`key ${apqn}`);
	}
});

test("hash_64: the same of 64 bits", async (t) => {
	for (const key of [0, 1, 0x23ed, 0xffff, 0x12345678, 0xffffffff, 2 ** 40, 2 ** 53 - 1]) {
		const product = (BigInt(key) * 0x61c8864680b583ebn) & 0xffffffffffffffffn;

		t.equal(hash_64(key, 8), Number(product >> 56n));
	}
});

test("hashtable: every APQN is found in the chain of its bucket", async (t) => {
	const table = DECLARE_HASHTABLE(8);

	t.equal(table.length, 256);
	for (let apqn = 0; apqn < 0x10000; apqn++)
		hash_add(table, new queue(apqn).node, apqn);
	for (let apqn = 0; apqn < 0x10000; apqn += 251) {
		const chain = [...hash_for_each_possible<queue>(table, "node", apqn)]
			.map((q) => q.apqn);

		if (!chain.includes(apqn) ||
			chain.some((other) => hash_32(other, 8) !== hash_32(apqn, 8)))
			t.fail(`APQN ${apqn}`);
	}
	t.equal([...hash_for_each<queue>(table, "node")].length, 0x10000);
	hash_init(table);
	t.same([...hash_for_each<queue>(table, "node")], []);
});

test("hashtable: the newest of a chain comes first", async (t) => {
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

test("hash_del: from anywhere in a chain, in any order", async (t) => {
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
			t.same([...hash_for_each_possible<queue>(table, "node", 4)], left,
				`${i} of ${order}`);
		}
	}
});

/* A table whose chain of 4 has @length nodes and leads back to its first. */
function cyclic(length: number): { table: hashtable; queues: queue[] } {
	const table = DECLARE_HASHTABLE(8);
	const queues = Array.from({ length }, () => new queue(4));

	for (const { node } of queues)
		hash_add(table, node, 4);
	hash_add(table, queues[0].node, 4);
	return { table, queues };
}

function is_hang(t: Test, fn: () => unknown): void {
	try {
		fn();
		t.fail("the walk ended");
	} catch (error) {
		t.match(error, { name: "kernel_crash", kind: "hang" });
		t.ok(error instanceof kernel_crash);
	}
}

test("hash_add: a node added twice makes a cycle -> hang, in every walk", async (t) => {
	for (const length of [1, 2, 64, 500]) {
		const { table } = cyclic(length);

		is_hang(t, () => [...hash_for_each_possible<queue>(table, "node", 4)]);
		is_hang(t, () => [...hash_for_each<queue>(table, "node")]);
		is_hang(t, () => hash_first(table, other_key_of_chain(4)));
	}
});

/* A key that belongs to the chain of @key too. */
function other_key_of_chain(key: number): number {
	let other = key + 1;

	while (hash_32(other, 8) !== hash_32(key, 8))
		other++;
	return other;
}

test("hash_first: finds what is in a cycle", async (t) => {
	const { table, queues } = cyclic(3);

	t.equal(hash_first(table, 4), queues[0].node);
});

test("hash_for_each: many things are no hang, nor are many chains", async (t) => {
	const table = DECLARE_HASHTABLE(8);

	for (let i = 0; i < 100_000; i++)
		hash_add(table, new queue(i).node, i & 1 ? 4 : i);
	t.equal([...hash_for_each<queue>(table, "node")].length, 100_000);
});

class node_itself extends hlist_node {}

test("hash_first, hash_next: the structs of a key, newest first", async (t) => {
	const table = DECLARE_HASHTABLE(8);
	const nodes = Array.from({ length: 200 }, () => new node_itself());
	const found = [];

	nodes.forEach((node, i) => hash_add(table, node, i % 2 === 0 ? 4 : other_key_of_chain(4)));
	for (let n = hash_first<node_itself>(table, 4); n !== null; n = hash_next(n, 4))
		found.push(nodes.indexOf(n));
	t.same(found, nodes.map((_, i) => i).filter((i) => i % 2 === 0).toReversed());
	t.equal(hash_first(table, 5), null);
});

test("hash_first: with hash_64, in the chain that it names", async (t) => {
	const table = DECLARE_HASHTABLE(8);
	const node = new node_itself();

	hash_add(table, node, 0x23ed);
	t.equal(hash_first(table, 0x23ed, hash_64), null, "an APQN whose two hashes differ");
	t.equal(hash_first(table, 0x23ed), node);
});

/* What a walk of the chain finds, which may be endless. */
function walked(table: hashtable, key: number): hlist_node | null | "hang" {
	try {
		for (const node of hash_for_each_possible<node_itself>(table, "next", key))
			if (node.key === key)
				return node;
		return null;
	} catch (error) {
		if (!(error instanceof kernel_crash))
			throw error;
		return "hang";
	}
}

function looked_up(table: hashtable, key: number): hlist_node | null | "hang" {
	try {
		return hash_first<node_itself>(table, key);
	} catch (error) {
		if (!(error instanceof kernel_crash))
			throw error;
		return "hang";
	}
}

const KEYS = Array.from({ length: 20_000 }, (_, key) => key)
	.filter((key) => hash_32(key, 8) === hash_32(4, 8)).slice(0, 40);

/* Chains that are used as they should be, and now and then as they should not. */
test("hash_first: what it remembers of a chain is what a walk finds", async (t) => {
	const at = fc.nat(KEYS.length - 1), node = fc.nat(99), of = fc.nat(1);
	const deed = fc.oneof(
		{ weight: 40, arbitrary: fc.tuple(fc.constant("add"), of, node, at) },
		{ weight: 20, arbitrary: fc.tuple(fc.constant("delete"), of, node, at) },
		{ weight: 40, arbitrary: fc.tuple(fc.constant("look"), of, node, at) },
		{ weight: 1, arbitrary: fc.tuple(fc.constantFrom("again", "init"), of, node, at) });

	fc.assert(fc.property(fc.array(deed, { minLength: 100, maxLength: 400 }), (deeds) => {
		do_initcalls();
		const tables = [DECLARE_HASHTABLE(8), DECLARE_HASHTABLE(8)];
		const nodes = Array.from({ length: 100 }, () => new node_itself());

		for (const [what, table, n, key] of deeds) {
			if (what === "again" || what === "add" && hlist_unhashed(nodes[n]))
				hash_add(tables[table], nodes[n], KEYS[key]);
			else if (what === "delete")
				hash_del(nodes[n]);
			else if (what === "init")
				hash_init(tables[table]);
			ok(looked_up(tables[table], KEYS[key]) ===
				walked(tables[table], KEYS[key]));
		}
	}), { numRuns: 200 });
	t.pass();
});
