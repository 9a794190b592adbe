/** How well a text fits what was typed: letters in order, better where they stand together and begin words. Pure; one for the palette and the search of the project. */

/** `at`: places of the letters that matched, in order, by UTF-16 unit. */
export interface Fit { readonly score: number; readonly at: readonly number[] }

/** What a letter is worth where it begins the text, begins a word, follows the one before, or just stands somewhere; and what a gap costs. */
const worth = { start: 12, word: 9, next: 8, any: 1, gap: 0.2, mostGap: 3 } as const;
/** Longer texts are cut: nobody types into the depth of a page. */
const longest = 300;

/**
 * Null where a word of `typed` is missing. Words stand in any order, each as letters in order; no word typed fits everything with 0.
 * The letters are laid so that the score is the largest there is (Smith and Waterman 1981, without substitutions), in time |text| × |typed|.
 */
export function fit(text: string, typed: string): Fit | null {
  const words = typed.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const low = text.slice(0, longest).toLowerCase();
  // Some letters change their length in lower case; then places would lie beside what they mean.
  const plain = low.length === Math.min(text.length, longest) ? low : text.slice(0, longest);
  let score = 0;
  const at = new Set<number>();
  for (const word of words) {
    const found = best(text, plain, word);
    if (found === null) return null;
    score += found.score;
    for (const place of found.at) at.add(place);
  }
  // Of two texts that fit alike the shorter one says less besides.
  return { score: words.length === 0 ? 0 : score - Math.min(text.length, longest) / 1000, at: [...at].sort((a, b) => a - b) };
}

function best(text: string, low: string, word: string): Fit | null {
  const n = low.length;
  const m = word.length;
  if (m > n) return null;
  // score[i][j]: letters 0…i of the word laid, the last of them at place j.
  const score = Array.from({ length: m }, () => new Float64Array(n).fill(-Infinity));
  const from = Array.from({ length: m }, () => new Int32Array(n).fill(-1));
  for (let i = 0; i < m; i++) {
    let carried = -Infinity;
    let carriedAt = -1;
    for (let j = i; j < n; j++) {
      if (i > 0 && j > 0) {
        // Every place further on, the gap to the best one before costs a little more.
        const before = score[i - 1]![j - 1]!;
        carried -= worth.gap;
        if (before > carried) { carried = before; carriedAt = j - 1; }
      }
      if (low[j] !== word[i]) continue;
      const own = j === 0 ? worth.start : beginsWord(text, j) ? worth.word : worth.any;
      if (i === 0) { score[i]![j] = own - Math.min(worth.mostGap, j * worth.gap / 4); continue; }
      const previous = score[i - 1]![j - 1]!;
      const next = previous + Math.max(own, worth.next);
      const apart = carried + own;
      if (next >= apart && previous > -Infinity) { score[i]![j] = next; from[i]![j] = j - 1; }
      else if (apart > -Infinity) { score[i]![j] = apart; from[i]![j] = carriedAt; }
    }
  }
  const last = score[m - 1]!;
  let end = -1;
  for (let j = 0; j < n; j++) if (last[j]! > (end < 0 ? -Infinity : last[end]!)) end = j;
  if (end < 0) return null;
  const at: number[] = [];
  for (let i = m - 1, j = end; i >= 0; i--) { at.unshift(j); j = from[i]![j]!; }
  return { score: last[end]!, at };
}

/** After a sign or a space, at a capital inside a word, and at every Han character. */
function beginsWord(text: string, j: number): boolean {
  const here = text[j]!;
  const before = text[j - 1] ?? " ";
  if (/[㐀-鿿]/.test(here)) return true;
  return /[^\p{L}\p{N}]/u.test(before) || (/\p{Lu}/u.test(here) && /\p{Ll}/u.test(before)) || (/\p{N}/u.test(here) && !/\p{N}/u.test(before));
}
