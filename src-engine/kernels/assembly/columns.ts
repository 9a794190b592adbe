/** Kernels that go down the columns of a matrix (r, c): four columns side by side, each sum over ascending rows. */

import { loadSome, single, storeSome, vector, zeros } from "./lanes";

export function columnSums(x: usize, sums: usize, m: i32, c: i32): void {
  const row = <usize>c * single;
  for (; c > 0; c -= 16) {
    let p = x;
    let s0 = zeros(), s1 = zeros(), s2 = zeros(), s3 = zeros();
    if (c >= 16) {
      for (let i = 0; i < m; i++) {
        s0 = f32x4.add(s0, v128.load(p));
        s1 = f32x4.add(s1, v128.load(p, 16));
        s2 = f32x4.add(s2, v128.load(p, 32));
        s3 = f32x4.add(s3, v128.load(p, 48));
        p += row;
      }
    } else {
      for (let i = 0; i < m; i++) {
        s0 = f32x4.add(s0, loadSome(p, c));
        if (c > 4) s1 = f32x4.add(s1, loadSome(p + 16, c - 4));
        if (c > 8) s2 = f32x4.add(s2, loadSome(p + 32, c - 8));
        if (c > 12) s3 = f32x4.add(s3, loadSome(p + 48, c - 12));
        p += row;
      }
    }
    storeSome(sums, s0, c);
    if (c > 4) storeSome(sums + 16, s1, c - 4);
    if (c > 8) storeSome(sums + 32, s2, c - 8);
    if (c > 12) storeSome(sums + 48, s3, c - 12);
    x += 64;
    sums += 64;
  }
}

export function moments(x: usize, mean: usize, variance: usize, r: i32, c: i32): void {
  const row = <usize>c * single, count = f32x4.splat(<f32>r);
  for (; c > 0; c -= 4) {
    let sum = zeros(), squares = zeros();
    let p = x;
    for (let i = 0; i < r; i++) {
      sum = f32x4.add(sum, loadSome(p, c));
      p += row;
    }
    const center = f32x4.div(sum, count);
    p = x;
    for (let i = 0; i < r; i++) {
      const d = f32x4.sub(loadSome(p, c), center);
      squares = f32x4.add(squares, f32x4.mul(d, d));
      p += row;
    }
    storeSome(mean, center, c);
    storeSome(variance, f32x4.div(squares, count), c);
    x += vector;
    mean += vector;
    variance += vector;
  }
}

export function normalize(x: usize, mean: usize, variance: usize, scale: usize, shift: usize, normalized: usize, y: usize, r: i32, c: i32, epsilon: f32): void {
  const row = <usize>c * single;
  for (; c > 0; c -= 4) {
    const center = loadSome(mean, c), spread = deviation(variance, c, epsilon), gamma = loadSome(scale, c), beta = loadSome(shift, c);
    let o: usize = 0;
    for (let i = 0; i < r; i++) {
      const z = f32x4.div(f32x4.sub(loadSome(x + o, c), center), spread);
      storeSome(normalized + o, z, c);
      storeSome(y + o, f32x4.add(f32x4.mul(gamma, z), beta), c);
      o += row;
    }
    x += vector;
    mean += vector;
    variance += vector;
    scale += vector;
    shift += vector;
    normalized += vector;
    y += vector;
  }
}

/** dx is written only where `hasInput` says so. */
export function normalizeBackward(dy: usize, normalized: usize, variance: usize, scale: usize, dscale: usize, dshift: usize, dx: usize, hasInput: bool, r: i32, c: i32, epsilon: f32): void {
  const row = <usize>c * single, count = f32x4.splat(<f32>r);
  for (; c > 0; c -= 4) {
    let dgamma = zeros(), dbeta = zeros();
    let o: usize = 0;
    for (let i = 0; i < r; i++) {
      const d = loadSome(dy + o, c);
      dgamma = f32x4.add(dgamma, f32x4.mul(d, loadSome(normalized + o, c)));
      dbeta = f32x4.add(dbeta, d);
      o += row;
    }
    storeSome(dscale, dgamma, c);
    storeSome(dshift, dbeta, c);
    if (hasInput) {
      const a = f32x4.div(loadSome(scale, c), f32x4.mul(count, deviation(variance, c, epsilon)));
      o = 0;
      for (let i = 0; i < r; i++) {
        const centered = f32x4.sub(f32x4.mul(count, loadSome(dy + o, c)), dbeta);
        storeSome(dx + o, f32x4.mul(a, f32x4.sub(centered, f32x4.mul(loadSome(normalized + o, c), dgamma))), c);
        o += row;
      }
      dx += vector;
    }
    dy += vector;
    normalized += vector;
    variance += vector;
    scale += vector;
    dscale += vector;
    dshift += vector;
  }
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function deviation(variance: usize, count: i32, epsilon: f32): v128 { return f32x4.sqrt(f32x4.add(loadSome(variance, count), f32x4.splat(epsilon))); }
