// SPDX-License-Identifier: GPL-2.0-only
/*
 * Texts with the skeletons of the recorded C and nothing else of it: what tests read where no
 * kernel is at hand.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ports, skeleton_of_port } from "../../../tools/crossread/ports.ts";
import type { skeleton_function, skeleton_token } from "../../../tools/crossread/skeleton.ts";

const words: { [token: string]: string } = {
	"for": "for (;;)", "switch": "switch (x)",
	"case": "case 1:", "default": "default:", "else": "else", "do": "do", "goto": "goto l;",
	"return": "return;", "break": "break;", "continue": "continue;",
};

/** A condition with these operators: the nots first, each in an expression of its own. */
function condition_text(condition: string): string {
	const operators = condition.split(" ").filter((text) => text !== "");
	const nots = operators.filter((text) => text === "!").map(() => "!x, ");
	const others = operators.filter((text) => text !== "!").map((text) => ` ${text} x`);
	return `${nots.join("")}x${others.join("")}`;
}

function statement({ text: token, condition }: skeleton_token): string {
	if (condition !== undefined)
		return `${token} (${condition_text(condition)})`;
	if (words[token])
		return words[token];
	if (token.endsWith("()"))
		return `${token};`;
	return token.endsWith(":") ? token : `x = -${token};`;
}

function function_text({ name, is_static, tokens }: skeleton_function): string {
	const body = tokens.map((token) => `\t${statement(token)}\n`).join("");
	return `${is_static ? "static " : ""}int ${name}(void)\n{\n${body}}\n\n`;
}

/**
 * synthetic_files - texts with the skeletons of a driver's C files
 *
 * @driver: the driver's label
 *
 * Return: by file name, the text
 */
export async function synthetic_files(driver: string): Promise<Map<string, string>> {
	const port = ports.find((it) => it.driver === driver)!;
	const { files } = await skeleton_of_port(port);
	return new Map([...files].map(([c_file, functions]) => (
		[c_file, functions.map(function_text).join("")])));
}

/**
 * synthetic_tree - a kernel tree of them
 *
 * @driver: the driver's label
 * @folder: where to make it
 */
export async function synthetic_tree(driver: string, folder: string): Promise<void> {
	const crypto = join(folder, "drivers/s390/crypto");
	mkdirSync(crypto, { recursive: true });
	for (const [c_file, text] of await synthetic_files(driver))
		writeFileSync(join(crypto, c_file), text);
}
