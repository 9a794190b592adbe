/** Markdown as a tree of plain data, for a page that makes elements of it and never HTML of text: what a person wrote stays text. */

import type { Token } from "markdown-it";
import { markdownParser } from "./markdown-parser.ts";

/** The elements that Markdown makes. */
export const markdownTags = ["p", "em", "strong", "s", "ul", "ol", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"] as const;
export type MarkdownTag = (typeof markdownTags)[number];

export type MarkdownNode =
  | { readonly kind: "text" | "code" | "math" | "mathBlock" | "pre"; readonly text: string }
  | { readonly kind: "break" | "rule" }
  /** A run or an experiment that is named by its id. */
  | { readonly kind: "reference"; readonly id: string }
  | { readonly kind: "link"; readonly address: string; readonly children: readonly MarkdownNode[] }
  /** `start`: of a list that does not count from 1. */
  | { readonly kind: "element"; readonly tag: MarkdownTag; readonly align?: "right" | "center"; readonly start?: number; readonly children: readonly MarkdownNode[] };

interface Open { readonly node: MarkdownNode & { readonly children: readonly MarkdownNode[] }; readonly children: MarkdownNode[] }

/** Headings begin at `top`, below those of the page that shows it. */
export function markdownTree(text: string, top: 1 | 2 | 3 | 4 = 4): readonly MarkdownNode[] {
  const root: MarkdownNode[] = [];
  const open: Open[] = [];
  const put = (...nodes: readonly MarkdownNode[]): void => { (open.at(-1)?.children ?? root).push(...nodes); };
  const isInLink = (): boolean => open.some(({ node }) => node.kind === "link");

  function take(token: Token): void {
    if (token.type === "inline") return (token.children ?? []).forEach(take);
    if (token.nesting === 1) {
      const children: MarkdownNode[] = [];
      open.push({ node: elementOf(token, children, top), children });
      return;
    }
    if (token.nesting === -1) {
      const { node, children } = open.pop()!;
      // A paragraph of a tight list is no paragraph of its own.
      return token.hidden ? put(...children) : put(node);
    }
    switch (token.type) {
      case "softbreak":
      case "hardbreak": return put({ kind: "break" });
      case "hr": return put({ kind: "rule" });
      case "code_inline": return put({ kind: "code", text: token.content });
      case "code_block":
      case "fence": return put({ kind: "pre", text: token.content });
      case "math": return put({ kind: token.markup === "$$" ? "mathBlock" : "math", text: token.content });
      default: return put(...(isInLink() ? [{ kind: "text", text: token.content } as const] : referencesIn(token.content)));
    }
  }
  markdownParser.parse(text, {}).forEach(take);
  return root;
}

function elementOf(token: Token, children: readonly MarkdownNode[], top: number): Open["node"] {
  if (token.type === "link_open") return { kind: "link", address: String(token.attrGet("href") ?? ""), children };
  const level = /^h([1-6])$/.exec(token.tag)?.[1];
  const tag = (level === undefined ? token.tag : `h${Math.min(6, Number(level) + top - 1)}`) as MarkdownTag;
  if (!markdownTags.includes(tag)) throw new Error(`Markdown makes no <${token.tag}>`);
  const align = /text-align:(right|center)/.exec(String(token.attrGet("style") ?? ""))?.[1] as "right" | "center" | undefined;
  const start = Number(token.attrGet("start") ?? 1);
  return { kind: "element", tag, ...(align === undefined ? {} : { align }), ...(start === 1 ? {} : { start }), children };
}

/** Text in which runs and experiments are named. */
function referencesIn(text: string): readonly MarkdownNode[] {
  const parts = text.split(/(?<![\w-])([re]-[1-9]\d{0,14})(?![\w-])/);
  return parts.flatMap((part, i): MarkdownNode[] => (part === "" ? [] : [i % 2 === 1 ? { kind: "reference", id: part } : { kind: "text", text: part }]));
}
