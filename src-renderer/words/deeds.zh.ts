/** 可以撤销的操作：每条说明做了什么。 */

import type { deeds as en } from "./deeds.en.ts";

export const deeds: typeof en = {
  undo: "撤销",
  undoWhat: (said) => `撤销：${said}`,
  nothing: "没有可撤销的操作",
  undone: (said) => `已撤销：${said}`,
  couldNotTurn: (said) => `无法撤销：${said}`,
  trashed: (_, shown) => `${shown} 次运行已移到回收站`,
  restored: (_, shown) => `${shown} 次运行已恢复`,
  archived: (_, shown) => `${shown} 次运行已归档`,
  unarchived: (_, shown) => `${shown} 次运行已移出归档`,
  sweepArchived: "搜索已归档",
  sweepUnarchived: "搜索已移出归档",
  renamed: (to) => `已重命名为 ${to}`,
  tagged: (tag) => `已加标签 ${tag}`,
  untagged: (tag) => `已去掉标签 ${tag}`,
  marked: "已标记",
  pinned: "已置顶",
  unpinned: "已取消置顶",
  baseline: "已设为基线",
  notBaseline: "已取消基线",
  takenOut: (name) => `${name} 已移出队列`,
  moved: (name) => `${name} 已在队列中移动`,
  question: "问题已修改",
  backedUp: (name) => `已备份：${name}`,
  purged: (n, size) => `已彻底删除 ${n} 次运行，释放 ${size}`,
  arranged: "表格已调整",
  views: "视图已修改",
  trashIsEmpty: "回收站是空的",
};
