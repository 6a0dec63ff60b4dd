// SPDX-License-Identifier: GPL-2.0-only
/*
 * Options as every command has them: one that takes a value may be given once, and what is a
 * number.
 */
import { parseArgs, type ParseArgsConfig } from "node:util";
import { excerpt } from "./excerpt.ts";
import { usage_error } from "./usage_error.ts";

type token = { kind: string; rawName?: string; name?: string; value?: string | undefined };

function check_once(tokens: readonly token[], options: ParseArgsConfig["options"]): void {
	const seen = new Map<string, string>();

	for (const { kind, name, rawName, value } of tokens) {
		if (kind !== "option" || value === undefined || options?.[name!]?.multiple)
			continue;
		const before = seen.get(name!);

		if (before !== undefined)
			throw new usage_error(`${rawName} ${excerpt(value)}: ${rawName} was ` +
				`${excerpt(before)} already, expected it once`);
		seen.set(name!, value);
	}
}

/* Node takes several lines to say that "--depth -1" may be two options. */
function in_our_words(error: unknown, args: readonly string[]): unknown {
	const { message } = error as Error;
	const option = message.split("'")[1]?.split(" ").at(-1) ?? "";
	const value = excerpt(args[args.indexOf(option) + 1] ?? "");

	return !message.includes("argument is ambiguous") ? error :
		new usage_error(`${option} ${value}: expected a value, one that begins with "-" ` +
			`as ${option}=${value}`);
}

/** parse_args - node's parseArgs(), which takes the last of several values and says nothing */
export function parse_args<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
	try {
		const parsed = parseArgs({ ...config, tokens: true });

		check_once(parsed.tokens as token[], config.options);
		return parsed as unknown as ReturnType<typeof parseArgs<T>>;
	} catch (error) {
		throw in_our_words(error, config.args ?? []);
	}
}

/** number_option - the value of --@name, a whole number from @least to @most */
export function number_option(name: string, text: string, least = 0, most = Infinity): number {
	if (!/^\d{1,15}$/.test(text) || Number(text) < least || Number(text) > most)
		throw new usage_error(`--${name} ${excerpt(text)}: expected a number from ${least} ` +
			(most === Infinity ? `on, e.g. --${name} 5` : `to ${most}`));
	return Number(text);
}
