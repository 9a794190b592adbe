/**
 * Curves: (step, value) pairs by run and metric. That they are kept as rows of stretches, within chunks of 1024 points, each full chunk with a summary, stays in this file.
 * Rows of one curve follow each other in step and never overlap: what tells a step again replaces it.
 */

import { endianness } from "node:os";
import type { Database } from "better-sqlite3";
import { isClock } from "../contract/clock.ts";
import { StoreError } from "../contract/errors.ts";
import type { RunId, Series, Stretch } from "../contract/nouns.ts";
import { bucketSize, drawn, joinedGist, thin } from "../contract/thin.ts";
import type { Gist } from "../contract/thin.ts";
import { numberOf } from "./ids.ts";
import { blockPoints, chunkPoints, decoded, encoded, gistsOf } from "./series-summary.ts";

export interface SeriesStore {
  /** Adds the points that event `seq` brought, in order of step. Call it inside a transaction. */
  append(run: RunId, seq: number, stretches: readonly Stretch[]): void;
  /**
   * Curves of one run, in order of metric name; all of its metrics where `metrics` is empty (its clock only by name), and none for a metric the run does not have. A step that was told twice has its later value.
   * With a range: its points, and the nearest one beyond either end.
   */
  read(run: RunId, metrics: readonly string[], range?: StepRange): readonly Series[];
  /** The same curves as `thin` would make them of what `read` gives, to at most `points` each; a long one is made of its summaries, and most of its points stay unread. */
  thinned(run: RunId, metrics: readonly string[], points: number, range?: StepRange): readonly Series[];
  /** Forgets every point beyond `step`, and of what is measured at epochs' ends every point beyond `measuredStep`. Call it inside a transaction. */
  cut(run: RunId, step: number, measuredStep: number): void;
  /** Copies a run's points to another one, up to the same bounds, as its event `seq`. Call it inside a transaction. */
  copy(from: RunId, to: RunId, seq: number, step: number, measuredStep: number): void;
  /** The names of a run's metrics, in order; with its clocks where they are wanted. */
  metricsOf(run: RunId, withClocks?: boolean): readonly string[];
  /** How many points these runs have, of all their metrics, or of those named. */
  points(runs: readonly RunId[], metrics?: readonly string[]): number;
  /** One curve from its beginning, a stretch of at most 1024 points at a time: however long it is, little of it is held. */
  walk(run: RunId, metric: string): Generator<{ readonly steps: Float64Array; readonly values: Float64Array }>;
  /** The points brought by events after number `seq`, in order of metric name and step. */
  after(run: RunId, seq: number): readonly Stretch[];
  /** Puts rows as an older version or a rescue left them into the form they have here. Call it inside a transaction. */
  arrange(): void;
}

/** Steps from `from` (0 where absent) to `to`, excluded (endless where absent). */
export interface StepRange { readonly from?: number | undefined; readonly to?: number | undefined }

interface Row { readonly rowid: number; readonly seq: number; readonly from: number; readonly at: number; readonly points: number; readonly events: Buffer | null; readonly steps: Buffer | null; readonly numbers: Buffer }
interface Columns { readonly steps: Float64Array; readonly values: Float64Array }
/** One curve by the numbers of its run and metric. */
interface Curve { readonly run: number; readonly metric: number }

/** A full chunk that came in more rows than this is put into one: a slow training brings a point at a time. */
const mostRows = 4;
const endless = Number.MAX_SAFE_INTEGER;

export function seriesStore(db: Database): SeriesStore {
  if (endianness() !== "LE") throw new StoreError("bigEndian", "a project's curves are little-endian numbers, and this machine's are not", {}, "Open the project on another machine.");
  const known = db.prepare<[string], number>("select number from metric where name = ?").pluck();
  const name = db.prepare("insert into metric (name) values (?)");
  const names = db.prepare<[number], { number: number; name: string }>("select number, name from metric where number in (select distinct metric from series where run = ?) order by name");
  const held = db.prepare<[string], number | null>("select sum(points) from series where run in (select value from json_each(?))").pluck();

  const heldOf = db.prepare<[string, string], number | null>("select sum(points) from series where run in (select value from json_each(?)) and metric in (select number from metric where name in (select value from json_each(?)))").pluck();

  const insert = db.prepare("insert into series (run, metric, seq, from_step, at, points, events, steps, numbers) values (@run, @metric, @seq, @from, @at, @points, @events, @steps, @numbers)");
  const drop = db.prepare<[number]>("delete from series where rowid = ?");
  const columns = /* sql */ `rowid, seq, from_step as "from", at, points, events, steps, numbers`;
  const newest = db.prepare<Curve, { at: number; points: number; last: Buffer | number }>(/* sql */ `
    select at, points, coalesce(substr(steps, -8), from_step + points - 1) as last from series where run = @run and metric = @metric order by from_step desc limit 1`);
  const between = db.prepare<Curve & { after: number; to: number }, Row>(`select ${columns} from series where run = @run and metric = @metric and from_step > @after and from_step <= @to order by from_step`);
  const rowBefore = db.prepare<Curve & { step: number }, Row>(`select ${columns} from series where run = @run and metric = @metric and from_step < @step order by from_step desc limit 1`);
  const later = db.prepare<[number, number], Row & { metric: string }>(`select s.rowid, seq, from_step as "from", at, points, events, steps, numbers, m.name as metric from series s join metric m on m.number = s.metric where s.run = ? and s.seq > ? order by m.name, s.from_step`);
  const dropCurve = db.prepare<Curve>("delete from series where run = @run and metric = @metric");

  const curvesOf = (run: number) => names.all(run).filter((metric) => !isClock(metric.name));
  const summarize = db.prepare("insert into series_summary (run, metric, chunk, to_step, gists) values (@run, @metric, @chunk, @toStep, @gists)");
  const chunkEnd = db.prepare<Curve & { chunk: number }, number>("select to_step from series_summary where run = @run and metric = @metric and chunk = @chunk").pluck();
  const summaries = db.prepare<Curve & { from: number; to: number }, Buffer>("select gists from series_summary where run = @run and metric = @metric and chunk >= @from and chunk < @to order by chunk").pluck();
  const unsummarize = db.prepare<Curve & { step: number }>("delete from series_summary where run = @run and metric = @metric and to_step > @step");

  const numberOfMetric = (metric: string): number => known.get(metric) ?? Number(name.run(metric).lastInsertRowid);

  /** Points behind all that the curve has, ascending. */
  function put(curve: Curve, seq: number, { steps, values }: Columns, begin: number): void {
    for (let from = 0; from < steps.length;) {
      const at = begin + from;
      const to = Math.min(steps.length, from + chunkPoints - (at % chunkPoints));
      const part = { steps: steps.subarray(from, to), values: values.subarray(from, to) };
      insertRow(curve, seq, at, part);
      const chunk = Math.floor(at / chunkPoints);
      // A quick training brings whole chunks, which need not be read back.
      if (part.steps.length === chunkPoints) sum(curve, chunk, part);
      else if ((begin + to) % chunkPoints === 0) seal(curve, chunk);
      from = to;
    }
  }

  function insertRow(curve: Curve, seq: number, at: number, { steps, values }: Columns, events: Buffer | null = null): void {
    const from = steps[0]!;
    insert.run({ ...curve, seq, from, at, points: steps.length, events, steps: steps.every((step, i) => step === from + i) ? null : bytesOf(steps), numbers: bytesOf(values) });
  }

  function sum(curve: Curve, chunk: number, { steps, values }: Columns): void {
    summarize.run({ ...curve, chunk, toStep: steps.at(-1), gists: encoded(gistsOf(steps, values)) });
  }

  /** A chunk has become full. */
  function seal(curve: Curve, chunk: number): void {
    const rows = rowsOfChunk(curve, chunk);
    const whole = joined(rows);
    sum(curve, chunk, whole);
    if (rows.length <= mostRows) return;
    for (const { rowid } of rows) drop.run(rowid);
    insertRow(curve, Math.max(...rows.map(({ seq }) => seq)), rows[0]!.at, whole, eventsOfAll(rows));
  }

  /** The chunk before it must be full. */
  function rowsOfChunk(curve: Curve, chunk: number): Row[] {
    const after = chunk === 0 ? -1 : chunkEnd.get({ ...curve, chunk: chunk - 1 })!;
    return between.all({ ...curve, after, to: chunkEnd.get({ ...curve, chunk }) ?? endless });
  }

  function add(curve: Curve, seq: number, { steps, values }: Stretch): void {
    if (steps.length === 0) return;
    const end = newest.get(curve);
    const lastStep = end === undefined ? -1 : typeof end.last === "number" ? end.last : end.last.readDoubleLE();
    if (steps[0]! > lastStep && ascends(steps)) put(curve, seq, { steps, values }, end === undefined ? 0 : end.at + end.points);
    else rewrite(curve, seq, inOrder(concat([joined(between.all({ ...curve, after: -1, to: endless })), { steps, values }])));
  }

  /** A step came again: the curve is written anew. It happens where a split is looked at twice at the same step, to curves of a few points. */
  function rewrite(curve: Curve, seq: number, whole: Columns): void {
    dropCurve.run(curve);
    unsummarize.run({ ...curve, step: -1 });
    put(curve, seq, whole, 0);
  }

  /** Rows that hold a range and the nearest point beyond either end. */
  function rowsAround(curve: Curve, from: number, to: number): Row[] {
    const first = rowBefore.get({ ...curve, step: from });
    const rows = between.all({ ...curve, after: (first?.from ?? 0) - 1, to: Math.min(to, endless) });
    const end = rows.at(-1);
    // Where the last row ends before the range does, the next one begins beyond it.
    if (end === undefined || lastOf(end) < to) rows.push(...nextRow(curve, end?.from ?? -1));
    return rows;
  }

  const following = db.prepare<Curve & { after: number }, Row>(`select ${columns} from series where run = @run and metric = @metric and from_step > @after order by from_step limit 1`);
  const nextRow = (curve: Curve, after: number): Row[] => following.all({ ...curve, after });

  /** The numbers of the points a range takes, the nearest beyond either end among them; `to` excluded. */
  function span(curve: Curve, from: number, to: number, length: number): { readonly from: number; readonly to: number } {
    const before = from <= 0 ? undefined : rowBefore.get({ ...curve, step: from });
    const end = to === Infinity ? undefined : rowBefore.get({ ...curve, step: to });
    const countBefore = (row: Row, step: number): number => row.at + joined([row]).steps.filter((one) => one < step).length;
    return { from: before === undefined ? 0 : countBefore(before, from) - 1, to: to === Infinity ? length : Math.min(length, (end === undefined ? 0 : countBefore(end, to)) + 1) };
  }

  function thinnedCurve(curve: Curve, points: number, from: number, to: number): Columns {
    const end = newest.get(curve)!;
    const part = span(curve, from, to, end.at + end.points);
    const size = bucketSize(part.from, part.to, points);
    // Below four blocks to a bucket there are few points for each that is shown: they are read.
    if (size < 4 * blockPoints) {
      const raw = within(joined(rowsAround(curve, from, to)), from, to);
      return thin(raw.steps, raw.values, points, part.from);
    }
    const first = Math.floor(part.from / chunkPoints);
    const rest = Math.max(first + 1, Math.floor(part.to / chunkPoints));
    const head = numbered(joined(rowsOfChunk(curve, first)), first * chunkPoints, part.from, part.to);
    const tail = part.to > rest * chunkPoints ? gistsAt(numbered(joined(rowsOfChunk(curve, rest)), rest * chunkPoints, rest * chunkPoints, part.to)) : [];
    const middle = summaries.all({ ...curve, from: first + 1, to: rest }).flatMap((bytes, i) => decoded(bytes).map((gist, block) => ({ at: (first + 1 + i) * chunkPoints + block * blockPoints, gist })));
    const buckets: Gist[] = [];
    let bucket = -1;
    for (const { at, gist } of [...gistsAt(head), ...middle, ...tail]) {
      const own = Math.floor(at / size);
      if (own === bucket) buckets.push(joinedGist(buckets.pop()!, gist));
      else buckets.push(gist);
      bucket = own;
    }
    return drawn(head.steps[0]!, head.values[0]!, buckets);
  }

  /** Metrics by number, in order of name. */
  function wantedOf(run: number, metrics: readonly string[]): readonly { readonly number: number; readonly name: string }[] {
    return metrics.length === 0 ? curvesOf(run) : names.all(run).filter(({ name }) => metrics.includes(name));
  }

  return {
    append(run, seq, stretches) {
      const number = numberOf("r", run);
      for (const stretch of stretches) add({ run: number, metric: numberOfMetric(stretch.metric) }, seq, stretch);
    },
    read(id, metrics, { from = 0, to = Infinity } = {}) {
      const run = numberOf("r", id);
      return wantedOf(run, metrics).map(({ number: metric, name }) => ({ runId: id, metric: name, ...within(joined(rowsAround({ run, metric }, from, to)), from, to) }));
    },
    thinned(id, metrics, points, { from = 0, to = Infinity } = {}) {
      const run = numberOf("r", id);
      return wantedOf(run, metrics).map(({ number: metric, name }) => ({ runId: id, metric: name, ...thinnedCurve({ run, metric }, points, from, to) }));
    },
    cut(id, step, measuredStep) {
      const run = numberOf("r", id);
      for (const { number: metric, name } of names.all(run)) {
        const curve = { run, metric };
        const bound = isMeasured(name) ? measuredStep : step;
        const over = rowBefore.get({ ...curve, step: bound + 1 });
        for (const { rowid } of between.all({ ...curve, after: bound, to: endless })) drop.run(rowid);
        unsummarize.run({ ...curve, step: bound });
        if (over === undefined || lastOf(over) <= bound) continue;
        drop.run(over.rowid);
        insertRow(curve, over.seq, over.at, upTo(joined([over]), bound), over.events);
      }
    },
    copy(from, to, seq, step, measuredStep) {
      const [run, target] = [numberOf("r", from), numberOf("r", to)];
      for (const { number: metric, name } of names.all(run)) {
        const kept = upTo(joined(between.all({ run, metric, after: -1, to: endless })), isMeasured(name) ? measuredStep : step);
        put({ run: target, metric }, seq, kept, 0);
      }
    },
    metricsOf: (run, withClocks = false) => (withClocks ? names.all(numberOf("r", run)) : curvesOf(numberOf("r", run))).map(({ name }) => name),
    after: (run, seq) => [...Map.groupBy(later.all(numberOf("r", run), seq), ({ metric }) => metric)].map(([metric, rows]) => ({ metric, ...concat(rows.map((row) => newOf(row, seq))) })),
    arrange() {
      for (const curve of db.prepare<[], Curve>("select distinct run, metric from series").all()) {
        // In the order in which they came, for a step that was told twice has its later value.
        const rows = db.prepare<Curve, Row>(`select ${columns} from series where run = @run and metric = @metric order by seq, from_step`).all(curve);
        rewrite(curve, Math.max(...rows.map(({ seq }) => seq)), inOrder(joined(rows)));
      }
    },
    points(runs, metrics = []) {
      const numbers = JSON.stringify(runs.map((run) => numberOf("r", run)));
      return (metrics.length === 0 ? held.get(numbers) : heldOf.get(numbers, JSON.stringify(metrics))) ?? 0;
    },
    *walk(run, name) {
      const curve = { run: numberOf("r", run), metric: known.get(name) ?? -1 };
      for (const row of between.iterate({ ...curve, after: -1, to: endless })) yield joined([row]);
    },
  };
}

/** What is measured at an epoch's end, as against what every step brings of itself. */
const isMeasured = (metric: string): boolean => /^(train|validation|test)\//.test(metric);

/** An event and how many of a row's points there were after it, for each that brought some of them. */
function eventsOf({ seq, points, events }: Row): readonly (readonly [event: number, to: number])[] {
  if (events === null) return [[seq, points]];
  const pairs = Array.from({ length: events.byteLength / 8 }, (_, i) => [events.readInt32LE(8 * i), Math.min(points, events.readInt32LE(8 * i + 4))] as const);
  // A row may have been cut short since.
  return pairs.slice(0, pairs.findIndex(([, to]) => to === points) + 1);
}

/** The same of rows that are to be one. */
function eventsOfAll(rows: readonly Row[]): Buffer {
  return Buffer.from(Int32Array.from(rows.flatMap((row) => eventsOf(row).flatMap(([event, to]) => [event, row.at - rows[0]!.at + to]))).buffer);
}

/** Of a row whose newest event is later than `seq`, the points that came after it. */
function newOf(row: Row, seq: number): Columns {
  const heard = eventsOf(row).findLast(([event]) => event <= seq)?.[1] ?? 0;
  const { steps, values } = joined([row]);
  return heard === 0 ? { steps, values } : { steps: steps.slice(heard), values: values.slice(heard) };
}

const lastOf = ({ steps, from, points }: Row): number => (steps === null ? from + points - 1 : steps.readDoubleLE(steps.byteLength - 8));

/** The points up to a step, which is among them. */
function upTo({ steps, values }: Columns, bound: number): Columns {
  const beyond = steps.findIndex((step) => step > bound);
  return beyond < 0 ? { steps, values } : { steps: steps.slice(0, beyond), values: values.slice(0, beyond) };
}

/** The points of a curve from `from` to `to` (excluded), with the nearest one beyond either end. */
export function within({ steps, values }: Columns, from: number, to: number): Columns {
  if (from <= 0 && to === Infinity) return { steps, values };
  const first = steps.findIndex((step) => step >= from);
  const start = Math.max(0, (first < 0 ? steps.length : first) - 1);
  const after = steps.findIndex((step) => step >= to);
  const end = after < 0 ? steps.length : after + 1;
  return { steps: steps.slice(start, end), values: values.slice(start, end) };
}

/** Points and the number of the first of them in the curve. */
interface Numbered extends Columns { readonly at: number }

/** Of points whose first is number `at`, those from number `from` to `to` (excluded). */
function numbered({ steps, values }: Columns, at: number, from: number, to: number): Numbered {
  return { at: from, steps: steps.subarray(from - at, to - at), values: values.subarray(from - at, to - at) };
}

/** Gists of points that may begin and end within a block, each with the number of its first point. */
function gistsAt({ at, steps, values }: Numbered): { at: number; gist: Gist }[] {
  const lead = Math.min(values.length, (blockPoints - (at % blockPoints)) % blockPoints);
  const first = lead === 0 ? [] : gistsOf(steps.subarray(0, lead), values.subarray(0, lead)).map((gist) => ({ at, gist }));
  return [...first, ...gistsOf(steps.subarray(lead), values.subarray(lead)).map((gist, i) => ({ at: at + lead + i * blockPoints, gist }))];
}

/** Rows in their order, as two columns. */
function joined(rows: readonly Row[]): Columns {
  const points = rows.reduce((sum, row) => sum + row.points, 0);
  const steps = new Float64Array(points);
  const values = new Float64Array(points);
  let at = 0;
  for (const row of rows) {
    values.set(numbersOf(row.numbers), at);
    if (row.steps === null) for (let i = 0; i < row.points; i++) steps[at + i] = row.from + i;
    else steps.set(numbersOf(row.steps), at);
    at += row.points;
  }
  return { steps, values };
}

function concat(parts: readonly Columns[]): Columns {
  const length = parts.reduce((sum, { steps }) => sum + steps.length, 0);
  const whole = { steps: new Float64Array(length), values: new Float64Array(length) };
  let at = 0;
  for (const { steps, values } of parts) {
    whole.steps.set(steps, at);
    whole.values.set(values, at);
    at += steps.length;
  }
  return whole;
}

const ascends = (steps: Float64Array): boolean => steps.every((step, i) => i === 0 || step > steps[i - 1]!);

/** Steps ascending, each once with the value that came last; the columns themselves where that is so already. */
function inOrder({ steps, values }: Columns): Columns {
  if (ascends(steps)) return { steps, values };
  const latest = new Map<number, number>();
  steps.forEach((step, i) => latest.set(step, values[i]!));
  const sorted = [...latest].sort(([a], [b]) => a - b);
  return { steps: Float64Array.from(sorted, ([step]) => step), values: Float64Array.from(sorted, ([, value]) => value) };
}

const bytesOf = (numbers: Float64Array): Buffer => Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
/** A copy: a blob's memory may start anywhere, a Float64Array's may not. */
const numbersOf = (bytes: Buffer): Float64Array => new Float64Array(Uint8Array.prototype.slice.call(bytes).buffer);
