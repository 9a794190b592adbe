/** What the figures of one sweep share: its axes as rulers with their names, its objectives, how its trials are told. Made once for a view of the sweep; pure. */

import type { Catalog } from "../../../src-main/contract/checks.ts";
import type { Objective, SweepSpec } from "../../../src-main/contract/sweep-checks.ts";
import type { SweepTrial } from "../../../src-main/contract/sweeps.ts";
import { setting } from "../numbers.ts";
import type { PictureCell } from "../explore/picture-table.ts";
import { objectiveMark, objectiveUnit, objectiveValue, objectiveWords, shownValue, wordsOfAxis, type AxisWords } from "./axis-words.ts";
import { bestOf, valueOf } from "./readings.ts";
import { rulerOfAxis, rulerOfNumbers, type Ruler } from "./rulers.ts";

export interface FigureAxis { readonly name: string; readonly words: AxisWords; readonly ruler: Ruler }

export interface SweepFigures {
  readonly spec: SweepSpec;
  readonly trials: readonly SweepTrial[];
  readonly axes: readonly FigureAxis[];
  readonly objectives: readonly Objective[];
  /** The rulers of the objectives, best end up or right where it is to be made large. */
  readonly scales: readonly Ruler[];
  readonly best: SweepTrial | null;
}

export function figuresOf(spec: SweepSpec, trials: readonly SweepTrial[], catalog: Catalog): SweepFigures {
  const objectives = spec.objective;
  const axes = Object.entries(spec.axes).filter(([, axis]) => !("value" in axis)).map(([name, axis]): FigureAxis => ({ name, words: wordsOfAxis(name, spec.axes, spec.base, catalog), ruler: rulerOfAxis(name, axis) }));
  const scales = objectives.map(({ metric, goal }, i) => rulerOfNumbers(metric, trials.filter(({ state }) => state === "finished" || state === "pruned").map((trial) => valueOf(trial, i)), goal));
  return { spec, trials, axes, objectives, scales, best: bestOf(trials, objectives[0]!) };
}

/** How good a value is, 0 the worst in sight and 1 the best; null where it is no number. */
export function goodness(figures: SweepFigures, value: number, objective = 0): number | null {
  const share = figures.scales[objective]!.place(value);
  return share === null ? null : figures.objectives[objective]!.goal === "maximize" ? share : 1 - share;
}

export const nameOfObjective = (objective: Objective): string => { const unit = objectiveUnit(objective); return unit === "" ? objectiveWords(objective.metric) : `${objectiveWords(objective.metric)}, ${unit}`; };
export const markOf = ({ metric }: Objective) => (value: unknown): string => objectiveMark(metric, Number(value));

/** A trial in a line, for tooltips. */
export function toldTrial({ objectives, axes }: SweepFigures, trial: SweepTrial, trialWord: (n: string) => string): string {
  const values = trial.values === null ? [] : objectives.map(({ metric }, i) => `${objectiveWords(metric)} ${objectiveValue(metric, valueOf(trial, i))}`);
  return [trialWord(setting(trial.number)), ...axes.filter(({ name }) => Object.hasOwn(trial.point, name)).map(({ name, words }) => `${words.label} ${shownValue(trial.point[name])}`), ...values].join(", ");
}

/** Cells of a trial for a figure's table: its number as a link to its first run, then what is asked for. */
export function trialCell(trial: SweepTrial): PictureCell {
  const [run] = trial.runs;
  return run === undefined ? setting(trial.number) : { text: setting(trial.number), href: `#/runs/${run.runId}` };
}
export const pointCell = (trial: SweepTrial, axis: string): PictureCell => { const value = trial.point[axis]; return value === undefined ? null : typeof value === "number" ? value : shownValue(value); };
