/** `descent report`: runs side by side, or a sweep, as a file that anybody can open. */

import { extname, resolve } from "node:path";
import { problem, SpecError, StoreError } from "../contract/errors.ts";
import { checkedService } from "../contract/inputs.ts";
import type { RunId } from "../contract/nouns.ts";
import type { ReportDraft, ReportTemplate } from "../contract/reports.ts";
import { bytes as sized, jsonLine } from "./print.ts";
import type { World } from "./world.ts";

export interface ReportOptions {
  readonly project: string | undefined;
  readonly json: boolean;
  readonly out: string;
  readonly title: string | undefined;
  readonly template: ReportTemplate | undefined;
  readonly baseline: RunId | undefined;
  readonly language: "en" | "zh";
  readonly theme: "light" | "dark" | "system";
  readonly isForced: boolean;
}

const formats = ["html", "md", "pdf"] as const;

/** Returns 0. Throws SpecError for an --out of another kind, StoreError where the file is there already or no PDF can be printed. */
export async function reportCommand(ids: readonly string[], { project, json, out, title, template, baseline, language, theme, isForced }: ReportOptions, world: World): Promise<number> {
  const format = formats.find((one) => extname(out).toLowerCase() === `.${one}`);
  if (format === undefined) throw new SpecError([problem("out", "notAnOption", `must end in .html, .md or .pdf; got ${out}`, { got: out, known: ".html, .md, .pdf" })]);
  if (!isForced && world.exists(resolve(out))) throw new StoreError("fileExists", `${out} exists already and was not replaced`, { file: out }, "Choose another --out, or say --force.");
  const service = world.open({ project, parallel: undefined, door: "cli", views: true });
  const workbench = checkedService(service);
  try {
    const report = ids.length === 1 && ids[0]!.startsWith("p-") ? ids[0]! : await draftOf();
    const { bytes } = await workbench.exportReport({ report, format, language, theme });
    await world.writeFile(resolve(out), bytes);
    world.out(json ? jsonLine({ kind: "report", file: out, format, sizeBytes: bytes.byteLength }) : `${out}  ${sized(bytes.byteLength)}`);
    return 0;
  } finally {
    await service.close();
  }

  /** Of runs, or of one sweep. */
  async function draftOf(): Promise<ReportDraft> {
    const grouping = { kind: "allButSeed" } as const;
    const sweepId = ids.length === 1 && ids[0]!.startsWith("s-") ? ids[0]! : undefined;
    if (sweepId !== undefined) return { title: title ?? (await workbench.sweep({ sweepId })).sweep.name, template: template ?? "sweep", subject: { runIds: [], grouping, baseline: baseline ?? null }, sweepId };
    const { groups: [first] } = await workbench.compareRuns({ runIds: ids.slice(0, 1), grouping, baseline: null });
    return { title: title ?? first!.name, template: template ?? (ids.length === 1 ? "run" : "comparison"), subject: { runIds: ids, grouping, baseline: baseline ?? null } };
  }
}
