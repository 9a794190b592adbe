/** What could stand next in a query: names the project or the catalogue knows, and the values a name has. */

import type { Catalog, Params } from "../../src-engine/spec/param.ts";
import { facts, nameOf, states } from "../contract/query-names.ts";
import type { RunRowStore } from "../store/run-rows.ts";

/** More than fit a list that a person reads. */
const most = 50;

export function queryWords({ name, contains }: { readonly name: string | null; readonly contains: string }, rows: RunRowStore, catalog: Catalog): readonly (string | number)[] {
  const holds = (word: string): boolean => word.toLowerCase().includes(contains.toLowerCase());
  if (name === null) {
    const words = new Set([...Object.keys(facts).filter(holds), ...rows.names(contains, most), ...catalogNames(catalog).filter(holds)]);
    return [...words].filter((word) => nameOf(word).kind !== "fault").sort(firstWhere((word) => word.toLowerCase().startsWith(contains.toLowerCase()))).slice(0, most);
  }
  if (name === "state") return states.filter(holds);
  return rows.values(name, contains, most);
}

/** Stable: what holds goes before what does not. */
const firstWhere = (holds: (word: string) => boolean) => (a: string, b: string): number => Number(holds(b)) - Number(holds(a));

/** The spec's own parts, whatever kinds a project has used so far: `optimizer.kind`, `optimizer.beta1`. Layers are numbered, so they come from the runs. */
function catalogNames(catalog: Catalog): readonly string[] {
  const families = ["data", "split", "scaling", "regularizer", "loss", "optimizer", "schedule"] as const;
  return families.flatMap((family) => [`${family}.kind`, ...catalog[family].flatMap(({ params }) => plainNames(params).map((param) => `${family}.${param}`))]);
}

const plainNames = (params: Params): string[] => Object.entries(params).filter(([, { kind }]) => kind !== "component" && kind !== "list" && kind !== "record").map(([param]) => param);
