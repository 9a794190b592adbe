/** Experiments: questions, and how many runs address each. */

import type { Database } from "better-sqlite3";
import type { Experiment, ExperimentId } from "../contract/nouns.ts";
import { nameOf, noSuch, numberOf } from "./ids.ts";
import type { Transactions } from "./transactions.ts";

export interface ExperimentStore {
  /** Newest first. */
  list(): readonly Experiment[];
  /** Throws StoreError when there is none of that id. */
  get(id: ExperimentId): Experiment;
  /** The oldest one of that name. */
  named(name: string): Experiment | null;
  add(experiment: { name: string; question: string; createdMs: number }): Experiment;
  change(id: ExperimentId, changes: { name?: string | undefined; question?: string | undefined }): Experiment;
}

interface Row { number: number; name: string; question: string; created_ms: number; runs: number; active: number; failed: number }

export function experimentStore(db: Database, { facts }: Transactions): ExperimentStore {
  const counted = /* sql */ `
    select e.number, e.name, e.question, e.created_ms,
           count(r.number)                                                as runs,
           count(r.number) filter (where r.state in ('queued', 'running', 'paused')) as active,
           count(r.number) filter (where r.state = 'failed')              as failed
      from experiment e left join run r on r.experiment = e.number and r.trashed_ms is null`;
  const all = db.prepare<[], Row>(`${counted} group by e.number order by e.number desc`);
  const one = db.prepare<[number], Row>(`${counted} where e.number = ? group by e.number`);
  const byName = db.prepare<[string], Row>(`${counted} where e.name = ? group by e.number order by e.number limit 1`);
  const insert = db.prepare("insert into experiment (name, question, created_ms) values (@name, @question, @createdMs)");
  const rename = db.prepare("update experiment set name = coalesce(@name, name), question = coalesce(@question, question) where number = @number");

  function get(id: ExperimentId): Experiment {
    const row = one.get(numberOf("e", id));
    if (row === undefined) throw noSuch("e", id);
    return toExperiment(row);
  }

  return {
    list: () => all.all().map(toExperiment),
    get,
    named(name) {
      const row = byName.get(name);
      return row === undefined ? null : toExperiment(row);
    },
    add: (experiment) => get(nameOf("e", Number(facts(() => insert.run(experiment).lastInsertRowid)))),
    change(id, { name, question }) {
      get(id);
      facts(() => rename.run({ number: numberOf("e", id), name: name ?? null, question: question ?? null }));
      return get(id);
    },
  };
}

const toExperiment = ({ number, created_ms, ...rest }: Row): Experiment => ({ id: nameOf("e", number), createdMs: created_ms, ...rest });
