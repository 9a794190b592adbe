/** HTML as text whose every foreign part is escaped, and the two languages side by side. Pure. */

import { reportWords, type ReportLanguage, type ReportWords } from "./words.ts";

/** Text for HTML, in elements and in attributes within double quotes. Control characters, which HTML has no place for, are left out. */
export const text = (of: string): string => of.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

export const languages: readonly ReportLanguage[] = ["en", "zh"];

/** The same in each language, in elements of which one is shown; once where both are the same. `make` returns HTML. */
export function both(make: (words: ReportWords, language: ReportLanguage) => string, element: "span" | "div" = "span"): string {
  const [en, zh] = [make(reportWords.en, "en"), make(reportWords.zh, "zh")];
  return en === zh ? en : `<${element} lang="en">${en}</${element}><${element} lang="zh-CN">${zh}</${element}>`;
}

/** Words of ours in both languages. */
export const said = (make: (words: ReportWords, language: ReportLanguage) => string): string => both((words, language) => text(make(words, language)));

/** Numbers figures and tables as they come. */
export interface Numbering { figures: number; tables: number }

/** The table's number, once for both languages. */
export function tableNumber(numbering: Numbering): string {
  const n = ++numbering.tables;
  return `<strong>${said((words) => words.table(n))}</strong>`;
}

export interface TableCell { readonly html: string; readonly isNumber?: boolean; readonly order?: number | string; readonly isHead?: boolean; /** How dark its ground is, 0 … 6. */ readonly shade?: number }

/** More columns than these do not fit on paper. */
const mostAcross = 4;

/** The same table with the groups down instead of across, where there are too many of them to stand side by side and fewer of what is told. `corner` names the groups then. */
export function fitting(heads: readonly TableCell[], rows: readonly (readonly TableCell[])[], corner: TableCell): { readonly heads: readonly TableCell[]; readonly rows: readonly (readonly TableCell[])[] } {
  if (heads.length - 1 <= mostAcross || heads.length - 1 <= rows.length) return { heads, rows };
  const isNumber = rows.every((row) => row[1]?.isNumber === true);
  return { heads: [corner, ...rows.map(([first]) => ({ html: first!.html, isNumber }))], rows: heads.slice(1).map(({ html }, i) => [{ html, isHead: true }, ...rows.map((row) => row[i + 1]!)]) };
}

/** A table that a script may sort; without one it is a table. Heads are HTML. */
export function table({ caption, heads, rows, isSortable = false }: { readonly caption: string; readonly heads: readonly TableCell[]; readonly rows: readonly (readonly TableCell[])[]; readonly isSortable?: boolean }): string {
  const cell = ({ html, isNumber, order, isHead, shade = 0 }: TableCell): string => `<${isHead ? 'th scope="row"' : "td"}${isNumber ? ` class="number${shade === 0 ? "" : ` shade-${shade}`}"` : ""}${order === undefined ? "" : ` data-order="${text(String(order))}"`}>${html}</${isHead ? "th" : "td"}>`;
  return [
    `<div class="wide" tabindex="0" role="group"><table${isSortable ? ' class="sortable"' : ""}>`,
    caption === "" ? "" : `<caption>${caption}</caption>`,
    `<thead><tr>${heads.map(({ html, isNumber }) => `<th scope="col"${isNumber ? ' class="number"' : ""}>${html}</th>`).join("")}</tr></thead>`,
    `<tbody>${rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("")}</tbody></table></div>`,
  ].join("");
}
