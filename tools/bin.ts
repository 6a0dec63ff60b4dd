#!/usr/bin/env node
// SPDX-License-Identifier: GPL-2.0-only
/*
 * The program of an installed package. In a clone tools/vfio-ap is.
 */
import { run } from "./main.ts";

await run(process.argv.slice(2));
