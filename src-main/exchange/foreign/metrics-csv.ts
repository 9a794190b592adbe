/**
 * Metrics as CSV, in the four shapes in which they are met: a row a step with a column a metric; a row a point (`metric`, `step`, `value`, as Descent exports them);
 * TensorBoard's download of one curve (`Wall time`, `Step`, `Value`); W&B's of a chart (`Step`, then `RUN - METRIC` with its `__MIN` and `__MAX`).
 */

import { eachRow } from "../../../src-engine/index.ts";
import { problem, SpecError } from "../../contract/errors.ts";
import type { ForeignFile, ForeignRead, ForeignRun, ForeignValue } from "../../contract/foreign-runs.ts";
import { finalValues, isStep, Left, metricValue, Metrics, valueOf } from "./gathering.ts";

const stepNames = ["step", "_step", "global_step", "trainer/global_step", "iteration", "iter", "epoch"];
const runNames = ["run", "run_id", "run_name", "run id"];
const timeNames = ["wall time", "wall_time", "_timestamp", "timestamp"];
/** How many problems of a file are told. */
const mostProblems = 20;

interface Gathered { readonly metrics: Metrics; readonly texts: Map<string, Set<string>>; name: string }
interface Row { readonly cells: readonly string[]; readonly line: number }

/** Throws SpecError with file, line and column of cells that hold no number where one is needed; an empty cell is no point. A column of one text for each run is a setting of it. */
export function readMetricsCsv(files: readonly ForeignFile[]): ForeignRead {
  const left = new Left();
  return { program: "csv", runs: files.filter(({ path }) => /\.csv$/i.test(path)).flatMap((file) => runsIn(file, left)), left: left.list() };
}

function runsIn({ path, bytes }: ForeignFile, left: Left): ForeignRun[] {
  const rows: Row[] = [];
  eachRow(bytes, path, (cells, line) => { rows.push({ cells, line }); });
  const [header, ...body] = rows as [Row, ...Row[]];
  const names = header.cells.map((name) => name.trim());
  const at = (of: readonly string[]): number => names.findIndex((name) => of.includes(name.toLowerCase()));
  const problems: Wrong[] = [];
  const number = ({ cells, line }: Row, column: number): number | null => {
    const text = (cells[column] ?? "").trim();
    if (text === "") return null;
    const value = metricValue(text);
    if (value === null) problems.push({ line, column: column + 1, got: text, needs: "a number" });
    return value;
  };
  const step = at(stepNames), run = at(runNames), time = at(timeNames), metric = at(["metric"]), value = at(["value"]);
  if (step === -1) throw new SpecError([{ ...problem(path, "missing", `has no column of steps; name one of its columns step (or ${stepNames.slice(1).join(", ")}); it has ${names.slice(0, 20).join(", ")}`, { why: "noSteps", known: stepNames.slice(1).join(", "), got: names.slice(0, 20).join(", ") }), at: { file: path, line: header.line } }]);
  const own = path.split("/").at(-1)!.replace(/\.csv$/i, "");
  const gathered = new Map<string, Gathered>();
  const of = (key: string): Gathered => {
    let one = gathered.get(key);
    if (one === undefined) gathered.set(key, one = { metrics: new Metrics(), texts: new Map(), name: key });
    return one;
  };

  for (const row of body) {
    const when = number(row, step);
    if (when === null) continue;
    if (!isStep(when)) { problems.push({ line: row.line, column: step + 1, got: row.cells[step]!.trim(), needs: "a whole step from 0" }); continue; }
    const seconds = time === -1 ? null : number(row, time);
    const timeMs = seconds === null ? NaN : 1000 * seconds;
    const into = of(run === -1 ? own : (row.cells[run] ?? "").trim() || own);
    if (value !== -1) {
      const read = number(row, value);
      if (read !== null) into.metrics.add(metric === -1 ? own : (row.cells[metric] ?? "").trim() || own, when, read, timeMs);
      const name = names.indexOf("name");
      if (metric !== -1 && name !== -1 && (row.cells[name] ?? "").trim() !== "") into.name = row.cells[name]!.trim();
      continue;
    }
    names.forEach((name, column) => {
      if (column === step || column === run || column === time || /__(MIN|MAX)$/.test(name)) return;
      const text = (row.cells[column] ?? "").trim();
      if (text === "") return;
      const read = metricValue(text);
      const [, of_, inner] = /^(.+) - (.+)$/.exec(name) ?? [];
      if (read !== null) (inner === undefined || run !== -1 ? into : of(of_!)).metrics.add(inner === undefined || run !== -1 ? name : inner, when, read, timeMs);
      else into.texts.set(name, (into.texts.get(name) ?? new Set()).add(text));
    });
  }
  if (problems.length > 0) throw new SpecError(told(problems, path));
  const runs = [...gathered].filter(([, { metrics }]) => !metrics.isEmpty).map(([key, { metrics, texts, name }]): ForeignRun => {
    const series = metrics.series(left);
    const settings = [...texts].filter(([, values]) => values.size === 1).map(([column, [text]]): [string, ForeignValue] => [column, valueOf(text!)]);
    left.add("columns of texts", texts.size - settings.length);
    return { key, name, group: key === own ? "" : own, state: "finished", startedMs: null, endedMs: null, params: Object.fromEntries(settings), metrics: finalValues(series), tags: [], notes: "", series };
  });
  if (runs.length === 0) throw new SpecError([{ ...problem(path, "badData", "has no metric: no column beside its steps holds numbers", { why: "noMetric", file: path }), at: { file: path } }]);
  return runs;
}

interface Wrong { readonly line: number; readonly column: number; readonly got: string; readonly needs: "a number" | "a whole step from 0" }

function told(problems: readonly Wrong[], path: string) {
  const shown = problems.slice(0, mostProblems).map(({ line, column, got, needs }) => ({ ...problem(path, "notANumber", `has ${JSON.stringify(got)} where ${needs} is needed`, { why: needs === "a number" ? "notAMetric" : "notAStep", got }), at: { file: path, line, column } }));
  return problems.length > shown.length ? [...shown, { ...problem(path, "badData", `has ${problems.length - shown.length} more problems like these`, { why: "moreProblems", more: String(problems.length - shown.length) }), at: { file: path } }] : shown;
}
