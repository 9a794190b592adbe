/** Curves: (step, value) pairs by run and metric. The choice of one row for each point stays in this file. */

import type { Database } from "better-sqlite3";
import type { RunId, Series, Stretch } from "../contract/nouns.ts";
import { numberOf } from "./ids.ts";

export interface SeriesStore {
  /** Adds the points that event `seq` brought. Call it inside a transaction. A point already there takes the new value and event. */
  append(run: RunId, seq: number, stretches: readonly Stretch[]): void;
  /** Curves of one run, in order of metric name; all of them where `metrics` is empty, and none for a metric the run does not have. */
  read(run: RunId, metrics: readonly string[]): readonly Series[];
  /** The points brought by events after number `seq`, in order of metric name and step. */
  after(run: RunId, seq: number): readonly Stretch[];
}

interface Point { metric: string; step: number; value: number | null }

export function seriesStore(db: Database): SeriesStore {
  const known = db.prepare<[string], { number: number }>("select number from metric where name = ?");
  const name = db.prepare("insert into metric (name) values (?)");
  const insert = db.prepare("insert into series (run, metric, step, value, seq) values (?, ?, ?, ?, ?) on conflict (run, metric, step) do update set value = excluded.value, seq = excluded.seq");
  const metricsOf = db.prepare<[number], { number: number; name: string }>(/* sql */ `
    select number, name from metric m where exists (select 1 from series s where s.run = ? and s.metric = m.number) order by name`);
  const curve = db.prepare<[number, number], [number, number | null]>("select step, value from series where run = ? and metric = ? order by step").raw();
  const later = db.prepare<[number, number], Point>(/* sql */ `
    select m.name as metric, s.step, s.value from series s join metric m on m.number = s.metric where s.run = ? and s.seq > ? order by m.name, s.step`);

  const numberOfMetric = (metric: string): number => known.get(metric)?.number ?? Number(name.run(metric).lastInsertRowid);

  return {
    append(run, seq, stretches) {
      const number = numberOf("r", run);
      for (const { metric, steps, values } of stretches) {
        const which = numberOfMetric(metric);
        for (let i = 0; i < steps.length; i++) insert.run(number, which, steps[i]!, values[i]!, seq);
      }
    },
    read(run, metrics) {
      const number = numberOf("r", run);
      return metricsOf.all(number).filter((m) => metrics.length === 0 || metrics.includes(m.name)).map((m) => {
        const points = curve.all(number, m.number);
        return { runId: run, metric: m.name, steps: Float64Array.from(points, ([step]) => step), values: Float64Array.from(points, ([, value]) => value ?? NaN) };
      });
    },
    after(run, seq) {
      const byMetric = new Map<string, { steps: number[]; values: number[] }>();
      for (const { metric, step, value } of later.iterate(numberOf("r", run), seq)) {
        let stretch = byMetric.get(metric);
        if (stretch === undefined) byMetric.set(metric, (stretch = { steps: [], values: [] }));
        stretch.steps.push(step);
        stretch.values.push(value ?? NaN);
      }
      return [...byMetric].map(([metric, { steps, values }]) => ({ metric, steps: Float64Array.from(steps), values: Float64Array.from(values) }));
    },
  };
}
