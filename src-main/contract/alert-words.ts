/** An alert in words, the same on the page, in the table and on the command line: what it is, the figures behind it, what may have caused it, what its one action does. Pure. */

import type { Cure } from "./alert-cures.ts";
import type { Alert, AlertKind } from "./alerts.ts";
import { count, figure, percent } from "./figures.ts";

export type AlertTongue = "en" | "zh";

interface Tongue {
  /** In a chip or a cell. */
  readonly name: Readonly<Record<AlertKind, string>>;
  title(alert: Alert): string;
  evidence(alert: Alert): string;
  readonly cause: Readonly<Record<AlertKind, string>>;
  action(cure: Cure): string;
  at(step: string, epoch: string): string;
}

const megabytes = (bytes: number): string => `${count(Math.round(bytes / 1e6))} MB`;
const valueOf = (to: unknown): string => (typeof to === "number" ? figure(to) : typeof to === "object" && to !== null && "kind" in to ? String(to.kind) : String(to));
/** The change a cure is about. */
const changed = (changes: Extract<Cure, { kind: "branch" }>["changes"]): string => changes.filter(({ path }) => path !== "train.epochs").map(({ path, to }) => `${path} = ${valueOf(to)}`).join(", ");

/** The loss of a batch is nearly always the first to break. */
const named = (metric: string, batchLoss: string): string => (metric === "batch/loss" ? batchLoss : metric);

const en: Tongue = {
  name: { nan: "not a number", divergence: "divergence", plateau: "plateau", overfitting: "overfitting begins", deadLayer: "dead layer", diskLow: "disk nearly full" },
  title(alert) {
    switch (alert.kind) {
      case "nan": return `${named(alert.metric, "The loss of a batch")} stopped being a number`;
      case "divergence": return "The loss runs away";
      case "plateau": return "The training loss stands still";
      case "overfitting": return `Overfitting begins after epoch ${count(alert.best)}`;
      case "deadLayer": return `Layer ${alert.layer} is dead`;
      case "diskLow": return "The disk is nearly full";
    }
  },
  evidence(alert) {
    switch (alert.kind) {
      case "nan": return alert.norm === null ? `${named(alert.metric, "The loss of this batch")} is not finite here.` : `The gradient’s norm was ${figure(alert.norm)} one step before.`;
      case "divergence": return alert.against === "untrained" ? `Batches lose ${figure(alert.loss)}, the untrained network ${figure(alert.reference)}.` : `Batches lose ${figure(alert.loss)}; they had come down to ${figure(alert.reference)}.`;
      case "plateau": return `${figure(alert.loss)}, unmoved since epoch ${count(alert.since)}; knowing nothing gives ${figure(alert.chance)}.`;
      case "overfitting": return `Validation loss ${figure(alert.least)} → ${figure(alert.loss)}, training loss ${figure(alert.trainThen)} → ${figure(alert.trainNow)}.`;
      case "deadLayer": return `${percent(alert.share, 0)} % of its units are 0 for every row looked at, in two records in a row.`;
      case "diskLow": return `${megabytes(alert.freeBytes)} are left; training is held below ${megabytes(alert.leastBytes)}.`;
    }
  },
  cause: {
    nan: "Usually steps that are too long, or features that are not scaled.",
    divergence: "Usually a learning rate that is too high for this curvature.",
    plateau: "The signal may not reach the first layers, or the steps are too short to be seen.",
    overfitting: "From here on the network learns what holds for its training rows only.",
    deadLayer: "Its inputs have become negative for all rows, often after one step that was too long; no gradient brings them back.",
    diskLow: "Checkpoints and curves need space; runs in the trash keep theirs until they are purged.",
  },
  action(cure) {
    switch (cure.kind) {
      case "branch": return `Branch from step ${count(cure.step)} with ${changed(cure.changes)}`;
      case "startAgain": return `Start again with ${changed(cure.changes)}`;
      case "stop": return "Stop the run";
      case "openBest": return `Open the checkpoint of step ${count(cure.step)}`;
      case "emptyTrash": return "See what can be purged";
    }
  },
  at: (step, epoch) => `step ${step}, epoch ${epoch}`,
};

const zh: Tongue = {
  name: { nan: "非数值", divergence: "发散", plateau: "平稳段", overfitting: "开始过拟合", deadLayer: "失活层", diskLow: "磁盘将满" },
  title(alert) {
    switch (alert.kind) {
      case "nan": return `${named(alert.metric, "批损失")}不再是数值`;
      case "divergence": return "损失正在发散";
      case "plateau": return "训练损失停滞不动";
      case "overfitting": return `第 ${count(alert.best)} 轮之后开始过拟合`;
      case "deadLayer": return `第 ${alert.layer} 层已失活`;
      case "diskLow": return "磁盘将满";
    }
  },
  evidence(alert) {
    switch (alert.kind) {
      case "nan": return alert.norm === null ? `${named(alert.metric, "批损失")}在此处不是有限数。` : `前一步的梯度范数为 ${figure(alert.norm)}。`;
      case "divergence": return alert.against === "untrained" ? `批损失为 ${figure(alert.loss)}，未训练的网络为 ${figure(alert.reference)}。` : `批损失为 ${figure(alert.loss)}，此前曾降到 ${figure(alert.reference)}。`;
      case "plateau": return `损失 ${figure(alert.loss)}，自第 ${count(alert.since)} 轮起未变；一无所知时为 ${figure(alert.chance)}。`;
      case "overfitting": return `验证损失 ${figure(alert.least)} → ${figure(alert.loss)}，训练损失 ${figure(alert.trainThen)} → ${figure(alert.trainNow)}。`;
      case "deadLayer": return `连续两次记录中，${percent(alert.share, 0)} % 的单元对所查看的每一行都为 0。`;
      case "diskLow": return `剩余 ${megabytes(alert.freeBytes)}；低于 ${megabytes(alert.leastBytes)} 时训练会暂停。`;
    }
  },
  cause: {
    nan: "通常是步子太大，或特征未经缩放。",
    divergence: "通常是学习率对此处的曲率而言过大。",
    plateau: "信号可能传不到最初几层，或步子小得看不出变化。",
    overfitting: "从此处起，网络学到的只对训练样本成立。",
    deadLayer: "它的输入对所有样本都变为负，常因某一步过大；梯度无法使其恢复。",
    diskLow: "检查点和曲线需要空间；回收站中的运行在彻底删除之前仍占用空间。",
  },
  action(cure) {
    switch (cure.kind) {
      case "branch": return `从第 ${count(cure.step)} 步分支，${changed(cure.changes)}`;
      case "startAgain": return `重新开始，${changed(cure.changes)}`;
      case "stop": return "停止这次运行";
      case "openBest": return `打开第 ${count(cure.step)} 步的检查点`;
      case "emptyTrash": return "查看可彻底删除的内容";
    }
  },
  at: (step, epoch) => `第 ${step} 步，第 ${epoch} 轮`,
};

export const alertTongues: Readonly<Record<AlertTongue, Tongue>> = { en, zh };

/** Several kinds in a cell, each once. */
export const alertNames = (kinds: readonly AlertKind[], tongue: AlertTongue): string => [...new Set(kinds)].map((kind) => alertTongues[tongue].name[kind]).join(tongue === "zh" ? "、" : ", ");
