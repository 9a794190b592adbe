/** What is measured on: processor, load, versions, and the limit of its arithmetic. */

import { spawnSync } from "node:child_process";
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from "node:os";
import { arithmeticOf, engineVersion, executorFor, loadNative, peakOf, useNative } from "../../src-engine/node.ts";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly date: string;
  readonly loadAtStart: readonly number[];
  /** GFLOPS of one core's fused multiply-adds, and how that is known; null where nobody has measured it. */
  readonly fmaLimit: Limit | null;
}
export interface Limit { readonly gflops: number; readonly how: string }

export function describeMachine(given: number | null): Machine {
  return {
    cpu: cpus()[0]?.model ?? "unknown", cores: availableParallelism(), memoryGiB: Math.round(totalmem() / 2 ** 30), system: `${platform()} ${release()}`,
    versions: { descent: engineVersion, node: process.versions.node, v8: process.versions.v8 },
    date: new Date().toISOString(), loadAtStart: loadavg(), fmaLimit: fmaLimit(given),
  };
}

/** The machine's limit: what was given by hand (`--fma GFLOPS`), else what the engine's own loop of multiplications and additions on registers alone measures, by its widest vectors. */
export function fmaLimit(given: number | null): Limit | null {
  if (given !== null) return { gflops: given, how: "given by --fma" };
  useNative(loadNative());
  const gflops = peakOf(executorFor(32), "fast", () => performance.now());
  return gflops === null ? null : { gflops, how: `measured by ${arithmeticOf("fast")}` };
}

/** The core contestants run on: the last one, as far from the system's own work as can be. */
export const raceCore = (): number => availableParallelism() - 1;

const hasTaskset = platform() === "linux" && spawnSync("taskset", ["--version"]).status === 0;
export const canPin = hasTaskset;

/** The command on one core where the system can be told so. */
export const pinned = (command: readonly string[], core: number): readonly string[] => (hasTaskset ? ["taskset", "-c", String(core), ...command] : command);

export const load = (): number => loadavg()[0]!;
