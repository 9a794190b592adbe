/** What the editor of a sweep says, in English; the shape every other language follows. Labels and hints of what is declared come from the declarations. */

import { prunerKinds, samplerKinds, sweepFields, type SearchKind } from "../../src-main/contract/sweep-checks.ts";
import type { Param } from "../../src-main/contract/checks.ts";
import { splitWords, type FieldWords } from "./editor.en.ts";

export interface KindWords { readonly title: string; readonly summary: string; readonly params: Readonly<Record<string, FieldWords>> }

const wordsOf = (param: Param, name: string): FieldWords => ({ label: param.label ?? splitWords(name), help: param.help });
const kindWords = <K extends string>(kinds: Readonly<Record<K, SearchKind>>): Readonly<Record<K, KindWords>> =>
  Object.fromEntries(Object.entries<SearchKind>(kinds).map(([kind, { title, summary, params }]) => [kind, { title, summary, params: Object.fromEntries(Object.entries(params).map(([name, param]) => [name, wordsOf(param, name)])) }])) as Record<K, KindWords>;

type Field = Exclude<keyof typeof sweepFields, "repeats" | "confirm"> | "repeats.kind" | "repeats.count" | "confirm.top" | "confirm.seeds";
const { repeats, confirm, ...plain } = sweepFields;
const fields = Object.fromEntries([
  ...Object.entries(plain).map(([name, param]) => [name, wordsOf(param, name)]),
  ["repeats.kind", { label: "repeats", help: repeats.fields.kind.help }], ["repeats.count", { label: "runs of a trial", help: "seeds or folds that each point is tried with" }],
  ["confirm.top", { label: "confirm the best", help: confirm.fields.top.help }], ["confirm.seeds", { label: "fresh seeds each", help: confirm.fields.seeds.help }],
]) as Readonly<Record<Field, FieldWords>>;

const plural = (n: number, shown: string, one: string): string => `${shown} ${n === 1 ? one : `${one}s`}`;

export const sweepEditor = {
  title: "New sweep",
  editTitle: "Edit space",
  zoomTitle: "Next stage",
  opening: "Reading what the sweep begins from",
  noDraft: "There is no draft to sweep over",
  sections: { base: "Base", axes: "Space", objective: "Objective", search: "Search", budget: "Budget" },
  sectionHelp: {
    base: "The run that every trial starts from; a trial changes only its axes.",
    axes: "What varies, straight from the declarations. Each strip shows 200 points as the sampler’s prior draws them.",
    objective: "What is to be made large or small. Several give a front instead of a winner.",
    search: "Which point comes next, and which trial is better stopped.",
    budget: "How many, how often, how many at once.",
  },
  from: "From",
  examples: "Examples",
  runs: "Runs",
  current: "as it stands here",
  baseEdit: "Edit as a run",
  baseEditWhy: "Opens the base in the run editor; “Sweep over this” there comes back",
  epochsOfBase: "epochs of a trial",
  fields,
  samplers: kindWords(samplerKinds),
  pruners: kindWords(prunerKinds),
  sampler: { label: "sampler", help: "which point comes next" },
  pruner: { label: "pruner", help: "which trial is stopped early" },
  source: (from: string): string => `Source: ${from}`,
  add: "Add an axis",
  addTitle: "What shall vary?",
  find: "Find a value",
  noOffer: "Nothing here has this name.",
  offerSections: { optimizer: "Optimizer and schedule", model: "Model", training: "Training", regularization: "Regularization", data: "Data" },
  there: "is an axis",
  remove: (axis: string): string => `Take ${axis} out`,
  roles: { label: "role", scientific: "scientific", nuisance: "nuisance", fixed: "fixed" },
  roleHelp: { scientific: "the question: its isolation plot is the answer", nuisance: "tuned so that the answer is fair", fixed: "held at one value" },
  form: { label: "values", range: "range", list: "list", held: "held" },
  fromField: "from",
  toField: "to",
  step: "step",
  stepHelp: "empty: any value in the range",
  scale: "scale",
  scales: { linear: "linear", log: "log", reverseLog: "reverse-log (1 − x)" },
  list: "values",
  listHelp: "separated by commas",
  value: "value",
  block: "layers repeated together",
  when: "only where",
  always: "always",
  whenIs: (axis: string): string => `only where ${axis} is`,
  condition: "Condition",
  addCondition: "Add a condition",
  removeCondition: (axis: string): string => `Take away the condition on ${axis}`,
  points: (n: string): string => `${n} drawn points`,
  pointsSummary: (axis: string, n: string, low: string, high: string): string => `${n} values of ${axis} drawn at random, half of them between ${low} and ${high}`,
  notInPlay: (n: string): string => `not in play in ${n}`,
  layer: (n: string): string => `layer ${n}`,
  ofLayer: (name: string, layer: string): string => `${name}, layer ${layer}`,
  ofCopy: (name: string, layer: string, copy: string): string => `${name}, layer ${layer}, copy ${copy}`,
  repeatOf: (layer: string): string => `how often layer ${layer} stands there`,
  shortRepeat: (layer: string): string => `layers ×${layer}`,
  ofKind: (name: string, kind: string): string => `${name} (${kind})`,
  constraints: "Constraints",
  constraintsHelp: "points that do not keep them are never drawn",
  addConstraint: "Add a constraint",
  constraint: { kind: "kind", decreasing: "decreasing", increasing: "increasing", sumAtMost: "sum at most", strict: "strictly", limit: "limit", axes: "axes, in this order", needsTwo: "A constraint compares at least two axes that hold numbers." },
  objectives: { metric: "metric", goal: "goal", maximize: "maximize", minimize: "minimize", add: "Add an objective", remove: (metric: string): string => `Take ${metric} out`, seconds: "training time, seconds", parameters: "parameters of the network", secondsShort: "seconds", parametersShort: "parameters", of: (split: string, name: string): string => `${split} ${name}` },
  start: (trials: string): string => `Start ${trials} trials`,
  startStage: "Start the next stage",
  apply: (n: number, shown: string): string => (n === 0 ? "Nothing changed" : `Apply ${plural(n, shown, "change")}`),
  applied: "It takes effect with the next trial; those under way end as they began.",
  cannotChange: "Base, objectives and repeats stay: trials made under others could not be compared. Start a new sweep for that.",
  cost: (trials: string, repeats: string, runs: string): string => (repeats === "1" ? `${trials} trials, ${runs} runs with the confirmation` : `${trials} trials × ${repeats}, ${runs} runs with the confirmation`),
  costTime: (time: string, parallel: string): string => `about ${time} on ${parallel}`,
  costPruned: (time: string): string => `about ${time} with pruning`,
  noTime: "Nothing like it was trained here yet",
  probe: "Measure a few steps",
  probing: "Measuring a few steps of the base",
  night: "That is a night’s work",
  zoomReason: (n: number, shown: string, name: string): string => `Narrowed to where ${plural(n, shown, "brushed trial")} of “${name}” lie, with a tenth of room. Their results count as known.`,
  wasRange: (range: string): string => `was ${range}`,
  stageName: (name: string, stage: string): string => `${name} · stage ${stage}`,
};
