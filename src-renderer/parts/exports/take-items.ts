/** What lists of things to take away are made of. */

import { tableFormats, type ExportWish, type TableFormat } from "../../../src-main/contract/exports.ts";
import type { RunId } from "../../../src-main/contract/nouns.ts";
import type { LanguageName, Words } from "../../words/words.svelte.ts";

/** A file that comes, or a deed of the page's own. `isApart`: something of another sort begins here. */
export type TakeItem = { readonly name: string; readonly hint?: string; readonly isApart?: boolean } & ({ readonly wish: ExportWish; readonly file: string } | { readonly act: () => void });

/** Names of forms, the same in every language. */
export const formatNames: Readonly<Record<TableFormat, string>> = { csv: "CSV", json: "JSON", jsonl: "JSON Lines", parquet: "Parquet" };

/** Every stored point of these runs, in each form; `file` is what the file's name begins with. */
export const curveItems = (runIds: readonly RunId[], file: string, words: Words): readonly TakeItem[] => tableFormats.map((format, i) => ({
  name: words.exports.curves(formatNames[format]), isApart: i === 0, ...(i === 0 ? { hint: words.exports.curvesHint } : {}), wish: { kind: "curves", format, runIds, metrics: [] }, file: `${file}-curves.${format}`,
}));

/** A row for each of these runs, in each form. */
export const tableItems = (runIds: readonly RunId[], file: string, words: Words): readonly TakeItem[] => tableFormats.map((format, i) => ({
  name: words.exports.table(formatNames[format]), isApart: i === 0, ...(i === 0 ? { hint: words.exports.tableHint } : {}), wish: { kind: "runs", format, runIds, columns: null }, file: `${file}.${format}`,
}));

/** These runs, or all of the project where they are null, as a capsule: with everything, or light. */
export const capsuleItems = (runIds: readonly RunId[] | null, file: string, language: LanguageName, words: Words): readonly TakeItem[] => [true, false].map((isWhole) => ({
  name: isWhole ? words.exports.capsule : words.exports.light, hint: isWhole ? words.exports.capsuleHint : words.exports.lightHint, isApart: isWhole,
  wish: { kind: "capsule", runIds, withData: isWhole, withCheckpoints: isWhole, language }, file: `${file}${isWhole ? "" : "-light"}.descent.zip`,
}));
