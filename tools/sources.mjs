// SPDX-License-Identifier: GPL-2.0-only
/*
 * To be imported first by what runs the TypeScript sources of a clone. Node does so itself where it
 * strips types. Elsewhere tsx does; the tsconfig.json of the caller's directory has no say.
 */
if (!process.features.typescript) {
	const { register } = await import("tsx/esm/api");

	register({ tsconfig: false });
}
