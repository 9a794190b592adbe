/** Which fields of the spec stand together, in which order. Every field of the spec is in exactly one section. */

import { runFields } from "../../../src-main/contract/checks.ts";

export const sections = [
  { id: "data", fields: ["data"] },
  { id: "split", fields: ["split", "scaling"] },
  { id: "model", fields: ["layers"] },
  { id: "optimizer", fields: ["optimizer", "schedule"] },
  { id: "loss", fields: ["loss", "regularizer", "metrics"] },
  { id: "training", fields: ["train", "augment"] },
  { id: "run", fields: ["name", "seed", "seeds"] },
] as const satisfies readonly { readonly id: string; readonly fields: readonly (keyof typeof runFields)[] }[];

export type SectionId = (typeof sections)[number]["id"];

/** Keys of the draft that no section shows: unknown ones. */
export const isShown = (path: string): boolean => Object.hasOwn(runFields, path.split(".")[0] ?? "");
