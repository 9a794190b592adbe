/** What fields, components and options are called in the chosen language. Knows declarations and words, and no markup. */

import type { Choice, Described, Param } from "../../../src-main/contract/checks.ts";
import { splitWords, type FieldPath, type FieldWords } from "../../words/editor.en.ts";
import { language, t } from "../../words/words.svelte.ts";
import { complement, setting } from "../numbers.ts";

export const titleOf = (described: Described): string => (language.current === "zh" ? described.zh.title : described.title);
export const summaryOf = (described: Described): string => (language.current === "zh" ? described.zh.summary : described.summary);

/** Label and hint of a component's parameter. */
export function wordsOf(described: Described, name: string): FieldWords {
  const param = described.params[name];
  const chinese = language.current === "zh" ? described.zh.params[name] : undefined;
  return chinese ?? { label: param?.label ?? splitWords(name), help: param?.help ?? "" };
}

/** A parameter and its value in a few words; a share that is kept is also told as the share that is dropped. */
export function told(described: Described, name: string, value: unknown): string {
  if (name === "keepProb" && typeof value === "number") return t().run.keepDrop(setting(value), complement(value));
  return `${wordsOf(described, name).label} ${valueText(value)}`;
}

/** Label and hint of a field of the spec itself. */
export const fieldWords = (path: FieldPath): FieldWords => t().editor.fields[path];

/** The same of a field that stands deeper in the spec; one that has no words of its own speaks as it is declared. */
export const nestedWords = (path: string, name: string, param: Param): FieldWords => (t().editor.fields as Readonly<Record<string, FieldWords>>)[path] ?? { label: param.label ?? splitWords(name), help: param.help };

export const optionLabel = (option: string): string => t().editor.options[option] ?? option;
export const optionsOf = (param: Choice): { value: string; label: string }[] => param.options.map((option) => ({ value: option, label: optionLabel(option) }));

/** A value in a few words: a number as set, a component by its kind, a list by its entries. */
export function valueText(value: unknown): string {
  if (typeof value === "number") return setting(value);
  if (typeof value === "boolean") return value ? t().editor.on : t().editor.off;
  if (value === null || value === undefined || value === "") return t().editor.notSet;
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  if (typeof value === "object" && "kind" in value && typeof value.kind === "string") return value.kind;
  return typeof value === "string" ? optionLabel(value) : JSON.stringify(value);
}

/** A declaration's default in a few words; of a record there is none to show. */
export const standardText = (param: Param): string => (param.kind === "record" ? "" : valueText(param.default));
