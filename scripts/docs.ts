#!/usr/bin/env node
/** `npm run docs`: writes docs/components, one page per family and language, from the catalogue's declarations. */

import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describeCatalog } from "../src-engine/catalog.ts";
import { interval } from "../src-engine/spec/param.ts";
import type { Catalog, Described, Family, Param } from "../src-engine/spec/param.ts";

type Language = "en" | "zh";

const words = {
  en: {
    families: { data: "Data", split: "Splits", scaling: "Scaling", layer: "Layers", initializer: "Initializers", regularizer: "Regularizers", loss: "Losses", metric: "Metrics", optimizer: "Optimizers", schedule: "Schedules", augment: "Augmentation" },
    index: "Components", generated: "Made by `npm run docs` from the declarations in `src-engine`; the app shows the same texts.", other: "中文",
    columns: ["parameter", "symbol", "range", "default", "what it does"], source: "Source", noParams: "No parameters.",
    targets: { classes: "For classes.", number: "For a number to predict." }, better: { higher: "Higher is better.", lower: "Lower is better." },
    flag: "true, false", text: (most: number) => `text, at most ${most} characters`, component: (family: string, page: string) => `one of [${family}](${page})`, list: (what: string) => `list of: ${what}`, record: (fields: string) => `object: ${fields}`, optional: (what: string) => `${what}, or left out`, leftOut: "left out", whole: (range: string) => `whole, ${range}`,
  },
  zh: {
    families: { data: "数据", split: "划分", scaling: "缩放", layer: "层", initializer: "权重初始化", regularizer: "正则化", loss: "损失", metric: "指标", optimizer: "优化器", schedule: "学习率计划", augment: "数据增强" },
    index: "组件", generated: "由 `npm run docs` 根据 `src-engine` 中的声明生成；应用中显示的是同样的文字。", other: "English",
    columns: ["参数", "符号", "范围", "默认值", "作用"], source: "来源", noParams: "没有参数。",
    targets: { classes: "用于类别。", number: "用于预测数值。" }, better: { higher: "越高越好。", lower: "越低越好。" },
    flag: "true，false", text: (most: number) => `文字，至多 ${most} 个字符`, component: (family: string, page: string) => `[${family}](${page})之一`, list: (what: string) => `列表：${what}`, record: (fields: string) => `对象：${fields}`, optional: (what: string) => `${what}，也可不设`, leftOut: "不设", whole: (range: string) => `整数，${range}`,
  },
} as const;

/** Every page by its file name: `optimizer.md`, `optimizer.zh.md`, and an index in each language. */
export function componentPages(catalog: Catalog): Map<string, string> {
  const families = Object.keys(catalog) as Family[];
  const pages = new Map<string, string>();
  for (const language of ["en", "zh"] as const) {
    pages.set(fileOf("README", language), indexPage(families, catalog, language));
    for (const family of families) pages.set(fileOf(family, language), familyPage(family, catalog, language));
  }
  return pages;
}

const fileOf = (name: string, language: Language): string => (language === "en" ? `${name}.md` : `${name}.zh.md`);
const turned = (language: Language): Language => (language === "en" ? "zh" : "en");

function indexPage(families: readonly Family[], catalog: Catalog, language: Language): string {
  const say = words[language];
  const lines = families.map((family) => `- [${say.families[family]}](${fileOf(family, language)}): ${catalog[family].map((one) => titleOf(one, language)).join(language === "en" ? ", " : "、")}`);
  return `# ${say.index}\n\n${say.generated} [${say.other}](${fileOf("README", turned(language))})\n\n${lines.join("\n")}\n`;
}

function familyPage(family: Family, catalog: Catalog, language: Language): string {
  const say = words[language];
  const sections = catalog[family].map((one) => section(one, language));
  return `# ${say.families[family]}\n\n${say.generated} [${say.other}](${fileOf(family, turned(language))}) · [${say.index}](${fileOf("README", language)})\n\n${sections.join("\n")}`;
}

function section(one: Described, language: Language): string {
  const say = words[language];
  const facts = [...(one.targets ?? []).map((target) => say.targets[target]), ...(one.better === undefined ? [] : [say.better[one.better]])];
  const summary = [language === "en" ? one.summary : one.zh.summary, ...facts].join(language === "en" ? " " : "");
  const params = Object.entries(one.params).map(([name, param]) => row(name, param, one, language));
  const table = params.length === 0 ? say.noParams : [`| ${say.columns.join(" | ")} |`, "|---|---|---|---|---|", ...params].join("\n");
  return [
    `## ${titleOf(one, language)} \`${one.kind}\`\n`,
    `${summary}\n`,
    ...(one.math === "" ? [] : [`\`\`\`text\n${one.math}\n\`\`\`\n`]),
    `${table}\n`,
    ...(one.source === "" ? [] : [`${say.source}: ${one.source}\n`]),
  ].join("\n");
}

const titleOf = (one: Described, language: Language): string => (language === "en" ? one.title : one.zh.title);

function row(name: string, param: Param, one: Described, language: Language): string {
  const help = language === "en" ? param.help : `${one.zh.params[name]!.label}：${one.zh.params[name]!.help}`;
  const cells = [`\`${name}\``, param.symbol ?? "", rangeOf(param, language), defaultOf(param, language), help];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function rangeOf(param: Param, language: Language): string {
  const say = words[language];
  const unit = param.unit === undefined ? "" : ` ${param.unit}`;
  switch (param.kind) {
    case "real": return interval(param) + unit;
    case "integer": return say.whole(interval(param)) + unit;
    case "choice": return param.options.join(", ");
    case "flag": return say.flag;
    case "text": return say.text(param.maxLength);
    case "component": return say.component(say.families[param.family], fileOf(param.family, language));
    case "list": return say.list(rangeOf(param.of as Param, language));
    case "record": return say.record(Object.keys(param.fields as object).join(", "));
    case "optional": return say.optional(rangeOf(param.of as Param, language));
  }
}

function defaultOf(param: Param, language: Language): string {
  if (param.kind === "optional") return words[language].leftOut;
  if (param.kind === "record") return "";
  return `\`${typeof param.default === "string" ? param.default || "\"\"" : JSON.stringify(param.default)}\``;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "docs", "components");
  const pages = componentPages(describeCatalog());
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) if (!pages.has(file)) rmSync(join(folder, file));
  for (const [file, text] of pages) writeFileSync(join(folder, file), text);
  console.log(`${pages.size} pages in docs/components`);
}
