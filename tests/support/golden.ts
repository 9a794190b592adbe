/** Reads the reference numbers of tests/golden. Knows their notation (README.md there), not what they are about. */

import { readFileSync } from "node:fs";

/** A tensor record: row-major; what JSON cannot say is a string. */
export interface Tensor { readonly shape: readonly number[]; readonly data: readonly (number | string)[] }

export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), "utf8")) as T;
}

export const numbers = ({ data }: Tensor): Float64Array => Float64Array.from(data, Number);

/** (rows, columns) → (columns, rows): golden dense weights are [out, in], the project's kernels [in, out]. */
export function transposed({ shape, data }: Tensor): Float64Array {
  const [rows, columns] = shape as [number, number];
  return Float64Array.from(data, (_, i) => Number(data[(i % rows) * columns + Math.floor(i / rows)]));
}

/** leaky_relu → leakyRelu: how golden names become kinds. */
export const kindOf = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
