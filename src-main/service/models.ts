/** Saved networks in use: asked about new rows, or written for another program; and whole runs for another program. The work itself happens in a worker. */

import { StoreError } from "../../src-engine/spec/errors.ts";
import { ownRun } from "../contract/foreign-runs.ts";
import type { ForeignFile, RunsFormat } from "../contract/foreign-runs.ts";
import { modelFormats } from "../contract/models.ts";
import type { ModelFile, ModelFormat, NewRows, Prediction } from "../contract/models.ts";
import { isOver } from "../contract/nouns.ts";
import type { RunId, SpecRun } from "../contract/nouns.ts";
import type { Store } from "../store/open.ts";
import type { Pool } from "../workers/pool.ts";
import type { SavedNetwork } from "../workers/protocol.ts";
import type { Datasets } from "./datasets.ts";
import type { Readings } from "./readings.ts";
import { dataOf } from "./trainings.ts";

export interface Models {
  predict(id: RunId, from: NewRows): Promise<Prediction>;
  export(id: RunId, format: ModelFormat): Promise<ModelFile>;
  /** With every stored point. Rejects with StoreError beyond what one export may hold. */
  exportRuns(ids: readonly RunId[], format: RunsFormat): Promise<readonly ForeignFile[]>;
}

export function models({ store, asked, pool, datasets }: { readonly store: Store; readonly asked: Readings; readonly pool: Pool; readonly datasets: Datasets }): Models {
  async function saved(id: RunId, verb: string): Promise<{ readonly run: SpecRun; readonly network: SavedNetwork }> {
    const run = ownRun(store.runs.get(id).run, verb);
    if (!isOver(run.state)) throw new StoreError("wrongState", `run ${id} is ${run.state} and cannot be ${verb}`, {}, "Wait for it to end, or stop it.");
    const checkpoint = await store.checkpoints.final(id);
    // The features' names and order are the data's; their hash says that they are still the ones it was trained on.
    const { shape, featureNames, targetName, classes } = (await dataOf(run, datasets)).dataset;
    return { run, network: { spec: run.spec, facts: { shape, featureNames, targetName, classes }, checkpoint } };
  }

  return {
    async predict(id, from) { return await pool.predict((await saved(id, "asked")).network, from); },
    async exportRuns(ids, format) { return await pool.exportRuns(await asked.wholeRuns({ runIds: ids }), format); },
    async export(id, format) {
      const { run, network } = await saved(id, "exported");
      const bytes = await pool.exportModel(network, format);
      const plain = run.name.normalize("NFKC").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60);
      const ending = modelFormats[format];
      // Two formats may share an ending; their files do not share a name.
      return { name: `${run.id}${plain === "" ? "" : `-${plain}`}${ending === format ? "" : `-${format}`}.${ending}`, bytes };
    },
  };
}
