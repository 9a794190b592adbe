/** The names of all metrics that runs have: looked for when somebody asks, and then only in runs that changed since. */

import type { Database } from "better-sqlite3";

export interface MetricNames {
  /** Those that hold a text, in any case, in order, at most `limit`. */
  holding(text: string, limit: number): readonly string[];
}

/** Ten thousand runs with tens of thousands of names between them are read through once; afterwards asking costs a look at each run's event number. */
export function metricNames(db: Database): MetricNames {
  const events = db.prepare<[], [number: number, seq: number]>("select number, seq from run").raw();
  const namesOf = db.prepare<[string], string>("select distinct m.key from run, json_each(run.metrics) m where run.number in (select value from json_each(?))").pluck();
  const seen = new Map<number, number>();
  const names = new Set<string>();
  let sorted: readonly string[] = [];

  /** A name stays known when its last run is deleted: it is offered, and finds nothing. */
  function look(): void {
    const changed: number[] = [];
    for (const [number, seq] of events.iterate()) if (seen.get(number) !== seq) { seen.set(number, seq); changed.push(number); }
    if (changed.length === 0) return;
    const before = names.size;
    for (const name of namesOf.iterate(JSON.stringify(changed))) names.add(name);
    if (names.size > before) sorted = [...names].sort((a, b) => (a < b ? -1 : 1));
  }

  return {
    holding(text, limit) {
      look();
      const wanted = text.toLowerCase();
      const found: string[] = [];
      for (const name of sorted) {
        if (found.length === limit) break;
        if (name.toLowerCase().includes(wanted)) found.push(name);
      }
      return found;
    },
  };
}
