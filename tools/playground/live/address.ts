// SPDX-License-Identifier: GPL-2.0-only
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/*
 * A scenario in a page's address, deflated: what is behind "#" is not sent to any server.
 */

async function through(bytes: Uint8Array<ArrayBuffer>,
	stream: CompressionStream | DecompressionStream):
		Promise<Uint8Array<ArrayBuffer>> {
	return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream))
		.arrayBuffer());
}

/** packed - a text as letters that an address may have */
export async function packed(text: string): Promise<string> {
	const bytes = await through(new TextEncoder().encode(text),
		new CompressionStream("deflate-raw"));

	return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_")
		.replace(/={1,2}$/, "");
}

/** unpacked - the text again; null if it is none */
export async function unpacked(letters: string): Promise<string | null> {
	try {
		const binary = atob(letters.replace(/-/g, "+").replace(/_/g, "/"));
		const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));

		return new TextDecoder("utf-8", { fatal: true })
			.decode(await through(bytes, new DecompressionStream("deflate-raw")));
	} catch {
		return null;
	}
}
