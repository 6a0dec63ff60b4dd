// SPDX-License-Identifier: GPL-2.0-only
// Where a thread of trace check begins: it runs the TypeScript sources, as tools/vfio-ap does.
import { register } from "tsx/esm/api";

register({ tsconfig: false });
await import("./worker.ts");
