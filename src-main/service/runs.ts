/** What a person does with runs: start, pause, resume, stop, open the test split. */

import { arithmeticOf, engineVersion } from "../../src-engine/index.ts";
import { SpecError, StoreError } from "../../src-engine/spec/errors.ts";
import { problem } from "../../src-engine/spec/param.ts";
import { ownRun } from "../contract/foreign-runs.ts";
import { isOver } from "../contract/nouns.ts";
import type { Deed, ExperimentId, Pace, QueueView, Run, RunId, RunOfSweep, RunSpec, SettingChange, SpecRun, Stretch } from "../contract/nouns.ts";
import { changesBetween, settingsOf, specAt, withChanges } from "../contract/settings-of-run.ts";
import type { Workbench } from "../contract/workbench.ts";
import type { Store } from "../store/open.ts";
import { diskLow } from "../report/alerts.ts";
import type { WrittenCheckpoint } from "../store/checkpoints.ts";
import type { Ending, NewRun, Told } from "../store/runs.ts";
import type { Pool } from "../workers/pool.ts";
import type { Changes } from "./changes.ts";
import type { Datasets } from "./datasets.ts";
import type { RunFeed } from "./feed.ts";
import { diskGuard, leastFreeBytes } from "./disk-guard.ts";
import { queue } from "./queue.ts";
import { queueTold } from "./queue-view.ts";
import { runName } from "./run-name.ts";
import type { Accepted, Specs } from "./specs.ts";
import { completed, dataOf, stuckBy, trainings } from "./trainings.ts";

const largestSeed = 4294967295;
/** How often it is looked how much space is left, in milliseconds. */
const lookMs = 5000;
const mostEpochs = 1_000_000;

export interface Runs {
  start(experimentId: ExperimentId | null, spec: unknown, priority?: number): Promise<{ runIds: readonly RunId[] }>;
  /** See the contract. */
  matchSeeds(groups: readonly (readonly RunId[])[], seeds: number): Promise<{ runIds: readonly RunId[] }>;
  /** Queues one run of a trial; it joins the group of the run it is `like`. */
  startForTrial(accepted: Accepted, of: RunOfSweep, experimentId: ExperimentId, from?: { readonly like?: RunId | undefined; readonly turns?: readonly Turned[] }): RunId;
  /** Queues one run of a trial that goes on with the weights with which another run ended. Rejects with StoreError where these are gone. */
  branchForTrial(accepted: Accepted, of: RunOfSweep, parent: RunId): Promise<RunId>;
  /** Lets a run go on from the gate at which it waits after this epoch. */
  pass(id: RunId, epoch: number): void;
  pause(id: RunId): Run;
  /** A paused run goes on; one that was stopped or interrupted waits for a place and goes on from its newest checkpoint. */
  resume(id: RunId): Run;
  step(id: RunId): Run;
  /** Now, after the step under way, or at the end of the epoch under way; the latter answers at once. */
  stop(id: RunId, at: "step" | "epoch"): Promise<Run>;
  /** So many epochs more for a run that finished. */
  extend(id: RunId, epochs: number): Run;
  branch(wish: Parameters<Workbench["branchRun"]>[0]): Promise<Run>;
  change(id: RunId, changes: Changed): Promise<Run>;
  openTest(id: RunId): Promise<Run>;
  /** What trains and what waits, in order, and whether and why all of it is held. */
  queue(): QueueView;
  /** Another priority; a waiting run goes behind those of it. */
  prioritize(id: RunId, priority: number): Run;
  /** Puts a waiting run at a place among those of its priority, 0 being the next. */
  move(id: RunId, to: number): QueueView;
  /** Pauses all that train and lets nobody begin; what is released goes on, except what a person had paused before. */
  hold(reason: "person" | "disk" | "lock"): QueueView;
  release(): QueueView;
  /** Why all is held; null while it is not. */
  readonly held: QueueView["held"];
  /** Lets waiting runs begin where there is place for more. */
  advance(): void;
  /** Runs still waiting are stopped, those under way too, and what they learned is kept. */
  close(): Promise<void>;
}

/** Another spec from the end of an epoch on. */
export interface Turned { readonly epoch: number; readonly spec: RunSpec }

/** Who follows the runs of sweeps. */
export interface Follower {
  /** Epochs at whose ends the run waits to be let pass. */
  gates(run: Run): readonly number[];
  progress(run: Run, series: readonly Stretch[]): void;
  state(run: Run): void;
  /** Its worker is done with it; what it learned is being kept. */
  trained(run: Run): void;
}

interface Parts {
  readonly follower: Follower;
  readonly store: Store; readonly pool: Pool; readonly datasets: Datasets; readonly specs: Specs; readonly feed: RunFeed; readonly changes: Changes; readonly now: () => number; readonly free: () => number | null;
  /** Bytes that all trainings may take together. */
  readonly memory: () => number;
  /** Called when a run is over and none is under way. */
  readonly idle: () => void;
}

export function runs({ follower, store, pool, datasets, specs, feed, changes, now, free, memory, idle }: Parts): Runs {
  let isClosed = false;
  const paces = new Map<RunId, Pace>();
  const told = queueTold({ store, free, room: () => ({ places: pool.parallel, memoryBytes: memory() }), stepsPerSecond: (id) => paces.get(id)?.stepsPerSecond ?? null });
  const under = trainings({
    store, pool, datasets, now,
    listener: {
      state(told) {
        tell(told);
        if (told.run.state === "running") warnOfDisk();
      },
      progress(told, progress, pace) {
        paces.set(told.run.id, pace);
        feed.progress(told, progress.series, pace);
        changes.progress(told.run);
        if (told.run.sweep !== null) follower.progress(told.run, progress.series);
      },
      gates: (run) => (run.sweep === null ? [] : follower.gates(run)),
      trained(id) {
        const { run } = store.runs.get(id);
        if (run.sweep !== null) follower.trained(run);
        waiting.advance();
      },
      over(id) {
        paces.delete(id);
        waiting.advance();
        if (under.size === 0 && !isClosed) idle();
      },
      stuck(why) { if (why === "disk") guard.full(); else hold("lock"); },
    },
  });
  // A run takes its place when its turn comes, before its worker has begun. On a slow disk no more wait to be kept than train; and one that goes on waits until all of its earlier life is kept.
  const waiting = queue({ mayBegin: (id) => !isClosed && !under.has(id) && under.size < 2 * pool.parallel && told.fits(id, under.placed), send: (id) => { under.begin(id); } });

  let held: QueueView["held"] = null;
  // Paused by the hold, and to go on after it.
  let heldRuns: readonly RunId[] = [];
  const guard = diskGuard({
    free, least: leastFreeBytes, hold() { hold("disk"); }, release() { if (held === "disk") release(); },
    every(look) {
      const timer = setInterval(() => {
        look();
        if (held === "lock") tryAgain();
        warnOfDisk();
      }, lookMs);
      timer.unref();
      return () => { clearInterval(timer); };
    },
  });

  /** Runs under way say so, once, before there is no more space to say it. */
  function warnOfDisk(): void {
    const left = free(), found = left === null ? null : diskLow(left, leastFreeBytes);
    if (found === null || isClosed) return;
    for (const { id, step, epoch, alerts } of under.ids.map((one) => store.runs.get(one).run)) {
      if (alerts.some(({ kind }) => kind === found.kind)) continue;
      try { tell(store.runs.alert(id, { ...found, step, epoch, atMs: now() })); } catch (error) { if (stuckBy(error) === null) throw error; }
    }
  }

  /** Whether another program still holds the project locked is found out by writing. */
  function tryAgain(): void {
    try { release(); } catch (error) { if (stuckBy(error) === null) throw error; hold("lock"); }
  }

  function hold(reason: "person" | "disk" | "lock"): QueueView {
    held = reason;
    waiting.isHeld = true;
    const training = under.ids.filter((id) => store.runs.get(id).run.state === "running");
    heldRuns = [...new Set([...heldRuns, ...training])];
    for (const id of training) {
      under.pause(id);
      // On a full disk, or behind a lock, not even the state can be written; it is paused all the same. While locked it is not tried: each try waits.
      if (reason === "lock") continue;
      try { tell(store.runs.setState(id, "paused")); } catch (error) { if (reason !== "disk") throw error; }
    }
    changes.activity();
    return view();
  }

  function release(): QueueView {
    if (held === "disk") guard.overrule();
    held = null;
    under.retry();
    // What waited may have found the same trouble again.
    if (isHeldAgain()) return view();
    for (const id of heldRuns) {
      if (!under.has(id)) continue;
      under.resume(id);
      if (store.runs.get(id).run.state === "paused") tell(store.runs.setState(id, "running"));
    }
    heldRuns = [];
    waiting.isHeld = false;
    changes.activity();
    return view();
  }

  const isHeldAgain = (): boolean => held !== null;

  const view = (): QueueView => (store.viewing === null ? told.view({ training: under.ids, waiting: waiting.ids, held }) : told.watched());

  /** Runs take their places in the queue, behind those of their priority. */
  function wait(runs: readonly Run[]): void {
    waiting.add(runs.map(({ id, priority }) => ({ id, priority })));
    store.runs.arrange(waiting.ids);
  }

  function tell(told: Told): Run {
    feed.state(told);
    changes.run(told.run);
    changes.experiments();
    changes.activity();
    if (told.run.sweep !== null) follower.state(told.run);
    return told.run;
  }

  function newRuns({ spec, data, rows, layers, parameters, steps }: Accepted, experimentId: ExperimentId, seeds: readonly number[], priority = 0): readonly NewRun[] {
    const name = spec.name.trim() === "" ? runName(spec, data.name) : spec.name;
    return seeds.map((seed) => {
      const own: RunSpec = { ...spec, name: spec.seeds === 1 ? name : `${name} · seed ${seed}`.slice(-200), seed, seeds: 1 };
      return {
        experimentId, priority, name: own.name, spec: own, layers, parameters, steps, epochs: spec.train.epochs, createdMs: now(), // What `compile` takes by itself in a worker, which is a thread of this same process.
        engine: { version: engineVersion, executor: arithmeticOf(spec.train.mode) },
        data: { name: data.name, hash: data.hash, rows, shape: data.shape, classes: data.classes?.map((one) => one.name) ?? null },
      };
    });
  }

  /** Tells of new runs and puts them in the queue. */
  function send(told: readonly Told[]): readonly RunId[] {
    told.forEach(tell);
    const runs = told.map(({ run }) => run);
    wait(runs);
    return runs.map(({ id }) => id);
  }

  return {
    async start(experimentId, raw, priority) {
      if (isClosed) throw new StoreError("closed", "the workbench is closing and begins no new run");
      if (experimentId !== null) store.experiments.get(experimentId);
      pool.warm();
      const accepted = await specs.accept(raw);
      const { spec, data } = accepted;
      if (spec.seed + spec.seeds - 1 > largestSeed) throw new SpecError([problem("seeds", "outOfInterval", `must leave seed + seeds − 1 at most ${largestSeed}; got ${spec.seed} + ${spec.seeds} − 1`, { why: "seedsPast", got: String(spec.seeds), seed: String(spec.seed), most: String(largestSeed) })]);
      const experiment = experimentId ?? (store.experiments.named(data.name) ?? store.experiments.add({ name: data.name, question: "", createdMs: now() })).id;
      const runIds = send(store.runs.addGroup(newRuns(accepted, experiment, Array.from({ length: spec.seeds }, (_, i) => spec.seed + i), priority)));
      return { runIds };
    },
    async matchSeeds(groups, seeds) {
      if (isClosed) throw new StoreError("closed", "the workbench is closing and begins no new run");
      const settings = groups.map((ids) => ids.map((id) => ownRun(store.runs.get(id).run, "trained with another seed")));
      settings.forEach((runs) => { mustBeOneSetting(runs, store); });
      const present = settings.map((runs) => new Set(runs.filter(({ state }) => state !== "stopped" && state !== "interrupted").map((run) => run.spec.seed)));
      const wanted = wantedSeeds(present, seeds);
      // All are accepted before any is stored: either every group gets its seeds or none does.
      const plans = [];
      for (const [i, runs] of settings.entries()) {
        const missing = wanted.filter((seed) => !present[i]!.has(seed));
        if (missing.length === 0) continue;
        const [like] = runs as [SpecRun, ...SpecRun[]];
        const name = like.spec.name.replace(/ · seed \d+$/, "");
        const accepted = await specs.accept({ ...like.spec, name, seed: missing[0], seeds: 1 });
        if (accepted.data.hash !== like.data.hash) throw new StoreError("dataChanged", `the data of run ${like.id} are no longer what it was started with`, { path: "data" }, "Start a new run from its spec.");
        plans.push({ like, made: newRuns({ ...accepted, spec: { ...accepted.spec, seeds: 2 } }, like.experimentId, missing, like.priority) });
      }
      return { runIds: plans.flatMap(({ like, made }) => send(store.runs.addGroup(made, like.id))) };
    },
    startForTrial(accepted, of, experimentId, { like, turns = [] } = {}) {
      if (isClosed) throw new StoreError("closed", "the workbench is closing and begins no new run");
      const [made] = newRuns(accepted, experimentId, [accepted.spec.seed]);
      const history = turns.flatMap(({ epoch, spec }, i): Deed[] => {
        const before = turns[i - 1]?.spec ?? accepted.spec, changes = changesBetween(before, spec);
        return changes.length === 0 ? [] : [{ kind: "changed", step: accepted.stepsPerEpoch * epoch, epoch, atMs: now(), changes, anew: anewOf(before, spec) }];
      });
      return send(store.runs.addGroup([{ ...made!, sweep: of, history }], like))[0]!;
    },
    async branchForTrial(accepted, of, parentId) {
      const parent = ownRun(store.runs.get(parentId).run, "branched");
      const newest = store.checkpoints.newest(parentId);
      if (newest === null) throw new StoreError("noCheckpoint", `run ${parentId} keeps no state to go on from`, {}, "Resume it, or try the trial again.");
      const { bytes: _, ...at } = await store.checkpoints.at(parentId, newest.step);
      return branched(parent, at, accepted, of).id;
    },
    pass: under.pass,
    pause(id) {
      const run = ownRun(store.runs.get(id).run, "paused");
      if (run.state === "paused") return run;
      if (run.state !== "running") throw wrongState(run, "paused", "Only a run that is training can be paused.");
      under.pause(id);
      return tell(store.runs.setState(id, "paused"));
    },
    resume(id) {
      const run = ownRun(store.runs.get(id).run, "resumed");
      if (run.state === "running" || run.state === "queued") return run;
      if (run.state === "paused") {
        under.resume(id);
        return tell(store.runs.setState(id, "running"));
      }
      if (run.state === "finished") throw wrongState(run, "resumed", "It has done all its epochs: extend it by some.");
      if (run.reason?.code === "diverged") throw wrongState(run, "resumed", "It would diverge again at the same step: branch from a checkpoint with another setting.");
      return goOn(run);
    },
    step(id) {
      const run = ownRun(store.runs.get(id).run, "stepped");
      if (run.state !== "paused") throw wrongState(run, "stepped", "Pause it first.");
      under.step(id);
      return run;
    },
    extend(id, epochs) {
      const run = ownRun(store.runs.get(id).run, "extended");
      if (run.state !== "finished") throw wrongState(run, "extended", isOver(run.state) ? "Resume it first." : "Wait for it to end.");
      const at = store.checkpoints.newest(id);
      if (at === null) throw new StoreError("noCheckpoint", `run ${id} keeps no state to go on from`, {}, "Start a new run from its spec, with more epochs.");
      const from = settingsOf(run).train.epochs;
      const to = at.epoch + epochs;
      if (to > mostEpochs) throw new SpecError([problem("epochs", "outOfInterval", `must leave at most ${mostEpochs} epochs in all; got ${at.epoch} + ${epochs}`, { why: "epochsPast", got: String(epochs), done: String(at.epoch), most: String(mostEpochs) })]);
      const deed: Deed = { kind: "changed", step: at.step, epoch: at.epoch, atMs: now(), changes: [{ path: "train.epochs", from, to }], anew: [] };
      store.runs.note(id, deed, { epochs: to, steps: Math.round(run.steps / run.epochs) * to });
      return goOn(store.runs.get(id).run);
    },
    async stop(id, at) {
      const { run } = store.runs.get(id);
      if (isOver(run.state)) return run;
      ownRun(run, "stopped");
      if (waiting.remove(id)) return stopWaiting(run);
      if (at === "epoch") {
        under.stopAtEpoch(id);
        return run.state === "paused" ? tell(store.runs.setState(id, "running")) : run;
      }
      await under.stop(id);
      return store.runs.get(id).run;
    },
    async branch({ runId, step, changes, name }) {
      const parent = ownRun(store.runs.get(runId).run, "branched");
      const newest = store.checkpoints.newest(runId);
      if (step === undefined && newest === null) throw new StoreError("noCheckpoint", `run ${runId} keeps no state to branch from yet`, {}, "Pause it: that saves one.");
      const { bytes: _, ...at } = await store.checkpoints.at(runId, step ?? newest!.step);
      const before = completed(specAt(parent, at));
      const own = `${parent.name} · from step ${at.step}`.slice(-200);
      const accepted = await changed(parent, before, [...changes, { path: "name", to: name ?? own }, { path: "seeds", to: 1 }], at.epoch);
      return branched(parent, at, accepted);
    },
    async change(id, changes) {
      const run = ownRun(store.runs.get(id).run, "changed");
      if (run.state !== "running" && run.state !== "paused") throw wrongState(run, "changed", "Only a run that trains or is paused can be changed; branch from one of its checkpoints.");
      const before = completed(settingsOf(run));
      const accepted = await changed(run, before, changes, run.epoch);
      const found = changesBetween(before, accepted.spec);
      if (found.length === 0) return run;
      const { step, epoch } = await under.change(id, accepted.spec);
      const length = { epochs: accepted.spec.train.epochs, steps: step + Math.max(0, accepted.steps - Math.round((accepted.steps / accepted.spec.train.epochs) * epoch)) };
      return tell(store.runs.note(id, { kind: "changed", step, epoch, atMs: now(), changes: found, anew: anewOf(before, accepted.spec) }, found.some(({ path }) => path.startsWith("train.")) ? length : undefined));
    },
    async openTest(id) {
      const run = ownRun(store.runs.get(id).run, "tested");
      if (!isOver(run.state)) throw wrongState(run, "tested", "Wait for it to end, or stop it.");
      if (run.data.rows.test === 0) throw new StoreError("noTestRows", `the split of run ${id} has no test rows`, { path: "split.test" }, "Start a run whose split.test is above 0.");
      const checkpoint = await store.checkpoints.final(id);
      const { dataset } = await dataOf(run, datasets);
      const metrics = await pool.openTest(run.spec, dataset, checkpoint);
      const points = Object.entries(metrics).map(([metric, value]) => ({ metric, steps: Float64Array.of(run.step), values: Float64Array.of(value) }));
      return tell(store.runs.openTest(id, metrics, points));
    },
    advance: waiting.advance,
    queue: view,
    prioritize(id, priority) {
      ownRun(store.runs.get(id).run, "queued");
      const run = tell(store.runs.rank(id, priority));
      if (waiting.remove(id)) wait([run]);
      // The one that kept others waiting may have gone behind them.
      waiting.advance();
      return store.runs.get(id).run;
    },
    move(id, to) {
      if (!waiting.move(id, to)) throw wrongState(store.runs.get(id).run, "moved in the queue", "Only a run that waits has a place in it.");
      store.runs.arrange(waiting.ids);
      changes.activity();
      return view();
    },
    hold,
    release,
    get held() { return held; },
    async close() {
      isClosed = true;
      guard.close();
      for (const id of waiting.empty()) stopWaiting(store.runs.get(id).run, closedWaiting(store.runs.get(id).run.step));
      await under.close();
    },
  };

  /** A run that begins where another one stood, in the queue. */
  function branched(parent: SpecRun, at: WrittenCheckpoint, accepted: Accepted, of?: RunOfSweep): Run {
    if (isClosed) throw new StoreError("closed", "the workbench is closing and begins no new run");
    const before = completed(specAt(parent, at));
    const deed: Deed = { kind: "branched", step: at.step, epoch: at.epoch, atMs: now(), from: parent.id, changes: changesBetween(before, accepted.spec), anew: anewOf(before, accepted.spec) };
    const steps = at.step + Math.max(0, accepted.steps - Math.round((accepted.steps / accepted.spec.train.epochs) * at.epoch));
    const [made] = newRuns({ ...accepted, steps }, parent.experimentId, [accepted.spec.seed], parent.priority);
    const child = tell(store.runs.branch(of === undefined ? made! : { ...made!, sweep: of }, parent.id, at, deed));
    wait([child]);
    return child;
  }

  /** A run's settings with some of them changed, checked: all problems at once, and what a run cannot change on its way among them. */
  async function changed(run: SpecRun, before: RunSpec, changes: Changed, epoch: number): Promise<Accepted> {
    const accepted = await specs.accept(withChanges(before, changes));
    const { spec, layers } = accepted;
    const fixed = (["data", "split", "scaling"] as const).filter((part) => JSON.stringify(spec[part]) !== JSON.stringify(before[part])).map((part) => problem(part, "fixedInRun", "stays as it is: the weights have seen these rows, and other ones would mix what trained them with what judges them"));
    const sizes = (shapes: Accepted["layers"]): string => JSON.stringify(shapes.map(({ output, parameters }) => ({ output, parameters })));
    const grown = sizes(layers) === sizes(run.layers) ? [] : [problem("layers", "fixedSizes", "keep their sizes: the run goes on with the weights it has")];
    const short = spec.train.epochs > epoch ? [] : [problem("train.epochs", "outOfInterval", `must be above ${epoch}, the epochs that are completed; got ${spec.train.epochs}`, { got: String(spec.train.epochs), interval: `(${epoch}, ∞)` }, epoch + before.train.epochs)];
    const problems = [...fixed, ...grown, ...short];
    if (problems.length > 0) throw new SpecError(problems);
    return accepted;
  }

  function stopWaiting({ id, epoch, step, trainingMs, metrics, notes, weightHash }: Run, as: Pick<Ending, "state" | "reason"> = { state: "stopped", reason: null }): Run {
    return tell(store.runs.end(id, { epoch, step, trainingMs, metrics, notes, series: [], hashes: [], ...as, endedMs: now(), weightHash, checkpoint: null }));
  }

  /** A run that is over waits for a place again. */
  function goOn({ id }: Run): Run {
    if (isClosed) throw new StoreError("closed", "the workbench is closing and begins no new run");
    const run = tell(store.runs.requeue(id));
    wait([run]);
    return run;
  }
}

type Changed = readonly Pick<SettingChange, "path" | "to">[];

/** What cannot be taken over and begins anew: another optimizer has other vectors, another schedule other numbers. */
const anewOf = (before: RunSpec, after: RunSpec): readonly string[] => (["optimizer", "schedule"] as const).filter((part) => before[part].kind !== after[part].kind);

const closedWaiting = (step: number): Pick<Ending, "state" | "reason"> =>
  ({ state: "interrupted", reason: { code: "closed", message: `the program was closed before this run ${step === 0 ? "began" : "went on"}`, hint: "Resume it: it waits for its turn again.", step } });

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
