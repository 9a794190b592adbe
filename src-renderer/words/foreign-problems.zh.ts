/** What cannot be read of other programs' runs, in Chinese: one sentence for each reason, made of the problem's details. */

import type { Details, ForeignWhy } from "../../src-main/contract/checks.ts";
import { quoted } from "./data-problems.zh.ts";

export const foreignProblems: Readonly<Record<ForeignWhy, (of: Details) => string>> = {
  damagedRecord: (of) => `${of["file"]} 第 ${of["byte"]} 字节处的记录已损坏；从写出它的地方重新复制事件文件`,
  unreadableRecord: (of) => `${of["file"]} 从第 ${of["byte"]} 字节起无法读取：内容已损坏，或不是所支持的 W&B 文件；从写出它的地方重新复制`,
  otherDatabase: (of) => `${of["file"]} 是 SQLite 文件，但不出自可读取的程序（MLflow、Optuna、Trackio）；${of["got"] === "" ? "其中没有表" : `其中的表：${of["got"]}`}`,
  notAPoint: (of) => `${of["file"]} 第 ${of["line"]} 行须为时间、数与步，当前为${quoted(of["got"])}；从写出它的地方重新复制文件夹`,
  notYaml: (of) => `${of["file"]} 不是 YAML；从写出它的地方重新复制文件夹`,
  noSteps: (of) => `没有步的列；把一列命名为 step（或 ${of["known"]}）；已有的列：${of["got"]}`,
  noMetric: (of) => `${of["file"]} 中没有指标：步以外的列都没有数`,
  notAMetric: (of) => `须为数，当前为${quoted(of["got"])}`,
  notAStep: (of) => `步须为从 0 开始的整数，当前为${quoted(of["got"])}`,
  valueNotJson: (of) => `${of["file"]} 中${quoted(of["key"])}的值不是 JSON：${of["got"]}；从写出它的地方重新复制文件`,
  noRuns: (of) => `${of["got"]} 中没有可读取的运行；可读取 TensorBoard 事件文件或其文件夹、mlruns 文件夹、MLflow、Optuna 或 Trackio 的 SQLite 文件、W&B 的 .wandb 文件，或指标的 CSV 文件`,
  stepBelow: (of) => `指标${quoted(of["metric"])}的步 ${of["got"]} 不成立：步须为从 0 开始的整数；以这样的步重写此运行，或改好后把指标作为 CSV 导入`,
};
