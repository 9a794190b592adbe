/** Sweeps and their trials: a trial is on the disk before any of its runs, and its end is stored before anybody hears of it. */

import type { Database } from "better-sqlite3";
import type { ExperimentId, RunId } from "../contract/nouns.ts";
import type { Sweep, SweepChange, SweepId, SweepPoint, SweepSpec, SweepTrial, SweepVersion, TrialRun } from "../contract/sweeps.ts";
import { nameOf, noSuch, numberOf } from "./ids.ts";
import type { Transactions } from "./transactions.ts";

/** What is stored of a sweep; counts and leaders are made of its trials. */
export interface StoredSweep extends Pick<Sweep, "id" | "experimentId" | "name" | "spec" | "version" | "state" | "phase" | "reason" | "parentId" | "isArchived" | "createdMs" | "endedMs"> { readonly seq: number }

/** After an epoch: one number for each objective. */
export type CurvePoint = readonly [epoch: number, ...values: number[]];

/** A trial as it is stored; while it is `running` there is no result yet, and where its runs stand is theirs to say. */
export interface StoredTrial extends Pick<SweepTrial, "number" | "batch" | "origin" | "version" | "point" | "values" | "repeats" | "confirmed" | "prunedAt" | "sameAs" | "goesOnFrom" | "reason" | "createdMs" | "endedMs"> {
  readonly state: "running" | "finished" | "pruned" | "failed";
  readonly curve: readonly CurvePoint[];
  readonly importedFrom: readonly RunId[];
  readonly seq: number;
}

export type NewTrial = Pick<StoredTrial, "number" | "batch" | "origin" | "version" | "point" | "sameAs"> & Partial<Pick<StoredTrial, "state" | "values" | "repeats" | "curve" | "prunedAt" | "goesOnFrom" | "importedFrom">>;
export type TrialEnding = Pick<StoredTrial, "values" | "repeats" | "curve" | "prunedAt" | "reason"> & { readonly state: "finished" | "pruned" | "failed" };

export interface SweepStore {
  add(sweep: { readonly experimentId: ExperimentId; readonly name: string; readonly spec: SweepSpec; readonly parentId: SweepId | null; readonly createdMs: number }): StoredSweep;
  /** Throws StoreError when there is no such sweep. */
  get(id: SweepId): StoredSweep;
  /** Newest first. */
  list(experimentId?: ExperimentId): readonly StoredSweep[];
  /** Every sweep's newest event number. */
  events(): ReadonlyMap<SweepId, number>;
  /** Another state; `phase` stays where absent. */
  setState(id: SweepId, to: { readonly state: Sweep["state"]; readonly phase?: Sweep["phase"] | undefined; readonly reason?: Sweep["reason"]; readonly endedMs?: number | null }): StoredSweep;
  /** The next version of the spec. */
  change(id: SweepId, spec: SweepSpec, changes: readonly SweepChange[], atMs: number): StoredSweep;
  /** What a person calls it and whether it was put away; what is absent stays. */
  mark(id: SweepId, marks: { readonly name?: string | undefined; readonly isArchived?: boolean | undefined }): StoredSweep;
  /** In order. */
  versions(id: SweepId): readonly SweepVersion[];
  /** By number; only those that changed after event `since`, and those of the numbers `also`. */
  trials(id: SweepId, since?: number, also?: readonly number[]): readonly StoredTrial[];
  /** All of them or none: a batch is never stored in part. */
  addTrials(id: SweepId, trials: readonly NewTrial[], atMs: number): readonly StoredTrial[];
  /** A trial that is over already stays as it is: an end told twice counts once. It follows from its runs, whose ends are facts: what a power cut takes of it is found out again. */
  endTrial(id: SweepId, number: number, ending: TrialEnding, atMs: number): StoredTrial;
  /** A trial that failed is tried again. */
  reopenTrial(id: SweepId, number: number): StoredTrial;
  /** What the runs with fresh seeds came to, all of them so far. */
  confirmTrial(id: SweepId, number: number, confirmed: readonly (readonly number[])[]): StoredTrial;
  /** The runs of a sweep, or of one of its trials, in the order of trial and repeat. */
  runs(id: SweepId, trial?: number): readonly (TrialRun & { readonly trial: number })[];
  /** What a list shows of a sweep, without reading its trials one by one. */
  summary(id: SweepId, goal: "minimize" | "maximize"): SweepSummary;
  /** Numbers and values of the trials that finished. */
  results(id: SweepId): readonly { readonly number: number; readonly values: readonly number[] }[];
  /** A sweep that a dead program left running becomes interrupted. Call it inside a facts transaction. */
  interruptAbandoned(): void;
}

/** Of the sampler's own trials, how many are where (`active`: a run of theirs is training or paused); the best as it looks; those with fresh seeds; epochs trained in trials that are over, and their runs. */
export interface SweepSummary {
  readonly counts: { readonly open: number; readonly active: number; readonly finished: number; readonly pruned: number; readonly failed: number };
  readonly best: { readonly trial: number; readonly value: number } | null;
  readonly confirmed: readonly { readonly trial: number; readonly values: readonly (readonly number[])[] }[];
  readonly trainedEpochs: number;
  readonly trainedMs: number;
}

interface SweepRow { number: number; experiment: number; parent: number | null; name: string; state: Sweep["state"]; phase: Sweep["phase"]; reason: string | null; created_ms: number; ended_ms: number | null; seq: number; is_archived: number; version: number; spec: string }
interface TrialRow { number: number; batch: number; origin: StoredTrial["origin"]; version: number; point: string; state: StoredTrial["state"]; result: string | null; repeats: string; curve: string; confirmed: string; pruned_at: number | null; same_as: number | null; goes_on_from: number | null; runs: string; reason: string | null; created_ms: number; ended_ms: number | null; seq: number }
interface RunRow { number: number; trial: number; trial_repeat: number; is_confirmation: number; state: TrialRun["state"]; started_ms: number | null; ended_ms: number | null; epoch: number }

export function sweepStore(db: Database, { facts, metrics }: Transactions): SweepStore {
  const whole = /* sql */ `select s.*, v.version, v.spec from sweep s join sweep_version v on v.sweep = s.number and v.version = (select max(version) from sweep_version where sweep = s.number)`;
  const one = db.prepare<[number], SweepRow>(`${whole} where s.number = ?`);
  const all = db.prepare<[], SweepRow>(`${whole} order by s.number desc`);
  const allOf = db.prepare<[number], SweepRow>(`${whole} where s.experiment = ? order by s.number desc`);
  const seqs = db.prepare<[], [number, number]>("select number, seq from sweep").raw();
  const insert = db.prepare("insert into sweep (experiment, parent, name, state, created_ms) values (@experiment, @parent, @name, 'running', @createdMs)");
  const insertVersion = db.prepare("insert into sweep_version (sweep, version, spec, changes, at_ms) values (@number, @version, @spec, @changes, @atMs)");
  const mark = db.prepare("update sweep set name = coalesce(@name, name), is_archived = coalesce(@archived, is_archived), seq = seq + 1 where number = @number");
  const setState = db.prepare("update sweep set state = @state, phase = coalesce(@phase, phase), reason = @reason, ended_ms = @endedMs, seq = seq + 1 where number = @number");
  const versions = db.prepare<[number], { version: number; spec: string; changes: string; at_ms: number }>("select version, spec, changes, at_ms from sweep_version where sweep = ? order by version");
  const trials = db.prepare<[number, number, string], TrialRow>("select * from trial where sweep = ? and (seq > ? or number in (select value from json_each(?))) order by number");
  const oneTrial = db.prepare<[number, number], TrialRow>("select * from trial where sweep = ? and number = ?");
  const step = db.prepare<[number], number>("update sweep set seq = seq + 1 where number = ? returning seq").pluck();
  const insertTrial = db.prepare(/* sql */ `
    insert into trial (sweep, number, batch, origin, version, point, state, result, repeats, curve, pruned_at, same_as, goes_on_from, runs, created_ms, ended_ms, seq)
    values (@sweep, @number, @batch, @origin, @version, @point, @state, @result, @repeats, @curve, @prunedAt, @sameAs, @goesOnFrom, @runs, @atMs, @endedMs, @seq)`);
  const endTrial = db.prepare(/* sql */ `
    update trial set state = @state, result = @result, repeats = @repeats, curve = @curve, pruned_at = @prunedAt, reason = @reason, ended_ms = max(@atMs, created_ms), seq = @seq
     where sweep = @sweep and number = @number and state = 'running'`);
  const reopenTrial = db.prepare("update trial set state = 'running', result = null, repeats = '[]', curve = '[]', pruned_at = null, reason = null, ended_ms = null, seq = @seq where sweep = @sweep and number = @number and state = 'failed'");
  const confirmTrial = db.prepare("update trial set confirmed = @confirmed, seq = @seq where sweep = @sweep and number = @number");
  const runs = db.prepare<[number], RunRow>("select number, trial, trial_repeat, is_confirmation, state, started_ms, ended_ms, epoch from run where sweep = ? order by trial, is_confirmation, trial_repeat");
  const runsOfTrial = db.prepare<[number, number], RunRow>("select number, trial, trial_repeat, is_confirmation, state, started_ms, ended_ms, epoch from run where sweep = ? and trial = ? order by is_confirmation, trial_repeat");
  const abandon = db.prepare("update sweep set state = 'interrupted', seq = seq + 1 where state = 'running'");

  const counts = db.prepare<[number], Omit<SweepSummary["counts"], "active">>(/* sql */ `
    select count(*) filter (where state = 'running') as open, count(*) filter (where state = 'finished') as finished, count(*) filter (where state = 'pruned') as pruned, count(*) filter (where state = 'failed') as failed
      from trial where sweep = ? and number > 0`);
  const active = db.prepare<[number], number>("select count(distinct trial) from run where sweep = ? and is_confirmation = 0 and trial > 0 and state in ('running', 'paused')").pluck();
  // A trial that changes is an event of its sweep; a run that is deleted is not.
  const standsAt = db.prepare<{ sweep: number }, string>("select seq || ' ' || (select count(*) from run where sweep = @sweep) from sweep where number = @sweep").pluck();
  const bestBy = (order: "asc" | "desc") => db.prepare<[number], { trial: number; value: number }>(/* sql */ `
    select number as trial, result ->> 0 as value from trial where sweep = ? and state = 'finished' and typeof(result ->> 0) in ('integer', 'real') order by value ${order}, number limit 1`);
  const best = { minimize: bestBy("asc"), maximize: bestBy("desc") };
  const confirmedOnes = db.prepare<[number], { number: number; confirmed: string }>("select number, confirmed from trial where sweep = ? and confirmed <> '[]'");
  const trained = db.prepare<[number], { epochs: number; ms: number }>(/* sql */ `
    select coalesce(sum(r.epoch - coalesce(f.epoch, 0)), 0) as epochs, coalesce(sum(r.training_ms - coalesce(f.training_ms, 0)), 0) as ms
      from run r join trial t on t.sweep = r.sweep and t.number = r.trial left join saved_state f on f.run = r.number and f.is_fork = 1 where r.sweep = ? and r.is_confirmation = 0 and r.trial > 0 and t.state <> 'running'`);
  const results = db.prepare<[number], { number: number; result: string }>("select number, result from trial where sweep = ? and state = 'finished' and result is not null order by number");

  type OfTrials = Omit<SweepSummary, "counts"> & { readonly counts: Omit<SweepSummary["counts"], "active"> };
  /** What the trials come to, with when that was: it is asked for several times a second while a trial trains, and changes when one ends. */
  const summed = new Map<string, { readonly at: string; readonly of: OfTrials }>();

  function ofTrials(sweep: number, goal: "minimize" | "maximize"): OfTrials {
    const key = `${sweep} ${goal}`, at = standsAt.get({ sweep })!, known = summed.get(key);
    if (known?.at === at) return known.of;
    const { epochs, ms } = trained.get(sweep)!;
    const of = {
      counts: counts.get(sweep)!, best: best[goal].get(sweep) ?? null, trainedEpochs: epochs, trainedMs: ms,
      confirmed: confirmedOnes.all(sweep).map(({ number, confirmed }) => ({ trial: number, values: numbersFrom<number[][]>(confirmed) })),
    };
    summed.set(key, { at, of });
    return of;
  }

  function get(id: SweepId): StoredSweep {
    const row = one.get(numberOf("s", id));
    if (row === undefined) throw noSuch("s", id);
    return toSweep(row);
  }

  function trial(id: SweepId, number: number): StoredTrial {
    const row = oneTrial.get(numberOf("s", id), number);
    if (row === undefined) throw noSuch("s", `${id}/${number}`);
    return toTrial(row);
  }

  /** Changes one trial, as one event of its sweep. */
  function touch(id: SweepId, number: number, work: (sweep: number, seq: number) => void, commit: Transactions["facts"] = facts): StoredTrial {
    const sweep = numberOf("s", id);
    commit(() => { work(sweep, step.get(sweep)!); });
    return trial(id, number);
  }

  return {
    add({ experimentId, name, spec, parentId, createdMs }) {
      return get(facts(() => {
        const number = Number(insert.run({ experiment: numberOf("e", experimentId), parent: parentId === null ? null : numberOf("s", parentId), name, createdMs }).lastInsertRowid);
        insertVersion.run({ number, version: 1, spec: JSON.stringify(spec), changes: "[]", atMs: createdMs });
        return nameOf("s", number);
      }));
    },
    get,
    list: (experimentId) => (experimentId === undefined ? all.all() : allOf.all(numberOf("e", experimentId))).map(toSweep),
    events: () => new Map(seqs.all().map(([number, seq]) => [nameOf("s", number), seq])),
    setState(id, { state, phase, reason = null, endedMs = null }) {
      facts(() => setState.run({ number: numberOf("s", id), state, phase: phase ?? null, reason: reason === null ? null : JSON.stringify(reason), endedMs }));
      return get(id);
    },
    change(id, spec, changes, atMs) {
      const { version, spec: before } = get(id);
      facts(() => {
        insertVersion.run({ number: numberOf("s", id), version: version + 1, spec: JSON.stringify(spec), changes: JSON.stringify(changes), atMs });
        // What a person called it meanwhile stays, unless the spec itself has another name.
        mark.run({ number: numberOf("s", id), name: spec.name === before.name ? null : spec.name, archived: null });
      });
      return get(id);
    },
    mark(id, { name, isArchived }) {
      const number = numberOf("s", get(id).id);
      facts(() => mark.run({ number, name: name ?? null, archived: isArchived === undefined ? null : Number(isArchived) }));
      return get(id);
    },
    versions: (id) => versions.all(numberOf("s", get(id).id)).map(({ version, spec, changes, at_ms }) => ({ version, atMs: at_ms, spec: JSON.parse(spec) as SweepSpec, changes: JSON.parse(changes) as SweepChange[] })),
    trials: (id, since = 0, also = []) => trials.all(numberOf("s", id), since, JSON.stringify(also)).map(toTrial),
    addTrials(id, made, atMs) {
      const sweep = numberOf("s", id);
      facts(() => {
        const seq = step.get(sweep)!;
        for (const { number, batch, origin, version, point, sameAs, state = "running", values = null, repeats = [], curve = [], prunedAt = null, goesOnFrom = null, importedFrom = [] } of made) {
          insertTrial.run({
            sweep, number, batch, origin, version, point: JSON.stringify(point), sameAs, state, result: values === null ? null : textOf(values), repeats: textOf(repeats), curve: textOf(curve), prunedAt, goesOnFrom,
            runs: JSON.stringify(importedFrom.map((run) => numberOf("r", run))), atMs, endedMs: state === "running" ? null : atMs, seq,
          });
        }
      });
      return made.map(({ number }) => trial(id, number));
    },
    endTrial: (id, number, { state, values, repeats, curve, prunedAt, reason }, atMs) => touch(id, number, (sweep, seq) => {
      endTrial.run({ sweep, number, state, result: values === null ? null : textOf(values), repeats: textOf(repeats), curve: textOf(curve), prunedAt, reason: reason === null ? null : JSON.stringify(reason), atMs, seq });
    }, metrics),
    reopenTrial: (id, number) => touch(id, number, (sweep, seq) => { reopenTrial.run({ sweep, number, seq }); }),
    confirmTrial: (id, number, confirmed) => touch(id, number, (sweep, seq) => { confirmTrial.run({ sweep, number, confirmed: textOf(confirmed), seq }); }),
    runs(id, of) {
      const sweep = numberOf("s", id);
      return (of === undefined ? runs.all(sweep) : runsOfTrial.all(sweep, of)).map(({ number, trial: ofTrial, trial_repeat, is_confirmation, state, started_ms, ended_ms, epoch }) =>
        ({ runId: nameOf("r", number), trial: ofTrial, repeat: trial_repeat, isConfirmation: is_confirmation === 1, state, startedMs: started_ms, endedMs: ended_ms, epoch }));
    },
    summary(id, goal) {
      const sweep = numberOf("s", id);
      const of = ofTrials(sweep, goal);
      return { ...of, counts: { ...of.counts, active: active.get(sweep)! } };
    },
    results: (id) => results.all(numberOf("s", id)).map(({ number, result }) => ({ number, values: numbersFrom<number[]>(result) })),
    interruptAbandoned() { abandon.run(); },
  };
}

const textOf = (numbers: unknown): string => JSON.stringify(numbers, (_, value: unknown) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value));
/** Numbers, in lists of lists; JSON's texts for NaN and the infinities are numbers again. */
function numbersFrom<T>(text: string): T {
  const read = (value: unknown): unknown => (Array.isArray(value) ? value.map(read) : Number(value));
  return read(JSON.parse(text)) as T;
}

const toSweep = ({ number, experiment, parent, name, state, phase, reason, created_ms, ended_ms, seq, is_archived, version, spec }: SweepRow): StoredSweep => ({
  id: nameOf("s", number), experimentId: nameOf("e", experiment), parentId: parent === null ? null : nameOf("s", parent), name, state, phase,
  reason: reason === null ? null : (JSON.parse(reason) as Sweep["reason"]), isArchived: is_archived === 1, createdMs: created_ms, endedMs: ended_ms, seq, version, spec: JSON.parse(spec) as SweepSpec,
});

const toTrial = ({ number, batch, origin, version, point, state, result, repeats, curve, confirmed, pruned_at, same_as, goes_on_from, runs, reason, created_ms, ended_ms, seq }: TrialRow): StoredTrial => ({
  number, batch, origin, version, point: JSON.parse(point) as SweepPoint, state, values: result === null ? null : numbersFrom<number[]>(result), repeats: numbersFrom<number[][]>(repeats), curve: numbersFrom<CurvePoint[]>(curve),
  confirmed: numbersFrom<number[][]>(confirmed), prunedAt: pruned_at, sameAs: same_as, goesOnFrom: goes_on_from, importedFrom: (JSON.parse(runs) as number[]).map((run) => nameOf("r", run)),
  reason: reason === null ? null : (JSON.parse(reason) as StoredTrial["reason"]), createdMs: created_ms, endedMs: ended_ms, seq,
});
