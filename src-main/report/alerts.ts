/**
 * What is noticed about a run from its stored curves: rules as functions of numbers, and a watch that asks them as points arrive. Pure; whoever runs it says when.
 *
 * Every bound has its reason beside it. They were chosen so that the examples and the generated sets, which learn, raise no alarm (tests/main/alerts.test.ts).
 */

import type { Alert, Finding } from "../contract/alerts.ts";
import type { SpecRun, Stretch } from "../contract/nouns.ts";
import { stepsPerEpoch } from "../contract/x-axis.ts";

/** What the rules must know of a run besides its curves. */
export interface Facts {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** The loss of a network that gives every class the same probability; null where the loss has no such number. */
  readonly chance: number | null;
}

export function factsOf(run: Pick<SpecRun, "epochs" | "steps" | "spec" | "data">): Facts {
  const { kind } = run.spec.loss;
  const classes = run.data.classes?.length ?? 0;
  const chance = kind === "softmaxCrossEntropy" && classes > 1 ? Math.log(classes) : kind === "binaryCrossEntropy" ? Math.LN2 : null;
  return { epochs: run.epochs, stepsPerEpoch: stepsPerEpoch(run), chance };
}

/** Losses at epochs' ends, from the untrained network on. Validation has NaN where nothing was measured. Grows by epochs; rules look back from one. */
export class EpochCurves {
  readonly steps: number[] = [];
  readonly train: number[] = [];
  readonly validation: number[] = [];
  /** At each epoch the smallest training loss so far, and the epoch of the smallest validation loss so far (−1: none). */
  readonly leastTrain: number[] = [];
  readonly best: number[] = [];

  add(step: number, train: number, validation: number): void {
    const before = this.best.at(-1) ?? -1;
    this.steps.push(step);
    this.train.push(train);
    this.validation.push(validation);
    this.leastTrain.push(train < (this.leastTrain.at(-1) ?? Infinity) ? train : this.leastTrain.at(-1) ?? Infinity);
    this.best.push(validation < (before < 0 ? Infinity : this.validation[before]!) ? this.validation.length - 1 : before);
  }
}

/** Epochs without a move: a fifth of the plan, since a shorter rest is passed by itself; at least 10, for slow starts, and at most 50, so that long runs are told in time. */
const plateauEpochs = ({ epochs }: Facts): number => Math.min(50, Math.max(10, Math.ceil(epochs / 5)));
/** A move is 1 %: the least that is seen in a curve. */
const move = 0.01;
/** Standing still below 70 % of chance cannot be told from having learned what there is to learn. */
const nearChance = 0.7;
/** And far above chance it is divergence, which is told by itself. */
const aboveChance = 1.5;

/** At epoch `i` the training loss has stood still for long and near what knowing nothing gives. */
export function plateauAt(i: number, { train, leastTrain }: EpochCurves, facts: Facts): Finding | null {
  const long = plateauEpochs(facts);
  if (i <= long) return null;
  const chance = Math.min(train[0]!, facts.chance ?? Infinity);
  const before = leastTrain[i - long]!, lately = Math.min(...train.slice(i - long + 1, i + 1));
  if (!(lately > (1 - move) * before && lately > nearChance * chance && lately < aboveChance * chance)) return null;
  return { kind: "plateau", loss: train[i]!, chance, since: i - long };
}

/** Epochs since the best one: a tenth of the plan, at least 5, at most 25; one or two bad epochs are chance. */
const risingEpochs = ({ epochs }: Facts): number => Math.min(25, Math.max(5, Math.ceil(epochs / 10)));
/** The rise is at least 10 % of the best loss: less costs next to nothing. */
const rise = 0.1;
/** And 2 % of the untrained network's loss: below that hardly a row changes its class. */
const riseOfUntrained = 0.02;
/** And six standard errors of the difference of both medians, so that a restless curve is not taken for a rising one: of 1000 level curves fewer than ten are (four would take 60, for the best epoch was chosen among many). */
const errors = 6;

/** At epoch `i` the validation losses lie well above where they were at the best one, which is some time ago, while training still gets better. */
export function overfittingAt(i: number, { steps, train, validation, best: bests }: EpochCurves, facts: Facts): Finding | null {
  const best = bests[i]!, long = risingEpochs(facts);
  if (best < 1 || i - best < long) return null;
  // The best of many restless epochs lies below its curve by chance: the curve is where its neighbours are.
  const around = validation.slice(Math.max(0, best - 2), best + 3), lately = validation.slice(i - long + 1, i + 1);
  const level = medianOf(around);
  // A median's standard error is 1.25 times a mean's.
  const error = 1.25 * jitterOf(validation.slice(Math.max(0, i - 20), i + 1)) * Math.sqrt(1 / around.length + 1 / lately.length);
  const bound = level + Math.max(rise * Math.abs(level), riseOfUntrained * validation[0]!, errors * error);
  if (!(medianOf(lately) > bound && train[i]! < (1 - move) * train[best]!)) return null;
  return { kind: "overfitting", best, bestStep: steps[best]!, least: validation[best]!, loss: medianOf(lately), trainThen: train[best]!, trainNow: train[i]! };
}

/** Losses beyond three times the untrained network's say less than nothing was learned; a restless batch does not reach it in the median. */
const aboveUntrained = 3;
/** Ten times the least median, and half-way back to the untrained network: what was learned is lost. */
const aboveLeast = 10;
const backToUntrained = 0.5;

/** The medians of the last two blocks of batch losses, and the least of all so far: both far above where they should be. `untrained` may be NaN where nobody measured it. */
export function divergenceIn(last: readonly [number, number], least: number, untrained: number): Finding | null {
  const loss = Math.min(...last);
  if (loss > aboveUntrained * untrained) return { kind: "divergence", loss, reference: untrained, against: "untrained" };
  if (loss > aboveLeast * least && loss > backToUntrained * untrained) return { kind: "divergence", loss, reference: least, against: "least" };
  return null;
}

/** From here on a layer passes next to nothing on: of 64 units three are left. */
const deadFrom = 0.95;

/** Two records of a layer in a row. */
export const deadIn = (layer: string, before: number, now: number): Finding | null => (before >= deadFrom && now >= deadFrom ? { kind: "deadLayer", layer, share: now } : null);

/** Training is held below the least; twice of it leaves time to make room. */
const diskMargin = 2;

export const diskLow = (freeBytes: number, leastBytes: number): Finding | null => (freeBytes < diskMargin * leastBytes ? { kind: "diskLow", freeBytes, leastBytes } : null);

/** Two findings are of one thing: of dead layers each has its own. */
export const isSameThing = (a: Finding, b: Finding): boolean => a.kind === b.kind && (a.kind !== "deadLayer" || b.kind !== "deadLayer" || a.layer === b.layer);

/** A finding with its place. */
export type Found = Omit<Alert, "atMs"> & Finding;

/** "3" of `layer/3/dead`; null for another metric. */
const layerOf = (metric: string): string | null => (metric.startsWith("layer/") && metric.endsWith("/dead") ? metric.slice("layer/".length, -"/dead".length) : null);

/** The metrics a watch looks at; it takes no notice of others. */
export const isWatched = (metric: string): boolean => layerOf(metric) !== null || ["batch/dataLoss", "batch/gradientNorm", "train/loss", "validation/loss"].includes(metric);

/** Asks the rules as points arrive, in whatever portions: the findings do not depend on them. A thing is told once. */
export class AlertWatch {
  readonly #facts: Facts;
  readonly #blockSize: number;
  readonly #curves = new EpochCurves();
  #block: number[] = [];
  #median = NaN;
  #leastMedian = Infinity;
  #norm: { readonly step: number; readonly norm: number } | null = null;
  /** Of each layer that can die its share in the newest record; of the untrained network none is kept, for it says nothing of training. */
  readonly #dead = new Map<string, number>();
  readonly #told: Finding[];

  /** told: what was found before and is not told again. */
  constructor(facts: Facts, told: readonly Finding[] = []) {
    this.#facts = facts;
    // A block is an epoch, or so many steps that the median of their losses is quiet.
    this.#blockSize = Math.round(Math.min(100, Math.max(8, facts.stepsPerEpoch)));
    this.#told = [...told];
  }

  /** Takes what came since the last time and returns what is found in it, by step. */
  see(stretches: readonly Stretch[]): readonly Found[] {
    const found: Found[] = [];
    const tell: Tell = (step, finding) => {
      if (finding === null || this.#told.some((one) => isSameThing(one, finding))) return;
      this.#told.push(finding);
      found.push({ ...finding, step, epoch: Math.ceil(step / this.#facts.stepsPerEpoch - 1e-9) });
    };
    const of = (metric: string): Stretch | undefined => stretches.find((one) => one.metric === metric);
    this.#seeEpochs(of("train/loss"), of("validation/loss"), tell);
    this.#seeBatches(of("batch/dataLoss"), of("batch/gradientNorm"), tell);
    for (const { metric, steps, values } of stretches) {
      const layer = layerOf(metric);
      if (layer !== null) this.#seeLayer(layer, steps, values, tell);
    }
    return found.sort((a, b) => a.step - b.step);
  }

  #seeEpochs(train: Stretch | undefined, validation: Stretch | undefined, tell: Tell): void {
    const judged = new Map(Array.from(validation?.steps ?? [], (step, i) => [step, validation!.values[i]!]));
    train?.steps.forEach((step, k) => {
      const epoch = step / this.#facts.stepsPerEpoch;
      // A stop within an epoch measures a state that is no epoch's.
      if (Math.abs(epoch - Math.round(epoch)) > 1e-6 || step <= (this.#curves.steps.at(-1) ?? -1)) return;
      const losses = { "train/loss": train.values[k]!, "validation/loss": judged.get(step) ?? NaN };
      this.#curves.add(step, losses["train/loss"], losses["validation/loss"]);
      for (const metric of ["train/loss", ...(judged.has(step) ? ["validation/loss"] as const : [])] as const) if (!Number.isFinite(losses[metric])) tell(step, { kind: "nan", metric, norm: this.#norm?.norm ?? null });
      const i = this.#curves.steps.length - 1;
      tell(step, plateauAt(i, this.#curves, this.#facts));
      tell(step, overfittingAt(i, this.#curves, this.#facts));
    });
  }

  #seeBatches(losses: Stretch | undefined, norms: Stretch | undefined, tell: Tell): void {
    losses?.values.forEach((loss, i) => {
      const step = losses.steps[i]!, norm = norms?.values[i] ?? null;
      if (!Number.isFinite(loss) || (norm !== null && !Number.isFinite(norm))) {
        return tell(step, { kind: "nan", metric: Number.isFinite(loss) ? "batch/gradientNorm" : "batch/loss", norm: this.#norm?.step === step - 1 ? this.#norm.norm : null });
      }
      if (norm !== null) this.#norm = { step, norm };
      this.#block.push(loss);
      if (this.#block.length < this.#blockSize) return;
      const before = this.#median;
      this.#median = medianOf(this.#block);
      this.#leastMedian = Math.min(this.#leastMedian, this.#median);
      this.#block = [];
      tell(step, divergenceIn([before, this.#median], this.#leastMedian, this.#curves.train[0] ?? NaN));
    });
  }

  #seeLayer(layer: string, steps: Float64Array, shares: Float64Array, tell: Tell): void {
    steps.forEach((step, i) => {
      if (step < 1) return;
      tell(step, deadIn(layer, this.#dead.get(layer) ?? 0, shares[i]!));
      this.#dead.set(layer, shares[i]!);
    });
  }
}

type Tell = (step: number, finding: Finding | null) => void;

function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** How far a curve jumps from point to point, as a standard deviation of one point: from the median of its second differences, which a straight rise does not move. */
function jitterOf(values: readonly number[]): number {
  const jumps = values.slice(2).map((value, i) => Math.abs(value - 2 * values[i + 1]! + values[i]!));
  // Of normal numbers the median size is 0.6745 deviations, and a second difference has the deviation √6.
  return jumps.length === 0 ? 0 : medianOf(jumps) / (0.6745 * Math.sqrt(6));
}
