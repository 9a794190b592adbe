/** Rows to train on, the same on every machine: generated from a seed, learnable, with enough noise that no workload's loss reaches 0 while it is measured. */

import { rng } from "../../src-engine/index.ts";
import type { Stream } from "../../src-engine/index.ts";
import { readMnist } from "./idx.ts";
import type { Workload } from "./workloads.ts";

/** x (rows, features) row-major · y (rows) labels or numbers. */
export interface Rows { readonly rows: number; readonly x: Float32Array; readonly y: Float32Array }

/** The rows of a workload: real MNIST from a folder where there is one and the workload has images' width (all 60 000 for C, the first 16 384 for the larger networks), else generated. `clean`: without wrong labels, so that the loss can reach 0. */
export function rowsOf(workload: Workload, { mnist = null, clean = false }: { mnist?: string | null; clean?: boolean } = {}): Rows {
  if (mnist !== null && widthOf(workload) === 784) return first(readMnist(mnist), 4 * workload.rows);
  return workload.classes === null ? curve(workload.rows) : blobs(workload.rows, widthOf(workload), workload.classes, clean ? 0 : 0.15);
}

/** The first rows: a network's measurement before each turn goes through all of them. */
function first({ rows, x, y }: Rows, most: number): Rows {
  const kept = Math.min(rows, most);
  return { rows: kept, x: x.slice(0, (x.length / rows) * kept), y: y.slice(0, (y.length / rows) * kept) };
}

const widthOf = ({ model }: Workload): number => model.input.reduce((product, n) => product * n, 1);

/** A number to predict: y = sin 2x₀ · cos x₁ + noise. */
function curve(rows: number): Rows {
  const stream = rng(1).stream("curve");
  const x = new Float32Array(2 * rows), y = new Float32Array(rows);
  for (let i = 0; i < rows; i++) {
    const a = stream.normal(), b = stream.normal();
    x.set([a, b], 2 * i);
    y[i] = Math.sin(2 * a) * Math.cos(b) + 0.1 * stream.normal();
  }
  return { rows, x, y };
}

/** Classes around a centre each; a share of the labels is wrong. Centres of square images are smooth, so that convolutions find something. */
function blobs(rows: number, f: number, classes: number, wrong: number): Rows {
  const stream = rng(1).stream("blobs");
  const noise = Float32Array.from({ length: 65_536 }, () => stream.normal());
  const side = Math.sqrt(f), isImage = Number.isInteger(side) && side % 4 === 0;
  const centres = Array.from({ length: classes }, () => (isImage ? smooth(side, stream) : Float32Array.from({ length: f }, () => 0.5 * stream.normal())));
  const x = new Float32Array(rows * f), y = new Float32Array(rows);
  for (let i = 0; i < rows; i++) {
    const label = stream.below(classes), centre = centres[label]!;
    for (let j = 0; j < f; j++) x[i * f + j] = centre[j]! + noise[stream.uint32() & 65_535]!;
    y[i] = stream.uniform() < wrong ? stream.below(classes) : label;
  }
  return { rows, x, y };
}

/** An image of squares of 4×4 equal numbers. */
function smooth(side: number, stream: Stream): Float32Array {
  const coarse = Float32Array.from({ length: (side / 4) ** 2 }, () => 0.3 * stream.normal());
  return Float32Array.from({ length: side * side }, (_, i) => coarse[Math.floor(i / side / 4) * (side / 4) + Math.floor((i % side) / 4)]!);
}
