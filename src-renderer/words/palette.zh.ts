/** 命令面板、其中的搜索与快捷键一览。 */

import type { palette as en } from "./palette.en.ts";

export const palette: typeof en = {
  title: "搜索或执行命令",
  placeholder: "搜索运行、笔记、说明，或执行命令",
  results: "找到的内容",
  sections: { recent: "最近使用", commands: "命令", found: "运行与实验", written: "标签、笔记与数据", explain: "说明", settings: "设置" },
  none: (text) => `没有与“${text}”相符的内容。`,
  noneWhy: "字母可以省略，但须按顺序；多写几个词可缩小范围。",
  searching: "正在搜索项目",
  failed: "无法搜索项目",
  count: (n) => `${n} 条结果`,
  hints: { move: "移动", run: "执行", commands: "命令", runs: "运行", explain: "说明", close: "关闭" },
  notHere: { anywhere: "目前不可用", runs: "在运行列表页", run: "在单次运行页", compare: "在对比时", sweep: "在单次搜索页", chart: "在获得焦点的图表上", editor: "在编辑器中" },
  runsCount: (_, shown) => `${shown} 次运行`,
  rowsCount: (shown) => `${shown} 行`,
  tag: "标签",
  noteOf: { project: "项目笔记", about: (name) => `${name} 的笔记` },
  setting: "设置",
  families: { data: "数据", split: "划分", scaling: "缩放", layer: "层", initializer: "初始化", regularizer: "正则化", loss: "损失", metric: "指标", optimizer: "优化器", schedule: "学习率计划", augment: "数据增强" },
  explain: { title: "说明", lede: "每个组件及其公式与参数。", formula: "公式", source: "出处", parameters: "参数", none: "没有参数。", parameter: "参数", range: "范围", standard: "默认值", unknown: (kind) => `没有组件 ${kind}`, all: "全部说明", use: "新建运行" },
  keysTitle: "全部快捷键",
  keysLede: "输入文字时，单个按键不起作用；可在设置中关闭。Ctrl K 不用快捷键也能找到每个操作。",
  keysThen: "中间有空格的两个键依次按下。",
  places: { anywhere: "所有页面", runs: "运行列表页", run: "单次运行页", compare: "对比时", sweep: "单次搜索页", chart: "获得焦点的图表", editor: "编辑器" },
};
