/** From a dataset to what training eats: rows drawn, scaled, laid out. The one place where split and scaling meet. */

import type { Component } from "../spec/param.ts";
import { widthOf } from "./dataset.ts";
import type { Dataset } from "./dataset.ts";
import { fitScaling } from "./scaling.ts";
import type { Scaling } from "./scaling.ts";
import { splitRows } from "./split.ts";

/** Some rows, ready: x (rows, f) scaled, row-major, in double or single precision · y (rows) the label 0…c−1, or the scaled number. */
export interface Part { readonly rows: number; readonly x: Float32Array | Float64Array; readonly y: Float64Array }

/** The three parts of a dataset, scaled alike, and the scaling that was fitted on the training rows. A part whose share is 0 has no rows. */
export interface Prepared { readonly train: Part; readonly validation: Part; readonly test: Part; readonly scaling: Scaling }

/** Splits, fits the scaling to the training rows only, and scales all parts with it. In 32 bit features take half the memory; a plan in 32 bit rounds them so anyway. Throws what `splitRows` and `fitScaling` throw. */
export function prepare(dataset: Dataset, spec: { readonly split: Component; readonly scaling: Component }, precision: 32 | 64 = 64): Prepared {
  const rows = splitRows(dataset, spec.split);
  const scaling = fitScaling(dataset, rows.train, spec.scaling);
  const part = (of: Int32Array) => scaled(dataset, of, scaling, precision);
  return { train: part(rows.train), validation: part(rows.validation), test: part(rows.test), scaling };
}

function scaled(dataset: Dataset, rows: Int32Array, { features, target }: Scaling, precision: 32 | 64): Part {
  const f = widthOf(dataset.shape);
  const x = new (precision === 32 ? Float32Array : Float64Array)(rows.length * f);
  const y = new Float64Array(rows.length);
  rows.forEach((row, i) => {
    for (let j = 0; j < f; j++) x[i * f + j] = (dataset.x[row * f + j]! - features.mean[j]!) / features.deviation[j]!;
    y[i] = (dataset.y[row]! - target.mean) / target.deviation;
  });
  return { rows: rows.length, x, y };
}
