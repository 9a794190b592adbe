/** What a report says by itself, in both languages of the one file. */

export interface ReportWords {
  readonly code: "en" | "zh-CN";
  readonly name: string;
  date(ms: number): string;
  written(date: string, version: string, project: string): string;
  readonly titles: { readonly verdict: string; readonly results: string; readonly differences: string; readonly runs: string; readonly data: string; readonly specs: string; readonly journal: string; readonly confusion: string; readonly diagnosis: string; readonly sweep: string; readonly replay: string };
  figure(n: number): string;
  table(n: number): string;
  meanOf(n: string, x: string): string;
  curvesOf(x: string): string;
  figureCaption(title: string, more: string): string;
  readonly resultsCaption: string;
  readonly differencesCaption: string;
  readonly runsCaption: string;
  readonly asTable: string;
  readonly pointsNote: string;
  readonly nothing: { readonly verdict: string; readonly chart: string; readonly results: string; readonly differences: string; readonly journal: string; readonly data: string; readonly sweep: string; readonly insight: string };
  same(n: number): string;
  readonly columns: { readonly key: string; readonly group: string; readonly metric: string; readonly run: string; readonly name: string; readonly seed: string; readonly state: string; readonly epochs: string; readonly time: string; readonly hash: string; readonly point: string; readonly mean: string; readonly interval: string; readonly n: string };
  readonly states: Readonly<Record<string, string>>;
  readonly baseline: string;
  readonly provisional: string;
  lost(n: number): string;
  readonly data: { readonly rows: string; readonly split: string; splitOf(train: number, validation: number, test: number): string; readonly features: string; readonly target: string; readonly classes: string; readonly hash: string; readonly test: string; opened(times: number): string; readonly range: string };
  readonly journal: { readonly hypothesis: string; readonly result: string; readonly decision: string; readonly notes: string; readonly project: string };
  specOf(label: string): string;
  replayAbout(runs: number): string;
  readonly switches: { readonly light: string; readonly dark: string; readonly theme: string; readonly language: string; readonly enlarge: string; readonly close: string; readonly sort: string };
  readonly axes: Readonly<Record<"epoch" | "step" | "examples" | "flops", string>>;
  readonly insight: { readonly corner: string; readonly recall: string; confusionCaption(rows: string, share: string, from: string, to: string): string; tooMany(classes: number): string };
  readonly sweep: {
    best(trial: number, metric: string, value: string, trials: number): string;
    luck(optimism: string, contenders: number, corrected: string): string;
    readonly noLuck: string;
    confirmed(trial: number, mean: string, deviation: string | null, seeds: number, raw: string): string;
    readonly notConfirmed: string;
    test(values: string): string;
    readonly figure: string;
    readonly bestSoFar: string;
    readonly trialsCaption: (shown: number, of: number) => string;
    readonly importanceCaption: (trials: number) => string;
    readonly columns: { readonly trial: string; readonly confirmed: string; readonly axis: string; readonly share: string; readonly range: string };
    readonly trialStates: Readonly<Record<string, string>>;
  };
  readonly splits: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, string>>;
  of(split: string, metric: string): string;
  readonly logAxis: string;
  readonly unit: string;
  readonly minutes: (ms: number) => string;
}

const en: ReportWords = {
  code: "en", name: "English",
  date: (ms) => new Intl.DateTimeFormat("en-GB", { dateStyle: "long" }).format(ms),
  written: (date, version, project) => `${date}, Descent ${version}, project ${project}`,
  titles: { verdict: "What the numbers bear", results: "Results", differences: "What differs", runs: "Runs", data: "Data", specs: "Settings", journal: "Journal", confusion: "Which class is taken for which", diagnosis: "Bias and variance", sweep: "The sweep", replay: "Replay block" },
  figure: (n) => `Figure ${n}.`, table: (n) => `Table ${n}.`,
  meanOf: (n, x) => `mean of ${n} by ${x}, with Student's 95 % interval`, curvesOf: (x) => `by ${x}`, figureCaption: (title, more) => `${title}: ${more}`,
  resultsCaption: "Mean ± half of Student's 95 % interval over finished runs, and the difference to the baseline.",
  differencesCaption: "Settings whose values differ.", runsCaption: "Every run with its seed and the hash of its last weights.",
  asTable: "As a table", pointsNote: "The points that are drawn; the project holds every one.",
  nothing: { verdict: "There is nothing to hold against each other: the report speaks of one group.", chart: "No run of this report has this metric.", results: "No run has a metric yet.", differences: "Nothing differs.", journal: "Nothing is written yet.", data: "These data can no longer be read.", sweep: "No sweep is chosen, or it is no longer in this project.", insight: "No run of this report has classes and saved weights." },
  same: (n) => (n === 1 ? "1 key is the same." : `${n} keys are the same.`),
  columns: { key: "key", group: "group", metric: "metric", run: "run", name: "name", seed: "seed", state: "state", epochs: "epochs", time: "time", hash: "weights (SHA-256)", point: "x", mean: "mean", interval: "95 % interval", n: "n" },
  states: { queued: "queued", running: "running", paused: "paused", finished: "finished", stopped: "stopped", failed: "failed", interrupted: "interrupted" },
  baseline: "baseline", provisional: "not finished", lost: (n) => `${n} lost`,
  data: { rows: "rows", split: "split", splitOf: (train, validation, test) => `${train} training, ${validation} validation, ${test} test`, features: "features", target: "target", classes: "classes", hash: "SHA-256", test: "test set", opened: (times) => (times === 0 ? "sealed: no run of this report has opened it" : times === 1 ? "opened once" : `opened ${times} times`), range: "min, mean ± deviation, max" },
  journal: { hypothesis: "Hypothesis", result: "Result", decision: "Decision", notes: "Notes", project: "Project" },
  specOf: (label) => `Spec of ${label}`,
  replayAbout: (runs) => `Drop this file on Descent, or say “descent replay FILE”, to train ${runs === 1 ? "the run" : `all ${runs} runs`} again and compare the weights' hashes.`,
  switches: { light: "Light", dark: "Dark", theme: "Theme", language: "Language", enlarge: "Enlarge", close: "Close", sort: "Sort by this column" },
  axes: { epoch: "epoch", step: "step", examples: "examples", flops: "FLOPs" },
  insight: {
    corner: "actual, predicted", recall: "right, %",
    confusionCaption: (rows, share, from, to) => `${rows} validation rows: each row of the table an actual class, each column what the network says; ${share} % right (95 % CI ${from} to ${to}).`,
    tooMany: (classes) => `${classes} classes are too many for a table; the run's page shows them.`,
  },
  sweep: {
    best: (trial, metric, value, trials) => `Trial ${trial} looks best of ${trials}: ${metric} ${value}.`,
    luck: (optimism, contenders, corrected) => `Being the best of ${contenders} contenders is partly luck, here about ${optimism}; without it ${corrected} is expected.`,
    noLuck: "How much of its lead is luck is not known: no point was tried with more than one seed.",
    confirmed: (trial, mean, deviation, seeds, raw) => `Confirmed: trial ${trial} comes to ${mean}${deviation === null ? "" : ` ± ${deviation}`} with ${seeds === 1 ? "one fresh seed" : `${seeds} fresh seeds (mean ± standard deviation)`}; it had looked like ${raw}.`,
    notConfirmed: "Nothing is confirmed by fresh seeds yet: what looks best need not be.",
    test: (values) => `On the test split, opened after that: ${values}.`,
    figure: "each trial, and the best so far", bestSoFar: "best so far",
    trialsCaption: (shown, of) => (shown === of ? "Trials with a result, the best first." : `The best ${shown} of ${of} trials with a result.`),
    importanceCaption: (trials) => `Which axes matter: shares of the variance by functional ANOVA over ${trials} trials, with the range of nine in ten resamplings.`,
    columns: { trial: "trial", confirmed: "confirmed", axis: "axis", share: "share, %", range: "range, %" },
    trialStates: { finished: "finished", pruned: "stopped early", failed: "failed", running: "running", waiting: "waiting" },
  },
  splits: { train: "training", validation: "validation", test: "test", batch: "batch" },
  metrics: { loss: "loss", accuracy: "accuracy", rmse: "root mean squared error", r2: "R²", dataLoss: "data loss", penalty: "penalty", gradientNorm: "gradient norm", learningRate: "learning rate" },
  of: (split, metric) => `${split} ${metric}`,
  logAxis: "log axis", unit: "%",
  minutes: (ms) => (ms < 60_000 ? `${(ms / 1000).toPrecision(3)} s` : `${(ms / 60_000).toFixed(1)} min`),
};

const zh: ReportWords = {
  code: "zh-CN", name: "中文",
  date: (ms) => new Intl.DateTimeFormat("zh-CN", { dateStyle: "long" }).format(ms),
  written: (date, version, project) => `${date}，Descent ${version}，项目 ${project}`,
  titles: { verdict: "数据能支持的结论", results: "结果", differences: "差异", runs: "运行", data: "数据", specs: "设置", journal: "笔记", confusion: "混淆矩阵", diagnosis: "偏差与方差", sweep: "超参数搜索", replay: "重放块" },
  figure: (n) => `图 ${n}`, table: (n) => `表 ${n}`,
  meanOf: (n, x) => `${n} 次运行的均值（按${x}），附 Student 95 % 置信区间`, curvesOf: (x) => `按${x}`, figureCaption: (title, more) => `${title}：${more}`,
  resultsCaption: "已完成运行的均值 ± Student 95 % 区间半宽，以及与基线之差。",
  differencesCaption: "取值不同的设置。", runsCaption: "每次运行，及其种子与最终权重的哈希。",
  asTable: "以表格显示", pointsNote: "此处为绘出的点；全部数据点保存在项目中。",
  nothing: { verdict: "报告只涉及一组运行，没有可比较的对象。", chart: "本报告的运行没有该指标。", results: "尚无任何指标。", differences: "没有差异。", journal: "尚未写下任何内容。", data: "这些数据已无法读取。", sweep: "未选择搜索，或该搜索已不在本项目中。", insight: "本报告中没有既分类又保存了权重的运行。" },
  same: (n) => `${n} 个键相同。`,
  columns: { key: "键", group: "组", metric: "指标", run: "运行", name: "名称", seed: "种子", state: "状态", epochs: "轮", time: "用时", hash: "权重（SHA-256）", point: "x", mean: "均值", interval: "95 % 区间", n: "n" },
  states: { queued: "排队", running: "运行中", paused: "已暂停", finished: "已完成", stopped: "已停止", failed: "失败", interrupted: "中断" },
  baseline: "基线", provisional: "未完成", lost: (n) => `${n} 个缺失`,
  data: { rows: "行数", split: "划分", splitOf: (train, validation, test) => `训练 ${train}，验证 ${validation}，测试 ${test}`, features: "特征", target: "目标", classes: "类别", hash: "SHA-256", test: "测试集", opened: (times) => (times === 0 ? "密封：本报告的运行均未打开" : `已打开 ${times} 次`), range: "最小值，均值 ± 标准差，最大值" },
  journal: { hypothesis: "假设", result: "结果", decision: "决定", notes: "笔记", project: "项目" },
  specOf: (label) => `${label} 的配置`,
  replayAbout: (runs) => `把此文件拖入 Descent，或执行“descent replay FILE”，即可重新训练${runs === 1 ? "该次运行" : `全部 ${runs} 次运行`}并比对权重哈希。`,
  switches: { light: "浅色", dark: "深色", theme: "主题", language: "语言", enlarge: "放大", close: "关闭", sort: "按此列排序" },
  axes: { epoch: "轮", step: "步", examples: "样本数", flops: "FLOPs" },
  insight: {
    corner: "实际、预测", recall: "正确，%",
    confusionCaption: (rows, share, from, to) => `${rows} 行验证数据：每行为实际类别，每列为网络的判断；正确 ${share} %（95 % CI ${from} 至 ${to}）。`,
    tooMany: (classes) => `类别多达 ${classes} 个，不宜列表；请见运行页面。`,
  },
  sweep: {
    best: (trial, metric, value, trials) => `在 ${trials} 次试验中，第 ${trial} 次看起来最好：${metric} ${value}。`,
    luck: (optimism, contenders, corrected) => `在 ${contenders} 个候选中胜出部分靠运气，此处约为 ${optimism}；扣除后预期为 ${corrected}。`,
    noLuck: "无法得知其领先有多少出于运气：没有任何点用多个种子试过。",
    confirmed: (trial, mean, deviation, seeds, raw) => `复核：第 ${trial} 次试验用 ${seeds} 个新种子得到 ${mean}${deviation === null ? "" : ` ± ${deviation}（均值 ± 标准差）`}；此前看起来是 ${raw}。`,
    notConfirmed: "尚未用新种子复核：看起来最好的未必真的最好。",
    test: (values) => `此后打开测试集：${values}。`,
    figure: "每次试验，以及截至当时的最佳", bestSoFar: "截至当时的最佳",
    trialsCaption: (shown, of) => (shown === of ? "有结果的试验，最好的在前。" : `${of} 次有结果的试验中最好的 ${shown} 次。`),
    importanceCaption: (trials) => `哪些维度重要：基于 ${trials} 次试验的 functional ANOVA 方差占比，附十次重采样中九次所在的范围。`,
    columns: { trial: "试验", confirmed: "复核", axis: "维度", share: "占比，%", range: "范围，%" },
    trialStates: { finished: "已完成", pruned: "提前停止", failed: "失败", running: "运行中", waiting: "等待" },
  },
  splits: { train: "训练", validation: "验证", test: "测试", batch: "批" },
  metrics: { loss: "损失", accuracy: "准确率", rmse: "均方根误差", r2: "R²", dataLoss: "数据损失", penalty: "惩罚项", gradientNorm: "梯度范数", learningRate: "学习率" },
  of: (split, metric) => `${split}${metric}`,
  logAxis: "对数轴", unit: "%",
  minutes: (ms) => (ms < 60_000 ? `${(ms / 1000).toPrecision(3)} 秒` : `${(ms / 60_000).toFixed(1)} 分钟`),
};

export const reportWords = { en, zh } as const;
export type ReportLanguage = keyof typeof reportWords;

/** `validation accuracy`, `验证准确率`; a metric of other making as it is. */
export function metricLabel(words: ReportWords, metric: string): string {
  const at = metric.indexOf("/");
  const split = words.splits[metric.slice(0, at)], name = metric.slice(at + 1);
  return at < 0 || split === undefined ? metric : words.of(split, words.metrics[name] ?? name);
}
