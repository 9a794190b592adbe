/** Four numbers at a time, and the one to three that are left at an end: whole vectors of which only some lanes are read or written. */

/** Bytes of a number, and of a vector of four. */
export const single: usize = 4, vector: usize = 16;

// @ts-ignore: a decorator of AssemblyScript
@inline
export function zeros(): v128 { return f32x4.splat(0); }

/** The first `count` numbers at p, zeros in the other lanes; all four where count is 4 or more. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function loadSome(p: usize, count: i32): v128 {
  if (count >= 4) return v128.load(p);
  let v = zeros();
  if (count >= 2) v = v128.load64_zero(p);
  else if (count === 1) v = v128.load32_zero(p);
  if (count === 3) v = v128.load_lane<f32>(p, v, 2, 8);
  return v;
}

/** Writes the first `count` lanes to p; all four where count is 4 or more. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function storeSome(p: usize, v: v128, count: i32): void {
  if (count >= 4) {
    v128.store(p, v);
    return;
  }
  if (count >= 2) v128.store_lane<f64>(p, v, 0);
  else if (count === 1) v128.store_lane<f32>(p, v, 0);
  if (count === 3) v128.store_lane<f32>(p, v, 2, 8);
}
