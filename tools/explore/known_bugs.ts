// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bugs of the driver of Linux 6.0 that were fixed later, with the names of the search for them.
 */

/**
 * struct known_bug
 * @fix: the first 12 digits of the commit that fixed it
 * @finding: the property and the operation that breaks it
 */
export interface known_bug {
	fix: string;
	finding: string;
}

/** bugs_of_v6_0 - the bugs that show with two adapters and two domains */
export const bugs_of_v6_0: readonly known_bug[] = [
	{ fix: "917f509bfb88", finding: "apcb-is-shadow host_domain" },
	{ fix: "d50346801b4f", finding: "no-oops host_domain" },
	{ fix: "850fb7fa8c68", finding: "queue-bound assign_domain" },
	{ fix: "16fb78cbf56e", finding: "maximal assign_domain" },
	{ fix: "f848cba767e5", finding: "reset-before-reuse assign_domain" },
	{ fix: "f009cfa46655", finding: "reset-before-reuse unbind" },
	{ fix: "b9bd10c43456", finding: "reset-before-reuse host_domain" },
];
