/** What a run takes of memory, known before it begins, and how much there is for all of them. */

import { totalmem } from "node:os";
import { memoryOf } from "../../src-engine/index.ts";
import { SpecError } from "../../src-engine/spec/errors.ts";
import type { RunSpec, SplitRows } from "../contract/nouns.ts";

/** The rest is for the system, for other programs and for this one's own heaps. */
const share = 0.75;

/** The plan's arena and the rows of all parts as it reads them, in bytes; 0 where compiling would refuse the model. */
export function memoryNeed({ train: { batchSize, accumulate }, ...spec }: RunSpec, { shape, rows }: { readonly shape: readonly number[]; readonly rows: SplitRows }): number {
  const width = shape.reduce((product, length) => product * length, 1);
  // Features in single, the label in double precision, as `prepare` lays them out.
  const all = (rows.train + rows.validation + rows.test) * (4 * width + 8);
  try { return all + memoryOf({ ...spec, input: shape }, { batchSize: Math.min(batchSize, rows.train), accumulates: accumulate > 1 }); } catch (error) {
    if (error instanceof SpecError) return 0;
    throw error;
  }
}

/** Three quarters of the machine's memory, or of what this process may use of it where that is less. */
export function memoryForTraining(): number {
  // 0, or a number beyond any machine's, where nothing constrains the process.
  const bound = process.constrainedMemory();
  return share * (bound > 0 ? Math.min(totalmem(), bound) : totalmem());
}
