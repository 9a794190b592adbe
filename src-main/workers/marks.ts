/** What a training's rarer events come to: notes in words, and a record of all layers as one number each for the curves. Pure. */

import type { FitEvent } from "../../src-engine/index.ts";
import { packSpread, spreadBytes } from "../contract/histograms.ts";
import type { LayerShot } from "../contract/histograms.ts";
import type { Note } from "../contract/nouns.ts";

type Marked<K extends FitEvent["kind"]> = Extract<FitEvent, { kind: K }>;

export function stoppedEarly({ epoch, best }: Marked<"stoppedEarly">): Note {
  const value = Number(best.value.toPrecision(4));
  return { path: "train.earlyStopping", code: "stoppedEarly", message: `training stopped after epoch ${epoch}: nothing better came after epoch ${best.epoch}, whose watched metric was ${value}`, details: { epoch, best: best.epoch, value } };
}

export function restored({ epoch, best }: Marked<"restored">): Note {
  return { path: "train.earlyStopping.restoreBest", code: "restored", message: `the weights are those of epoch ${best.epoch}, the best one, not of epoch ${epoch}`, details: { epoch, best: best.epoch } };
}

/**
 * Curves `layer/3/activation` (root of the mean square of its outputs), `layer/3/delta` (of the gradient behind it), `layer/3/dead`, `layer/3/saturated`, and for each
 * parameter `layer/3/kernel/weight`, `…/gradient` (norms) and `…/update` (update : weight ratio). What a layer does not have it has no curve for.
 */
export function scalarsOf(layers: Marked<"record">["layers"]): Record<string, number> {
  const points = layers.flatMap(({ layer, activation, delta, deadShare, saturatedShare, params }): [string, number | null][] => [
    [`layer/${layer}/activation`, activation.rms], [`layer/${layer}/delta`, delta?.rms ?? null], [`layer/${layer}/dead`, deadShare], [`layer/${layer}/saturated`, saturatedShare],
    ...params.flatMap(({ name, weight, gradient, updateRatio }): [string, number | null][] => [
      [`layer/${layer}/${name}/weight`, weight.norm], [`layer/${layer}/${name}/gradient`, gradient?.norm ?? null], [`layer/${layer}/${name}/update`, updateRatio],
    ]),
  ]);
  return Object.fromEntries(points.filter((point): point is [string, number] => point[1] !== null));
}

/** How everything in a record is spread, packed: for each layer its `activation` and `delta`, for each parameter its `weight` and `gradient`. */
export function shotOf({ step, epoch, layers }: Marked<"record">): LayerShot {
  const parts = layers.flatMap(({ layer, activation, delta, params }) => [
    [`${layer}/activation`, activation] as const, [`${layer}/delta`, delta] as const,
    ...params.flatMap(({ name, weight, gradient }) => [[`${layer}/${name}/weight`, weight] as const, [`${layer}/${name}/gradient`, gradient] as const]),
  ]).flatMap(([name, spread]) => (spread === null ? [] : [{ name, spread }]));
  const numbers = new Uint8Array(parts.length * spreadBytes), view = new DataView(numbers.buffer);
  parts.forEach(({ spread: { histogram, ...rest } }, place) => { packSpread({ ...rest, ...histogram }, view, place); });
  return { step, epoch, names: parts.map(({ name }) => name), numbers };
}
