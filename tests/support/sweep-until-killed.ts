/**
 * A program of its own that begins the sweep given as its second argument in the project given as its first, or goes on with it, with a worker dying at every so manieth
 * training (the third), and says after each event how many trials are over and how much memory is held, until it is done or killed.
 */

import { sweepUntil, startSweep } from "./sweeps.ts";
import { openWorkbench } from "./workbench.ts";

const [file, spec, every] = process.argv.slice(2) as [string, string, string];
const workbench = openWorkbench(file, { parallel: 2, fault: { kind: "exit", everyTrainings: Number(every), atStep: 5 } });
const [known] = await workbench.listSweeps({});
const sweepId = known?.id ?? await startSweep(workbench, JSON.parse(spec));
if (known !== undefined) await workbench.resumeSweep({ sweepId });
await sweepUntil(workbench, sweepId, ({ state, counts: { finished, pruned, failed } }) => {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  console.log(JSON.stringify({ over: finished + pruned + failed, heldBytes: heapUsed + external, rss }));
  return state !== "running";
});
await workbench.close();
