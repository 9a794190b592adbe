/** Matrix products alone, in the shapes of the workloads: GFLOPS of each executor and of the peers' libraries, and their share of one core's limit. */

import { raceCore } from "../machine.ts";
import { start } from "../contestant.ts";
import type { Contestant } from "../contestant.ts";
import type { Gemm } from "../lines.ts";
import { table } from "../report.ts";
import { taskOf } from "./alone.ts";
import type { Bench, PartResult } from "./parts.ts";

/** (m, k) times (k, n), as the forward pass has them; the gradients' products have the same numbers in other places. */
const shapes = [
  { title: "A forward 10×8×8", m: 10, k: 8, n: 8 },
  { title: "B forward 64×64×64", m: 64, k: 64, n: 64 },
  { title: "C forward 64×784×128", m: 64, k: 784, n: 128 },
  { title: "C dW 784×64×128", m: 784, k: 64, n: 128 },
  { title: "D forward 128×784×512", m: 128, k: 784, n: 512 },
  { title: "D dW 512×128×512", m: 512, k: 128, n: 512 },
  { title: "E forward 256×2048×2048", m: 256, k: 2048, n: 2048 },
  { title: "E dW 2048×256×2048", m: 2048, k: 256, n: 2048 },
  { title: "512 cubed", m: 512, k: 512, n: 512 },
  { title: "1024 cubed", m: 1024, k: 1024, n: 1024 },
] as const;

export async function gemm(bench: Bench): Promise<PartResult> {
  const { entries, log, machine: { fmaLimit }, options: { seconds } } = bench;
  const folder = taskOf(bench, "A");
  const present: Contestant[] = [];
  // One process for each library is enough, and JavaScript's peers have no product worth timing.
  for (const entry of entries.filter(({ name, kind }) => (kind === "own" ? name !== "reference" : ["torch eager", "jax jit", "tensorflow function"].includes(name)))) {
    try { present.push(await start(entry, folder, raceCore())); } catch (error) { log(`  ${entry.name}: not here (${(error as Error).message})`); }
  }
  const found = [];
  try {
    for (const { title, m, k, n } of shapes) {
      const gflops: Record<string, number | null> = {};
      for (const one of present) gflops[one.name] = await one.ask<Gemm>({ do: "gemm", m, n, k, seconds: Math.min(seconds, 0.5) }).then((answer) => answer.gflops, () => null);
      found.push({ title, m, k, n, gflops });
    }
  } finally {
    for (const one of present) await one.end();
  }
  const share = (gflops: number): string => (fmaLimit === null ? "" : ` (${((100 * gflops) / fmaLimit.gflops).toFixed(0)} %)`);
  for (const line of table(["GFLOPS, best of short samples", ...present.map(({ name }) => name)], found.map(({ title, gflops }) => (
    [title, ...present.map(({ name }) => { const value = gflops[name] ?? null; return value === null ? "–" : `${value.toPrecision(3)}${share(value)}`; })])))) log(line);
  return { found: { limit: fmaLimit, shapes: found }, isAgreed: true };
}
