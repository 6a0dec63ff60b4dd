// SPDX-License-Identifier: GPL-2.0-only
import { together } from "../together.ts";

await together([
	"tools/trace", "tools/diff", "tools/series", "tools/bisect", "tools/drivers", "tools/docs",
	"tools/bench",
]);
