/** How weights, activations and gradients of a run's layers were spread at the steps that were recorded. Plain data. */

/** Some numbers of one step, summed up. `counts`: equal bins from `from` to `to`; one where all numbers are equal, none where one is not finite. */
export interface SpreadAt {
  readonly step: number;
  readonly epoch: number;
  readonly count: number;
  readonly norm: number;
  readonly rms: number;
  readonly mean: number;
  readonly deviation: number;
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

/** `names`: every part there is a record of, such as `0/kernel/weight`, `0/kernel/gradient`, `1/activation`, `1/delta`; `part`: the one whose spreads these are, in order of step. */
export interface Histograms { readonly names: readonly string[]; readonly part: string; readonly spreads: readonly SpreadAt[] }

/** A record of all parts as it is stored and sent: names, and for each the numbers of `packSpread`. */
export interface LayerShot { readonly step: number; readonly epoch: number; readonly names: readonly string[]; readonly numbers: Uint8Array }

/** Bins of a full histogram, and bytes of one packed spread. */
const bins = 32;
export const spreadBytes = 7 * 8 + bins * 4;
const facts = ["count", "norm", "rms", "mean", "deviation", "from", "to"] as const;

/** Writes a spread into a record at its place: seven little-endian doubles and 32 counts of four bytes, those that are not there 0. */
export function packSpread(spread: Omit<SpreadAt, "step" | "epoch">, into: DataView, place: number): void {
  const at = place * spreadBytes;
  facts.forEach((fact, i) => { into.setFloat64(at + 8 * i, spread[fact], true); });
  for (let i = 0; i < bins; i++) into.setUint32(at + 56 + 4 * i, spread.counts[i] ?? 0, true);
}

export function unpackSpread({ step, epoch, numbers }: Pick<LayerShot, "step" | "epoch" | "numbers">, place: number): SpreadAt {
  const view = new DataView(numbers.buffer, numbers.byteOffset, numbers.byteLength), at = place * spreadBytes;
  const [count, norm, rms, mean, deviation, from, to] = facts.map((_, i) => view.getFloat64(at + 8 * i, true)) as [number, number, number, number, number, number, number];
  const length = !Number.isFinite(from) || !Number.isFinite(to) ? 0 : from === to ? 1 : bins;
  return { step, epoch, count, norm, rms, mean, deviation, from, to, counts: Array.from({ length }, (_, i) => view.getUint32(at + 56 + 4 * i, true)) };
}
