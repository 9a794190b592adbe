/** `descent sweep`, `best` and `importance`: begin a sweep or go on with one, follow it to its end, and tell what came out. */

import { dirname, resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { checkedService } from "../contract/inputs.ts";
import { isTrialOver } from "../contract/sweeps.ts";
import type { ImportanceMethod, Sweep, SweepId, SweepTrial } from "../contract/sweeps.ts";
import { problem, SpecError, StoreError } from "../contract/errors.ts";
import type { Workbench } from "../contract/workbench.ts";
import { jsonLine } from "./print.ts";
import { placed, readSpec, withFile } from "./spec-file.ts";
import type { SpecFile } from "./spec-file.ts";
import { sweepProgressOn } from "./sweep-progress.ts";
import { bestLines, edfLines, importanceLines, lastSweepLine } from "./sweep-tables.ts";
import type { World } from "./world.ts";

export interface SweepOptions {
  readonly project: string | undefined;
  readonly json: boolean;
  readonly parallel: number | undefined;
  /** The budget, in place of the spec's or to raise that of a sweep that goes on. */
  readonly trials: number | undefined;
  /** Go on: with the sweep named, with the unfinished one of the spec file, or with the newest unfinished one. */
  readonly resumes: boolean;
}

/** Returns the exit code: 0 finished, 1 it failed or no trial came to a result, 130 stopped. Throws SpecError with the places of the spec's text, or StoreError. */
export async function sweepCommand(what: string, options: SweepOptions, world: World): Promise<number> {
  const isId = /^s-\d+$/.test(what);
  if (what === "" && !options.resumes) throw new SpecError([problem("spec", "missing", "is missing: name a sweep-spec, such as examples/sweeps/digits.yaml, or go on with a sweep: descent sweep --resume")]);
  if (isId && !options.resumes) throw new SpecError([problem(what, "mismatch", `is a sweep; to go on with it: descent sweep ${what} --resume`)]);
  const file = what === "" || isId ? null : readSpec(world, what);
  try {
    const wanted = file === null ? undefined : (file.text.value as { readonly parallel?: unknown } | null)?.parallel;
    const service = world.open({ project: options.project, parallel: options.parallel ?? (typeof wanted === "number" && Number.isInteger(wanted) && wanted > 0 ? wanted : undefined), door: "cli", trains: true });
    try {
      return await follow(checkedService(service), (workbench) => begin(workbench, file, isId ? what : null, options, world), options, world);
    } finally {
      await service.close();
    }
  } catch (error) {
    throw file === null ? error : placed(error, file);
  }
}

/** The sweep that is to be followed, under way; null where there is none to go on with. */
async function begin(workbench: Workbench, file: SpecFile | null, named: SweepId | null, options: SweepOptions, world: World): Promise<SweepId | null> {
  const spec = file === null ? null : await wholeSpec(workbench, file, options, world);
  if (options.resumes) {
    const known = named ?? await unfinished(workbench, spec);
    if (known !== null) return await goOn(workbench, known, options);
    if (spec === null) {
      world.err("No sweep is unfinished.\n");
      return null;
    }
  }
  return (await workbench.startSweep({ experimentId: null, spec })).sweepId;
}

/** The spec with what the command line overrides, its base read from its file and the base's CSV file kept in the project. */
async function wholeSpec(workbench: Workbench, file: SpecFile, { trials, parallel }: SweepOptions, world: World): Promise<unknown> {
  const { value } = file.text;
  if (!isRecord(value)) return value;
  const base = typeof value["base"] === "string" ? readSpec(world, resolve(dirname(file.file), value["base"])) : { file: file.file, text: { ...file.text, value: value["base"] } };
  const whole = await withFile(workbench, base, world).catch((error: unknown) => {
    if (!(error instanceof SpecError)) throw error;
    throw typeof value["base"] === "string" ? placed(error, base) : new SpecError(error.problems.map((one) => ({ ...one, path: `base.${one.path}` })));
  });
  return { ...value, base: whole, ...(trials === undefined ? {} : { trials }), ...(parallel === undefined ? {} : { parallel }) };
}

/** The newest sweep that is not finished: of this spec, where one is given. */
async function unfinished(workbench: Workbench, spec: unknown): Promise<SweepId | null> {
  const wanted = spec === null ? null : (await workbench.inspectSweep({ spec })).spec;
  if (spec !== null && wanted === null) return null;
  const text = ({ trials: _, parallel: __, confirm: ___, ...rest }: Sweep["spec"]): string => JSON.stringify(rest);
  const found = (await workbench.listSweeps({})).find((sweep) => sweep.state !== "finished" && (wanted === null || text(sweep.spec) === text(wanted)));
  return found?.id ?? null;
}

async function goOn(workbench: Workbench, sweepId: SweepId, { trials, parallel }: SweepOptions): Promise<SweepId> {
  const { spec } = (await workbench.sweep({ sweepId })).sweep;
  const changes = [...(trials === undefined || trials === spec.trials ? [] : [{ path: ["trials"], to: trials }]), ...(parallel === undefined || parallel === spec.parallel ? [] : [{ path: ["parallel"], to: parallel }])];
  if (changes.length > 0) await workbench.changeSweep({ sweepId, changes });
  await workbench.resumeSweep({ sweepId });
  return sweepId;
}

async function follow(workbench: Workbench, start: (workbench: Workbench) => Promise<SweepId | null>, { json: isJson }: SweepOptions, world: World): Promise<number> {
  let sweepId: SweepId | null = null;
  let isStopped = false;
  const progress = sweepProgressOn(world, isJson);
  const ignore = world.onInterrupt(() => {
    isStopped = true;
    progress.clear();
    world.err("Stopping after the steps under way; what was learned is kept. Ctrl-C again leaves at once.\n");
    if (sweepId !== null) void workbench.stopSweep({ sweepId }).catch(() => undefined);
  });
  try {
    sweepId = await start(workbench);
    if (sweepId === null) return 0;
    if (isStopped) await workbench.stopSweep({ sweepId });
    const told = new Set<number>();
    for await (const { sweep, trials } of workbench.watchSweep({ sweepId, since: 0 })) {
      progress.show(sweep, trials, trials.filter((trial) => isNews(trial, told)));
      if (sweep.state !== "running" && sweep.state !== "paused") break;
    }
    progress.clear();
    const { sweep } = await workbench.sweep({ sweepId });
    const winner = await workbench.sweepWinner({ sweepId });
    if (isJson) world.out(jsonLine({ kind: sweep.state, sweepId, counts: sweep.counts, epochs: sweep.epochs, winner, reason: sweep.reason }));
    else for (const line of [lastSweepLine(sweep), ...(winner.raw === null ? [] : bestLines(await workbench.sweep({ sweepId }), winner))]) world.out(line);
    if (sweep.state === "stopped") {
      world.err(`Go on with it: descent sweep ${sweepId} --resume\n`);
      return 130;
    }
    return sweep.state === "finished" && winner.raw !== null ? 0 : 1;
  } finally {
    ignore();
  }
}

/** Whether a trial's end has not been told yet. */
function isNews({ number, state }: SweepTrial, told: Set<number>): boolean {
  if (!isTrialOver(state) || told.has(number)) return false;
  told.add(number);
  return true;
}

/** The winner of a sweep, the newest one where none is named; with `opensTest` its test split is opened, with `asSpec` its run-spec is told. */
export async function bestCommand(workbench: Workbench, [named = "", ...others]: readonly string[], { json, opensTest, asSpec }: { readonly json: boolean; readonly opensTest: boolean; readonly asSpec: boolean }): Promise<readonly string[]> {
  if (others.length > 0) throw new InvalidArgumentError(`A winner is told of one sweep; to hold several against each other: descent best ${named} ${others.join(" ")} --edf`);
  const sweepId = await sweepOf(workbench, named);
  const winner = opensTest ? await workbench.openSweepTest({ sweepId }) : await workbench.sweepWinner({ sweepId });
  const view = await workbench.sweep({ sweepId });
  const number = winner.confirmed[0]?.trial ?? winner.raw?.trial;
  const trial = view.trials.find((one) => one.number === number);
  if (trial === undefined) throw new StoreError("noResult", `no trial of sweep ${sweepId} has come to a result`, {}, "Let it run, or look at its runs: descent list --where 'sweep = " + sweepId + "'");
  if (asSpec) {
    const run = trial.runs[0] ?? view.trials.find((one) => one.number === trial.sameAs)?.runs[0];
    if (run === undefined) throw new StoreError("noSuchRun", `the runs of trial ${trial.number} have been deleted`, {});
    return [JSON.stringify((await workbench.run({ runId: run.runId })).spec, null, 2)];
  }
  return json ? [jsonLine({ kind: "best", sweepId, trial: trial.number, point: trial.point, winner })] : bestLines(view, winner);
}

/** The results of sweeps beside each other, as distributions. */
export async function edfCommand(workbench: Workbench, named: readonly string[], isJson: boolean): Promise<readonly string[]> {
  const found = await workbench.compareSweeps({ sweepIds: named.length === 0 ? [await sweepOf(workbench, "")] : named });
  if (isJson) return found.map((one) => jsonLine({ kind: "edf", ...one }));
  const names = new Map((await workbench.listSweeps({})).map(({ id, name }) => [id, name]));
  return edfLines(found, (id) => names.get(id) ?? "");
}

/** Which axes of a sweep matter. */
export async function importanceCommand(workbench: Workbench, named: string, { json, method, quantile }: { readonly json: boolean; readonly method: ImportanceMethod; readonly quantile: number | undefined }): Promise<readonly string[]> {
  const sweepId = await sweepOf(workbench, named);
  const importance = await workbench.sweepImportance({ sweepId, method, ...(quantile === undefined ? {} : { quantile }) });
  const advice = await workbench.sweepAdvice({ sweepId });
  if (json) return [jsonLine({ kind: "importance", sweepId, method, ...importance }), ...advice.map((finding) => jsonLine({ kind: "finding", sweepId, ...finding }))];
  return [...importanceLines(importance, method), ...advice.map(({ code, message }) => `${code}: ${message}`)];
}

async function sweepOf(workbench: Workbench, named: string): Promise<SweepId> {
  if (named !== "") return (await workbench.sweep({ sweepId: named })).sweep.id;
  const [newest] = await workbench.listSweeps({});
  if (newest === undefined) throw new StoreError("noSuchSweep", "there is no sweep in this project", {}, "Start one: descent sweep examples/sweeps/digits.yaml");
  return newest.id;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);
