/** `descent journal`: what was written about runs, groups, experiments, sweeps and the project, as it was written; and a way to write it. */

import type { JournalEntry, JournalPage } from "../contract/nouns.ts";
import type { Workbench } from "../contract/workbench.ts";
import { jsonLine, tame } from "./print.ts";
import { moment } from "./tables.ts";

export const journalParts = ["hypothesis", "result", "decision", "notes"] as const;
export type JournalText = { readonly [K in (typeof journalParts)[number]]?: string };

/** Writes what is given about the subject and tells the entry; without a subject tells all that hold a text. */
export async function journalLines(workbench: Workbench, subject: string | undefined, written: JournalText, contains: string | undefined, isJson: boolean): Promise<readonly string[]> {
  if (subject === undefined) {
    const pages = await workbench.listJournal(contains === undefined ? {} : { contains });
    if (isJson) return pages.map((page) => jsonLine({ kind: "journal", ...page }));
    return pages.length === 0 ? ["Nothing is written."] : pages.flatMap((page, i) => [...(i === 0 ? [] : [""]), ...entryLines(page)]);
  }
  const isWriting = Object.keys(written).length > 0;
  const entry = isWriting ? await workbench.writeJournal({ subject, ...written }) : await workbench.journal({ subject });
  return isJson ? [jsonLine({ kind: "journal", ...entry })] : entryLines(entry);
}

function entryLines(entry: JournalEntry & Partial<Pick<JournalPage, "about">>): string[] {
  const { subject, about, changedMs } = entry;
  const head = [subject, ...(about === undefined || about === null ? [] : [tame(about)]), changedMs === null ? "nothing is written" : moment(changedMs)].join("  ");
  return [head, ...journalParts.flatMap((part) => (entry[part].trim() === "" ? [] : [`  ${part}`, ...entry[part].split(/\r?\n/).map((line) => `    ${tame(line)}`)]))];
}
