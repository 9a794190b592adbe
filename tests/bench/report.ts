/** Results as tables for people. Pure: numbers in, lines out. */

import type { Limit } from "./machine.ts";
import type { Lane, Race } from "./race.ts";
import type { Workload } from "./workloads.ts";
import { flopsPerStep } from "./workloads.ts";

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b), middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Four digits are enough for a rate. */
export const rate = (value: number): string => (Number.isFinite(value) ? Number(value.toPrecision(value >= 1000 ? 4 : 3)).toLocaleString("en").replaceAll(",", " ") : "–");
const times = (value: number): string => (Number.isFinite(value) ? `${Number(value.toPrecision(3))}×` : "–");

export interface Row {
  readonly name: string;
  readonly median: number;
  readonly best: number;
  /** The median of the rounds' own ratios, which drift leaves alone. */
  readonly againstTorch: number | null;
  readonly againstBestPeer: number | null;
  /** Of one core's fused multiply-adds, by the best chunk. */
  readonly shareOfLimit: number | null;
  readonly isAgreed: boolean;
  readonly differences: readonly number[] | null;
}

/** The lanes of a race as rows. The best peer is the one with the highest median among those that train what we train; peers have no ratio to it but their own. */
export function tableRows({ lanes }: Race, workload: Workload, limit: Limit | null): Row[] {
  const torch = lanes.find(({ name }) => name === "torch eager");
  const best = lanes.filter(({ kind, agreement }) => kind === "peer" && agreement?.isAgreed !== false).sort((a, b) => median(b.rates) - median(a.rates))[0];
  const against = (lane: Lane, other: Lane | undefined): number | null => (other === undefined ? null : median(lane.rates.map((one, i) => one / other.rates[i]!)));
  return lanes.map((lane) => ({
    name: lane.name, median: median(lane.rates), best: Math.max(...lane.rates), againstTorch: against(lane, torch), againstBestPeer: against(lane, best),
    shareOfLimit: limit === null ? null : (flopsPerStep(workload) * Math.max(...lane.rates)) / (1e9 * limit.gflops),
    isAgreed: lane.agreement?.isAgreed !== false, differences: lane.agreement?.differences ?? null,
  }));
}

export function raceTable(rows: readonly Row[]): string[] {
  const head = ["", "median steps/s", "best chunk", "torch eager", "best peer", "of FMA limit", "losses at 1, 10, 50"];
  return table(head, rows.map((row) => [
    row.name, rate(row.median), rate(row.best), times(row.againstTorch ?? NaN), times(row.againstBestPeer ?? NaN), row.shareOfLimit === null ? "–" : `${(100 * row.shareOfLimit).toFixed(1)} %`,
    row.differences === null ? "(the measure)" : `${row.isAgreed ? "agree" : "DIFFER"} ${row.differences.map((d) => d.toExponential(0)).join(" ")}`,
  ]));
}

/** Columns padded to their widest cell; the first to the left, the rest to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i]!.length)));
  return all.map((row) => `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("   ")}`);
}
