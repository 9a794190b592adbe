/** Runs of other programs into the project: read in a worker, each run stored in one transaction, none twice. */

import { programTitles } from "../contract/foreign-runs.ts";
import type { ForeignOrigin } from "../contract/foreign-runs.ts";
import type { ExperimentId, RunId } from "../contract/nouns.ts";
import type { Store } from "../store/open.ts";
import type { Told } from "../store/runs.ts";
import type { Pool } from "../workers/pool.ts";
import type { ReadRun, ReadRuns } from "../workers/read-foreign.ts";
import type { ImportKind, Opened } from "./imports.ts";

/** A tag of ours has no comma and at most so many letters, and a run at most so many tags. */
const tagLetters = 64, mostTags = 50;

export function foreignImports({ store, pool, now, told, experiments }: { readonly store: Store; readonly pool: Pick<Pool, "readForeign">; readonly now: () => number; readonly told: (told: Told) => void; readonly experiments: () => void }): ImportKind {
  /** The experiment that is called so; made where there is none. */
  function experimentOf(name: string): ExperimentId {
    const found = store.experiments.named(name) ?? store.experiments.add({ name, question: "", createdMs: now() });
    return found.id;
  }

  function takeOne(run: ReadRun, origin: Omit<ForeignOrigin, "key" | "group" | "params">, experimentId: ExperimentId | null): RunId {
    const { key, name, group, state, startedMs, endedMs, params, metrics, hash, curves } = run;
    const { tags, notes } = marksOf(run);
    const stored = store.foreign.take({
      experimentId: experimentId ?? experimentOf(group === "" ? programTitles[origin.program] : group), name, state, startedMs, endedMs, metrics, tags, notes, hash, series: curves,
      createdMs: startedMs ?? endedMs ?? origin.atMs, origin: { ...origin, key, group, params },
    });
    told(stored);
    return stored.run.id;
  }

  function opened({ program, runs, left }: ReadRuns, source: string): Opened {
    return {
      shown() {
        const known = store.foreign.known(runs.map(({ hash }) => hash)), namesakes = store.foreign.namesakes(runs.map(({ name }) => name));
        return {
          kind: "foreign", program, left,
          runs: runs.map(({ key, name, group, state, params, metrics, points, hash }) => ({
            key, name, group, state, params: Object.keys(params).length, metrics: Object.keys(metrics).length, points, there: known.get(hash) ?? null, namesake: namesakes.get(name) ?? null,
          })),
        };
      },
      async take(experimentId, advance, isLeft) {
        if (experimentId !== null) store.experiments.get(experimentId);
        const runIds: RunId[] = [];
        let there = 0;
        for (const [i, run] of runs.entries()) {
          if (isLeft()) break;
          if (store.foreign.known([run.hash]).size > 0) there++;
          else runIds.push(takeOne(run, { program, source, atMs: now() }, experimentId));
          advance(i + 1, runs.length);
          // Others are served between two runs.
          await new Promise<void>((resolve) => { setImmediate(resolve); });
        }
        if (runIds.length > 0) experiments();
        return { runIds, there };
      },
    };
  }

  return {
    isMine: () => true,
    open({ name, files }) {
      const { done, cancel } = pool.readForeign(files);
      return { cancel, done: done.then((read) => opened(read, name)) };
    },
  };
}

/** Tags as a project has them. What cannot be one stands in the notes, so that nothing is lost. */
function marksOf({ tags, notes }: ReadRun): { readonly tags: readonly string[]; readonly notes: string } {
  const isFit = (tag: string): boolean => tag !== "" && tag.trim() === tag && !tag.includes(",") && tag.length <= tagLetters;
  const fit = [...new Set(tags.filter(isFit))].slice(0, mostTags);
  const others = tags.filter((tag) => tag !== "" && !fit.includes(tag));
  return { tags: fit, notes: [notes, ...others.map((tag) => `- ${tag}`)].filter((part) => part !== "").join("\n\n") };
}
