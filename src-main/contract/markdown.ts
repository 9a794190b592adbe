/**
 * What a person wrote as Markdown, to HTML that cannot do anything: no HTML of theirs, no image from elsewhere, no address but of the web, mail and the page itself.
 * Formulas between `$` signs (`$$` on lines of their own) become MathML, which browsers set without fonts or script.
 */

import { formulaHtml } from "./formula.ts";
import { markdownParser as markdown } from "./markdown-parser.ts";

markdown.renderer.rules["link_open"] = (tokens, at, options, _, self) => {
  tokens[at]!.attrSet("rel", "noopener noreferrer");
  tokens[at]!.attrSet("target", "_blank");
  return self.renderToken(tokens, at, options);
};

// A page with a strict policy takes no style in its elements: alignment is a class, `align-right` or `align-center`.
for (const cell of ["th_open", "td_open"] as const) {
  markdown.renderer.rules[cell] = (tokens, at, options, _, self) => {
    const token = tokens[at]!;
    const align = /text-align:(\w+)/.exec(String(token.attrGet("style") ?? ""))?.[1];
    token.attrs = align === undefined || align === "left" ? null : [["class", `align-${align}`]];
    return self.renderToken(tokens, at, options);
  };
}

markdown.renderer.rules["math"] = (tokens, at) => mathml(tokens[at]!.content, tokens[at]!.markup === "$$");

/** What KaTeX does not understand is shown as it was written. */
function mathml(formula: string, isBlock: boolean): string {
  try {
    return formulaHtml(formula, isBlock);
  } catch {
    return `<code>${markdown.utils.escapeHtml(formula)}</code>`;
  }
}

/** HTML of whole blocks. Headings begin at `top`, below those of the page that shows it. */
export function markdownHtml(text: string, top: 1 | 2 | 3 | 4 = 3): string {
  const tokens = markdown.parse(text, {});
  for (const token of tokens) if (token.type === "heading_open" || token.type === "heading_close") token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + top - 1)}`;
  return markdown.renderer.render(tokens, markdown.options, {});
}
