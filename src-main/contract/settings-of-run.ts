/** A run's settings over its way: what a spec becomes when values at paths are changed, what differs between two, and what holds at a step. Plain data in and out. */

import type { Deed, RunSpec, SettingChange, SpecRun } from "./nouns.ts";

type Tree = Readonly<Record<string, unknown>>;
const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);

/** The value with another one at `path`; lists are addressed by number. A part that is not there is made. */
export function withValue(tree: unknown, path: readonly string[], value: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  if (Array.isArray(tree)) return tree.map((one: unknown, i) => (String(i) === head ? withValue(one, rest, value) : one));
  return { ...(isTree(tree) ? tree : {}), [head]: withValue(isTree(tree) ? tree[head] : undefined, rest, value) };
}

/** A spec with values changed at their paths, each a part such as `optimizer.learningRate`, `layers.2.keepProb` or a whole `schedule`. Not checked. */
export const withChanges = (spec: unknown, changes: readonly Pick<SettingChange, "path" | "to">[]): unknown => changes.reduce((changed, { path, to }) => withValue(changed, path.split("."), to), spec);

/** Where two complete specs differ: the smallest parts, and a component or list of another kind or length as a whole. The name is no setting. */
export function changesBetween(before: RunSpec, after: RunSpec): readonly SettingChange[] {
  const found = (from: unknown, to: unknown, path: string): SettingChange[] => {
    if (JSON.stringify(from) === JSON.stringify(to)) return [];
    const deeper = (keys: readonly string[]): SettingChange[] => keys.flatMap((key) => found((from as Tree)[key], (to as Tree)[key], path === "" ? key : `${path}.${key}`));
    if (Array.isArray(from) && Array.isArray(to) && from.length === to.length) return deeper(from.map((_, i) => String(i)));
    if (isTree(from) && isTree(to) && Object.keys(from).sort().join() === Object.keys(to).sort().join() && from["kind"] === to["kind"]) return deeper(Object.keys(from));
    return [{ path, from, to }];
  };
  return found({ ...before, name: "" }, { ...after, name: "" }, "");
}

/** Whether a deed changed settings of the run itself. */
export const isTurn = (deed: Deed): deed is Extract<Deed, { kind: "changed" }> => deed.kind === "changed";

/** The spec that holds after `step`, with `epoch` epochs completed: what the run began with, and every change until then, those of this very moment included. */
export function specAt({ spec, history }: Pick<SpecRun, "spec" | "history">, { step, epoch }: { readonly step: number; readonly epoch: number }): RunSpec {
  const turns = history.filter(isTurn).filter((deed) => deed.step < step || (deed.step === step && deed.epoch <= epoch));
  return turns.reduce((now, { changes }) => withChanges(now, changes) as RunSpec, spec);
}

/** Every change that comes after that moment, with the spec it leads to. */
export function turnsAfter(run: Pick<SpecRun, "spec" | "history">, { step, epoch }: { readonly step: number; readonly epoch: number }): readonly { readonly step: number; readonly epoch: number; readonly spec: RunSpec }[] {
  return run.history.filter(isTurn).filter((deed) => deed.step > step || (deed.step === step && deed.epoch > epoch)).map((deed) => ({ step: deed.step, epoch: deed.epoch, spec: specAt(run, deed) }));
}

/** The settings of a run as it stands now. */
export const settingsOf = (run: Pick<SpecRun, "spec" | "history">): RunSpec => specAt(run, { step: Infinity, epoch: Infinity });
