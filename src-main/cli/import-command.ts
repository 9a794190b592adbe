/** `descent import`: says what files of runs would add, and takes them in when told to. */

import { programTitles } from "../contract/foreign-runs.ts";
import type { ImportOutcome, ImportPreview } from "../contract/imports.ts";
import { checkedService } from "../contract/inputs.ts";
import type { TaskEvent } from "../contract/examination.ts";
import { bytes, jsonLine, table, tame } from "./print.ts";
import type { World } from "./world.ts";

export interface ImportOptions {
  readonly project: string | undefined;
  readonly json: boolean;
  /** Without it nothing is written. */
  readonly isAgreed: boolean;
  readonly experimentId: string | null;
}

/** Runs of a preview that are listed by name. */
const mostListed = 20;

/** Returns the exit code: 0 done, 130 stopped by Ctrl-C, and then what was taken in by then stays. Throws SpecError with file and place, or StoreError. */
export async function importCommand(place: string, { project, json, isAgreed, experimentId }: ImportOptions, world: World): Promise<number> {
  const source = world.filesAt(place);
  const service = world.open({ project, parallel: 1, door: "cli", views: !isAgreed });
  let isStopped = false;
  const ignore = world.onInterrupt(() => { isStopped = true; });
  try {
    const checked = checkedService(service);
    const follow = async <R>(events: AsyncIterable<TaskEvent<R>>): Promise<R | null> => {
      for await (const event of events) {
        if (event.kind === "result") return event.result;
        if (!json && world.columns !== null) world.err(`\r\x1b[K${event.done} of ${event.of}`);
        if (isStopped) break;
      }
      return null;
    };
    const preview = await follow(checked.previewImport(source));
    if (preview === null) return 130;
    for (const line of json ? [jsonLine({ kind: "preview", preview })] : previewLines(preview)) world.out(line);
    if (!isAgreed) {
      if (!json) world.out(`Nothing was written. To take it in: descent import ${tame(place)} --yes`);
      return 0;
    }
    const outcome = await follow(checked.takeIn({ importId: preview.importId, experimentId }));
    if (!json && world.columns !== null) world.err("\r\x1b[K");
    if (outcome === null) {
      world.err("Stopped. Runs that were taken in stay, each of them whole; the same command goes on from there.\n");
      return 130;
    }
    world.out(json ? jsonLine({ kind: "imported", ...outcome }) : outcomeLine(outcome));
    return 0;
  } finally {
    ignore();
    await service.close();
  }
}

const counted = (n: number, one: string): string => `${n} ${one}${n === 1 ? "" : "s"}`;

const previewLines = (preview: ImportPreview): string[] => (preview.kind === "capsule" ? capsuleLines(preview) : foreignLines(preview));

function capsuleLines({ name, sizeBytes, engine, holds, runs, data, checkpointBytes }: Extract<ImportPreview, { kind: "capsule" }>): string[] {
  const there = runs.filter((run) => run.there !== null).length;
  const listed = runs.slice(0, mostListed).map((run) => [tame(run.id), tame(run.name), tame(run.group), run.state, String(run.points), String(run.checkpoints), run.there === null ? "" : `is there already: ${run.there.runId}${run.there.isTrashed ? ", in the trash" : ""}`]);
  return [
    `Capsule of Descent ${tame(engine)}: ${counted(holds.runs, "run")}, ${counted(holds.points, "point")}, ${counted(holds.checkpoints, "checkpoint")} (${bytes(checkpointBytes)}), ${counted(holds.sweeps, "sweep")}, ${counted(holds.reports, "report")}, in ${tame(name)} (${bytes(sizeBytes)})`,
    ...data.map((one) => `Data: ${tame(one.name)}, ${bytes(one.sizeBytes)}${one.isThere ? ", there already" : ""}`),
    ...table([["id there", "name", "experiment", "state", "points", "checkpoints", ""], ...listed], [4, 5]),
    ...(runs.length > mostListed ? [`… and ${runs.length - mostListed} more`] : []),
    ...(there > 0 ? [`${counted(there, "run")} will not come again.`] : []),
  ];
}

function foreignLines({ name, files, sizeBytes, program, runs, left }: Extract<ImportPreview, { kind: "foreign" }>): string[] {
  const sum = (pick: (run: (typeof runs)[number]) => number): number => runs.reduce((all, run) => all + pick(run), 0);
  const there = runs.filter((run) => run.there !== null);
  const listed = runs.slice(0, mostListed).map((run) => [
    tame(run.name), tame(run.group), run.state, String(run.params), String(run.metrics), String(run.points),
    run.there !== null ? `is there already: ${run.there.runId}${run.there.isTrashed ? ", in the trash" : ""}` : run.namesake !== null ? `${run.namesake} is called the same` : "",
  ]);
  return [
    `${programTitles[program]}: ${counted(runs.length, "run")} with ${counted(sum((run) => run.points), "point")}, in ${tame(name)} (${counted(files, "file")}, ${bytes(sizeBytes)})`,
    ...table([["name", "group", "state", "settings", "metrics", "points", ""], ...listed], [3, 4, 5]),
    ...(runs.length > mostListed ? [`… and ${runs.length - mostListed} more`] : []),
    ...(there.length > 0 ? [`${counted(there.length, "run")} will not come again.`] : []),
    ...left.map(({ what, count }) => `Not taken in: ${what} (${count})`),
  ];
}

function outcomeLine({ runIds, there }: ImportOutcome): string {
  const ids = runIds.length === 0 ? "" : runIds.length === 1 ? `: ${runIds[0]!}` : `: ${runIds[0]!} to ${runIds.at(-1)!}`;
  return `${counted(runIds.length, "run")} taken in${ids}${there > 0 ? `; ${there} ${there === 1 ? "was" : "were"} there already` : ""}`;
}
