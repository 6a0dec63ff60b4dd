// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a mail is read as, for the tests of what is typed.
 */
import { read_mail, type reading } from "../../../../tools/lib/mail/read.ts";
import { print_step } from "../../../../tools/lib/scenario/print.ts";

/** read - what a mail with this text is read as */
export async function read(text: string): Promise<reading> {
	return (await read_mail(new TextEncoder().encode(text), "mail", null))[0]!;
}

/** steps - the steps of its scenario, behind the lines that are not read */
export async function steps(text: string): Promise<string[]> {
	const r = await read(text);

	return [
		...r.counts.unread.map((n) => `line ${n} is not read`),
		...r.scenarios[0]!.statements.map(print_step),
	];
}

/** scenarios - all that a mail with this text tells, each as its steps */
export async function scenarios(text: string): Promise<string[][]> {
	return (await read_mail(new TextEncoder().encode(text), "mail", null))
		.flatMap((r) => r.scenarios.map((s) => s.statements.map(print_step)));
}
