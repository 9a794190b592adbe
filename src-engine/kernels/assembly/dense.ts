/**
 * The three products of a dense layer. A tile of up to 4 rows × 8 columns is kept in registers while k runs; each of its numbers is one ascending sum that
 * starts at 0, as in the reference. Where k is cut into blocks the sums go on from what stands in C, so cutting changes no bit. Products are rounded before
 * they are added: nothing here may be fused.
 */

import { loadSome, single, storeSome, vector, zeros } from "./lanes";

/** Most k of one block: a panel of B with 8 columns then takes half of the first-level cache. */
const deepest: i32 = 448;
/** Most numbers of A that are packed at once; they stay in the second-level cache. */
const most: i32 = 49_152;

/** Bytes of room that the products need: a panel of B, and a block of A. */
export const roomBytes: usize = (<usize>deepest * 8 + <usize>most) * single;

/** Says that there is no bias. No address can be this one. */
const none: usize = -1;

/** y (m, c) = x (m, n) · w (n, c) + b (c). */
export function dense(x: usize, w: usize, b: usize, y: usize, m: i32, n: i32, c: i32, room: usize): void {
  multiply(x, <usize>n * single, single, w, <usize>c * single, single, b, y, m, n, c, room);
}

/** dx (m, n) = dy (m, c) · wᵀ, w (n, c). */
export function denseInput(dy: usize, w: usize, dx: usize, m: i32, n: i32, c: i32, room: usize): void {
  multiply(dy, <usize>c * single, single, w, single, <usize>c * single, none, dx, m, c, n, room);
}

/** dw (n, c) = xᵀ · dy; x (m, n), dy (m, c). */
export function denseKernel(x: usize, dy: usize, dw: usize, m: i32, n: i32, c: i32, room: usize): void {
  multiply(x, single, <usize>n * single, dy, <usize>c * single, single, none, dw, n, m, c, room);
}

/**
 * C (m, c) = A (m, n) · B (n, c), plus the bias. A and B may lie either way: aRow bytes from row to row, aStep along k; bStep along k, bColumn from column to
 * column; one of each pair is a single number.
 */
function multiply(a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, bColumn: usize, bias: usize, c: usize, m: i32, n: i32, width: i32, room: usize): void {
  const cRow = <usize>width * single;
  // Packing pays where what is packed is read several times.
  const packsA = width > 16 && n >= 8, packsB = bColumn !== single || (m > 8 && n * width > 2048);
  const block = room + <usize>deepest * 32;
  const longest = depth(n);
  const height = packsA ? min(m, (most / longest) & ~3) : m;
  for (let k = 0; k < n; k += longest) {
    const d = min(longest, n - k);
    const isLast = k + d === n;
    for (let i = 0; i < m; i += height) {
      const high = min(height, m - i);
      const from = a + <usize>i * aRow + <usize>k * aStep;
      if (packsA) packBlock(from, aRow, aStep, block, d, high);
      for (let j = 0; j < width; j += 8) {
        const count = min(8, width - j);
        let panel = b + <usize>k * bStep + <usize>j * bColumn, step = bStep;
        if (packsB || (count & 3) !== 0) {
          if (bColumn === single) packRows(panel, bStep, room, d, count);
          else packColumns(panel, bColumn, room, d, count);
          panel = room;
          step = count > 4 ? 32 : 16;
        }
        const shift = <usize>j * single;
        const added = isLast && bias !== none ? bias + shift : none;
        let to = c + <usize>i * cRow + shift, r = 0;
        if (packsA) {
          let packed = block;
          for (; r + 4 <= high; r += 4) {
            if (count > 4) tile4x8Packed(packed, panel, step, to, cRow, d, count - 4, k === 0, added);
            else tile4x4(packed, single, vector, panel, step, to, cRow, d, count, k === 0, added);
            packed += <usize>d * vector;
            to += 4 * cRow;
          }
        } else {
          for (; r + 4 <= high; r += 4) {
            if (count > 4) tile4x8(from + <usize>r * aRow, aRow, aStep, panel, step, to, cRow, d, count - 4, k === 0, added);
            else tile4x4(from + <usize>r * aRow, aRow, aStep, panel, step, to, cRow, d, count, k === 0, added);
            to += 4 * cRow;
          }
        }
        for (; r < high; r++) {
          tile1(from + <usize>r * aRow, aStep, panel, step, to, d, count, k === 0, added);
          to += cRow;
        }
      }
    }
  }
}

/** Equal blocks, none longer than `deepest`; a multiple of 4 unless it is all there is. */
function depth(k: i32): i32 {
  if (k <= deepest) return k;
  const blocks = (k + deepest - 1) / deepest;
  return ((k + blocks - 1) / blocks + 3) & ~3;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function madd(sum: v128, a: v128, b: v128): v128 { return f32x4.add(sum, f32x4.mul(a, b)); }

/** 4 rows × (4 + right) columns, A as it lies. */
function tile4x8(a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, k: i32, right: i32, isFirst: bool, bias: usize): void {
  let s0 = zeros(), s1 = zeros(), s2 = zeros(), s3 = zeros(), t0 = zeros(), t1 = zeros(), t2 = zeros(), t3 = zeros();
  const c1 = c + cRow, c2 = c1 + cRow, c3 = c2 + cRow;
  if (!isFirst) {
    s0 = v128.load(c); t0 = loadSome(c + vector, right);
    s1 = v128.load(c1); t1 = loadSome(c1 + vector, right);
    s2 = v128.load(c2); t2 = loadSome(c2 + vector, right);
    s3 = v128.load(c3); t3 = loadSome(c3 + vector, right);
  }
  let a0 = a, a1 = a0 + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
  let l: v128, r: v128, e: v128;
  for (; k > 0; k--) {
    l = v128.load(b); r = v128.load(b, vector);
    e = v128.load_splat<f32>(a0); s0 = madd(s0, e, l); t0 = madd(t0, e, r);
    e = v128.load_splat<f32>(a1); s1 = madd(s1, e, l); t1 = madd(t1, e, r);
    e = v128.load_splat<f32>(a2); s2 = madd(s2, e, l); t2 = madd(t2, e, r);
    e = v128.load_splat<f32>(a3); s3 = madd(s3, e, l); t3 = madd(t3, e, r);
    b += bStep;
    a0 += aStep; a1 += aStep; a2 += aStep; a3 += aStep;
  }
  if (bias !== none) {
    l = v128.load(bias); r = loadSome(bias + vector, right);
    s0 = f32x4.add(s0, l); s1 = f32x4.add(s1, l); s2 = f32x4.add(s2, l); s3 = f32x4.add(s3, l);
    t0 = f32x4.add(t0, r); t1 = f32x4.add(t1, r); t2 = f32x4.add(t2, r); t3 = f32x4.add(t3, r);
  }
  v128.store(c, s0); storeSome(c + vector, t0, right);
  v128.store(c1, s1); storeSome(c1 + vector, t1, right);
  v128.store(c2, s2); storeSome(c2 + vector, t2, right);
  v128.store(c3, s3); storeSome(c3 + vector, t3, right);
}

/** The same with the four rows of A side by side; two steps share one advance of the pointers. */
function tile4x8Packed(a: usize, b: usize, bStep: usize, c: usize, cRow: usize, k: i32, right: i32, isFirst: bool, bias: usize): void {
  let s0 = zeros(), s1 = zeros(), s2 = zeros(), s3 = zeros(), t0 = zeros(), t1 = zeros(), t2 = zeros(), t3 = zeros();
  const c1 = c + cRow, c2 = c1 + cRow, c3 = c2 + cRow;
  if (!isFirst) {
    s0 = v128.load(c); t0 = loadSome(c + vector, right);
    s1 = v128.load(c1); t1 = loadSome(c1 + vector, right);
    s2 = v128.load(c2); t2 = loadSome(c2 + vector, right);
    s3 = v128.load(c3); t3 = loadSome(c3 + vector, right);
  }
  let l: v128, r: v128, e: v128;
  for (; k >= 2; k -= 2) {
    l = v128.load(b); r = v128.load(b, vector);
    e = v128.load_splat<f32>(a); s0 = madd(s0, e, l); t0 = madd(t0, e, r);
    e = v128.load_splat<f32>(a, 4); s1 = madd(s1, e, l); t1 = madd(t1, e, r);
    e = v128.load_splat<f32>(a, 8); s2 = madd(s2, e, l); t2 = madd(t2, e, r);
    e = v128.load_splat<f32>(a, 12); s3 = madd(s3, e, l); t3 = madd(t3, e, r);
    b += bStep;
    l = v128.load(b); r = v128.load(b, vector);
    e = v128.load_splat<f32>(a, 16); s0 = madd(s0, e, l); t0 = madd(t0, e, r);
    e = v128.load_splat<f32>(a, 20); s1 = madd(s1, e, l); t1 = madd(t1, e, r);
    e = v128.load_splat<f32>(a, 24); s2 = madd(s2, e, l); t2 = madd(t2, e, r);
    e = v128.load_splat<f32>(a, 28); s3 = madd(s3, e, l); t3 = madd(t3, e, r);
    b += bStep;
    a += 2 * vector;
  }
  if (k > 0) {
    l = v128.load(b); r = v128.load(b, vector);
    e = v128.load_splat<f32>(a); s0 = madd(s0, e, l); t0 = madd(t0, e, r);
    e = v128.load_splat<f32>(a, 4); s1 = madd(s1, e, l); t1 = madd(t1, e, r);
    e = v128.load_splat<f32>(a, 8); s2 = madd(s2, e, l); t2 = madd(t2, e, r);
    e = v128.load_splat<f32>(a, 12); s3 = madd(s3, e, l); t3 = madd(t3, e, r);
  }
  if (bias !== none) {
    l = v128.load(bias); r = loadSome(bias + vector, right);
    s0 = f32x4.add(s0, l); s1 = f32x4.add(s1, l); s2 = f32x4.add(s2, l); s3 = f32x4.add(s3, l);
    t0 = f32x4.add(t0, r); t1 = f32x4.add(t1, r); t2 = f32x4.add(t2, r); t3 = f32x4.add(t3, r);
  }
  v128.store(c, s0); storeSome(c + vector, t0, right);
  v128.store(c1, s1); storeSome(c1 + vector, t1, right);
  v128.store(c2, s2); storeSome(c2 + vector, t2, right);
  v128.store(c3, s3); storeSome(c3 + vector, t3, right);
}

/** 4 rows × count columns, count 1 to 4. */
function tile4x4(a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, k: i32, count: i32, isFirst: bool, bias: usize): void {
  let s0 = zeros(), s1 = zeros(), s2 = zeros(), s3 = zeros();
  const c1 = c + cRow, c2 = c1 + cRow, c3 = c2 + cRow;
  if (!isFirst) {
    s0 = loadSome(c, count);
    s1 = loadSome(c1, count);
    s2 = loadSome(c2, count);
    s3 = loadSome(c3, count);
  }
  let a0 = a, a1 = a0 + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
  for (; k > 0; k--) {
    const l = v128.load(b);
    s0 = madd(s0, v128.load_splat<f32>(a0), l);
    s1 = madd(s1, v128.load_splat<f32>(a1), l);
    s2 = madd(s2, v128.load_splat<f32>(a2), l);
    s3 = madd(s3, v128.load_splat<f32>(a3), l);
    b += bStep;
    a0 += aStep; a1 += aStep; a2 += aStep; a3 += aStep;
  }
  if (bias !== none) {
    const l = loadSome(bias, count);
    s0 = f32x4.add(s0, l); s1 = f32x4.add(s1, l); s2 = f32x4.add(s2, l); s3 = f32x4.add(s3, l);
  }
  storeSome(c, s0, count);
  storeSome(c1, s1, count);
  storeSome(c2, s2, count);
  storeSome(c3, s3, count);
}

/** 1 row × count columns, count 1 to 8. */
function tile1(a: usize, aStep: usize, b: usize, bStep: usize, c: usize, k: i32, count: i32, isFirst: bool, bias: usize): void {
  let s = zeros(), t = zeros();
  if (count > 4) {
    if (!isFirst) {
      s = v128.load(c);
      t = loadSome(c + vector, count - 4);
    }
    for (; k > 0; k--) {
      const e = v128.load_splat<f32>(a);
      s = madd(s, e, v128.load(b));
      t = madd(t, e, v128.load(b, vector));
      b += bStep;
      a += aStep;
    }
    if (bias !== none) {
      s = f32x4.add(s, v128.load(bias));
      t = f32x4.add(t, loadSome(bias + vector, count - 4));
    }
    v128.store(c, s);
    storeSome(c + vector, t, count - 4);
    return;
  }
  if (!isFirst) s = loadSome(c, count);
  for (; k > 0; k--) {
    s = madd(s, v128.load_splat<f32>(a), v128.load(b));
    b += bStep;
    a += aStep;
  }
  if (bias !== none) s = f32x4.add(s, loadSome(bias, count));
  storeSome(c, s, count);
}

/** A panel of B whose rows are contiguous: k rows of 8 numbers, or of 4 where there are no more; zeros beyond `count`. */
function packRows(b: usize, bStep: usize, to: usize, k: i32, count: i32): void {
  if (count === 8) {
    for (; k > 0; k--) {
      v128.store(to, v128.load(b));
      v128.store(to, v128.load(b, vector), vector);
      b += bStep;
      to += 32;
    }
    return;
  }
  for (; k > 0; k--) {
    v128.store(to, loadSome(b, count));
    to += vector;
    if (count > 4) {
      v128.store(to, loadSome(b + vector, count - 4));
      to += vector;
    }
    b += bStep;
  }
}

/** The same panel where B is transposed: `count` rows that lie along k, bRow bytes apart. */
function packColumns(b: usize, bRow: usize, to: usize, k: i32, count: i32): void {
  const step: usize = count > 4 ? 32 : 16;
  for (let j = 0; j < count; j += 4) {
    const first = b + <usize>j * bRow;
    packFour(first, bRow, to + <usize>j * single, step, k, min(4, count - j));
  }
}

/** Up to four rows side by side: row r goes to lane r. */
function packFour(b: usize, bRow: usize, to: usize, step: usize, k: i32, count: i32): void {
  let b0 = b, b1 = b0 + bRow, b2 = b1 + bRow, b3 = b2 + bRow;
  if (count === 4) {
    for (; k >= 4; k -= 4) {
      const r0 = v128.load(b0), r1 = v128.load(b1), r2 = v128.load(b2), r3 = v128.load(b3);
      const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7), high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2));
      v128.store(to + step, v128.shuffle<f64>(low01, low23, 1, 3));
      v128.store(to + 2 * step, v128.shuffle<f64>(high01, high23, 0, 2));
      v128.store(to + 3 * step, v128.shuffle<f64>(high01, high23, 1, 3));
      to += 4 * step;
      b0 += vector; b1 += vector; b2 += vector; b3 += vector;
    }
  }
  for (; k > 0; k--) {
    let v = v128.load32_zero(b0);
    if (count > 1) v = v128.load_lane<f32>(b1, v, 1);
    if (count > 2) v = v128.load_lane<f32>(b2, v, 2);
    if (count > 3) v = v128.load_lane<f32>(b3, v, 3);
    v128.store(to, v);
    to += step;
    b0 += single; b1 += single; b2 += single; b3 += single;
  }
}

/** A as panels of four rows, k after k; up to three rows that are left over stay where they are. */
function packBlock(a: usize, aRow: usize, aStep: usize, to: usize, k: i32, m: i32): void {
  for (let i = 0; i + 4 <= m; i += 4) {
    let from = a + <usize>i * aRow;
    if (aStep === single) packFour(from, aRow, to, vector, k, 4);
    else {
      let put = to;
      for (let l = 0; l < k; l++) {
        v128.store(put, v128.load(from));
        put += vector;
        from += aStep;
      }
    }
    to += <usize>k * vector;
  }
}
