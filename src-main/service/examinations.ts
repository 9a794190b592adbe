/** A run's saved states looked at: what they say of each row, bias and variance, the gradient of their network. The work happens in threads of their own. */

import { splitRows } from "../../src-engine/index.ts";
import { StoreError } from "../../src-engine/spec/errors.ts";
import type { Diagnosis, DiagnosisWish } from "../contract/diagnosis.ts";
import { usualDiagnosis } from "../contract/diagnosis.ts";
import type { Examination, RawRows, SplitName, TaskEvent } from "../contract/examination.ts";
import type { GradientCheck, GradientCheckOptions } from "../contract/gradient-check.ts";
import { ownRun } from "../contract/foreign-runs.ts";
import { hasSpec, isOver } from "../contract/nouns.ts";
import type { DataSummary, Run, RunId, SpecRun } from "../contract/nouns.ts";
import { settingsOf, specAt } from "../contract/settings-of-run.ts";
import { diagnose } from "../report/diagnosis.ts";
import type { SeedErrors } from "../report/diagnosis.ts";
import type { Store } from "../store/open.ts";
import type { Pool, Task } from "../workers/pool.ts";
import type { Datasets } from "./datasets.ts";
import { shownRows } from "../workers/read-data.ts";
import { taskStream } from "./tasks.ts";
import { completed, dataOf } from "./trainings.ts";

export interface Examinations {
  examine(id: RunId, split: SplitName, step: number | null): AsyncIterable<TaskEvent<Examination>>;
  diagnose(id: RunId): AsyncIterable<TaskEvent<Diagnosis>>;
  checkGradient(id: RunId, options: GradientCheckOptions): AsyncIterable<TaskEvent<GradientCheck>>;
  data(id: RunId): Promise<DataSummary>;
  rows(id: RunId, rows: readonly number[]): Promise<RawRows>;
}

/** Seeds whose errors are put together: more would not narrow an interval to speak of. */
const mostSeeds = 20;

/** A state of a run with its bytes. */
interface State { readonly step: number; readonly epoch: number; readonly bytes: Uint8Array; readonly hash: string }

export function examinations({ store, pool, datasets }: { readonly store: Store; readonly pool: Pool; readonly datasets: Datasets }): Examinations {
  // Counted once for each state: a person who moves the base error waits for nothing.
  const counted = new Map<string, SeedErrors>();

  /** The state of that step; without one the run's own weights, or the newest where it has none yet. Throws StoreError where there is none. */
  async function stateOf(run: Run, step: number | null): Promise<State> {
    const kept = store.checkpoints.list(run.id);
    const final = isOver(run.state) ? kept.find(({ isFinal }) => isFinal) : undefined;
    const found = step !== null ? kept.find((one) => one.step === step && one.canGoOn) ?? kept.find((one) => one.step === step) : final ?? kept.filter(({ canGoOn }) => canGoOn).at(-1);
    if (found === undefined) throw new StoreError("noCheckpoint", step === null ? `run ${run.id} has kept no state yet` : `run ${run.id} keeps no state of step ${step}`, {}, step === null ? "Pause it: that saves one." : `States are kept of the steps ${kept.map((one) => one.step).join(", ") || "none"}.`);
    const bytes = found.canGoOn ? (await store.checkpoints.at(run.id, found.step)).bytes : await store.checkpoints.final(run.id);
    return { step: found.step, epoch: found.epoch, bytes, hash: found.hash };
  }

  async function errorsOf(run: SpecRun, state: State, isUnsealed: boolean, begun: (task: Task<unknown>) => void): Promise<SeedErrors> {
    const key = `${run.id} ${state.hash} ${isUnsealed}`;
    const known = counted.get(key);
    if (known !== undefined) return known;
    const { dataset } = await dataOf(run, datasets);
    const task = pool.countErrors(completed(specAt(run, state)), dataset, state.bytes, isUnsealed ? ["train", "validation", "test"] : ["train", "validation"]);
    begun(task);
    const { train, validation, test } = await task.done;
    const errors = { train: train!, validation, test };
    counted.set(key, errors);
    return errors;
  }

  /** Finished runs of the same start that differ in their seed alone, by id. */
  function otherSeeds(run: SpecRun): readonly SpecRun[] {
    const group = store.runs.list({ query: { kind: "compare", name: "group", operator: "=", value: run.groupId } }).filter(({ id, state }) => id !== run.id && state === "finished");
    const keys = store.rows.keys({ runIds: [run, ...group].map(({ id }) => id) }, { kind: "allButSeed" });
    return group.filter(hasSpec).filter(({ id }) => keys.get(id) === keys.get(run.id)).reverse().slice(0, mostSeeds - 1);
  }

  return {
    examine(id, split, step) {
      return taskStream<Examination>(async () => {
        const run = ownRun(store.runs.get(id).run, "examined");
        if (split === "test" && run.testOpenings === 0) throw new StoreError("testSealed", `the test split of run ${id} is sealed`, {}, "Open it first, on the record.");
        const state = await stateOf(run, step);
        const { dataset } = await dataOf(run, datasets);
        const { done, cancel } = pool.examine(completed(specAt(run, state)), dataset, state.bytes, split);
        return { cancel, done: done.then((examined) => ({ ...examined, runId: id, step: state.step, epoch: state.epoch })) };
      });
    },
    diagnose(id) {
      return taskStream<Diagnosis>(async (advance) => {
        const run = ownRun(store.runs.get(id).run, "diagnosed");
        if (run.data.classes === null) throw new StoreError("noClasses", `run ${id} predicts a number, so no row is simply right or wrong`, {}, "Read its errors in the target's own unit instead.");
        const state = await stateOf(run, null);
        // Of a run that is under way the other seeds may be much farther.
        const others = isOver(run.state) ? otherSeeds(run) : [];
        let current: Task<unknown> | null = null;
        let isLeft = false;
        const begun = (task: Task<unknown>): void => {
          current = task;
          if (isLeft) task.cancel();
        };
        const work = async (): Promise<Diagnosis> => {
          const isUnsealed = [run, ...others].every(({ testOpenings }) => testOpenings > 0);
          const seeds: SeedErrors[] = [await errorsOf(run, state, run.testOpenings > 0, begun)];
          for (const [i, other] of others.entries()) {
            advance(i + 1, others.length + 1);
            if (isLeft) throw new StoreError("closed", "nobody waits for this diagnosis any more");
            seeds.push(await errorsOf(other, await stateOf(other, null), other.testOpenings > 0, begun));
          }
          const wish: DiagnosisWish = store.runs.get(id).run.diagnosis ?? usualDiagnosis;
          // A mean over some of the seeds would be of other runs than the rest: then the test error is this run's alone.
          const told = diagnose(seeds, wish);
          return { runId: id, step: state.step, epoch: state.epoch, wish, seeds: [run, ...others].map((one) => one.id), ...told, test: isUnsealed ? told.test : diagnose(seeds.slice(0, 1), wish).test };
        };
        return { done: work(), cancel() { isLeft = true; current?.cancel(); } };
      });
    },
    checkGradient(id, options) {
      return taskStream<GradientCheck>(async (advance) => {
        const run = ownRun(store.runs.get(id).run, "checked");
        const { dataset } = await dataOf(run, datasets);
        return pool.checkGradient(completed(settingsOf(run)), dataset, options, advance);
      });
    },
    async data(id) {
      const run = ownRun(store.runs.get(id).run, "asked for rows");
      const { dataset, summary } = await dataOf(run, datasets);
      const { train, validation } = splitRows(dataset, run.spec.split);
      return { ...summary, firstRows: shownRows(dataset, validation.length > 0 ? validation : train) };
    },
    async rows(id, asked) {
      const { shape, featureNames, x, rows } = (await dataOf(ownRun(store.runs.get(id).run, "asked for rows"), datasets)).dataset;
      const width = featureNames.length;
      const there = asked.filter((row) => row < rows).map((row) => ({ row, features: x.slice(row * width, (row + 1) * width) }));
      const over = (pick: (a: number, b: number) => number, start: number): number => there.reduce((found, { features }) => features.reduce(pick, found), start);
      return { shape, featureNames, range: { min: over((a, b) => Math.min(a, b), Infinity), max: over((a, b) => Math.max(a, b), -Infinity) }, rows: there };
    },
  };
}
