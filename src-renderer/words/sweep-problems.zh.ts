/** What does not go together in a sweep, in Chinese: one sentence for each code, made of the problem's details. */

import type { Problem, ProblemCode, SweepProblemCode } from "../../src-main/contract/checks.ts";

/** `sentenceOf`: the sentence of a problem within a problem. */
export function sweepProblems(sentenceOf: (problem: Problem) => string): Readonly<Record<SweepProblemCode, (problem: Problem) => string>> {
  return {
    oneObjective: ({ details }) => `${details["got"] ?? ""} 只能为一个目标建模，而目标有 ${details["objectives"] ?? ""} 个；改用 ${details["known"] ?? ""} 之一`,
    otherObjective: ({ details }) => `须有同一个目标：${details["sweep"] ?? ""} 以 ${details["got"] ?? ""} 评判，而不是 ${details["wanted"] ?? ""}`,
    testSplit: ({ details }) => `不得查看测试集：用它选出来的，就不能再用它评判；改用 ${details["wanted"] ?? ""}`,
    noValidationRows: ({ details }) => `${details["got"] ?? ""} 在验证集上测量，而基础规格的划分没有验证集；调高 base.split.validation`,
    oneSeed: ({ details }) => `在搜索中须为 1，当前为 ${details["got"] ?? ""}；一次试验运行几次由 repeats 决定`,
    fewRepeats: () => "须逐对比较各次重复，而 repeats.count 为 1；增加重复次数，或换一种剪枝器",
    cohortMode: ({ details }) => `${details["got"] ?? ""} 让试验等待同组的其他试验，而异步模式不会让它们一同开始；改用 asha，或改用同步模式`,
    untrainable: ({ details }) => `给出无法训练的运行，例如 ${details["point"] ?? ""}：${details["path"] ?? ""} ${sentenceOf({ path: details["path"] ?? "", code: (details["code"] ?? "mismatch") as ProblemCode, message: details["message"] ?? "", details })}`,
    fixedInSweep: () => "保持不变：否则先后的试验无法相比。以这次搜索为上一级，开始另一次搜索",
    notAnAxis: ({ details }) => `不能作为轴：${details["got"] ?? ""} 不属于模型或其训练`,
    noSuchCopy: ({ details }) => `指 ${details["layer"] ?? ""} 的第 ${details["got"] ?? ""} 份，而从不会有这么多份`,
    circular: () => "绕回到这个轴自身",
    notOrdered: ({ details }) => `轴 ${details["got"] ?? ""} 没有可比较大小的数`,
    tightConstraints: () => "几乎不留下任何点：连续一千个点无一满足",
    againstConstraints: () => "这个点不满足约束",
    notInPlay: () => "在这个点上不起作用",
    notOnAxis: ({ details }) => `不是这个轴上的值：当前为 ${details["got"] ?? ""}，最近的是 ${details["near"] ?? ""}`,
    populationMode: () => "对种群须为同步模式：整代到齐之后才相互比较",
    populationTrials: ({ details }) => `须为 ${details["step"] ?? ""} 的倍数（${details["members"] ?? ""} 个成员，${details["generations"] ?? ""} 代），当前为 ${details["got"] ?? ""}`,
    populationRepeats: ({ details }) => `对种群须为 1，成员在训练中就相互比较，当前为 ${details["got"] ?? ""}`,
    populationStopping: () => "种群不能早停：各代的长度相同",
    populationSampler: () => "用于抽取第一代，其成员数与网格无关；改用 random、sobol 或 tpe",
    populationAxis: ({ details }) => `在种群中不能变化：${details["got"] ?? ""}。成员会接着别人的权重训练，因此层、数据与批次保持不变；可改变优化器、学习率计划，或随机失活率、惩罚项之类的数`,
  };
}
