/** The contract of arithmetic on memory: every kernel with its shapes and its formula. Layers, losses, penalties and optimizers touch memory through it and in no other way. */

/** A piece of a plan's memory: 32-bit numbers in training, 64-bit ones where gradients are checked. */
export type Vector = Float32Array | Float64Array;
/** Bits of a number in a plan's memory. */
export type Precision = 32 | 64;

/** Where chance comes from, as a `Stream` of rng.ts gives it: a number in [0, 1), or one from the normal distribution with mean 0 and variance 1. */
export interface Chance { uniform(): number; normal(): number }

/**
 * How a kernel slides over images of (height, width, channels), giving (outHeight, outWidth, …); outHeight = ⌊(height + 2 paddingHeight − kernelHeight)/strideHeight⌋ + 1.
 * The padding lies around the image on all sides and holds zeros; every window has at least one number of the image in it.
 */
export interface Window {
  readonly height: number; readonly width: number; readonly channels: number;
  readonly outHeight: number; readonly outWidth: number;
  readonly kernelHeight: number; readonly kernelWidth: number;
  readonly strideHeight: number; readonly strideWidth: number;
  readonly paddingHeight: number; readonly paddingWidth: number;
}

/**
 * Matrices are row-major and written (rows, columns). Results overwrite what they name, unless the formula says "+=".
 * Every sum runs over ascending indices in one accumulator that starts at 0 (or in sixteen, where it says so), and every multiplication, addition, division and root is rounded
 * to the precision of the memory: in 32 bit the result is what a machine with exact IEEE-754 single precision and no fused multiply-add gives.
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

  // Element by element, n numbers each; slopes at corners are PyTorch's. A NaN stays NaN.

  /** y = max(x, 0). */
  relu(x: Vector, y: Vector, n: number): void;
  /** dx = dy where x > 0, else 0. */
  reluBackward(x: Vector, dy: Vector, dx: Vector, n: number): void;
  /** y = x where x > 0, else a x. */
  leakyRelu(x: Vector, y: Vector, n: number, slope: number): void;
  /** dx = dy where x > 0, else a dy. */
  leakyReluBackward(x: Vector, dy: Vector, dx: Vector, n: number, slope: number): void;
  /** y = x where x > 0, else α (eˣ − 1). */
  elu(x: Vector, y: Vector, n: number, alpha: number): void;
  /** dx = dy where x > 0, else dy α eˣ. */
  eluBackward(x: Vector, dy: Vector, dx: Vector, n: number, alpha: number): void;
  /** y = s x where x > 0, else s α (eˣ − 1); s = 1.0507009873554805, α = 1.6732632423543772. */
  selu(x: Vector, y: Vector, n: number): void;
  /** dx = dy s where x > 0, else dy s α eˣ. */
  seluBackward(x: Vector, dy: Vector, dx: Vector, n: number): void;
  /** y = x Φ(x), Φ(x) = erfc(−x/√2)/2. */
  geluExact(x: Vector, y: Vector, n: number): void;
  /** dx = dy (Φ(x) + x e^(−x²/2)/√(2π)). */
  geluExactBackward(x: Vector, dy: Vector, dx: Vector, n: number): void;
  /** y = ½ x (1 + t), t = tanh(√(2/π) (x + 0.044715 x³)). */
  geluTanh(x: Vector, y: Vector, n: number): void;
  /** dx = dy (½ (1 + t) + ½ x (1 − t²) √(2/π) (1 + 0.134145 x²)). */
  geluTanhBackward(x: Vector, dy: Vector, dx: Vector, n: number): void;
  /** y = x sigmoid(βx). */
  swish(x: Vector, y: Vector, n: number, beta: number): void;
  /** dx = dy s (1 + βx sigmoid(−βx)), s = sigmoid(βx). */
  swishBackward(x: Vector, dy: Vector, dx: Vector, n: number, beta: number): void;
  /** y = x tanh(ln(1 + eˣ)). */
  mish(x: Vector, y: Vector, n: number): void;
  /** dx = dy (w + x (1 − w²) sigmoid(x)), w = tanh(ln(1 + eˣ)). */
  mishBackward(x: Vector, dy: Vector, dx: Vector, n: number): void;
  /** y = 1 / (1 + e⁻ˣ); e is never raised to a positive power, so no x overflows. */
  sigmoid(x: Vector, y: Vector, n: number): void;
  /** dx = dy y (1 − y). */
  sigmoidBackward(y: Vector, dy: Vector, dx: Vector, n: number): void;
  /** y = tanh x. */
  tanh(x: Vector, y: Vector, n: number): void;
  /** dx = dy (1 − y)(1 + y). */
  tanhBackward(y: Vector, dy: Vector, dx: Vector, n: number): void;
  /** y = ln(1 + e^βx)/β, as (max(βx, 0) + ln(1 + e^−|βx|))/β. */
  softplus(x: Vector, y: Vector, n: number, beta: number): void;
  /** dx = dy sigmoid(βx). */
  softplusBackward(x: Vector, dy: Vector, dx: Vector, n: number, beta: number): void;
  /** y = min(max(x, min), max). */
  hardTanh(x: Vector, y: Vector, n: number, min: number, max: number): void;
  /** dx = dy where min < x < max, else 0. */
  hardTanhBackward(x: Vector, dy: Vector, dx: Vector, n: number, min: number, max: number): void;

  /** y = softmax(x/T) of each row of x (m, c), shifted by its maximum: logits of any size are safe. */
  softmax(x: Vector, y: Vector, m: number, c: number, temperature: number): void;
  /** dx = y (dy − Σ dy y)/T, row by row; all (m, c). */
  softmaxBackward(y: Vector, dy: Vector, dx: Vector, m: number, c: number, temperature: number): void;
  /** y = x/T − ln Σ e^(x/T) of each row of x (m, c). */
  logSoftmax(x: Vector, y: Vector, m: number, c: number, temperature: number): void;
  /** dx = (dy − eʸ Σ dy)/T, row by row; all (m, c). */
  logSoftmaxBackward(y: Vector, dy: Vector, dx: Vector, m: number, c: number, temperature: number): void;

  /** y = x; n numbers. */
  copy(x: Vector, y: Vector, n: number): void;
  /** y = a + b; n numbers; y may be a or b. */
  add(a: Vector, b: Vector, y: Vector, n: number): void;
  /** noise (n): σ times a draw from the normal distribution for each element. */
  drawNoise(noise: Vector, n: number, deviation: number, chance: Chance): void;

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
  /**
   * Each row of x (r, c) by itself: x̂ = (x − μ)/√(σ² + ε), y = γ x̂ + β; μ and σ² (divided by c) of the row, in two passes. variance (r); γ, β (c).
   */
  normalizeRows(x: Vector, scale: Vector, shift: Vector, variance: Vector, normalized: Vector, y: Vector, r: number, c: number, epsilon: number): void;
  /** Its gradient, with h = γ dy: dγ = Σᵣ dy x̂, dβ = Σᵣ dy, dx = (c h − Σ h − x̂ Σ h x̂)/(c √(σ² + ε)), sums over the row; no dx where it is null. */
  normalizeRowsBackward(dy: Vector, normalized: Vector, variance: Vector, scale: Vector, dscale: Vector, dshift: Vector, dx: Vector | null, r: number, c: number, epsilon: number): void;
  /** kept ← ρ kept + (1 − ρ) fresh: one step of the exponentially weighted average that stats/ewma.ts defines, over n numbers. */
  average(kept: Vector, fresh: Vector, n: number, retention: number): void;

  /**
   * Cross-correlation: y[oy, ox, f] = b[f] + Σ x[oy·stride − padding + ky, ox·stride − padding + kx, c] w[ky, kx, c, f], over ky, kx, c in this order;
   * places on the padding are left out of the sum. x (m, height, width, channels), y (m, outHeight, outWidth, filters), b (filters) or null,
   * w (kernelHeight, kernelWidth, channels/groups, filters): filter f sees the channels of its group, in order.
   */
  conv2d(x: Vector, w: Vector, b: Vector | null, y: Vector, m: number, window: Window, filters: number, groups: number): void;
  /** dx: for each number of x the sum of dy w over all windows that saw it, in the order ky, kx, f. */
  conv2dInput(dy: Vector, w: Vector, dx: Vector, m: number, window: Window, filters: number, groups: number): void;
  /** dw: for each number of w the sum of x dy over rows, oy, ox. (db is `columnSums` over m·outHeight·outWidth rows.) */
  conv2dKernel(x: Vector, dy: Vector, dw: Vector, m: number, window: Window, filters: number, groups: number): void;
  /** y: the largest number of each window, channel by channel; winner: its place, row · width + column, the first where several are largest. A NaN wins. y, winner (m, outHeight, outWidth, channels). */
  maxPool(x: Vector, y: Vector, winner: Vector, m: number, window: Window): void;
  /** dx: the sum of dy over the windows that a number won; 0 elsewhere. */
  maxPoolBackward(dy: Vector, winner: Vector, dx: Vector, m: number, window: Window): void;
  /** y: the mean of each window, channel by channel; padding counts as zeros, or not at all. */
  averagePool(x: Vector, y: Vector, m: number, window: Window, countPadding: boolean): void;
  /** dx: the sum of dy / count over the windows that saw a number. */
  averagePoolBackward(dy: Vector, dx: Vector, m: number, window: Window, countPadding: boolean): void;

  // In 32 bit a gradient of the three cross-entropies whose size is below 1e-18 becomes 0: a network that has learnt its rows would else go on computing with
  // subnormal numbers, and those slow a processor down many times. 64 bit has no such limit.

  /**
   * Softmax cross-entropy with integer labels, averaged over rows, and its gradient.
   *
   *   L = −(1/m) Σᵣ log softmax(zᵣ)[yᵣ]          dz = (softmax(z) − onehot(y)) / m
   *
   * z (m, c) logits · y (m) labels in 0…c−1, not checked here · dz (m, c). Returns L in nats.
   * Each row is shifted by its maximum, so logits of any size are safe; a NaN logit gives NaN.
   */
  softmaxCrossEntropy(z: Vector, y: Vector, dz: Vector, m: number, c: number): number;
  /**
   * The same with weighted classes, smoothed or whole distributions as targets, and a temperature:
   *
   *   a = softmax(z/T)     q′ = (1 − ε) q + ε/c     L = (1/D) Σᵣ Σⱼ wⱼ q′ⱼ (−log aⱼ)     dzⱼ = (aⱼ Σₖ wₖ q′ₖ − wⱼ q′ⱼ) / (D T)
   *
   * y (m, width): with width 1 the labels, q being their one-hot, and D = Σᵣ w[yᵣ]; with width c the distributions q themselves, and D = m.
   * w (c) not negative, or null for all 1. With no weights, ε = 0, T = 1 and labels it gives the bits of the plain kernel above.
   */
  weightedCrossEntropy(z: Vector, y: Vector, w: Vector | null, dz: Vector, m: number, c: number, width: number, smoothing: number, temperature: number): number;
  /**
   * L = (1/n) Σ (p y softplus(−z) + (1 − y) softplus(z)), dz = ((p y + 1 − y) sigmoid(z) − p y)/n; softplus(z) = max(z, 0) + log(1 + e^−|z|).
   * z logits, y in 0…1, all (n); p is the weight of a positive target. Returns L in nats.
   */
  binaryCrossEntropy(z: Vector, y: Vector, dz: Vector, n: number, positive: number): number;
  /** L = (1/n) Σ (z − y)², dz = 2 (z − y)/n; all (n). */
  meanSquaredError(z: Vector, y: Vector, dz: Vector, n: number): number;
  /** L = (1/n) Σ |z − y|, dz = sign(z − y)/n, 0 where they are equal; all (n). */
  meanAbsoluteError(z: Vector, y: Vector, dz: Vector, n: number): number;
  /** L = (1/n) Σ h(z − y), dz = clamp(z − y, −δ, δ)/n; h(d) = d²/2 where |d| ≤ δ, else δ (|d| − δ/2); all (n). */
  huber(z: Vector, y: Vector, dz: Vector, n: number, delta: number): number;
  /** L = (1/n) Σ max(0, 1 − t z), dz = −t/n where that is positive; or of its square; t = 2y − 1, y 0 or 1, all (n). */
  hinge(z: Vector, y: Vector, dz: Vector, n: number, isSquared: boolean): number;
  /** L = (1/mc) Σᵣ Σ_{j ≠ y} max(0, 1 − z[y] + z[j]), or of the squares, and its gradient; z and dz (m, c), labels y (m). */
  multiMargin(z: Vector, y: Vector, dz: Vector, m: number, c: number, isSquared: boolean): number;

  // One sum over all parameters would wait for each addition. "Sixteen sums" stand side by side instead, element i going to sum i mod 16, and are added at the end:
  // the upper eight to the lower eight, of these the upper four to the lower four, then two to two, then one to one.

  /** Returns (a/2) Σ w², and g += a w; both (n). Sixteen sums. */
  l2(w: Vector, g: Vector, n: number, a: number): number;
  /** Returns a Σ|w|, and g += a sign(w), where sign(0) = 0; both (n). Sixteen sums. */
  l1(w: Vector, g: Vector, n: number, a: number): number;
  /** Scales each column of w (r, c) whose norm is above `limit` down to it: w ← w · (limit/‖w‖). */
  capColumns(w: Vector, r: number, c: number, limit: number): void;
  /** sum (n) = a x, or += where x is not the first. */
  accumulate(x: Vector, sum: Vector, n: number, a: number, isFirst: boolean): void;
  /** y = x/d; both (n). */
  divide(x: Vector, y: Vector, n: number, d: number): void;

  /** Returns Σ x² of n numbers in double precision, where squares of singles do not overflow. Sixteen sums. */
  sumOfSquares(x: Vector, n: number): number;
  /** Returns 1 where all n numbers are finite, else 0. */
  allFinite(x: Vector, n: number): number;
  /** Exchanges a and b; both (n). */
  swap(a: Vector, b: Vector, n: number): void;
  /** x ← a x over [from, to). */
  scale(x: Vector, from: number, to: number, a: number): void;
  /** y ← a x + b y; both (n). */
  combine(x: Vector, y: Vector, n: number, a: number, b: number): void;
  /** x ← x / max(‖x‖, least); n numbers, ‖x‖ = √`sumOfSquares`. */
  shorten(x: Vector, n: number, least: number): void;
  /** g ← min(max(g, −limit), limit) over [from, to). NaN stays NaN. */
  clipValue(g: Vector, from: number, to: number, limit: number): void;
  /** g ← g · (limit/‖g‖) over [from, to) where ‖g‖ is above the limit. Returns ‖g‖ from before, in double precision: √ of sixteen sums that begin at `from`. */
  clipNorm(g: Vector, from: number, to: number, limit: number): number;

  // Updates over [from, to), with gradients g. In 32 bit an average or sum of gradients whose size falls below 1e-30 becomes 0, one of squares below 1e-36:
  // decaying further it would become subnormal, and those slow a processor down a hundred times. 64 bit has no such limits.

  /** p ← p − a g. */
  sgdUpdate(p: Vector, g: Vector, from: number, to: number, a: number): void;
  /** v ← b v + c g, p ← p − a v. */
  momentumUpdate(p: Vector, g: Vector, v: Vector, from: number, to: number, a: number, b: number, c: number): void;
  /** v ← b v + c g, p ← p − a (g + b v). */
  nesterovUpdate(p: Vector, g: Vector, v: Vector, from: number, to: number, a: number, b: number, c: number): void;
  /** s ← s + g², p ← p − a g / (√(s + start) + ε). */
  adagradUpdate(p: Vector, g: Vector, s: Vector, from: number, to: number, a: number, start: number, epsilon: number): void;
  /** s ← b s + c g², δ = (√(u + ε) / √(s + ε)) g, u ← b u + c δ², p ← p − a δ. */
  adadeltaUpdate(p: Vector, g: Vector, s: Vector, u: Vector, from: number, to: number, a: number, b: number, c: number, epsilon: number): void;
  /**
   * s ← b s + c g², q = s/started; with m: m ← b m + c g, q ← max(0, q − (m/started)²). δ = g / (√q + ε), or g / √(q + ε) where ε is inside;
   * with v: v ← μ v + δ, δ ← v. p ← p − a δ. m and v may be null.
   */
  rmspropUpdate(p: Vector, g: Vector, s: Vector, m: Vector | null, v: Vector | null, from: number, to: number, a: number, b: number, c: number, started: number, epsilon: number, isInside: boolean, mu: number): void;
  /** m ← b₁ m + c₁ g, v ← b₂ v + c₂ g², p ← p − a m / (√v / correction + ε). */
  adamUpdate(p: Vector, g: Vector, m: Vector, v: Vector, from: number, to: number, a: number, b1: number, c1: number, b2: number, c2: number, correction: number, epsilon: number): void;
  /** m and v as in `adamUpdate`, w ← max(w, v), p ← p − a m / (√w / correction + ε). */
  amsgradUpdate(p: Vector, g: Vector, m: Vector, v: Vector, w: Vector, from: number, to: number, a: number, b1: number, c1: number, b2: number, c2: number, correction: number, epsilon: number): void;
  /** m and v as in `adamUpdate`, p ← p − (d g + a m) / (√v / correction + ε). */
  nadamUpdate(p: Vector, g: Vector, m: Vector, v: Vector, from: number, to: number, d: number, a: number, b1: number, c1: number, b2: number, c2: number, correction: number, epsilon: number): void;
  /** m ← b₁ m + c₁ g, u ← max(b₂ u, |g| + ε), p ← p − a m / u. */
  adamaxUpdate(p: Vector, g: Vector, m: Vector, u: Vector, from: number, to: number, a: number, b1: number, c1: number, b2: number, epsilon: number): void;
  /**
   * m and v as in `adamUpdate`, u = (m/started) / (√v / correction + ε) + λ p, p ← p − a (‖p‖/‖u‖) u; the ratio is 1 where a norm is 0. Both norms are √ of sixteen
   * sums in double precision that begin at `from`; a and the ratio are multiplied in double precision too.
   */
  lambUpdate(p: Vector, g: Vector, m: Vector, v: Vector, from: number, to: number, a: number, b1: number, c1: number, b2: number, c2: number, started: number, correction: number, epsilon: number, lambda: number): void;
  /** p ← p − a sign(b₁ m + c₁ g), then m ← b₂ m + c₂ g. sign(0) = 0, the sign of NaN is NaN. */
  lionUpdate(p: Vector, g: Vector, m: Vector, from: number, to: number, a: number, b1: number, c1: number, b2: number, c2: number): void;
  /** m ← b m + c g over [from, to); u (to − from) = b m + c g with the new m where it looks ahead, else m. */
  muonDirection(g: Vector, m: Vector, u: Vector, from: number, to: number, b: number, c: number, looksAhead: boolean): void;
  /**
   * With v: v ← b₂ v + c₂ g², δ = g / (√v / correction + ε); without, where v is null, δ = g. z ← z − a (δ + λ y), p ← p + c (z − p), y ← z + b (p − z).
   * At the first update z and y are p, whatever they hold.
   */
  scheduleFreeUpdate(p: Vector, g: Vector, z: Vector, y: Vector, v: Vector | null, from: number, to: number, isFirst: boolean, a: number, c: number, b: number, lambda: number, b2: number, c2: number, correction: number, epsilon: number): void;
}
