// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { kernel_crash } from "#linux/bug.h";
import {
	list_add, list_add_tail, list_del, list_del_init, list_empty, list_for_each_entry,
	list_for_each_entry_safe, list_head, list_move_tail, list_splice_init,
} from "#linux/list.h";

class item {
	name: string;
	node = new list_head(this);

	constructor(name: string) {
		this.name = name;
	}
}

function names(head: list_head): string {
	return [...list_for_each_entry<item>(head, "node")].map((i) => i.name).join("");
}

function list_of(text: string): { head: list_head; items: item[] } {
	const head = new list_head();
	const items = [...text].map((name) => new item(name));

	for (const i of items)
		list_add_tail(i.node, head);
	return { head, items };
}

/* What is thrown by a walk that cannot end. */
function crash_of(fn: () => unknown): kernel_crash {
	try {
		fn();
	} catch (error) {
		if (error instanceof kernel_crash)
			return error;
	}
	throw new Error("the kernel did not crash");
}

test("list: both ends, order, emptiness", async (t) => {
	const { head, items } = list_of("bc");
	const [b, c] = items;
	const a = new item("a");

	t.equal(list_empty(new list_head()), true);
	t.equal(list_empty(head), false);
	list_add(a.node, head);
	t.equal(names(head), "abc");
	list_move_tail(a.node, head);
	t.equal(names(head), "bca");
	list_del(b.node);
	list_del_init(c.node);
	t.equal(names(head), "a");
	t.equal(list_empty(c.node), true);
	list_del_init(a.node);
	t.equal(list_empty(head), true);
});

test("list_splice_init: one list in front of another", async (t) => {
	const from = list_of("ab");
	const to = list_of("cd");

	list_splice_init(from.head, to.head);
	t.equal(names(to.head), "abcd");
	t.equal(list_empty(from.head), true);
	list_splice_init(from.head, to.head);
	t.equal(names(to.head), "abcd");
	list_add_tail(new item("e").node, from.head);
	t.equal(names(from.head), "e", "the emptied list can be used again");
	list_add_tail(new item("f").node, to.head);
	t.equal(names(to.head), "abcdf");
});

test("list_for_each_entry_safe: the body may delete the entry", async (t) => {
	const { head } = list_of("abcd");
	let walked = "";

	for (const i of list_for_each_entry_safe<item>(head, "node")) {
		walked += i.name;
		list_del(i.node);
	}
	t.equal(walked, "abcd");
	t.equal(list_empty(head), true);
});

test("list_for_each_entry: a walk on from a deleted entry -> oops", async (t) => {
	const { head } = list_of("ab");

	t.match(crash_of(() => {
		for (const i of list_for_each_entry<item>(head, "node"))
			list_del(i.node);
	}), { kind: "oops" });
});

test("list_for_each_entry: the first entry added once more makes a cycle -> hang", async (t) => {
	for (const length of [1, 2, 3, 63, 64, 65, 1000]) {
		const { head, items } = list_of("x".repeat(length));

		list_add(items[0].node, head);
		t.match(crash_of(() => names(head)), { kind: "hang" }, `the first of ${length}`);
	}
});

test("list_for_each_entry: a cycle far from the head -> hang", async (t) => {
	const { head, items } = list_of("x".repeat(5000));

	items.at(-1)!.node.next = items.at(-100)!.node;
	t.match(crash_of(() => names(head)), { kind: "hang" });
});

test("list_for_each_entry: a long list is no hang", async (t) => {
	t.equal(names(list_of("x".repeat(200_000)).head).length, 200_000);
});

test("list_for_each_entry: a body that moves what it walks to the end, for some rounds",
		async (t) => {
	const { head } = list_of("x".repeat(64));
	let moves = 0;

	for (const i of list_for_each_entry_safe<item>(head, "node"))
		if (moves < 10_000) {
			moves++;
			list_move_tail(i.node, head);
		}
	t.equal(moves, 10_000, "the walk comes by the same entries, and ends");
});

test("list_for_each_entry: a body that searches a cycle and finds", async (t) => {
	const { head, items } = list_of("x".repeat(500));
	let steps = 0;

	items.at(-1)!.node.next = items[0].node;
	for (const i of list_for_each_entry<item>(head, "node")) {
		steps++;
		if (i === items[400])
			break;
	}
	t.equal(steps, 401);
});
