// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bugs of Linux 6.0's driver that were fixed later, by what the search calls them.
 */

/**
 * struct known_bug
 * @fix: the commit that mended it, its first 12 digits
 * @finding: the property and the operation that breaks it
 */
export interface known_bug {
	fix: string;
	finding: string;
}

/** bugs_of_v6_0 - those that two adapters and two domains show */
export const bugs_of_v6_0: readonly known_bug[] = [
	{ fix: "917f509bfb88", finding: "apcb-is-shadow host_domain" },
	{ fix: "d50346801b4f", finding: "no-oops host_domain" },
	{ fix: "850fb7fa8c68", finding: "queue-bound assign_domain" },
	{ fix: "16fb78cbf56e", finding: "maximal assign_domain" },
	{ fix: "f848cba767e5", finding: "reset-before-reuse assign_domain" },
	{ fix: "f009cfa46655", finding: "reset-before-reuse unbind" },
	{ fix: "b9bd10c43456", finding: "reset-before-reuse host_domain" },
];
