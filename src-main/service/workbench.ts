/** The workbench: every call of the contract, composed from one file per noun. Never learns who is calling. */

import { availableParallelism } from "node:os";
import { describeCatalog, engineVersion } from "../../src-engine/index.ts";
import { StoreError } from "../../src-engine/spec/errors.ts";
import type { ActionId } from "../contract/actions.ts";
import type { About, Activity, RunId } from "../contract/nouns.ts";
import { addressFile } from "../contract/logging.ts";
import type { Workbench } from "../contract/workbench.ts";
import { freeBytes } from "../store/files.ts";
import type { Store } from "../store/open.ts";
import { projectName } from "../store/place.ts";
import type { Told } from "../store/runs.ts";
import { defaultParallel } from "../workers/pool.ts";
import type { Pool } from "../workers/pool.ts";
import { budgets } from "./budgets.ts";
import { capsuleImports } from "./capsule-imports.ts";
import { changes } from "./changes.ts";
import { comparisons } from "./comparisons.ts";
import { curves } from "./curves.ts";
import { dailyBackups } from "./daily-backups.ts";
import { datasets } from "./datasets.ts";
import { readExamples } from "./examples.ts";
import { foreignImports } from "./foreign-imports.ts";
import { imports } from "./imports.ts";
import type { LogDoor } from "./log-door.ts";
import { loggedRuns } from "./logged-runs.ts";
import { memoryForTraining } from "./memory.ts";
import { quotaKeeper } from "./quota-keeper.ts";
import { readings } from "./readings.ts";
import type { OpenReadings } from "./readings.ts";
import { examinations } from "./examinations.ts";
import { leaving } from "./leaving.ts";
import { models } from "./models.ts";
import { follow, reading } from "./viewing.ts";
import { runFeed } from "./feed.ts";
import { replays } from "./replays.ts";
import { reports, type PrintPdf } from "./reports.ts";
import { runs } from "./runs.ts";
import { sweeps } from "./sweeps.ts";
import { tunings } from "./tuning.ts";
import { usualPace } from "./usual-pace.ts";
import { specs } from "./specs.ts";

/** Native dialogs, where a door has them. */
export interface Dialogs {
  chooseFile(): Promise<{ name: string; bytes: Uint8Array } | null>;
  saveFile(name: string, content: string | Uint8Array): Promise<boolean>;
}

export type WorkbenchService = Workbench & {
  /** Stops the runs in order, keeps what they learned, ends every stream, and closes pool and store. */
  close(): Promise<void>;
  /** The door's menu wants the interface to do something; reaches `watchWorkbench`. */
  act(action: ActionId): void;
};

export interface WorkbenchParts {
  readonly store: Store;
  readonly pool: Pool;
  /** Answers what is only read; here where absent. */
  readonly elsewhere?: OpenReadings | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The folder of example specs and, in its `data`, the samples. */
  readonly examples: string;
  readonly door: About["door"];
  readonly dialogs?: Dialogs | undefined;
  /** Prints a page of HTML as PDF, where a door can. */
  readonly printPdf?: PrintPdf | undefined;
  /** Bytes left on the project's disk; null where nobody can tell. Measured where absent. */
  readonly free?: (() => number | null) | undefined;
  /** Bytes that all trainings may take together; taken from the machine where absent. */
  readonly memory?: (() => number) | undefined;
}

export function createWorkbench({ store, pool, elsewhere, now, examples, door, dialogs, printPdf, free = () => freeBytes(store.file), memory = memoryForTraining }: WorkbenchParts): WorkbenchService {
  const catalog = describeCatalog();
  const data = datasets({ store, pool, examples, now });
  const drafts = specs({ catalog, datasets: data, pool, stepMs: (spec, parameters) => usualPace(store)(spec, parameters) });
  const asked = elsewhere ?? readings(store);
  const feed = runFeed(store, (runId, since) => asked.snapshot({ runId, since }));
  const stored = curves(store);
  const news = changes({ experiments: () => store.experiments.list(), activity, run: (id) => store.runs.found(id) });
  const networks = models({ store, asked, pool, datasets: data });
  const examined = examinations({ store, pool, datasets: data });
  const compared = comparisons({ store, pool, datasets: data });
  const tuning = tunings({ store, pool });
  const searching = sweeps({ store, pool, datasets: data, specs: drafts, catalog, now, memory, training: () => training, told(sweep) { news.sweep(sweep); } });
  const told = reports({ store, datasets: data, compared, stored, sweeps: searching.calls, examined, now, printPdf, door });
  const training = runs({
    follower: searching.follower, store, pool, datasets: data, specs: drafts, feed, changes: news, now, free, memory,
    // The command line is about to end when its run does; a project that is only watched keeps no measurement.
    idle() { if (door !== "cli" && store.viewing === null) void tuning.measure(); },
  });
  const copying = store.viewing !== null ? follow({ store, feed, news, moved: searching.moved }) : dailyBackups({ backups: store.backups, runs: () => store.runs.list({}, 1).length, now });
  const planned = budgets({ specs: drafts, datasets: data, pool, queue: () => training.queue() });
  const limit = quotaKeeper({ store, asked, news });
  const taken = imports([capsuleImports({ store, told: heard, experiments() { news.experiments(); news.activity(); } }), foreignImports({ store, pool, now, told: heard, experiments() { news.experiments(); news.activity(); } })]);
  const logged = loggedRuns({ store, feed, now, told: heard, experiments() { news.experiments(); } });
  const again = replays({ store, pool, datasets: data, now, told: heard });

  let logDoor: Promise<LogDoor> | null = null;
  /** In the browser's door scripts may log; on the desktop once a person says so; a command that ends soon listens to nobody. */
  async function turnLogging(isOn: boolean): Promise<void> {
    const mayOpen = store.viewing === null && (door === "server" || (isOn && door !== "cli"));
    if (mayOpen) await (logDoor ??= import("./log-door.ts").then(({ openLogDoor }) => openLogDoor(logged, addressFile(store.file))));
    else if (logDoor !== null) {
      const open = logDoor;
      logDoor = null;
      await (await open).close();
    }
  }
  // Who asks for it hears what went wrong; at the start nobody does, and the project opens all the same.
  turnLogging(store.settings.read().logging).catch(() => { logDoor = null; });

  function heard(told: Told): void {
    feed.state(told);
    news.run(told.run);
  }

  function activity(): Activity {
    return { ...store.runs.counts(), workers: pool.parallel, storeBytes: store.sizeBytes(), held: training.held };
  }

  function dialogsOfDoor(): Dialogs {
    if (dialogs === undefined) throw new StoreError("noDialogs", `the ${door} door has no file dialogs of its own`, {}, "Use the desktop application, or give the file's bytes.");
    return dialogs;
  }

  const service: WorkbenchService = {
    about: async () => ({ version: engineVersion, door, project: { name: projectName(store.file), file: store.file }, hasDialogs: dialogs !== undefined, viewing: store.viewing, interrupted: store.interrupted, damage: null }),
    catalog: async () => catalog,
    examples: () => readExamples(examples, catalog),
    settings: async () => store.settings.read(),
    async changeSettings(changed) {
      const settings = store.settings.change(changed);
      if (changed.parallel !== undefined) {
        pool.setParallel(settings.parallel ?? defaultParallel(availableParallelism()));
        training.advance();
        news.activity();
      }
      if (changed.logging !== undefined) await turnLogging(settings.logging).catch((error: unknown) => { logDoor = null; throw error; });
      return settings;
    },

    listExperiments: async () => store.experiments.list(),
    async createExperiment({ name, question }) {
      const experiment = store.experiments.add({ name, question, createdMs: now() });
      news.experiments();
      return experiment;
    },
    async changeExperiment({ experimentId, name, question }) {
      const experiment = store.experiments.change(experimentId, { name, question });
      news.experiments();
      return experiment;
    },

    listRuns: asked.listRuns,
    listRows: asked.listRows,
    search: asked.search,
    queryWords: asked.queryWords,
    run: async ({ runId }) => store.runs.get(runId).run,
    inspectSpec: ({ spec }) => drafts.inspect(spec),
    async checkGradient({ spec, ...options }) {
      const accepted = await drafts.accept(spec);
      const { dataset } = await data.read(accepted.spec.data);
      return await pool.checkGradient(accepted.spec, dataset, options).done;
    },
    checkRunGradient: ({ runId, ...options }) => examined.checkGradient(runId, options),
    examineRun: ({ runId, split, step }) => examined.examine(runId, split, step ?? null),
    diagnoseRun: ({ runId }) => examined.diagnose(runId),
    async setDiagnosis({ runId, ...wish }) {
      const told = store.runs.diagnosed(runId, wish);
      feed.state(told);
      news.run(told.run);
      return told.run;
    },
    describeRunData: ({ runId }) => examined.data(runId),
    readRows: ({ runId, rows }) => examined.rows(runId, rows),
    readHistograms: async ({ runId, part }) => store.layerRecords.read(store.runs.get(runId).run.id, part),
    async profileStep({ spec, ...options }) {
      const accepted = await drafts.accept(spec);
      const { dataset } = await data.read(accepted.spec.data);
      return await pool.profileStep(accepted.spec, dataset, options);
    },
    planBudget: ({ spec }) => planned(spec),
    async examineArithmetic() {
      await tuning.measure(true);
      return await pool.examineArithmetic();
    },
    startRun: ({ experimentId, spec, priority }) => training.start(experimentId, spec, priority),
    pauseRun: async ({ runId }) => training.pause(runId),
    resumeRun: async ({ runId }) => training.resume(runId),
    stepRun: async ({ runId }) => training.step(runId),
    stopRun: ({ runId, at = "step" }) => training.stop(runId, at),
    extendRun: async ({ runId, epochs }) => training.extend(runId, epochs),
    branchRun: (wish) => training.branch(wish),
    changeRun: ({ runId, changes }) => training.change(runId, changes),
    replayRun: ({ runId }) => again.replay(runId),
    listCheckpoints: async ({ runId }) => store.checkpoints.list(store.runs.get(runId).run.id),
    async openTest({ runId }) {
      searching.mayOpenTest(store.runs.get(runId).run);
      return await training.openTest(runId);
    },
    watchRun: ({ runId, since }) => feed.watch(runId, since),
    watchWorkbench: () => news.watch(),
    readSeries: asked.readSeries,
    readGroups: asked.readGroups,
    exportFile: leaving({ store, report: told.render, now }),
    chartOf: told.chart,
    chartFile: async ({ view, pinned, format }) => (await import("./chart-files.ts")).chartFile(view, pinned, format),
    predictRows: ({ runId, from }) => networks.predict(runId, from),
    exportRuns: ({ runIds, format }) => networks.exportRuns(runIds, format),
    exportModel: ({ runId, format }) => networks.export(runId, format),
    weightHashes: async ({ runId }) => store.runs.weightHashes(runId),
    compareRuns: asked.compareRuns,
    compareRows: ({ first, second }) => compared.rows(first, second),
    ...searching.calls,
    matchSeeds: ({ groups, seeds }) => training.matchSeeds(groups, seeds),

    async markRun({ runId, ...marks }) {
      const [told, ...others] = store.runs.mark(runId, marks);
      for (const one of [told!, ...others]) {
        feed.state(one);
        news.run(one.run);
      }
      return told!.run;
    },
    async markRuns({ runIds, ...marks }) {
      const ids = store.runs.markAll(runIds, marks);
      feed.states(ids);
      news.runs(ids);
      return { runIds: ids };
    },
    journal: async ({ subject }) => store.journal.read(known(subject)),
    listJournal: async ({ contains = "" }) => store.journal.list(contains),
    writeJournal: async ({ subject, ...written }) => store.journal.write(known(subject), written, now()),
    queue: async () => training.queue(),
    prioritizeRun: async ({ runId, priority }) => training.prioritize(runId, priority),
    moveRun: async ({ runId, to }) => training.move(runId, to),
    holdQueue: async ({ isHeld }) => (isHeld ? training.hold("person") : training.release()),
    storage: async () => {
      const [sizes, quota] = await Promise.all([asked.sizes({}), limit.plan()]);
      return { ...store.storage(), ...sizes, copies: store.backups.list(), quota };
    },
    async trashRuns({ runIds }) {
      store.trash.put(runIds, now());
      changedRuns(runIds);
    },
    async restoreRuns({ runIds }) {
      store.trash.takeOut(runIds);
      changedRuns(runIds);
    },
    async purgeRuns({ runIds }) {
      const freedBytes = await store.trash.purge(runIds);
      news.experiments();
      news.activity();
      return { freedBytes };
    },
    freeSpace: async (wanted) => ({ freedBytes: await limit.free(wanted) }),
    examineProject: asked.examineProject,
    backUp: () => store.backups.make(now()),
    rescue: async () => whole(),
    mend: async () => whole(),

    listReports: async () => told.list(),
    report: async ({ reportId }) => told.get(reportId),
    createReport: (draft) => told.create(draft),
    changeReport: async (wish) => told.change(wish),
    freezeReport: ({ reportId, isFrozen }) => told.freeze(reportId, isFrozen),
    deleteReport: async ({ reportId }) => { told.drop(reportId); },
    exportReport: (wish) => told.render(wish),

    previewImport: (source) => taken.preview(source),
    takeIn: ({ importId, experimentId }) => taken.take(importId, experimentId),
    listFiles: async () => store.files.list(),
    importFile: ({ name, bytes }) => data.importFile(name, bytes),
    async chooseFile() {
      const chosen = await dialogsOfDoor().chooseFile();
      return chosen === null ? null : await data.importFile(chosen.name, chosen.bytes);
    },
    saveFile: async ({ name, content }) => dialogsOfDoor().saveFile(name, content),
    describeData: (input) => drafts.describe(input.data),

    async close() {
      if (logDoor !== null) await logDoor.then((open) => open.close(), () => undefined);
      logged.close();
      again.close();
      searching.close();
      await copying.close();
      await limit.close();
      await training.close();
      feed.close();
      news.close();
      await pool.close();
      await elsewhere?.close();
      store.close();
    },
    act: (action) => { news.act(action); },
  };
  return store.viewing === null ? service : reading(service, store);

  function whole(): never {
    throw new StoreError("notDamaged", `${store.file} is whole and open: there is nothing to rescue`, {}, "To go back to a backup, close Descent and run: descent backup --restore");
  }

  /** A subject that there is. */
  function known(subject: string): string {
    if (subject.startsWith("r-")) store.runs.get(subject);
    else if (subject.startsWith("e-")) store.experiments.get(subject);
    else if (subject.startsWith("s-")) store.sweeps.get(subject);
    else if (subject.startsWith("g-") && store.runs.list({ query: { kind: "compare", name: "group", operator: "=", value: subject } }, 1).length === 0) throw new StoreError("noSuchGroup", `there is no group ${subject}`, {}, "A group is named by the number that all its runs share; a run tells it.");
    return subject;
  }

  function changedRuns(runIds: readonly RunId[]): void {
    news.runs(runIds);
    news.experiments();
    news.activity();
  }
}
