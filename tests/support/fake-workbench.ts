/** A service that knows only what a test gives it; every other call says so. For tests of doors, not of the service. */

import { inputs } from "../../src-main/contract/inputs.ts";
import type { WorkbenchService } from "../../src-main/service/workbench.ts";

export function fakeWorkbench(given: Partial<WorkbenchService>): WorkbenchService {
  const missing = Object.fromEntries([...Object.keys(inputs()), "close", "act"].map((name) => [name, () => Promise.reject(new Error(`the test gives no ${name}`))]));
  return { ...missing, ...given } as unknown as WorkbenchService;
}
