/** What a person wrote, one entry for each subject; an entry that says nothing is no row. */

import type { Database } from "better-sqlite3";
import type { JournalEntry } from "../contract/nouns.ts";
import type { Transactions } from "./transactions.ts";

export type Written = { readonly [K in "hypothesis" | "result" | "decision" | "notes"]?: string | undefined };

export interface JournalStore {
  read(subject: string): JournalEntry;
  /** Changes what is given, leaves the rest, returns the whole. */
  write(subject: string, written: Written, atMs: number): JournalEntry;
}

interface Row { hypothesis: string; result: string; decision: string; notes: string; changed_ms: number }

export function journalStore(db: Database, { facts }: Transactions): JournalStore {
  const one = db.prepare<[string], Row>("select hypothesis, result, decision, notes, changed_ms from journal where subject = ?");
  const put = db.prepare(/* sql */ `
    insert into journal (subject, hypothesis, result, decision, notes, changed_ms) values (@subject, @hypothesis, @result, @decision, @notes, @atMs)
    on conflict (subject) do update set hypothesis = excluded.hypothesis, result = excluded.result, decision = excluded.decision, notes = excluded.notes, changed_ms = excluded.changed_ms`);
  const drop = db.prepare<[string]>("delete from journal where subject = ?");

  function read(subject: string): JournalEntry {
    const { hypothesis, result, decision, notes, changed_ms } = one.get(subject) ?? { hypothesis: "", result: "", decision: "", notes: "", changed_ms: null };
    return { subject, hypothesis, result, decision, notes, changedMs: changed_ms };
  }

  return {
    read,
    write(subject, { hypothesis, result, decision, notes }, atMs) {
      facts(() => {
        const before = read(subject);
        const after = { hypothesis: hypothesis ?? before.hypothesis, result: result ?? before.result, decision: decision ?? before.decision, notes: notes ?? before.notes };
        if (Object.values(after).every((text) => text.trim() === "")) drop.run(subject);
        else put.run({ subject, ...after, atMs });
      });
      return read(subject);
    },
  };
}
