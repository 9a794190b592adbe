/** `descent quota`: how much a project may take, what would go, and letting it go. */

import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import type { Quota, QuotaPlan } from "../contract/nouns.ts";
import type { Workbench } from "../contract/workbench.ts";
import { bytes, jsonLine } from "./print.ts";

const orders: Readonly<Record<string, Quota["order"]>> = { "checkpoints,trash": ["checkpoints", "trash"], "trash,checkpoints": ["trash", "checkpoints"], checkpoints: ["checkpoints"], trash: ["trash"] };

interface Options { readonly limit?: number | "none" | undefined; readonly order?: string | undefined; readonly auto?: boolean | undefined; readonly free?: true }

/** The command line's own helpers are handed in: how a command is added, what its shared options say, how a question reaches the project. */
export function quotaCommand(
  sub: (usage: string, description: string, act: (argument: string, command: Command) => Promise<number>) => Command,
  everywhere: (command: Command) => { readonly json: boolean },
  asked: (command: Command, question: (workbench: Workbench) => Promise<readonly string[]>) => Promise<number>,
): void {
  sub("quota", "how much the project may take on disk and what would go first; with --free it goes. Nothing of a pinned run or a baseline ever does", (_, command) => {
    const { limit, order, auto, free } = command.opts<Options>();
    return asked(command, async (workbench) => {
      await change(workbench, { limit, order, auto });
      const { quota: plan } = await workbench.storage({});
      const { quota } = await workbench.settings({});
      const freedBytes = free === true && plan !== null ? (await workbench.freeSpace({ checkpoints: plan.checkpoints.map(({ runId, step }) => ({ runId, step })), runIds: plan.runs.map(({ runId }) => runId) })).freedBytes : null;
      if (everywhere(command).json) return [jsonLine({ kind: "quota", quota, plan, freedBytes })];
      return [...planLines(quota, plan), ...(freedBytes === null ? [] : [`${bytes(freedBytes)} freed`])];
    });
  })
    .option("--limit <size>", "such as 5GB or 500MB; none takes the limit away", size)
    .addOption(new Option("--order <kinds>", "what goes first").choices(Object.keys(orders)))
    .option("--auto", "let it go by itself whenever a run ends").option("--no-auto", "only when told to")
    .option("--free", "let go of what is listed, now");
}

async function change(workbench: Workbench, { limit, order, auto }: Options): Promise<void> {
  if (limit === undefined && order === undefined && auto === undefined) return;
  const { quota } = await workbench.settings({});
  if (limit === "none") {
    await workbench.changeSettings({ quota: null });
    return;
  }
  const limitBytes = limit ?? quota?.limitBytes;
  if (limitBytes === undefined) throw new InvalidArgumentError("There is no limit yet; say one with --limit, such as --limit 5GB.");
  await workbench.changeSettings({ quota: { limitBytes, order: order === undefined ? quota?.order ?? orders["checkpoints,trash"]! : orders[order]!, isAutomatic: auto ?? quota?.isAutomatic ?? false } });
}

function planLines(quota: Quota | null, plan: QuotaPlan | null): readonly string[] {
  if (quota === null || plan === null) return ["This project has no limit; set one with --limit, such as --limit 5GB."];
  const { usedBytes, limitBytes, checkpoints, runs, freesBytes } = plan;
  const policy = `${quota.order.join(", then ")}, ${quota.isAutomatic ? "by itself whenever a run ends" : "when told to"}`;
  return [
    `${bytes(usedBytes)} of ${bytes(limitBytes)}; what goes first: ${policy}`,
    ...checkpoints.map(({ runId, step, sizeBytes }) => `  checkpoint of ${runId} at step ${step}, ${bytes(sizeBytes)}`),
    ...runs.map(({ runId, sizeBytes }) => `  ${runId} in the trash, ${bytes(sizeBytes)}`),
    ...(usedBytes <= limitBytes ? [] : [freesBytes === 0 ? "Nothing of it may go." : `${bytes(freesBytes)} would go; descent quota --free lets it.`]),
  ];
}

/** `5GB`, `500MB`, `2.5 TB`: powers of 1000; or `none`. */
function size(text: string): number | "none" {
  if (text === "none") return text;
  const found = /^(\d{1,6}(?:\.\d{1,6})?)\s*([MGT])B$/i.exec(text);
  if (found === null) throw new InvalidArgumentError("It must be a size such as 5GB or 500MB, or none.");
  return Math.round(Number(found[1]) * { M: 1e6, G: 1e9, T: 1e12 }[found[2]!.toUpperCase() as "M" | "G" | "T"]);
}
