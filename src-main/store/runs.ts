/** Runs: their specs, states and results. Every change counts one event of the run; points are appended in the change's own transaction. */

import type { Database } from "better-sqlite3";
import { StoreError } from "../contract/errors.ts";
import type { Deed, EpochHash, LayerShape, Note, Replay, Run, RunId, RunOfSweep, RunSpec, RunState, Stretch } from "../contract/nouns.ts";
import type { Alert } from "../contract/alerts.ts";
import type { DiagnosisWish } from "../contract/diagnosis.ts";
import type { ForeignOrigin } from "../contract/foreign-runs.ts";
import type { LayerShot } from "../contract/histograms.ts";
import type { CheckpointStore, WrittenCheckpoint } from "./checkpoints.ts";
import { nameOf, noSuch, numberOf } from "./ids.ts";
import { metricsFrom, metricsText } from "./metrics-text.ts";
import { Bindings } from "./query-sql.ts";
import { admitted } from "./run-rows.ts";
import type { Scope } from "./run-rows.ts";
import type { LayerRecordStore } from "./layer-records.ts";
import type { SeriesStore } from "./series.ts";
import type { Transactions } from "./transactions.ts";

export interface NewRun extends Pick<Run, "experimentId" | "name" | "data" | "layers" | "parameters" | "createdMs" | "epochs" | "steps" | "engine"> {
  /** Complete, defaults filled in, so a changed default never rewrites history. */
  readonly spec: RunSpec;
  /** 0 where absent. */
  readonly priority?: number;
  readonly sweep?: RunOfSweep;
  /** Changes that it will meet on its way; none where absent. */
  readonly history?: readonly Deed[];
}

/** Where a training stands, all its notes, and the points, weight hashes, records of layers and alerts since the last report. */
export interface Standing extends Pick<Run, "epoch" | "step" | "trainingMs" | "metrics" | "notes"> {
  readonly series: readonly Stretch[];
  readonly hashes: readonly EpochHash[];
  readonly shots?: readonly LayerShot[];
  readonly alerts?: readonly Alert[];
}

/** A run has at most so many. */
const mostTags = 50;

export interface Ending extends Standing {
  readonly state: "finished" | "stopped" | "failed" | "interrupted";
  readonly reason: Run["reason"];
  readonly endedMs: number;
  readonly weightHash: string | null;
  readonly checkpoint: WrittenCheckpoint | null;
}

/** What a person marks a run with. */
export type Marks = { readonly [K in "name" | "tags" | "isPinned" | "isArchived" | "isBaseline"]?: Run[K] | undefined };

/** A run and the number of its newest event. */
export interface Told { readonly run: Run; readonly seq: number }

export interface RunStore {
  /** Queues one group of runs, in one transaction; they share a colour, and that of the run they are `like`, whose group they then join. */
  addGroup(runs: readonly NewRun[], like?: RunId): readonly Told[];
  /** Throws StoreError when there is no such run. */
  get(id: RunId): Told;
  /** Null where it is gone. */
  found(id: RunId): Run | null;
  /** In order of epoch. */
  weightHashes(id: RunId): readonly EpochHash[];
  /** Newest first, at most `limit`. */
  list(scope?: Scope, limit?: number): readonly Run[];
  /** Every run's newest event number. */
  events(): ReadonlyMap<RunId, number>;
  /** How many are active, by state. */
  counts(): { readonly training: number; readonly queued: number; readonly paused: number };
  /** Another priority. */
  rank(id: RunId, priority: number): Told;
  /** Waiting runs in their order; no event, for no run has changed but in where it stands. */
  arrange(ids: readonly RunId[]): void;
  setState(id: RunId, state: "running" | "paused"): Told;
  begin(id: RunId, startedMs: number): Told;
  /** A run that was over waits again for a place. Its points and states stay as they are until it goes on. */
  requeue(id: RunId): Told;
  /**
   * A run goes on from one of its checkpoints, or from the beginning where `at` is null: in one transaction it is running, stands where it stood then,
   * and what came after is forgotten. Returns the checkpoint files that are let go.
   */
  goOn(id: RunId, at: WrittenCheckpoint | null, startedMs: number): { readonly told: Told; readonly gone: readonly string[] };
  /** Queues a run that begins where another one stood: with its points and hashes up to there, and its state, whose file both rows name. */
  branch(run: NewRun, from: RunId, at: WrittenCheckpoint, deed: Deed): Told;
  /** Marks a run; what is absent stays. A new baseline takes the place of its experiment's old one, whose id is returned with it. */
  mark(id: RunId, marks: Marks): readonly Told[];
  /** Marks many runs in one transaction and returns those that it changed. Throws StoreError, and marks none, where one does not exist or would have more than 50 tags. */
  markAll(ids: readonly RunId[], marks: { readonly addTag?: string | undefined; readonly removeTag?: string | undefined; readonly isArchived?: boolean | undefined }): readonly RunId[];
  /** Keeps the verdict of a replay. */
  replayed(id: RunId, replay: Replay): Told;
  /** Notes a deed, and where it changes how long training is, that too. */
  note(id: RunId, deed: Deed, length?: { readonly epochs: number; readonly steps: number }): Told;
  /** Notes what was noticed outside of a report. */
  alert(id: RunId, alert: Alert): Told;
  /** Keeps what a person said of a run's errors. */
  diagnosed(id: RunId, wish: DiagnosisWish): Told;
  /** A measurement, not a fact: see Transactions. */
  record(id: RunId, standing: Standing): Told;
  /** Two events: the last points, then the new state. */
  end(id: RunId, ending: Ending): Told;
  /** The metrics of one more look at the test split. */
  openTest(id: RunId, metrics: Run["metrics"], series: readonly Stretch[]): Told;
  /** Every run that a dead program left queued, running or paused becomes interrupted. Returns their ids in the order of the queue, and once those of runs that were interrupted in order. Call it inside a facts transaction. */
  interruptAbandoned(foundMs: number): readonly RunId[];
}

interface Row {
  number: number; experiment: number; group_number: number; name: string; spec: string; state: RunState; reason: string | null; data: string; layers: string; parameters: number;
  created_ms: number; started_ms: number | null; ended_ms: number | null; training_ms: number; epoch: number; epochs: number; step: number; steps: number;
  metrics: string; notes: string; weight_hash: string | null; test_openings: number; version: string; executor: string; seq: number; history: string; parent: number | null; replay: string | null; trashed_ms: number | null; tags: string; is_pinned: number; is_archived: number; is_baseline: number; priority: number; place: number | null; alerts: string; diagnosis: string | null; origin: string | null;
  sweep: number | null; trial: number | null; trial_repeat: number | null; is_confirmation: number;
}

export function runStore(db: Database, { metrics: inMetrics, facts }: Transactions, series: SeriesStore, records: LayerRecordStore, checkpoints: CheckpointStore): RunStore {
  const one = db.prepare<[number], Row>("select * from run where number = ?");
  const lastGroup = db.prepare<[], { last: number }>("select coalesce(max(group_number), 0) as last from run");
  const insert = db.prepare(/* sql */ `
    insert into run (experiment, group_number, name, spec, state, data, layers, parameters, created_ms, epochs, steps, version, executor, priority, sweep, trial, trial_repeat, is_confirmation, history)
    values (@experiment, @group, @name, @spec, 'queued', @data, @layers, @parameters, @createdMs, @epochs, @steps, @version, @executor, @priority, @sweep, @trial, @repeat, @isConfirmation, @history)`);
  const requeue = db.prepare("update run set state = 'queued', reason = null, ended_ms = null, seq = seq + 1 where number = @number");
  const goOn = db.prepare(/* sql */ `
    update run set state = 'running', place = null, reason = null, ended_ms = null, started_ms = coalesce(started_ms, @startedMs), epoch = @epoch, step = @step, training_ms = @trainingMs,
           metrics = @metrics, notes = '[]', weight_hash = null, replay = null, history = @history, alerts = @alerts, seq = seq + 1 where number = @number`);
  const note = db.prepare("update run set history = @history, epochs = coalesce(@epochs, epochs), steps = coalesce(@steps, steps), seq = seq + 1 where number = @number");
  const begunAt = db.prepare("update run set parent = @parent, step = @step, epoch = @epoch, metrics = @metrics, history = @history where number = @number");
  const copyHashes = db.prepare("insert into weight_hash (run, epoch, hash) select @number, epoch, hash from weight_hash where run = @from and epoch <= @epoch");
  const mark = db.prepare(/* sql */ `
    update run set name = coalesce(@name, name), tags = coalesce(@tags, tags), is_pinned = coalesce(@pinned, is_pinned), is_archived = coalesce(@archived, is_archived),
           is_baseline = coalesce(@baseline, is_baseline), seq = seq + 1 where number = @number`);
  const otherBaselines = db.prepare<[number, number], number>("select number from run where is_baseline = 1 and number <> ? and experiment = (select experiment from run where number = ?)").pluck();
  const marks = db.prepare<[number], Pick<Row, "tags" | "is_archived">>("select tags, is_archived from run where number = ?");
  const unbase = db.prepare<[number]>("update run set is_baseline = 0, seq = seq + 1 where number = ?");
  const keepReplay = db.prepare("update run set replay = @replay, seq = seq + 1 where number = @number");
  const forgetHashes = db.prepare("delete from weight_hash where run = @number and epoch > @epoch");
  const addAlerts = db.prepare("update run set alerts = @alerts where number = @number");
  const diagnosed = db.prepare("update run set diagnosis = @diagnosis, seq = seq + 1 where number = @number");
  const touch = db.prepare<[number]>("update run set seq = seq + 1 where number = ?");
  const setState = db.prepare("update run set state = @state, seq = seq + 1 where number = @number");
  const rank = db.prepare("update run set priority = @priority, seq = seq + 1 where number = @number");
  const arrange = db.prepare("update run set place = @place where number = @number and place is not @place");
  const placeOf = db.prepare<[number], number | null>("select place from run where number = ?").pluck();
  const begin = db.prepare("update run set state = 'running', place = null, started_ms = @startedMs, seq = seq + 1 where number = @number and state = 'queued'");
  const stand = db.prepare("update run set epoch = @epoch, step = @step, training_ms = @trainingMs, metrics = @metrics, notes = @notes, seq = seq + 1 where number = @number");
  const end = db.prepare("update run set state = @state, place = case @state when 'interrupted' then place end, reason = @reason, ended_ms = max(@endedMs, created_ms), weight_hash = @weightHash, test_openings = test_openings + @opened, seq = seq + 1 where number = @number");
  const openTest = db.prepare("update run set metrics = @metrics, test_openings = test_openings + 1, seq = seq + 1 where number = @number");
  const abandoned = db.prepare<[], Row>("select * from run where state in ('queued', 'running', 'paused') order by priority desc, place, number");
  const active = db.prepare<[], { training: number; queued: number; paused: number }>(/* sql */ `
    select count(*) filter (where state = 'running') as training, count(*) filter (where state = 'queued') as queued, count(*) filter (where state = 'paused') as paused
      from run where state in ('queued', 'running', 'paused') and origin is null`);
  const seqs = db.prepare<[], [number, number]>("select number, seq from run").raw();
  const interrupt = db.prepare("update run set state = 'interrupted', reason = @reason, ended_ms = max(@foundMs, created_ms), seq = seq + 1 where number = @number");

  const closed = db.prepare<[], number>("select number from run where state = 'interrupted' and reason ->> 'code' = 'closed' and reason ->> 'isTold' is null order by priority desc, place, number").pluck();
  const tellClosed = db.prepare<[number]>("update run set reason = json_set(reason, '$.isTold', json('true')) where number = ?");

  const insertHash = db.prepare("insert into weight_hash (run, epoch, hash) values (@number, @epoch, @hash) on conflict (run, epoch) do update set hash = excluded.hash");
  const hashes = db.prepare<[number], EpochHash>("select epoch, hash from weight_hash where run = ? order by epoch");

  function get(id: RunId): Told {
    const row = one.get(numberOf("r", id));
    if (row === undefined) throw noSuch("r", id);
    return { run: toRun(row), seq: row.seq };
  }

  function add(run: NewRun, group: number): RunId {
    return nameOf("r", Number(insert.run({
      experiment: numberOf("e", run.experimentId), group, name: run.name, spec: JSON.stringify(run.spec), data: JSON.stringify(run.data), layers: JSON.stringify(run.layers),
      parameters: run.parameters, createdMs: run.createdMs, epochs: run.epochs, steps: run.steps, version: run.engine.version, executor: run.engine.executor, priority: run.priority ?? 0,
      sweep: run.sweep === undefined ? null : numberOf("s", run.sweep.id), trial: run.sweep?.trial ?? null, repeat: run.sweep?.repeat ?? null, isConfirmation: run.sweep?.isConfirmation === true ? 1 : 0,
      history: JSON.stringify(run.history ?? []),
    }).lastInsertRowid));
  }

  function noteAlerts(id: RunId, alerts: readonly Alert[]): void {
    if (alerts.length > 0) addAlerts.run({ number: numberOf("r", id), alerts: JSON.stringify([...get(id).run.alerts, ...alerts]) });
  }

  function write(id: RunId, { epoch, step, trainingMs, metrics, notes, series: points, hashes: taken, shots = [], alerts = [] }: Standing): void {
    const number = numberOf("r", id);
    stand.run({ number, epoch, step, trainingMs, metrics: metricsText(metrics), notes: JSON.stringify(notes) });
    for (const hash of taken) insertHash.run({ number, ...hash });
    records.append(id, shots);
    noteAlerts(id, alerts);
    series.append(id, one.get(numberOf("r", id))!.seq, points);
  }

  return {
    addGroup(runs, like) {
      const joined = like === undefined ? null : get(like).run.colour;
      // What a sweep begins follows from its trials, which are facts; it is synced with the next one.
      const commit = runs.every(({ sweep }) => sweep !== undefined) ? inMetrics : facts;
      const ids = commit(() => {
        const group = joined ?? lastGroup.get()!.last + 1;
        return runs.map((run) => add(run, group));
      });
      return ids.map(get);
    },
    get,
    found(id) {
      const row = one.get(numberOf("r", id));
      return row === undefined ? null : toRun(row);
    },
    weightHashes: (id) => hashes.all(numberOf("r", get(id).run.id)),
    list(scope = {}, limit = -1) {
      const bindings = new Bindings();
      const sql = `select * from run where number in (${admitted(scope, bindings)}) order by number desc limit ${bindings.bind(limit)}`;
      return (db.prepare(sql).all(bindings.values) as Row[]).map(toRun);
    },
    events: () => new Map(seqs.all().map(([number, seq]) => [nameOf("r", number), seq])),
    counts: () => active.get()!,
    setState(id, state) {
      facts(() => setState.run({ number: numberOf("r", id), state }));
      return get(id);
    },
    rank(id, priority) {
      facts(() => rank.run({ number: numberOf("r", id), priority }));
      return get(id);
    },
    arrange(ids) {
      inMetrics(() => {
        const numbers = ids.map((id) => numberOf("r", id));
        const places = numbers.map((number) => placeOf.get(number)).filter((place): place is number => typeof place === "number");
        // Counted from the first one's place, so that a queue that only became shorter is written as it is.
        const first = places.length === 0 ? 0 : places.reduce((least, place) => Math.min(least, place));
        numbers.forEach((number, i) => arrange.run({ number, place: first + i }));
      });
    },
    begin(id, startedMs) {
      // A run found queued after a power cut and one found running are the same to whoever opens the project: neither has kept anything yet.
      inMetrics(() => begin.run({ number: numberOf("r", id), startedMs }));
      return get(id);
    },
    requeue(id) {
      facts(() => requeue.run({ number: numberOf("r", id) }));
      return get(id);
    },
    goOn(id, at, startedMs) {
      const number = numberOf("r", id);
      const gone = facts(() => {
        const { run } = get(id);
        const { step, epoch, measuredStep, trainingMs, metrics } = at ?? { step: 0, epoch: 0, measuredStep: 0, trainingMs: 0, metrics: {} };
        series.cut(id, at === null ? -1 : step, at === null ? -1 : measuredStep);
        records.cut(id, at === null ? -1 : step);
        forgetHashes.run({ number, epoch: at === null ? -1 : epoch });
        const isFork = run.history.some((deed) => deed.kind === "branched" && deed.step === step) && run.step === step;
        const history: readonly Deed[] = isFork || step === 0 ? run.history : [...run.history, { kind: "resumed", step, epoch, atMs: startedMs }];
        // What the test split said of other weights is in the curves; it is not what these weights come to.
        const own = Object.fromEntries(Object.entries(metrics).filter(([name]) => !name.startsWith("test/")));
        goOn.run({ number, startedMs, step, epoch, trainingMs, metrics: metricsText(own), history: JSON.stringify(history), alerts: JSON.stringify(at === null ? [] : run.alerts.filter((alert) => alert.step <= step)) });
        return checkpoints.reopen(id, { step, epoch });
      });
      return { told: get(id), gone };
    },
    branch(run, from, at, deed) {
      const id = facts(() => {
        const made = add(run, lastGroup.get()!.last + 1);
        const number = numberOf("r", made);
        series.copy(from, made, 1, at.step, at.measuredStep);
        records.copy(from, made, at.step);
        copyHashes.run({ number, from: numberOf("r", from), epoch: at.epoch });
        begunAt.run({ number, parent: numberOf("r", from), step: at.step, epoch: at.epoch, metrics: metricsText(at.metrics), history: JSON.stringify([deed]) });
        checkpoints.name(made, { ...at, isPeriodic: false }, run.createdMs, { isFork: true });
        return made;
      });
      return get(id);
    },
    mark(id, { name, tags, isPinned, isArchived, isBaseline }) {
      const number = numberOf("r", get(id).run.id);
      const touched = facts(() => {
        const before = isBaseline === true ? otherBaselines.all(number, number) : [];
        for (const other of before) unbase.run(other);
        const bit = (flag: boolean | undefined): number | null => (flag === undefined ? null : Number(flag));
        mark.run({ number, name: name ?? null, tags: tags === undefined ? null : JSON.stringify([...new Set(tags)]), pinned: bit(isPinned), archived: bit(isArchived), baseline: bit(isBaseline) });
        return before;
      });
      return [get(id), ...touched.map((other) => get(nameOf("r", other)))];
    },
    markAll(ids, { addTag, removeTag, isArchived }) {
      return facts(() => [...new Set(ids)].filter((id) => {
        const number = numberOf("r", id);
        const before = marks.get(number);
        if (before === undefined) throw noSuch("r", id);
        const tags = addTag === undefined && removeTag === undefined ? null : retagged(id, JSON.parse(before.tags) as string[], addTag, removeTag);
        const isOther = tags !== null || (isArchived !== undefined && Number(isArchived) !== before.is_archived);
        if (isOther) mark.run({ number, name: null, tags: tags === null ? null : JSON.stringify(tags), pinned: null, archived: isArchived === undefined ? null : Number(isArchived), baseline: null });
        return isOther;
      }));
    },
    replayed(id, replay) {
      facts(() => keepReplay.run({ number: numberOf("r", id), replay: JSON.stringify(replay, finiteOrText) }));
      return get(id);
    },
    note(id, deed, length) {
      facts(() => note.run({ number: numberOf("r", id), history: JSON.stringify([...get(id).run.history, deed]), epochs: length?.epochs ?? null, steps: length?.steps ?? null }));
      return get(id);
    },
    alert(id, alert) {
      facts(() => {
        noteAlerts(id, [alert]);
        touch.run(numberOf("r", id));
      });
      return get(id);
    },
    diagnosed(id, wish) {
      facts(() => diagnosed.run({ number: numberOf("r", get(id).run.id), diagnosis: JSON.stringify(wish) }));
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
          weightHash: ending.weightHash, // What another program calls a test split was never closed here.
          opened: get(id).run.foreign === null && Object.keys(ending.metrics).some((name) => name.startsWith("test/")) ? 1 : 0,
        });
        if (ending.checkpoint !== null) checkpoints.name(id, ending.checkpoint, ending.endedMs, { isFinal: true });
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
      const inOrder = closed.all();
      for (const number of inOrder) tellClosed.run(number);
      return [...inOrder.map((number) => nameOf("r", number)), ...abandoned.all().flatMap(({ number, state, step, origin }) => {
        if (origin !== null) {
          interrupt.run({ number, foundMs, reason: JSON.stringify(silent("the program that listened ended", step)) });
          return [];
        }
        const message = state === "queued" ? `the program ended before this run ${step === 0 ? "began" : "went on"}` : `the program ended while this run was ${state === "paused" ? "paused" : "training"}, at step ${step}`;
        interrupt.run({ number, foundMs, reason: JSON.stringify({ code: "interrupted", message, hint: resumeHint, step }) });
        return nameOf("r", number);
      })];
    },
  };
}

/** Why a run that a script logs is over though the script did not say so. */
export const silent = (what: string, step: number): NonNullable<Run["reason"]> => ({ code: "silent", message: `${what} before the script said that this run was finished, at step ${step}`, hint: "What it had logged is kept. Start the script again for a new run.", step });

export const resumeHint = "Resume it: it goes on from its newest checkpoint, or from the beginning where it has none, and comes to the same weights.";

function toRun(row: Row): Run {
  return {
    id: nameOf("r", row.number), experimentId: nameOf("e", row.experiment), groupId: nameOf("g", row.group_number), colour: row.group_number, name: row.name,
    spec: JSON.parse(row.spec) as RunSpec | null, foreign: row.origin === null ? null : JSON.parse(row.origin) as ForeignOrigin, state: row.state, reason: reasonFrom(row.reason),
    data: JSON.parse(row.data) as Run["data"], layers: JSON.parse(row.layers) as LayerShape[], parameters: row.parameters,
    createdMs: row.created_ms, startedMs: row.started_ms, endedMs: row.ended_ms, trainingMs: row.training_ms,
    epoch: row.epoch, epochs: row.epochs, step: row.step, steps: row.steps, metrics: metricsFrom(row.metrics), notes: JSON.parse(row.notes) as Note[],
    weightHash: row.weight_hash, priority: row.priority, place: row.place, testOpenings: row.test_openings, tags: JSON.parse(row.tags) as string[], isPinned: row.is_pinned === 1, isArchived: row.is_archived === 1, isBaseline: row.is_baseline === 1, trashedMs: row.trashed_ms, history: JSON.parse(row.history) as Deed[], parentId: row.parent === null ? null : nameOf("r", row.parent),
    sweep: row.sweep === null ? null : { id: nameOf("s", row.sweep), trial: row.trial!, repeat: row.trial_repeat!, isConfirmation: row.is_confirmation === 1 },
    replay: row.replay === null ? null : replayFrom(row.replay), alerts: JSON.parse(row.alerts) as Alert[], diagnosis: row.diagnosis === null ? null : JSON.parse(row.diagnosis) as DiagnosisWish, engine: { version: row.version, executor: row.executor },
  };
}

/** Null where they stay as they are. Throws StoreError (`tooManyTags`). */
function retagged(id: RunId, old: readonly string[], add: string | undefined, remove: string | undefined): readonly string[] | null {
  const tags = [...old.filter((tag) => tag !== remove), ...(add === undefined || old.includes(add) ? [] : [add])];
  if (tags.length > mostTags) throw new StoreError("tooManyTags", `run ${id} has ${old.length} tags, the most there may be`, {}, "Take one away first.");
  return tags.join(",") === old.join(",") ? null : tags;
}

const finiteOrText = (_: string, value: unknown): unknown => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value);

function replayFrom(text: string): Replay {
  const replay = JSON.parse(text) as Replay;
  const { metric } = replay;
  return { ...replay, metric: metric === null ? null : { ...metric, recorded: Number(metric.recorded), replayed: Number(metric.replayed) } };
}

function reasonFrom(text: string | null): Run["reason"] {
  if (text === null) return null;
  const { code, message, hint, step } = JSON.parse(text) as NonNullable<Run["reason"]>;
  return { code, message, hint, step };
}
