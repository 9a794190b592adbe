/** 损坏的项目：发生了什么，以及可以怎么办。 */

import type { rescue as en } from "./rescue.en.ts";

export const rescue: typeof en = {
  title: (name) => `项目“${name}”已损坏`,
  untouched: "没有打开它，文件保持原样。下面的任何操作都不会改动这个文件：无论选择什么，它都会留在旁边。",
  said: "发现的问题",
  backups: "回到某个备份",
  backupsWhy: "备份会成为项目；损坏的文件改名后留在旁边。备份之后的运行不在其中。检查点和数据文件保持不动。",
  backupsNone: "这个项目没有备份。",
  newest: "最新",
  use: (at) => `回到 ${at} 的备份`,
  useShort: "回到这里",
  rescue: "抢救能读出的内容",
  rescueWhy: "逐页读取损坏的文件，把仍能读出的每次运行、每条曲线和每个检查点放入旁边的新项目。较大的项目可能需要一分钟。",
  rescueNow: "抢救到新项目",
  rescued: (runs, points) => `已抢救 ${runs}、${points}`,
  runs: (_, shown) => `${shown} 次运行`,
  points: (_, shown) => `${shown} 个点`,
  facts: { file: "新项目", incomplete: "缺少点的运行", checkpoints: "检查点", lost: "丢失的检查点", pages: "无法读出的页", of: (n, all) => `${n} / ${all}`, nameless: "没有运行记录的曲线（CSV）" },
  open: "打开抢救出的项目",
  could: { rescue: "无法抢救这个项目", mend: "无法打开" },
};
