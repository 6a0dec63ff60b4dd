// SPDX-License-Identifier: GPL-2.0-only
import { together } from "../together.ts";

await together(["tools/explore"],
	["tools/explore/checkpoint.test.ts", "tools/explore/undo.test.ts"]);
