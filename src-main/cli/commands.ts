/** Door 2: the commands, their options, and what the exit code says. Everything of the machine comes in as a World. */

import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { SpecError, StoreError, TrainingError } from "../contract/errors.ts";
import { groupingOf } from "../contract/grouping.ts";
import { checkedService, limits } from "../contract/inputs.ts";
import type { GradientCheckOptions } from "../contract/gradient-check.ts";
import { parseQuery } from "../contract/query.ts";
import { modelFormats } from "../contract/models.ts";
import type { ModelFormat } from "../contract/models.ts";
import type { Workbench } from "../contract/workbench.ts";
import { serve } from "../server/serve.ts";
import { jsonLine, problemLine, tame } from "./print.ts";
import { gradcheckCommand } from "./gradcheck-command.ts";
import { exportCommand, predictCommand } from "./model-commands.ts";
import { toldQuery } from "./query-fault.ts";
import { arithmeticLines, profileCommand } from "./profile-command.ts";
import { runCommand } from "./run-command.ts";
import { comparisonBlock } from "./compare-table.ts";
import { catalogTable, runBlock, runTable } from "./tables.ts";
import type { World } from "./world.ts";

interface Everywhere { readonly project?: string; readonly json?: boolean }

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
  const sub = (usage: string, description: string, act: (argument: string, command: Command) => Promise<number>) =>
    // exitOverride and the outputs are inherited; an action gets its argument, if it has one, its options and the command.
    program.command(usage).description(description).action(async (...given: unknown[]) => { const command = given.at(-1) as Command; code = await act(String(command.args[0] ?? ""), command); });

  sub("run <spec>", "train what a spec file (JSON or YAML) says, once for each of its seeds", (spec, command) =>
    runCommand(spec, { ...everywhere(command), parallel: command.opts<{ parallel?: number }>().parallel }, world))
    .option("--parallel <n>", "how many runs train side by side; usually one per core, less one", whole(1, limits.parallel));
  sub("gradcheck <spec>", "compare a spec's gradient with difference quotients; exit code 0 where all is right, 1 where not", (spec, command) =>
    gradcheckCommand(spec, { ...everywhere(command), ...gradcheckOptions(command.opts()) }, world))
    .option("--epsilon <x>", "distance from θ to each of the two points; usually 1e-5, in the course 1e-7", real)
    .option("--one-sided", "(J(θ + ε) − J(θ)) / ε in place of the two-sided quotient")
    .option("--rows <n>", "training rows in the batch; usually 8", whole(1, limits.checkRows))
    .option("--entries <n>", "entries compared in each tensor, drawn by chance; usually 20", whole(1, limits.checkEntries))
    .option("--all", "compare every entry")
    .option("--burn-in <n>", "updates before the second check; usually 20, 0 leaves it out", whole(0, limits.checkSteps))
    .option("--no-chance", "take dropout and noise out; usually their masks are drawn once and kept");
  sub("profile <spec>", "measure one step of a spec, kernel by kernel", (spec, command) => {
    const { executor, mode } = command.opts<{ executor?: "reference" | "wasm" | "native"; mode?: "exact" | "fast" }>();
    return profileCommand(spec, { ...everywhere(command), ...(executor === undefined ? {} : { executor }), ...(mode === undefined ? {} : { mode }) }, world);
  })
    .addOption(new Option("--executor <name>", "who computes; usually the fastest there is").choices(["reference", "wasm", "native"]))
    .addOption(new Option("--mode <name>", "how; usually as the spec says").choices(["exact", "fast"]));
  sub("doctor", "what computes on this machine, and why not something faster", (_, command) => asked(command, async (workbench) => {
    const { version } = await workbench.about({});
    const arithmetic = await workbench.examineArithmetic({});
    return everywhere(command).json ? [jsonLine({ kind: "doctor", version, arithmetic })] : [`Descent                ${version}`, ...arithmeticLines(arithmetic)];
  }));
  sub("list", "the runs of the project, newest first", (_, command) => {
    const { where } = command.opts<{ where?: string }>();
    return asked(command, async (workbench) => {
      const runs = await workbench.listRuns({ where });
      if (everywhere(command).json) return runs.map((run) => jsonLine({ kind: "run", run }));
      return runs.length === 0 && where !== undefined ? ["No runs match this query."] : runTable(runs);
    }, where);
  }).option("--where <query>", "only the runs a query admits, such as: optimizer.kind = adam and validation/accuracy > 0.9");
  sub("show <id>", "one run: state, data, layers, metrics, hashes", (id, command) => asked(command, async (workbench) => {
    const run = await workbench.run({ runId: id });
    return everywhere(command).json ? [jsonLine({ kind: "run", run })] : runBlock(run);
  }));
  sub("export <id>", "a run's saved network as a file for another program", (id, command) => {
    const { format, out, force } = command.opts<{ format: ModelFormat; out?: string; force?: true }>();
    return exportCommand(id, { ...everywhere(command), format, out, isForced: force === true }, world);
  })
    .addOption(new Option("--format <name>", "onnx, safetensors or npz (the numbers), or a program: pytorch, keras, numpy, typescript").choices(Object.keys(modelFormats)).makeOptionMandatory())
    .option("--out <file>", "where to write it; without it a file in this folder, named after the run")
    .option("--force", "replace a file of that name");
  sub("predict <id> <rows>", "what a run's network says of the rows of a CSV file; its header names the features", (id, command) =>
    predictCommand(id, String(command.args[1]), everywhere(command), world));
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
    const service = world.open({ project: everywhere(command).project, parallel: 1, door: "cli" });
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
  if (error instanceof StoreError) return code === "noSuchRun" || code === "noSuchExperiment" ? 2 : 3;
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

/** A whole number of a command line, in an interval. */
function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number in [${min}, ${max}].`);
  };
}
