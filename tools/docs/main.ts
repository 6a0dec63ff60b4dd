// SPDX-License-Identifier: GPL-2.0-only
/* node --import tsx tools/docs/main.ts: bring Documentation/scenarios.md up to date. */
import { readFileSync, writeFileSync } from "node:fs";

import { with_generated } from "./scenario_card.ts";

const path = new URL("../../Documentation/scenarios.md", import.meta.url);

writeFileSync(path, with_generated(readFileSync(path, "utf8")));
