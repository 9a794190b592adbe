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
  left: (file) => `已中止；未保存 ${file}`,
};
