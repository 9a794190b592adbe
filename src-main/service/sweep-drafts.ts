/** What a sweep-spec would do, before it does: its problems, all at once, points drawn from its space, its cost. Stores nothing. */

import { checkSweepSpec, costOf, previewPoints, runsOfPoint } from "../../src-engine/index.ts";
import { SpecError } from "../../src-engine/spec/errors.ts";
import { problem } from "../../src-engine/spec/param.ts";
import type { Catalog } from "../../src-engine/spec/param.ts";
import type { Inspection, Problem, RunSpec } from "../contract/nouns.ts";
import type { SweepCost, SweepInspection, SweepSpec } from "../contract/sweeps.ts";
import type { Pool } from "../workers/pool.ts";
import type { Datasets } from "./datasets.ts";
import type { Specs } from "./specs.ts";

/** Points of the space that a preview draws. */
const previewed = 200;
/** So many of them are looked at as runs, for what an axis may break: a layer that does not fit, a batch larger than the data. */
const tried = 8;

export interface SweepDrafts {
  /** Never rejects because of what the spec says. */
  inspect(raw: unknown, probes: boolean): Promise<SweepInspection>;
  /** The spec as it will be stored. Rejects with SpecError listing every problem. */
  accept(raw: unknown): Promise<SweepSpec>;
}

interface Parts { readonly catalog: Catalog; readonly specs: Specs; readonly pool: Pool; readonly datasets: Datasets; readonly memory: () => number }

export function sweepDrafts({ catalog, specs, pool, datasets, memory }: Parts): SweepDrafts {
  async function check(raw: unknown): Promise<{ readonly spec: SweepSpec | null; readonly base: Inspection | null; readonly problems: readonly Problem[] }> {
    const { spec, problems } = checkSweepSpec(raw, catalog);
    const base = spec === null ? await baseOf(raw) : await specs.inspect(spec.base);
    const ofBase = (base?.problems ?? []).map((one) => ({ ...one, path: one.path === "" ? "base" : `base.${one.path}` }));
    const found = [...problems, ...ofBase.filter((one) => !problems.some(({ path }) => path === one.path))];
    if (spec === null || base === null || found.length > 0) return { spec: null, base, problems: found };
    const own = unmeasured(spec, base);
    return { spec: own.length > 0 ? null : spec, base, problems: own };
  }

  /** The base of a spec that is wrong elsewhere. */
  async function baseOf(raw: unknown): Promise<Inspection | null> {
    const base = typeof raw === "object" && raw !== null ? (raw as Record<string, unknown>)["base"] : undefined;
    return typeof base === "object" && base !== null ? await specs.inspect(base) : null;
  }

  /** Problems that only some points have, of the first few drawn. */
  async function ofPoints(spec: SweepSpec, points: readonly Readonly<Record<string, unknown>>[]): Promise<readonly Problem[]> {
    for (const point of points.slice(0, tried)) {
      const problems = await problemsAt(spec, point);
      if (problems.length > 0) return problems.slice(0, 3).map((one) => problem("axes", "untrainable", `give runs that cannot train, such as ${JSON.stringify(point)}: ${one.path} ${one.message}`, { ...one.details, point: JSON.stringify(point), path: one.path, code: one.code, message: one.message }));
    }
    return [];
  }

  async function problemsAt(spec: SweepSpec, point: Readonly<Record<string, unknown>>): Promise<readonly Problem[]> {
    try {
      return (await specs.inspect(runsOfPoint(spec, point, catalog)[0]!.spec)).problems;
    } catch (error) {
      if (error instanceof SpecError) return error.problems;
      throw error;
    }
  }

  async function inspect(raw: unknown, probes: boolean): Promise<SweepInspection> {
    const { spec, base, problems } = await check(raw);
    if (spec === null || base === null) return { problems, spec: null, base, points: [], cost: null };
    let points: SweepInspection["points"];
    try { points = previewPoints(spec, previewed); } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      return { problems: error.problems, spec: null, base, points: [], cost: null };
    }
    const faults = await ofPoints(spec, points);
    if (faults.length > 0) return { problems: faults, spec: null, base, points, cost: null };
    return { problems: [], spec, base, points, cost: cost(spec, base, base.aboutMs ?? (probes ? await probe(spec.base, base) : null)) };
  }

  function cost(spec: SweepSpec, { memoryBytes }: Inspection, runMs: number | null): SweepCost {
    const { runs, epochs, prunedEpochs } = costOf(spec);
    const parallel = Math.max(1, Math.min(spec.parallel, pool.parallel, memoryBytes === 0 ? Infinity : Math.floor(memory() / memoryBytes)));
    const epochMs = runMs === null ? null : runMs / spec.base.train.epochs / parallel;
    return { runs, epochs, prunedEpochs, aboutMs: epochMs === null ? null : epochs * epochMs, aboutPrunedMs: epochMs === null ? null : prunedEpochs * epochMs, parallel, memoryBytes: memoryBytes * parallel };
  }

  /** How long the base would train, by the time of its steps; null where it cannot be measured. */
  async function probe(base: RunSpec, { steps }: Inspection): Promise<number | null> {
    const { dataset } = await datasets.read(base.data);
    const { ns } = await pool.profileStep(base, dataset, {});
    return (ns / 1e6) * steps;
  }

  return {
    inspect,
    async accept(raw) {
      const { spec, problems } = await inspect(raw, false);
      if (spec === null) throw new SpecError(problems);
      return spec;
    },
  };
}

/** An objective on rows that the split does not have. */
const unmeasured = ({ objective, repeats }: SweepSpec, { rows }: Inspection): Problem[] =>
  rows === null || rows.validation > 0 || repeats.kind === "folds" ? [] : objective.flatMap(({ metric }, i) => (metric.startsWith("validation/") ? [problem(`objective.${i}.metric`, "noValidationRows", `is measured on validation rows, and the base's split has none; raise base.split.validation`, { got: metric })] : []));
