/** What a person does with runs: start, pause, resume, stop, open the test split. */

import { arithmeticOf, engineVersion } from "../../src-engine/index.ts";
import { SpecError, StoreError } from "../../src-engine/spec/errors.ts";
import { problem } from "../../src-engine/spec/param.ts";
import { isOver } from "../contract/nouns.ts";
import type { ExperimentId, Run, RunId, RunSpec } from "../contract/nouns.ts";
import type { Store } from "../store/open.ts";
import type { NewRun, Told } from "../store/runs.ts";
import type { Pool } from "../workers/pool.ts";
import type { Changes } from "./changes.ts";
import type { Datasets } from "./datasets.ts";
import type { RunFeed } from "./feed.ts";
import { queue } from "./queue.ts";
import { runName } from "./run-name.ts";
import type { Accepted, Specs } from "./specs.ts";
import { dataOf, trainings } from "./trainings.ts";

const largestSeed = 4294967295;

export interface Runs {
  start(experimentId: ExperimentId | null, spec: unknown): Promise<{ runIds: readonly RunId[] }>;
  /** See the contract. */
  matchSeeds(groups: readonly (readonly RunId[])[], seeds: number): Promise<{ runIds: readonly RunId[] }>;
  pause(id: RunId): Run;
  resume(id: RunId): Run;
  stop(id: RunId): Promise<Run>;
  openTest(id: RunId): Promise<Run>;
  /** Lets waiting runs begin where there is place for more. */
  advance(): void;
  /** Runs still waiting are stopped, those under way too, and what they learned is kept. */
  close(): Promise<void>;
}

interface Parts { readonly store: Store; readonly pool: Pool; readonly datasets: Datasets; readonly specs: Specs; readonly feed: RunFeed; readonly changes: Changes; readonly now: () => number; /** Called when a run is over and none is under way. */ readonly idle: () => void }

export function runs({ store, pool, datasets, specs, feed, changes, now, idle }: Parts): Runs {
  let isClosed = false;
  const under = trainings({
    store, pool, datasets, now,
    listener: {
      state: tell,
      progress(told, progress, pace) {
        feed.progress(told, progress.series, pace);
        changes.run(told.run);
      },
      over() {
        waiting.advance();
        if (under.size === 0 && !isClosed) idle();
      },
    },
  });
  // A run takes its place when its turn comes, before its worker has begun.
  const waiting = queue({ places: () => (isClosed ? 0 : pool.parallel - under.size), send: (id) => { under.begin(id); } });

  function tell(told: Told): Run {
    feed.state(told);
    changes.run(told.run);
    changes.experiments();
    changes.activity();
    return told.run;
  }

  function newRuns({ spec, data, rows, layers, parameters, steps }: Accepted, experimentId: ExperimentId, seeds: readonly number[]): readonly NewRun[] {
    const name = spec.name.trim() === "" ? runName(spec, data.name) : spec.name;
    return seeds.map((seed) => {
      const own: RunSpec = { ...spec, name: spec.seeds === 1 ? name : `${name} · seed ${seed}`.slice(-200), seed, seeds: 1 };
      return {
        experimentId, name: own.name, spec: own, layers, parameters, steps, epochs: spec.train.epochs, createdMs: now(), // What `compile` takes by itself in a worker, which is a thread of this same process.
        engine: { version: engineVersion, executor: arithmeticOf(spec.train.mode) },
        data: { name: data.name, hash: data.hash, rows, shape: data.shape, classes: data.classes?.map((one) => one.name) ?? null },
      };
    });
  }

  /** Tells of new runs and puts them in the queue. */
  function send(told: readonly Told[]): readonly RunId[] {
    told.forEach(tell);
    const runIds = told.map(({ run }) => run.id);
    waiting.add(runIds);
    return runIds;
  }

  return {
    async start(experimentId, raw) {
      if (isClosed) throw new StoreError("closed", "the workbench is closing and begins no new run");
      if (experimentId !== null) store.experiments.get(experimentId);
      pool.warm();
      const accepted = await specs.accept(raw);
      const { spec, data } = accepted;
      if (spec.seed + spec.seeds - 1 > largestSeed) throw new SpecError([problem("seeds", "outOfInterval", `must leave seed + seeds − 1 at most ${largestSeed}; got ${spec.seed} + ${spec.seeds} − 1`, { got: String(spec.seeds) })]);
      const experiment = experimentId ?? (store.experiments.named(data.name) ?? store.experiments.add({ name: data.name, question: "", createdMs: now() })).id;
      const runIds = send(store.runs.addGroup(newRuns(accepted, experiment, Array.from({ length: spec.seeds }, (_, i) => spec.seed + i))));
      return { runIds };
    },
    async matchSeeds(groups, seeds) {
      if (isClosed) throw new StoreError("closed", "the workbench is closing and begins no new run");
      const settings = groups.map((ids) => ids.map((id) => store.runs.get(id).run));
      settings.forEach((runs) => { mustBeOneSetting(runs, store); });
      const present = settings.map((runs) => new Set(runs.filter(({ state }) => state !== "stopped" && state !== "interrupted").map((run) => run.spec.seed)));
      const wanted = wantedSeeds(present, seeds);
      // All are accepted before any is stored: either every group gets its seeds or none does.
      const plans = [];
      for (const [i, runs] of settings.entries()) {
        const missing = wanted.filter((seed) => !present[i]!.has(seed));
        if (missing.length === 0) continue;
        const [like] = runs as [Run, ...Run[]];
        const name = like.spec.name.replace(/ · seed \d+$/, "");
        const accepted = await specs.accept({ ...like.spec, name, seed: missing[0], seeds: 1 });
        if (accepted.data.hash !== like.data.hash) throw new StoreError("dataChanged", `the data of run ${like.id} are no longer what it was started with`, { path: "data" }, "Start a new run from its spec.");
        plans.push({ like, made: newRuns({ ...accepted, spec: { ...accepted.spec, seeds: 2 } }, like.experimentId, missing) });
      }
      return { runIds: plans.flatMap(({ like, made }) => send(store.runs.addGroup(made, like.id))) };
    },
    pause(id) {
      const { run } = store.runs.get(id);
      if (run.state === "paused") return run;
      if (run.state !== "running") throw wrongState(run, "paused", "Only a run that is training can be paused.");
      under.pause(id);
      return tell(store.runs.setState(id, "paused"));
    },
    resume(id) {
      const { run } = store.runs.get(id);
      if (run.state === "running") return run;
      if (run.state !== "paused") throw wrongState(run, "resumed", "Only a paused run can be resumed.");
      under.resume(id);
      return tell(store.runs.setState(id, "running"));
    },
    async stop(id) {
      const { run } = store.runs.get(id);
      if (isOver(run.state)) return run;
      if (waiting.remove(id)) return stopWaiting(run);
      await under.stop(id);
      return store.runs.get(id).run;
    },
    async openTest(id) {
      const { run } = store.runs.get(id);
      if (!isOver(run.state)) throw wrongState(run, "tested", "Wait for it to end, or stop it.");
      if (run.data.rows.test === 0) throw new StoreError("noTestRows", `the split of run ${id} has no test rows`, { path: "split.test" }, "Start a run whose split.test is above 0.");
      const checkpoint = await store.checkpoints.load(id);
      const { dataset } = await dataOf(run, datasets);
      const metrics = await pool.openTest(run.spec, dataset, checkpoint);
      const points = Object.entries(metrics).map(([metric, value]) => ({ metric, steps: Float64Array.of(run.step), values: Float64Array.of(value) }));
      return tell(store.runs.openTest(id, metrics, points));
    },
    advance: waiting.advance,
    async close() {
      isClosed = true;
      for (const id of waiting.empty()) stopWaiting(store.runs.get(id).run);
      await under.close();
    },
  };

  function stopWaiting({ id, epoch, step, trainingMs, metrics, notes }: Run): Run {
    return tell(store.runs.end(id, { epoch, step, trainingMs, metrics, notes, series: [], hashes: [], state: "stopped", reason: null, endedMs: now(), weightHash: null, checkpoint: null }));
  }
}

/** So many seeds: those that are there, smallest first, then whole numbers from 1 that are not. */
function wantedSeeds(present: readonly ReadonlySet<number>[], seeds: number): readonly number[] {
  const there = [...new Set(present.flatMap((own) => [...own]))].sort((a, b) => a - b);
  const next: number[] = [];
  for (let seed = 1; there.length + next.length < seeds; seed++) if (!there.includes(seed)) next.push(seed);
  return [...there, ...next];
}

function mustBeOneSetting(runs: readonly Run[], store: Store): void {
  const keys = store.rows.keys({ runIds: runs.map(({ id }) => id) }, { kind: "allButSeed" });
  if (new Set(keys.values()).size === 1) return;
  throw new StoreError("mixedGroup", `runs ${runs.map(({ id }) => id).join(", ")} differ in more than their seed, so no spec is theirs`, {}, "Group by all but seed; then each setting gets its seeds.");
}

const wrongState = (run: Run, verb: string, hint: string): StoreError => new StoreError("wrongState", `run ${run.id} is ${run.state} and cannot be ${verb}`, {}, hint);
