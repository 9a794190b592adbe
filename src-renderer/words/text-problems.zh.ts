/** What is wrong with the writing of a spec or a query, in Chinese: one sentence for each reason, made of the problem's details. */

import type { Details, TextWhy } from "../../src-main/contract/checks.ts";
import type { QueryFault } from "../../src-main/contract/query.ts";
import { faults } from "./table.zh.ts";

export const textProblems: Readonly<Record<TextWhy, (of: Details) => string>> = {
  largeText: (of) => `文本至多 1 MB，当前为 ${of["got"]}`,
  controlSign: (of) => `须为文本，其中有控制字符 ${of["got"]}`,
  directive: () => "不能有指令（以 % 开头的行）",
  deepText: (of) => `至多嵌套 ${of["most"]} 层`,
  longText: (of) => `至多 ${of["most"]} 行和项`,
  emptyText: () => "文本为空",
  alias: () => "不能用别名（*名称）；把值写出来",
  anchor: () => "不能有锚点（&名称）；在需要之处把值写出来",
  tag: (of) => `不能有类型标记（${of["got"]}）；值只能是文字、数、列表和对象`,
  severalTags: () => "不能有 ! 开头的类型标记；值只能是文字、数、列表和对象",
  oddKey: () => "键须为普通文字",
  forbiddenKey: (of) => `此处不能有键 ${of["got"]}`,
  twiceWritten: () => "此键写了两次",
  missingSign: () => "无法读懂：此处缺少符号，例如逗号、冒号、引号或右括号",
  unexpectedSign: () => "无法读懂：此处有多余的符号或文字",
  badIndent: () => "无法读懂：缩进不一致，或括号没有闭合",
  tabIndent: () => "无法读懂：缩进不能用制表符；改用空格",
  brokenBrackets: () => "无法读懂：括号内的写法有误，多半缺少逗号",
  badEscape: () => "无法读懂：引号内的反斜杠之后不是可用的转义；反斜杠本身写作 \\\\",
  reservedSign: () => "无法读懂：值不能以此符号开头；给它加上引号",
  nestedInLine: () => "无法读懂：同一行内不能再嵌套键；换行并缩进，或用花括号",
  longKey: () => "无法读懂：键须写在一行之内，至多 1024 个字符",
  severalTexts: () => "无法读懂：文本中有不止一份配置（以 --- 分隔）；只留一份",
  badQuery: (of) => `查询无法读懂：${faults[of["fault"] as QueryFault["code"]](of)}`,
};
