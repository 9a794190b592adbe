/** A run trained again from its stored record: its spec, the state it branched from, every change on its way. Knows no queue; stores only the verdict. */

import { arithmeticOf, criticalT, engineVersion } from "../../src-engine/index.ts";
import { StoreError } from "../../src-engine/spec/errors.ts";
import { ownRun } from "../contract/foreign-runs.ts";
import { isOver } from "../contract/nouns.ts";
import type { EpochHash, Replay, ReplayEvent, Run, RunId, SpecRun } from "../contract/nouns.ts";
import { specAt, turnsAfter } from "../contract/settings-of-run.ts";
import type { Store } from "../store/open.ts";
import type { Told } from "../store/runs.ts";
import type { Pool, Training } from "../workers/pool.ts";
import type { Progress } from "../workers/protocol.ts";
import { FailedJob } from "../workers/thread.ts";
import type { Datasets } from "./datasets.ts";
import { pace } from "./pace.ts";
import { workStream } from "./stream.ts";
import { completed, dataOf } from "./trainings.ts";

export interface Replays {
  replay(id: RunId): AsyncIterable<ReplayEvent>;
  /** Ends all that are under way. */
  close(): void;
}

interface Result { readonly weightHash: string | null; readonly hashes: readonly EpochHash[]; readonly metrics: Run["metrics"] }

export function replays({ store, pool, datasets, now, told }: { readonly store: Store; readonly pool: Pool; readonly datasets: Datasets; readonly now: () => number; readonly told: (told: Told) => void }): Replays {
  const under = new Set<Training>();
  let isClosed = false;

  /** Trains again; `report` hears how far it is. Calls `begun` with the training, so that it can be ended. */
  async function again(run: SpecRun, begun: (training: Training) => void, report: (progress: Progress) => void): Promise<Result> {
    const { dataset } = await dataOf(run, datasets);
    const fork = await store.checkpoints.fork(run.id);
    const from = fork ?? { step: 0, epoch: 0 };
    const hashes: EpochHash[] = [];
    const training = pool.train(completed(specAt(run, from)), dataset, {
      report(progress) {
        hashes.push(...progress.hashes);
        report(progress);
      },
    }, {
      start: fork === null ? null : { checkpoint: fork.bytes, step: fork.step, epoch: fork.epoch, measuredStep: fork.measuredStep, trainingMs: 0, metrics: fork.metrics, best: [] },
      ahead: turnsAfter(run, from).map((turn) => ({ ...turn, spec: completed(turn.spec) })),
      until: run.state === "finished" ? null : { step: run.step, epoch: run.epoch },
      keeps: false, gates: [],
    });
    begun(training);
    try {
      const { weightHash, progress } = await training.done;
      return { weightHash, hashes: [...hashes, ...progress.hashes], metrics: progress.metrics };
    } catch (error) {
      // A run that diverged diverges again; its last good weights are what is compared.
      if (!(error instanceof FailedJob) || error.learned === null) throw error instanceof FailedJob ? error.cause : error;
      return { weightHash: error.learned.weightHash, hashes: [...hashes, ...(error.progress?.hashes ?? [])], metrics: error.progress?.metrics ?? {} };
    }
  }

  function judge(run: SpecRun, result: Result): Replay {
    const recorded = store.runs.weightHashes(run.id).filter(({ epoch }) => epoch <= run.epoch);
    const came = new Map(result.hashes.map(({ epoch, hash }) => [epoch, hash]));
    const compared = recorded.filter(({ epoch }) => came.has(epoch));
    const odd = compared.find(({ epoch, hash }) => came.get(epoch) !== hash);
    const isSameEnd = run.weightHash === null || run.weightHash === result.weightHash;
    const name = ["validation/loss", "train/loss"].find((one) => run.metrics[one] !== undefined && result.metrics[one] !== undefined);
    const metric = name === undefined ? null : { name, recorded: run.metrics[name]!, replayed: result.metrics[name]! };
    const isIdentical = odd === undefined && isSameEnd && compared.length + (run.weightHash === null ? 0 : 1) > 0;
    const band = isIdentical || metric === null ? null : bandOf(metric.name, store.runs.list({ query: { kind: "compare", name: "group", operator: "=", value: run.groupId } }).filter(({ state }) => state === "finished"));
    const isWithin = band !== null && metric !== null && metric.replayed >= band.low && metric.replayed <= band.high;
    return {
      verdict: isIdentical ? "identical" : isWithin ? "consistent" : "different", atMs: now(), weightHash: result.weightHash,
      fromEpoch: isIdentical ? null : odd?.epoch ?? run.epoch, compared: compared.length + (run.weightHash === null ? 0 : 1), band, metric, engine: { version: engineVersion, executor: arithmeticOf(completed(run.spec).train.mode) },
    };
  }

  return {
    replay(id) {
      const run = ownRun(store.runs.get(id).run, "replayed");
      if (!isOver(run.state)) throw new StoreError("wrongState", `run ${id} is ${run.state} and cannot be replayed`, {}, "Wait for it to end, or stop it.");
      if (run.step === 0) throw new StoreError("wrongState", `run ${id} has not made a step and cannot be replayed`, {}, "Resume it first.");
      let training: Training | null = null;
      let isLeft = false;
      return workStream<ReplayEvent>(({ kind }) => kind === "verdict", async (say) => {
        try {
          const fork = run.history.find(({ kind }) => kind === "branched");
          const paceOf = pace(run.step, { ms: 0, step: fork?.step ?? 0 });
          const result = await again(run, (begun) => {
            training = begun;
            under.add(begun);
            if (isLeft) begun.stop();
          }, ({ step, trainingMs }) => { say({ kind: "progress", step, steps: run.step, remainingMs: paceOf(trainingMs, step).remainingMs }); });
          if (isLeft || isClosed) return;
          const replay = judge(run, result);
          told(store.runs.replayed(id, replay));
          say({ kind: "verdict", replay });
        } finally {
          if (training !== null) under.delete(training);
        }
      }, () => {
        isLeft = true;
        training?.stop();
      });
    },
    close() {
      isClosed = true;
      for (const training of under) training.stop();
    },
  };
}

/** Where the metric of one more run of the group would lie in 95 of 100 cases: mean ± t·s·√(1 + 1/n). Null below three runs. */
export function bandOf(metric: string, runs: readonly Pick<Run, "metrics">[]): Replay["band"] {
  const values = runs.map(({ metrics }) => metrics[metric]).filter((value): value is number => value !== undefined && Number.isFinite(value));
  const n = values.length;
  if (n < 3) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  const half = criticalT(n - 1, 0.95) * deviation * Math.sqrt(1 + 1 / n);
  return { metric, low: mean - half, high: mean + half, runs: n };
}
