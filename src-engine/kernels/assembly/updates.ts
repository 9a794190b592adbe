/** The loops of the optimizers' updates, over whole vectors: p, g and slots hold n numbers. The formulas stand in optim/. */

import { loadSome, storeSome, vector } from "./lanes";

export function sgdUpdate(p: usize, g: usize, n: i32, a: f32): void {
  const rate = f32x4.splat(a);
  for (; n > 0; n -= 4) {
    storeSome(p, f32x4.sub(loadSome(p, n), f32x4.mul(rate, loadSome(g, n))), n);
    p += vector;
    g += vector;
  }
}

export function momentumUpdate(p: usize, g: usize, v: usize, n: i32, a: f32, b: f32, c: f32): void {
  const rate = f32x4.splat(a), old = f32x4.splat(b), young = f32x4.splat(c);
  for (; n > 0; n -= 4) {
    const next = f32x4.add(f32x4.mul(old, loadSome(v, n)), f32x4.mul(young, loadSome(g, n)));
    storeSome(v, next, n);
    storeSome(p, f32x4.sub(loadSome(p, n), f32x4.mul(rate, next)), n);
    p += vector;
    g += vector;
    v += vector;
  }
}

export function adamUpdate(p: usize, g: usize, m: usize, v: usize, n: i32, a: f32, b1: f32, c1: f32, b2: f32, c2: f32, correction: f32, epsilon: f32): void {
  const rate = f32x4.splat(a), oldMean = f32x4.splat(b1), youngMean = f32x4.splat(c1), oldSquare = f32x4.splat(b2), youngSquare = f32x4.splat(c2);
  const root = f32x4.splat(correction), e = f32x4.splat(epsilon);
  for (; n > 0; n -= 4) {
    const d = loadSome(g, n);
    const mean = f32x4.add(f32x4.mul(oldMean, loadSome(m, n)), f32x4.mul(youngMean, d));
    const square = f32x4.add(f32x4.mul(oldSquare, loadSome(v, n)), f32x4.mul(youngSquare, f32x4.mul(d, d)));
    storeSome(m, mean, n);
    storeSome(v, square, n);
    storeSome(p, f32x4.sub(loadSome(p, n), f32x4.div(f32x4.mul(rate, mean), f32x4.add(f32x4.div(f32x4.sqrt(square), root), e))), n);
    p += vector;
    g += vector;
    m += vector;
    v += vector;
  }
}
