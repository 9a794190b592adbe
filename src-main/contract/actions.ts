/**
 * Every action that has a name: its words, its keys, and where it can be done. Palette, sheet of keys, tooltips and the desktop's menu all read this one table,
 * so that none of them can say something else than the others.
 *
 * Keys: `n` a key by itself, `shift+x`, `mod+k` (Ctrl, on a Mac ⌘), `g h` one after the other. What a browser or Electron keeps for itself is left alone.
 */

export type Where = "anywhere" | "runs" | "run" | "compare" | "sweep" | "chart" | "editor";

export interface Action {
  readonly where: Where;
  /** The first is shown; the others do the same. */
  readonly keys: readonly string[];
  readonly en: string;
  readonly zh: string;
  /** The page it leads to, where that is all it does. */
  readonly path?: string;
  /** Other words a person may look for it by, in both languages. */
  readonly also?: string;
}

const table = {
  palette: { where: "anywhere", keys: ["mod+k"], en: "Search or run a command", zh: "搜索或执行命令", also: "find command palette 查找 命令面板" },
  keys: { where: "anywhere", keys: ["?"], en: "Show all keys", zh: "显示全部快捷键", also: "shortcuts keyboard help 帮助 键盘" },
  undo: { where: "anywhere", keys: ["mod+z"], en: "Undo", zh: "撤销" },
  redo: { where: "anywhere", keys: ["mod+shift+z", "mod+y"], en: "Redo", zh: "重做" },
  newRun: { where: "anywhere", keys: ["n"], path: "/new", en: "New run", zh: "新建运行", also: "train start editor 训练 编辑器" },
  newExperiment: { where: "anywhere", keys: ["shift+n"], en: "New experiment", zh: "新建实验", also: "question 问题" },
  home: { where: "anywhere", keys: ["g h"], path: "/", en: "Go to Home", zh: "前往首页", also: "examples 示例" },
  runs: { where: "anywhere", keys: ["g r"], path: "/runs", en: "Go to Runs", zh: "前往运行", also: "table list 表格" },
  compare: { where: "anywhere", keys: ["g c"], path: "/compare", en: "Go to Compare", zh: "前往对比" },
  sweeps: { where: "anywhere", keys: ["g s"], path: "/sweeps", en: "Go to Sweeps", zh: "前往搜索", also: "caviar tuning hyperparameter 鱼子酱式 调参" },
  newSweep: { where: "anywhere", keys: ["w"], path: "/sweeps/new", en: "New sweep", zh: "新建搜索", also: "caviar many runs tuning search 鱼子酱式 调参" },
  data: { where: "anywhere", keys: ["g d"], path: "/data", en: "Go to Data", zh: "前往数据", also: "import csv dataset 导入 数据集" },
  reports: { where: "anywhere", keys: ["g p"], path: "/reports", en: "Go to Reports", zh: "前往报告", also: "html pdf export 导出" },
  newReport: { where: "anywhere", keys: ["shift+w"], path: "/reports?new=yes", en: "New report", zh: "新建报告", also: "write up findings html pdf 撰写 结论" },
  queue: { where: "anywhere", keys: ["g q"], path: "/queue", en: "Go to the queue", zh: "前往队列", also: "waiting training 排队 训练" },
  storage: { where: "anywhere", keys: ["g t"], path: "/storage", en: "Go to storage and trash", zh: "前往存储与回收站", also: "disk backup purge restore 磁盘 备份 恢复" },
  explain: { where: "anywhere", keys: ["g e"], path: "/explain", en: "Go to the explanations", zh: "前往说明", also: "help documentation components formula 帮助 组件 公式" },
  settings: { where: "anywhere", keys: ["mod+,"], path: "/settings", en: "Settings", zh: "设置", also: "preferences options 偏好 选项" },
  tour: { where: "anywhere", keys: ["g w"], en: "Take the tour", zh: "开始导览", also: "tutorial first steps help 教程 入门 帮助" },
  theme: { where: "anywhere", keys: ["v t"], en: "Switch between light and dark", zh: "切换浅色与深色", also: "dark mode night appearance 主题 夜间" },
  language: { where: "anywhere", keys: ["v l"], en: "Switch the language: 中文", zh: "切换语言：English", also: "chinese english 中文 英文" },
  density: { where: "anywhere", keys: ["v d"], en: "Change how dense it is", zh: "切换疏密", also: "compact comfortable rows 紧凑 宽松 密度" },
  sidebar: { where: "anywhere", keys: ["mod+\\"], en: "Fold or unfold the sidebar", zh: "收起或展开侧栏" },
  nextPart: { where: "anywhere", keys: ["f6"], en: "Go to the next part of the window", zh: "前往窗口的下一部分", also: "focus region 焦点" },
  previousPart: { where: "anywhere", keys: ["shift+f6"], en: "Go to the part before", zh: "前往窗口的上一部分", also: "focus region 焦点" },
  holdQueue: { where: "anywhere", keys: ["shift+p"], en: "Pause everything, or let it go on", zh: "全部暂停或继续", also: "queue hold resume all 队列" },
  backUp: { where: "anywhere", keys: ["shift+b"], en: "Back the project up", zh: "备份项目", also: "copy save 副本" },
  emptyTrash: { where: "anywhere", keys: ["shift+delete"], en: "Empty the trash", zh: "清空回收站", also: "purge delete 彻底删除" },

  findRuns: { where: "runs", keys: ["/"], en: "Write a query", zh: "编写查询", also: "filter where 筛选" },
  nextRow: { where: "runs", keys: ["j", "arrowdown"], en: "Next row", zh: "下一行" },
  previousRow: { where: "runs", keys: ["k", "arrowup"], en: "Row before", zh: "上一行" },
  openRow: { where: "runs", keys: ["enter"], en: "Open the run, fold the group", zh: "打开运行，折叠分组" },
  selectRow: { where: "runs", keys: ["x"], en: "Select", zh: "选择" },
  selectRange: { where: "runs", keys: ["shift+x"], en: "Select up to here", zh: "选到此处" },
  unfold: { where: "runs", keys: ["arrowright"], en: "Unfold the group", zh: "展开分组" },
  fold: { where: "runs", keys: ["arrowleft"], en: "Fold the group", zh: "折叠分组" },
  clear: { where: "runs", keys: ["escape"], en: "Clear the selection", zh: "清除选择" },
  compareRuns: { where: "runs", keys: ["c"], en: "Compare the selection", zh: "对比所选" },
  reportRuns: { where: "runs", keys: ["r"], en: "Make a report of the selection", zh: "以所选生成报告", also: "html pdf export 导出" },
  moreSeeds: { where: "runs", keys: ["s"], en: "Run more seeds of the selection", zh: "为所选再跑种子", also: "repeat 重复" },
  againRuns: { where: "runs", keys: ["shift+r"], en: "Run the selection again", zh: "重新运行所选", also: "re-run 再次" },
  tagRuns: { where: "runs", keys: ["l"], en: "Tag the selection", zh: "为所选加标签", also: "label 标签" },
  archiveRuns: { where: "runs", keys: ["a"], en: "Archive the selection", zh: "归档所选" },
  trashRuns: { where: "runs", keys: ["delete"], en: "Move the selection to the trash", zh: "将所选移到回收站", also: "delete remove 删除" },
  columns: { where: "runs", keys: ["o"], en: "Choose columns", zh: "选择列" },
  groupRuns: { where: "runs", keys: ["shift+g"], en: "Choose how runs are grouped", zh: "选择分组方式", also: "seed 种子" },
  buildQuery: { where: "runs", keys: ["q"], en: "Build the query by hand", zh: "逐项编写查询", also: "builder filter 筛选" },
  exportTable: { where: "runs", keys: ["shift+e"], en: "Export the table as CSV", zh: "将表格导出为 CSV", also: "download save 下载" },

  pause: { where: "run", keys: ["p"], en: "Pause or resume", zh: "暂停或继续" },
  oneStep: { where: "run", keys: ["."], en: "One step", zh: "单步" },
  endEpoch: { where: "run", keys: ["e"], en: "Stop after this epoch", zh: "在本轮结束后停止" },
  stop: { where: "run", keys: ["shift+s"], en: "Stop", zh: "停止" },
  extend: { where: "run", keys: ["shift+e"], en: "Train for more epochs", zh: "延长训练", also: "continue 继续" },
  change: { where: "run", keys: ["shift+c"], en: "Change a setting while it trains", zh: "训练中修改设置", also: "hyperparameter learning rate 超参数 学习率" },
  again: { where: "run", keys: ["shift+r"], en: "New run from this", zh: "以此新建运行", also: "copy duplicate 复制" },
  baseline: { where: "run", keys: ["b"], en: "Make it the baseline, or no longer", zh: "设为或取消基线" },
  rename: { where: "run", keys: ["f2"], en: "Rename", zh: "重命名" },
  pin: { where: "run", keys: ["shift+i"], en: "Pin, or no longer", zh: "置顶或取消置顶" },
  archive: { where: "run", keys: ["a"], en: "Archive, or take out of the archive", zh: "归档或取消归档" },
  trash: { where: "run", keys: ["delete"], en: "Move to the trash", zh: "移到回收站", also: "delete remove 删除" },
  openTest: { where: "run", keys: ["shift+o"], en: "Open the test set", zh: "打开测试集", also: "sealed 封存" },
  reportRun: { where: "run", keys: ["r"], en: "Make a report of this run", zh: "以此运行生成报告", also: "html pdf export 导出" },
  previousRun: { where: "run", keys: ["["], en: "Previous run", zh: "上一次运行" },
  nextRun: { where: "run", keys: ["]"], en: "Next run", zh: "下一次运行" },

  reportComparison: { where: "compare", keys: ["r"], en: "Make a report of this comparison", zh: "以此对比生成报告", also: "html pdf export 导出" },
  evenSeeds: { where: "compare", keys: ["s"], en: "Run the seeds that are missing", zh: "补跑缺少的种子" },

  pauseSweep: { where: "sweep", keys: ["p"], en: "Pause the sweep, or let it go on", zh: "暂停搜索或继续" },
  stopSweep: { where: "sweep", keys: ["shift+s"], en: "Stop the sweep", zh: "停止搜索" },
  zoomSweep: { where: "sweep", keys: ["z"], en: "Zoom into the brushed space", zh: "放大到框选的空间", also: "coarse fine stage narrow 由粗到细 阶段" },
  editSpace: { where: "sweep", keys: ["shift+c"], en: "Edit the space", zh: "编辑空间", also: "axes range 维度 范围" },
  raiseBudget: { where: "sweep", keys: ["shift+e"], en: "Raise the budget", zh: "提高预算", also: "more trials 更多试验" },
  tryPoint: { where: "sweep", keys: ["shift+t"], en: "Try a point by hand", zh: "手动尝试一个点", also: "enqueue 加入" },
  confirmWinner: { where: "sweep", keys: ["s"], en: "Confirm the best with fresh seeds", zh: "用新种子复核最佳", also: "winner curse 赢家诅咒" },
  reportSweep: { where: "sweep", keys: ["r"], en: "Make a report of this sweep", zh: "以此搜索生成报告", also: "html pdf export 导出" },
  clearBrushes: { where: "sweep", keys: ["escape"], en: "Clear the brushes", zh: "清除框选" },

  chartTable: { where: "chart", keys: ["t"], en: "Show the chart as a table", zh: "以表格显示图表" },
  smooth: { where: "chart", keys: ["\\"], en: "Smoothing on or off", zh: "打开或关闭平滑" },
  zoomIn: { where: "chart", keys: ["+"], en: "Zoom the chart in", zh: "放大图表" },
  zoomOut: { where: "chart", keys: ["-"], en: "Zoom the chart out", zh: "缩小图表" },
  zoomReset: { where: "chart", keys: ["0"], en: "Show the whole chart", zh: "显示整个图表" },

  start: { where: "editor", keys: ["mod+enter"], en: "Start the run", zh: "开始运行" },
} as const satisfies Readonly<Record<string, Action>>;

export type ActionId = keyof typeof table;
export const actions: Readonly<Record<ActionId, Action>> = table;
export const actionIds = Object.keys(table) as readonly ActionId[];

/** As Electron writes it: `mod+shift+z` → `CmdOrCtrl+Shift+Z`. Null for a key by itself, which a menu would take from whoever types. */
export function accelerator(id: ActionId): string | null {
  const chord = actions[id].keys.find((key) => key.startsWith("mod+"));
  if (chord === undefined) return null;
  return chord.split("+").map((part) => (part === "mod" ? "CmdOrCtrl" : part === "enter" ? "Return" : part.length === 1 ? part.toUpperCase() : part[0]!.toUpperCase() + part.slice(1))).join("+");
}
