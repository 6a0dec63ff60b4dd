// SPDX-License-Identifier: GPL-2.0-only
import { together } from "../together.ts";

await together(["tools/lib", "tools/replay", "tools/litmus"]);
