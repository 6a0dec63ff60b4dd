// SPDX-License-Identifier: GPL-2.0-only

/** plural - "1 scenario", "2 scenarios" */
export function plural(n: number, one: string, many = `${one}s`): string {
	return `${n} ${n === 1 ? one : many}`;
}
