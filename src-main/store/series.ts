/** Curves: (step, value) pairs by run and metric. The choice of one row for each stretch, as blobs of numbers, stays in this file. */

import { endianness } from "node:os";
import type { Database } from "better-sqlite3";
import { isClock } from "../contract/clock.ts";
import { StoreError } from "../contract/errors.ts";
import type { RunId, Series, Stretch } from "../contract/nouns.ts";
import { numberOf } from "./ids.ts";

export interface SeriesStore {
  /** Adds the points that event `seq` brought, in order of step. Call it inside a transaction. */
  append(run: RunId, seq: number, stretches: readonly Stretch[]): void;
  /**
   * Curves of one run, in order of metric name; all of its metrics where `metrics` is empty (its clock only by name), and none for a metric the run does not have. A step that was told twice has its later value.
   * With a range: its points, and the nearest one beyond either end.
   */
  read(run: RunId, metrics: readonly string[], range?: StepRange): readonly Series[];
  /** Forgets every point beyond `step`, and of what is measured at epochs' ends every point beyond `measuredStep`. Call it inside a transaction. */
  cut(run: RunId, step: number, measuredStep: number): void;
  /** Copies a run's points to another one, up to the same bounds, as its event `seq`. Call it inside a transaction. */
  copy(from: RunId, to: RunId, seq: number, step: number, measuredStep: number): void;
  /** The names of a run's metrics, in order. */
  metricsOf(run: RunId): readonly string[];
  /** The points brought by events after number `seq`, in order of metric name and step. */
  after(run: RunId, seq: number): readonly Stretch[];
}

/** Steps from `from` (0 where absent) to `to`, excluded (endless where absent). */
export interface StepRange { readonly from?: number | undefined; readonly to?: number | undefined }

interface Row { readonly metric: string; readonly from: number; readonly points: number; readonly steps: Buffer | null; readonly numbers: Buffer }

export function seriesStore(db: Database): SeriesStore {
  if (endianness() !== "LE") throw new StoreError("bigEndian", "a project's curves are little-endian numbers, and this machine's are not", {}, "Open the project on another machine.");
  const known = db.prepare<[string], { number: number }>("select number from metric where name = ?");
  const name = db.prepare("insert into metric (name) values (?)");
  const insert = db.prepare("insert into series (run, metric, seq, from_step, points, steps, numbers) values (?, ?, ?, ?, ?, ?, ?)");
  const later = db.prepare<[number, number], Row>(/* sql */ `
    select m.name as metric, s.from_step as "from", s.points, s.steps, s.numbers from series s join metric m on m.number = s.metric where s.run = ? and s.seq > ? order by m.name, s.seq`);
  const curve = db.prepare<[number, string], Row>(/* sql */ `
    select m.name as metric, s.from_step as "from", s.points, s.steps, s.numbers from series s join metric m on m.number = s.metric where s.run = ? and m.name = ? order by s.seq`);

  // Rows whose steps do not count up by one end where only their blob knows; there are few points in them, so they are always read.
  const part = db.prepare<{ run: number; metric: string; from: number; to: number }, Row>(/* sql */ `
    with curve as (select s.* from series s join metric m on m.number = s.metric where s.run = @run and m.name = @metric)
    select @metric as metric, from_step as "from", points, steps, numbers from curve
     where steps is not null
        or (from_step < @to and from_step + points > @from)
        or from_step = (select max(from_step) from curve where from_step < @from)
        or from_step = (select min(from_step) from curve where from_step >= @to)
     order by seq`);
  const names = db.prepare<[number], { name: string }>("select name from metric where number in (select distinct metric from series where run = ?) order by name");

  const numberOfMetric = (metric: string): number => known.get(metric)?.number ?? Number(name.run(metric).lastInsertRowid);

  // A stretch without steps of its own ends at from_step + points − 1; where another ends only its blob knows.
  const lasting = db.prepare<{ run: number; step: number }, Row & { rowid: number }>(/* sql */ `
    select s.rowid, m.name as metric, s.from_step as "from", s.points, s.steps, s.numbers from series s join metric m on m.number = s.metric
     where s.run = @run and (s.steps is not null or s.from_step + s.points - 1 > @step)`);
  const drop = db.prepare<[number]>("delete from series where rowid = ?");
  const shorten = db.prepare("update series set points = @points, steps = @steps, numbers = @numbers where rowid = @rowid");

  const metricNames = (run: number): string[] => names.all(run).map(({ name: metric }) => metric).filter((metric) => !isClock(metric));

  function put(run: number, seq: number, { metric, steps, values }: Stretch): void {
    if (steps.length === 0) return;
    const from = steps[0]!;
    insert.run(run, numberOfMetric(metric), seq, from, steps.length, steps.every((step, i) => step === from + i) ? null : bytesOf(steps), bytesOf(values));
  }

  return {
    append(run, seq, stretches) {
      const number = numberOf("r", run);
      for (const stretch of stretches) put(number, seq, stretch);
    },
    read(run, metrics, { from = 0, to = Infinity } = {}) {
      const number = numberOf("r", run);
      if (from > 0 || to < Infinity) {
        const wanted = metrics.length === 0 ? metricNames(number) : [...new Set(metrics)].sort();
        const rows = wanted.flatMap((metric) => part.all({ run: number, metric, from, to: Math.min(to, Number.MAX_SAFE_INTEGER) }));
        return joined(rows).map(({ metric, steps, values }) => ({ runId: run, metric, ...within(steps, values, from, to) }));
      }
      const rows = metrics.length === 0 ? later.all(number, 0).filter(({ metric }) => !isClock(metric)) : [...new Set(metrics)].sort().flatMap((metric) => curve.all(number, metric));
      return joined(rows).map((stretch) => ({ runId: run, ...stretch }));
    },
    cut(run, step, measuredStep) {
      const number = numberOf("r", run);
      for (const { rowid, metric, from, points, steps, numbers } of lasting.all({ run: number, step: Math.min(step, measuredStep) })) {
        const bound = isMeasured(metric) ? measuredStep : step;
        const left = pointsUpTo({ from, points, steps }, bound);
        if (left === points) continue;
        if (left === 0) drop.run(rowid);
        else shorten.run({ rowid, points: left, steps: steps === null ? null : steps.subarray(0, 8 * left), numbers: numbers.subarray(0, 8 * left) });
      }
    },
    copy(from, to, seq, step, measuredStep) {
      const target = numberOf("r", to);
      for (const { metric, steps, values } of joined(later.all(numberOf("r", from), 0))) {
        const bound = isMeasured(metric) ? measuredStep : step;
        const beyond = steps.findIndex((one) => one > bound);
        const kept = beyond < 0 ? steps.length : beyond;
        if (kept > 0) put(target, seq, { metric, steps: steps.slice(0, kept), values: values.slice(0, kept) });
      }
    },
    metricsOf: (run) => metricNames(numberOf("r", run)),
    after: (run, seq) => joined(later.all(numberOf("r", run), seq)),
  };
}

/** What is measured at an epoch's end, as against what every step brings of itself. */
const isMeasured = (metric: string): boolean => /^(train|validation|test)\//.test(metric);

/** How many of a stretch's points, which are in order, lie at or before a step. */
function pointsUpTo({ from, points, steps }: Pick<Row, "from" | "points" | "steps">, step: number): number {
  if (steps === null) return Math.max(0, Math.min(points, step - from + 1));
  const beyond = numbersOf(steps).findIndex((one) => one > step);
  return beyond < 0 ? points : beyond;
}

/** The points of a curve from `from` to `to` (excluded), with the nearest one beyond either end. */
export function within(steps: Float64Array, values: Float64Array, from: number, to: number): { steps: Float64Array; values: Float64Array } {
  const first = steps.findIndex((step) => step >= from);
  const start = Math.max(0, (first < 0 ? steps.length : first) - 1);
  const after = steps.findIndex((step) => step >= to);
  const end = after < 0 ? steps.length : after + 1;
  return { steps: steps.slice(start, end), values: values.slice(start, end) };
}

/** Rows in order of metric and arrival, as one stretch for each metric. */
function joined(rows: readonly Row[]): Stretch[] {
  const byMetric = new Map<string, Row[]>();
  for (const row of rows) {
    const group = byMetric.get(row.metric);
    if (group === undefined) byMetric.set(row.metric, [row]);
    else group.push(row);
  }
  return [...byMetric].map(([metric, group]) => {
    const points = group.reduce((sum, row) => sum + row.points, 0);
    const steps = new Float64Array(points);
    const values = new Float64Array(points);
    let at = 0;
    for (const row of group) {
      values.set(numbersOf(row.numbers), at);
      if (row.steps === null) for (let i = 0; i < row.points; i++) steps[at + i] = row.from + i;
      else steps.set(numbersOf(row.steps), at);
      at += row.points;
    }
    return { metric, ...inOrder(steps, values) };
  });
}

/** Steps ascending, each once with the value that came last; the columns themselves where that is so already. */
function inOrder(steps: Float64Array, values: Float64Array): { steps: Float64Array; values: Float64Array } {
  if (steps.every((step, i) => i === 0 || step > steps[i - 1]!)) return { steps, values };
  const latest = new Map<number, number>();
  steps.forEach((step, i) => latest.set(step, values[i]!));
  const sorted = [...latest].sort(([a], [b]) => a - b);
  return { steps: Float64Array.from(sorted, ([step]) => step), values: Float64Array.from(sorted, ([, value]) => value) };
}

const bytesOf = (numbers: Float64Array): Buffer => Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
/** A copy: a blob's memory may start anywhere, a Float64Array's may not. */
const numbersOf = (bytes: Buffer): Float64Array => new Float64Array(Uint8Array.prototype.slice.call(bytes).buffer);
