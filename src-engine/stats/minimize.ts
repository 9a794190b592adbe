/** The smallest value of a function of one number. Knows nothing of what it means. */

export interface Minimum { readonly x: number; readonly value: number; readonly evaluations: number }

/** (3 − √5)/2: the smaller part of the golden section. */
const golden = 0.3819660112501051;

/**
 * Where f is smallest in [from, to], to within about `tolerance`, but never closer than 1.5e-8 |x|: nearer to a minimum a smooth f changes by less than a double shows.
 * Brent's method: a parabola through the best three points, or a golden section where that does not shrink the interval. f is asked inside only, at most 200
 * times, and needs no derivative. With several minima it finds one; at an end of a falling or rising f it comes within the tolerance of the end.
 *
 * Throws RangeError unless from < to are finite numbers and tolerance is above 0.
 * Brent, Algorithms for Minimization without Derivatives, 1973, ch. 5.
 */
export function minimize(f: (x: number) => number, from: number, to: number, tolerance: number): Minimum {
  if (!(Number.isFinite(from) && Number.isFinite(to) && from < to && tolerance > 0)) throw new RangeError(`minimize needs finite from < to and a tolerance above 0; got ${from}, ${to}, ${tolerance}`);
  let a = from, b = to;
  // x is the best point so far, w the second best, v what w was before.
  let x = a + golden * (b - a), w = x, v = x;
  let fx = f(x), fw = fx, fv = fx;
  let step = 0, beforeLast = 0, evaluations = 1;
  while (evaluations < 200) {
    const middle = (a + b) / 2;
    const near = 1.5e-8 * Math.abs(x) + tolerance / 3;
    if (Math.abs(x - middle) <= 2 * near - (b - a) / 2) break;
    const parabola = vertex(x, w, v, fx, fw, fv);
    const isGood = Math.abs(parabola) < Math.abs(beforeLast / 2) && x + parabola > a && x + parabola < b;
    beforeLast = isGood ? step : (x < middle ? b : a) - x;
    step = isGood ? parabola : golden * beforeLast;
    // Not so close to an end that the next value could not be told from it.
    if (isGood && (x + step - a < 2 * near || b - x - step < 2 * near)) step = x < middle ? near : -near;
    const u = x + (Math.abs(step) >= near ? step : step > 0 ? near : -near);
    const fu = f(u);
    evaluations++;
    if (fu <= fx) {
      if (u < x) b = x;
      else a = x;
      [v, fv, w, fw, x, fx] = [w, fw, x, fx, u, fu];
    } else {
      if (u < x) a = u;
      else b = u;
      if (fu <= fw || w === x) [v, fv, w, fw] = [w, fw, u, fu];
      else if (fu <= fv || v === x || v === w) [v, fv] = [u, fu];
    }
  }
  return { x, value: fx, evaluations };
}

/** How far from x the parabola through three points has its vertex; NaN where they lie on a line or are not three. */
function vertex(x: number, w: number, v: number, fx: number, fw: number, fv: number): number {
  const r = (x - w) * (fx - fv), q = (x - v) * (fx - fw);
  const p = (x - v) * q - (x - w) * r, scale = 2 * (q - r);
  return scale === 0 ? Number.NaN : -p / scale;
}
