/** What of a run does not fit together, or not the data, in Chinese: one sentence for each reason, made of the problem's details. */

import type { Details, PlanWhy } from "../../src-main/contract/checks.ts";

const targets: Readonly<Record<string, string>> = { classes: "类别标签", number: "数值" };
const axes: Readonly<Record<string, string>> = { height: "高度", width: "宽度" };
const against = (of: Details): string => `${of["got"]} 用于${targets[of["of"] ?? ""]}`;

export const planProblems: Readonly<Record<PlanWhy, (of: Details) => string>> = {
  shares: (of) => `须给训练集留下样本：验证集 ${of["validation"]} 与测试集 ${of["test"]} 之和为 ${of["sum"]}，须小于 1`,
  noTrainRows: () => "没有给训练集留下样本",
  noValidation: () => "没有给验证集留下样本；增大份额，或设为 0 以不留验证集",
  noTestRows: () => "要打开测试集，而测试集没有样本；给 split.test 一个份额，或保持 false",
  balancedNumber: () => "须有类别标签，而数据的目标是数值",
  balancedLoss: (of) => `每行须有一个类别标签，而损失 ${of["loss"]} 的目标不是类别标签`,
  unwatchable: (of) => `须为 ${of["known"]} 之一，因为没有验证集的样本，当前为 ${of["got"]}`,
  cycleMomentum: (of) => `须用有动量的优化器（${of["known"]}）；${of["got"]} 没有可循环的动量`,
  lossTarget: (of) => `${against(of)}，而数据的目标是${targets[of["not"] ?? ""]}；改用 ${of["fitting"]}`,
  lossClasses: (of) => `${of["got"]} 用于 ${of["wanted"]} 个类别，而数据有 ${of["classes"]} 个；改用 softmaxCrossEntropy`,
  softTargets: (of) => `${of["got"]} 不接受软目标；改用 softmaxCrossEntropy`,
  classWeights: (of) => `须为 ${of["wanted"]} 个输出各给一个权重，当前为 ${of["got"]} 个`,
  outputsForClasses: (of) => `须给出 ${of["wanted"]} 个输出：${of["classes"]} 个类别，损失为 ${of["loss"]}；当前为 ${of["got"]} 个`,
  outputsForNumber: (of) => `须给出 ${of["wanted"]} 个输出，即要预测的数值；当前为 ${of["got"]} 个`,
  fewOutputs: (of) => `给出 ${of["got"]} 个输出；损失 ${of["loss"]} 至少需要 ${of["least"]} 个`,
  metricTarget: (of) => `${against(of)}，而数据的目标是${targets[of["not"] ?? ""]}`,
  metricLoss: (of) => `${against(of)}，而损失 ${of["loss"]} 用于${targets[of["not"] ?? ""]}`,
  noProbabilities: (of) => `${of["got"]} 需要概率，而损失 ${of["loss"]} 不给出概率；改用 softmaxCrossEntropy，或去掉此指标`,
  topK: (of) => `须小于类别数 ${of["classes"]}，否则每一行都算对；当前为 ${of["got"]}`,
  classIndex: (of) => `须为 ${of["classes"]} 个类别之一，即 0 至 ${of["most"]}；当前为 ${of["got"]}`,
  augmentImages: (of) => `${of["kind"]} 用于图像，即高 × 宽 × 通道的行；此处一行的形状为 ${of["got"]}。给数据设图像形状，或改用 noise`,
  augmentMix: (of) => `${of["got"]} 混合两行的目标，而损失 ${of["loss"]} 只接受单个标签；改用 softmaxCrossEntropy`,
  needsImages: (of) => `${of["kind"]} 需要高、宽、通道的图像，而输入的形状为 ${of["got"]}。给数据设图像形状，并且前面不放 dense 或 flatten 层`,
  widePadding: (of) => `须小于窗口的${axes[of["axis"] ?? ""]} ${of["kernel"]}，否则有的窗口什么也看不到；当前为 ${of["got"]}`,
  largeWindow: (of) => `至多为 ${of["most"]}，即输入连同填充的${axes[of["axis"] ?? ""]}；当前为 ${of["got"]}`,
  groups: (of) => `须能整除 ${of["count"]} 个${of["what"] === "channels" ? "输入通道" : "卷积核"}；当前为 ${of["got"]}`,
  bounds: (of) => `须小于 max，即 ${of["max"]}；当前为 ${of["got"]}`,
  residualShape: (of) => `把 ${of["wanted"]} 变为 ${of["got"]}，输入因此不能与输出相加；保持形状不变，或打开 projection`,
  residualStride: (of) => `把 ${of["wanted"]} 变为 ${of["got"]}，没有步幅能把输入化为这样的高与宽`,
  fewRows: (of) => `${of["kind"]} 需要每批至少 ${of["wanted"]} 行：一行没有方差；当前为 ${of["got"]} 行`,
  memory: (of) => `每批 ${of["rows"]} 行时需要 ${of["got"]} 内存，至多可用 ${of["limit"]}；减少单元数，或减小批大小`,
};
