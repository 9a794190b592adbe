/** Runs from before a sweep as trials of it: which point of its space a run stands at, if any. Reads specs backwards and proves the answer forwards. Pure. */

import { pointKey, runsOfPoint } from "../../src-engine/index.ts";
import { SpecError } from "../../src-engine/spec/errors.ts";
import type { Catalog } from "../../src-engine/spec/param.ts";
import type { Run, RunId, RunSpec } from "../contract/nouns.ts";
import type { ImportedRuns, SweepPoint, SweepSpec } from "../contract/sweeps.ts";

/** Runs of one point, in the order given. */
export interface RunsOfPoint { readonly point: SweepPoint; readonly runs: readonly Run[] }
type Left = ImportedRuns["left"][number];

/** A run can be history where it is over, was on the same data (`dataHash`), measured the objectives, is not there yet, and differs from the base in nothing but axes and seed. */
export function pointsOf(runs: readonly Run[], spec: SweepSpec, { dataHash, known, catalog }: { readonly dataHash: string; readonly known: ReadonlySet<RunId>; readonly catalog: Catalog }): { readonly points: readonly RunsOfPoint[]; readonly left: readonly Left[] } {
  const points = new Map<string, { point: SweepPoint; runs: Run[] }>();
  const left: Left[] = [];
  for (const run of runs) {
    const found = refusal(run, spec, dataHash, known) ?? (run.spec === null ? null : pointOf(run.spec, spec, catalog)) ?? { runId: run.id, code: "otherSettings", message: `run ${run.id} differs from the sweep's base in more than its axes` } as const;
    if ("code" in found) { left.push(found as Left); continue; }
    const key = pointKey(found);
    const there = points.get(key);
    if (there === undefined) points.set(key, { point: found, runs: [run] });
    else there.runs.push(run);
  }
  return { points: [...points.values()], left };
}

function refusal({ id: runId, state, reason, data, metrics }: Run, { objective }: SweepSpec, dataHash: string, known: ReadonlySet<RunId>): Left | null {
  if (known.has(runId)) return { runId, code: "isThere", message: `run ${runId} is in this sweep already` };
  if (state !== "finished" && reason?.code !== "diverged") return { runId, code: "notOver", message: `run ${runId} is ${state}, and only what has finished or diverged says something about its settings` };
  if (data.hash !== dataHash) return { runId, code: "otherData", message: `run ${runId} was trained on other data` };
  const missing = objective.find(({ metric }) => metric.includes("/") && !metric.startsWith("run/") && !metric.startsWith("model/") && metrics[metric] === undefined);
  return missing === undefined || state === "failed" ? null : { runId, code: "noObjective", message: `run ${runId} has not measured ${missing.metric}` };
}

/** The point at which the sweep would have made this very run; null where there is none. */
export function pointOf(run: RunSpec, spec: SweepSpec, catalog: Catalog): SweepPoint | null {
  for (const counts of countsOf(spec)) {
    const point = readPoint(run, spec, counts);
    if (point !== null && isRunOf(run, point, spec, catalog)) return point;
  }
  return null;
}

/** Every way in which the repeated layers may stand there: how often, by the name of the axis. */
function countsOf({ axes }: SweepSpec): readonly ReadonlyMap<string, number>[] {
  const repeated = Object.entries(axes).filter(([, { path }]) => /^layers\.\d+\.repeat$/.test(path));
  return repeated.reduce<readonly ReadonlyMap<string, number>[]>((all, [name, axis]) => {
    const values = "from" in axis ? Array.from({ length: Math.floor((axis.to - axis.from) / (axis.step ?? 1)) + 1 }, (_, i) => axis.from + i * (axis.step ?? 1)) : "values" in axis ? axis.values.map(Number) : [Number(axis.value)];
    return all.flatMap((counts) => values.map((count) => new Map([...counts, [name, count]])));
  }, [new Map()]);
}

/** What stands in the run at the place of each axis that is in play; axes are read after those they hang on. */
function readPoint(run: RunSpec, { axes }: SweepSpec, counts: ReadonlyMap<string, number>): SweepPoint | null {
  const point: Record<string, unknown> = {};
  const read = new Set<string>();
  const visit = (name: string): boolean => {
    if (read.has(name)) return true;
    read.add(name);
    const axis = axes[name]!;
    if (!Object.keys(axis.when).every(visit)) return false;
    if (!Object.entries(axis.when).every(([other, values]) => Object.hasOwn(point, other) && values.some((value) => JSON.stringify(value) === JSON.stringify(point[other])))) return true;
    const value = counts.get(name) ?? valueAt(run, placed(axis.path, axes, counts));
    if (value === undefined) return false;
    // A component in a list of values is written short; in the run it is complete.
    point[name] = "values" in axis ? (axis.values.find((one) => isPartOf(one, value)) ?? value) : "value" in axis && isPartOf(axis.value, value) ? axis.value : value;
    return true;
  };
  if (!Object.keys(axes).every(visit)) return null;
  return Object.fromEntries(Object.keys(axes).filter((name) => Object.hasOwn(point, name)).map((name) => [name, point[name]]));
}

/** Where a layer's value stands once the layers before it are repeated: `layers.0@2.units` is the second copy's. */
function placed(path: string, axes: SweepSpec["axes"], counts: ReadonlyMap<string, number>): readonly string[] {
  const found = /^layers\.(\d+)(?:@(\d+))?\.(.+)$/.exec(path);
  if (found === null) return path.split(".");
  const index = Number(found[1]), copy = Number(found[2] ?? 1);
  let shift = 0;
  for (const [name, count] of counts) {
    const { path: at, block } = axes[name]!;
    const first = Number(at.split(".")[1]);
    if (index >= first + block) shift += (count - 1) * block;
    else if (index >= first) shift += (copy - 1) * block;
  }
  return ["layers", String(index + shift), ...found[3]!.split(".")];
}

const valueAt = (tree: unknown, path: readonly string[]): unknown => path.reduce<unknown>((at, key) => (typeof at === "object" && at !== null ? (at as Readonly<Record<string, unknown>>)[key] : undefined), tree);

/** Whether all that one says stands in the other as well. */
function isPartOf(part: unknown, whole: unknown): boolean {
  if (typeof part !== "object" || part === null) return part === whole;
  return typeof whole === "object" && whole !== null && Object.entries(part).every(([key, value]) => isPartOf(value, (whole as Readonly<Record<string, unknown>>)[key]));
}

function isRunOf(run: RunSpec, point: SweepPoint, spec: SweepSpec, catalog: Catalog): boolean {
  try {
    return runsOfPoint(spec, point, catalog).some((one) => settings(one.spec, spec) === settings(run, spec));
  } catch (error) {
    if (error instanceof SpecError) return false;
    throw error;
  }
}

/** What decides a run's result, as a text: not what it is called, what is kept of it, or, where repeats are seeds, its seed. */
function settings({ name: _, seed, train: { checkpoints: __, openTest: ___, recordEvery: ____, ...train }, ...rest }: RunSpec, { repeats }: SweepSpec): string {
  return JSON.stringify(sorted({ ...rest, train, ...(repeats.kind === "folds" ? { seed } : {}) }));
}

const sorted = (value: unknown): unknown => (Array.isArray(value) ? value.map(sorted) : typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)])) : value);
