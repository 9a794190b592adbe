/** From a path of a sweep's axis to the declaration that stands there, and into a run-spec. Knows the grammar of paths, no scale and no sampler. */

import type { Problem } from "./errors.ts";
import { choice, closest, integer, problem, record } from "./param.ts";
import type { Catalog, Component, Param, Params } from "./param.ts";
import { runFields } from "./run-spec.ts";
import type { RunSpec } from "./run-spec.ts";

/** What is declared at a path, and what the base has there. */
export interface Declared { readonly param: Param; readonly value: unknown }

const repeat = integer({ default: 1, min: 1, max: 1000, help: "how often the layers stand there, one after the other" });

/**
 * The declaration at a path such as `optimizer.learningRate`, `layers.0.units`, `layers.1` or `optimizer.kind`, or the problem with it.
 * `kinds` says which components conditions have put in place of the base's. A trial's own business (seeds, the opening of the test split) is not an axis.
 */
export function declaredAt(path: string, base: RunSpec, kinds: Readonly<Record<string, string>>, catalog: Catalog): Declared | Problem {
  if (/^(version|name|seed|seeds|metrics|train\.(openTest|recordEvery|checkpoints))(\.|$)/.test(path)) return problem(path, "notAnAxis", `cannot be an axis: ${path} is not a property of the model or its training`, { got: path });
  const plain = path.replace(/^(layers\.\d+)@\d+/, "$1");
  const steps = plain.split(".");
  let param: Param = record({ help: "a run", fields: runFields as Params });
  let value: unknown = base;
  for (const [i, step] of steps.entries()) {
    const at = steps.slice(0, i).join(".");
    if (param.kind === "optional") param = param.of as Param;
    if (i === 2 && steps[0] === "layers" && step === "repeat" && steps.length === 3) return { param: repeat, value: 1 };
    if (param.kind === "list") {
      const length = Array.isArray(value) ? value.length : 0;
      if (!/^\d+$/.test(step) || Number(step) >= length) return problem(path, "unknownKey", `has no entry ${step}: ${at} of the base has ${length}, counted from 0`, { got: step });
      [param, value] = [param.of as Param, (value as unknown[])[Number(step)]];
      continue;
    }
    let fields: Params;
    if (param.kind === "record") fields = param.fields as Params;
    else if (param.kind === "component") {
      const { family } = param;
      const kind = kinds[at] ?? (value as Component | null)?.kind;
      if (step === "kind") { param = choice({ default: kind ?? "", options: catalog[family].map((one) => one.kind), help: "which one" }); value = kind; continue; }
      const declared = catalog[family].find((one) => one.kind === kind);
      fields = declared?.params ?? {};
      if (kind !== (value as Component | null)?.kind) value = undefined;
    } else return problem(path, "unknownKey", `goes too deep: ${at} is a ${param.kind}`, { got: path });
    const next = fields[step];
    if (next === undefined || !Object.hasOwn(fields, step)) {
      const near = closest(step, Object.keys(fields));
      return problem(path, "unknownKey", `has no ${step} in ${at === "" ? "a run" : at}${near === undefined ? `; known: ${Object.keys(fields).join(", ")}` : `; did you mean ${near}?`}`, { known: Object.keys(fields).join(", "), ...(near === undefined ? {} : { near }) }, near);
    }
    param = next;
    const here = (value as Readonly<Record<string, unknown>> | null | undefined)?.[step];
    value = here === undefined && "default" in next ? next.default : here;
  }
  return { param, value };
}

/** A value of a path, on its way into a run. */
export interface Setting { readonly path: string; readonly value: unknown; readonly block: number }

/**
 * The base with the settings put in: kinds and whole components first (another kind than the base's starts from its own defaults, not from the old one's
 * values), then values, then repetitions, then the values of single copies. Gives plain JSON that `checkRunSpec` completes and checks.
 */
export function put(base: RunSpec, settings: readonly Setting[]): Record<string, unknown> {
  const run = structuredClone(base) as unknown as Record<string, unknown>;
  const isRepeat = ({ path }: Setting): boolean => /^layers\.\d+\.repeat$/.test(path);
  const isOfCopy = ({ path }: Setting): boolean => /^layers\.\d+@/.test(path);
  const ordinary = settings.filter((one) => !isRepeat(one) && !isOfCopy(one));
  // Shorter paths first: a component before what stands inside it.
  const depth = ({ path }: Setting): number => path.split(".").length - (path.endsWith(".kind") ? 1 : 0);
  for (const { path, value } of [...ordinary].sort((a, b) => depth(a) - depth(b) || Number(b.path.endsWith(".kind")) - Number(a.path.endsWith(".kind")))) set(run, path.split("."), value);

  const layers = run["layers"] as Component[];
  const repeats = new Map(settings.filter(isRepeat).map(({ path, value, block }) => [Number(path.split(".")[1]), { count: Number(value), block }]));
  const ofCopies = settings.filter(isOfCopy).map(({ path, value }) => ({ match: /^layers\.(\d+)@(\d+)\.(.+)$/.exec(path)!, value }));
  const built: Component[] = [];
  for (let i = 0; i < layers.length;) {
    const { count, block } = repeats.get(i) ?? { count: 1, block: 1 };
    for (let copy = 1; copy <= count; copy++) {
      layers.slice(i, i + block).forEach((layer, k) => {
        const own: Component = structuredClone(layer);
        for (const { match, value } of ofCopies) if (Number(match[1]) === i + k && Number(match[2]) === copy) set(own as Record<string, unknown>, match[3]!.split("."), value);
        built.push(own);
      });
    }
    i += block;
  }
  return { ...run, layers: built };
}

function set(into: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [step, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) { into[step] = structuredClone(value); return; }
  if (rest.length === 1 && rest[0] === "kind") {
    if ((into[step] as Component | null)?.kind !== value) into[step] = { kind: value };
    return;
  }
  // An optional that was absent is written from here on.
  if (into[step] === null || into[step] === undefined) into[step] = {};
  set(into[step] as Record<string, unknown>, rest, value);
}
