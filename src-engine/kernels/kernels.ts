/** The contract of arithmetic on memory: every kernel with its shapes and its formula. Layers, losses and penalties touch memory through it and in no other way. */

/** A piece of a plan's memory: 32-bit numbers in training, 64-bit ones where gradients are checked. */
export type Vector = Float32Array | Float64Array;
export type Precision = 32 | 64;

/** Where a mask's chance comes from: each call a number in [0, 1), as a `Stream` of rng.ts gives it. */
export interface Chance { uniform(): number }

/**
 * Matrices are row-major and written (rows, columns). Results overwrite what they name, unless the formula says "+=".
 * Every sum runs over ascending indices in one accumulator that starts at 0, and every multiplication, addition, division and root is rounded
 * to the precision of the memory: in 32 bit the result is what a machine with exact IEEE-754 single precision and no fused multiply-add gives.
 * An optimizer's update is a kernel too; its loop stands in the optimizer's own file and is written with `round`.
 */
export interface Kernels {
  readonly precision: Precision;
  /** The nearest number the memory can hold. */
  round(x: number): number;

  /** y (m, c) = x (m, n) · w (n, c) + b (c); without b where it is null. The bias is added last. */
  dense(x: Vector, w: Vector, b: Vector | null, y: Vector, m: number, n: number, c: number): void;
  /** dx (m, n) = dy (m, c) · wᵀ, w (n, c). */
  denseInput(dy: Vector, w: Vector, dx: Vector, m: number, n: number, c: number): void;
  /** dw (n, c) = xᵀ · dy; x (m, n), dy (m, c). */
  denseKernel(x: Vector, dy: Vector, dw: Vector, m: number, n: number, c: number): void;
  /** sums (c) = Σᵣ x[r, ·]; x (m, c). */
  columnSums(x: Vector, sums: Vector, m: number, c: number): void;

  /** y = max(x, 0), element by element; NaN stays NaN. */
  relu(x: Vector, y: Vector, n: number): void;
  /** dx = dy where x > 0, else 0: at the corner the derivative is 0, as in PyTorch. */
  reluBackward(x: Vector, dy: Vector, dx: Vector, n: number): void;
  /** y = tanh x. */
  tanh(x: Vector, y: Vector, n: number): void;
  /** dx = dy (1 − y)(1 + y). */
  tanhBackward(y: Vector, dy: Vector, dx: Vector, n: number): void;
  /** y = 1 / (1 + e⁻ˣ); e is never raised to a positive power, so no x overflows. */
  sigmoid(x: Vector, y: Vector, n: number): void;
  /** dx = dy y (1 − y). */
  sigmoidBackward(y: Vector, dy: Vector, dx: Vector, n: number): void;

  /** mask (n): 1 with probability `keep`, else 0. Draws one number for each element. */
  drawMask(mask: Vector, n: number, keep: number, chance: Chance): void;
  /** y = x · mask / keep: inverted dropout. Its backward pass is the same with dy for x. */
  dropout(x: Vector, mask: Vector, y: Vector, n: number, keep: number): void;

  /** mean (c) and variance (c, divided by r) of each column of x (r, c), in two passes: a large mean does not spoil the variance. */
  moments(x: Vector, mean: Vector, variance: Vector, r: number, c: number): void;
  /** x̂ = (x − mean)/√(variance + ε), y = γ x̂ + β, column by column; x, x̂, y (r, c), the others (c). */
  normalize(x: Vector, mean: Vector, variance: Vector, scale: Vector, shift: Vector, normalized: Vector, y: Vector, r: number, c: number, epsilon: number): void;
  /**
   * The gradient through `normalize` when mean and variance are the columns' own (`moments`):
   * dγ = Σᵣ dy x̂, dβ = Σᵣ dy, dx = γ/(r √(variance + ε)) · (r dy − dβ − x̂ dγ); no dx where it is null.
   */
  normalizeBackward(dy: Vector, normalized: Vector, variance: Vector, scale: Vector, dscale: Vector, dshift: Vector, dx: Vector | null, r: number, c: number, epsilon: number): void;
  /** kept ← ρ kept + (1 − ρ) fresh: one step of an exponentially weighted average over n numbers. */
  average(kept: Vector, fresh: Vector, n: number, retention: number): void;

  /**
   * Softmax cross-entropy with integer labels, averaged over rows, and its gradient.
   *
   *   L = −(1/m) Σᵣ log softmax(zᵣ)[yᵣ]          dz = (softmax(z) − onehot(y)) / m
   *
   * z (m, c) logits · y (m) labels in 0…c−1, not checked here · dz (m, c). Returns L in nats.
   * Each row is shifted by its maximum, so logits of any size are safe; a NaN logit gives NaN.
   */
  softmaxCrossEntropy(z: Vector, y: Vector, dz: Vector, m: number, c: number): number;
  /** L = (1/n) Σ (max(z, 0) − z y + log(1 + e^−|z|)), dz = (sigmoid(z) − y)/n; z logits, y in 0…1, all (n). Returns L in nats. */
  binaryCrossEntropy(z: Vector, y: Vector, dz: Vector, n: number): number;
  /** L = (1/n) Σ (z − y)², dz = 2 (z − y)/n; all (n). */
  meanSquaredError(z: Vector, y: Vector, dz: Vector, n: number): number;

  /** Returns (a/2) Σ w², and g += a w; both (n). */
  l2(w: Vector, g: Vector, n: number, a: number): number;

  // The loops of optim/*.ts over [from, to), where an executor has them faster: same formula, same bits. Their constants come rounded.

  /** p ← p − a g. */
  sgdUpdate?(p: Vector, g: Vector, from: number, to: number, a: number): void;
  /** v ← b v + c g, p ← p − a v. */
  momentumUpdate?(p: Vector, g: Vector, v: Vector, from: number, to: number, a: number, b: number, c: number): void;
  /** m ← b₁ m + c₁ g, v ← b₂ v + c₂ g², p ← p − a m / (√v / correction + ε). */
  adamUpdate?(p: Vector, g: Vector, m: Vector, v: Vector, from: number, to: number, a: number, b1: number, c1: number, b2: number, c2: number, correction: number, epsilon: number): void;
}
