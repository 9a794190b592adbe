/** Projects of ten thousand runs, made in seconds: a hundred runs as the service writes them, copied by SQL. */

import Sqlite from "better-sqlite3";
import type { RunId } from "../../src-main/contract/nouns.ts";
import { openStore } from "../../src-main/store/open.ts";
import type { Store } from "../../src-main/store/open.ts";
import { fillRuns } from "./fill-runs.ts";
import { countingClock, newRun } from "./project.ts";

const metrics = ["loss", "dataLoss", "penalty", "learningRate", "gradientNorm"];
const [model, copies] = [100, 100];
const standing = { epoch: 1, trainingMs: 10, notes: [], hashes: [] };

/** Ten thousand runs, r-1 to r-10000, without points. */
export function manyRuns(file: string): void {
  const store = openStore(file, countingClock());
  fillRuns(store, model);
  store.close();
  copy(file);
}

/**
 * Ten thousand runs with a hundred settings, fifty tags, five curves of a hundred points and the rows (not the files) of two checkpoints each, and one run of a million steps, whose id it returns:
 * ten million points.
 */
export function largeProject(file: string): RunId {
  const store = openStore(file, countingClock());
  fillRuns(store, model);
  const record = (of: Store, id: RunId, from: number, length: number): void => {
    const steps = Float64Array.from({ length }, (_, i) => from + i + 1);
    of.runs.record(id, { ...standing, metrics: of.runs.get(id).run.metrics, step: from + length, series: metrics.map((metric) => ({ metric: `batch/${metric}`, steps, values: steps.map(Math.sin) })) });
  };
  for (let i = 1; i <= model; i++) {
    record(store, `r-${i}`, 0, 100);
    store.runs.mark(`r-${i}`, { tags: Array.from({ length: 50 }, (_, k) => `tag ${(i * 7 + k * 13) % 400}`) });
    for (const step of [10, 40]) store.checkpoints.name(`r-${i}`, { step, epoch: 1, measuredStep: step, trainingMs: 1, metrics: {}, value: step, isPeriodic: false, canGoOn: true, file: `runs/r-${i}/${step}.safetensors`, sizeBytes: 20_000, hash: "ab".repeat(32) }, 5, { isFinal: step === 40 });
  }
  store.close();
  copy(file);
  const again = openStore(file, countingClock());
  const id = again.runs.addGroup([newRun(again)])[0]!.run.id;
  again.runs.begin(id, 5);
  for (let k = 0; k < 1000; k++) record(again, id, 1000 * k, 1000);
  again.runs.end(id, { ...standing, metrics: {}, step: 1_000_000, series: [], state: "finished", reason: null, endedMs: 9, weightHash: "c", checkpoint: null });
  again.close();
  return id;
}

/** Every run again and again, with its points and checkpoints, under new numbers and names; its layers four times over, which makes a hundred settings. */
function copy(file: string): void {
  const db = new Sqlite(file);
  db.transaction(() => {
    db.exec("update run set spec = json_set(spec, '$.layers', json('[' || (select group_concat(l.value, ',') from json_each('[1,2,3,4]') times, json_each(run.spec, '$.layers') l) || ']'))");
    const columns = (table: string, without: readonly string[]): string => (db.prepare("select name from pragma_table_info(?)").pluck().all(table) as string[]).filter((name) => !without.includes(name)).join(", ");
    const [run, series, state] = [columns("run", ["number", "group_number", "name", "uid"]), columns("series", ["run"]), columns("saved_state", ["number", "run", "file"])];
    const times = `(with recursive n(k) as (select 1 union all select k + 1 from n where k < ${copies - 1}) select k from n)`;
    db.exec(`insert into run (number, group_number, name, ${run}) select r.number + ${model} * n.k, r.group_number + 20 * n.k, r.name || ' ' || n.k, ${run} from run r, ${times} n order by n.k, r.number`);
    db.exec(`insert into series (run, ${series}) select r.run + ${model} * n.k, ${series} from series r, ${times} n order by n.k, r.run`);
    db.exec(`insert into saved_state (run, file, ${state}) select r.run + ${model} * n.k, replace(r.file, 'r-' || r.run, 'r-' || (r.run + ${model} * n.k)), ${state} from saved_state r, ${times} n order by n.k, r.run`);
  })();
  db.close();
}
