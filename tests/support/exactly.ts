/** The elementary functions to as many binary places as asked, in whole numbers: what the engine's own are measured against. Slow, and sure to the last 20 places. */

/** digits · 2^−places. */
export interface Exact { readonly digits: bigint; readonly places: number }

/** A finite double, whole and exact. */
export function exactOf(x: number): Exact {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const word = view.getBigUint64(0);
  const exponent = Number((word >> 52n) & 0x7ffn);
  const fraction = word & 0xfffffffffffffn;
  const digits = exponent === 0 ? fraction : fraction | 0x10000000000000n;
  return { digits: word >> 63n === 0n ? digits : -digits, places: 1075 - Math.max(1, exponent) };
}

/** |got − wanted| / |wanted|; ∞ for a result that is no number. */
export function relativeError(got: number, wanted: Exact): number {
  if (!Number.isFinite(got)) return Infinity;
  const { digits, places } = exactOf(got);
  const most = Math.max(places, wanted.places);
  const truth = wanted.digits << BigInt(most - wanted.places);
  const difference = (digits << BigInt(most - places)) - truth;
  return Number(((difference < 0n ? -difference : difference) << 100n) / (truth < 0n ? -truth : truth)) / 2 ** 100;
}

/** The functions with `places` binary places after the point; their arguments must not be so small that these do not reach, 2^−(places − 80). */
export function exactly(places: number) {
  const P = BigInt(places);
  const one = 1n << P;
  const times = (a: bigint, b: bigint): bigint => (a * b) >> P;
  const over = (a: bigint, b: bigint): bigint => (a << P) / b;
  const fixed = (x: number): bigint => {
    const { digits, places: own } = exactOf(x);
    return own > places ? digits >> BigInt(own - places) : digits << BigInt(places - own);
  };
  const root = (a: bigint): bigint => {
    const square = a << P;
    let x = one;
    for (let before = 0n; x !== before && x !== before + 1n;) [before, x] = [x, (x + square / x) / 2n];
    return x;
  };
  /** Σ xⁱ/i over odd i, signs alternating where `sign` is −1: artanh x, arctan x. */
  const inverseTangent = (x: bigint, sign: 1n | -1n): bigint => {
    const square = sign * times(x, x);
    let sum = 0n;
    for (let i = 1n, power = x; power !== 0n && power !== -1n; i += 2n, power = times(power, square)) sum += power / i;
    return sum;
  };
  const ln2 = 2n * inverseTangent(one / 3n, 1n);
  // Gauss's formula; the engine has Machin's.
  const pi = 4n * (12n * inverseTangent(one / 18n, -1n) + 8n * inverseTangent(one / 57n, -1n) - 5n * inverseTangent(one / 239n, -1n));
  const nearest = (a: bigint, b: bigint): bigint => (2n * a + b) / (2n * b) - ((2n * a + b) % (2n * b) < 0n ? 1n : 0n);
  const series = (x: bigint, first: bigint, next: (term: bigint, i: bigint) => bigint): bigint => {
    let sum = first;
    for (let i = 1n, term = first; term !== 0n && term !== -1n; i++) sum += term = next(times(term, x), i);
    return sum;
  };
  /** e^x as digits and a power of two. */
  const expOf = (x: bigint): Exact => {
    const k = nearest(x, ln2);
    const small = series((x - k * ln2) / 256n, one, (term, i) => term / i);
    let y = small;
    for (let i = 0; i < 8; i++) y = times(y, y);
    return { digits: y, places: places - Number(k) };
  };
  const plain = (x: bigint): Exact => ({ digits: x, places });
  const atPlaces = ({ digits, places: own }: Exact): bigint => (own > places ? digits >> BigInt(own - places) : digits << BigInt(places - own));
  const logOf = (x: Exact): bigint => {
    const length = x.digits.toString(2).length;
    const mantissa = length > places ? x.digits >> BigInt(length - places) : x.digits << BigInt(places - length);
    return BigInt(length - x.places) * ln2 + 2n * inverseTangent(over(mantissa - one, mantissa + one), 1n);
  };
  const sineOf = (x: bigint): bigint => {
    const q = nearest(2n * x, pi);
    const r = x - (q * pi) / 2n;
    const square = times(r, r);
    const y = (q & 1n) === 0n ? series(square, r, (term, i) => -term / (2n * i * (2n * i + 1n))) : series(square, one, (term, i) => -term / (2n * i * (2n * i - 1n)));
    return (q & 2n) === 0n ? y : -y;
  };
  /** 2/√π e^−x² Σ 2ⁿ x²ⁿ⁺¹ / (2n + 1)!!: every term has the same sign. */
  const erfOf = (x: bigint): bigint => {
    const square = times(x, x);
    const sum = series(square, x, (term, i) => (2n * term) / (2n * i + 1n));
    return over(2n * times(atPlaces(expOf(-square)), sum), root(pi));
  };
  return {
    exp: (x: number): Exact => expOf(fixed(x)),
    expm1: (x: number): Exact => plain(atPlaces(expOf(fixed(x))) - one),
    log: (x: number): Exact => plain(logOf(exactOf(x))),
    log1p: (x: number): Exact => plain(logOf(plain(one + fixed(x)))),
    tanh: (x: number): Exact => { const e = atPlaces(expOf(2n * fixed(x))); return plain(over(e - one, e + one)); },
    sin: (x: number): Exact => plain(sineOf(fixed(x))),
    cos: (x: number): Exact => plain(sineOf(fixed(x) + pi / 2n)),
    erf: (x: number): Exact => plain(erfOf(fixed(x))),
    erfc: (x: number): Exact => plain(one - erfOf(fixed(x))),
    pow: (x: number, y: number): Exact => expOf(times(fixed(y), logOf(exactOf(x)))),
  };
}
