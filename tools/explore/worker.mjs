// SPDX-License-Identifier: GPL-2.0-only
// Where a worker thread begins: it runs the TypeScript sources, as tools/vfio-ap does.
import { register } from "tsx/esm/api";

register({ tsconfig: false });
const { default: work } = await import("./worker.ts");

export default work;
