/** Which way of a stored metric is better, for every table and sort order: what the catalogue declares of its kind. */

import type { Catalog } from "../../src-engine/spec/param.ts";

/**
 * Of a stored metric, `split/name`; a name is its kind and whatever differs from its defaults, such as `f1Micro`. The loss is better lower, whichever it is.
 * null: no way is better, or the kind is not known. Of the training split none is better: fitting well is no merit of its own.
 */
export function betterOf(metric: string, catalog: Catalog): "higher" | "lower" | null {
  const name = metric.slice(metric.indexOf("/") + 1);
  if (metric.startsWith("train/")) return null;
  if (name === "loss") return "lower";
  const kinds = catalog.metric.filter(({ kind }) => name === kind || (name.startsWith(kind) && /[A-Z]/.test(name.charAt(kind.length))));
  return kinds.sort((a, b) => b.kind.length - a.kind.length)[0]?.better ?? null;
}
