// SPDX-License-Identifier: GPL-2.0-only
// Where a worker thread begins: it runs the TypeScript sources, as tools/vfio-ap does, and where it
// is to undo what its machine does, has them keep a journal.
import { register } from "node:module";
import { workerData } from "piscina";
import { register as register_tsx } from "tsx/esm/api";

register_tsx({ tsconfig: false });
if (workerData.undoing)
	register("./hooks.ts", import.meta.url);
const { default: work } = await import("./worker.ts");

export default work;
