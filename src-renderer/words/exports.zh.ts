/** 导出存储数据时的用语。 */

import type { exported as inEnglish } from "./exports.en.ts";

export const exported: typeof inEnglish = {
  takeAway: "导出",
  curves: (format) => `曲线，${format}`,
  curvesHint: "所有已存的点：运行、指标、步、轮、值",
  table: (format) => `所有列，${format}`,
  tableHint: "每个运行一行：情况、设置、结果",
  shown: "当前表格，CSV",
  shownHint: "所显示的行与列",
  saved: (file, rows, size) => `已保存 ${file}：${rows} 行，${size}`,
  savedRuns: (file, runs, size) => `已保存 ${file}：${runs} 个运行，${size}`,
  project: "导出项目",
  capsule: "运行包，.descent.zip",
  capsuleHint: "这些运行的全部内容，供其他项目导入：数据、曲线、检查点、笔记、报告",
  light: "运行包，不含数据与检查点",
  lightHint: "设置、曲线、笔记、报告",
  left: (file) => `已中止；未保存 ${file}`,
};
