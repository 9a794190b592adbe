/** A grouping as a word in an address or on a command line, and back. */

import type { Grouping } from "./comparison.ts";

/** `seed` for all but seed, `run` for each by itself, otherwise names with commas between: `optimizer.kind,layers.0.units`. */
export function groupingOf(text: string): Grouping {
  if (text === "" || text === "seed") return { kind: "allButSeed" };
  if (text === "run") return { kind: "eachRun" };
  return { kind: "by", names: text.split(",").map((name) => name.trim()).filter((name) => name !== "") };
}

export function groupingText(grouping: Grouping): string {
  switch (grouping.kind) {
    case "allButSeed": return "seed";
    case "eachRun": return "run";
    case "by": return grouping.names.join(",");
  }
}
