/** What the editor and the data page say, in Chinese. Typed by the English: a missing text does not compile. */

import type { Details, Problem, ProblemCode, Why } from "../../src-main/contract/checks.ts";
import { capsuleProblems } from "./capsule-problems.zh.ts";
import { dataProblems } from "./data-problems.zh.ts";
import type { editor as english } from "./editor.en.ts";
import { foreignProblems } from "./foreign-problems.zh.ts";
import { planProblems } from "./plan-problems.zh.ts";
import { requestProblems } from "./request-problems.zh.ts";
import { sweepProblems } from "./sweep-problems.zh.ts";
import { textProblems } from "./text-problems.zh.ts";

const count = (n: number): string => n.toLocaleString("zh-CN");
const standard = (details: Problem["details"]): string => (details["default"] === undefined ? "" : `（默认 ${details["default"]}）`);

/** A value that is asked for and one that is there; without the pieces, the English after a Chinese opening. */
function wanted(problem: Problem, wish: (of: Problem["details"]) => string, piece = "interval"): string {
  const { details, message } = problem;
  return details[piece] === undefined ? `取值不当：${message}` : `须为${wish(details)}，当前为 ${details["got"] ?? ""}${standard(details)}`;
}
const got = ({ details, message }: Problem, wish: string): string => (details["got"] === undefined ? `取值不当：${message}` : `须为${wish}，当前为 ${details["got"]}`);
const near = ({ details }: Problem): string => (details["near"] === undefined ? "" : `；是否为 ${details["near"]}？`);

/** One sentence for each reason; the codes below speak where a problem has none. */
const reasons: Readonly<Record<Why, (of: Details) => string>> = { ...dataProblems, ...planProblems, ...textProblems, ...requestProblems, ...foreignProblems, ...capsuleProblems };

/** What cannot train, told of a sweep, tells what is wrong inside of it: its reason is that of the inner problem. */
function sentenceOf(problem: Problem): string {
  const { code, details } = problem;
  return details.why === undefined || code === "untrainable" ? sentences[code](problem) : reasons[details.why](details);
}

/** One sentence for each code, made of the problem's details; what only the engine can word keeps its English after a Chinese opening. */
const sentences: Readonly<Record<ProblemCode, (problem: Problem) => string>> = {
  notANumber: (problem) => wanted(problem, (of) => ` ${of["interval"]} 内的数`),
  notWhole: (problem) => wanted(problem, (of) => ` ${of["interval"]} 内的整数`),
  outOfInterval: (problem) => wanted(problem, (of) => ` ${of["interval"]} 内的数`),
  notAFlag: (problem) => got(problem, " true 或 false"),
  notAnOption: (problem) => wanted(problem, (of) => ` ${of["known"]} 之一`, "known"),
  notText: (problem) => got(problem, "文本"),
  notAList: (problem) => got(problem, "列表"),
  notARecord: (problem) => got(problem, "对象"),
  notAComponent: (problem) => got(problem, `带 kind 的对象，例如 { "kind": "${problem.details["example"] ?? ""}" }`),
  unknownKey: (problem) => (problem.details["near"] === undefined ? `此处没有这个参数；已知：${problem.details["known"] || "无"}` : `此处没有这个参数${near(problem)}`),
  unknownKind: (problem) => `${wanted(problem, (of) => ` ${of["known"]} 之一`, "known")}${near(problem)}`,
  duplicate: ({ details }) => `重复：metrics.${details["first"] ?? ""} 已有同名的指标 ${details["name"] ?? ""}`,
  missing: () => "缺失",
  tooShort: ({ details }) => `至少要有 ${details["least"] ?? ""} 项，当前为 ${details["got"] ?? ""} 项`,
  tooLong: ({ details, message }) => {
    if (details["most"] !== undefined) return `至多 ${details["most"]} 项，当前为 ${details["got"] ?? ""} 项`;
    return /^\d+$/.test(details["limit"] ?? "") ? `至多 ${details["limit"]} 个字符，当前为 ${details["got"] ?? ""} 个` : `过大：${message}`;
  },
  badVersion: ({ details }) => `须为 1，目前只有这一个版本，当前为 ${details["got"] ?? ""}`,
  badSplit: ({ message }) => `划分不成立：${message}`,
  badSyntax: ({ message }) => `无法读懂：${message}`,
  badShape: ({ message }) => `形状不符：${message}`,
  badTarget: ({ message }) => `目标有误：${message}`,
  badData: ({ message }) => `数据有误：${message}`,
  noSuchFile: ({ details, message }) => (details["got"] === undefined ? `没有这个文件：${message}` : `项目中没有这个文件：${details["file"] ?? details["got"]}；先导入`),
  mismatch: ({ message }) => `彼此不符：${message}`,
  fixedInRun: () => "保持不变：权重已见过这些样本，换了样本，训练所用与评判所用就会混在一起",
  fixedSizes: () => "大小保持不变：运行以已有的权重继续训练",
  ...sweepProblems(sentenceOf),
};

export const editor: typeof english = {
  title: "新运行",
  from: "基于",
  changes: (n) => `${count(n)} 处改动`,
  undo: "撤销",
  redo: "重做",
  startOver: "恢复初始草稿",
  view: { label: "草稿的视图", form: "表单", both: "表单与文本", text: "文本" },
  sections: { data: "数据", split: "划分", model: "模型", loss: "损失与指标", optimizer: "优化器", training: "训练", run: "名称与种子" },
  sectionsLabel: "表单的各部分",
  sectionProblems: (n) => `${count(n)} 个问题`,
  fields: {
    name: { label: "名称", help: "这次运行的名称；留空则按所训练的内容命名" },
    seed: { label: "种子", help: "训练中所有随机流的起点：初始权重、批次顺序、随机失活" },
    seeds: { label: "种子个数", help: "运行几次，种子依次为 seed、seed + 1 …；样本相同，随机流不同" },
    data: { label: "数据", help: "从哪些样本学习" },
    split: { label: "划分", help: "哪些样本用于训练，哪些用于评判" },
    scaling: { label: "标准化", help: "把各特征化为同一尺度；只在训练集上拟合" },
    layers: { label: "层", help: "从输入到输出" },
    regularizer: { label: "正则化", help: "对所有没有自带惩罚项的权重施加的惩罚项" },
    loss: { label: "损失", help: "训练要减小的量" },
    optimizer: { label: "优化器", help: "如何由梯度得到更新" },
    schedule: { label: "学习率计划", help: "学习率随时间的变化，从优化器的学习率开始" },
    metrics: { label: "指标", help: "每轮结束时与损失一同测量" },
    augment: { label: "数据增强", help: "对训练样本的随机改动，每批重新抽取；评估时从不使用" },
    train: { label: "训练", help: "训练多久，每步多少样本" },
    "train.epochs": { label: "轮数", help: "遍历训练样本的次数" },
    "train.batchSize": { label: "批大小", help: "每步的样本数；不小于训练样本数时即为全批量下降" },
    "train.accumulate": { label: "梯度累积", help: "每步的批数：各批的梯度按全部行取平均，因此 k 批、每批 n 行与一批 k·n 行的学习相同；批归一化仍只看到各批自身" },
    "train.balanced": { label: "类别均衡", help: "每轮各类别抽取的次数相同：小类别的样本会重复出现，大类别的部分样本不出现" },
    "train.dropLast": { label: "丢弃不足的一批", help: "每轮最后剩下的样本不足一批时，不使用它们" },
    "train.clipNorm": { label: "裁剪梯度范数", help: "整个梯度的范数超过此值时按比例缩小；方向不变" },
    "train.clipSliceNorm": { label: "裁剪各张量的范数", help: "对每个权重、偏置、缩放和平移的梯度分别按范数裁剪" },
    "train.clipValue": { label: "裁剪每个数", help: "把梯度的每个数限制在 [−v, v]；若同时设置几种裁剪，先裁剪数值，再裁剪各张量，最后裁剪整体" },
    "train.earlyStopping": { label: "早停", help: "某个指标不再变好时停止训练；它把拟合与正则化混为一个选择，因此课程更偏好 L2" },
    "train.earlyStopping.metric": { label: "指标", help: "观察哪个指标，写作 划分/指标：validation/loss、validation/accuracy 等" },
    "train.earlyStopping.patience": { label: "耐心", help: "连续多少轮没有改进就停止" },
    "train.earlyStopping.minDelta": { label: "最小改进", help: "比目前最好的值好多少才算改进" },
    "train.earlyStopping.restoreBest": { label: "恢复最佳", help: "以最佳一轮的权重结束，而不是最后一轮的" },
    "train.mode": { label: "算术", help: "精确：每次运算单独舍入，求和次序固定，在任何机器上逐位相同；快速：在处理器上更快时融合运算、拆分求和，只在同一种处理器上可重复" },
    "train.recordEvery": { label: "记录", help: "从第 1 步起，每隔多少步记录权重、激活值与梯度的范数和直方图；0 表示不记录" },
    "train.checkpoints": { label: "检查点", help: "训练的哪些状态存为文件；最新的状态总会保留，运行可从它逐位一致地继续" },
    "train.checkpoints.save": { label: "保存间隔", help: "两次保存最新状态之间的秒数，在一轮结束时保存；崩溃最多损失这么多。0 表示每轮都保存" },
    "train.checkpoints.every": { label: "每隔保留", help: "另外每隔多少轮保留一次状态，可从中分支；0 表示不保留" },
    "train.checkpoints.best": { label: "保留最佳", help: "另外保留最佳的多少轮的状态" },
    "train.checkpoints.metric": { label: "最佳依据", help: "按哪个指标判断最佳，写作 划分/指标；留空表示验证损失，没有验证样本时为训练损失" },
    "train.openTest": { label: "打开测试集", help: "结束时在测试集上测量；每次打开都会计数" },
  },
  options: { auto: "自动", exact: "精确", fast: "快速", classes: "类别", number: "数值", iris: "鸢尾花", wine: "葡萄酒", breastCancer: "乳腺癌", digits: "手写数字", diabetes: "糖尿病", horizontal: "水平", vertical: "垂直", both: "两者", synchronous: "同步", asynchronous: "异步", seeds: "种子", folds: "折", values: "值", averages: "均值" },
  units: { rows: "行", batches: "批", epochs: "轮", steps: "步", s: "秒", pixels: "像素", degrees: "度" },
  on: "开",
  off: "关",
  onLog: "对数",
  notSet: "未设置",
  source: (from) => `来源：${from}`,
  set: "设置",
  leaveOut: "不设置",
  kindOf: (label) => `${label}：种类`,
  restore: (value) => `已改动。恢复默认值 ${value}`,
  use: (value) => `改用 ${value}`,
  rename: (name) => `改名为 ${name}`,
  addEntry: "添加",
  removeEntry: (n) => `移除第 ${n} 项`,
  slider: (label) => `${label}，滑块`,
  problem: sentenceOf,
  atLine: (line, column) => (column === undefined ? `第 ${line} 行` : `第 ${line} 行第 ${column} 列`),
  model: {
    summary: (layers, parameters) => `${count(layers)} 层，${count(parameters)} 个参数`,
    addLayer: "层",
    addKind: "新层的种类",
    index: "层",
    shape: "输出",
    parameters: "参数",
    open: (index, kind) => `第 ${index} 层，${kind}：编辑`,
    more: (index) => `第 ${index} 层：操作`,
    up: "上移",
    down: "下移",
    duplicate: "复制",
    remove: "移除",
    empty: "还没有层。网络至少需要一层。",
    keys: "Alt ↑、Alt ↓ 移动层，Ctrl D 复制，Delete 移除。",
    kind: "种类",
  },
  text: {
    file: "draft.json",
    same: "与表单是同一份草稿",
    label: "配置文本",
    copy: "复制文本",
    copied: "已复制",
    loading: "正在打开文本视图",
    stale: "文本无法读懂，表单显示的是上一次读到的内容",
    rewrite: "按表单重写文本",
  },
  data: {
    source: "样本来自",
    sample: "自带数据",
    generated: "生成",
    file: "自己的文件",
    about: {
      iris: "150 朵花，4 项测量，3 个品种",
      wine: "178 种酒，13 项测量，3 位酒农",
      breastCancer: "569 份活检，30 项测量，良性或恶性",
      digits: "1,797 幅 8 × 8 灰度图，10 个数字",
      diabetes: "442 位患者，10 项测量，病情进展为数值",
    },
    chooseFile: "文件",
    noFileChosen: "选择文件",
    import: "导入 CSV",
    drop: "或拖放到此处",
    dropNow: "松开即导入",
    needs: "首行为列名，其后各行为数字。其中一列是目标：类别名或数值。",
    target: "目标列",
    lastColumn: (name) => `最后一列（${name}）`,
    reading: "正在读取样本",
    failed: "数据无法读取",
    importFailed: (name) => `${name} 无法导入`,
    rows: (n) => `${count(n)} 行`,
    features: (n) => `${count(n)} 个特征`,
    classes: (n) => `${count(n)} 个类别`,
    images: (height, width, channels) => `${height} × ${width}${channels === 1 ? "" : ` × ${channels}`} 图像`,
    predicts: (target) => `预测 ${target}`,
    classCounts: "各类别的样本数",
    moreClasses: (n) => `另有 ${count(n)} 个类别`,
    range: "目标的范围",
    smallest: "最小值",
    mean: "均值",
    deviation: "标准差",
    largest: "最大值",
    firstRows: (n) => `前 ${count(n)} 行`,
    moreColumns: (n) => `另有 ${count(n)} 列未显示`,
    pixelRow: (row, target) => `第 ${row} 行的图像，${target}`,
    split: (train, validation, test) => `训练 ${count(train)} 行，验证 ${count(validation)} 行，测试 ${count(test)} 行`,
    train: "训练",
    validation: "验证",
    test: "测试",
  },
  start: {
    label: "开始",
    problems: (n) => `${count(n)} 个问题`,
    ready: "可以开始",
    checking: "正在检查",
    goTo: (path) => `转到 ${path}`,
    wholeSpec: "配置",
    parameters: (n) => `${count(n)} 个参数`,
    rows: (n) => `${count(n)} 行训练样本`,
    steps: (epochs, perEpoch) => `${count(epochs)} 轮 × ${count(perEpoch)} 步`,
    experiment: "实验",
    newExperiment: "新实验",
    experimentName: "新实验的名称",
    start: (runs) => (runs === 1 ? "开始" : `开始 ${count(runs)} 次运行`),
    blocked: (n) => `先解决 ${count(n)} 个问题`,
    unreadable: "文本无法读懂",
    failed: "运行未能开始",
    uninspected: "工作台未能检查草稿",
  },
  opening: "正在打开草稿",
  openFailed: "草稿无法打开",
  again: "重试",
  noSuchExample: (id) => `没有名为 ${id} 的示例。`,
  blank: "从手写数字示例开始",
  dataPage: {
    title: "数据",
    lede: "网络可以学习的内容：自带的数据集，以及自己的表格。数据不会离开这台电脑。",
    inTheBox: "自带数据",
    yours: "自己的文件",
    none: "还没有文件",
    noneHelp: "导入 CSV 文件，或拖放到此处。文件按内容保存在项目中。",
    name: "名称",
    rows: "行",
    columns: "列",
    size: "大小",
    imported: "导入时间",
    newRun: "用它新建运行",
    choose: "选择一个数据集，查看其样本。",
    failed: "无法列出文件",
  },
};
