/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lists and hash tables, with the kernel's order of walking them.
 */
#ifndef ORACLE_LIST_H
#define ORACLE_LIST_H

#include "basics.h"

struct list_head {
	struct list_head *next, *prev;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

#define LIST_HEAD_INIT(name)	{ &(name), &(name) }
#define LIST_HEAD(name)		struct list_head name = LIST_HEAD_INIT(name)

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	list->next = list->prev = list;
}

static inline void list_insert(struct list_head *new, struct list_head *prev, struct list_head *next)
{
	new->prev = prev;
	new->next = next;
	prev->next = new;
	next->prev = new;
}

static inline void list_add(struct list_head *new, struct list_head *head)
{
	list_insert(new, head, head->next);
}

static inline void list_add_tail(struct list_head *new, struct list_head *head)
{
	list_insert(new, head->prev, head);
}

static inline void list_del(struct list_head *entry)
{
	entry->prev->next = entry->next;
	entry->next->prev = entry->prev;
	entry->next = (void *)0x100;		/* poison, as the kernel has it */
	entry->prev = (void *)0x122;
}

static inline void list_del_init(struct list_head *entry)
{
	entry->prev->next = entry->next;
	entry->next->prev = entry->prev;
	INIT_LIST_HEAD(entry);
}

static inline bool list_empty(const struct list_head *head)
{
	return head->next == head;
}

#define list_entry		container_of
#define list_first_entry(head, type, member) list_entry((head)->next, type, member)
#define list_is_head(entry, head) ((entry) == (head))
#define list_entry_is_head(pos, head, member) (&(pos)->member == (head))
#define list_for_each_entry(pos, head, member) \
	for (pos = list_entry((head)->next, typeof(*pos), member); \
	     !list_entry_is_head(pos, head, member); \
	     pos = list_entry(pos->member.next, typeof(*pos), member))
#define list_for_each_entry_safe(pos, after, head, member) \
	for (pos = list_entry((head)->next, typeof(*pos), member), \
	     after = list_entry(pos->member.next, typeof(*pos), member); \
	     !list_entry_is_head(pos, head, member); \
	     pos = after, after = list_entry(after->member.next, typeof(*after), member))

static inline void INIT_HLIST_NODE(struct hlist_node *node)
{
	node->next = NULL;
	node->pprev = NULL;
}

static inline void hlist_add_head(struct hlist_node *node, struct hlist_head *head)
{
	node->next = head->first;
	if (head->first)
		head->first->pprev = &node->next;
	head->first = node;
	node->pprev = &head->first;
}

/* A node that is in no list may be deleted once more. */
static inline void hlist_del_init(struct hlist_node *node)
{
	if (!node->pprev)
		return;
	*node->pprev = node->next;
	if (node->next)
		node->next->pprev = node->pprev;
	INIT_HLIST_NODE(node);
}

#define hlist_entry_or_null(node, type, member) \
	({ struct hlist_node *node_ = (node); node_ ? container_of(node_, type, member) : NULL; })
#define hlist_for_each_entry(pos, head, member) \
	for (pos = hlist_entry_or_null((head)->first, typeof(*pos), member); pos; \
	     pos = hlist_entry_or_null(pos->member.next, typeof(*pos), member))
#define hlist_for_each_entry_safe(pos, after, head, member) \
	for (pos = hlist_entry_or_null((head)->first, typeof(*pos), member); \
	     pos && (after = pos->member.next, true); \
	     pos = hlist_entry_or_null(after, typeof(*pos), member))

/* The multiplicative hash of the kernel: the golden ratio, and the upper bits. */
static inline u32 hash_32(u32 key, unsigned int bits)
{
	return key * 0x61c88647u >> (32 - bits);
}

static inline u32 hash_64(u64 key, unsigned int bits)
{
	return key * 0x61c8864680b583ebull >> (64 - bits);
}

#define DECLARE_HASHTABLE(name, bits)	struct hlist_head name[1 << (bits)]
#define DEFINE_HASHTABLE(name, bits)	struct hlist_head name[1 << (bits)] = {}
#define HASH_BITS(table)		__builtin_ctz(ARRAY_SIZE(table))
#define hash_bucket(table, key)		(&(table)[sizeof(key) <= 4 ? \
	hash_32(key, HASH_BITS(table)) : hash_64(key, HASH_BITS(table))])
#define hash_init(table)		memset(table, 0, sizeof(table))
#define hash_add(table, node, key)	hlist_add_head(node, hash_bucket(table, key))
#define hash_del			hlist_del_init
#define hash_for_each_possible(table, pos, member, key) \
	hlist_for_each_entry(pos, hash_bucket(table, key), member)
#define hash_for_each(table, bucket, pos, member) \
	for ((bucket) = 0, pos = NULL; !pos && (bucket) < (int)ARRAY_SIZE(table); (bucket)++) \
		hlist_for_each_entry(pos, &(table)[bucket], member)
#define hash_for_each_safe(table, bucket, after, pos, member) \
	for ((bucket) = 0, pos = NULL; !pos && (bucket) < (int)ARRAY_SIZE(table); (bucket)++) \
		hlist_for_each_entry_safe(pos, after, &(table)[bucket], member)

#endif
