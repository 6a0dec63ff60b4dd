// SPDX-License-Identifier: GPL-2.0-only
/*
 * Most mails of a list have nothing to do with AP, and it takes long to find that out sentence by
 * sentence. An example names what it is about: the driver, a queue, an adapter or domain with its
 * number, a mask, a tool. A mail in which nothing of that stands anywhere has none.
 */

const NAMES = new RegExp([
	"vfio[ _-]?(?:ap|driver|device)", "\\bap(?:qn|qi|id)s?\\b", "a[pq]_?mask", "mdev", "matrix",
	"shadow[ _](?:apcb|crycb)", "\\bapcb\\b", "crycb", "lszcrypt", "chzcrypt", "chzdev",
	"\\bvirsh\\b", "assign_", "\\bbound\\b", "/bus/ap/",
].join("|"), "i");

/* 04.0047, and pairs in decimal. */
const QUEUE =
	/(?<![\w.])(?:0x)?[0-9a-f]{1,2}\.(?:0x)?[0-9a-f]{4}(?!\w|\.\w)|\(\d{1,3}, ?\d{1,3}\)/i;
const UNIT = /\b(?:adapter|domain|card|queue)s?\W{1,4}(?:0x)?(?:[0-9a-f]?\d|[0-9a-f]{2}\b)/i;
const STEP = /(?:^|[\n>])[ \t]{0,8}\(?(?:\d\d?|[a-z])[.)] ([^\n]*)/gi;
const IN_STEP = /guest|vm|queue|adapter|domain|card/i;
/* The first or last line of a scenario that stands there as such. */
const NOTATION = /(?:^|[\n>])[ \t]{0,8}(?:scenario|End of) \S/i;

/** may_tell - whether a text may have an example in it */
export function may_tell(text: string): boolean {
	return [NAMES, QUEUE, UNIT, NOTATION].some((re) => re.test(text)) ||
		[...text.matchAll(STEP)].some(([, step]) => IN_STEP.test(step!));
}
