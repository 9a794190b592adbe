/**
 * The elementary functions, built from + − × ÷, Math.fround and bits alone: IEEE-754 fixes those, so a result is the same on every engine and system.
 * (ECMAScript leaves Math.exp and its kind to the engine.) Double precision; a test states each function's largest error. Knows no vectors.
 *
 * The methods are those of fdlibm (Sun Microsystems, 1993) and W. J. Cody & W. Waite, Software Manual for the Elementary Functions, 1980:
 * bring the argument near 0 without losing a bit, sum a Taylor series there, scale back. Sums that must be longer than a double are kept as high + low.
 */

/** ln 2 = high + low; high has 41 bits, so that its products with the 11 bits of an exponent are exact. */
const ln2High = 0.693147180559663, ln2Low = 2.8235290563031577e-13, perLn2 = 1.4426950408889634;
/** 1.5 · 2⁵²: added and taken away again, it leaves the nearest whole number. */
const rounder = 6755399441055744;

/** eˣ. exp(−0) = 1, exp(−∞) = 0. */
export function exp(x: number): number {
  if (!(x >= -746 && x <= 710)) return x > 0 ? Infinity : x < 0 ? 0 : Number.NaN;
  return exponential(x, 0);
}

/** eˣ − 1, exact in its last place near 0 too. expm1(−0) = −0, expm1(−∞) = −1. */
export function expm1(x: number): number {
  if (!(x >= -40 && x <= 710)) return x > 0 ? Infinity : x < 0 ? -1 : Number.NaN;
  const k = x * perLn2 + rounder - rounder;
  const high = x - k * ln2High, low = k * ln2Low;
  const r = high - low;
  const rest = beyondLine(r, high - r - low);
  if (k === 0) return x === 0 ? x : r + rest;
  // eˣ − 1 = 2ᵏ ((1 − 2⁻ᵏ) + (eʳ − 1)); from 2⁵³ on the 1 is lost in rounding, below 2⁻³ it is nearly all there is.
  if (k > 53 || k < -3) return scaled(1 + (r + rest), k) - 1;
  const one = 1 - scaled(1, -k);
  const sum = one + r;
  return scaled(sum + (one - sum + r + rest), k);
}

/** ln x. log(±0) = −∞, log of a negative number is NaN. */
export function log(x: number): number {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x > 0 ? x : Number.NaN;
  const k = exponentOf(x);
  return logarithm(mantissaOf(x, k) - 1, k, 0);
}

/** ln(1 + x), exact in its last place near 0 too. log1p(−0) = −0, log1p(−1) = −∞. */
export function log1p(x: number): number {
  if (!(x > -1 && x < Infinity)) return x === -1 ? -Infinity : x > 0 ? x : Number.NaN;
  if (x > -0.29 && x < 0.41) return logarithm(x, 0, 0);
  const sum = 1 + x;
  // What the rounding of 1 + x left out.
  const lost = x < 1 ? x - (sum - 1) : 1 - (sum - x);
  const k = exponentOf(sum);
  return logarithm(mantissaOf(sum, k) - 1, k, lost / sum);
}

/** (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ). tanh(−0) = −0, tanh(±∞) = ±1. */
export function tanh(x: number): number {
  const size = Math.abs(x);
  // Below 2⁻²⁸ the next term, x³/3, is less than half of a last place.
  if (size < 3.725290298461914e-9) return x;
  let y = 1;
  if (size < 1) {
    const e = expm1(-2 * size);
    y = -e / (e + 2);
  } else if (size < 22) y = 1 - 2 / (expm1(2 * size) + 2);
  else if (x !== x) return x;
  return x < 0 ? -y : y;
}

/** sin x, x in radians, of any size. sin(−0) = −0, sin(±∞) is NaN. */
export function sin(x: number): number {
  // Below 2⁻²⁷ the next term, x³/6, is less than half of a last place.
  if (Math.abs(x) < 7.450580596923828e-9) return x;
  const quarter = reduceAngle(x);
  const y = (quarter & 1) === 0 ? sine(angle[0]!, angle[1]!) : cosine(angle[0]!, angle[1]!);
  return (quarter & 2) === 0 ? y : -y;
}

/** cos x, x in radians, of any size. cos(±∞) is NaN. */
export function cos(x: number): number {
  const quarter = reduceAngle(x);
  const y = (quarter & 1) === 0 ? cosine(angle[0]!, angle[1]!) : sine(angle[0]!, angle[1]!);
  return ((quarter + 1) & 2) === 0 ? y : -y;
}

/** xʸ, with the special cases of `**`: x⁰ = 1 even for NaN, (±1)^±∞ is NaN, a negative x needs a whole y. */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (x !== x || y !== y) return Number.NaN;
  const size = Math.abs(x);
  const sign = x < 0 || Object.is(x, -0) ? (Math.abs(y % 2) === 1 ? -1 : 1) : 1;
  if (size === 0 || size === Infinity) return sign * (size === 0 === y > 0 ? 0 : Infinity);
  if (y === Infinity || y === -Infinity) return size === 1 ? Number.NaN : size > 1 === y > 0 ? Infinity : 0;
  if (x < 0 && y !== Math.floor(y)) return Number.NaN;
  return sign * power(size, y);
}

/** (2/√π) ∫₀ˣ e^−t² dt. erf(−0) = −0, erf(±∞) = ±1. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size < 1) return x + x * erfSeries(x * x);
  if (size > 6) return x < 0 ? -1 : 1;
  const y = 1 - tail(size);
  return x < 0 ? -y : y;
}

/** 1 − erf x, to the last places where erf x is nearly 1 too. erfc(∞) = 0, erfc(−∞) = 2. */
export function erfc(x: number): number {
  if (x > -0.75 && x < 0.25) return 1 - (x + x * erfSeries(x * x));
  if (x >= 0.25 && x < 0.75) return 0.5 - (x - 0.5 + x * erfSeries(x * x));
  if (x < 0) return x < -6 ? 2 : 2 - tail(-x);
  return x > 28 ? 0 : tail(x);
}

/** Powers of two, 2^(i − 1074), made by exact doublings. */
const powers = new Float64Array(2098);
powers[0] = 5e-324;
for (let i = 1; i < powers.length; i++) powers[i] = 2 * powers[i - 1]!;

/** y · 2ᵏ with one rounding, for whole k in −1130…2046 and y near 1. */
function scaled(y: number, k: number): number {
  if (k > 1023) return y * 2 * powers[k + 1073]!;
  if (k < -1074) return y * powers[k + 1130]! * powers[1018]!;
  return y * powers[k + 1074]!;
}

const bits = Float64Array.of(1);
const words = new Int32Array(bits.buffer);
/** Where a double's sign and exponent lie. */
const top = words[1] === 0 ? 0 : 1;

/** The whole k for which x · 2⁻ᵏ lies in [√½, √2), nearly; for finite x above 0. */
function exponentOf(x: number): number {
  // A subnormal has no exponent of its own.
  const shift = x < 2.2250738585072014e-308 ? 54 : 0;
  bits[0] = shift === 0 ? x : x * 18014398509481984;
  // The leading bits of √2 are 0x16a09e: what is above goes up by one power.
  return ((words[top]! + 0x95f62) >> 20) - 1023 - shift;
}

/** x · 2⁻ᵏ for the k of `exponentOf`. */
const mantissaOf = (x: number, k: number): number => (k < -1022 ? x * 18014398509481984 * powers[1020 - k]! : x * powers[1074 - k]!);

/** e^(x + low) for x in −746…710 and a low below the last place of x. */
function exponential(x: number, low: number): number {
  const k = x * perLn2 + rounder - rounder;
  const high = x - k * ln2High;
  low -= k * ln2Low;
  const r = high + low;
  const sum = 1 + r;
  return scaled(sum + (1 - sum + r + beyondLine(r, high - r + low)), k);
}

/** e^(r + c) − 1 − r for |r| ≤ ½ ln 2 and c below its last place: r²/2! + … + r¹³/13!, what follows being below 2⁻⁵⁷ of eʳ. */
function beyondLine(r: number, c: number): number {
  const z = r * r;
  const even = 1 / 2 + z * (1 / 24 + z * (1 / 720 + z * (1 / 40_320 + z * (1 / 3_628_800 + z * (1 / 479_001_600)))));
  const odd = 1 / 6 + z * (1 / 120 + z * (1 / 5040 + z * (1 / 362_880 + z * (1 / 39_916_800 + z * (1 / 6_227_020_800)))));
  return z * (even + r * odd) + (c + c * r);
}

/** k ln 2 + ln(1 + f) + c for 1 + f in [√½, √2): with s = f/(2 + f), ln(1 + f) = 2 artanh s = f − (f²/2 − s (f²/2 + 2s²/3 + 2s⁴/5 + …)). */
function logarithm(f: number, k: number, c: number): number {
  const s = f / (2 + f);
  const z = s * s, w = z * z;
  const even = w * (2 / 5 + w * (2 / 9 + w * (2 / 13 + w * (2 / 17 + w * (2 / 21)))));
  const odd = z * (2 / 3 + w * (2 / 7 + w * (2 / 11 + w * (2 / 15 + w * (2 / 19 + w * (2 / 23))))));
  const half = 0.5 * f * f;
  const curved = s * (half + (odd + even));
  if (k === 0) return f - (half - (curved + c));
  const whole = k * ln2High;
  const sum = whole + f;
  return sum + (whole - sum + f - (half - (curved + (k * ln2Low + c))));
}

/** π/2 in four pieces; the first three have 33 bits, so that their products with a quarter's number below 2²⁰ are exact. */
const halfPi1 = 1.5707963267341256, halfPi2 = 6.077100506303966e-11, halfPi3 = 2.0222662487111665e-21, halfPi4 = 8.4784276603689e-32;

/** What the last `reduceAngle` left: an angle in ±π/4, as high + low. */
const angle = new Float64Array(2);

/** q with x = q π/2 + angle[0] + angle[1]; of q the last two bits are right. */
function reduceAngle(x: number): number {
  const size = Math.abs(x);
  if (!(size < 1_600_000)) return reduceLarge(x);
  if (size < 0.785) {
    angle[0] = x;
    angle[1] = 0;
    return 0;
  }
  const q = x * 0.6366197723675814 + rounder - rounder;
  const a = x - q * halfPi1;
  const p2 = q * halfPi2, b = a - p2, left2 = a - b - p2;
  const p3 = q * halfPi3, c = b - p3, left3 = b - c - p3;
  const low = left2 + left3 - q * halfPi4;
  const sum = c + low;
  angle[0] = sum;
  angle[1] = c - sum + low;
  return q;
}

/** π/2 · 2¹²⁰⁰, made when first needed. */
let halfPi: bigint | null = null;

/** The same for sizes that would need pieces without end: in whole numbers, which BigInt does exactly. */
function reduceLarge(x: number): number {
  if (!Number.isFinite(x)) {
    angle[0] = Number.NaN;
    return 0;
  }
  halfPi ??= 8n * arctangent(5n) - 2n * arctangent(239n);
  // From 2²⁰ on every double is a multiple of 2⁻³², from 2⁵² on of 1.
  const exact = Math.abs(x) < 4503599627370496 ? BigInt(x * 4294967296) << 1168n : BigInt(x) << 1200n;
  const twice = 2n * exact + halfPi;
  const period = 2n * halfPi;
  // BigInt division drops the fraction; this one goes down.
  const q = twice / period - (twice % period < 0n ? 1n : 0n);
  // 2²⁰⁰ times the rest: no double comes nearer to a multiple of π/2 than 2⁻⁶⁴, so more than a hundred bits of it count.
  const rest = (exact - q * halfPi) >> 1000n;
  angle[0] = Number(rest) * powers[874]!;
  angle[1] = Number(rest - BigInt(Number(rest))) * powers[874]!;
  return Number(BigInt.asUintN(2, q));
}

/** arctan(1/n) · 2¹²⁰⁰ = Σ (−1)ⁱ 2¹²⁰⁰ / ((2i + 1) n²ⁱ⁺¹); π/2 = 8 arctan(1/5) − 2 arctan(1/239) (Machin 1706). */
function arctangent(n: bigint): bigint {
  // 64 bits more while summing, for what the divisions drop.
  let term = (1n << 1264n) / n, sum = 0n;
  for (let i = 1n; term !== 0n; i += 2n) {
    sum += (i & 2n) === 0n ? term / i : -(term / i);
    term /= n * n;
  }
  return sum >> 64n;
}

/** sin(r + c) for |r| ≤ π/4: r − r³/3! + … + r¹⁷/17!. */
function sine(r: number, c: number): number {
  const z = r * r;
  const series = 1 / 120 + z * (-1 / 5040 + z * (1 / 362_880 + z * (-1 / 39_916_800 + z * (1 / 6_227_020_800 + z * (-1 / 1_307_674_368_000 + z * (1 / 355_687_428_096_000))))));
  const cube = z * r;
  return r + (cube * (-1 / 6 + z * series) + (c - 0.5 * z * c));
}

/** cos(r + c) for |r| ≤ π/4: 1 − r²/2! + … + r¹⁶/16!. */
function cosine(r: number, c: number): number {
  const z = r * r;
  const series = 1 / 24 + z * (-1 / 720 + z * (1 / 40_320 + z * (-1 / 3_628_800 + z * (1 / 479_001_600 + z * (-1 / 87_178_291_200 + z * (1 / 20_922_789_888_000))))));
  const half = 0.5 * z;
  const sum = 1 - half;
  return sum + (1 - sum - half + (z * z * series - r * c));
}

/** ln 2, and 2/(3 ln 2), each as 24 bits + the rest. */
const ln2Short = 0.6931471824645996, ln2Rest = -1.904654299957768e-9;
const toLog2 = 0.9617966939259756, toLog2Short = 0.9617967009544373, toLog2Rest = -7.028461650952758e-9;

/**
 * xʸ = 2^(y log₂ x) for finite x above 0 and finite y. The logarithm is kept to 2⁻⁶⁵ of itself, as high + low, since y may blow it up to a thousand:
 * with s = f/(2 + f), log₂(1 + f) = 2/(3 ln 2) · s (3 + s² + s⁴ (3/5 + 3s²/7 + …)). Math.fround gives the 24 leading bits, whose products are exact.
 */
function power(x: number, y: number): number {
  if (x === 1) return 1;
  const n = exponentOf(x);
  const f = mantissaOf(x, n) - 1;
  // Beyond 2⁶⁴ any x but 1 leaves the range of doubles.
  if (Math.abs(y) > 18446744073709551616) return x > 1 === y > 0 ? Infinity : 0;

  const over = 1 / (2 + f);
  const sHigh = Math.fround(f * over);
  const d = Math.fround(2 + f);
  const sLow = over * (f - sHigh * d - sHigh * (f - (d - 2)));
  const s = sHigh + sLow;
  const z = s * s, zHigh = sHigh * sHigh;
  const series = z * z * (3 / 5 + z * (3 / 7 + z * (3 / 9 + z * (3 / 11 + z * (3 / 13 + z * (3 / 15 + z * (3 / 17 + z * (3 / 19 + z * (3 / 21 + z * (3 / 23 + z * (3 / 25))))))))))) + sLow * (sHigh + s);
  const factor = Math.fround(3 + zHigh + series);
  const factorLow = series - (factor - 3 - zHigh);
  const lead = sHigh * factor, rest = sLow * factor + factorLow * s;
  const product = Math.fround(lead + rest), productLow = rest - (product - lead);
  const a = toLog2Short * product, b = toLog2Rest * product + productLow * toLog2;
  const logHigh = Math.fround(a + b + n), logLow = b - (logHigh - n - a);

  const yHigh = Math.fround(y);
  const high = yHigh * logHigh, low = (y - yHigh) * logHigh + y * logLow;
  const exponent = high + low;
  if (exponent >= 1025) return Infinity;
  if (exponent <= -1080) return 0;
  const k = exponent + rounder - rounder;
  // 2ᵏ 2^fraction, and 2^fraction = e^(fraction ln 2), again as high + low.
  const fraction = high - k;
  const short = Math.fround(fraction + low), shortLow = low - (short - fraction);
  const u = short * ln2Short, v = shortLow * perLn2Inverse + short * ln2Rest;
  const r = u + v;
  const sum = 1 + r;
  return scaled(sum + (1 - sum + r + beyondLine(r, u - r + v)), k);
}
const perLn2Inverse = 0.6931471805599453;

/** erf(x)/x − 1 for |x| < 1, z = x²: (2/√π) Σ (−1)ⁿ zⁿ / (n! (2n + 1)) − 1, to n = 17. */
function erfSeries(z: number): number {
  let sum = 0;
  for (let n = erfTerms.length - 1; n >= 0; n--) sum = erfTerms[n]! + z * sum;
  return sum;
}
const perRootPi = 1.1283791670955126;
const erfTerms = Float64Array.from({ length: 18 }, (_, n) => {
  let factorial = 1;
  for (let i = 2; i <= n; i++) factorial *= i;
  return n === 0 ? 0.1283791670955126 : ((n % 2 === 0 ? 1 : -1) * perRootPi) / (factorial * (2 * n + 1));
});

/**
 * erfc(x) for x ≥ ¾: e^(−x²) C(t)/(1 + 2x), t = (x − 15/4)/(x + 15/4), where C is a Chebyshev series that holds from 0 to ∞.
 * Shepherd & Laframboise, Chebyshev approximation of (1 + 2x) exp(x²) erfc x in 0 ≤ x < ∞, Math. Comp. 36, 1981; the coefficients were computed anew with
 * 400 bits (mpmath 1.3, a cosine sum over 200 nodes).
 */
function tail(x: number): number {
  const t = (x - 3.75) / (x + 3.75);
  let b1 = 0, b2 = 0;
  for (let n = tailTerms.length - 1; n > 0; n--) {
    const b = 2 * t * b1 - b2 + tailTerms[n]!;
    b2 = b1;
    b1 = b;
  }
  const series = t * b1 - b2 + tailTerms[0]!;
  const short = Math.fround(x);
  const square = short * short, rest = (x - short) * (x + short);
  const sum = square + rest;
  return (exponential(-sum, sum - square - rest) * series) / (1 + 2 * x);
}
const tailTerms = Float64Array.of(
  1.1775789345674017, -0.004590054580646478, -0.08424913336651792, 0.05920993999819189, -0.026658668435305753, 0.009074997670705265, -0.002413163540417608,
  0.0004907758365258086, -6.916973302501207e-5, 4.13902798607301e-6, 7.74038306619849e-7, -2.1886401049234397e-7, 1.076499946567091e-8, 4.521959811218287e-9,
  -7.754400208831351e-10, -6.318088340886684e-11, 2.86879501093067e-11, 1.9455868545777347e-13, -9.65469674843344e-13, 3.25254814814874e-14,
  3.3478119482868056e-14, -1.864562880419313e-15, -1.2507950530688648e-15, 7.418235256624044e-17, 5.068148904796111e-17);
