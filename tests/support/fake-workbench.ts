/** A service that knows only what a test gives it; every other call says so. For tests of doors, not of the service. */

import type { WorkbenchService } from "../../src-main/service/workbench.ts";

const names: readonly (keyof WorkbenchService)[] = [
  "about", "catalog", "examples", "settings", "changeSettings", "listExperiments", "createExperiment", "changeExperiment", "listRuns", "listRows", "queryWords", "run", "inspectSpec", "startRun",
  "pauseRun", "resumeRun", "stopRun", "openTest", "watchRun", "watchWorkbench", "readSeries", "exportSeries", "chartSvg", "compareRuns", "listFiles", "importFile", "chooseFile", "saveFile",
  "describeData", "close", "go",
];

export function fakeWorkbench(given: Partial<WorkbenchService>): WorkbenchService {
  const missing = Object.fromEntries(names.map((name) => [name, () => Promise.reject(new Error(`the test gives no ${name}`))]));
  return { ...missing, ...given } as unknown as WorkbenchService;
}
