/** What a run says of itself in words: its headline figure, its reason, its set-up. Pure: facts and words in, sentences out. */

import type { Catalog, Described, Family } from "../../src-main/contract/checks.ts";
import type { Component, Example, Run } from "../../src-main/contract/nouns.ts";
import type { LanguageName, Words } from "../words/words.svelte.ts";
import { metricLabel } from "./charts/metric-names.ts";
import { count, figure, isShare, percent, setting } from "./numbers.ts";

export interface Headline { readonly value: string; readonly unit: string; readonly title: string; readonly sentence: string }

/** The one number a person would repeat: validation accuracy where there is one, else the first other validation metric, else the loss; of another program's run else the first it told. */
export function headline(run: Run, words: Words): Headline | null {
  const metric = headlineMetric(run);
  if (metric === null) return null;
  const value = run.metrics[metric]!;
  const share = isShare(metric);
  const title = metricLabel(words, metric);
  return {
    value: share ? percent(value, 1) : figure(value),
    unit: share && Number.isFinite(value) ? "%" : "",
    title: title.charAt(0).toLocaleUpperCase() + title.slice(1),
    sentence: beside(run, words),
  };
}

function headlineMetric(run: Run): string | null {
  const known = Object.keys(run.metrics);
  const validation = known.filter((name) => name.startsWith("validation/"));
  const candidates = ["validation/accuracy", validation.find((name) => name !== "validation/loss"), "validation/loss", "train/accuracy", "train/loss"];
  return candidates.find((name): name is string => name !== undefined && Object.hasOwn(run.metrics, name)) ?? (run.foreign === null ? null : known[0] ?? null);
}

/** How the figure stands to its training counterpart. */
function beside(run: Run, words: Words): string {
  const { "train/accuracy": train, "validation/accuracy": validation } = run.metrics;
  if (train !== undefined && validation !== undefined && Number.isFinite(train - validation)) {
    const gap = Math.abs(train - validation);
    return validation <= train ? words.run.below(percent(gap, 1)) : words.run.above(percent(gap, 1));
  }
  const { "train/loss": trainLoss, "validation/loss": validationLoss } = run.metrics;
  return trainLoss === undefined || validationLoss === undefined ? "" : words.run.lossRatio(figure(validationLoss), figure(trainLoss));
}

/** Why a run ended before its time and what may mend it. The recorded sentence is English: it is shown whole in English, and as details elsewhere. */
export function reasonOf(run: Pick<Run, "reason">, words: Words, language: LanguageName): { readonly title: string; readonly hint: string; readonly details: string } | null {
  const { reason } = run;
  if (reason === null) return null;
  if (language === "en") return { title: capital(reason.message), hint: reason.hint, details: "" };
  const code = Object.hasOwn(words.run.reasons, reason.code) ? (reason.code as keyof Words["run"]["reasons"]) : "other";
  return { title: words.run.reasons[code](count(reason.step)), hint: words.run.hints[code], details: reason.message };
}

/** What the engine did by itself, a sentence each. */
export const notesOf = (run: Run, words: Words): string[] => run.notes.map(({ path, code, details }) => words.run.notes[code](path, details));

const capital = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);

export const described = (catalog: Catalog, family: Family, kind: string): Described | undefined => catalog[family].find((one) => one.kind === kind);

/** What a spec in the box is called in the language: its own name where it has no other. */
export const exampleName = ({ id, spec }: Example, words: Words): string => (words.examples as Readonly<Record<string, string>>)[id] ?? (spec.name || id);

/** A component's name in the chosen language. */
export function titleOf(catalog: Catalog, family: Family, kind: string, language: LanguageName): string {
  const found = described(catalog, family, kind);
  return found === undefined ? kind : language === "zh" ? found.zh.title : found.title;
}

/** A component in one line: its title and the parameters that have a symbol, `Adam, α 0.001, β₁ 0.9`; no line ends within a number. */
export function componentLine(catalog: Catalog, family: Family, component: Component, language: LanguageName, words: Words): string {
  const found = described(catalog, family, component.kind);
  const parts = Object.entries(found?.params ?? {}).flatMap(([name, param]) => {
    const value = component[name];
    return param.symbol !== undefined && typeof value === "number" ? [`${param.symbol}\u00a0${setting(value).replace("-", "\u2011")}`] : [];
  });
  return words.common.list([titleOf(catalog, family, component.kind, language), ...parts]);
}

/** The learning rate a run starts from; `null` where its optimizer has none. */
export function learningRate(run: Run): number | null {
  const rate = run.spec?.optimizer["learningRate"];
  return typeof rate === "number" ? rate : null;
}
