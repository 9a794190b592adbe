/** What a draft would train: its problems, all at once, its data, its layers. Stores nothing. */

import type { Dataset } from "../../src-engine/index.ts";
import { checkAgainstData, shapesOf, stepsPerEpoch as stepsInEpoch } from "../../src-engine/index.ts";
import { SpecError, StoreError } from "../../src-engine/spec/errors.ts";
import { check, complete, problem } from "../../src-engine/spec/param.ts";
import type { Catalog } from "../../src-engine/spec/param.ts";
import { checkRunSpec, runFields } from "../../src-engine/spec/run-spec.ts";
import type { Component, DataSummary, Inspection, LayerShape, Problem, RunSpec, SplitRows } from "../contract/nouns.ts";
import type { Pool } from "../workers/pool.ts";
import type { ReadData } from "../workers/protocol.ts";
import type { Datasets } from "./datasets.ts";
import { memoryNeed } from "./memory.ts";

/** Ways of splitting one dataset whose counts are remembered: folds by the dozen fit. */
const mostSplits = 100;

export interface Specs {
  /** Never rejects because of what the spec says. */
  inspect(raw: unknown): Promise<Inspection>;
  /** The spec as it will be stored, and what came out of looking at it. Rejects with SpecError listing every problem. */
  accept(raw: unknown): Promise<Accepted>;
  /** Rejects with SpecError. */
  describe(data: unknown): Promise<DataSummary>;
}

export type Accepted = { readonly [K in keyof Omit<Inspection, "aboutMs">]: NonNullable<Inspection[K]> };

/** stepMs: how long a step of such a spec, whose network has so many parameters, usually takes; null where nobody knows. */
export function specs({ catalog, datasets, pool, stepMs }: { readonly catalog: Catalog; readonly datasets: Datasets; readonly pool: Pool; readonly stepMs: (spec: RunSpec, parameters: number) => number | null }): Specs {
  const counts = new WeakMap<Dataset, Map<string, SplitRows>>();

  async function inspect(raw: unknown): Promise<Inspection> {
    const found = await looked(raw);
    const each = found.spec === null || found.steps === 0 ? null : stepMs(found.spec, found.parameters);
    return { ...found, aboutMs: each === null ? null : each * found.steps };
  }

  async function looked(raw: unknown): Promise<Omit<Inspection, "aboutMs">> {
    const { spec, problems: own } = checkRunSpec(raw, catalog);
    const problems: Problem[] = [...own];
    const read = await readPart(raw, spec, problems);
    const rows = read === null ? null : await splitPart(raw, spec, read, problems);
    const layers = read === null || spec === null ? [] : shapes(spec, read, problems);
    if (spec !== null && read !== null) problems.push(...against(spec, read, rows));
    const stepsPerEpoch = spec === null || rows === null || rows.train === 0 ? 0 : stepsInEpoch(rows.train, { ...spec.train, batchSize: Math.min(spec.train.batchSize, rows.train) });
    const found = unique(problems);
    const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
    const steps = stepsPerEpoch * (spec?.train.epochs ?? 0);
    return {
      problems: found, spec, data: read?.summary ?? null, rows, layers, parameters, stepsPerEpoch, steps,
      memoryBytes: spec === null || read === null || rows === null || found.length > 0 ? 0 : memoryNeed(spec, { shape: read.summary.shape, rows }),
    };
  }

  /** The data can be read while other parts of the spec are still wrong, so that their problems are told together. */
  async function readPart(raw: unknown, spec: RunSpec | null, problems: Problem[]): Promise<ReadData | null> {
    const data = spec?.data ?? partOf(raw, "data");
    if (data === null) return null;
    const unknown = datasets.problemsOf(data);
    problems.push(...unknown);
    return unknown.length > 0 ? null : await collected(problems, () => datasets.read(data));
  }

  async function splitPart(raw: unknown, spec: RunSpec | null, { dataset }: ReadData, problems: Problem[]): Promise<SplitRows | null> {
    const split = spec?.split ?? partOf(raw, "split");
    if (split === null) return null;
    return await collected(problems, () => splitOnce(split, dataset));
  }

  /** The trials of a sweep, and drafts from one key to the next, split the same rows the same way. */
  async function splitOnce(split: Component, dataset: Dataset): Promise<SplitRows> {
    const known = counts.get(dataset) ?? new Map<string, SplitRows>();
    counts.set(dataset, known);
    const key = JSON.stringify(split);
    const rows = known.get(key) ?? await pool.split(split, dataset);
    if (known.size >= mostSplits) known.clear();
    known.set(key, rows);
    return rows;
  }

  /** One component of a spec that as a whole is wrong; `null` where this part is wrong too. */
  function partOf(raw: unknown, name: "data" | "split"): Component | null {
    if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return null;
    const value = (raw as Record<string, unknown>)[name];
    return check(runFields[name], value, name, catalog).length > 0 ? null : complete(runFields[name], value, catalog) as Component;
  }

  return {
    inspect,
    async accept(raw) {
      const found = await looked(raw);
      const { spec, data, rows, problems } = found;
      if (problems.length > 0 || spec === null || data === null || rows === null) throw new SpecError(problems);
      return { ...found, spec, data, rows };
    },
    async describe(data) {
      const wrong = check(runFields.data, data, "data", catalog);
      if (wrong.length > 0) throw new SpecError(wrong);
      const whole = complete(runFields.data, data, catalog) as Component;
      const unknown = datasets.problemsOf(whole);
      if (unknown.length > 0) throw new SpecError(unknown);
      return (await datasets.read(whole)).summary;
    },
  };
}

function shapes(spec: RunSpec, { dataset }: ReadData, problems: Problem[]): readonly LayerShape[] {
  try {
    return shapesOf(spec.layers, dataset.shape);
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    problems.push(...error.problems);
    return [];
  }
}

/** Where the split is wrong its problem is told already; the other checks go on as if there were rows enough. */
function against(spec: RunSpec, { dataset }: ReadData, rows: SplitRows | null): readonly Problem[] {
  const { train, validation, test } = rows ?? { train: dataset.rows, validation: dataset.rows, test: dataset.rows };
  return checkAgainstData(spec, { shape: dataset.shape, task: dataset.task, classes: dataset.classes?.length ?? null, trainRows: train, validationRows: validation, testRows: test });
}

/** The problems of what was asked, noted; a kept file that is gone or damaged is a problem of `data.hash`. */
async function collected<T>(problems: Problem[], ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof SpecError) problems.push(...error.problems);
    else if (error instanceof StoreError) problems.push(problem(error.at.path ?? "data.hash", "noSuchFile", `cannot be read: ${error.message}`, { why: error.at.path === "data.name" ? "unreadableSample" : "unreadableFile", file: error.at.file ?? "" }));
    else throw error;
    return null;
  }
}

const unique = (problems: readonly Problem[]): readonly Problem[] => [...new Map(problems.map((one) => [JSON.stringify([one.path, one.message, one.at ?? null]), one])).values()];
