/** A report of 200 runs that were really trained, 40 groups of five seeds: from the call to the file, as HTML with every part a comparison has, and a comparison of ten runs beside it. */

import { join } from "node:path";
import { createWorkbench } from "../../../src-main/service/workbench.ts";
import { openStore } from "../../../src-main/store/open.ts";
import { createPool } from "../../../src-main/workers/pool.ts";
import { temporaryFolder } from "../../support/project.ts";
import { ended } from "../../support/workbench.ts";
import { load } from "../machine.ts";
import type { Bench, PartResult } from "./parts.ts";

const [groups, seeds] = [40, 5];
const spec = (group: number): object => ({
  name: `rate ${group}`, seeds, data: { kind: "sample", name: "digits" }, layers: [{ kind: "dense", units: 32 }, { kind: "relu" }, { kind: "dense", units: 10 }],
  optimizer: { kind: "adam", learningRate: 0.0003 * 100 ** (group / groups) }, metrics: [{ kind: "accuracy" }], train: { epochs: 10, batchSize: 64, checkpoints: { best: 0 } },
});

export async function reportsOfManyRuns({ log, root, options: { rounds } }: Bench): Promise<PartResult> {
  using folder = temporaryFolder();
  const workbench = createWorkbench({ store: openStore(folder.file(), () => Date.now()), pool: createPool({ parallel: 2 }), now: () => Date.now(), examples: join(root, "examples"), door: "cli" });
  try {
    const runIds: string[] = [];
    for (let group = 0; group < groups; group++) runIds.push(...(await workbench.startRun({ experimentId: null, spec: spec(group) })).runIds);
    for (const id of runIds) await ended(workbench, id);
    const found: Record<string, { readonly ms: number; readonly bytes: number }> = {};
    for (const count of [runIds.length, 10]) {
      const times: number[] = [];
      let size = 0;
      for (let round = 0; round < rounds; round++) {
        const from = performance.now();
        const { bytes } = await workbench.exportReport({ report: { title: `${count} runs`, template: "comparison", subject: { runIds: runIds.slice(0, count), grouping: { kind: "allButSeed" }, baseline: null } }, format: "html", language: "en", theme: "system" });
        times.push(performance.now() - from);
        size = bytes.byteLength;
      }
      found[`${count} runs`] = { ms: Math.round(times.toSorted((a, b) => a - b)[times.length >> 1]!), bytes: size };
    }
    for (const [name, { ms, bytes }] of Object.entries(found)) log(`  report of ${name.padEnd(9)} ${String(ms).padStart(6)} ms   ${(bytes / 1000).toFixed(0)} kB; load ${load().toFixed(1)}`);
    return { found, isAgreed: true };
  } finally {
    await workbench.close();
  }
}
