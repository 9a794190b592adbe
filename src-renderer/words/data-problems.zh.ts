/** What is wrong with a table, its target, split or scaling, in Chinese: one sentence for each reason, made of the problem's details. */

import type { DataWhy, Details } from "../../src-main/contract/checks.ts";

/** A name or a cell as it stands in a file, at most 60 signs of it. */
export const quoted = (text = ""): string => `“${text.length > 60 ? `${text.slice(0, 57)}…` : text}”`;

const partNames: Readonly<Record<string, string>> = { train: "训练集", validation: "验证集", test: "测试集" };
const known = (of: Details): string => `${of["known"]}${of["more"] === "0" ? "" : ` 等，另有 ${of["more"]} 个`}`;
const group = (of: Details): string => (of["class"] === undefined ? "数据" : `类别${quoted(of["class"])}`);
const needed = "须为十进制数，例如 1.5 或 -2e3";

export const dataProblems: Readonly<Record<DataWhy, (of: Details) => string>> = {
  emptyFile: (of) => `无法读取：${of["file"]} 是空文件`,
  utf16: (of) => `无法读取：${of["file"]} 的编码是 UTF-16；另存为“CSV UTF-8”`,
  notUtf8: (of) => `无法读取：${of["file"]} 的第 ${of["byte"]} 字节（${of["got"]}）不是 UTF-8 文本；另存为“CSV UTF-8”，或确认它是 CSV 文件`,
  openQuote: (of) => `引号没有闭合，位于所在行的第 ${of["field"]} 个字段`,
  strayQuote: (of) => `所在行的第 ${of["field"]} 个字段中有多余的引号；含引号的字段须用引号括起，其中的引号写两次："say ""yes"""`,
  emptyLinesOnly: (of) => `无法读取：${of["file"]} 只有空行`,
  noRows: (of) => `${of["file"]} 只有表头，没有数据行`,
  moreProblems: (of) => `另有 ${of["more"]} 个类似的问题`,
  namelessColumn: (of) => `表头中第 ${of["column"]} 列没有列名`,
  twinColumns: (of) => `表头中有两列同名${quoted(of["column"])}：第 ${of["first"]} 列与第 ${of["second"]} 列`,
  oneColumn: (of) => `至少要有两列：一列特征，一列目标；当前只有一列${quoted(of["got"])}，已试过以逗号、分号和制表符分隔`,
  headerOfNumbers: () => "表头应为列名，此处却是数字；在第一行之前加一行列名",
  raggedRow: (of) => `此行有 ${of["got"]} 个单元格，而表头有 ${of["columns"]} 列`,
  emptyRow: () => "此行的单元格全为空；删去此行",
  missingFeature: (of) => `表头中没有列${quoted(of["column"])}，而网络是用它训练的；已有的列：${known(of)}`,
  manyRows: (of) => `超过 ${of["most"]} 行，这是一次预测的上限；分成几个文件`,
  emptyCell: (of) => `列${quoted(of["column"])}中有空单元格，此处须有数，例如 1.5；填上数值，或删去此行`,
  missingCell: (of) => `列${quoted(of["column"])}中的${quoted(of["got"])}表示缺失值，此处须有数，例如 1.5；填上数值，或删去此行`,
  infiniteCell: (of) => `列${quoted(of["column"])}中的数须有限，绝对值至多为 1.8e308，当前为${quoted(of["got"])}`,
  decimalComma: (of) => `列${quoted(of["column"])}中的小数点须写作“.”，例如 ${of["got"]?.replace(",", ".")}，当前为${quoted(of["got"])}`,
  notDecimal: (of) => `列${quoted(of["column"])}中${needed}，当前为${quoted(of["got"])}`,
  noNumbers: (of) => `列${quoted(of["column"])}中没有数，第一个单元格为${quoted(of["got"])}；特征须为数：删去此列，或把它作为目标`,
  rowsWidth: (of) => `每行须有 ${of["features"]} 个数，每个特征一个；当前 ${of["rows"]} 行共有 ${of["got"]} 个数`,
  infiniteFeature: (of) => `特征${quoted(of["column"])}须为有限的数，当前为 ${of["got"]}`,
  noSuchTarget: (of) => `须为 ${of["file"]} 中的列，当前为${quoted(of["got"])}；已有的列：${known(of)}`,
  emptyTarget: (of) => `目标列${quoted(of["column"])}中有空单元格；填上数值，或删去此行`,
  missingTarget: (of) => `目标列${quoted(of["column"])}中的${quoted(of["got"])}表示缺失值；填上数值，或删去此行`,
  targetNotNumber: (of) => `目标列${quoted(of["column"])}中${needed}，当前为${quoted(of["got"])}`,
  targetNotLabel: (of) => `目标列${quoted(of["column"])}中须为 0…${of["most"]} 的类别标签，当前为${quoted(of["got"])}`,
  oneClass: (of) => `至少要有两个类别；列${quoted(of["column"])}中只有${quoted(of["only"])}`,
  manyClasses: (of) => `至多 ${of["most"]} 个类别；列${quoted(of["column"])}中有 ${of["got"]} 个不同的值；若要预测数值，把 task 设为 number`,
  imageSize: (of) => `三数之积须等于特征数：${of["image"]} = ${of["got"]}，特征有 ${of["features"]} 个`,
  notStratifiable: (of) => `不能分层：目标${quoted(of["target"])}是数值，没有类别；改用 random`,
  noTrainingShare: (of) => `须给训练集留下样本：验证集的份额 ${of["validation"]} 与测试集的份额 ${of["test"]} 一行也没有留下`,
  emptyFold: (of) => `有的折没有样本：${group(of)}在测试集之外有 ${of["rows"]} 行，不够分成 ${of["folds"]} 折；减少折数`,
  emptyParts: (of) => `${of["empty"]?.split(", ").map((part) => partNames[part]).join("与")}没有样本：${group(of)}共 ${of["rows"]} 行，分得训练 ${of["train"]}、验证 ${of["validation"]}、测试 ${of["test"]}；改变份额，或把某一份设为 0`,
  noSpread: (of) => `${of["role"] === "target" ? "目标" : "特征"}${quoted(of["column"])}不能化为同一尺度：其标准差在双精度下为 ${of["got"]}；给该列换一个单位，或删去该列`,
  unreadableFile: (of) => `项目所存的数据文件无法读取${of["file"] === "" ? "" : `：${of["file"]}`}；重新导入`,
  unreadableSample: (of) => `自带的数据集无法读取：${of["file"]}；重新安装 Descent`,
};
