/** What a new run begins from: an example, another run, a set in the box, a file, or nothing in particular. Knows the paths after `#/new`. */

import { ownRun } from "../../src-main/contract/foreign-runs.ts";
import type { Component, DataSummary, Example, ExperimentId, RunSpec } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";

export interface Origin {
  /** Under which the draft is kept while the person is elsewhere. */
  readonly key: string;
  readonly base: RunSpec;
  /** What it is from, for the head of the page; `null` when from nothing in particular. */
  readonly from: { readonly label: string; readonly path: string } | null;
  /** The experiment the new run most likely belongs to. */
  readonly experimentId: ExperimentId | null;
}

/** Nothing there to begin from; `id` is what was asked for. */
export class NoSuchOrigin extends Error {
  override readonly name = "NoSuchOrigin";
  readonly id: string;
  constructor(id: string) {
    super(`There is no example called ${id}`);
    this.id = id;
  }
}

/** `called`: what an example is called in the language. `/new`, `/new/r-12`, `/new/example/digits`, `/new/sample/iris`, `/new/file/HASH`, each with what stands after `/new`. */
export async function openOrigin(parts: readonly string[], workbench: Pick<Workbench, "examples" | "run" | "listFiles" | "describeData">, called: (example: Example) => string = ({ id, spec }) => spec.name || id): Promise<Origin> {
  const [first = "", second = ""] = parts;
  const key = `descent.draft/${parts.join("/")}`;
  if (first !== "" && second === "") {
    const run = ownRun(await workbench.run({ runId: first }), "begun from");
    return { key, base: { ...run.spec, name: withoutSeed(run.spec) }, from: { label: run.name, path: `/runs/${run.id}` }, experimentId: run.experimentId };
  }
  const examples = (await workbench.examples({})).map((example) => ({ ...example, spec: { ...example.spec, name: called(example) } }));
  const standard = examples.find(({ id }) => id === "digits") ?? examples[0];
  if (standard === undefined) throw new NoSuchOrigin("digits");
  const open = (base: RunSpec, label: string | null): Origin => ({ key, base, from: label === null ? null : { label, path: "" }, experimentId: null });
  switch (first) {
    case "example": {
      const example = examples.find(({ id }) => id === second);
      if (example === undefined) throw new NoSuchOrigin(second);
      return open(example.spec, example.spec.name);
    }
    case "sample": {
      const example = examples.find(({ spec }) => spec.data.kind === "sample" && spec.data["name"] === second);
      return open(example?.spec ?? withData(standard.spec, { kind: "sample", name: second }), null);
    }
    case "file": {
      const file = (await workbench.listFiles({})).find(({ hash }) => hash === second);
      if (file === undefined) throw new NoSuchOrigin(second);
      const data = { kind: "csv", file: file.name, hash: file.hash };
      // What is wrong with the rows the editor says, beside them.
      const found = await workbench.describeData({ data }).catch(() => null);
      const like = found?.task === "number" ? examples.find(({ id }) => id === "diabetes") ?? standard : standard;
      return open(withData(found === null ? like.spec : withOutputs(like.spec, found), data), file.name);
    }
    default: return open(standard.spec, null);
  }
}

/** The name before the seed was written behind it, as it is for the runs of one start with several seeds. */
const withoutSeed = ({ name, seed }: RunSpec): string => (name.endsWith(` · seed ${seed}`) ? name.slice(0, -` · seed ${seed}`.length) : name);

/** The last layer with as many units as the target has classes; a number needs one. */
function withOutputs(spec: RunSpec, { classes }: DataSummary): RunSpec {
  const last = spec.layers.findLastIndex(({ kind }) => kind === "dense");
  return last < 0 ? spec : { ...spec, layers: spec.layers.with(last, { ...spec.layers[last]!, units: classes?.length ?? 1 }) };
}

const withData = (spec: RunSpec, data: Component): RunSpec => ({ ...spec, name: "", data });
