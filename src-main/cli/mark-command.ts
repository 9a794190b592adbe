/** `descent mark` and `descent experiments`: what a person calls runs, experiments and sweeps, and puts beside them. */

import { InvalidArgumentError } from "commander";
import type { Command } from "commander";
import type { Experiment, RunId } from "../contract/nouns.ts";
import type { SweepId } from "../contract/sweeps.ts";
import type { Workbench } from "../contract/workbench.ts";
import { jsonLine, table, tame } from "./print.ts";
import { markLine } from "./tables.ts";

interface Options { readonly name?: string; readonly question?: string; readonly tag?: readonly string[]; readonly untag?: readonly string[]; readonly pin?: boolean; readonly archive?: boolean; readonly baseline?: boolean }

/** The command line's own helpers are handed in: how a command is added, what its shared options say, how a question reaches the project. */
export function markCommands(
  sub: (usage: string, description: string, act: (argument: string, command: Command) => Promise<number>) => Command,
  everywhere: (command: Command) => { readonly json: boolean },
  asked: (command: Command, question: (workbench: Workbench) => Promise<readonly string[]>) => Promise<number>,
): void {
  const several = (word: string, before: readonly string[] = []): readonly string[] => [...before, word];
  sub("mark <id>", "name, tag, pin, archive a run, or make it its experiment's baseline; name an experiment (e-1); or name or archive a sweep (s-1)", (id, command) => {
    const options = command.opts<Options>();
    const mark = id.startsWith("e-") ? markExperiment : id.startsWith("s-") ? markSweep : markRun;
    return asked(command, (workbench) => mark(workbench, id, options, everywhere(command).json));
  })
    .option("--name <text>", "what it is called")
    .option("--question <text>", "of an experiment: what it asks")
    .option("--tag <word>", "a tag to add; may come several times", several)
    .option("--untag <word>", "a tag to take away; may come several times", several)
    .option("--pin", "keep it at hand").option("--no-pin", "no longer")
    .option("--archive", "leave it out of lists").option("--no-archive", "no longer")
    .option("--baseline", "hold its experiment's other runs against it").option("--no-baseline", "no longer");
  sub("experiments", "the experiments of the project, newest first", (_, command) => asked(command, async (workbench) => {
    const experiments = await workbench.listExperiments({});
    if (everywhere(command).json) return experiments.map((experiment) => jsonLine({ kind: "experiment", experiment }));
    return experiments.length === 0 ? ["No experiments yet."] : table([["experiment", "name", "question", "runs"], ...experiments.map(({ id, name, question, runs }) => [id, tame(name), tame(question), String(runs)])], [3]);
  }));
}

async function markRun(workbench: Workbench, id: RunId, { name, question, tag, untag, pin, archive, baseline }: Options, isJson: boolean): Promise<readonly string[]> {
  if (question !== undefined) throw new InvalidArgumentError("Only an experiment has a question, such as descent mark e-1 --question TEXT.");
  const { tags } = await workbench.run({ runId: id });
  const wanted = tag === undefined && untag === undefined ? {} : { tags: [...tags.filter((one) => untag?.includes(one) !== true), ...(tag ?? [])] };
  const run = await workbench.markRun({
    runId: id, ...wanted, ...(name === undefined ? {} : { name }), ...(pin === undefined ? {} : { isPinned: pin }), ...(archive === undefined ? {} : { isArchived: archive }), ...(baseline === undefined ? {} : { isBaseline: baseline }),
  });
  return isJson ? [jsonLine({ kind: "run", run })] : [markLine(run)];
}

async function markExperiment(workbench: Workbench, id: Experiment["id"], { name, question, ...others }: Options, isJson: boolean): Promise<readonly string[]> {
  if (Object.keys(others).length > 0) throw new InvalidArgumentError("An experiment has a --name and a --question; the other marks are for runs.");
  const experiment = await workbench.changeExperiment({ experimentId: id, name, question });
  return isJson ? [jsonLine({ kind: "experiment", experiment })] : [[experiment.id, tame(experiment.name), tame(experiment.question)].filter((text) => text !== "").join("  ")];
}

async function markSweep(workbench: Workbench, id: SweepId, { name, archive, ...others }: Options, isJson: boolean): Promise<readonly string[]> {
  if (Object.keys(others).length > 0) throw new InvalidArgumentError("A sweep has a --name and may be put away by --archive; the other marks are for runs.");
  const sweep = await workbench.markSweep({ sweepId: id, ...(name === undefined ? {} : { name }), ...(archive === undefined ? {} : { isArchived: archive }) });
  return isJson ? [jsonLine({ kind: "sweep", sweep })] : [[sweep.id, tame(sweep.name), ...(sweep.isArchived ? ["archived"] : [])].filter((text) => text !== "").join("  ")];
}
