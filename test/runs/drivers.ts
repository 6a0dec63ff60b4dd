// SPDX-License-Identifier: GPL-2.0-only
import { together } from "../together.ts";

await together(["drivers/base", "drivers/s390", "drivers/v7.3"]);
