/** 队列：正在训练的、等待的，以及为何全部暂停。 */

import type { queue as en } from "./queue.en.ts";

export const queue: typeof en = {
  title: "队列",
  lede: "现在训练什么、接下来是什么，按次序排列。",
  loading: "正在读取队列",
  failed: "无法读取队列",
  training: "训练中",
  waiting: "等待",
  empty: "没有训练，也没有等待",
  emptyText: "所有工作线程都被占用时，新开始的运行在此等待轮到自己。",
  noneWaiting: "没有等待的运行。",
  next: "下一个",
  up: (name) => `将 ${name} 上移`,
  down: (name) => `将 ${name} 下移`,
  first: (name) => `接下来训练 ${name}`,
  takeOut: "停止",
  pauseAll: "全部暂停",
  resumeAll: "全部继续",
  heldByPerson: "全部暂停中。没有训练，也不会开始新的。",
  heldByDisk: (left, least) => `磁盘将满：剩余 ${left}，低于 ${least} 时暂停训练。有空间后自动继续。`,
  heldByFull: "磁盘已满。训练已暂停，有空间后自动继续。",
  goOn: "仍然继续",
  toStorage: "查看占用",
  held: "已暂停",
  left: (time) => `全部约需 ${time}。`,
  couldNot: { hold: "无法暂停队列", move: "无法改变次序", stop: "无法停止运行" },
  steps: (step, steps) => `第 ${step} / ${steps} 步`,
};
