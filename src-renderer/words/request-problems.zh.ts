/** What is asked of the service and cannot be, in Chinese: one sentence for each reason, made of the problem's details. */

import type { Details, RequestWhy } from "../../src-main/contract/checks.ts";

export const requestProblems: Readonly<Record<RequestWhy, (of: Details) => string>> = {
  seedsPast: (of) => `最后一个种子至多为 ${of["most"]}；当前从 ${of["seed"]} 开始，共 ${of["got"]} 个`,
  epochsPast: (of) => `总轮数至多为 ${of["most"]}；当前已有 ${of["done"]} 轮，再加 ${of["got"]} 轮`,
  largeCode: (of) => `网络有 ${of["got"]} MB 的数，而代码至多容纳 ${of["most"]} MB；导出为 onnx、safetensors 或 npz`,
  largePrediction: (of) => `${of["classes"]} 个类别时至多 ${of["most"]} 行，当前为 ${of["got"]} 行；分成几个文件`,
  noScaling: () => "检查点中没有训练样本的标准化，新的行因此无法化为网络所用的尺度；重新训练此运行",
  noReplay: (of) => `${of["file"]} 中没有可重放的内容：它不是 Descent 的报告，或报告中没有运行`,
  replayNotJson: (of) => `${of["file"]} 中可重放的内容已损坏，不是 JSON；重新取得这份报告`,
  otherReplay: (of) => `${of["file"]} 中可重放的内容不出自 Descent`,
  laterReplay: (of) => `${of["file"]} 中可重放的内容是版本 ${of["got"]}，此 Descent 只识别版本 1`,
  brokenReplay: (of) => `${of["file"]} 中有的运行缺少编号、名称、配置或数据哈希；重新取得这份报告`,
  brokenCheckpoint: () => "检查点已损坏，无法读取；改用另一个检查点，或重新训练",
  missingSlice: (of) => `检查点中没有 ${of["slice"]}；此模型需要 ${of["wanted"]}`,
  otherSlice: (of) => `检查点中的 ${of["slice"]} 为 ${of["got"]}，而此模型需要 ${of["wanted"]}`,
  misplacedSlice: (of) => `${of["slice"]} 位于检查点 ${of["bytes"]} 字节中的 ${of["from"]} 至 ${of["to"]}，而须有 ${of["wanted"]} 字节`,
  extraSlice: (of) => `检查点中有 ${of["slice"]}，而此模型没有`,
  notAFile: (of) => `${of["file"]} 须为文件，而它是文件夹或设备`,
  largeFile: (of) => `${of["file"]} 至多 ${of["most"]} 字节（64 MB），当前为 ${of["got"]} 字节`,
  longInput: (of) => `长度至多为 ${of["most"]}${of["got"] === "" ? "" : `，当前为 ${of["got"]}`}`,
  badInput: (of) => `不合规定，当前为 ${of["got"]}`,
  baseIsPath: (of) => `为路径 ${of["got"]}，此处不能读取文件；把运行的配置写在这里`,
  otherData: (of) => `须为报告所述的数据 ${of["wanted"]}，此处${of["got"] === "" ? "没有数据" : `为 ${of["got"]}`}`,
};
