/** What two gradients, an analytic and a numerical one, say about each other: errors, a verdict for each slice, and where to look. Pure; knows no plan. */

/** right: nothing to do; look: further apart than an honest gradient is, though not grossly; wrong: so far apart that it is a mistake. */
export type Verdict = "right" | "look" | "wrong";

/** The course's thresholds of the relative error: below 1e-7 great, from 1e-3 on a mistake, and between them worth a closer look. */
export const thresholds = { right: 1e-7, wrong: 1e-3 } as const;

/** One number of a slice. `at` is its place along the slice's axes; a kink is an entry whose two points lie on different sides of a corner. */
export interface EntryCheck {
  readonly index: number;
  readonly at: readonly number[];
  readonly analytic: number;
  readonly numerical: number;
  /** |g − ĝ| / (|g| + |ĝ|), 0 where both are 0. */
  readonly relativeError: number;
  readonly isKink: boolean;
  readonly verdict: Verdict;
}

/** One slice's answer. Kinks count in `relativeError`, as in the course's formula, and neither in `smoothError` nor in the verdict. */
export interface SliceCheck {
  readonly name: string;
  readonly shape: readonly number[];
  /** How many of its entries were compared, and at how many of those a corner was crossed. */
  readonly checked: number;
  readonly kinks: number;
  /** ‖g − ĝ‖ / (‖g‖ + ‖ĝ‖), 0 where both are 0. */
  readonly relativeError: number;
  readonly smoothError: number;
  /** The largest error of a single entry that is no kink and whose two numbers differ by more than rounding. */
  readonly maxError: number;
  readonly verdict: Verdict;
  /** Up to five entries, the doubtful ones first: wrong before right, then by the distance of the two numbers. */
  readonly worst: readonly EntryCheck[];
}

/** Where to look. `slices` are those the sentence is about. */
export interface Hint { readonly code: HintCode; readonly slices: readonly string[]; readonly message: string; readonly params: Readonly<Record<string, string>> }
/** The patterns that a wrong gradient is searched for, and the note on kinks. */
export type HintCode = "timesRows" | "factor" | "penaltyMissing" | "penaltyAdded" | "oneEntry" | "onlyBiases" | "below" | "everywhere" | "onlyThese" | "kinks";

/** A slice as it was measured: entries in ascending order of their index. */
export interface Measured {
  readonly name: string;
  readonly shape: readonly number[];
  readonly entries: readonly { readonly index: number; readonly value: number; readonly analytic: number; readonly numerical: number; readonly isKink: boolean }[];
}

/** How far apart honest numbers may be: the rounding of the loss over ε, and what the difference quotient itself leaves out. */
export function allowance(loss: number, epsilon: number, form: "twoSided" | "oneSided", measured: readonly Measured[]): number {
  // 2⁻⁴⁹ is sixteen roundings: the loss of a network of a few layers carries about as many.
  const rounding = (1.7763568394002505e-15 * Math.max(1, Math.abs(loss))) / epsilon;
  let steepest = 0;
  for (const { entries } of measured) for (const { numerical } of entries) steepest = Math.max(steepest, Math.abs(numerical));
  // What the quotient leaves out goes with the next derivatives, of which nothing is known but that they are seldom ten times the first.
  return rounding + 10 * (form === "twoSided" ? epsilon * epsilon : epsilon) * steepest;
}

/** Judges one slice; `allowed` as `allowance` gives it. */
export function judge({ name, shape, entries }: Measured, allowed: number): SliceCheck {
  const judged = entries.map(({ index, analytic, numerical, isKink }): EntryCheck => {
    const difference = Math.abs(analytic - numerical);
    const relativeError = difference === 0 ? 0 : difference / (Math.abs(analytic) + Math.abs(numerical));
    return { index, at: placeOf(index, shape), analytic, numerical, relativeError, isKink, verdict: verdictOf(relativeError, difference, allowed) };
  });
  const smooth = judged.filter(({ isKink }) => !isKink);
  const smoothError = errorOf(smooth);
  const whole = verdictOf(smoothError, distance(smooth), allowed * Math.sqrt(smooth.length));
  return {
    name, shape,
    checked: judged.length,
    kinks: judged.length - smooth.length,
    relativeError: errorOf(judged),
    smoothError,
    maxError: smooth.reduce((most, { verdict, relativeError }) => (verdict === "right" ? most : Math.max(most, relativeError)), 0),
    verdict: worse(smooth.map(({ verdict }) => verdict).concat(whole)),
    worst: judged.sort(byDoubt).slice(0, 5),
  };
}

/** The worst of several verdicts; of none, right. */
export const worse = (verdicts: readonly Verdict[]): Verdict => (verdicts.includes("wrong") ? "wrong" : verdicts.includes("look") ? "look" : "right");

/** ‖g − ĝ‖ / (‖g‖ + ‖ĝ‖) of entries; 0 where both are 0. NaN where a number is. */
export function errorOf(entries: readonly { readonly analytic: number; readonly numerical: number }[]): number {
  const scale = norm(entries.map(({ analytic }) => analytic)) + norm(entries.map(({ numerical }) => numerical));
  return scale === 0 ? 0 : distance(entries) / scale;
}

const distance = (entries: readonly { readonly analytic: number; readonly numerical: number }[]): number => norm(entries.map(({ analytic, numerical }) => analytic - numerical));

function norm(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}

/** A NaN is wrong: no comparison with it holds. */
function verdictOf(relativeError: number, difference: number, allowed: number): Verdict {
  if (relativeError < thresholds.right || difference <= allowed) return "right";
  return relativeError < thresholds.wrong ? "look" : "wrong";
}

const doubt: Readonly<Record<Verdict, number>> = { right: 0, look: 1, wrong: 2 };

function byDoubt(a: EntryCheck, b: EntryCheck): number {
  const rank = (entry: EntryCheck) => (entry.isKink ? -1 : doubt[entry.verdict]);
  const apart = ({ analytic, numerical }: EntryCheck) => (Number.isNaN(analytic - numerical) ? Number.MAX_VALUE : Math.abs(analytic - numerical));
  return rank(b) - rank(a) || apart(b) - apart(a) || a.index - b.index;
}

/** Row-major: the last axis moves fastest. */
function placeOf(index: number, shape: readonly number[]): number[] {
  const at: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    at.unshift(index % shape[axis]!);
    index = Math.floor(index / shape[axis]!);
  }
  return at;
}
