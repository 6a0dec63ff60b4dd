// SPDX-License-Identifier: GPL-2.0-only
import { missing_program } from "../../../tools/crossread/tarball.ts";
import { build_oracle, type oracle } from "../../../tools/oracle/build.ts";
import { label_of } from "../../../tools/oracle/known_texts.ts";
import { find_source, type kernel_source } from "../../../tools/oracle/source.ts";

/**
 * struct real_oracle - the C of a driver, where this machine has it and a compiler
 * @skip: why it has not
 */
export type real_oracle =
	| { skip: false; source: kernel_source; oracle: oracle }
	| { skip: string };

/** real_oracle - what LINUX_SOURCE names or /usr/src has, if it is the text of that driver */
export async function real_oracle(label: string): Promise<real_oracle> {
	try {
		const source = await find_source("auto", label);

		if (label_of(source) !== label)
			return {
				skip: `the C of ${label} is not there, but ${label_of(source) ?? "another text"}` };
		return { skip: false, source, oracle: await build_oracle(source) };
	} catch (error) {
		if (!(error instanceof missing_program))
			throw error;
		return { skip: error.message };
	}
}
