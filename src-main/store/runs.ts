/** Runs: their specs, states and results. Every change counts one event of the run; points are appended in the change's own transaction. */

import type { Database } from "better-sqlite3";
import type { EpochHash, LayerShape, Note, Run, RunId, RunSpec, RunState, Stretch } from "../contract/nouns.ts";
import type { CheckpointStore, WrittenCheckpoint } from "./checkpoints.ts";
import { nameOf, noSuch, numberOf } from "./ids.ts";
import { Bindings } from "./query-sql.ts";
import { admitted } from "./run-rows.ts";
import type { Scope } from "./run-rows.ts";
import type { SeriesStore } from "./series.ts";
import type { Transactions } from "./transactions.ts";

export interface NewRun extends Pick<Run, "experimentId" | "name" | "data" | "layers" | "parameters" | "createdMs" | "epochs" | "steps" | "engine"> {
  /** Complete, defaults filled in, so a changed default never rewrites history. */
  readonly spec: RunSpec;
}

/** Where a training stands, all its notes, and the points and weight hashes since the last report. */
export interface Standing extends Pick<Run, "epoch" | "step" | "trainingMs" | "metrics" | "notes"> { readonly series: readonly Stretch[]; readonly hashes: readonly EpochHash[] }

export interface Ending extends Standing {
  readonly state: "finished" | "stopped" | "failed" | "interrupted";
  readonly reason: Run["reason"];
  readonly endedMs: number;
  readonly weightHash: string | null;
  readonly checkpoint: WrittenCheckpoint | null;
}

/** A run and the number of its newest event. */
export interface Told { readonly run: Run; readonly seq: number }

export interface RunStore {
  /** Queues one group of runs, in one transaction; they share a colour, and that of the run they are `like`, whose group they then join. */
  addGroup(runs: readonly NewRun[], like?: RunId): readonly Told[];
  /** Throws StoreError when there is no such run. */
  get(id: RunId): Told;
  /** In order of epoch. */
  weightHashes(id: RunId): readonly EpochHash[];
  /** Newest first, at most `limit`. */
  list(scope?: Scope, limit?: number): readonly Run[];
  /** How many are active, by state. */
  counts(): { readonly training: number; readonly queued: number; readonly paused: number };
  setState(id: RunId, state: "running" | "paused"): Told;
  begin(id: RunId, startedMs: number): Told;
  /** A measurement, not a fact: see Transactions. */
  record(id: RunId, standing: Standing): Told;
  /** Two events: the last points, then the new state. */
  end(id: RunId, ending: Ending): Told;
  /** The metrics of one more look at the test split. */
  openTest(id: RunId, metrics: Run["metrics"], series: readonly Stretch[]): Told;
  /** Every run that a dead program left queued, running or paused becomes interrupted. Returns their ids. Call it inside a facts transaction. */
  interruptAbandoned(foundMs: number): readonly RunId[];
}

interface Row {
  number: number; experiment: number; group_number: number; name: string; spec: string; state: RunState; reason: string | null; data: string; layers: string; parameters: number;
  created_ms: number; started_ms: number | null; ended_ms: number | null; training_ms: number; epoch: number; epochs: number; step: number; steps: number;
  metrics: string; notes: string; weight_hash: string | null; test_openings: number; version: string; executor: string; seq: number;
}

export function runStore(db: Database, { metrics: inMetrics, facts }: Transactions, series: SeriesStore, checkpoints: CheckpointStore): RunStore {
  const one = db.prepare<[number], Row>("select * from run where number = ?");
  const lastGroup = db.prepare<[], { last: number }>("select coalesce(max(group_number), 0) as last from run");
  const insert = db.prepare(/* sql */ `
    insert into run (experiment, group_number, name, spec, state, data, layers, parameters, created_ms, epochs, steps, version, executor)
    values (@experiment, @group, @name, @spec, 'queued', @data, @layers, @parameters, @createdMs, @epochs, @steps, @version, @executor)`);
  const setState = db.prepare("update run set state = @state, seq = seq + 1 where number = @number");
  const begin = db.prepare("update run set state = 'running', started_ms = @startedMs, seq = seq + 1 where number = @number and state = 'queued'");
  const stand = db.prepare("update run set epoch = @epoch, step = @step, training_ms = @trainingMs, metrics = @metrics, notes = @notes, seq = seq + 1 where number = @number");
  const end = db.prepare("update run set state = @state, reason = @reason, ended_ms = max(@endedMs, created_ms), weight_hash = @weightHash, test_openings = test_openings + @opened, seq = seq + 1 where number = @number");
  const openTest = db.prepare("update run set metrics = @metrics, test_openings = test_openings + 1, seq = seq + 1 where number = @number");
  const abandoned = db.prepare<[], Row>("select * from run where state in ('queued', 'running', 'paused') order by number");
  const active = db.prepare<[], { training: number; queued: number; paused: number }>(/* sql */ `
    select count(*) filter (where state = 'running') as training, count(*) filter (where state = 'queued') as queued, count(*) filter (where state = 'paused') as paused
      from run where state in ('queued', 'running', 'paused')`);
  const interrupt = db.prepare("update run set state = 'interrupted', reason = @reason, ended_ms = max(@foundMs, created_ms), seq = seq + 1 where number = @number");

  const insertHash = db.prepare("insert into weight_hash (run, epoch, hash) values (@number, @epoch, @hash) on conflict (run, epoch) do update set hash = excluded.hash");
  const hashes = db.prepare<[number], EpochHash>("select epoch, hash from weight_hash where run = ? order by epoch");

  function get(id: RunId): Told {
    const row = one.get(numberOf("r", id));
    if (row === undefined) throw noSuch("r", id);
    return { run: toRun(row), seq: row.seq };
  }

  function write(id: RunId, { epoch, step, trainingMs, metrics, notes, series: points, hashes: taken }: Standing): void {
    const number = numberOf("r", id);
    stand.run({ number, epoch, step, trainingMs, metrics: metricsText(metrics), notes: JSON.stringify(notes) });
    for (const hash of taken) insertHash.run({ number, ...hash });
    series.append(id, one.get(numberOf("r", id))!.seq, points);
  }

  return {
    addGroup(runs, like) {
      const joined = like === undefined ? null : get(like).run.colour;
      const ids = facts(() => {
        const group = joined ?? lastGroup.get()!.last + 1;
        return runs.map((run) => nameOf("r", Number(insert.run({
          experiment: numberOf("e", run.experimentId), group, name: run.name, spec: JSON.stringify(run.spec), data: JSON.stringify(run.data), layers: JSON.stringify(run.layers),
          parameters: run.parameters, createdMs: run.createdMs, epochs: run.epochs, steps: run.steps, version: run.engine.version, executor: run.engine.executor,
        }).lastInsertRowid)));
      });
      return ids.map(get);
    },
    get,
    weightHashes: (id) => hashes.all(numberOf("r", get(id).run.id)),
    list(scope = {}, limit = -1) {
      const bindings = new Bindings();
      const sql = `select * from run where number in (${admitted(scope, bindings)}) order by number desc limit ${bindings.bind(limit)}`;
      return (db.prepare(sql).all(bindings.values) as Row[]).map(toRun);
    },
    counts: () => active.get()!,
    setState(id, state) {
      facts(() => setState.run({ number: numberOf("r", id), state }));
      return get(id);
    },
    begin(id, startedMs) {
      facts(() => begin.run({ number: numberOf("r", id), startedMs }));
      return get(id);
    },
    record(id, standing) {
      inMetrics(() => { write(id, standing); });
      return get(id);
    },
    end(id, ending) {
      facts(() => {
        write(id, ending);
        end.run({
          number: numberOf("r", id), state: ending.state, reason: ending.reason === null ? null : JSON.stringify(ending.reason), endedMs: ending.endedMs,
          weightHash: ending.weightHash, opened: Object.keys(ending.metrics).some((name) => name.startsWith("test/")) ? 1 : 0,
        });
        if (ending.checkpoint !== null) checkpoints.name(id, ending.checkpoint, ending.endedMs);
      });
      return get(id);
    },
    openTest(id, metrics, points) {
      facts(() => {
        const { run, seq } = get(id);
        openTest.run({ number: numberOf("r", id), metrics: metricsText({ ...run.metrics, ...metrics }) });
        series.append(id, seq + 1, points);
      });
      return get(id);
    },
    interruptAbandoned(foundMs) {
      return abandoned.all().map(({ number, state, step }) => {
        const message = state === "queued" ? "the program ended before this run began" : `the program ended while this run was ${state === "paused" ? "paused" : "training"}, at step ${step}`;
        interrupt.run({ number, foundMs, reason: JSON.stringify({ code: "interrupted", message, hint: "Its points are kept. Start a new run from its spec to train again.", step }) });
        return nameOf("r", number);
      });
    },
  };
}

function toRun(row: Row): Run {
  return {
    id: nameOf("r", row.number), experimentId: nameOf("e", row.experiment), groupId: nameOf("g", row.group_number), colour: row.group_number, name: row.name,
    spec: JSON.parse(row.spec) as RunSpec, state: row.state, reason: row.reason === null ? null : (JSON.parse(row.reason) as Run["reason"]),
    data: JSON.parse(row.data) as Run["data"], layers: JSON.parse(row.layers) as LayerShape[], parameters: row.parameters,
    createdMs: row.created_ms, startedMs: row.started_ms, endedMs: row.ended_ms, trainingMs: row.training_ms,
    epoch: row.epoch, epochs: row.epochs, step: row.step, steps: row.steps, metrics: metricsFrom(row.metrics), notes: JSON.parse(row.notes) as Note[],
    weightHash: row.weight_hash, testOpenings: row.test_openings, engine: { version: row.version, executor: row.executor },
  };
}

/** JSON has no NaN and no infinity; they are written as the text JavaScript gives them, and Number() reads it back. */
const metricsText = (metrics: Run["metrics"]): string => JSON.stringify(metrics, (_, value: unknown) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value));
const metricsFrom = (text: string): Run["metrics"] => Object.fromEntries(Object.entries(JSON.parse(text) as Record<string, number | string>).map(([name, value]) => [name, Number(value)]));
