/** A diagnosis in words, the same on the page and on the command line: figures and states, no advice. Pure. */

import type { Diagnosis, ErrorRate, Gap, GapState } from "./diagnosis.ts";
import { count, percent } from "./figures.ts";

interface Tongue {
  readonly bias: string;
  readonly variance: string;
  readonly states: Readonly<Record<GapState, string>>;
  readonly parts: { readonly base: string; readonly train: string; readonly validation: string; readonly test: string };
  /** Two states as one sentence; variance is null without validation rows. */
  sentence(bias: string, variance: string | null): string;
  rate(share: string, from: string, to: string): string;
  counted(wrong: string, rows: string): string;
  gap(value: string, from: string, to: string): string;
  high(from: string): string;
  more(rows: string): string;
  readonly noMore: string;
  basis(seeds: number): string;
  readonly noValidation: string;
}

const en: Tongue = {
  bias: "avoidable bias", variance: "variance",
  states: { high: "high", fine: "fine", undecided: "undecided" },
  parts: { base: "base error", train: "training error", validation: "validation error", test: "test error" },
  sentence: (bias, variance) => (variance === null ? `Bias is ${bias}` : `Bias is ${bias}, variance is ${variance}`),
  rate: (share, from, to) => `${share} % (95 % CI ${from} to ${to})`,
  counted: (wrong, rows) => `${wrong} of ${rows} rows`,
  gap: (value, from, to) => `${value} points (95 % CI ${from} to ${to})`,
  high: (from) => `high from ${from} points`,
  more: (rows) => `About ${rows} more validation rows would decide.`,
  noMore: "More rows alone would not decide.",
  basis: (seeds) => (seeds === 1 ? "Evaluation mode, one checkpoint. The intervals know of the rows alone: one seed says nothing of its spread." : `Evaluation mode, one checkpoint of each of ${seeds} seeds. Intervals: Wilson on the rows, with the spread of the seeds.`),
  noValidation: "No rows validate, so nothing is known of variance.",
};

const zh: Tongue = {
  bias: "可避免偏差", variance: "方差",
  states: { high: "偏高", fine: "正常", undecided: "未定" },
  parts: { base: "基础误差", train: "训练误差", validation: "验证误差", test: "测试误差" },
  sentence: (bias, variance) => (variance === null ? `偏差${bias}` : `偏差${bias}，方差${variance}`),
  rate: (share, from, to) => `${share} %（95 % CI ${from} 至 ${to}）`,
  counted: (wrong, rows) => `${rows} 行中错 ${wrong} 行`,
  gap: (value, from, to) => `${value} 个百分点（95 % CI ${from} 至 ${to}）`,
  high: (from) => `达到 ${from} 个百分点即偏高`,
  more: (rows) => `再增加约 ${rows} 行验证数据即可判定。`,
  noMore: "仅增加数据行无法判定。",
  basis: (seeds) => (seeds === 1 ? "评估模式，同一检查点。区间只反映数据行的不确定性：单个种子无法说明种子间的波动。" : `评估模式，${seeds} 个种子各一个检查点。区间：数据行的 Wilson 区间，并计入种子间的波动。`),
  noValidation: "没有验证样本，无从得知方差。",
};

export const diagnosisTongues: Readonly<Record<"en" | "zh", Tongue>> = { en, zh };

const shown = (share: number): string => percent(share);

export const sentenceOf = ({ bias, variance }: Pick<Diagnosis, "bias" | "variance">, tongue: Tongue): string => tongue.sentence(tongue.states[bias.state], variance === null ? null : tongue.states[variance.state]);

export const rateText = ({ share, from, to }: Pick<ErrorRate, "share" | "from" | "to">, tongue: Tongue): string => tongue.rate(shown(share), shown(from), shown(to));

export const gapText = ({ value, from, to }: Pick<Gap, "value" | "from" | "to">, tongue: Tongue): string => tongue.gap(shown(value), shown(from), shown(to));

/** What would decide it; empty where it is decided. Bias hangs on the training rows, which are what they are. */
export function moreText({ state, moreRows }: Gap, isVariance: boolean, tongue: Tongue): string {
  if (state !== "undecided") return "";
  return isVariance && moreRows !== null ? tongue.more(count(roundedUp(moreRows))) : tongue.noMore;
}

/** Two significant digits, upwards. */
function roundedUp(rows: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(rows)) - 1);
  return Math.ceil(rows / unit) * unit;
}
