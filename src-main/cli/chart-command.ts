/** `descent chart`: a metric of runs, group by group, as a figure for a paper. */

import { extname, resolve } from "node:path";
import { chartFormats } from "../contract/chart-view.ts";
import { problem, SpecError, StoreError } from "../contract/errors.ts";
import { checkedService } from "../contract/inputs.ts";
import type { RunId } from "../contract/nouns.ts";
import type { PlanAxis } from "../contract/x-axis.ts";
import { bytes as sized, jsonLine } from "./print.ts";
import type { World } from "./world.ts";

export interface ChartOptions {
  readonly project: string | undefined;
  readonly json: boolean;
  readonly out: string;
  readonly metric: string;
  readonly x: PlanAxis;
  readonly scale: "auto" | "linear" | "log";
  readonly eachRun: boolean;
  readonly title: string | undefined;
  readonly language: "en" | "zh";
  readonly isForced: boolean;
}

/** Returns 0. Throws SpecError for an --out of another kind, StoreError where the file is there already or no run has the metric. */
export async function chartCommand(runIds: readonly RunId[], { project, json, out, metric, x, scale, eachRun, title, language, isForced }: ChartOptions, world: World): Promise<number> {
  const format = chartFormats.find((one) => extname(out).toLowerCase() === `.${one}`);
  if (format === undefined) throw new SpecError([problem("out", "notAnOption", `must end in .svg, .pdf or .py; got ${out}`, { got: out, known: ".svg, .pdf, .py" })]);
  if (!isForced && world.exists(resolve(out))) throw new StoreError("fileExists", `${out} exists already and was not replaced`, { file: out }, "Choose another --out, or say --force.");
  const service = world.open({ project, parallel: undefined, door: "cli", views: true });
  try {
    const workbench = checkedService(service);
    const view = await workbench.chartOf({ subject: { runIds, grouping: { kind: eachRun ? "eachRun" : "allButSeed" }, baseline: null }, metric, x, scale, language });
    const bytes = await workbench.chartFile({ view: title === undefined ? view : { ...view, title }, pinned: [], format });
    await world.writeFile(resolve(out), bytes);
    world.out(json ? jsonLine({ kind: "chart", file: out, format, metric, lines: view.lines.filter(({ weight }) => weight === "line").length, sizeBytes: bytes.byteLength }) : `${out}  ${sized(bytes.byteLength)}`);
    return 0;
  } finally {
    await service.close();
  }
}
