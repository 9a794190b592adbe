/** What a project holds, found by what was typed: runs, experiments, tags, what was written, data files. Values are bound; signs that mean something to LIKE are escaped. */

import type { Database } from "better-sqlite3";
import { fit } from "../contract/fuzzy.ts";
import type { Found, RunState } from "../contract/nouns.ts";
import { nameOf } from "./ids.ts";

export interface SearchStore {
  /** The best first, at most `limit` of each kind; runs in the trash are left out. Nothing typed finds the newest. Letters without case beyond ASCII must be written as they stand. */
  find(text: string, limit: number): readonly Found[];
}

/** So many names are weighed for each kind; further ones fit only loosely. */
const weighed = 400;
/** How much of what was written is shown before and after the word that was found. */
const excerpt = { before: 40, after: 90 } as const;
/** More words than these narrow nothing. */
const mostWords = 8;

interface RunRow { number: number; name: string; tags: string; state: RunState; created_ms: number; experiment: string }
interface Written { subject: string; text: string; changed_ms: number; about: string | null }

export function searchStore(db: Database): SearchStore {
  /** A word each for `@w0`, `@w1` …: as letters in order (`@w`), and as it stands (`@s`). A pattern of `%` fits everything, so that one statement does for any number of words. */
  const each = (clause: (i: number) => string): string => Array.from({ length: mostWords }, (_, i) => `(${clause(i)})`).join(" and ");
  const like = (column: string, kind: "w" | "s", i: number): string => `${column} like @${kind}${i} escape '\\'`;

  const runs = db.prepare<[Patterns], RunRow>(/* sql */ `
    select r.number, r.name, r.tags, r.state, r.created_ms, e.name as experiment
      from (select number, created_ms from run
             where trashed_ms is null and ${each((i) => `${like("name", "w", i)} or ${like("'r-' || number", "s", i)} or ${like("tags", "s", i)}`)}
             order by ${like("name", "s", 0)} desc, number desc limit ${weighed}) hit
      join run r on r.number = hit.number join experiment e on e.number = r.experiment`);
  const experiments = db.prepare<[Patterns], { number: number; name: string; question: string; runs: number }>(/* sql */ `
    select e.number, e.name, e.question, (select count(*) from run r where r.experiment = e.number and r.trashed_ms is null) as runs
      from experiment e where ${each((i) => `${like("e.name", "w", i)} or ${like("e.question", "s", i)} or ${like("'e-' || e.number", "s", i)}`)} order by e.number desc limit ${weighed}`);
  const tags = db.prepare<[Patterns], { tag: string; runs: number }>(/* sql */ `
    select t.value as tag, count(*) as runs from run r, json_each(r.tags) t where r.trashed_ms is null and r.tags <> '[]' and ${each((i) => like("t.value", "s", i))} group by t.value order by runs desc limit ${weighed}`);
  const files = db.prepare<[Patterns], { hash: string; name: string; rows: number }>(`select hash, name, rows from source_file where ${each((i) => like("name", "w", i))} order by imported_ms desc limit ${weighed}`);
  const written = db.prepare<[Patterns], Written>(/* sql */ `
    select subject, text, changed_ms, coalesce((select name from run where subject = 'r-' || number), (select name from experiment where subject = 'e-' || number)) as about
      from (select subject, changed_ms, hypothesis || char(10) || result || char(10) || decision || char(10) || notes as text from journal)
     where ${each((i) => like("text", "s", i))} order by changed_ms desc limit @limit`);

  return {
    find(text, limit) {
      const words = text.trim().split(/\s+/).filter((word) => word !== "").slice(0, mostWords);
      const patterns = patternsOf(words);
      /** Sorts by how well they fit, what fits alike by how new it is, which is the order they come in. */
      const best = <T extends Found>(rows: readonly T[]): readonly T[] => rows.map((row) => ({ row, score: fit(row.title, text)?.score ?? -1 })).sort((a, b) => b.score - a.score).slice(0, limit).map(({ row }) => row);
      const isAsked = words.length > 0;
      return [
        ...best(runs.all(patterns).map((row): Found => ({ kind: "run", id: nameOf("r", row.number), title: row.name, about: row.experiment, state: row.state, createdMs: row.created_ms, tags: JSON.parse(row.tags) as string[] }))),
        ...best(experiments.all(patterns).map((row): Found => ({ kind: "experiment", id: nameOf("e", row.number), title: row.name, about: row.question, runs: row.runs }))),
        ...(isAsked ? best(tags.all(patterns).map((row): Found => ({ kind: "tag", id: row.tag, title: row.tag, about: "", runs: row.runs }))) : []),
        ...(isAsked ? written.all({ ...patterns, limit }).map((row): Found => ({ kind: "note", id: row.subject, title: excerptOf(row.text, words), about: row.about ?? "" })) : []),
        ...best(files.all(patterns).map((row): Found => ({ kind: "data", id: row.hash, title: row.name, about: "", runs: row.rows }))),
      ];
    },
  };
}

type Patterns = Readonly<Record<string, string | number>>;

function patternsOf(words: readonly string[]): Patterns {
  const plain = (sign: string): string => sign.replace(/[\\%_]/g, "\\$&");
  return Object.fromEntries(Array.from({ length: mostWords }, (_, i) => {
    const letters = [...(words[i] ?? "")];
    return [[`w${i}`, letters.length === 0 ? "%" : `%${letters.map(plain).join("%")}%`], [`s${i}`, letters.length === 0 ? "%" : `%${letters.map(plain).join("")}%`]];
  }).flat());
}

/** What stands around the first word found, on one line. */
function excerptOf(text: string, words: readonly string[]): string {
  const at = Math.max(0, text.toLowerCase().indexOf((words[0] ?? "").toLowerCase()));
  const from = Math.max(0, at - excerpt.before);
  const to = Math.min(text.length, at + excerpt.after);
  return `${from > 0 ? "…" : ""}${text.slice(from, to).replace(/\s+/g, " ").trim()}${to < text.length ? "…" : ""}`;
}
