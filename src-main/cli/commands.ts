/** Door 2: the commands, their options, and what the exit code says. Everything of the machine comes in as a World. */

import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { SpecError, StoreError, TrainingError } from "../contract/errors.ts";
import { groupingOf } from "../contract/grouping.ts";
import { checkedService, limits } from "../contract/inputs.ts";
import type { GradientCheckOptions } from "../contract/gradient-check.ts";
import { parseQuery } from "../contract/query.ts";
import { reportTemplates, type ReportTemplate } from "../contract/reports.ts";
import { planAxes, type PlanAxis } from "../contract/x-axis.ts";
import type { ImportanceMethod } from "../contract/sweeps.ts";
import type { Workbench } from "../contract/workbench.ts";
import { serve } from "../server/serve.ts";
import { bytes, jsonLine, problemLine, table, tame } from "./print.ts";
import { budgetCommand } from "./budget-command.ts";
import { diagnoseCommand } from "./diagnose-command.ts";
import { markCommands } from "./mark-command.ts";
import { journalLines, journalParts, type JournalText } from "./journal-command.ts";
import { gradcheckCommand } from "./gradcheck-command.ts";
import { capsuleCommand, exportCommand } from "./export-command.ts";
import { predictCommand } from "./predict-command.ts";
import { importCommand } from "./import-command.ts";
import { queueLines } from "./queue-commands.ts";
import { toldQuery } from "./query-fault.ts";
import { arithmeticLines, profileCommand } from "./profile-command.ts";
import { comparisonBlock } from "./compare-table.ts";
import { chartCommand } from "./chart-command.ts";
import { reportCommand } from "./report-command.ts";
import { replayCommand, replayReport } from "./replay-command.ts";
import { branchCommand, extendCommand, resumeCommand, runCommand, type Setting } from "./run-command.ts";
import { bestCommand, edfCommand, importanceCommand, sweepCommand } from "./sweep-command.ts";
import { sweepTable } from "./sweep-tables.ts";
import { healthLines, rescueLines, soundness } from "./health-lines.ts";
import { quotaCommand } from "./quota-command.ts";
import { backupTable, catalogTable, checkpointTable, moment, runBlock, runTable, trashTable } from "./tables.ts";
import type { World } from "./world.ts";

interface Everywhere { readonly project?: string; readonly json?: boolean }

const ackHelp = "print `ack RUN STEP` after each commit to the project";

const exitCodes = `
Exit codes: 0 done · 1 the run failed, or a gradient is not right · 2 wrong input · 3 trouble with the project or a file · 130 stopped by Ctrl-C.
`;

/** Carries out what the arguments say; the answer is the exit code. */
export async function commands(args: readonly string[], world: World): Promise<number> {
  let code = 0;
  const program = new Command("descent").description("Trains neural networks and keeps what was learned.").exitOverride()
    .configureOutput({ writeOut: (text) => { world.out(text.replace(/\n$/, "")); }, writeErr: (text) => { world.err(text); } })
    .configureHelp({ showGlobalOptions: true }).showHelpAfterError("(descent --help tells the commands and their options)")
    .option("--project <file>", "the project to use, a .descent file; without it the one all doors share")
    .option("--json", "one JSON object a line on stdout, everything else on stderr")
    .addHelpText("after", exitCodes);
  const everywhere = (command: Command) => { const { project, json } = command.optsWithGlobals<Everywhere>(); return { project, json: json === true }; };
  const trainOptions = (command: Command) => { const { parallel, priority, ackLines } = command.opts<{ parallel?: number; priority?: number; ackLines?: true }>(); return { ...everywhere(command), parallel, acks: ackLines === true, ...(priority === undefined ? {} : { priority }) }; };
  const sub = (usage: string, description: string, act: (argument: string, command: Command) => Promise<number>) =>
    // exitOverride and the outputs are inherited; an action gets its argument, if it has one, its options and the command.
    program.command(usage).description(description).action(async (...given: unknown[]) => { const command = given.at(-1) as Command; code = await act(String(command.args[0] ?? ""), command); });

  sub("run <spec>", "train what a spec file (JSON or YAML) says, once for each of its seeds", (spec, command) =>
    runCommand(spec, trainOptions(command), world))
    .option("--parallel <n>", "how many runs train side by side; usually one per core, less one", whole(1, limits.parallel))
    .option("--priority <n>", "among waiting runs the higher trains first; usually 0", priority)
    .option("--ack-lines", ackHelp);
  sub("resume [ids...]", "go on with runs that were stopped or interrupted, from their newest checkpoints; without ids with all that are interrupted", (_, command) =>
    resumeCommand(command.args, trainOptions(command), world))
    .option("--parallel <n>", "how many runs train side by side; usually one per core, less one", whole(1, limits.parallel))
    .option("--ack-lines", ackHelp);
  sub("extend <id>", "train a finished run for more epochs", (id, command) => extendCommand(id, command.opts<{ epochs: number }>().epochs, trainOptions(command), world))
    .requiredOption("--epochs <n>", "how many more", whole(1, limits.epochs))
    .option("--ack-lines", ackHelp);
  sub("branch <id>", "a new run that goes on from a checkpoint of another one, with changed settings", (id, command) => {
    const { step, set = [], name } = command.opts<{ step?: number; set?: readonly Setting[]; name?: string }>();
    return branchCommand({ runId: id, changes: set, ...(step === undefined ? {} : { step }), ...(name === undefined ? {} : { name }) }, trainOptions(command), world);
  })
    .option("--step <n>", "the checkpoint's step; without it the newest", whole(0, Number.MAX_SAFE_INTEGER))
    .option("--set <path=value>", "a setting to change, such as optimizer.learningRate=0.01; may come several times", settings)
    .option("--name <text>", "what the new run is called")
    .option("--ack-lines", ackHelp);
  sub("sweep [spec]", "search for good settings as a sweep-spec (JSON or YAML) says: trials side by side, stopped early where it is worth nothing, the winners confirmed with fresh seeds", (what, command) => {
    const { trials, parallel, resume } = command.opts<{ trials?: number; parallel?: number; resume?: true }>();
    return sweepCommand(what, { ...everywhere(command), trials, parallel, resumes: resume === true }, world);
  })
    .option("--resume", "go on: with the sweep whose id stands in the spec's place, with the unfinished one of this spec, or with the newest unfinished one")
    .option("--trials <n>", "how many trials, in place of the spec's number; with --resume the new budget", whole(1, 1_000_000))
    .option("--parallel <n>", "how many runs train side by side", whole(1, limits.parallel));
  sub("sweeps", "the sweeps of the project, newest first", (_, command) => asked(command, async (workbench) => {
    const { archived } = command.opts<{ archived?: true }>();
    const all = await workbench.listSweeps({});
    const found = all.filter(({ isArchived }) => isArchived === (archived === true));
    if (found.length === 0 && all.length > 0 && !everywhere(command).json) return [archived === true ? "No sweep is in the archive." : "All sweeps are in the archive: descent sweeps --archived"];
    return everywhere(command).json ? found.map((sweep) => jsonLine({ kind: "sweep", sweep })) : sweepTable(found);
  }))
    .option("--archived", "those in the archive instead");
  sub("best [sweeps...]", "the winner of a sweep (the newest where none is named): as it looks, how much of that is luck, and what fresh seeds say; with --edf several sweeps", (_, command) => {
    const { openTest, spec, edf } = command.opts<{ openTest?: true; spec?: true; edf?: true }>();
    const { json } = everywhere(command);
    return asked(command, (workbench) => (edf === true ? edfCommand(workbench, command.args, json) : bestCommand(workbench, command.args, { json, opensTest: openTest === true, asSpec: spec === true })));
  })
    .option("--edf", "instead the distribution of results, of several sweeps beside each other: which share of the trials is at least as good as what")
    .option("--open-test", "measure the test split with the runs that confirmed the winner; the opening is counted")
    .option("--spec", "print the winner's run-spec");
  sub("importance [sweep]", "which axes of a sweep matter, with how sure that is, and what the sweep doctor says", (named, command) => {
    const { method, quantile } = command.opts<{ method: ImportanceMethod; quantile?: number }>();
    return asked(command, (workbench) => importanceCommand(workbench, named, { json: everywhere(command).json, method, quantile }));
  })
    .addOption(new Option("--method <name>", "fanova: share of the variance over the whole space; pedAnova: what tells the best trials from all").choices(["fanova", "pedAnova"]).default("fanova"))
    .option("--quantile <q>", "pedAnova: which share counts as the best; usually 0.1", real);
  sub("replay <id>", "train a run again from its record, or the runs of a report's HTML file in this project, and compare weight hashes; exit code 0 where all came again or the result is statistically consistent, 1 where it is different", (id, command) =>
    (/\.html?$/i.test(id) ? replayReport : replayCommand)(id, everywhere(command), world));
  sub("checkpoints <id>", "the states of a run that are kept as files", (id, command) => asked(command, async (workbench) => {
    const kept = await workbench.listCheckpoints({ runId: id });
    return everywhere(command).json ? kept.map((one) => jsonLine({ kind: "checkpoint", runId: id, ...one })) : checkpointTable(kept);
  }));
  sub("gradcheck <spec>", "compare a spec's gradient with difference quotients; exit code 0 where all is right, 1 where not", (spec, command) =>
    gradcheckCommand(spec, { ...everywhere(command), ...gradcheckOptions(command.opts()) }, world))
    .option("--epsilon <x>", "distance from θ to each of the two points; usually 1e-5, in the course 1e-7", real)
    .option("--one-sided", "(J(θ + ε) − J(θ)) / ε in place of the two-sided quotient")
    .option("--rows <n>", "training rows in the batch; usually 8", whole(1, limits.checkRows))
    .option("--entries <n>", "entries compared in each tensor, drawn by chance; usually 20", whole(1, limits.checkEntries))
    .option("--all", "compare every entry")
    .option("--burn-in <n>", "updates before the second check; usually 20, 0 leaves it out", whole(0, limits.checkSteps))
    .option("--no-chance", "take dropout and noise out; usually their masks are drawn once and kept");
  sub("diagnose <id>", "training and validation error of a run, and what they say of bias and variance", (id, command) => {
    const { baseError, biasFrom, varianceFrom } = command.opts<{ baseError?: number; biasFrom?: number; varianceFrom?: number }>();
    const wish = { ...(baseError === undefined ? {} : { baseError }), ...(biasFrom === undefined ? {} : { biasFrom }), ...(varianceFrom === undefined ? {} : { varianceFrom }) };
    return diagnoseCommand(id, { ...everywhere(command), wish }, world);
  })
    .option("--base-error <x>", "the error that cannot be avoided, as a share; kept with the run, 0 until it is set", shareOf)
    .option("--bias-from <x>", "from which share on bias is called high; kept with the run, usually 0.02", shareOf)
    .option("--variance-from <x>", "the same for variance", shareOf);
  sub("profile <spec>", "measure one step of a spec, kernel by kernel", (spec, command) => {
    const { executor, mode } = command.opts<{ executor?: "reference" | "wasm" | "native"; mode?: "exact" | "fast" }>();
    return profileCommand(spec, { ...everywhere(command), ...(executor === undefined ? {} : { executor }), ...(mode === undefined ? {} : { mode }) }, world);
  })
    .addOption(new Option("--executor <name>", "who computes; usually the fastest there is").choices(["reference", "wasm", "native"]))
    .addOption(new Option("--mode <name>", "how; usually as the spec says").choices(["exact", "fast"]));
  sub("budget <spec>", "train a little of a spec and say what all of it would cost: time, memory, disk; stores nothing", (spec, command) => {
    const { parallel, minutes } = command.opts<{ parallel?: number; minutes?: number }>();
    return budgetCommand(spec, { ...everywhere(command), parallel, minutes }, world);
  })
    .option("--minutes <n>", "also say how many epochs, and how many runs, fit into so many", whole(1, 1_000_000))
    .option("--parallel <n>", "how many runs train side by side; usually one per core, less one", whole(1, limits.parallel));
  sub("doctor", "how the project stands (database, files, backups), what computes on this machine, and why not something faster; exit code 1 where the project is not sound", async (_, command) => {
    let isSound = true;
    const answered = await asked(command, async (workbench) => {
      const { version } = await workbench.about({});
      const [arithmetic, project] = [await workbench.examineArithmetic({}), await workbench.examineProject({})];
      isSound = soundness(project);
      return everywhere(command).json ? [jsonLine({ kind: "doctor", version, isSound, project, arithmetic })] : [`Descent                ${version}`, ...arithmeticLines(arithmetic), "", ...healthLines(project)];
    });
    return answered === 0 && !isSound ? 1 : answered;
  });
  sub("rescue", "put what can be read of a damaged project into a new one; the damaged file is only read", async (_, command) => {
    const { project, json } = everywhere(command);
    const rescue = world.rescue(project, command.opts<{ into?: string }>().into);
    for (const line of json ? [jsonLine({ kind: "rescued", ...rescue })] : rescueLines(rescue)) world.out(line);
    return 0;
  }).option("--into <file>", "the new project's file; usually NAME.rescued.descent beside the damaged one");
  quotaCommand(sub, everywhere, asked);
  sub("list", "the runs of the project, newest first", (_, command) => {
    const { where } = command.opts<{ where?: string }>();
    return asked(command, async (workbench) => {
      const runs = await workbench.listRuns({ where });
      if (everywhere(command).json) return runs.map((run) => jsonLine({ kind: "run", run }));
      return runs.length === 0 && where !== undefined ? ["No runs match this query."] : runTable(runs);
    }, where);
  }).option("--where <query>", "only the runs a query admits, such as: optimizer.kind = adam and validation/accuracy > 0.9");
  sub("queue", "what trains and what waits, in order, with memory and times", (_, command) => asked(command, (workbench) => queueLines(workbench, everywhere(command).json)));
  sub("priority <id> <n>", "give a run that waits, or will be resumed, another priority: the higher trains first", (id, command) => asked(command, async (workbench) => {
    const run = await workbench.prioritizeRun({ runId: id, priority: priority(String(command.args[1])) });
    return [everywhere(command).json ? jsonLine({ kind: "run", run }) : `${run.id} has priority ${run.priority}`];
  }));
  sub("show <id>", "one run: state, data, layers, metrics, hashes", (id, command) => asked(command, async (workbench) => {
    const run = await workbench.run({ runId: id });
    return everywhere(command).json ? [jsonLine({ kind: "run", run })] : runBlock(run);
  }));
  exportCommand(sub, everywhere, several, world);
  capsuleCommand(sub, everywhere, world);
  sub("report <ids...>", "runs side by side, or a sweep (s-1), as one file: an HTML page that needs nothing else, a PDF or Markdown, by the ending of --out; or a report of the project (p-1)", (_, command) => {
    const { force, ...rest } = command.opts<{ out: string; title?: string; template?: ReportTemplate; baseline?: string; language: "en" | "zh"; theme: "light" | "dark" | "system"; force?: true }>();
    return reportCommand(command.args, { ...everywhere(command), title: undefined, template: undefined, baseline: undefined, ...rest, isForced: force === true }, world);
  })
    .requiredOption("--out <file>", "where to write it: .html, .pdf or .md")
    .option("--title <text>", "what it is called; without it as the first run")
    .addOption(new Option("--template <kind>", "which parts it has; usually run for one run, sweep for a sweep, else comparison").choices(reportTemplates))
    .option("--baseline <id>", "the run whose group the others are held against; without it the first group")
    .addOption(new Option("--language <code>", "which of its two languages is shown first").choices(["en", "zh"]).default("en"))
    .addOption(new Option("--theme <kind>", "its colours; system follows the reader's").choices(["light", "dark", "system"]).default("system"))
    .option("--force", "replace a file of that name");
  sub("chart <ids...>", "a metric of runs, group by group, as a figure: SVG, a PDF of vectors with its fonts, or a Python program for matplotlib, by the ending of --out", (_, command) => {
    const { force, eachRun, ...rest } = command.opts<{ out: string; metric: string; x: PlanAxis; scale: "auto" | "linear" | "log"; eachRun?: true; title?: string; language: "en" | "zh"; force?: true }>();
    return chartCommand(command.args, { ...everywhere(command), title: undefined, ...rest, eachRun: eachRun === true, isForced: force === true }, world);
  })
    .requiredOption("--out <file>", "where to write it: .svg, .pdf or .py")
    .option("--metric <name>", "what is drawn", "validation/loss")
    .addOption(new Option("--x <kind>", "what stands on x").choices(planAxes).default("epoch"))
    .addOption(new Option("--scale <kind>", "of y; auto takes a logarithm for a loss above zero").choices(["auto", "linear", "log"]).default("auto"))
    .option("--each-run", "a line for each run, without means over seeds")
    .option("--title <text>", "what it is called; without it as the metric")
    .addOption(new Option("--language <code>", "of its words").choices(["en", "zh"]).default("en"))
    .option("--force", "replace a file of that name");
  sub("import <place>", "runs of another program (TensorBoard, MLflow, Optuna, Trackio, W&B, CSV) from a file or a folder: says what they are and, with --yes, takes them in", (place, command) => {
    const { yes, experiment } = command.opts<{ yes?: true; experiment?: string }>();
    return importCommand(place, { ...everywhere(command), isAgreed: yes === true, experimentId: experiment ?? null }, world);
  })
    .option("--yes", "take in what is there; without it nothing is written")
    .option("--experiment <id>", "the experiment they go into, such as e-2; without it those that are called as their groups");
  sub("predict <id> <rows>", "what a run's network says of the rows of a CSV file; its header names the features", (id, command) =>
    predictCommand(id, String(command.args[1]), everywhere(command), world));
  sub("query <sql>", "one reading SQL statement about the project, whoever has it open", async (sql, command) => {
    const { timeout = 60, limit = 1000 } = command.opts<{ timeout?: number; limit?: number }>();
    const { project, json } = everywhere(command);
    const { columns, rows, isCut } = await world.readSql(project, sql, { most: limit, limitMs: timeout * 1000 });
    const shownCell = (value: unknown): string => tame(value === null ? "" : typeof value === "object" ? `${(value as { bytes: number }).bytes} bytes` : String(value));
    for (const line of json ? rows.map((row) => jsonLine({ kind: "row", ...Object.fromEntries(columns.map((name, i) => [name, row[i]])) })) : table([columns.map(tame), ...rows.map((row) => row.map(shownCell))])) world.out(line);
    if (isCut) world.err(`Only the first ${limit} rows; more with --limit.\n`);
    return 0;
  })
    .option("--limit <n>", "at most so many rows; usually 1000", whole(1, 1_000_000))
    .option("--timeout <s>", "end it after so many seconds; usually 60", whole(1, 86_400));
  markCommands(sub, everywhere, asked);
  sub("rm <ids...>", "move runs to the trash; they can be restored until they are purged", (_, command) => asked(command, async (workbench) => {
    await workbench.trashRuns({ runIds: command.args });
    return command.args.map((runId) => (everywhere(command).json ? jsonLine({ kind: "trashed", runId }) : `${runId} is in the trash; descent restore ${runId} brings it back`));
  }));
  sub("restore <ids...>", "take runs out of the trash", (_, command) => asked(command, async (workbench) => {
    await workbench.restoreRuns({ runIds: command.args });
    return command.args.map((runId) => (everywhere(command).json ? jsonLine({ kind: "restored", runId }) : `${runId} is back`));
  }));
  const journal = sub("journal [subject]", "what was written about a run, a group, an experiment, a sweep or the project, as Markdown, or all of it; options write it", (_, command) => asked(command, (workbench) => {
    const { contains, ...written } = command.opts<{ contains?: string } & JournalText>();
    const own = Object.fromEntries(journalParts.flatMap((part) => (written[part] === undefined ? [] : [[part, written[part]]])));
    return journalLines(workbench, command.args[0], own, contains, everywhere(command).json);
  })).option("--contains <text>", "of all of it only what holds this text");
  for (const part of journalParts) journal.option(`--${part} <text>`, `write this as its ${part}`);
  sub("trash", "what is in the trash, and about what purging it would free", (_, command) => asked(command, async (workbench) => {
    const { trash } = await workbench.storage({});
    return everywhere(command).json ? trash.map((run) => jsonLine({ kind: "trashed", ...run })) : trashTable(trash);
  }));
  sub("purge [ids...]", "delete runs in the trash for good and give their disk space back; without ids all of the trash", (_, command) => asked(command, async (workbench) => {
    const runIds = command.args.length > 0 ? command.args : (await workbench.storage({})).trash.map(({ id }) => id);
    // In portions as large as one call may be.
    let freedBytes = 0;
    for (let at = 0; at < runIds.length; at += limits.runs) freedBytes += (await workbench.purgeRuns({ runIds: runIds.slice(at, at + limits.runs) })).freedBytes;
    return [everywhere(command).json ? jsonLine({ kind: "purged", runIds, freedBytes }) : `${runIds.length} ${runIds.length === 1 ? "run" : "runs"} purged, ${bytes(freedBytes)} freed`];
  }));
  sub("backup", "copy the project's database into NAME.files/backups and check the copy", async (_, command) => {
    const { list, restore } = command.opts<{ list?: true; restore?: true | string }>();
    const { project, json } = everywhere(command);
    if (restore !== undefined) {
      const { backup, keptAs } = world.restoreBackup(project, restore === true ? null : restore);
      world.out(json ? jsonLine({ kind: "restoredBackup", backup, keptAs }) : `The project is as it was at ${moment(backup.atMs)}.${keptAs === null ? "" : ` The file that stood there is ${keptAs}`}`);
      return 0;
    }
    return asked(command, async (workbench) => {
      const copies = list === true ? (await workbench.storage({})).copies : [await workbench.backUp({})];
      if (json) return copies.map((copy) => jsonLine({ kind: "backup", ...copy }));
      return copies.length === 0 ? ["No backups yet."] : backupTable(copies);
    });
  })
    .option("--list", "the backups there are, the newest first")
    .option("--restore [name]", "go back to a backup, the newest where none is named; the file that stands there is kept beside it");
  program.command("compare <ids...>").description("runs side by side, grouped by all but seed: what differs, what came out, and whether the others beat the first group")
    .option("--metric <name>", "the metric the sentence is about; usually validation/accuracy, else the first validation metric")
    .option("--by <names>", "group by these names of the query language, with commas between; run takes each run by itself", "seed")
    .action(async (ids: string[], _: unknown, command: Command) => {
      const { metric, by } = command.opts<{ metric?: string; by: string }>();
      code = await asked(command, async (workbench) => {
        const comparison = await workbench.compareRuns({ runIds: ids, grouping: groupingOf(by), baseline: null });
        return everywhere(command).json ? [jsonLine({ kind: "comparison", comparison })] : comparisonBlock(comparison, metric);
      });
    });
  sub("catalog", "every layer, optimizer, loss … a spec may name", (_, command) => asked(command, async (workbench) => {
    const catalog = await workbench.catalog({});
    return everywhere(command).json ? [jsonLine({ kind: "catalog", catalog })] : catalogTable(catalog);
  }));
  sub("serve", "the workbench in the browser of this machine", (_, command) => serveCommand(command))
    .option("--port <n>", "the port on 127.0.0.1; without it a free one", whole(0, 65_535))
    .option("--parallel <n>", "how many runs train side by side; usually one per core, less one", whole(1, limits.parallel))
    .option("--no-open", "only print the address, open no browser");

  /** One question to the project, answered in lines. */
  async function asked(command: Command, question: (workbench: Workbench) => Promise<readonly string[]>, where = ""): Promise<number> {
    // Said before the project is opened: a wrong query needs none.
    const { fault } = parseQuery(where);
    if (fault !== null) return toldQuery(where, fault, everywhere(command).json, world);
    const service = world.open({ project: everywhere(command).project, parallel: 1, door: "cli", views: true });
    try { for (const line of await question(checkedService(service))) world.out(line); } finally { await service.close(); }
    return 0;
  }

  async function serveCommand(command: Command): Promise<number> {
    const { project, json } = everywhere(command);
    const { port = 0, parallel, open } = command.opts<{ port?: number; parallel?: number; open: boolean }>();
    return serve({ project, port, parallel, shouldOpen: open, announce: (url) => { world.out(json ? jsonLine({ kind: "serving", url }) : `Descent is open at ${url}`); } }, world);
  }

  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    return told(error, args.includes("--json"), world);
  }
}

/** Says what went wrong and returns the code for it. */
export function told(error: unknown, isJson: boolean, world: Pick<World, "out" | "err">): number {
  // commander has printed its sentence, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof SpecError) {
    if (isJson) world.out(jsonLine({ kind: "refused", problems: error.problems }));
    world.err(`${error.problems.map(problemLine).join("\n")}\n${hinted(error.hint)}`);
    return 2;
  }
  const { message } = error as Error;
  const isKnown = error instanceof StoreError || error instanceof TrainingError;
  const { code, hint } = isKnown ? error : { code: "internal", hint: "This is a fault of Descent itself." };
  if (isJson) world.out(jsonLine({ kind: "error", code, message, hint }));
  world.err(`${tame(message)}\n${hinted(hint)}`);
  if (error instanceof StoreError) return code === "noSuchRun" || code === "noSuchSweep" || code === "noSuchExperiment" || code === "badSql" ? 2 : 3;
  return 1;
}

const hinted = (hint: string): string => (hint === "" ? "" : `${tame(hint)}\n`);

/** What the command line leaves out is left to the engine. */
function gradcheckOptions({ epsilon, oneSided, rows, entries, all, burnIn, chance }: { epsilon?: number; oneSided?: true; rows?: number; entries?: number; all?: true; burnIn?: number; chance: boolean }): GradientCheckOptions {
  return {
    ...(epsilon === undefined ? {} : { epsilon }),
    ...(oneSided === undefined ? {} : { form: "oneSided" as const }),
    ...(rows === undefined ? {} : { rows }),
    ...(all === undefined ? {} : { perSlice: null }),
    ...(entries === undefined || all !== undefined ? {} : { perSlice: entries }),
    ...(burnIn === undefined ? {} : { burnIn }),
    ...(chance ? {} : { chance: "off" as const }),
  };
}

/** A number above 0 and at most 1. */
function real(text: string): number {
  const value = Number(text);
  if (/^[\d.]+(e-?\d+)?$/i.test(text) && value > 0 && value <= 1) return value;
  throw new InvalidArgumentError("It must be a number in (0, 1].");
}

/** A number in [0, 1]. */
function shareOf(text: string): number {
  const value = Number(text);
  if (/^[\d.]+(e-?\d+)?$/i.test(text) && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError("It must be a share in [0, 1], such as 0.01 for 1 %.");
}

/** `optimizer.learningRate=0.01`: the value as JSON where it is any, else as text. */
function settings(text: string, before: readonly Setting[] = []): readonly Setting[] {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It must look like optimizer.learningRate=0.01.");
  return [...before, { path: text.slice(0, at).trim(), to: valueFrom(text.slice(at + 1)) }];
}

const several = (word: string, before: readonly string[] = []): readonly string[] => [...before, word];

function valueFrom(text: string): unknown {
  try { return JSON.parse(text); } catch { return text; }
}

/** Of a run: a whole number, which may be below 0. */
function priority(text: string): number {
  const value = Number(text);
  if (/^-?\d{1,4}$/.test(text) && Math.abs(value) <= limits.priority) return value;
  throw new InvalidArgumentError(`It must be a whole number in [${-limits.priority}, ${limits.priority}].`);
}

/** A whole number of a command line, in an interval. */
function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,16}$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number in [${min}, ${max}].`);
  };
}
