/** Reports: what a person arranged, and of frozen ones the facts that they show. */

import type { Database } from "better-sqlite3";
import { decode, encode } from "../contract/codec.ts";
import type { Report, ReportFacts, ReportId } from "../contract/reports.ts";
import { nameOf, noSuch, numberOf } from "./ids.ts";
import type { Transactions } from "./transactions.ts";

export interface ReportStore {
  /** The one that was changed last first. */
  list(): readonly Report[];
  /** Throws StoreError when there is none of that id. */
  get(id: ReportId): Report;
  add(report: Pick<Report, "title" | "template" | "subject" | "blocks">, atMs: number): Report;
  change(id: ReportId, changes: { readonly [K in "title" | "subject" | "blocks"]?: Report[K] | undefined }, atMs: number): Report;
  /** The facts from now on; null lets the report follow its runs again. */
  freeze(id: ReportId, facts: ReportFacts | null): Report;
  /** Of a frozen report; null of one that follows its runs. */
  facts(id: ReportId): ReportFacts | null;
  drop(id: ReportId): void;
}

interface Row { number: number; title: string; template: Report["template"]; subject: string; blocks: string; created_ms: number; changed_ms: number; frozen_ms: number | null }

export function reportStore(db: Database, { facts: commit }: Transactions): ReportStore {
  const columns = "number, title, template, subject, blocks, created_ms, changed_ms, frozen_ms";
  const all = db.prepare<[], Row>(`select ${columns} from report order by changed_ms desc, number desc`);
  const one = db.prepare<[number], Row>(`select ${columns} from report where number = ?`);
  const insert = db.prepare("insert into report (title, template, subject, blocks, created_ms, changed_ms) values (@title, @template, @subject, @blocks, @atMs, @atMs)");
  const update = db.prepare("update report set title = @title, subject = @subject, blocks = @blocks, changed_ms = @atMs where number = @number");
  const freeze = db.prepare("update report set frozen_ms = @atMs, facts = @facts where number = @number");
  const kept = db.prepare<[number], string | null>("select facts from report where number = ?").pluck();
  const drop = db.prepare<[number]>("delete from report where number = ?");

  function get(id: ReportId): Report {
    const row = one.get(numberOf("p", id));
    if (row === undefined) throw noSuch("p", id);
    return toReport(row);
  }

  return {
    list: () => all.all().map(toReport),
    get,
    add: ({ title, template, subject, blocks }, atMs) => get(nameOf("p", Number(commit(() => insert.run({ title, template, subject: JSON.stringify(subject), blocks: JSON.stringify(blocks), atMs }).lastInsertRowid)))),
    change(id, { title, subject, blocks }, atMs) {
      const before = get(id);
      commit(() => update.run({ number: numberOf("p", id), title: title ?? before.title, subject: JSON.stringify(subject ?? before.subject), blocks: JSON.stringify(blocks ?? before.blocks), atMs }));
      return get(id);
    },
    freeze(id, facts) {
      get(id);
      commit(() => freeze.run({ number: numberOf("p", id), atMs: facts?.atMs ?? null, facts: facts === null ? null : encode(facts) }));
      return get(id);
    },
    facts(id) {
      get(id);
      const text = kept.get(numberOf("p", id)) ?? null;
      return text === null ? null : decode(text) as ReportFacts;
    },
    drop(id) {
      get(id);
      commit(() => drop.run(numberOf("p", id)));
    },
  };
}

const toReport = ({ number, created_ms, changed_ms, frozen_ms, subject, blocks, ...rest }: Row): Report =>
  ({ id: nameOf("p", number), ...rest, subject: JSON.parse(subject) as Report["subject"], blocks: JSON.parse(blocks) as Report["blocks"], createdMs: created_ms, changedMs: changed_ms, frozenMs: frozen_ms });
