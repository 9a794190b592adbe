/** A query's text as tokens, each with its place; every character belongs to a token or is white space. Knows no grammar. */

export interface Token {
  /** `word`: bare text. `text`: quoted, and `value` is what it says. `symbol`: brackets, comma, signs. `end`: after the last character. */
  readonly kind: "word" | "text" | "symbol" | "end";
  readonly value: string;
  /** From the first character to after the last, counted in UTF-16 units from 0. */
  readonly from: number;
  readonly to: number;
  /** A quote that was never closed. */
  readonly isOpen?: boolean;
}

/** What Chinese keyboards type for the same signs. */
const wide: Readonly<Record<string, string>> = { "（": "(", "）": ")", "，": ",", "＝": "=", "＜": "<", "＞": ">", "！": "!", "～": "~", "“": '"', "”": '"', "‘": "'", "’": "'" };
const plain = (letter: string): string => wide[letter] ?? letter;

const isSpace = (letter: string): boolean => /\s/.test(letter);
const isSign = (letter: string): boolean => "=!<>~&|".includes(plain(letter));
const isQuote = (letter: string): boolean => `"'`.includes(plain(letter));
const ends = (letter: string): boolean => isSpace(letter) || isSign(letter) || isQuote(letter) || "(),".includes(plain(letter));

export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (isSpace(text[at]!)) { at++; continue; }
    const token = tokenAt(text, at);
    tokens.push(token);
    at = token.to;
  }
  return [...tokens, { kind: "end", value: "", from: text.length, to: text.length }];
}

function tokenAt(text: string, from: number): Token {
  const first = text[from]!;
  if (isQuote(first)) return quoted(text, from);
  if ("(),".includes(plain(first))) return { kind: "symbol", value: plain(first), from, to: from + 1 };
  let to = from + 1;
  const isOfKind = isSign(first) ? isSign : (letter: string) => !ends(letter);
  while (to < text.length && isOfKind(text[to]!)) to++;
  const value = text.slice(from, to);
  return isSign(first) ? { kind: "symbol", value: [...value].map(plain).join(""), from, to } : { kind: "word", value, from, to };
}

/** A backslash makes the next character itself, whatever it is. */
function quoted(text: string, from: number): Token {
  const quote = plain(text[from]!);
  let value = "";
  let at = from + 1;
  while (at < text.length && plain(text[at]!) !== quote) {
    if (text[at] === "\\" && at + 1 < text.length) at++;
    value += text[at++]!;
  }
  return at < text.length ? { kind: "text", value, from, to: at + 1 } : { kind: "text", value, from, to: at, isOpen: true };
}

/** Text that stands for itself without quotes: one word that is neither a number nor a word of the grammar. */
export const isPlainWord = (text: string): boolean => text !== "" && [...text].every((letter) => letter.length > 1 || !ends(letter)) && numberOf(text) === null && !isKeyword(text);

export const isKeyword = (text: string): boolean => /^(and|or|not|in|null)$/i.test(text);

/** A number as JSON or a metric writes it, infinities by name; `null` for what is none. */
export function numberOf(word: string): number | null {
  return /^[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d+)?|Infinity)$/i.test(word) ? Number(word.replace(/infinity/i, "Infinity")) : null;
}
