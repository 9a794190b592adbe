/**
 * What a person wrote as Markdown, to HTML that cannot do anything: no HTML of theirs, no image from elsewhere, no address but of the web, mail and the page itself.
 * Formulas between `$` signs (`$$` on lines of their own) become MathML, which browsers set without fonts or script.
 */

import katex from "katex";
import MarkdownIt from "markdown-it";

/** CommonMark, with tables and strikethrough; `breaks`: a line break in the text is one on the page, as in a notebook. */
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false, breaks: true }).disable("image");

/** web, mail, and places in the same document. */
const allowedAddress = /^(https?:|mailto:|#)/i;
markdown.validateLink = (address) => allowedAddress.test(address.trim());
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

const dollar = 0x24, backslash = 0x5c;

// `$` opens a formula where no space follows, and closes one where none stands before and no digit behind: `$5 and $6` are prices.
markdown.inline.ruler.after("escape", "math", (state, isSilent) => {
  const { src, pos, posMax } = state;
  if (src.charCodeAt(pos) !== dollar) return false;
  const width = src.charCodeAt(pos + 1) === dollar ? 2 : 1, mark = "$".repeat(width), from = pos + width;
  let end = src.indexOf(mark, from);
  while (end !== -1 && src.charCodeAt(end - 1) === backslash) end = src.indexOf(mark, end + 1);
  if (end === -1 || end + width > posMax || end === from) return false;
  if (width === 1 && (/\s/.test(src[from]!) || /\s/.test(src[end - 1]!) || /\d/.test(src[end + 1] ?? ""))) return false;
  if (!isSilent) {
    const token = state.push("math", "math", 0);
    token.content = src.slice(from, end);
    token.markup = mark;
  }
  state.pos = end + width;
  return true;
});
markdown.renderer.rules["math"] = (tokens, at) => mathml(tokens[at]!.content, tokens[at]!.markup === "$$");

/** What KaTeX does not understand is shown as it was written. `maxExpand` and `maxSize` bound what a macro may cost. */
function mathml(formula: string, isBlock: boolean): string {
  try {
    return katex.renderToString(formula, { output: "mathml", displayMode: isBlock, throwOnError: true, trust: false, strict: "ignore", maxExpand: 200, maxSize: 20 });
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
