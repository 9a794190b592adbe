/** A name for a run that was given none: what it learns from, how wide, by which rule. */

import type { RunSpec } from "../contract/nouns.ts";

/** `digits · 64 · adam`; `iris · linear · sgd` where nothing is hidden. The layer that answers is not named, for the data decide its width. */
export function runName(spec: RunSpec, dataName: string): string {
  const widths = spec.layers.flatMap((layer) => (typeof layer["units"] === "number" ? [layer["units"]] : []));
  const hidden = widths.slice(0, -1);
  return [dataName.replace(/\.csv$/i, ""), hidden.length === 0 ? "linear" : hidden.join("–"), spec.optimizer.kind].join(" · ").slice(0, 200);
}
