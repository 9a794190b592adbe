/** Kernels that take one number after the other: each lane does what the reference does for its element. The last one to three go through vectors of which the rest is idle. */

import { loadSome, single, storeSome, vector } from "./lanes";

export function relu(x: usize, y: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    const v = loadSome(x, n);
    storeSome(y, v128.andnot(v, f32x4.lt(v, f32x4.splat(0))), n);
    x += vector;
    y += vector;
  }
}

export function reluBackward(x: usize, dy: usize, dx: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    storeSome(dx, v128.andnot(loadSome(dy, n), f32x4.le(loadSome(x, n), f32x4.splat(0))), n);
    x += vector;
    dy += vector;
    dx += vector;
  }
}

export function tanhBackward(y: usize, dy: usize, dx: usize, n: i32): void {
  const one = f32x4.splat(1);
  for (; n > 0; n -= 4) {
    const v = loadSome(y, n);
    storeSome(dx, f32x4.mul(loadSome(dy, n), f32x4.mul(f32x4.sub(one, v), f32x4.add(one, v))), n);
    y += vector;
    dy += vector;
    dx += vector;
  }
}

export function sigmoidBackward(y: usize, dy: usize, dx: usize, n: i32): void {
  const one = f32x4.splat(1);
  for (; n > 0; n -= 4) {
    const v = loadSome(y, n);
    storeSome(dx, f32x4.mul(loadSome(dy, n), f32x4.mul(v, f32x4.sub(one, v))), n);
    y += vector;
    dy += vector;
    dx += vector;
  }
}

export function dropout(x: usize, mask: usize, y: usize, n: i32, keep: f32): void {
  const k = f32x4.splat(keep);
  for (; n > 0; n -= 4) {
    storeSome(y, f32x4.div(f32x4.mul(loadSome(x, n), loadSome(mask, n)), k), n);
    x += vector;
    mask += vector;
    y += vector;
  }
}

/** kept ← a kept + b fresh. */
export function average(kept: usize, fresh: usize, n: i32, a: f32, b: f32): void {
  const old = f32x4.splat(a), young = f32x4.splat(b);
  for (; n > 0; n -= 4) {
    storeSome(kept, f32x4.add(f32x4.mul(old, loadSome(kept, n)), f32x4.mul(young, loadSome(fresh, n))), n);
    kept += vector;
    fresh += vector;
  }
}

export function meanSquaredError(z: usize, y: usize, dz: usize, n: i32): f32 {
  const count = <f32>n;
  let loss: f32 = 0;
  for (let i = 0; i < n; i++) {
    const d = load<f32>(z) - load<f32>(y);
    loss += d * d;
    store<f32>(dz, (2 * d) / count);
    z += single;
    y += single;
    dz += single;
  }
  return loss / count;
}

/** The sum of squares is one ascending sum, lane after lane; the gradient goes four at a time. */
export function l2(w: usize, g: usize, n: i32, a: f32): f32 {
  const lambda = f32x4.splat(a);
  let sum: f32 = 0;
  for (; n > 0; n -= 4) {
    const v = loadSome(w, n);
    const squares = f32x4.mul(v, v);
    // The idle lanes add +0, and a sum of squares is never −0.
    sum += f32x4.extract_lane(squares, 0);
    sum += f32x4.extract_lane(squares, 1);
    sum += f32x4.extract_lane(squares, 2);
    sum += f32x4.extract_lane(squares, 3);
    storeSome(g, f32x4.add(loadSome(g, n), f32x4.mul(lambda, v)), n);
    w += vector;
    g += vector;
  }
  return (a / 2) * sum;
}
