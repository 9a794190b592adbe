/** A run's way in words: why a state is kept, what was done at which step. Pure. */

import type { Checkpoint, Deed, SettingChange } from "../../src-main/contract/nouns.ts";
import type { Words } from "../words/words.svelte.ts";
import { setting } from "./numbers.ts";

/** Why a state is kept, the strongest reason first; never empty. */
export function reasonsOf(one: Checkpoint, all: readonly Checkpoint[], words: Words): readonly string[] {
  const { reasons } = words.course;
  const newest = all.filter(({ canGoOn }) => canGoOn).at(-1);
  const own = [...(one.isFinal ? [reasons.final] : []), ...(one.isFork ? [reasons.fork] : []), ...(one.isPeriodic ? [reasons.periodic] : []), ...(one === newest && !one.isFinal ? [reasons.newest] : [])];
  return own.length > 0 ? own : [one.value !== null ? reasons.best : reasons.newest];
}

/** What a layer's line adds to its kind. */
const telling = ["units", "filters", "keepProb"] as const;

const isComponent = (value: unknown): value is Readonly<Record<string, unknown>> & { readonly kind: string } => typeof value === "object" && value !== null && "kind" in value;

/** What a value of a spec looks like in a sentence: numbers as they were set, components by their kind, lists of them with what tells most of each. */
export function shownValue(value: unknown): string {
  if (typeof value === "number") return setting(value);
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every(isComponent)) return value.length === 0 ? "–" : value.map((one) => [one.kind, ...telling.map((key) => one[key]).filter((number) => typeof number === "number").map(setting)].join(" ")).join(", ");
  if (isComponent(value)) return String(value.kind);
  return value === undefined ? "–" : JSON.stringify(value);
}

export const changeWords = ({ path, from, to }: SettingChange, words: Words): string => words.course.changed(path, shownValue(from), shownValue(to));

/** What a deed was, in a few words. */
export function deedWords(deed: Deed, words: Words): string {
  if (deed.kind === "resumed") return words.course.resumed;
  const parts = words.course.parts as Readonly<Record<string, string>>;
  return words.common.list([
    ...(deed.kind === "branched" ? [words.course.branchedFrom(deed.from)] : []), ...deed.changes.map((change) => changeWords(change, words)),
    ...(deed.anew.length === 0 ? [] : [words.course.anew(words.common.list(deed.anew.map((part) => parts[part] ?? part)))]),
  ]);
}
