/** What a person wrote, one entry for each subject; an entry that says nothing is no row. */

import type { Database } from "better-sqlite3";
import type { JournalEntry, JournalPage } from "../contract/nouns.ts";
import type { Transactions } from "./transactions.ts";

export type Written = { readonly [K in "hypothesis" | "result" | "decision" | "notes"]?: string | undefined };

export interface JournalStore {
  read(subject: string): JournalEntry;
  /** The newest first; only those that hold the text, where it is not empty. */
  list(contains: string): readonly JournalPage[];
  /** Changes what is given, leaves the rest, returns the whole. */
  write(subject: string, written: Written, atMs: number): JournalEntry;
  /** The same inside a transaction of the caller's. */
  keep(subject: string, written: Written, atMs: number): void;
}

interface Row { hypothesis: string; result: string; decision: string; notes: string; changed_ms: number }

export function journalStore(db: Database, { facts }: Transactions): JournalStore {
  const one = db.prepare<[string], Row>("select hypothesis, result, decision, notes, changed_ms from journal where subject = ?");
  const put = db.prepare(/* sql */ `
    insert into journal (subject, hypothesis, result, decision, notes, changed_ms) values (@subject, @hypothesis, @result, @decision, @notes, @atMs)
    on conflict (subject) do update set hypothesis = excluded.hypothesis, result = excluded.result, decision = excluded.decision, notes = excluded.notes, changed_ms = excluded.changed_ms`);
  const all = db.prepare<[{ pattern: string }], Row & { subject: string; about: string | null }>(/* sql */ `
    select subject, hypothesis, result, decision, notes, changed_ms, case substr(subject, 1, 2)
             when 'r-' then (select name from run where number = cast(substr(subject, 3) as integer))
             when 'e-' then (select name from experiment where number = cast(substr(subject, 3) as integer))
             when 's-' then (select name from sweep where number = cast(substr(subject, 3) as integer))
             when 'g-' then (select name from run where group_number = cast(substr(subject, 3) as integer) order by number limit 1) end as about
      from journal where hypothesis || char(10) || result || char(10) || decision || char(10) || notes like @pattern escape '\\' order by changed_ms desc, subject`);
  const drop = db.prepare<[string]>("delete from journal where subject = ?");

  function read(subject: string): JournalEntry {
    const { hypothesis, result, decision, notes, changed_ms } = one.get(subject) ?? { hypothesis: "", result: "", decision: "", notes: "", changed_ms: null };
    return { subject, hypothesis, result, decision, notes, changedMs: changed_ms };
  }

  function keep(subject: string, { hypothesis, result, decision, notes }: Written, atMs: number): void {
    const before = read(subject);
    const after = { hypothesis: hypothesis ?? before.hypothesis, result: result ?? before.result, decision: decision ?? before.decision, notes: notes ?? before.notes };
    if (Object.values(after).every((text) => text.trim() === "")) drop.run(subject);
    else put.run({ subject, ...after, atMs });
  }

  return {
    read,
    list: (contains) => all.all({ pattern: `%${contains.replace(/[\\%_]/g, "\\$&")}%` }).map(({ changed_ms, about, ...texts }) => ({ ...texts, changedMs: changed_ms, about: texts.subject.startsWith("g-") ? (about ?? "").replace(/ · seed \d+$/, "") : about })),
    write(subject, written, atMs) {
      facts(() => { keep(subject, written, atMs); });
      return read(subject);
    },
    keep,
  };
}
