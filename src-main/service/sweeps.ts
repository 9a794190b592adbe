/** What a person does with sweeps: begin, follow, pause, change, take history in, confirm, and ask what came out. */

import { attained, isolation, lossesOf, narrow, pointByHand, ranking, rng, seedDeviation, winnersCurse } from "../../src-engine/index.ts";
import type { Trial } from "../../src-engine/index.ts";
import { SpecError, StoreError } from "../../src-engine/spec/errors.ts";
import { problem } from "../../src-engine/spec/param.ts";
import type { Catalog } from "../../src-engine/spec/param.ts";
import type { ExperimentId, Run, RunId, Stretch } from "../contract/nouns.ts";
import type { ImportedRuns, Sweep, SweepChange, SweepId, SweepSpec, SweepView, SweepWinner } from "../contract/sweeps.ts";
import type { Workbench } from "../contract/workbench.ts";
import type { Store } from "../store/open.ts";
import type { NewTrial, StoredTrial } from "../store/sweeps.ts";
import type { Pool } from "../workers/pool.ts";
import type { Datasets } from "./datasets.ts";
import { pointsOf } from "./imported-runs.ts";
import type { Follower, Runs } from "./runs.ts";
import { sweeping } from "./sweeping.ts";
import type { Sweeping } from "./sweeping.ts";
import type { Specs } from "./specs.ts";
import { sweepDrafts } from "./sweep-drafts.ts";
import { sweepFeed } from "./sweep-feed.ts";
import { frontOf, runsByTrial, sweepView, trialView } from "./sweep-views.ts";
import { asHistory, curveInStore, keptOf, meanOf, valuesOf } from "./trial-results.ts";

/** The calls of the contract that are about sweeps. */
export type SweepCalls = Pick<Workbench, "inspectSweep" | "startSweep" | "listSweeps" | "sweep" | "watchSweep" | "pauseSweep" | "resumeSweep" | "stopSweep" | "changeSweep" | "markSweep" | "enqueueTrial" | "importRuns" | "confirmSweep" | "sweepWinner" | "openSweepTest" | "sweepImportance" | "sweepAdvice" | "isolateAxis" | "compareSweeps" | "narrowSweep">;

export interface Sweeps {
  readonly calls: SweepCalls;
  readonly follower: Follower;
  /** Throws StoreError where a run's test split is to stay closed. */
  mayOpenTest(run: Run): void;
  /** Another program changed a sweep. */
  moved(id: SweepId): void;
  /** Nothing is begun any more, and every stream ends. Call it before the runs are stopped. */
  close(): void;
}

interface Parts { readonly store: Store; readonly pool: Pool; readonly datasets: Datasets; readonly specs: Specs; readonly catalog: Catalog; readonly now: () => number; readonly memory: () => number; readonly training: () => Runs; readonly told: (sweep: Sweep) => void }

export function sweeps({ store, pool, datasets, specs, catalog, now, memory, training, told }: Parts): Sweeps {
  const drafts = sweepDrafts({ catalog, specs, pool, datasets, memory });
  const underWay = new Map<SweepId, Sweeping>();
  const feed = sweepFeed((id, since, numbers) => {
    const stored = store.sweeps.get(id);
    const seen = sweepView(store, stored, pool.parallel);
    return { seq: stored.seq, sweep: seen, trials: viewed(id, store.sweeps.trials(id, since, [...numbers])), front: frontOf(store, seen) };
  });

  /** The search of a sweep, made when it is first needed: a sweep that nobody touches costs nothing. */
  function sweepingOf(id: SweepId): Sweeping {
    const known = underWay.get(id);
    if (known !== undefined) return known;
    const made = sweeping(id, {
      store, pool, training: training(), specs, catalog, now,
      told(sweepId, trials) {
        feed.touch(sweepId, trials);
        if (trials.length === 0) tell(sweepId);
      },
    });
    underWay.set(id, made);
    return made;
  }

  function tell(id: SweepId): Sweep {
    const sweep = sweepView(store, store.sweeps.get(id), pool.parallel);
    told(sweep);
    // A search that is over gives its memory back; what is asked of it later it reads again.
    if (sweep.state !== "running" && sweep.state !== "paused") underWay.delete(id);
    return sweep;
  }

  function viewed(id: SweepId, trials: readonly StoredTrial[]): SweepView["trials"] {
    const runs = runsByTrial(store, id, trials);
    return trials.map((trial) => trialView(trial, runs.get(trial.number) ?? [], underWay.get(id)?.curveOf(trial.number) ?? []));
  }

  const historyOf = (id: SweepId): readonly Trial[] => store.sweeps.trials(id).map((trial) => asHistory(trial, new Set()));

  /** The least number that trials besides the sampler's may take next. */
  const nextBelow = (id: SweepId): number => Math.min(0, ...store.sweeps.trials(id).map(({ number }) => number)) - 1;

  return {
    follower: {
      gates: (run) => underWay.get(run.sweep!.id)?.gates(run) ?? [],
      progress(run, series: readonly Stretch[]) { underWay.get(run.sweep!.id)?.progress(run, series); },
      state(run) { underWay.get(run.sweep!.id)?.state(run); },
      trained(run) { underWay.get(run.sweep!.id)?.trained(run); },
    },
    mayOpenTest({ id, sweep }) {
      if (sweep === null) return;
      const { state } = store.sweeps.get(sweep.id);
      const winner = confirmedOf(sweep.id)[0];
      if (state === "finished" && winner?.runIds.includes(id) === true) return;
      throw closedTest(sweep.id);
    },
    moved(id) { feed.touch(id, []); },
    close() {
      for (const one of underWay.values()) one.close();
      feed.close();
    },
    calls: {
      inspectSweep: ({ spec, probe = false }) => drafts.inspect(spec, probe),
      async startSweep({ experimentId, spec: raw, parentId }) {
        if (experimentId !== null) store.experiments.get(experimentId);
        if (parentId !== undefined) store.sweeps.get(parentId);
        const spec = await drafts.accept(raw);
        const experiment = experimentId ?? (parentId === undefined ? await usualExperiment(spec) : store.sweeps.get(parentId).experimentId);
        const { id } = store.sweeps.add({ experimentId: experiment, name: spec.name, spec, parentId: parentId ?? null, createdMs: now() });
        if (parentId !== undefined) inherit(id, parentId);
        sweepingOf(id).advance();
        tell(id);
        return { sweepId: id };
      },
      listSweeps: async ({ experimentId }) => store.sweeps.list(experimentId).map((sweep) => sweepView(store, sweep, pool.parallel)),
      async sweep({ sweepId }) {
        const stored = store.sweeps.get(sweepId);
        const seen = sweepView(store, stored, pool.parallel);
        return { sweep: seen, trials: viewed(sweepId, store.sweeps.trials(sweepId)), front: frontOf(store, seen), versions: store.sweeps.versions(sweepId), seq: stored.seq };
      },
      watchSweep({ sweepId, since }) {
        store.sweeps.get(sweepId);
        return feed.watch(sweepId, since);
      },
      async pauseSweep({ sweepId }) {
        const { state } = store.sweeps.get(sweepId);
        if (state === "paused") return tell(sweepId);
        if (state !== "running") throw wrongState(sweepId, state, "paused", "Only a sweep that runs can be paused.");
        sweepingOf(sweepId).pause();
        return tell(sweepId);
      },
      async resumeSweep({ sweepId }) {
        const { state } = store.sweeps.get(sweepId);
        if (state !== "running") {
          retryDead(sweepId);
          sweepingOf(sweepId).resume();
        }
        return tell(sweepId);
      },
      async stopSweep({ sweepId }) {
        const { state } = store.sweeps.get(sweepId);
        if (state === "running" || state === "paused") await sweepingOf(sweepId).stop();
        else if (state === "interrupted") store.sweeps.setState(sweepId, { state: "stopped", endedMs: now() });
        return tell(sweepId);
      },
      changeSweep: ({ sweepId, changes }) => change(sweepId, changes),
      async markSweep({ sweepId, ...marks }) {
        store.sweeps.mark(sweepId, marks);
        feed.touch(sweepId, []);
        return tell(sweepId);
      },
      async enqueueTrial({ sweepId, point }) {
        const { spec, version, state } = store.sweeps.get(sweepId);
        const number = nextBelow(sweepId);
        store.sweeps.addTrials(sweepId, [{ number, batch: 0, origin: "hand", version, point: pointByHand(spec, point), sameAs: null }], now());
        goOnAfter(sweepId, state);
        return { trial: number };
      },
      importRuns: ({ sweepId, runIds }) => importRuns(sweepId, runIds),
      confirmSweep: ({ sweepId, top, seeds }) => {
        const { confirm } = store.sweeps.get(sweepId).spec;
        return change(sweepId, [{ path: ["confirm"], to: { top: top ?? Math.max(1, confirm.top), seeds: seeds ?? confirm.seeds } }]);
      },
      sweepWinner: async ({ sweepId }) => winnerOf(sweepId),
      async openSweepTest({ sweepId }) {
        const [winner] = store.sweeps.get(sweepId).state === "finished" ? confirmedOf(sweepId) : [];
        if (winner === undefined) throw closedTest(sweepId);
        for (const runId of winner.runIds) if (store.runs.get(runId).run.testOpenings === 0) await training().openTest(runId);
        return winnerOf(sweepId);
      },
      sweepImportance: ({ sweepId, method, quantile = 0.1 }) => pool.think({ kind: "importance", history: historyOf(sweepId), spec: store.sweeps.get(sweepId).spec, method, quantile }),
      sweepAdvice: ({ sweepId }) => pool.think({ kind: "advice", history: historyOf(sweepId), spec: store.sweeps.get(sweepId).spec }),
      async isolateAxis({ sweepId, axis, bins }) {
        const { spec } = store.sweeps.get(sweepId);
        mustBeAxis(spec, axis);
        const history = historyOf(sweepId);
        return { axis, stretches: isolation(history, spec, axis, bins).map((one) => ({ ...one, value: history.find(({ number }) => number === one.best)?.values?.[0] ?? null })) };
      },
      async compareSweeps({ sweepIds }) {
        const [first, ...others] = sweepIds.map((sweepId) => ({ sweepId, objective: store.sweeps.get(sweepId).spec.objective[0]! }));
        const unlike = others.filter(({ objective }) => objective.metric !== first!.objective.metric || objective.goal !== first!.objective.goal);
        if (unlike.length > 0) throw new SpecError(unlike.map(({ sweepId, objective }) => problem("sweepIds", "otherObjective", `must have one objective: ${sweepId} is judged by ${objective.metric}, ${first!.sweepId} by ${first!.objective.metric}`, { sweep: sweepId, got: objective.metric, wanted: first!.objective.metric })));
        return [first!, ...others].map(({ sweepId, objective }) => ({ sweepId, objective, attained: attained(store.sweeps.results(sweepId).map(({ values }) => values[0]!), objective.goal) }));
      },
      async narrowSweep({ sweepId, trials, margin }) {
        const { spec } = store.sweeps.get(sweepId);
        const points = trials.map((number) => {
          const found = store.sweeps.trials(sweepId).find((one) => one.number === number);
          if (found === undefined) throw new SpecError([problem("trials", "unknownKey", `has no trial ${number} in sweep ${sweepId}`, { got: String(number) })]);
          return found.point;
        });
        return { spec: narrow(spec, points, margin) };
      },
    },
  };

  async function usualExperiment(spec: SweepSpec): Promise<ExperimentId> {
    const { summary: { name } } = await datasets.read(spec.base.data);
    return (store.experiments.named(name) ?? store.experiments.add({ name, question: "", createdMs: now() })).id;
  }

  /** The parent's trials with a result, as history of the next stage. */
  function inherit(id: SweepId, parentId: SweepId): void {
    const known = store.sweeps.trials(parentId).filter(({ state }) => state !== "running");
    if (known.length === 0) return;
    const runs = runsByTrial(store, parentId, known);
    store.sweeps.addTrials(id, known.map(({ point, state, values, repeats, curve, prunedAt, importedFrom, number }, i) => ({
      number: -1 - i, batch: 0, origin: "import", version: 1, point, sameAs: null, state, values, repeats, curve, prunedAt,
      importedFrom: importedFrom.length > 0 ? importedFrom : (runs.get(number) ?? []).filter(({ isConfirmation }) => !isConfirmation).map(({ runId }) => runId),
    })), now());
  }

  async function importRuns(id: SweepId, runIds: readonly RunId[]): Promise<ImportedRuns> {
    const { spec, version, state } = store.sweeps.get(id);
    const { summary: { hash } } = await datasets.read(spec.base.data);
    const known = new Set([...store.sweeps.trials(id).flatMap(({ importedFrom }) => importedFrom), ...store.sweeps.runs(id).map(({ runId }) => runId)]);
    const { points, left } = pointsOf([...new Set(runIds)].map((runId) => store.runs.get(runId).run), spec, { dataHash: hash, known, catalog });
    const first = nextBelow(id);
    const trials = points.map(({ point, runs }, i): NewTrial => {
      const repeats = runs.map((run) => (run.state === "finished" ? valuesOf(run, spec.objective) : spec.objective.map(() => Number.NaN)));
      const values = meanOf(repeats), isFinite = values.every(Number.isFinite);
      return { number: first - i, batch: 0, origin: "import", version, point, sameAs: null, state: isFinite ? "finished" : "failed", values: isFinite ? values : null, repeats, curve: keptOf(curveInStore(store, runs[0]!, spec.objective), []), importedFrom: runs.map((run) => run.id) };
    });
    if (trials.length > 0) {
      store.sweeps.addTrials(id, trials, now());
      goOnAfter(id, state === "finished" ? "stopped" : state);
      feed.touch(id, trials.map(({ number }) => number));
    }
    return { taken: points.flatMap(({ runs }, i) => runs.map((run) => ({ runId: run.id, trial: first - i }))), left };
  }

  /** A sweep that was over goes on where there is something to do again; one that stands still stays so until it is resumed. */
  function goOnAfter(id: SweepId, state: Sweep["state"]): Sweep {
    if (state === "finished") sweepingOf(id).resume();
    else if (state === "running" || state === "paused") sweepingOf(id).reload();
    return tell(id);
  }

  async function change(id: SweepId, changes: readonly SweepChange[]): Promise<Sweep> {
    const before = store.sweeps.get(id).spec;
    const spec = await drafts.accept(changes.reduce<unknown>((tree, { path, ...one }) => changed(tree, path, one), before));
    // Members hand on their weights to those of the next generation: in the middle nobody comes or goes.
    const isPopulation = before.pruner.kind === "population" || spec.pruner.kind === "population";
    const fixed = (["base", "objective", "repeats", ...(isPopulation ? ["pruner"] as const : [])] as const).filter((part) => JSON.stringify(spec[part]) !== JSON.stringify(before[part]));
    if (fixed.length > 0) throw new SpecError(fixed.map((part) => problem(part, "fixedInSweep", "stays as it is: earlier trials would no longer be comparable with later ones. Start another sweep with this one as its parent")));
    // What had been asked for meanwhile is not overwritten: the newest version is read when this one is stored.
    const { spec: newest, state } = store.sweeps.get(id);
    if (JSON.stringify(newest) !== JSON.stringify(before)) throw new StoreError("changedMeanwhile", `sweep ${id} was changed by somebody else meanwhile`, {}, "Look at it again, then change it.");
    if (JSON.stringify(spec) === JSON.stringify(before)) return tell(id);
    store.sweeps.change(id, spec, changes, now());
    return goOnAfter(id, state);
  }

  /** Trials that failed because their worker died are open again. */
  function retryDead(id: SweepId): void {
    for (const { number, state, reason } of store.sweeps.trials(id)) if (state === "failed" && reason?.code === "workerDied") store.sweeps.reopenTrial(id, number);
  }

  /** The confirmed trials, best mean first. */
  function confirmedOf(id: SweepId): SweepWinner["confirmed"] {
    const [{ goal } = { goal: "minimize" }] = store.sweeps.get(id).spec.objective;
    const runs = store.sweeps.runs(id);
    const found = store.sweeps.trials(id).filter(({ confirmed }) => confirmed.length > 0).map(({ number, confirmed, values }) => {
      const first = confirmed.map(([value]) => value!);
      const mean = first.reduce((a, b) => a + b, 0) / first.length;
      return { trial: number, mean, deviation: first.length < 2 ? null : seedDeviation([first]), seeds: first.length, raw: values?.[0] ?? Number.NaN, runIds: runs.filter((run) => run.trial === number && run.isConfirmation).map(({ runId }) => runId) };
    });
    return found.filter(({ mean }) => Number.isFinite(mean)).sort((a, b) => (goal === "maximize" ? b.mean - a.mean : a.mean - b.mean) || a.trial - b.trial);
  }

  function winnerOf(id: SweepId): SweepWinner {
    const { spec } = store.sweeps.get(id);
    const [objective] = spec.objective;
    const ranked = ranking(historyOf(id), spec.objective);
    const confirmed = confirmedOf(id);
    // What the seeds' spread is known from: repeats, and fresh seeds of one trial.
    const deviation = seedDeviation([...ranked.map(({ repeats = [] }) => repeats.map(([value]) => value!)), ...store.sweeps.trials(id).map((trial) => trial.confirmed.map(([value]) => value!))].filter(({ length }) => length > 1));
    const own = deviation / Math.sqrt(spec.repeats.count);
    const curse = ranked.length < 2 || !(deviation > 0) ? null : winnersCurse(ranked.map(({ values }) => lossesOf(values, spec.objective)![0]!), own, rng(spec.seed).stream("curse"));
    const sign = objective!.goal === "maximize" ? -1 : 1;
    const [best] = ranked;
    return {
      objective: objective!, raw: best === undefined ? null : { trial: best.number, value: best.values![0]! }, confirmed,
      curse: curse === null ? null : { optimism: curse.optimism, corrected: sign * curse.corrected, contenders: curse.contenders, deviation: own },
      test: confirmed[0] === undefined ? null : testOf(confirmed[0].runIds),
    };
  }

  /** Means of the test metrics over the runs whose test split has been opened; null while none has. */
  function testOf(runIds: readonly string[]): SweepWinner["test"] {
    const opened = runIds.map((runId) => store.runs.get(runId).run).filter(({ testOpenings }) => testOpenings > 0);
    if (opened.length === 0) return null;
    const names = Object.keys(opened[0]!.metrics).filter((name) => name.startsWith("test/"));
    return Object.fromEntries(names.map((name) => [name, opened.reduce((sum, { metrics }) => sum + (metrics[name] ?? Number.NaN), 0) / opened.length]));
  }
}

const wrongState = (id: SweepId, state: Sweep["state"], verb: string, hint: string): StoreError => new StoreError("wrongState", `sweep ${id} is ${state} and cannot be ${verb}`, {}, hint);
const closedTest = (id: SweepId): StoreError => new StoreError("notConfirmed", `the test split of sweep ${id} stays closed until its winner is confirmed by fresh seeds`, {}, "Let it finish with confirm.top above 0, or confirm the best trials; then open the test split of the winner.");

function mustBeAxis({ axes }: SweepSpec, axis: string): void {
  if (!Object.hasOwn(axes, axis)) throw new SpecError([problem("axis", "unknownKey", `is not an axis; axes are ${Object.keys(axes).join(", ")}`, { known: Object.keys(axes).join(", ") })]);
}

/** The tree with another value at a path, or without what is there. */
function changed(tree: unknown, [head, ...rest]: readonly string[], change: { readonly to?: unknown }): unknown {
  if (head === undefined) return change.to;
  if (Array.isArray(tree)) return tree.flatMap((one: unknown, i) => (String(i) !== head ? [one] : rest.length === 0 && !("to" in change) ? [] : [changed(one, rest, change)]));
  const record = typeof tree === "object" && tree !== null ? (tree as Readonly<Record<string, unknown>>) : {};
  if (rest.length === 0 && !("to" in change)) return Object.fromEntries(Object.entries(record).filter(([key]) => key !== head));
  return { ...record, [head]: changed(record[head], rest, change) };
}
