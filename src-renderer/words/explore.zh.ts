/** The words of scatter, parallel coordinates and box plot in Chinese. */

import type { explore as english } from "./explore.en.ts";

export const explore: typeof english = {
  tabs: "运行的显示方式",
  overview: "总览",
  scatter: "散点图",
  parallelTab: "平行坐标",
  boxes: "箱线图",
  x: "横轴",
  y: "纵轴",
  boxesX: "按此设置的每个取值分箱",
  log: "对数",
  logAxis: (name) => `${name} 用对数轴`,
  against: (y, x) => `${y} 与 ${x}`,
  by: (y, x) => `按 ${x} 的 ${y}`,
  parallel: (runs) => `${runs} 次运行与其设置`,
  scatterSummary: (title, points) => `${title}：${points} 次运行。按 T 键显示数字。`,
  parallelSummary: (title, inside) => `${title}：${inside} 次运行在选区内。按 T 键显示数字。`,
  boxSummary: (value, n, median, q1, q3) => `${value}：n ${n}，中位数 ${median}，四分位数 ${q1} 与 ${q3}`,
  dotsSummary: (value, n) => `${value}：n ${n}`,
  tooManyValues: (shown, all) => `共 ${all} 个取值，显示前 ${shown} 个。请选取值较少的设置，或用散点图。`,
  lost: (_, shown) => `${shown} 次运行无法画出：缺少数值或数值非有限`,
  showPicture: "请先显示图表，再保存。",
  inside: (n, all) => `${all} 次运行中有 ${n} 次在选区内。`,
  brushHint: "沿坐标轴拖动可只留下穿过的运行；短按可去掉选区。",
  compareThese: "对比这些运行",
  clearBrushes: "清除选区",
  addAxis: "添加坐标轴",
  from: (name) => `${name} 的下限`,
  to: (name) => `${name} 的上限`,
  facts: { time: "训练用时（秒）", parameters: "参数", epoch: "已完成轮数", step: "已完成步数", "train rows": "训练行数", seed: "种子" },
};
