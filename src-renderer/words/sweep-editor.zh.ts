/** What the editor of a sweep says, in Chinese. Typed by the English and by the declarations: a missing text does not compile. */

import type { PrunerKind, prunerKinds, SamplerKind, samplerKinds } from "../../src-main/contract/sweep-checks.ts";
import type { FieldWords } from "./editor.en.ts";
import type { sweepEditor as english } from "./sweep-editor.en.ts";

interface Titled { readonly title: string; readonly summary: string }
type Told<Kinds extends Readonly<Record<K, { readonly params: object }>>, K extends string> = { readonly [N in K]: Titled & { readonly params: { readonly [P in keyof Kinds[N]["params"]]: FieldWords } } };

const startupTrials: FieldWords = { label: "起始试验", help: "在询问模型之前随机抽取的试验数（打乱的 Sobol 序列）" };
const candidates: FieldWords = { label: "候选点", help: "从好点的密度中抽取的点数，取其中最好的" };
const resolution: FieldWords = { label: "分辨率", help: "每个维度分成多少个值，含两端；列出的值或更少的值除外" };
const eta: FieldWords = { label: "缩减率 η", help: "每一档只有 1/η 的试验继续，轮数为 η 倍" };
const least: FieldWords = { label: "第一档", help: "首次决定之前的轮数" };

const samplers: Told<typeof samplerKinds, SamplerKind> = {
  grid: { title: "网格", summary: "每种组合各一次，最后一个维度变化最快。", params: { resolution } },
  random: { title: "随机", summary: "每个点独立抽取，在各维度的尺度上均匀。", params: {} },
  sobol: { title: "Sobol", summary: "打乱的低差异序列：无论取多少点都均匀填满空间。", params: { scramble: { label: "打乱", help: "按搜索的种子打乱序列；否则每次搜索的点都相同" } } },
  latinHypercube: { title: "拉丁超立方", summary: "每个维度均分为与试验数相同的段，每段一个点。", params: { points: { label: "点数", help: "一个设计的点数；0 表示取试验总数" } } },
  gaussianProcess: { title: "高斯过程", summary: "对目标建模（Matérn 5/2，每个维度一个长度），取期望改进最大处。", params: { startupTrials } },
  tpe: { title: "树结构 Parzen 估计（TPE）", summary: "把好点的密度与其他点比较，同时考虑全部维度；进行中的点按差点计。", params: { startupTrials, candidates } },
  bohb: { title: "BOHB 的模型", summary: "在结果足够的最大预算上拟合 Parzen 估计；与 Hyperband 搭配。", params: { startupTrials, candidates, randomShare: { label: "随机份额", help: "仍然随机抽取的点所占份额，使任何区域都不会被永远放弃" } } },
  cmaEs: { title: "CMA-ES", summary: "一个正态分布，移向每代较好的一半，并学习其形状。", params: { sigma: { label: "初始宽度", help: "最初的散布，占每个维度的份额" }, population: { label: "种群", help: "每代的点数；0 表示 4 + ⌊3 ln d⌋" } } },
  nsga2: { title: "NSGA-II", summary: "从在全部目标上不被超过的试验中繁殖，并使其彼此分开。", params: { population: { label: "种群", help: "从多少次试验中选出亲代" }, crossover: { label: "交叉", help: "有两个亲代的子代份额" }, mutation: { label: "变异", help: "每个维度被改变的概率；0 表示维度数的倒数" } } },
  fill: { title: "填补空缺", summary: "网格中尚无试验完成的点：先是从未开始的，再是失败的。", params: { resolution, attempts: { label: "尝试次数", help: "失败的点总共尝试几次" } } },
};

const pruners: Told<typeof prunerKinds, PrunerKind> = {
  none: { title: "无", summary: "每次试验都运行到底。", params: {} },
  median: {
    title: "中位数停止", summary: "若一次试验至今的最佳值差于其他试验在同一轮的中位数，则停止。",
    params: { startupTrials: { label: "起始试验", help: "在停止任何试验之前须完成的试验数" }, warmupEpochs: { label: "预热", help: "这些轮内不停止任何试验" }, interval: { label: "间隔", help: "两次决定之间的轮数" }, reference: { label: "参照", help: "values：其他试验在此轮的值；averages：截至此轮的均值，如 Vizier" } },
  },
  successiveHalving: { title: "逐次减半", summary: "全部开始；每一档只有最好的 1/η 继续。一档的全部试验到达后才决定。", params: { eta, least } },
  asha: { title: "ASHA", summary: "不等待的逐次减半：一次试验若不在到过该档的最好 1/η 之内，就在该档停止。", params: { eta, least } },
  hyperband: { title: "Hyperband", summary: "并行的多个逐次减半，从许多短试验到少数长试验。", params: { eta, least } },
  population: {
    title: "种群", summary: "种群训练（PBT）：全部成员并行训练；每一代之后，最差的成员接过最好成员的权重，并在其取值附近略作改动后继续。",
    params: { members: { label: "成员", help: "每一代的试验数" }, every: { label: "一代", help: "两次交换之间的轮数" }, share: { label: "份额", help: "每一代之后放弃的成员所占份额，也是被学习的成员所占份额" }, resample: { label: "重新抽取", help: "每个维度被重新抽取而不是移动的概率" }, step: { label: "步长", help: "取值上下移动多少，占该维度在其尺度上的份额" } },
  },
  wilcoxon: { title: "Wilcoxon", summary: "用于重复：若一次试验的各折或各种子逐对差于最佳试验，且超出偶然，则停止。", params: { level: { label: "水平 p", help: "单侧 p 低于此值时停止；每次重复后检查，因此不是整体的错误率" }, startupRepeats: { label: "起始重复", help: "在停止任何试验之前的配对数" } } },
};

export const sweepEditor: typeof english = {
  title: "新建搜索",
  editTitle: "编辑空间",
  zoomTitle: "下一阶段",
  opening: "正在读取搜索的起点",
  noDraft: "没有可供搜索的草稿",
  sections: { base: "基础运行", axes: "搜索空间", objective: "目标", search: "搜索方法", budget: "预算" },
  sectionHelp: { base: "每次试验都从它开始，只改变各维度的值。", axes: "变化的内容直接取自组件声明。每条带子显示按先验抽取的 200 个点。", objective: "要增大或减小的量。多个目标得到前沿，而不是一个胜出者。", search: "下一个点取在哪里，哪次试验应提前停止。", budget: "多少次，重复几次，同时几个。" },
  from: "来自",
  examples: "示例",
  runs: "运行",
  current: "当前内容",
  baseEdit: "作为运行编辑",
  baseEditWhy: "在运行编辑器中打开；从那里的“据此搜索”返回",
  epochsOfBase: "一次试验的轮数",
  fields: {
    name: { label: "名称", help: "这次搜索的名称" }, trials: { label: "试验次数", help: "尝试多少个点" }, parallel: { label: "并行", help: "同时训练多少次运行" },
    mode: { label: "模式", help: "同步：按批取点，只依据之前各批的结果，因此种子相同则试验相同，与线程数无关；异步：依据当时已知的一切，取决于谁先完成" },
    batch: { label: "每批点数", help: "同步模式下一起选取多少个点；更多的线程会在每批结束时等待" }, seed: { label: "种子", help: "搜索的随机流的起点" },
    "repeats.kind": { label: "重复", help: "种子：相同的行，不同的随机流；折：k 折交叉验证" }, "repeats.count": { label: "每次试验的运行数", help: "一次试验有几次运行" },
    "confirm.top": { label: "复核前几名", help: "最好的几次试验再运行一遍；0 表示不复核" }, "confirm.seeds": { label: "各用新种子", help: "每个用几个新种子" },
  },
  samplers,
  pruners,
  sampler: { label: "采样器", help: "下一个点取在哪里" },
  pruner: { label: "剪枝器", help: "哪次试验提前停止" },
  source: (from) => `来源：${from}`,
  add: "添加维度",
  addTitle: "要改变什么？",
  find: "查找",
  noOffer: "没有这个名称的值。",
  offerSections: { optimizer: "优化器与学习率计划", model: "模型", training: "训练", regularization: "正则化", data: "数据" },
  there: "已是维度",
  remove: (axis) => `移除 ${axis}`,
  roles: { label: "角色", scientific: "研究变量", nuisance: "干扰变量", fixed: "固定量" },
  roleHelp: { scientific: "问题所在：隔离图就是答案", nuisance: "一并调优，使答案公平", fixed: "固定为一个值" },
  form: { label: "取值", range: "范围", list: "列表", held: "固定" },
  fromField: "从",
  toField: "至",
  step: "步距",
  stepHelp: "留空：范围内任意值",
  scale: "尺度",
  scales: { linear: "线性", log: "对数", reverseLog: "反对数（1 − x）" },
  list: "取值",
  listHelp: "以逗号分隔",
  value: "值",
  block: "一起重复的层数",
  when: "仅当",
  always: "始终",
  whenIs: (axis) => `仅当 ${axis} 为`,
  condition: "条件",
  addCondition: "添加条件",
  removeCondition: (axis) => `移除对 ${axis} 的条件`,
  points: (n) => `抽取 ${n} 个点`,
  pointsSummary: (axis, n, low, high) => `随机抽取的 ${n} 个 ${axis} 值，其中一半在 ${low} 与 ${high} 之间`,
  notInPlay: (n) => `${n} 个点中不出现`,
  layer: (n) => `第 ${n} 层`,
  ofLayer: (name, layer) => `${name}，第 ${layer} 层`,
  ofCopy: (name, layer, copy) => `${name}，第 ${layer} 层的第 ${copy} 份`,
  repeatOf: (layer) => `第 ${layer} 层出现几次`,
  shortRepeat: (layer) => `层 ×${layer}`,
  ofKind: (name, kind) => `${name}（${kind}）`,
  constraints: "约束",
  constraintsHelp: "不满足约束的点不会被抽到",
  addConstraint: "添加约束",
  constraint: { kind: "种类", decreasing: "递减", increasing: "递增", sumAtMost: "总和不超过", strict: "严格", limit: "上限", axes: "维度，按此次序", needsTwo: "约束至少比较两个取数值的维度。" },
  objectives: { metric: "指标", goal: "方向", maximize: "增大", minimize: "减小", add: "添加目标", remove: (metric) => `移除 ${metric}`, seconds: "训练时间，秒", parameters: "网络的参数个数", secondsShort: "秒", parametersShort: "参数个数", of: (split, name) => `${split}${name}` },
  start: (trials) => `开始 ${trials} 次试验`,
  startStage: "开始下一阶段",
  apply: (n, shown) => (n === 0 ? "没有改动" : `应用 ${shown} 处改动`),
  applied: "从下一次试验起生效；正在进行的按原样结束。",
  cannotChange: "基础运行、目标和重复保持不变：在不同条件下得到的试验无法比较。如需更改，可新建搜索。",
  cost: (trials, repeats, runs) => (repeats === "1" ? `${trials} 次试验，连同复核 ${runs} 次运行` : `${trials} 次试验 × ${repeats}，连同复核 ${runs} 次运行`),
  costTime: (time, parallel) => `约 ${time}，${parallel} 个并行`,
  costPruned: (time) => `剪枝后约 ${time}`,
  noTime: "此处尚未训练过类似的运行",
  probe: "实测几步",
  probing: "正在实测基础运行的几步",
  night: "需要一整夜",
  zoomReason: (_, shown, name) => `已缩小到“${name}”中框选的 ${shown} 次试验所在之处，外加十分之一的余地。它们的结果视为已知。`,
  wasRange: (range) => `原为 ${range}`,
  stageName: (name, stage) => `${name} · 第 ${stage} 阶段`,
};
