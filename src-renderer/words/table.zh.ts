/** The words of the runs table in Chinese. */

import type { QueryFault } from "../../src-main/contract/query.ts";
import type { table as english } from "./table.en.ts";

type Details = Readonly<Record<string, string>>;
const of = (d: Details, key: string): string => d[key] ?? "";
const got = (d: Details): string => (of(d, "got") === "the end" ? "此处已结束" : `当前为 ${of(d, "got")}`);
const sorts: Details = { "a number": "数字", "a moment": "时间" };

const faults: Readonly<Record<QueryFault["code"], (d: Details) => string>> = {
  tooLong: (d) => `查询最多 ${of(d, "limit")} 个字符，当前为 ${of(d, "got")} 个。`,
  tooDeep: (d) => `括号与 not 最多嵌套 ${of(d, "limit")} 层。`,
  tooMany: (d) => `一条查询最多 ${of(d, "limit")} 次比较；同一名称的多个值可写成列表：name in (a, b)。`,
  tooManyNames: (d) => `一条查询最多涉及 ${of(d, "limit")} 个名称。`,
  tooManyValues: (d) => `一个列表最多 ${of(d, "limit")} 个值。`,
  patternTooLong: (d) => `模式最多 ${of(d, "limit")} 个字符，当前为 ${of(d, "got")} 个。`,
  openQuote: () => "此处的引号没有闭合；补上同样的引号。",
  openBracket: () => "此处的括号没有闭合；补上 )。",
  nameExpected: (d) => `此处应为名称，例如 state、optimizer.kind 或 validation/accuracy；${got(d)}。`,
  operatorExpected: (d) => `${of(d, "name")} 之后应为 =、!=、<、<=、>、>=、~ 或 in；${got(d)}。`,
  valueExpected: (d) => `${of(d, "after")} 之后应为值；${got(d)}。含空格或符号的文字须加引号。`,
  listExpected: (d) => `in 之后应为列表，例如 (adam, sgd)；${got(d)}。`,
  commaExpected: (d) => `列表中此处应为逗号或 )；${got(d)}。`,
  connectiveExpected: (d) => `此处应为 and、or 或结束；${got(d)}。`,
  unknownName: (d) => `${of(d, "got")} 不是运行的属性、配置的一部分或指标${of(d, "near") === "" ? "" : `；是否指 ${of(d, "near")}？`}${of(d, "near") === "" ? "。" : ""}`,
  numberExpected: (d) => `${of(d, "name")} 须与数字比较；${got(d)}。`,
  dateExpected: (d) => `${of(d, "name")} 须与日期比较，例如 2026-10-01 或 2026-10-01T12:30；${got(d)}。`,
  stateExpected: (d) => `状态须为 ${of(d, "known")} 之一；${got(d)}。`,
  notOrdered: (d) => `null 只能用 = 或 != 比较；当前为 ${of(d, "operator")}。`,
  notText: (d) => `~ 用于查找文字，而 ${of(d, "name")} 是${sorts[of(d, "sort")] ?? ""}；改用 =、< 或 >。`,
};

export const table: typeof english = {
  query: "查询",
  placeholder: "例如 optimizer.kind = adam and validation/accuracy > 0.9",
  words: "此处可填",
  clearQuery: "清除查询",
  some: (shown, all) => `${all} 次运行中的 ${shown} 次`,
  noMatch: "没有匹配的运行",
  hidden: (_, shown) => `此查询隐藏了 ${shown} 次运行。`,
  use: (text) => `改用 ${text}`,
  fault: ({ code, details }) => faults[code](details),
  columns: "列",
  columnsHint: "运行的属性、配置的一部分（如 layers.0.units）或指标（如 validation/loss）。",
  addColumn: "添加一列",
  add: "添加",
  notAName: () => "不是运行的属性、配置的一部分或指标。",
  isShown: (name) => `${name} 已经显示。`,
  moveUp: (name) => `将 ${name} 左移`,
  moveDown: (name) => `将 ${name} 右移`,
  hide: (name) => `隐藏 ${name}`,
  usual: "恢复默认列",
  done: "完成",
  export: "导出 CSV",
  exportHint: "导出所显示的行与列，数字保留全部位数",
  exportSelected: "导出",
  couldNotExport: "无法导出",
  copy: "复制",
  copied: (_, shown) => `已复制 ${shown} 行`,
  sortHint: "点击排序；按住 Shift 点击可追加排序",
  sorted: (isDescending) => (isDescending ? "已排序，从大到小" : "已排序，从小到大"),
  facts: {
    id: "编号", name: "运行", state: "状态", reason: "原因", group: "组", experiment: "实验", experimentId: "实验编号", data: "数据", created: "创建于", started: "开始于", ended: "结束于",
    time: "用时", seed: "种子", epoch: "已完成轮数", epochs: "轮数", step: "已完成步数", steps: "步数", parameters: "参数", openings: "测试集打开次数",
    tags: "标签", pinned: "已固定", archived: "已归档", baseline: "基线", parent: "分支自",
  },
  parts: { split: "划分", scaling: "缩放", layers: "层", regularizer: "正则化", loss: "损失", optimizer: "优化器", schedule: "学习率计划", metrics: "指标" },
};
