/** What a stored metric is called in a language. */

import type { Words } from "../../words/words.svelte.ts";

export const metricName = (words: Words, metric: string): string => (words.metrics as unknown as Record<string, string | undefined>)[metric] ?? metric;

/** `validation accuracy`: a stored metric as it is spoken of. */
export function metricLabel(words: Words, metric: string): string {
  const at = metric.indexOf("/");
  // Another program's metric may have no split.
  if (at < 0) return metricName(words, metric);
  // Values of an import that others were written over.
  const [, layer = "", later] = /^earlier( [2-9])?\/(.+)$/.exec(metric) ?? [];
  if (later !== undefined) return words.metrics.earlier(metricLabel(words, later), layer);
  const [split, name] = [metric.slice(0, at), metric.slice(at + 1)];
  return words.metrics.of((words.splits as unknown as Record<string, string>)[split] ?? split, metricName(words, name));
}
