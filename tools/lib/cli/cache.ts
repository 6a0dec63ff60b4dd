// SPDX-License-Identifier: GPL-2.0-only
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

/** cache_folder - where what was built is kept: XDG's place for it, or below TMPDIR */
export function cache_folder(): string {
	const { XDG_CACHE_HOME, TMPDIR, HOME } = process.env;

	if (XDG_CACHE_HOME !== undefined && XDG_CACHE_HOME !== "")
		return join(XDG_CACHE_HOME, "vfio-ap");
	if (TMPDIR !== undefined && TMPDIR !== "")
		return join(TMPDIR, "vfio-ap-cache");
	return HOME === undefined ? join(tmpdir(), "vfio-ap-cache")
		: join(homedir(), ".cache", "vfio-ap");
}
