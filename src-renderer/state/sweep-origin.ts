/** What a sweep's draft begins from: an example, a run, a draft of a run, another sweep, a brushed region of one, or a running sweep's own space. Knows the paths after `#/sweeps`. */

import { checkRunSpec, type Catalog } from "../../src-main/contract/checks.ts";
import { ownRun } from "../../src-main/contract/foreign-runs.ts";
import type { Example, RunSpec } from "../../src-main/contract/nouns.ts";
import type { SweepSpec } from "../../src-main/contract/sweep-checks.ts";
import type { Sweep, SweepId } from "../../src-main/contract/sweeps.ts";
import { readSpecText } from "../../src-main/contract/spec-text.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { offersOf } from "./axis-offers.ts";
import { NoSuchOrigin } from "./draft-origin.ts";
import { isFields, lean, type Fields } from "./draft-value.ts";
import { leanSweep } from "./sweep-sort.ts";

export interface SweepOrigin {
  /** Under which the draft is kept while the person is elsewhere. */
  readonly key: string;
  /** The sweep-spec the draft starts as; its base may be unfinished. */
  readonly spec: Fields;
  readonly from: { readonly label: string; readonly path: string } | null;
  /** The sweep it is from, which names itself by its axes. */
  readonly source: Sweep | null;
  readonly experimentId: string | null;
  /** A sweep whose space is narrowed: the new one is its next stage and learns from its trials. */
  readonly zoom: { readonly parentId: SweepId; readonly parent: SweepSpec; readonly trials: readonly number[] } | null;
  /** A sweep whose own spec is changed. */
  readonly changing: { readonly sweepId: SweepId; readonly spec: SweepSpec } | null;
}

type Asked = Pick<Workbench, "examples" | "run" | "sweep" | "narrowSweep">;

/**
 * `/sweeps/new`, `/sweeps/new/example/digits`, `/sweeps/new/run/r-12`, `/sweeps/new/draft/example/digits` (what stands after `/new` of the run's editor),
 * `/sweeps/new/sweep/s-3`, `/sweeps/new/zoom/s-3/1,4,9`, `/sweeps/s-3/edit`; `parts` is what stands after `/sweeps`.
 */
export async function openSweepOrigin(parts: readonly string[], workbench: Asked, catalog: Catalog, storage: Pick<Storage, "getItem">, called: (example: Example) => string = ({ id, spec }) => spec.name || id): Promise<SweepOrigin> {
  const key = `descent.sweep-draft/${parts.join("/")}`;
  const plain = { key, from: null, source: null, experimentId: null, zoom: null, changing: null };
  if (parts[1] === "edit") {
    const { sweep } = await workbench.sweep({ sweepId: parts[0]! });
    return { ...plain, key: `${key}/${sweep.version}`, spec: leanSweep(sweep.spec, catalog), source: sweep, experimentId: sweep.experimentId, changing: { sweepId: sweep.id, spec: sweep.spec } };
  }
  const [, first = "", second = "", third = ""] = parts;
  switch (first) {
    case "run": {
      const run = ownRun(await workbench.run({ runId: second }), "searched over");
      return { ...plain, spec: begun({ ...run.spec, name: "", seeds: 1 } as unknown as Fields, catalog), from: { label: run.name, path: `/runs/${run.id}` }, experimentId: run.experimentId };
    }
    case "draft": {
      const rest = parts.slice(2).join("/");
      const { value } = readSpecText(storage.getItem(`descent.draft/${rest}`) ?? "");
      if (!isFields(value)) throw new NoSuchOrigin(rest);
      const { seeds: _, ...base } = value;
      return { ...plain, spec: begun(base, catalog), from: { label: typeof value["name"] === "string" ? value["name"] : "", path: `/new/${rest}` } };
    }
    case "sweep": {
      const { sweep } = await workbench.sweep({ sweepId: second });
      return { ...plain, spec: leanSweep(sweep.spec, catalog), source: sweep, experimentId: sweep.experimentId };
    }
    case "zoom": {
      const trials = third.split(",").map(Number).filter(Number.isInteger);
      const [{ sweep }, { spec }] = await Promise.all([workbench.sweep({ sweepId: second }), workbench.narrowSweep({ sweepId: second, trials })]);
      return { ...plain, spec: leanSweep(spec, catalog), source: sweep, experimentId: sweep.experimentId, zoom: { parentId: sweep.id, parent: sweep.spec, trials } };
    }
    default: {
      const examples = await workbench.examples({});
      const example = first === "example" ? examples.find(({ id }) => id === second) : examples.find(({ id }) => id === "digits") ?? examples[0];
      if (example === undefined) throw new NoSuchOrigin(second);
      return { ...plain, spec: begun(withoutSeeds(example.spec), catalog), from: first === "example" ? { label: called(example), path: "" } : null };
    }
  }
}

const withoutSeeds = ({ seeds: _, ...spec }: RunSpec): Fields => spec;

/** What a first sweep varies: the rate, which the course tunes first, the units of a hidden layer, what is kept by dropout; each where the base has it. */
const firstAxes = [/^optimizer\.learningRate$/, /^layers\.\d+\.units$/, /keepProb$/];

/** A first sweep over a base, judged by validation accuracy where the base measures it. */
export function begun(base: Fields, catalog: Catalog): Fields {
  const metrics = Array.isArray(base["metrics"]) ? base["metrics"] : [];
  const hasAccuracy = metrics.some((one: unknown) => isFields(one) && one["kind"] === "accuracy");
  const whole = checkRunSpec(base, catalog).spec;
  const offers = whole === null ? [] : offersOf(whole, {}, catalog);
  const axes = firstAxes.flatMap((wanted) => offers.find(({ path }) => wanted.test(path)) ?? []);
  return { version: 1, base: lean(base, catalog), axes: Object.fromEntries(axes.map(({ name, given }) => [name, given])), objective: { metric: hasAccuracy ? "validation/accuracy" : "validation/loss" }, sampler: { kind: "tpe" }, pruner: { kind: "none" }, trials: 40, parallel: 2, seed: 1 };
}
