/** How Markdown of people is read: CommonMark with tables, strikethrough and formulas between `$` signs; nothing of it is HTML, no image is fetched, and no address leads elsewhere than the web, mail or the page itself. */

import MarkdownIt from "markdown-it";
import type { Token } from "markdown-it";

/** `breaks`: a line break in the text is one on the page, as in a notebook. */
export const markdownParser = new MarkdownIt({ html: false, linkify: false, typographer: false, breaks: true }).disable("image");

/** web, mail, and places in the same document. */
const allowedAddress = /^(https?:|mailto:|#)/i;
markdownParser.validateLink = (address) => allowedAddress.test(address.trim());

const dollar = 0x24, backslash = 0x5c;

// `$` opens a formula where no space follows, and closes one where none stands before and no digit behind: `$5 and $6` are prices.
markdownParser.inline.ruler.after("escape", "math", (state, isSilent) => {
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

// `[words]()` leads nowhere: its words are text.
markdownParser.core.ruler.push("addressed", ({ tokens }) => { for (const token of tokens) if (token.children !== null) token.children = addressed(token.children); });

function addressed(tokens: readonly Token[]): Token[] {
  const open: boolean[] = [];
  return tokens.filter((token) => {
    if (token.type === "link_open") open.push(token.attrGet("href") !== "");
    return token.type === "link_open" ? open.at(-1) : token.type === "link_close" ? open.pop() : true;
  });
}
