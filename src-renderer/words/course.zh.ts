/** 一次运行的经历：如何继续、保留了什么、做过什么。 */

import type { course as en } from "./course.en.ts";

export const course: typeof en = {
  resume: "继续",
  resumeAll: (n) => (n === 1 ? "继续这次运行" : `继续全部 ${n} 次`),
  fromStep: (step) => `从第 ${step} 步`,
  fromStart: "从头开始",
  oneStep: "单步",
  stopAtEpoch: "本轮结束后停止",
  stopsAtEpoch: "本轮结束时停止。",
  moreStops: "其他停止方式",
  extend: "延长",
  extendTitle: "要让这次运行再训练几轮吗？",
  extendVerb: (n) => `再训练 ${n} 轮`,
  extendText: (epoch) => `从第 ${epoch} 轮继续，优化器的记忆和每个随机流都保持原位。按训练长度安排的学习率从此处起遵循新的长度。`,
  epochs: "轮",
  epochsProblem: "1 到 1,000,000 之间的整数",
  couldNot: { step: "无法单步", stopAtEpoch: "无法停止", extend: "无法延长", list: "无法读取检查点" },
  checkpoints: "检查点",
  checkpointsCount: (n, size) => `${n} 个状态，${size}`,
  checkpointsNone: "尚未保留任何状态。达到“保存间隔”后，首个结束的轮会保存第一个。",
  step: "步",
  epoch: "轮",
  keptAs: "保留原因",
  size: "大小",
  withinEpoch: (epoch) => `${epoch} +`,
  reasons: { final: "最终权重", fork: "分支起点", best: "最佳", periodic: "按计划", newest: "最新", beforeBest: "恢复最佳之前" },
  way: "做过的操作",
  wayStep: (step) => `第 ${step} 步`,
  resumed: "继续训练",
  changed: (path, from, to) => `${path} ${from} → ${to}`,
};
