/** One optimizer over vectors of its own, outside any plan: what it is handed at each step, as a plan would. */

import { catalog, reference } from "../../src-engine/index.ts";
import type { Component, Optimizer, Piece, Precision, Vector } from "../../src-engine/index.ts";
import { vector } from "./stage.ts";

export interface UpdaterOptions {
  /** What the vector is made of, in order and without gaps; one row where absent. */
  readonly shapes?: readonly (readonly number[])[];
  /** Where the parameters that decay end; all decay where absent. */
  readonly decayTo?: number;
  /** The range that is updated; all where absent. */
  readonly from?: number;
  readonly to?: number;
}

export interface Updater {
  readonly slots: Readonly<Record<string, Vector>>;
  readonly state: Readonly<Record<string, number>>;
  readonly pieces: readonly Piece[];
  /** Where the next gradient is to be taken: the parameters, or the optimizer's own point. */
  point(): Vector;
  step(g: Vector, lr: number): void;
}

export const declaredOptimizer = (kind: string): Optimizer => (catalog.optimizer as readonly Optimizer[]).find((optimizer) => optimizer.kind === kind)!;

export function updater({ kind, ...hyper }: Component, p: Vector, precision: Precision, { shapes = [[p.length]], decayTo = p.length, from = 0, to = p.length }: UpdaterOptions = {}): Updater {
  const optimizer = declaredOptimizer(kind);
  const slots = Object.fromEntries(optimizer.slots.map((slot) => [slot, vector(precision, p.length)]));
  const state: Record<string, number> = { ...optimizer.state };
  const scratch = Object.fromEntries(Object.entries(optimizer.scratch?.(shapes) ?? {}).map(([name, length]) => [name, vector(precision, length)]));
  const kernels = reference(precision);
  let end = 0, t = 0;
  const pieces = shapes.map((shape) => {
    const begin = end;
    end += shape.reduce((product, n) => product * n, 1);
    return { from: begin, to: end, shape };
  });
  return {
    slots, state, pieces,
    point: () => (optimizer.gradientAt === undefined || t === 0 ? p : slots[optimizer.gradientAt]!),
    step(g, lr) {
      const inside = pieces.filter((piece) => piece.from >= from && piece.to <= to);
      optimizer.update({ p, g, slots, state, scratch, from, to, decayTo, pieces: inside, t: ++t, lr, hyper: hyper as never, round: kernels.round, kernels });
    },
  };
}
