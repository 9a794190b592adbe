/** Where a wrong gradient comes from, as far as its shape tells: how the wrong slices differ from the right ones, and what the difference is proportional to. */

import type { Hint, HintCode, Measured, SliceCheck } from "./judgement.ts";

/** The batch, and what stands in the network. */
export interface Surroundings {
  readonly rows: number;
  /** Kinds of the layers, first to last. */
  readonly kinds: readonly string[];
  readonly epsilon: number;
}

/** What can be said; the likeliest first, an empty list where all is right. `checks` and `measured` tell of the same slices in the same order. */
export function hintsOf(checks: readonly SliceCheck[], measured: readonly Measured[], surroundings: Surroundings): Hint[] {
  const kinks = checks.reduce((sum, one) => sum + one.kinks, 0);
  const aside = kinks === 0 ? [] : [hint("kinks", checks.filter((one) => one.kinks > 0), `${kinks} of ${checks.reduce((sum, one) => sum + one.checked, 0)} entries step over a corner (of a ReLU, a maximum, an absolute value) and are not judged; a smaller ε than ${surroundings.epsilon} meets fewer`, { kinks: String(kinks), epsilon: String(surroundings.epsilon) })];
  const wrong = checks.map((check, i) => ({ check, parts: measured[i]! })).filter(({ check }) => check.verdict !== "right");
  if (wrong.length === 0) return aside;
  const found = timesRows(checks, wrong, surroundings) ?? factor(wrong) ?? penalty(wrong) ?? oneEntry(wrong) ?? onlyBiases(wrong) ?? below(checks, wrong, surroundings) ?? rest(checks, wrong);
  return [found, ...aside];
}

interface Wrong { readonly check: SliceCheck; readonly parts: Measured }

/** Sums in place of means: every slice without a penalty of its own is m times too large. */
function timesRows(checks: readonly SliceCheck[], wrong: readonly Wrong[], { rows }: Surroundings): Hint | null {
  const isWhole = checks.every(({ verdict, worst }) => verdict !== "right" || worst.every(({ numerical }) => Math.abs(numerical) < 1e-6));
  const times = wrong.filter(({ parts }) => near(proportion(parts, ({ analytic }) => analytic, ({ numerical }) => numerical), rows));
  if (rows === 1 || !isWhole || times.length === 0) return null;
  return hint("timesRows", wrong.map(({ check }) => check), `all gradients are off, and ${names(times)} ${times.length === 1 ? "is" : "are"} ${rows} times too large, as many as the batch has rows: looks like a missing 1/m`, { rows: String(rows) });
}

/** The difference is a multiple of the weights themselves, or of their signs. */
function penalty(wrong: readonly Wrong[]): Hint | null {
  const excess = ({ analytic, numerical }: Entry) => analytic - numerical;
  const shares = wrong.map(({ parts }) => proportion(parts, excess, ({ value }) => value) ?? proportion(parts, excess, ({ value }) => Math.sign(value)));
  const share = shares[0] ?? null;
  // A slice of one number is proportional to everything.
  if (share === null || wrong.every(({ parts }) => parts.entries.length < 2) || !shares.every((one) => near(one, share))) return null;
  const code = share < 0 ? "penaltyMissing" : "penaltyAdded";
  const params = { share: figure(Math.abs(share)) };
  const message = share < 0
    ? `in ${names(wrong)} the gradient lacks ${params.share} times the weights (or their signs): looks like a missing penalty, λW/m`
    : `in ${names(wrong)} the gradient holds ${params.share} times the weights (or their signs) too much: looks like a penalty that the loss does not have there`;
  return hint(code, wrong.map(({ check }) => check), message, params);
}

/** Slices that are off by one factor each, while others are right. */
function factor(wrong: readonly Wrong[]): Hint | null {
  const factors = wrong.map(({ parts }) => proportion(parts, ({ analytic }) => analytic, ({ numerical }) => numerical));
  // A slice of one number is off by some factor always; only a round one tells anything.
  if (factors.some((one, i) => one === null || near(one, 1) || (wrong[i]!.parts.entries.length < 2 && !isRound(one)))) return null;
  const said = wrong.map(({ check }, i) => (near(factors[i]!, -1) ? `${check.name} has the wrong sign` : `${check.name} is ${figure(factors[i]!)} times what it should be`));
  return hint("factor", wrong.map(({ check }) => check), said.join("; "), { factors: factors.map((one) => figure(one!)).join(", ") });
}

function oneEntry(wrong: readonly Wrong[]): Hint | null {
  const entries = wrong.flatMap(({ check }) => check.worst.filter(({ verdict, isKink }) => verdict !== "right" && !isKink).map((entry) => ({ check, entry })));
  const [first] = entries;
  if (entries.length !== 1 || first!.check.checked < 2) return null;
  const at = first!.entry.at.join(", ");
  return hint("oneEntry", [first!.check], `only ${first!.check.name}[${at}] is off, the rest of it is right`, { at });
}

function onlyBiases(wrong: readonly Wrong[]): Hint | null {
  if (!wrong.every(({ check }) => check.name.endsWith("/bias"))) return null;
  return hint("onlyBiases", wrong.map(({ check }) => check), `only ${names(wrong)} ${wrong.length === 1 ? "is" : "are"} off: looks like a missing sum over rows`, {});
}

/** All slices from some layer up are right and those below wrong: the fault lies in what is passed down between the two. */
function below(checks: readonly SliceCheck[], wrong: readonly Wrong[], { kinds }: Surroundings): Hint | null {
  const highest = Math.max(...wrong.map(({ check }) => layerOf(check.name)));
  const above = checks.filter(({ name }) => layerOf(name) > highest);
  const mixed = checks.some(({ name, verdict, worst }) => layerOf(name) <= highest && verdict === "right" && worst.some(({ numerical }) => Math.abs(numerical) > 1e-6));
  if (above.length === 0 || mixed) return null;
  const lowest = Math.min(...above.map(({ name }) => layerOf(name)));
  const between = kinds.slice(highest + 1, lowest).map((kind, i) => `layer ${highest + 1 + i} (${kind})`);
  const last = `how layer ${lowest} (${kinds[lowest]}) passes its gradient down`;
  const message = `right from layer ${lowest} up, wrong below: look at ${between.length === 0 ? last : `the backward pass of ${between.join(", ")}, and at ${last}`}`;
  return hint("below", wrong.map(({ check }) => check), message, { from: String(highest + 1), to: String(lowest) });
}

function rest(checks: readonly SliceCheck[], wrong: readonly Wrong[]): Hint {
  const slices = wrong.map(({ check }) => check);
  if (wrong.length === checks.length) return hint("everywhere", slices, "every slice is off: look at the gradient of the loss, or at the last layer", {});
  return hint("onlyThese", slices, `only ${names(wrong)} ${wrong.length === 1 ? "is" : "are"} off: look at how ${wrong.length === 1 ? "it is" : "they are"} formed from what the layer reads and the gradient it is handed`, {});
}

type Entry = Measured["entries"][number];

/** k with a = k b over the slice's entries, kinks apart; null where there is none, or b is 0. */
function proportion({ entries }: Measured, a: (entry: Entry) => number, b: (entry: Entry) => number): number | null {
  let ab = 0, bb = 0, aa = 0, left = 0;
  const smooth = entries.filter(({ isKink }) => !isKink);
  for (const entry of smooth) {
    ab += a(entry) * b(entry);
    bb += b(entry) * b(entry);
    aa += a(entry) * a(entry);
  }
  if (bb === 0 || aa === 0) return null;
  const k = ab / bb;
  for (const entry of smooth) left += (a(entry) - k * b(entry)) * (a(entry) - k * b(entry));
  // A thousandth: far above the rounding of differences, far below what unrelated vectors leave.
  return left <= 1e-6 * aa ? k : null;
}

const isRound = (factor: number): boolean => near(factor, Math.round(factor)) || near(1 / factor, Math.round(1 / factor));
const near = (a: number | null, b: number): boolean => a !== null && Math.abs(a - b) <= 1e-3 * Math.abs(b);
const names = (wrong: readonly Wrong[]): string => wrong.map(({ check }) => check.name).join(", ");
const figure = (value: number): string => String(Number(value.toPrecision(4)));
const hint = (code: HintCode, slices: readonly SliceCheck[], message: string, params: Readonly<Record<string, string>>): Hint => ({ code, slices: slices.map(({ name }) => name), message, params });

/** The number in front of a slice's name; the input lies below all layers. */
const layerOf = (name: string): number => (name === "input" ? -1 : Number(name.split("/")[0]));
