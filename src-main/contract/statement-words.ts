/** A statement about two groups in words, the same on the page, in a report and on the command line. Pure: numbers and names in, sentences out. */

import type { Statement } from "./comparison.ts";
import { figure, isShare, percent, withMinus } from "./figures.ts";

/** What is spoken of. `label` is the metric's name in the language, `rivals` how many groups are held against the baseline. */
export interface Spoken { readonly baseline: string; readonly group: string; readonly metric: string; readonly label: string; readonly rivals: number }

/** `claim` is what a person could repeat aloud, `evidence` the numbers behind it, `notes` what must be known beside them. */
export interface Said { readonly claim: string; readonly evidence: string; readonly notes: readonly string[] }

/** How a language says it. `amount` has its unit and metric: `0.61 points of validation accuracy`. */
interface Tongue {
  better(group: string, baseline: string, amount: string): string;
  worse(group: string, baseline: string, amount: string): string;
  higher(group: string, baseline: string, amount: string): string;
  lower(group: string, baseline: string, amount: string): string;
  noise(group: string, baseline: string, amount: string): string;
  undecided(group: string, baseline: string, amount: string): string;
  tooFew(fewest: number, group: string, baseline: string, amount: string, side: "above" | "below" | "level"): string;
  unknown(label: string): string;
  amount(value: string, isPoints: boolean, label: string): string;
  interval(from: string, to: string): string;
  pairs(n: number): string;
  runs(baseline: number, group: number): string;
  test(isPaired: boolean, p: string, isExact: boolean): string;
  evidence(parts: readonly string[]): string;
  smallest(n: readonly [number, number], isPaired: boolean, p: string): string;
  more(wanted: number, isPaired: boolean): string;
  holm(rivals: number, p: string): string;
  leftOut(runs: number): string;
  otherRows: string;
}

const en: Tongue = {
  better: (group, baseline, amount) => `${group} is better than ${baseline} by ${amount}`,
  worse: (group, baseline, amount) => `${group} is worse than ${baseline} by ${amount}`,
  higher: (group, baseline, amount) => `${group} is higher than ${baseline} by ${amount}`,
  lower: (group, baseline, amount) => `${group} is lower than ${baseline} by ${amount}`,
  noise: (group, baseline, amount) => `${group} and ${baseline} cannot be told apart: ${amount} between them are within noise`,
  undecided: (group, baseline, amount) => `Too few seeds to tell ${group} from ${baseline}: ${amount} lie between them`,
  tooFew: (fewest, group, baseline, amount, side) => `${fewest === 1 ? "One run of each" : `${fewest} runs of each`} cannot tell: ${group} stands ${side === "level" ? "level with" : `${amount} ${side}`} ${baseline}, and that may be chance`,
  unknown: (label) => `Nothing to compare yet: not every group has a finished run with ${label}`,
  amount: (value, isPoints, label) => (isPoints ? `${value} points of ${label}` : `${value} in ${label}`),
  interval: (from, to) => `95 % CI ${from} to ${to}`,
  pairs: (n) => (n === 1 ? "1 paired seed" : `${n} paired seeds`),
  runs: (baseline, group) => (baseline === group ? `${group} runs each, unpaired` : `${group} against ${baseline} runs, unpaired`),
  test: (isPaired, p, isExact) => `${isExact ? "" : "drawn "}${isPaired ? "sign-flip" : "permutation"} ${p}`,
  evidence: (parts) => `(${parts.slice(0, 1).join("")}${parts.length > 1 ? `; ${parts.slice(1).join(", ")}` : ""})`,
  smallest: (n, isPaired, p) => (isPaired ? `${n[0]} pairs can never give a p below ${p}.` : `${n[1]} against ${n[0]} runs can never give a p below ${p}.`),
  more: (wanted, isPaired) => `About ${wanted} ${isPaired ? "pairs" : "seeds of each"} in all could tell, if they spread as they do now.`,
  holm: (rivals, p) => `After Holm for ${rivals} comparisons ${p}.`,
  leftOut: (runs) => (runs === 1 ? "1 run without a partner of the same seed is left out." : `${runs} runs without a partner of the same seed are left out.`),
  otherRows: "They were validated on different rows, so part of the difference may be theirs.",
};

const zh: Tongue = {
  better: (group, baseline, amount) => `${group} 优于 ${baseline}：${amount}`,
  worse: (group, baseline, amount) => `${group} 劣于 ${baseline}：${amount}`,
  higher: (group, baseline, amount) => `${group} 高于 ${baseline}：${amount}`,
  lower: (group, baseline, amount) => `${group} 低于 ${baseline}：${amount}`,
  noise: (group, baseline, amount) => `${group} 与 ${baseline} 无法区分：差值（${amount}）在噪声之内`,
  undecided: (group, baseline, amount) => `种子太少，尚不能区分 ${group} 与 ${baseline}：相差${amount}`,
  tooFew: (fewest, group, baseline, amount, side) => `每组仅 ${fewest} 次运行，尚不能判断：${group} ${side === "level" ? `与 ${baseline} 持平` : `比 ${baseline} ${side === "above" ? "高" : "低"}（${amount}）`}，可能只是偶然`,
  unknown: (label) => `尚无可比较的结果：并非每组都有已完成且带有${label}的运行`,
  amount: (value, isPoints, label) => (isPoints ? `${label} ${value} 个百分点` : `${label} ${value}`),
  interval: (from, to) => `95 % CI ${from} 至 ${to}`,
  pairs: (n) => `${n} 对配对种子`,
  runs: (baseline, group) => (baseline === group ? `每组 ${group} 次运行，未配对` : `${group} 次对 ${baseline} 次运行，未配对`),
  test: (isPaired, p, isExact) => `${isExact ? "" : "抽样"}${isPaired ? "符号翻转检验" : "置换检验"} ${p}`,
  evidence: (parts) => `（${parts.slice(0, 1).join("")}${parts.length > 1 ? `；${parts.slice(1).join("，")}` : ""}）`,
  smallest: (n, isPaired, p) => (isPaired ? `${n[0]} 对种子的 p 值不可能小于 ${p}。` : `${n[1]} 次对 ${n[0]} 次运行的 p 值不可能小于 ${p}。`),
  more: (wanted, isPaired) => `若离散程度不变，总共约 ${wanted} ${isPaired ? "对种子" : "个种子（每组）"}可作出判断。`,
  holm: (rivals, p) => `对 ${rivals} 次比较作 Holm 校正后 ${p}。`,
  leftOut: (runs) => `${runs} 次运行没有相同种子的配对，未计入。`,
  otherRows: "两组的验证行不同，差值中可能含有数据本身的差别。",
};

const tongues = { en, zh } as const;

/** `p = 0.06`, `p = 0.004`, `p < 0.001`. */
export const chance = (p: number): string => (p < 0.001 ? "p < 0.001" : `p = ${bareChance(p)}`);
const bareChance = (p: number): string => (p >= 0.01 ? p.toFixed(2) : p.toFixed(3));

/** A difference with its sign left to the caller: points of a share, three digits of anything else. */
export function amountOf(metric: string, value: number): string {
  return isShare(metric) ? percent(value) : figure(value);
}

/** With its sign: `+0.61`, `−0.39`. */
export const signed = (metric: string, value: number): string => (value > 0 ? `+${amountOf(metric, value)}` : withMinus(amountOf(metric, value)));

export function sayOf(statement: Statement, { baseline, group, metric, label, rivals }: Spoken, language: "en" | "zh"): Said {
  const tongue = tongues[language];
  const { verdict, difference, isPaired, n, p } = statement;
  if (verdict === "unknown") return { claim: tongue.unknown(label), evidence: "", notes: [] };
  const amount = (value: number): string => tongue.amount(amountOf(metric, value), isShare(metric), label);
  // A claim of better or worse speaks of an amount above zero, and turns the interval with it.
  const turned = verdict === "better" || verdict === "worse" || verdict === "higher" || verdict === "lower" ? difference < 0 : false;
  const [from, to] = turned ? [-statement.to, -statement.from] : [statement.from, statement.to];
  const claims: Readonly<Record<Exclude<Statement["verdict"], "unknown">, () => string>> = {
    better: () => tongue.better(group, baseline, amount(Math.abs(difference))),
    worse: () => tongue.worse(group, baseline, amount(Math.abs(difference))),
    higher: () => tongue.higher(group, baseline, amount(Math.abs(difference))),
    lower: () => tongue.lower(group, baseline, amount(Math.abs(difference))),
    noise: () => tongue.noise(group, baseline, amount(Math.abs(difference))),
    undecided: () => tongue.undecided(group, baseline, amount(Math.abs(difference))),
    tooFew: () => tongue.tooFew(Math.min(...n), group, baseline, amount(Math.abs(difference)), difference > 0 ? "above" : difference < 0 ? "below" : "level"),
  };
  const evidence = Number.isNaN(from) ? [] : [tongue.interval(amountOf(metric, from), amountOf(metric, to)), isPaired ? tongue.pairs(n[0]) : tongue.runs(n[0], n[1]), ...(Number.isNaN(p) ? [] : [tongue.test(isPaired, chance(p), statement.isExact)])];
  const isTold = Math.min(...n) >= 2;
  const notes = [
    ...(isTold && statement.smallestP > 0.05 ? [tongue.smallest(n, isPaired, bareChance(statement.smallestP))] : []),
    ...(statement.wanted === null ? [] : [tongue.more(statement.wanted, isPaired || statement.isSameValidation)]),
    ...(Number.isNaN(statement.holmP) ? [] : [tongue.holm(rivals, chance(statement.holmP))]),
    ...(statement.unpaired > 0 ? [tongue.leftOut(statement.unpaired)] : []),
    ...(statement.isSameValidation ? [] : [tongue.otherRows]),
  ];
  return { claim: claims[verdict](), evidence: evidence.length === 0 ? "" : tongue.evidence(evidence), notes };
}

/** The whole in one line, as the command line prints it. */
export function sentenceOf({ claim, evidence }: Said, language: "en" | "zh"): string {
  return language === "en" ? `${claim}${evidence === "" ? "" : ` ${evidence}`}.` : `${claim}${evidence}。`;
}
