/** What a run's layers looked like at some of its steps. Thinned in time: the longer a run, the farther apart its records, and never more than so many bytes. */

import type { Database } from "better-sqlite3";
import { unpackSpread } from "../contract/histograms.ts";
import type { Histograms, LayerShot } from "../contract/histograms.ts";
import type { RunId } from "../contract/nouns.ts";
import { numberOf } from "./ids.ts";

/** What the records of one run may take: 256 moments tell more than a screen has columns. A large network keeps fewer, but 16. */
const bound = { records: 256, bytes: 2_000_000, least: 16 } as const;

export interface LayerRecordStore {
  /** Keeps records, in order of step, and lets go of those that lie too near. Call it inside a transaction. */
  append(run: RunId, shots: readonly LayerShot[]): void;
  /** The spreads of one part; of the first there is where `part` is null or unknown. */
  read(run: RunId, part: string | null): Histograms;
  /** Forgets records beyond `step`. Call it inside a transaction. */
  cut(run: RunId, step: number): void;
  /** Copies the records up to `step` to another run. Call it inside a transaction. */
  copy(from: RunId, to: RunId, step: number): void;
}

interface Row { readonly step: number; readonly epoch: number; readonly apart: number; readonly names: string; readonly numbers: Buffer }

export function layerRecordStore(db: Database): LayerRecordStore {
  const insert = db.prepare("insert or replace into layer_record (run, step, epoch, apart, names, numbers) values (@run, @step, @epoch, @apart, @names, @numbers)");
  const lastTwo = db.prepare<[number], Pick<Row, "step" | "apart">>("select step, apart from layer_record where run = ? order by step desc limit 2");
  const size = db.prepare<[number], { records: number; bytes: number }>("select count(*) as records, coalesce(sum(length(numbers) + length(names)), 0) as bytes from layer_record where run = ?");
  const steps = db.prepare<[number], number>("select step from layer_record where run = ? order by step").pluck();
  const drop = db.prepare<[number, number]>("delete from layer_record where run = ? and step = ?");
  const widen = db.prepare<[number, number, number]>("update layer_record set apart = ? where run = ? and step = ?");
  const all = db.prepare<[number], Row>("select step, epoch, apart, names, numbers from layer_record where run = ? order by step");
  const cut = db.prepare<[number, number]>("delete from layer_record where run = ? and step > ?");
  const copy = db.prepare("insert into layer_record (run, step, epoch, apart, names, numbers) select @to, step, epoch, apart, names, numbers from layer_record where run = @from and step <= @step");

  function put(run: number, { step, epoch, names, numbers }: LayerShot): void {
    const [last, before] = lastTwo.all(run);
    // The newest record is always there; the one before it goes where it lies too near to its own predecessor.
    if (last !== undefined && before !== undefined && last.step - before.step < last.apart) drop.run(run, last.step);
    insert.run({ run, step, epoch, apart: last?.apart ?? 0, names: JSON.stringify(names), numbers: Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength) });
    for (let { records, bytes } = size.get(run)!; records > bound.least && (records > bound.records || bytes > bound.bytes); { records, bytes } = size.get(run)!) thin(run);
  }

  /** Twice as far apart as the nearest two after the untrained network lie, or as was asked for before. The first and the last stay. */
  function thin(run: number): void {
    const kept = steps.all(run), last = kept.at(-1)!;
    const nearest = kept.slice(2).reduce((least, step, i) => Math.min(least, step - kept[i + 1]!), Infinity);
    const apart = 2 * Math.max(nearest, lastTwo.all(run)[0]?.apart ?? 0);
    let previous = -Infinity;
    for (const step of kept) {
      if (step !== last && step - previous < apart) drop.run(run, step);
      else previous = step;
    }
    widen.run(apart, run, last);
  }

  return {
    append(run, shots) {
      const number = numberOf("r", run);
      for (const shot of shots) put(number, shot);
    },
    read(run, part) {
      const rows = all.all(numberOf("r", run)).map(({ names, ...rest }) => ({ ...rest, names: JSON.parse(names) as string[] }));
      const names = [...new Set(rows.flatMap((row) => row.names))];
      const asked = part !== null && names.includes(part) ? part : names[0] ?? "";
      return { names, part: asked, spreads: rows.flatMap((row) => { const place = row.names.indexOf(asked); return place < 0 ? [] : [unpackSpread(row, place)]; }) };
    },
    cut(run, step) { cut.run(numberOf("r", run), step); },
    copy(from, to, step) { copy.run({ from: numberOf("r", from), to: numberOf("r", to), step }); },
  };
}
