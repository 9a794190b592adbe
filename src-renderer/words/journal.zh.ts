/** 人写下和标记的内容：笔记、标签、固定、归档、基线。 */

import type { journal as en } from "./journal.en.ts";

export const journal: typeof en = {
  title: "笔记",
  ofProject: "项目笔记",
  hypothesis: "假设",
  hypothesisHint: "预期什么，为什么？",
  result: "结果",
  resultHint: "得到了什么？",
  decision: "决定",
  decisionHint: "由此如何行动？",
  notes: "备注",
  notesHint: "其他内容。Markdown 按原样保存。",
  saved: (time) => `已保存 ${time}`,
  couldNot: { read: "无法读取笔记", write: "无法保存所写内容", mark: "无法标记运行" },
  tags: "标签",
  addTag: "添加标签",
  removeTag: (tag) => `去掉 ${tag}`,
  tagProblem: "标签最多 64 个字符，且不含逗号",
  rename: "重命名",
  name: "运行的名称",
  more: "更多操作",
  pin: "固定",
  unpin: "取消固定",
  archive: "归档",
  unarchive: "移出归档",
  baseline: "设为基线",
  unbaseline: "不再作为基线",
  pinned: "已固定",
  archived: "已归档",
  isBaseline: "基线",
};
